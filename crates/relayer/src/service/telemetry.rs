//! What is logged, and how that is changed while it runs.

use crate::config;
use std::{
    fmt,
    fs::File,
    io::{self, IsTerminal},
    os::fd::AsFd,
    sync::Arc,
};
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{
    EnvFilter, Registry, fmt::layer, layer::SubscriberExt, reload, util::SubscriberInitExt,
};

/// Longest filter that is read.
const LONGEST: usize = 1_000;

/// Lines that wait for whoever reads them. What comes beyond that is lost.
const LINES: usize = 8_192;

/// What changes what is logged.
#[derive(Clone)]
pub struct Level {
    set: Arc<dyn Fn(EnvFilter) -> Result<(), String> + Send + Sync>,
    lost: ErrorCounter,
}

impl fmt::Debug for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Level")
    }
}

impl Level {
    /// Logs what this filter lets through from now on.
    ///
    /// # Errors
    ///
    /// What is wrong with the filter; what was logged before still is.
    pub fn set(&self, filter: &str) -> Result<(), String> {
        (self.set)(read(filter)?)
    }

    /// How many lines were lost, because nobody has read those before them.
    pub fn lost(&self) -> u64 {
        u64::try_from(self.lost.dropped_lines()).unwrap_or(u64::MAX)
    }
}

/// What is logged. When it is dropped, lines that wait are written, if somebody reads them within a second.
#[derive(Debug)]
pub struct Telemetry {
    level: Level,
    _writer: WorkerGuard,
}

impl Telemetry {
    /// Logs to standard error from now on: lines for people, or lines of JSON. They are written by a thread of its own: a terminal that
    /// was stopped, or a collector that hangs, stops nothing but its own lines.
    ///
    /// # Errors
    ///
    /// What is wrong with the filter, or that logs go somewhere already.
    pub fn start(wanted: &config::Telemetry) -> Result<Self, String> {
        let said = |e: io::Error| e.to_string();
        // Not the handle of the process, whose lock a write that hangs would keep from the last words of this program.
        let file = File::from(io::stderr().as_fd().try_clone_to_owned().map_err(said)?);
        let (writer, guard) = NonBlockingBuilder::default()
            .buffered_lines_limit(LINES)
            .thread_name("log")
            .finish(file);
        let lost = writer.error_counter();
        let (filter, handle) = reload::Layer::<EnvFilter, Registry>::new(read(&wanted.level)?);
        let lines = layer().with_ansi(io::stderr().is_terminal()).with_writer(writer);
        let registry = tracing_subscriber::registry().with(filter);
        let started = if wanted.json {
            registry.with(lines.json()).try_init()
        } else {
            registry.with(lines.with_target(false)).try_init()
        };
        started.map_err(|e| e.to_string())?;
        let set =
            Arc::new(move |filter: EnvFilter| handle.reload(filter).map_err(|e| e.to_string()));
        Ok(Self { level: Level { set, lost }, _writer: guard })
    }

    /// What changes it.
    pub fn level(&self) -> Level {
        self.level.clone()
    }
}

fn read(filter: &str) -> Result<EnvFilter, String> {
    if filter.len() > LONGEST {
        return Err(format!("a filter has at most {LONGEST} characters"));
    }
    // A pattern for values could take long to match.
    if filter.contains(['{', '[']) {
        return Err("a filter names levels and modules: `info`, `warn,relayer=debug`".into());
    }
    EnvFilter::try_new(filter).map_err(|e| format!("{filter:?} is no filter: {e}"))
}

#[cfg(test)]
mod tests {
    use super::{Level, NonBlockingBuilder, read};
    use std::sync::Arc;
    use tracing_subscriber::{EnvFilter, Registry, reload};

    #[test]
    fn a_level_that_cannot_be_read_changes_nothing() {
        let (layer, handle) = reload::Layer::<EnvFilter, Registry>::new(read("info").unwrap());
        let seen = handle.clone();
        let set =
            Arc::new(move |filter: EnvFilter| handle.reload(filter).map_err(|e| e.to_string()));
        let (writer, _guard) = NonBlockingBuilder::default().finish(std::io::sink());
        let level = Level { set, lost: writer.error_counter() };
        let shown = || seen.with_current(ToString::to_string).unwrap();
        level.set("relayer=debug,warn").unwrap();
        assert_eq!(shown(), "relayer=debug,warn");
        assert!(level.set("relayer=loud").unwrap_err().contains("is no filter"));
        assert!(level.set("[span{field=a}]=debug").unwrap_err().contains("names levels"));
        assert!(level.set(&"a".repeat(2_000)).unwrap_err().contains("at most 1000"));
        assert_eq!(shown(), "relayer=debug,warn");
        drop(layer);
    }
}

//! What types cannot say: ranges, and how sections fit together. Everything is looked at, so that all that is wrong is said at once.

mod chains;
mod lanes;
mod secrets;

use super::{Config, Role};
use std::{collections::BTreeSet, fmt::Display, ops::RangeInclusive};

/// Something that is wrong, or worth a note.
#[derive(Debug)]
pub(super) struct Finding {
    /// Where.
    pub(super) path: Vec<String>,
    /// Whether the name is meant, not the value.
    pub(super) name: bool,
    /// What.
    pub(super) message: String,
    /// What can be done.
    pub(super) help: Option<String>,
    /// Whether it is allowed all the same.
    pub(super) note: bool,
}

/// What was found so far, and where it is looked now.
#[derive(Debug, Default)]
struct Findings {
    found: Vec<Finding>,
    path: Vec<String>,
}

impl Findings {
    /// Looks further in.
    fn within(&mut self, name: impl Display, look: impl FnOnce(&mut Self)) {
        self.path.push(name.to_string());
        look(self);
        self.path.pop();
    }

    /// The value here is wrong.
    fn wrong(&mut self, message: impl Into<String>) -> &mut Finding {
        self.add(message.into(), false)
    }

    /// The value of this name is wrong, or what should be there.
    fn wrong_at(&mut self, name: &str, message: impl Into<String>) -> &mut Finding {
        self.path.push(name.to_owned());
        self.add(message.into(), false);
        self.path.pop();
        self.last()
    }

    /// It is allowed, and is perhaps not what was meant.
    fn note(&mut self, message: impl Into<String>) -> &mut Finding {
        self.add(message.into(), true)
    }

    fn add(&mut self, message: String, note: bool) -> &mut Finding {
        let path = self.path.clone();
        self.found.push(Finding { path, name: false, message, help: None, note });
        self.last()
    }

    fn last(&mut self) -> &mut Finding {
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    /// A whole number in its range.
    fn whole<N: PartialOrd + Display>(&mut self, name: &str, value: &N, range: RangeInclusive<N>) {
        if !range.contains(value) {
            let (low, high) = range.into_inner();
            self.wrong_at(name, format!("{value} is not between {low} and {high}"));
        }
    }

    /// A number in its range; what is no number is in none.
    fn number(&mut self, name: &str, value: f64, range: RangeInclusive<f64>) {
        if !range.contains(&value) {
            let (low, high) = range.into_inner();
            self.wrong_at(name, format!("{value} is not between {low} and {high}"));
        }
    }
}

impl Finding {
    fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    const fn at_name(&mut self) -> &mut Self {
        self.name = true;
        self
    }
}

/// All that is wrong, and notes.
pub(super) fn check(config: &Config) -> Vec<Finding> {
    let mut findings = Findings::default();
    roles(config, &mut findings);
    services(config, &mut findings);
    chains::check(config, &mut findings);
    lanes::check(config, &mut findings);
    findings.found
}

fn roles(config: &Config, findings: &mut Findings) {
    let roles = &config.roles.0;
    let attests = roles.contains(&Role::Attestor);
    findings.within("roles", |findings| {
        if roles.is_empty() {
            findings
                .wrong("there is no role")
                .help("leave `roles` out to play all but that of an attestor");
        }
        if roles.iter().collect::<BTreeSet<_>>().len() < roles.len() {
            findings.wrong("a role is named twice");
        }
        if attests && roles.len() > 1 {
            let finding = findings.wrong("an attestor plays no other role");
            finding.help("run it as a process of its own, with its own keys and nodes");
        }
        if attests && config.attest.is_none() {
            findings.wrong("an attestor needs a section [attest]");
        }
    });
    if config.attest.is_some() && !attests {
        findings.within("attest", |findings| {
            findings
                .wrong("this process is no attestor")
                .at_name()
                .help("set roles = [\"attestor\"]");
        });
    }
}

fn services(config: &Config, findings: &mut Findings) {
    findings.within("store", |findings| {
        findings.within("url", |findings| secrets::store(&config.store.url, findings));
    });
    findings.within("api", |findings| {
        let listen = &config.api.listen;
        let split = listen.rsplit_once(':');
        let port =
            split.and_then(|(host, port)| (!host.is_empty()).then(|| port.parse::<u16>().ok())?);
        if port.is_none() {
            findings.wrong_at("listen", "this is no address and port").help("write 127.0.0.1:8787");
        }
        if let Some(token) = &config.api.token {
            findings.within("token", |findings| secrets::token(token, findings));
        }
    });
    let filter = tracing_subscriber::EnvFilter::try_new(&config.telemetry.level);
    if filter.is_err() {
        findings.within("telemetry", |findings| {
            findings
                .wrong_at("level", "this is no filter for logs")
                .help("write info, or relayer=debug");
        });
    }
    findings.within("attestors", |findings| {
        secrets::endpoints(&config.attestors.endpoints, findings);
    });
}

//! What is counted, for Prometheus. Each role counts its own; here is what the names mean, and what the store knows.

use crate::{clock::Millis, store::LaneCounts};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

/// Bounds of seconds that requests take.
const SECONDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 20.0];

/// What each name means.
const MEANINGS: &[(&str, &str)] = &[
    ("heliograph_steps_total", "Steps of a role, by how they ended."),
    ("heliograph_head_number", "Number of a chain's newest and newest final block."),
    ("heliograph_cursor_lag_blocks", "Blocks of a chain that are still to be read."),
    ("heliograph_cursor_block", "Number of the last block of a chain that was read."),
    ("heliograph_cursor_final_block", "Number of the last final block of a chain that was read."),
    ("heliograph_reorgs_total", "Reorganisations of a chain that took back blocks that were read."),
    ("heliograph_halts_total", "Chains that took back a final block, and are read no further."),
    ("heliograph_halted", "1 while a chain is read no further until a person resumes it."),
    ("heliograph_audit_failures_total", "Audits of nonces that could not be done."),
    ("heliograph_unusable_events_total", "Events that no message service logs."),
    ("heliograph_rpc_requests_total", "Requests to an endpoint."),
    ("heliograph_rpc_errors_total", "Requests that an endpoint failed, by class."),
    ("heliograph_rpc_seconds", "Seconds that an endpoint took to answer."),
    ("heliograph_endpoint_lag_blocks", "Blocks that an endpoint is behind the quorum."),
    ("heliograph_wakeups_connected", "1 while a websocket says when there is a new block."),
    ("heliograph_wakeups_total", "Times that a websocket has said so."),
    ("heliograph_client_head", "Number of the newest head of a light client."),
    ("heliograph_client_head_age_seconds", "Age of the newest head of a light client."),
    (
        "heliograph_client_seconds_to_expiry",
        "Seconds until a light client stops to answer without an update.",
    ),
    ("heliograph_client_updates_total", "Updates of a light client that were asked for."),
    ("heliograph_client_evidence_total", "Evidence against light clients that was asked for."),
    ("heliograph_client_conflict", "1 while a light client believes something else than nodes."),
    ("heliograph_decisions_total", "What was decided for messages, by decision or reason."),
    ("heliograph_messages", "Messages of a lane in a stage."),
    ("heliograph_oldest_message_seconds", "Age of the oldest message of a lane that is not over."),
    ("heliograph_transactions_total", "Transactions that ended, by purpose and end."),
    ("heliograph_replacements_total", "Transactions that were signed again for more."),
    ("heliograph_in_flight", "Transactions of a signer that are under way."),
    ("heliograph_nonce", "Next nonce of a signer."),
    ("heliograph_nonce_gap", "Nonces of a signer that are taken and in no transaction."),
    ("heliograph_missed_messages", "Messages of a lane that its chain counts and nobody has seen."),
    ("heliograph_balance_wei", "What a signer has."),
    ("heliograph_base_fee_wei", "Base fee of the next block."),
    ("heliograph_spent_wei_total", "What was paid for gas."),
    ("heliograph_log_lines_lost_total", "Lines of the log that were lost, since nobody reads it."),
];

/// Source, destination and stage of messages.
type Labels = (u64, u64, &'static str);

/// Where all that is counted comes together.
#[derive(Clone)]
pub struct Metrics {
    handle: PrometheusHandle,
    /// Labels that were set once: what has none any more is 0, not as it was.
    known: Arc<Mutex<BTreeSet<Labels>>>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Metrics {
    /// Counts what this process does from now on. There is one to a process.
    ///
    /// # Errors
    ///
    /// That others count already.
    pub fn start() -> Result<Self, BuildError> {
        static STARTED: Mutex<Option<Metrics>> = Mutex::new(None);
        // Held to the end: of two that start at once, the second takes what the first has started.
        let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(metrics) = &*started {
            return Ok(metrics.clone());
        }
        let name = Matcher::Full("heliograph_rpc_seconds".into());
        let builder = PrometheusBuilder::new().set_buckets_for_metric(name, &SECONDS)?;
        let metrics = Self { handle: builder.install_recorder()?, known: Arc::default() };
        for (name, meaning) in MEANINGS {
            match *name {
                name if name.ends_with("_total") => metrics::describe_counter!(name, *meaning),
                name if name.ends_with("rpc_seconds") => {
                    metrics::describe_histogram!(name, *meaning);
                }
                name => metrics::describe_gauge!(name, *meaning),
            }
        }
        Ok(started.insert(metrics).clone())
    }

    /// All of it, as Prometheus reads it.
    pub fn render(&self) -> String {
        self.handle.run_upkeep();
        self.handle.render()
    }

    /// Notes how lanes do. `name` is that of a chain.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn note_lanes(&self, lanes: &[LaneCounts], now: Millis, name: impl Fn(u64) -> String) {
        let mut counts: BTreeMap<(u64, u64, &'static str), u64> = BTreeMap::new();
        for lane in lanes {
            for ((stage, _), count) in &lane.counts {
                *counts.entry((lane.source, lane.destination, stage.as_str())).or_default() +=
                    count;
            }
            let age = lane.oldest.map_or(0, |oldest| now.saturating_sub(oldest).max(0));
            let labels = [("source", name(lane.source)), ("destination", name(lane.destination))];
            metrics::gauge!("heliograph_oldest_message_seconds", &labels).set(age as f64 / 1_000.0);
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(counts.keys().copied());
        for (source, destination, stage) in known.iter() {
            let count = counts.get(&(*source, *destination, *stage)).copied().unwrap_or_default();
            let labels = [
                ("source", name(*source)),
                ("destination", name(*destination)),
                ("stage", (*stage).to_owned()),
            ];
            metrics::gauge!("heliograph_messages", &labels).set(count as f64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{sync::Barrier, thread};

    #[test]
    fn all_that_start_at_once_count_in_one_place() {
        let barrier = Barrier::new(8);
        let start = || {
            barrier.wait();
            Metrics::start().map(|metrics| metrics.known)
        };
        let all = thread::scope(|scope| {
            let started: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            started
                .into_iter()
                .map(|one| one.join().expect("a thread"))
                .collect::<Result<Vec<_>, _>>()
        });
        let all = all.expect("one starts, the others take what it has started");
        assert!(all.iter().all(|known| Arc::ptr_eq(known, &all[0])));
    }
}

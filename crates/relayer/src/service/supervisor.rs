//! Runs roles side by side, each at its own pace, and knows how they are.

use crate::{
    clock::{Clock, Millis},
    config::Role as Kind,
    role::{Failed, Pace, Role},
};
use futures_util::{StreamExt, stream::FuturesUnordered};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::watch, task::JoinSet, time};
use tokio_util::sync::CancellationToken;

/// Waits after a step that has failed, doubled each time.
const FIRST_WAIT: Millis = 1_000;
/// Longest of them.
const LONGEST_WAIT: Millis = 60_000;
/// A role that has not ended a step for so long is not well.
const STUCK: Millis = 300_000;
/// How long steps may go on after they were asked to end.
const LAST_STEP: Duration = Duration::from_secs(10);

/// How a role is.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Condition {
    /// Which role it is.
    #[schema(value_type = String)]
    pub kind: Kind,
    /// When it last ended a step well.
    pub progress_at: Option<Millis>,
    /// How many steps have failed since.
    pub failures: u32,
    /// Why the last of them failed; empty when it did not.
    pub error: String,
    /// When it takes the next step, at the latest.
    pub next_at: Millis,
}

/// How all roles are.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<Mutex<BTreeMap<String, Condition>>>);

impl Health {
    /// All roles by name.
    pub fn conditions(&self) -> BTreeMap<String, Condition> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The roles that have been in one step for too long.
    pub fn stuck(&self, now: Millis) -> Vec<String> {
        let stuck = |(name, at): (String, Condition)| (now - at.next_at > STUCK).then_some(name);
        self.conditions().into_iter().filter_map(stuck).collect()
    }

    /// The roles that have ended no step well for too long, with the reason.
    pub fn unwell(&self, now: Millis) -> Vec<(String, String)> {
        let unwell = |(name, at): (String, Condition)| {
            let overdue = now - at.next_at > STUCK;
            let said =
                if at.error.is_empty() { "its step does not end".to_owned() } else { at.error };
            (overdue || at.failures >= 5).then_some((name, said))
        };
        self.conditions().into_iter().filter_map(unwell).collect()
    }

    /// The roles that have not ended a step well since the start, with the reason.
    pub fn not_ready(&self) -> Vec<(String, String)> {
        let waits = |(name, at): (String, Condition)| {
            let said = if at.error.is_empty() { "at its first step".to_owned() } else { at.error };
            at.progress_at.is_none().then_some((name, said))
        };
        self.conditions().into_iter().filter_map(waits).collect()
    }

    fn begin(&self, role: &dyn Role, now: Millis) {
        let fresh = Condition {
            kind: role.kind(),
            progress_at: None,
            failures: 0,
            error: String::new(),
            next_at: now,
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(role.name(), fresh);
    }

    /// Notes how a step has ended, and returns when the next one is due.
    fn note(&self, name: &str, ended: &Result<Pace, Failed>, now: Millis) -> Millis {
        let mut conditions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(condition) = conditions.get_mut(name) else { return now };
        condition.next_at = match ended {
            Ok(pace) => {
                condition.progress_at = Some(now);
                condition.failures = 0;
                condition.error.clear();
                match *pace {
                    Pace::Again => now,
                    Pace::At(at) => at.max(now),
                }
            }
            Err(failed) => {
                condition.failures = condition.failures.saturating_add(1);
                condition.error = with_causes(failed);
                now + wait_after(condition.failures)
            }
        };
        condition.next_at
    }
}

/// How long to wait after so many failures in a row.
fn wait_after(failures: u32) -> Millis {
    let doubled = FIRST_WAIT.saturating_mul(1 << failures.saturating_sub(1).min(16));
    doubled.min(LONGEST_WAIT)
}

/// An error with what caused it, on one line.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.ends_with(&said) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    text
}

/// Runs roles until they are asked to end.
#[derive(Debug)]
pub struct Supervisor {
    clock: Arc<dyn Clock>,
    changes: watch::Receiver<u64>,
    health: Health,
}

impl Supervisor {
    /// One that wakes roles whenever `changes` changes.
    pub fn new(clock: Arc<dyn Clock>, changes: watch::Receiver<u64>) -> Self {
        Self { clock, changes, health: Health::default() }
    }

    /// How the roles are, while they run.
    pub fn health(&self) -> Health {
        self.health.clone()
    }

    /// Runs them. When `end` is cancelled no new step is begun; those that are under way have a while to end, and are dropped then,
    /// which does no more harm than a kill.
    pub async fn run(self, roles: Vec<Arc<dyn Role>>, end: CancellationToken) {
        let mut tasks = JoinSet::new();
        for role in roles {
            self.health.begin(role.as_ref(), self.clock.now());
            let (clock, health) = (Arc::clone(&self.clock), self.health.clone());
            tasks.spawn(keep_stepping(role, clock, health, self.changes.clone(), end.clone()));
        }
        end.cancelled().await;
        let all = async { while tasks.join_next().await.is_some() {} };
        if time::timeout(LAST_STEP, all).await.is_err() {
            tracing::warn!(
                "some steps did not end in time: they are dropped, and taken again at the next start"
            );
        }
    }
}

async fn keep_stepping(
    role: Arc<dyn Role>,
    clock: Arc<dyn Clock>,
    health: Health,
    mut changes: watch::Receiver<u64>,
    end: CancellationToken,
) {
    let name = role.name();
    let mut wakes = role.wakes();
    tracing::info!(role = %name, "started");
    while !end.is_cancelled() {
        changes.mark_unchanged();
        wakes.iter_mut().for_each(watch::Receiver::mark_unchanged);
        let ended = role.step().await;
        if let Err(failed) = &ended {
            tracing::warn!(role = %name, "{}", with_causes(failed));
        }
        metrics::counter!("heliograph_steps_total", "role" => name.clone(), "ended" => if ended.is_ok() { "well" } else { "badly" })
            .increment(1);
        let next = health.note(&name, &ended, clock.now());
        let wait = Duration::from_millis(u64::try_from(next - clock.now()).unwrap_or_default());
        if wait.is_zero() {
            tokio::task::yield_now().await;
            continue;
        }
        // After a failure nothing wakes it: what fails because a node is down would fail at each change of the store.
        let woken = async {
            if ended.is_err() {
                std::future::pending::<()>().await;
            }
            let mut any: FuturesUnordered<_> = std::iter::once(&mut changes)
                .chain(&mut wakes)
                .map(watch::Receiver::changed)
                .collect();
            // Whoever has gone wakes nobody any more.
            while let Some(woken) = any.next().await {
                if woken.is_ok() {
                    return;
                }
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = time::sleep(wait) => {}
            () = woken => {}
            () = end.cancelled() => {}
        }
    }
    tracing::info!(role = %name, "ended");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use async_trait::async_trait;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[derive(Debug)]
    struct Counting {
        steps: AtomicU32,
        fails: bool,
    }

    #[async_trait]
    impl Role for Counting {
        fn kind(&self) -> Kind {
            Kind::Indexer
        }

        fn name(&self) -> String {
            if self.fails { "failing".into() } else { "counting".into() }
        }

        async fn step(&self) -> Result<Pace, Failed> {
            self.steps.fetch_add(1, Ordering::SeqCst);
            if self.fails {
                return Err(Failed::new("read chain 1", "no node answers"));
            }
            Ok(Pace::At(Millis::MAX))
        }
    }

    /// Lets the roles run until this holds.
    async fn until(holds: impl Fn() -> bool) {
        let waiting = async {
            while !holds() {
                time::sleep(Duration::from_millis(1)).await;
            }
        };
        time::timeout(Duration::from_secs(30), waiting).await.expect("it comes to hold");
    }

    #[tokio::test]
    async fn a_change_wakes_a_role_and_a_failure_does_not_stop_the_others() {
        let (change, changes) = watch::channel(0);
        let supervisor = Supervisor::new(Arc::new(SystemClock), changes);
        let health = supervisor.health();
        let well = Arc::new(Counting { steps: AtomicU32::new(0), fails: false });
        let failing = Arc::new(Counting { steps: AtomicU32::new(0), fails: true });
        let end = CancellationToken::new();
        let roles: Vec<Arc<dyn Role>> = vec![Arc::clone(&well) as _, Arc::clone(&failing) as _];
        let running = tokio::spawn(supervisor.run(roles, end.clone()));
        let failures = || health.conditions().get("failing").map(|condition| condition.failures);
        // It may have failed again by the time that it is looked at.
        until(|| well.steps.load(Ordering::SeqCst) == 1 && failures() >= Some(1)).await;
        let waits = [("failing".to_owned(), "read chain 1: no node answers".to_owned())];
        assert_eq!(health.not_ready(), waits, "one of the two never was well");
        change.send_replace(1);
        until(|| well.steps.load(Ordering::SeqCst) == 2).await;
        let said = health.conditions().remove("failing").map(|condition| condition.error);
        assert_eq!(said.as_deref(), Some("read chain 1: no node answers"));
        end.cancel();
        running.await.expect("it ends");
    }

    #[test]
    fn what_fails_five_times_is_unwell_until_it_succeeds() {
        let health = Health::default();
        let role = Counting { steps: AtomicU32::new(0), fails: true };
        health.begin(&role, 0);
        for _ in 0..4 {
            health.note("failing", &Err(Failed::because("read chain 1")), 0);
        }
        assert_eq!(health.unwell(0), []);
        assert_eq!(health.note("failing", &Err(Failed::because("read chain 1")), 0), 16_000);
        assert_eq!(health.unwell(0), [("failing".to_owned(), "read chain 1".to_owned())]);
        assert_eq!(health.stuck(0), [""; 0], "it ends its steps, if badly");
        assert_eq!(health.note("failing", &Ok(Pace::At(7)), 5), 7);
        assert_eq!(health.unwell(7), []);
        assert_eq!(
            health.unwell(8 + STUCK),
            [("failing".to_owned(), "its step does not end".to_owned())]
        );
        assert_eq!(health.stuck(8 + STUCK), ["failing"]);
    }

    #[test]
    fn waits_double_up_to_a_minute() {
        assert_eq!([1, 2, 3, 7, 40].map(wait_after), [1_000, 2_000, 4_000, 60_000, 60_000]);
    }
}

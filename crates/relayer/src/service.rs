//! What runs: the roles of this process, over one store, and how they are.

mod assembly;
mod attesting;
mod evidence;
mod interface;
mod later;
mod plan;
mod supervisor;
mod telemetry;

pub use assembly::Parts;
pub use evidence::{Found, evidence};
pub use plan::{Plan, Planned, plan};
pub use supervisor::{Condition, Health, Supervisor, with_causes};
pub use telemetry::{Level, Telemetry};

use crate::{
    api::{self, Sources},
    clock::{Clock, Millis},
    config::{Config, Role as Kind},
    metrics::Metrics,
    role::Failed,
    store::Store,
};
use futures_util::future::join_all;
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// How often what is over for long is forgotten.
const TIDY: Duration = Duration::from_secs(3_600);
/// How often this process says that it is alive.
const BEAT: Duration = Duration::from_secs(5);
/// When a process that has not said so for so long, in milliseconds, is taken for dead by others on the same database.
const ALIVE: Millis = 15_000;
/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// Plays the roles that the configuration names, until it is asked to end. `level` lets the HTTP interface change what is logged.
///
/// # Errors
///
/// [`Failed`] for what is wrong before any role has begun: a store or a key that cannot be opened, a port that is taken. What fails
/// later is tried again.
pub async fn run(
    config: Config,
    clock: Arc<dyn Clock>,
    level: Option<Level>,
    end: CancellationToken,
) -> Result<(), Failed> {
    let kinds = config.roles.0.clone();
    let plays = |kind| kinds.contains(&kind);
    if plays(Kind::Attestor) {
        if kinds.len() > 1 {
            let alone =
                "an attestor plays no other role: give it a process, a key and nodes of its own";
            return Err(Failed::because(alone));
        }
        return attesting::run(config, clock, end).await;
    }
    let metrics = Metrics::start().map_err(|e| Failed::new("count what is done", e))?;
    let parts = Parts::open(config, Arc::clone(&clock)).await?;
    parts.store.succeed().await.map_err(|e| Failed::new("take over from the last run", e))?;
    let roles = parts.roles().await?;
    let supervisor = Supervisor::new(Arc::clone(&clock), parts.store.changes());
    let interface = if plays(Kind::Api) {
        let sources = Sources {
            store: parts.store.clone(),
            chains: parts.chains.clone(),
            lanes: parts.config.lanes.clone(),
            clock: Arc::clone(&clock),
            cache: parts.cache.clone(),
            attestors: parts.attestors()?,
            health: supervisor.health(),
            metrics,
            level,
            indexes: plays(Kind::Indexer),
            token: parts.token()?,
            end: end.clone(),
        };
        let listener = interface::listen(&parts.config.api.listen).await?;
        tracing::info!(listen = parts.config.api.listen, "answers over HTTP");
        Some((listener, api::router(sources)))
    } else {
        None
    };
    let answering = async {
        if let Some((listener, routes)) = interface {
            interface::serve(listener, routes, end.clone()).await;
        }
    };
    let tidying = tidy(&parts.store, clock.as_ref(), parts.config.store.keep_days, &end);
    let living = live(&parts.store, &end);
    let listening = join_all(parts.chains.values().map(|chain| chain.listen(&end)));
    tokio::join!(supervisor.run(roles, end.clone()), tidying, answering, living, listening);
    // Whoever goes on need not wait until leases run out.
    if let Err(error) = parts.store.leave().await {
        tracing::warn!(%error, "what this process had in hand is free later");
    }
    parts.store.close().await;
    Ok(())
}

/// Says that this process is alive, and takes over from others that no longer say so.
async fn live(store: &Store, end: &CancellationToken) {
    while !end.is_cancelled() {
        match store.alive(ALIVE).await {
            Ok(0) => {}
            Ok(processes) => {
                tracing::warn!(processes, "others are gone: what they had in hand is taken over");
            }
            Err(error) => tracing::warn!(%error, "cannot say that this process is alive"),
        }
        tokio::select! {
            () = tokio::time::sleep(BEAT) => {}
            () = end.cancelled() => {}
        }
    }
}

/// Forgets what is over for long.
async fn tidy(store: &Store, clock: &dyn Clock, keep_days: u32, end: &CancellationToken) {
    while keep_days > 0 && !end.is_cancelled() {
        match store.prune(clock.now() - i64::from(keep_days) * DAY).await {
            Ok(0) => {}
            Ok(messages) => tracing::info!(messages, "forgotten: they have been over for long"),
            Err(error) => tracing::warn!(%error, "what is over for long stays"),
        }
        tokio::select! {
            () = tokio::time::sleep(TIDY) => {}
            () = end.cancelled() => {}
        }
    }
}

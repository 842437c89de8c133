//! How the process is, and what its operator may change.

use super::{Desk, Problem, RoleState, ServiceState, guard::Body, messages};
use crate::{
    clock::{Clock, Millis},
    domain::{Class, Reason, Stage},
    indexer,
    service::Health,
    store::{self, Query, Requeue},
};
use alloy_primitives::B256;
use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;
use utoipa::ToSchema;

/// How long the store is waited for where something else can be said without it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Most messages that one question names.
const MOST: usize = 1_000;

fn state(desk: &Desk) -> ServiceState {
    state_of(&desk.sources.health, desk.now(), desk.store().owner())
}

fn state_of(health: &Health, now: Millis, instance: &str) -> ServiceState {
    let unwell: std::collections::BTreeMap<_, _> = health.unwell(now).into_iter().collect();
    let roles = health.conditions().into_iter();
    ServiceState {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        instance: instance.to_owned(),
        now,
        healthy: unwell.is_empty(),
        unwell,
        roles: roles.map(|(name, condition)| RoleState { name, condition }).collect(),
    }
}

/// How this process and its roles are.
#[utoipa::path(get, path = "/v1/status", responses((status = 200, body = ServiceState)))]
pub(super) async fn status(State(desk): State<Desk>) -> Json<ServiceState> {
    Json(state(&desk))
}

/// Whether this process lives: 503 when a step of a role does not end, which a new start may cure. Nodes that are down are not cured
/// by one: they are told at `/readyz`.
#[utoipa::path(get, path = "/healthz", responses(
    (status = 200, body = ServiceState), (status = 503, body = ServiceState)
))]
pub(super) async fn healthz(State(desk): State<Desk>) -> (StatusCode, Json<ServiceState>) {
    let lives = desk.sources.health.stuck(desk.now()).is_empty();
    answer(lives, state(&desk))
}

/// Whether every role makes progress and the store answers; else which do not, and why.
#[utoipa::path(get, path = "/readyz", responses(
    (status = 200, body = ServiceState), (status = 503, body = ServiceState)
))]
pub(super) async fn readyz(State(desk): State<Desk>) -> (StatusCode, Json<ServiceState>) {
    let mut state = begun(state(&desk), &desk.sources.health);
    match in_time(halted(&desk)).await {
        Ok(halted) => {
            for (chain, why) in halted {
                if let Some(why) = why {
                    let said = format!("{why}; {}", indexer::advice(&chain));
                    state.unwell.insert(format!("chain {chain}"), said);
                }
            }
        }
        Err(why) => {
            state.unwell.insert("store".to_owned(), why);
        }
    }
    state.healthy = state.unwell.is_empty();
    answer(state.healthy, state)
}

/// The chains, and why those that are read no further are not.
async fn halted(desk: &Desk) -> store::Result<Vec<(String, Option<String>)>> {
    let mut found = Vec::new();
    for chain in desk.sources.chains.values() {
        let cursor = desk.store().cursor(chain.id()).await?;
        found.push((chain.name().to_owned(), cursor.and_then(|cursor| cursor.halted)));
    }
    // Where there is no chain, whether the store answers.
    desk.store().counts().await?;
    Ok(found)
}

/// What the store answers, unless it takes longer than whoever asks would wait.
async fn in_time<T>(asked: impl Future<Output = store::Result<T>>) -> Result<T, String> {
    match timeout(PATIENCE, asked).await {
        Ok(answered) => answered.map_err(|e| e.to_string()),
        Err(_) => Err(format!("it does not answer within {PATIENCE:?}")),
    }
}

/// For a process that answers nothing else: the same two.
pub fn health_only(health: Health, clock: Arc<dyn Clock>, instance: &str) -> Router {
    let instance: Arc<str> = instance.into();
    let lives = {
        let (health, clock, instance) = (health.clone(), Arc::clone(&clock), Arc::clone(&instance));
        move || {
            let now = clock.now();
            let said = answer(health.stuck(now).is_empty(), state_of(&health, now, &instance));
            async move { said }
        }
    };
    let ready = move || {
        let state = begun(state_of(&health, clock.now(), &instance), &health);
        async move { answer(state.healthy, state) }
    };
    Router::new().route("/healthz", get(lives)).route("/readyz", get(ready))
}

/// The same, where a role that never has ended a step is not well either.
fn begun(mut state: ServiceState, health: &Health) -> ServiceState {
    for (role, why) in health.not_ready() {
        state.unwell.entry(role).or_insert(why);
    }
    state.healthy = state.unwell.is_empty();
    state
}

const fn answer(good: bool, state: ServiceState) -> (StatusCode, Json<ServiceState>) {
    (if good { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, Json(state))
}

/// What is counted, as Prometheus reads it. While the store does not answer, what it counts is as it last was.
#[utoipa::path(get, path = "/metrics", responses((status = 200, body = String, content_type = "text/plain")))]
pub(super) async fn metrics(State(desk): State<Desk>) -> Response {
    if let Ok(lanes) = in_time(desk.store().lanes()).await {
        desk.sources.metrics.note_lanes(&lanes, desk.now(), |id| desk.chain_name(id).name);
        for (chain, why) in in_time(halted(&desk)).await.unwrap_or_default() {
            metrics::gauge!("heliograph_halted", "chain" => chain)
                .set(f64::from(u8::from(why.is_some())));
        }
    }
    if let Some(level) = &desk.sources.level {
        metrics::counter!("heliograph_log_lines_lost_total").absolute(level.lost());
    }
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (kind, desk.sources.metrics.render()).into_response()
}

/// Which messages are asked for again. All of what is given has to fit, and something has to be.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Which {
    /// These.
    #[schema(value_type = Vec<String>)]
    ids: Vec<B256>,
    /// Those that this transaction is about.
    #[schema(value_type = Option<String>)]
    tx: Option<B256>,
    /// Those in this stage.
    stage: Option<Stage>,
    /// Those that wait for this.
    reason: Option<Reason>,
    /// Those from this chain, by name or id; only with `destination`.
    source: Option<String>,
    /// Those to this chain; only with `source`.
    destination: Option<String>,
    /// Who takes them: `backlog` unless said otherwise, `live` puts them in front.
    class: Option<Class>,
}

/// How many messages are due now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Requeued {
    /// That many. What is under way, and what is over, is not among them.
    pub due: u64,
}

/// Makes messages due now, whatever they wait for.
#[utoipa::path(post, path = "/v1/requeue", request_body = Which, security(("token" = [])), responses(
    (status = 200, body = Requeued), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem)
))]
pub(super) async fn requeue(
    State(desk): State<Desk>,
    Body(which): Body<Which>,
) -> Result<Json<Requeued>, Problem> {
    let lane = messages::lane(&desk, which.source.as_deref(), which.destination.as_deref())?;
    let mut ids = which.ids;
    let named = !ids.is_empty() || which.tx.is_some();
    if !named && which.stage.is_none() && which.reason.is_none() && lane.is_none() {
        return Err(Problem::bad("say which messages: ids, tx, stage, reason, or a lane"));
    }
    if let Some(tx) = which.tx {
        let query = Query { tx: Some(tx), limit: MOST, ..Query::default() };
        let found = desk.store().search(&query).await?;
        if found.is_empty() {
            return Err(Problem::not_found(format!(
                "no message of transaction {tx} was seen: see at /v1/chains whether its block was read yet"
            )));
        }
        let of_it = |id: &B256| found.iter().any(|message| message.id == *id);
        if ids.is_empty() {
            ids = found.iter().map(|message| message.id).collect();
        } else {
            ids.retain(of_it);
        }
    }
    if ids.len() > MOST {
        return Err(Problem::bad(format!("at most {MOST} messages are named at a time")));
    }
    if named && ids.is_empty() {
        return Ok(Json(Requeued { due: 0 }));
    }
    let again = Requeue { ids, stage: which.stage, reason: which.reason, lane };
    let due = desk.store().requeue(&again, which.class.unwrap_or(Class::Backlog)).await?;
    tracing::info!(due, "messages are asked for again");
    Ok(Json(Requeued { due }))
}

/// What is logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogLevel {
    /// As `tracing` reads filters: `info`, `relayer=debug`.
    pub level: String,
}

/// Changes what is logged from now on.
#[utoipa::path(post, path = "/v1/log-level", request_body = LogLevel, security(("token" = [])), responses(
    (status = 200, body = LogLevel), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)
))]
pub(super) async fn log_level(
    State(desk): State<Desk>,
    Body(wanted): Body<LogLevel>,
) -> Result<Json<LogLevel>, Problem> {
    let missing = || Problem::new(StatusCode::NOT_IMPLEMENTED, "logs are not this process's own");
    let level = desk.sources.level.as_ref().ok_or_else(missing)?;
    level.set(&wanted.level).map_err(Problem::bad)?;
    tracing::info!(level = wanted.level, "what is logged was changed");
    Ok(Json(wanted))
}

//! Lanes, chains, light clients, transactions.

use super::{
    ChainState, ClientState, Desk, Lane, Problem, Transaction, Waiting, guard::Asked,
    messages::chain,
};
use crate::domain::{Reason, Stage};
use axum::{Json, extract::State};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::IntoParams;

/// Most transactions in one answer.
const MOST: usize = 500;

/// How each lane does.
#[utoipa::path(get, path = "/v1/lanes", responses((status = 200, body = Vec<Lane>)))]
pub(super) async fn lanes(State(desk): State<Desk>) -> Result<Json<Vec<Lane>>, Problem> {
    let id = |name: &str| {
        let named = desk.sources.chains.values().find(|chain| chain.name() == name);
        named.map(|chain| chain.id())
    };
    let served = desk.sources.lanes.iter().filter_map(|lane| id(&lane.from).zip(id(&lane.to)));
    let empty = |(source, destination), served| Lane {
        source: desk.chain_name(source),
        destination: desk.chain_name(destination),
        served,
        stages: BTreeMap::new(),
        waiting: BTreeMap::new(),
        oldest: None,
    };
    let mut lanes: BTreeMap<(u64, u64), Lane> =
        served.map(|lane| (lane, empty(lane, true))).collect();
    for counted in desk.store().lanes().await? {
        let ends = (counted.source, counted.destination);
        let lane = lanes.entry(ends).or_insert_with(|| empty(ends, false));
        for ((stage, reason), count) in counted.counts {
            *lane.stages.entry(stage).or_default() += count;
            if waits(stage, reason) {
                *lane.waiting.entry(reason).or_default() += count;
            }
        }
        lane.oldest = counted.oldest;
    }
    Ok(Json(lanes.into_values().collect()))
}

/// Whether something is still awaited for messages in this stage.
fn waits(stage: Stage, reason: Reason) -> bool {
    !stage.is_over() && reason != Reason::Done
}

/// How each chain is followed, and how its nodes are.
#[utoipa::path(get, path = "/v1/chains", responses((status = 200, body = Vec<ChainState>)))]
pub(super) async fn chains(State(desk): State<Desk>) -> Result<Json<Vec<ChainState>>, Problem> {
    let mut states = Vec::new();
    for chain in desk.sources.chains.values() {
        let cursor = desk.store().cursor(chain.id()).await?;
        let cursor = cursor.as_ref();
        states.push(ChainState {
            chain: desk.chain_name(chain.id()),
            head: cursor.map(|cursor| cursor.head),
            head_time: cursor.map(|cursor| cursor.head_time),
            final_block: cursor.map(|cursor| cursor.final_block.number),
            next_block: cursor.map(|cursor| cursor.next_block),
            lag: cursor.map(|cursor| (cursor.head + 1).saturating_sub(cursor.next_block)),
            halted: cursor.and_then(|cursor| cursor.halted.clone()),
            updated_at: cursor.map(|cursor| cursor.updated_at),
            quorum: chain.quorum(),
            endpoints: chain.health(),
        });
    }
    Ok(Json(states))
}

/// How each light client does: its newest head, how old that is, how long it goes on without an update.
#[utoipa::path(get, path = "/v1/clients", responses((status = 200, body = Vec<ClientState>)))]
pub(super) async fn clients(State(desk): State<Desk>) -> Result<Json<Vec<ClientState>>, Problem> {
    let mut states = Vec::new();
    for row in desk.store().clients().await? {
        // Deadlines are in the time of the chain that it is on.
        let here = desk.store().cursor(row.on_chain).await?.map(|cursor| cursor.head_time);
        let time = here.unwrap_or_else(|| u64::try_from(desk.now() / 1_000).unwrap_or_default());
        let demand = desk.store().demand(row.follows, row.on_chain).await?;
        states.push(ClientState {
            on: desk.chain_name(row.on_chain),
            follows: desk.chain_name(row.follows),
            address: row.address,
            head_id: row.head_id,
            head: row.head.number,
            head_hash: row.head.hash,
            head_time: row.head_time,
            age_seconds: time.saturating_sub(row.head_time),
            seconds_to_expiry: row.expires_at.map(|at| at.saturating_sub(time)),
            detail: row.detail,
            checked_at: row.checked_at,
            waiting: demand.map(|demand| Waiting {
                count: demand.count,
                block: demand.highest_block,
                since: demand.oldest_since,
            }),
        });
    }
    Ok(Json(states))
}

/// Which transactions are asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct Where {
    /// Those of this chain, by name or id.
    chain: Option<String>,
}

/// Transactions of ours that are not over, the oldest first; at most 500 of each chain.
#[utoipa::path(get, path = "/v1/outgoing", params(Where), responses(
    (status = 200, body = Vec<Transaction>), (status = 400, body = Problem)
))]
pub(super) async fn outgoing(
    State(desk): State<Desk>,
    Asked(asked): Asked<Where>,
) -> Result<Json<Vec<Transaction>>, Problem> {
    let only = asked.chain.as_deref().map(|name| chain(&desk, name)).transpose()?;
    let mut all = Vec::new();
    for id in desk.sources.chains.keys().filter(|id| only.is_none_or(|only| only == **id)) {
        for outgoing in desk.store().outgoing_all_open(*id).await?.iter().take(MOST) {
            let messages = desk.store().messages_of(outgoing.id).await?;
            all.push(desk.transaction(outgoing, messages));
        }
    }
    Ok(Json(all))
}

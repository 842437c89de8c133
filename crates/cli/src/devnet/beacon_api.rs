//! The part of the beacon REST API that light clients are fed from.

use super::consensus::Consensus;
use crate::error::{Error, Result};
use alloy_primitives::{B256, hex};
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::get,
};
use light_client::beacon::spec::{Version, Versioned};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use testkit::beacon::BeaconBlock;
use tokio::net::TcpListener;

/// A beacon chain that is served while it grows.
pub(super) type Shared = Arc<Mutex<Consensus>>;

/// Most updates that one question is answered with, as the API says.
const MOST_UPDATES: u64 = 128;

/// The chain, for as long as the guard lives.
pub(super) fn lock(shared: &Shared) -> MutexGuard<'_, Consensus> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a node holds for final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum History {
    /// What is.
    Own,
    /// Another one, which the same committees have signed.
    Another,
}

/// Serves the chain on a free port of loopback, until this program ends; returns the URL.
pub(super) async fn serve(chain: Shared, history: History) -> Result<String> {
    let failed = |error| Error::tool("the beacon node", error);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let routes = Router::new()
        .route("/eth/v1/beacon/genesis", get(genesis))
        .route("/eth/v1/config/spec", get(spec))
        .route("/eth/v1/node/version", get(version))
        .route("/eth/v1/node/syncing", get(syncing))
        .route("/eth/v1/beacon/headers/{block}", get(header))
        .route("/eth/v1/beacon/light_client/bootstrap/{root}", get(bootstrap))
        .route("/eth/v1/beacon/light_client/updates", get(updates))
        .route(
            "/eth/v1/beacon/light_client/finality_update",
            get(move |chain| finality_update(chain, history)),
        )
        .with_state(chain);
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Ok(format!("http://{address}"))
}

async fn genesis(State(chain): State<Shared>) -> Json<Value> {
    let chain = lock(&chain);
    let network = chain.network();
    Json(json!({ "data": {
        "genesis_time": network.genesis_time.to_string(),
        "genesis_validators_root": network.genesis_validators_root,
        "genesis_fork_version": "0x00000000",
    } }))
}

async fn spec(State(chain): State<Shared>) -> Json<Value> {
    let chain = lock(&chain);
    let network = chain.network();
    let mut data = json!({
        "PRESET_BASE": if network.committee_size == 512 { "mainnet" } else { "minimal" },
        "CONFIG_NAME": "heliograph-devnet",
        "DEPOSIT_CHAIN_ID": network.chain_id.to_string(),
        "SECONDS_PER_SLOT": network.seconds_per_slot.to_string(),
        "SLOT_DURATION_MS": (network.seconds_per_slot * 1000).to_string(),
        "SLOTS_PER_EPOCH": network.slots_per_epoch.to_string(),
        "EPOCHS_PER_SYNC_COMMITTEE_PERIOD": network.epochs_per_period.to_string(),
        "SYNC_COMMITTEE_SIZE": network.committee_size.to_string(),
        "SLOTS_PER_HISTORICAL_ROOT": network.slots_per_historical_root.to_string(),
    });
    let names = ["ALTAIR", "BELLATRIX", "CAPELLA", "DENEB", "ELECTRA", "FULU"];
    for (version, name) in (1u8..).zip(names) {
        data[format!("{name}_FORK_EPOCH")] = "0".into();
        data[format!("{name}_FORK_VERSION")] = hex::encode_prefixed([version, 0, 0, 0]).into();
    }
    Json(json!({ "data": data }))
}

async fn version() -> Json<Value> {
    Json(json!({ "data": { "version": concat!("heliograph-devnet/", env!("CARGO_PKG_VERSION")) } }))
}

async fn syncing(State(chain): State<Shared>) -> Json<Value> {
    let head = lock(&chain).head_slot().unwrap_or_default().to_string();
    Json(json!({ "data": {
        "head_slot": head, "sync_distance": "0", "is_syncing": false, "is_optimistic": false, "el_offline": false,
    } }))
}

async fn header(State(chain): State<Shared>, Path(id): Path<String>) -> Response {
    let chain = lock(&chain);
    let block = match id.as_str() {
        "head" => chain.chain().head(),
        "finalized" => chain.finalized(),
        _ => match (id.parse::<u64>(), id.parse::<B256>()) {
            (Ok(slot), _) => chain.chain().block(slot).ok(),
            (_, Ok(root)) => chain.block(root),
            _ => return said(StatusCode::BAD_REQUEST, "Invalid block ID"),
        },
    };
    let is_final = |block: &BeaconBlock| {
        chain.finalized().is_some_and(|last| block.header().slot <= last.header().slot)
    };
    let answer = block.map(|block| {
        json!({
            "execution_optimistic": false,
            "finalized": is_final(block),
            "data": {
                "root": block.root(),
                "canonical": true,
                "header": {
                    "message": block.header(),
                    "signature": format!("0x{}", "00".repeat(96)),
                },
            },
        })
    });
    answer_of(answer)
}

async fn bootstrap(State(chain): State<Shared>, Path(root): Path<String>) -> Response {
    let Ok(root) = root.parse::<B256>() else {
        return said(StatusCode::BAD_REQUEST, "Invalid block root");
    };
    answer_of(lock(&chain).bootstrap(root).map(versioned))
}

#[derive(Debug, Deserialize)]
struct Periods {
    start_period: u64,
    count: u64,
}

async fn updates(State(chain): State<Shared>, Query(asked): Query<Periods>) -> Response {
    let chain = lock(&chain);
    let last = asked.start_period.saturating_add(asked.count.min(MOST_UPDATES));
    let known = chain.network().period(chain.head_slot().unwrap_or_default()) + 1;
    let found = (asked.start_period..last.min(known)).filter_map(|period| chain.update(period));
    Json(found.map(versioned).collect::<Vec<_>>()).into_response()
}

async fn finality_update(State(chain): State<Shared>, history: History) -> Response {
    let chain = lock(&chain);
    let update = match history {
        History::Own => chain.finality_update(),
        History::Another => chain.contradicting_update(),
    };
    answer_of(update.map(versioned))
}

const fn versioned<T>(data: T) -> Versioned<T> {
    Versioned { version: Some(Version::Fulu), data }
}

fn answer_of(answer: Option<impl Serialize>) -> Response {
    match answer {
        Some(answer) => Json(answer).into_response(),
        None => said(StatusCode::NOT_FOUND, "NOT_FOUND: beacon node has nothing there"),
    }
}

fn said(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "code": status.as_u16(), "message": message }))).into_response()
}

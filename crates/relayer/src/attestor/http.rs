//! What an attestor answers over HTTP.

use super::{Asked, Attestor, BookError, Refused, named};
use alloy_primitives::{Address, B256, Bytes};
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::get,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Questions that are worked on at a time: each costs questions to nodes.
const AT_A_TIME: usize = 8;

/// A statement that was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// What is signed: `sent`, `delivered`, `cancelled`, `expired`, `cancellation_requested`.
    pub statement: String,
    /// Of which message.
    pub id: B256,
    /// On which chain it happened.
    pub chain: u64,
    /// On which chain the signature counts.
    pub counts_on: u64,
    /// By whom.
    pub attestor: Address,
    /// r ‖ s ‖ v.
    pub signature: Bytes,
}

#[derive(Debug, Deserialize)]
struct Parameters {
    nonce: Option<u64>,
}

#[derive(Clone, Debug)]
struct Desk {
    attestor: Arc<Attestor>,
    places: Arc<Semaphore>,
}

/// `GET /v1/attestations/{statement}/{chain}/{transaction}/{log}?nonce=`: finds the event, verifies it, and signs what it says. The log's
/// place is that in its block. For `expired` the event is that by which the message was sent.
pub fn router(attestor: Arc<Attestor>) -> Router {
    let desk = Desk { attestor, places: Arc::new(Semaphore::new(AT_A_TIME)) };
    Router::new()
        .route("/v1/attestations/{statement}/{chain}/{transaction}/{log}", get(attest))
        .with_state(desk)
}

type Answer<T> = Result<Json<T>, (StatusCode, Json<Value>)>;

async fn attest(
    State(desk): State<Desk>,
    Path((statement, chain, transaction, log_index)): Path<(String, u64, B256, u64)>,
    Query(Parameters { nonce }): Query<Parameters>,
) -> Answer<Signed> {
    let refuse = |status, problem: String| (status, Json(json!({ "error": problem })));
    let unknown = || refuse(StatusCode::NOT_FOUND, format!("there is no statement {statement:?}"));
    let statement = named(&statement).ok_or_else(unknown)?;
    let busy = |_| refuse(StatusCode::TOO_MANY_REQUESTS, "busy: ask again".into());
    let _place = desk.places.try_acquire().map_err(busy)?;
    let asked =
        Asked { statement, chain, transaction, log_index, nonce: nonce.unwrap_or_default() };
    let signed = desk.attestor.attest(&asked).await;
    signed.map(Json).map_err(|refused| refuse(status(&refused), refused.to_string()))
}

const fn status(refused: &Refused) -> StatusCode {
    match refused {
        Refused::NotServed(_) | Refused::NotThere(_) => StatusCode::NOT_FOUND,
        Refused::NotFinal(_) => StatusCode::TOO_EARLY,
        Refused::Block(_) | Refused::NotSo(_) | Refused::Book(BookError::Contradicts { .. }) => {
            StatusCode::CONFLICT
        }
        Refused::Nodes(_) => StatusCode::BAD_GATEWAY,
        Refused::Book(BookError::File(_)) | Refused::Key(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

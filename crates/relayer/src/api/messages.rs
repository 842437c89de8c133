//! Messages.

use super::{Desk, MessageDetail, MessageList, Problem, Step, guard::Asked};
use crate::{
    domain::{Reason, Stage, Tracked},
    store::Query,
};
use alloy_primitives::B256;
use axum::{
    Json,
    extract::{Path, State},
};
use serde::Deserialize;
use utoipa::IntoParams;

/// Most messages in one answer.
const MOST: usize = 500;

/// Which messages are asked for. All of what is given has to fit.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// The one with this id.
    #[param(value_type = Option<String>)]
    id: Option<B256>,
    /// Those that this transaction is about, on any chain.
    #[param(value_type = Option<String>)]
    tx: Option<B256>,
    /// Those from this account.
    sender: Option<String>,
    /// Those to this account.
    recipient: Option<String>,
    /// Those in this stage.
    stage: Option<Stage>,
    /// Those that wait for this.
    reason: Option<Reason>,
    /// Those from this chain, by name or id; only with `destination`.
    source: Option<String>,
    /// Those to this chain; only with `source`.
    destination: Option<String>,
    /// At most so many, up to 500.
    limit: Option<usize>,
    /// Those that were seen before this one.
    #[param(value_type = Option<String>)]
    before: Option<B256>,
}

/// Messages, the last seen first.
#[utoipa::path(get, path = "/v1/messages", params(Wanted), responses(
    (status = 200, body = MessageList), (status = 400, body = Problem)
))]
pub(super) async fn list(
    State(desk): State<Desk>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<MessageList>, Problem> {
    let limit = wanted.limit.unwrap_or(50);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::bad(format!("limit is from 1 to {MOST}")));
    }
    let query = Query {
        id: wanted.id,
        tx: wanted.tx,
        sender: wanted.sender,
        recipient: wanted.recipient,
        stage: wanted.stage,
        reason: wanted.reason,
        lane: lane(&desk, wanted.source.as_deref(), wanted.destination.as_deref())?,
        // One more tells whether there are more.
        limit: limit + 1,
        before: wanted.before,
    };
    let mut found = desk.store().search(&query).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = if more { found.last().map(|last| last.id) } else { None };
    let messages = found.iter().map(|tracked| desk.message(tracked)).collect();
    Ok(Json(MessageList { messages, next }))
}

/// A message with its life: where it stands, why it is not further, what can be done.
#[utoipa::path(get, path = "/v1/messages/{id}", params(("id" = String, Path, description = "Id of the message")), responses(
    (status = 200, body = MessageDetail), (status = 404, body = Problem)
))]
pub(super) async fn one(
    State(desk): State<Desk>,
    Path(id): Path<String>,
) -> Result<Json<MessageDetail>, Problem> {
    let message = find(&desk, &id).await?;
    detail(&desk, &message).await.map(Json)
}

/// The message with the id that a path has.
pub(super) async fn find(desk: &Desk, id: &str) -> Result<Tracked, Problem> {
    let id: B256 = id.parse().map_err(|_| {
        Problem::bad(format!("{id:?} is no id of a message: 0x and 64 hexadecimal digits"))
    })?;
    let found = desk.store().message(id).await?;
    found.ok_or_else(|| {
        Problem::not_found(format!(
            "message {id} was not seen: see at /v1/chains whether its block was read yet"
        ))
    })
}

/// All that is known of a message.
pub(super) async fn detail(desk: &Desk, tracked: &Tracked) -> Result<MessageDetail, Problem> {
    let history: Vec<Step> =
        desk.store().history(tracked.id).await?.into_iter().map(Step::from).collect();
    let sightings = desk.store().sightings(tracked.id).await?;
    let mut transactions = Vec::new();
    if let Some(id) = tracked.outgoing {
        // It may be over and forgotten since the message was read.
        if let Ok(outgoing) = desk.store().outgoing(id).await {
            transactions.push(desk.transaction(&outgoing, desk.store().messages_of(id).await?));
        }
    }
    Ok(MessageDetail {
        message: desk.message(tracked),
        payload: tracked.sent.body.payload.clone(),
        attributes: tracked.sent.body.attributes.clone(),
        last_error: history.iter().rev().find(|step| is_error(step.reason)).cloned(),
        history,
        sightings: sightings.iter().map(|sighting| desk.seen(sighting)).collect(),
        transactions,
    })
}

/// Whether something went wrong, in contrast to what only takes its time.
const fn is_error(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::ClientDown
            | Reason::RecipientFails
            | Reason::Gas
            | Reason::Limit
            | Reason::Balance
            | Reason::Nodes
            | Reason::Reverted
            | Reason::ProofInvalid
    )
}

/// A lane by the names or ids of its ends.
pub(super) fn lane(
    desk: &Desk,
    source: Option<&str>,
    destination: Option<&str>,
) -> Result<Option<(u64, u64)>, Problem> {
    match (source, destination) {
        (None, None) => Ok(None),
        (Some(source), Some(destination)) => {
            Ok(Some((chain(desk, source)?, chain(desk, destination)?)))
        }
        _ => Err(Problem::bad("source and destination name a lane only together")),
    }
}

/// A chain by its name or id.
pub(super) fn chain(desk: &Desk, name: &str) -> Result<u64, Problem> {
    let named = desk.sources.chains.values().find(|chain| chain.name() == name);
    let id = named.map(|chain| chain.id()).or_else(|| name.parse().ok());
    id.ok_or_else(|| Problem::bad(format!("there is no chain {name:?}; see /v1/chains")))
}

//! Going on with a chain that is halted.

use super::{ChainName, Desk, Problem, guard::Body, messages::chain};
use crate::{clock::Clock, domain::BlockRef, indexer::Indexer, role::Failed};
use alloy_primitives::B256;
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Which chain goes on, and where.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Halted {
    /// Its name or id.
    chain: String,
    /// The block from which on it is read again, where that is to be an earlier one than what is found.
    #[serde(default)]
    from_block: Option<u64>,
    /// The hash of the last block that is kept, as an answer without it names it. Nothing is done without.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    kept: Option<B256>,
}

/// A block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Numbered {
    /// Its number.
    pub number: u64,
    /// Its hash.
    #[schema(value_type = String)]
    pub hash: B256,
}

/// How a chain goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Resumed {
    /// Which.
    pub chain: ChainName,
    /// Why it was halted.
    pub halted: String,
    /// The block that was final.
    pub was: Numbered,
    /// The last block that is kept: it was read, or is before all that was, and a quorum of nodes has it.
    pub kept: Numbered,
    /// The block from which on it is read again.
    pub from_block: u64,
    /// How many messages something was seen of in the blocks that are read again. What the chain still has of them comes back.
    pub messages: u64,
    /// Whether that was done; it is not unless `kept` is given.
    pub done: bool,
}

impl From<BlockRef> for Numbered {
    fn from(block: BlockRef) -> Self {
        Self { number: block.number, hash: block.hash }
    }
}

/// Says where a chain that is halted can go on, and lets it go on there when it is told so with the hash of the block.
#[utoipa::path(post, path = "/v1/resume", request_body = Halted, security(("token" = [])), responses(
    (status = 200, body = Resumed), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 409, body = Problem)
))]
pub(super) async fn resume(
    State(desk): State<Desk>,
    Body(asked): Body<Halted>,
) -> Result<Json<Resumed>, Problem> {
    let conflict = |detail: String| Problem::new(StatusCode::CONFLICT, detail);
    let failed = |failed: Failed| conflict(crate::service::with_causes(&failed));
    let id = chain(&desk, &asked.chain)?;
    let unknown = || Problem::bad(format!("chain {id} is none of this relayer's"));
    let followed = desk.sources.chains.get(&id).ok_or_else(unknown)?;
    let chains = desk.sources.chains.values();
    let peers = chains.map(|chain| (chain.id(), chain.config().service)).collect();
    let clock = Arc::clone(&desk.sources.clock) as Arc<dyn Clock>;
    let indexer = Indexer::new(desk.store().clone(), Arc::clone(followed), &peers, clock);
    let mut way = indexer.way_on(asked.from_block).await.map_err(failed)?;
    let done = asked.kept.is_some();
    if let Some(hash) = asked.kept {
        if hash != way.kept.hash {
            let (number, found) = (way.kept.number, way.kept.hash);
            return Err(conflict(format!(
                "the block to go back to is {number}, {found}, not {hash}: look again"
            )));
        }
        way.messages = indexer.resume(&way).await.map_err(failed)?;
    }
    Ok(Json(Resumed {
        chain: desk.chain_name(id),
        from_block: way.kept.number.saturating_add(1),
        halted: way.halted,
        was: way.was.into(),
        kept: way.kept.into(),
        messages: way.messages,
        done,
    }))
}

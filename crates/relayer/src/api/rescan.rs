//! Blocks that are read once more.

use super::{ChainName, Desk, Problem, guard::Body, messages::chain};
use crate::{clock::Clock, indexer::Indexer};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Which blocks are read again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Blocks {
    /// Of which chain, by name or id.
    chain: String,
    /// From which block on; up to the last final one that was read.
    from_block: u64,
}

/// That blocks are read again from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rescanned {
    /// Of which chain.
    pub chain: ChainName,
    /// From which block on.
    pub from_block: u64,
    /// Up to which block.
    pub to_block: u64,
}

/// Reads final blocks once more, and stores what was not stored. It goes on after the answer; what it finds is of the backlog. When the
/// process ends before that is done it has to be asked again.
#[utoipa::path(post, path = "/v1/rescan", request_body = Blocks, security(("token" = [])), responses(
    (status = 202, body = Rescanned), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 409, body = Problem)
))]
pub(super) async fn rescan(
    State(desk): State<Desk>,
    Body(blocks): Body<Blocks>,
) -> Result<(StatusCode, Json<Rescanned>), Problem> {
    let conflict = |detail: &str| Problem::new(StatusCode::CONFLICT, detail);
    if !desk.sources.indexes {
        return Err(conflict("this process follows no chain: ask one with the role of an indexer"));
    }
    let id = chain(&desk, &blocks.chain)?;
    let unknown = || Problem::bad(format!("chain {id} is none of this relayer's"));
    let followed = desk.sources.chains.get(&id).ok_or_else(unknown)?;
    let cursor = desk.store().cursor(id).await?;
    let cursor = cursor.ok_or_else(|| conflict("nothing of the chain was read yet"))?;
    let busy = |_| conflict("blocks are read again already: wait until that is done");
    let place = Arc::clone(&desk.rescans).try_acquire_owned().map_err(busy)?;
    let chains = desk.sources.chains.values();
    let peers = chains.map(|chain| (chain.id(), chain.config().service)).collect();
    let clock = Arc::clone(&desk.sources.clock) as Arc<dyn Clock>;
    let indexer = Indexer::new(desk.store().clone(), Arc::clone(followed), &peers, clock);
    let end = desk.sources.end.clone();
    let from_block = blocks.from_block;
    tokio::spawn(async move {
        let _place = place;
        let reading = async {
            let mut from = Some(from_block);
            while let Some(block) = from {
                from = indexer.reread(block).await?;
            }
            Ok::<(), crate::role::Failed>(())
        };
        tokio::select! {
            () = end.cancelled() => {}
            read = reading => if let Err(failed) = read {
                tracing::warn!(from_block, "blocks are not read again: {}", crate::service::with_causes(&failed));
            }
        }
    });
    let rescanned =
        Rescanned { chain: desk.chain_name(id), from_block, to_block: cursor.final_block.number };
    Ok((StatusCode::ACCEPTED, Json(rescanned)))
}

//! Whether what a light client believes is what the followed chain's own nodes call final (L9).

use super::{FamilyState, Keeper, State, Update};
use crate::{domain::BlockRef, lane::Trouble};
use alloy_primitives::B256;
use std::sync::PoisonError;

impl Keeper {
    /// Holds the newest head against a quorum of the followed chain's nodes, once. What is wrong with it, if something is.
    pub(super) async fn watch(&self, state: &State) -> Option<String> {
        let (head, time) = state.newest?;
        let last = *self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        if last == Some(head.id) {
            return None;
        }
        let believed = BlockRef { number: head.number, hash: head.hash };
        match self.differs(believed).await {
            Ok(None) => {
                *self.watched.lock().unwrap_or_else(PoisonError::into_inner) = Some(head.id);
                self.conflict(false);
                None
            }
            Ok(Some(theirs)) => {
                let told = match &state.family {
                    FamilyState::Beacon(trusted) => trusted.trusted_time(),
                    FamilyState::Map(_) | FamilyState::Other => time,
                };
                Some(self.alarm(&format!("head {} of time {told}", head.id), believed, &theirs))
            }
            // Nodes that do not answer say nothing against it.
            Err(_) => None,
        }
    }

    /// Holds an update against them before it is sent.
    pub(super) async fn contradiction(&self, update: &Update) -> Option<String> {
        let brings = update.head?;
        match self.differs(brings).await {
            Ok(None) => None,
            Ok(Some(theirs)) => Some(self.alarm("the update", brings, &theirs)),
            Err(trouble) => Some(format!(
                "its update waits until nodes of {} confirm the block: {trouble}",
                self.follows.name()
            )),
        }
    }

    /// What is wrong with a head whose block no node knows, if nodes are past its time: then there is no such block.
    pub(super) async fn unknown(&self, family: &FamilyState, hash: B256) -> Option<String> {
        let FamilyState::Beacon(state) = family else { return None };
        let finalized = self.follows.heads().await.ok()?.finalized;
        if finalized.time <= state.trusted_time() {
            return None;
        }
        self.conflict(true);
        let (chain, follows) = (self.on.name(), self.follows.name());
        tracing::error!(chain, follows, believed = %hash, "the light client believes a block that no node knows");
        Some(format!(
            "its newest head is the block {hash} of time {}, which nodes of {follows} do not know although they are final beyond it: someone lies about the chain; pause the client, find out who",
            state.trusted_time()
        ))
    }

    /// What a quorum has at this number, if it is another block.
    async fn differs(&self, block: BlockRef) -> Result<Option<String>, Trouble> {
        let theirs = self.follows.header_at(block.number).await;
        match theirs.map_err(|e| Trouble::Nodes(e.to_string()))? {
            Some(theirs) if theirs.hash() == block.hash => Ok(None),
            Some(theirs) => Ok(Some(theirs.hash().to_string())),
            None => Err(Trouble::Nodes(format!("they have no block {} yet", block.number))),
        }
    }

    fn alarm(&self, what: &str, believed: BlockRef, theirs: &str) -> String {
        self.conflict(true);
        let BlockRef { number, hash } = believed;
        let detail = format!(
            "{what} says that block {number} is {hash}, nodes of {} say {theirs}: someone lies about the chain; pause the client, find out who",
            self.follows.name()
        );
        tracing::error!(chain = self.on.name(), follows = self.follows.name(), number, believed = %hash, theirs, "light client and nodes contradict each other");
        detail
    }

    pub(super) fn conflict(&self, is: bool) {
        let labels =
            [("chain", self.on.name().to_owned()), ("follows", self.follows.name().to_owned())];
        metrics::gauge!("heliograph_client_conflict", &labels).set(f64::from(u8::from(is)));
    }
}

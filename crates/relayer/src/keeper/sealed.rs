//! Two sealed blocks of one number, on a MAP relay chain (L9). Its nodes serve blocks of any number with their seals, so that nothing has to
//! be kept: when the client believes another block than nodes have, what they have is held against what the client was shown.

use super::{Keeper, State, map};
use crate::{
    role::{Failed, Role},
    store::SignedRow,
};
use alloy_primitives::Bytes;
use light_client::{
    crypto::bn254::DefaultBn254,
    map::{
        Client,
        builder::{OwnedUpdate, Validator},
    },
};
use prover::{BlockTag, Node, ask, update::Signed};

impl Keeper {
    /// Whether nodes have another sealed block where the head of the client is, and what was done about it. Asked when something is
    /// wrong with the head.
    pub(super) async fn evidence_of_seals(
        &self,
        state: &State,
        trusted: &map::State,
    ) -> Result<Option<String>, Failed> {
        let head = state.newest.map(|(head, _)| head.hash).or(state.unknown);
        let Some(hash) = head else { return Ok(None) };
        let Ok(client) = Client::new(trusted.config, DefaultBn254::default()) else {
            return Ok(None);
        };
        let now = state.standing.now;
        let Ok(accepted) = self.accepted(state, hash).await else { return Ok(None) };
        let shown = accepted.into_iter().find_map(|bytes| {
            let block = client.verify_update(&trusted.trusted, &bytes, now).ok()?;
            let of = (block.number, block.hash);
            (block.hash == hash).then_some(Signed {
                height: of.0,
                root: of.1,
                block_hash: of.1,
                bytes,
            })
        });
        let Some(shown) = shown else { return Ok(None) };
        let origin = format!("light client {} on {}", state.address, self.on.name());
        let shown = SignedRow { signed: shown, origin };
        for node in self.follows.nodes() {
            let Some(other) = self.other(&*node, trusted, &shown.signed).await else { continue };
            let (a, b) = (&shown.signed.bytes, &other.signed.bytes);
            if client.misbehaviour(&trusted.trusted, a, b, now).is_err() {
                continue;
            }
            let of = (self.on.id(), self.follows.id());
            for row in [&shown, &other] {
                let kept = self.store.put_signed(of, row, 0).await;
                kept.map_err(|e| Failed::new(self.name(), e))?;
            }
            return self.accuse(state, ("number", "validators"), &shown, &other).await.map(Some);
        }
        Ok(None)
    }

    /// Another block of the same number that a node has, as an update.
    async fn other(
        &self,
        node: &dyn Node,
        trusted: &map::State,
        shown: &Signed,
    ) -> Option<SignedRow> {
        let height = shown.height;
        let block = ask::block_by_number(node, BlockTag::Number(height)).await.ok()??;
        let hash = block.hash();
        if hash == shown.block_hash {
            return None;
        }
        let sealed = Bytes::from(block.sealed_rlp()?);
        let set: Vec<Validator> = self.set_of(trusted, trusted.config.epoch(height)).await?;
        let (packed, _) = OwnedUpdate::new(&trusted.config, &set, &[sealed]).ok()?;
        let bytes = packed.encode().into();
        let signed = Signed { height, root: hash, block_hash: hash, bytes };
        Some(SignedRow { signed, origin: format!("a node of {}", self.follows.name()) })
    }
}

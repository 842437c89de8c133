//! From a head to an older block, by the beacon block roots that the state keeps. Clause ANC-3.

use super::{Config, Head, IndexSet, Pair, pair::Branch};
use crate::{
    ancestry::{self, Ancestor, Error, wrong_length},
    beacon, header,
    verified::{Assumption, Path},
};
use alloy_primitives::B256;

/// Bytes before the parts that are counted: kind, length of the header, nodes of the two branches, pair.
const FIXED: usize = 5 + Pair::LENGTH;

impl Head {
    /// The block that `proof` proves: an older one, or this head's own when there is no byte at all.
    ///
    /// Nothing is assumed beyond the assumptions of the head. `config` must be that of the client which verified the head.
    ///
    /// # Errors
    ///
    /// ANC-2, then ANC-3 or ANC-4; [`beacon::Error::Config`](super::Error::Config) for a configuration that no client takes.
    pub fn ancestor(&self, config: &Config<'_>, proof: &[u8]) -> Result<Ancestor, Error> {
        let block_hash = match proof.first() {
            Some(&ancestry::BEACON) => block_hash(config, &self.block_hash, proof)?,
            _ => ancestry::ancestor_hash(&self.block_hash, proof)?,
        };
        Ok(self.proves(block_hash))
    }

    /// A block that is proven under the assumptions of this head.
    pub(super) const fn proves(&self, block_hash: B256) -> Ancestor {
        let path = Path::new(Assumption::SyncCommittee { chain_id: self.chain_id });
        Ancestor::new(self.chain_id, block_hash, path)
    }
}

/// What a proof from one beacon block to an older one consists of.
pub(super) struct Parts<'p> {
    /// The two beacon blocks and the execution block of the older one.
    pub pair: Pair,
    /// From the older block's root to the newer one's state.
    pub inner_branch: &'p [[u8; 32]],
    /// From the execution block hash to the older block's body.
    pub execution_branch: &'p [[u8; 32]],
    /// Root of the newer block, named by the head's execution header.
    anchor_root: B256,
}

impl<'p> Parts<'p> {
    /// ANC-2, then HDR-1, HDR-2 and HDR-4 of the header of the head `trusted_hash`. The first byte has been looked at.
    pub(super) fn open(
        config: &Config<'_>,
        trusted_hash: &B256,
        proof: &'p [u8],
    ) -> Result<Self, Error> {
        config.validate()?;
        let (fixed, rest) =
            proof.split_first_chunk::<FIXED>().ok_or_else(|| wrong_length(FIXED, proof))?;
        let [_, h0, h1, inner, execution, pair @ ..] = fixed;
        let header = usize::from(u16::from_be_bytes([*h0, *h1]));
        let (inner, execution) = (32 * usize::from(*inner), 32 * usize::from(*execution));
        let wrong = || wrong_length(FIXED + inner + execution + header, proof);
        let (inner_branch, rest) = rest.split_at_checked(inner).ok_or_else(wrong)?;
        let (execution_branch, rest) = rest.split_at_checked(execution).ok_or_else(wrong)?;
        if rest.len() != header {
            return Err(wrong());
        }
        Ok(Self {
            pair: Pair::decode(pair),
            inner_branch: inner_branch.as_chunks().0,
            execution_branch: execution_branch.as_chunks().0,
            anchor_root: header::parent_beacon_root(rest, trusted_hash)?,
        })
    }
}

/// The hash of an older block, by a `proof` of this kind whose first byte has been looked at (ANC-2, ANC-3).
pub(crate) fn block_hash(
    config: &Config<'_>,
    trusted_hash: &B256,
    proof: &[u8],
) -> Result<B256, Error> {
    let parts = Parts::open(config, trusted_hash, proof)?;
    let Pair { outer_slot: anchor, inner_slot: slot, .. } = parts.pair;
    let length = config.slots_per_historical_root;
    match anchor.checked_sub(slot) {
        Some(distance) if distance != 0 && distance <= length => {}
        _ => return Err(Error::BeaconSlot { slot, anchor }),
    }
    // Of at most 2³² roots, and the indices of sets are small: no overflow.
    parts.execution_block_hash(config, |outer| Some(outer.block_roots() * length + slot % length))
}

impl Parts<'_> {
    /// The execution block hash of the older block, when the newer one is the block that the header names. `index` says where the older
    /// one's root is in a state with this index set, if it is there.
    ///
    /// # Errors
    ///
    /// BCN-6 of the newer and of the older slot, [`Error::NoExecution`], [`Error::BeaconSlot`] without an index, SSZ-1 of the
    /// execution branch and of the other, [`Error::BeaconRoot`].
    pub(super) fn execution_block_hash(
        &self,
        config: &Config<'_>,
        index: impl FnOnce(IndexSet) -> Option<u64>,
    ) -> Result<B256, Error> {
        let Pair { outer_slot, inner_slot: slot, execution_block_hash, .. } = self.pair;
        let outer = config.fork_at(outer_slot)?.index_set;
        let inner = config.fork_at(slot)?.index_set;
        if !inner.has_execution() {
            return Err(Error::NoExecution { slot });
        }
        let gindex = index(outer).ok_or(Error::BeaconSlot { slot, anchor: outer_slot })?;
        let execution =
            Branch { nodes: self.execution_branch, gindex: inner.execution_block_hash() };
        let inner = Branch { nodes: self.inner_branch, gindex };
        let got = self.pair.roots(execution, inner).map_err(beacon::Error::from)?.outer;
        if got != self.anchor_root {
            return Err(Error::BeaconRoot { expected: self.anchor_root, got });
        }
        Ok(execution_block_hash)
    }
}

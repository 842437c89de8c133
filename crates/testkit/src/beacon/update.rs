//! What a prover sends to a light client, made without the library's own builder: the two must agree.

use super::{
    Chain, Committee, Error,
    committee::{encode_key, encode_signature},
    ssz,
};
use alloy_primitives::B256;
use light_client::{
    beacon::{
        AbsentMember, Pair,
        builder::{OwnedBootstrap, OwnedNextCommittee, OwnedUpdate},
    },
    crypto::{PublicKey, Signature},
};

impl Chain {
    /// What a client starts from: the block of `slot`, whose root the client's owner must know.
    ///
    /// # Errors
    /// [`Error::NoBlock`].
    pub fn bootstrap(&self, slot: u64) -> Result<OwnedBootstrap, Error> {
        let block = self.block(slot)?;
        Ok(OwnedBootstrap {
            header: block.header(),
            current_committee_root: self.committee(self.network().period(slot)).root(),
            current_committee_branch: block.current_committee_branch(),
            execution_block_hash: block.execution_block_hash(),
            execution_branch: block.block_hash_branch(),
        })
    }

    /// The update that finalizes the block of `finalized_slot`, signed in the slot after the attested one.
    ///
    /// # Errors
    /// [`Error::NoBlock`], [`Error::NotFinalized`], [`Error::NoFork`].
    pub fn finality_update(
        &self,
        finalized_slot: u64,
        absent: &[usize],
    ) -> Result<OwnedUpdate, Error> {
        let attested = self.attested_for(finalized_slot)?;
        self.update_at(attested, attested + 1, absent)
    }

    /// The update of the attested block at `attested_slot`, without a next committee.
    ///
    /// # Errors
    /// [`Error::NoBlock`], [`Error::NothingFinalized`], [`Error::NoFork`].
    pub fn update_at(
        &self,
        attested_slot: u64,
        signature_slot: u64,
        absent: &[usize],
    ) -> Result<OwnedUpdate, Error> {
        let (attested, finalized) = (self.block(attested_slot)?, self.finalized_by(attested_slot)?);
        let committee = self.committee(self.network().period(signature_slot));
        let signature = self.sign(&attested.header(), signature_slot, absent)?;
        let (outer, inner) = (attested.header(), finalized.header());
        Ok(OwnedUpdate {
            signature_slot,
            pair: Pair {
                outer_slot: outer.slot,
                outer_proposer_index: outer.proposer_index,
                inner_slot: inner.slot,
                inner_proposer_index: inner.proposer_index,
                outer_parent_root: outer.parent_root,
                outer_half: ssz::merkleize(&[outer.body_root], 2),
                inner_roots: ssz::parent(inner.parent_root, inner.state_root),
                execution_block_hash: finalized.execution_block_hash(),
            },
            aggregate_key: PublicKey(encode_key(&committee.aggregate())),
            signature: Signature(encode_signature(&signature)),
            finality_branch: attested.finality_branch(),
            execution_branch: finalized.block_hash_branch(),
            next_committee: None,
            absent: absent_members(&committee, absent),
            witness: witness(&committee, absent),
        })
    }

    /// The same with the next committee of the attested block's state.
    ///
    /// # Errors
    /// [`Error::NoBlock`].
    pub fn with_next_committee(&self, update: OwnedUpdate) -> Result<OwnedUpdate, Error> {
        let attested = self.block(update.pair.outer_slot)?;
        let next_committee = Some(OwnedNextCommittee {
            root: attested.next_committee_root(),
            branch: attested.next_committee_branch(),
        });
        Ok(OwnedUpdate { next_committee, ..update })
    }
}

/// The bits of all members but the absent ones.
pub fn participation(members: usize, absent: &[usize]) -> Vec<u8> {
    let mut bits = vec![0xff; members / 8];
    for index in absent {
        bits[index / 8] &= !(1 << (index % 8));
    }
    bits
}

/// The absent members, by increasing index, with their keys.
pub fn absent_members(committee: &Committee, absent: &[usize]) -> Vec<AbsentMember> {
    let mut absent = absent.to_vec();
    absent.sort_unstable();
    let key = |index: usize| PublicKey(encode_key(&committee.public_key(index)));
    let place = |index: usize| u16::try_from(index).unwrap_or(u16::MAX);
    absent.iter().map(|index| AbsentMember { index: place(*index), key: key(*index) }).collect()
}

/// The nodes that prove the absent members' keys: level by level from the leaves, from left to right, the siblings that
/// cannot be computed. Without absent members, the root of the keys.
pub fn witness(committee: &Committee, absent: &[usize]) -> Vec<B256> {
    let leaves: Vec<B256> = committee.public_keys().iter().map(ssz::public_key).collect();
    let depth = leaves.len().ilog2() as usize;
    let levels = ssz::levels(&leaves, depth);
    let mut known: Vec<bool> = (0..leaves.len()).map(|index| absent.contains(&index)).collect();
    if absent.is_empty() {
        return levels[depth].clone();
    }
    let mut nodes = Vec::new();
    for level in &levels[..depth] {
        for (pair, known) in level.chunks(2).zip(known.chunks(2)) {
            match known {
                [true, false] => nodes.push(pair[1]),
                [false, true] => nodes.push(pair[0]),
                _ => {}
            }
        }
        known = known.chunks(2).map(|pair| pair.contains(&true)).collect();
    }
    nodes
}

//! The beacon chain that stands in for a local chain's consensus, and what its node would serve of it.
//!
//! Keys, signatures, trees and proofs are real; the validators are made up, and all of them follow the protocol. Finality comes two
//! epochs after an epoch's first slot, as on a healthy network.

use alloy_primitives::{B256, keccak256};
use light_client::beacon::{
    Fork, IndexSet,
    spec::{LightClientBootstrap, LightClientFinalityUpdate, LightClientUpdate},
};
use std::collections::HashMap;
use testkit::beacon::{BeaconBlock, Chain, Error, ExecutionBlock, Network};

/// Slots of an epoch: few, so that finality is seconds away.
pub(super) const SLOTS_PER_EPOCH: u64 = 4;

/// Epochs of a sync committee period: few enough that a relayer sees committees change.
const EPOCHS_PER_PERIOD: u64 = 32;

/// How long a finalized header is trusted, in seconds.
const TRUSTING_PERIOD: u64 = 24 * 60 * 60;

/// Committees are derived from this and the chain's id.
const SEED: u64 = 2027;

/// Blocks that are kept beyond those that a state has roots of.
const KEPT: u64 = 2048;

/// A beacon chain around a local chain's blocks.
#[derive(Debug)]
pub(super) struct Consensus {
    chain: Chain,
    /// Where each execution block is wrapped.
    slots: HashMap<B256, u64>,
}

impl Consensus {
    /// Nothing but the constants.
    pub(super) fn new(
        (chain_id, genesis_time): (u64, u64),
        seconds_per_slot: u64,
        committee_size: u64,
    ) -> Self {
        let network = Network {
            chain_id,
            genesis_time,
            seconds_per_slot,
            slots_per_epoch: SLOTS_PER_EPOCH,
            epochs_per_period: EPOCHS_PER_PERIOD,
            committee_size,
            trusting_period: TRUSTING_PERIOD,
            forks: vec![Fork { epoch: 0, version: [6, 0, 0, 0], index_set: IndexSet::Electra }],
            ..Network::default()
        };
        Self { chain: Chain::new(network, SEED ^ chain_id), slots: HashMap::new() }
    }

    /// The constants.
    pub(super) const fn network(&self) -> &Network {
        self.chain.network()
    }

    /// The chain.
    pub(super) const fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Slot of the newest block.
    pub(super) fn head_slot(&self) -> Option<u64> {
        self.chain.head().map(|block| block.header().slot)
    }

    /// Slot in which an execution block is wrapped.
    pub(super) fn slot_of(&self, hash: B256) -> Option<u64> {
        self.slots.get(&hash).copied()
    }

    /// Takes back what comes after a slot, and wraps these blocks, oldest first.
    pub(super) fn replace(
        &mut self,
        common: Option<u64>,
        blocks: Vec<ExecutionBlock>,
    ) -> Result<(), Error> {
        if let Some(slot) = common {
            self.chain.rewind(slot);
            self.slots.retain(|_, wrapped| *wrapped <= slot);
        }
        for block in blocks {
            let network = self.network();
            let since = block.timestamp().saturating_sub(network.genesis_time);
            let slot = since / network.seconds_per_slot;
            let hash = block.hash();
            self.chain.propose(slot, block)?;
            self.slots.insert(hash, slot);
        }
        let kept = self.network().slots_per_historical_root + KEPT;
        if let Some(oldest) = self.head_slot().and_then(|head| head.checked_sub(kept)) {
            self.chain.forget_before(oldest);
            self.slots.retain(|_, wrapped| *wrapped >= oldest);
        }
        Ok(())
    }

    /// The newest block that is final by what the head's state says.
    pub(super) fn finalized(&self) -> Option<&BeaconBlock> {
        let root = self.chain.head()?.finalized().root;
        self.block(root)
    }

    /// A block by its root.
    pub(super) fn block(&self, root: B256) -> Option<&BeaconBlock> {
        self.chain.blocks().rev().find(|block| block.root() == root)
    }

    /// What a client starts from.
    pub(super) fn bootstrap(&self, root: B256) -> Option<LightClientBootstrap> {
        let slot = self.block(root)?.header().slot;
        self.chain.light_client_bootstrap(slot).ok()
    }

    /// The finality update whose signature is in the newest block.
    pub(super) fn finality_update(&self) -> Option<LightClientFinalityUpdate> {
        let (attested, signed) = self.newest_pair(0, u64::MAX)?;
        let absent = self.absent(signed);
        self.chain.light_client_finality_update_at(attested, signed, &absent).ok()
    }

    /// The same for another history, which the same committees sign: it differs from what is final on.
    pub(super) fn contradicting_update(&self) -> Option<LightClientFinalityUpdate> {
        let (attested, signed) = self.newest_pair(0, u64::MAX)?;
        let fork = self.chain.finalized_by(attested).ok()?.header().slot;
        let mut other = self.chain.clone();
        other.rewind(fork.checked_sub(1)?);
        let mut parent = keccak256("another history");
        for block in self.chain.blocks().skip_while(|block| block.header().slot < fork) {
            let (slot, number) = (block.header().slot, block.execution().number());
            let payload = ExecutionBlock::synthetic(parent, number, block.execution().timestamp());
            parent = payload.hash();
            other.propose(slot, payload).ok()?;
        }
        let absent = self.absent(signed);
        other.light_client_finality_update_at(attested, signed, &absent).ok()
    }

    /// The update of a period: the newest one of which all is in the period.
    pub(super) fn update(&self, period: u64) -> Option<LightClientUpdate> {
        let network = self.network();
        let (from, to) = (network.period_start(period), network.period_start(period + 1));
        let (attested, signed) = self.newest_pair(from, to)?;
        let absent = self.absent(signed);
        self.chain.light_client_update_at(attested, signed, &absent).ok()
    }

    /// The newest block in these slots whose state has finalized something and whose signature is in the next one, and that.
    fn newest_pair(&self, from: u64, to: u64) -> Option<(u64, u64)> {
        let slots = |block: &BeaconBlock| block.header().slot;
        let within = |slot: &u64| (from..to).contains(slot);
        let mut newest = self.chain.blocks().rev().map(slots).skip_while(|slot| *slot >= to);
        let signed = newest.next().filter(within)?;
        let attested = newest.next().filter(within)?;
        Some((attested, signed))
    }

    /// The members that miss a slot: up to a hundredth of them, as on mainnet; others in each slot.
    fn absent(&self, slot: u64) -> Vec<usize> {
        let size = usize::try_from(self.network().committee_size).unwrap_or(2);
        let dice = keccak256(slot.to_be_bytes());
        let count = usize::from(dice[0]) % (size / 100 + 2);
        let mut absent: Vec<usize> = (1..=count)
            .map(|place| {
                usize::from(u16::from_be_bytes([dice[2 * place], dice[2 * place + 1]])) % size
            })
            .collect();
        absent.sort_unstable();
        absent.dedup();
        absent
    }
}

#[cfg(test)]
mod tests {
    use super::{Consensus, SLOTS_PER_EPOCH};
    use alloy_primitives::B256;
    use light_client::beacon::spec::{LightClientFinalityUpdate, Object as _};
    use testkit::beacon::ExecutionBlock;

    const GENESIS: u64 = 1_800_000_000;

    fn blocks(parent: B256, slots: impl IntoIterator<Item = u64>) -> Vec<ExecutionBlock> {
        let mut parent = parent;
        let next = slots.into_iter().map(|slot| {
            let block = ExecutionBlock::synthetic(parent, slot, GENESIS + 2 * slot);
            parent = block.hash();
            block
        });
        next.collect()
    }

    fn started(slots: u64) -> Consensus {
        let mut consensus = Consensus::new((900_001, GENESIS), 2, 32);
        consensus.replace(None, blocks(B256::ZERO, 0..=slots)).unwrap();
        consensus
    }

    #[test]
    fn what_the_head_has_finalized_is_served_with_the_signature_of_the_next_block() {
        let consensus = started(4 * SLOTS_PER_EPOCH + 1);
        let update = consensus.finality_update().unwrap();
        assert_eq!(update.attested_header.beacon.slot, 4 * SLOTS_PER_EPOCH);
        assert_eq!(update.finalized_header.beacon.slot, 2 * SLOTS_PER_EPOCH);
        assert_eq!(update.signature_slot, 4 * SLOTS_PER_EPOCH + 1);
    }

    #[test]
    fn two_histories_finalize_two_blocks_of_one_slot() {
        let consensus = started(4 * SLOTS_PER_EPOCH + 1);
        let told = consensus.finality_update().unwrap();
        let other = consensus.contradicting_update().unwrap();
        let slots = |update: &LightClientFinalityUpdate| {
            let (attested, finalized) = (&update.attested_header, &update.finalized_header);
            (update.signature_slot, attested.beacon.slot, finalized.beacon.slot)
        };
        assert_eq!(slots(&told), slots(&other));
        let root =
            |update: &LightClientFinalityUpdate| update.finalized_header.beacon.hash_tree_root();
        assert_ne!(root(&told), root(&other));
        assert!(started(SLOTS_PER_EPOCH).contradicting_update().is_none());
    }

    #[test]
    fn nothing_is_served_before_anything_is_final() {
        assert!(started(SLOTS_PER_EPOCH).finality_update().is_none());
    }

    #[test]
    fn what_was_replaced_is_wrapped_anew_from_the_common_block() {
        let mut consensus = started(20);
        let old = consensus.chain().head().unwrap().execution().hash();
        let common = consensus.chain().block(17).unwrap().execution().hash();
        assert_eq!(consensus.slot_of(common), Some(17));
        let other = blocks(common, 19..=22);
        let newest = other.last().unwrap().hash();
        consensus.replace(Some(17), other).unwrap();
        assert_eq!(consensus.head_slot(), Some(22));
        assert_eq!(consensus.slot_of(newest), Some(22));
        assert_eq!(consensus.slot_of(old), None);
        assert!(consensus.chain().block(18).is_err());
    }

    #[test]
    fn updates_of_a_period_are_signed_in_it() {
        let per_period = 32 * SLOTS_PER_EPOCH;
        let consensus = started(per_period + 20);
        for period in [0, 1] {
            let update = consensus.update(period).unwrap();
            assert_eq!(update.attested_header.beacon.slot / per_period, period);
            assert_eq!(update.signature_slot / per_period, period);
            assert!(update.has_form(light_client::beacon::IndexSet::Electra));
        }
        assert!(consensus.update(2).is_none());
    }

    #[test]
    fn a_client_starts_from_any_block_by_its_root() {
        let consensus = started(20);
        let root = consensus.finalized().unwrap().root();
        let bootstrap = consensus.bootstrap(root).unwrap();
        assert_eq!(bootstrap.header.beacon.hash_tree_root(), root);
        assert!(consensus.bootstrap(B256::ZERO).is_none());
    }
}

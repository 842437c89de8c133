//! The chain whose updates are measured.

use alloy_primitives::{B256, keccak256};
use light_client::beacon::{Config, Pair, Trusted};
use testkit::beacon::{Chain, Network, OwnedBootstrap, OwnedUpdate};

/// Slots of two blocks before the one that a client starts from.
const OLDER: [u64; 2] = [8, 16];

/// Slots of the other blocks: every epoch boundary that is needed, in two periods of eight epochs.
const SLOTS: [u64; 11] = [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352];

/// Mainnet's committees, clock and depths under Electra's indices. Periods are short, so that a rotation is near.
pub(super) struct Simulated(Chain);

impl Simulated {
    pub(super) fn new() -> Self {
        let network = Network { chain_id: 1, epochs_per_period: 8, ..Network::default() };
        let mut chain = Chain::new(network, 1);
        for (number, slot) in (1..).zip(OLDER.into_iter().chain(SLOTS)) {
            let block = chain.next_execution(slot, number).unwrap();
            chain.propose(slot, block).unwrap();
        }
        Self(chain)
    }

    pub(super) fn config(&self) -> Config<'_> {
        self.0.network().config()
    }

    pub(super) fn now(&self) -> u64 {
        self.0.network().time(400)
    }

    pub(super) fn bootstrap(&self) -> OwnedBootstrap {
        self.0.bootstrap(SLOTS[0]).unwrap()
    }

    pub(super) fn trusted_root(&self) -> B256 {
        self.0.block(SLOTS[0]).unwrap().root()
    }

    /// What brings the client into the steady state.
    pub(super) fn first(&self) -> OwnedUpdate {
        self.0.finality_update(SLOTS[1], &[]).unwrap()
    }

    /// What the client trusts after the first update.
    pub(super) fn trusted(&self) -> Trusted {
        Trusted {
            finalized_slot: SLOTS[1],
            current_committee_root: self.0.committee(0).root(),
            latest_head: 2,
            ..Trusted::default()
        }
    }

    /// The next header and nothing else.
    pub(super) fn plain(&self, absent: &[usize]) -> OwnedUpdate {
        self.0.finality_update(SLOTS[2], absent).unwrap()
    }

    /// The next header and the next committee.
    pub(super) fn learning(&self, absent: &[usize]) -> OwnedUpdate {
        self.0.with_next_committee(self.plain(absent)).unwrap()
    }

    /// The first header of the next period, with the committee of the one after.
    pub(super) fn rotating(&self, absent: &[usize]) -> OwnedUpdate {
        let update = self.0.finality_update(SLOTS[7], absent).unwrap();
        self.0.with_next_committee(update).unwrap()
    }

    /// Proves the execution block of the first slot from the client's first head.
    pub(super) fn ancestry(&self) -> Vec<u8> {
        let [inner, outer] = OLDER.map(|slot| self.0.block(slot).unwrap());
        let roots = self.0.block_root_branch(OLDER[1], OLDER[0]).unwrap();
        let execution = inner.block_hash_branch();
        let pair = Pair::new(&outer.header(), &inner.header(), inner.execution_block_hash());
        let header = self.0.block(SLOTS[0]).unwrap().execution().header_rlp();
        let mut proof = vec![1];
        proof.extend(u16::try_from(header.len()).unwrap().to_be_bytes());
        proof.extend([roots.len(), execution.len()].map(|nodes| u8::try_from(nodes).unwrap()));
        proof.extend(pair.encode());
        proof.extend(roots.iter().chain(&execution).flatten());
        proof.extend(header);
        proof
    }

    /// What is signed.
    pub(super) fn signing_root(&self, update: &OwnedUpdate) -> B256 {
        let config = self.config();
        let fork = config.fork_at(update.signature_slot - 1).unwrap();
        config.signing_root(fork, &self.0.block(update.pair.outer_slot).unwrap().root())
    }
}

/// `count` members spread over the committee as absence is: at random, but the same ones every time.
pub(super) fn spread(count: usize) -> Vec<usize> {
    let mut members: Vec<usize> = (0..512).collect();
    members.sort_by_key(|member| keccak256((*member as u64).to_be_bytes()));
    members.truncate(count);
    members.sort_unstable();
    members
}

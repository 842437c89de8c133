//! The chain whose updates and receipts are measured.

use alloy_primitives::{Address, B256, Log, keccak256};
use light_client::{crypto::bn254::G1, map::Config};
use testkit::map::{Chain, Execution, Network, Proposal, Receipts, Set, Update, Validator};

/// The epoch in which clients start, above mainnet's fork.
pub(super) const FIRST: u64 = 60;

/// A time before the first block.
pub(super) const START: u64 = 1_700_000_000;

/// Blocks that are not the last of their epoch and those that are, by who signs and what changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// All sign.
    All,
    /// As few as may.
    Quorum,
    /// As few as may; two validators join and two leave with each epoch.
    Change,
}

/// Mainnet's epochs. Of each there are the last two blocks, so that the last one carries its parent's seal.
pub(super) struct Simulated(Chain);

impl Simulated {
    /// Eight epochs.
    pub(super) fn new(size: u64, kind: Kind) -> Self {
        let network = Network {
            chain_id: 22776,
            epoch_size: 50_000,
            fork_height: 2_350_001,
            trusting_period: 30 * 24 * 60 * 60,
        };
        let mut chain = Chain::new(network, FIRST, Set::derive(1, size), START);
        for epoch in 0..8 {
            let last = network.last_block(FIRST + epoch);
            for number in [last - 1, last] {
                let time = START + (number - network.last_block(FIRST - 1)) * 5;
                // The chain itself logs at the end of an epoch: rewards, for one.
                let logs = if number == last { system_logs() } else { Vec::new() };
                let receipts = Receipts::new(Vec::new(), &logs).unwrap();
                let execution = Execution::empty(number, time).with_receipts(&receipts);
                let mut proposal = Proposal::new(number, execution);
                if kind != Kind::All {
                    let quorum = (2 * usize::try_from(size).unwrap()).div_ceil(3);
                    proposal.absent = (quorum..usize::try_from(size).unwrap()).collect();
                }
                if kind == Kind::Change && number == last {
                    proposal.removed = vec![0, 1];
                    let newcomer = |place| Validator::derive(1, 1000 + 2 * epoch + place);
                    proposal.added = [0, 1].map(newcomer).into();
                }
                chain.propose(proposal).unwrap();
            }
        }
        Self(chain)
    }

    pub(super) const fn chain(&self) -> &Chain {
        &self.0
    }

    pub(super) const fn config(&self) -> Config {
        let Network { chain_id, epoch_size, fork_height, trusting_period } = *self.0.network();
        Config { chain_id, epoch_size, fork_height, trusting_period }
    }

    pub(super) fn now(&self) -> u64 {
        self.0.head().unwrap().execution.time + 60
    }

    pub(super) fn keys(&self) -> Vec<G1> {
        self.0.set(FIRST).unwrap().keys().into_iter().map(G1).collect()
    }

    pub(super) fn commitment(&self) -> B256 {
        self.0.set(FIRST).unwrap().commitment()
    }

    /// The update by the last block of an epoch, counted from the first one.
    pub(super) fn epoch_end(&self, epoch: u64) -> Update {
        self.0.update(FIRST + epoch, self.0.network().last_block(FIRST + epoch)).unwrap()
    }

    /// Hash of the last block of an epoch.
    pub(super) fn hash(&self, epoch: u64) -> B256 {
        self.0.block(self.0.network().last_block(FIRST + epoch)).unwrap().hash()
    }
}

fn system_logs() -> Vec<Log> {
    let log = |place: u8| {
        let topics = vec![keccak256([place]), B256::left_padding_from(&[place + 1; 20])];
        Log::new_unchecked(Address::repeat_byte(0xce), topics, vec![place; 32].into())
    };
    (0..8).map(log).collect()
}

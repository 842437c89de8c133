//! What an update will cost on chain, before it is sent.
//!
//! Calldata and storage follow from the price list exactly. The execution is a count of the steps of `BeaconLightClient`, each at the
//! gas that was measured for it; a test holds the sum against the compiled contract.

use super::OwnedUpdate;
use crate::beacon::{Config, Trusted};
use alloc::vec::Vec;

/// Verification without absent members and without branches: pairing, maps, hashing of headers, dispatch. What the contract saves
/// on the branches whose steps it writes out, Electra's, is taken off.
const VERIFICATION: u64 = 159_900;
/// A node of a branch that is climbed in a loop.
const BRANCH_NODE: u64 = 300;
/// A level of the tree of keys, when any member is absent.
const LEVEL: u64 = 232;
/// A hash of the multiproof.
const WITNESS_HASH: u64 = 369;
/// The key of an absent member: its leaf and its subtraction.
const ABSENT_MEMBER: u64 = 1_106;
/// `HeadVerified`: a topic and two words of data.
const EVENT: u64 = 375 + 375 + 8 * 64;

/// What a transaction pays for, of one hard fork of the destination chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    /// Every transaction.
    pub transaction: u64,
    /// A byte of calldata that is zero.
    pub zero_byte: u64,
    /// Another byte of calldata.
    pub byte: u64,
    /// The least that is paid for a byte that is zero.
    pub floor_zero_byte: u64,
    /// The least that is paid for another byte.
    pub floor_byte: u64,
    /// The first reading of a storage slot.
    pub read: u64,
    /// The first writing of a slot that holds something, its reading included.
    pub overwrite: u64,
}

/// Prague and Osaka: EIP-2028, EIP-2929, EIP-7623.
pub const OSAKA: Prices = Prices {
    transaction: 21_000,
    zero_byte: 4,
    byte: 16,
    floor_zero_byte: 10,
    floor_byte: 40,
    read: 2_100,
    overwrite: 5_000,
};

/// Glamsterdam as scheduled: EIP-2780, EIP-7976, EIP-8038. Computed, not measured: no EVM here runs it.
pub const GLAMSTERDAM: Prices =
    Prices { transaction: 15_000, floor_zero_byte: 64, floor_byte: 64, overwrite: 12_100, ..OSAKA };

/// What a transaction that sends an update costs, in gas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Bytes of the update itself.
    pub bytes: u64,
    /// What the calldata costs.
    pub calldata: u64,
    /// Verification and events.
    pub execution: u64,
    /// Storage.
    pub storage: u64,
    /// The least that is paid for this calldata, whatever is executed.
    pub floor: u64,
    /// What is paid.
    pub total: u64,
}

impl Cost {
    /// The cost of `update` for a contract that trusts `trusted` and has been updated before, so that each slot it writes holds
    /// something. Nothing is verified.
    pub fn of(
        config: &Config<'_>,
        trusted: &Trusted,
        update: &OwnedUpdate,
        prices: &Prices,
    ) -> Self {
        let packed = update.encode();
        let (zeros, others) = calldata(&packed);
        let effect = Effect::of(config, trusted, update);
        let execution = execution(config, update) + u64::from(effect.head) * EVENT;
        let storage = effect.storage(prices);
        let calldata = zeros * prices.zero_byte + others * prices.byte;
        let floor =
            prices.transaction + zeros * prices.floor_zero_byte + others * prices.floor_byte;
        let total = (prices.transaction + calldata + execution + storage).max(floor);
        Self { bytes: packed.len() as u64, calldata, execution, storage, floor, total }
    }
}

/// Zero bytes and others of a call with one argument of bytes: selector, offset, length, the bytes, padding.
fn calldata(packed: &[u8]) -> (u64, u64) {
    const SELECTOR: u64 = 4;
    let length = packed.len() as u64;
    let length_bytes = length.to_be_bytes().iter().filter(|byte| **byte != 0).count() as u64;
    let others = packed.iter().filter(|byte| **byte != 0).count() as u64;
    let words = 64 + length.next_multiple_of(32);
    let others = others + length_bytes + 1;
    (words - others, others + SELECTOR)
}

fn execution(config: &Config<'_>, update: &OwnedUpdate) -> u64 {
    let next = update.next_committee.as_ref().map_or(0, |next| next.branch.len());
    let nodes = update.finality_branch.len() + update.execution_branch.len() + next;
    VERIFICATION
        + nodes as u64 * BRANCH_NODE
        + multiproof(config, update)
        + update.absent.len() as u64 * ABSENT_MEMBER
}

/// From the absent members' leaves up to the root of the keys.
fn multiproof(config: &Config<'_>, update: &OwnedUpdate) -> u64 {
    if update.absent.is_empty() {
        return 0;
    }
    let mut level: Vec<u16> = update.absent.iter().map(|member| member.index).collect();
    let depth = config.committee_size.checked_ilog2().unwrap_or(0);
    let parents = |_| {
        level.iter_mut().for_each(|index| *index >>= 1);
        level.dedup();
        level.len() as u64
    };
    let hashes: u64 = (0..depth).map(parents).sum();
    u64::from(depth) * LEVEL + hashes * WITNESS_HASH
}

/// What the state changes into.
struct Effect {
    head: bool,
    rotation: bool,
    learns: bool,
}

impl Effect {
    fn of(config: &Config<'_>, trusted: &Trusted, update: &OwnedUpdate) -> Self {
        let finalized = update.pair.inner_slot;
        let rotation = config.period(finalized) > config.period(trusted.finalized_slot);
        let unknown = trusted.next_committee_root.is_zero();
        let has_execution =
            config.fork_at(finalized).is_ok_and(|fork| fork.index_set.has_execution());
        Self {
            head: finalized > trusted.finalized_slot && has_execution,
            rotation,
            learns: !rotation && unknown && update.next_committee.is_some(),
        }
    }

    /// The status word and the signing committee are always read; the status word and a place of the ring are written with a head,
    /// a committee's place with a rotation or a committee that is learned.
    const fn storage(&self, prices: &Prices) -> u64 {
        let status = if self.head { 2 * prices.overwrite } else { prices.read };
        let committee = if self.rotation || self.learns { prices.overwrite } else { 0 };
        status + prices.read + committee
    }
}

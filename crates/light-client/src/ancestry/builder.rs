//! Makes proofs of older blocks, for provers: from execution headers, from answers to `eth_getProof`, and from the roots in beacon
//! states. With std and allocation. Each proof is verified before it is returned.

use super::{Error as Refusal, HISTORY, HISTORY_ADDRESS, HISTORY_LENGTH, history_slot};
use crate::{
    beacon::{BeaconHeader, Config, Pair, history},
    header::{Header, ITEM_NAMES},
    ssz::hash_pair,
};
use alloc::{format, string::String, vec::Vec};
use alloy_primitives::{Address, B256, Bytes, hex, keccak256};
use mpt_proof::builder::{self, accounts::AccountProof, packed};

/// Which items of a header are integers: JSON-RPC writes them minimally, RLP without leading zeros.
const INTEGERS: [usize; 9] = [7, 8, 9, 10, 11, 15, 17, 18, 22];

/// Up to as many headers cost less than a proof by block roots: about 16,000 gas each, and 44,000 to 47,000.
const CHEAP_PARENTS: u64 = 2;

/// Up to as many headers cost less than a proof of a kept hash, whose two trie proofs have a dozen nodes on a large chain.
const PARENTS: u64 = 10;

/// Why no proof can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A text that is no block in JSON, or lacks a field of its header.
    #[error("not a block in JSON: {problem}")]
    Block {
        /// What is wrong with it.
        problem: String,
    },
    /// A block whose header does not hash to what the node says.
    #[error("the header hashes to {got}, not {expected}")]
    BlockHash {
        /// The hash that it states.
        expected: B256,
        /// The hash that it has.
        got: B256,
    },
    /// The answer is about another account than the history contract.
    #[error("a proof of the account {got}")]
    OtherAccount {
        /// The account.
        got: Address,
    },
    /// The answer has no proof of the slot in which the hash of the block is kept.
    #[error("no proof of the slot of block {number}")]
    NoSlot {
        /// Number of the block.
        number: u64,
    },
    /// The list of roots is not as long as a state's.
    #[error("{got} block roots, {expected} expected")]
    RootCount {
        /// As many as a state keeps.
        expected: u64,
        /// As many as there are.
        got: u64,
    },
    /// A part that is too long for its count.
    #[error("{part} of {length}")]
    TooLong {
        /// Which.
        part: &'static str,
        /// Its bytes, or its nodes.
        length: usize,
    },
    /// Nodes that prove nothing under the state root.
    #[error(transparent)]
    Nodes(#[from] builder::Error),
    /// What came out proves nothing: the parts do not belong together, or the block is not within reach.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// How to get from a head to an older block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// By this many headers, the head's own included.
    Headers(u64),
    /// By [`block_roots`].
    BlockRoots,
    /// By [`kept_hash`].
    KeptHash,
    /// By [`summaries`]: not on chain.
    Summaries,
}

/// Where a block is on its two chains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Number of the execution block.
    pub number: u64,
    /// Of an older block the slot of a beacon block that proves it; of a head that of the beacon block which its header names.
    /// None where it is not known.
    pub slot: Option<u64>,
}

/// The cheapest means by which a head proves an older block, with all that follows; none for a block that is not older, or out of
/// reach of all but very many headers.
pub fn cheapest(config: &Config<'_>, head: Place, older: Place) -> Option<Means> {
    let distance = head.number.checked_sub(older.number)?;
    if distance <= CHEAP_PARENTS {
        return Some(Means::Headers(distance + 1));
    }
    let slots = head
        .slot
        .zip(older.slot)
        .filter(|(_, slot)| config.fork_at(*slot).is_ok_and(|fork| fork.index_set.has_execution()));
    let kept = |(anchor, slot): (u64, u64)| {
        anchor > slot && anchor - slot <= config.slots_per_historical_root
    };
    if slots.is_some_and(kept) {
        Some(Means::BlockRoots)
    } else if distance <= PARENTS {
        Some(Means::Headers(distance + 1))
    } else if distance <= HISTORY_LENGTH {
        Some(Means::KeptHash)
    } else {
        let (anchor, slot) = slots?;
        history::is_summarized(config, slot, anchor).then_some(Means::Summaries)
    }
}

/// The RLP header of a block in JSON, as `eth_getBlockByHash` answers it, with or without the response around it.
///
/// # Errors
///
/// [`Error::Block`], [`Error::BlockHash`].
pub fn header_from_json(text: &str) -> Result<Bytes, Error> {
    let wrong = |problem: String| Error::Block { problem };
    let answer: serde_json::Value =
        serde_json::from_str(text).map_err(|error| wrong(format!("{error}")))?;
    let block = answer.get("result").unwrap_or(&answer);
    let mut payload = Vec::new();
    for (index, name) in ITEM_NAMES.iter().enumerate() {
        let Some(value) = block.get(name).filter(|value| !value.is_null()) else {
            // Later forks append; before London there are fifteen.
            if index < 15 {
                return Err(wrong(format!("no {name}")));
            }
            break;
        };
        let digits = value.as_str().and_then(|text| text.strip_prefix("0x"));
        let digits = digits.ok_or_else(|| wrong(format!("{name} is {value}")))?;
        let padded = if digits.len() % 2 == 0 { digits.into() } else { format!("0{digits}") };
        let mut item = hex::decode(padded).map_err(|error| wrong(format!("{name}: {error}")))?;
        if INTEGERS.contains(&index) {
            let zeros = item.iter().take_while(|byte| **byte == 0).count();
            item.drain(..zeros);
        }
        payload.extend(rlp(0x80, &item));
    }
    let header = rlp(0xc0, &payload);
    let stated = block.get("hash").and_then(serde_json::Value::as_str);
    let expected = stated.and_then(|hash| hash.parse::<B256>().ok());
    let expected = expected.ok_or_else(|| wrong("no hash".into()))?;
    let got = keccak256(&header);
    if got == expected { Ok(header.into()) } else { Err(Error::BlockHash { expected, got }) }
}

/// A proof of the hash of block `number` (ANC-4).
///
/// `header` is the RLP of the head's block, and `account` the answer to `eth_getProof` for [`HISTORY_ADDRESS`] and the slot
/// [`history_slot`] of the number at that block, as [`from_json`](builder::accounts::from_json) reads it.
///
/// # Errors
///
/// [`Error::OtherAccount`], [`Error::NoSlot`], [`Error::Nodes`], [`Error::TooLong`], [`Error::Refused`].
pub fn kept_hash(header: &[u8], number: u64, account: &AccountProof) -> Result<Bytes, Error> {
    if account.address != HISTORY_ADDRESS {
        return Err(Error::OtherAccount { got: account.address });
    }
    let hash = keccak256(header);
    let newer = Header::open(header, &hash).map_err(Refusal::from)?;
    let (account, _) = account.normalize(&newer.state_root)?;
    let slot = history_slot(number);
    let storage = account.slots.iter().find(|proof| proof.slot == slot);
    let storage = storage.ok_or(Error::NoSlot { number })?;
    let nodes = packed(&account.nodes);
    let proof = [
        &[HISTORY][..],
        &length("header", header.len())?,
        &length("account proof", nodes.len())?,
        &number.to_be_bytes(),
        header,
        &nodes,
        &packed(&storage.nodes),
    ]
    .concat();
    super::ancestor_hash(&hash, &proof)?;
    Ok(proof.into())
}

/// The beacon block that a head's execution header names, and what its state remembers.
#[derive(Clone, Copy, Debug)]
pub struct Anchor<'a> {
    /// RLP of the head's execution header.
    pub execution_header: &'a [u8],
    /// The beacon block.
    pub header: BeaconHeader,
    /// From the field of its state (`block_roots`, or the `block_summary_root` of a span) to the state root, lowest first.
    pub branch: &'a [B256],
    /// The roots below that field: as many as a state keeps.
    pub block_roots: &'a [B256],
}

/// An older beacon block and the execution block that it proves.
#[derive(Clone, Copy, Debug)]
pub struct Older<'a> {
    /// The beacon block.
    pub header: BeaconHeader,
    /// Hash of the execution block.
    pub execution_block_hash: B256,
    /// From that hash to the body root, lowest first.
    pub execution_branch: &'a [B256],
}

/// A proof by the beacon block roots of a state (ANC-3).
///
/// # Errors
///
/// [`Error::RootCount`], [`Error::TooLong`], [`Error::Refused`].
pub fn block_roots(
    config: &Config<'_>,
    anchor: &Anchor<'_>,
    older: &Older<'_>,
) -> Result<Bytes, Error> {
    let proof = beacon(config, super::BEACON, anchor, older)?;
    crate::beacon::block_roots_hash(config, &keccak256(anchor.execution_header), &proof)?;
    Ok(proof.into())
}

/// A proof by a historical summary of a state: see [`history`].
///
/// # Errors
///
/// [`Error::RootCount`], [`Error::TooLong`], [`Error::Refused`].
pub fn summaries(
    config: &Config<'_>,
    anchor: &Anchor<'_>,
    older: &Older<'_>,
) -> Result<Bytes, Error> {
    let proof = beacon(config, history::SUMMARIES, anchor, older)?;
    history::block_hash(config, &keccak256(anchor.execution_header), &proof)?;
    Ok(proof.into())
}

fn beacon(
    config: &Config<'_>,
    kind: u8,
    anchor: &Anchor<'_>,
    older: &Older<'_>,
) -> Result<Vec<u8>, Error> {
    config.validate().map_err(Refusal::from)?;
    let (expected, got) = (config.slots_per_historical_root, anchor.block_roots.len() as u64);
    if got != expected {
        return Err(Error::RootCount { expected, got });
    }
    let mut branch = vector_branch(anchor.block_roots, older.header.slot % expected);
    branch.extend(anchor.branch);
    let count = |part, nodes: usize| {
        u8::try_from(nodes).map_err(|_| Error::TooLong { part, length: nodes })
    };
    let counts = [
        count("block roots branch", branch.len())?,
        count("execution branch", older.execution_branch.len())?,
    ];
    let pair = Pair::new(&anchor.header, &older.header, older.execution_block_hash);
    let mut proof = Vec::from([kind]);
    proof.extend(length("header", anchor.execution_header.len())?);
    proof.extend(counts);
    proof.extend(pair.encode());
    proof.extend(branch.iter().chain(older.execution_branch).flatten());
    proof.extend(anchor.execution_header);
    Ok(proof)
}

/// Siblings on the way from one of a power of two of leaves to their root.
fn vector_branch(leaves: &[B256], mut place: u64) -> Vec<B256> {
    let (mut level, mut branch) = (leaves.to_vec(), Vec::new());
    while level.len() > 1 {
        let sibling = usize::try_from(place ^ 1).ok().and_then(|sibling| level.get(sibling));
        branch.extend(sibling);
        level = level.chunks_exact(2).map(|pair| hash_pair(&pair[0], &pair[1])).collect();
        place /= 2;
    }
    branch
}

fn length(part: &'static str, length: usize) -> Result<[u8; 2], Error> {
    let counted = u16::try_from(length).map_err(|_| Error::TooLong { part, length })?;
    Ok(counted.to_be_bytes())
}

/// Canonical RLP of a payload: a string with the kind 0x80, a list with 0xc0.
fn rlp(kind: u8, payload: &[u8]) -> Vec<u8> {
    if let ([byte], 0x80) = (payload, kind)
        && *byte < 0x80
    {
        return Vec::from([*byte]);
    }
    let digits = payload.len().to_be_bytes();
    let zeros = digits.iter().take_while(|byte| **byte == 0).count();
    let digits = &digits[zeros..];
    let prefix = match payload.len() {
        // Neither sum wraps: a length has at most eight bytes.
        #[expect(clippy::cast_possible_truncation, reason = "at most 55")]
        short @ 0..=55 => Vec::from([kind + short as u8]),
        #[expect(clippy::cast_possible_truncation, reason = "at most 8")]
        _ => [&[kind + 55 + digits.len() as u8][..], digits].concat(),
    };
    [&prefix[..], payload].concat()
}

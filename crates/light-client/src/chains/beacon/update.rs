//! The packed update. Clause UPD-1.

use super::{Error, Pair};
use crate::crypto::{PublicKey, Signature};
use alloy_primitives::B256;

/// Length of the parts that every update has.
const FIXED: usize = 461;

/// Bytes of a tree's node.
const NODE: usize = 32;

/// Bytes of an absent member: index and key.
const MEMBER: usize = 98;

/// An untrusted update, read from its packed encoding. It borrows the bytes; nothing is allocated.
///
/// Nothing is in the encoding twice: the attested state root is where the finality branch leads, the finalized body root is where
/// the execution branch leads, and whoever is not absent has signed. What no check looks at stands as the node above it.
#[derive(Clone, Copy, Debug)]
pub struct Update<'a> {
    /// Slot of the block that carries the signature.
    pub signature_slot: u64,
    /// The attested header, outer, and the finalized one, inner.
    pub pair: Pair,
    /// Aggregate key of the whole committee.
    pub aggregate_key: PublicKey,
    /// Aggregate signature of the participants.
    pub signature: Signature,
    /// From the finalized root to the attested state root.
    pub finality_branch: &'a [[u8; 32]],
    /// From the execution block hash to the finalized body root.
    pub execution_branch: &'a [[u8; 32]],
    /// The committee of the period after the attested header's, when the update brings it.
    pub next_committee: Option<NextCommittee<'a>>,
    /// The members that did not sign.
    pub absent: AbsentMembers<'a>,
    /// Sibling nodes that prove the absent members under the committee root (SSZ-2).
    pub witness: &'a [[u8; 32]],
}

/// The committee that signs in the next period.
#[derive(Clone, Copy, Debug)]
pub struct NextCommittee<'a> {
    /// Its root.
    pub root: B256,
    /// From its root to the attested state root.
    pub branch: &'a [[u8; 32]],
}

/// A committee member that did not sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AbsentMember {
    /// Position in the committee.
    pub index: u16,
    /// The member's key.
    pub key: PublicKey,
}

/// The members that did not sign, as they lie in the update: in any order and number.
#[derive(Clone, Copy, Debug)]
pub struct AbsentMembers<'a>(&'a [[u8; MEMBER]]);

impl<'a> AbsentMembers<'a> {
    /// How many there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One by one.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = AbsentMember> + use<'a> {
        self.0.iter().map(AbsentMember::decode)
    }
}

impl<'a> Update<'a> {
    /// Reads the encoding.
    ///
    /// # Errors
    ///
    /// [`Error::UpdateLength`] (UPD-1).
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let got = bytes.len() as u64;
        let mut reader = Reader(bytes);
        let short = Error::UpdateLength { expected: FIXED as u64, got };
        let head = reader.head().ok_or(short)?;
        let expected = FIXED as u64 + head.counts.length(reader.0.len() as u64);
        if got != expected {
            return Err(Error::UpdateLength { expected, got });
        }
        reader.tail(head).ok_or(Error::UpdateLength { expected, got })
    }
}

/// The parts of fixed length.
struct Head {
    signature_slot: u64,
    pair: Pair,
    counts: Counts,
    aggregate_key: PublicKey,
    signature: Signature,
}

/// How many there are of each part of variable length, but the witness.
struct Counts {
    finality: u8,
    execution: u8,
    next_committee: u8,
    absent: u16,
}

impl Counts {
    /// How long the variable parts must be when `rest` bytes are left for them: those counted, and whole nodes of witness.
    fn length(&self, rest: u64) -> u64 {
        let node = NODE as u64;
        let next_committee = match self.next_committee {
            0 => 0,
            nodes => 1 + u64::from(nodes),
        };
        let nodes = u64::from(self.finality) + u64::from(self.execution) + next_committee;
        let counted = nodes * node + u64::from(self.absent) * MEMBER as u64;
        counted + rest.saturating_sub(counted).div_ceil(node) * node
    }
}

/// Takes parts off the front of the encoding. `None` when there are too few bytes.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn head(&mut self) -> Option<Head> {
        Some(Head {
            signature_slot: u64::from_be_bytes(self.array()?),
            pair: Pair::decode(&self.array()?),
            counts: Counts {
                finality: u8::from_be_bytes(self.array()?),
                execution: u8::from_be_bytes(self.array()?),
                next_committee: u8::from_be_bytes(self.array()?),
                absent: u16::from_be_bytes(self.array()?),
            },
            aggregate_key: PublicKey(self.array()?),
            signature: Signature(self.array()?),
        })
    }

    fn tail(mut self, head: Head) -> Option<Update<'a>> {
        let Head { signature_slot, pair, counts, aggregate_key, signature } = head;
        Some(Update {
            signature_slot,
            pair,
            aggregate_key,
            signature,
            finality_branch: self.arrays(counts.finality.into())?,
            execution_branch: self.arrays(counts.execution.into())?,
            next_committee: match counts.next_committee {
                0 => None,
                nodes => Some(NextCommittee {
                    root: B256::new(self.array()?),
                    branch: self.arrays(nodes.into())?,
                }),
            },
            absent: AbsentMembers(self.arrays(counts.absent.into())?),
            witness: self.0.as_chunks().0,
        })
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    fn arrays<const N: usize>(&mut self, count: usize) -> Option<&'a [[u8; N]]> {
        let (arrays, rest) = self.0.split_at_checked(count.checked_mul(N)?)?;
        self.0 = rest;
        Some(arrays.as_chunks().0)
    }
}

impl AbsentMember {
    const fn decode(bytes: &[u8; MEMBER]) -> Self {
        let [high, low, key @ ..] = bytes;
        Self { index: u16::from_be_bytes([*high, *low]), key: PublicKey(*key) }
    }
}

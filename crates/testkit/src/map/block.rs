//! Headers of the chain, with what its consensus keeps in their extra data.

use super::{
    execution::Execution,
    validator::{Set, Signed, Validator},
};
use crate::rlp::Rlp;
use alloy_primitives::{Address, B256, keccak256};
use std::sync::Arc;

/// A seal of validators in the form that headers have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AggregatedSeal {
    /// The places of those who signed.
    pub signers: Vec<usize>,
    /// The sum of their signatures; empty if nobody has signed.
    pub signature: Vec<u8>,
    /// The round in which they agreed.
    pub round: u64,
}

impl AggregatedSeal {
    fn rlp(&self) -> Rlp {
        let signers = bitmap(&self.signers);
        Rlp::List(vec![signers, Rlp::bytes(&self.signature), Rlp::integer(self.round)])
    }
}

/// A bitmap as an integer: without leading zeros.
fn bitmap(places: &[usize]) -> Rlp {
    let mut bytes = vec![0u8; places.iter().max().map_or(0, |highest| highest / 8 + 1)];
    for place in places {
        let from_the_end = bytes.len() - 1 - place / 8;
        bytes[from_the_end] |= 1 << (place % 8);
    }
    Rlp::String(bytes)
}

/// A sealed block: its header, and who signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Hash of the block before.
    pub parent_hash: B256,
    /// Who made it.
    pub coinbase: Address,
    /// Its number.
    pub number: u64,
    /// What executing it gave.
    pub execution: Execution,
    /// Who joins the set of the next epoch.
    pub added: Vec<Validator>,
    /// The places of those who leave it.
    pub removed: Vec<usize>,
    /// The seal of the block before.
    pub parent_seal: AggregatedSeal,
    pub(super) proposer_seal: Vec<u8>,
    pub(super) seal: AggregatedSeal,
    pub(super) set: Arc<Set>,
}

impl Block {
    /// Has the proposer and the signers of the block's set seal it.
    pub(super) fn sealed(mut self, proposer: &Validator, signers: &[usize], round: u64) -> Self {
        self.proposer_seal = proposer.seal(keccak256(self.encode(true, true)));
        let signature = self.set.sign(signers, &commit_message(self.hash(), &minimal(round)));
        let signers = signers.to_vec();
        self.seal = AggregatedSeal { signers, signature: signature.signature.to_vec(), round };
        self
    }

    /// The header in RLP as nodes serve it.
    pub fn rlp(&self) -> Vec<u8> {
        self.encode(false, false)
    }

    /// The header as it is hashed: with the aggregated seal emptied.
    pub fn rlp_as_hashed(&self) -> Vec<u8> {
        self.encode(false, true)
    }

    /// The block hash.
    pub fn hash(&self) -> B256 {
        keccak256(self.rlp_as_hashed())
    }

    /// What the proposer signs: keccak256 of the header with both seals emptied.
    pub fn proposer_hash(&self) -> B256 {
        keccak256(self.encode(true, true))
    }

    /// The seal of the block's validators.
    pub const fn seal(&self) -> &AggregatedSeal {
        &self.seal
    }

    /// The set that signed.
    pub fn set(&self) -> &Set {
        &self.set
    }

    /// The header's items as a tree that can be changed, with the aggregated seal emptied.
    pub fn items(&self) -> Rlp {
        Rlp::List(self.item_list(self.extra(false, true)))
    }

    /// The items of the extra data behind the vanity, with the aggregated seal emptied.
    pub fn extra_items(&self) -> Rlp {
        self.extra_list(false, true)
    }

    /// The extra data as nodes serve it.
    pub fn extra_data(&self) -> Vec<u8> {
        self.extra(false, false)
    }

    fn encode(&self, without_proposer: bool, without_seal: bool) -> Vec<u8> {
        Rlp::List(self.item_list(self.extra(without_proposer, without_seal))).encode()
    }

    fn extra(&self, without_proposer: bool, without_seal: bool) -> Vec<u8> {
        with_vanity(&self.extra_list(without_proposer, without_seal))
    }

    fn extra_list(&self, without_proposer: bool, without_seal: bool) -> Rlp {
        let strings = |of: fn(&Validator) -> Rlp| Rlp::List(self.added.iter().map(of).collect());
        let seal = if without_seal { AggregatedSeal::default() } else { self.seal.clone() };
        let proposer_seal: &[u8] = if without_proposer { &[] } else { &self.proposer_seal };
        Rlp::List(vec![
            strings(|member| Rlp::bytes(member.address())),
            strings(|member| Rlp::bytes(member.g2())),
            strings(|member| Rlp::bytes(member.g1())),
            bitmap(&self.removed),
            Rlp::bytes(proposer_seal),
            seal.rlp(),
            self.parent_seal.rlp(),
        ])
    }

    fn item_list(&self, extra: Vec<u8>) -> Vec<Rlp> {
        let execution = &self.execution;
        let mut items = vec![
            Rlp::bytes(self.parent_hash),
            Rlp::bytes(self.coinbase),
            Rlp::bytes(execution.state_root),
            Rlp::bytes(execution.transactions_root),
            Rlp::bytes(execution.receipts_root),
            Rlp::bytes(execution.bloom),
            Rlp::integer(self.number),
            Rlp::integer(execution.gas_limit),
            Rlp::integer(execution.gas_used),
            Rlp::integer(execution.time),
            Rlp::String(extra),
            Rlp::bytes(B256::ZERO),
            Rlp::bytes([0; 8]),
        ];
        items.extend(execution.base_fee.map(Rlp::integer));
        items
    }
}

/// Extra data with this list behind the 32 bytes in which nodes write what they like.
pub fn with_vanity(list: &Rlp) -> Vec<u8> {
    [&VANITY[..], &list.encode()].concat()
}

/// What validators sign: the block hash, the round, and the message's kind.
pub fn commit_message(block_hash: B256, round: &[u8]) -> Vec<u8> {
    [block_hash.as_slice(), round, &[2]].concat()
}

/// A number without leading zeros.
pub fn minimal(number: u64) -> Vec<u8> {
    number.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect()
}

/// What a set's members make of a header as hashed.
pub fn sign_header(set: &Set, signers: &[usize], header: &[u8], round: &[u8]) -> Signed {
    set.sign(signers, &commit_message(keccak256(header), round))
}

/// As the chain's Go client fills it: its version, in RLP.
const VANITY: [u8; 32] = *b"\xd7\x82\x06\x06\x84geth\x88go1.15.6\x85linux\0\0\0\0\0\0\0\0";

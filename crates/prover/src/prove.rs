//! From the place of an event to the proof that a contract takes.

use crate::{
    Block, Cache, Error, Node, NodeError, Receipts, ask,
    way::{Way, Ways, lead},
};
use alloy_primitives::{B256, Bytes, keccak256};
use light_client::beacon::Network;
use mos::{BatchItem, BatchProof, Body, DeliveryProof, ExpiryProof, Lane, outcome::settled_slot};
use mpt_proof::{Outcome, proof};
use std::sync::Arc;

/// A light client's head, as its contract says: what proofs start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Head {
    /// Its number, counting from 1.
    pub id: u64,
    /// Hash of its block.
    pub hash: B256,
    /// Number of its block.
    pub number: u64,
}

/// The place of an event on its chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Event {
    /// The block.
    pub block_hash: B256,
    /// Its number.
    pub block_number: u64,
    /// Place of the transaction in the block.
    pub transaction_index: u64,
    /// Place of the log in the transaction's receipt.
    pub log_index_in_receipt: u64,
}

/// Makes proofs of what has happened on one chain. Attestations are left empty: they are the attestors' to give.
#[derive(Clone, Copy, Debug)]
pub struct Prover<'a> {
    /// A node of the chain.
    pub node: &'a dyn Node,
    /// What was fetched before.
    pub cache: &'a Cache,
    /// The network, where the chain has a beacon chain.
    pub network: Option<&'a Network>,
    /// How its light client may be led to older blocks.
    pub ways: Ways,
}

impl<'a> Prover<'a> {
    /// A prover for a chain whose light client takes proofs of older blocks.
    #[must_use]
    pub const fn new(node: &'a dyn Node, network: Option<&'a Network>, cache: &'a Cache) -> Self {
        Self { node, cache, network, ways: Ways::Cheapest }
    }

    /// The proof that a message service, or a hub, has logged what it has at this place; `nonce` is that of the message.
    ///
    /// # Errors
    ///
    /// [`Error`]; among them [`Error::NotYet`] while the head is older than the event.
    pub async fn delivery(
        &self,
        head: &Head,
        at: Event,
        nonce: u64,
    ) -> Result<DeliveryProof, Error> {
        let Event { transaction_index, log_index_in_receipt: log_index, .. } = at;
        let (Way { ancestry, headers }, receipts) =
            self.receipts(head, (at.block_hash, at.block_number)).await?;
        expect_log(&receipts, at)?;
        Ok(DeliveryProof {
            head_id: head.id,
            ancestry,
            headers,
            transaction_index,
            receipt_proof: receipts.proof(transaction_index),
            log_index,
            nonce,
            attestations: Bytes::new(),
        })
    }

    /// The proof of many messages of one block: the way to it and the trie nodes that they share are in it once. The items stand in
    /// the order that the verifiers ask for.
    ///
    /// # Errors
    ///
    /// As of [`delivery`](Self::delivery); [`Error::OtherBlocks`].
    pub async fn batch(
        &self,
        head: &Head,
        block: (B256, u64),
        items: &[(Event, u64)],
    ) -> Result<BatchProof, Error> {
        let is_there = |(at, _): &(Event, u64)| (at.block_hash, at.block_number) == block;
        if items.is_empty() || !items.iter().all(is_there) {
            return Err(Error::OtherBlocks { block: block.0 });
        }
        let (Way { ancestry, headers }, receipts) = self.receipts(head, block).await?;
        for (at, _) in items {
            expect_log(&receipts, *at)?;
        }
        let batch = receipts.batch(items.iter().map(|(at, _)| at.transaction_index));
        let batch = batch.map_err(|e| NodeError::unreadable("eth_getBlockReceipts", e))?;
        let mut items = items.to_vec();
        items.sort_by_key(|(at, nonce)| {
            let place = batch.keys.iter().position(|key| *key == at.transaction_index);
            (place, at.log_index_in_receipt, *nonce)
        });
        let item = |(at, nonce): (Event, u64)| BatchItem {
            transaction_index: at.transaction_index,
            log_index: at.log_index_in_receipt,
            nonce,
            attestations: Bytes::new(),
        };
        Ok(BatchProof {
            head_id: head.id,
            ancestry,
            headers,
            nodes: batch.nodes,
            items: items.into_iter().map(item).collect(),
        })
    }

    /// The proof, for the chain that a message was sent from, that it was not delivered: that its settled bit is clear in the state of
    /// the head's block. Whether that block is after the deadline is the verifier's matter.
    ///
    /// # Errors
    ///
    /// [`Error`].
    pub async fn expiry(
        &self,
        head: &Head,
        lane: &Lane,
        body: &Body,
    ) -> Result<ExpiryProof, Error> {
        let block = self.head_block(head).await?;
        let slot = settled_slot(lane.source_chain_id, lane.source_gateway, body.nonce);
        let word = settled(self.node, lane.destination_gateway, slot, &block).await?;
        let Settled { account_proof, storage_proof, absent } = word;
        Ok(ExpiryProof {
            head_id: head.id,
            ancestry: Bytes::new(),
            headers: vec![block.rlp().into()],
            account_proof,
            storage_proof,
            absent,
            attestations: Bytes::new(),
        })
    }

    /// The way from a head to a block, and the block's receipts.
    async fn receipts(
        &self,
        head: &Head,
        (hash, number): (B256, u64),
    ) -> Result<(Way, Arc<Receipts>), Error> {
        if number > head.number {
            return Err(Error::NotYet { block: number, head: head.number });
        }
        let target = self.cache.block(self.node, hash).await?;
        expect_number(&target, number)?;
        let start = self.head_block(head).await?;
        let config = self.network.map(Network::as_config);
        let ends = (&*start, &*target);
        let way = lead(self.node, self.cache, config.as_ref(), self.ways, ends).await?;
        Ok((way, self.cache.receipts(self.node, hash).await?))
    }

    async fn head_block(&self, head: &Head) -> Result<Arc<Block>, Error> {
        let block = self.cache.block(self.node, head.hash).await?;
        expect_number(&block, head.number)?;
        Ok(block)
    }
}

/// A word of settled bits in the state of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Trie nodes from the state root to the account of the message service.
    pub account_proof: Vec<Bytes>,
    /// Trie nodes from its storage root to the word, or to where it would be.
    pub storage_proof: Vec<Bytes>,
    /// Whether it is absent.
    pub absent: bool,
}

/// The word in a slot of a message service, in the one form that is accepted.
///
/// # Errors
///
/// Those of [`ask::account_proof`]; [`NodeError::Missing`] where there is no such account.
pub async fn settled(
    node: &dyn Node,
    service: alloy_primitives::Address,
    slot: B256,
    block: &Block,
) -> Result<Settled, NodeError> {
    const METHOD: &str = "eth_getProof";
    let (proven, account) = ask::account_proof(node, service, &[slot], block).await?;
    let missing = || NodeError::missing(METHOD, format_args!("account {service}"));
    let account = account.ok_or_else(missing)?;
    let word = proven.slots.into_iter().find(|entry| entry.slot == slot);
    let storage_proof = word.map(|entry| entry.nodes).unwrap_or_default();
    let key = keccak256(slot);
    let outcome = proof::walk(&account.storage_root, key.as_slice(), &storage_proof);
    let outcome = outcome.map_err(|e| NodeError::mismatch(METHOD, e))?;
    let absent = matches!(outcome, Outcome::Absent(_));
    Ok(Settled { account_proof: proven.nodes, storage_proof, absent })
}

/// That a header has the number that goes with its hash.
fn expect_number(block: &Block, expected: u64) -> Result<(), NodeError> {
    match block.number() {
        got if got == expected => Ok(()),
        got => {
            let problem = format!("block {} has the number {got}, not {expected}", block.hash());
            Err(NodeError::mismatch("eth_getBlockByHash", problem))
        }
    }
}

/// That a log is there.
fn expect_log(receipts: &Receipts, at: Event) -> Result<(), Error> {
    let Event { transaction_index: transaction, log_index_in_receipt: log, .. } = at;
    if log < receipts.logs(transaction)?.len() as u64 {
        return Ok(());
    }
    Err(Error::NoLog { block: at.block_hash, transaction, log })
}

/// [`Prover::delivery`] without a cache.
///
/// # Errors
///
/// Those of [`Prover::delivery`].
pub async fn delivery(
    node: &dyn Node,
    network: Option<&Network>,
    head: &Head,
    at: Event,
    nonce: u64,
) -> Result<DeliveryProof, Error> {
    Prover::new(node, network, &Cache::none()).delivery(head, at, nonce).await
}

/// [`Prover::batch`] without a cache.
///
/// # Errors
///
/// Those of [`Prover::batch`].
pub async fn batch(
    node: &dyn Node,
    network: Option<&Network>,
    head: &Head,
    block: (B256, u64),
    items: &[(Event, u64)],
) -> Result<BatchProof, Error> {
    Prover::new(node, network, &Cache::none()).batch(head, block, items).await
}

/// The proof, for the chain that a message was sent from, of what the destination's message service has logged of it: that it was
/// delivered, or cancelled. As [`delivery`], where no nonce is looked at.
///
/// # Errors
///
/// Those of [`Prover::delivery`].
pub async fn acknowledgement(
    node: &dyn Node,
    network: Option<&Network>,
    head: &Head,
    at: Event,
) -> Result<DeliveryProof, Error> {
    delivery(node, network, head, at, 0).await
}

/// [`Prover::expiry`] without a cache.
///
/// # Errors
///
/// Those of [`Prover::expiry`].
pub async fn expiry(
    node: &dyn Node,
    network: Option<&Network>,
    head: &Head,
    lane: &Lane,
    body: &Body,
) -> Result<ExpiryProof, Error> {
    Prover::new(node, network, &Cache::none()).expiry(head, lane, body).await
}

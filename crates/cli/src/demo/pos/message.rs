//! Sending a message on the source chain and proving it from a head of the light client.

use super::{contracts::OnSource, older, source::Source};
use crate::{
    error::{Error, Result},
    rpc::{Block, Log},
};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::{SolCall, SolEvent};
use bindings::IMessageService;
use mos::DeliveryProof;
use mpt_proof::builder::receipts;

use crate::demo::message::IGreeter;

/// Other transactions sent before and after a message, so that the trie of its block has some depth.
const COMPANY: usize = 8;

/// A message that was sent.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    /// What it says.
    pub text: String,
    /// Its number in the lane.
    pub nonce: u64,
    /// Its block, whose header hashes to the hash that it states.
    pub block: Block,
    /// Gas of its transaction.
    pub gas: u64,
    transaction_index: u64,
    log_index: u64,
}

/// How an older block is reached from a head.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    /// By all headers from the head's block on (ANC-1).
    Parents,
    /// By the block roots of the beacon state (ANC-3).
    BlockRoots,
}

/// Sends a greeting among other transactions, and waits for its block.
pub(super) async fn send(
    source: &mut Source,
    from: &OnSource,
    to: (u64, Address),
    (nonce, text): (u64, &str),
) -> Result<Sent> {
    let call = IGreeter::greetCall { chainId: U256::from(to.0), greeter: to.1, text: text.into() };
    for _ in 0..COMPANY {
        source.execution.transfer().await?;
    }
    let transaction = source.execution.call(from.greeter, call.abi_encode()).await?;
    for _ in 0..COMPANY {
        source.execution.transfer().await?;
    }
    let receipt = source.execution.receipt(transaction).await?;
    let is_sent = |log: &Log| {
        log.address == from.message_service
            && log.topics.first() == Some(&IMessageService::MessageSent::SIGNATURE_HASH)
    };
    let place = receipt.logs.iter().position(is_sent);
    let place = place.ok_or_else(|| Error::Demo("no MessageSent in the receipt".into()))?;
    Ok(Sent {
        text: text.to_owned(),
        nonce,
        block: source.execution.rpc.block_by_hash(receipt.block_hash).await?,
        gas: receipt.gas_used.to(),
        transaction_index: receipt.transaction_index.to(),
        log_index: place as u64,
    })
}

/// The proof of a message from a verified head, and the receipts of its block as the node sent them.
pub(super) async fn prove(
    source: &mut Source,
    sent: &Sent,
    (head_id, head): (u64, B256),
    way: Way,
) -> Result<(DeliveryProof, String)> {
    let head = source.execution.rpc.block_by_hash(head).await?;
    let (ancestry, headers) = match way {
        Way::Parents => (Bytes::new(), parents(source, &head, &sent.block).await?),
        Way::BlockRoots => {
            let ancestry = older::prove(source, &head, &sent.block).await?;
            (ancestry, vec![Bytes::from(sent.block.rlp())])
        }
    };
    let json = source.execution.receipts(&sent.block).await?;
    let wrong = |error| Error::rpc("eth_getBlockReceipts", error);
    let receipts = receipts::from_json(&json).map_err(wrong)?;
    let trie = receipts::trie(&receipts, &sent.block.receipts_root()).map_err(wrong)?;
    let proof = DeliveryProof {
        head_id,
        ancestry,
        headers,
        transaction_index: sent.transaction_index,
        receipt_proof: trie.proof(sent.transaction_index),
        log_index: sent.log_index,
        nonce: sent.nonce,
        attestations: Bytes::new(),
    };
    Ok((proof, json))
}

/// The headers from a head down to an older block.
pub(super) async fn parents(source: &Source, head: &Block, to: &Block) -> Result<Vec<Bytes>> {
    let mut block = head.clone();
    let mut headers = vec![Bytes::from(block.rlp())];
    while block.number() > to.number() {
        block = source.execution.rpc.block_by_hash(block.parent_hash()).await?;
        headers.push(Bytes::from(block.rlp()));
    }
    if block.hash() == to.hash() {
        return Ok(headers);
    }
    Err(Error::Demo("the head does not descend from the block that is to be proven".into()))
}

//! Sending a message in a block with company, and proving it.

use super::{anvil::Anvil, deploy::Deployed, source::Source};
use crate::{
    error::{Error, Result},
    rpc::Log,
};
use alloy_primitives::{Address, B256, Bytes, U64, U256};
use alloy_sol_types::{SolCall, SolEvent};
use bindings::IMessageService;
use mos::{Attribute, DeliveryProof, EvmAddress};
use mpt_proof::builder::receipts;
use serde_json::json;

alloy_sol_types::sol! {
    /// The example application, as far as it is used here.
    interface IGreeter {
        function greet(uint256 chainId, address greeter, string calldata text) external returns (bytes32 id);
        function greeting() external view returns (string memory);
    }
}

/// Other transactions in the block of a message, so that its receipt trie has some depth.
const COMPANY: u64 = 20;

/// The event of a message that was sent.
const SENT: B256 = IMessageService::MessageSent::SIGNATURE_HASH;

/// Gas limit of sending a message.
const SEND_GAS: u64 = 300_000;

/// A message that was sent, or an event about one: what it takes to prove it.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    /// Id of the message.
    pub id: B256,
    /// What it says.
    pub text: String,
    /// Its number in the lane.
    pub nonce: u64,
    /// Its block.
    pub number: u64,
    /// Gas of its transaction.
    pub gas: u64,
    block_hash: B256,
    transaction_index: u64,
    log_index: u64,
}

/// A message that was delivered, and how it was proven.
#[derive(Clone, Debug)]
pub(super) struct Delivered {
    /// The message.
    pub sent: Sent,
    /// Its proof.
    pub proof: DeliveryProof,
}

/// Sends a greeting from A's greeter to B's, in the middle of a block of other transactions.
pub(super) async fn send(
    a: &Anvil,
    from: &Deployed,
    to: (u64, Address),
    text: &str,
) -> Result<Sent> {
    let next = IMessageService::nextNonceCall { destinationChainId: U256::from(to.0) };
    let nonce = a.call(from.message_service, &next).await?;
    let call = greet(from, to, text);
    emitted(a, (from.message_service, SENT), (call, SEND_GAS), (text, nonce)).await
}

/// Sends a message with attributes from the account that does everything.
pub(super) async fn send_with(
    a: &Anvil,
    service: Address,
    (recipient, attributes): (&EvmAddress, &[Attribute]),
    text: &str,
) -> Result<Sent> {
    let chain = recipient.chain_id();
    let next = IMessageService::nextNonceCall { destinationChainId: chain };
    let nonce = a.call(service, &next).await?;
    let call = IMessageService::sendMessageCall {
        recipient: recipient.encode().into(),
        payload: Bytes::copy_from_slice(text.as_bytes()),
        attributes: attributes.iter().map(Attribute::encode).collect(),
    };
    let call = (service, call.abi_encode());
    emitted(a, (service, SENT), (call, SEND_GAS), (text, nonce)).await
}

/// Has a contract emit a `MessageSent` of its own: no gateway has to have sent anything.
pub(super) async fn send_by(
    a: &Anvil,
    call: (Address, Vec<u8>),
    said: (&str, u64),
) -> Result<Sent> {
    emitted(a, (call.0, SENT), (call, SEND_GAS), said).await
}

/// Sends a call in the middle of a block of other transactions, and finds the event that it has a contract emit.
pub(super) async fn emitted(
    a: &Anvil,
    (emitter, topic): (Address, B256),
    (call, gas): ((Address, Vec<u8>), u64),
    (text, nonce): (&str, u64),
) -> Result<Sent> {
    let accounts = a.accounts().await?;
    let [sender, other] = accounts[..] else {
        return Err(Error::rpc("eth_accounts", "not two accounts"));
    };
    let transaction = in_company(a, [sender, other], call, gas).await?;
    let receipt = a.receipt_of(transaction).await?;
    let is_due = |log: &Log| log.address == emitter && log.topics.first() == Some(&topic);
    let place = receipt.logs.iter().position(is_due);
    let place = place.ok_or_else(|| Error::Demo("the event is not in the receipt".into()))?;
    let id = receipt.logs.get(place).and_then(|log| log.topics.get(1)).copied();
    Ok(Sent {
        id: id.unwrap_or_default(),
        text: text.to_owned(),
        nonce,
        number: a.height().await?,
        gas: receipt.gas_used.to(),
        block_hash: receipt.block_hash,
        transaction_index: receipt.transaction_index.to(),
        log_index: place as u64,
    })
}

fn greet(from: &Deployed, to: (u64, Address), text: &str) -> (Address, Vec<u8>) {
    let call = IGreeter::greetCall { chainId: U256::from(to.0), greeter: to.1, text: text.into() };
    (from.greeter, call.abi_encode())
}

/// Sends a call in the middle of a block of transfers.
pub(super) async fn in_company(
    a: &Anvil,
    [sender, other]: [Address; 2],
    (to, call): (Address, Vec<u8>),
    gas: u64,
) -> Result<B256> {
    let gas = U64::from(gas);
    let call = json!({ "from": sender, "to": to, "input": Bytes::from(call), "gas": gas });
    let transfer = json!({ "from": other, "to": sender, "value": "0x1", "gas": "0x5208" });
    a.set("evm_setAutomine", false.into()).await?;
    for _ in 0..COMPANY / 2 {
        a.submit(transfer.clone()).await?;
    }
    let transaction = a.submit(call).await?;
    for _ in 0..COMPANY / 2 {
        a.submit(transfer.clone()).await?;
    }
    a.mine(1).await?;
    a.set("evm_setAutomine", true.into()).await?;
    Ok(transaction)
}

/// The proof of a message from a verified head: headers down to its block, then its receipt.
pub(super) async fn prove(
    source: &Source,
    sent: &Sent,
    head_id: u64,
    head_block: B256,
) -> Result<DeliveryProof> {
    let rpc = &source.anvil.rpc;
    let mut block = rpc.block_by_hash(head_block).await?;
    let mut headers = vec![Bytes::from(block.rlp())];
    while block.number() > sent.number {
        block = rpc.block_by_hash(block.parent_hash()).await?;
        headers.push(Bytes::from(block.rlp()));
    }
    if block.hash() != sent.block_hash {
        return Err(Error::Demo("the head does not descend from the block of the message".into()));
    }
    let json = rpc.receipts(sent.block_hash).await?;
    let wrong = |error| Error::rpc("eth_getBlockReceipts", error);
    let receipts = receipts::from_json(&json).map_err(wrong)?;
    let trie = receipts::trie(&receipts, &block.receipts_root()).map_err(wrong)?;
    Ok(DeliveryProof {
        head_id,
        ancestry: Bytes::new(),
        headers,
        transaction_index: sent.transaction_index,
        receipt_proof: trie.proof(sent.transaction_index),
        log_index: sent.log_index,
        nonce: sent.nonce,
        attestations: Bytes::new(),
    })
}

/// The greeting that a greeter keeps.
pub(super) async fn greeting(chain: &Anvil, greeter: Address) -> Result<String> {
    chain.call(greeter, &IGreeter::greetingCall {}).await
}

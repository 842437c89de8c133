//! A message on its way over the hub: relayed there, and proven from there.

use super::{
    super::{
        chain::Event,
        message::{Sent, in_company},
    },
    chain::Hub,
    stage::Stage,
};
use crate::{
    error::{Error, Result},
    rpc::Log,
};
use alloy_primitives::{Address, Bytes};
use alloy_sol_types::SolEvent;
use bindings::IMessageHub;
use mos::DeliveryProof;

/// Gas limit of relaying a message.
const RELAY_GAS: u64 = 2_000_000;

/// An event of the hub that was emitted.
#[derive(Clone, Debug)]
pub(super) struct Relayed {
    /// What it says.
    pub said: Event,
    /// Its block.
    pub number: u64,
    /// Gas of its transaction.
    pub gas: u64,
    transaction_index: u64,
    log_index: u64,
    /// Number of the message in its lane.
    nonce: u64,
}

/// Has the hub relay a message of a gateway on A, in the middle of a block of transfers, and compares its event with what Rust says.
pub(super) async fn relay(
    stage: &mut Stage<'_>,
    gateway: Address,
    (sent, proof): (&Sent, &DeliveryProof),
) -> Result<Relayed> {
    let expected = stage.twins.relay(gateway, proof, stage.hub.anvil.now().await?);
    let (topics, data) = expected.map_err(|error| crate::refusal::refuse("relay", error))?;
    let call = (stage.on_hub.hub, stage.relay_call(gateway, proof));
    let relayed = emit(&stage.hub, call, sent.nonce).await?;
    if relayed.said != (Event { topics, data }) {
        return Err(Error::Demo("the hub does not say what Rust says that it says".into()));
    }
    Ok(relayed)
}

/// Sends a call that emits a `MessageRelayed` of the contract that is called.
pub(super) async fn emit(hub: &Hub, (to, call): (Address, Vec<u8>), nonce: u64) -> Result<Relayed> {
    let anvil = &hub.anvil;
    let accounts = anvil.accounts().await?;
    let [sender, other] = accounts[..] else {
        return Err(Error::rpc("eth_accounts", "not two accounts"));
    };
    let transaction = in_company(anvil, [sender, other], (to, call), RELAY_GAS).await?;
    let receipt = anvil.receipt_of(transaction).await?;
    let is_relayed = |log: &Log| {
        log.address == to
            && log.topics.first() == Some(&IMessageHub::MessageRelayed::SIGNATURE_HASH)
    };
    let place = receipt.logs.iter().position(is_relayed);
    let place = place.ok_or_else(|| Error::Demo("no MessageRelayed in the receipt".into()))?;
    let said = anvil.event(transaction, place).await?;
    Ok(Relayed {
        said,
        number: anvil.height().await?,
        gas: receipt.gas_used.to(),
        transaction_index: receipt.transaction_index.to(),
        log_index: place as u64,
        nonce,
    })
}

/// The proof of such an event, from a head of the client of the hub's chain.
pub(super) fn prove(hub: &Hub, relayed: &Relayed, head: (u64, u64)) -> Result<DeliveryProof> {
    let (head_id, head_number) = head;
    let Relayed { number, transaction_index, log_index, nonce, .. } = *relayed;
    Ok(DeliveryProof {
        head_id,
        ancestry: Bytes::new(),
        headers: hub.headers(head_number, number)?,
        transaction_index,
        receipt_proof: hub.trie(number)?.proof(transaction_index),
        log_index,
        nonce,
        attestations: Bytes::new(),
    })
}

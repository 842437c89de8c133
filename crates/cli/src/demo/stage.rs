//! Both chains with their contracts, and what the Rust libraries hold beside them.

use super::{deploy::Deployed, message::Sent, mirror::Mirror, source::Source};
use crate::{
    error::{Error, Result},
    refusal::refuse,
};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolCall;
use bindings::{IBeaconLightClient, IMessageService};
use mos::{Attribute, Body, DeliveryProof, EvmAddress, Outbox};

/// Both chains with their contracts, and what the Rust libraries hold beside them.
#[derive(Debug)]
pub(super) struct Stage<'s> {
    /// Chain A and its consensus.
    pub source: Source,
    /// Chain B and its consensus.
    pub b: Source,
    /// Contracts on A.
    pub on_a: Deployed,
    /// Contracts on B.
    pub on_b: Deployed,
    /// The light client of A on B.
    pub client: Address,
    /// Holds every role, and sends every transaction to B.
    pub admin: Address,
    /// B's light client and inbox in Rust.
    pub mirror: Mirror<'s>,
    /// A's outbox in Rust.
    pub outbox: Outbox,
}

impl Stage<'_> {
    /// That the contract trusts exactly what Rust trusts.
    pub(super) async fn expect_same_trust(&self) -> Result<()> {
        let contract = self.b.anvil.call(self.client, &IBeaconLightClient::trustedCall {}).await?;
        let rust = IBeaconLightClient::Trusted::from(&self.mirror.follower.trusted);
        if contract == rust {
            return Ok(());
        }
        Err(Error::Demo(format!("the contract trusts {contract:?}, Rust {rust:?}")))
    }

    /// Sends in Rust what was sent to B's greeter on A, and returns it: both must give it the same id.
    pub(super) fn expect_same_message(
        &mut self,
        sender: Address,
        attributes: &[Attribute],
        sent: &Sent,
    ) -> Result<Body> {
        let recipient = self.recipient()?.encode();
        let attributes: Vec<Bytes> = attributes.iter().map(Attribute::encode).collect();
        let payload = sent.text.as_bytes();
        let rust = self.outbox.send(sender, U256::ZERO, &recipient, payload, &attributes);
        let rust = rust.map_err(|error| refuse("message", error))?;
        if (rust.id, rust.body.nonce) == (sent.id, sent.nonce) {
            return Ok(rust.body);
        }
        Err(Error::Demo(format!("Rust sends {}, the contract {}", rust.id, sent.id)))
    }

    /// B's greeter.
    pub(super) fn recipient(&self) -> Result<EvmAddress> {
        let address = EvmAddress::new(U256::from(self.b.anvil.chain_id), self.on_b.greeter);
        address.map_err(|error| refuse("address", error))
    }

    /// Calldata of an update.
    pub(super) fn update_call(&self, update: &Bytes) -> Vec<u8> {
        IBeaconLightClient::updateCall { encoded: update.clone() }.abi_encode()
    }

    /// Calldata of a delivery.
    pub(super) fn deliver_call(&self, proof: &DeliveryProof) -> Vec<u8> {
        let source = U256::from(self.source.anvil.chain_id);
        let payee = self.admin;
        IMessageService::deliverCall { sourceChainId: source, proof: proof.into(), payee }
            .abi_encode()
    }

    /// Lets time pass on the chain that is behind, up to where the other one is.
    pub(super) async fn align(&mut self) -> Result<()> {
        let slot = self.source.slot().await?.max(self.b.slot().await?);
        self.source.advance_to(slot).await?;
        self.b.advance_to(slot).await
    }
}

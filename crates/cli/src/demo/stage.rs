//! Both chains with their contracts, and what the Rust libraries hold beside them.

use super::{anvil::Anvil, deploy::Deployed, mirror::Mirror, source::Source};
use crate::error::{Error, Result};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolCall;
use bindings::{IBeaconLightClient, IMessageService};
use mos::DeliveryProof;

/// Both chains with their contracts, and what the Rust libraries hold beside them.
#[derive(Debug)]
pub(super) struct Stage<'s> {
    /// Chain A and its consensus.
    pub source: Source,
    /// Chain B.
    pub b: &'s Anvil,
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
}

impl Stage<'_> {
    /// That the contract trusts exactly what Rust trusts.
    pub(super) async fn expect_same_trust(&self) -> Result<()> {
        let contract = self.b.call(self.client, &IBeaconLightClient::trustedCall {}).await?;
        let rust = IBeaconLightClient::Trusted::from(&self.mirror.follower.trusted);
        if contract == rust {
            return Ok(());
        }
        Err(Error::Demo(format!("the contract trusts {contract:?}, Rust {rust:?}")))
    }

    /// Calldata of an update.
    pub(super) fn update_call(&self, update: &Bytes) -> Vec<u8> {
        IBeaconLightClient::updateCall { encoded: update.clone() }.abi_encode()
    }

    /// Calldata of a delivery.
    pub(super) fn deliver_call(&self, proof: &DeliveryProof) -> Vec<u8> {
        let source = U256::from(self.source.anvil.chain_id);
        IMessageService::deliverCall { sourceChainId: source, proof: proof.into() }.abi_encode()
    }
}

//! Three chains with their contracts, and what the Rust libraries hold beside them.

use super::{
    super::{
        anvil::Anvil,
        deploy::Deployed,
        follower::{BeaconFollower, Follower, MapFollower, Registry, refused},
        source::Source,
    },
    chain::Hub,
};
use crate::{
    error::{Error, Result},
    refusal::refuse,
};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolCall;
use bindings::{IBeaconLightClient, IMapLightClient, IMessageHub, IMessageService};
use mos::{Answer, Context, Delivery, DeliveryProof, Inbox};

/// Three chains with their contracts, and what the Rust libraries hold beside them.
#[derive(Debug)]
pub(super) struct Stage<'s> {
    /// Chain A and its consensus.
    pub source: Source,
    /// The hub's chain and its consensus.
    pub hub: Hub,
    /// Chain B.
    pub b: &'s Anvil,
    /// Contracts on A.
    pub on_a: Deployed,
    /// Contracts on the hub's chain.
    pub on_hub: OnHub,
    /// Contracts on B.
    pub on_b: OnB,
    /// Holds every role, and sends every transaction.
    pub admin: Address,
    /// The same in Rust.
    pub twins: Twins<'s>,
}

/// Contracts on the hub's chain.
#[derive(Clone, Copy, Debug)]
pub(super) struct OnHub {
    /// The hub itself.
    pub hub: Address,
    /// The light client of A.
    pub client_of_a: Address,
}

/// Contracts on B.
#[derive(Clone, Copy, Debug)]
pub(super) struct OnB {
    /// Registry, message service and greeter.
    pub base: Deployed,
    /// The light client of A.
    pub client_of_a: Address,
    /// The light client of the hub's chain.
    pub client_of_hub: Address,
}

/// What the contracts hold, in Rust.
#[derive(Debug)]
pub(super) struct Twins<'s> {
    /// A's client on the hub's chain.
    pub on_hub: BeaconFollower<'s>,
    /// A's client on B.
    pub of_a: BeaconFollower<'s>,
    /// The client of the hub's chain on B.
    pub of_hub: MapFollower,
    /// B's message service.
    pub inbox: Inbox,
}

/// How a message comes to B.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// From A.
    Direct,
    /// By the word of the hub.
    Routed,
}

impl Stage<'_> {
    /// Id of chain A.
    pub(super) const fn chain_a(&self) -> u64 {
        self.source.anvil.chain_id
    }

    /// The gateway on A.
    pub(super) const fn gateway(&self) -> Address {
        self.on_a.message_service
    }

    /// That each contract trusts exactly what Rust trusts.
    pub(super) async fn expect_same_trust(&self) -> Result<()> {
        let Twins { on_hub, of_a, of_hub, .. } = &self.twins;
        let hub = &self.hub.anvil;
        expect_beacon(hub, self.on_hub.client_of_a, on_hub).await?;
        expect_beacon(self.b, self.on_b.client_of_a, of_a).await?;
        let client = self.on_b.client_of_hub;
        let contract = self.b.call(client, &IMapLightClient::trustedCall {}).await?;
        let trusted = &of_hub.trusted;
        expect_equal(&contract, &IMapLightClient::Trusted::from(trusted))?;
        for epoch in trusted.epoch.saturating_sub(9)..=trusted.epoch + 1 {
            let call = IMapLightClient::commitmentOfCall { epoch };
            let held = trusted.commitment(epoch).unwrap_or_default();
            expect_equal(&self.b.call(client, &call).await?, &held)?;
        }
        Ok(())
    }

    /// Calldata of a delivery.
    pub(super) fn deliver_call(&self, way: Way, proof: &DeliveryProof) -> Vec<u8> {
        let source = U256::from(self.chain_a());
        match way {
            Way::Direct => IMessageService::deliverCall {
                sourceChainId: source,
                proof: proof.into(),
                payee: Address::ZERO,
            }
            .abi_encode(),
            Way::Routed => IMessageService::deliverRoutedCall {
                sourceChainId: source,
                proof: proof.into(),
                payee: Address::ZERO,
            }
            .abi_encode(),
        }
    }

    /// Calldata of a relay.
    pub(super) fn relay_call(&self, gateway: Address, proof: &DeliveryProof) -> Vec<u8> {
        let source = U256::from(self.chain_a());
        IMessageHub::relayCall {
            sourceChainId: source,
            sourceGateway: gateway,
            proof: proof.into(),
        }
        .abi_encode()
    }
}

impl Twins<'_> {
    /// Takes over a delivery, as the contract does.
    pub(super) fn deliver(
        &mut self,
        (way, source): (Way, u64),
        proof: &DeliveryProof,
        now: u64,
    ) -> Result<()> {
        let mut inbox = self.inbox.clone();
        let outcome = self.deliver_to(&mut inbox, (way, source), proof, now);
        outcome.map_err(|error| refuse("delivery", error))?;
        self.inbox = inbox;
        Ok(())
    }

    /// Why Rust refuses a delivery, as revert data.
    pub(super) fn refuses_delivery(
        &self,
        (way, source): (Way, u64),
        proof: &DeliveryProof,
        now: u64,
    ) -> Result<Bytes> {
        // On a copy, since what is not refused is delivered.
        refused(self.deliver_to(&mut self.inbox.clone(), (way, source), proof, now))
    }

    fn deliver_to(
        &self,
        inbox: &mut Inbox,
        (way, source): (Way, u64),
        proof: &DeliveryProof,
        now: u64,
    ) -> std::result::Result<(), mos::Error> {
        let source = U256::from(source);
        let clients = Registry(&[&self.of_a, &self.of_hub], now);
        let context = Context { clients: &clients, attestors: &(), now };
        let accepted = |_: &Delivery<'_>| Answer::Accepted;
        match way {
            Way::Direct => inbox.deliver(source, proof, &context, accepted).map(drop),
            Way::Routed => inbox.deliver_routed(source, proof, &context, accepted).map(drop),
        }
    }

    /// The event that the hub emits for a proof: its topics and its data.
    pub(super) fn relay(
        &self,
        gateway: Address,
        proof: &DeliveryProof,
        now: u64,
    ) -> std::result::Result<(Vec<B256>, Bytes), mos::Error> {
        let block = self.on_hub.ancestor((proof.head_id, &proof.ancestry), now)?;
        let relayed = mos::hub::relay(&gateway, &block, proof)?;
        Ok((relayed.topics.to_vec(), Bytes::copy_from_slice(relayed.data)))
    }
}

async fn expect_beacon(chain: &Anvil, client: Address, twin: &BeaconFollower<'_>) -> Result<()> {
    let contract = chain.call(client, &IBeaconLightClient::trustedCall {}).await?;
    expect_equal(&contract, &IBeaconLightClient::Trusted::from(&twin.trusted))
}

fn expect_equal<T: PartialEq + std::fmt::Debug>(contract: &T, rust: &T) -> Result<()> {
    if contract == rust {
        return Ok(());
    }
    Err(Error::Demo(format!("the contract trusts {contract:?}, Rust {rust:?}")))
}

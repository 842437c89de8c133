//! The light client and the inbox of the destination, in Rust and as contracts, asked side by side.

use crate::{
    demo::{
        anvil::Anvil,
        follower::{Follower, Registry},
        mirror::{SYNC_COMMITTEE, agreed},
    },
    error::{Error, Result},
    refusal::refuse,
    rpc::Log,
    verify::Trust,
};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::{SolCall, SolEvent};
use bindings::{IBeaconLightClient, ILightClient, IMessageService, Revert};
use light_client::{
    Assumption,
    ancestry::Ancestor,
    beacon::{
        Client, Config, Heads, Trusted, Update,
        builder::{OwnedBootstrap, OwnedUpdate},
    },
    crypto::DefaultBls,
};
use mos::{Answer, Context, DeliveryProof, Inbox, Lanes};

/// Contracts of the destination.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contracts {
    /// Sends every transaction.
    pub admin: Address,
    /// The light client of the source.
    pub client: Address,
    /// The message service.
    pub message_service: Address,
}

/// What Rust and the contracts hold. Each step is done in both, and both must say the same.
#[derive(Debug)]
pub(super) struct Twin<'c> {
    /// What the client trusts.
    pub trusted: Trusted,
    b: &'c Anvil,
    contracts: Contracts,
    client: Client<'c, DefaultBls>,
    heads: Heads,
    inbox: Inbox,
}

impl<'c> Twin<'c> {
    /// The state after bootstrap, of which the contract's must not differ.
    pub(super) async fn start(
        config: Config<'c>,
        (bootstrap, root): (&OwnedBootstrap, &B256),
        b: &'c Anvil,
        contracts: Contracts,
        source_gateway: Address,
    ) -> Result<Self> {
        let client = Client::new(config, DefaultBls::default());
        let client = client.map_err(|error| refuse("network", error))?;
        let started = client.bootstrap(&bootstrap.as_bootstrap(), root, now());
        let (trusted, head) = started.map_err(|error| refuse("bootstrap", error))?;
        let mut heads = Heads::new();
        head.iter().for_each(|head| heads.push(head));
        let lanes = Lanes::new(U256::from(b.chain_id), contracts.message_service);
        let (mut inbox, source) = (Inbox::new(lanes), U256::from(client.config().chain_id));
        inbox.lanes.set_lane(source, source_gateway, SYNC_COMMITTEE, false);
        let twin = Self { trusted, b, contracts, client, heads, inbox };
        twin.expect_same_trust().await?;
        Ok(twin)
    }

    /// Takes over an update; returns the gas it took.
    pub(super) async fn update(&mut self, update: &OwnedUpdate) -> Result<u64> {
        let bytes = update.encode();
        let update = decode(&bytes)?;
        let advanced = self.client.update(&self.trusted, &update, now());
        let (trusted, head) = advanced.map_err(|error| refuse("light-client update", error))?;
        let call = IBeaconLightClient::updateCall { encoded: bytes.into() }.abi_encode();
        let receipt = self.b.send(self.contracts.admin, self.contracts.client, call).await?;
        self.trusted = trusted;
        head.iter().for_each(|head| self.heads.push(head));
        self.expect_same_trust().await?;
        Ok(receipt.gas_used.to())
    }

    /// Has an update refused; returns the error, and the gas that the refusal took.
    pub(super) async fn refuse_update(&self, bytes: Vec<u8>) -> Result<(String, u64)> {
        let outcome = Update::decode(&bytes)
            .and_then(|update| self.client.update(&self.trusted, &update, now()));
        let rust = refused(outcome.err().map(Revert::from))?;
        let call = IBeaconLightClient::updateCall { encoded: bytes.into() }.abi_encode();
        // A call is answered as of the newest block, which may be older than what was signed.
        self.b.mine(1).await?;
        self.refused(self.contracts.client, call, &rust).await
    }

    /// Id and block of the newest head.
    pub(super) fn head(&self) -> Result<(u64, B256)> {
        let Self { client, trusted, heads, .. } = self;
        let head = client.head(trusted, heads, trusted.latest_head, now());
        let head = head.map_err(|error| refuse("head", error))?;
        Ok((head.id(), head.block_hash()))
    }

    /// That headers lead from the newest head down to a block.
    pub(super) fn open(&self, headers: &[Bytes], block: B256) -> Result<()> {
        let Self { client, trusted, heads, .. } = self;
        let head = client.head(trusted, heads, trusted.latest_head, now());
        let head = head.map_err(|error| refuse("head", error))?;
        let opened = head.open(headers).map_err(|error| refuse("ancestry", error))?;
        if opened.hash() == block {
            return Ok(());
        }
        Err(Error::Demo(format!("the headers lead to {}, not to {block}", opened.hash())))
    }

    /// The older block that is proven from a head, in Rust and by the contract.
    pub(super) async fn older(&self, head_id: u64, proof: &Bytes) -> Result<B256> {
        let head = self.client.head(&self.trusted, &self.heads, head_id, now());
        let head = head.map_err(|error| refuse("head", error))?;
        let ancestor = head.ancestor(self.client.config(), proof);
        let rust = ancestor.map_err(|error| refuse("ancestry", error))?.block_hash();
        let call = ILightClient::ancestorHashCall { id: head_id, proof: proof.clone() };
        let contract = self.b.call(self.contracts.client, &call).await?;
        if contract == rust {
            return Ok(rust);
        }
        Err(Error::Demo(format!("Rust proves the block {rust}, the contract {contract}")))
    }

    /// Delivers a message; returns the gas it took.
    pub(super) async fn deliver(&mut self, proof: &DeliveryProof) -> Result<u64> {
        let mut inbox = self.inbox.clone();
        self.deliver_in_rust(&mut inbox, proof).map_err(|error| refuse("delivery", error))?;
        let (service, call) = (self.contracts.message_service, self.deliver_call(proof));
        let receipt = self.b.send(self.contracts.admin, service, call).await?;
        let delivered = Some(&IMessageService::MessageDelivered::SIGNATURE_HASH);
        let is_event = |log: &Log| log.address == service && log.topics.first() == delivered;
        if !receipt.logs.iter().any(is_event) {
            return Err(Error::Demo("no MessageDelivered in the receipt of the delivery".into()));
        }
        self.inbox = inbox;
        Ok(receipt.gas_used.to())
    }

    /// Has a delivery refused; returns the error, and the gas that the refusal took.
    pub(super) async fn refuse_delivery(&self, proof: &DeliveryProof) -> Result<(String, u64)> {
        let outcome = self.deliver_in_rust(&mut self.inbox.clone(), proof);
        let rust = refused(outcome.err().map(Revert::from))?;
        self.refused(self.contracts.message_service, self.deliver_call(proof), &rust).await
    }

    fn deliver_in_rust(
        &self,
        inbox: &mut Inbox,
        proof: &DeliveryProof,
    ) -> std::result::Result<(), mos::Error> {
        let (chain, now) = (U256::from(self.chain_id()), now());
        let clients = Registry(&[self], now);
        let context = Context { clients: &clients, attestors: &(), now };
        inbox.deliver(chain, proof, &context, |_| Answer::Accepted).map(drop)
    }

    fn deliver_call(&self, proof: &DeliveryProof) -> Vec<u8> {
        let source = U256::from(self.client.config().chain_id);
        let payee = Address::ZERO;
        IMessageService::deliverCall { sourceChainId: source, proof: proof.into(), payee }
            .abi_encode()
    }

    /// The contract refuses a call as Rust does, asked and in a transaction.
    async fn refused(&self, to: Address, call: Vec<u8>, rust: &Bytes) -> Result<(String, u64)> {
        let contract = self.b.refusal(to, call.clone()).await?;
        let result = agreed(rust, &contract)?;
        let receipt = self.b.send_refused(self.contracts.admin, to, call).await?;
        Ok((result, receipt.gas_used.to()))
    }

    async fn expect_same_trust(&self) -> Result<()> {
        let call = IBeaconLightClient::trustedCall {};
        let contract = self.b.call(self.contracts.client, &call).await?;
        let rust = IBeaconLightClient::Trusted::from(&self.trusted);
        if contract == rust {
            return Ok(());
        }
        Err(Error::Demo(format!("the contract trusts {contract:?}, Rust {rust:?}")))
    }
}

impl Follower for Twin<'_> {
    fn chain_id(&self) -> u64 {
        self.client.config().chain_id
    }

    fn assumption(&self) -> Assumption {
        Assumption::SyncCommittee { chain_id: self.chain_id() }
    }

    fn ancestor(
        &self,
        (head, proof): (u64, &[u8]),
        now: u64,
    ) -> std::result::Result<Ancestor, mos::Error> {
        let head = self.client.head(&self.trusted, &self.heads, head, now)?;
        Ok(head.ancestor(self.client.config(), proof)?)
    }
}

fn decode(bytes: &[u8]) -> Result<Update<'_>> {
    Update::decode(bytes).map_err(|error| refuse("light-client update", error))
}

fn refused(revert: Option<Revert>) -> Result<Bytes> {
    let accepted = || Error::Demo("Rust accepted what it must refuse".into());
    revert.map(|revert| revert.data).ok_or_else(accepted)
}

fn now() -> u64 {
    Trust::now(None).now
}

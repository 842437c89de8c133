//! A beacon chain on which a gateway that is no contract has emitted anything, and a destination that follows it.

use super::{
    calls::{PAYEE, Way},
    end::End,
    follow::Followed,
    hostile::{mutate, receipt},
    unsettle,
};
use crate::session::{Session, artifact};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolValue;
use bindings::IBeaconLightClient;
use light_client::{
    attestation::Statement,
    beacon::{Client, Heads},
    crypto::DefaultBls,
};
use mos::DeliveryProof;
use testkit::{
    attestor::Attestor,
    beacon::{Chain, ExecutionBlock, Network},
    dice::Dice,
    tries::{ReceiptEntry, ReceiptsTrie},
};

/// Chain that the EVM runs, and the one that messages come from.
pub(super) const HERE: u64 = 1;
pub(super) const THERE: u64 = 31337;
/// A chain with a lane and without a client.
pub(super) const UNWATCHED: u64 = 999;
pub(super) const GATEWAY: Address = Address::repeat_byte(0x6a);
/// Deliveries tried under one head.
pub(super) const BATCH: usize = 25;

/// A block of the other chain with its ancestors, newest first, and what was sent in the oldest.
pub(super) struct Source {
    pub(super) chain_id: u64,
    headers: Vec<Bytes>,
    receipts: ReceiptsTrie,
    nonces: Vec<u64>,
    /// A time at which the client answers.
    time: u64,
}

/// The destination of all that is sent there.
pub(super) fn destination() -> End {
    let mut destination = End::new(HERE);
    for chain in [THERE, UNWATCHED] {
        destination.set_lane(chain, GATEWAY, 1, false);
    }
    destination.set_attestors(THERE, Attestor::some(3), 2);
    destination
}

/// A batch of messages, each with its nonce. Batches overlap.
pub(super) fn sent(
    session: &mut Session,
    destination: &End,
    batch: u64,
) -> Vec<(u64, ReceiptEntry)> {
    let now = time(batch);
    let nonces = (0..BATCH as u64).map(|place| batch * 13 + place);
    nonces.map(|nonce| (nonce, receipt(&mut session.dice, destination, nonce, now))).collect()
}

/// When the messages of a batch are delivered.
fn time(batch: u64) -> u64 {
    let network = Network::default();
    network.time(32 * (batch + 1)) + 1_000
}

/// The batch in one block of a chain, a few blocks over it, and a light client that starts from the newest.
pub(super) fn publish(
    dice: &mut Dice,
    destination: &mut End,
    chain_id: u64,
    batch: u64,
    sent: Vec<(u64, ReceiptEntry)>,
) -> Source {
    let (nonces, receipts): (Vec<_>, Vec<_>) = sent.into_iter().unzip();
    let receipts = ReceiptsTrie::new(receipts);
    let mut block =
        ExecutionBlock::synthetic(B256::ZERO, batch, 0).with_receipts_root(receipts.root());
    let mut headers = vec![Bytes::from(block.header_rlp())];
    for above in 0..dice.below(3) as u64 {
        block = ExecutionBlock::synthetic(block.hash(), batch + above + 1, 0);
        headers.insert(0, block.header_rlp().into());
    }
    let network = Network { chain_id, ..Network::default() };
    let mut chain = Chain::new(network, 3);
    chain.propose(32 * (batch + 1), block).unwrap();
    bootstrap(destination, &chain);
    Source { chain_id, headers, receipts, nonces, time: time(batch) }
}

/// The same client twice: as a contract, registered with the manager, and in Rust.
fn bootstrap(destination: &mut End, chain: &Chain) {
    let block = chain.head().unwrap();
    let (root, now) = (block.root(), chain.network().time(block.header().slot));
    let (bootstrap, config) =
        (chain.bootstrap(block.header().slot).unwrap(), chain.network().config());
    destination.set_time(now);
    let arguments = (
        IBeaconLightClient::Config::from(&config),
        IBeaconLightClient::Bootstrap::from(&bootstrap.as_bootstrap()),
        root,
        Address::repeat_byte(1),
    );
    let contract =
        destination.evm.deploy(&artifact("BeaconLightClient"), &arguments.abi_encode_params());
    let client = Client::new(config, DefaultBls::default()).unwrap();
    let (trusted, head) = client.bootstrap(&bootstrap.as_bootstrap(), &root, now).unwrap();
    let mut heads = Heads::new();
    heads.push(&head.unwrap());
    let (trusted, heads) = (Box::new(trusted), Box::new(heads));
    let network = chain.network().clone();
    let followed = Followed::Beacon { network, trusted, heads };
    destination.register(config.chain_id, contract, followed);
}

impl Source {
    /// The proof of one of the messages, with the attestations that are due, and when it is shown.
    pub(super) fn prove(&self, dice: &mut Dice, destination: &End) -> (DeliveryProof, u64) {
        let place = dice.below(self.nonces.len());
        let mut proof = DeliveryProof {
            head_id: 1,
            ancestry: Bytes::new(),
            headers: self.headers.clone(),
            transaction_index: place as u64,
            receipt_proof: self.receipts.proof(place as u64),
            log_index: 0,
            nonce: self.nonces[place],
            attestations: Bytes::new(),
        };
        let lane = destination.twin.inbox.lanes.end(U256::from(THERE)).unwrap();
        if lane.attested {
            let topics = &self.receipts.receipts[place].logs[0].topics;
            let id = topics.get(1).copied().unwrap_or_default();
            proof.attestations = destination.attest(THERE, Statement::Sent, &id);
        }
        (proof, (self.time + dice.number() % 400).saturating_sub(200))
    }

    /// One delivery, or an attempt at one.
    pub(super) fn deliver(&self, session: &mut Session, destination: &mut End) {
        unsettle(&mut session.dice, destination);
        let (mut proof, mut now) = self.prove(&mut session.dice, destination);
        let mut chain = THERE;
        let name = mutate(&mut session.dice, &mut proof, &mut now, &mut chain);
        destination.set_time(now);
        let id = self.id_of(&proof);
        destination.deliver(session, name, Way::Direct, (chain, &proof, PAYEE));
        destination.compare_settled(THERE, GATEWAY, proof.nonce, id);
    }

    /// The id in the log that a proof points at.
    pub(super) fn id_of(&self, proof: &DeliveryProof) -> B256 {
        let place = self.nonces.iter().position(|nonce| *nonce == proof.nonce).unwrap_or_default();
        self.receipts.receipts[place].logs[0].topics.get(1).copied().unwrap_or_default()
    }
}

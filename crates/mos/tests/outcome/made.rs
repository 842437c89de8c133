//! Blocks of a destination chain whose hashes attestors have signed, and a message sent to it.

use alloy_primitives::{Address, B256, Bytes, U256, address, keccak256};
use alloy_rlp::Encodable;
use k256::ecdsa::SigningKey;
use light_client::{
    Assumption,
    ancestry::Ancestor,
    attestation::{Attestors, Domain, Set, Statement},
    attested::{Client, Head, Trusted, Update},
    client,
    crypto::ecdsa::K256,
};
use mos::{
    Attribute, Body, Checker, Clients, Context, DeliveryProof, Error, EvmAddress, ExpiryProof,
    Lanes, MessageCancelled, MessageDelivered, Outbox, Outcome, outcome::settled_slot,
};
use mpt_proof::builder::{OrderedTrie, Trie};

pub const SOURCE: u64 = 11_155_111;
pub const DESTINATION: u64 = 560_048;
/// The message services there.
pub const SERVICE: Address = address!("00000000000000000000000000000000000050c3");
pub const GATEWAY: Address = address!("0000000000000000000000000000000000de5710");
pub const PAYEE: Address = Address::repeat_byte(0x9a);
pub const DEADLINE: u64 = 1_750_000_000;

/// What a lane asks for here.
pub const ATTESTED: u8 = 3;

pub fn chain(id: u64) -> U256 {
    U256::from(id)
}

/// A service with a lane to the destination, from which one message with a deadline and one that can be cancelled were sent.
pub fn service() -> (Outbox, [Body; 2]) {
    let mut service = Outbox::new(Lanes::new(chain(SOURCE), SERVICE));
    service.lanes.set_lane(chain(DESTINATION), GATEWAY, ATTESTED, false);
    let expiring = send(&mut service, &[Attribute::DeliverBefore(DEADLINE)]);
    let cancellable = send(&mut service, &[Attribute::Cancellable(true)]);
    (service, [expiring, cancellable])
}

/// A message to the destination.
pub fn send(service: &mut Outbox, attributes: &[Attribute]) -> Body {
    let to = EvmAddress::new(chain(DESTINATION), Address::repeat_byte(0xbe)).unwrap().encode();
    let attributes: Vec<Bytes> = attributes.iter().map(Attribute::encode).collect();
    let from = Address::repeat_byte(0x5e);
    service.send(from, U256::ZERO, &to, b"payload", &attributes).unwrap().body
}

pub fn id(service: &Outbox, body: &Body) -> B256 {
    body.on(service.lanes.to(chain(DESTINATION)).unwrap()).id()
}

/// A log of the destination.
#[derive(Clone, Debug)]
pub struct RawLog {
    pub emitter: Address,
    pub topics: Vec<B256>,
    pub data: Vec<u8>,
}

pub fn delivered(id: B256) -> RawLog {
    let event = MessageDelivered { id, source_chain_id: chain(SOURCE), nonce: 7, payee: PAYEE };
    RawLog { emitter: GATEWAY, topics: event.topics().to_vec(), data: event.data() }
}

pub fn cancelled(id: B256) -> RawLog {
    let event = MessageCancelled { id, source_chain_id: chain(SOURCE), nonce: 7 };
    RawLog { emitter: GATEWAY, topics: event.topics().to_vec(), data: event.data() }
}

/// A block of the destination: its only client's only head.
#[derive(Clone, Debug)]
pub struct Block {
    header: Bytes,
    receipts: OrderedTrie,
    accounts: Trie,
    storage: Trie,
}

impl Block {
    /// A block whose second transaction has emitted this log.
    pub fn with_log(log: &RawLog) -> Self {
        Self::new(DEADLINE, &receipt(log), &[])
    }

    /// A block of this time in whose state the message service has these slots.
    pub fn with_slots(time: u64, slots: &[(B256, U256)]) -> Self {
        Self::new(time, &[0xc0], slots)
    }

    fn new(time: u64, receipt: &[u8], slots: &[(B256, U256)]) -> Self {
        let receipts = OrderedTrie::new([&[0xc0][..], receipt]).unwrap();
        // Another slot, so that an absence has something beside it.
        let slots = slots.iter().copied().chain([(B256::ZERO, U256::ONE)]);
        let slots = slots.map(|(slot, word)| (keccak256(slot), encoded(&word)));
        let storage = Trie::new(slots).unwrap();
        let account = list(&[
            encoded(&1_u64),
            encoded(&0_u64),
            encoded(&storage.root()),
            encoded(&B256::ZERO),
        ]);
        let accounts = Trie::new([(keccak256(GATEWAY), account)]).unwrap();
        let mut items = vec![encoded(&B256::ZERO); 15];
        items[3] = encoded(&accounts.root());
        items[5] = encoded(&receipts.root());
        (items[8], items[11]) = (encoded(&17_u64), encoded(&time));
        Self { header: list(&items).into(), receipts, accounts, storage }
    }

    /// The proof of the log.
    pub fn log_proof(&self) -> DeliveryProof {
        DeliveryProof {
            head_id: 1,
            headers: vec![self.header.clone()],
            transaction_index: 1,
            receipt_proof: self.receipts.proof(1),
            ..DeliveryProof::default()
        }
    }

    /// The proof of the word that has the bit of a nonce.
    pub fn expiry_proof(&self, nonce: u64, absent: bool) -> ExpiryProof {
        let slot = settled_slot(chain(SOURCE), SERVICE, nonce);
        ExpiryProof {
            head_id: 1,
            headers: vec![self.header.clone()],
            account_proof: self.accounts.proof(keccak256(GATEWAY).as_slice()),
            storage_proof: self.storage.proof(keccak256(slot).as_slice()),
            absent,
            ..ExpiryProof::default()
        }
    }

    /// What a checker says to something that rests on this block.
    pub fn ask<T>(&self, ask: impl FnOnce(&Context<'_>) -> T) -> T {
        let attestors = [attestor()];
        let sets = [(chain(DESTINATION), Set::new(&attestors, 1).unwrap())];
        let attestors = Attestors::new(domain(), &sets, K256);
        let client = Client::new(DESTINATION, attestors);
        let hash = keccak256(&self.header);
        let signatures = sign(&domain().head_digest(chain(DESTINATION), 17, &hash));
        let update = Update { number: 17, block_hash: hash, signatures: &signatures };
        let (_, head) = client.update(&Trusted::default(), &update).unwrap();
        ask(&Context { clients: &OneHead(head), attestors: &attestors, now: 0 })
    }

    pub fn acknowledge(&self, checker: &mut Checker, service: &Outbox) -> Outcomes {
        let proof = self.log_proof();
        self.ask(|context| checker.acknowledge(service, chain(DESTINATION), &proof, context))
    }

    pub fn prove_cancelled(&self, checker: &mut Checker, service: &Outbox) -> Outcomes {
        let proof = self.log_proof();
        self.ask(|context| checker.prove_cancelled(service, chain(DESTINATION), &proof, context))
    }

    pub fn prove_expired(
        &self,
        checker: &mut Checker,
        service: &Outbox,
        body: &Body,
        proof: &ExpiryProof,
    ) -> Outcomes {
        self.ask(|context| checker.prove_expired(service, chain(DESTINATION), body, proof, context))
    }
}

pub type Outcomes = Result<(B256, Outcome), Error>;

/// What the attestor says of a message.
pub fn attest(statement: Statement, id: &B256) -> Bytes {
    sign(&domain().attestation_digest(chain(DESTINATION), statement, id))
}

/// A registry whose only client, that of the destination, has one head.
struct OneHead(Head);

impl Clients for OneHead {
    fn assumption(&self, chain_id: U256) -> Result<Assumption, Error> {
        if chain_id == chain(DESTINATION) {
            return Ok(Assumption::Attestors { chain_id: DESTINATION });
        }
        Err(client::Error::UnknownChain { chain_id: chain_id.to() }.into())
    }

    fn ancestor(&self, _: U256, id: u64, ancestry: &[u8]) -> Result<Ancestor, Error> {
        if id != self.0.id() {
            return Err(client::Error::UnknownHead { id }.into());
        }
        Ok(self.0.ancestor(ancestry)?)
    }
}

fn domain() -> Domain {
    Domain::new(chain(SOURCE), Address::repeat_byte(0xa7))
}

fn key() -> SigningKey {
    SigningKey::from_slice(&[1; 32]).unwrap()
}

fn attestor() -> Address {
    let point = key().verifying_key().to_encoded_point(false);
    Address::from_raw_public_key(&point.as_bytes()[1..])
}

fn sign(digest: &B256) -> Bytes {
    let (signature, id) = key().sign_prehash_recoverable(digest.as_slice()).unwrap();
    [&signature.to_bytes()[..], &[27 + id.to_byte()]].concat().into()
}

/// A type 2 receipt with one log.
fn receipt(log: &RawLog) -> Vec<u8> {
    let topics: Vec<Vec<u8>> = log.topics.iter().map(encoded).collect();
    let log = list(&[encoded(&log.emitter), list(&topics), encoded(&log.data[..])]);
    let fields = [encoded(&1_u64), encoded(&21_000_u64), encoded(&[0; 256][..]), list(&[log])];
    [&[2], &list(&fields)[..]].concat()
}

fn encoded<T: Encodable + ?Sized>(value: &T) -> Vec<u8> {
    let mut out = vec![];
    value.encode(&mut out);
    out
}

fn list(items: &[Vec<u8>]) -> Vec<u8> {
    let payload = items.concat();
    let mut out = vec![];
    alloy_rlp::Header { list: true, payload_length: payload.len() }.encode(&mut out);
    out.extend(payload);
    out
}

//! Blocks and heads made to measure, so that the real verifiers run.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, reason = "what is built here is well formed")]

use alloy_primitives::{Address, B256, Bytes, U256, address, keccak256};
use alloy_rlp::Encodable;
use light_client::{
    Assumption,
    ancestry::{Ancestor, Error as AncestryError, HISTORY, HISTORY_ADDRESS, history_slot},
    attestation::{self, Statement},
    beacon::{BeaconHeader, Bootstrap, Client, Config, Fork, Head, IndexSet},
    client,
    crypto::{Bls, Error as BlsError, PublicKey, Signature},
    ssz::branch_root,
};
use mos::{
    Answer, Attestors, Attribute, Attributes, BatchItem, BatchProof, Clients, Context, Delivery,
    DeliveryProof, Error, EvmAddress, Fate, Inbox, Lane, Lanes, MESSAGE_RELAYED, MESSAGE_SENT,
    Message, Route, event,
};
use mpt_proof::builder::{OrderedTrie, Trie, packed};

pub(crate) const SOURCE: u64 = 11_155_111;
pub(crate) const DESTINATION: u64 = 560_048;
pub(crate) const GATEWAY: Address = address!("00000000000000000000000000000000000050c3");
/// The hub's chain, and the hub.
pub(crate) const HUB: u64 = 22_776;
pub(crate) const WITNESS: Address = address!("0000000000000000000000000000000000006b00");
pub(crate) const HERE: Address = address!("0000000000000000000000000000000000de5710");

/// What a lane asks for whose client follows sync committees.
pub(crate) const COMMITTEE: u8 = 1;
/// The time of deliveries, unless it matters.
pub(crate) const NOW: u64 = 1_750_000_000;

/// A log as a node gives it.
#[derive(Clone, Debug)]
pub(crate) struct RawLog {
    pub(crate) emitter: Address,
    pub(crate) topics: Vec<B256>,
    pub(crate) data: Vec<u8>,
}

pub(crate) fn lane() -> Lane {
    Lane {
        source_chain_id: U256::from(SOURCE),
        source_gateway: GATEWAY,
        destination_chain_id: U256::from(DESTINATION),
        destination_gateway: HERE,
    }
}

pub(crate) fn route() -> Route {
    Route { hub_chain_id: U256::from(HUB), hub: WITNESS, assumption: COMMITTEE }
}

/// The service of the destination, with the lane and the route from the source.
pub(crate) fn inbox() -> Inbox {
    let mut lanes = Lanes::new(U256::from(DESTINATION), HERE);
    lanes.set_lane(U256::from(SOURCE), GATEWAY, COMMITTEE, false);
    lanes.set_route(U256::from(SOURCE), route());
    Inbox::new(lanes)
}

/// What becomes of a message whose recipient answers so.
pub(crate) fn deliver(
    inbox: &mut Inbox,
    (proof, head): &(DeliveryProof, Head),
    now: u64,
    answer: Answer,
) -> Result<Fate, Error> {
    let delivered = inbox.deliver(U256::from(SOURCE), proof, &at(head, now).context(), |_| answer);
    delivered.map(|(_, fate)| fate)
}

/// A call that must not be made.
pub(crate) fn never(delivery: &Delivery<'_>) -> Answer {
    unreachable!("{delivery:?} is called")
}

/// A time, and a registry of the one client that holds this head and no other, as number 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At {
    head: Head,
    now: u64,
}

pub(crate) const fn at(head: &Head, now: u64) -> At {
    At { head: *head, now }
}

impl At {
    /// With attestors that stamp.
    pub(crate) fn context(&self) -> Context<'_> {
        Context { clients: self, attestors: &Stamps, now: self.now }
    }
}

impl Clients for At {
    fn assumption(&self, chain_id: U256) -> Result<Assumption, Error> {
        let own = self.head.chain_id();
        let known = U256::from(own) == chain_id;
        let unknown = client::Error::UnknownChain { chain_id: chain_id.to() };
        if known { Ok(Assumption::SyncCommittee { chain_id: own }) } else { Err(unknown.into()) }
    }

    fn ancestor(&self, chain_id: U256, id: u64, ancestry: &[u8]) -> Result<Ancestor, Error> {
        self.assumption(chain_id)?;
        if id != self.head.id() {
            return Err(client::Error::UnknownHead { id }.into());
        }
        Ok(ancestor(&self.head, ancestry)?)
    }
}

/// Attestors of every chain, who stamp what they are asked about.
#[derive(Debug)]
pub(crate) struct Stamps;

/// Their stamp.
pub(crate) fn stamp(chain_id: u64, statement: Statement, id: &B256) -> Bytes {
    [&chain_id.to_be_bytes()[..], &[statement as u8], &id[..]].concat().into()
}

impl Attestors for Stamps {
    fn verify(
        &self,
        chain_id: U256,
        statement: Statement,
        id: &B256,
        signatures: &[u8],
    ) -> Result<(), attestation::Error> {
        let expected = stamp(chain_id.to(), statement, id);
        if signatures.len() != expected.len() {
            let (expected, got) = (expected.len() as u64, signatures.len() as u64);
            return Err(attestation::Error::Length { expected, got });
        }
        let stamped = *signatures == expected[..];
        if stamped { Ok(()) } else { Err(attestation::Error::Signature { position: 0 }) }
    }
}

pub(crate) fn sender() -> Vec<u8> {
    account(SOURCE, Address::repeat_byte(0x5e))
}

pub(crate) fn recipient() -> Vec<u8> {
    account(DESTINATION, Address::repeat_byte(0xbe))
}

pub(crate) fn account(chain_id: u64, account: Address) -> Vec<u8> {
    EvmAddress::new(U256::from(chain_id), account).unwrap().encode()
}

/// The event of a message from the lane's source.
pub(crate) fn sent(nonce: u64, sender: &[u8], recipient: &[u8], payload: &[u8]) -> RawLog {
    sent_with(nonce, (sender, recipient), payload, &[])
}

/// The same with attributes, as bytes.
pub(crate) fn sent_with(
    nonce: u64,
    (sender, recipient): (&[u8], &[u8]),
    payload: &[u8],
    attributes: &[Bytes],
) -> RawLog {
    let attributes = Attributes::new(attributes);
    let id = Message { lane: lane(), nonce, sender, recipient, payload, attributes }.id();
    let data = event::encode(sender, recipient, payload, attributes);
    RawLog { emitter: GATEWAY, topics: vec![MESSAGE_SENT, id], data }
}

/// The event of a message between the two accounts above, which asks for something.
pub(crate) fn asking(nonce: u64, attributes: &[Attribute]) -> RawLog {
    let attributes: Vec<Bytes> = attributes.iter().map(Attribute::encode).collect();
    sent_with(nonce, (&sender(), &recipient()), b"payload", &attributes)
}

/// The event of a message between the two accounts above.
pub(crate) fn plain(nonce: u64) -> RawLog {
    sent(nonce, &sender(), &recipient(), b"payload")
}

/// What the hub says of a message that the emitter of `log` sent.
pub(crate) fn relayed(log: &RawLog) -> RawLog {
    let chain = U256::from(SOURCE).into();
    let topics = vec![MESSAGE_RELAYED, log.topics[1], chain, log.emitter.into_word()];
    RawLog { emitter: WITNESS, topics, data: log.data.clone() }
}

/// The proof of a log that is second in its receipt, which is third in its block; and the block as a head.
pub(crate) fn prove(log: &RawLog, nonce: u64) -> (DeliveryProof, Head) {
    prove_on(SOURCE, log, nonce)
}

/// The same of a log on another chain.
pub(crate) fn prove_on(chain_id: u64, log: &RawLog, nonce: u64) -> (DeliveryProof, Head) {
    let noise = RawLog { emitter: Address::ZERO, topics: vec![], data: vec![] };
    prove_receipt_on(chain_id, &receipt(true, &[noise, log.clone()]), nonce)
}

pub(crate) fn prove_receipt(receipt: &[u8], nonce: u64) -> (DeliveryProof, Head) {
    prove_receipt_on(SOURCE, receipt, nonce)
}

fn prove_receipt_on(chain_id: u64, receipt: &[u8], nonce: u64) -> (DeliveryProof, Head) {
    let trie = OrderedTrie::new([&[0x05, 0xc0][..], &[0xc0], receipt]).unwrap();
    let header = header(B256::ZERO, trie.root());
    let head = head(chain_id, keccak256(&header));
    let proof = DeliveryProof {
        head_id: 1,
        ancestry: Bytes::new(),
        headers: vec![header.into()],
        transaction_index: 2,
        receipt_proof: trie.proof(2).into_iter().collect::<Vec<Bytes>>(),
        log_index: 1,
        nonce,
        attestations: Bytes::new(),
    };
    (proof, head)
}

/// The proof of all these logs, with the nonces of their messages, receipt by receipt from transaction 1 on; and the block as a head.
pub(crate) fn prove_batch(receipts: &[Vec<(RawLog, u64)>]) -> (BatchProof, Head) {
    let logs = receipts.iter().map(|logs| logs.iter().map(|(log, _)| log.clone()).collect());
    let values = logs.map(|logs: Vec<RawLog>| receipt(true, &logs));
    let trie = OrderedTrie::new(core::iter::once(vec![0x05, 0xc0]).chain(values)).unwrap();
    let header = header(B256::ZERO, trie.root());
    let head = head(SOURCE, keccak256(&header));
    let items = receipts.iter().zip(1..).flat_map(|(logs, transaction_index)| {
        logs.iter().zip(0..).map(move |((_, nonce), log_index)| BatchItem {
            transaction_index,
            log_index,
            nonce: *nonce,
            attestations: Bytes::new(),
        })
    });
    let batch = BatchProof {
        head_id: 1,
        ancestry: Bytes::new(),
        headers: vec![header.into()],
        nodes: trie.batch(1..=receipts.len() as u64).unwrap().nodes,
        items: items.collect(),
    };
    (batch, head)
}

/// A type 2 receipt.
pub(crate) fn receipt(success: bool, logs: &[RawLog]) -> Vec<u8> {
    let logs: Vec<Vec<u8>> = logs.iter().map(log).collect();
    let fields =
        [string(if success { &[1] } else { &[] }), number(21_000), string(&[0; 256]), list(&logs)];
    [&[2], &list(&fields)[..]].concat()
}

/// A header of fifteen fields.
pub(crate) fn header(parent_hash: B256, receipts_root: B256) -> Vec<u8> {
    let mut fields = vec![string(&[0; 32]); 15];
    fields[0] = string(parent_hash.as_slice());
    fields[5] = string(receipts_root.as_slice());
    fields[8] = number(17);
    fields[11] = number(1_750_000_000);
    list(&fields)
}

/// The block that a proof of an older one proves from a head.
pub(crate) fn ancestor(head: &Head, proof: &[u8]) -> Result<Ancestor, AncestryError> {
    head.ancestor(&Config { chain_id: head.chain_id(), ..CONFIG }, proof)
}

/// The network that heads are of.
const CONFIG: Config<'static> = Config {
    chain_id: SOURCE,
    genesis_time: 0,
    genesis_validators_root: B256::repeat_byte(1),
    seconds_per_slot: 12,
    slots_per_epoch: 32,
    epochs_per_period: 256,
    committee_size: 512,
    slots_per_historical_root: 8_192,
    trusting_period: 1_000_000,
    forks: &[Fork { epoch: 0, version: [6, 0, 0, 0], index_set: IndexSet::Electra }],
};

/// A head of the client for `chain_id`: the only way to one is a bootstrap.
pub(crate) fn head(chain_id: u64, block_hash: B256) -> Head {
    let config = Config { chain_id, ..CONFIG };
    let (committee, branch) = (B256::repeat_byte(2), [B256::ZERO; 9]);
    let (state, body) =
        (IndexSet::Electra.current_committee(), IndexSet::Electra.execution_block_hash());
    let header = BeaconHeader {
        slot: 1,
        proposer_index: 0,
        parent_root: B256::ZERO,
        state_root: branch_root(&committee, &branch[..6], state).unwrap(),
        body_root: branch_root(&block_hash, &branch, body).unwrap(),
    };
    let bootstrap = Bootstrap {
        header,
        current_committee_root: committee,
        current_committee_branch: &branch[..6],
        execution_block_hash: block_hash,
        execution_branch: &branch,
    };
    let client = Client::new(config, NoBls).unwrap();
    client.bootstrap(&bootstrap, &header.hash_tree_root(), 20).unwrap().1.unwrap()
}

/// A proof that the state of block `newer` keeps this hash of block `number`; and that block's hash.
pub(crate) fn history(hash: B256, number: u64, newer: u64) -> (Bytes, B256) {
    let slot = keccak256(history_slot(number));
    let storage = Trie::new([(slot, string(hash.as_slice()))]).unwrap();
    let account = list(&[
        string(&[]),
        string(&[]),
        string(storage.root().as_slice()),
        string(keccak256([]).as_slice()),
    ]);
    let key = keccak256(HISTORY_ADDRESS);
    let state = Trie::new([(key, account)]).unwrap();
    let mut fields = vec![string(&[0; 32]); 15];
    fields[3] = string(state.root().as_slice());
    fields[8] = self::number(newer);
    fields[11] = self::number(1_750_000_000);
    let header = list(&fields);
    let account = packed(&state.proof(key.as_slice()));
    let proof = [
        &[HISTORY][..],
        &u16::try_from(header.len()).unwrap().to_be_bytes(),
        &u16::try_from(account.len()).unwrap().to_be_bytes(),
        &number.to_be_bytes(),
        &header,
        &account,
        &packed(&storage.proof(slot.as_slice())),
    ]
    .concat();
    (proof.into(), keccak256(header))
}

/// Nothing here is signed.
#[derive(Clone, Copy, Debug)]
struct NoBls;

impl Bls for NoBls {
    fn verify_complement(
        &self,
        _: &PublicKey,
        _: impl IntoIterator<Item = PublicKey>,
        _: &B256,
        _: &Signature,
    ) -> Result<(), BlsError> {
        Err(BlsError::InvalidSignature)
    }
}

fn log(log: &RawLog) -> Vec<u8> {
    let topics: Vec<Vec<u8>> = log.topics.iter().map(|topic| string(topic.as_slice())).collect();
    list(&[string(log.emitter.as_slice()), list(&topics), string(&log.data)])
}

fn string(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![];
    bytes.encode(&mut out);
    out
}

fn number(value: u64) -> Vec<u8> {
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

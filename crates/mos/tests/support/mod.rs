//! Blocks and heads made to measure, so that the real verifiers run.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, reason = "what is built here is well formed")]

use alloy_primitives::{Address, B256, Bytes, U256, address, keccak256};
use alloy_rlp::Encodable;
use light_client::{
    ancestry::{Ancestor, Error as AncestryError, HISTORY, HISTORY_ADDRESS, history_slot},
    beacon::{BeaconHeader, Bootstrap, Client, Config, Fork, Head, IndexSet},
    crypto::{Bls, Error as BlsError, PublicKey, Signature},
    ssz::branch_root,
};
use mos::{DeliveryProof, EvmAddress, Lane, MESSAGE_RELAYED, MESSAGE_SENT, Message, Route, event};
use mpt_proof::builder::{OrderedTrie, Trie, packed};

pub(crate) const SOURCE: u64 = 11_155_111;
pub(crate) const DESTINATION: u64 = 560_048;
pub(crate) const GATEWAY: Address = address!("00000000000000000000000000000000000050c3");
/// The hub's chain, and the hub.
pub(crate) const HUB: u64 = 22_776;
pub(crate) const WITNESS: Address = address!("0000000000000000000000000000000000006b00");
pub(crate) const HERE: Address = address!("0000000000000000000000000000000000de5710");

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
    Route { hub_chain_id: U256::from(HUB), hub: WITNESS }
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
    let id = Message { lane: lane(), nonce, sender, recipient, payload }.id();
    let data = event::encode(sender, recipient, payload);
    RawLog { emitter: GATEWAY, topics: vec![MESSAGE_SENT, id], data }
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
    };
    (proof, head)
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

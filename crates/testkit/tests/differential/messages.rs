//! MSG-1 to MSG-8: deliveries, from the light client's head to the recipient.

mod hostile;
mod routed;

use crate::session::{Session, artifact, cases};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::{SolCall, SolValue};
use bindings::{IBeaconLightClient, ILightClientManager, IMessageService, Revert};
use hostile::{mutate, receipt};
use light_client::{
    ancestry::Ancestor,
    beacon::{Client, Heads, Trusted},
    client,
    crypto::DefaultBls,
};
use mos::{Delivery, DeliveryProof, EvmAddress, Inbox, MESSAGE_SENT, Message, MessageSent};
use mpt_proof::receipt::{Receipt, TypePolicy};
use testkit::{
    beacon::{Chain, ExecutionBlock, Network},
    evm::SENDER,
    tries::{LogEntry, ReceiptEntry, ReceiptsTrie},
};

alloy_sol_types::sol! {
    function greet(uint256 chainId, address greeter, string calldata text) external returns (bytes32 id);
}

/// Chain that the EVM runs, and the one that messages come from.
const HERE: u64 = 1;
const THERE: u64 = 31337;
/// A chain with a lane and without a client.
const UNWATCHED: u64 = 999;
const GATEWAY: Address = Address::repeat_byte(0x6a);
/// Deliveries tried under one head.
const BATCH: usize = 25;

/// The contracts on this chain, and the inbox that has to agree with them.
struct Destination {
    manager: Address,
    service: Address,
    greeter: Address,
    inbox: Inbox,
}

/// A block of the other chain with its ancestors, newest first, and what was sent in the oldest.
struct Source {
    client_state: (Trusted, Heads),
    network: Network,
    headers: Vec<Bytes>,
    receipts: ReceiptsTrie,
    nonces: Vec<u64>,
}

/// What the service emits is what a delivery reads, and its id is the one computed in Rust.
#[test]
fn s3_sent_messages_have_the_id_of_their_fields() {
    let mut session = Session::new("sent messages");
    let Destination { service, greeter, inbox, .. } = deploy(&mut session);
    let here = EvmAddress::new(U256::from(HERE), greeter).unwrap().encode();
    let lane = inbox.lane(U256::from(THERE)).unwrap();
    let (source_chain_id, destination_chain_id) = (lane.destination_chain_id, lane.source_chain_id);
    let lane = mos::Lane {
        source_chain_id,
        source_gateway: service,
        destination_chain_id,
        destination_gateway: GATEWAY,
    };
    for nonce in 0..20u64 {
        let text = "x".repeat(usize::try_from(nonce).unwrap() * 7);
        let to = Address::repeat_byte(nonce.to_le_bytes()[0]);
        let greet = greetCall { chainId: U256::from(THERE), greeter: to, text: text.clone() };
        let logs = session.evm.call_commit(greeter, greet.abi_encode()).logs;
        let log = logs.iter().find(|log| log.address == service).unwrap();
        let (topics, data) = (log.topics().to_vec(), log.data.data.to_vec());
        let entry = LogEntry { address: service, topics, data };
        let receipt =
            ReceiptEntry { tx_type: 2, success: true, cumulative_gas_used: 1, logs: vec![entry] };
        let receipt = receipt.encode();
        let receipt = Receipt::decode(&receipt, TypePolicy::Known).unwrap();
        let sent =
            MessageSent::decode(&receipt.select(0, &service, &MESSAGE_SENT).unwrap()).unwrap();
        assert_eq!(sent.sender, here);
        let recipient = EvmAddress::new(destination_chain_id, to).unwrap().encode();
        let (payload, recipient, sender) = (text.as_bytes(), &recipient[..], &here[..]);
        assert_eq!((sent.recipient, sent.payload), (recipient, payload));
        assert_eq!(sent.id, Message { lane, nonce, sender, recipient, payload }.id());
    }
}

#[test]
fn h10_deliveries() {
    let mut session = Session::new("deliveries");
    let mut destination = deploy(&mut session);
    for batch in 0..cases().div_ceil(BATCH) {
        let batch = batch as u64;
        let sent = sent(&mut session, &destination, batch);
        let source = publish(&mut session, &destination, THERE, batch, sent);
        for _ in 0..BATCH {
            deliver(&mut session, &mut destination, &source);
        }
    }
    session.finish();
}

fn deploy(session: &mut Session) -> Destination {
    let evm = &mut session.evm;
    let authority = evm.deploy(&artifact("AccessManager"), &SENDER.abi_encode());
    let manager = evm.deploy(&artifact("LightClientManager"), &authority.abi_encode());
    let arguments = (authority, manager, U256::from(2_000_000)).abi_encode_params();
    let service = evm.deploy(&artifact("MessageService"), &arguments);
    let greeter = evm.deploy(&artifact("Greeter"), &service.abi_encode());
    let mut inbox = Inbox::new(U256::from(HERE), service);
    for chain in [THERE, UNWATCHED] {
        let chain = U256::from(chain);
        let call = IMessageService::setLaneCall { chainId: chain, gateway: GATEWAY };
        evm.call_commit(service, call.abi_encode()).into_result().unwrap();
        inbox.set_lane(chain, GATEWAY);
    }
    Destination { manager, service, greeter, inbox }
}

/// A batch of messages, each with its nonce. Batches overlap.
fn sent(session: &mut Session, destination: &Destination, batch: u64) -> Vec<(u64, ReceiptEntry)> {
    let nonces = (0..BATCH as u64).map(|place| batch * 13 + place);
    nonces.map(|nonce| (nonce, receipt(&mut session.dice, destination, nonce))).collect()
}

/// The batch in one block of a chain, a few blocks over it, and a light client that starts from the newest.
fn publish(
    session: &mut Session,
    destination: &Destination,
    chain_id: u64,
    batch: u64,
    sent: Vec<(u64, ReceiptEntry)>,
) -> Source {
    let dice = &mut session.dice;
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
    let mut chain = Chain::new(network.clone(), 3);
    chain.propose(32 * (batch + 1), block).unwrap();
    let client_state = bootstrap(session, destination, &chain);
    Source { client_state, network, headers, receipts, nonces }
}

/// The same client twice: as a contract, registered with the manager, and in Rust.
fn bootstrap(session: &mut Session, destination: &Destination, chain: &Chain) -> (Trusted, Heads) {
    let block = chain.head().unwrap();
    let (root, now) = (block.root(), chain.network().time(block.header().slot));
    let (bootstrap, config) =
        (chain.bootstrap(block.header().slot).unwrap(), chain.network().config());
    session.evm.set_timestamp(now);
    let arguments = (
        IBeaconLightClient::Config::from(&config),
        IBeaconLightClient::Bootstrap::from(&bootstrap.as_bootstrap()),
        root,
        Address::repeat_byte(1),
    );
    let contract =
        session.evm.deploy(&artifact("BeaconLightClient"), &arguments.abi_encode_params());
    let chain_id = U256::from(config.chain_id);
    let set = ILightClientManager::setClientCall { chainId: chain_id, client: contract };
    session.evm.call_commit(destination.manager, set.abi_encode()).into_result().unwrap();
    let client = Client::new(config, DefaultBls::default()).unwrap();
    let (trusted, head) = client.bootstrap(&bootstrap.as_bootstrap(), &root, now).unwrap();
    let mut heads = Heads::new();
    heads.push(&head.unwrap());
    (trusted, heads)
}

fn deliver(session: &mut Session, destination: &mut Destination, source: &Source) {
    let mut proof = prove(session, source);
    let mut now = source.network.time(32 * 100);
    let mut chain = THERE;
    let name = mutate(&mut session.dice, &mut proof, &mut now, &mut chain);
    session.evm.set_timestamp(now);
    let before = destination.inbox.clone();
    let rust = destination
        .inbox
        .deliver(U256::from(chain), &proof, |id, ancestry| {
            ancestor(source, chain, id, now, ancestry)
        })
        .map_err(Revert::from)
        .and_then(|delivery| with_code(&delivery, destination.greeter));
    if rust.is_err() {
        destination.inbox = before;
    }
    let call = IMessageService::deliverCall {
        sourceChainId: U256::from(chain),
        proof: IMessageService::DeliveryProof::from(&proof),
    };
    let rust = rust.map(|id| id.0.into()).map_err(|revert| revert.data);
    let data = call.abi_encode();
    let verdict = session.evm.call_commit(destination.service, data.clone()).verdict;
    session.record(&name, &rust, &verdict, &data);
    compare_delivered(session, destination, proof.nonce);
}

/// The proof of one of the messages.
fn prove(session: &mut Session, source: &Source) -> DeliveryProof {
    let place = session.dice.below(source.nonces.len());
    DeliveryProof {
        head_id: 1,
        ancestry: Bytes::new(),
        headers: source.headers.clone(),
        transaction_index: place as u64,
        receipt_proof: source.receipts.proof(place as u64),
        log_index: 0,
        nonce: source.nonces[place],
    }
}

/// MSG-8, the part that only the chain knows: of all accounts in these messages the greeter alone has code.
fn with_code(delivery: &Delivery<'_>, greeter: Address) -> Result<B256, Revert> {
    let recipient = delivery.recipient().account();
    if recipient == greeter {
        return Ok(delivery.id());
    }
    Err(mos::Error::ForbiddenRecipient { recipient }.into())
}

/// What the registry answers: the only client that is asked is that of the source.
fn ancestor(
    source: &Source,
    chain_id: u64,
    id: u64,
    now: u64,
    ancestry: &[u8],
) -> Result<Ancestor, mos::Error> {
    if chain_id != source.network.chain_id {
        return Err(client::Error::UnknownChain { chain_id }.into());
    }
    let config = source.network.config();
    let Ok(client) = Client::new(config, DefaultBls::default()) else {
        panic!("a client of this network exists")
    };
    let head = client.head(&source.client_state.0, &source.client_state.1, id, now)?;
    Ok(head.ancestor(&config, ancestry)?)
}

fn compare_delivered(session: &mut Session, destination: &Destination, nonce: u64) {
    let call = IMessageService::isDeliveredCall {
        sourceChainId: U256::from(THERE),
        sourceGateway: GATEWAY,
        nonce,
    };
    let answer = session.evm.call(destination.service, call.abi_encode()).into_result().unwrap();
    let solidity = IMessageService::isDeliveredCall::abi_decode_returns(&answer).unwrap();
    let rust = destination.inbox.is_delivered(U256::from(THERE), GATEWAY, nonce);
    assert_eq!(rust, solidity, "nonce {nonce}");
}

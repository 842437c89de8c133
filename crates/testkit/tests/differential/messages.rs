//! MSG-1 to MSG-8: deliveries, from the light client's head to the recipient.

use crate::session::{Session, artifact, cases};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_sol_types::{SolCall, SolValue};
use bindings::{IBeaconLightClient, ILightClientManager, IMessageService, Revert};
use light_client::{
    beacon::{Client, Config, Head, Heads, Trusted},
    client,
    crypto::DefaultBls,
};
use mos::{Delivery, DeliveryProof, EvmAddress, Inbox, Lane, MESSAGE_SENT, Message};
use testkit::{
    beacon::{Chain, ExecutionBlock, Network},
    dice::Dice,
    evm::SENDER,
    tries::{LogEntry, ReceiptEntry, ReceiptsTrie},
};

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

#[test]
fn h10_deliveries() {
    let mut session = Session::new("deliveries");
    let mut destination = deploy(&mut session);
    for batch in 0..(cases() / 4).div_ceil(BATCH) {
        let source = send(&mut session, &destination, batch as u64);
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

/// A batch of messages in one block, a few blocks over it, and a light client that starts from the newest.
fn send(session: &mut Session, destination: &Destination, batch: u64) -> Source {
    let dice = &mut session.dice;
    let nonces: Vec<u64> = (0..BATCH as u64).map(|place| batch * 13 + place).collect();
    let receipts = nonces.iter().map(|nonce| receipt(dice, destination, *nonce)).collect();
    let receipts = ReceiptsTrie::new(receipts);
    let mut block =
        ExecutionBlock::synthetic(B256::ZERO, batch, 0).with_receipts_root(receipts.root());
    let mut headers = vec![Bytes::from(block.header_rlp())];
    for above in 0..dice.below(3) as u64 {
        block = ExecutionBlock::synthetic(block.hash(), batch + above + 1, 0);
        headers.insert(0, block.header_rlp().into());
    }
    let network = Network { chain_id: THERE, ..Network::default() };
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
    );
    let contract =
        session.evm.deploy(&artifact("BeaconLightClient"), &arguments.abi_encode_params());
    let set = ILightClientManager::setClientCall { chainId: U256::from(THERE), client: contract };
    session.evm.call_commit(destination.manager, set.abi_encode()).into_result().unwrap();
    let client = Client::new(config, DefaultBls::default()).unwrap();
    let (trusted, head) = client.bootstrap(&bootstrap.as_bootstrap(), &root, now).unwrap();
    let mut heads = Heads::new();
    heads.push(&head);
    (trusted, heads)
}

/// A receipt with one log: a message, or what only looks like one.
fn receipt(dice: &mut Dice, destination: &Destination, nonce: u64) -> ReceiptEntry {
    let address = |dice: &mut Dice, chain: u64, account: Address| {
        let chain = *dice.one_of(&[chain, chain, chain, chain, chain, chain, 7]);
        let mut bytes = EvmAddress::new(U256::from(chain), account).unwrap().encode();
        match dice.below(20) {
            0 => drop(bytes.pop()),
            1 => bytes.push(0),
            2 => bytes[dice.below(6)] ^= 1,
            _ => {}
        }
        bytes
    };
    let accounts = [
        destination.greeter,
        destination.greeter,
        destination.greeter,
        destination.service,
        Address::ZERO,
        Address::with_last_byte(9),
        Address::left_padding_from(&[1, 0xff]),
        Address::left_padding_from(&[2, 0]),
    ];
    let account = *dice.one_of(&accounts);
    let sender = address(dice, THERE, Address::repeat_byte(0x11));
    let recipient = address(dice, HERE, account);
    let length = dice.below(70);
    let payload = dice.bytes(length);
    let lane = Lane {
        source_chain_id: U256::from(THERE),
        source_gateway: GATEWAY,
        destination_chain_id: U256::from(HERE),
        destination_gateway: destination.service,
    };
    let message =
        Message { lane, nonce, sender: &sender, recipient: &recipient, payload: &payload };
    let mut log = LogEntry {
        address: GATEWAY,
        topics: vec![MESSAGE_SENT, message.id()],
        data: mos::event::encode(&sender, &recipient, &payload),
    };
    spoil(&mut log, dice);
    ReceiptEntry {
        tx_type: 2,
        success: !dice.one_in(30),
        cumulative_gas_used: nonce,
        logs: vec![log],
    }
}

/// One in three logs is wrong somewhere.
fn spoil(log: &mut LogEntry, dice: &mut Dice) {
    let place = dice.below(log.data.len());
    match dice.below(30) {
        0 => log.address = Address::repeat_byte(0x6b),
        1 => log.topics[0] = keccak256("Another()"),
        2 => log.topics[1] = B256::repeat_byte(1),
        3 => drop(log.topics.pop()),
        4 => log.topics.push(B256::ZERO),
        5 => log.data[place] ^= 1 << dice.below(8),
        6 => log.data.extend([0; 32]),
        7 => log.data.truncate(place),
        // The value, and the length of the attributes.
        8 => log.data[0x7f] = 1,
        9 => *log.data.last_mut().unwrap() = 1,
        _ => {}
    }
}

fn deliver(session: &mut Session, destination: &mut Destination, source: &Source) {
    let place = session.dice.below(source.nonces.len());
    let mut proof = DeliveryProof {
        head_id: 1,
        headers: source.headers.clone(),
        transaction_index: place as u64,
        receipt_proof: source.receipts.proof(place as u64),
        log_index: 0,
        nonce: source.nonces[place],
    };
    let mut now = source.network.time(32 * 100);
    let mut chain = THERE;
    let name = mutate(&mut session.dice, &mut proof, &mut now, &mut chain);
    session.evm.set_timestamp(now);
    let config = source.network.config();
    let before = destination.inbox.clone();
    let rust = destination
        .inbox
        .deliver(U256::from(chain), &proof, |id| head(source, config, chain, id, now))
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

/// MSG-8, the part that only the chain knows: of all accounts in these messages the greeter alone has code.
fn with_code(delivery: &Delivery<'_>, greeter: Address) -> Result<B256, Revert> {
    let recipient = delivery.recipient().account();
    if recipient == greeter {
        return Ok(delivery.id());
    }
    Err(mos::Error::ForbiddenRecipient { recipient }.into())
}

fn head(
    source: &Source,
    config: Config<'_>,
    chain_id: u64,
    id: u64,
    now: u64,
) -> Result<Head, client::Error> {
    if chain_id != THERE {
        return Err(client::Error::UnknownChain { chain_id });
    }
    let client = Client::new(config, DefaultBls::default()).unwrap();
    client.head(&source.client_state.0, &source.client_state.1, id, now)
}

fn mutate(
    dice: &mut Dice,
    proof: &mut DeliveryProof,
    now: &mut u64,
    chain: &mut u64,
) -> &'static str {
    match dice.below(24) {
        0 => {
            proof.head_id = *dice.one_of(&[0, 2, 65, u64::MAX]);
            "another head"
        }
        1 => {
            proof.headers.pop();
            "a header less"
        }
        2 => {
            proof.headers.push(Bytes::from_static(&[0xc0]));
            "a header more"
        }
        3 => {
            proof.transaction_index += 1;
            "another transaction"
        }
        4 => {
            proof.receipt_proof.pop();
            "a node less"
        }
        5 => {
            proof.log_index = 1 + dice.number() % 3;
            "another log"
        }
        6 => {
            proof.nonce ^= 1 << dice.below(64);
            "another nonce"
        }
        7 => {
            *now += 30 * 24 * 60 * 60;
            "too late"
        }
        8 => {
            *chain = UNWATCHED;
            "a chain without a client"
        }
        9 => {
            *chain = 5;
            "a chain without a lane"
        }
        _ => "as sent",
    }
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

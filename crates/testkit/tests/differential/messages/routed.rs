//! MSG-11, MSG-12: what a hub relays, and deliveries by its word beside direct ones of the same messages.

use super::{
    BATCH, Destination, GATEWAY, HERE, Source, THERE, UNWATCHED, ancestor, compare_delivered,
    deliver, deploy, hostile::mutate, prove, publish, sent, with_code,
};
use crate::session::{Session, artifact, cases};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::{SolCall, SolValue};
use bindings::{IMessageHub, IMessageService, Revert};
use mos::{MESSAGE_RELAYED, Relayed, Route, hub::relay};
use testkit::{dice::Dice, tries::ReceiptEntry};

/// The chain that the hub is on.
const HUB: u64 = 22_776;
/// A chain with a lane and without a route.
const ROUTELESS: u64 = 888;

#[test]
fn h10_routed_deliveries() {
    let mut session = Session::new("routed deliveries");
    let mut destination = deploy(&mut session);
    let hub = session.evm.deploy(&artifact("MessageHub"), &destination.manager.abi_encode());
    set_routes(&mut session, &mut destination, hub);
    for batch in 0..cases().div_ceil(BATCH) {
        let batch = batch as u64;
        let sent = sent(&mut session, &destination, batch);
        let said = sent.iter().map(|(nonce, entry)| {
            let mut entry = relayed(entry, hub);
            spoil(&mut entry, &mut session.dice);
            (*nonce, entry)
        });
        let said = said.collect();
        let source = publish(&mut session, &destination, THERE, batch, sent);
        let witness = publish(&mut session, &destination, HUB, batch, said);
        for _ in 0..BATCH {
            match session.dice.below(5) {
                0 => deliver(&mut session, &mut destination, &source),
                1 => relay_both(&mut session, hub, &source),
                _ => deliver_routed(&mut session, &mut destination, &witness),
            }
        }
    }
    session.finish();
}

fn set_routes(session: &mut Session, destination: &mut Destination, hub: Address) {
    let lane = IMessageService::setLaneCall { chainId: U256::from(ROUTELESS), gateway: GATEWAY };
    session.evm.call_commit(destination.service, lane.abi_encode()).into_result().unwrap();
    destination.inbox.set_lane(U256::from(ROUTELESS), GATEWAY);
    for (source, hub_chain_id) in [(THERE, HUB), (UNWATCHED, UNWATCHED)] {
        let (source, route) =
            (U256::from(source), Route { hub_chain_id: U256::from(hub_chain_id), hub });
        let call = IMessageService::setRouteCall {
            sourceChainId: source,
            hubChainId: route.hub_chain_id,
            hub,
        };
        session.evm.call_commit(destination.service, call.abi_encode()).into_result().unwrap();
        destination.inbox.set_route(source, route);
    }
}

/// What the hub says of the message in a receipt, or of what looks like one.
fn relayed(entry: &ReceiptEntry, hub: Address) -> ReceiptEntry {
    let mut entry = ReceiptEntry { success: true, ..entry.clone() };
    for log in &mut entry.logs {
        let id = log.topics.get(1).copied().unwrap_or_default();
        let chain = U256::from(THERE).into();
        log.topics = vec![MESSAGE_RELAYED, id, chain, log.address.into_word()];
        log.address = hub;
    }
    entry
}

/// One in three of the hub's words is not one, or one about something else.
fn spoil(entry: &mut ReceiptEntry, dice: &mut Dice) {
    let Some(log) = entry.logs.first_mut() else { return };
    match dice.below(27) {
        0 => log.address = Address::repeat_byte(0x6b),
        1 => log.topics[0] = B256::repeat_byte(1),
        2 => log.topics[1] = B256::repeat_byte(1),
        3 => log.topics[2] = U256::from(HERE).into(),
        4 => log.topics[2][dice.below(32)] ^= 1,
        5 => log.topics[3][dice.below(12)] = 1,
        6 => log.topics[3][12 + dice.below(20)] ^= 1,
        7 => log.topics.truncate(dice.below(4)),
        8 => entry.success = false,
        _ => {}
    }
}

fn deliver_routed(session: &mut Session, destination: &mut Destination, witness: &Source) {
    let mut proof = prove(session, witness);
    let mut now = witness.network.time(32 * 100);
    let mut chain = THERE;
    let mut name = mutate(&mut session.dice, &mut proof, &mut now, &mut chain);
    if session.dice.one_in(30) {
        (name, chain) = ("a chain without a route", ROUTELESS);
    }
    session.evm.set_timestamp(now);
    let before = destination.inbox.clone();
    let hub_chain_id = if chain == THERE { HUB } else { chain };
    let rust = destination
        .inbox
        .deliver_routed(U256::from(chain), &proof, |id, ancestry| {
            ancestor(witness, hub_chain_id, id, now, ancestry)
        })
        .map_err(Revert::from)
        .and_then(|delivery| with_code(&delivery, destination.greeter));
    if rust.is_err() {
        destination.inbox = before;
    }
    let rust = rust.map(|id| id.0.into()).map_err(|revert| revert.data);
    let call = IMessageService::deliverRoutedCall {
        sourceChainId: U256::from(chain),
        proof: IMessageService::DeliveryProof::from(&proof),
    };
    let data = call.abi_encode();
    let verdict = session.evm.call_commit(destination.service, data.clone()).verdict;
    session.record(&format!("routed, {name}"), &rust, &verdict, &data);
    compare_delivered(session, destination, proof.nonce);
}

/// By the hub's contract and in Rust: the same refusal, or the same event.
fn relay_both(session: &mut Session, hub: Address, source: &Source) {
    let mut proof = prove(session, source);
    let mut now = source.network.time(32 * 100);
    let mut chain = THERE;
    let name = mutate(&mut session.dice, &mut proof, &mut now, &mut chain);
    let gateway = if session.dice.one_in(10) { Address::repeat_byte(0x6b) } else { GATEWAY };
    session.evm.set_timestamp(now);
    let rust = ancestor(source, chain, proof.head_id, now, &proof.ancestry)
        .and_then(|block| relay(&gateway, &block, &proof));
    let call = IMessageHub::relayCall {
        sourceChainId: U256::from(chain),
        sourceGateway: gateway,
        proof: IMessageService::DeliveryProof::from(&proof),
    };
    let data = call.abi_encode();
    let executed = session.evm.call_commit(hub, data.clone());
    if let Ok(Relayed { topics, data }) = rust {
        let [log] = &executed.logs[..] else { panic!("one event: {:?}", executed.logs) };
        assert_eq!((log.address, log.topics(), &log.data.data[..]), (hub, &topics[..], data));
    } else {
        assert!(executed.logs.is_empty());
    }
    let id = |said: Relayed<'_>| Bytes::copy_from_slice(said.topics[1].as_slice());
    let rust = rust.map(id).map_err(|error| Revert::from(error).data);
    session.record(&format!("relayed, {name}"), &rust, &executed.verdict, &data);
}

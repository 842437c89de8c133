//! MSG-11, MSG-12: what a hub relays, and deliveries by its word beside direct ones of the same messages.

use super::{
    calls::{PAYEE, Way, raw},
    end::End,
    hostile::mutate,
    source::{BATCH, GATEWAY, HERE, Source, THERE, UNWATCHED, destination, publish, sent},
    unsettle,
};
use crate::session::{Session, artifact, cases};
use alloy_primitives::{Address, B256, U256};
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
    let mut destination = destination();
    let hub = destination.evm.deploy(&artifact("MessageHub"), &destination.manager.abi_encode());
    destination.set_lane(ROUTELESS, GATEWAY, 1, false);
    for (source, hub_chain_id) in [(THERE, HUB), (UNWATCHED, UNWATCHED)] {
        let route = Route { hub_chain_id: U256::from(hub_chain_id), hub, assumption: 1 };
        destination.set_route(source, route);
    }
    for batch in 0..cases().div_ceil(BATCH) {
        let batch = batch as u64;
        let sent = sent(&mut session, &destination, batch);
        let said = sent.iter().map(|(nonce, entry)| {
            let mut entry = relayed(entry, hub);
            spoil(&mut entry, &mut session.dice);
            (*nonce, entry)
        });
        let said = said.collect();
        let source = publish(&mut session.dice, &mut destination, THERE, batch, sent);
        let witness = publish(&mut session.dice, &mut destination, HUB, batch, said);
        for _ in 0..BATCH {
            match session.dice.below(5) {
                0 => source.deliver(&mut session, &mut destination),
                1 => relay_both(&mut session, &mut destination, hub, &source),
                _ => deliver_routed(&mut session, &mut destination, &witness, hub),
            }
        }
    }
    session.finish();
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

fn deliver_routed(session: &mut Session, destination: &mut End, witness: &Source, hub: Address) {
    unsettle(&mut session.dice, destination);
    let (mut proof, mut now) = witness.prove(&mut session.dice, destination);
    let mut chain = THERE;
    let mut name = mutate(&mut session.dice, &mut proof, &mut now, &mut chain);
    if session.dice.one_in(30) {
        (name, chain) = ("a chain without a route", ROUTELESS);
    }
    if session.dice.one_in(30) {
        name = "a route that believes another client";
        set_assumption(destination, hub, 2);
    }
    destination.set_time(now);
    let id = witness.id_of(&proof);
    destination.deliver(session, name, Way::Routed, (chain, &proof, PAYEE));
    destination.compare_settled(THERE, GATEWAY, proof.nonce, id);
    set_assumption(destination, hub, 1);
}

fn set_assumption(destination: &mut End, hub: Address, assumption: u8) {
    let hub_chain_id = U256::from(HUB);
    if destination.twin.inbox.lanes.route(U256::from(THERE)).unwrap().assumption != assumption {
        destination.set_route(THERE, Route { hub_chain_id, hub, assumption });
    }
}

/// By the hub's contract and in Rust: the same refusal, or the same event.
fn relay_both(session: &mut Session, destination: &mut End, hub: Address, source: &Source) {
    let (mut proof, mut now) = source.prove(&mut session.dice, destination);
    let mut chain = source.chain_id;
    let name = mutate(&mut session.dice, &mut proof, &mut now, &mut chain);
    let gateway = if session.dice.one_in(10) { Address::repeat_byte(0x6b) } else { GATEWAY };
    destination.set_time(now);
    let source_chain_id = U256::from(chain);
    let said = destination.ask(|_, context| {
        let block = context.clients.ancestor(source_chain_id, proof.head_id, &proof.ancestry)?;
        let Relayed { topics, data } = relay(&gateway, &block, &proof)?;
        Ok((topics[1].0.into(), vec![raw(hub, &topics, data.to_vec())]))
    });
    let said = said.map_err(|error: mos::Error| Revert::from(error));
    let call = IMessageHub::relayCall {
        sourceChainId: source_chain_id,
        sourceGateway: gateway,
        proof: IMessageService::DeliveryProof::from(&proof),
    };
    destination.judge(session, &format!("relayed, {name}"), (hub, call.abi_encode()), said);
}

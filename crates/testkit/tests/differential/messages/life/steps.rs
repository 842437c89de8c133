//! One thing that happens, chosen at random.

use super::{
    IDS, Sent, World,
    outcomes::{Draft, Event},
    proofs::{Shown, spoil, spoil_nodes},
    spoilt,
};
use crate::{
    messages::{
        attributes::{At, attributes},
        calls::{PAYEE, Way},
    },
    session::Session,
};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolCall;
use bindings::{IMessageService, Revert};
use light_client::attestation::Statement;
use mos::{
    Attributes, Body, CANCELLATION_REQUESTED, Direction, EvmAddress, MESSAGE_CANCELLED,
    MESSAGE_DELIVERED, MESSAGE_SENT, Terms, attributes::Side,
};
use testkit::{attestor::Attestor, dice::Dice, evm::SENDER};

/// A step. What is to be shown of a chain is in a block of it first.
pub(super) fn step(world: &mut World, session: &mut Session) {
    if session.dice.one_in(4) {
        heal(world, session);
    }
    match session.dice.below(30) {
        0..6 => send(world, session),
        6..10 => deliver(world, session),
        10..12 => deliver_batch(world, session),
        12..14 => retry(world, session),
        14..16 => skip(world, session),
        16 => cancel(world, session),
        17..19 => accept_cancellation(world, session),
        19..21 => prove_event(world, session, Event::Delivered),
        21 => prove_event(world, session, Event::Cancelled),
        22..25 => prove_expired(world, session),
        25 => govern(world, session),
        26 => {
            let broken = !session.dice.one_in(4);
            world.ends[1].set_broken(broken);
        }
        27 => world.set_time(world.now + session.dice.number() % 120),
        _ => {
            world.set_time(world.now + 12);
            let of = session.dice.below(2);
            world.publish(session, of);
        }
    }
}

fn send(world: &mut World, session: &mut Session) {
    let dice = &mut session.dice;
    let [source, destination] = &mut world.ends;
    let chain = if dice.one_in(15) { 5 } else { IDS[1] };
    let account = *dice.one_of(&destination.targets());
    let mut recipient = EvmAddress::new(U256::from(chain), account).unwrap().encode();
    if dice.one_in(15) {
        let place = dice.below(recipient.len());
        recipient[place] ^= 1 << dice.below(8);
    }
    let length = dice.below(70);
    let mut payload = dice.bytes(length);
    if let Some(first) = payload.first_mut() {
        *first %= 5;
    }
    let draft = Draft {
        value: if dice.one_in(6) { dice.number() % 1000 } else { 0 },
        recipient: recipient.into(),
        payload: payload.into(),
        attributes: attributes(dice, At::Source, world.now),
    };
    // Spoilt chain ids are of chains to which there is no lane, so whatever is sent goes to the destination.
    if let Some(sent) = source.send(session, &draft) {
        world.sent.push(Sent { id: sent.id, body: sent.body });
    }
}

/// Shows the destination a message; before that, mostly, a block is made of what has been sent.
fn message(world: &mut World, session: &mut Session) -> Option<(Shown, &'static str)> {
    if session.dice.one_in(2) {
        world.publish(session, 0);
    }
    let what = (0, MESSAGE_SENT, Statement::Sent);
    let mut shown = world.show(&mut session.dice, what)?;
    let name = spoil(&mut session.dice, &mut shown.proof);
    Some((shown, name))
}

fn deliver(world: &mut World, session: &mut Session) {
    let Some((shown, name)) = message(world, session) else { return };
    let payee = if session.dice.one_in(3) { Address::ZERO } else { PAYEE };
    let chain = if session.dice.one_in(20) { 5 } else { IDS[0] };
    world.ends[1].deliver(session, name, Way::Direct, (chain, &shown.proof, payee));
    let gateway = world.ends[0].service;
    world.ends[1].compare_settled(IDS[0], gateway, shown.proof.nonce, shown.id);
}

fn deliver_batch(world: &mut World, session: &mut Session) {
    if session.dice.one_in(2) {
        world.publish(session, 0);
    }
    let dice = &mut session.dice;
    let Some(mut batch) = world.show_batch(dice) else { return };
    let place = dice.below(batch.items.len());
    let name = match dice.below(16) {
        0 => {
            batch.items.clear();
            "no items"
        }
        1 => {
            batch.items.reverse();
            "in another order"
        }
        2 => {
            batch.items[place].nonce ^= 1;
            "another nonce"
        }
        3 => {
            batch.items[place].log_index += 1;
            "another log"
        }
        4 => {
            batch.items[place].transaction_index += 1;
            "another transaction"
        }
        5 => {
            let attestations = spoilt(dice, &batch.items[place].attestations);
            batch.items[place].attestations = attestations;
            "other attestations"
        }
        6 => {
            spoil_nodes(dice, &mut batch.nodes);
            "other nodes"
        }
        7 => {
            batch.head_id += 1;
            "another head"
        }
        _ => "as it was",
    };
    world.ends[1].deliver_batch(session, name, (IDS[0], &batch, PAYEE));
}

/// Of which messages one is chosen.
#[derive(Clone, Copy)]
enum Of {
    All,
    Cancellable,
    Expired,
    Failed,
}

impl Of {
    fn contains(self, world: &World, sent: &Sent) -> bool {
        let attributes = Attributes::new(&sent.body.attributes);
        let terms = Terms::read(attributes.iter(), Side::Delivering).unwrap();
        match self {
            Self::All => true,
            Self::Cancellable => terms.cancellable,
            Self::Expired => terms.is_expired(world.now),
            Self::Failed => world.ends[1].twin.inbox.has_failed(&sent.id),
        }
    }
}

/// A body of a message that was sent, now and then with something changed.
fn body(world: &World, dice: &mut Dice, of: Of) -> Option<(Body, &'static str)> {
    let sent: Vec<_> = world.sent.iter().filter(|sent| of.contains(world, sent)).collect();
    if sent.is_empty() {
        return None;
    }
    let mut body = dice.one_of(&sent).body.clone();
    let flipped = |bytes: &Bytes, dice: &mut Dice| {
        let mut bytes = bytes.to_vec();
        let place = dice.below(bytes.len());
        if let Some(byte) = bytes.get_mut(place) {
            *byte ^= 1 << dice.below(8);
        }
        Bytes::from(bytes)
    };
    let name = match dice.below(20) {
        0 => {
            body.nonce ^= 1;
            "another nonce"
        }
        1 => {
            body.sender = flipped(&body.sender, dice);
            "another sender"
        }
        2 => {
            body.recipient = flipped(&body.recipient, dice);
            "another recipient"
        }
        3 => {
            body.payload = flipped(&body.payload, dice);
            "another payload"
        }
        4 => {
            let list = attributes(dice, At::Destination, world.now);
            body.attributes = list;
            "other attributes"
        }
        _ => "as it was",
    };
    Some((body, name))
}

fn retry(world: &mut World, session: &mut Session) {
    if session.dice.one_in(2) {
        world.ends[1].set_broken(false);
    }
    let of = if session.dice.one_in(6) { Of::All } else { Of::Failed };
    let Some((body, name)) = body(world, &mut session.dice, of) else { return };
    let gas = session.dice.number() % 400_000;
    world.ends[1].retry(session, name, (IDS[0], &body, gas));
}

fn skip(world: &mut World, session: &mut Session) {
    if session.dice.one_in(2) {
        world.set_time(world.now + 300);
    }
    let Some((shown, name)) = message(world, session) else { return };
    world.ends[1].skip(session, name, (IDS[0], &shown.proof));
}

fn cancel(world: &mut World, session: &mut Session) {
    let of = if session.dice.one_in(3) { Of::All } else { Of::Cancellable };
    let Some((body, name)) = body(world, &mut session.dice, of) else { return };
    let caller = if session.dice.one_in(6) { Address::repeat_byte(9) } else { SENDER };
    let chain = if session.dice.one_in(15) { 5 } else { IDS[1] };
    world.ends[0].cancel(session, name, (chain, caller, &body));
}

fn accept_cancellation(world: &mut World, session: &mut Session) {
    // Two of three times there is something new to be accepted.
    if !session.dice.one_in(3) {
        let body = body(world, &mut session.dice, Of::Cancellable);
        if let Some((body, name)) = body {
            world.ends[0].cancel(session, name, (IDS[1], SENDER, &body));
            world.publish(session, 0);
        }
    }
    let what = (0, CANCELLATION_REQUESTED, Statement::CancellationRequested);
    let Some(mut shown) = world.show(&mut session.dice, what) else { return };
    let name = spoil(&mut session.dice, &mut shown.proof);
    world.ends[1].accept_cancellation(session, name, (IDS[0], &shown.proof));
}

fn prove_event(world: &mut World, session: &mut Session, event: Event) {
    if session.dice.one_in(2) {
        world.publish(session, 1);
    }
    let what = match event {
        Event::Delivered => (1, MESSAGE_DELIVERED, Statement::Delivered),
        Event::Cancelled => (1, MESSAGE_CANCELLED, Statement::Cancelled),
    };
    let Some(mut shown) = world.show(&mut session.dice, what) else { return };
    let name = spoil(&mut session.dice, &mut shown.proof);
    world.ends[0].prove_event(session, name, (IDS[1], event, &shown.proof));
    world.ends[0].compare_outcome(&shown.id);
}

fn prove_expired(world: &mut World, session: &mut Session) {
    if !session.dice.one_in(3) {
        world.set_time(world.now + session.dice.number() % 300);
        world.publish(session, 1);
    }
    let of = if session.dice.one_in(4) { Of::All } else { Of::Expired };
    let Some((body, mut name)) = body(world, &mut session.dice, of) else { return };
    let lane = world.ends[0].twin.outbox.lanes.to(U256::from(IDS[1]));
    let id = lane.map(|lane| body.on(lane).id()).unwrap_or_default();
    let Some(mut proof) = world.show_clear(&mut session.dice, &id, body.nonce) else { return };
    let dice = &mut session.dice;
    match dice.below(24) {
        0 => {
            (proof.absent, name) = (!proof.absent, "another absence");
        }
        1 => {
            spoil_nodes(dice, &mut proof.account_proof);
            name = "another account proof";
        }
        2 => {
            spoil_nodes(dice, &mut proof.storage_proof);
            name = "another storage proof";
        }
        3 => {
            proof.headers.pop();
            name = "a header less";
        }
        4 => {
            proof.attestations = spoilt(dice, &proof.attestations);
            name = "other attestations";
        }
        5 => {
            proof.head_id += 1;
            name = "another head";
        }
        _ => {}
    }
    world.ends[0].prove_expired(session, name, (IDS[1], &body, &proof));
    world.ends[0].compare_outcome(&id);
}

/// Opens what was closed, and asks for what the clients rest on.
fn heal(world: &mut World, session: &mut Session) {
    let services = [world.ends[0].service, world.ends[1].service];
    for (which, end) in world.ends.iter_mut().enumerate() {
        let (other, gateway) = (IDS[1 - which], services[1 - which]);
        let lane = end.twin.inbox.lanes.end(U256::from(other)).unwrap();
        if (lane.gateway, lane.assumption) != (gateway, 3) {
            end.set_lane(other, gateway, 3, lane.attested);
        }
        if lane.sending_paused {
            end.set_paused(session, other, true, false);
        }
        if lane.delivering_paused {
            end.set_paused(session, other, false, false);
        }
    }
}

/// Changes what a lane asks for, pauses and unpauses, replaces attestors.
fn govern(world: &mut World, session: &mut Session) {
    let dice = &mut session.dice;
    let which = dice.below(2);
    let (other, gateway) = (IDS[1 - which], world.ends[1 - which].service);
    let end = &mut world.ends[which];
    match dice.below(6) {
        0 | 1 => {
            let attested = dice.one_in(2);
            end.set_lane(other, gateway, 3, attested);
        }
        2 => {
            let gateway = if dice.one_in(2) { Address::repeat_byte(0x6a) } else { gateway };
            end.set_lane(other, gateway, *dice.one_of(&[0, 1, 2, 3]), false);
        }
        3 => {
            let (count, threshold) = *dice.one_of(&[(1, 1), (3, 2), (3, 3), (5, 2)]);
            end.set_attestors(other, Attestor::some(count), threshold);
        }
        _ => {
            let pauses = dice.one_in(3);
            let sending = dice.one_in(2);
            let chain = if dice.one_in(8) { 5 } else { other };
            end.set_paused(session, chain, sending, pauses);
        }
    }
}

impl crate::messages::end::End {
    /// Pauses or unpauses one direction of a lane.
    fn set_paused(&mut self, session: &mut Session, chain: u64, sending: bool, pauses: bool) {
        let chain_id = U256::from(chain);
        let (of_rust, direction) = if sending {
            (Direction::Sending, IMessageService::Direction::Sending)
        } else {
            (Direction::Delivering, IMessageService::Direction::Delivering)
        };
        let lanes = [&mut self.twin.outbox.lanes, &mut self.twin.inbox.lanes];
        let said = lanes.map(|lanes| {
            if pauses { lanes.pause(chain_id, of_rust) } else { lanes.unpause(chain_id, of_rust) }
        });
        let [said, _] = said;
        let (data, topic) = if pauses {
            let call = IMessageService::pauseCall { chainId: chain_id, direction };
            (call.abi_encode(), "LanePaused(uint256,uint8)")
        } else {
            let call = IMessageService::unpauseCall { chainId: chain_id, direction };
            (call.abi_encode(), "LaneUnpaused(uint256,uint8)")
        };
        let topics = [alloy_primitives::keccak256(topic), chain_id.into()];
        let direction = U256::from(direction as u8).to_be_bytes_vec();
        let log = crate::messages::calls::raw(self.service, &topics, direction);
        let said = said.map_err(Revert::from).map(|()| (Bytes::new(), vec![log]));
        self.judge(session, "pause", (self.service, data), said);
    }
}

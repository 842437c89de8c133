//! Deliveries, in the contract's order: at most once (MSG-7), from lanes that are open (MSG-1, MSG-15), by clients that rest on what the
//! lane asks for (MSG-16), in time (MSG-18).
#![allow(clippy::unwrap_used, reason = "what is built here is well formed")]

mod support;

use alloy_primitives::{Address, Bytes, U256};
use light_client::{
    Assumption,
    ancestry::Ancestor,
    attestation::{self, Statement},
    beacon::Head,
    client,
};
use mos::{
    Answer, Attribute, Clients, Context, DeliveryProof, Direction, Error, Fate, Inbox, LaneEnd,
    Lanes,
};
use proptest::prelude::*;
use std::collections::BTreeSet;
use support::{
    COMMITTEE, DESTINATION, GATEWAY, HERE, NOW, SOURCE, Stamps, account, asking, at, deliver,
    inbox, never, plain, prove, sender, sent, stamp,
};

const THERE: U256 = U256::from_limbs([SOURCE, 0, 0, 0]);

#[test]
fn msg_1_msg_7_accepts_a_message_once() {
    let (mut inbox, proven) = (inbox(), prove(&plain(0), 0));
    assert!(!is_settled(&inbox, 0));
    assert_eq!(accepts(&mut inbox, &proven), Ok(Fate::Delivered));
    assert!(is_settled(&inbox, 0));
    let before = inbox.clone();
    let error = Error::AlreadySettled { id: plain(0).topics[1] };
    assert_eq!(refused(&mut inbox, &proven), error);
    assert_eq!(inbox, before);
}

#[test]
fn a_recipient_is_called_with_what_was_proven() {
    let (proof, head) = prove(&plain(3), 3);
    let mut called = None;
    let delivered = inbox().deliver(THERE, &proof, &at(&head, NOW).context(), |delivery| {
        called = Some(*delivery);
        Answer::Accepted
    });
    let (delivery, fate) = delivered.unwrap();
    assert_eq!((called, fate), (Some(delivery), Fate::Delivered));
    assert_eq!((delivery.id(), delivery.nonce()), (plain(3).topics[1], 3));
}

#[test]
fn msg_1_msg_15_rejects_without_lane_then_paused_before_the_client_is_asked() {
    let (mut inbox, proven) = (inbox(), (DeliveryProof::default(), prove(&plain(0), 0).1));
    let unknown = |chain_id: u64| Error::UnknownLane { chain_id: U256::from(chain_id) };
    let other = inbox.deliver(U256::from(1), &proven.0, &at(&proven.1, NOW).context(), never);
    assert_eq!(other, Err(unknown(1)));
    inbox.lanes.pause(THERE, Direction::Delivering).unwrap();
    assert_eq!(refused(&mut inbox, &proven), Error::DeliveringPaused { chain_id: THERE });
    inbox.lanes.set_lane(THERE, Address::ZERO, COMMITTEE, false);
    assert_eq!(refused(&mut inbox, &proven), unknown(SOURCE));
    let pause = inbox.lanes.pause(THERE, Direction::Delivering);
    assert_eq!(pause, Err(unknown(SOURCE)));
    assert_eq!(inbox.lanes.unpause(THERE, Direction::Sending), Err(unknown(SOURCE)));
}

/// S15: a pause of the other direction, or one that is over, is none; and a lane that is set again stays paused.
#[test]
fn msg_15_accepts_s15_after_the_pause_and_rejects_during_it() {
    let (mut inbox, proven) = (inbox(), prove(&plain(0), 0));
    inbox.lanes.pause(THERE, Direction::Sending).unwrap();
    inbox.lanes.pause(THERE, Direction::Delivering).unwrap();
    inbox.lanes.set_lane(THERE, GATEWAY, COMMITTEE, false);
    let end = LaneEnd {
        gateway: GATEWAY,
        assumption: COMMITTEE,
        attested: false,
        sending_paused: true,
        delivering_paused: true,
    };
    assert_eq!(inbox.lanes.end(THERE), Ok(end));
    let paused = Error::DeliveringPaused { chain_id: THERE };
    assert_eq!(refused(&mut inbox, &proven), paused);
    let (body, here) = (mos::Body::default(), at(&proven.1, NOW));
    assert_eq!(inbox.retry(THERE, &body, &here.context(), never), Err(paused));
    assert_eq!(inbox.skip(THERE, &proven.0, &here.context()), Err(paused));
    assert_eq!(inbox.accept_cancellation(THERE, &proven.0, &here.context()), Err(paused));
    let batch = mos::BatchProof { items: vec![mos::BatchItem::default()], ..Default::default() };
    assert_eq!(inbox.deliver_batch(THERE, &batch, &here.context(), never), Err(paused));
    inbox.lanes.unpause(THERE, Direction::Delivering).unwrap();
    assert_eq!(inbox.lanes.end(THERE), Ok(LaneEnd { delivering_paused: false, ..end }));
    assert_eq!(accepts(&mut inbox, &proven), Ok(Fate::Delivered));
}

/// What the client rests on, then its head, then the proof.
#[test]
fn msg_16_cli_3_cli_4_rejects_in_the_order_of_the_clauses() {
    let (mut proof, head) = prove(&plain(0), 0);
    (proof.head_id, proof.headers) = (7, vec![]);
    let (mut inbox, proven) = (inbox(), (proof, head));
    for expected in [0, 2, 3] {
        inbox.lanes.set_lane(THERE, GATEWAY, expected, false);
        let error = Error::AssumptionMismatch { expected, got: COMMITTEE };
        assert_eq!(refused(&mut inbox, &proven), error);
    }
    inbox.lanes.set_lane(THERE, GATEWAY, COMMITTEE, false);
    let unknown = client::Error::UnknownHead { id: 7 };
    assert_eq!(refused(&mut inbox, &proven), unknown.into());
    let other = U256::from(5);
    inbox.lanes.set_lane(other, GATEWAY, COMMITTEE, false);
    let unwatched = inbox.deliver(other, &proven.0, &at(&head, NOW).context(), never);
    assert_eq!(unwatched, Err(client::Error::UnknownChain { chain_id: 5 }.into()));
}

#[test]
fn msg_16_accepts_a_client_that_rests_on_what_the_lane_asks_for() {
    assert_eq!(accepts(&mut inbox(), &prove(&plain(0), 0)), Ok(Fate::Delivered));
}

/// The path of a block says what it rests on, whatever its client says of itself.
#[test]
fn msg_16_rejects_a_client_that_says_one_thing_and_answers_by_another() {
    struct Pretender(Head);
    impl Clients for Pretender {
        fn assumption(&self, _: U256) -> Result<Assumption, Error> {
            Ok(Assumption::MapValidators { chain_id: SOURCE })
        }
        fn ancestor(&self, _: U256, _: u64, ancestry: &[u8]) -> Result<Ancestor, Error> {
            Ok(support::ancestor(&self.0, ancestry)?)
        }
    }
    let (proof, head) = prove(&plain(0), 0);
    let mut inbox = inbox();
    inbox.lanes.set_lane(THERE, GATEWAY, 2, false);
    let context = Context { clients: &Pretender(head), attestors: &(), now: NOW };
    let error = Error::AssumptionMismatch { expected: 2, got: COMMITTEE };
    assert_eq!(inbox.deliver(THERE, &proof, &context, never), Err(error));
}

/// No client rests on a hub alone; and where nothing is expected, none will do.
#[test]
fn msg_16_rejects_where_nothing_is_expected() {
    struct Nothing;
    impl Clients for Nothing {
        fn assumption(&self, chain_id: U256) -> Result<Assumption, Error> {
            Ok(Assumption::Hub { chain_id: chain_id.to(), hub: HERE })
        }
        fn ancestor(&self, _: U256, _: u64, _: &[u8]) -> Result<Ancestor, Error> {
            unreachable!("nothing is asked")
        }
    }
    let mut inbox = inbox();
    inbox.lanes.set_lane(THERE, GATEWAY, 0, false);
    let context = Context { clients: &Nothing, attestors: &(), now: NOW };
    let error = Error::AssumptionMismatch { expected: 0, got: 0 };
    assert_eq!(inbox.deliver(THERE, &prove(&plain(0), 0).0, &context, never), Err(error));
}

#[test]
fn msg_17_accepts_and_rejects_as_the_lane_asks() {
    let (mut proven, id) = (prove(&plain(0), 0), plain(0).topics[1]);
    let mut inbox = inbox();
    proven.0.attestations = stamp(SOURCE, Statement::Sent, &id);
    let unasked = attestation::Error::Length { expected: 0, got: 41 };
    assert_eq!(refused(&mut inbox, &proven), unasked.into());
    inbox.lanes.set_lane(THERE, GATEWAY, COMMITTEE, true);
    assert_eq!(accepts(&mut inbox.clone(), &proven), Ok(Fate::Delivered));
    proven.0.attestations = Bytes::new();
    let missing = attestation::Error::Length { expected: 41, got: 0 };
    assert_eq!(refused(&mut inbox, &proven), missing.into());
    // Without any attestors nobody can sign.
    let here = at(&proven.1, NOW);
    let context = Context { attestors: &(), ..here.context() };
    let unknown = attestation::Error::Unknown { chain_id: THERE };
    let result = inbox.deliver(THERE, &proven.0, &context, never);
    assert_eq!(result, Err(unknown.into()));
    assert_eq!(format!("{context:?}"), format!("Context {{ now: {NOW}, .. }}"));
    assert_eq!(format!("{Stamps:?}"), "Stamps");
}

#[test]
fn msg_7_rejects_only_what_is_proven_and_msg_8_after_it() {
    let mut inbox = inbox();
    assert_eq!(accepts(&mut inbox, &prove(&plain(0), 0)), Ok(Fate::Delivered));
    // Another proof under the same nonce is refused for what it says before it is refused as delivered.
    let error = Error::IdMismatch { expected: plain(1).topics[1], got: plain(0).topics[1] };
    assert_eq!(refused(&mut inbox, &prove(&plain(1), 0)), error);
    // A source that numbers two messages alike: the second is refused as delivered before its time and its recipient are looked at.
    let log = sent(0, &sender(), &account(DESTINATION, HERE), b"");
    let error = Error::AlreadySettled { id: log.topics[1] };
    assert_eq!(refused(&mut inbox, &prove(&log, 0)), error);
    let late = asking(0, &[Attribute::DeliverBefore(1)]);
    let error = Error::AlreadySettled { id: late.topics[1] };
    assert_eq!(refused(&mut inbox, &prove(&late, 0)), error);
}

#[test]
fn msg_8_rejects_without_a_trace() {
    let (mut inbox, log) = (inbox(), sent(0, &sender(), &account(DESTINATION, HERE), b""));
    let error = Error::ForbiddenRecipient { recipient: HERE };
    assert_eq!(refused(&mut inbox, &prove(&log, 0)), error);
    assert_eq!(inbox, self::inbox());
}

/// What is known on chain only: that there is no code, or that it is one of the contracts beside the service.
#[test]
fn msg_8_rejects_what_is_not_called_whatever_the_message_asks_for() {
    let mut inbox = inbox();
    let proven = prove(&asking(0, &[Attribute::RevertBehavior(true)]), 0);
    let error = Error::ForbiddenRecipient { recipient: Address::repeat_byte(0xbe) };
    assert_eq!(deliver(&mut inbox, &proven, NOW, Answer::Forbidden), Err(error));
    assert_eq!(inbox, self::inbox());
}

#[test]
fn msg_7_accepts_s5_a_nonce_of_another_gateway() {
    let mut inbox = inbox();
    assert_eq!(accepts(&mut inbox, &prove(&plain(0), 0)), Ok(Fate::Delivered));
    let other = Address::repeat_byte(7);
    assert!(!inbox.is_settled(THERE, other, 0));
    assert!(!inbox.is_settled(U256::from(1), GATEWAY, 0));
}

#[test]
fn msg_18_accepts_at_both_ends_of_the_window() {
    let window = [Attribute::DeliverAfter(NOW), Attribute::DeliverBefore(NOW + 9)];
    let proven = prove(&asking(0, &window), 0);
    for now in [NOW, NOW + 9] {
        let delivered = deliver(&mut inbox(), &proven, now, Answer::Accepted);
        assert_eq!(delivered, Ok(Fate::Delivered));
    }
    let any = prove(&asking(0, &[Attribute::DeliverAfter(0), Attribute::DeliverBefore(0)]), 0);
    for now in [0, u64::MAX] {
        let delivered = deliver(&mut inbox(), &any, now, Answer::Accepted);
        assert_eq!(delivered, Ok(Fate::Delivered));
    }
}

#[test]
fn msg_18_rejects_outside_of_it_and_before_the_place_and_the_recipient() {
    let window =
        [Attribute::DeliverAfter(NOW), Attribute::DeliverBefore(NOW + 9), Attribute::Place(7)];
    let log = asking(0, &window);
    let (id, (proof, head)) = (log.topics[1], prove(&log, 0));
    let mut inbox = inbox();
    let mut refused = |now| inbox.deliver(THERE, &proof, &at(&head, now).context(), never);
    assert_eq!(refused(NOW + 10), Err(Error::Expired { id, deadline: NOW + 9 }));
    assert_eq!(refused(NOW - 1), Err(Error::TooEarly { id, not_before: NOW }));
    assert_eq!(refused(NOW), Err(Error::OutOfOrder { id, expected: 0, got: 7 }));
}

#[test]
fn lanes_lead_both_ways() {
    let lanes = Lanes::new(U256::from(DESTINATION), HERE);
    assert_eq!((lanes.chain_id(), lanes.gateway()), (U256::from(DESTINATION), HERE));
    let unknown = Error::UnknownLane { chain_id: THERE };
    assert_eq!((lanes.to(THERE), lanes.from(THERE)), (Err(unknown), Err(unknown)));
    let (lanes, from) = (inbox().lanes, support::lane());
    assert_eq!(lanes.from(THERE), Ok(from));
    let to = lanes.to(THERE).unwrap();
    assert_eq!((to.source_chain_id, to.source_gateway), (U256::from(DESTINATION), HERE));
    assert_eq!((to.destination_chain_id, to.destination_gateway), (THERE, GATEWAY));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn msg_7_accepts_s11_any_order(
        nonces in prop::collection::vec(prop_oneof![0u64..4, 254u64..259, Just(u64::MAX)], 1..12)
    ) {
        let (mut inbox, mut seen) = (inbox(), BTreeSet::new());
        for nonce in nonces {
            let delivered = accepts(&mut inbox, &prove(&plain(nonce), nonce));
            prop_assert_eq!(delivered.is_ok(), seen.insert(nonce));
        }
        for nonce in (0..300).chain([u64::MAX]) {
            prop_assert_eq!(is_settled(&inbox, nonce), seen.contains(&nonce));
        }
    }
}

fn accepts(inbox: &mut Inbox, proven: &(DeliveryProof, Head)) -> Result<Fate, Error> {
    deliver(inbox, proven, NOW, Answer::Accepted)
}

/// Why a delivery is refused, before anything is called.
fn refused(inbox: &mut Inbox, (proof, head): &(DeliveryProof, Head)) -> Error {
    inbox.deliver(THERE, proof, &at(head, NOW).context(), never).unwrap_err()
}

fn is_settled(inbox: &Inbox, nonce: u64) -> bool {
    inbox.is_settled(THERE, GATEWAY, nonce)
}

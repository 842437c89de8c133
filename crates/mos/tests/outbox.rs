//! MSG-1 to MSG-3, MSG-15, MSG-23: sending and asking back, and what is sent is what is delivered.
#![allow(clippy::unwrap_used, reason = "what is built here is well formed")]

mod support;

use alloy_primitives::{Address, Bytes, U256, keccak256};
use mos::{
    Answer, Attribute, Attributes, Body, CancellationRequested, Direction, Error, Fate, Lanes,
    MESSAGE_SENT, Outbox, Sent, address, attributes::Relay,
};
use proptest::prelude::*;
use support::{
    COMMITTEE, DESTINATION, GATEWAY, HERE, NOW, RawLog, SOURCE, account, at, deliver, inbox, lane,
    prove, recipient, sender, sent,
};

const FROM: Address = Address::repeat_byte(0x5e);
const THERE: U256 = U256::from_limbs([DESTINATION, 0, 0, 0]);

fn outbox() -> Outbox {
    let mut lanes = Lanes::new(U256::from(SOURCE), GATEWAY);
    lanes.set_lane(THERE, HERE, COMMITTEE, false);
    Outbox::new(lanes)
}

fn send(outbox: &mut Outbox, recipient: &[u8]) -> Result<Sent, Error> {
    outbox.send(FROM, U256::ZERO, recipient, b"payload", &[])
}

/// The same, asking for something.
fn ask(outbox: &mut Outbox, attributes: &[Attribute]) -> Result<Sent, Error> {
    let attributes: Vec<Bytes> = attributes.iter().map(Attribute::encode).collect();
    outbox.send(FROM, U256::ZERO, &recipient(), b"payload", &attributes)
}

#[test]
fn msg_1_msg_2_msg_3_accepts_and_numbers_from_zero() {
    let mut outbox = outbox();
    for nonce in 0..3 {
        assert_eq!(outbox.next_nonce(THERE), nonce);
        let expected = sent(nonce, &sender(), &recipient(), b"payload");
        let body = Body {
            nonce,
            sender: sender().into(),
            recipient: recipient().into(),
            payload: Bytes::from_static(b"payload"),
            attributes: vec![],
        };
        let id = expected.topics[1];
        let got = send(&mut outbox, &recipient());
        assert_eq!(got, Ok(Sent { id, body, data: expected.data, relay: None }));
        assert!(!outbox.is_committed(&id));
    }
    assert_eq!(outbox.next_nonce(U256::from(5)), 0);
}

#[test]
fn msg_2_msg_13_msg_14_rejects_attributes_before_value_and_that_before_the_address() {
    let mut outbox = outbox();
    let value = U256::from(1);
    let mut refused = |attributes: &[Bytes]| {
        let before = outbox.clone();
        let error = outbox.send(FROM, value, b"", b"", attributes).unwrap_err();
        assert_eq!(outbox, before);
        error
    };
    assert_eq!(refused(&[]), Error::ValueNotAccepted { value });
    let order = Attribute::InOrder;
    let (bytes, selector) = (order.encode(), order.selector());
    assert_eq!(refused(core::slice::from_ref(&bytes)), Error::AttributeConflict { selector });
    let twice = [bytes.clone(), bytes.clone()];
    assert_eq!(refused(&twice), Error::AttributeRepeated { selector });
    let longer = Bytes::from([&bytes[..], &[0]].concat());
    assert_eq!(refused(&[longer]), Error::AttributeMalformed { selector });
    let selector = Attribute::Place(0).selector();
    let place = [Attribute::Place(0).encode()];
    assert_eq!(refused(&place), Error::UnsupportedAttribute { selector });
}

#[test]
fn msg_2_accepts_value_with_a_relay_and_rejects_it_without_fees() {
    let mut outbox = outbox();
    let relay = Relay { gas_limit: 9, refund_recipient: FROM };
    let asked = Attribute::RequestRelay(relay);
    let (list, selector) = ([asked.encode()], asked.selector());
    let value = U256::from(7);
    let refused = outbox.send(FROM, value, &recipient(), b"payload", &list);
    assert_eq!(refused, Err(Error::UnsupportedAttribute { selector }));
    outbox.has_fees = true;
    let sent = outbox.send(FROM, value, &recipient(), b"payload", &list).unwrap();
    assert_eq!(sent.relay, Some(relay));
    // It is not carried: the message is the same as without.
    assert_eq!(sent.id, support::plain(0).topics[1]);
    assert_eq!((sent.body.attributes, sent.data), (vec![], support::plain(0).data));
    let refused = outbox.send(FROM, value, &recipient(), b"payload", &[]);
    assert_eq!(refused, Err(Error::ValueNotAccepted { value }));
}

#[test]
fn msg_3_rejects_an_address_before_the_lane() {
    let malformed = [&account(5, HERE)[..], &[0]].concat();
    let error = Error::Address(address::Error::Malformed);
    assert_eq!(send(&mut outbox(), &malformed), Err(error));
}

#[test]
fn msg_1_msg_15_rejects_chains_without_lane_and_those_that_are_paused() {
    let mut outbox = outbox();
    let unknown = |chain_id: u64| Err(Error::UnknownLane { chain_id: U256::from(chain_id) });
    assert_eq!(send(&mut outbox, &account(5, HERE)), unknown(5));
    outbox.lanes.pause(THERE, Direction::Sending).unwrap();
    assert_eq!(send(&mut outbox, &recipient()), Err(Error::SendingPaused { chain_id: THERE }));
    outbox.lanes.set_lane(THERE, Address::ZERO, COMMITTEE, false);
    let before = outbox.clone();
    assert_eq!(send(&mut outbox, &recipient()), unknown(DESTINATION));
    assert_eq!(outbox, before);
}

#[test]
fn msg_15_accepts_after_the_pause_and_during_one_of_the_other_direction() {
    let mut outbox = outbox();
    outbox.lanes.pause(THERE, Direction::Sending).unwrap();
    outbox.lanes.pause(THERE, Direction::Delivering).unwrap();
    outbox.lanes.unpause(THERE, Direction::Sending).unwrap();
    assert!(send(&mut outbox, &recipient()).is_ok());
}

#[test]
fn places_count_by_sender_recipient_and_gateway() {
    let mut outbox = outbox();
    let attributes = [Attribute::DeliverBefore(NOW).encode(), Attribute::InOrder.encode()];
    let place = |outbox: &mut Outbox, from: Address, to: &[u8]| {
        let sent = outbox.send(from, U256::ZERO, to, b"", &attributes).unwrap();
        let [deadline, place] = &sent.body.attributes[..] else { panic!("two are carried") };
        assert_eq!(deadline, &attributes[0]);
        let Ok(Attribute::Place(place)) = Attribute::read(place, mos::attributes::Side::Delivering)
        else {
            panic!("a place stands where the order did")
        };
        place
    };
    let other = account(DESTINATION, Address::repeat_byte(1));
    assert_eq!(place(&mut outbox, FROM, &recipient()), 0);
    assert_eq!(place(&mut outbox, FROM, &recipient()), 1);
    assert_eq!(place(&mut outbox, FROM, &other), 0);
    assert_eq!(place(&mut outbox, HERE, &recipient()), 0);
    // A message without a place takes none; one that is refused neither.
    send(&mut outbox, &recipient()).unwrap();
    outbox.send(FROM, U256::ONE, &recipient(), b"", &attributes).unwrap_err();
    assert_eq!(place(&mut outbox, FROM, &recipient()), 2);
    outbox.lanes.set_lane(THERE, Address::repeat_byte(7), COMMITTEE, false);
    assert_eq!(place(&mut outbox, FROM, &recipient()), 0);
    outbox.lanes.set_lane(THERE, HERE, COMMITTEE, false);
    assert_eq!(place(&mut outbox, FROM, &recipient()), 3);
    assert_eq!(outbox.next_nonce(THERE), 8);
}

#[test]
fn what_can_expire_or_be_cancelled_is_kept() {
    let mut outbox = outbox();
    for (attributes, kept) in [
        (&[Attribute::DeliverBefore(1)][..], true),
        (&[Attribute::Cancellable(true)], true),
        (&[Attribute::Cancellable(false), Attribute::DeliverBefore(0)], false),
        (&[Attribute::DeliverAfter(1)], false),
    ] {
        let sent = ask(&mut outbox, attributes).unwrap();
        assert_eq!(outbox.is_committed(&sent.id), kept, "{attributes:?}");
    }
}

#[test]
fn msg_23_accepts_the_sender_of_a_cancellable_message_as_often_as_it_asks() {
    let mut outbox = outbox();
    let sent = ask(&mut outbox, &[Attribute::Cancellable(true)]).unwrap();
    // Also while sending is paused.
    outbox.lanes.pause(THERE, Direction::Sending).unwrap();
    let requested = CancellationRequested { id: sent.id, destination_chain_id: THERE, nonce: 0 };
    for _ in 0..2 {
        assert_eq!(outbox.cancel(THERE, FROM, &sent.body), Ok(requested));
    }
}

#[test]
fn msg_23_rejects_others_then_what_was_not_sent_as_cancellable() {
    let mut outbox = outbox();
    let Sent { body, .. } = ask(&mut outbox, &[Attribute::Cancellable(true)]).unwrap();
    let one = U256::from(1);
    let unknown = outbox.cancel(one, HERE, &body);
    assert_eq!(unknown, Err(Error::UnknownLane { chain_id: one }));
    let unsent = Body { nonce: 1, ..body.clone() };
    let not_sender =
        Error::NotSender { expected: keccak256(sender()), got: keccak256(account(SOURCE, HERE)) };
    assert_eq!(outbox.cancel(THERE, HERE, &unsent), Err(not_sender));
    // The account alone does not make the sender: it is on this chain.
    let elsewhere = Body { sender: account(DESTINATION, FROM).into(), ..body.clone() };
    let not_sender =
        Error::NotSender { expected: keccak256(&elsewhere.sender), got: keccak256(sender()) };
    assert_eq!(outbox.cancel(THERE, FROM, &elsewhere), Err(not_sender));

    let id = unsent.on(lane()).id();
    assert_eq!(outbox.cancel(THERE, FROM, &unsent), Err(Error::NotCancellable { id }));
    let changed = Body { payload: Bytes::new(), ..body };
    let id = changed.on(lane()).id();
    assert_eq!(outbox.cancel(THERE, FROM, &changed), Err(Error::NotCancellable { id }));
    for attributes in [&[Attribute::DeliverBefore(9)][..], &[]] {
        let Sent { id, body, .. } = ask(&mut outbox, attributes).unwrap();
        assert_eq!(outbox.cancel(THERE, FROM, &body), Err(Error::NotCancellable { id }));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn msg_1_to_msg_8_accepts_s2_what_the_outbox_sent_at_the_inbox(
        gas in 0u64..10_000_000, deadline in NOW.., records: bool, cancellable: bool, in_order: bool, payload: Vec<u8>
    ) {
        let mut asked = vec![
            Attribute::MinGasLimit(gas),
            Attribute::DeliverBefore(deadline),
            Attribute::RevertBehavior(records),
            Attribute::Cancellable(cancellable),
        ];
        asked.extend(in_order.then_some(Attribute::InOrder));
        let asked: Vec<Bytes> = asked.iter().map(Attribute::encode).collect();
        let (mut outbox, mut inbox) = (outbox(), inbox());
        for nonce in 0..3 {
            let Sent { id, body, data, .. } =
                outbox.send(FROM, U256::ZERO, &recipient(), &payload, &asked).unwrap();
            let log = RawLog { emitter: GATEWAY, topics: vec![MESSAGE_SENT, id], data };
            let (proof, head) = prove(&log, nonce);
            let mut called = None;
            let delivered = inbox.deliver(U256::from(SOURCE), &proof, &at(&head, NOW).context(), |delivery| {
                called = Some(delivery.body());
                Answer::Accepted
            });
            let (delivery, fate) = delivered.unwrap();
            prop_assert_eq!((delivery.id(), delivery.sender().account(), fate), (id, FROM, Fate::Delivered));
            prop_assert_eq!(delivery.attributes(), Attributes::new(&body.attributes));
            prop_assert_eq!(delivery.terms().place, in_order.then_some(nonce));
            prop_assert_eq!(called, Some(body));
            let again = deliver(&mut inbox, &(proof.clone(), head), NOW, Answer::Accepted);
            prop_assert_eq!(again, Err(Error::AlreadySettled { id }));
        }
    }
}

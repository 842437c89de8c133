//! What becomes of a message beside being delivered: it fails (MSG-10, MSG-20), waits for its turn (MSG-19), is passed over (MSG-21) or
//! cancelled.
#![allow(clippy::unwrap_used, reason = "what is built here is well formed")]

mod support;

use alloy_primitives::{Address, B256, Bytes, U256};
use light_client::{
    attestation::{self, Statement},
    client,
};
use mos::{
    Answer, Attribute, Body, CANCELLATION_REQUESTED, CancellationRequested, Delivery, Error,
    EvmAddress, Fate, Inbox, MESSAGE_SENT, MessageCancelled,
};
use mpt_proof::receipt;
use proptest::prelude::*;
use support::{
    COMMITTEE, DESTINATION, GATEWAY, HERE, HUB, NOW, RawLog, SOURCE, asking, at, deliver, inbox,
    never, plain, prove, prove_on, recipient, sender, sent_with, stamp,
};

const THERE: U256 = U256::from_limbs([SOURCE, 0, 0, 0]);
const RECORDS: Attribute = Attribute::RevertBehavior(true);

/// The body of a message between the two accounts.
fn body(nonce: u64, attributes: &[Attribute]) -> Body {
    Body {
        nonce,
        sender: sender().into(),
        recipient: recipient().into(),
        payload: Bytes::from_static(b"payload"),
        attributes: attributes.iter().map(Attribute::encode).collect(),
    }
}

/// What becomes of a message that is tried again.
fn retry(inbox: &mut Inbox, body: &Body, now: u64, answer: Answer) -> Result<Fate, Error> {
    let (_, head) = prove(&plain(0), 0);
    let retried = inbox.retry(THERE, body, &at(&head, now).context(), |_| answer);
    retried.map(|(_, fate)| fate)
}

/// An inbox in which the message of this body has failed, and its id.
fn failed(attributes: &[Attribute]) -> (Inbox, Body, B256) {
    let (mut inbox, log) = (inbox(), asking(0, attributes));
    let fate = deliver(&mut inbox, &prove(&log, 0), NOW, Answer::Failed);
    assert_eq!(fate, Ok(Fate::Failed));
    (inbox, body(0, attributes), log.topics[1])
}

#[test]
fn a_failure_changes_nothing_unless_it_is_to_be_recorded() {
    for attributes in [&[][..], &[Attribute::RevertBehavior(false)]] {
        let (mut inbox, log) = (inbox(), asking(0, attributes));
        let fate = deliver(&mut inbox, &prove(&log, 0), NOW, Answer::Failed);
        assert_eq!((fate, &inbox), (Ok(Fate::Left), &self::inbox()));
        let error = Error::NotFailed { id: log.topics[1] };
        assert_eq!(retry(&mut inbox, &body(0, attributes), NOW, Answer::Accepted), Err(error));
    }
}

#[test]
fn msg_20_accepts_s4_a_retry_of_what_has_failed_once() {
    let (mut inbox, body, id) = failed(&[RECORDS]);
    assert!(inbox.has_failed(&id) && !inbox.is_settled(THERE, GATEWAY, 0));
    // It may fail again, any number of times.
    let before = inbox.clone();
    assert_eq!(retry(&mut inbox, &body, NOW, Answer::Failed), Ok(Fate::Left));
    assert_eq!(inbox, before);
    assert_eq!(retry(&mut inbox, &body, NOW, Answer::Accepted), Ok(Fate::Delivered));
    assert!(!inbox.has_failed(&id) && inbox.is_settled(THERE, GATEWAY, 0));
    let error = Error::NotFailed { id };
    assert_eq!(retry(&mut inbox, &body, NOW, Answer::Accepted), Err(error));
}

#[test]
fn a_retry_calls_with_what_was_proven() {
    let attributes = [RECORDS, Attribute::MinGasLimit(9)];
    let (mut inbox, body, id) = failed(&attributes);
    let (_, head) = prove(&plain(0), 0);
    let mut called: Option<Delivery<'_>> = None;
    let retried = inbox.retry(THERE, &body, &at(&head, NOW).context(), |delivery| {
        called = Some(*delivery);
        Answer::Accepted
    });
    let (delivery, _) = retried.unwrap();
    assert_eq!(called, Some(delivery));
    assert_eq!((delivery.id(), delivery.nonce(), delivery.path()), (id, 0, None));
    assert_eq!((delivery.body(), delivery.terms().gas_limit), (body.clone(), 9));
}

/// The same message may also be delivered again with its proof.
#[test]
fn msg_20_rejects_a_retry_of_what_was_then_delivered() {
    let (mut inbox, body, id) = failed(&[RECORDS]);
    let proven = prove(&asking(0, &[RECORDS]), 0);
    assert_eq!(deliver(&mut inbox, &proven, NOW, Answer::Failed), Ok(Fate::Failed));
    assert_eq!(deliver(&mut inbox, &proven, NOW, Answer::Accepted), Ok(Fate::Delivered));
    assert!(!inbox.has_failed(&id));
    let error = Error::NotFailed { id };
    assert_eq!(retry(&mut inbox, &body, NOW, Answer::Accepted), Err(error));
    let error = Error::AlreadySettled { id };
    assert_eq!(deliver(&mut inbox, &proven, NOW, Answer::Accepted), Err(error));
}

#[test]
fn msg_20_rejects_s4_another_body_lane_and_chain() {
    let (mut inbox, body, id) = failed(&[RECORDS, Attribute::Cancellable(false)]);
    let longer = |bytes: &Bytes| Bytes::from([&bytes[..], &[0]].concat());
    let mut swapped = body.attributes.clone();
    swapped.swap(0, 1);
    let others = [
        Body { nonce: 1, ..body.clone() },
        Body { sender: longer(&body.sender), ..body.clone() },
        Body { recipient: longer(&body.recipient), ..body.clone() },
        Body { payload: longer(&body.payload), ..body.clone() },
        Body { attributes: swapped, ..body.clone() },
        Body { attributes: body.attributes[..1].to_vec(), ..body.clone() },
        Body { sender: body.recipient.clone(), recipient: body.sender.clone(), ..body.clone() },
    ];
    let before = inbox.clone();
    for other in others {
        let id = other.on(support::lane()).id();
        let error = Error::NotFailed { id };
        assert_eq!(retry(&mut inbox, &other, NOW, Answer::Accepted), Err(error));
    }
    assert_eq!(inbox, before);

    // It failed on a lane that has moved since, to another gateway; it is there again when the lane is.
    inbox.lanes.set_lane(THERE, Address::repeat_byte(7), COMMITTEE, false);
    let moved = body.on(inbox.lanes.from(THERE).unwrap()).id();
    assert_ne!(moved, id);
    let error = Error::NotFailed { id: moved };
    assert_eq!(retry(&mut inbox, &body, NOW, Answer::Accepted), Err(error));
    inbox.lanes.set_lane(THERE, GATEWAY, COMMITTEE, false);
    assert_eq!(retry(&mut inbox, &body, NOW, Answer::Accepted), Ok(Fate::Delivered));
}

#[test]
fn msg_1_cli_4_rejects_a_retry_without_lane_or_client() {
    let (mut inbox, body, _) = failed(&[RECORDS]);
    let (_, elsewhere) = prove_on(HUB, &plain(0), 0);
    let unwatched = inbox.retry(THERE, &body, &at(&elsewhere, NOW).context(), never);
    let unknown = client::Error::UnknownChain { chain_id: SOURCE };
    assert_eq!(unwatched, Err(unknown.into()));
    inbox.lanes.set_lane(THERE, Address::ZERO, COMMITTEE, false);
    let error = Error::UnknownLane { chain_id: THERE };
    assert_eq!(retry(&mut inbox, &body, NOW, Answer::Accepted), Err(error));
    // It was proven by what the lane asked for then; what it asks for now is not looked at.
    inbox.lanes.set_lane(THERE, GATEWAY, 3, true);
    assert_eq!(retry(&mut inbox, &body, NOW, Answer::Accepted), Ok(Fate::Delivered));
}

#[test]
fn msg_18_msg_19_rejects_a_retry_too_late_or_out_of_order() {
    let attributes = [RECORDS, Attribute::DeliverBefore(NOW + 9), Attribute::Place(0)];
    let (mut inbox, body, id) = failed(&attributes);
    let late = retry(&mut inbox, &body, NOW + 10, Answer::Accepted);
    assert_eq!(late, Err(Error::Expired { id, deadline: NOW + 9 }));
    // A twin of it under another nonce takes its place.
    let twin = prove(&asking(1, &attributes), 1);
    assert_eq!(deliver(&mut inbox, &twin, NOW, Answer::Accepted), Ok(Fate::Delivered));
    let error = Error::OutOfOrder { id, expected: 1, got: 0 };
    assert_eq!(retry(&mut inbox, &body, NOW, Answer::Accepted), Err(error));
    let (mut inbox, ..) = failed(&attributes);
    assert_eq!(retry(&mut inbox, &body, NOW + 9, Answer::Accepted), Ok(Fate::Delivered));
    assert_eq!(next_place(&inbox), 1);
}

#[test]
fn msg_8_rejects_a_retry_whose_recipient_is_not_called() {
    let (mut inbox, body, id) = failed(&[RECORDS]);
    let error = Error::ForbiddenRecipient { recipient: Address::repeat_byte(0xbe) };
    assert_eq!(retry(&mut inbox, &body, NOW, Answer::Forbidden), Err(error));
    assert!(inbox.has_failed(&id));
}

/// A message at a place of the order of the two accounts.
fn at_place(nonce: u64, place: u64) -> RawLog {
    asking(nonce, &[Attribute::DeliverBefore(NOW), Attribute::Place(place)])
}

fn next_place(inbox: &Inbox) -> u64 {
    let (from, to) = (EvmAddress::decode(&sender()), EvmAddress::decode(&recipient()));
    inbox.next_place(THERE, GATEWAY, from.unwrap(), to.unwrap())
}

#[test]
fn msg_19_accepts_s11_an_order_and_rejects_another() {
    let mut inbox = inbox();
    // Nonces say nothing about places.
    let logs = [(5, 0), (2, 1), (9, 2)].map(|(nonce, place)| (at_place(nonce, place), nonce));
    for (expected, (log, nonce)) in (0..).zip(&logs) {
        for (place, (other, nonce)) in (0..).zip(&logs).skip(expected + 1) {
            let id = other.topics[1];
            let error = Error::OutOfOrder { id, expected: expected as u64, got: place };
            let early = deliver(&mut inbox, &prove(other, *nonce), NOW, Answer::Accepted);
            assert_eq!(early, Err(error));
        }
        assert_eq!(next_place(&inbox), expected as u64);
        let proven = prove(log, *nonce);
        // Whoever fails keeps the place, for the time that the message has.
        assert_eq!(deliver(&mut inbox, &proven, NOW, Answer::Failed), Ok(Fate::Left));
        assert_eq!(deliver(&mut inbox, &proven, NOW, Answer::Accepted), Ok(Fate::Delivered));
    }
    assert_eq!(next_place(&inbox), 3);
}

/// S10: an order is of one sender and one recipient; messages without a place are in none.
#[test]
fn msg_19_accepts_s10_others_while_an_order_waits() {
    let mut inbox = inbox();
    let stuck = deliver(&mut inbox, &prove(&at_place(0, 1), 0), NOW, Answer::Accepted);
    assert!(matches!(stuck, Err(Error::OutOfOrder { expected: 0, got: 1, .. })));
    let free = deliver(&mut inbox, &prove(&plain(1), 1), NOW, Answer::Accepted);
    assert_eq!(free, Ok(Fate::Delivered));
    let first = [Attribute::DeliverBefore(NOW).encode(), Attribute::Place(0).encode()];
    let other = support::account(SOURCE, Address::repeat_byte(1));
    let log = sent_with(2, (&other, &recipient()), b"", &first);
    let delivered = deliver(&mut inbox, &prove(&log, 2), NOW, Answer::Accepted);
    assert_eq!(delivered, Ok(Fate::Delivered));
    let other = support::account(DESTINATION, Address::repeat_byte(1));
    let log = sent_with(3, (&sender(), &other), b"", &first);
    let delivered = deliver(&mut inbox, &prove(&log, 3), NOW, Answer::Accepted);
    assert_eq!(delivered, Ok(Fate::Delivered));
    assert_eq!(next_place(&inbox), 0);
}

#[test]
fn msg_19_rejects_before_the_recipient() {
    let attributes = [Attribute::DeliverBefore(NOW).encode(), Attribute::Place(1).encode()];
    let to_itself = support::account(DESTINATION, HERE);
    let log = sent_with(0, (&sender(), &to_itself), b"", &attributes);
    let error = Error::OutOfOrder { id: log.topics[1], expected: 0, got: 1 };
    let refused = deliver(&mut inbox(), &prove(&log, 0), NOW, Answer::Accepted);
    assert_eq!(refused, Err(error));
}

/// What becomes of a message that is to be passed over.
fn skip(inbox: &mut Inbox, log: &RawLog, nonce: u64, now: u64) -> Result<B256, Error> {
    let (proof, head) = prove(log, nonce);
    let skipped = inbox.skip(THERE, &proof, &at(&head, now).context());
    skipped.map(|delivery| delivery.id())
}

#[test]
fn msg_21_accepts_s11_what_is_next_and_has_expired() {
    let mut inbox = inbox();
    let first = at_place(0, 0);
    assert_eq!(skip(&mut inbox, &first, 0, NOW + 1), Ok(first.topics[1]));
    assert_eq!(next_place(&inbox), 1);
    // It is not settled by that: as expired as it was.
    assert!(!inbox.is_settled(THERE, GATEWAY, 0));
    let expired = Error::Expired { id: first.topics[1], deadline: NOW };
    let late = deliver(&mut inbox, &prove(&first, 0), NOW + 1, Answer::Accepted);
    assert_eq!(late, Err(expired));
    let second = asking(1, &[Attribute::DeliverBefore(NOW + 9), Attribute::Place(1)]);
    let delivered = deliver(&mut inbox, &prove(&second, 1), NOW + 1, Answer::Accepted);
    assert_eq!(delivered, Ok(Fate::Delivered));
}

#[test]
fn msg_21_rejects_without_place_then_in_time_then_out_of_turn() {
    let mut inbox = inbox();
    let placeless = asking(0, &[Attribute::DeliverBefore(NOW)]);
    let id = placeless.topics[1];
    let error = Error::OutOfOrder { id, expected: 0, got: 0 };
    assert_eq!(skip(&mut inbox, &placeless, 0, NOW + 1), Err(error));

    let second = at_place(1, 1);
    let id = second.topics[1];
    let error = Error::NotExpired { id, deadline: NOW, time: NOW };
    assert_eq!(skip(&mut inbox, &second, 1, NOW), Err(error));
    let error = Error::OutOfOrder { id, expected: 0, got: 1 };
    assert_eq!(skip(&mut inbox, &second, 1, NOW + 1), Err(error));
    assert_eq!(inbox, self::inbox());

    // What was delivered or passed over is not next any more.
    let first = at_place(0, 0);
    skip(&mut inbox, &first, 0, NOW + 1).unwrap();
    let error = Error::OutOfOrder { id: first.topics[1], expected: 1, got: 0 };
    assert_eq!(skip(&mut inbox, &first, 0, NOW + 1), Err(error));
    // Whatever is wrong with the proof is found before.
    let error = Error::IdMismatch { expected: first.topics[1], got: at_place(4, 0).topics[1] };
    assert_eq!(skip(&mut inbox, &first, 4, NOW), Err(error));
}

/// The event by which the sender of a message asks to cancel it.
fn request(id: B256, nonce: u64) -> RawLog {
    let destination_chain_id = U256::from(DESTINATION);
    let request = CancellationRequested { id, destination_chain_id, nonce };
    RawLog { emitter: GATEWAY, topics: request.topics().to_vec(), data: request.data() }
}

fn cancel(inbox: &mut Inbox, log: &RawLog) -> Result<MessageCancelled, Error> {
    let (proof, head) = prove(log, u64::MAX);
    inbox.accept_cancellation(THERE, &proof, &at(&head, NOW).context())
}

#[test]
fn msg_4_msg_5_msg_7_accepts_s12_a_cancellation_once_instead_of_a_delivery() {
    let (mut inbox, log) = (inbox(), plain(3));
    let id = log.topics[1];
    let cancelled = MessageCancelled { id, source_chain_id: THERE, nonce: 3 };
    assert_eq!(cancel(&mut inbox, &request(id, 3)), Ok(cancelled));
    assert!(inbox.is_settled(THERE, GATEWAY, 3));
    let error = Error::AlreadySettled { id };
    assert_eq!(cancel(&mut inbox, &request(id, 3)), Err(error));
    assert_eq!(deliver(&mut inbox, &prove(&log, 3), NOW, Answer::Accepted), Err(error));
}

#[test]
fn msg_7_rejects_s12_a_cancellation_of_what_was_delivered() {
    let (mut inbox, log) = (inbox(), plain(3));
    assert_eq!(deliver(&mut inbox, &prove(&log, 3), NOW, Answer::Accepted), Ok(Fate::Delivered));
    let error = Error::AlreadySettled { id: log.topics[1] };
    assert_eq!(cancel(&mut inbox, &request(log.topics[1], 3)), Err(error));
}

#[test]
fn msg_20_rejects_s12_a_retry_of_what_was_cancelled() {
    let (mut inbox, body, id) = failed(&[RECORDS, Attribute::Cancellable(true)]);
    cancel(&mut inbox, &request(id, 0)).unwrap();
    assert!(!inbox.has_failed(&id));
    let error = Error::NotFailed { id };
    assert_eq!(retry(&mut inbox, &body, NOW, Answer::Accepted), Err(error));
}

/// A gateway that asks to cancel a nonce under the id of another message has settled the nonce: what failed under it is not retried.
#[test]
fn msg_7_rejects_s12_a_retry_of_a_nonce_that_was_settled_under_another_id() {
    let (mut inbox, body, id) = failed(&[RECORDS]);
    cancel(&mut inbox, &request(B256::repeat_byte(1), 0)).unwrap();
    assert!(inbox.has_failed(&id));
    let error = Error::AlreadySettled { id };
    assert_eq!(retry(&mut inbox, &body, NOW, Answer::Accepted), Err(error));
}

#[test]
fn rct_8_rct_9_msg_4_msg_5_rejects_what_is_no_cancellation_for_this_chain() {
    let (mut inbox, id) = (inbox(), B256::repeat_byte(1));
    let error = receipt::Error::LogTopic { expected: CANCELLATION_REQUESTED, got: MESSAGE_SENT };
    let error = Error::Proof(error.into());
    assert_eq!(cancel(&mut inbox, &plain(0)), Err(error));
    let error = receipt::Error::LogEmitter { expected: GATEWAY, got: HERE };
    let forged = RawLog { emitter: HERE, ..request(id, 0) };
    assert_eq!(cancel(&mut inbox, &forged), Err(Error::Proof(error.into())));

    let mut log = request(id, 0);
    log.topics[2] = U256::from(HUB).into();
    log.data.push(0);
    assert_eq!(cancel(&mut inbox, &log), Err(Error::MalformedEvent));
    log.data.pop();
    let error = Error::WrongChain { expected: U256::from(DESTINATION), got: U256::from(HUB) };
    assert_eq!(cancel(&mut inbox, &log), Err(error));
    log.topics.truncate(2);
    assert_eq!(cancel(&mut inbox, &log), Err(Error::MalformedEvent));
    assert_eq!(inbox, self::inbox());
}

#[test]
fn msg_16_msg_17_accepts_and_rejects_cancellations_as_deliveries() {
    let (mut inbox, id) = (inbox(), B256::repeat_byte(1));
    let (mut proof, head) = prove(&request(id, 0), 0);
    let here = at(&head, NOW);
    inbox.lanes.set_lane(THERE, GATEWAY, 3, true);
    let error = Error::AssumptionMismatch { expected: 3, got: COMMITTEE };
    assert_eq!(inbox.accept_cancellation(THERE, &proof, &here.context()), Err(error));
    inbox.lanes.set_lane(THERE, GATEWAY, COMMITTEE, true);
    proof.attestations = stamp(SOURCE, Statement::Sent, &id);
    let wrong = attestation::Error::Signature { position: 0 };
    assert_eq!(inbox.accept_cancellation(THERE, &proof, &here.context()), Err(wrong.into()));
    proof.attestations = stamp(SOURCE, Statement::CancellationRequested, &id);
    let mut open = inbox.clone();
    open.lanes.set_lane(THERE, GATEWAY, COMMITTEE, false);
    let unasked = attestation::Error::Length { expected: 0, got: 41 };
    assert_eq!(open.accept_cancellation(THERE, &proof, &here.context()), Err(unasked.into()));
    assert!(inbox.accept_cancellation(THERE, &proof, &here.context()).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// S1, S12: whatever is tried in whatever order, a message is accepted at most once, and never after it was cancelled.
    #[test]
    fn msg_7_accepts_s1_s12_each_message_once_at_most(
        steps in prop::collection::vec((0u64..3, 0u8..4, any::<bool>()), 1..24)
    ) {
        let mut inbox = inbox();
        let attributes = [RECORDS, Attribute::Cancellable(true)];
        let (mut delivered, mut cancelled, mut has_failed) = ([false; 3], [false; 3], [false; 3]);
        for (nonce, step, accepts) in steps {
            let (place, log) = (usize::try_from(nonce).unwrap(), asking(nonce, &attributes));
            let answer = if accepts { Answer::Accepted } else { Answer::Failed };
            let settled = delivered[place] || cancelled[place];
            let fate = match step {
                0 | 1 => deliver(&mut inbox, &prove(&log, nonce), NOW, answer),
                2 => retry(&mut inbox, &body(nonce, &attributes), NOW, answer),
                _ => cancel(&mut inbox, &request(log.topics[1], nonce)).map(|_| Fate::Left),
            };
            let id = log.topics[1];
            let expected = match step {
                2 if !has_failed[place] => Err(Error::NotFailed { id }),
                _ if settled => Err(Error::AlreadySettled { id }),
                3 => Ok(Fate::Left),
                _ if accepts => Ok(Fate::Delivered),
                2 => Ok(Fate::Left),
                _ => Ok(Fate::Failed),
            };
            prop_assert_eq!(fate, expected);
            delivered[place] |= fate == Ok(Fate::Delivered);
            cancelled[place] |= step == 3 && fate.is_ok();
            match fate {
                Ok(Fate::Failed) => has_failed[place] = true,
                Ok(Fate::Delivered) => has_failed[place] = false,
                Ok(Fate::Left) if step == 3 => has_failed[place] = false,
                _ => {}
            }
            prop_assert_eq!(inbox.has_failed(&id), has_failed[place]);
            prop_assert_eq!(inbox.is_settled(THERE, GATEWAY, nonce), delivered[place] || cancelled[place]);
        }
    }
}

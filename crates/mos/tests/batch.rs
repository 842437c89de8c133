//! Many messages of one block: MSG-22, BAT-1 to BAT-3, and what is one message's own matter.
#![allow(clippy::unwrap_used, reason = "what is built here is well formed")]

mod support;

use alloy_primitives::{Address, Bytes, U256};
use light_client::{ancestry, attestation, attestation::Statement};
use mos::{Answer, Attribute, BatchProof, Delivery, Direction, Error, Fate, Inbox, MESSAGE_SENT};
use mpt_proof::{batch, proof, receipt};
use support::{
    COMMITTEE, DESTINATION, GATEWAY, HERE, NOW, RawLog, SOURCE, account, asking, at, deliver,
    inbox, never, plain, prove, prove_batch, recipient, sender, sent, sent_with, stamp,
};

const THERE: U256 = U256::from_limbs([SOURCE, 0, 0, 0]);

/// A batch and the head that it is under.
type Proven = (BatchProof, light_client::beacon::Head);

/// Two messages in one receipt and one in another.
fn three() -> Proven {
    prove_batch(&[vec![(plain(0), 0), (plain(1), 1)], vec![(plain(2), 2)]])
}

/// What becomes of the items, all of whose recipients answer so.
fn fates(inbox: &mut Inbox, proven: &Proven, answer: Answer) -> Result<Vec<Fate>, Error> {
    let (batch, head) = proven;
    let delivered = inbox.deliver_batch(THERE, batch, &at(head, NOW).context(), |_| answer)?;
    Ok(delivered.into_iter().map(|(_, fate)| fate).collect())
}

/// Why a batch is refused, before anything is called.
fn refused(proven: &Proven) -> Error {
    let (mut inbox, (batch, head)) = (inbox(), proven);
    let error = inbox.deliver_batch(THERE, batch, &at(head, NOW).context(), never).unwrap_err();
    assert_eq!(inbox, self::inbox());
    error
}

#[test]
fn msg_22_bat_3_accepts_each_message_once() {
    let (mut inbox, (batch, head)) = (inbox(), three());
    let mut called = vec![];
    let delivered = inbox.deliver_batch(THERE, &batch, &at(&head, NOW).context(), |delivery| {
        called.push(*delivery);
        Answer::Accepted
    });
    let delivered = delivered.unwrap();
    let deliveries: Vec<Delivery<'_>> = delivered.iter().map(|(delivery, _)| *delivery).collect();
    assert_eq!(called, deliveries);
    for ((delivery, fate), nonce) in delivered.iter().zip(0..) {
        assert_eq!((delivery.id(), *fate), (plain(nonce).topics[1], Fate::Delivered));
        assert!(inbox.is_settled(THERE, GATEWAY, nonce));
    }
    assert_eq!(fates(&mut inbox, &(batch, head), Answer::Accepted), Ok(vec![Fate::Left; 3]));
}

/// One key orders them: that of the receipt. Within it logs may come in any order.
#[test]
fn bat_2_accepts_logs_of_one_receipt_in_any_order() {
    let (mut batch, head) = three();
    batch.items.swap(0, 1);
    let (mut inbox, context) = (inbox(), at(&head, NOW));
    let delivered = inbox.deliver_batch(THERE, &batch, &context.context(), |_| Answer::Accepted);
    let nonces: Vec<u64> = delivered.unwrap().iter().map(|(item, _)| item.nonce()).collect();
    assert_eq!(nonces, [1, 0, 2]);
}

#[test]
fn msg_22_rejects_an_empty_batch_before_the_lane() {
    let (batch, (_, head)) = (BatchProof::default(), three());
    let empty = inbox().deliver_batch(U256::from(1), &batch, &at(&head, NOW).context(), never);
    assert_eq!(empty, Err(Error::EmptyBatch));
}

#[test]
fn msg_1_msg_15_msg_16_anc_1_rejects_before_the_receipts() {
    let (mut batch, head) = three();
    let (mut inbox, here) = (inbox(), at(&head, NOW));
    let one = U256::from(1);
    let unknown = inbox.deliver_batch(one, &batch, &here.context(), never);
    assert_eq!(unknown, Err(Error::UnknownLane { chain_id: one }));
    inbox.lanes.pause(THERE, Direction::Delivering).unwrap();
    let paused = inbox.deliver_batch(THERE, &batch, &here.context(), never);
    assert_eq!(paused, Err(Error::DeliveringPaused { chain_id: THERE }));
    inbox.lanes.unpause(THERE, Direction::Delivering).unwrap();
    inbox.lanes.set_lane(THERE, GATEWAY, 2, false);
    let mismatch = inbox.deliver_batch(THERE, &batch, &here.context(), never);
    assert_eq!(mismatch, Err(Error::AssumptionMismatch { expected: 2, got: COMMITTEE }));
    (batch.headers, batch.nodes) = (vec![], vec![]);
    assert_eq!(refused(&(batch, head)), Error::Ancestry(ancestry::Error::Empty));
}

#[test]
fn bat_2_bat_3_mpt_12_rejects_with_the_item() {
    let of_batch = |error: batch::Error| Error::Proof(mpt_proof::Error::Batch(error));
    let mut proven = three();
    proven.0.items.swap(1, 2);
    // Transactions 1, 2, 1: the third is asked for anew.
    assert_eq!(refused(&proven), of_batch(batch::Error::Order { item: 2 }));
    let mut proven = three();
    proven.0.items[2].transaction_index = 3;
    assert_eq!(refused(&proven), of_batch(batch::Error::KeyAbsent { item: 1 }));
    let mut proven = three();
    proven.0.nodes.push(Bytes::from_static(&[0x80]));
    let index = proven.0.nodes.len() as u64 - 1;
    let extra = proof::Error::TrailingNode { index };
    assert_eq!(refused(&proven), of_batch(batch::Error::Proof { item: 1, error: extra }));
}

/// The logs of all receipts come before what they say, each behind its own receipt.
#[test]
fn rct_6_rct_8_rct_9_rejects_logs_in_turn_before_any_message() {
    let (mut batch, head) = three();
    batch.items[0].nonce = 9; // another id
    batch.items[1].log_index = 7;
    batch.items[2].transaction_index = 3;
    let of_receipt =
        |item, error| Error::Proof(mpt_proof::Error::Batch(batch::Error::Receipt { item, error }));
    let missing = receipt::Error::LogMissing { index: 7, count: 2 };
    assert_eq!(refused(&(batch.clone(), head)), of_receipt(0, missing));
    batch.items[1].log_index = 1;
    let absent = Error::Proof(mpt_proof::Error::Batch(batch::Error::KeyAbsent { item: 1 }));
    assert_eq!(refused(&(batch.clone(), head)), absent);
    batch.items[2].transaction_index = 2;
    let error = Error::IdMismatch { expected: plain(0).topics[1], got: plain(9).topics[1] };
    assert_eq!(refused(&(batch, head)), error);

    let forged = RawLog { emitter: HERE, ..plain(1) };
    let emitter = receipt::Error::LogEmitter { expected: GATEWAY, got: HERE };
    let proven = prove_batch(&[vec![(plain(0), 0)], vec![(forged, 1)]]);
    assert_eq!(refused(&proven), of_receipt(1, emitter));
    let mut other = plain(1);
    other.topics[0] = other.topics[1];
    let topic = receipt::Error::LogTopic { expected: MESSAGE_SENT, got: other.topics[1] };
    let proven = prove_batch(&[vec![(plain(0), 0)], vec![(other, 1)]]);
    assert_eq!(refused(&proven), of_receipt(1, topic));
}

/// What is wrong with the proof of one is the relayer's fault, and an error of all; the first item's comes first.
#[test]
fn msg_3_msg_4_msg_5_msg_6_msg_14_rejects_all_for_the_proof_of_one() {
    let wrong_chain = sent(1, &account(DESTINATION, HERE), &recipient(), b"");
    let malformed = RawLog { data: vec![], ..plain(2) };
    let spoilt = [vec![(plain(0), 0)], vec![(wrong_chain, 1)], vec![(malformed.clone(), 2)]];
    let error = Error::WrongChain { expected: U256::from(SOURCE), got: U256::from(DESTINATION) };
    assert_eq!(refused(&prove_batch(&spoilt)), error);
    let spoilt = [vec![(plain(0), 0)], vec![(malformed, 2)]];
    assert_eq!(refused(&prove_batch(&spoilt)), Error::MalformedEvent);
    let place = Attribute::Place(0);
    let spoilt = [vec![(plain(0), 0), (asking(1, &[place]), 1)]];
    let error = Error::AttributeConflict { selector: place.selector() };
    assert_eq!(refused(&prove_batch(&spoilt)), error);
}

#[test]
fn msg_17_accepts_and_rejects_the_signatures_of_each_item() {
    let mut inbox = inbox();
    inbox.lanes.set_lane(THERE, GATEWAY, COMMITTEE, true);
    let mut proven = three();
    for (item, nonce) in proven.0.items.iter_mut().zip(0..).take(2) {
        item.attestations = stamp(SOURCE, Statement::Sent, &plain(nonce).topics[1]);
    }
    let missing = attestation::Error::Length { expected: 41, got: 0 };
    assert_eq!(fates(&mut inbox, &proven, Answer::Accepted), Err(missing.into()));
    proven.0.items[2].attestations = stamp(SOURCE, Statement::Sent, &plain(2).topics[1]);
    let delivered = fates(&mut inbox, &proven, Answer::Accepted);
    assert_eq!(delivered, Ok(vec![Fate::Delivered; 3]));
    let unasked = attestation::Error::Length { expected: 0, got: 41 };
    assert_eq!(refused(&proven), unasked.into());
}

/// S10: what is wrong with a message concerns that one only.
#[test]
fn msg_7_msg_8_msg_18_msg_19_accepts_s10_the_others() {
    let mut inbox = inbox();
    assert_eq!(
        deliver(&mut inbox, &prove(&plain(0), 0), NOW, Answer::Accepted),
        Ok(Fate::Delivered)
    );
    let deadline = Attribute::DeliverBefore(NOW);
    let logs = [
        (plain(0), Fate::Left), // settled
        (plain(1), Fate::Delivered),
        (asking(2, &[Attribute::DeliverBefore(NOW - 1)]), Fate::Left),
        (asking(3, &[Attribute::DeliverAfter(NOW + 1)]), Fate::Left),
        (sent(4, &sender(), &account(DESTINATION, HERE), b""), Fate::Left),
        (asking(5, &[deadline, Attribute::Place(1)]), Fate::Left),
        (asking(6, &[deadline, Attribute::Place(0)]), Fate::Delivered),
        (asking(7, &[deadline, Attribute::Place(1)]), Fate::Delivered), // it is the next one now
        (plain(8), Fate::Delivered),
    ];
    let receipts: Vec<_> =
        logs.iter().zip(0..).map(|((log, _), nonce)| vec![(log.clone(), nonce)]).collect();
    let proven = prove_batch(&receipts);
    let expected: Vec<Fate> = logs.iter().map(|(_, fate)| *fate).collect();
    assert_eq!(fates(&mut inbox, &proven, Answer::Accepted), Ok(expected.clone()));
    for (fate, nonce) in expected.into_iter().zip(0..).skip(1) {
        assert_eq!(inbox.is_settled(THERE, GATEWAY, nonce), fate == Fate::Delivered, "{nonce}");
    }
}

/// A failure in a batch is recorded, whatever the message asks for, and may be retried.
#[test]
fn msg_20_accepts_a_retry_of_what_failed_in_a_batch() {
    let (mut inbox, (batch, head)) = (inbox(), three());
    let here = at(&head, NOW);
    let answers = |delivery: &Delivery<'_>| match delivery.nonce() {
        0 => Answer::Failed,
        1 => Answer::Forbidden,
        _ => Answer::Accepted,
    };
    let delivered = inbox.deliver_batch(THERE, &batch, &here.context(), answers).unwrap();
    let fates: Vec<Fate> = delivered.iter().map(|(_, fate)| *fate).collect();
    assert_eq!(fates, [Fate::Failed, Fate::Left, Fate::Delivered]);
    let failed = [0, 1, 2].map(|nonce| inbox.has_failed(&plain(nonce).topics[1]));
    assert_eq!(failed, [true, false, false]);
    let body = delivered[0].0.body();
    let (_, fate) = inbox.retry(THERE, &body, &here.context(), |_| Answer::Accepted).unwrap();
    assert_eq!(fate, Fate::Delivered);
}

/// A twin of a message in the same batch: the first settles the nonce.
#[test]
fn msg_7_accepts_s1_one_of_two_that_a_source_has_numbered_alike() {
    let twin = sent_with(0, (&sender(), &recipient()), b"twin", &[]);
    let proven = prove_batch(&[vec![(plain(0), 0), (twin, 0)]]);
    let delivered = fates(&mut inbox(), &proven, Answer::Accepted);
    assert_eq!(delivered, Ok(vec![Fate::Delivered, Fate::Left]));
    assert!(!inbox().is_settled(THERE, Address::ZERO, 0));
}

//! MSG-3 to MSG-6, MSG-8, MSG-13, MSG-14 and MSG-17, and the errors of what a delivery is proven by.

mod support;

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use light_client::{ancestry, attestation, attestation::Statement, beacon::Head, header};
use mos::{
    Attribute, Attributes, Body, Delivery, DeliveryProof, Error, Lane, MESSAGE_SENT, Message,
    Terms, address, event, verify_delivery,
};
use mpt_proof::{Fault, proof, receipt};
use support::{
    DESTINATION, GATEWAY, HERE, SOURCE, Stamps, account, ancestor, asking, head, header as block,
    history, lane, plain, prove, prove_receipt, recipient, sender, sent, sent_with, stamp,
};

#[test]
fn msg_3_msg_4_msg_5_msg_6_msg_8_accepts_s2_what_was_sent() {
    let (proof, head) = prove(&plain(3), 3);
    let delivery = verify(&lane(), &head, &proof).unwrap();
    assert_eq!(delivery.id(), plain(3).topics[1]);
    assert_eq!(delivery.nonce(), 3);
    assert_eq!(delivery.sender().encode(), sender());
    assert_eq!(delivery.recipient().encode(), recipient());
    assert_eq!(delivery.payload(), b"payload");
    assert_eq!(delivery.path().unwrap().to_string(), "sync-committee(11155111)");
    assert_eq!(delivery.attributes(), Attributes::NONE);
    assert_eq!(delivery.terms(), Terms::default());
}

#[test]
fn msg_2_msg_13_msg_14_accepts_what_a_message_asks_for() {
    let asked = [Attribute::Place(4), Attribute::DeliverBefore(9), Attribute::Cancellable(true)];
    let log = asking(3, &asked);
    let (proof, head) = prove(&log, 3);
    let delivery = verify(&lane(), &head, &proof).unwrap();
    let terms = Terms { place: Some(4), deadline: 9, cancellable: true, ..Terms::default() };
    assert_eq!(delivery.terms(), terms);
    let attributes: Vec<Bytes> = asked.iter().map(Attribute::encode).collect();
    assert_eq!(delivery.attributes(), Attributes::new(&attributes));
    let body = Body {
        nonce: 3,
        sender: sender().into(),
        recipient: recipient().into(),
        payload: Bytes::from_static(b"payload"),
        attributes,
    };
    assert_eq!(delivery.body(), body);
    assert_eq!(body.on(lane()).id(), log.topics[1]);
}

#[test]
fn msg_2_msg_13_msg_14_rejects_attributes_after_the_id_and_before_the_recipient() {
    let to_itself = account(DESTINATION, HERE);
    let log = |attributes: &[Bytes]| sent_with(0, (&sender(), &to_itself), b"", attributes);
    let in_order = Attribute::InOrder.encode();
    let unsupported = Error::UnsupportedAttribute { selector: Attribute::InOrder.selector() };
    rejects_log(&log(core::slice::from_ref(&in_order)), unsupported);
    let place = Attribute::Place(0);
    let selector = place.selector();
    let cut = place.encode().slice(..35);
    rejects_log(&log(&[cut]), Error::AttributeMalformed { selector });
    let twice = [place.encode(), place.encode()];
    rejects_log(&log(&twice), Error::AttributeRepeated { selector });
    let conflict = log(&[place.encode()]);
    rejects_log(&conflict, Error::AttributeConflict { selector });

    let (proof, head) = prove(&conflict, 1);
    let Err(Error::IdMismatch { expected, .. }) = verify(&lane(), &head, &proof) else {
        panic!("another nonce is another id")
    };
    assert_eq!(expected, conflict.topics[1]);
}

#[test]
fn msg_17_accepts_what_attestors_have_signed() {
    let (mut proof, head) = prove(&plain(3), 3);
    proof.attestations = stamp(SOURCE, Statement::Sent, &plain(3).topics[1]);
    let block = ancestor(&head, &[]).unwrap();
    let delivery = verify_delivery(&lane(), Some(&Stamps), &block, &proof).unwrap();
    assert_eq!(delivery.id(), plain(3).topics[1]);
}

#[test]
fn msg_17_rejects_other_signatures_and_those_that_nobody_asked_for() {
    let log = sent_with(3, (&sender(), &recipient()), b"", &[Bytes::new()]);
    let (id, (mut proof, head)) = (log.topics[1], prove(&log, 3));
    let block = ancestor(&head, &[]).unwrap();
    let attested = |proof: &DeliveryProof| {
        verify_delivery(&lane(), Some(&Stamps), &block, proof).map(|delivery| delivery.id())
    };
    let wrong = Err(attestation::Error::Signature { position: 0 }.into());
    for (chain_id, statement, id) in [
        (HERE_CHAIN, Statement::Sent, id),
        (SOURCE, Statement::Delivered, id),
        (SOURCE, Statement::Sent, plain(3).topics[1]),
    ] {
        proof.attestations = stamp(chain_id, statement, &id);
        assert_eq!(attested(&proof), wrong);
    }
    proof.attestations = Bytes::new();
    assert_eq!(attested(&proof), Err(attestation::Error::Length { expected: 41, got: 0 }.into()));
    // With the signatures that are due it is the attributes that are refused; and the id was, before anybody was asked.
    proof.attestations = stamp(SOURCE, Statement::Sent, &id);
    let unsupported = Error::UnsupportedAttribute { selector: [0; 4].into() };
    assert_eq!(attested(&proof), Err(unsupported));
    let unasked = attestation::Error::Length { expected: 0, got: 41 };
    rejects(&proof, &head, unasked.into());
    proof.nonce = 4;
    assert!(matches!(attested(&proof), Err(Error::IdMismatch { .. })));
    proof.nonce = 3;
    let nobody = verify_delivery(&lane(), Some(&()), &block, &proof);
    let chain_id = U256::from(SOURCE);
    assert_eq!(nobody, Err(attestation::Error::Unknown { chain_id }.into()));
}

/// The chain of the destination, which attestors may sign for too.
const HERE_CHAIN: u64 = DESTINATION;

#[test]
fn anc_1_accepts_a_message_in_an_ancestor_of_the_head() {
    let (mut proof, _) = prove(&plain(0), 0);
    let child = block(keccak256(&proof.headers[0]), B256::ZERO);
    let head = head(SOURCE, keccak256(&child));
    proof.headers.insert(0, child.into());
    assert!(verify(&lane(), &head, &proof).is_ok());
}

#[test]
fn anc_1_hdr_1_rejects_headers_that_do_not_lead_from_the_head() {
    let (mut proof, head) = prove(&plain(0), 0);
    let expected = keccak256(&proof.headers[0]);
    proof.headers[0] = block(B256::ZERO, B256::ZERO).into();
    let got = keccak256(&proof.headers[0]);
    let error = header::Error::HashMismatch { expected, got };
    rejects(&proof, &head, Error::Ancestry(ancestry::Error::Header(error)));
    proof.headers.clear();
    rejects(&proof, &head, Error::Ancestry(ancestry::Error::Empty));
}

#[test]
fn anc_4_accepts_a_message_in_a_block_that_the_state_remembers() {
    let (mut proof, _) = prove(&plain(0), 0);
    let (ancestry, newest) = history(keccak256(&proof.headers[0]), 17, 8_000);
    proof.ancestry = ancestry;
    let head = head(SOURCE, newest);
    assert_eq!(verify(&lane(), &head, &proof).unwrap().id(), plain(0).topics[1]);

    let child = block(keccak256(&proof.headers[0]), B256::ZERO);
    let (ancestry, newest) = history(keccak256(&child), 18, 8_000);
    proof.ancestry = ancestry;
    proof.headers.insert(0, child.into());
    assert!(verify(&lane(), &support::head(SOURCE, newest), &proof).is_ok());
}

#[test]
fn anc_2_anc_4_rejects_ancestry_before_the_headers() {
    let (mut proof, _) = prove(&plain(0), 0);
    let (ancestry, newest) = history(keccak256(&proof.headers[0]), 17, 17);
    proof.ancestry = ancestry;
    proof.headers.clear();
    let head = head(SOURCE, newest);
    let range = ancestry::Error::HistoryRange { number: 17, head: 17 };
    rejects(&proof, &head, Error::Ancestry(range));
    proof.ancestry = Bytes::from_static(&[3]);
    rejects(&proof, &head, Error::Ancestry(ancestry::Error::Kind { kind: 3 }));
    proof.ancestry = Bytes::new();
    rejects(&proof, &head, Error::Ancestry(ancestry::Error::Empty));
}

#[test]
fn mpt_3_rct_6_rejects_what_is_not_proven() {
    let (mut proof, head) = prove(&plain(0), 0);
    proof.log_index = 2;
    let missing = receipt::Error::LogMissing { index: 2, count: 2 };
    rejects(&proof, &head, Error::Proof(missing.into()));
    proof.receipt_proof.pop();
    let index = proof.receipt_proof.len() as u64;
    let truncated = proof::Error::TruncatedProof { index };
    rejects(&proof, &head, Error::Proof(truncated.into()));
}

#[test]
fn rct_2_rct_5_rejects_unknown_types_and_failed_transactions() {
    let good = support::receipt(true, &[plain(0)]);
    let (proof, head) = prove_receipt(&[&[0x7e], &good[1..]].concat(), 0);
    rejects(&proof, &head, Error::Proof(receipt::Error::UnknownType { first_byte: 0x7e }.into()));
    let (proof, head) = prove_receipt(&support::receipt(false, &[plain(0)]), 0);
    rejects(&proof, &head, Error::Proof(receipt::Error::Failed.into()));
}

#[test]
fn rct_8_rct_9_rejects_s2_other_emitters_and_events() {
    let mut log = plain(0);
    log.topics[0] = B256::ZERO;
    let error = receipt::Error::LogTopic { expected: MESSAGE_SENT, got: B256::ZERO };
    rejects_log(&log, Error::Proof(error.into()));
    log.emitter = HERE;
    let error = receipt::Error::LogEmitter { expected: GATEWAY, got: HERE };
    rejects_log(&log, Error::Proof(error.into()));
}

#[test]
fn msg_4_rejects_an_event_before_its_addresses() {
    let mut log = sent(0, b"", b"", b"");
    log.data.push(0);
    rejects_log(&log, Error::MalformedEvent);
    let mut log = plain(0);
    log.topics.push(B256::ZERO);
    rejects_log(&log, Error::MalformedEvent);
}

#[test]
fn msg_4_rejects_s2_every_changed_byte() {
    let asked = [Attribute::DeliverBefore(1), Attribute::RevertBehavior(true)];
    for place in 0..asking(0, &asked).data.len() {
        let mut log = asking(0, &asked);
        log.data[place] ^= 0x01;
        let (proof, head) = prove(&log, 0);
        assert!(verify(&lane(), &head, &proof).is_err(), "byte {place}");
    }
}

#[test]
fn msg_3_rejects_addresses_before_their_chains() {
    let wrong_chain = account(1, Address::ZERO);
    let malformed = [&sender()[..], &[0]].concat();
    let error = Error::Address(address::Error::Malformed);
    rejects_log(&sent(0, &malformed, &recipient(), b""), error);
    rejects_log(&sent(0, &wrong_chain, &malformed, b""), error);
}

#[test]
fn msg_5_rejects_s5_other_chains_before_the_id() {
    let wrong = |expected: u64, got: u64| Error::WrongChain {
        expected: U256::from(expected),
        got: U256::from(got),
    };
    let (from, to) = (account(1, Address::ZERO), account(2, Address::repeat_byte(0xbe)));
    rejects_log(&sent(9, &from, &to, b""), wrong(SOURCE, 1));
    rejects_log(&sent(9, &sender(), &to, b""), wrong(DESTINATION, 2));
}

#[test]
fn msg_5_rejects_a_head_of_another_chain() {
    let (proof, _) = prove(&plain(0), 0);
    let other = head(1, keccak256(&proof.headers[0]));
    let error = Error::WrongChain { expected: U256::from(SOURCE), got: U256::from(1) };
    rejects(&proof, &other, error);
}

#[test]
fn msg_6_rejects_s1_another_nonce_and_s5_another_gateway() {
    let (proof, head) = prove(&plain(0), 1);
    let expected = plain(0).topics[1];
    rejects(&proof, &head, Error::IdMismatch { expected, got: plain(1).topics[1] });

    let (proof, head) = prove(&plain(0), 0);
    let other = Lane { destination_gateway: Address::repeat_byte(9), ..lane() };
    let message = Message {
        lane: other,
        nonce: 0,
        sender: &sender(),
        recipient: &recipient(),
        payload: b"payload",
        attributes: Attributes::NONE,
    };
    let error = Error::IdMismatch { expected, got: message.id() };
    assert_eq!(verify(&other, &head, &proof), Err(error));
}

#[test]
fn msg_6_rejects_another_id_before_the_recipient() {
    let to_itself = account(DESTINATION, HERE);
    let mut log = sent(0, &sender(), &to_itself, b"");
    let got = log.topics[1];
    log.topics[1] = B256::ZERO;
    rejects_log(&log, Error::IdMismatch { expected: B256::ZERO, got });
}

#[test]
fn msg_8_rejects_s13_recipients_that_may_not_be_called() {
    for recipient in [0u64, 1, 0x100, 0x1ff] {
        rejects_recipient(U256::from(recipient).to_be_bytes::<32>()[12..].try_into().unwrap());
    }
    rejects_recipient(HERE);
}

#[test]
fn msg_8_accepts_the_first_address_after_the_precompiles() {
    let first: Address = U256::from(0x200).to_be_bytes::<32>()[12..].try_into().unwrap();
    let (proof, head) = prove(&sent(0, &sender(), &account(DESTINATION, first), b""), 0);
    assert!(verify(&lane(), &head, &proof).is_ok());
}

#[test]
fn every_error_says_who_can_act_as_the_table_does() {
    let (chain_id, id, selector) = (U256::ZERO, B256::ZERO, [0; 4].into());
    let faults = [
        (Error::UnknownLane { chain_id }, Fault::Caller),
        (Error::UnsupportedAttribute { selector }, Fault::Caller),
        (Error::ValueNotAccepted { value: U256::ONE }, Fault::Caller),
        (Error::Address(address::Error::Malformed), Fault::Caller),
        (Error::MalformedEvent, Fault::Prover),
        (Error::WrongChain { expected: chain_id, got: chain_id }, Fault::Prover),
        (Error::IdMismatch { expected: id, got: id }, Fault::Prover),
        (Error::AlreadySettled { id }, Fault::State),
        (Error::ForbiddenRecipient { recipient: HERE }, Fault::Prover),
        (Error::UnknownRoute { chain_id }, Fault::Caller),
        (Error::RelayedGateway { expected: HERE, got: id }, Fault::Prover),
        (Error::AttributeMalformed { selector }, Fault::Caller),
        (Error::AttributeRepeated { selector }, Fault::Caller),
        (Error::AttributeConflict { selector }, Fault::Caller),
        (Error::SendingPaused { chain_id }, Fault::State),
        (Error::DeliveringPaused { chain_id }, Fault::State),
        (Error::AssumptionMismatch { expected: 1, got: 2 }, Fault::State),
        (Error::Expired { id, deadline: 0 }, Fault::State),
        (Error::TooEarly { id, not_before: 0 }, Fault::State),
        (Error::OutOfOrder { id, expected: 0, got: 1 }, Fault::State),
        (Error::NotFailed { id }, Fault::Prover),
        (Error::NotExpired { id, deadline: 0, time: 0 }, Fault::State),
        (Error::EmptyBatch, Fault::Caller),
        (Error::NotSender { expected: id, got: id }, Fault::Caller),
        (Error::NotCancellable { id }, Fault::Caller),
        (Error::Decided { id }, Fault::State),
        (Error::NotSent { id }, Fault::Prover),
        (Error::Attestation(attestation::Error::Unknown { chain_id }), Fault::Caller),
        (Error::Ancestry(ancestry::Error::Empty), Fault::Prover),
    ];
    for (error, fault) in faults {
        assert_eq!(error.fault(), fault, "{error}");
    }
}

#[test]
fn an_encoded_event_has_no_more_than_its_fields() {
    assert_eq!(event::encode(b"", b"", b"", Attributes::NONE).len(), 9 * 32);
}

fn rejects_recipient(recipient: Address) {
    let log = sent(0, &sender(), &account(DESTINATION, recipient), b"");
    rejects_log(&log, Error::ForbiddenRecipient { recipient });
}

fn rejects_log(log: &support::RawLog, error: Error) {
    let (proof, head) = prove(log, 0);
    rejects(&proof, &head, error);
}

fn rejects(proof: &DeliveryProof, head: &Head, error: Error) {
    assert_eq!(verify(&lane(), head, proof), Err(error));
}

/// From a head, by the proof's own ancestry.
fn verify<'p>(lane: &Lane, head: &Head, proof: &'p DeliveryProof) -> Result<Delivery<'p>, Error> {
    verify_delivery(lane, None, &ancestor(head, &proof.ancestry)?, proof)
}

//! MSG-3 to MSG-6 and MSG-8, and the errors of what a delivery is proven by.

mod support;

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use light_client::{ancestry, beacon::Head, header};
use mos::{
    Delivery, DeliveryProof, Error, Lane, MESSAGE_SENT, Message, address, event, verify_delivery,
};
use mpt_proof::{Fault, proof, receipt};
use support::{
    DESTINATION, GATEWAY, HERE, SOURCE, account, ancestor, head, header as block, history, lane,
    plain, prove, prove_receipt, recipient, sender, sent,
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
    assert_eq!(delivery.path().to_string(), "sync-committee(11155111)");
}

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
    for place in 0..plain(0).data.len() {
        let mut log = plain(0);
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
    let (chain_id, id) = (U256::ZERO, B256::ZERO);
    let faults = [
        (Error::UnknownLane { chain_id }, Fault::Caller),
        (Error::ValueNotAccepted { value: U256::ONE }, Fault::Caller),
        (Error::Address(address::Error::Malformed), Fault::Caller),
        (Error::MalformedEvent, Fault::Prover),
        (Error::WrongChain { expected: chain_id, got: chain_id }, Fault::Prover),
        (Error::IdMismatch { expected: id, got: id }, Fault::Prover),
        (Error::AlreadyDelivered { id }, Fault::State),
        (Error::ForbiddenRecipient { recipient: HERE }, Fault::Prover),
        (Error::UnknownRoute { chain_id }, Fault::Caller),
        (Error::RelayedGateway { expected: HERE, got: id }, Fault::Prover),
        (Error::Ancestry(ancestry::Error::Empty), Fault::Prover),
    ];
    for (error, fault) in faults {
        assert_eq!(error.fault(), fault, "{error}");
    }
}

#[test]
fn an_encoded_event_has_no_more_than_its_fields() {
    assert_eq!(event::encode(b"", b"", b"").len(), 9 * 32);
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
    verify_delivery(lane, &ancestor(head, &proof.ancestry)?, proof)
}

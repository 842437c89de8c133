//! What a hub says of what was sent, and of what it says nothing: section 3 of the spec.
#![allow(clippy::unwrap_used, reason = "what is built here is well formed")]

mod support;

use alloy_primitives::{Address, B256, U256, keccak256};
use light_client::{ancestry, header};
use mos::{DeliveryProof, Error, MESSAGE_RELAYED, MESSAGE_SENT, Relayed, hub::relay};
use mpt_proof::{Fault, receipt};
use support::{
    GATEWAY, HERE, RawLog, SOURCE, ancestor, head, header as block, history, plain, prove, relayed,
    sent,
};

#[test]
fn msg_4_accepts_s2_what_a_gateway_sent() {
    let (log, (proof, head)) = (plain(3), prove(&plain(3), 3));
    let block = ancestor(&head, &proof.ancestry).unwrap();
    let said = relay(&GATEWAY, &block, &proof).unwrap();
    assert_eq!(said.topics[..], relayed(&log).topics);
    assert_eq!(said.topics[0], MESSAGE_RELAYED);
    assert_eq!(said.topics[2], B256::from(U256::from(SOURCE)));
    assert_eq!(said.data, log.data);
    // There is nothing to remember: the same again is the same.
    assert_eq!(relay(&GATEWAY, &block, &proof), Ok(said));
}

/// The nonce is in no event.
#[test]
fn msg_4_accepts_any_nonce() {
    let (proof, head) = prove(&plain(3), 3);
    let block = ancestor(&head, &[]).unwrap();
    let other = DeliveryProof { nonce: u64::MAX, ..proof.clone() };
    assert_eq!(relay(&GATEWAY, &block, &proof), relay(&GATEWAY, &block, &other));
}

/// Whoever forges a message forges it under its own name; whether the addresses are any is for the destination.
#[test]
fn msg_4_accepts_s2_whatever_contract_under_its_own_name() {
    let forged = RawLog { emitter: HERE, ..sent(0, b"nobody", b"nowhere", b"") };
    let (proof, head) = prove(&forged, 0);
    let block = ancestor(&head, &proof.ancestry).unwrap();
    let said = relay(&HERE, &block, &proof).unwrap();
    assert_eq!(said.topics[3], HERE.into_word());
    assert_eq!(said.data, forged.data);
}

#[test]
fn anc_1_anc_4_accepts_older_blocks() {
    let (mut proof, _) = prove(&plain(0), 0);
    let child = block(keccak256(&proof.headers[0]), B256::ZERO);
    let (ancestry, newest) = history(keccak256(&child), 18, 8_000);
    proof.ancestry = ancestry;
    proof.headers.insert(0, child.into());
    let block = ancestor(&head(SOURCE, newest), &proof.ancestry).unwrap();
    assert!(relay(&GATEWAY, &block, &proof).is_ok());
}

#[test]
fn anc_1_hdr_1_rejects_headers_that_do_not_lead_from_the_head() {
    let (mut proof, head) = prove(&plain(0), 0);
    let block = ancestor(&head, &[]).unwrap();
    let expected = keccak256(&proof.headers[0]);
    proof.headers[0] = support::header(B256::ZERO, B256::ZERO).into();
    let got = keccak256(&proof.headers[0]);
    let error = header::Error::HashMismatch { expected, got };
    let error = Error::Ancestry(ancestry::Error::Header(error));
    assert_eq!(relay(&GATEWAY, &block, &proof), Err(error));
    proof.headers.clear();
    let error = Error::Ancestry(ancestry::Error::Empty);
    assert_eq!(error.fault(), Fault::Prover);
    assert_eq!(relay(&GATEWAY, &block, &proof), Err(error));
}

#[test]
fn rct_6_rct_8_rct_9_rejects_s2_other_logs_gateways_and_events() {
    let (mut proof, head) = prove(&plain(0), 0);
    let block = ancestor(&head, &[]).unwrap();
    let error = receipt::Error::LogEmitter { expected: HERE, got: GATEWAY };
    assert_eq!(relay(&HERE, &block, &proof), Err(Error::Proof(error.into())));
    proof.log_index = 2;
    let error = receipt::Error::LogMissing { index: 2, count: 2 };
    assert_eq!(relay(&GATEWAY, &block, &proof), Err(Error::Proof(error.into())));

    // What another hub said is no message that was sent.
    let said = relayed(&plain(0));
    let error = receipt::Error::LogTopic { expected: MESSAGE_SENT, got: MESSAGE_RELAYED };
    assert_eq!(relayed_by(&said.emitter, &said), Some(Error::Proof(error.into())));
}

#[test]
fn msg_4_rejects_other_than_two_topics_and_data_that_is_not_canonical() {
    let mut log = plain(0);
    log.topics.push(B256::ZERO);
    assert_eq!(relayed_by(&GATEWAY, &log), Some(Error::MalformedEvent));
    log.topics.truncate(1);
    assert_eq!(relayed_by(&GATEWAY, &log), Some(Error::MalformedEvent));
    let mut log = plain(0);
    log.data.push(0);
    assert_eq!(relayed_by(&GATEWAY, &log), Some(Error::MalformedEvent));
}

/// Why what `gateway` is said to have sent is not relayed.
fn relayed_by(gateway: &Address, log: &RawLog) -> Option<Error> {
    let (proof, head) = prove(log, 0);
    let block = ancestor(&head, &proof.ancestry).unwrap();
    let said: Result<Relayed<'_>, Error> = relay(gateway, &block, &proof);
    said.err()
}

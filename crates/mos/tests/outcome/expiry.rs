//! CHK-2 to CHK-4: expired is what was sent, was due, and was not delivered when its time had passed.

use super::made::{
    Block, DEADLINE, DESTINATION, GATEWAY, Outcomes, SERVICE, SOURCE, attest, chain, id, send,
    service,
};
use alloy_primitives::{B256, Bytes, U256, keccak256};
use light_client::{ancestry, attestation, attestation::Statement, client};
use mos::{
    Attribute, Body, Checker, Direction, Error, ExpiryProof, Outbox, Outcome, outcome::settled_slot,
};
use mpt_proof::{proof, state};

/// The word with the bits of these nonces.
fn word(nonces: &[u64]) -> U256 {
    nonces.iter().fold(U256::ZERO, |word, nonce| word | U256::ONE << (nonce % 256))
}

/// What a checker says to the expiry of a message whose word is this one in a block of this time.
fn expire(service: &Outbox, body: &Body, time: u64, word: U256) -> Outcomes {
    let slot = settled_slot(chain(SOURCE), SERVICE, body.nonce);
    let slots = if word.is_zero() { vec![] } else { vec![(slot, word)] };
    let block = Block::with_slots(time, &slots);
    let proof = block.expiry_proof(body.nonce, word.is_zero());
    block.prove_expired(&mut Checker::new(), service, body, &proof)
}

#[test]
fn chk_2_accepts_a_message_that_was_sent_with_a_deadline() {
    let (mut service, _) = service();
    for place in 0..5 {
        let body = send(&mut service, &[Attribute::DeliverBefore(DEADLINE + place)]);
        let proven = expire(&service, &body, DEADLINE + place + 1, U256::ZERO);
        assert_eq!(proven, Ok((id(&service, &body), Outcome::Expired)));
    }
}

#[test]
fn chk_2_rejects_a_message_that_was_not_sent() {
    let (mut service, [body, _]) = service();
    let refused = |service: &Outbox, body: &Body| {
        let id = id(service, body);
        assert_eq!(expire(service, body, DEADLINE + 1, U256::ZERO), Err(Error::NotSent { id }));
    };
    refused(&service, &Body { nonce: body.nonce + 10, ..body.clone() });
    refused(&service, &Body { payload: Bytes::from_static(b"Payload"), ..body.clone() });
    refused(&service, &Body { sender: body.recipient.clone(), ..body.clone() });
    refused(&service, &Body { recipient: Bytes::new(), ..body.clone() });
    let later = vec![Attribute::DeliverBefore(DEADLINE - 1).encode()];
    refused(&service, &Body { attributes: later, ..body.clone() });
    // Sent, but nothing was kept of it.
    refused(&service, &send(&mut service.clone(), &[]));
    // Sent on a lane that has moved since: until it has moved back.
    service.lanes.set_lane(chain(DESTINATION), SERVICE, 3, false);
    refused(&service, &body);
    service.lanes.set_lane(chain(DESTINATION), GATEWAY, 3, false);
    assert!(expire(&service, &body, DEADLINE + 1, U256::ZERO).is_ok());
}

#[test]
fn msg_2_13_14_rejects_attributes_before_it_is_asked_whether_it_was_sent() {
    let (service, [body, _]) = service();
    let refused = |attributes: Vec<Bytes>, error| {
        let body = Body { attributes, ..body.clone() };
        assert_eq!(expire(&service, &body, DEADLINE + 1, U256::ZERO), Err(error));
    };
    let before = Attribute::DeliverBefore(DEADLINE);
    let selector = Attribute::InOrder.selector();
    refused(vec![Attribute::InOrder.encode()], Error::UnsupportedAttribute { selector });
    let selector = before.selector();
    refused(vec![before.encode(); 2], Error::AttributeRepeated { selector });
    refused(vec![before.encode()[..35].to_vec().into()], Error::AttributeMalformed { selector });
    let after = Attribute::DeliverAfter(DEADLINE).encode();
    refused(vec![before.encode(), after], Error::AttributeConflict { selector });
}

#[test]
fn chk_3_accepts_the_second_after_the_deadline() {
    let (service, [body, _]) = service();
    for time in [DEADLINE + 1, u64::MAX] {
        assert!(expire(&service, &body, time, U256::ZERO).is_ok());
    }
}

#[test]
fn chk_3_rejects_a_block_that_is_not_after_the_deadline() {
    let (service, [expiring, cancellable]) = service();
    for time in [0, DEADLINE - 1, DEADLINE] {
        let refused = Error::NotExpired { id: id(&service, &expiring), deadline: DEADLINE, time };
        assert_eq!(expire(&service, &expiring, time, U256::ZERO), Err(refused));
    }
    // What has no deadline never expires.
    let time = u64::MAX;
    let refused = Error::NotExpired { id: id(&service, &cancellable), deadline: 0, time };
    assert_eq!(expire(&service, &cancellable, time, U256::ZERO), Err(refused));
}

#[test]
fn chk_4_accepts_a_clear_bit_beside_others_and_an_absent_word() {
    let (mut service, _) = service();
    let mut bodies = vec![];
    for _ in 0..300 {
        bodies.push(send(&mut service, &[Attribute::DeliverBefore(DEADLINE)]));
    }
    for body in &bodies {
        let word = !word(&[body.nonce]);
        assert!(expire(&service, body, DEADLINE + 1, word).is_ok(), "nonce {}", body.nonce);
    }
    assert!(expire(&service, &bodies[0], DEADLINE + 1, U256::ZERO).is_ok());
}

#[test]
fn chk_4_rejects_a_bit_that_is_set() {
    let (mut service, [body, _]) = service();
    for word in [word(&[body.nonce]), U256::MAX] {
        let refused = Error::AlreadySettled { id: id(&service, &body) };
        assert_eq!(expire(&service, &body, DEADLINE + 1, word), Err(refused));
    }
    for _ in 0..300 {
        let body = send(&mut service, &[Attribute::DeliverBefore(DEADLINE)]);
        let refused = Error::AlreadySettled { id: id(&service, &body) };
        assert_eq!(expire(&service, &body, DEADLINE + 1, word(&[body.nonce])), Err(refused));
    }
}

/// Absent is a claim that has to be proven, and so is present.
#[test]
fn mpt_13_14_rejects_an_absence_that_is_none() {
    let (service, [body, _]) = service();
    let slot = settled_slot(chain(SOURCE), SERVICE, body.nonce);
    let ask = |block: &Block, proof: &ExpiryProof| {
        block.prove_expired(&mut Checker::new(), &service, &body, proof)
    };
    let block = Block::with_slots(DEADLINE + 1, &[(slot, word(&[body.nonce]))]);
    let present = Err(Error::Proof(proof::Error::KeyPresent.into()));
    assert_eq!(ask(&block, &block.expiry_proof(body.nonce, true)), present);
    let block = Block::with_slots(DEADLINE + 1, &[]);
    let absent = Err(Error::Proof(proof::Error::KeyAbsent.into()));
    assert_eq!(ask(&block, &block.expiry_proof(body.nonce, false)), absent);

    // A present word of zero is no state of any chain.
    let block = Block::with_slots(DEADLINE + 1, &[(slot, U256::ZERO)]);
    let zero = Err(Error::Proof(state::Error::ZeroSlotValue.into()));
    assert_eq!(ask(&block, &block.expiry_proof(body.nonce, false)), zero);

    // Nodes of another state.
    let (mut honest, other) = (block.expiry_proof(body.nonce, false), Block::with_slots(1, &[]));
    honest.account_proof = other.expiry_proof(body.nonce, true).account_proof;
    let hash = Err(Error::Proof(proof::Error::HashMismatch { index: 0 }.into()));
    assert_eq!(ask(&block, &honest), hash);
}

#[test]
fn msg_1_15_16_17_rejects_before_anything_of_the_message() {
    let (mut service, [body, _]) = service();
    let destination = chain(DESTINATION);
    let block = Block::with_slots(DEADLINE + 1, &[]);
    let honest = block.expiry_proof(body.nonce, true);
    let ask = |service: &Outbox, proof: &ExpiryProof| {
        block.prove_expired(&mut Checker::new(), service, &body, proof)
    };
    let elsewhere = block
        .ask(|context| Checker::new().prove_expired(&service, chain(5), &body, &honest, context));
    assert_eq!(elsewhere, Err(Error::UnknownLane { chain_id: chain(5) }));
    service.lanes.pause(destination, Direction::Delivering).unwrap();
    assert_eq!(ask(&service, &honest), Err(Error::DeliveringPaused { chain_id: destination }));
    service.lanes.unpause(destination, Direction::Delivering).unwrap();
    service.lanes.set_lane(destination, GATEWAY, 1, false);
    let mismatch = Err(Error::AssumptionMismatch { expected: 1, got: 3 });
    assert_eq!(ask(&service, &honest), mismatch);
    service.lanes.set_lane(destination, GATEWAY, 3, false);

    let other = ExpiryProof { head_id: 2, ..honest.clone() };
    assert_eq!(ask(&service, &other), Err(client::Error::UnknownHead { id: 2 }.into()));
    let other = ExpiryProof { ancestry: [2].into(), ..honest.clone() };
    assert_eq!(ask(&service, &other), Err(ancestry::Error::Kind { kind: 2 }.into()));
    let other = ExpiryProof { headers: vec![], ..honest.clone() };
    assert_eq!(ask(&service, &other), Err(ancestry::Error::Empty.into()));

    let id = id(&service, &body);
    let attested = ExpiryProof { attestations: attest(Statement::Expired, &id), ..honest.clone() };
    let unasked = attestation::Error::Length { expected: 0, got: 65 };
    assert_eq!(ask(&service, &attested), Err(unasked.into()));
    service.lanes.set_lane(destination, GATEWAY, 3, true);
    assert_eq!(ask(&service, &attested), Ok((id, Outcome::Expired)));
    let missing = attestation::Error::Length { expected: 65, got: 0 };
    assert_eq!(ask(&service, &honest), Err(missing.into()));
}

/// `mapping(chain => mapping(gateway => mapping(nonce / 256 => word)))`, each key before the slot that it is in.
#[test]
fn slots_are_those_of_the_nested_mapping() {
    let within = |slot: B256, key: B256| keccak256([key, slot].concat());
    let gateway =
        within(within(mos::outcome::SETTLED_SLOT, chain(SOURCE).into()), SERVICE.into_word());
    for nonce in [0, 1, 255, 256, 1 << 40, u64::MAX] {
        let expected = within(gateway, U256::from(nonce / 256).into());
        assert_eq!(settled_slot(chain(SOURCE), SERVICE, nonce), expected);
    }
}

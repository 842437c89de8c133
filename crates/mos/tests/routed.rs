//! MSG-11, MSG-12, and what holds of a message whichever way it comes: MSG-7, MSG-16 to MSG-20.
#![allow(clippy::unwrap_used, reason = "what is built here is well formed")]

mod support;

use alloy_primitives::{Address, B256, U256};
use light_client::{
    Assumption, Path,
    attestation::{self, Statement},
    beacon::Head,
    client,
};
use mos::{
    Answer, Attribute, Delivery, DeliveryProof, Direction, Error, Fate, Inbox, Lanes,
    MESSAGE_RELAYED, MESSAGE_SENT, Route, Terms, address, verify_routed,
};
use mpt_proof::receipt;
use proptest::prelude::*;
use std::collections::BTreeSet;
use support::{
    COMMITTEE, DESTINATION, GATEWAY, HERE, HUB, NOW, RawLog, SOURCE, WITNESS, account, ancestor,
    asking, at, inbox, lane, never, plain, prove, prove_on, recipient, relayed, route, sender,
    sent, stamp,
};

#[test]
fn msg_11_msg_12_msg_3_msg_5_msg_6_accepts_s2_what_was_relayed() {
    let (proof, head) = prove_on(HUB, &relayed(&plain(3)), 3);
    let delivery = verify(&head, &proof).unwrap();
    assert_eq!((delivery.id(), delivery.nonce()), (plain(3).topics[1], 3));
    assert_eq!(delivery.sender().encode(), sender());
    assert_eq!(delivery.recipient().encode(), recipient());
    assert_eq!(delivery.payload(), b"payload");

    let mut inbox = inbox();
    assert_eq!(routed(&mut inbox, &proof, head), Ok(plain(3).topics[1]));
    assert!(inbox.is_settled(U256::from(SOURCE), GATEWAY, 3));
    assert!(!inbox.is_settled(U256::from(HUB), WITNESS, 3));
}

/// What a routed delivery rests on: the hub's chain, and the hub.
#[test]
fn msg_12_accepts_and_says_what_is_assumed() {
    let (proof, head) = prove_on(HUB, &relayed(&plain(0)), 0);
    let path = verify(&head, &proof).unwrap().path().unwrap();
    let assumed: Vec<_> = path.iter().collect();
    let hub = Assumption::Hub { chain_id: HUB, hub: WITNESS };
    assert_eq!(assumed, [Assumption::SyncCommittee { chain_id: HUB }, hub]);
    assert_eq!(path.to_string(), format!("sync-committee({HUB}) > hub({HUB}, {WITNESS})"));
}

#[test]
fn a_path_grows_at_its_end_until_it_is_full() {
    let (_, head) = prove(&plain(0), 0);
    let mut path = ancestor(&head, &[]).unwrap().path();
    let hub = |chain_id| Assumption::Hub { chain_id, hub: WITNESS };
    for length in 1..Path::MAX_LENGTH as u64 {
        path = path.then(hub(length)).unwrap();
        assert_eq!(path.iter().last(), Some(hub(length)));
        assert_eq!(path.iter().count() as u64, length + 1);
    }
    assert_eq!(path.iter().next(), Some(Assumption::SyncCommittee { chain_id: SOURCE }));
    assert_eq!(path.then(hub(0)), None);
}

#[test]
fn msg_1_msg_11_msg_15_rejects_without_lane_then_paused_then_without_route() {
    let (proof, head) = prove_on(HUB, &relayed(&plain(0)), 0);
    let mut inbox = Inbox::new(Lanes::new(U256::from(DESTINATION), HERE));
    let source = U256::from(SOURCE);
    inbox.lanes.set_route(source, route());
    assert_eq!(refused(&mut inbox, &proof, &head), Error::UnknownLane { chain_id: source });
    inbox.lanes.set_lane(source, GATEWAY, COMMITTEE, false);
    inbox.lanes.set_route(source, Route { hub: Address::ZERO, ..route() });
    inbox.lanes.pause(source, Direction::Delivering).unwrap();
    assert_eq!(refused(&mut inbox, &proof, &head), Error::DeliveringPaused { chain_id: source });
    inbox.lanes.unpause(source, Direction::Delivering).unwrap();
    assert_eq!(refused(&mut inbox, &proof, &head), Error::UnknownRoute { chain_id: source });
    let other = U256::from(5);
    inbox.lanes.set_lane(other, GATEWAY, COMMITTEE, false);
    let result = inbox.deliver_routed(other, &proof, &at(&head, NOW).context(), never);
    assert_eq!(result, Err(Error::UnknownRoute { chain_id: other }));
    assert_eq!(inbox.lanes.route(other), Err(Error::UnknownRoute { chain_id: other }));
}

#[test]
fn msg_11_accepts_a_route_reopened_and_direct_deliveries_without_one() {
    let (mut inbox, source) = (inbox(), U256::from(SOURCE));
    inbox.lanes.set_route(source, Route { hub: Address::ZERO, ..route() });
    let (proof, head) = prove(&plain(0), 0);
    assert_eq!(direct(&mut inbox, &proof, head), Ok(plain(0).topics[1]));
    inbox.lanes.set_route(source, route());
    assert_eq!(inbox.lanes.route(source), Ok(route()));
    let (proof, head) = prove_on(HUB, &relayed(&plain(1)), 1);
    assert_eq!(routed(&mut inbox, &proof, head), Ok(plain(1).topics[1]));
}

/// What the lane asks for counts for direct deliveries.
#[test]
fn msg_16_accepts_the_assumption_of_the_route_whatever_the_lane_asks_for() {
    let mut inbox = inbox();
    inbox.lanes.set_lane(U256::from(SOURCE), GATEWAY, 0, false);
    let (proof, head) = prove_on(HUB, &relayed(&plain(0)), 0);
    assert_eq!(routed(&mut inbox, &proof, head), Ok(plain(0).topics[1]));
}

#[test]
fn msg_16_cli_3_rejects_another_assumption_before_the_head_and_that_before_the_proof() {
    let (mut proof, head) = prove_on(HUB, &relayed(&plain(0)), 0);
    (proof.head_id, proof.headers) = (7, vec![]);
    let mut inbox = inbox();
    for expected in [0, 2, 3] {
        let route = Route { assumption: expected, ..route() };
        inbox.lanes.set_route(U256::from(SOURCE), route);
        let mismatch = Error::AssumptionMismatch { expected, got: COMMITTEE };
        assert_eq!(refused(&mut inbox, &proof, &head), mismatch);
    }
    inbox.lanes.set_route(U256::from(SOURCE), route());
    let unknown = client::Error::UnknownHead { id: 7 };
    assert_eq!(refused(&mut inbox, &proof, &head), unknown.into());
    inbox.lanes.set_route(U256::from(SOURCE), Route { hub_chain_id: U256::from(9), ..route() });
    let unknown = client::Error::UnknownChain { chain_id: 9 };
    assert_eq!(refused(&mut inbox, &proof, &head), unknown.into());
}

/// The attestors sign that the source has sent it, whichever way it comes.
#[test]
fn msg_17_accepts_signatures_of_the_source_and_rejects_others() {
    let mut inbox = inbox();
    inbox.lanes.set_lane(U256::from(SOURCE), GATEWAY, COMMITTEE, true);
    let (mut proof, head) = prove_on(HUB, &relayed(&plain(0)), 0);
    let id = plain(0).topics[1];
    proof.attestations = stamp(HUB, Statement::Sent, &id);
    let wrong = attestation::Error::Signature { position: 0 };
    assert_eq!(refused(&mut inbox, &proof, &head), wrong.into());
    proof.attestations = stamp(SOURCE, Statement::Sent, &id);
    assert_eq!(routed(&mut inbox, &proof, head), Ok(id));
}

#[test]
fn msg_18_accepts_in_time_and_rejects_later_what_was_relayed() {
    let log = relayed(&asking(0, &[Attribute::DeliverBefore(NOW)]));
    let (proof, head) = prove_on(HUB, &log, 0);
    let terms = Terms { deadline: NOW, ..Terms::default() };
    assert_eq!(verify(&head, &proof).unwrap().terms(), terms);
    let late =
        inbox().deliver_routed(U256::from(SOURCE), &proof, &at(&head, NOW + 1).context(), never);
    assert_eq!(late, Err(Error::Expired { id: log.topics[1], deadline: NOW }));
    assert_eq!(routed(&mut inbox(), &proof, head), Ok(log.topics[1]));
}

#[test]
fn msg_20_accepts_a_retry_of_what_was_relayed() {
    let log = relayed(&asking(0, &[Attribute::RevertBehavior(true)]));
    let (proof, head) = prove_on(HUB, &log, 0);
    let (mut inbox, source) = (inbox(), U256::from(SOURCE));
    let failed =
        inbox.deliver_routed(source, &proof, &at(&head, NOW).context(), |_| Answer::Failed);
    let (delivery, fate) = failed.unwrap();
    assert_eq!(fate, Fate::Failed);
    let (_, client) = prove(&plain(0), 0);
    let body = delivery.body();
    let retried = inbox.retry(source, &body, &at(&client, NOW).context(), |_| Answer::Accepted);
    let (delivery, fate) = retried.unwrap();
    assert_eq!((delivery.id(), delivery.path(), fate), (log.topics[1], None, Fate::Delivered));
}

/// Without direct delivery there is no client of the source to ask: the hub's has to be there.
#[test]
fn msg_20_accepts_a_retry_where_only_the_hub_is_heard() {
    let log = relayed(&asking(0, &[Attribute::RevertBehavior(true)]));
    let (proof, head) = prove_on(HUB, &log, 0);
    let (mut inbox, source) = (inbox(), U256::from(SOURCE));
    inbox.lanes.set_lane(source, GATEWAY, 0, false);
    let here = at(&head, NOW);
    let failed = inbox.deliver_routed(source, &proof, &here.context(), |_| Answer::Failed);
    let body = failed.unwrap().0.body();

    let (_, client) = prove(&plain(0), 0);
    let unheard = client::Error::UnknownChain { chain_id: HUB };
    let retried = inbox.retry(source, &body, &at(&client, NOW).context(), never);
    assert_eq!(retried.unwrap_err(), unheard.into());
    let retried = inbox.retry(source, &body, &here.context(), |_| Answer::Accepted);
    assert_eq!(retried.unwrap().1, Fate::Delivered);
}

#[test]
fn msg_11_rejects_a_retry_and_a_skip_without_any_way() {
    let log = relayed(&asking(0, &[Attribute::RevertBehavior(true)]));
    let (proof, head) = prove_on(HUB, &log, 0);
    let (mut inbox, source) = (inbox(), U256::from(SOURCE));
    let here = at(&head, NOW);
    let failed = inbox.deliver_routed(source, &proof, &here.context(), |_| Answer::Failed);
    let body = failed.unwrap().0.body();

    inbox.lanes.set_lane(source, GATEWAY, 0, false);
    inbox.lanes.set_route(source, Route { hub: Address::ZERO, ..route() });
    let error = Error::UnknownRoute { chain_id: source };
    assert_eq!(inbox.retry(source, &body, &here.context(), never).unwrap_err(), error);
    assert_eq!(inbox.skip(source, &proof, &here.context()).unwrap_err(), error);
}

#[test]
fn msg_21_accepts_s11_what_the_hub_relayed_and_has_expired() {
    let log = relayed(&asking(0, &[Attribute::DeliverBefore(NOW), Attribute::Place(0)]));
    let (proof, head) = prove_on(HUB, &log, 0);
    let (mut inbox, source) = (inbox(), U256::from(SOURCE));
    let late = at(&head, NOW + 1);
    // Where there is direct delivery, the proof has to be of the source.
    let unknown = client::Error::UnknownChain { chain_id: SOURCE };
    assert_eq!(inbox.skip(source, &proof, &late.context()).unwrap_err(), unknown.into());

    inbox.lanes.set_lane(source, GATEWAY, 0, false);
    let skipped = inbox.skip(source, &proof, &late.context()).unwrap();
    assert_eq!(skipped.id(), log.topics[1]);
    let next = inbox.next_place(source, GATEWAY, skipped.sender(), skipped.recipient());
    assert_eq!(next, 1);
}

/// A block of the source is not one of the hub's chain, whatever is in it.
#[test]
fn msg_5_rejects_s5_a_block_of_the_source() {
    let (proof, head) = prove(&relayed(&plain(0)), 0);
    assert_eq!(verify(&head, &proof), Err(wrong_chain(HUB, SOURCE)));
    let unknown = client::Error::UnknownChain { chain_id: HUB };
    assert_eq!(refused(&mut inbox(), &proof, &head), unknown.into());
}

#[test]
fn rct_8_rct_9_rejects_s2_forged_words_and_other_events() {
    let mut log = relayed(&plain(0));
    log.emitter = HERE;
    let error = receipt::Error::LogEmitter { expected: WITNESS, got: HERE };
    rejects(&log, Error::Proof(error.into()));
    log = RawLog { emitter: WITNESS, ..plain(0) };
    let error = receipt::Error::LogTopic { expected: MESSAGE_RELAYED, got: MESSAGE_SENT };
    rejects(&log, Error::Proof(error.into()));
}

#[test]
fn msg_4_msg_12_rejects_topics_and_data_before_the_source() {
    let mut log = relayed(&plain(0));
    log.topics[2..].fill(B256::ZERO);
    log.data.push(0);
    rejects(&log, Error::MalformedEvent);
    log = relayed(&plain(0));
    while log.topics.len() > 1 {
        log.topics.pop();
        rejects(&log, Error::MalformedEvent);
    }
}

#[test]
fn msg_12_rejects_s5_another_chain_before_the_gateway() {
    let mut log = relayed(&plain(0));
    log.topics[2] = U256::from(HUB).into();
    log.topics[3] = B256::ZERO;
    rejects(&log, wrong_chain(SOURCE, HUB));
    let got: U256 = U256::from(SOURCE) | (U256::ONE << 64);
    log.topics[2] = got.into();
    rejects(&log, Error::WrongChain { expected: U256::from(SOURCE), got });
}

/// The word has to be the address, not only to end in it.
#[test]
fn msg_12_rejects_s2_another_gateway_and_dirty_padding_before_the_addresses() {
    let mut log = relayed(&RawLog { emitter: HERE, ..sent(0, b"nobody", b"nowhere", b"") });
    let error = |got| Error::RelayedGateway { expected: GATEWAY, got };
    rejects(&log, error(HERE.into_word()));
    for place in 0..12 {
        log.topics[3] = GATEWAY.into_word();
        log.topics[3][place] = 1;
        rejects(&log, error(log.topics[3]));
    }
}

#[test]
fn msg_3_msg_5_msg_6_msg_8_rejects_what_a_direct_delivery_rejects() {
    let malformed = [&sender()[..], &[0]].concat();
    let (elsewhere, to_itself) = (account(HUB, HERE), account(DESTINATION, HERE));
    let error = Error::Address(address::Error::Malformed);
    rejects(&relayed(&sent(0, &elsewhere, &malformed, b"")), error);
    rejects(&relayed(&sent(0, &elsewhere, &elsewhere, b"")), wrong_chain(SOURCE, HUB));
    rejects(&relayed(&sent(0, &sender(), &elsewhere, b"")), wrong_chain(DESTINATION, HUB));
    let error = Error::IdMismatch { expected: plain(1).topics[1], got: plain(0).topics[1] };
    rejects(&relayed(&plain(1)), error);
    let error = Error::ForbiddenRecipient { recipient: HERE };
    rejects(&relayed(&sent(0, &sender(), &to_itself, b"")), error);
}

#[test]
fn msg_4_msg_12_rejects_s2_every_changed_byte() {
    let log = relayed(&plain(0));
    for place in 0..128 + log.data.len() {
        let mut log = log.clone();
        match place.checked_sub(128) {
            Some(place) => log.data[place] ^= 1,
            None => log.topics[place / 32][place % 32] ^= 1,
        }
        let (proof, head) = prove_on(HUB, &log, 0);
        assert!(verify(&head, &proof).is_err(), "byte {place}");
    }
}

#[test]
fn msg_7_rejects_s1_either_way_after_the_other_and_relayed_twice() {
    let error = Error::AlreadySettled { id: plain(0).topics[1] };
    let (a, b) = (prove(&plain(0), 0), prove_on(HUB, &relayed(&plain(0)), 0));
    let mut inbox = inbox();
    direct(&mut inbox, &a.0, a.1).unwrap();
    assert_eq!(routed(&mut inbox, &b.0, b.1), Err(error));

    let mut inbox = self::inbox();
    routed(&mut inbox, &b.0, b.1).unwrap();
    let before = inbox.clone();
    assert_eq!(direct(&mut inbox, &a.0, a.1), Err(error));
    assert_eq!(routed(&mut inbox, &b.0, b.1), Err(error));
    assert_eq!(inbox, before);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn msg_7_accepts_s11_both_ways_in_any_order(
        steps in prop::collection::vec((prop_oneof![0u64..4, 254u64..259], any::<bool>()), 1..12)
    ) {
        let (mut inbox, mut seen) = (inbox(), BTreeSet::new());
        for (nonce, by_hub) in steps {
            let result = if by_hub {
                let (proof, head) = prove_on(HUB, &relayed(&plain(nonce)), nonce);
                routed(&mut inbox, &proof, head)
            } else {
                let (proof, head) = prove(&plain(nonce), nonce);
                direct(&mut inbox, &proof, head)
            };
            prop_assert_eq!(result.is_ok(), seen.insert(nonce));
        }
    }
}

fn direct(inbox: &mut Inbox, proof: &DeliveryProof, head: Head) -> Result<B256, Error> {
    let delivered = support::deliver(inbox, &(proof.clone(), head), NOW, Answer::Accepted)?;
    assert_eq!(delivered, Fate::Delivered);
    Ok(verify_id(proof, &head))
}

/// Id of a direct message that was delivered.
fn verify_id(proof: &DeliveryProof, head: &Head) -> B256 {
    let block = ancestor(head, &proof.ancestry).unwrap();
    mos::verify_delivery(&lane(), None, &block, proof).unwrap().id()
}

fn routed(inbox: &mut Inbox, proof: &DeliveryProof, head: Head) -> Result<B256, Error> {
    let at = at(&head, NOW);
    let accepted =
        inbox.deliver_routed(U256::from(SOURCE), proof, &at.context(), |_| Answer::Accepted);
    accepted.map(|(delivery, fate)| {
        assert_eq!(fate, Fate::Delivered);
        delivery.id()
    })
}

/// Why a routed delivery is refused, before anything is called.
fn refused(inbox: &mut Inbox, proof: &DeliveryProof, head: &Head) -> Error {
    let at = at(head, NOW);
    inbox.deliver_routed(U256::from(SOURCE), proof, &at.context(), never).unwrap_err()
}

fn verify<'p>(head: &Head, proof: &'p DeliveryProof) -> Result<Delivery<'p>, Error> {
    verify_routed(&lane(), &route(), None, &ancestor(head, &proof.ancestry)?, proof)
}

fn wrong_chain(expected: u64, got: u64) -> Error {
    Error::WrongChain { expected: U256::from(expected), got: U256::from(got) }
}

fn rejects(log: &RawLog, error: Error) {
    let (proof, head) = prove_on(HUB, log, 0);
    rejects_proof(&proof, &head, error);
}

/// By itself and by the inbox, which is left as it was.
fn rejects_proof(proof: &DeliveryProof, head: &Head, error: Error) {
    assert_eq!(verify(head, proof), Err(error));
    let mut inbox = inbox();
    assert_eq!(routed(&mut inbox, proof, *head), Err(error));
    assert_eq!(inbox, self::inbox());
}

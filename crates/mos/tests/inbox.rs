//! MSG-1 and MSG-7: at most once, in the contract's order.

mod support;

use alloy_primitives::{Address, U256};
use light_client::{ancestry::Ancestor, beacon::Head, client};
use mos::{DeliveryProof, Error, Inbox};
use proptest::prelude::*;
use std::collections::BTreeSet;
use support::{DESTINATION, GATEWAY, HERE, SOURCE, account, ancestor, plain, prove, sender, sent};

fn inbox() -> Inbox {
    let mut inbox = Inbox::new(U256::from(DESTINATION), HERE);
    inbox.set_lane(U256::from(SOURCE), GATEWAY);
    inbox
}

#[test]
fn msg_1_msg_7_accepts_a_message_once() {
    let (mut inbox, (proof, head)) = (inbox(), prove(&plain(0), 0));
    assert!(!is_delivered(&inbox, 0));
    let delivery = deliver(&mut inbox, &proof, head);
    assert_eq!(delivery, Ok(plain(0).topics[1]));
    assert!(is_delivered(&inbox, 0));
    let before = inbox.clone();
    let error = Error::AlreadyDelivered { id: plain(0).topics[1] };
    assert_eq!(deliver(&mut inbox, &proof, head), Err(error));
    assert_eq!(inbox, before);
}

#[test]
fn msg_1_rejects_a_source_without_lane_before_its_client_is_asked() {
    let (mut inbox, (proof, _)) = (inbox(), prove(&plain(0), 0));
    let unknown = |chain_id: u64| Error::UnknownLane { chain_id: U256::from(chain_id) };
    let asked = |_, _: &[u8]| -> Result<Ancestor, Error> { unreachable!() };
    assert_eq!(inbox.deliver(U256::from(1), &proof, asked), Err(unknown(1)));
    inbox.set_lane(U256::from(SOURCE), Address::ZERO);
    assert_eq!(inbox.deliver(U256::from(SOURCE), &proof, asked), Err(unknown(SOURCE)));
}

#[test]
fn cli_3_rejects_before_the_proof() {
    let error = client::Error::UnknownHead { id: 7 };
    let proof = DeliveryProof { head_id: 7, ..DeliveryProof::default() };
    let unknown = |id, _: &[u8]| Err(client::Error::UnknownHead { id }.into());
    assert_eq!(inbox().deliver(U256::from(SOURCE), &proof, unknown), Err(Error::Client(error)));
}

#[test]
fn msg_7_rejects_only_what_is_proven_and_msg_8_after_it() {
    let mut inbox = inbox();
    let (proof, head) = prove(&plain(0), 0);
    deliver(&mut inbox, &proof, head).unwrap();
    // Another proof under the same nonce is refused for what it says before it is refused as delivered.
    let (forged, head) = prove(&plain(1), 0);
    let error = Error::IdMismatch { expected: plain(1).topics[1], got: plain(0).topics[1] };
    assert_eq!(deliver(&mut inbox, &forged, head), Err(error));
    // A source that numbers two messages alike: the second is refused as delivered before its recipient is asked.
    let log = sent(0, &sender(), &account(DESTINATION, HERE), b"");
    let (twin, head) = prove(&log, 0);
    let error = Error::AlreadyDelivered { id: log.topics[1] };
    assert_eq!(deliver(&mut inbox, &twin, head), Err(error));
}

#[test]
fn msg_8_rejects_without_a_trace() {
    let (mut inbox, log) = (inbox(), sent(0, &sender(), &account(DESTINATION, HERE), b""));
    let (proof, head) = prove(&log, 0);
    let error = Error::ForbiddenRecipient { recipient: HERE };
    assert_eq!(deliver(&mut inbox, &proof, head), Err(error));
    assert!(!is_delivered(&inbox, 0));
}

#[test]
fn msg_7_accepts_s5_a_nonce_of_another_gateway() {
    let (mut inbox, (proof, head)) = (inbox(), prove(&plain(0), 0));
    deliver(&mut inbox, &proof, head).unwrap();
    let other = Address::repeat_byte(7);
    assert!(!inbox.is_delivered(U256::from(SOURCE), other, 0));
    assert!(!inbox.is_delivered(U256::from(1), GATEWAY, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn msg_7_accepts_s11_any_order(
        nonces in prop::collection::vec(prop_oneof![0u64..4, 254u64..259, Just(u64::MAX)], 1..12)
    ) {
        let (mut inbox, mut seen) = (inbox(), BTreeSet::new());
        for nonce in nonces {
            let (proof, head) = prove(&plain(nonce), nonce);
            prop_assert_eq!(deliver(&mut inbox, &proof, head).is_ok(), seen.insert(nonce));
        }
        for nonce in (0..300).chain([u64::MAX]) {
            prop_assert_eq!(is_delivered(&inbox, nonce), seen.contains(&nonce));
        }
    }
}

fn deliver(
    inbox: &mut Inbox,
    proof: &DeliveryProof,
    head: Head,
) -> Result<alloy_primitives::B256, Error> {
    let from = |_, ancestry: &[u8]| Ok(ancestor(&head, ancestry)?);
    inbox.deliver(U256::from(SOURCE), proof, from).map(|delivery| delivery.id())
}

fn is_delivered(inbox: &Inbox, nonce: u64) -> bool {
    inbox.is_delivered(U256::from(SOURCE), GATEWAY, nonce)
}

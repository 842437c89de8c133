//! What is accepted, and the state after it.

use crate::{
    refusal_at,
    support::{
        CHAIN_ID, CONFIG, Plan, SMALL, apply, block_hash, client, committee_root, informed_at,
        informed_of, time, trusted_at,
    },
    valid,
};
use alloy_primitives::B256;
use light_client::{
    Consensus,
    beacon::{Error, Trusted, Update, builder::OwnedUpdate},
};

#[test]
fn bcn_13_accepts_an_update_that_moves_the_trusted_header_and_gives_a_head() {
    let (trusted, update) = (informed_at(40), valid());
    let (next, head) = apply(&CONFIG, &trusted, &update, time(45)).unwrap();
    let expected = Trusted { finalized_slot: 43, latest_head: 2, ..trusted };
    assert_eq!(next, expected);
    let head = head.unwrap();
    let got = (head.chain_id(), head.id(), head.slot(), head.block_hash());
    assert_eq!(got, (CHAIN_ID, 2, 43, block_hash(43)));
    let bytes = update.encode();
    let read = Update::decode(&bytes).unwrap();
    let root = client().verify_update(&trusted, &read, time(45));
    assert_eq!(root, Ok(Plan::new(43).finalized().hash_tree_root()));
    assert_eq!(Consensus::verify(&client(), &trusted, &read, time(45)).unwrap().0, next);
}

#[test]
fn bcn_7_bcn_11_bcn_12_accepts_any_set_of_absent_members() {
    let sets: [Vec<usize>; 6] = [
        vec![],
        vec![0],
        vec![511],
        vec![0, 1, 2, 3, 510, 511],
        (0..170).collect(),
        (0..170).map(|index| 3 * index + 1).collect(),
    ];
    for absent in sets {
        let update = Plan::new(43).absent(absent).build();
        assert!(apply(&CONFIG, &informed_at(40), &update, time(45)).is_ok());
    }
}

#[test]
fn bcn_7_bcn_11_bcn_12_accepts_any_set_of_absent_members_of_32() {
    let sets: [Vec<usize>; 5] =
        [vec![], vec![0], vec![31], vec![0, 1, 7, 8, 30, 31], (22..32).collect()];
    for absent in sets {
        let update = Plan::new(43).small().absent(absent).build();
        assert!(apply(&SMALL, &informed_of(&SMALL, 40), &update, time(45)).is_ok());
    }
}

#[test]
fn bcn_5_bcn_10_accepts_the_next_period_and_rotates_only_with_the_finalized_header() {
    let trusted = informed_at(40);
    // Signed in period 3, finalized in period 2: nothing rotates.
    let update = Plan::of_slots(46, 47, 48).build();
    let (next, _) = apply(&CONFIG, &trusted, &update, time(48)).unwrap();
    assert_eq!(next.current_committee_root, trusted.current_committee_root);
    assert_eq!(next.next_committee_root, trusted.next_committee_root);
    // Finalized in period 3: it does, and the next committee is unknown unless the update brings it.
    let update = Plan::new(48).build();
    let (rotated, head) = apply(&CONFIG, &next, &update, time(60)).unwrap();
    assert_eq!(rotated.current_committee_root, committee_root(3));
    assert_eq!((rotated.next_committee_root, head.unwrap().id()), (B256::ZERO, 3));
    let update = Plan::new(48).with_next().build();
    let (rotated, _) = apply(&CONFIG, &next, &update, time(60)).unwrap();
    assert_eq!(rotated.current_committee_root, committee_root(3));
    assert_eq!(rotated.next_committee_root, committee_root(4));
}

#[test]
fn bcn_4_bcn_10_accepts_an_older_update_that_brings_the_missing_committee() {
    let (trusted, _) = trusted_at(40);
    let update = Plan::new(36).with_next().build();
    let (next, head) = apply(&CONFIG, &trusted, &update, time(45)).unwrap();
    let expected = Trusted { next_committee_root: committee_root(3), ..trusted };
    assert_eq!((next, head), (expected, None));
    // Not twice.
    let refused = Error::NotNewer { finalized_slot: 36, trusted_slot: 40 };
    assert_eq!(refusal_at(&next, &update), refused);
}

#[test]
fn bcn_4_accepts_another_header_at_the_trusted_slot_only_for_its_committee() {
    // The finalized root is not kept: what conflicts is for misbehaviour to say (BCN-15).
    let (trusted, _) = trusted_at(40);
    let update = Plan { salt: 1, ..Plan::new(40).with_next() }.build();
    let (next, head) = apply(&CONFIG, &trusted, &update, time(45)).unwrap();
    let expected = Trusted { next_committee_root: committee_root(3), ..trusted };
    assert_eq!((next, head), (expected, None));
}

#[test]
fn c6_the_state_does_not_depend_on_the_path() {
    let apply = |trusted: Trusted, update: OwnedUpdate| {
        apply(&CONFIG, &trusted, &update, time(60)).unwrap().0
    };
    let (start, last) = (trusted_at(40).0, Plan::new(52).build());
    let direct = apply(apply(start, Plan::new(43).with_next().build()), last.clone());
    let detour = apply(start, Plan::new(41).with_next().build());
    let detour = apply(apply(apply(detour, Plan::new(43).build()), Plan::new(44).build()), last);
    assert_eq!(Trusted { latest_head: 0, ..direct }, Trusted { latest_head: 0, ..detour });
}

//! BCN-8 to BCN-10 and BCN-13: branches and signatures.

use crate::{
    changed, refusal, refusal_at,
    support::{CONFIG, Plan, apply, committee_root, informed_at, time, trusted_at},
    valid,
};
use alloy_primitives::B256;
use light_client::{
    beacon::{Error, builder::OwnedUpdate},
    crypto::{self, Signature},
    ssz,
};
use std::mem::swap;

type Change = fn(&mut OwnedUpdate);

const INVALID: Error = Error::Bls(crypto::Error::InvalidSignature);

fn length(expected: u64, got: u64) -> Error {
    ssz::Error::BranchLength { expected, got }.into()
}

#[test]
fn bcn_13_rejects_all_but_the_headers_that_were_signed() {
    let changes: [Change; 17] = [
        |update| update.pair.outer_slot -= 1,
        |update| update.pair.outer_proposer_index += 1,
        |update| update.pair.outer_parent_root.0[0] ^= 1,
        |update| update.pair.outer_half.0[31] ^= 1,
        |update| update.pair.inner_slot -= 1,
        |update| update.pair.inner_proposer_index += 1,
        |update| update.pair.inner_roots.0[31] ^= 1,
        // What stands below the nodes that the pair has.
        |update| update.pair.outer_half = B256::repeat_byte(4),
        |update| update.pair.inner_roots = B256::repeat_byte(2),
        |update| update.pair.execution_block_hash.0[0] ^= 1,
        |update| update.pair.execution_block_hash = B256::ZERO,
        |update| update.finality_branch[3].0[0] ^= 1,
        |update| update.finality_branch.swap(0, 1),
        |update| update.execution_branch[8].0[0] ^= 1,
        |update| update.execution_branch.swap(0, 1),
        |update| swap(&mut update.finality_branch[0], &mut update.execution_branch[0]),
        // The leaf and its sibling.
        |update| swap(&mut update.execution_branch[0], &mut update.pair.execution_block_hash),
    ];
    for change in changes {
        assert_eq!(refusal(&changed(change)), INVALID);
    }
}

#[test]
fn bcn_8_rejects_an_execution_branch_of_another_length() {
    assert_eq!(refusal(&changed(|update| update.execution_branch.truncate(8))), length(9, 8));
    assert_eq!(refusal(&changed(|update| update.execution_branch.clear())), length(9, 0));
    let longer = changed(|update| update.execution_branch.push(B256::ZERO));
    assert_eq!(refusal(&longer), length(9, 10));
    let longest = changed(|update| update.execution_branch.resize(255, B256::ZERO));
    assert_eq!(refusal(&longest), length(9, 255));
    // Before the finality branch.
    let both = changed(|update| {
        update.finality_branch.clear();
        update.execution_branch.clear();
    });
    assert_eq!(refusal(&both), length(9, 0));
}

#[test]
fn bcn_9_rejects_a_finality_branch_of_another_length() {
    assert_eq!(refusal(&changed(|update| update.finality_branch.truncate(6))), length(7, 6));
    assert_eq!(refusal(&changed(|update| update.finality_branch.clear())), length(7, 0));
    let padded = changed(|update| update.finality_branch.insert(0, B256::ZERO));
    assert_eq!(refusal(&padded), length(7, 8));
    // Before the next committee.
    let mut update = Plan::of_slots(46, 47, 48).with_next().build();
    update.finality_branch.clear();
    assert_eq!(refusal(&update), length(7, 0));
}

#[test]
fn bcn_10_rejects_a_next_committee_across_periods() {
    let cases = [([46, 47, 48], [3, 2, 2]), ([46, 48, 49], [3, 3, 2])];
    for ([finalized, attested, signature], periods) in cases {
        let update = Plan::of_slots(finalized, attested, signature).with_next().build();
        let [signature_period, attested_period, finalized_period] = periods;
        let refused =
            Error::NextCommitteePeriod { signature_period, attested_period, finalized_period };
        assert_eq!(refusal(&update), refused);
    }
}

#[test]
fn bcn_10_rejects_all_but_the_next_committee_of_the_attested_state() {
    let with_next = |change: &dyn Fn(&mut B256, &mut Vec<B256>)| {
        let mut update = Plan::new(43).with_next().build();
        let next = update.next_committee.as_mut().unwrap();
        change(&mut next.root, &mut next.branch);
        refusal_at(&trusted_at(40).0, &update)
    };
    let refused = Error::NextCommitteeBranch;
    assert_eq!(with_next(&|root, _| root.0[0] ^= 1), refused);
    assert_eq!(with_next(&|root, _| *root = B256::ZERO), refused);
    assert_eq!(with_next(&|root, _| *root = committee_root(2)), refused);
    assert_eq!(with_next(&|_, branch| branch[5].0[0] ^= 1), refused);
    assert_eq!(with_next(&|_, branch| branch.swap(0, 1)), refused);
    // The current committee, beside the next one, at the index of the next one.
    assert_eq!(with_next(&|root, branch| swap(root, &mut branch[0])), refused);
    assert_eq!(with_next(&|_, branch| branch.truncate(5)), length(6, 5));
    assert_eq!(with_next(&|_, branch| branch.push(B256::ZERO)), length(6, 7));
    // A finalized header that is not final shows here first: the state root is where its branch leads.
    let mut update = Plan::new(43).with_next().build();
    update.pair.inner_proposer_index += 1;
    assert_eq!(refusal_at(&trusted_at(40).0, &update), refused);
}

#[test]
fn bcn_10_accepts_the_known_next_committee_and_rejects_another() {
    let update = Plan { next: Some(9), ..Plan::new(43) }.build();
    let refused = Error::NextCommitteeConflict { known: committee_root(3), got: committee_root(9) };
    assert_eq!(refusal(&update), refused);
    let same = Plan::new(43).with_next().build();
    let (next, _) = apply(&CONFIG, &informed_at(40), &same, time(45)).unwrap();
    assert_eq!(next.next_committee_root, committee_root(3));
    // Of the period after the trusted one, the committee after the next is none that is known.
    let after = Plan::new(49).with_next().build();
    let (next, _) = apply(&CONFIG, &informed_at(40), &after, time(60)).unwrap();
    assert_eq!(next.next_committee_root, committee_root(4));
}

#[test]
fn bcn_13_rejects_all_but_the_signature_of_the_participants() {
    let other = Plan { salt: 1, ..Plan::new(43) }.build();
    assert_eq!(refusal(&changed(|update| update.signature = other.signature)), INVALID);
    let network = Plan { genesis_validators_root: B256::repeat_byte(8), ..Plan::new(43) };
    assert_eq!(refusal(&network.build()), INVALID);
    // Signed by all, though three are said to be absent.
    let all = Plan::new(43).absent([]).build();
    assert_eq!(refusal(&changed(|update| update.signature = all.signature)), INVALID);
    // Signed by fewer than are said to have signed.
    let fewer = Plan::new(43).absent([5, 6, 7, 300]).build();
    assert_eq!(refusal(&changed(|update| update.signature = fewer.signature)), INVALID);
}

#[test]
fn bcn_13_rejects_a_signature_of_another_kind() {
    // Proposals, attestations, RANDAO, deposits, and the other duties of a committee.
    for domain_type in [0, 1, 2, 3, 8, 9] {
        let plan = Plan { domain_type: [domain_type, 0, 0, 0], ..Plan::new(43) };
        assert_eq!(refusal(&plan.build()), INVALID);
    }
    assert!(apply(&CONFIG, &informed_at(40), &valid(), time(45)).is_ok());
}

#[test]
fn bcn_13_rejects_invalid_points() {
    let zero = changed(|update| update.signature = Signature([0; 192]));
    assert_eq!(refusal(&zero), crypto::Error::Infinity.into());
    let invalid: [Change; 6] = [
        |update| update.signature.0[191] ^= 1,
        // c1 before c0.
        |update| update.signature.0[..96].rotate_left(48),
        |update| update.signature.0.rotate_left(96),
        // The root binds x and the sign of y; that the point is on the curve is left to here.
        |update| update.absent[1].key.0[95] ^= 1,
        |update| update.aggregate_key.0[0] |= 0x80,
        |update| update.absent[0].key.0[0] |= 0x80,
    ];
    for change in invalid {
        assert_eq!(refusal(&changed(change)), crypto::Error::InvalidPoint.into());
    }
}

#[test]
fn h3_upd_1_rejects_every_flipped_byte() {
    let (trusted, bytes) = (informed_at(40), Plan::new(43).with_next().build().encode());
    let client = crate::client();
    for at in (0..bytes.len()).step_by(7).chain(0..32).chain(168..173) {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1 << (at % 8);
        let verdict = light_client::beacon::Update::decode(&bytes)
            .and_then(|update| client.update(&trusted, &update, time(80)));
        assert!(verdict.is_err(), "byte {at}");
    }
}

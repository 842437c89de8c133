//! BCN-7, BCN-11, BCN-12: the members of the committee that did not sign.

use crate::{
    changed, refusal,
    support::{CONFIG, Plan, SMALL, apply, committee_root, informed_at, informed_of, time},
    valid,
};
use alloy_primitives::B256;
use light_client::{
    beacon::{AbsentMember, Error, builder::OwnedUpdate},
    crypto::{self, PublicKey},
    ssz,
};

type Change = fn(&mut OwnedUpdate);

const fn insufficient(got: u64, required: u64) -> Error {
    Error::InsufficientParticipation { got, required }
}

#[test]
fn bcn_7_accepts_342_and_rejects_341_of_512() {
    let update = Plan::new(43).absent(0..171).build();
    assert_eq!(refusal(&update), insufficient(341, 342));
    assert_eq!(refusal(&Plan::new(43).absent(0..511).build()), insufficient(1, 342));
    let update = Plan::new(43).absent(0..170).build();
    assert!(apply(&CONFIG, &informed_at(40), &update, time(45)).is_ok());
}

#[test]
fn bcn_7_accepts_22_and_rejects_21_of_32() {
    let trusted = informed_of(&SMALL, 40);
    let update = Plan::new(43).small().absent(0..11).build();
    assert_eq!(apply(&SMALL, &trusted, &update, time(45)), Err(insufficient(21, 22)));
    let update = Plan::new(43).small().absent(0..10).build();
    assert!(apply(&SMALL, &trusted, &update, time(45)).is_ok());
}

#[test]
fn bcn_7_rejects_as_many_absent_members_as_there_are_or_more() {
    for (count, got) in [(512, 0), (513, 0), (65_535, 0), (500, 12)] {
        let update = changed(|update| update.absent.resize(count, update.absent[0]));
        assert_eq!(refusal(&update), insufficient(got, 342));
    }
    let mut update = Plan::new(43).small().build();
    update.absent.resize(33, update.absent[0]);
    let refused = apply(&SMALL, &informed_of(&SMALL, 40), &update, time(45));
    assert_eq!(refused, Err(insufficient(0, 22)));
}

#[test]
fn bcn_11_rejects_absent_members_out_of_order_or_range() {
    // Absent are 5, 6 and 300.
    let cases: [(u64, Change); 8] = [
        (1, |update| update.absent.swap(0, 1)),
        (1, |update| update.absent[1] = update.absent[0]),
        (2, |update| update.absent[2] = update.absent[1]),
        (1, |update| update.absent[0].index = 6),
        (2, |update| update.absent[2].index = 512),
        (2, |update| update.absent[2].index = u16::MAX),
        (3, |update| update.absent.push(update.absent[2])),
        (0, |update| update.absent[0].index = 512),
    ];
    for (position, change) in cases {
        assert_eq!(refusal(&changed(change)), Error::AbsentIndex { position });
    }
}

#[test]
fn bcn_11_rejects_the_33rd_member_of_32() {
    let mut update = Plan::new(43).small().build();
    update.absent[2].index = 32;
    let refused = apply(&SMALL, &informed_of(&SMALL, 40), &update, time(45));
    assert_eq!(refused, Err(Error::AbsentIndex { position: 2 }));
}

#[test]
fn bcn_12_rejects_all_but_the_keys_of_the_signing_committee() {
    let expected = committee_root(2);
    let changes: [Change; 10] = [
        // A key from another position, and at another position.
        |update| update.absent[0].key = update.absent[1].key,
        |update| update.absent[0].index = 4,
        |update| update.absent[2].index = 301,
        |update| negate(&mut update.absent[0].key),
        |update| negate(&mut update.aggregate_key),
        // The aggregate key and a member's.
        |update| update.aggregate_key = update.absent[0].key,
        |update| std::mem::swap(&mut update.aggregate_key, &mut update.absent[0].key),
        |update| update.absent[0].key.0[47] ^= 1,
        |update| update.absent[0].key = PublicKey([0; 96]),
        |update| update.witness.swap(0, 1),
    ];
    for change in changes {
        let Error::CommitteeRoot { expected: named, got } = refusal(&changed(change)) else {
            panic!("another error");
        };
        assert_eq!(named, expected);
        assert_ne!(got, expected);
    }
}

#[test]
fn bcn_12_rejects_the_committee_of_another_period() {
    for signer in [1, 3] {
        let update = Plan { signer, ..Plan::new(43) }.build();
        let expected = committee_root(2);
        let refused = Error::CommitteeRoot { expected, got: committee_root(signer) };
        assert_eq!(refusal(&update), refused);
    }
    // The current committee's signature, relabelled as one of the next period.
    let relabelled = Plan { signer: 2, ..Plan::of_slots(46, 47, 48) }.build();
    let refused = Error::CommitteeRoot { expected: committee_root(3), got: committee_root(2) };
    assert_eq!(refusal(&relabelled), refused);
}

/// The other point with the same x. The exact y matters only from BCN-13 on: its sign is what the root binds.
fn negate(key: &mut PublicKey) {
    let sign = key.compress()[0] & 0x20;
    key.0[48..].copy_from_slice(&crypto::MODULUS);
    if sign != 0 {
        key.0[48..].fill(0);
    }
}

#[test]
fn bcn_12_rejects_a_witness_that_is_not_exact() {
    let length = valid().witness.len() as u64;
    let update = changed(|update| update.witness.truncate(update.witness.len() - 1));
    let refused = ssz::Error::WitnessShort { supplied: length - 1 };
    assert_eq!(refusal(&update), refused.into());
    let update = changed(|update| update.witness.push(B256::ZERO));
    let refused = ssz::Error::WitnessLong { used: length, supplied: length + 1 };
    assert_eq!(refusal(&update), refused.into());
    let mut update = Plan::new(43).absent([]).build();
    update.witness.push(B256::ZERO);
    let refused = ssz::Error::WitnessLong { used: 1, supplied: 2 };
    assert_eq!(refusal(&update), refused.into());
    update.witness.clear();
    assert_eq!(refusal(&update), ssz::Error::WitnessShort { supplied: 0 }.into());
}

#[test]
fn bcn_12_rejects_an_absent_member_that_is_not_named_or_named_in_addition() {
    // One member less: the witness is of another shape, or of the same shape and leads elsewhere.
    let update = changed(|update| update.absent.truncate(2));
    assert!(matches!(refusal(&update), Error::Ssz(ssz::Error::WitnessLong { .. })));
    let update = changed(|update| update.absent = update.absent[1..].to_vec());
    assert!(matches!(refusal(&update), Error::CommitteeRoot { .. }));
    // With the right witness the signature is not that of those who are said to have signed.
    let fewer = Plan::new(43).absent([6, 300]).build();
    let update = changed(|update| {
        update.absent.clone_from(&fewer.absent);
        update.witness.clone_from(&fewer.witness);
    });
    assert_eq!(refusal(&update), crypto::Error::InvalidSignature.into());
    let more = Plan::new(43).absent([5, 6, 7, 300]).build();
    let update = changed(|update| {
        update.absent.clone_from(&more.absent);
        update.witness.clone_from(&more.witness);
    });
    assert_eq!(refusal(&update), crypto::Error::InvalidSignature.into());
    let stranger = AbsentMember { index: 511, ..valid().absent[0] };
    let update = changed(|update| update.absent.push(stranger));
    assert!(matches!(refusal(&update), Error::Ssz(ssz::Error::WitnessShort { .. })));
}

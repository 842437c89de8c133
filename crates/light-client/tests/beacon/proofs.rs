//! BCN-8 to BCN-14: branches, keys, signatures.

use crate::{
    changed, refusal, refusal_at,
    support::{Plan, client, committee_root, informed_at, time, trusted_at},
    valid,
};
use alloy_primitives::B256;
use light_client::{
    beacon::{Error, builder::OwnedUpdate},
    crypto::{self, PublicKey, Signature},
    ssz,
};

type Change = fn(&mut OwnedUpdate);

#[test]
fn bcn_8_rejects_all_but_the_finalized_root_of_the_attested_state() {
    let changes: [Change; 5] = [
        |update| update.finality_branch[3].0[0] ^= 1,
        |update| update.finality_branch.swap(0, 1),
        |update| update.finalized.proposer_index += 1,
        |update| update.finalized.body_root.0[31] ^= 1,
        |update| update.attested.state_root = update.attested.body_root,
    ];
    for change in changes {
        assert_eq!(refusal(&changed(change)), Error::FinalityBranch);
    }
    let length = |got| Error::Ssz(ssz::Error::BranchLength { expected: 7, got });
    let update = changed(|update| update.finality_branch.insert(0, B256::ZERO));
    assert_eq!(refusal(&update), length(8));
    assert_eq!(
        refusal(&changed(|update| update
            .finality_branch
            .truncate(update.finality_branch.len() - 1))),
        length(6)
    );
    assert_eq!(refusal(&changed(|update| update.finality_branch.clear())), length(0));
}

#[test]
fn bcn_8_rejects_a_branch_of_another_forks_length() {
    let mut update = Plan::of_slots(27, 28, 29).build();
    update.finality_branch.push(B256::ZERO);
    let refused = ssz::Error::BranchLength { expected: 6, got: 7 };
    assert_eq!(refusal_at(&informed_at(20), &update), refused.into());
}

#[test]
fn bcn_9_rejects_all_but_the_execution_block_of_the_finalized_body() {
    let changes: [Change; 3] = [
        |update| update.execution_block_hash.0[0] ^= 1,
        |update| update.execution_block_hash = B256::ZERO,
        |update| update.execution_branch[8].0[0] ^= 1,
    ];
    for change in changes {
        assert_eq!(refusal(&changed(change)), Error::ExecutionBranch);
    }
    let length = |got| Error::Ssz(ssz::Error::BranchLength { expected: 9, got });
    assert_eq!(
        refusal(&changed(|update| update
            .execution_branch
            .truncate(update.execution_branch.len() - 1))),
        length(8)
    );
    assert_eq!(refusal(&changed(|update| update.execution_branch.push(B256::ZERO))), length(10));
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
    let with_next = |change: fn(&mut OwnedUpdate)| {
        let mut update = Plan::new(43).with_next().build();
        change(&mut update);
        refusal_at(&trusted_at(40).0, &update)
    };
    let refused = Error::NextCommitteeBranch;
    assert_eq!(with_next(|update| update.next_committee_root.0[0] ^= 1), refused);
    assert_eq!(with_next(|update| update.next_committee_root = committee_root(2)), refused);
    assert_eq!(with_next(|update| update.next_committee_branch[5].0[0] ^= 1), refused);
    let length = |expected, got| Error::Ssz(ssz::Error::BranchLength { expected, got });
    assert_eq!(
        with_next(|update| update
            .next_committee_branch
            .truncate(update.next_committee_branch.len() - 1)),
        length(6, 5)
    );
    assert_eq!(with_next(|update| update.next_committee_branch.clear()), length(6, 0));
    // A branch for no root.
    assert_eq!(with_next(|update| update.next_committee_root = B256::ZERO), length(0, 6));
}

#[test]
fn bcn_10_accepts_the_known_next_committee_and_rejects_another() {
    let update = Plan { next: Some(9), ..Plan::new(43) }.build();
    let refused = Error::NextCommitteeConflict { known: committee_root(3), got: committee_root(9) };
    assert_eq!(refusal(&update), refused);
    let same = Plan::new(43).with_next().build();
    let (next, _) = client().update(&informed_at(40), &same.as_update(), time(45)).unwrap();
    assert_eq!(next.next_committee_root, committee_root(3));
}

#[test]
fn bcn_11_rejects_more_or_fewer_absent_members_than_did_not_sign() {
    let refused = |got| Error::AbsentCount { expected: 3, got };
    assert_eq!(
        refusal(&changed(|update| update.absent.truncate(update.absent.len() - 1))),
        refused(2)
    );
    assert_eq!(refusal(&changed(|update| update.absent.push(update.absent[0]))), refused(4));
    assert_eq!(refusal(&changed(|update| update.absent.clear())), refused(0));
    let refused = Error::AbsentCount { expected: 2, got: 3 };
    assert_eq!(refusal(&changed(|update| update.participation[0] |= 1 << 5)), refused);
}

#[test]
fn bcn_12_rejects_absent_members_out_of_order_or_range_or_participating() {
    // Absent are 5, 6 and 300.
    let cases: [(u64, Change); 9] = [
        (1, |update| update.absent.swap(0, 1)),
        (1, |update| update.absent[1] = update.absent[0]),
        (2, |update| update.absent[2] = update.absent[1]),
        (0, |update| update.absent[0].index = 4),
        (2, |update| update.absent[2].index = 301),
        (2, |update| update.absent[2].index = 512),
        (2, |update| update.absent[2].index = u64::MAX),
        (2, |update| update.absent[2].index = 300 + (1 << 16)),
        (2, |update| {
            // The right count of bits, one of them in another place.
            update.participation[37] ^= 1 << 4 | 1 << 5;
        }),
    ];
    for (position, change) in cases {
        assert_eq!(refusal(&changed(change)), Error::AbsentIndex { position });
    }
}

#[test]
fn bcn_13_rejects_all_but_the_keys_of_the_signing_committee() {
    let expected = committee_root(2);
    let changes: [Change; 6] = [
        |update| update.absent[0].key = update.absent[1].key,
        |update| negate(&mut update.absent[0].key),
        |update| negate(&mut update.aggregate_key),
        |update| update.aggregate_key = update.absent[0].key,
        |update| update.absent[0].key.0[47] ^= 1,
        |update| update.witness.swap(0, 1),
    ];
    for change in changes {
        let Error::CommitteeRoot { expected: named, got } = refusal(&changed(change)) else {
            panic!("another error");
        };
        assert_eq!(named, expected);
        assert_ne!(got, expected);
    }
    // A committee of another period than the signature's.
    for signer in [1, 3] {
        let update = Plan { signer, ..Plan::new(43) }.build();
        let refused = Error::CommitteeRoot { expected, got: committee_root(signer) };
        assert_eq!(refusal(&update), refused);
    }
    let relabelled = Plan { signer: 2, ..Plan::of_slots(46, 47, 48) }.build();
    let refused = Error::CommitteeRoot { expected: committee_root(3), got: expected };
    assert_eq!(refusal(&relabelled), refused);
}

/// The other point with the same x. The exact y matters only from BCN-14 on: its sign is what the root binds.
fn negate(key: &mut PublicKey) {
    let sign = key.compress()[0] & 0x20;
    key.0[48..].copy_from_slice(&crypto::MODULUS);
    if sign != 0 {
        key.0[48..].fill(0);
    }
}

#[test]
fn bcn_13_rejects_a_witness_that_is_not_exact() {
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
fn bcn_14_rejects_all_but_the_signature_of_the_participants() {
    let invalid = Error::Bls(crypto::Error::InvalidSignature);
    assert_eq!(refusal(&changed(|update| update.attested.proposer_index += 1)), invalid);
    assert_eq!(refusal(&changed(|update| update.attested.parent_root.0[0] ^= 1)), invalid);
    let other = Plan { salt: 1, ..Plan::new(43) }.build();
    assert_eq!(refusal(&changed(|update| update.signature = other.signature)), invalid);
    let network = Plan { genesis_validators_root: B256::repeat_byte(8), ..Plan::new(43) };
    assert_eq!(refusal(&network.build()), invalid);
    let version = Plan { version: [4, 0, 0, 9], ..Plan::new(43) };
    assert_eq!(refusal(&version.build()), invalid);
    // Signed by all, though three are said to be absent.
    let all = Plan::new(43).absent([]).build();
    assert_eq!(refusal(&changed(|update| update.signature = all.signature)), invalid);
}

#[test]
fn bcn_14_rejects_invalid_points() {
    let zero = changed(|update| update.signature = Signature([0; 192]));
    assert_eq!(refusal(&zero), crypto::Error::Infinity.into());
    let off = changed(|update| update.signature.0[191] ^= 1);
    assert_eq!(refusal(&off), crypto::Error::InvalidPoint.into());
    // The root binds x and the sign of y; that the point is on the curve is left to here.
    let off = changed(|update| update.absent[1].key.0[95] ^= 1);
    assert_eq!(refusal(&off), crypto::Error::InvalidPoint.into());
    let flagged = changed(|update| update.aggregate_key.0[0] |= 0x80);
    assert_eq!(refusal(&flagged), crypto::Error::InvalidPoint.into());
}

#[test]
fn h3_rejects_every_flipped_bit() {
    let trusted = informed_at(40);
    let refused = |change: &dyn Fn(&mut OwnedUpdate)| {
        let update = changed(|update| change(update));
        client().update(&trusted, &update.as_update(), time(80)).is_err()
    };
    for bit in (0..256).step_by(37) {
        let flip = |word: &mut B256| word.0[bit / 8] ^= 1 << (bit % 8);
        assert!(refused(&|update| flip(&mut update.attested.parent_root)));
        assert!(refused(&|update| flip(&mut update.attested.state_root)));
        assert!(refused(&|update| flip(&mut update.attested.body_root)));
        assert!(refused(&|update| flip(&mut update.finalized.parent_root)));
        assert!(refused(&|update| flip(&mut update.finalized.state_root)));
        assert!(refused(&|update| flip(&mut update.finalized.body_root)));
        assert!(refused(&|update| flip(&mut update.execution_block_hash)));
        assert!(refused(&|update| update.participation[bit / 4] ^= 1 << (bit % 8)));
        assert!(refused(&|update| update.aggregate_key.0[bit / 3] ^= 1 << (bit % 8)));
        assert!(refused(&|update| update.signature.0[bit / 2] ^= 1 << (bit % 8)));
        assert!(refused(&|update| update.absent[2].key.0[bit / 3] ^= 1 << (bit % 8)));
        assert!(refused(&|update| flip(&mut update.witness[bit % 8])));
    }
}

//! BCN-1 to BCN-5: slots and periods.

use crate::{
    changed, refusal, refusal_at,
    support::{self, CONFIG, Plan, apply, informed_at, time, trusted_at},
    valid,
};
use light_client::beacon::Error;

#[test]
fn bcn_1_accepts_the_current_slot_and_rejects_the_future() {
    let (trusted, update) = (informed_at(40), valid());
    let at = |now| apply(&CONFIG, &trusted, &update, now);
    let refused = |current_slot| Err(Error::FutureSignature { signature_slot: 45, current_slot });
    assert!(at(time(45)).is_ok());
    assert_eq!(at(time(45) - 1), refused(44));
    assert_eq!(at(GENESIS_BEFORE), refused(0));
    let update = changed(|update| update.signature_slot = u64::MAX);
    let refused = Error::FutureSignature { signature_slot: u64::MAX, current_slot: 80 };
    assert_eq!(refusal(&update), refused);
}

/// Before slot 0 begins.
const GENESIS_BEFORE: u64 = support::GENESIS_TIME - 1;

#[test]
fn bcn_2_accepts_the_slot_after_the_attested_one_and_rejects_others() {
    assert_eq!((valid().pair.outer_slot, valid().signature_slot), (44, 45));
    assert!(apply(&CONFIG, &informed_at(40), &valid(), time(45)).is_ok());
    for signature_slot in [44, 43, 0] {
        let update = changed(|update| update.signature_slot = signature_slot);
        let refused = Error::SignatureNotAfterAttested { signature_slot, attested_slot: 44 };
        assert_eq!(refusal(&update), refused);
    }
}

#[test]
fn bcn_3_accepts_the_attested_slot_itself_and_rejects_a_later_finalized_one() {
    let update = Plan::of_slots(46, 45, 47).build();
    let refused = Error::AttestedBeforeFinalized { attested_slot: 45, finalized_slot: 46 };
    assert_eq!(refusal(&update), refused);
    let same = Plan::of_slots(45, 45, 47).build();
    assert!(apply(&CONFIG, &informed_at(40), &same, time(47)).is_ok());
}

#[test]
fn bcn_4_rejects_what_is_not_newer() {
    for finalized_slot in [40, 39, 33] {
        let update = Plan::new(finalized_slot).build();
        let refused = Error::NotNewer { finalized_slot, trusted_slot: 40 };
        assert_eq!(refusal(&update), refused);
        assert_eq!(refusal_at(&trusted_at(40).0, &update), refused);
        assert_eq!(refusal(&Plan::new(finalized_slot).with_next().build()), refused);
    }
    // The same update a second time.
    let (next, _) = apply(&CONFIG, &informed_at(40), &valid(), time(45)).unwrap();
    let refused = Error::NotNewer { finalized_slot: 43, trusted_slot: 43 };
    assert_eq!(refusal_at(&next, &valid()), refused);
}

#[test]
fn bcn_5_rejects_a_period_whose_committee_is_not_known() {
    let refused = |signature_period| Error::UnknownPeriod { signature_period, trusted_period: 2 };
    assert_eq!(refusal(&Plan::new(64).build()), refused(4));
    assert_eq!(refusal_at(&trusted_at(40).0, &Plan::new(50).build()), refused(3));
    let relabelled = Plan { signer: 3, ..Plan::of_slots(46, 47, 64) };
    assert_eq!(refusal(&relabelled.build()), refused(4));
    // Of the period before, brought as the missing committee.
    let before = Plan::new(20).with_next().build();
    assert_eq!(refusal_at(&trusted_at(40).0, &before), refused(1));
    // After a rotation that left it unknown.
    let (rotated, _) = apply(&CONFIG, &informed_at(40), &Plan::new(48).build(), time(60)).unwrap();
    let refused = Error::UnknownPeriod { signature_period: 4, trusted_period: 3 };
    assert_eq!(refusal_at(&rotated, &Plan::new(64).build()), refused);
}

#[test]
fn bcn_5_accepts_periods_of_slots_near_the_end_of_time() {
    // No sum overflows: the slots are refused for what they are.
    let update = changed(|update| {
        update.signature_slot = u64::MAX;
        update.pair.outer_slot = u64::MAX - 1;
        update.pair.inner_slot = u64::MAX - 1;
    });
    let trusted = light_client::beacon::Trusted { finalized_slot: u64::MAX - 9, ..informed_at(40) };
    let refused = apply(&CONFIG, &trusted, &update, u64::MAX).unwrap_err();
    let current_slot = (u64::MAX - 1_000) / 12;
    let expected = Error::FutureSignature { signature_slot: u64::MAX, current_slot };
    assert_eq!(refused, expected);
}

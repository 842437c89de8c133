//! BCN-1 to BCN-7: slots, periods, forks, participation.

use crate::{
    changed, refusal, refusal_at,
    support::{self, Plan, client, committee_root, informed_at, time, trusted_at},
    valid,
};
use light_client::beacon::{Error, Trusted};

#[test]
fn bcn_1_accepts_the_current_slot_and_rejects_the_future() {
    let (trusted, update) = (informed_at(40), valid());
    let at = |now| client().update(&trusted, &update.as_update(), now);
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
    assert_eq!((valid().attested.slot, valid().signature_slot), (44, 45));
    assert!(client().update(&informed_at(40), &valid().as_update(), time(45)).is_ok());
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
    assert!(client().update(&informed_at(40), &same.as_update(), time(47)).is_ok());
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
}

#[test]
fn bcn_6_rejects_an_epoch_before_the_first_fork() {
    // Epoch 1 begins at slot 4. The trusted state is made up: no bootstrap is possible before it.
    let trusted = Trusted { current_committee_root: committee_root(0), ..Trusted::default() };
    for slots in [[1, 2, 3], [1, 2, 5], [1, 3, 4], [1, 5, 6], [3, 4, 5]] {
        let [finalized, attested, signature] = slots;
        let update = Plan::of_slots(finalized, attested, signature).build();
        let refused = client().update(&trusted, &update.as_update(), time(10));
        assert_eq!(refused, Err(Error::UnknownFork { epoch: 0 }), "{slots:?}");
    }
    let update = Plan::of_slots(4, 5, 6).build();
    assert!(client().update(&trusted, &update.as_update(), time(10)).is_ok());
}

#[test]
fn bcn_7_accepts_342_and_rejects_341_of_512() {
    let update = Plan::new(43).absent(0..171).build();
    let refused = |got| Error::InsufficientParticipation { got, required: 342 };
    assert_eq!(refusal(&update), refused(341));
    assert_eq!(refusal(&changed(|update| update.participation = [0; 64])), refused(0));
    let update = Plan::new(43).absent(0..170).build();
    assert!(client().update(&informed_at(40), &update.as_update(), time(45)).is_ok());
}

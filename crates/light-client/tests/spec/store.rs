//! The store takes what the specs take, and refuses the rest with the rule that it violates.

use crate::scene::{CONFIG, Plan, bootstrap, committee, informed, protocol, store};
use alloy_primitives::{B256, Bytes, FixedBytes};
use light_client::{
    beacon::{
        Config, IndexSet,
        spec::{
            Execution, LightClientBootstrap, LightClientUpdate, SyncAggregate, SyncCommittee,
            Version,
            store::{Error, Store, SyncProtocol},
        },
    },
    crypto::{self, DefaultBls},
};

/// A slot of Capella in the middle of its period, in which the stores below start.
const START: u64 = 36;

/// Far in the future.
const LATE: u64 = 1_000;

const fn plan() -> Plan {
    Plan::new(START + 4, Some(START + 2)).with_next()
}

/// What the store says to an update that was changed after it was signed. The store stays as it is.
fn refused(store: &Store, plan: &Plan, change: impl FnOnce(&mut LightClientUpdate)) -> Error {
    let mut update = plan.build();
    change(&mut update);
    let mut touched = store.clone();
    let refused = protocol().process_update(&mut touched, &update, LATE).unwrap_err();
    assert_eq!(protocol().validate_update(store, &update, LATE), Err(refused));
    assert!(touched == *store);
    refused
}

#[test]
fn an_update_finalizes_and_brings_the_next_committee() {
    let mut store = store(START);
    let update = plan().build();
    assert_eq!(protocol().process_update(&mut store, &update, START + 5), Ok(()));
    assert_eq!(store.finalized_header, update.finalized_header);
    assert_eq!(store.optimistic_header, update.attested_header);
    assert_eq!(store.next_sync_committee, Some(committee(3)));
    assert_eq!(store.current_sync_committee, committee(2));
    assert_eq!(store.best_valid_update, None);
    assert_eq!(store.current_max_active_participants, 32);
    // An update of the next period rotates.
    let update = Plan::new(56, Some(52)).with_next().build();
    assert_eq!(protocol().upgrade_store(&mut store, Version::Deneb), Ok(()));
    assert_eq!(protocol().process_update(&mut store, &update, 57), Ok(()));
    assert_eq!(store.current_sync_committee, committee(3));
    assert_eq!(store.next_sync_committee, Some(committee(4)));
    assert_eq!(store.previous_max_active_participants, 32);
    assert_eq!(store.current_max_active_participants, 0);
}

#[test]
fn two_thirds_finalize_and_one_fewer_does_not() {
    for (participants, finalizes) in [(1, false), (21, false), (22, true), (32, true)] {
        let mut store = store(START);
        let update = plan().signed_by(participants).build();
        assert_eq!(protocol().process_update(&mut store, &update, LATE), Ok(()));
        assert_eq!(store.finalized_header == update.finalized_header, finalizes);
        assert_eq!(store.best_valid_update == Some(update.clone()), !finalizes);
        assert_eq!(store.optimistic_header, update.attested_header);
    }
}

#[test]
fn an_optimistic_header_needs_more_than_half_of_what_signs_usually() {
    let mut store = Store { previous_max_active_participants: 20, ..informed(START) };
    for (attested, participants, advances) in [(40, 10, false), (41, 11, true), (42, 9, false)] {
        let update = Plan::new(attested, None).signed_by(participants).build();
        assert_eq!(protocol().process_update(&mut store, &update, LATE), Ok(()));
        assert_eq!(store.optimistic_header.beacon.slot == attested, advances);
    }
    assert_eq!((store.safety_threshold(), store.current_max_active_participants), (10, 11));
}

#[test]
fn a_rotation_may_leave_the_next_committee_unknown() {
    let mut store = informed(START);
    let update = Plan::new(52, Some(49)).build();
    protocol().upgrade_store(&mut store, Version::Deneb).unwrap();
    assert_eq!(protocol().process_update(&mut store, &update, LATE), Ok(()));
    assert_eq!((&store.current_sync_committee, &store.next_sync_committee), (&committee(3), &None));
    // An older header of the period may bring it.
    let update = Plan::new(51, Some(48)).with_next().build();
    assert_eq!(protocol().process_update(&mut store, &update, LATE), Ok(()));
    assert_eq!(store.next_sync_committee, Some(committee(4)));
    assert_eq!(store.finalized_header.beacon.slot, 49);
}

#[test]
fn a_forced_update_waits_for_a_whole_period() {
    let update = Plan::new(START + 4, None).with_next().signed_by(1).build();
    let mut store = store(START);
    assert_eq!(protocol().force_update_dangerously(&mut store, LATE), Ok(false));
    assert_eq!(protocol().process_update(&mut store, &update, LATE), Ok(()));
    assert_eq!(protocol().force_update_dangerously(&mut store, START + 16), Ok(false));
    assert_eq!(store.finalized_header.beacon.slot, START);
    assert_eq!(protocol().force_update_dangerously(&mut store, START + 17), Ok(true));
    // One signer has decided what is final and who signs next.
    assert_eq!(store.finalized_header, update.attested_header);
    assert_eq!(store.next_sync_committee, Some(committee(3)));
    assert_eq!(protocol().force_update_dangerously(&mut store, LATE), Ok(false));
    // A best update that does not belong to the store.
    store.next_sync_committee = None;
    store.best_valid_update = Some(Plan::new(60, None).build());
    let before = store.clone();
    let refused = protocol().force_update_dangerously(&mut store, LATE);
    assert_eq!(refused, Err(Error::FinalizedPeriod { expected: 2, got: 3 }));
    assert!(store == before);
}

#[test]
fn rejects_a_bootstrap() {
    let (good, root) = bootstrap(START);
    let start = |bootstrap: &LightClientBootstrap, root: &B256| {
        protocol().initialize(Version::Capella, root, bootstrap)
    };
    assert!(start(&good, &root).is_ok());
    let other = B256::repeat_byte(1);
    let refused = start(&good, &other);
    assert_eq!(refused, Err(Error::BootstrapRoot { expected: other, got: root }));
    let mut bad = good.clone();
    bad.current_sync_committee_branch[4].0[0] ^= 1;
    assert_eq!(start(&bad, &root), Err(Error::CurrentCommitteeBranch));
    let bad = LightClientBootstrap { current_sync_committee: committee(3), ..good.clone() };
    assert_eq!(start(&bad, &root), Err(Error::CurrentCommitteeBranch));
    let none = FixedBytes::ZERO;
    let large = SyncCommittee::new(vec![none; 64], none).unwrap();
    let bad = LightClientBootstrap { current_sync_committee: large, ..good.clone() };
    assert_eq!(start(&bad, &root), Err(Error::CommitteeSize { expected: 32, got: 64 }));
    let mut bad = good.clone();
    bad.header.beacon.body_root = other;
    assert_eq!(start(&bad, &root), Err(Error::Execution { slot: START }));
    let mut bad = good.clone();
    bad.current_sync_committee_branch.pop();
    assert_eq!(start(&bad, &root), Err(Error::Form { expected: IndexSet::Capella }));
    let mut bad = good;
    bad.header.beacon.slot = 3;
    assert_eq!(start(&bad, &root), Err(Error::UnknownFork { epoch: 0 }));
    let nothing = SyncProtocol::new(Config { forks: &[], ..CONFIG }, DefaultBls::default());
    assert_eq!(nothing.err(), Some(Error::Config));
}

#[test]
fn rejects_objects_of_another_form_or_size() {
    let store = store(START);
    let form = |change: fn(&mut LightClientUpdate)| refused(&store, &plan(), change);
    let expected = Error::Form { expected: IndexSet::Capella };
    assert_eq!(form(|update| update.finality_branch.push(B256::ZERO)), expected);
    assert_eq!(form(|update| _ = update.next_sync_committee_branch.pop()), expected);
    assert_eq!(form(|update| update.finalized_header.execution = Execution::Nothing), expected);
    // An update of a fork that the store has not been upgraded to.
    let newer = Plan::new(52, Some(50)).build();
    assert_eq!(protocol().validate_update(&store, &newer, LATE), Err(expected));
    let none = FixedBytes::ZERO;
    let large = SyncCommittee::new(vec![none; 64], none).unwrap();
    let size = refused(&store, &plan(), |update| update.next_sync_committee = large);
    assert_eq!(size, Error::CommitteeSize { expected: 32, got: 64 });
    for got in [0, 3, 5, 64] {
        let bits = |update: &mut LightClientUpdate| {
            update.sync_aggregate.sync_committee_bits = vec![0xff; got].into();
        };
        let error = Error::ParticipationBits { members: 32, got: got as u64 };
        assert_eq!(refused(&store, &plan(), bits), error);
    }
}

#[test]
fn rejects_slots_out_of_order() {
    let store = store(START);
    let nobody = refused(&store, &plan(), |update| {
        update.sync_aggregate.sync_committee_bits = Bytes::from_static(&[0; 4]);
    });
    assert_eq!(nobody, Error::NoParticipants);
    let update = plan().build();
    let early = protocol().validate_update(&store, &update, START + 4);
    let future = Error::FutureSignature { signature_slot: START + 5, current_slot: START + 4 };
    assert_eq!(early, Err(future));
    let same = refused(&store, &plan(), |update| update.signature_slot = START + 4);
    let slot = START + 4;
    let error = Error::SignatureNotAfterAttested { signature_slot: slot, attested_slot: slot };
    assert_eq!(same, error);
    let late = refused(&store, &Plan::new(START + 4, Some(START + 5)), |_| {});
    let finalized_slot = START + 5;
    assert_eq!(late, Error::AttestedBeforeFinalized { attested_slot: slot, finalized_slot });
    let spoilt = |update: &mut LightClientUpdate| update.attested_header.beacon.body_root.0[0] ^= 1;
    let error = Error::Execution { slot };
    assert_eq!(refused(&store, &plan(), spoilt), error);
}

#[test]
fn rejects_periods_whose_committee_is_unknown() {
    let signed_in = |store: &Store, signature: u64| {
        let plan = Plan { signature, ..plan() };
        protocol().validate_update(store, &plan.build(), u64::MAX)
    };
    let unknown =
        |signature_period| Err(Error::UnknownPeriod { signature_period, store_period: 2 });
    assert_eq!(signed_in(&store(START), 48), unknown(3));
    assert_eq!(signed_in(&informed(START), 64), unknown(4));
    assert_eq!(signed_in(&store(START), u64::MAX), unknown(u64::MAX / 16));
    let late = store(56);
    let old = Plan::new(START + 4, None).build();
    let refused = protocol().validate_update(&late, &old, LATE);
    assert_eq!(refused, Err(Error::UnknownPeriod { signature_period: 2, store_period: 3 }));
    // The committee of the period before signs what the next one should.
    let store = informed(START);
    let plan = Plan { signature: 48, version_slot: 47, ..plan() };
    assert_eq!(refused_signature(&store, &plan), crypto::Error::InvalidSignature);
    let right = Plan { signer: 3, ..plan };
    assert_eq!(protocol().validate_update(&store, &right.build(), LATE), Ok(()));
}

fn refused_signature(store: &Store, plan: &Plan) -> crypto::Error {
    match refused(store, plan, |_| {}) {
        Error::Signature(error) => error,
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn rejects_what_is_no_news() {
    let error = Error::NotRelevant { attested_slot: START, finalized_slot: START };
    let plan = Plan::new(START, None);
    assert_eq!(refused(&store(START), &plan, |_| {}), error);
    let with_next = plan.with_next();
    assert_eq!(refused(&informed(START), &with_next, |_| {}), error);
    // While the next committee is unknown, it is news.
    assert_eq!(protocol().validate_update(&store(START), &with_next.build(), LATE), Ok(()));
}

#[test]
fn rejects_a_finalized_header_that_is_not_final() {
    let store = store(START);
    let unproven = refused(&store, &plan(), |update| update.finality_branch.fill(B256::ZERO));
    assert_eq!(unproven, Error::FinalizedHeaderNotEmpty);
    let genesis = refused(&store, &plan(), |update| update.finalized_header.beacon.slot = 0);
    assert_eq!(genesis, Error::FinalizedHeaderNotEmpty);
    for node in 0..6 {
        let spoilt = refused(&store, &plan(), |update| update.finality_branch[node].0[0] ^= 1);
        assert_eq!(spoilt, Error::FinalityBranch);
    }
    let other = refused(&store, &plan(), |update| {
        update.finalized_header.beacon.proposer_index += 1;
    });
    assert_eq!(other, Error::FinalityBranch);
    let execution = refused(&store, &plan(), |update| {
        update.finalized_header.execution = update.attested_header.execution.clone();
    });
    assert_eq!(execution, Error::Execution { slot: START + 2 });
    let early = |update: &mut LightClientUpdate| update.finalized_header.beacon.slot = 3;
    assert_eq!(refused(&store, &plan(), early), Error::UnknownFork { epoch: 0 });
}

#[test]
fn rejects_a_next_committee_that_is_not_the_next_one() {
    let store = store(START);
    let unproven =
        refused(&store, &plan(), |update| update.next_sync_committee_branch.fill(B256::ZERO));
    assert_eq!(unproven, Error::NextCommitteeNotEmpty);
    for node in 0..5 {
        let spoilt =
            refused(&store, &plan(), |update| update.next_sync_committee_branch[node].0[0] ^= 1);
        assert_eq!(spoilt, Error::NextCommitteeBranch);
    }
    let swapped = refused(&store, &plan(), |update| update.next_sync_committee = committee(4));
    assert_eq!(swapped, Error::NextCommitteeBranch);
    // Proven, but another one is known already.
    let other = Plan { next: Some(4), ..plan() };
    let (known, got) = (committee(3).hash_tree_root(), committee(4).hash_tree_root());
    let conflict = refused(&informed(START), &other, |_| {});
    assert_eq!(conflict, Error::NextCommitteeConflict { known, got });
    assert_eq!(protocol().validate_update(&store, &other.build(), LATE), Ok(()));
}

#[test]
fn rejects_a_signature_by_others_or_of_something_else() {
    let store = store(START);
    let invalid = Error::Signature(crypto::Error::InvalidSignature);
    for participants in [1, 15, 31] {
        let plan = plan().signed_by(participants);
        assert_eq!(protocol().validate_update(&store, &plan.build(), LATE), Ok(()));
        let bit = |update: &mut LightClientUpdate| {
            let mut bits = update.sync_aggregate.sync_committee_bits.to_vec();
            bits[3] ^= 0x80;
            update.sync_aggregate.sync_committee_bits = bits.into();
        };
        assert_eq!(refused(&store, &plan, bit), invalid);
    }
    let others = Plan { signer: 5, ..plan() };
    assert_eq!(refused(&store, &others, |_| {}), invalid);
    // Under the version of Altair.
    assert_eq!(refused(&store, &Plan { version_slot: 17, ..plan() }, |_| {}), invalid);
    let header = |update: &mut LightClientUpdate| update.attested_header.beacon.proposer_index = 9;
    assert_eq!(refused(&store, &plan(), header), invalid);
    let sign = |signature: [u8; 96]| {
        refused(&store, &plan(), |update| {
            let bits = update.sync_aggregate.sync_committee_bits.clone();
            update.sync_aggregate = SyncAggregate {
                sync_committee_bits: bits,
                sync_committee_signature: signature.into(),
            };
        })
    };
    let mut infinity = [0; 96];
    infinity[0] = 0xc0;
    for signature in [[0; 96], infinity, [0xff; 96]] {
        assert_eq!(sign(signature), Error::SignaturePoint);
    }
}

#[test]
fn rejects_a_committee_whose_keys_are_no_points() {
    let keys = committee(2);
    let with = |pubkeys: Vec<FixedBytes<48>>, aggregate: FixedBytes<48>| Store {
        current_sync_committee: SyncCommittee::new(pubkeys, aggregate).unwrap(),
        ..store(START)
    };
    let mut pubkeys = keys.pubkeys().to_vec();
    pubkeys[31] = FixedBytes::ZERO;
    let spoilt = with(pubkeys, *keys.aggregate_pubkey());
    let absent = plan().signed_by(30);
    assert_eq!(refused(&spoilt, &absent, |_| {}), Error::Key { index: 31 });
    let spoilt = with(keys.pubkeys().to_vec(), FixedBytes::ZERO);
    assert_eq!(refused(&spoilt, &plan(), |_| {}), Error::AggregateKey);
    let none = FixedBytes::ZERO;
    let large = with(vec![none; 64], none);
    let error = Error::CommitteeSize { expected: 32, got: 64 };
    assert_eq!(refused(&large, &plan(), |_| {}), error);
}

#[test]
fn better_updates_are_kept() {
    let at = |attested, finalized| Plan::new(attested, finalized);
    // From the best to the worst.
    let plans = [
        at(42, Some(38)).with_next().signed_by(23),
        at(41, Some(38)).with_next().signed_by(22),
        at(42, Some(38)).with_next().signed_by(22),
        Plan { signature: 44, ..at(42, Some(38)).with_next().signed_by(22) },
        at(42, Some(30)).with_next().signed_by(30),
        at(42, None).with_next().signed_by(30),
        at(42, Some(38)).signed_by(30),
        at(42, None).signed_by(32),
        at(42, None).signed_by(31),
        at(42, Some(38)).with_next().signed_by(21),
        at(42, None).with_next().signed_by(21),
        at(41, None).signed_by(21),
        at(42, None).signed_by(21),
        at(42, Some(38)).with_next().signed_by(20),
    ];
    let updates: Vec<LightClientUpdate> = plans.iter().map(Plan::build).collect();
    for (place, better) in updates.iter().enumerate() {
        assert!(!protocol().is_better_update(better, better));
        for worse in &updates[place + 1..] {
            assert!(protocol().is_better_update(better, worse), "{place}");
            assert!(!protocol().is_better_update(worse, better), "{place}");
        }
    }
    let mut store = informed(START);
    for (update, best) in [(13, 13), (9, 9), (11, 9)] {
        let done = protocol().process_update(&mut store, &updates[update], LATE);
        assert_eq!(done, Ok(()));
        assert!(store.best_valid_update.as_ref() == Some(&updates[best]));
    }
}

#[test]
fn no_slot_overflows() {
    let mut store = store(START);
    for slot in [u64::MAX, u64::MAX - 1, u64::MAX / 2] {
        for change in [
            (|update, slot| update.attested_header.beacon.slot = slot)
                as fn(&mut LightClientUpdate, u64),
            |update, slot| update.finalized_header.beacon.slot = slot,
            |update, slot| update.signature_slot = slot,
        ] {
            let mut update = plan().build();
            change(&mut update, slot);
            assert!(protocol().process_update(&mut store, &update, u64::MAX).is_err());
        }
        store.finalized_header.beacon.slot = slot;
        store.current_max_active_participants = u64::MAX;
        let update = plan().build();
        assert!(protocol().process_update(&mut store, &update, u64::MAX).is_err());
        assert_eq!(protocol().force_update_dangerously(&mut store, u64::MAX), Ok(false));
    }
}

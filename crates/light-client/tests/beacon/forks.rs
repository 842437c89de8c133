//! BCN-6, BCN-8, BCN-9: every index set, and updates on both sides of a fork.

use crate::{
    refusal_at,
    support::{
        CONFIG, Plan, SMALL, apply, block_hash, committee_root, index_set, informed_at,
        informed_of, time, trusted_at,
    },
};
use alloy_primitives::B256;
use light_client::{
    beacon::{Config, Error, IndexSet, Trusted},
    crypto, ssz,
};

/// Where each set begins, and how many nodes its finality, execution and next committee branch have.
const SETS: [(u64, IndexSet, [usize; 3]); 5] = [
    (4, IndexSet::Altair, [6, 0, 5]),
    (8, IndexSet::Capella, [6, 8, 5]),
    (16, IndexSet::Deneb, [6, 9, 5]),
    (32, IndexSet::Electra, [7, 9, 6]),
    (64, IndexSet::Gloas, [9, 11, 11]),
];

#[test]
fn bcn_8_bcn_9_bcn_10_accepts_every_index_set_with_both_committee_sizes() {
    for (start, set, lengths) in SETS {
        assert_eq!(index_set(start), set);
        for (config, plan) in [
            (&CONFIG, Plan::new(start + 1).with_next()),
            (&SMALL, Plan::new(start + 1).small().with_next()),
        ] {
            let update = plan.build();
            let next = update.next_committee.as_ref().unwrap();
            let got =
                [update.finality_branch.len(), update.execution_branch.len(), next.branch.len()];
            assert_eq!(got, lengths);
            let trusted = Trusted { next_committee_root: B256::ZERO, ..informed_of(config, start) };
            let (next, head) = apply(config, &trusted, &update, time(start + 3)).unwrap();
            assert_eq!(next.finalized_slot, start + 1);
            assert_eq!(next.next_committee_root, update.next_committee.unwrap().root);
            let got = head.map(|head| (head.id(), head.block_hash()));
            let expected = (set != IndexSet::Altair).then(|| (2, block_hash(start + 1)));
            assert_eq!(got, expected);
            assert_eq!(next.latest_head, if expected.is_some() { 2 } else { 0 });
        }
    }
}

#[test]
fn bcn_9_accepts_a_first_head_only_after_altair() {
    let (trusted, head) = trusted_at(4);
    assert_eq!((trusted.latest_head, head), (0, None));
    let (trusted, head) = apply(&CONFIG, &trusted, &Plan::new(5).build(), time(20)).unwrap();
    assert_eq!((trusted.finalized_slot, trusted.latest_head, head), (5, 0, None));
    // The same committee: slot 8 is of period 0 too.
    let (trusted, head) = apply(&CONFIG, &trusted, &Plan::new(8).build(), time(20)).unwrap();
    let head = head.unwrap();
    assert_eq!((trusted.latest_head, head.id(), head.slot()), (1, 1, 8));
}

#[test]
fn bcn_8_rejects_another_sets_execution_branch() {
    for (start, set, [_, expected, _]) in SETS {
        let trusted = informed_at(start);
        for other in IndexSet::ALL {
            let got = other.execution_block_hash().ilog2() as usize;
            if got == expected {
                continue;
            }
            let mut update = Plan::new(start + 1).build();
            update.execution_branch.resize(got, B256::ZERO);
            let refused = apply(&CONFIG, &trusted, &update, time(start + 3));
            let (expected, got) = (expected as u64, got as u64);
            let expected = ssz::Error::BranchLength { expected, got };
            assert_eq!(refused.unwrap_err(), expected.into(), "{set:?} {other:?}");
        }
    }
}

#[test]
fn bcn_9_rejects_another_sets_finality_branch() {
    for (start, set, [expected, ..]) in SETS {
        let trusted = informed_at(start);
        for got in [5, 6, 7, 8, 9, 10] {
            if got == expected {
                continue;
            }
            let mut update = Plan::new(start + 1).build();
            // Padded in front, as the specs bring an old branch into a new form.
            while update.finality_branch.len() < got {
                update.finality_branch.insert(0, B256::ZERO);
            }
            update.finality_branch.truncate(got);
            let refused = apply(&CONFIG, &trusted, &update, time(start + 3));
            let (expected, got) = (expected as u64, got as u64);
            let expected = ssz::Error::BranchLength { expected, got };
            assert_eq!(refused.unwrap_err(), expected.into(), "{set:?}");
        }
    }
}

/// Finalized, attested and signed around the slot where a fork begins.
const fn around(fork: u64) -> [[u64; 3]; 6] {
    [
        [fork - 3, fork - 2, fork - 1],
        [fork - 3, fork - 2, fork],
        [fork - 3, fork - 1, fork],
        [fork - 3, fork, fork + 1],
        [fork - 3, fork - 1, fork + 1],
        [fork, fork + 1, fork + 2],
    ]
}

#[test]
fn bcn_6_bcn_8_bcn_9_accepts_headers_on_both_sides_of_every_fork() {
    for (start, set, _) in &SETS[1..] {
        let trusted = informed_at(start - 4);
        for [finalized, attested, signature] in around(*start) {
            let update = Plan::of_slots(finalized, attested, signature).build();
            let accepted = apply(&CONFIG, &trusted, &update, time(start + 4));
            let has_head = index_set(finalized).has_execution();
            let got = accepted.map(|(_, head)| head.is_some());
            assert_eq!(got, Ok(has_head), "{set:?} {finalized} {attested} {signature}");
        }
    }
}

#[test]
fn bcn_6_bcn_13_rejects_the_new_version_in_the_first_slot_of_a_fork_and_the_old_one_after_it() {
    for (row, (start, ..)) in SETS.iter().enumerate().skip(1) {
        let trusted = informed_at(start - 4);
        let [old, new] = [row - 1, row].map(|row| CONFIG.forks[row].version);
        // The version of the slot before the signature's signs.
        for (signature, wrong) in [(start - 1, new), (*start, new), (start + 1, old)] {
            let plan = Plan::of_slots(start - 3, start - 2, signature);
            let update = plan.build();
            assert!(apply(&CONFIG, &trusted, &update, time(start + 4)).is_ok());
            let update = Plan { version: wrong, ..plan }.build();
            let refused = apply(&CONFIG, &trusted, &update, time(start + 4));
            assert_eq!(refused, Err(crypto::Error::InvalidSignature.into()));
        }
    }
}

#[test]
fn bcn_8_bcn_9_rejects_the_sets_of_the_wrong_header_across_a_fork() {
    // Finalized in Electra, attested in Gloas: finality is proven in Gloas, execution in Electra.
    let trusted = informed_at(60);
    let update = Plan::of_slots(62, 65, 66).build();
    assert_eq!([update.finality_branch.len(), update.execution_branch.len()], [9, 9]);
    assert!(apply(&CONFIG, &trusted, &update, time(66)).is_ok());
    let refused = |change: &dyn Fn(&mut light_client::beacon::builder::OwnedUpdate)| {
        let mut update = update.clone();
        change(&mut update);
        apply(&CONFIG, &trusted, &update, time(66)).unwrap_err()
    };
    let length = |expected, got| Error::Ssz(ssz::Error::BranchLength { expected, got });
    assert_eq!(refused(&|update| update.finality_branch.truncate(7)), length(9, 7));
    let longer = refused(&|update| update.execution_branch.resize(11, B256::ZERO));
    assert_eq!(longer, length(9, 11));
    // Without Gloas in its table a client takes the update for one of Electra.
    let unaware = Config { forks: &CONFIG.forks[..4], ..CONFIG };
    assert_eq!(apply(&unaware, &trusted, &update, time(66)).unwrap_err(), length(7, 9));
    let plan = Plan { version: CONFIG.forks[4].version, ..Plan::of_slots(62, 63, 66) };
    let refused = apply(&unaware, &trusted, &plan.build(), time(66)).unwrap_err();
    assert_eq!(refused, crypto::Error::InvalidSignature.into());
}

#[test]
fn bcn_9_rejects_the_finality_index_of_another_set_of_the_same_depth() {
    // The checkpoint's epoch, its node, and the justified checkpoint lie elsewhere in the same tree.
    let trusted = informed_at(40);
    let plan = Plan::new(43);
    for gindex in [168, 170, 85, 2 * 169] {
        let update = plan.build_at(gindex);
        let refused = apply(&CONFIG, &trusted, &update, time(45)).unwrap_err();
        let depth = u64::from(gindex.ilog2());
        let expected = match depth {
            7 => crypto::Error::InvalidSignature.into(),
            got => ssz::Error::BranchLength { expected: 7, got }.into(),
        };
        assert_eq!(refused, expected, "{gindex}");
    }
}

#[test]
fn bcn_6_rejects_an_epoch_before_the_first_fork() {
    // Epoch 1 begins at slot 4. The trusted state is made up: no bootstrap is possible before it.
    let trusted = Trusted { current_committee_root: committee_root(0), ..Trusted::default() };
    for slots in [[1, 2, 3], [1, 2, 5], [1, 3, 4], [1, 5, 6], [3, 4, 5]] {
        let [finalized, attested, signature] = slots;
        let update = Plan::of_slots(finalized, attested, signature).build();
        let refused = apply(&CONFIG, &trusted, &update, time(10));
        assert_eq!(refused, Err(Error::UnknownFork { epoch: 0 }), "{slots:?}");
    }
    let update = Plan::of_slots(4, 5, 6).build();
    assert!(apply(&CONFIG, &trusted, &update, time(10)).is_ok());
    assert_eq!(
        refusal_at(&trusted, &Plan::of_slots(2, 4, 6).build()),
        Error::UnknownFork { epoch: 0 }
    );
}

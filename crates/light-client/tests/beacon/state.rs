//! BCN-14, BCN-15: bootstrap and misbehaviour.

use crate::{
    equivocation, misbehaviour,
    support::{
        self, PERIOD, Plan, block_hash, bootstrap, client, committee_root, index_set, informed_at,
        time, trusted_at,
    },
    valid,
};
use alloy_primitives::B256;
use light_client::{
    beacon::{Error, Trusted},
    client,
    crypto::{self, Signature},
    ssz,
};

#[test]
fn bcn_14_accepts_a_bootstrap_of_every_index_set() {
    for slot in [4, 8, 20, 40, 65] {
        let (bootstrap, root) = bootstrap(slot);
        let (trusted, head) =
            client().bootstrap(&bootstrap.as_bootstrap(), &root, time(slot)).unwrap();
        let expected = Trusted {
            finalized_slot: slot,
            current_committee_root: committee_root(slot / PERIOD),
            latest_head: index_set(slot).has_execution().into(),
            ..Trusted::default()
        };
        assert_eq!(trusted, expected);
        let got = head.map(|head| (head.id(), head.slot(), head.block_hash()));
        let expected = index_set(slot).has_execution().then(|| (1, slot, block_hash(slot)));
        assert_eq!(got, expected);
    }
}

#[test]
fn bcn_14_rejects_a_bootstrap_in_the_order_of_the_clause() {
    let (good, root) = bootstrap(40);
    let refused = |change: fn(&mut support::Bootstrap), now| {
        let mut bootstrap = good.clone();
        change(&mut bootstrap);
        client().bootstrap(&bootstrap.as_bootstrap(), &root, now).unwrap_err()
    };
    let mut other = good.header;
    other.slot = 41;
    let got = other.hash_tree_root();
    let expected = Error::BootstrapRoot { expected: root, got };
    assert_eq!(refused(|bootstrap| bootstrap.header.slot = 41, time(41)), expected);
    let length = |expected, got| Error::Ssz(ssz::Error::BranchLength { expected, got });
    let short = |bootstrap: &mut support::Bootstrap| {
        bootstrap.current_committee_branch.truncate(bootstrap.current_committee_branch.len() - 1);
    };
    assert_eq!(refused(short, time(41)), length(6, 5));
    let changes: [fn(&mut support::Bootstrap); 2] = [
        |bootstrap| bootstrap.current_committee_root.0[0] ^= 1,
        |bootstrap| bootstrap.current_committee_branch[0].0[0] ^= 1,
    ];
    for change in changes {
        assert_eq!(refused(change, time(41)), Error::CurrentCommitteeBranch);
    }
    let short = |bootstrap: &mut support::Bootstrap| {
        bootstrap.execution_branch.truncate(bootstrap.execution_branch.len() - 1);
    };
    assert_eq!(refused(short, time(41)), length(9, 8));
    let wrong = |bootstrap: &mut support::Bootstrap| bootstrap.execution_block_hash.0[0] ^= 1;
    assert_eq!(refused(wrong, u64::MAX), Error::ExecutionBranch);
    let expiry = time(40) + 1_200;
    let expired = client::Error::Expired { expiry, now: expiry + 1 };
    assert_eq!(refused(|_| (), expiry + 1), expired.into());
}

#[test]
fn bcn_14_rejects_a_bootstrap_before_the_first_fork() {
    let (bootstrap, root) = bootstrap(3);
    let refused = client().bootstrap(&bootstrap.as_bootstrap(), &root, time(3));
    assert_eq!(refused, Err(Error::UnknownFork { epoch: 0 }));
}

#[test]
fn bcn_15_accepts_two_finalized_headers_of_one_slot() {
    let (a, b) = equivocation();
    // Before the slot is trusted, after it, and with an unknown next committee.
    for trusted in [informed_at(40), informed_at(46), trusted_at(40).0] {
        let frozen = Trusted { frozen_at: time(80), ..trusted };
        assert_eq!(misbehaviour(&trusted, &a, &b, time(80)), Ok(frozen));
        assert_eq!(misbehaviour(&trusted, &b, &a, time(80)), Ok(frozen));
    }
}

#[test]
fn bcn_15_rejects_updates_that_do_not_conflict() {
    let a = valid();
    let other_slot = Plan::new(44).build();
    let same_header = Plan::of_slots(43, 45, 47).build();
    for b in [&a, &other_slot, &same_header] {
        let refused = misbehaviour(&informed_at(40), &a, b, time(80));
        assert_eq!(refused, Err(Error::NotMisbehaviour));
    }
}

#[test]
fn bcn_15_rejects_an_invalid_update_before_asking_whether_they_conflict() {
    let (a, invalid) = (valid(), Err(crypto::Error::InvalidSignature.into()));
    let mut b = a.clone();
    b.pair.outer_proposer_index += 1;
    // They would not conflict if both were valid.
    assert_eq!(misbehaviour(&informed_at(40), &a, &b, time(80)), invalid);
    assert_eq!(misbehaviour(&informed_at(40), &b, &a, time(80)), invalid);
    let frozen = Trusted { frozen_at: 1, ..informed_at(40) };
    let refused = misbehaviour(&frozen, &a, &a, time(80));
    assert_eq!(refused, Err(client::Error::Frozen { at: 1 }.into()));
}

#[test]
fn bcn_15_c5_rejects_unverified_data() {
    let (a, mut b) = equivocation();
    let invalid = Err(crypto::Error::InvalidSignature.into());
    b.pair.outer_proposer_index += 1;
    assert_eq!(misbehaviour(&informed_at(40), &a, &b, time(80)), invalid);
    assert_eq!(misbehaviour(&informed_at(40), &b, &a, time(80)), invalid);
    // A finalized header that was made up.
    let (a, mut b) = equivocation();
    b.pair.inner_roots = B256::repeat_byte(9);
    assert_eq!(misbehaviour(&informed_at(40), &a, &b, time(80)), invalid);
    let (a, b) = equivocation();
    let few = Plan { salt: 2, ..Plan::new(43) }.absent(0..171).build();
    let refused = Err(Error::InsufficientParticipation { got: 341, required: 342 });
    assert_eq!(misbehaviour(&informed_at(40), &b, &few, time(80)), refused);
    // The first one's error is reported.
    let mut first = a;
    first.signature = Signature([0; 192]);
    let refused = misbehaviour(&informed_at(40), &first, &few, time(80));
    assert_eq!(refused, Err(crypto::Error::Infinity.into()));
    // Of a period whose committee is no longer known.
    let refused = misbehaviour(&informed_at(56), &valid(), &b, time(80));
    assert_eq!(refused, Err(Error::UnknownPeriod { signature_period: 2, trusted_period: 3 }));
}

#[test]
fn bcn_14_a_bootstrap_and_a_trusted_state_survive_json() {
    let (bootstrap, _) = bootstrap(40);
    let json = serde_json::to_string(&bootstrap).unwrap();
    assert_eq!(serde_json::from_str::<support::Bootstrap>(&json).unwrap(), bootstrap);
    let trusted = trusted_at(40).0;
    let json = serde_json::to_string(&trusted).unwrap();
    assert_eq!(serde_json::from_str::<Trusted>(&json).unwrap(), trusted);
}

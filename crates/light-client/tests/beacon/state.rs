//! BCN-15 to BCN-18: conflicts, bootstrap, misbehaviour, configuration.

use crate::{
    equivocation, refusal_at,
    support::{
        self, CONFIG, PERIOD, Plan, block_hash, bootstrap, client, committee, committee_root,
        informed_at, time, trusted_at,
    },
    valid,
};
use alloy_primitives::B256;
use light_client::{
    beacon::{
        Config, Error, Fork, IndexSet, Trusted, Update, builder::OwnedUpdate, networks::MAINNET,
    },
    client,
    crypto::{self, Signature},
    ssz,
};

#[test]
fn bcn_15_accepts_the_trusted_header_and_rejects_another_at_its_slot() {
    let (trusted, _) = trusted_at(40);
    let update = Plan::new(40).with_next().build();
    assert_eq!(refusal_at(&trusted, &update), Error::ConflictingFinality { slot: 40 });
    let refused = client().verify_update(&trusted, &update.as_update(), time(80));
    assert_eq!(refused, Err(Error::ConflictingFinality { slot: 40 }));
    // The same header is no conflict: the committee is learned.
    let first = Plan::new(41).build();
    let (trusted, _) = client().update(&trusted, &first.as_update(), time(80)).unwrap();
    let update = Plan::new(41).with_next().build();
    let (next, head) = client().update(&trusted, &update.as_update(), time(80)).unwrap();
    assert_eq!(next, Trusted { next_committee_root: committee_root(3), ..trusted });
    assert_eq!(head, None);
}

#[test]
fn bcn_16_accepts_a_bootstrap_of_either_index_set() {
    for slot in [20, 40] {
        let (bootstrap, root) = bootstrap(slot);
        let (trusted, head) =
            client().bootstrap(&bootstrap.as_bootstrap(), &root, time(slot)).unwrap();
        let expected = Trusted {
            finalized_slot: slot,
            finalized_root: root,
            current_committee_root: committee_root(slot / PERIOD),
            latest_head: 1,
            ..Trusted::default()
        };
        assert_eq!(trusted, expected);
        assert_eq!((head.id(), head.block_hash()), (1, block_hash(slot)));
    }
}

#[test]
fn bcn_16_rejects_a_bootstrap_in_the_order_of_the_clause() {
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
fn bcn_16_rejects_a_bootstrap_before_the_first_fork() {
    let (bootstrap, root) = bootstrap(3);
    let refused = client().bootstrap(&bootstrap.as_bootstrap(), &root, time(3));
    assert_eq!(refused, Err(Error::UnknownFork { epoch: 0 }));
}

fn misbehaviour(trusted: &Trusted, a: &Update<'_>, b: &Update<'_>) -> Result<Trusted, Error> {
    client().misbehaviour(trusted, a, b, time(80))
}

#[test]
fn bcn_17_accepts_two_finalized_headers_of_one_slot() {
    let (a, b) = equivocation();
    let (a, b) = (a.as_update(), b.as_update());
    // Before the slot is trusted, after it, and with an unknown next committee.
    for trusted in [informed_at(40), informed_at(46), trusted_at(40).0] {
        let frozen = Trusted { frozen_at: time(80), ..trusted };
        assert_eq!(misbehaviour(&trusted, &a, &b), Ok(frozen));
        assert_eq!(misbehaviour(&trusted, &b, &a), Ok(frozen));
    }
}

#[test]
fn bcn_17_rejects_updates_that_do_not_conflict() {
    let (a, b) = equivocation();
    let other_slot = Plan::new(44).build();
    let same_header = Plan::of_slots(43, 45, 47).build();
    for b in [&a, &other_slot, &same_header] {
        let refused = misbehaviour(&informed_at(40), &a.as_update(), &b.as_update());
        assert_eq!(refused, Err(Error::NotMisbehaviour));
    }
    // Checked before anything else.
    let frozen = Trusted { frozen_at: 1, ..informed_at(40) };
    let refused = misbehaviour(&frozen, &a.as_update(), &a.as_update());
    assert_eq!(refused, Err(Error::NotMisbehaviour));
    drop(b);
}

#[test]
fn bcn_17_c5_rejects_unverified_data() {
    let (a, mut b) = equivocation();
    let invalid = Err(crypto::Error::InvalidSignature.into());
    b.attested.proposer_index += 1;
    assert_eq!(misbehaviour(&informed_at(40), &a.as_update(), &b.as_update()), invalid);
    assert_eq!(misbehaviour(&informed_at(40), &b.as_update(), &a.as_update()), invalid);
    let (a, b) = equivocation();
    let few = Plan { salt: 2, ..Plan::new(43) }.absent(0..171).build();
    let refused = Err(Error::InsufficientParticipation { got: 341, required: 342 });
    assert_eq!(misbehaviour(&informed_at(40), &b.as_update(), &few.as_update()), refused);
    // The first one's error is reported.
    let mut first = a;
    first.signature = Signature([0; 192]);
    let refused = misbehaviour(&informed_at(40), &first.as_update(), &few.as_update());
    assert_eq!(refused, Err(crypto::Error::Infinity.into()));
    // Of a period whose committee is no longer known.
    let refused = misbehaviour(&informed_at(56), &valid().as_update(), &b.as_update());
    assert_eq!(refused, Err(Error::UnknownPeriod { signature_period: 2, trusted_period: 3 }));
}

#[test]
fn bcn_18_accepts_networks_and_rejects_what_describes_none() {
    let fork = |epoch| Fork { epoch, version: [0; 4], index_set: IndexSet::Electra };
    let (repeated, decreasing) = ([fork(1), fork(1)], [fork(2), fork(1)]);
    for config in [
        Config { forks: &[], ..CONFIG },
        Config { forks: &repeated, ..CONFIG },
        Config { forks: &decreasing, ..CONFIG },
        Config { seconds_per_slot: 0, ..CONFIG },
        Config { slots_per_epoch: 0, ..CONFIG },
        Config { epochs_per_period: 0, ..CONFIG },
        Config { trusting_period: 0, ..CONFIG },
        Config { genesis_validators_root: B256::ZERO, ..CONFIG },
    ] {
        assert_eq!(config.validate(), Err(Error::Config));
        let refused = light_client::beacon::Client::new(config, crypto::DefaultBls::default());
        assert_eq!(refused.unwrap_err(), Error::Config);
    }
    assert_eq!(CONFIG.validate(), Ok(()));
    assert_eq!(Config { genesis_time: 0, ..MAINNET }.validate(), Ok(()));
}

#[test]
fn an_update_and_a_bootstrap_survive_json() {
    let update = Plan::new(43).with_next().build();
    let json = serde_json::to_string(&update).unwrap();
    assert_eq!(serde_json::from_str::<OwnedUpdate>(&json).unwrap(), update);
    let (bootstrap, _) = bootstrap(40);
    let json = serde_json::to_string(&bootstrap).unwrap();
    assert_eq!(serde_json::from_str::<support::Bootstrap>(&json).unwrap(), bootstrap);
    let trusted = trusted_at(40).0;
    let json = serde_json::to_string(&trusted).unwrap();
    assert_eq!(serde_json::from_str::<Trusted>(&json).unwrap(), trusted);
    assert_eq!(committee(2).committee().pubkeys().len(), 512);
}

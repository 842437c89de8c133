//! The store that follows the specs agrees with them on every step.

use super::corpus::{Done, Visit, visit};
use alloy_primitives::{B256, hex};
use light_client::beacon::{
    IndexSet,
    spec::{
        LightClientHeader, LightClientUpdate, SyncCommittee,
        store::{Error, Store},
    },
};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

#[test]
fn the_store_agrees_with_the_specs_on_every_changed_update() {
    let mut seen = [0_usize; 4];
    let mut refusals: BTreeMap<(usize, String), usize> = BTreeMap::new();
    let mut differences = Vec::new();
    let (head, is_kept) = visit(|visit| {
        let kind = match visit.step.verdict() {
            "accept" => 0,
            "reject" => 1,
            "undecodable" => 2,
            other => panic!("{}: verdict {other}", visit.place),
        };
        seen[if visit.step.is_upgrade() { 3 } else { kind }] += 1;
        if let (Some(why), Done::Update { result: Err(error), .. }) = (visit.step.why, &visit.done)
        {
            *refusals.entry((why, variant(error))).or_default() += 1;
        }
        if let Some(difference) = difference(&visit) {
            differences.push(format!("{}: {difference}", visit.place));
        }
    });
    println!(
        "accepted {}, refused {}, undecodable {}, upgrades {}",
        seen[0], seen[1], seen[2], seen[3]
    );
    for ((why, error), count) in &refusals {
        println!("{count:>7}  {}  →  {error}", head.assertions[*why]);
    }
    for difference in differences.iter().take(40) {
        eprintln!("DIFFERENCE in {difference}");
    }
    assert!(differences.is_empty(), "{} differences", differences.len());

    assert_eq!(seen, [head.accept, head.reject, head.undecodable, head.other]);
    assert_eq!(seen.iter().sum::<usize>(), head.steps);
    for ((why, error), count) in &refusals {
        assert!(
            said(&head.assertions[*why]).contains(&error.as_str()),
            "{count} times {error} instead of {}",
            head.assertions[*why],
        );
    }
    if is_kept {
        assert_eq!(seen, KEPT);
        // Every assertion of the specs on updates refuses something. That of `apply_light_client_update` cannot: see `FinalizedPeriod`.
        assert_eq!(head.assertions.len(), RULES.len());
    }
}

/// Accepted, refused, undecodable, upgrades: of the file kept here.
const KEPT: [usize; 4] = [2666, 3494, 102, 147];

/// An assertion of the specs by a part of it that is its own, and how its failure is called here.
const RULES: [(&str, &[&str]); 13] = [
    ("MIN_SYNC_COMMITTEE_PARTICIPANTS", &["NoParticipants"]),
    ("is_valid_light_client_header(update.attested_header)", &["Execution"]),
    (
        "current_slot >=",
        &["FutureSignature", "SignatureNotAfterAttested", "AttestedBeforeFinalized"],
    ),
    ("update_signature_period in", &["UnknownPeriod"]),
    ("update_signature_period == store_period", &["UnknownPeriod"]),
    ("update_has_next_sync_committee", &["NotRelevant"]),
    ("update.finalized_header == LightClientHeader", &["FinalizedHeaderNotEmpty"]),
    ("is_valid_light_client_header(update.finalized_header)", &["Execution"]),
    ("leaf=finalized_root", &["FinalityBranch"]),
    ("update.next_sync_committee == SyncCommittee", &["NextCommitteeNotEmpty"]),
    ("update.next_sync_committee == store", &["NextCommitteeConflict"]),
    ("leaf=hash_tree_root(update.next_sync_committee)", &["NextCommitteeBranch"]),
    ("FastAggregateVerify", &["Key", "AggregateKey", "SignaturePoint", "Signature"]),
];

fn said(assertion: &str) -> &'static [&'static str] {
    let rule = RULES.iter().find(|(part, _)| assertion.contains(part));
    rule.unwrap_or_else(|| panic!("an assertion without a name here: {assertion}")).1
}

/// The name of an error, without what it carries.
fn variant(error: &Error) -> String {
    let name = format!("{error:?}");
    name.split([' ', '(', '{']).next().unwrap().to_owned()
}

/// What is not as the specs say, if anything.
fn difference(visit: &Visit<'_>) -> Option<String> {
    let accepted = match &visit.done {
        Done::Undecodable => {
            return (visit.step.verdict() != "undecodable").then(|| "not decoded".into());
        }
        Done::Update { result, .. } | Done::Other(result) => *result,
    };
    match (visit.step.verdict(), accepted) {
        ("accept", Ok(())) => {
            let got = digest(visit);
            let expected = visit.step.store.as_deref().unwrap_or("nothing");
            (got != expected).then(|| format!("the store is {got}, {expected} expected"))
        }
        ("reject", Err(_)) => (visit.before != visit.after).then(|| "refused, but changed".into()),
        (expected, got) => Some(format!("{got:?}, {expected} expected")),
    }
}

/// The digest of a store: see `vectors/beacon/mutations/README.md`.
fn digest(visit: &Visit<'_>) -> String {
    let store: &Store = visit.after;
    let execution = |header: &LightClientHeader| match store.form {
        IndexSet::Altair => B256::ZERO,
        _ => visit.protocol.execution_root(header).unwrap(),
    };
    let next = store.next_sync_committee.as_ref();
    let mut hash = Sha256::new();
    for header in [&store.finalized_header, &store.optimistic_header] {
        hash.update(header.beacon.hash_tree_root());
        hash.update(execution(header));
    }
    hash.update(store.current_sync_committee.hash_tree_root());
    hash.update(next.map_or(B256::ZERO, SyncCommittee::hash_tree_root));
    hash.update(store.best_valid_update.as_ref().map_or([0; 32], best));
    hash.update(store.previous_max_active_participants.to_le_bytes());
    hash.update(store.current_max_active_participants.to_le_bytes());
    hex::encode(&hash.finalize()[..16])
}

fn best(update: &LightClientUpdate) -> [u8; 32] {
    let padded = |branch: &[B256], length: usize| {
        let zeros = vec![B256::ZERO; length - branch.len()];
        [&zeros[..], branch].concat().iter().flatten().copied().collect::<Vec<u8>>()
    };
    let mut hash = Sha256::new();
    hash.update(update.attested_header.beacon.hash_tree_root());
    hash.update(update.next_sync_committee.hash_tree_root());
    hash.update(padded(&update.next_sync_committee_branch, 11));
    hash.update(update.finalized_header.beacon.hash_tree_root());
    hash.update(padded(&update.finality_branch, 9));
    hash.update(&update.sync_aggregate.sync_committee_bits);
    hash.update(update.sync_aggregate.sync_committee_signature);
    hash.update(update.signature_slot.to_le_bytes());
    hash.finalize().into()
}

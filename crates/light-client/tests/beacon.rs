//! BCN-1 to BCN-18 and CLI-1 to CLI-4 on a made-up network. Each refusal is the exact error.

mod support;

use alloy_primitives::B256;
use light_client::{
    Consensus,
    beacon::{
        Config, Error, Fork, Heads, IndexSet, Trusted, Update, builder::OwnedUpdate,
        networks::MAINNET,
    },
    client,
    crypto::{self, PublicKey, Signature},
    ssz,
};
use support::{
    CHAIN_ID, CONFIG, PERIOD, Plan, block_hash, bootstrap, client, committee, committee_root,
    informed_at, time, trusted_at,
};

/// What the client says to an update on the trusted block of slot 40, the next committee known, long enough after it.
fn refusal(update: &OwnedUpdate) -> Error {
    refusal_at(&informed_at(40), update)
}

fn refusal_at(trusted: &Trusted, update: &OwnedUpdate) -> Error {
    client().update(trusted, &update.as_update(), time(80)).unwrap_err()
}

fn valid() -> OwnedUpdate {
    Plan::new(43).build()
}

fn changed(change: impl FnOnce(&mut OwnedUpdate)) -> OwnedUpdate {
    let mut update = valid();
    change(&mut update);
    update
}

// ── what is accepted ─────────────────────────────────────────────────────────────────────────────

#[test]
fn bcn_14_an_update_moves_the_trusted_header_and_gives_a_head() {
    let (trusted, update) = (informed_at(40), valid());
    let (next, head) = client().update(&trusted, &update.as_update(), time(45)).unwrap();
    let expected = Trusted {
        finalized_slot: 43,
        finalized_root: update.finalized.hash_tree_root(),
        latest_head: 2,
        ..trusted
    };
    assert_eq!(next, expected);
    let head = head.unwrap();
    let got = (head.chain_id(), head.id(), head.slot(), head.block_hash());
    assert_eq!(got, (CHAIN_ID, 2, 43, block_hash(43)));
    let root = client().verify_update(&trusted, &update.as_update(), time(45));
    assert_eq!(root, Ok(expected.finalized_root));
    assert_eq!(
        Consensus::verify(&client(), &trusted, &update.as_update(), time(45)).unwrap().0,
        next
    );
}

#[test]
fn bcn_13_any_set_of_absent_members_is_accepted() {
    let sets: [Vec<usize>; 6] = [
        vec![],
        vec![0],
        vec![511],
        vec![0, 1, 2, 3, 510, 511],
        (0..170).collect(),
        (0..170).map(|index| 3 * index + 1).collect(),
    ];
    for absent in sets {
        let update = Plan::new(43).absent(absent).build();
        assert!(client().update(&informed_at(40), &update.as_update(), time(45)).is_ok());
    }
}

#[test]
fn bcn_5_a_signature_of_the_next_period_rotates_only_with_the_finalized_header() {
    let trusted = informed_at(40);
    // Signed in period 3, finalized in period 2: nothing rotates.
    let update = Plan::of_slots(46, 47, 48).build();
    let (next, _) = client().update(&trusted, &update.as_update(), time(48)).unwrap();
    assert_eq!(next.current_committee_root, trusted.current_committee_root);
    assert_eq!(next.next_committee_root, trusted.next_committee_root);
    // Finalized in period 3: it does, and the next committee is unknown unless the update brings it.
    let update = Plan::new(48).build();
    let (rotated, head) = client().update(&next, &update.as_update(), time(60)).unwrap();
    assert_eq!(rotated.current_committee_root, committee_root(3));
    assert_eq!((rotated.next_committee_root, head.unwrap().id()), (B256::ZERO, 3));
    let update = Plan::new(48).with_next().build();
    let (rotated, _) = client().update(&next, &update.as_update(), time(60)).unwrap();
    assert_eq!(rotated.current_committee_root, committee_root(3));
    assert_eq!(rotated.next_committee_root, committee_root(4));
}

#[test]
fn bcn_4_an_older_update_is_accepted_when_it_brings_the_missing_committee() {
    let (trusted, _) = trusted_at(40);
    let update = Plan::new(36).with_next().build();
    let (next, head) = client().update(&trusted, &update.as_update(), time(45)).unwrap();
    let expected = Trusted { next_committee_root: committee_root(3), ..trusted };
    assert_eq!((next, head), (expected, None));
    // Not twice.
    let refused = Error::NotNewer { finalized_slot: 36, trusted_slot: 40 };
    assert_eq!(refusal_at(&next, &update), refused);
}

#[test]
fn c6_the_state_does_not_depend_on_the_path() {
    let apply = |trusted: Trusted, update: OwnedUpdate| {
        client().update(&trusted, &update.as_update(), time(60)).unwrap().0
    };
    let (start, last) = (trusted_at(40).0, Plan::new(52).build());
    let direct = apply(apply(start, Plan::new(43).with_next().build()), last.clone());
    let detour = apply(start, Plan::new(41).with_next().build());
    let detour = apply(apply(apply(detour, Plan::new(43).build()), Plan::new(44).build()), last);
    assert_eq!(Trusted { latest_head: 0, ..direct }, Trusted { latest_head: 0, ..detour });
}

#[test]
fn bcn_6_forks_are_those_of_the_headers_and_the_version_that_of_the_slot_before_the_signature() {
    // The fork is at slot 32, the start of period 2.
    let trusted = informed_at(20);
    for slots in
        [[29, 30, 31], [29, 30, 32], [29, 31, 32], [29, 32, 33], [29, 31, 33], [32, 33, 34]]
    {
        let [finalized, attested, signature] = slots;
        let update = Plan::of_slots(finalized, attested, signature).build();
        let accepted = client().update(&trusted, &update.as_update(), time(40));
        assert!(accepted.is_ok(), "{slots:?}: {accepted:?}");
    }
    for (slots, version) in [([29, 30, 32], [5, 0, 0, 9]), ([29, 31, 33], [4, 0, 0, 9])] {
        let [finalized, attested, signature] = slots;
        let update = Plan { version, ..Plan::of_slots(finalized, attested, signature) }.build();
        let refused = client().update(&trusted, &update.as_update(), time(40));
        assert_eq!(refused, Err(crypto::Error::InvalidSignature.into()));
    }
}

// ── what is refused, in the order of the clauses ─────────────────────────────────────────────────

#[test]
fn cli_1_a_frozen_client_refuses_everything() {
    let trusted = Trusted { frozen_at: 77, ..informed_at(40) };
    let frozen = client::Error::Frozen { at: 77 };
    assert_eq!(refusal_at(&trusted, &valid()), frozen.into());
    assert_eq!(client().head(&trusted, &Heads::new(), 1, u64::MAX), Err(frozen));
    let (a, b) = equivocation();
    let refused = client().misbehaviour(&trusted, &a.as_update(), &b.as_update(), time(45));
    assert_eq!(refused, Err(frozen.into()));
}

#[test]
fn cli_2_a_client_expires_one_second_after_the_trusting_period() {
    let (trusted, expiry) = (informed_at(40), time(40) + 1_200);
    let update = valid();
    assert!(client().update(&trusted, &update.as_update(), expiry).is_ok());
    let expired = client::Error::Expired { expiry, now: expiry + 1 };
    let refused = client().update(&trusted, &update.as_update(), expiry + 1);
    assert_eq!(refused, Err(expired.into()));
    assert_eq!(client().head(&trusted, &Heads::new(), 1, expiry + 1), Err(expired));
    let (a, b) = equivocation();
    let refused = client().misbehaviour(&trusted, &a.as_update(), &b.as_update(), expiry + 1);
    assert_eq!(refused, Err(expired.into()));
}

#[test]
fn cli_2_no_slot_overflows_into_an_early_expiry() {
    let trusted = Trusted { finalized_slot: u64::MAX, ..informed_at(40) };
    assert_eq!(client().verify_active(&trusted, u64::MAX), Ok(()));
}

#[test]
fn cli_3_only_the_last_64_heads_are_known() {
    let (mut trusted, head) = trusted_at(40);
    let mut heads = Heads::new();
    heads.push(&head);
    let client = client();
    let known = |trusted: &Trusted, heads: &Heads, id| client.head(trusted, heads, id, time(41));
    assert_eq!(known(&trusted, &heads, 1), Ok(head));
    for id in [0, 2, 64, 65, u64::MAX] {
        assert_eq!(known(&trusted, &heads, id), Err(client::Error::UnknownHead { id }));
    }
    trusted = informed_at(40);
    trusted.latest_head = 64;
    let update = valid();
    let (trusted, head) = client.update(&trusted, &update.as_update(), time(45)).unwrap();
    heads.push(&head.unwrap());
    assert_eq!(known(&trusted, &heads, 1), Err(client::Error::UnknownHead { id: 1 }));
    assert_eq!(known(&trusted, &heads, 65), Ok(head.unwrap()));
    let stored = serde_json::to_string(&heads).unwrap();
    assert_eq!(serde_json::from_str::<Heads>(&stored).unwrap(), heads);
}

#[test]
fn cli_4_a_chain_without_a_client_is_unknown() {
    let clients = [(CHAIN_ID, "seven"), (1, "one")];
    let registry = client::Registry::new(&clients);
    assert_eq!(registry.get(1), Ok(&"one"));
    assert_eq!(registry.get(2), Err(client::Error::UnknownChain { chain_id: 2 }));
}

#[test]
fn c2_the_default_state_verifies_nothing() {
    let update = Plan::new(5).with_next().build();
    let refused = client().update(&Trusted::default(), &update.as_update(), time(8));
    let got = committee_root(0);
    assert_eq!(refused, Err(Error::CommitteeRoot { expected: B256::ZERO, got }));
    let later = Plan::new(21).build();
    let refused = client().update(&Trusted::default(), &later.as_update(), time(30));
    assert_eq!(refused, Err(Error::UnknownPeriod { signature_period: 1, trusted_period: 0 }));
}

#[test]
fn bcn_1_a_signature_from_the_future_is_refused() {
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
fn bcn_2_a_signature_not_after_the_attested_slot_is_refused() {
    for signature_slot in [44, 43, 0] {
        let update = changed(|update| update.signature_slot = signature_slot);
        let refused = Error::SignatureNotAfterAttested { signature_slot, attested_slot: 44 };
        assert_eq!(refusal(&update), refused);
    }
}

#[test]
fn bcn_3_an_attested_slot_before_the_finalized_one_is_refused() {
    let update = Plan::of_slots(46, 45, 47).build();
    let refused = Error::AttestedBeforeFinalized { attested_slot: 45, finalized_slot: 46 };
    assert_eq!(refusal(&update), refused);
    let same = Plan::of_slots(45, 45, 47).build();
    assert!(client().update(&informed_at(40), &same.as_update(), time(47)).is_ok());
}

#[test]
fn bcn_4_what_is_not_newer_is_refused() {
    for finalized_slot in [40, 39, 33] {
        let update = Plan::new(finalized_slot).build();
        let refused = Error::NotNewer { finalized_slot, trusted_slot: 40 };
        assert_eq!(refusal(&update), refused);
        assert_eq!(refusal_at(&trusted_at(40).0, &update), refused);
        assert_eq!(refusal(&Plan::new(finalized_slot).with_next().build()), refused);
    }
}

#[test]
fn bcn_5_a_period_whose_committee_is_not_known_is_refused() {
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
fn bcn_6_an_epoch_before_the_first_fork_is_refused() {
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
fn bcn_7_two_thirds_of_the_committee_are_needed() {
    let update = Plan::new(43).absent(0..171).build();
    let refused = |got| Error::InsufficientParticipation { got, required: 342 };
    assert_eq!(refusal(&update), refused(341));
    assert_eq!(refusal(&changed(|update| update.participation = [0; 64])), refused(0));
    let update = Plan::new(43).absent(0..170).build();
    assert!(client().update(&informed_at(40), &update.as_update(), time(45)).is_ok());
}

#[test]
fn bcn_8_only_the_finalized_root_of_the_attested_state_is_accepted() {
    let changes: [fn(&mut OwnedUpdate); 5] = [
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
    assert_eq!(refusal(&changed(|update| drop(update.finality_branch.pop()))), length(6));
    assert_eq!(refusal(&changed(|update| update.finality_branch.clear())), length(0));
}

#[test]
fn bcn_8_a_branch_of_another_forks_length_is_refused() {
    let mut update = Plan::of_slots(27, 28, 29).build();
    update.finality_branch.push(B256::ZERO);
    let refused = ssz::Error::BranchLength { expected: 6, got: 7 };
    assert_eq!(refusal_at(&informed_at(20), &update), refused.into());
}

#[test]
fn bcn_9_only_the_execution_block_of_the_finalized_body_is_accepted() {
    let changes: [fn(&mut OwnedUpdate); 3] = [
        |update| update.execution_block_hash.0[0] ^= 1,
        |update| update.execution_block_hash = B256::ZERO,
        |update| update.execution_branch[8].0[0] ^= 1,
    ];
    for change in changes {
        assert_eq!(refusal(&changed(change)), Error::ExecutionBranch);
    }
    let length = |got| Error::Ssz(ssz::Error::BranchLength { expected: 9, got });
    assert_eq!(refusal(&changed(|update| drop(update.execution_branch.pop()))), length(8));
    assert_eq!(refusal(&changed(|update| update.execution_branch.push(B256::ZERO))), length(10));
}

#[test]
fn bcn_10_a_next_committee_is_learned_only_within_one_period() {
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
fn bcn_10_only_the_next_committee_of_the_attested_state_is_accepted() {
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
    assert_eq!(with_next(|update| drop(update.next_committee_branch.pop())), length(6, 5));
    assert_eq!(with_next(|update| update.next_committee_branch.clear()), length(6, 0));
    // A branch for no root.
    assert_eq!(with_next(|update| update.next_committee_root = B256::ZERO), length(0, 6));
}

#[test]
fn bcn_10_a_known_next_committee_is_not_replaced() {
    let update = Plan { next: Some(9), ..Plan::new(43) }.build();
    let refused = Error::NextCommitteeConflict { known: committee_root(3), got: committee_root(9) };
    assert_eq!(refusal(&update), refused);
    let same = Plan::new(43).with_next().build();
    let (next, _) = client().update(&informed_at(40), &same.as_update(), time(45)).unwrap();
    assert_eq!(next.next_committee_root, committee_root(3));
}

#[test]
fn bcn_11_the_absent_members_are_as_many_as_did_not_sign() {
    let refused = |got| Error::AbsentCount { expected: 3, got };
    assert_eq!(refusal(&changed(|update| drop(update.absent.pop()))), refused(2));
    assert_eq!(refusal(&changed(|update| update.absent.push(update.absent[0]))), refused(4));
    assert_eq!(refusal(&changed(|update| update.absent.clear())), refused(0));
    let refused = Error::AbsentCount { expected: 2, got: 3 };
    assert_eq!(refusal(&changed(|update| update.participation[0] |= 1 << 5)), refused);
}

#[test]
fn bcn_12_absent_members_are_in_order_in_the_committee_and_not_participants() {
    // Absent are 5, 6 and 300.
    let cases: [(u64, fn(&mut OwnedUpdate)); 9] = [
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
fn bcn_13_only_the_keys_of_the_signing_committee_are_accepted() {
    let expected = committee_root(2);
    let changes: [fn(&mut OwnedUpdate); 6] = [
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
fn bcn_13_the_witness_is_exact() {
    let length = valid().witness.len() as u64;
    let update = changed(|update| drop(update.witness.pop()));
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
fn bcn_14_only_the_signature_of_the_participants_is_accepted() {
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
fn bcn_14_invalid_points_are_refused() {
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
fn h3_every_flipped_bit_is_refused() {
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

#[test]
fn bcn_15_another_header_at_the_trusted_slot_is_not_taken_over() {
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

// ── bootstrap, misbehaviour, configuration ───────────────────────────────────────────────────────

#[test]
fn bcn_16_a_bootstrap_gives_the_first_state_and_head() {
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
fn bcn_16_a_bootstrap_is_refused_in_the_order_of_the_clause() {
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
    let short = |bootstrap: &mut support::Bootstrap| drop(bootstrap.current_committee_branch.pop());
    assert_eq!(refused(short, time(41)), length(6, 5));
    let changes: [fn(&mut support::Bootstrap); 2] = [
        |bootstrap| bootstrap.current_committee_root.0[0] ^= 1,
        |bootstrap| bootstrap.current_committee_branch[0].0[0] ^= 1,
    ];
    for change in changes {
        assert_eq!(refused(change, time(41)), Error::CurrentCommitteeBranch);
    }
    let short = |bootstrap: &mut support::Bootstrap| drop(bootstrap.execution_branch.pop());
    assert_eq!(refused(short, time(41)), length(9, 8));
    let wrong = |bootstrap: &mut support::Bootstrap| bootstrap.execution_block_hash.0[0] ^= 1;
    assert_eq!(refused(wrong, u64::MAX), Error::ExecutionBranch);
    let expiry = time(40) + 1_200;
    let expired = client::Error::Expired { expiry, now: expiry + 1 };
    assert_eq!(refused(|_| (), expiry + 1), expired.into());
}

#[test]
fn bcn_16_a_bootstrap_before_the_first_fork_is_refused() {
    let (bootstrap, root) = bootstrap(3);
    let refused = client().bootstrap(&bootstrap.as_bootstrap(), &root, time(3));
    assert_eq!(refused, Err(Error::UnknownFork { epoch: 0 }));
}

/// Two updates that finalize different blocks of slot 43.
fn equivocation() -> (OwnedUpdate, OwnedUpdate) {
    (valid(), Plan { salt: 1, ..Plan::of_slots(43, 45, 47) }.build())
}

fn misbehaviour(trusted: &Trusted, a: &Update<'_>, b: &Update<'_>) -> Result<Trusted, Error> {
    client().misbehaviour(trusted, a, b, time(80))
}

#[test]
fn bcn_17_two_finalized_headers_of_one_slot_freeze_the_client() {
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
fn bcn_17_updates_that_do_not_conflict_freeze_nothing() {
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
fn c5_unverified_data_cannot_freeze() {
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
fn bcn_18_a_configuration_that_describes_no_network_is_refused() {
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

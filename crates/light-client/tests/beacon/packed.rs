//! UPD-1: the bytes of an update.

use crate::{
    changed,
    support::{CONFIG, Plan, apply, informed_at, time},
    valid,
};
use alloy_primitives::B256;
use light_client::{
    beacon::{
        BeaconHeader, Error, Pair, Update,
        builder::{OwnedNextCommittee, OwnedUpdate},
    },
    ssz::hash_pair,
};

/// Expected and got, when the bytes are refused for their length.
fn refused(bytes: &[u8]) -> Option<(u64, u64)> {
    match Update::decode(bytes) {
        Err(Error::UpdateLength { expected, got }) => Some((expected, got)),
        _ => None,
    }
}

#[test]
fn upd_1_accepts_what_the_builder_writes() {
    let mut updates = vec![valid(), Plan::new(43).absent([]).build(), Plan::new(66).build()];
    updates.push(Plan::new(43).with_next().build());
    updates.push(Plan::new(5).small().with_next().build());
    for update in updates {
        let bytes = update.encode();
        assert_eq!(OwnedUpdate::decode(&bytes).as_ref(), Ok(&update));
        let read = Update::decode(&bytes).unwrap();
        assert_eq!(read.absent.len(), update.absent.len());
        assert_eq!(read.absent.is_empty(), update.absent.is_empty());
        assert_eq!(read.witness.len(), update.witness.len());
    }
}

#[test]
fn upd_1_accepts_each_part_at_its_place() {
    let update = Plan::new(43).with_next().build();
    let bytes = update.encode();
    let at = |start: usize, length: usize| &bytes[start..start + length];
    assert_eq!(at(0, 8), update.signature_slot.to_be_bytes());
    assert_eq!(at(8, 8), 44_u64.to_be_bytes());
    assert_eq!(at(24, 8), 43_u64.to_be_bytes());
    assert_eq!(at(8, 160), update.pair.encode());
    assert_eq!(at(168, 5), [7, 9, 6, 0, 3]);
    assert_eq!(at(173, 96), update.aggregate_key.0);
    assert_eq!(at(269, 192), update.signature.0);
    assert_eq!(at(461, 32), update.finality_branch[0]);
    assert_eq!(at(461 + 7 * 32, 32), update.execution_branch[0]);
    let next = update.next_committee.unwrap();
    assert_eq!(at(461 + 16 * 32, 32), next.root);
    assert_eq!(at(461 + 17 * 32, 32), next.branch[0]);
    let members = 461 + 23 * 32;
    assert_eq!(at(members + 98, 2), 6_u16.to_be_bytes());
    assert_eq!(at(members + 100, 96), update.absent[1].key.0);
    assert_eq!(at(members + 3 * 98, 32), update.witness[0]);
    assert_eq!(bytes.len(), members + 3 * 98 + 32 * update.witness.len());
}

#[test]
fn upd_1_accepts_a_pair_at_its_places() {
    let header = |slot| BeaconHeader {
        slot,
        proposer_index: slot + 1,
        parent_root: B256::repeat_byte(1),
        state_root: B256::repeat_byte(2),
        body_root: B256::repeat_byte(3),
    };
    let pair = Pair::new(&header(9), &header(7), B256::repeat_byte(4));
    let bytes = pair.encode();
    assert_eq!(Pair::decode(&bytes), pair);
    let numbers: Vec<_> = bytes[..32].chunks(8).map(|number| number[7]).collect();
    assert_eq!(numbers, [9, 10, 7, 8]);
    let [one, two, three, four] = [1, 2, 3, 4].map(B256::repeat_byte);
    let zero = B256::ZERO;
    let half = hash_pair(&hash_pair(&three, &zero), &hash_pair(&zero, &zero));
    let words: Vec<_> = bytes[32..].chunks(32).map(B256::from_slice).collect();
    assert_eq!(words, [one, half, hash_pair(&one, &two), four]);
    // What the headers have and the pair does not is all that is missing for their roots.
    assert_eq!(pair.inner_root(&three), header(7).hash_tree_root());
    assert_eq!(pair.outer_root(&two), header(9).hash_tree_root());
}

#[test]
fn upd_1_rejects_a_missing_byte() {
    let bytes = valid().encode();
    let all = bytes.len() as u64;
    for missing in 1..32 {
        let cut = &bytes[..bytes.len() - missing];
        assert_eq!(refused(cut), Some((all, all - missing as u64)));
    }
    // A whole node less is another witness.
    assert!(Update::decode(&bytes[..bytes.len() - 32]).is_ok());
}

#[test]
fn upd_1_rejects_an_extra_byte() {
    let mut bytes = valid().encode();
    let all = bytes.len() as u64;
    for extra in 1..32 {
        bytes.push(0);
        assert_eq!(refused(&bytes), Some((all + 32, all + extra)));
    }
    bytes.push(0);
    assert!(Update::decode(&bytes).is_ok());
}

#[test]
fn upd_1_rejects_fewer_bytes_than_every_update_has() {
    let bytes = valid().encode();
    for length in [0, 1, 168, 172, 173, 460] {
        assert_eq!(refused(&bytes[..length]), Some((461, length as u64)));
    }
    // All counts are zero: nothing more is needed to be read.
    let update = Update::decode(&[0; 461]).unwrap();
    assert!(update.next_committee.is_none() && update.absent.is_empty());
    assert!(update.finality_branch.is_empty() && update.witness.is_empty());
}

#[test]
fn upd_1_rejects_counts_of_parts_that_are_not_there() {
    let counted = |at: usize, counts: &[u8]| {
        let mut bytes = vec![0; 461];
        bytes[at..at + counts.len()].copy_from_slice(counts);
        refused(&bytes)
    };
    assert_eq!(counted(168, &[1]), Some((461 + 32, 461)));
    assert_eq!(counted(169, &[1]), Some((461 + 32, 461)));
    assert_eq!(counted(170, &[1]), Some((461 + 64, 461)));
    assert_eq!(counted(171, &[0, 1]), Some((461 + 98, 461)));
    let most = 461 + 32 * (255 + 255 + 256) + 98 * 65_535;
    assert_eq!(counted(168, &[0xff; 5]), Some((most, 461)));
    let mut bytes = valid().encode();
    let all = bytes.len() as u64;
    bytes[168..173].fill(0xff);
    assert_eq!(refused(&bytes), Some((most, all)));
}

#[test]
fn upd_1_accepts_a_branch_for_no_root_only_as_witness() {
    // A next committee whose branch is empty cannot be said.
    let update = changed(|update| {
        update.next_committee =
            Some(OwnedNextCommittee { root: B256::repeat_byte(1), branch: vec![] });
    });
    assert_eq!(update.encode(), valid().encode());
    assert!(apply(&CONFIG, &informed_at(40), &update, time(45)).is_ok());
}

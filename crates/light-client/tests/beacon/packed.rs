//! UPD-1: the bytes of an update.

use crate::{
    changed,
    support::{CONFIG, Plan, apply, informed_at, time},
    valid,
};
use alloy_primitives::B256;
use light_client::beacon::{
    BeaconHeader, Error, Pair, Update,
    builder::{OwnedNextCommittee, OwnedUpdate},
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
    assert_eq!(at(8, 192), update.pair.encode());
    assert_eq!(at(200, 5), [7, 9, 6, 0, 3]);
    assert_eq!(at(205, 96), update.aggregate_key.0);
    assert_eq!(at(301, 192), update.signature.0);
    assert_eq!(at(493, 32), update.finality_branch[0]);
    assert_eq!(at(493 + 7 * 32, 32), update.execution_branch[0]);
    let next = update.next_committee.unwrap();
    assert_eq!(at(493 + 16 * 32, 32), next.root);
    assert_eq!(at(493 + 17 * 32, 32), next.branch[0]);
    let members = 493 + 23 * 32;
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
    let words: Vec<_> = bytes[32..].chunks(32).map(|word| word[0]).collect();
    assert_eq!(words, [1, 3, 1, 2, 4]);
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
    for length in [0, 1, 200, 204, 205, 492] {
        assert_eq!(refused(&bytes[..length]), Some((493, length as u64)));
    }
    // All counts are zero: nothing more is needed to be read.
    let update = Update::decode(&[0; 493]).unwrap();
    assert!(update.next_committee.is_none() && update.absent.is_empty());
    assert!(update.finality_branch.is_empty() && update.witness.is_empty());
}

#[test]
fn upd_1_rejects_counts_of_parts_that_are_not_there() {
    let counted = |at: usize, counts: &[u8]| {
        let mut bytes = vec![0; 493];
        bytes[at..at + counts.len()].copy_from_slice(counts);
        refused(&bytes)
    };
    assert_eq!(counted(200, &[1]), Some((493 + 32, 493)));
    assert_eq!(counted(201, &[1]), Some((493 + 32, 493)));
    assert_eq!(counted(202, &[1]), Some((493 + 64, 493)));
    assert_eq!(counted(203, &[0, 1]), Some((493 + 98, 493)));
    let most = 493 + 32 * (255 + 255 + 256) + 98 * 65_535;
    assert_eq!(counted(200, &[0xff; 5]), Some((most, 493)));
    let mut bytes = valid().encode();
    let all = bytes.len() as u64;
    bytes[200..205].fill(0xff);
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

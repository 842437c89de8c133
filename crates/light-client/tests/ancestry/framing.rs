//! ANC-2: which means a proof names, and how long it is.

use crate::made::{BeaconProof, CONFIG, hash_of, head};
use alloy_primitives::B256;
use light_client::ancestry::{Error, ancestor_hash};

#[test]
fn anc_2_accepts_no_byte_as_the_head_itself() {
    let head = head(hash_of(1));
    let ancestor = head.ancestor(&CONFIG, &[]).unwrap();
    assert_eq!((ancestor.chain_id(), ancestor.block_hash()), (7, hash_of(1)));
    assert_eq!(ancestor.path().to_string(), "sync-committee(7)");
    assert_eq!(ancestor_hash(&hash_of(2), &[]), Ok(hash_of(2)));
}

#[test]
fn anc_2_rejects_every_other_first_byte() {
    let head = head(hash_of(1));
    for kind in (0..=255).filter(|kind| ![1, 2].contains(kind)) {
        let refused = head.ancestor(&CONFIG, &[kind]);
        assert_eq!(refused, Err(Error::Kind { kind }));
        assert_eq!(head.ancestor(&CONFIG, &[kind; 300]), Err(Error::Kind { kind }));
    }
    // A family without beacon blocks does not know them.
    assert_eq!(ancestor_hash(&B256::ZERO, &[1; 300]), Err(Error::Kind { kind: 1 }));
}

#[test]
fn anc_2_rejects_an_incomplete_fixed_part() {
    let head = head(hash_of(1));
    for (kind, expected) in [(1, 165), (2, 13)] {
        for got in 1..expected {
            let proof = vec![kind; usize::try_from(got).unwrap()];
            assert_eq!(head.ancestor(&CONFIG, &proof), Err(Error::Length { expected, got }));
        }
    }
}

/// Of the parts none takes the rest: not a byte more, not a byte less.
#[test]
fn anc_2_rejects_block_roots_of_any_other_length() {
    let proof = BeaconProof::new(1, 500, 499, 352 * 64 + 499 % 64);
    let (head, bytes) = (proof.head(), proof.encode());
    let expected = bytes.len() as u64;
    assert_eq!(head.ancestor(&CONFIG, &bytes).unwrap().block_hash(), hash_of(499));
    for length in 165..bytes.len() {
        let got = length as u64;
        let refused = head.ancestor(&CONFIG, &bytes[..length]);
        assert_eq!(refused, Err(Error::Length { expected, got }));
    }
    let trailing = [&bytes[..], &[0]].concat();
    let refused = head.ancestor(&CONFIG, &trailing);
    assert_eq!(refused, Err(Error::Length { expected, got: expected + 1 }));
}

/// The counts are multiplied out before anything is sliced, the largest as the smallest.
#[test]
fn anc_2_rejects_counts_beyond_the_proof() {
    let head = head(hash_of(1));
    let mut proof = [0; 165];
    proof[..5].copy_from_slice(&[1, 0xff, 0xff, 0xff, 0xff]);
    let expected = 165 + 2 * 255 * 32 + 0xffff;
    assert_eq!(head.ancestor(&CONFIG, &proof), Err(Error::Length { expected, got: 165 }));
    let mut proof = [0; 13];
    proof[..5].copy_from_slice(&[2, 0xff, 0xff, 0xff, 0xff]);
    let expected = 13 + 2 * 0xffff;
    assert_eq!(head.ancestor(&CONFIG, &proof), Err(Error::Length { expected, got: 13 }));
}

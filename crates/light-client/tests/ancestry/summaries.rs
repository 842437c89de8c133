//! Historical summaries: blocks of spans that are over.

use crate::made::{BeaconProof, CONFIG, LENGTH, hash_of};
use alloy_primitives::B256;
use light_client::{
    ancestry::Error,
    beacon::{self, Config, Fork, history},
    header, ssz,
};

/// Span of Capella's first slot, 96.
const FIRST: u64 = 96 / LENGTH;

/// Generalized index of the root of `slot` below its summary in a state with the summaries at `field`.
const fn index(field: u64, slot: u64) -> u64 {
    let summary = (field << 25) + slot / LENGTH - FIRST;
    2 * summary * LENGTH + slot % LENGTH
}

fn honest(anchor: u64, slot: u64) -> BeaconProof {
    let field = match anchor {
        0..288 => 59,
        288..384 => 91,
        _ => 2950,
    };
    BeaconProof::new(3, anchor, slot, index(field, slot))
}

fn verify(proof: &BeaconProof) -> Result<B256, Error> {
    verify_with(&CONFIG, proof)
}

fn verify_with(config: &Config<'_>, proof: &BeaconProof) -> Result<B256, Error> {
    history::ancestor(&proof.head(), config, &proof.encode()).map(|block| block.block_hash())
}

#[test]
fn accepts_blocks_of_every_span_since_capella() {
    for (anchor, slot) in
        [(128, 96), (128, 127), (300, 191), (300, 96), (500, 447), (500, 200), (100_000, 500)]
    {
        assert_eq!(verify(&honest(anchor, slot)), Ok(hash_of(slot)), "{slot} from {anchor}");
    }
    // No byte at all is the head itself.
    let head = honest(500, 447).head();
    assert_eq!(history::ancestor(&head, &CONFIG, &[]).unwrap().block_hash(), head.block_hash());
}

/// Before Capella there are no summaries, and the span of the newer block has none yet.
#[test]
fn rejects_spans_without_a_summary() {
    for (anchor, slot) in [(500, 448), (500, 499), (127, 96), (500, 63), (500, 0), (96, 200)] {
        let proof = BeaconProof::new(3, anchor, slot, 2950);
        assert_eq!(verify(&proof), Err(Error::BeaconSlot { slot, anchor }), "{slot}");
    }
    // Capella's first span began before Capella.
    assert_eq!(verify(&honest(500, 95)), Err(Error::NoExecution { slot: 95 }));
    assert_eq!(verify(&honest(500, 96)), Ok(hash_of(96)));
}

#[test]
fn rejects_another_place_field_or_kind() {
    let other = |proof: &BeaconProof, at| {
        let expected =
            header::parent_beacon_root(&proof.header, &proof.head().block_hash()).unwrap();
        Err(Error::BeaconRoot { expected, got: proof.outer_root(at) })
    };
    let right = index(2950, 200);
    // The next place, the next summary, the summary's other root (of states).
    for wrong in [right ^ 1, right + 2 * LENGTH, right + LENGTH] {
        let proof = BeaconProof::new(3, 500, 200, wrong);
        assert_eq!(verify(&proof), other(&proof, right));
    }
    let proof = BeaconProof::new(3, 500, 200, index(91, 200));
    let length = ssz::Error::BranchLength { expected: 43, got: 38 };
    assert_eq!(verify(&proof), Err(Error::Beacon(length.into())));
    let mut proof = honest(500, 200);
    proof.kind = 1;
    assert_eq!(verify(&proof), Err(Error::Kind { kind: 1 }));
    // Nor is it among what contracts take.
    let proof = honest(500, 200);
    let refused = proof.head().ancestor(&CONFIG, &proof.encode());
    assert_eq!(refused, Err(Error::Kind { kind: 3 }));
}

/// Where summaries begin follows from the fork rows; rows that begin later do not tell.
#[test]
fn rejects_a_configuration_that_does_not_say_where_capella_began() {
    let unknown = |epoch| Err(Error::Beacon(beacon::Error::UnknownFork { epoch }));
    let proof = honest(500, 200);
    let from = |first: usize| Config { forks: &CONFIG.forks[first..], ..CONFIG };
    assert_eq!(verify_with(&from(1), &proof), Ok(hash_of(200)));
    assert_eq!(verify_with(&from(2), &proof), unknown(47));
    let only_altair = Config { forks: &CONFIG.forks[..1], ..CONFIG };
    assert_eq!(verify_with(&only_altair, &proof), unknown(u64::MAX));
    // A network that began after Capella has summaries from its first slot on.
    let forks = [Fork { epoch: 0, ..CONFIG.forks[4] }];
    let config = Config { forks: &forks, ..CONFIG };
    let place = index(2950, 96 + 400) + 2 * LENGTH * FIRST;
    let proof = BeaconProof::new(3, 700, 96 + 400, place);
    assert_eq!(verify_with(&config, &proof), Ok(hash_of(496)));
    let config = Config { seconds_per_slot: 0, ..CONFIG };
    assert_eq!(verify_with(&config, &proof), Err(Error::Beacon(beacon::Error::Config)));
}

#[test]
fn rejects_every_flipped_bit() {
    let proof = honest(500, 200);
    let (head, bytes) = (proof.head(), proof.encode());
    for bit in 0..8 * bytes.len() {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        // Only "no byte at all" is another thing than this proof; a flipped bit is never that.
        assert!(history::ancestor(&head, &CONFIG, &flipped).is_err(), "bit {bit}");
    }
}

//! ANC-3: the beacon block roots that the state keeps.

use crate::made::{BeaconProof, CONFIG, LENGTH, hash_of, head, header};
use alloy_primitives::{B256, keccak256};
use light_client::{
    ancestry::Error,
    beacon::{self, Config, IndexSet},
    header, ssz,
};

/// An honest proof: the older root is where the slots say.
fn honest(anchor: u64, slot: u64) -> BeaconProof {
    BeaconProof::new(1, anchor, slot, index(anchor, slot))
}

fn index(anchor: u64, slot: u64) -> u64 {
    let field = match CONFIG.fork_at(anchor).unwrap().index_set {
        IndexSet::Altair | IndexSet::Capella | IndexSet::Deneb => 37,
        IndexSet::Electra => 69,
        IndexSet::Gloas => 352,
    };
    field * LENGTH + slot % LENGTH
}

fn verify(proof: &BeaconProof) -> Result<B256, Error> {
    verify_with(&CONFIG, proof)
}

fn verify_with(config: &Config<'_>, proof: &BeaconProof) -> Result<B256, Error> {
    proof.head().ancestor(config, &proof.encode()).map(|ancestor| ancestor.block_hash())
}

/// The refusal of a proof whose newer block is not the one that the header names.
fn other_root(proof: &BeaconProof, index: u64) -> Error {
    let expected = header::parent_beacon_root(&proof.header, &keccak256(&proof.header)).unwrap();
    Error::BeaconRoot { expected, got: proof.outer_root(index) }
}

fn ssz(expected: u64, got: u64) -> Error {
    Error::Beacon(ssz::Error::BranchLength { expected, got }.into())
}

/// T1, H12: one slot before to as many slots before as are kept; either place of the ring where it closes; across each fork.
#[test]
fn anc_3_accepts_every_slot_that_is_kept() {
    let (first_of_ring, last_of_ring) = (7 * LENGTH, 7 * LENGTH - 1);
    for (anchor, slot) in [
        (500, 499),
        (500, 500 - LENGTH),
        (460, first_of_ring),
        (first_of_ring, last_of_ring),
        (first_of_ring + LENGTH, first_of_ring),
        (last_of_ring + LENGTH, last_of_ring),
        (100, 96),
        (192, 191),
        (192, 192 - LENGTH),
        (288, 287),
        (384, 383),
        (384 + LENGTH - 1, 383),
        (385, 384),
    ] {
        assert_eq!(verify(&honest(anchor, slot)), Ok(hash_of(slot)), "{slot} from {anchor}");
    }
}

/// All places of the ring, from one anchor.
#[test]
fn anc_3_accepts_t1_every_place() {
    for slot in 500 - LENGTH..500 {
        assert_eq!(verify(&honest(500, slot)), Ok(hash_of(slot)));
    }
}

#[test]
fn anc_3_rejects_slots_that_are_not_kept() {
    for (anchor, slot) in
        [(500, 500), (500, 501), (500, u64::MAX), (0, 1), (500, 500 - LENGTH - 1), (u64::MAX, 0)]
    {
        // The same place of the ring as that of a slot which is kept.
        let proof = BeaconProof::new(1, anchor, slot, 352 * LENGTH + slot % LENGTH);
        assert_eq!(verify(&proof), Err(Error::BeaconSlot { slot, anchor }));
    }
}

/// H9: the place follows from the slot, and the slot is bound by the root.
#[test]
fn anc_3_rejects_another_place_or_slot() {
    let place = index(500, 480) ^ 1;
    let proof = BeaconProof::new(1, 500, 480, place);
    assert_eq!(verify(&proof), Err(other_root(&proof, index(500, 480))));
    let mut proof = honest(500, 480);
    proof.pair.inner_slot = 481;
    assert_eq!(verify(&proof), Err(other_root(&proof, index(500, 481))));
    let mut proof = honest(500, 480);
    proof.pair.outer_slot = 501;
    assert_eq!(verify(&proof), Err(other_root(&proof, index(501, 480))));
}

/// H12: the list is where the newer block's fork has it, the block hash where the older one's has it.
#[test]
fn anc_3_rejects_the_index_of_another_fork() {
    for (anchor, field, depth) in [(500, 69, 14), (300, 37, 12), (200, 69, 11), (300, 352, 12)] {
        let slot = anchor - 1;
        let proof = BeaconProof::new(1, anchor, slot, field * LENGTH + slot % LENGTH);
        let nodes = proof.inner_branch.len() as u64;
        assert_eq!(verify(&proof), Err(ssz(depth, nodes)), "{anchor}");
    }
    // The boundary: with one row moved by an epoch, the older block is of the other fork.
    let mut forks = CONFIG.forks.to_vec();
    forks[4].epoch -= 1;
    let config = Config { forks: &forks, ..CONFIG };
    assert_eq!(verify_with(&config, &honest(384, 383)), Err(ssz(11, 9)));
    forks[4].epoch += 2;
    let config = Config { forks: &forks, ..CONFIG };
    assert_eq!(verify_with(&config, &honest(386, 385)), Err(ssz(9, 11)));
}

/// `block_roots` beside `state_roots`, and the bid's own block beside its parent: of one depth, and not the same.
#[test]
fn anc_3_rejects_the_neighbour_of_each_index() {
    let proof = BeaconProof::new(1, 500, 480, 353 * LENGTH + 480 % LENGTH);
    assert_eq!(verify(&proof), Err(other_root(&proof, index(500, 480))));
    let mut proof = honest(500, 480);
    proof.pair.execution_block_hash = hash_of(1);
    assert_eq!(verify(&proof), Err(other_root(&proof, index(500, 480))));
    // 22857 is 2856's cousin, three levels further down: `signed_execution_payload_bid.message.block_hash`.
    let mut proof = honest(500, 480);
    proof.execution_branch.extend([B256::ZERO; 3]);
    assert_eq!(verify(&proof), Err(ssz(11, 14)));
}

#[test]
fn anc_3_rejects_blocks_without_execution() {
    let (anchor, slot) = (100, 95);
    let mut proof = honest(anchor, slot);
    assert_eq!(verify(&proof), Err(Error::NoExecution { slot }));
    // Before the branches are looked at.
    proof.execution_branch.clear();
    assert_eq!(verify(&proof), Err(Error::NoExecution { slot }));
    assert_eq!(verify(&honest(100, 96)), Ok(hash_of(96)));
}

#[test]
fn anc_3_bcn_6_rejects_slots_before_the_first_fork_the_newer_first() {
    let unknown = |epoch| Err(Error::Beacon(beacon::Error::UnknownFork { epoch }));
    let proof = |anchor, slot| BeaconProof::new(1, anchor, slot, 37 * LENGTH + slot % LENGTH);
    assert_eq!(verify(&proof(7, 3)), unknown(1));
    assert_eq!(verify(&proof(8, 3)), unknown(0));
    assert_eq!(verify(&proof(9, 7)), unknown(1));
    assert_eq!(verify(&proof(9, 8)), Err(Error::NoExecution { slot: 8 }));
}

/// SSZ-1 of the execution branch comes first.
#[test]
fn anc_3_ssz_1_rejects_branches_of_another_length() {
    let valid = honest(500, 480);
    for (nodes, got) in [(vec![], 0), (vec![B256::ZERO; 10], 10), (vec![B256::ZERO; 12], 12)] {
        let mut proof = valid.clone();
        proof.execution_branch = nodes;
        proof.inner_branch.clear();
        assert_eq!(verify(&proof), Err(ssz(11, got)));
        proof.execution_branch.clone_from(&valid.execution_branch);
        assert_eq!(verify(&proof), Err(ssz(14, 0)));
    }
    let mut proof = valid;
    proof.inner_branch.push(B256::ZERO);
    assert_eq!(verify(&proof), Err(ssz(14, 15)));
    proof.inner_branch.truncate(13);
    assert_eq!(verify(&proof), Err(ssz(14, 13)));
}

#[test]
fn anc_3_hdr_4_rejects_headers_that_name_no_beacon_block() {
    let mut proof = honest(500, 480);
    for items in 15..=19 {
        proof.header = header(items, B256::ZERO, 9, B256::ZERO);
        assert_eq!(verify(&proof), Err(Error::Header(header::Error::NoParentBeaconRoot)));
    }
    // Before anything of the pair is looked at.
    proof.pair.inner_slot = 501;
    assert_eq!(verify(&proof), Err(Error::Header(header::Error::NoParentBeaconRoot)));
}

#[test]
fn anc_3_rejects_the_header_of_another_block() {
    let proof = honest(500, 480);
    let expected = hash_of(3);
    let refused = head(expected).ancestor(&CONFIG, &proof.encode());
    let got = keccak256(&proof.header);
    assert_eq!(refused, Err(Error::Header(header::Error::HashMismatch { expected, got })));
    // That of another newer block names another beacon block.
    let mut proof = honest(500, 480);
    proof.header = honest(501, 480).header;
    assert_eq!(verify(&proof), Err(other_root(&proof, index(500, 480))));
}

/// T2, H9: every bit of the pair, the branches, the counts and the header counts.
#[test]
fn anc_3_rejects_every_flipped_bit() {
    let proof = honest(500, 480);
    let (head, bytes) = (proof.head(), proof.encode());
    for bit in 0..8 * bytes.len() {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(head.ancestor(&CONFIG, &flipped).is_err(), "bit {bit}");
    }
}

#[test]
fn anc_3_rejects_a_configuration_that_no_client_takes() {
    let config = Config { slots_per_historical_root: 0, ..CONFIG };
    let refused = verify_with(&config, &honest(500, 480));
    assert_eq!(refused, Err(Error::Beacon(beacon::Error::Config)));
}

/// The largest list of roots that a configuration may have: no sum overflows.
#[test]
fn anc_3_accepts_the_longest_list() {
    let length = 1 << 32;
    let config = Config { slots_per_historical_root: length, ..CONFIG };
    let proof = BeaconProof::new(1, 500, 100, 352 * length + 100);
    assert_eq!(verify_with(&config, &proof), Ok(hash_of(100)));
}

//! `single_merkle_proof`: our indices are those of the containers, and lead to one root for all that is proven of one object.

use super::{archive::Case, cases};
use alloy_primitives::B256;
use light_client::{
    beacon::spec::{ExecutionPayloadHeader, Preset, SyncAggregate, SyncCommittee, Version},
    ssz::{branch_root, hash_pair},
};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Proof {
    leaf: B256,
    leaf_index: u64,
    branch: Vec<B256>,
}

#[test]
fn indices_are_those_of_the_containers() {
    // The objects, and the roots that their proofs lead to.
    let mut roots: BTreeMap<Vec<u8>, Vec<B256>> = BTreeMap::new();
    for case in cases("single_merkle_proof") {
        let Proof { leaf, leaf_index, branch } = case.yaml("proof");
        let object = case.ssz("object");
        let expected_index = expected(&case, &object, leaf);
        assert_eq!(leaf_index, expected_index, "{case}");
        let root = branch_root(&leaf, &branch, leaf_index).unwrap();
        roots.entry(object).or_default().push(root);
    }
    // Three proofs of each of 14 states, and one of each of 12 bodies.
    let mut sizes: Vec<usize> = roots.values().map(Vec::len).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [[1; 12].as_slice(), &[3; 14]].concat());
    for of_object in roots.values() {
        assert!(of_object.iter().all(|root| *root == of_object[0]));
    }
}

/// The index that we use for what the case proves, once the leaf has been found in the object.
fn expected(case: &Case, object: &[u8], leaf: B256) -> u64 {
    let index_set = case.version().index_set();
    let state = State { bytes: object, preset: case.preset() };
    let (index, found) = match case.manifest.case.as_str() {
        "current_sync_committee_merkle_proof" => {
            (index_set.current_committee(), state.committee(0).hash_tree_root())
        }
        "next_sync_committee_merkle_proof" => {
            (index_set.next_committee(), state.committee(1).hash_tree_root())
        }
        "finality_root_merkle_proof" => (index_set.finality(), state.finalized_root()),
        "execution_block_hash_merkle_proof" => {
            let places = object.windows(32).filter(|window| *window == leaf).count();
            assert_eq!(places, 1, "{case}");
            (index_set.execution_block_hash(), leaf)
        }
        // The execution header. From there the block hash is at 12 in a tree of 16 leaves, or of 32 from Deneb on.
        "execution_merkle_proof" => {
            let depth = if case.version() == Version::Capella { 4 } else { 5 };
            let index = index_set.execution_block_hash() >> depth;
            assert_eq!(index_set.execution_block_hash() - (index << depth), 12);
            (index, payload_root(case, object))
        }
        other => panic!("{other}"),
    };
    assert_eq!(found, leaf, "{case}");
    index
}

/// The SSZ of a `BeaconState`, whose first fields have one place in all forks.
struct State<'a> {
    bytes: &'a [u8],
    preset: Preset,
}

impl State<'_> {
    /// Where `finalized_checkpoint` starts.
    const fn finalized_checkpoint(&self) -> usize {
        let (historical_roots, randao_mixes, slashings) = match self.preset {
            Preset::Mainnet => (8_192, 65_536, 8_192),
            Preset::Minimal => (64, 64, 64),
        };
        // Time, root, slot, fork, header; block and state roots; historical roots; Eth1; validators and balances; randao mixes;
        // slashings; participation; justification bits and two checkpoints.
        8 + 32
            + 8
            + 16
            + 112
            + 2 * 32 * historical_roots
            + 4
            + 72
            + 4
            + 8
            + 4
            + 4
            + 32 * randao_mixes
            + 8 * slashings
            + 4
            + 4
            + 1
            + 2 * 40
    }

    fn finalized_root(&self) -> B256 {
        let at = self.finalized_checkpoint() + 8;
        B256::from_slice(&self.bytes[at..at + 32])
    }

    /// The current committee, or the one after it. Before it are the checkpoint and the inactivity scores.
    fn committee(&self, place: usize) -> SyncCommittee {
        let length = SyncCommittee::ssz_length(self.preset);
        let at = self.finalized_checkpoint() + 40 + 4 + place * length;
        SyncCommittee::from_ssz(&self.bytes[at..at + length], self.preset).unwrap()
    }
}

/// The root of the execution payload in the SSZ of a body, both of whose lists are empty.
fn payload_root(case: &Case, body: &[u8]) -> B256 {
    let number = |at: usize| u32::from_le_bytes(body[at..at + 4].try_into().unwrap()) as usize;
    // Randao, Eth1, graffiti, five lists, the sync aggregate.
    let payload = &body[number(96 + 72 + 32 + 5 * 4 + SyncAggregate::ssz_length(case.preset()))..];
    let number = |at: usize| u32::from_le_bytes(payload[at..at + 4].try_into().unwrap()) as usize;
    let deneb = case.version() > Version::Capella;
    let fixed = if deneb { 528 } else { 512 };
    // Extra data, transactions, withdrawals: all start at the end of the fixed part.
    assert_eq!([436, 504, 508].map(number), [fixed; 3]);
    let withdrawals = if case.preset() == Preset::Mainnet { 4 } else { 2 };
    let mut header = payload[..504].to_vec();
    let extra_data = u32::try_from(fixed + 56).unwrap();
    header[436..440].copy_from_slice(&extra_data.to_le_bytes());
    header.extend(empty_list(20));
    header.extend(empty_list(withdrawals));
    header.extend(&payload[512..fixed]);
    ExecutionPayloadHeader::from_ssz(&header, deneb).unwrap().hash_tree_root()
}

/// Root of an empty list of at most 2^`depth` members.
fn empty_list(depth: usize) -> B256 {
    let parent = |node: B256, _| hash_pair(&node, &node);
    hash_pair(&(0..depth).fold(B256::ZERO, parent), &B256::ZERO)
}

//! Consensus-spec objects: SSZ is strict, JSON is the beacon API's.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use alloy_primitives::{B256, Bytes, FixedBytes, U256};
use light_client::{
    beacon::{
        BeaconHeader, IndexSet,
        spec::{
            Error, ExecutionPayloadHeader, LightClientBootstrap, LightClientFinalityUpdate,
            LightClientHeader, LightClientOptimisticUpdate, LightClientUpdate, SyncAggregate,
            SyncCommittee, Tree, Version, Versioned,
        },
    },
    ssz::branch_root,
};

fn execution() -> ExecutionPayloadHeader {
    ExecutionPayloadHeader {
        parent_hash: B256::repeat_byte(1),
        logs_bloom: FixedBytes::repeat_byte(2),
        block_number: 3,
        timestamp: u64::MAX,
        extra_data: Bytes::from_static(b"heliograph"),
        base_fee_per_gas: U256::from(7_000_000_000_u64),
        block_hash: B256::repeat_byte(4),
        excess_blob_gas: 5,
        ..ExecutionPayloadHeader::default()
    }
}

fn header(slot: u64) -> LightClientHeader {
    LightClientHeader {
        beacon: BeaconHeader { slot, proposer_index: 1, ..BeaconHeader::default() },
        execution: execution(),
        execution_branch: [B256::repeat_byte(6); 4],
    }
}

fn committee() -> SyncCommittee {
    let key = |index: usize| FixedBytes::left_padding_from(&index.to_be_bytes());
    SyncCommittee::new((0..512).map(key).collect(), key(512)).unwrap()
}

const fn aggregate() -> SyncAggregate {
    SyncAggregate {
        sync_committee_bits: FixedBytes::repeat_byte(0xfe),
        sync_committee_signature: FixedBytes::repeat_byte(8),
    }
}

fn bootstrap(nodes: usize) -> LightClientBootstrap {
    LightClientBootstrap {
        header: header(1),
        current_sync_committee: committee(),
        current_sync_committee_branch: vec![B256::repeat_byte(7); nodes],
    }
}

fn update(next: usize, finality: usize) -> LightClientUpdate {
    LightClientUpdate {
        attested_header: header(2),
        next_sync_committee: committee(),
        next_sync_committee_branch: vec![B256::repeat_byte(8); next],
        finalized_header: header(1),
        finality_branch: vec![B256::repeat_byte(9); finality],
        sync_aggregate: aggregate(),
        signature_slot: 3,
    }
}

fn finality_update(nodes: usize) -> LightClientFinalityUpdate {
    LightClientFinalityUpdate {
        attested_header: header(2),
        finalized_header: header(1),
        finality_branch: vec![B256::repeat_byte(9); nodes],
        sync_aggregate: aggregate(),
        signature_slot: 3,
    }
}

fn optimistic_update() -> LightClientOptimisticUpdate {
    LightClientOptimisticUpdate {
        attested_header: header(2),
        sync_aggregate: aggregate(),
        signature_slot: 3,
    }
}

#[test]
fn ssz_is_as_long_as_the_specs_say_and_read_back() {
    let extra = execution().extra_data.len();
    for (index_set, current, next, finality, lengths) in [
        (IndexSet::Altair, 5, 5, 6, [25_616, 26_808, 2_024]),
        (IndexSet::Electra, 6, 6, 7, [25_648, 26_872, 2_056]),
    ] {
        let bytes = bootstrap(current).to_ssz();
        assert_eq!(bytes.len(), lengths[0] + extra);
        assert_eq!(LightClientBootstrap::from_ssz(&bytes, index_set), Ok(bootstrap(current)));
        let bytes = update(next, finality).to_ssz();
        assert_eq!(bytes.len(), lengths[1] + 2 * extra);
        assert_eq!(LightClientUpdate::from_ssz(&bytes, index_set), Ok(update(next, finality)));
        let bytes = finality_update(finality).to_ssz();
        assert_eq!(bytes.len(), lengths[2] + 2 * extra);
        let read = LightClientFinalityUpdate::from_ssz(&bytes, index_set);
        assert_eq!(read, Ok(finality_update(finality)));
    }
    let bytes = optimistic_update().to_ssz();
    assert_eq!(bytes.len(), 1_000 + extra);
    assert_eq!(LightClientOptimisticUpdate::from_ssz(&bytes), Ok(optimistic_update()));
}

#[test]
fn ssz_of_every_shorter_length_is_refused() {
    let bytes = finality_update(7).to_ssz();
    for length in 0..bytes.len() {
        // What is cut off the end is cut off the extra data of the last header.
        let read = LightClientFinalityUpdate::from_ssz(&bytes[..length], IndexSet::Electra);
        let extra = execution().extra_data.len();
        assert_eq!(read.is_ok(), length + extra >= bytes.len(), "{length}");
    }
    let bytes = [committee().to_ssz(), vec![0]].concat();
    let expected = SyncCommittee::SSZ_LENGTH;
    let refused = Err(Error::Length { expected, got: expected + 1 });
    assert_eq!(SyncCommittee::from_ssz(&bytes), refused);
    assert_eq!(SyncCommittee::from_ssz(&bytes[..expected]), Ok(committee()));
}

#[test]
fn ssz_offsets_have_one_value() {
    let bytes = finality_update(7).to_ssz();
    let read = |bytes: &[u8]| LightClientFinalityUpdate::from_ssz(bytes, IndexSet::Electra);
    for (at, got) in [(0, 0), (0, 401), (4, 0), (4, 399), (4, u32::MAX)] {
        let mut bad = bytes.clone();
        bad[at..at + 4].copy_from_slice(&u32::to_le_bytes(got));
        assert_eq!(read(&bad), Err(Error::Offset { got: got as usize }));
    }
    // The offsets within the attested header and within its execution header.
    for at in [400 + 112, 400 + 244 + 436] {
        let mut bad = bytes.clone();
        bad[at] ^= 1;
        assert!(matches!(read(&bad), Err(Error::Offset { .. })));
    }
}

#[test]
fn ssz_of_the_other_forks_length_is_refused() {
    let bytes = update(6, 7).to_ssz();
    assert!(LightClientUpdate::from_ssz(&bytes, IndexSet::Altair).is_err());
    let bytes = update(5, 6).to_ssz();
    assert!(LightClientUpdate::from_ssz(&bytes, IndexSet::Electra).is_err());
}

#[test]
fn ssz_of_long_extra_data_is_refused() {
    let long = ExecutionPayloadHeader { extra_data: vec![1; 33].into(), ..execution() };
    let refused = ExecutionPayloadHeader::from_ssz(&long.to_ssz());
    assert_eq!(refused, Err(Error::ExtraData { got: 33 }));
    let longest = ExecutionPayloadHeader { extra_data: vec![1; 32].into(), ..execution() };
    assert_eq!(ExecutionPayloadHeader::from_ssz(&longest.to_ssz()), Ok(longest));
}

#[test]
fn json_is_read_back() {
    let versioned = Versioned { version: Version::Fulu, data: update(6, 7) };
    let json = serde_json::to_string(&versioned).unwrap();
    assert!(
        json.starts_with(r#"{"version":"fulu","data":{"attested_header":{"beacon":{"slot":"2""#)
    );
    assert!(json.contains(r#""base_fee_per_gas":"7000000000""#));
    assert_eq!(serde_json::from_str::<Versioned<LightClientUpdate>>(&json).unwrap(), versioned);
}

#[test]
fn json_of_a_committee_of_another_size_is_refused() {
    let json = serde_json::to_string(&committee()).unwrap();
    let key = r#""0x000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000","#;
    let short = json.replacen(key, "", 1);
    assert_ne!(short, json);
    let refused = serde_json::from_str::<SyncCommittee>(&short).unwrap_err();
    assert!(refused.to_string().contains("511 committee members, 512 expected"));
    let refused = SyncCommittee::new(vec![FixedBytes::ZERO; 513], FixedBytes::ZERO);
    assert_eq!(refused, Err(Error::CommitteeSize { got: 513 }));
}

#[test]
fn the_block_hash_is_proven_at_its_index_out_of_the_body() {
    let header = header(1);
    let body_root =
        branch_root(&header.execution.hash_tree_root(), &header.execution_branch, 25).unwrap();
    let got = branch_root(&header.execution.block_hash, &header.block_hash_branch(), 812);
    assert_eq!(got, Ok(body_root));
}

#[test]
fn a_tree_of_one_leaf_is_the_leaf() {
    let leaf = B256::repeat_byte(1);
    let tree = Tree::new(vec![leaf]);
    assert_eq!((tree.root(), tree.branch(0), tree.witness(&[0])), (leaf, vec![], vec![]));
    assert_eq!(Tree::new(vec![]).root(), B256::ZERO);
    assert_eq!(Tree::new(vec![leaf; 3]).branch(9), Vec::<B256>::new());
}

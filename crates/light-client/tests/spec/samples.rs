//! Objects of every fork and preset that hold something in every field.

use alloy_primitives::{B256, Bytes, FixedBytes, U256};
use light_client::beacon::{
    BeaconHeader, IndexSet,
    spec::{
        BlobGas, Execution, ExecutionPayloadHeader, LightClientBootstrap,
        LightClientFinalityUpdate, LightClientHeader, LightClientOptimisticUpdate,
        LightClientUpdate, Preset, SyncAggregate, SyncCommittee, Version,
    },
};

pub(crate) const VERSIONS: [Version; 7] = [
    Version::Altair,
    Version::Bellatrix,
    Version::Capella,
    Version::Deneb,
    Version::Electra,
    Version::Fulu,
    Version::Gloas,
];

pub(crate) const PRESETS: [Preset; 2] = [Preset::Mainnet, Preset::Minimal];

/// The extra data of execution headers.
pub(crate) const EXTRA: &[u8] = b"heliograph";

pub(crate) fn payload(version: Version) -> ExecutionPayloadHeader {
    ExecutionPayloadHeader {
        parent_hash: B256::repeat_byte(1),
        logs_bloom: FixedBytes::repeat_byte(2),
        block_number: 3,
        timestamp: u64::MAX,
        extra_data: Bytes::from_static(EXTRA),
        base_fee_per_gas: U256::from(7_000_000_000_u64),
        block_hash: B256::repeat_byte(4),
        transactions_root: B256::repeat_byte(5),
        blob_gas: (version >= Version::Deneb).then_some(BlobGas { used: 131_072, excess: 5 }),
        ..ExecutionPayloadHeader::default()
    }
}

pub(crate) fn header(version: Version, slot: u64) -> LightClientHeader {
    let branch = |byte| B256::repeat_byte(byte);
    let execution = match version.index_set() {
        IndexSet::Altair => Execution::Nothing,
        IndexSet::Gloas => Execution::BlockHash {
            block_hash: B256::repeat_byte(4),
            branch: Box::new([branch(6); 11]),
        },
        _ => Execution::Payload { header: Box::new(payload(version)), branch: [branch(6); 4] },
    };
    let root = B256::repeat_byte(9);
    let beacon = BeaconHeader { slot, proposer_index: 1, state_root: root, ..Default::default() };
    LightClientHeader { beacon, execution }
}

pub(crate) fn committee(preset: Preset) -> SyncCommittee {
    let key = |index: usize| FixedBytes::left_padding_from(&index.to_be_bytes());
    let size = preset.committee_size();
    SyncCommittee::new((0..size).map(key).collect(), key(size)).unwrap()
}

pub(crate) fn aggregate(preset: Preset) -> SyncAggregate {
    SyncAggregate {
        sync_committee_bits: vec![0xfe; preset.committee_size() / 8].into(),
        sync_committee_signature: FixedBytes::repeat_byte(8),
    }
}

fn nodes(gindex: u64, byte: u8) -> Vec<B256> {
    vec![B256::repeat_byte(byte); gindex.ilog2() as usize]
}

pub(crate) fn bootstrap(version: Version, preset: Preset) -> LightClientBootstrap {
    LightClientBootstrap {
        header: header(version, 1),
        current_sync_committee: committee(preset),
        current_sync_committee_branch: nodes(version.index_set().current_committee(), 7),
    }
}

pub(crate) fn update(version: Version, preset: Preset) -> LightClientUpdate {
    LightClientUpdate {
        attested_header: header(version, 2),
        next_sync_committee: committee(preset),
        next_sync_committee_branch: nodes(version.index_set().next_committee(), 8),
        finalized_header: header(version, 1),
        finality_branch: nodes(version.index_set().finality(), 9),
        sync_aggregate: aggregate(preset),
        signature_slot: 3,
    }
}

pub(crate) fn finality_update(version: Version, preset: Preset) -> LightClientFinalityUpdate {
    LightClientFinalityUpdate {
        attested_header: header(version, 2),
        finalized_header: header(version, 1),
        finality_branch: nodes(version.index_set().finality(), 9),
        sync_aggregate: aggregate(preset),
        signature_slot: 3,
    }
}

pub(crate) fn optimistic_update(version: Version, preset: Preset) -> LightClientOptimisticUpdate {
    LightClientOptimisticUpdate {
        attested_header: header(version, 2),
        sync_aggregate: aggregate(preset),
        signature_slot: 3,
    }
}

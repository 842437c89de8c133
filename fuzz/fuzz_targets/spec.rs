//! SSZ objects of the beacon API: what is read encodes to the same bytes; a store takes or refuses an update, and is brought to the
//! form of Gloas, without a panic.
#![no_main]

use alloy_primitives::B256;
use libfuzzer_sys::fuzz_target;
use light_client::{
    beacon::{
        Config, Fork, IndexSet,
        networks::MINIMAL,
        spec::{
            LightClientBootstrap, LightClientFinalityUpdate, LightClientOptimisticUpdate, LightClientUpdate, Object,
            Preset, Version,
            store::{Store, SyncProtocol},
        },
    },
    crypto::DefaultBls,
};

const VERSIONS: [Version; 5] =
    [Version::Altair, Version::Capella, Version::Deneb, Version::Electra, Version::Gloas];

const fn fork(epoch: u64, index_set: IndexSet) -> Fork {
    Fork { epoch, version: [1; 4], index_set }
}

/// Forks near each other, so that slots reach all of them.
const CONFIG: Config<'static> = Config {
    genesis_validators_root: B256::repeat_byte(1),
    forks: &[
        fork(0, IndexSet::Altair),
        fork(1, IndexSet::Capella),
        fork(2, IndexSet::Deneb),
        fork(3, IndexSet::Electra),
        fork(4, IndexSet::Gloas),
    ],
    ..MINIMAL
};

fuzz_target!(|bytes: &[u8]| {
    for version in VERSIONS {
        for preset in [Preset::Mainnet, Preset::Minimal] {
            canonical::<LightClientBootstrap>(bytes, version, preset);
            canonical::<LightClientFinalityUpdate>(bytes, version, preset);
            canonical::<LightClientOptimisticUpdate>(bytes, version, preset);
            if let Some(update) = canonical::<LightClientUpdate>(bytes, version, preset) {
                follow(&update, version);
            }
        }
    }
});

/// What is read has one encoding, and the form that was asked for.
fn canonical<T: Object>(bytes: &[u8], version: Version, preset: Preset) -> Option<T> {
    let object = T::from_ssz(bytes, version, preset).ok()?;
    assert_eq!(object.to_ssz(), bytes);
    assert!(object.has_form(version.index_set()));
    Some(object)
}

/// A store made of the update itself, so that much of it is plausible. What is refused changes nothing.
fn follow(update: &LightClientUpdate, version: Version) {
    let Ok(protocol) = SyncProtocol::new(CONFIG, DefaultBls::default()) else { return };
    let mut store = Store {
        form: version.index_set(),
        finalized_header: update.finalized_header.clone(),
        current_sync_committee: update.next_sync_committee.clone(),
        next_sync_committee: None,
        best_valid_update: Some(update.clone()),
        optimistic_header: update.attested_header.clone(),
        previous_max_active_participants: 0,
        current_max_active_participants: 0,
    };
    let before = store.clone();
    if protocol.process_update(&mut store, update, update.signature_slot).is_err() {
        assert!(store == before);
    }
    assert!(!protocol.is_better_update(update, update));
    let _ = protocol.execution_root(&update.attested_header);
    if protocol.upgrade_store(&mut store, Version::Gloas).is_ok() {
        assert!(store.finalized_header.has_form(IndexSet::Gloas));
    }
    let _ = protocol.force_update_dangerously(&mut store, u64::MAX);
}

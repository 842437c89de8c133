//! SSZ objects of the beacon API: what is read encodes to the same bytes, and an update can be built from it or is refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use light_client::beacon::{
    IndexSet,
    spec::{LightClientBootstrap, LightClientFinalityUpdate, LightClientOptimisticUpdate, LightClientUpdate},
};

fuzz_target!(|bytes: &[u8]| {
    for index_set in [IndexSet::Altair, IndexSet::Electra] {
        if let Ok(object) = LightClientBootstrap::from_ssz(bytes, index_set) {
            assert_eq!(object.to_ssz(), bytes);
        }
        if let Ok(object) = LightClientUpdate::from_ssz(bytes, index_set) {
            assert_eq!(object.to_ssz(), bytes);
        }
        if let Ok(object) = LightClientFinalityUpdate::from_ssz(bytes, index_set) {
            assert_eq!(object.to_ssz(), bytes);
        }
    }
    if let Ok(object) = LightClientOptimisticUpdate::from_ssz(bytes) {
        assert_eq!(object.to_ssz(), bytes);
    }
});

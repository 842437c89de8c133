//! `update_ranking`: updates from the best to the worst.

use super::cases;
use alloy_primitives::B256;
use light_client::{
    beacon::{
        Config, Fork,
        networks::MINIMAL,
        spec::{LightClientUpdate, store::SyncProtocol},
    },
    crypto::DefaultBls,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Meta {
    updates_count: usize,
}

#[test]
fn updates_rank_as_the_specs_say() {
    for case in cases("update_ranking") {
        let version = case.version();
        let forks = [Fork { epoch: 0, version: [0; 4], index_set: version.index_set() }];
        let genesis_validators_root = B256::repeat_byte(1);
        let config = Config { genesis_validators_root, forks: &forks, ..MINIMAL };
        let protocol = SyncProtocol::new(config, DefaultBls::default()).unwrap();
        let Meta { updates_count } = case.yaml("meta");
        assert_eq!(case.count("updates_", ".ssz_snappy"), updates_count);
        assert!(updates_count > 50);
        let read = |index| case.object(&format!("updates_{index}"), version);
        let updates: Vec<LightClientUpdate> = (0..updates_count).map(read).collect();
        for (place, better) in updates.iter().enumerate() {
            assert!(!protocol.is_better_update(better, better));
            for worse in &updates[place + 1..] {
                assert!(protocol.is_better_update(better, worse), "{case}: {place}");
                assert!(!protocol.is_better_update(worse, better), "{case}: {place}");
            }
        }
    }
}

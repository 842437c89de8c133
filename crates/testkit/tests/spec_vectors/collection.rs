//! `data_collection`: what a node serves while its chain grows and reorganizes. The node is not ours; its objects are read, written,
//! and verified wherever a bootstrap of the same chain tells the committee.

use super::{archive::Case, cases, network::Setting};
use alloy_primitives::{B256, FixedBytes};
use light_client::{
    beacon::spec::{
        LightClientBootstrap, LightClientFinalityUpdate, LightClientOptimisticUpdate,
        LightClientUpdate, Object,
        store::{Error, Store, SyncProtocol},
    },
    crypto::DefaultBls,
};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
struct Step {
    new_head: Option<NewHead>,
}

#[derive(Deserialize)]
struct NewHead {
    checks: Checks,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Checks {
    latest_finalized_checkpoint: Checkpoint,
    bootstraps: Vec<Bootstrap>,
    best_updates: Vec<BestUpdate>,
    latest_finality_update: Option<Served>,
    latest_optimistic_update: Option<Served>,
}

#[derive(Deserialize)]
struct Checkpoint {
    root: B256,
}

#[derive(Deserialize)]
struct Bootstrap {
    block_root: B256,
    bootstrap: Option<Served>,
}

#[derive(Deserialize)]
struct BestUpdate {
    period: u64,
    update: Option<Served>,
}

/// A file, and the fork that its form is of.
#[derive(Deserialize)]
struct Served {
    fork_digest: FixedBytes<4>,
    data: String,
}

/// Objects read, each once.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    bootstraps: usize,
    updates: usize,
    finality_updates: usize,
    optimistic_updates: usize,
    /// Of the last three: signed by the committee of a bootstrap.
    verified: usize,
    /// Finality updates whose finalized header is the node's finalized checkpoint.
    finalized: usize,
}

#[test]
fn what_nodes_serve_is_read_and_verified() {
    let mut counts = Counts::default();
    for case in cases("data_collection") {
        let before = counts.verified;
        Collection::of(&case).run(&mut counts);
        assert!(counts.verified > before, "{case}");
    }
    let expected = Counts {
        bootstraps: 67,
        updates: 186,
        finality_updates: 469,
        optimistic_updates: 469,
        verified: 590,
        finalized: 231,
    };
    assert_eq!(counts, expected);
}

struct Collection<'a> {
    case: &'a Case,
    setting: Setting,
    seen: BTreeSet<String>,
    /// A store just initialized, by the period whose committee it knows.
    stores: BTreeMap<u64, Store>,
}

impl<'a> Collection<'a> {
    fn of(case: &'a Case) -> Self {
        // The state starts with the genesis time and the root.
        let genesis_validators_root = B256::from_slice(&case.ssz("initial_state")[8..40]);
        let setting = Setting::of(case, genesis_validators_root);
        Self { case, setting, seen: BTreeSet::new(), stores: BTreeMap::new() }
    }

    fn run(mut self, counts: &mut Counts) {
        let heads: Vec<Step> = self.case.yaml("steps");
        let heads: Vec<Checks> =
            heads.into_iter().filter_map(|step| Some(step.new_head?.checks)).collect();
        for checks in &heads {
            for Bootstrap { block_root, bootstrap } in &checks.bootstraps {
                let Some(bootstrap) = self.read::<LightClientBootstrap>(bootstrap.as_ref()) else {
                    continue;
                };
                self.start(block_root, &bootstrap);
                counts.bootstraps += 1;
            }
        }
        for checks in &heads {
            for BestUpdate { period, update } in &checks.best_updates {
                let Some(update) = self.read::<LightClientUpdate>(update.as_ref()) else {
                    continue;
                };
                let slot = update.attested_header.beacon.slot;
                assert_eq!(self.setting.network.as_config().period(slot), *period);
                counts.updates += 1;
                counts.verified += self.verify(&update);
            }
            let served = checks.latest_finality_update.as_ref();
            if let Some(update) = self.read::<LightClientFinalityUpdate>(served) {
                let root = update.finalized_header.beacon.hash_tree_root();
                counts.finalized += usize::from(root == checks.latest_finalized_checkpoint.root);
                counts.finality_updates += 1;
                let slot = update.signature_slot;
                counts.verified += self.process(slot, |protocol, store| {
                    protocol.process_finality_update(store, &update, slot)
                });
            }
            let served = checks.latest_optimistic_update.as_ref();
            if let Some(update) = self.read::<LightClientOptimisticUpdate>(served) {
                counts.optimistic_updates += 1;
                let slot = update.signature_slot;
                counts.verified += self.process(slot, |protocol, store| {
                    protocol.process_optimistic_update(store, &update, slot)
                });
            }
        }
        assert_eq!(self.seen.len(), self.case.count("", "") - self.case.count("block_", "") - 4);
    }

    /// The object of a file that has not been read yet.
    fn read<T: Object>(&mut self, served: Option<&Served>) -> Option<T> {
        let Served { fork_digest, data } = served?;
        let version = self.setting.version_of_digest(*fork_digest);
        self.seen.insert(data.clone()).then(|| self.case.object(data, version))
    }

    fn protocol(&self) -> SyncProtocol<'_, DefaultBls> {
        SyncProtocol::new(self.setting.network.as_config(), DefaultBls::default()).unwrap()
    }

    fn start(&mut self, block_root: &B256, bootstrap: &LightClientBootstrap) {
        let version = self.setting.newest();
        let store = self.protocol().initialize(version, block_root, bootstrap).unwrap();
        let period = self.protocol().config().period(bootstrap.header.beacon.slot);
        self.stores.entry(period).or_insert(store);
    }

    fn verify(&self, update: &LightClientUpdate) -> usize {
        let slot = update.signature_slot;
        self.process(slot, |protocol, store| protocol.process_update(store, update, slot))
    }

    /// Whether a signature could be verified: 0 or 1.
    fn process(
        &self,
        signature_slot: u64,
        process: impl FnOnce(&SyncProtocol<'_, DefaultBls>, &mut Store) -> Result<(), Error>,
    ) -> usize {
        let protocol = self.protocol();
        let period = protocol.config().period(signature_slot);
        let Some(store) = self.stores.get(&period) else { return 0 };
        match process(&protocol, &mut store.clone()) {
            Ok(()) => 1,
            Err(Error::NotRelevant { .. }) => 0,
            Err(error) => panic!("{}: {error:?}", self.case),
        }
    }
}

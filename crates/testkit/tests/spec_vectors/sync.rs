//! `sync`: a store follows a chain, by updates, forced updates and upgrades.

use super::{archive::Case, cases, network::Setting};
use alloy_primitives::{B256, FixedBytes};
use light_client::{
    beacon::spec::{
        Form, LightClientBootstrap, LightClientHeader, LightClientUpdate, Object,
        store::{Store, SyncProtocol},
    },
    crypto::DefaultBls,
};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct Meta {
    pub(crate) genesis_validators_root: B256,
    pub(crate) trusted_block_root: B256,
    pub(crate) bootstrap_fork_digest: FixedBytes<4>,
    store_fork_version: FixedBytes<4>,
}

/// One of the three is there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    pub(crate) process_update: Option<ProcessUpdate>,
    force_update: Option<ForceUpdate>,
    upgrade_store: Option<UpgradeStore>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProcessUpdate {
    pub(crate) update_fork_digest: FixedBytes<4>,
    pub(crate) update: String,
    pub(crate) current_slot: u64,
    checks: Checks,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ForceUpdate {
    current_slot: u64,
    checks: Checks,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UpgradeStore {
    store_fork_version: FixedBytes<4>,
    checks: Checks,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Checks {
    finalized_header: Expected,
    optimistic_header: Expected,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    slot: u64,
    beacon_root: B256,
    /// From Capella on.
    execution_root: Option<B256>,
}

/// Steps taken, by kind.
#[derive(Debug, Default, PartialEq, Eq)]
struct Steps {
    updates: usize,
    forced: usize,
    upgrades: usize,
    execution_roots: usize,
}

#[test]
fn the_store_follows_every_sync_case() {
    let mut steps = Steps::default();
    for case in cases("sync") {
        follow(&case, &mut steps);
    }
    assert_eq!(steps, Steps { updates: 160, forced: 21, upgrades: 4, execution_roots: 290 });
}

fn follow(case: &Case, steps: &mut Steps) {
    let meta: Meta = case.yaml("meta");
    let setting = Setting::of(case, meta.genesis_validators_root);
    let protocol = SyncProtocol::new(setting.network.as_config(), DefaultBls::default()).unwrap();
    let version = setting.version_of_digest(meta.bootstrap_fork_digest);
    let bootstrap: LightClientBootstrap = case.object("bootstrap", version);
    let store_version = setting.version(meta.store_fork_version);
    let mut store =
        protocol.initialize(store_version, &meta.trusted_block_root, &bootstrap).unwrap();
    assert_eq!(store.form, store_version.index_set());

    for (index, step) in case.yaml::<Vec<Step>>("steps").into_iter().enumerate() {
        let Step { process_update, force_update, upgrade_store } = step;
        let checks = match (process_update, force_update, upgrade_store) {
            (Some(step), None, None) => {
                let version = setting.version_of_digest(step.update_fork_digest);
                let update: LightClientUpdate = case.object(&step.update, version);
                let done = protocol.process_update(&mut store, &update, step.current_slot);
                assert_eq!(done, Ok(()), "{case}, step {index}");
                steps.updates += 1;
                step.checks
            }
            (None, Some(step), None) => {
                let done = protocol.force_update_dangerously(&mut store, step.current_slot);
                assert!(done.is_ok(), "{case}, step {index}");
                steps.forced += 1;
                step.checks
            }
            (None, None, Some(step)) => {
                let version = setting.version(step.store_fork_version);
                assert_eq!(protocol.upgrade_store(&mut store, version), Ok(()));
                steps.upgrades += 1;
                step.checks
            }
            other => panic!("{case}, step {index}: {other:?}"),
        };
        check_form(&store, store.form);
        for (header, expected) in [
            (&store.finalized_header, checks.finalized_header),
            (&store.optimistic_header, checks.optimistic_header),
        ] {
            let what = format!("{case}, step {index}");
            let Expected { slot, beacon_root, execution_root } = expected;
            assert_eq!(header.beacon.slot, slot, "{what}");
            assert_eq!(header.beacon.hash_tree_root(), beacon_root, "{what}");
            let got = protocol.execution_root(header).unwrap();
            assert_eq!(got, execution_root.unwrap_or_default(), "{what}");
            steps.execution_roots += usize::from(execution_root.is_some());
        }
    }
}

/// All that is in a store has its form.
fn check_form(store: &Store, form: Form) {
    let headers: [&LightClientHeader; 2] = [&store.finalized_header, &store.optimistic_header];
    assert!(headers.iter().all(|header| header.has_form(form)));
    assert!(store.best_valid_update.as_ref().is_none_or(|best| best.has_form(form)));
}

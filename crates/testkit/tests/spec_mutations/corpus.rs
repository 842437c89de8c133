//! The recorded steps, taken one by one.

use super::{
    archive::{Case, cases},
    network::Setting,
};
use alloy_primitives::{B256, FixedBytes, hex};
use light_client::{
    beacon::{
        Config,
        spec::{
            LightClientBootstrap, LightClientUpdate, Object, Preset, Version,
            store::{Error, Store, SyncProtocol},
        },
    },
    crypto::DefaultBls,
};
use serde::Deserialize;
use std::{collections::BTreeMap, fs::File, io::Read};

/// The first line.
#[derive(Debug, Deserialize)]
pub(crate) struct Head {
    pub steps: usize,
    pub accept: usize,
    pub reject: usize,
    pub undecodable: usize,
    pub other: usize,
    /// What the specs assert and was not so.
    pub assertions: Vec<String>,
}

/// Every other line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    case: String,
    at: usize,
    each: Option<Vec<Step>>,
    then: Option<Vec<Step>>,
}

/// What the specs were asked, and what they said.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    update: Option<usize>,
    #[serde(default)]
    splice: Vec<(usize, usize, String)>,
    fork: Option<Version>,
    slot: Option<u64>,
    force: Option<u64>,
    upgrade: Option<Version>,
    verdict: Option<String>,
    /// Which assertion failed.
    pub why: Option<usize>,
    #[serde(default)]
    pub label: String,
    /// Digest of the store, after what changed it.
    pub store: Option<String>,
}

/// What a step did here.
#[derive(Debug)]
pub(crate) enum Done {
    /// The bytes are no object.
    Undecodable,
    /// An update, and what became of it.
    Update { update: Box<LightClientUpdate>, slot: u64, result: Result<(), Error> },
    /// A forced update or an upgrade.
    Other(Result<(), Error>),
}

/// A step that was taken.
pub(crate) struct Visit<'v> {
    /// Case, line, and place in the line.
    pub place: String,
    pub config: Config<'v>,
    pub protocol: &'v SyncProtocol<'v, DefaultBls>,
    pub step: &'v Step,
    pub done: Done,
    pub before: &'v Store,
    pub after: &'v Store,
}

impl Step {
    /// What the specs say: `accept`, `reject`, `undecodable`; an upgrade is always possible.
    pub(crate) fn verdict(&self) -> &str {
        self.verdict.as_deref().unwrap_or("accept")
    }

    pub(crate) const fn is_upgrade(&self) -> bool {
        self.upgrade.is_some()
    }

    /// Takes the step.
    fn take(
        &self,
        protocol: &SyncProtocol<'_, DefaultBls>,
        official: &[Official],
        store: &mut Store,
    ) -> Done {
        match (self.update, self.force, self.upgrade) {
            (Some(of), None, None) => {
                let Official::Update { bytes, .. } = &official[of] else {
                    panic!("no update: {of}")
                };
                let bytes = spliced(bytes, &self.splice);
                let (fork, slot) = (self.fork.unwrap(), self.slot.unwrap());
                LightClientUpdate::from_ssz(&bytes, fork, Preset::Minimal).map_or(
                    Done::Undecodable,
                    |update| {
                        let result = protocol.process_update(store, &update, slot);
                        Done::Update { update: Box::new(update), slot, result }
                    },
                )
            }
            (None, Some(slot), None) => {
                Done::Other(protocol.force_update_dangerously(store, slot).map(|_| ()))
            }
            (None, None, Some(version)) => Done::Other(protocol.upgrade_store(store, version)),
            _ => panic!("a step of no kind or of several"),
        }
    }
}

/// The file of the environment, or the one kept here; and whether it is the latter.
fn text() -> (String, bool) {
    let kept =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/beacon/mutations/mutations.jsonl.zst");
    let other = std::env::var("HELIOGRAPH_MUTATIONS").ok();
    let file = File::open(other.as_deref().unwrap_or(kept)).unwrap();
    let mut text = String::new();
    ruzstd::decoding::StreamingDecoder::new(file).unwrap().read_to_string(&mut text).unwrap();
    (text, other.is_none())
}

/// Takes every recorded step and shows each to `visitor`. Returns what the file says of itself, and whether it is the one kept here.
pub(crate) fn visit(mut visitor: impl FnMut(Visit<'_>)) -> (Head, bool) {
    let (text, is_kept) = text();
    let (head, lines) = text.split_once('\n').unwrap();
    let mut by_case: BTreeMap<String, Vec<(usize, Line)>> = BTreeMap::new();
    for (number, line) in lines.lines().enumerate() {
        let line: Line = serde_json::from_str(line).unwrap();
        by_case.entry(line.case.clone()).or_default().push((number + 1, line));
    }
    let mut official: Vec<Case> = cases();
    official.retain(|case| case.manifest.handler == "sync");
    for case in &official {
        let name = format!("{}/{}", case.manifest.fork, case.manifest.case);
        let Some(lines) = by_case.remove(&name) else { continue };
        visit_case(case, &name, &lines, &mut visitor);
    }
    assert!(by_case.is_empty(), "cases that the archive does not have: {:?}", by_case.keys());
    (serde_json::from_str(head).unwrap(), is_kept)
}

fn visit_case(
    case: &Case,
    name: &str,
    lines: &[(usize, Line)],
    visitor: &mut impl FnMut(Visit<'_>),
) {
    let meta: Meta = case.yaml("meta");
    let setting = Setting::of(case, meta.genesis_validators_root);
    let config = setting.network.as_config();
    let protocol = SyncProtocol::new(config, DefaultBls::default()).unwrap();
    let official = official_steps(case, &setting);
    let stores = official_stores(case, &meta, &setting, &protocol, &official);
    for (number, line) in lines {
        let (steps, in_a_row) = match (&line.each, &line.then) {
            (Some(steps), None) => (steps, false),
            (None, Some(steps)) => (steps, true),
            _ => panic!("{name}: a line of no kind or of both"),
        };
        let mut before = stores[line.at].clone();
        for (place, step) in steps.iter().enumerate() {
            let mut after = before.clone();
            let done = step.take(&protocol, &official, &mut after);
            visitor(Visit {
                place: format!("{name}, line {number}, step {place} ({})", step.label),
                config,
                protocol: &protocol,
                step,
                done,
                before: &before,
                after: &after,
            });
            if in_a_row {
                before = after;
            }
        }
    }
}

#[derive(Debug, Deserialize)]
struct Meta {
    genesis_validators_root: B256,
    trusted_block_root: B256,
    bootstrap_fork_digest: FixedBytes<4>,
    store_fork_version: FixedBytes<4>,
}

/// A step of `steps.yaml`: one of the three is there.
#[derive(Debug, Deserialize)]
struct Recorded {
    process_update: Option<ProcessUpdate>,
    force_update: Option<ForceUpdate>,
    upgrade_store: Option<UpgradeStore>,
}

#[derive(Debug, Deserialize)]
struct ProcessUpdate {
    update_fork_digest: FixedBytes<4>,
    update: String,
    current_slot: u64,
}

#[derive(Debug, Deserialize)]
struct ForceUpdate {
    current_slot: u64,
}

#[derive(Debug, Deserialize)]
struct UpgradeStore {
    store_fork_version: FixedBytes<4>,
}

/// A step of the official case. What it has to lead to is asked by the test `spec_vectors`.
enum Official {
    Update { bytes: Vec<u8>, version: Version, slot: u64 },
    Force(u64),
    Upgrade(Version),
}

fn official_steps(case: &Case, setting: &Setting) -> Vec<Official> {
    let read = |step: Recorded| match (step.process_update, step.force_update, step.upgrade_store) {
        (Some(step), None, None) => Official::Update {
            bytes: case.ssz(&step.update),
            version: setting.version_of_digest(step.update_fork_digest),
            slot: step.current_slot,
        },
        (None, Some(step), None) => Official::Force(step.current_slot),
        (None, None, Some(step)) => Official::Upgrade(setting.version(step.store_fork_version)),
        _ => panic!("{case}: a step of no kind or of several"),
    };
    case.yaml::<Vec<Recorded>>("steps").into_iter().map(read).collect()
}

/// The store before each step of the official case, and after the last.
fn official_stores(
    case: &Case,
    meta: &Meta,
    setting: &Setting,
    protocol: &SyncProtocol<'_, DefaultBls>,
    steps: &[Official],
) -> Vec<Store> {
    let version = setting.version_of_digest(meta.bootstrap_fork_digest);
    let bootstrap: LightClientBootstrap = case.object("bootstrap", version);
    let form = setting.version(meta.store_fork_version);
    let mut store = protocol.initialize(form, &meta.trusted_block_root, &bootstrap).unwrap();
    let mut stores = vec![store.clone()];
    for step in steps {
        match step {
            Official::Update { bytes, version, slot } => {
                let update = LightClientUpdate::from_ssz(bytes, *version, Preset::Minimal).unwrap();
                protocol.process_update(&mut store, &update, *slot).unwrap();
            }
            Official::Force(slot) => {
                protocol.force_update_dangerously(&mut store, *slot).unwrap();
            }
            Official::Upgrade(version) => protocol.upgrade_store(&mut store, *version).unwrap(),
        }
        stores.push(store.clone());
    }
    stores
}

/// The roots of the committees of an official case: of its bootstrap, and of its updates.
pub(crate) fn committees(case: &Case) -> Vec<B256> {
    let meta: Meta = case.yaml("meta");
    let setting = Setting::of(case, meta.genesis_validators_root);
    let version = setting.version_of_digest(meta.bootstrap_fork_digest);
    let bootstrap: LightClientBootstrap = case.object("bootstrap", version);
    let mut roots = vec![bootstrap.current_sync_committee.hash_tree_root()];
    for step in official_steps(case, &setting) {
        let Official::Update { bytes, version, .. } = step else { continue };
        let update = LightClientUpdate::from_ssz(&bytes, version, Preset::Minimal).unwrap();
        if !update.next_sync_committee.is_empty() {
            roots.push(update.next_sync_committee.hash_tree_root());
        }
    }
    roots
}

/// The bytes with every change made: at a place of the old ones some go, others come.
fn spliced(bytes: &[u8], changes: &[(usize, usize, String)]) -> Vec<u8> {
    let (mut made, mut from) = (Vec::new(), 0);
    for (at, gone, come) in changes {
        made.extend(&bytes[from..*at]);
        made.extend(hex::decode(come).unwrap());
        from = at + gone;
    }
    made.extend(&bytes[from..]);
    made
}

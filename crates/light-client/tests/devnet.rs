//! Networks run by Lodestar and by the executable specs: their objects in JSON and SSZ, and the store that follows them.
//!
//! Lodestar's are in `vectors/beacon/lodestar`. The others are not part of the repository; `HELIOGRAPH_VECTORS` says where they are.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use alloy_primitives::{B256, Bytes, FixedBytes};
use light_client::{
    beacon::{
        Config, Fork,
        networks::{MAINNET, MINIMAL},
        spec::{
            LightClientBootstrap, LightClientFinalityUpdate, LightClientOptimisticUpdate,
            LightClientUpdate, Object, Preset, Version, Versioned,
            store::{Error, Store, SyncProtocol},
        },
    },
    crypto::DefaultBls,
    header::{Header, parent_beacon_root},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::{
    env,
    fmt::Debug,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// A folder of objects.
struct Folder {
    path: PathBuf,
    preset: Preset,
    /// Objects read.
    count: usize,
}

impl Folder {
    /// A folder of the networks that are not in the repository; `None`, which is said, without it.
    fn of_devnet(name: &str, preset: Preset) -> Option<Self> {
        let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors");
        let path = env::var_os("HELIOGRAPH_VECTORS").map_or_else(beside, PathBuf::from);
        let path = path.join("devnet").join(name);
        if !path.is_dir() {
            // Written past the test harness, which swallows what a passing test prints.
            let _ =
                writeln!(io::stderr(), "skipped: no {}; see HELIOGRAPH_VECTORS", path.display());
            return None;
        }
        Some(Self { path, preset, count: 0 })
    }

    fn json<T: DeserializeOwned>(&self, name: &str) -> T {
        let bytes = fs::read(self.path.join(format!("{name}.json"))).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    /// The names of files that begin so, by the number that they end with.
    fn names(&self, prefix: &str) -> Vec<String> {
        let files = fs::read_dir(&self.path).unwrap().map(|file| file.unwrap().file_name());
        let files = files.map(|name| name.into_string().unwrap());
        let names = files.filter_map(|name| Some(name.strip_suffix(".json")?.to_owned()));
        let mut names: Vec<String> = names.filter(|name| name.starts_with(prefix)).collect();
        names.sort_by_key(|name| (name.len(), name.clone()));
        names
    }

    /// The object of a file, which is the same in JSON and, if that is there, in SSZ.
    fn object<T>(&mut self, name: &str) -> T
    where
        T: Object + Serialize + DeserializeOwned + Debug + PartialEq,
    {
        let object: T = self.check(self.json(name));
        let ssz = fs::read(self.path.join(format!("{name}.ssz"))).ok();
        if let Some(ssz) = ssz {
            assert!(object.to_ssz() == ssz, "{name}");
        }
        object
    }

    /// The objects of a list, each of which also stands in SSZ after its length and its fork's digest.
    fn list<T>(&mut self, name: &str) -> Vec<T>
    where
        T: Object + Serialize + DeserializeOwned + Debug + PartialEq,
    {
        let list: Vec<Value> = self.json(name);
        let objects: Vec<T> = list.into_iter().map(|value| self.check(value)).collect();
        if let Ok(ssz) = fs::read(self.path.join(format!("{name}.ssz"))) {
            let mut rest = &ssz[..];
            for object in &objects {
                let (length, after) = rest.split_first_chunk().unwrap();
                let length = usize::try_from(u64::from_le_bytes(*length)).unwrap();
                let (response, after) = after.split_at(length);
                assert!(object.to_ssz() == response[4..], "{name}");
                rest = after;
            }
            assert!(rest.is_empty());
        }
        objects
    }

    /// Reads JSON, and the same through JSON and through SSZ again.
    fn check<T>(&mut self, value: Value) -> T
    where
        T: Object + Serialize + DeserializeOwned + Debug + PartialEq,
    {
        let read: Versioned<T> = serde_json::from_value(value).unwrap();
        let json = serde_json::to_value(&read).unwrap();
        assert_eq!(serde_json::from_value::<Versioned<T>>(json).unwrap(), read);
        // Some of Lodestar's answers do not say of which fork they are.
        let version = read.version.unwrap_or(Version::Capella);
        assert!(read.data.has_form(version.index_set()));
        let again = T::from_ssz(&read.data.to_ssz(), version, self.preset).unwrap();
        assert_eq!(again, read.data);
        self.count += 1;
        again
    }

    /// The fork rows of `fork_schedule`, and the newest fork.
    fn forks(&self, schedule: &Value) -> (Vec<Fork>, Version) {
        let mut newest = Version::Altair;
        let mut forks: Vec<Fork> = Vec::new();
        for row in schedule.as_array().unwrap() {
            let epoch = row["epoch"].as_str().unwrap().parse().unwrap();
            let version: FixedBytes<4> =
                serde_json::from_value(row["current_version"].clone()).unwrap();
            let known = match version[0] {
                1 => Version::Altair,
                2 => Version::Bellatrix,
                3 => Version::Capella,
                4 => Version::Deneb,
                5 => Version::Electra,
                6 => Version::Fulu,
                7 => Version::Gloas,
                _ => continue,
            };
            if epoch == u64::MAX {
                continue;
            }
            newest = known;
            forks.retain(|fork| fork.epoch != epoch);
            forks.push(Fork { epoch, version: version.0, index_set: known.index_set() });
        }
        (forks, newest)
    }
}

/// A store that takes what is news to it.
struct Follower<'c> {
    protocol: SyncProtocol<'c, DefaultBls>,
    store: Store,
    applied: usize,
}

impl<'c> Follower<'c> {
    fn new(
        config: Config<'c>,
        version: Version,
        bootstrap: &LightClientBootstrap,
        root: &B256,
    ) -> Self {
        let protocol = SyncProtocol::new(config, DefaultBls::default()).unwrap();
        let store = protocol.initialize(version, root, bootstrap).unwrap();
        Self { protocol, store, applied: 0 }
    }

    fn note(&mut self, result: Result<(), Error>) {
        match result {
            Ok(()) => self.applied += 1,
            Err(Error::NotRelevant { .. } | Error::UnknownPeriod { .. }) => {}
            Err(error) => assert_eq!(Err(error), Ok(())),
        }
    }

    fn update(&mut self, update: &LightClientUpdate) {
        let done = self.protocol.process_update(&mut self.store, update, update.signature_slot);
        self.note(done);
    }

    fn finality(&mut self, update: &LightClientFinalityUpdate) {
        let slot = update.signature_slot;
        let done = self.protocol.process_finality_update(&mut self.store, update, slot);
        self.note(done);
    }

    fn optimistic(&mut self, update: &LightClientOptimisticUpdate) {
        let slot = update.signature_slot;
        let done = self.protocol.process_optimistic_update(&mut self.store, update, slot);
        self.note(done);
    }

    /// Objects applied, and the slots of the finalized and the optimistic header.
    const fn reached(&self) -> (usize, u64, u64) {
        let Store { finalized_header, optimistic_header, .. } = &self.store;
        (self.applied, finalized_header.beacon.slot, optimistic_header.beacon.slot)
    }
}

/// A network that served its latest objects, and the best updates of its periods.
fn served(folder: &mut Folder) -> (usize, u64, u64) {
    let genesis: Value = folder.json("genesis");
    let schedule: Value = folder.json("fork_schedule");
    let (forks, newest) = folder.forks(&schedule["data"]);
    let root = serde_json::from_value(genesis["data"]["genesis_validators_root"].clone()).unwrap();
    let config = Config { genesis_validators_root: root, forks: &forks, ..MINIMAL };
    let bootstrap: LightClientBootstrap = folder.object("bootstrap_finalized");
    let header: Value = folder.json("header_finalized");
    let root: B256 = serde_json::from_value(header["data"]["root"].clone()).unwrap();
    let mut follower = Follower::new(config, newest, &bootstrap, &root);
    for name in folder.names("updates_period_").into_iter().chain(folder.names("updates_all")) {
        for update in folder.list::<LightClientUpdate>(&name) {
            follower.update(&update);
        }
    }
    let update: LightClientFinalityUpdate = folder.object("finality_update");
    follower.finality(&update);
    let update: LightClientOptimisticUpdate = folder.object("optimistic_update");
    follower.optimistic(&update);
    follower.reached()
}

/// A network of which everything is there from the genesis block on.
fn recorded(folder: &mut Folder, base: Config<'static>) -> (usize, u64, u64) {
    let meta: Value = folder.json("meta");
    let (forks, newest) = folder.forks(&meta["fork_schedule"]);
    let root = serde_json::from_value(meta["genesis_validators_root"].clone()).unwrap();
    let config = Config { genesis_validators_root: root, forks: &forks, ..base };
    let bootstrap: LightClientBootstrap = folder.object("bootstrap_genesis");
    let root: B256 = serde_json::from_value(meta["genesis_block_root"].clone()).unwrap();
    let mut follower = Follower::new(config, newest, &bootstrap, &root);
    for name in folder.names("update_period_") {
        let update: LightClientUpdate = folder.object(&name);
        follower.update(&update);
    }
    for name in folder.names("finality_update_") {
        let update: LightClientFinalityUpdate = folder.object(&name);
        follower.finality(&update);
    }
    let update: LightClientOptimisticUpdate = folder.object("optimistic_update");
    follower.optimistic(&update);
    // Where the network was when it ended, a bootstrap begins.
    let bootstrap: LightClientBootstrap = folder.object("bootstrap_finalized");
    let root = fs::read_to_string(folder.path.join("bootstrap_finalized.root")).unwrap();
    let started = follower.protocol.initialize(newest, &root.trim().parse().unwrap(), &bootstrap);
    assert_eq!(started.unwrap().finalized_header, follower.store.finalized_header);
    follower.reached()
}

#[test]
fn objects_of_lodestar_are_read_and_followed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/beacon/lodestar");
    let mut folder = Folder { path, preset: Preset::Minimal, count: 0 };
    assert_eq!((served(&mut folder), folder.count), ((3, 400, 422), 5));
}

#[test]
fn objects_of_lodestar_of_all_periods_are_read_and_followed() {
    let name = "lodestar-1.5.1-capella";
    let Some(mut folder) = Folder::of_devnet(name, Preset::Minimal) else { return };
    assert_eq!((served(&mut folder), folder.count), ((3, 400, 422), 17));
}

#[test]
fn objects_of_the_specs_over_an_execution_client_are_read_and_followed() {
    for (name, reached, count) in [
        ("pyspec-fulu-ethrex-osaka", (5, 240, 256), 13),
        ("pyspec-gloas-ethrex-amsterdam", (3, 40, 55), 5),
    ] {
        let Some(mut folder) = Folder::of_devnet(name, Preset::Minimal) else { return };
        assert_eq!((served(&mut folder), folder.count), (reached, count), "{name}");
    }
}

#[test]
fn objects_of_the_specs_alone_are_read_and_followed_from_genesis() {
    for (name, preset, reached, count) in [
        ("pyspec-offline-electra", Preset::Minimal, (10, 312, 329), 15),
        ("pyspec-offline-fulu", Preset::Minimal, (10, 312, 329), 15),
        ("pyspec-offline-gloas", Preset::Minimal, (10, 312, 329), 15),
        ("pyspec-offline-mainnet", Preset::Mainnet, (4, 96, 169), 6),
        ("pyspec-offline-multi", Preset::Minimal, (8, 208, 229), 13),
    ] {
        let Some(mut folder) = Folder::of_devnet(name, preset) else { return };
        let base = if preset == Preset::Mainnet { MAINNET } else { MINIMAL };
        assert_eq!((recorded(&mut folder, base), folder.count), (reached, count), "{name}");
    }
}

#[test]
fn hdr_1_accepts_the_execution_block_that_a_finality_update_proves() {
    for (name, items) in [("linked-fulu-osaka", 21), ("linked-gloas-amsterdam", 23)] {
        let Some(mut folder) = Folder::of_devnet(name, Preset::Minimal) else { return };
        let linked: Value = folder.json("linked");
        let read = |value: &Value| serde_json::from_value::<B256>(value.clone()).unwrap();
        let update: LightClientFinalityUpdate = folder.check(linked["finality_update"].clone());
        let ssz = fs::read(folder.path.join("finality_update.ssz")).unwrap();
        assert!(update.to_ssz() == ssz, "{name}");
        let bootstrap: LightClientBootstrap =
            folder.check(linked["bootstrap_at_finalized"].clone());

        let (forks, newest) = folder.forks(&linked["fork_schedule"]["data"]);
        let genesis_validators_root = read(&linked["genesis"]["data"]["genesis_validators_root"]);
        let config = Config { genesis_validators_root, forks: &forks, ..MINIMAL };
        let root = read(&linked["bootstrap_root"]);
        let mut follower = Follower::new(config, newest, &bootstrap, &root);
        follower.finality(&update);
        assert_eq!(follower.applied, 1);
        let finalized = &follower.store.finalized_header;
        assert_eq!(*finalized, update.finalized_header);

        let hash = finalized.execution_block_hash().unwrap();
        let block = &linked["el_block"];
        assert_eq!(hash, read(&block["hash"]));
        let raw: Bytes = serde_json::from_value(linked["debug_getRawHeader"].clone()).unwrap();
        let header = Header::open(&raw, &hash).unwrap();
        assert_eq!(header.receipts_root, read(&block["receiptsRoot"]));
        assert_eq!(header.state_root, read(&block["stateRoot"]));
        let named = parent_beacon_root(&raw, &hash).unwrap();
        assert_eq!(named, read(&block["parentBeaconBlockRoot"]));
        let amsterdam = block["slotNumber"].is_string();
        assert_eq!(amsterdam, items == 23);
    }
}

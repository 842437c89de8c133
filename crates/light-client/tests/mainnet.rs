//! Mainnet across the Electra fork: by the client for bridges, and by the store of the specs.
//!
//! The data is not part of the repository. `HELIOGRAPH_VECTORS` says where it is.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use alloy_primitives::{B256, b256};
use light_client::{
    beacon::{
        Client, Config, Error, Fork, Head, Trusted, Update,
        builder::{self, OwnedBootstrap, OwnedUpdate},
        networks::{GNOSIS, HOODI, MAINNET, SEPOLIA},
        spec::{
            self, LightClientBootstrap, LightClientOptimisticUpdate, LightClientUpdate, Object,
            Preset, SyncCommittee, Version, Versioned,
            store::{self, SyncProtocol},
        },
    },
    crypto::{self, DefaultBls},
    header::{self, Header},
};
use mpt_proof::{
    builder::receipts,
    receipt::{self, TypePolicy},
};
use std::{
    env, fs,
    io::{self, Write},
    path::PathBuf,
};

const DENEB_ROOT: B256 = b256!("d9717ecc253684291f828688f311ba74d05af74c31654f6e14077669fca62f6a");
const ELECTRA_ROOT: B256 =
    b256!("b8758d4bd976e1b33e62937ed31a709dba0a855869641581bef3d2a48b527690");
const BLOCK_22432102: B256 =
    b256!("2e4b7886373b6dbb3d03b6f51527c9a4624697c69aa1e081a99fe9cb65dbebaa");

/// A file of the data, or `None`, which is said, when it is not there.
fn vector(name: &str) -> Option<Vec<u8>> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors");
    let path = env::var_os("HELIOGRAPH_VECTORS").map_or_else(beside, PathBuf::from).join(name);
    let bytes = fs::read(&path);
    if bytes.is_err() {
        // Written past the test harness, which swallows what a passing test prints.
        let _ = writeln!(io::stderr(), "skipped: no {}; see HELIOGRAPH_VECTORS", path.display());
    }
    bytes.ok()
}

/// Skips the test when a file is not there.
macro_rules! vector {
    ($name:expr) => {
        match vector($name) {
            Some(bytes) => bytes,
            None => return,
        }
    };
}

fn client() -> Client<'static, DefaultBls> {
    Client::new(MAINNET, DefaultBls::default()).unwrap()
}

const fn time(config: &Config<'_>, slot: u64) -> u64 {
    config.genesis_time + config.seconds_per_slot * slot
}

fn start(spec: &LightClientBootstrap, root: &B256) -> (Trusted, Head) {
    let bootstrap = OwnedBootstrap::new(spec);
    let now = time(&MAINNET, bootstrap.header.slot);
    let (trusted, head) = client().bootstrap(&bootstrap.as_bootstrap(), root, now).unwrap();
    (trusted, head.unwrap())
}

fn apply(trusted: &Trusted, update: &OwnedUpdate) -> Result<(Trusted, Option<Head>), Error> {
    let bytes = update.encode();
    let update = Update::decode(&bytes)?;
    client().update(trusted, &update, time(&MAINNET, update.signature_slot))
}

struct Deneb(LightClientBootstrap, LightClientUpdate);
struct Electra(LightClientBootstrap, LightClientUpdate);

fn deneb() -> Option<Deneb> {
    let bootstrap = vector("ethereum/mainnet_deneb_bootstrap_slot11640864_period1421.ssz")?;
    let update = vector("ethereum/mainnet_deneb_update_period1421.ssz")?;
    let spec = LightClientBootstrap::from_ssz(&bootstrap, Version::Deneb, Preset::Mainnet).unwrap();
    assert_eq!(spec.to_ssz(), bootstrap);
    let spec_update =
        LightClientUpdate::from_ssz(&update, Version::Deneb, Preset::Mainnet).unwrap();
    assert_eq!(spec_update.to_ssz(), update);
    Some(Deneb(spec, spec_update))
}

fn electra() -> Option<Electra> {
    let bootstrap = vector("ethereum/mainnet_electra_bootstrap_slot11649056_period1422.ssz")?;
    let update = vector("ethereum/mainnet_electra_update_period1422.ssz")?;
    let spec =
        LightClientBootstrap::from_ssz(&bootstrap, Version::Electra, Preset::Mainnet).unwrap();
    assert_eq!(spec.to_ssz(), bootstrap);
    let spec_update =
        LightClientUpdate::from_ssz(&update, Version::Electra, Preset::Mainnet).unwrap();
    assert_eq!(spec_update.to_ssz(), update);
    Some(Electra(spec, spec_update))
}

#[test]
fn bcn_13_bcn_14_accepts_mainnet_period_1422_of_electra() {
    let Some(Electra(bootstrap, spec)) = electra() else { return };
    let (trusted, head) = start(&bootstrap, &ELECTRA_ROOT);
    assert_eq!(Some(head.block_hash()), bootstrap.header.execution_block_hash());
    let signing = &bootstrap.current_sync_committee;
    let update = OwnedUpdate::new(&MAINNET, &spec, signing, true).unwrap();
    assert_eq!(update.absent.len(), 4);
    let (next, head) = apply(&trusted, &update).unwrap();
    let hash = spec.finalized_header.execution_block_hash();
    assert_eq!(head.map(|head| head.block_hash()), hash);
    assert_eq!(next.next_committee_root, spec.next_sync_committee.hash_tree_root());
    let without = OwnedUpdate::new(&MAINNET, &spec, signing, false).unwrap();
    assert_eq!(without.next_committee, None);
    assert_eq!(apply(&trusted, &without).unwrap().0.next_committee_root, B256::ZERO);
}

#[test]
fn bcn_6_accepts_mainnet_across_the_electra_fork() {
    let (Some(Deneb(bootstrap, first)), Some(Electra(_, second))) = (deneb(), electra()) else {
        return;
    };
    let (trusted, _) = start(&bootstrap, &DENEB_ROOT);
    let update =
        OwnedUpdate::new(&MAINNET, &first, &bootstrap.current_sync_committee, true).unwrap();
    let (trusted, _) = apply(&trusted, &update).unwrap();
    assert_eq!(trusted.next_committee_root, first.next_sync_committee.hash_tree_root());
    let update = OwnedUpdate::new(&MAINNET, &second, &first.next_sync_committee, true).unwrap();
    let (next, head) = apply(&trusted, &update).unwrap();
    assert_eq!(next.current_committee_root, first.next_sync_committee.hash_tree_root());
    assert_eq!(next.next_committee_root, second.next_sync_committee.hash_tree_root());
    assert_eq!(head.unwrap().slot(), second.finalized_header.beacon.slot);
    // The committee of the period before does not sign here.
    let wrong = OwnedUpdate::new(&MAINNET, &second, &bootstrap.current_sync_committee, true);
    let refused = apply(&trusted, &wrong.unwrap()).unwrap_err();
    assert!(matches!(refused, Error::CommitteeRoot { .. }));
}

#[test]
fn bcn_15_rejects_one_mainnet_history() {
    let Some(Electra(bootstrap, spec)) = electra() else { return };
    let (trusted, _) = start(&bootstrap, &ELECTRA_ROOT);
    let update =
        OwnedUpdate::new(&MAINNET, &spec, &bootstrap.current_sync_committee, false).unwrap();
    let now = time(&MAINNET, update.signature_slot);
    let bytes = update.encode();
    let update = Update::decode(&bytes).unwrap();
    let refused = client().misbehaviour(&trusted, &update, &update, now);
    assert_eq!(refused, Err(Error::NotMisbehaviour));
}

/// Bootstrap 1421, its update, the fork, the update of 1422: the store must be upgraded on the way.
#[test]
fn the_store_of_the_specs_follows_mainnet_across_the_electra_fork() {
    let (Some(Deneb(bootstrap, first)), Some(Electra(later, second))) = (deneb(), electra()) else {
        return;
    };
    let protocol = SyncProtocol::new(MAINNET, DefaultBls::default()).unwrap();
    let mut store = protocol.initialize(Version::Deneb, &DENEB_ROOT, &bootstrap).unwrap();
    assert_eq!(protocol.process_update(&mut store, &first, first.signature_slot), Ok(()));
    assert_eq!(store.finalized_header, first.finalized_header);
    assert_eq!(store.next_sync_committee.as_ref(), Some(&first.next_sync_committee));
    let refused = protocol.process_update(&mut store, &second, second.signature_slot);
    assert_eq!(refused, Err(store::Error::Form { expected: spec::Form::Deneb }));
    assert_eq!(protocol.upgrade_store(&mut store, Version::Electra), Ok(()));
    assert_eq!(protocol.process_update(&mut store, &second, second.signature_slot), Ok(()));
    assert_eq!(store.finalized_header, second.finalized_header);
    assert_eq!(store.current_sync_committee, later.current_sync_committee);
    assert_eq!(store.next_sync_committee, Some(second.next_sync_committee));

    // The other way in, and in the form of Gloas as well.
    for version in [Version::Electra, Version::Gloas] {
        let store = protocol.initialize(version, &ELECTRA_ROOT, &later).unwrap();
        assert_eq!(store.finalized_header.beacon, later.header.beacon);
        let root = protocol.execution_root(&later.header);
        assert_eq!(protocol.execution_root(&store.finalized_header), root);
    }
    let refused = protocol.initialize(Version::Electra, &DENEB_ROOT, &later);
    let error = store::Error::BootstrapRoot { expected: DENEB_ROOT, got: ELECTRA_ROOT };
    assert_eq!(refused.unwrap_err(), error);
}

#[test]
fn hdr_1_accepts_mainnet_block_22432102_which_its_committee_attested() {
    let Some(Electra(bootstrap, _)) = electra() else { return };
    let bytes = vector!("ethereum/mainnet_electra_optimistic_update_att11650091.ssz");
    let json = vector!("ethereum/mainnet_electra_optimistic_update_att11650091.json");
    let rlp = vector!("ethereum/mainnet_exec_header_22432102.rlp");
    let receipts = vector!("ethereum/mainnet_receipts_22432102.json");
    let update =
        LightClientOptimisticUpdate::from_ssz(&bytes, Version::Electra, Preset::Mainnet).unwrap();
    assert_eq!(update.to_ssz(), bytes);
    let read: Versioned<LightClientOptimisticUpdate> = serde_json::from_slice(&json).unwrap();
    assert_eq!((read.version, &read.data), (Some(Version::Electra), &update));
    assert_eq!(update.sync_aggregate.participants(), 503);

    let protocol = SyncProtocol::new(MAINNET, DefaultBls::default()).unwrap();
    let mut store = protocol.initialize(Version::Electra, &ELECTRA_ROOT, &bootstrap).unwrap();
    let now = update.signature_slot;
    // Signed under the version of Deneb it would be another domain.
    let forks = MAINNET.forks.iter().filter(|fork| fork.version != [5, 0, 0, 0]).copied();
    let forks: Vec<Fork> = forks.collect();
    let other = Config { forks: &forks, ..MAINNET };
    let other = SyncProtocol::new(other, DefaultBls::default()).unwrap();
    let refused = other.process_optimistic_update(&mut store, &update, now);
    assert_eq!(refused, Err(crypto::Error::InvalidSignature.into()));
    assert_eq!(protocol.process_optimistic_update(&mut store, &update, now), Ok(()));
    assert_eq!(store.optimistic_header, update.attested_header);
    assert_eq!(store.finalized_header, bootstrap.header);

    let hash = store.optimistic_header.execution_block_hash().unwrap();
    assert_eq!(hash, BLOCK_22432102);
    let header = Header::open(&rlp, &hash).unwrap();
    assert_eq!(header.number, 22_432_102);
    let receipts = receipts::from_json(&String::from_utf8(receipts).unwrap()).unwrap();
    assert_eq!(receipts.len(), 215);
    let trie = receipts::trie(&receipts, &header.receipts_root).unwrap();
    for index in 0..215 {
        let nodes = trie.proof(index);
        let proven = receipt::prove(&header.receipts_root, index, &nodes, TypePolicy::Known);
        assert!(proven.is_ok(), "{index}: {proven:?}");
    }
    let nodes = trie.proof(0);
    assert!(receipt::prove(&header.receipts_root, 215, &nodes, TypePolicy::Known).is_err());
    let mut wrong = rlp;
    wrong[100] ^= 1;
    let refused = Header::open(&wrong, &BLOCK_22432102);
    assert!(matches!(refused, Err(header::Error::HashMismatch { .. })));
}

#[test]
fn bcn_13_the_domains_of_the_public_networks() {
    let newest = |config: &Config<'_>| {
        let fork: &Fork = config.forks.last().unwrap();
        config.domain(fork)
    };
    let expected = [
        (MAINNET, b256!("0700000082fae541f8a3db43adb5e7997ac5f562cf682ce6bc41b8ec28ba1a07")),
        (SEPOLIA, b256!("07000000e7626d6f8bf835c77cec81870bdf8b4c76c5f6287cec41d72291599d")),
        (HOODI, b256!("07000000e9730835ed8469ff3cbc6064cb6e858ed44584ee2b21754ea0cd0ab5")),
        (GNOSIS, b256!("07000000f9ab5f8547bc7528a8abc1d43804ffd7dbf41ca6fa27c9d40f6134f9")),
    ];
    for (config, domain) in expected {
        assert_eq!(config.validate(), Ok(()));
        assert_eq!(newest(&config), domain, "{}", config.chain_id);
        assert_eq!(config.period(8192 * 3), 3);
    }
    let electra = b256!("07000000ad532ceb9ec5d246daad29da8aa157bfdab35e5f069f9db81f1da754");
    let fork = MAINNET.fork_at(364_032 * 32).unwrap();
    assert_eq!(MAINNET.domain(fork), electra);
}

#[test]
fn a_committee_whose_keys_are_no_points_makes_no_update() {
    let Some(Electra(_, spec)) = electra() else { return };
    let zero = SyncCommittee::new(vec![[0; 48].into(); 512], [0; 48].into()).unwrap();
    let refused = OwnedUpdate::new(&MAINNET, &spec, &zero, true);
    assert!(matches!(refused, Err(builder::Error::Key { .. } | builder::Error::AggregateKey)));
}

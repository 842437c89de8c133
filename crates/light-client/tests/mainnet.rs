//! Real chains: mainnet across the Electra fork, and a devnet run by the executable specs.
//!
//! The data is not part of the repository. `HELIOGRAPH_VECTORS` says where it is.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use alloy_primitives::{B256, b256};
use light_client::{
    beacon::{
        Client, Config, Error, Fork, Head, IndexSet, SUPERMAJORITY, Trusted,
        builder::{self, Complement, OwnedBootstrap, OwnedUpdate},
        networks::{GNOSIS, HOODI, MAINNET, SEPOLIA},
        spec::{
            LightClientBootstrap, LightClientFinalityUpdate, LightClientOptimisticUpdate,
            LightClientUpdate, SyncCommittee, Version, Versioned,
        },
    },
    crypto::{self, Bls, DefaultBls},
    header::{self, Header},
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
    client().bootstrap(&bootstrap.as_bootstrap(), root, now).unwrap()
}

fn apply(trusted: &Trusted, update: &OwnedUpdate) -> Result<(Trusted, Option<Head>), Error> {
    client().update(trusted, &update.as_update(), time(&MAINNET, update.signature_slot))
}

struct Deneb(LightClientBootstrap, LightClientUpdate);
struct Electra(LightClientBootstrap, LightClientUpdate);

fn deneb() -> Option<Deneb> {
    let bootstrap = vector("ethereum/mainnet_deneb_bootstrap_slot11640864_period1421.ssz")?;
    let update = vector("ethereum/mainnet_deneb_update_period1421.ssz")?;
    let spec = LightClientBootstrap::from_ssz(&bootstrap, IndexSet::Altair).unwrap();
    assert_eq!(spec.to_ssz(), bootstrap);
    let spec_update = LightClientUpdate::from_ssz(&update, IndexSet::Altair).unwrap();
    assert_eq!(spec_update.to_ssz(), update);
    Some(Deneb(spec, spec_update))
}

fn electra() -> Option<Electra> {
    let bootstrap = vector("ethereum/mainnet_electra_bootstrap_slot11649056_period1422.ssz")?;
    let update = vector("ethereum/mainnet_electra_update_period1422.ssz")?;
    let spec = LightClientBootstrap::from_ssz(&bootstrap, IndexSet::Electra).unwrap();
    assert_eq!(spec.to_ssz(), bootstrap);
    let spec_update = LightClientUpdate::from_ssz(&update, IndexSet::Electra).unwrap();
    assert_eq!(spec_update.to_ssz(), update);
    Some(Electra(spec, spec_update))
}

#[test]
fn bcn_14_bcn_16_accepts_mainnet_period_1422_of_electra() {
    let Some(Electra(bootstrap, spec)) = electra() else { return };
    let (trusted, head) = start(&bootstrap, &ELECTRA_ROOT);
    assert_eq!(head.block_hash(), bootstrap.header.execution.block_hash);
    let signing = &bootstrap.current_sync_committee;
    let update = OwnedUpdate::new(&MAINNET, &spec, signing, true).unwrap();
    assert_eq!(update.absent.len(), 4);
    let (next, head) = apply(&trusted, &update).unwrap();
    assert_eq!(head.unwrap().block_hash(), spec.finalized_header.execution.block_hash);
    assert_eq!(next.next_committee_root, spec.next_sync_committee.hash_tree_root());
    let without = OwnedUpdate::new(&MAINNET, &spec, signing, false).unwrap();
    assert!(without.next_committee_root.is_zero() && without.next_committee_branch.is_empty());
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
fn bcn_17_rejects_one_mainnet_history() {
    let Some(Electra(bootstrap, spec)) = electra() else { return };
    let (trusted, _) = start(&bootstrap, &ELECTRA_ROOT);
    let update =
        OwnedUpdate::new(&MAINNET, &spec, &bootstrap.current_sync_committee, false).unwrap();
    let now = time(&MAINNET, update.signature_slot);
    let update = update.as_update();
    let refused = client().misbehaviour(&trusted, &update, &update, now);
    assert_eq!(refused, Err(Error::NotMisbehaviour));
}

#[test]
fn hdr_1_accepts_mainnet_block_22432102_which_its_committee_attested() {
    let Some(Electra(bootstrap, _)) = electra() else { return };
    let bytes = vector!("ethereum/mainnet_electra_optimistic_update_att11650091.ssz");
    let json = vector!("ethereum/mainnet_electra_optimistic_update_att11650091.json");
    let rlp = vector!("ethereum/mainnet_exec_header_22432102.rlp");
    let update = LightClientOptimisticUpdate::from_ssz(&bytes).unwrap();
    assert_eq!(update.to_ssz(), bytes);
    let value: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(
        serde_json::from_value::<LightClientOptimisticUpdate>(value["data"].clone()).unwrap(),
        update
    );

    let signed = Complement::new(&bootstrap.current_sync_committee, &update.sync_aggregate);
    let Complement { aggregate_key, signature, absent, .. } = signed.unwrap();
    assert!(512 - absent.len() == 503 && 503 >= SUPERMAJORITY);
    let fork = MAINNET.fork_at(update.signature_slot - 1).unwrap();
    let attested = update.attested_header.beacon.hash_tree_root();
    let verify = |message: &B256| {
        let keys = absent.iter().map(|member| &member.key);
        DefaultBls::default().verify_complement(&aggregate_key, keys, message, &signature)
    };
    assert_eq!(verify(&MAINNET.signing_root(fork, &attested)), Ok(()));
    let deneb = &MAINNET.forks[0];
    let refused = verify(&MAINNET.signing_root(deneb, &attested));
    assert_eq!(refused, Err(crypto::Error::InvalidSignature));

    let execution = &update.attested_header.execution;
    assert_eq!(execution.block_hash, BLOCK_22432102);
    let header = Header::open(&rlp, &BLOCK_22432102).unwrap();
    assert_eq!((header.number, header.timestamp), (22_432_102, execution.timestamp));
    assert_eq!(header.parent_hash, execution.parent_hash);
    assert_eq!(header.state_root, execution.state_root);
    assert_eq!(header.receipts_root, execution.receipts_root);
    let mut wrong = rlp;
    wrong[100] ^= 1;
    let refused = Header::open(&wrong, &BLOCK_22432102);
    assert!(matches!(refused, Err(header::Error::HashMismatch { .. })));
}

/// 128 validators under Fulu's rules, so that the 512 seats of the committee are held by few.
#[test]
fn bcn_14_accepts_a_network_run_by_the_executable_specs() {
    const DIRECTORY: &str = "devnet/pyspec-offline-mainnet";
    let file = |name: &str| vector(&format!("{DIRECTORY}/{name}"));
    let Some(bytes) = file("bootstrap_genesis.ssz") else { return };
    let spec = LightClientBootstrap::from_ssz(&bytes, IndexSet::Electra).unwrap();
    let json = file("bootstrap_genesis.json").unwrap();
    let read: Versioned<LightClientBootstrap> = serde_json::from_slice(&json).unwrap();
    assert_eq!((read.version, &read.data), (Version::Fulu, &spec));
    let config = Config {
        genesis_time: 1_700_000_000,
        genesis_validators_root: b256!(
            "2d95ac4f2ebf43c4424aec9ec320f238c6746c0bcbaf8bd63599d29bf1069ca9"
        ),
        forks: &[Fork { epoch: 0, version: [6, 0, 0, 0], index_set: IndexSet::Electra }],
        ..MAINNET
    };
    let client = Client::new(config, DefaultBls::default()).unwrap();
    let now = time(&config, 170);
    let owned = OwnedBootstrap::new(&spec);
    let genesis = b256!("35f26aa73e3d61b0db9efae33c81ee60a2ca68f94160f0ae71ce16a519f6c13b");
    let (mut trusted, _) = client.bootstrap(&owned.as_bootstrap(), &genesis, now).unwrap();

    let bytes = file("update_period_0.ssz").unwrap();
    let update = LightClientUpdate::from_ssz(&bytes, IndexSet::Electra).unwrap();
    assert_eq!(update.to_ssz(), bytes);
    for slot in [64, 96] {
        let bytes = file(&format!("finality_update_{slot}.ssz")).unwrap();
        let spec_update = LightClientFinalityUpdate::from_ssz(&bytes, IndexSet::Electra).unwrap();
        assert_eq!(spec_update.to_ssz(), bytes);
        let json = file(&format!("finality_update_{slot}.json")).unwrap();
        let read: Versioned<LightClientFinalityUpdate> = serde_json::from_slice(&json).unwrap();
        assert_eq!(read.data, spec_update);
        let signing = &spec.current_sync_committee;
        let owned = OwnedUpdate::from_finality_update(&spec_update, signing).unwrap();
        let (next, head) = client.update(&trusted, &owned.as_update(), now).unwrap();
        assert_eq!(head.unwrap().slot(), slot);
        trusted = next;
    }
    let bytes = file("bootstrap_finalized.ssz").unwrap();
    let finalized = LightClientBootstrap::from_ssz(&bytes, IndexSet::Electra).unwrap();
    assert_eq!(trusted.finalized_root, finalized.header.beacon.hash_tree_root());
    // The best update of the period finalizes nothing: its finalized header is the default one.
    let owned = OwnedUpdate::new(&config, &update, &spec.current_sync_committee, true).unwrap();
    let refused = client.update(&trusted, &owned.as_update(), now);
    assert_eq!(refused.unwrap_err(), Error::FinalityBranch);
}

#[test]
fn bcn_14_the_domains_of_the_public_networks() {
    let fulu = |config: &Config<'_>| {
        let fork: &Fork = config.forks.last().unwrap();
        config.domain(fork)
    };
    let expected = [
        (MAINNET, b256!("0700000082fae541f8a3db43adb5e7997ac5f562cf682ce6bc41b8ec28ba1a07")),
        (SEPOLIA, b256!("07000000f52c15272cff99835cd05aa522af469210b5b2c8807e372b6b9ca539")),
        (HOODI, b256!("07000000e9730835ed8469ff3cbc6064cb6e858ed44584ee2b21754ea0cd0ab5")),
        (GNOSIS, b256!("07000000f9ab5f8547bc7528a8abc1d43804ffd7dbf41ca6fa27c9d40f6134f9")),
    ];
    for (config, domain) in expected {
        assert_eq!(config.validate(), Ok(()));
        assert_eq!(fulu(&config), domain, "{}", config.chain_id);
        assert_eq!(config.period(8192 * 3), 3);
    }
    let electra = b256!("07000000ad532ceb9ec5d246daad29da8aa157bfdab35e5f069f9db81f1da754");
    assert_eq!(MAINNET.domain(&MAINNET.forks[1]), electra);
}

#[test]
fn a_committee_whose_keys_are_no_points_makes_no_update() {
    let Some(Electra(_, spec)) = electra() else { return };
    let zero = SyncCommittee::new(vec![[0; 48].into(); 512], [0; 48].into()).unwrap();
    let refused = OwnedUpdate::new(&MAINNET, &spec, &zero, true);
    assert!(matches!(refused, Err(builder::Error::Key { .. } | builder::Error::AggregateKey)));
}

//! Real headers, seals and receipts of the network 213, through two changes of its validators.
//!
//! The data is not part of the repository. `HELIOGRAPH_VECTORS` says where it is.

use alloy_primitives::{Address, B256, hex, keccak256};
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use light_client::{
    crypto::bn254::{DefaultBn254, G1, G2, builder::sum_g2},
    map::{
        Checkpoint, Client, Config, Error, Head, SealedHeader, Trusted,
        builder::{OwnedUpdate, Validator, commitment},
        networks::{DEVNET, DEVNET_START},
    },
};
use mpt_proof::receipt::{self, TypePolicy};
use serde_json::Value;
use std::{
    env, fs,
    io::{self, Write},
    path::PathBuf,
};

/// Sets are trusted for ever: the records leave out epochs.
const CONFIG: Config = Config { trusting_period: u64::MAX, ..DEVNET };

/// A time after all records.
const NOW: u64 = 1_800_000_000;

/// The real data, or `None`, which is said, when it is not there.
fn devnet() -> Option<Value> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors");
    let folder = env::var_os("HELIOGRAPH_VECTORS").map_or_else(beside, PathBuf::from);
    let path = folder.join("map/map_devnet_213.json");
    let bytes = fs::read(&path);
    if bytes.is_err() {
        // Written past the test harness, which swallows what a passing test prints.
        let _ = writeln!(io::stderr(), "skipped: no {}; see HELIOGRAPH_VECTORS", path.display());
    }
    Some(serde_json::from_slice(&bytes.ok()?).unwrap())
}

/// Skips the test when the data is not there.
macro_rules! devnet {
    () => {
        match devnet() {
            Some(data) => data,
            None => return,
        }
    };
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

fn word(value: &Value) -> B256 {
    B256::from_slice(&bytes(value))
}

fn number(record: &Value) -> u64 {
    record["number"].as_u64().unwrap()
}

/// All recorded headers, those of the receipts too, in order.
fn records(data: &Value) -> Vec<&Value> {
    let headers = data["headers"].as_array().unwrap().iter();
    let mut records: Vec<&Value> =
        headers.chain(data["proofs"].as_object().unwrap().values()).collect();
    records.sort_by_key(|record| number(record));
    assert_eq!(records.len(), 27);
    records
}

/// The four validators of the first headers.
fn first_set(data: &Value) -> Vec<Validator> {
    let validators = data["init"]["validators"].as_array().unwrap().iter();
    let g2 = |value: &Value| G2(bytes(&value["_BLSPublicKey"]).try_into().unwrap());
    let g1 = |value: &Value| G1(bytes(&value["_BLSG1PublicKey"]).try_into().unwrap());
    validators.map(|value| Validator { g1: g1(value), g2: g2(value) }).collect()
}

fn keys(set: &[Validator]) -> Vec<G1> {
    set.iter().map(|validator| validator.g1).collect()
}

fn client() -> Client<DefaultBn254> {
    Client::new(CONFIG, DefaultBn254::default()).unwrap()
}

fn trust(epoch: u64, set: &[Validator]) -> Trusted {
    let checkpoint = Checkpoint { epoch, time: 0, keys: &keys(set) };
    client().checkpoint(&checkpoint, &commitment(&keys(set)).unwrap(), NOW).unwrap()
}

/// Applies each record by an update of its own, and a checkpoint of the set so far where the records leave out epochs. `look` sees
/// every head.
fn follow(data: &Value, mut look: impl FnMut(&Value, &[Validator], &Trusted, &Head)) {
    let mut set = first_set(data);
    let mut trusted = trust(DEVNET_START.epoch, &set);
    for record in records(data) {
        let epoch = CONFIG.epoch(number(record));
        if trusted.commitment(epoch).is_none() {
            trusted = trust(epoch, &set);
        }
        let signing = set.clone();
        let (update, next) =
            OwnedUpdate::new(&CONFIG, &set, &[bytes(&record["header_rlp"])]).unwrap();
        let head;
        (trusted, head) = client().update(&trusted, &update.encode(), NOW).unwrap();
        set = next;
        look(record, &signing, &trusted, &head);
    }
}

#[test]
fn map_1_8_12_bns_3_accepts_every_recorded_header_one_by_one() {
    let data = devnet!();
    let (mut seen, mut sizes) = (0, Vec::new());
    follow(&data, |record, set, _, head| {
        assert_eq!((head.number(), head.block_hash()), (number(record), word(&record["hash"])));
        let full = bytes(&record["header_rlp"]);
        let sealed = SealedHeader::split(&full).unwrap();
        assert_eq!(sealed.signature.0[..], bytes(&record["agg_sig"]));
        // The key on G2 that the records name for the signers is the one summed up here.
        let signs = |place: usize| sealed.signers.last().unwrap() >> place & 1 == 1;
        let signers = set.iter().enumerate().filter(|(place, _)| signs(*place));
        let key = sum_g2(signers.map(|(_, validator)| &validator.g2)).unwrap();
        let named = ["xi", "xr", "yi", "yr"].map(|name| bytes(&record["agg_pk"][name]));
        assert_eq!(key.0[..], named.concat());
        seen += 1;
        sizes.push(set.len());
    });
    sizes.dedup();
    assert_eq!((seen, sizes), (27, vec![4, 5, 4]));
}

#[test]
fn map_1_4_13_accepts_consecutive_epochs_at_once_as_one_by_one() {
    let data = devnet!();
    let all = records(&data);
    let mut set = first_set(&data);
    // Before and after the epochs that are left out.
    let runs = [3_000..=23_000, 187_000..=188_000];
    for run in runs {
        let headers = all
            .iter()
            .filter(|record| run.contains(&number(record)) && CONFIG.ends_epoch(number(record)));
        let headers: Vec<Vec<u8>> = headers.map(|record| bytes(&record["header_rlp"])).collect();
        let start = trust(CONFIG.epoch(*run.start()), &set);
        let (update, next) = OwnedUpdate::new(&CONFIG, &set, &headers).unwrap();
        let (at_once, _) = client().update(&start, &update.encode(), NOW).unwrap();
        let mut stepwise = start;
        for header in &headers {
            let (update, next) = OwnedUpdate::new(&CONFIG, &set, &[header]).unwrap();
            stepwise = client().update(&stepwise, &update.encode(), NOW).unwrap().0;
            set = next;
        }
        assert_eq!(stepwise.latest_head, headers.len() as u64);
        assert_eq!(Trusted { latest_head: 1, ..stepwise }, at_once);
        assert_eq!(set, next);
    }
}

#[test]
fn map_2_hdr_2_accepts_the_roots_under_which_receipts_are_proven() {
    let data = devnet!();
    let mut seen = 0;
    follow(&data, |record, _, _, head| {
        let Some(expected) = record.get("receipt") else { return };
        assert_eq!(record["key_index"], "0x80");
        let nodes: Vec<Vec<u8>> = record["proof"].as_array().unwrap().iter().map(bytes).collect();
        let full = bytes(&record["header_rlp"]);
        let header = SealedHeader::split(&full).unwrap().as_hashed();
        let verified = head.open(&[header]).unwrap();
        assert_eq!(verified.receipts_root(), head.receipts_root());
        assert_eq!(verified.number(), number(record));
        let root = head.receipts_root();
        let receipt = receipt::prove(&root, 0, &nodes, TypePolicy::Known).unwrap();
        assert!(receipt.success);
        assert_eq!(receipt.tx_type.to_string(), expected["receipt_type"].as_str().unwrap());
        let gas = receipt.cumulative_gas_used.to_string();
        assert_eq!(gas, expected["cumulative_gas_used"].as_str().unwrap());
        for (index, log) in (0..).zip(expected["logs"].as_array().unwrap()) {
            let got = receipt.log(index).unwrap();
            assert_eq!(got.address.as_slice(), bytes(&log["address"]));
            let topics: Vec<B256> = log["topics"].as_array().unwrap().iter().map(word).collect();
            assert_eq!(got.topics(), topics);
            seen += 1;
        }
        let wrong = receipt::prove(&B256::repeat_byte(1), 0, &nodes, TypePolicy::Known);
        assert!(wrong.is_err());
    });
    assert_eq!(seen, 1);
}

#[test]
fn map_4_rejects_recorded_headers_out_of_turn() {
    let data = devnet!();
    let (all, set) = (records(&data), first_set(&data));
    let apply = |epoch, place: usize| {
        let full = bytes(&all[place]["header_rlp"]);
        let (update, _) = OwnedUpdate::new(&CONFIG, &set, &[full]).unwrap();
        client().update(&trust(epoch, &set), &update.encode(), NOW).map(|_| ())
    };
    assert_eq!(apply(3, 0), Ok(()));
    assert_eq!(apply(3, 1), Err(Error::UnknownEpoch { epoch: 4, expected: 3 }));
    assert_eq!(apply(4, 0), Err(Error::UnknownEpoch { epoch: 3, expected: 4 }));
}

/// The client does not look at the proposer's signature; here it is shown that the hash which the proposer signed is the spliced one.
#[test]
fn proposers_signed_the_hash_with_both_seals_emptied() {
    let data = devnet!();
    for record in records(&data) {
        let full = bytes(&record["header_rlp"]);
        let sealed = SealedHeader::split(&full).unwrap();
        assert_eq!(sealed.block_hash(), word(&record["hash"]));
        assert_eq!(sealed.block_hash(), keccak256(sealed.as_hashed()));
        let (signature, parity) = sealed.proposer_seal.split_at(64);
        let key = VerifyingKey::recover_from_prehash(
            keccak256(sealed.proposer_hash()).as_slice(),
            &Signature::from_slice(signature).unwrap(),
            RecoveryId::from_byte(parity[0]).unwrap(),
        );
        let point = key.unwrap().to_encoded_point(false);
        let proposer = Address::from_raw_public_key(&point.as_bytes()[1..]);
        assert_eq!(proposer.as_slice(), bytes(&record["proposer"]));
    }
}

#[test]
fn map_14_accepts_the_start_that_is_known() {
    let data = devnet!();
    assert_eq!(commitment(&keys(&first_set(&data))), Ok(DEVNET_START.commitment));
    assert_eq!(DEVNET_START.epoch, data["init"]["epoch"].as_str().unwrap().parse::<u64>().unwrap());
    let (size, id) = (data["epochSize"].as_u64().unwrap(), data["chainId"].as_u64().unwrap());
    assert_eq!((DEVNET.epoch_size, DEVNET.chain_id), (size, id));
}

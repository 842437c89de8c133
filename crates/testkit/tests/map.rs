//! The simulator of the MAP relay chain: what its blocks are, by the definitions and beside real blocks.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is a failed test")]

use alloy_primitives::{Address, B256, Log, hex, keccak256};
use ark_bn254::{Bn254, Fq, Fq2, G1Affine, G2Affine};
use ark_ec::{AffineRepr, pairing::Pairing};
use ark_ff::PrimeField;
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use light_client::{
    crypto::bn254::{G1, G2},
    map,
};
use serde_json::{Value, json};
use testkit::{
    map::{
        Block, Chain, Error, Execution, Network, Proposal, Receipts, Set, Validator,
        block::{commit_message, minimal},
        curve::{hash_to_g1, negate},
    },
    mutate::map::{FIRST_EPOCH, LAST_EPOCH, histories},
    rlp::Rlp,
    vectors,
};

const SEED: u64 = 5;

fn chain(size: u64) -> Chain {
    Chain::new(Network::default(), 1, Set::derive(SEED, size), 1_700_000_000)
}

fn field(bytes: &[u8]) -> Fq {
    Fq::from_be_bytes_mod_order(bytes)
}

fn g1(bytes: &[u8]) -> G1Affine {
    G1Affine::new(field(&bytes[..32]), field(&bytes[32..]))
}

fn g2(bytes: &[u8]) -> G2Affine {
    let [xi, xr, yi, yr] = [0, 32, 64, 96].map(|at| field(&bytes[at..at + 32]));
    G2Affine::new(Fq2::new(xr, xi), Fq2::new(yr, yi))
}

/// e(S, G₂) = e(H(m), A).
fn is_signed(signature: &[u8], aggregate: &[u8], hash: B256, round: u64) -> bool {
    let (point, _) = hash_to_g1(&commit_message(hash, &minimal(round)));
    Bn254::pairing(g1(signature), G2Affine::generator()) == Bn254::pairing(point, g2(aggregate))
}

fn aggregate(block: &Block) -> Vec<u8> {
    let members = block.set().validators();
    let keys = block.seal().signers.iter().map(|place| g2(&members[*place].g2()));
    let sum: G2Affine =
        keys.map(ark_bn254::G2Projective::from).sum::<ark_bn254::G2Projective>().into();
    testkit::map::curve::encode_g2(&sum).to_vec()
}

/// The proposer, as whoever reads the header finds it.
fn proposer(block: &Block) -> Address {
    let Rlp::List(mut extra) = Rlp::decode(&block.extra_data()[32..]).unwrap() else { panic!() };
    let Rlp::String(seal) = extra.swap_remove(4) else { panic!() };
    let signature = Signature::from_slice(&seal[..64]).unwrap();
    let recovery = RecoveryId::from_byte(seal[64]).unwrap();
    let digest = keccak256(block.proposer_hash());
    let key = VerifyingKey::recover_from_prehash(digest.as_slice(), &signature, recovery).unwrap();
    Address::from_slice(&keccak256(&key.to_encoded_point(false).as_bytes()[1..])[12..])
}

#[test]
fn blocks_are_sealed_by_their_set_and_their_proposer() {
    let mut chain = chain(4);
    chain.extend_to(3).unwrap();
    let execution = chain.next_execution().without_base_fee();
    let absent = Proposal { round: 300, absent: vec![2], ..Proposal::new(4, execution) };
    chain.propose(absent).unwrap();
    chain.extend_to(6).unwrap();
    let mut parent = None;
    for block in chain.blocks() {
        let (hash, seal) = (block.hash(), block.seal());
        assert!(
            is_signed(&seal.signature, &aggregate(block), hash, seal.round),
            "{}",
            block.number
        );
        assert_eq!(proposer(block), block.coinbase);
        assert!(block.set().validators().iter().any(|member| member.address() == block.coinbase));
        if let Some((hash, round)) = parent {
            assert_eq!(block.parent_hash, hash);
            let seal = &block.parent_seal;
            // All keys together: the total's twin.
            let all = block.set().sign(&[0, 1, 2, 3], b"");
            assert!(is_signed(&seal.signature, &all.aggregate, hash, round));
        }
        parent = Some((hash, seal.round));
    }
    let block = chain.block(4).unwrap();
    assert_eq!((block.seal().signers.as_slice(), block.seal().round), (&[0, 1, 3][..], 300));
    let Some(Rlp::List(items)) = Rlp::decode(&block.rlp()) else { panic!() };
    assert_eq!(items.len(), 13);
}

#[test]
fn the_set_changes_with_the_next_epoch() {
    let mut chain = chain(5);
    chain.extend_to(9).unwrap();
    let newcomer = Validator::derive(SEED, 5);
    let renewed = chain.set(1).unwrap().validators()[3].with_new_key(SEED);
    assert_ne!(renewed.g1(), chain.set(1).unwrap().validators()[3].g1());
    let change = Proposal {
        added: vec![renewed.clone(), newcomer.clone()],
        removed: vec![0, 3],
        ..Proposal::new(10, chain.next_execution())
    };
    assert_eq!(chain.set(2), Err(Error::NoSet { epoch: 2 }));
    let early = Proposal { number: 9, ..change.clone() };
    assert_eq!(chain.propose(early).err(), Some(Error::NotAfterHead { head: 9, number: 9 }));
    chain.propose(change).unwrap();
    let [before, after] = [1, 2].map(|epoch| chain.set(epoch).unwrap().clone());
    let old = before.validators();
    let expected = [&old[1], &old[2], &old[4], &renewed, &newcomer];
    assert_eq!(after.validators().iter().collect::<Vec<_>>(), expected);
    assert_eq!(chain.block(10).unwrap().set(), &*before);
    assert_eq!(chain.propose(Proposal::new(11, chain.next_execution())).unwrap().set(), &*after);
    assert_eq!(chain.brought_at(2), Ok(chain.block(10).unwrap().execution.time));
    let early = Proposal { removed: vec![1], ..Proposal::new(12, chain.next_execution()) };
    assert_eq!(chain.propose(early).err(), Some(Error::ChangeWithinEpoch { number: 12 }));
    let few = Proposal { absent: vec![0, 1], ..Proposal::new(12, chain.next_execution()) };
    assert_eq!(chain.propose(few).err(), Some(Error::NoQuorum { got: 3, required: 4 }));
}

#[test]
fn nodes_answer_as_those_of_the_chain_do() {
    let mut chain = chain(4);
    chain.extend_to(11).unwrap();
    let block = chain.block(10).unwrap();
    let json = block.json();
    assert_eq!(json["hash"], json!(block.hash()));
    assert!(json["sha3Uncles"].is_null() && json["difficulty"].is_null());
    assert_eq!(Execution::from_json(&json), Some(block.execution.clone()));
    let snapshot = chain.snapshot(10).unwrap();
    assert_eq!(snapshot["validators"].as_array().unwrap().len(), 4);
    let first = &chain.set(2).unwrap().validators()[0];
    assert_eq!(
        snapshot["validators"][0]["BLSG1PublicKey"],
        json!(hex::encode_prefixed(first.g1()))
    );
}

#[test]
fn the_block_receipt_comes_behind_the_others() {
    let log =
        Log::new_unchecked(Address::repeat_byte(1), vec![B256::repeat_byte(2)], vec![3].into());
    let transactions = vec![vec![2, 0xc0], vec![0xc0]];
    let without = Receipts::new(transactions.clone(), &[]).unwrap();
    let with = Receipts::new(transactions, std::slice::from_ref(&log)).unwrap();
    assert_eq!((without.encoded().len(), with.encoded().len()), (2, 3));
    assert_ne!(without.trie().root(), with.trie().root());
    let execution = Execution::empty(10, 1).with_receipts(&with);
    assert_eq!(execution.receipts_root, with.trie().root());
    assert!(execution.bloom.contains_raw_log(log.address, log.topics()));
    let receipt = mpt_proof::receipt::Receipt::decode(
        &with.encoded()[2],
        mpt_proof::receipt::TypePolicy::Known,
    );
    assert!(receipt.is_ok(), "{receipt:?}");
}

/// What a relayer makes of what nodes serve is what the simulator makes of its secrets.
#[test]
fn map_1_accepts_the_builders_update_as_the_simulators() {
    let [chain, _] = histories(5).unwrap();
    let network = chain.network();
    let config = map::Config {
        chain_id: network.chain_id,
        epoch_size: network.epoch_size,
        fork_height: network.fork_height,
        trusting_period: network.trusting_period,
    };
    let ends =
        (FIRST_EPOCH..=LAST_EPOCH).map(|epoch| chain.block(network.last_block(epoch)).unwrap());
    let headers: Vec<Vec<u8>> = ends.map(Block::rlp).collect();
    let members = chain.set(FIRST_EPOCH).unwrap().validators().iter();
    let members: Vec<_> =
        members.map(|m| map::builder::Validator { g1: G1(m.g1()), g2: G2(m.g2()) }).collect();
    let (built, last) = map::builder::OwnedUpdate::new(&config, &members, &headers).unwrap();
    let made = chain.update(FIRST_EPOCH, network.last_block(LAST_EPOCH)).unwrap();
    assert_eq!(
        last.iter().map(|m| m.g1.0).collect::<Vec<_>>(),
        chain.set(LAST_EPOCH + 1).unwrap().keys()
    );
    assert_eq!(built.keys.iter().map(|key| key.0).collect::<Vec<_>>(), made.keys);
    assert_eq!((built.total.0, built.headers.len()), (made.total, made.headers.len()));
    for (built, made) in built.headers.iter().zip(&made.headers) {
        assert_eq!(
            (&built.header, &built.round, &built.signers),
            (&made.header, &made.round, &made.signers)
        );
        assert_eq!((built.signature.0, built.key.0), (made.signature, made.aggregate));
        for (built, made) in built.hints.iter().zip(&made.hints) {
            assert_eq!((built.inverse, built.roots.len()), (made.inverse, made.words.len()));
            for (built, made) in built.roots.iter().zip(&made.words) {
                assert!(built == made || *built == negate(made));
            }
        }
    }
}

#[test]
fn headers_are_split_as_they_were_sealed() {
    let [chain, _] = histories(9).unwrap();
    for block in chain.blocks() {
        let rlp = block.rlp();
        let split = map::SealedHeader::split(&rlp).unwrap();
        assert_eq!(split.as_hashed(), block.rlp_as_hashed());
        assert_eq!(
            (split.block_hash(), split.proposer_hash()),
            (block.hash(), block.proposer_hash())
        );
        assert_eq!(split.signature, G1(block.seal().signature.clone().try_into().unwrap()));
    }
}

/// The kinds and lengths of an item, as far as all headers share them.
fn shape(item: &Rlp) -> Value {
    match item {
        Rlp::List(items) => items.iter().map(shape).collect(),
        Rlp::String(bytes) if bytes.len() < 20 => json!("short"),
        Rlp::String(bytes) | Rlp::Raw(bytes) => json!(bytes.len()),
    }
}

#[test]
fn real_headers_have_the_same_form_and_the_same_signatures() {
    let Some(text) = vectors::read("map/map_devnet_213.json", "headers of the MAP devnet") else {
        return;
    };
    let real: Value = serde_json::from_slice(&text).unwrap();
    let bytes = |value: &Value| hex::decode(value.as_str().unwrap()).unwrap();
    let mut chain = chain(4);
    chain.extend_to(1).unwrap();
    let made = Rlp::decode(&chain.block(1).unwrap().rlp()).unwrap();
    let Rlp::List(made) = made else { panic!() };
    for header in real["headers"].as_array().unwrap() {
        let Some(Rlp::List(items)) = Rlp::decode(&bytes(&header["header_rlp"])) else { panic!() };
        for (place, (real, made)) in items.iter().zip(&made).enumerate().filter(|(at, _)| *at != 10)
        {
            assert_eq!(shape(real), shape(made), "item {place} of {}", header["number"]);
        }
        assert_eq!(items.len(), made.len());
        let Rlp::String(extra) = &items[10] else { panic!() };
        assert_eq!(extra[..24], chain.block(1).unwrap().extra_data()[..24]);
        let key = &header["agg_pk"];
        let key = ["xi", "xr", "yi", "yr"].map(|name| bytes(&key[name])).concat();
        let hash: B256 = header["hash"].as_str().unwrap().parse().unwrap();
        let round = header["round"].as_u64().unwrap();
        assert!(is_signed(&bytes(&header["agg_sig"]), &key, hash, round), "{}", header["number"]);
    }
}

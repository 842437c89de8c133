//! The light client of the MAP relay chain: gas of updates and of proofs through MAP's ABI, and time in Rust.

mod chain;
mod proofs;

use crate::{Figures, grouped, head, row};
use alloy_primitives::{Address, Bytes};
use alloy_sol_types::{SolCall, SolValue};
use ark_bn254::{Bn254, Fq, Fq2, G1Affine, G2Affine};
use ark_ec::{AffineRepr, pairing::Pairing};
use ark_ff::{PrimeField, Zero};
use benches::ratio::ratio;
use bindings::IMapLightClient as sol;
use chain::{Kind, Simulated};
use light_client::{
    crypto::bn254::{DefaultBn254, builder::hash_to_g1},
    map::{Checkpoint, Client},
};
use std::hint::black_box;
use testkit::{
    evm::{Artifact, Evm},
    map::{Sealed, Update, block::commit_message},
};

/// Validators of a set: a small network, and what mainnet has had or may have.
const SIZES: [u64; 5] = [4, 30, 40, 50, 100];

pub(crate) fn measure(figures: &mut Figures) {
    updates(figures);
    proofs::measure(figures);
    rust(figures);
}

/// A client in the steady state, in which every slot that is written has been written before.
struct Contract {
    evm: Evm,
    at: Address,
}

impl Contract {
    /// Deployed with the chain's first set; the first two epochs are behind it.
    fn new(chain: &Simulated) -> Self {
        let mut evm = Evm::new(2);
        evm.set_timestamp(chain.now());
        let keys = chain.keys();
        let (epoch, time) = (chain::FIRST, chain::START);
        let checkpoint = sol::Checkpoint::from(&Checkpoint { epoch, time, keys: &keys });
        let config = sol::Config::from(&chain.config());
        let arguments = (config, checkpoint, chain.commitment()).abi_encode_params();
        let at = evm.deploy(&Artifact::load("MapLightClient").unwrap(), &arguments);
        let mut contract = Self { evm, at };
        for epoch in 0..2 {
            contract.update(&chain.epoch_end(epoch));
        }
        contract
    }

    /// Gas of the transaction, whose changes are kept.
    fn update(&mut self, update: &Update) -> u64 {
        let encoded = Bytes::from(update.encode());
        let executed = self.evm.call_commit(self.at, sol::updateCall { encoded }.abi_encode());
        let gas = executed.gas;
        executed.into_result().unwrap();
        gas
    }
}

/// Whole transactions, the worst of six: how many candidates of the hash come before the right one is up to chance.
fn updates(figures: &mut Figures) {
    head(&[
        "update of a MAP client (Solidity), validators",
        "bytes, exact quorum",
        "none absent",
        "exact quorum",
        "exact quorum, two join and two leave",
    ]);
    for size in SIZES {
        let kinds = [("all", Kind::All), ("quorum", Kind::Quorum), ("change", Kind::Change)];
        let mut cells = vec![size.to_string(), String::new()];
        for (name, kind) in kinds {
            let chain = Simulated::new(size, kind);
            let mut contract = Contract::new(&chain);
            let gas = (2..8).map(|epoch| contract.update(&chain.epoch_end(epoch))).max().unwrap();
            cells.push(grouped(gas));
            if kind == Kind::Quorum {
                cells[1] = grouped(chain.epoch_end(7).encode().len() as u64);
                figures.insert(format!("sol.map.update.n{size}"), gas as f64);
            } else {
                figures.insert(format!("sol.map.update.n{size}.{name}"), gas as f64);
            }
        }
        row(&cells);
    }
}

/// Verification beside what a client cannot do without: hashing to the curve, decoding and one check of two pairs. Eight headers,
/// since the hash tries one candidate to three.
fn rust(figures: &mut Figures) {
    let chain = Simulated::new(30, Kind::Quorum);
    let client = Client::new(chain.config(), DefaultBn254::default()).unwrap();
    let (keys, now) = (chain.keys(), chain.now());
    let checkpoint = Checkpoint { epoch: chain::FIRST, time: chain::START, keys: &keys };
    let mut trusted = client.checkpoint(&checkpoint, &chain.commitment(), now).unwrap();
    let mut cases = Vec::new();
    for epoch in 0..8 {
        let update = chain.epoch_end(epoch);
        let (packed, before) = (update.encode(), trusted);
        trusted = client.update(&trusted, &packed, now).unwrap().0;
        let sealed = update.headers.into_iter().next().unwrap();
        let message = commit_message(chain.hash(epoch), &sealed.round);
        cases.push((packed, before, message, sealed));
    }
    let whole = || {
        for (packed, trusted, ..) in &cases {
            black_box(client.verify_update(trusted, black_box(packed), now).unwrap());
        }
    };
    let bare = || {
        for (_, _, message, sealed) in &cases {
            check(black_box(message), black_box(sealed));
        }
    };
    let (ratio, nanoseconds) = ratio(whole, bare);
    head(&[
        "MAP update in Rust, 30 validators, exact quorum",
        "microseconds",
        "÷ bare pairing and hash",
    ]);
    let microseconds = nanoseconds / 1000.0 / cases.len() as f64;
    row(&["arkworks".into(), format!("{microseconds:.0}"), format!("{ratio:.3}")]);
    figures.insert("rust.map.ratio_pairing".into(), ratio);
}

/// The signature, by the key on G2 that came with it.
fn check(message: &[u8], sealed: &Sealed) {
    let hash = -g1(&hash_to_g1(message).0);
    let (signature, key) = (g1(&sealed.signature), g2(&sealed.aggregate));
    assert!(signature.is_on_curve() && key.is_on_curve());
    assert!(key.is_in_correct_subgroup_assuming_on_curve());
    let pairs = Bn254::multi_pairing([signature, hash], [G2Affine::generator(), key]);
    assert!(pairs.is_zero());
}

fn g1(bytes: &[u8; 64]) -> G1Affine {
    let (x, y) = bytes.split_at(32);
    G1Affine::new_unchecked(field(x), field(y))
}

fn g2(bytes: &[u8; 128]) -> G2Affine {
    let at = |place: usize| field(&bytes[32 * place..][..32]);
    G2Affine::new_unchecked(Fq2::new(at(1), at(0)), Fq2::new(at(3), at(2)))
}

fn field(bytes: &[u8]) -> Fq {
    Fq::from_be_bytes_mod_order(bytes)
}

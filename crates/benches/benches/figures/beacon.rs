//! Updates of the beacon light client: gas in Solidity, time and allocations in Rust.

mod chain;

use crate::{Figures, grouped, head, row};
use alloy_primitives::{Address, Bytes};
use alloy_sol_types::{SolCall, SolValue};
use benches::ratio::ratio;
use bindings::{IBeaconLightClient as sol, ILightClient};
use chain::{Simulated, spread};
use light_client::{
    beacon::{
        Client, Trusted, Update,
        builder::{Cost, GLAMSTERDAM, OSAKA},
    },
    crypto::{Bls, arkworks::Arkworks, blst::Blst},
};
use std::{
    hint::black_box,
    path::{Path, PathBuf},
};
use testkit::{
    beacon::OwnedUpdate,
    evm::{Artifact, Evm},
};

/// Absent members for which an update is measured.
const ABSENT: [usize; 9] = [0, 1, 2, 5, 10, 25, 50, 100, 170];

/// Who may append forks: nobody here does.
const AUTHORITY: Address = Address::repeat_byte(0xaa);

pub(crate) fn measure(figures: &mut Figures) {
    let chain = Simulated::new();
    let mut legacy = Contract::of_default_folder(&chain);
    let mut ir = Contract::of_ir_folder(&chain);
    updates(&chain, &mut legacy, ir.as_mut(), figures);
    parts(&chain, &mut legacy, ir.as_mut(), figures);
    rust(&chain, figures);
}

/// A client in the steady state, in which every slot that is written has been written before.
struct Contract {
    evm: Evm,
    at: Address,
}

impl Contract {
    /// As the contracts are compiled for everything else.
    fn of_default_folder(chain: &Simulated) -> Self {
        Self::of(&Artifact::folder(), chain)
    }

    /// By the other pipeline of the compiler, if `make bench` or someone by hand has had it do so.
    fn of_ir_folder(chain: &Simulated) -> Option<Self> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/out-ir");
        folder.is_dir().then(|| Self::of(&folder, chain))
    }

    /// Deployed at the first finalized block and updated with the second.
    fn of(folder: &Path, chain: &Simulated) -> Self {
        let mut evm = Evm::new(2);
        evm.set_timestamp(chain.now());
        let bootstrap = chain.bootstrap();
        let start = sol::Bootstrap::from(&bootstrap.as_bootstrap());
        let config = sol::Config::from(&chain.config());
        let arguments = (config, start, chain.trusted_root(), AUTHORITY).abi_encode_params();
        let artifact = Artifact::load_in(folder, "BeaconLightClient", "BeaconLightClient").unwrap();
        let at = evm.deploy(&artifact, &arguments);
        let mut contract = Self { evm, at };
        contract.keep(&chain.first());
        contract
    }

    /// Gas of the transaction, whose changes are forgotten.
    fn gas(&mut self, update: &OwnedUpdate) -> u64 {
        let before = self.evm.snapshot();
        let gas = self.keep(update);
        self.evm.restore(before);
        gas
    }

    /// Gas of the transaction, whose changes are kept.
    fn keep(&mut self, update: &OwnedUpdate) -> u64 {
        let encoded = Bytes::from(update.encode());
        let executed = self.evm.call_commit(self.at, sol::updateCall { encoded }.abi_encode());
        let gas = executed.gas;
        executed.into_result().unwrap();
        gas
    }

    /// What a rotation and the next committee add to an update of the same members, and what the calls that change nothing cost.
    fn parts(&mut self, chain: &Simulated) -> [u64; 4] {
        let plain = self.gas(&chain.plain(&spread(0)));
        let learning = self.gas(&chain.learning(&spread(0)));
        let before = self.evm.snapshot();
        self.keep(&chain.learning(&spread(0)));
        let rotating = self.keep(&chain.rotating(&spread(0)));
        self.evm.restore(before);
        let encoded = Bytes::from(chain.plain(&spread(0)).encode());
        let verify = self.evm.gas(self.at, sol::verifyUpdateCall { encoded }.abi_encode());
        let (id, proof) = (1, Bytes::from(chain.ancestry()));
        let older =
            self.evm.gas(self.at, ILightClient::ancestorHashCall { id, proof }.abi_encode());
        [verify.execution, learning - plain, rotating - plain, older.execution]
    }
}

/// Whole transactions, and beside them what the builder says before they are sent.
fn updates(
    chain: &Simulated,
    legacy: &mut Contract,
    mut ir: Option<&mut Contract>,
    figures: &mut Figures,
) {
    head(&[
        "update of a beacon client (Solidity), absent of 512",
        "bytes",
        "whole transaction",
        "estimated before",
        "via_ir",
        "EIP-7623 floor",
        "Glamsterdam as scheduled, computed",
    ]);
    let mut worst: f64 = 0.0;
    for count in ABSENT {
        let update = chain.plain(&spread(count));
        let gas = legacy.gas(&update);
        let in_ir = ir.as_mut().map(|contract| contract.gas(&update));
        let estimate = |prices| Cost::of(&chain.config(), &chain.trusted(), &update, prices);
        let (osaka, glamsterdam) = (estimate(&OSAKA), estimate(&GLAMSTERDAM));
        worst = worst.max((osaka.total as f64 / gas as f64 - 1.0).abs());
        row(&[
            count.to_string(),
            grouped(osaka.bytes),
            grouped(gas),
            grouped(osaka.total),
            in_ir.map_or("-".into(), grouped),
            grouped(osaka.floor),
            grouped(glamsterdam.total),
        ]);
        note(figures, &format!("sol.beacon.update.k{count}"), gas, in_ir);
    }
    figures.insert("sol.beacon.estimate.worst_error".into(), worst);
}

fn parts(
    chain: &Simulated,
    legacy: &mut Contract,
    ir: Option<&mut Contract>,
    figures: &mut Figures,
) {
    let named = [
        ("verification alone, storage warm", "sol.beacon.verify.k0"),
        ("learning the next committee, on top", "sol.beacon.learning_extra"),
        ("rotation with the next committee, on top", "sol.beacon.rotation_extra"),
        ("a block of the last 8192 slots by block roots", "sol.beacon.block_roots.gas"),
    ];
    let in_ir = ir.map(|contract| contract.parts(chain));
    head(&["beacon client (Solidity), none absent", "gas", "via_ir"]);
    for (place, ((what, name), gas)) in named.into_iter().zip(legacy.parts(chain)).enumerate() {
        let in_ir = in_ir.map(|parts| parts[place]);
        row(&[what.into(), grouped(gas), in_ir.map_or("-".into(), grouped)]);
        note(figures, name, gas, in_ir);
    }
}

/// The default pipeline's figure under its name, the other's with a suffix.
fn note(figures: &mut Figures, name: &str, gas: u64, in_ir: Option<u64>) {
    figures.insert(name.into(), gas as f64);
    if let Some(gas) = in_ir {
        figures.insert(format!("{name}_ir"), gas as f64);
    }
}

/// Verification beside the bare signature check of the same backend.
fn rust(chain: &Simulated, figures: &mut Figures) {
    head(&[
        "update in Rust, absent of 512",
        "÷ bare signature check, blst",
        "÷ bare signature check, arkworks",
        "allocations beyond the backend's own",
    ]);
    let mut worst: f64 = 0.0;
    let mut allocations = 0;
    for count in [0, 5, 25, 170] {
        let (blst, more) = beside(chain, Blst, count);
        let (arkworks, more_arkworks) = beside(chain, Arkworks, count);
        let more = more.max(more_arkworks);
        allocations = allocations.max(more);
        // Of the rows that are held to a bar on chain too. At the quorum's limit hashing weighs more.
        if count <= 25 {
            worst = worst.max(blst).max(arkworks);
        }
        row(&[count.to_string(), format!("{blst:.3}"), format!("{arkworks:.3}"), more.to_string()]);
    }
    figures.insert("rust.beacon.ratio_bls".into(), worst);
    figures.insert("rust.beacon.allocs".into(), allocations as f64);
}

/// Time of a verification ÷ time of its signature check, and what it allocates beyond that.
fn beside<B: Bls + Copy>(chain: &Simulated, bls: B, count: usize) -> (f64, i64) {
    let client = Client::new(chain.config(), bls).unwrap();
    let owned = chain.plain(&spread(count));
    let packed = owned.encode();
    let (trusted, now): (Trusted, _) = (chain.trusted(), chain.now());
    let whole = || {
        let update = Update::decode(black_box(&packed)).unwrap();
        client.update(&trusted, &update, now).unwrap()
    };
    let keys: Vec<_> = owned.absent.iter().map(|member| member.key).collect();
    let message = chain.signing_root(&owned);
    let bare = || {
        let keys = black_box(&keys).iter().copied();
        bls.verify_complement(&owned.aggregate_key, keys, &message, &owned.signature).unwrap();
    };
    // The fewest of several runs: the channel to blst's threads allocates when it has to wait.
    let counted = |run: &dyn Fn()| {
        let counts = (0..16).map(|_| allocation_counter::measure(run).count_total);
        i64::try_from(counts.min().unwrap()).unwrap()
    };
    let more = counted(&|| _ = whole()) - counted(&bare);
    (ratio(whole, bare).0, more)
}

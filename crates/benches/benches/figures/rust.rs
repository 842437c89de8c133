//! Rust: time as ratios, and allocations.

use crate::{Figures, head, row};
use benches::{
    fixture::{self, Fixture},
    ours::{self, Bmi},
    peers::{self, Answer, Peer},
    ratio::{ratio, ratio_fed},
};
use keccak_lanes::Kernel;
use mpt_proof::Sha3;
use std::hint::black_box;

/// Receipts of one block, proven together.
const BATCHES: [u64; 4] = [2, 10, 50, 200];

pub(crate) fn measure(figures: &mut Figures) {
    let fixtures = fixture::measured();
    kernels(&fixtures, figures);
    alone(&fixtures, figures);
    beside(&fixtures, figures);
    forms(&fixtures, figures);
    batches(figures);
}

/// The hashes of all nodes of a proof, by each kernel.
fn kernels(fixtures: &[Fixture], figures: &mut Figures) {
    let kernels: Vec<Kernel> = Kernel::available().collect();
    let names: Vec<String> = kernels.iter().map(|kernel| format!("{kernel:?}")).collect();
    let mut columns = vec!["hashes alone ÷ keccak-asm"];
    columns.extend(names.iter().map(String::as_str));
    head(&columns);
    let full =
        Fixture { name: "64 full branches", proof: fixture::branches(64), ..fixtures[0].clone() };
    let shown = fixtures
        .iter()
        .filter(|fixture| ["receipt3", "receipt5", "account8"].contains(&fixture.name));
    for fixture in shown.chain([&full]) {
        let mut hashes = vec![[0; 32]; fixture.proof.len()];
        let mut cells = vec![fixture.name.to_owned()];
        for (kernel, name) in kernels.iter().zip(&names) {
            let hash = || kernel.keccak256_many(&fixture.proof, &mut hashes).unwrap();
            let (of_asm, _) = ratio(hash, || ours::bare_asm(fixture));
            cells.push(format!("{of_asm:.2}"));
            let fixture = fixture.name.replace(' ', "_");
            figures.insert(format!("rust.hash.{fixture}.{}", name.to_lowercase()), of_asm);
        }
        row(&cells);
    }
}

/// Our verification beside the hash.
fn alone(fixtures: &[Fixture], figures: &mut Figures) {
    head(&[
        "proof (Rust)",
        "what",
        "nodes",
        "bytes",
        "ns",
        "÷ bare keccak-asm",
        "portable ÷ its own bare hash",
        "BMI ÷ bare keccak-asm",
        "allocations",
    ]);
    for fixture in fixtures {
        let (of_asm, nanoseconds) = ratio(|| ours::listed(fixture), || ours::bare_asm(fixture));
        let portable = || ours::listed_with(&Sha3, fixture);
        let (of_own, _) = ratio(portable, || ours::bare_sha3(fixture));
        let of_bmi = Bmi::available()
            .map(|bmi| ratio(|| ours::listed_with(&bmi, fixture), || ours::bare_asm(fixture)).0);
        let allocations = allocations(|| ours::listed(fixture));
        row(&[
            fixture.name.into(),
            fixture.what.into(),
            fixture.proof.len().to_string(),
            fixture.bytes().to_string(),
            format!("{nanoseconds:.0}"),
            format!("{of_asm:.2}"),
            format!("{of_own:.3}"),
            of_bmi.map_or("-".into(), |ratio| format!("{ratio:.2}")),
            allocations.to_string(),
        ]);
        let name = fixture.name;
        figures.insert(format!("rust.{name}.ratio_keccak_asm"), of_asm);
        figures.insert(format!("rust.{name}.ratio_own_hash"), of_own);
        figures.insert(format!("rust.{name}.allocs"), allocations as f64);
        if let Some(of_bmi) = of_bmi {
            figures.insert(format!("rust.{name}.bmi_ratio_keccak_asm"), of_bmi);
        }
        if name == "receipt3" {
            figures.insert("rust.scalar.ratio_own_hash".into(), of_own);
            of_bmi.map(|ratio| figures.insert("rust.scalar_bmi.ratio_keccak_asm".into(), ratio));
        }
    }
}

/// Other verifiers beside ours.
fn beside(fixtures: &[Fixture], figures: &mut Figures) {
    let names: Vec<String> =
        peers::ALL.iter().map(|peer| format!("{} ({})", peer.name, peer.hash)).collect();
    let mut columns = vec!["time ÷ ours"];
    columns.extend(names.iter().map(String::as_str));
    head(&columns);
    for fixture in fixtures {
        let mut cells = vec![fixture.name.to_owned()];
        cells.extend(peers::ALL.iter().map(|peer| match speedup(peer, fixture) {
            Some(speedup) => {
                let short = peer.name.split([' ', '-']).next().unwrap();
                figures.insert(format!("rust.{}.speedup_{short}", fixture.name), speedup);
                format!("{speedup:.2}")
            }
            None => "refuses".into(),
        }));
        if let Some(alloy) = figures.get(&format!("rust.{}.speedup_alloy", fixture.name)).copied() {
            figures.insert(format!("rust.{}.ratio_alloy", fixture.name), 1.0 / alloy);
        }
        row(&cells);
    }
}

/// Time of the peer ÷ ours; the copy that some of them consume is made outside of it.
fn speedup(peer: &Peer, fixture: &Fixture) -> Option<f64> {
    let run = |nodes| (peer.run)(fixture, nodes);
    let consumed = || if peer.consumes { peers::copied(fixture) } else { Vec::new() };
    peer.is_right(fixture).then(|| ratio_fed(consumed, run, || ours::listed(fixture)).0)
}

/// Packed and compact beside the list.
fn forms(fixtures: &[Fixture], figures: &mut Figures) {
    head(&[
        "form",
        "bytes packed",
        "packed ÷ list",
        "bytes compact",
        "compact ÷ list",
        "allocations",
    ]);
    let (mut of_packed, mut of_compact) = (0, 0);
    for fixture in fixtures {
        let (packed, compact) = (fixture.packed(), fixture.compact());
        let in_packed = allocations(|| ours::packed(fixture, &packed));
        let in_compact = allocations(|| ours::compact(fixture, &compact));
        (of_packed, of_compact) = (of_packed.max(in_packed), of_compact.max(in_compact));
        let (packed_time, _) = ratio(|| ours::packed(fixture, &packed), || ours::listed(fixture));
        let (compact_time, _) =
            ratio(|| ours::compact(fixture, &compact), || ours::listed(fixture));
        row(&[
            fixture.name.into(),
            packed.len().to_string(),
            format!("{packed_time:.2}"),
            compact.len().to_string(),
            format!("{compact_time:.2}"),
            format!("{in_packed}, {in_compact}"),
        ]);
        figures.insert(format!("rust.{}.packed_ratio_list", fixture.name), packed_time);
        figures.insert(format!("rust.{}.compact_ratio_list", fixture.name), compact_time);
    }
    // The most of all proofs.
    figures.insert("rust.packed.allocs".into(), of_packed as f64);
    figures.insert("rust.compact.allocs".into(), of_compact as f64);
}

/// Receipts of one block proven together, beside the same one by one.
fn batches(figures: &mut Figures) {
    head(&[
        "receipts of a block of 200",
        "nodes one by one",
        "nodes together",
        "ns for each",
        "alloy-trie one by one ÷ batch",
        "ours one by one ÷ batch",
        "allocations",
    ]);
    for count in BATCHES {
        let joint = fixture::joint(count);
        let alone: usize = joint.single.iter().map(|fixture| fixture.proof.len()).sum();
        assert!(joint.single.iter().all(|fixture| peers::alloy(fixture) == Answer::Confirmed));
        let by_alloy = || {
            for one in &joint.single {
                black_box(peers::alloy(one));
            }
        };
        let by_us = || {
            for one in &joint.single {
                black_box(ours::listed(one));
            }
        };
        let (of_alloy, _) = ratio(by_alloy, || ours::batch(&joint));
        let (of_us, _) = ratio(by_us, || ours::batch(&joint));
        let (_, nanoseconds) = ratio(|| ours::batch(&joint), || ours::batch(&joint));
        let allocations = allocations(|| ours::batch(&joint));
        row(&[
            count.to_string(),
            alone.to_string(),
            joint.batch.nodes.len().to_string(),
            format!("{:.0}", nanoseconds / count as f64),
            format!("{of_alloy:.1}"),
            format!("{of_us:.1}"),
            allocations.to_string(),
        ]);
        figures.insert(format!("rust.block{count}.speedup_alloy"), of_alloy);
        figures.insert(format!("rust.block{count}.speedup_one_by_one"), of_us);
        figures.insert(format!("rust.block{count}.allocs"), allocations as f64);
    }
}

fn allocations<T>(run: impl FnOnce() -> T) -> u64 {
    allocation_counter::measure(|| {
        black_box(run());
    })
    .count_total
}

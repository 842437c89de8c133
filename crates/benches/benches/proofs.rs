//! Trie proofs beside other verifiers and beside the bare hashes of the same bytes.

use benches::{fixture, ours, peers};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::time::Duration;

fn proofs(criterion: &mut Criterion) {
    for fixture in fixture::measured() {
        let mut group = criterion.benchmark_group(fixture.name);
        group.throughput(Throughput::Bytes(fixture.bytes() as u64));
        group.bench_function("mpt-proof", |bencher| bencher.iter(|| ours::listed(&fixture)));
        for peer in peers::ALL.into_iter().filter(|peer| peer.is_right(&fixture)) {
            group.bench_function(peer.name, |bencher| {
                let run = |nodes| (peer.run)(&fixture, nodes);
                bencher.iter_batched(|| peers::copied(&fixture), run, BatchSize::SmallInput);
            });
        }
        group.bench_function("bare keccak (sha3)", |bencher| {
            bencher.iter(|| ours::bare_sha3(&fixture));
        });
        group.bench_function("bare keccak (keccak-asm)", |bencher| {
            bencher.iter(|| ours::bare_asm(&fixture));
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = proofs
}
criterion_main!(benches);

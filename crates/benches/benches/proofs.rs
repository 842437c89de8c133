//! Trie proofs beside alloy-trie and beside the bare hashes of the same bytes.

use benches::{alloy, bare_alloy, bare_sha3, fixture, ours};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn proofs(criterion: &mut Criterion) {
    for fixture in fixture::measured() {
        let mut group = criterion.benchmark_group(fixture.name);
        group.throughput(Throughput::Bytes(fixture.bytes() as u64));
        group.bench_function("mpt-proof", |bencher| bencher.iter(|| ours(&fixture)));
        group.bench_function("alloy-trie", |bencher| bencher.iter(|| alloy(&fixture)));
        group.bench_function("bare keccak (sha3)", |bencher| bencher.iter(|| bare_sha3(&fixture)));
        group
            .bench_function("bare keccak (alloy)", |bencher| bencher.iter(|| bare_alloy(&fixture)));
        group.finish();
    }
}

criterion_group!(benches, proofs);
criterion_main!(benches);

//! Each kernel of this machine beside `keccak-asm`, which hashes one message after the other, on
//! messages as long as the nodes of Ethereum's tries.
//!
//! All of them are sampled in turn, so that whatever else the machine does falls on each alike. The
//! figure is the 20th of 400 samples in order, and its ratio to that of `keccak-asm`.

use keccak_lanes::Kernel;
use std::{hint::black_box, time::Instant};

/// Hashes each message, by `keccak-asm` if no kernel is named.
type Hasher = Option<Kernel>;

const SAMPLES: usize = 400;
/// About as many permutations as make up one sample.
const PERMUTATIONS: usize = 400;

fn main() {
    let hashers: Vec<Hasher> = [None].into_iter().chain(Kernel::available().map(Some)).collect();
    print!("{:32}", "ns, ratio to keccak-asm");
    for hasher in &hashers {
        let name = hasher.map_or("keccak-asm".to_owned(), |kernel| format!("{kernel:?}"));
        print!("{name:>16}");
    }
    println!();
    for (name, lengths) in shapes() {
        let times = measure(&hashers, &lengths);
        print!("{name:32}");
        for time in &times {
            print!("{:>9.0} {:>5.2}x", time, time / times[0]);
        }
        println!();
    }
}

/// Nanoseconds that each hasher takes for messages of these lengths.
fn measure(hashers: &[Hasher], lengths: &[usize]) -> Vec<f64> {
    let messages: Vec<Vec<u8>> = lengths.iter().map(|&length| vec![0xa5; length]).collect();
    let mut hashes = vec![[0; 32]; messages.len()];
    let permutations: usize = lengths.iter().map(|length| length / 136 + 1).sum();
    let repeat = u32::try_from(PERMUTATIONS / permutations).unwrap_or(u32::MAX).max(1);

    let mut samples = vec![Vec::with_capacity(SAMPLES); hashers.len()];
    for _ in 0..SAMPLES {
        for (&hasher, samples) in hashers.iter().zip(&mut samples) {
            let start = Instant::now();
            for _ in 0..repeat {
                hash(hasher, black_box(&messages), black_box(&mut hashes));
            }
            samples.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(repeat));
        }
    }
    samples
        .into_iter()
        .map(|mut samples| {
            samples.sort_by(f64::total_cmp);
            samples[SAMPLES / 20]
        })
        .collect()
}

fn hash(hasher: Hasher, messages: &[Vec<u8>], hashes: &mut [[u8; 32]]) {
    if let Some(kernel) = hasher {
        kernel.keccak256_many(messages, hashes).expect("only available kernels are measured");
    } else {
        for (message, hash) in messages.iter().zip(hashes) {
            *hash = keccak_asm::Keccak256::digest(message).into();
        }
    }
}

/// The lengths of the messages that are hashed at a time.
fn shapes() -> [(&'static str, Vec<usize>); 7] {
    [
        ("one word", vec![32]),
        ("one full branch", vec![532]),
        ("two full branches", vec![532; 2]),
        ("receipt proof of 3 nodes", vec![308, 532, 593]),
        ("account proof of 8 nodes", vec![532, 532, 532, 532, 532, 532, 532, 104]),
        ("64 full branches", vec![532; 64]),
        ("216 nodes of a block's receipts", nodes_of_a_block()),
    ]
}

/// 16 branches, and 200 receipts of 270 to 1670 bytes, of which most are short: 600 bytes on average.
fn nodes_of_a_block() -> Vec<usize> {
    let branches = [83, 308, 532, 532].into_iter().cycle().take(16);
    let receipts = (0..200_usize).map(|i| 270 + 1400 * (i * 89 % 200).pow(3) / 199_usize.pow(3));
    branches.chain(receipts).collect()
}

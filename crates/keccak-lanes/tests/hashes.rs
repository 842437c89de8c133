//! Every kernel of this machine beside the `sha3` crate.

use keccak_lanes::{Kernel, Unavailable, keccak256, keccak256_many};
use sha3::{Digest, Keccak256};

const KERNELS: [Kernel; 4] = [Kernel::Portable, Kernel::Bmi, Kernel::Avx2, Kernel::Avx512];

/// What the hash of nothing and of "abc" is, from the Keccak team's test vectors.
const EMPTY: &str = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470";
const ABC: &str = "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45";

/// Lengths around the ends of blocks.
const EDGES: [usize; 16] = [0, 1, 7, 8, 31, 32, 134, 135, 136, 137, 271, 272, 273, 407, 408, 1088];

#[test]
fn known_answers() {
    for kernel in usable() {
        let hash = |message: &str| kernel.keccak256(message.as_bytes()).map(hex);
        assert_eq!(hash(""), Ok(EMPTY.to_owned()), "{kernel:?}");
        assert_eq!(hash("abc"), Ok(ABC.to_owned()), "{kernel:?}");
    }
    assert_eq!(hex(keccak256(b"abc")), ABC);
}

#[test]
fn one_message_of_every_length() {
    let bytes = bytes(1100, 1);
    for length in 0..=bytes.len() {
        let message = &bytes[..length];
        let expected = oracle(message);
        assert_eq!(keccak256(message), expected, "{length} bytes");
        for kernel in usable() {
            assert_eq!(kernel.keccak256(message), Ok(expected), "{kernel:?}, {length} bytes");
        }
    }
}

#[test]
fn many_messages_of_mixed_lengths() {
    let mut random = Random(2);
    for count in 0..=40 {
        for _ in 0..8 {
            let lengths: Vec<usize> = (0..count).map(|_| random.length()).collect();
            agree(&messages(&lengths));
        }
    }
}

#[test]
fn many_messages_around_the_ends_of_blocks() {
    for count in 0..=20 {
        for length in EDGES {
            agree(&messages(&vec![length; count]));
        }
        for first in 0..EDGES.len() {
            let lengths: Vec<_> = EDGES.into_iter().cycle().skip(first).take(count).collect();
            agree(&messages(&lengths));
        }
    }
}

/// One long message in each place, so that lanes are given up one by one, or all but one at once.
#[test]
fn a_message_that_outlasts_the_others() {
    for count in 1..=20 {
        for long in 0..count {
            let lengths: Vec<_> =
                (0..count).map(|i| if i == long { 2500 } else { 40 * i }).collect();
            agree(&messages(&lengths));
        }
    }
}

#[test]
fn a_whole_block_of_nodes() {
    let mut random = Random(3);
    let lengths: Vec<_> = (0..500).map(|_| random.length()).collect();
    agree(&messages(&lengths));
}

#[test]
fn the_shorter_of_messages_and_hashes_counts() {
    let messages = messages(&[10; 12]);
    for kernel in usable() {
        for room in 0..=messages.len() + 5 {
            let mut hashes = [[0xee; 32]; 17];
            assert_eq!(kernel.keccak256_many(&messages, &mut hashes[..room]), Ok(()));
            for (i, hash) in hashes.iter().enumerate() {
                let hashed = i < room && i < messages.len();
                let expected = if hashed { oracle(&messages[i]) } else { [0xee; 32] };
                assert_eq!(*hash, expected, "{kernel:?}, room for {room}, hash {i}");
            }
        }
    }
}

#[test]
fn the_best_available_kernel_is_detected() {
    let available: Vec<_> = Kernel::available().collect();
    assert_eq!(available.first(), Some(&Kernel::detect()));
    assert_eq!(available.last(), Some(&Kernel::Portable));
    let expected: Vec<_> = KERNELS.into_iter().rev().filter(|k| k.is_available()).collect();
    assert_eq!(available, expected);
}

#[test]
fn unavailable_kernels_refuse_and_leave_the_hashes_alone() {
    for kernel in KERNELS.into_iter().filter(|kernel| !kernel.is_available()) {
        let mut hashes = [[0xee; 32]];
        assert_eq!(kernel.keccak256(b""), Err(Unavailable(kernel)));
        assert_eq!(kernel.keccak256_many(&[b""], &mut hashes), Err(Unavailable(kernel)));
        assert_eq!(hashes, [[0xee; 32]]);
    }
    let text = Unavailable(Kernel::Avx512).to_string();
    assert_eq!(text, "this machine cannot run the kernel Avx512");
}

/// Holds every kernel, and the choice among them, against the oracle.
fn agree(messages: &[Vec<u8>]) {
    let expected: Vec<_> = messages.iter().map(|message| oracle(message)).collect();
    let lengths: Vec<_> = messages.iter().map(Vec::len).collect();
    let mut hashes = vec![[0; 32]; messages.len()];
    keccak256_many(messages, &mut hashes);
    assert_eq!(hashes, expected, "lengths {lengths:?}");
    for kernel in usable() {
        hashes.fill([0; 32]);
        assert_eq!(kernel.keccak256_many(messages, &mut hashes), Ok(()));
        assert_eq!(hashes, expected, "{kernel:?}, lengths {lengths:?}");
    }
}

/// The kernels of this machine. Says once which are skipped.
fn usable() -> impl Iterator<Item = Kernel> {
    static SAY: std::sync::Once = std::sync::Once::new();
    SAY.call_once(|| {
        for kernel in KERNELS.into_iter().filter(|kernel| !kernel.is_available()) {
            eprintln!("SKIPPED: {kernel:?}, which this machine cannot run");
        }
    });
    KERNELS.into_iter().filter(|kernel| kernel.is_available())
}

fn oracle(message: &[u8]) -> [u8; 32] {
    Keccak256::digest(message).into()
}

/// Messages of these lengths, no two with the same bytes.
fn messages(lengths: &[usize]) -> Vec<Vec<u8>> {
    (0..).zip(lengths).map(|(seed, &length)| bytes(length, seed)).collect()
}

fn bytes(length: usize, seed: u64) -> Vec<u8> {
    let mut random = Random(seed);
    (0..length.div_ceil(8)).flat_map(|_| random.next().to_le_bytes()).take(length).collect()
}

fn hex(hash: [u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `SplitMix64`: the same numbers on every run.
struct Random(u64);

impl Random {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Mostly the length of a trie's node, sometimes that of a long receipt, sometimes an edge.
    fn length(&mut self) -> usize {
        let random = usize::try_from(self.next() >> 33).unwrap_or(0);
        match random % 8 {
            0..=4 => random / 8 % 600,
            5 => random / 8 % 4000,
            _ => EDGES[random / 8 % EDGES.len()],
        }
    }
}

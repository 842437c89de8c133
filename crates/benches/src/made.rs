//! Tries made up from a fixed seed, for the shapes that the committed vectors do not have.

use alloy_primitives::{B256, Bytes, U256, keccak256};
use alloy_rlp::{Encodable, Header};
use mpt_proof::builder::OrderedTrie;

/// A branch with sixteen children: what stands above a leaf in the state of mainnet.
const FULL: usize = 16;

/// Numbers that look random and are the same in every run: Keccak-256 of a counter.
#[derive(Debug)]
struct Seeded {
    topic: &'static str,
    counter: u64,
}

impl Seeded {
    const fn new(topic: &'static str) -> Self {
        Self { topic, counter: 0 }
    }

    fn word(&mut self) -> B256 {
        self.counter += 1;
        keccak256([self.topic.as_bytes(), &self.counter.to_be_bytes()].concat())
    }

    /// Below `bound`.
    fn below(&mut self, bound: u8) -> u8 {
        self.word()[0] % bound
    }
}

/// The receipts of a made-up block: of all types, with 0 to 9 transfers. Every fifth has two.
///
/// # Panics
///
/// Never: no receipt is empty.
#[must_use]
pub fn block(size: u64) -> OrderedTrie {
    let mut seeded = Seeded::new("block");
    let receipts = (0..size).map(|index| {
        let transfers = match (index % 5, seeded.below(16)) {
            (0, _) => 2,
            (_, count @ 0..=9) => usize::from(count) / 2,
            (_, 15) => 9,
            _ => 1,
        };
        receipt(&mut seeded, transfers)
    });
    OrderedTrie::new(receipts).expect("no receipt is empty")
}

/// As EIP-2718 has it; 10 % are legacy.
fn receipt(seeded: &mut Seeded, transfers: usize) -> Vec<u8> {
    let kind: &[u8] = match seeded.below(20) {
        0 | 1 => &[],
        2 => &[1],
        3 => &[3],
        4 => &[4],
        _ => &[2],
    };
    let gas = 0x0100_0000 + u32::from(seeded.below(255));
    let mut bloom = [0; 256];
    for _ in 0..3 * transfers {
        let (byte, bit) = (usize::from(seeded.below(255)), seeded.below(8));
        bloom[byte] |= 1 << bit;
    }
    let logs: Vec<_> = (0..transfers).map(|_| transfer(seeded)).collect();
    let fields = [encoded(&1u8), encoded(&gas), string(&bloom), list(&logs)];
    [kind, &list(&fields)].concat()
}

/// The log of a token transfer: an emitter, three topics, an amount.
fn transfer(seeded: &mut Seeded) -> Vec<u8> {
    let event = keccak256("Transfer(address,address,uint256)");
    let topics = [event, seeded.word(), seeded.word()].map(|topic| string(topic.as_slice()));
    list(&[string(&seeded.word()[12..]), list(&topics), string(seeded.word().as_slice())])
}

/// A proof of `nodes` nodes in a large state: full branches above one leaf, with siblings from a fixed seed.
#[derive(Clone, Debug)]
pub struct Deep {
    /// Root of the trie.
    pub root: B256,
    /// The key that the trie has.
    pub key: B256,
    /// Another that ends at the same leaf, which the trie does not have.
    pub absent: B256,
    /// Nodes from the root down.
    pub proof: Vec<Bytes>,
    /// What is under the key.
    pub value: Bytes,
}

/// A proof of an account.
#[must_use]
pub fn account(nodes: usize) -> Deep {
    let mut seeded = Seeded::new("account");
    let (storage, code) = (seeded.word(), seeded.word());
    let key = seeded.word();
    deep(seeded, key, nodes, fields(storage, code))
}

/// A proof of the account under this key, a hashed address, with this storage.
#[must_use]
pub fn account_at(key: B256, storage: B256, nodes: usize) -> Deep {
    let mut seeded = Seeded::new("account");
    let code = seeded.word();
    deep(seeded, key, nodes, fields(storage, code))
}

/// An account as the state has it.
fn fields(storage: B256, code: B256) -> Vec<u8> {
    let balance = 1_234_567_890_123_456_789u64;
    let fields =
        [encoded(&7u8), encoded(&balance), string(storage.as_slice()), string(code.as_slice())];
    list(&fields)
}

/// A proof of a storage slot that has an address in it.
#[must_use]
pub fn storage(nodes: usize) -> Deep {
    let mut seeded = Seeded::new("storage");
    let owner = seeded.word();
    let key = seeded.word();
    deep(seeded, key, nodes, string(&owner[12..]))
}

/// A proof of the storage slot under this key, a hashed slot, with this value, not zero.
#[must_use]
pub fn storage_at(key: B256, value: U256, nodes: usize) -> Deep {
    deep(Seeded::new("storage"), key, nodes, string(&value.to_be_bytes_trimmed_vec()))
}

fn deep(mut seeded: Seeded, key: B256, nodes: usize, value: Vec<u8>) -> Deep {
    let mut absent = key;
    absent[31] ^= 1;
    let nibbles: Vec<usize> =
        key.iter().flat_map(|byte| [usize::from(byte >> 4), usize::from(byte & 15)]).collect();
    let above = nodes - 1;
    let mut proof = vec![list(&[string(&leaf_path(&nibbles[above..])), string(&value)])];
    for &nibble in nibbles[..above].iter().rev() {
        let below = keccak256(&proof[proof.len() - 1]);
        let child = |place| if place == nibble { below } else { seeded.word() };
        let mut items: Vec<_> = (0..FULL).map(child).map(|hash| string(hash.as_slice())).collect();
        items.push(string(&[]));
        proof.push(list(&items));
    }
    let root = keccak256(&proof[above]);
    let proof = proof.into_iter().rev().map(Bytes::from).collect();
    Deep { root, key, absent, proof, value: value.into() }
}

/// A leaf's path in hex-prefix form.
fn leaf_path(nibbles: &[usize]) -> Vec<u8> {
    let front: &[usize] = if nibbles.len() % 2 == 1 { &[3] } else { &[2, 0] };
    let all = [front, nibbles].concat();
    all.chunks(2).map(|pair| u8::try_from(16 * pair[0] + pair[1]).expect("nibbles")).collect()
}

fn encoded(item: &impl Encodable) -> Vec<u8> {
    let mut out = Vec::new();
    item.encode(&mut out);
    out
}

fn string(bytes: &[u8]) -> Vec<u8> {
    encoded(&bytes)
}

fn list(items: &[Vec<u8>]) -> Vec<u8> {
    let payload = items.concat();
    let mut out = Vec::new();
    Header { list: true, payload_length: payload.len() }.encode(&mut out);
    out.extend(payload);
    out
}

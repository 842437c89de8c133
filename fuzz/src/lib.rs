//! What the targets for trie proofs share: small tries out of a fuzzer's bytes, their proofs, and ways to spoil these.

mod linked;
mod oracles;

pub use linked::Linked;
pub use oracles::{Form, agree_on};

use alloy_primitives::{B256, Bytes, keccak256};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use mpt_proof::{Outcome, builder::Trie, proof};
use std::collections::BTreeMap;

/// A key that has a chance to share its beginning with others, and to be a prefix of one.
#[derive(Arbitrary, Clone, Debug)]
pub enum Key {
    /// Up to eight bytes out of four letters.
    Letters(Vec<u8>),
    /// The same in front of a word of zeros, as one of 32 bytes.
    Word(Vec<u8>),
    /// The hash of a number, as in state and storage.
    Hashed(u8),
    /// The key of a transaction's index.
    Index(u16),
}

impl Key {
    /// The bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let letters = |from: &[u8]| {
            let letters = from.iter().map(|byte| [0x00, 0x01, 0x10, 0x11][usize::from(byte & 3)]);
            letters.collect::<Vec<u8>>()
        };
        match self {
            Self::Letters(from) => letters(&from[..from.len().min(8)]),
            Self::Word(from) => {
                let mut word = letters(&from[..from.len().min(32)]);
                word.resize(32, 0);
                word
            }
            Self::Hashed(number) => keccak256([*number]).to_vec(),
            Self::Index(index) => {
                mpt_proof::receipt::index_key(u64::from(*index)).as_ref().to_vec()
            }
        }
    }
}

/// A value of at least one byte.
#[derive(Arbitrary, Clone, Debug)]
pub enum Value {
    /// Any bytes.
    Bytes(Vec<u8>),
    /// One byte as often as said: lengths at the borders of RLP's forms.
    Long(u8, u16),
    /// What a reference to a node looks like, with and without its header.
    Reference(u8, bool),
}

impl Value {
    /// The bytes.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) if bytes.is_empty() => vec![0],
            Self::Bytes(bytes) => bytes.clone(),
            Self::Long(byte, length) => vec![*byte; 1 + usize::from(*length % 700)],
            Self::Reference(of, header) => {
                let hash = keccak256([*of]);
                if *header { [&[0xa0], &hash[..]].concat() } else { hash.to_vec() }
            }
        }
    }
}

/// A change of a list of nodes. Places are taken modulo what there is.
#[derive(Arbitrary, Clone, Debug)]
pub enum Edit {
    Drop(u8),
    Copy(u8, u8),
    Swap(u8, u8),
    Flip(u8, u16, u8),
    Cut(u8, u16),
    Insert(u8, Vec<u8>),
    Append(u8, u8),
}

impl Edit {
    /// Applies it, or does nothing where there is nothing to change.
    pub fn apply(&self, nodes: &mut Vec<Bytes>) {
        let count = nodes.len();
        let at = |place: u8| usize::from(place) % count.max(1);
        match self {
            Self::Insert(place, bytes) => {
                let place = usize::from(*place) % (count + 1);
                nodes.insert(place, bytes.clone().into());
            }
            _ if count == 0 => {}
            Self::Drop(place) => {
                nodes.remove(at(*place));
            }
            Self::Copy(from, to) => {
                let node = nodes[at(*from)].clone();
                nodes.insert(usize::from(*to) % (count + 1), node);
            }
            Self::Swap(one, two) => nodes.swap(at(*one), at(*two)),
            Self::Flip(place, byte, by) => {
                let mut node = nodes[at(*place)].to_vec();
                if let Some(byte) = pick(&mut node, *byte) {
                    *byte ^= by;
                }
                nodes[at(*place)] = node.into();
            }
            Self::Cut(place, length) => {
                let node = &nodes[at(*place)];
                let length = usize::from(*length) % (node.len() + 1);
                nodes[at(*place)] = Bytes::copy_from_slice(&node[..length]);
            }
            Self::Append(place, byte) => {
                let node = [&nodes[at(*place)][..], &[*byte]].concat();
                nodes[at(*place)] = node.into();
            }
        }
    }
}

fn pick(bytes: &mut [u8], place: u16) -> Option<&mut u8> {
    let length = bytes.len();
    (length > 0).then(|| &mut bytes[usize::from(place) % length])
}

/// A trie, a key that is asked for, and what is done to its proof.
#[derive(Arbitrary, Clone, Debug)]
pub struct Plan {
    entries: Vec<(Key, Value)>,
    other: Key,
    which: u8,
    edits: Vec<Edit>,
}

/// What a plan comes to.
#[derive(Debug)]
pub struct Case {
    /// All that the trie has.
    pub entries: BTreeMap<Vec<u8>, Vec<u8>>,
    /// The trie.
    pub trie: Trie,
    /// Its root.
    pub root: B256,
    /// The key that is asked for.
    pub key: Vec<u8>,
    /// The nodes as they are due.
    pub honest: Vec<Bytes>,
    /// The nodes as they are given.
    pub nodes: Vec<Bytes>,
}

impl Plan {
    /// Builds the trie and spoils the proof. `present` says whether a key of the trie is asked for.
    pub fn case(&self, present: bool) -> Option<Case> {
        let entries: BTreeMap<_, _> =
            self.entries.iter().take(24).map(|(key, value)| (key.bytes(), value.bytes())).collect();
        let key = if present {
            entries.keys().nth(usize::from(self.which) % entries.len().max(1))?.clone()
        } else {
            self.other.bytes()
        };
        let trie = Trie::new(&entries).ok()?;
        let honest = trie.proof(&key);
        let mut nodes = honest.clone();
        self.edits.iter().take(4).for_each(|edit| edit.apply(&mut nodes));
        Some(Case { root: trie.root(), entries, trie, key, honest, nodes })
    }
}

impl Case {
    /// What the trie has under the key.
    pub fn held(&self) -> Option<&[u8]> {
        self.entries.get(&self.key).map(Vec::as_slice)
    }

    /// The list is the one that is due. The empty trie has two.
    pub fn is_honest(&self) -> bool {
        self.nodes == self.honest
            || self.root == proof::EMPTY_ROOT && self.nodes == [Bytes::from_static(&[0x80])]
    }
}

/// Walks, asks for inclusion and for exclusion: one outcome, whoever asks.
pub fn consistent<'p>(
    root: &B256,
    key: &[u8],
    nodes: &'p [impl AsRef<[u8]>],
) -> Result<Outcome<'p>, proof::Error> {
    let walked = proof::walk(root, key, nodes);
    let included = proof::inclusion(root, key, nodes);
    let excluded = proof::exclusion(root, key, nodes);
    match walked {
        Ok(Outcome::Value(value)) => {
            assert_eq!(included, Ok(value));
            assert_eq!(excluded, Err(proof::Error::KeyPresent));
        }
        Ok(Outcome::Absent(absence)) => {
            assert_eq!(excluded, Ok(absence));
            assert_eq!(included, Err(proof::Error::KeyAbsent));
        }
        Err(error) => {
            assert_eq!(included, Err(error));
            assert_eq!(excluded, Err(error));
        }
    }
    walked
}

/// M1, M2, M6: whatever was done to a proof, it shows what the trie has, and only as it is due.
pub fn sound(case: &Case) {
    match consistent(&case.root, &case.key, &case.nodes) {
        Ok(Outcome::Value(value)) => assert_eq!(case.held(), Some(value)),
        Ok(Outcome::Absent(_)) => assert_eq!(case.held(), None),
        Err(error) => {
            assert!(!case.is_honest(), "{error}");
            return;
        }
    }
    assert!(case.is_honest(), "a second list of nodes");
}

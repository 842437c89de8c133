//! Other verifiers of the same proofs. Each is checked to give the expected answer before it is timed.

use crate::fixture::Fixture;
use alloy_primitives::{B256, Bytes, keccak256};
use alloy_rlp::Decodable;
use alloy_trie::{Nibbles, proof::verify_proof};
use cita_trie::{PatriciaTrie, Trie as _};
use eth_trie::{EthTrie, Trie as _};
use ethereum_triedb::{EIP1186Layout, StorageProof, keccak::KeccakHasher};
use hasher::HasherKeccak;
use kona_mpt::{TrieNode, TrieProvider};
use primitive_types::H256;
use std::{cell::Cell, sync::Arc};
use trie_db::{Trie as _, TrieDBBuilder};

/// What a peer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// That the value which it was given is under the key, or nothing when it was given none.
    Confirmed,
    /// That this is under the key.
    Value(Option<Vec<u8>>),
    /// That this is under the key; shared with the proof, not copied out of it.
    Shared(Option<Bytes>),
    /// That the proof is not one.
    Refused,
}

/// A verifier.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    /// Name and version.
    pub name: &'static str,
    /// The hash that it uses.
    pub hash: &'static str,
    /// Whether it consumes a copy of the nodes.
    pub consumes: bool,
    /// Runs it. The nodes are those of the fixture's proof in a copy, if it consumes one.
    pub run: fn(&Fixture, Vec<Vec<u8>>) -> Answer,
}

impl Peer {
    /// Whether it gives the expected answer.
    #[must_use]
    pub fn is_right(&self, fixture: &Fixture) -> bool {
        let expected = fixture.value.as_ref().map(AsRef::as_ref);
        match (self.run)(fixture, copied(fixture)) {
            Answer::Confirmed => true,
            Answer::Value(value) => value.as_deref() == expected,
            Answer::Shared(value) => value.as_ref() == fixture.value.as_ref(),
            Answer::Refused => false,
        }
    }
}

/// All of them.
pub const ALL: [Peer; 5] = [
    borrowing("alloy-trie 0.9.9", |fixture, _| alloy(fixture)),
    borrowing("kona-mpt 0.3.0", |fixture, _| kona(fixture)),
    consuming("ethereum-triedb 0.1.1", triedb),
    consuming("cita_trie 6.0.2", cita),
    consuming("eth_trie 0.6.1", eth),
];

const fn borrowing(name: &'static str, run: fn(&Fixture, Vec<Vec<u8>>) -> Answer) -> Peer {
    Peer { name, hash: "keccak-asm", consumes: false, run }
}

const fn consuming(name: &'static str, run: fn(&Fixture, Vec<Vec<u8>>) -> Answer) -> Peer {
    Peer { name, hash: "tiny-keccak", consumes: true, run }
}

/// The nodes in vectors, as most peers want them.
#[must_use]
pub fn copied(fixture: &Fixture) -> Vec<Vec<u8>> {
    fixture.proof.iter().map(|node| node.to_vec()).collect()
}

/// alloy-trie, which wants the value beforehand.
#[must_use]
pub fn alloy(fixture: &Fixture) -> Answer {
    let value = fixture.value.as_ref().map(|value| value.to_vec());
    match verify_proof(fixture.root, Nibbles::unpack(&fixture.key), value, &fixture.proof) {
        Ok(()) => Answer::Confirmed,
        Err(_) => Answer::Refused,
    }
}

/// kona-mpt: opens the path in a trie of which nothing but the root's hash is known.
fn kona(fixture: &Fixture) -> Answer {
    let mut root = TrieNode::Blinded { commitment: fixture.root };
    let nodes = InOrder { nodes: &fixture.proof, next: Cell::new(0) };
    match root.open(&Nibbles::unpack(&fixture.key), &nodes) {
        Ok(value) => Answer::Shared(value.map(|value| value.clone())),
        Err(_) => Answer::Refused,
    }
}

/// Gives kona-mpt the nodes in the order of the proof; each must have the hash that is asked for.
struct InOrder<'f> {
    nodes: &'f [Bytes],
    next: Cell<usize>,
}

impl TrieProvider for InOrder<'_> {
    type Error = &'static str;

    fn trie_node_by_hash(&self, hash: B256) -> Result<TrieNode, Self::Error> {
        let node = self.nodes.get(self.next.get()).ok_or("no node left")?;
        self.next.set(self.next.get() + 1);
        if keccak256(node) != hash {
            return Err("another node");
        }
        TrieNode::decode(&mut node.as_ref()).map_err(|_| "malformed node")
    }
}

fn eth(fixture: &Fixture, nodes: Vec<Vec<u8>>) -> Answer {
    let trie = EthTrie::new(Arc::new(eth_trie::MemoryDB::new(true)));
    trie.verify_proof(fixture.root, &fixture.key, nodes).map_or(Answer::Refused, Answer::Value)
}

fn cita(fixture: &Fixture, nodes: Vec<Vec<u8>>) -> Answer {
    let database = Arc::new(cita_trie::MemoryDB::new(true));
    let trie = PatriciaTrie::new(database, Arc::new(HasherKeccak::new()));
    let answer = trie.verify_proof(fixture.root.as_slice(), &fixture.key, nodes);
    answer.map_or(Answer::Refused, Answer::Value)
}

fn triedb(fixture: &Fixture, nodes: Vec<Vec<u8>>) -> Answer {
    let database = StorageProof::new(nodes).into_memory_db::<KeccakHasher>();
    let root = H256(fixture.root.0);
    let trie = TrieDBBuilder::<EIP1186Layout<KeccakHasher>>::new(&database, &root).build();
    trie.get(&fixture.key).map_or(Answer::Refused, Answer::Value)
}

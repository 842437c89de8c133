//! Three verifiers that share no code with ours, and where each is known to differ.

use alloy_primitives::{B256, Bytes};
use alloy_trie::{Nibbles, proof::verify_proof};
use eth_trie::{EthTrie, MemoryDB, Trie as _};
use ethereum_triedb::{EIP1186Layout, StorageProof, keccak::KeccakHasher};
use mpt_proof::{
    nibbles::Nibbles as Path,
    node::{Due, Node, NodeRef},
    proof::EMPTY_ROOT,
    rlp,
    walk::{Step, step},
};
use primitive_types::H256;
use std::sync::Arc;
use trie_db::{Trie as _, TrieDBBuilder};

/// What an accepted proof is made of, as far as an oracle does not read it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Form {
    /// The trie is empty.
    pub empty: bool,
    /// The root node is shorter than 32 bytes.
    pub short_root: bool,
    /// A branch on the way, or embedded in an extension on the way, has a value.
    pub branch_value: bool,
    /// A node on the way is embedded in its parent.
    pub embedded: bool,
}

impl Form {
    /// Of a proof that has been accepted.
    pub fn of(root: &B256, key: &[u8], nodes: &[Bytes]) -> Self {
        let mut form = Self { empty: *root == EMPTY_ROOT, ..Self::default() };
        let mut listed = nodes.iter();
        let Some(first) = listed.next() else { return form };
        form.short_root = first.len() < 32;
        let mut path = Path::of_key(key);
        let mut payload = rlp::list_exact(first);
        while let Ok(bytes) = payload {
            let node = Node::decode(bytes, Due::Any, 0).expect("an accepted node");
            form.branch_value |= has_value(&node);
            if let Node::Extension { child: NodeRef::Embedded(child), .. } = node {
                form.branch_value |=
                    Node::decode(child, Due::Branch, 0).is_ok_and(|child| has_value(&child));
            }
            payload = match step(&node, &mut path) {
                Step::Child(NodeRef::Embedded(inner)) => {
                    form.embedded = true;
                    Ok(inner)
                }
                Step::Child(NodeRef::Hash(_)) => match listed.next() {
                    Some(node) => rlp::list_exact(node),
                    None => return form,
                },
                Step::Value(_) | Step::Absent(_) => return form,
            };
        }
        form
    }
}

const fn has_value(node: &Node<'_>) -> bool {
    matches!(node, Node::Branch(branch) if branch.value.is_some())
}

/// The oracles agree with an outcome that we accepted: `held` is the value, or none where we found the key absent.
///
/// Left out, each for the oracle that it concerns and nothing else:
/// * alloy-trie 0.9.9 reads no branch that has a value, which a trie with hashed keys or indices cannot have, not even one
///   that is embedded in an extension from which the key parts; and takes a root node shorter than 32 bytes for embedded.
/// * eth_trie 0.6.1 wants the node of the empty trie in its database before it opens it, and reads a value of one byte from
///   0x80 on with its header in front.
/// * ethereum-triedb 0.1.1 looks for embedded nodes in its database, and so refuses proofs that do not list them; it has no
///   empty trie either.
pub fn agree_on(root: &B256, key: &[u8], held: Option<&[u8]>, nodes: &[Bytes]) {
    let form = Form::of(root, key, nodes);
    if !form.branch_value && !form.short_root {
        let asked = verify_proof(*root, Nibbles::unpack(key), held.map(<[u8]>::to_vec), nodes);
        assert!(asked.is_ok(), "alloy-trie: {asked:?}");
        let other = held.map_or(Some(vec![1]), |_| None);
        let asked = verify_proof(*root, Nibbles::unpack(key), other, nodes);
        assert!(asked.is_err(), "alloy-trie takes the opposite, too");
    }
    if !form.empty && !matches!(held, Some([0x80..=0xff])) {
        let database = Arc::new(MemoryDB::new(true));
        let listed = nodes.iter().map(|node| node.to_vec()).collect();
        let found = EthTrie::new(database).verify_proof(root.0.into(), key, listed);
        assert_eq!(found.expect("eth_trie reads the proof").as_deref(), held, "eth_trie");
    }
    if !form.empty && !form.embedded {
        let listed = nodes.iter().map(|node| node.to_vec());
        let database = StorageProof::new(listed).into_memory_db::<KeccakHasher>();
        let root = H256(root.0);
        let trie = TrieDBBuilder::<EIP1186Layout<KeccakHasher>>::new(&database, &root).build();
        let found = trie.get(key).expect("ethereum-triedb reads the proof");
        assert_eq!(found.as_deref(), held, "ethereum-triedb");
    }
}

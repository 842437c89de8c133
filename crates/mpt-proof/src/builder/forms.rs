//! From the list of a proof's nodes to its other forms, and to the list from what nodes answer.

use super::{Error, encode};
use crate::{
    Keccak, Sha3,
    nibbles::Nibbles,
    node::{Due, Node, NodeRef},
    proof::{self, EMPTY_ROOT},
    rlp::{self, Item},
    walk::{Step, step},
};
use alloy_primitives::{B256, Bytes};
use std::{collections::HashMap, vec::Vec};

/// The empty trie's node, which a proof may leave out.
const EMPTY_NODE: &[u8] = &[0x80];

/// The proofs of several keys, with the nodes that they share listed once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch<K> {
    /// What is proven, in the order of the keys.
    pub keys: Vec<K>,
    /// The nodes in the order of a walk that takes the keys in turn.
    pub nodes: Vec<Bytes>,
}

/// Something that is proven, with its key.
pub(super) struct Keyed<K, T> {
    pub(super) key: K,
    pub(super) item: T,
}

/// A listed node on the way of a key.
struct Listed<'n> {
    /// Its encoding.
    bytes: &'n [u8],
    /// Nibbles of the key above it.
    depth: usize,
}

/// The packed form of a proof: its nodes one behind the other (PCK-1).
#[must_use]
pub fn packed<N: AsRef<[u8]>>(nodes: &[N]) -> Bytes {
    nodes.iter().flat_map(AsRef::as_ref).copied().collect()
}

/// The compact form of the proof of `key`, present or absent, whose nodes are `nodes` (CPT-1…4).
///
/// # Errors
///
/// [`Error::Proof`] when the nodes prove nothing about the key, [`Error::BranchValue`] when a
/// branch above the last node has a value, [`Error::NodeTooLong`] for a last node of 16 MiB.
pub fn compact<N: AsRef<[u8]>>(key: &[u8], nodes: &[N]) -> Result<Bytes, Error> {
    let listed = listed(key, nodes)?;
    let Some((terminal, above)) = listed.split_last() else { return Ok(Bytes::new()) };
    let length = terminal.bytes.len();
    let too_long = Error::NodeTooLong { length };
    let length = u32::try_from(length).map_err(|_| too_long.clone())?.to_be_bytes();
    let [0, length @ ..] = length else { return Err(too_long) };
    // A key has 64 nibbles at most.
    let mut out = std::vec![u8::try_from(terminal.depth).unwrap_or(u8::MAX)];
    out.extend(length);
    out.extend_from_slice(terminal.bytes);
    let path = encode::nibbles(key);
    for (index, node) in above.iter().enumerate().rev() {
        out.extend(compact_step(node, &path, index)?);
    }
    Ok(out.into())
}

/// Joins proofs under one root into one, whose keys are sorted; of proofs of the same key one is
/// kept (BAT-2). Of a trie with a prefix of a key among its keys too.
///
/// # Errors
///
/// [`Error::Proof`] when the nodes of a proof prove nothing about its key, [`Error::OtherRoot`].
pub fn batch<K: AsRef<[u8]>, N: AsRef<[u8]>>(
    proofs: impl IntoIterator<Item = (K, impl AsRef<[N]>)>,
) -> Result<Batch<K>, Error> {
    let mut proofs: Vec<(K, _)> = proofs.into_iter().collect();
    let roots = proofs.iter().map(|(_, nodes)| root_of(nodes.as_ref()));
    let roots: Vec<B256> = roots.collect();
    if let Some(expected) = roots.first() {
        let other = roots.iter().position(|root| root != expected);
        if let Some((place, got)) = other.and_then(|place| Some((place, roots.get(place)?))) {
            return Err(Error::OtherRoot { place, expected: *expected, got: *got });
        }
    }
    proofs.sort_by(|(a, _), (b, _)| a.as_ref().cmp(b.as_ref()));
    proofs.dedup_by(|(a, _), (b, _)| a.as_ref() == b.as_ref());

    let mut nodes = Vec::new();
    let mut before: Option<&[u8]> = None;
    for (key, proof) in &proofs {
        let key = key.as_ref();
        // What lies on the path that both keys have in common was listed for the key before.
        let shared = before.map(|before| shared_nibbles(before, key));
        let new = listed(key, proof.as_ref())?.into_iter();
        let new = new.filter(|node| shared.is_none_or(|shared| node.depth > shared));
        nodes.extend(new.map(|node| Bytes::copy_from_slice(node.bytes)));
        before = Some(key);
    }
    Ok(Batch { keys: proofs.into_iter().map(|(key, _)| key).collect(), nodes })
}

/// The nodes that prove `key` under `root`, in the one form that is accepted, out of those that a
/// node answered: some list nodes that are embedded in their parent, or the empty trie's node, or
/// more than the way to the key.
///
/// # Errors
///
/// [`Error::Proof`] when the nodes prove nothing about the key: the error of the list that is left.
pub fn normalize<N: AsRef<[u8]>>(
    root: &B256,
    key: &[u8],
    nodes: &[N],
) -> Result<Vec<Bytes>, Error> {
    if *root == EMPTY_ROOT {
        return Ok(Vec::new());
    }
    let by_hash: HashMap<B256, &[u8]> =
        nodes.iter().map(|node| (Sha3.keccak256(node.as_ref()), node.as_ref())).collect();
    let found = follow(root, key, |_, hash| by_hash.get(hash).copied())?;
    let found: Vec<Bytes> = found.iter().map(|node| Bytes::copy_from_slice(node.bytes)).collect();
    proof::walk(root, key, &found)?;
    Ok(found)
}

/// The listed nodes of a proof, which are those of `key` and no others; none of the empty trie.
fn listed<'n, N: AsRef<[u8]>>(key: &[u8], nodes: &'n [N]) -> Result<Vec<Listed<'n>>, Error> {
    let root = root_of(nodes);
    proof::walk(&root, key, nodes)?;
    if root == EMPTY_ROOT {
        return Ok(Vec::new());
    }
    follow(&root, key, |index, _| nodes.get(index).map(AsRef::as_ref))
}

/// Walks from `root`, with each node that is due by its hash from `find`, which also gets its
/// place. Ends where the key does, or where a node is missing.
fn follow<'n>(
    root: &B256,
    key: &[u8],
    find: impl Fn(usize, &B256) -> Option<&'n [u8]>,
) -> Result<Vec<Listed<'n>>, Error> {
    let mut path = Nibbles::of_key(key);
    let all = path.len();
    let mut listed = Vec::new();
    let mut due = Some(*root);
    while let Some(bytes) = due.and_then(|hash| find(listed.len(), &hash)) {
        let index = listed.len() as u64;
        listed.push(Listed { bytes, depth: all - path.len() });
        let mut payload = Some(rlp::list_exact(bytes).map_err(proof::Error::Rlp)?);
        due = None;
        while let Some(node) = payload.take() {
            match step(&Node::decode(node, Due::Any, index)?, &mut path) {
                Step::Child(NodeRef::Embedded(child)) => payload = Some(child),
                Step::Child(NodeRef::Hash(hash)) => due = Some(*hash),
                Step::Value(_) | Step::Absent(_) => {}
            }
        }
    }
    Ok(listed)
}

/// One step of a compact proof: the node without what the verifier can tell.
fn compact_step(node: &Listed<'_>, path: &[u8], index: usize) -> Result<Vec<u8>, Error> {
    let items = items(node.bytes)?;
    let Some((value, children)) = items.split_last().filter(|_| items.len() == 17) else {
        let payload = rlp::list_exact(node.bytes).map_err(proof::Error::Rlp)?;
        let Node::Extension { path, .. } = Node::decode(payload, Due::Any, 0)? else {
            return Err(proof::Error::ExtensionChild { index: index as u64 }.into());
        };
        return Ok(std::vec![0, 0, u8::try_from(path.len()).unwrap_or(u8::MAX)]);
    };
    if *value != EMPTY_NODE {
        return Err(Error::BranchValue { index });
    }
    let own = path.get(node.depth).copied().map(usize::from);
    let others = || children.iter().enumerate().filter(|(nibble, _)| Some(*nibble) != own);
    if others().any(|(_, child)| child.first() >= Some(&0xc0)) {
        let items: Vec<u8> = others().flat_map(|(_, child)| child.iter().copied()).collect();
        // Fifteen items of at most 33 bytes.
        let length = u16::try_from(items.len()).unwrap_or(u16::MAX).to_be_bytes();
        return Ok([&[0, 0, 0], &length[..], &items].concat());
    }
    let present = children.iter().enumerate().filter(|(_, child)| **child != EMPTY_NODE);
    let mask = present.fold(0_u16, |mask, (nibble, _)| mask | (0x8000 >> nibble));
    let hashes = others().flat_map(|(_, child)| child.get(1..).unwrap_or_default().iter().copied());
    Ok(mask.to_be_bytes().into_iter().chain(hashes).collect())
}

/// The items of a node, each with its header.
fn items(node: &[u8]) -> Result<Vec<&[u8]>, Error> {
    let mut rest = rlp::list_exact(node).map_err(proof::Error::Rlp)?;
    let mut items = Vec::new();
    while !rest.is_empty() {
        let from = rest;
        Item::read(&mut rest).map_err(proof::Error::Rlp)?;
        items.push(from.get(..from.len() - rest.len()).unwrap_or_default());
    }
    Ok(items)
}

impl<K> Batch<K> {
    pub(super) fn map<T>(self, to: impl Fn(K) -> T) -> Batch<T> {
        Batch { keys: self.keys.into_iter().map(to).collect(), nodes: self.nodes }
    }
}

impl<K: AsRef<[u8]>, T> AsRef<[u8]> for Keyed<K, T> {
    fn as_ref(&self) -> &[u8] {
        self.key.as_ref()
    }
}

fn root_of<N: AsRef<[u8]>>(nodes: &[N]) -> B256 {
    nodes.first().map_or(EMPTY_ROOT, |root| Sha3.keccak256(root.as_ref()))
}

/// How many nibbles two keys start with alike.
fn shared_nibbles(a: &[u8], b: &[u8]) -> usize {
    let (a, b) = (encode::nibbles(a), encode::nibbles(b));
    a.iter().zip(&b).take_while(|(a, b)| a == b).count()
}

//! Hostile nodes and receipts, put together by hand.

use alloy_primitives::B256;
use mpt_proof::{
    Keccak, Outcome, Sha3,
    nibbles::Nibbles,
    node::{Due, Node, NodeRef},
    proof,
    rlp::{self, Item},
    walk::{Step, step},
};

pub(crate) fn string(bytes: &[u8]) -> Vec<u8> {
    alloy_rlp::encode(bytes)
}

pub(crate) fn list(items: &[Vec<u8>]) -> Vec<u8> {
    let payload = items.concat();
    let mut out = Vec::new();
    alloy_rlp::Header { list: true, payload_length: payload.len() }.encode(&mut out);
    out.extend(payload);
    out
}

/// The item with which a parent names `node` by its hash.
pub(crate) fn by_hash(node: &[u8]) -> Vec<u8> {
    string(root_of(node).as_slice())
}

pub(crate) fn root_of(node: &[u8]) -> B256 {
    Sha3.keccak256(node)
}

pub(crate) fn leaf(path: &[u8], value: &[u8]) -> Vec<u8> {
    list(&[string(path), string(value)])
}

pub(crate) fn extension(path: &[u8], child: &[u8]) -> Vec<u8> {
    list(&[string(path), child.to_vec()])
}

/// A branch with these children, given as items, and this value.
pub(crate) fn branch(children: &[(usize, Vec<u8>)], value: &[u8]) -> Vec<u8> {
    let mut items = vec![string(&[]); 16];
    for (nibble, child) in children {
        items[*nibble] = child.clone();
    }
    items.push(string(value));
    list(&items)
}

/// A branch with two children that no test follows.
pub(crate) fn any_branch() -> Vec<u8> {
    branch(&[(0xe, string(&[1; 32])), (0xf, string(&[2; 32]))], &[])
}

/// Walks with the root that the first node has.
pub(crate) fn walk<'p>(key: &[u8], nodes: &'p [Vec<u8>]) -> Result<Outcome<'p>, proof::Error> {
    proof::walk(&root_of(&nodes[0]), key, nodes)
}

/// The error of a proof of this one node.
pub(crate) fn refusal(key: &[u8], node: &[u8]) -> proof::Error {
    walk(key, &[node.to_vec()]).unwrap_err()
}

/// How many nibbles of the key are above each of the nodes of its proof.
pub(crate) fn depths<N: AsRef<[u8]>>(key: &[u8], nodes: &[N]) -> Vec<usize> {
    let mut path = Nibbles::of_key(key);
    let depth = |node: &N| {
        let depth = 2 * key.len() - path.len();
        // The empty trie is no list, and the last node may be malformed.
        let mut payload = rlp::list_exact(node.as_ref()).ok();
        while let Some(at) = payload {
            let node = Node::decode(at, Due::Any, 0).ok();
            payload = match node.map(|node| step(&node, &mut path)) {
                Some(Step::Child(NodeRef::Embedded(below))) => Some(below),
                _ => None,
            };
        }
        depth
    };
    nodes.iter().map(depth).collect()
}

/// The compact form of the proof that the nodes are; none when a branch above the last has a value.
pub(crate) fn compact<N: AsRef<[u8]>>(key: &[u8], nodes: &[N]) -> Option<Vec<u8>> {
    let Some((terminal, above)) = nodes.split_last() else { return Some(vec![]) };
    let (terminal, depths) = (terminal.as_ref(), depths(key, nodes));
    let mut out = vec![u8::try_from(*depths.last()?).unwrap()];
    out.extend(&u32::try_from(terminal.len()).unwrap().to_be_bytes()[1..]);
    out.extend(terminal);
    for (place, node) in above.iter().enumerate().rev() {
        let mut items = vec![];
        let mut rest = rlp::list_exact(node.as_ref()).unwrap();
        while !rest.is_empty() {
            let before = rest;
            Item::read(&mut rest).unwrap();
            items.push(&before[..before.len() - rest.len()]);
        }
        let Some(value) = items.get(16) else {
            let nibbles = depths[place + 1] - depths[place];
            out.extend([0, 0, u8::try_from(nibbles).unwrap()]);
            continue;
        };
        if **value != [0x80] {
            return None;
        }
        let nibble = usize::from(Nibbles::of_key(key).get(depths[place]).unwrap());
        let others = (0..16).filter(|place| *place != nibble).map(|place| items[place]);
        if items[..16].iter().any(|item| item[0] >= 0xc0) {
            let others = others.collect::<Vec<_>>().concat();
            out.extend([0, 0, 0]);
            out.extend(u16::try_from(others.len()).unwrap().to_be_bytes());
            out.extend(others);
        } else {
            let mask = (0..16).fold(0_u16, |mask, at| mask << 1 | u16::from(items[at].len() > 1));
            out.extend(mask.to_be_bytes());
            others.filter(|item| item.len() > 1).for_each(|item| out.extend(&item[1..]));
        }
    }
    Some(out)
}

/// The nodes of all these keys, which are in order, each once. `proof` gives those of one key.
pub(crate) fn batch<N: AsRef<[u8]>>(
    keys: &[impl AsRef<[u8]>],
    proof: impl Fn(&[u8]) -> Vec<N>,
) -> Vec<Vec<u8>> {
    let mut out = vec![];
    let mut previous: Option<&[u8]> = None;
    for key in keys.iter().map(AsRef::as_ref) {
        let nodes = proof(key);
        let shared = previous.map_or(0, |previous| {
            let nibbles = |key| Nibbles::of_key(key).iter();
            let common = nibbles(previous).zip(nibbles(key)).take_while(|(a, b)| a == b).count();
            // The walk before came to the nodes that are above the last common nibble, or at it.
            let came_to = depths(previous, &proof(previous));
            came_to.iter().filter(|depth| **depth <= common).count()
        });
        out.extend(nodes.iter().skip(shared).map(|node| node.as_ref().to_vec()));
        previous = Some(key);
    }
    out
}

//! A node that is read has one encoding: written again it is the bytes it was read from (M8 to M10), whatever may be due.
#![no_main]

use alloy_rlp::{Encodable, Header};
use libfuzzer_sys::fuzz_target;
use mpt_proof::{
    nibbles::Nibbles,
    node::{Due, Node, NodeRef},
    proof::Error,
};

fuzz_target!(|payload: &[u8]| {
    let read = Node::decode(payload, Due::Any, 7);
    let below = Node::decode(payload, Due::Branch, 7);
    let node = match read {
        Ok(node) => node,
        Err(error) => {
            // Where a branch is due, the wrong kind of node comes before what is wrong in it.
            assert!(below == Err(error) || below == Err(Error::ExtensionChild { index: 7 }));
            return;
        }
    };
    match node {
        Node::Branch(_) => assert_eq!(below, Ok(node)),
        _ => assert_eq!(below, Err(Error::ExtensionChild { index: 7 })),
    }
    assert_eq!(written(&node), payload);
});

fn written(node: &Node<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    match node {
        Node::Branch(branch) => {
            let present = branch.children.iter().flatten().count();
            assert!(present + usize::from(branch.value.is_some()) >= 2);
            branch.children.iter().for_each(|child| put(child.as_ref(), &mut out));
            branch.value.unwrap_or_default().encode(&mut out);
        }
        Node::Extension { path, child } => {
            assert!(!path.is_empty());
            hex_prefix(path, 0).as_slice().encode(&mut out);
            put(Some(child), &mut out);
        }
        Node::Leaf { path, value } => {
            assert!(!value.is_empty());
            hex_prefix(path, 2).as_slice().encode(&mut out);
            value.encode(&mut out);
        }
    }
    out
}

fn put(child: Option<&NodeRef<'_>>, out: &mut Vec<u8>) {
    match child {
        None => out.push(0x80),
        Some(NodeRef::Hash(hash)) => hash.encode(out),
        Some(NodeRef::Embedded(payload)) => {
            assert!(payload.len() < 31);
            Header { list: true, payload_length: payload.len() }.encode(out);
            out.extend_from_slice(payload);
        }
    }
}

fn hex_prefix(path: &Nibbles<'_>, kind: u8) -> Vec<u8> {
    let mut nibbles = if path.len() % 2 == 0 { vec![kind, 0] } else { vec![kind + 1] };
    nibbles.extend(path.iter());
    nibbles.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

//! `tries.json`: what a trie has under a key, for tries at the limits of their form.

use super::{Case, hexed, root_of};
use crate::encoding::{branch, by_hash, extension, leaf, list, string};
use alloy_primitives::{B256, keccak256};
use mpt_proof::builder::Trie;

pub(super) fn table() -> Vec<Case> {
    let all = [
        behind_values(),
        branch_values(),
        single_leaf(),
        extensions(),
        look_alikes(),
        prefixes(),
        around_32(),
        node_lengths(),
        bytes(),
        lists(),
        outcomes(),
    ];
    all.into_iter().flatten().collect()
}

fn hand(id: impl Into<String>, note: &str, key: &[u8], nodes: &[Vec<u8>]) -> Case {
    Case::new(id, note).with("key", hexed(key)).proof(root_of(nodes), nodes)
}

fn built(id: impl Into<String>, note: &str, trie: &Trie, key: &[u8]) -> Case {
    Case::new(id, note).with("key", hexed(key)).proof(trie.root(), &trie.proof(key))
}

/// T01: whoever can write keccak(forged leaf) under a key proves nothing with that leaf.
fn behind_values() -> Vec<Case> {
    let key = [0x12, 0x34];
    // A leaf of exactly 32 bytes, and the same without a path and for a longer key.
    let forged = leaf(&[0x20], &[0xfa; 29]);
    assert_eq!(forged.len(), 32);
    let hash = keccak256(&forged);
    let mut cases = Vec::new();
    for (name, value) in [("reference", string(hash.as_slice())), ("hash", hash.to_vec())] {
        let root = leaf(&[0x20, 0x12, 0x34], &value);
        cases.extend([
            hand(format!("T01-{name}"), "the value as it is", &key, std::slice::from_ref(&root))
                .has(&value),
            hand(
                format!("T01-{name}-forged"),
                "the leaf that it is the hash of behind it",
                &key,
                &[root.clone(), forged.clone()],
            )
            .rejects("MptTrailingNode(1)"),
            hand(
                format!("T01-{name}-longer"),
                "a key that goes on",
                &[0x12, 0x34, 0x56],
                &[root, forged.clone()],
            )
            .rejects("MptTrailingNode(1)"),
        ]);
        let held = branch(&[(1, by_hash(&leaf(&[0x31], &[1; 40]))), (2, string(&[2; 32]))], &value);
        cases.extend([
            hand(
                format!("T01-{name}-branch"),
                "as the value of a branch",
                &[],
                std::slice::from_ref(&held),
            )
            .has(&value),
            hand(
                format!("T01-{name}-branch-forged"),
                "and the leaf behind it",
                &[],
                &[held, forged.clone()],
            )
            .rejects("MptTrailingNode(1)"),
        ]);
    }
    cases
}

fn branch_values() -> Vec<Case> {
    let (one, two) = (string(&[1; 32]), string(&[2; 32]));
    let children = [(3, one.clone()), (4, two)];
    let of = |value: &[u8]| [branch(&children, value)];
    let mut as_list = vec![string(&[]); 16];
    (as_list[3], as_list[4]) = (one.clone(), one.clone());
    as_list.push(list(&[]));
    vec![
        hand("T02-none", "the empty string is no value", &[], &of(&[])).absent(),
        hand("T02-zero", "a byte of zero is one", &[], &of(&[0])).has(&[0]),
        hand("T02-80", "so is one of 0x80", &[], &of(&[0x80])).has(&[0x80]),
        hand("T02-word", "and a word", &[], &of(&[3; 32])).has(&[3; 32]),
        hand("T02-other", "a key that goes on where there is no child", &[0x50], &of(&[9]))
            .absent(),
        hand("T02-child", "a key that goes on to a child which is not listed", &[0x30], &of(&[9]))
            .rejects("MptTruncatedProof(1)"),
        hand("T02-one-child", "one child and no value", &[], &[branch(&[(3, one.clone())], &[])])
            .rejects("MptSparseBranch(0)"),
        hand("T02-one-child-value", "one child and a value", &[], &[branch(&[(3, one)], &[9])])
            .has(&[9]),
        hand("T02-value-alone", "no child and a value", &[], &[branch(&[], &[9])])
            .rejects("MptSparseBranch(0)"),
        hand("T02-nothing", "neither", &[], &[branch(&[], &[])]).rejects("MptSparseBranch(0)"),
        hand("T02-list", "a list for a value", &[], &[list(&as_list)])
            .rejects("RlpUnexpectedList()"),
    ]
}

fn single_leaf() -> Vec<Case> {
    let key = keccak256(b"a word");
    let root = [leaf(&[&[0x20], &key[..]].concat(), b"value")];
    let with = |index: usize, bit: u8| {
        let mut other = key;
        other[index] ^= bit;
        other
    };
    let longer = [leaf(&[&[0x20], &key[..], &[0x77]].concat(), b"value")];
    let odd = [leaf(&[&[0x30 | key[0] >> 4][..], &key[..31]].concat(), b"value")];
    vec![
        hand("T03-key", "64 nibbles in one leaf", &key[..], &root).has(b"value"),
        hand("T03-first", "another first nibble", &with(0, 0x80)[..], &root).absent(),
        hand("T03-last", "another last nibble", &with(31, 1)[..], &root).absent(),
        hand("T03-shorter", "a key of 31 bytes", &key[..31], &root).absent(),
        hand("T03-empty", "the empty key", &[], &root).absent(),
        hand("T03-longer", "a path of 66 nibbles is no word's", &key[..], &longer).absent(),
        hand("T03-odd", "nor is one of 63", &key[..], &odd).absent(),
    ]
}

/// The hex-prefix form of nibbles, given one in a byte.
fn hex_prefix(nibbles: &[u8], kind: u8) -> Vec<u8> {
    let first = if nibbles.len().is_multiple_of(2) { vec![kind, 0] } else { vec![kind + 1] };
    [&first, nibbles].concat().chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// T04: paths of one to five nibbles to a branch, and keys that part from them at each end.
fn extensions() -> Vec<Case> {
    let mut cases = Vec::new();
    for length in 1..=5 {
        let path = [1, 2, 3, 4, 5, 6, 7];
        // The key ends with the nibble that the branch takes, or one behind it, at a whole byte.
        let end = (length + 2) & !1;
        let key: Vec<u8> = path[..end].chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        let ends = leaf(&hex_prefix(&path[length + 1..end], 2), &[7; 40]);
        let place = usize::from(path[length]);
        let below = branch(&[(place, by_hash(&ends)), (place ^ 1, string(&[8; 32]))], &[]);
        let root = extension(&hex_prefix(&path[..length], 0), &by_hash(&below));
        let changed = |nibble: usize| {
            let mut other = key.clone();
            other[nibble / 2] ^= if nibble.is_multiple_of(2) { 0x80 } else { 0x08 };
            other
        };
        let id = |which: &str| format!("T04-{length}-{which}");
        let (one, all) = ([root.clone()], [root, below, ends]);
        cases.extend([
            hand(id("whole"), "through the extension", &key, &all).has(&[7; 40]),
            hand(id("first"), "parts at its first nibble", &changed(0), &one).absent(),
            hand(id("last"), "parts at its last nibble", &changed(length - 1), &one).absent(),
            hand(id("behind"), "parts behind it", &changed(length), &all[..2]).absent(),
            hand(id("surplus"), "parts at the first, with all nodes", &changed(0), &all)
                .rejects("MptTrailingNode(1)"),
            hand(id("empty"), "ends before it", &[], &one).absent(),
        ]);
        if length % 2 == 0 {
            let case = hand(id("ends"), "ends where it ends", &key[..length / 2], &all[..2]);
            cases.push(case.absent());
        }
    }
    cases
}

/// T05: values that could be taken for references, embedded nodes or empty items.
fn look_alikes() -> Vec<Case> {
    let values = [
        ("33-bytes", string(&[6; 32])),
        ("32-bytes", vec![6; 32]),
        ("31-bytes", vec![6; 31]),
        ("34-bytes", vec![0xa0; 34]),
        ("empty-string", vec![0x80]),
        ("empty-list", vec![0xc0]),
        ("leaf", leaf(&[0x20], &[1])),
        ("branch", branch(&[(0, string(&[1; 32])), (1, string(&[2; 32]))], &[])),
        ("extension", extension(&[0x11], &string(&[1; 32]))),
        ("root-of-nothing", keccak256([0x80]).to_vec()),
        ("532-bytes", branch(&(0..16).map(|n| (n, string(&[9; 32]))).collect::<Vec<_>>(), &[])),
    ];
    let mut cases = Vec::new();
    for (name, value) in values {
        let entries =
            [(vec![0x12, 0x34], value.clone()), (vec![0x12], value.clone()), (vec![0x92], vec![1])];
        let trie = Trie::new(entries).unwrap();
        cases.extend([
            built(format!("T05-{name}"), "in a leaf", &trie, &[0x12, 0x34]).has(&value),
            built(format!("T05-{name}-branch"), "in a branch", &trie, &[0x12]).has(&value),
            built(format!("T05-{name}-longer"), "does not lead on", &trie, &[0x12, 0x34, 0x50])
                .absent(),
        ]);
    }
    cases
}

/// T06: every key is a prefix of the next, so all values but one are in branches.
fn prefixes() -> Vec<Case> {
    let key: Vec<u8> = (0..32).map(|n| 0xa0 ^ (n * 7)).collect();
    let value = |length: usize| vec![u8::try_from(length).unwrap() + 1; 1 + length % 5];
    let trie = Trie::new((0..=32).map(|length| (key[..length].to_vec(), value(length)))).unwrap();
    let mut cases = Vec::new();
    for length in [0, 1, 2, 15, 16, 30, 31, 32] {
        let id = format!("T06-{length}");
        cases.push(built(id, "a prefix of the others", &trie, &key[..length]).has(&value(length)));
    }
    for length in [0, 1, 16, 31] {
        let other = [&key[..length], &[key[length] ^ 0x11]].concat();
        let id = format!("T06-{length}-parts");
        cases.push(built(id, "parts from them", &trie, &other).absent());
    }
    cases
}

/// T07: a node of 31 bytes is embedded, one of 32 is hashed.
fn around_32() -> Vec<Case> {
    let mut cases = Vec::new();
    for length in [30, 31, 32, 33] {
        // A list header, a path of one byte, a header and the value.
        let value = vec![0xab; length - 3];
        let node = leaf(&[0x31], &value);
        assert_eq!(node.len(), length);
        let other = by_hash(&leaf(&[0x31], &[1; 40]));
        let by = |item: Vec<u8>| branch(&[(0, item), (1, other.clone())], &[]);
        let (embedded, hashed) = (by(node.clone()), by(by_hash(&node)));
        let id = |which: &str| format!("T07-{length}-{which}");
        let (alone, listed) = ([embedded.clone()], [hashed, node.clone()]);
        let [inside, outside] = [
            hand(id("embedded"), "in its parent", &[1], &alone),
            hand(id("hashed"), "by its hash", &[1], &listed),
        ];
        cases.extend(if length < 32 {
            [inside.has(&value), outside.rejects("MptShortNode(1)")]
        } else {
            [inside.rejects("MptChildForm(0)"), outside.has(&value)]
        });
        if length < 32 {
            let both = [embedded, node.clone()];
            cases.push(
                hand(id("both"), "embedded and listed", &[1], &both).rejects("MptTrailingNode(1)"),
            );
        }
        let root = [leaf(&[0x20, 1], &vec![0xab; length - 5])];
        assert_eq!(root[0].len(), length);
        cases.push(
            hand(id("root"), "a root has any length", &[1], &root).has(&vec![0xab; length - 5]),
        );
    }
    cases
}

/// T08: the header of a node's list.
fn node_lengths() -> Vec<Case> {
    let mut cases = Vec::new();
    for length in [54, 55, 56, 57, 254, 255, 256, 257] {
        // What is left of the payload behind a path of one byte and the value's header.
        let value = vec![0xcd; length - if length < 58 { 2 } else { 3 }];
        let node = list(&[string(&[0x20]), string(&value)]);
        let case = hand(format!("T08-{length}"), "bytes of payload, or nearly", &[], &[node]);
        cases.push(case.has(&value));
    }
    let payload = [string(&[0x20]), string(&[0xcd; 60])].concat();
    let of = |id: &str, note: &str, header: &[u8]| {
        hand(id, note, &[], &[[header, &payload[..]].concat()])
    };
    cases.extend([
        of("T08-canonical", "the header as it is", &[0xf8, 63]).has(&[0xcd; 60]),
        of("T08-leading-zero", "a zero in front", &[0xf9, 0, 63]).rejects("RlpLengthLeadingZero()"),
        of("T08-eight-zeros", "eight bytes", &[0xff, 0, 0, 0, 0, 0, 0, 0, 63])
            .rejects("RlpLengthLeadingZero()"),
        of("T08-largest", "2^64 - 1 bytes", &[0xff; 9]).rejects("RlpInputTooShort()"),
        of("T08-2-32", "2^32 + 63 bytes", &[0xfc, 1, 0, 0, 0, 63]).rejects("RlpInputTooShort()"),
        of("T08-more", "a byte more than there is", &[0xf8, 64]).rejects("RlpInputTooShort()"),
        of("T08-less", "a byte less", &[0xf8, 62]).rejects("RlpTrailingBytes()"),
        of("T08-short", "55 in the long form", &[0xf8, 55]).rejects("RlpNonCanonicalSize()"),
        of("T08-string", "a string", &[0xb8, 63]).rejects("RlpUnexpectedString()"),
        hand("T08-none", "a node of no byte", &[], &[vec![]]).rejects("RlpInputTooShort()"),
        hand("T08-header-alone", "a header without its length", &[], &[vec![0xf9]])
            .rejects("RlpInputTooShort()"),
    ]);
    cases
}

fn bytes() -> Vec<Case> {
    let mut cases = Vec::new();
    for byte in [0, 1, 0x7f, 0x80, 0x81, 0xb8, 0xc0, 0xff] {
        let node = [leaf(&[0x20], &[byte])];
        cases.push(hand(format!("T09-{byte:02x}"), "a value of one byte", &[], &node).has(&[byte]));
        let prefixed = [list(&[string(&[0x20]), vec![0x81, byte]])];
        let case = hand(format!("T09-81-{byte:02x}"), "with a prefix", &[], &prefixed);
        cases.push(if byte < 0x80 {
            case.rejects("RlpNonCanonicalSingleByte()")
        } else {
            case.has(&[byte])
        });
    }
    let none = [list(&[string(&[0x20]), string(&[])])];
    cases.push(hand("T09-none", "no byte is no value", &[], &none).rejects("MptEmptyValue(0)"));
    cases
}

/// T10: one list of nodes and no other.
fn lists() -> Vec<Case> {
    let bottom = leaf(&[0x20], &[4; 40]);
    let middle = branch(&[(4, by_hash(&bottom)), (5, string(&[5; 32]))], &[]);
    let top = branch(&[(2, string(&[2; 32])), (3, by_hash(&middle))], &[]);
    let all = [top, middle, bottom];
    let of = |id: &str, note: &str, order: &[usize]| {
        let nodes: Vec<_> = order.iter().map(|at| all[*at].clone()).collect();
        Case::new(id, note).with("key", hexed(&[0x34])).proof(root_of(&all), &nodes)
    };
    vec![
        of("T10-012", "as it is due", &[0, 1, 2]).has(&[4; 40]),
        of("T10-none", "no node", &[]).rejects("MptTruncatedProof(0)"),
        of("T10-0", "the root alone", &[0]).rejects("MptTruncatedProof(1)"),
        of("T10-01", "without the leaf", &[0, 1]).rejects("MptTruncatedProof(2)"),
        of("T10-02", "without the middle", &[0, 2]).rejects("MptHashMismatch(1)"),
        of("T10-12", "without the root", &[1, 2]).rejects("MptHashMismatch(0)"),
        of("T10-210", "in reverse", &[2, 1, 0]).rejects("MptHashMismatch(0)"),
        of("T10-021", "the last two swapped", &[0, 2, 1]).rejects("MptHashMismatch(1)"),
        of("T10-0012", "the root twice", &[0, 0, 1, 2]).rejects("MptHashMismatch(1)"),
        of("T10-0112", "the middle twice", &[0, 1, 1, 2]).rejects("MptHashMismatch(2)"),
        of("T10-0122", "the leaf twice", &[0, 1, 2, 2]).rejects("MptTrailingNode(3)"),
        of("T10-0120", "the root once more", &[0, 1, 2, 0]).rejects("MptTrailingNode(3)"),
    ]
}

/// T11: a value, nothing and a refusal are three things, and what is unset is none of the first two.
fn outcomes() -> Vec<Case> {
    let none: [Vec<u8>; 0] = [];
    let empty_root = keccak256([0x80]);
    let node = [leaf(&[0x20, 0x12], b"value")];
    let of = |id: &str, note: &str, root: B256, nodes: &[Vec<u8>]| {
        Case::new(id, note).with("key", hexed(&[0x12])).proof(root, nodes)
    };
    vec![
        of("T11-value", "a value", root_of(&node), &node).has(b"value"),
        of("T11-absent", "nothing, in the empty trie", empty_root, &none).absent(),
        of("T11-absent-node", "the same with its node", empty_root, &[vec![0x80]]).absent(),
        of("T11-absent-twice", "its node twice", empty_root, &[vec![0x80], vec![0x80]])
            .rejects("MptTrailingNode(1)"),
        of("T11-empty-other", "another node for it", empty_root, &node)
            .rejects("MptHashMismatch(0)"),
        of("T11-empty-element", "no byte for its node", empty_root, &[vec![]])
            .rejects("MptHashMismatch(0)"),
        of("T11-zero", "an unset root", B256::ZERO, &none).rejects("MptZeroRoot()"),
        of("T11-zero-node", "the same with a node", B256::ZERO, &node).rejects("MptZeroRoot()"),
        of("T11-zero-empty", "the same with the empty node", B256::ZERO, &[vec![0x80]])
            .rejects("MptZeroRoot()"),
        of("T11-unset", "no node for a root that is set", root_of(&node), &none)
            .rejects("MptTruncatedProof(0)"),
        of("T11-unset-element", "no byte for a node", root_of(&node), &[vec![]])
            .rejects("MptHashMismatch(0)"),
        of("T11-hash-of-nothing", "the root keccak of no byte, and that", keccak256([]), &[vec![]])
            .rejects("RlpInputTooShort()"),
        of(
            "T11-80-in-root",
            "0x80 below the root is no node",
            root_of(&[extension(&[0x11], &string(&keccak256([0x80]).0))]),
            &[extension(&[0x11], &string(&keccak256([0x80]).0)), vec![0x80]],
        )
        .rejects("MptShortNode(1)"),
    ]
}

//! One node: MPT-6…11, each also inside an embedded node, and the order of the checks.

use super::encoding::{any_branch, branch, by_hash, extension, leaf, list, refusal, string, walk};
use alloy_primitives::B256;
use mpt_proof::{
    Absence, Outcome,
    nibbles::Nibbles,
    node::{Branch, Due, Node, NodeRef},
    proof::Error,
    rlp::{self, Item, Items},
    walk::{follow, step},
};

const SHORT: Error = Error::Rlp(rlp::Error::InputTooShort);
const A_STRING: Error = Error::Rlp(rlp::Error::UnexpectedList);

fn hash() -> Vec<u8> {
    string(&[1; 32])
}

/// A branch, at place 0, that embeds `node` at nibble 1.
fn embedding(node: &[u8]) -> Vec<u8> {
    branch(&[(1, node.to_vec()), (2, hash())], &[])
}

#[test]
fn mpt_6_accepts_2_and_17_items() {
    assert!(walk(&[1], &[leaf(&[0x20, 1], &[1])]).is_ok());
    assert!(walk(&[1], &[any_branch()]).is_ok());
}

#[test]
fn m9_mpt_6_rejects_every_other_count() {
    for count in (0..30).filter(|count| ![2, 17].contains(count)) {
        let got = count.min(18) as u64;
        let node = list(&vec![string(&[5]); count]);
        assert_eq!(refusal(&[1], &node), Error::ItemCount { index: 0, got });
    }
    for count in [0, 1, 3, 16, 18, 20] {
        let got = count.min(18) as u64;
        let node = embedding(&list(&vec![string(&[5]); count]));
        assert_eq!(refusal(&[0x10], &node), Error::ItemCount { index: 0, got });
    }
}

#[test]
fn mpt_6_rejects_a_malformed_header_first_up_to_the_eighteenth() {
    let with_last = |count: usize| {
        let mut items = vec![string(&[5]); count];
        items.push(vec![0xb8]);
        list(&items)
    };
    assert_eq!(refusal(&[1], &with_last(0)), SHORT);
    assert_eq!(refusal(&[1], &with_last(2)), SHORT);
    assert_eq!(refusal(&[1], &with_last(17)), SHORT);
    assert_eq!(refusal(&[1], &with_last(18)), Error::ItemCount { index: 0, got: 18 });
}

#[test]
fn m8_mpt_7_accepts_34_first_bytes() {
    let legal = |byte: &u8| Nibbles::of_hex_prefix(&[*byte, 0xab]).is_ok();
    let expected = [0x00, 0x20].into_iter().chain(0x10..0x20).chain(0x30..0x40);
    let mut expected: Vec<u8> = expected.collect();
    expected.sort_unstable();
    assert_eq!((0..=u8::MAX).filter(legal).collect::<Vec<_>>(), expected);
    let (_, odd) = Nibbles::of_hex_prefix(&[0x3c, 0xab]).unwrap();
    assert_eq!(odd.iter().collect::<Vec<_>>(), [0xc, 0xa, 0xb]);
    let (_, even) = Nibbles::of_hex_prefix(&[0x20, 0xab]).unwrap();
    assert_eq!(even.iter().collect::<Vec<_>>(), [0xa, 0xb]);
}

#[test]
fn m8_mpt_7_rejects_all_other_paths() {
    for byte in 0..=u8::MAX {
        let expected = match (byte >> 4, byte & 0xf) {
            (flag @ 4.., _) => Error::PathFlag { index: 0, flag },
            (0 | 2, 1..) => Error::PathPadding { index: 0 },
            _ => continue,
        };
        assert_eq!(refusal(&[1], &leaf(&[byte, 1], &[1])), expected);
        assert_eq!(refusal(&[0x11], &embedding(&leaf(&[byte, 1], &[1]))), expected);
    }
    assert_eq!(refusal(&[1], &leaf(&[], &[1])), Error::PathEmpty { index: 0 });
}

#[test]
fn mpt_7_rejects_the_path_before_the_second_item() {
    let path_is_list = list(&[list(&[]), list(&[])]);
    assert_eq!(refusal(&[1], &path_is_list), A_STRING);
    let both_wrong = list(&[string(&[0x45]), list(&[])]);
    assert_eq!(refusal(&[1], &both_wrong), Error::PathFlag { index: 0, flag: 4 });
}

#[test]
fn mpt_8_accepts_an_extension_to_a_branch() {
    let top = extension(&[0x11], &by_hash(&any_branch()));
    let nodes = [top, any_branch()];
    assert_eq!(walk(&[0x12], &nodes), Ok(Outcome::Absent(Absence::NoChild)));
}

#[test]
fn mpt_8_rejects_an_extension_without_path_or_child() {
    let no_path = Error::ExtensionPathEmpty { index: 0 };
    assert_eq!(refusal(&[1], &extension(&[0x00], &hash())), no_path);
    assert_eq!(refusal(&[1], &extension(&[0x00], &string(&[]))), no_path);
    assert_eq!(refusal(&[1], &extension(&[0x00], &string(&[1; 31]))), no_path);
    let no_child = Error::ExtensionChild { index: 0 };
    assert_eq!(refusal(&[0x99], &extension(&[0x11], &string(&[]))), no_child);
}

#[test]
fn mpt_8_rejects_a_child_that_is_not_a_branch_at_its_own_place() {
    let wrong = leaf(&[0x45], &[1; 40]);
    let nodes = [extension(&[0x11], &by_hash(&wrong)), wrong];
    assert_eq!(walk(&[0x12], &nodes), Err(Error::ExtensionChild { index: 1 }));
    let embedded = extension(&[0x11], &leaf(&[0x32], &[1]));
    assert_eq!(refusal(&[0x12], &embedded), Error::ExtensionChild { index: 0 });
    // Nothing is known of a child that is not followed.
    assert_eq!(walk(&[0x22], &[embedded]), Ok(Outcome::Absent(Absence::OtherExtension)));
}

#[test]
fn mpt_8_rejects_after_the_count_of_the_child() {
    let three = list(&vec![string(&[5; 20]); 3]);
    let nodes = [extension(&[0x11], &by_hash(&three)), three];
    assert_eq!(walk(&[0x12], &nodes), Err(Error::ItemCount { index: 1, got: 3 }));
}

#[test]
fn m10_mpt_9_accepts_three_forms_of_child() {
    for child in [string(&[]), hash(), list(&[]), list(&[string(&[1; 29])])] {
        let node = branch(&[(3, child), (1, hash()), (2, hash())], &[]);
        assert!(walk(&[0xf0], &[node]).is_ok());
    }
}

#[test]
fn m10_mpt_9_rejects_every_other_form_in_every_place() {
    let strings = (1..40).filter(|length| *length != 32).map(|length| string(&vec![0xaa; length]));
    let lists = (30..40).map(|length| list(&[string(&vec![0xaa; length])]));
    for child in strings.chain(lists) {
        for place in 0..16 {
            let node = branch(&[(place, child.clone())], &[]);
            assert_eq!(refusal(&[0xf0], &node), Error::ChildForm { index: 0 });
        }
        let node = extension(&[0x11], &child);
        assert_eq!(refusal(&[0xf0], &node), Error::ChildForm { index: 0 });
    }
}

#[test]
fn mpt_9_rejects_before_the_value_of_the_branch() {
    let mut items = vec![string(&[]); 15];
    items.extend([string(&[1; 31]), list(&[])]);
    assert_eq!(refusal(&[1], &list(&items)), Error::ChildForm { index: 0 });
    items[15] = string(&[]);
    assert_eq!(refusal(&[1], &list(&items)), A_STRING);
}

#[test]
fn mpt_10_accepts_any_value_with_a_byte() {
    for value in [&[0][..], &[0x80], &[1; 32], &[1; 1000]] {
        assert_eq!(walk(&[1], &[leaf(&[0x20, 1], value)]), Ok(Outcome::Value(value)));
    }
}

#[test]
fn mpt_10_rejects_an_empty_value_and_a_list() {
    assert_eq!(refusal(&[9], &leaf(&[0x20, 1], &[])), Error::EmptyValue { index: 0 });
    assert_eq!(refusal(&[0x11], &embedding(&leaf(&[0x31], &[]))), Error::EmptyValue { index: 0 });
    assert_eq!(refusal(&[1], &list(&[string(&[0x20, 1]), list(&[])])), A_STRING);
}

#[test]
fn mpt_11_accepts_two_children_or_one_and_a_value() {
    assert!(walk(&[1], &[any_branch()]).is_ok());
    assert!(walk(&[0xf1], &[branch(&[(1, hash())], &[1])]).is_ok());
}

#[test]
fn mpt_11_rejects_fewer() {
    let sparse = Error::SparseBranch { index: 0 };
    assert_eq!(refusal(&[1], &branch(&[], &[])), sparse);
    assert_eq!(refusal(&[1], &branch(&[(1, hash())], &[])), sparse);
    assert_eq!(refusal(&[], &branch(&[], &[1])), sparse);
    let inner = branch(&[(1, leaf(&[0x20], &[1]))], &[]);
    assert_eq!(refusal(&[0x10], &embedding(&inner)), sparse);
}

#[test]
fn an_error_inside_an_embedded_node_has_the_place_of_the_listed_one() {
    let inner = embedding(&leaf(&[0x50], &[1]));
    let top = branch(&[(1, by_hash(&inner)), (2, hash())], &[]);
    let error = Err(Error::PathFlag { index: 1, flag: 5 });
    assert_eq!(walk(&[0x11], &[top, inner]), error);
}

/// A branch, read item by item in the order of the clauses.
fn by_items(payload: &[u8]) -> Result<Node<'_>, Error> {
    let items = Items::<18>::read(payload)?;
    let [nodes @ .., value] = items.as_slice() else {
        return Err(Error::ItemCount { index: 0, got: 0 });
    };
    match nodes.len() {
        16 => {}
        1 => return Err(Error::ExtensionChild { index: 0 }),
        _ => return Err(Error::ItemCount { index: 0, got: items.count() }),
    }
    let mut children = [None; 16];
    for (child, node) in children.iter_mut().zip(nodes) {
        *child = match *node {
            Item::String([]) => None,
            Item::String(hash) => {
                let hash = <&B256>::try_from(hash).map_err(|_| Error::ChildForm { index: 0 })?;
                Some(NodeRef::Hash(hash))
            }
            Item::List(payload) if payload.len() < 31 => Some(NodeRef::Embedded(payload)),
            Item::List(_) => return Err(Error::ChildForm { index: 0 }),
        };
    }
    let value = Some(value.string()?).filter(|value| !value.is_empty());
    if children.iter().flatten().count() + usize::from(value.is_some()) < 2 {
        return Err(Error::SparseBranch { index: 0 });
    }
    Ok(Node::Branch(Branch { children, value }))
}

/// A step as [`follow`] takes it, and as the decoded node does.
fn assert_follows(payload: &[u8], key: &[u8]) {
    let (mut path, mut other) = (Nibbles::of_key(key), Nibbles::of_key(key));
    let followed = follow(payload, Due::Branch, 0, &mut path);
    let node = Node::decode(payload, Due::Branch, 0);
    assert_eq!(node, by_items(payload));
    assert_eq!(followed, node.map(|node| (step(&node, &mut other), node.child_due())));
    assert!(followed.is_err() || path == other);
}

#[test]
fn a_branch_of_hashes_and_all_that_differs_in_a_byte_read_as_item_by_item() {
    // Hashes full of headers, so that what is read out of place looks right.
    for filler in [0x80, 0xa0] {
        for places in [0x0000_u16, 0x0100, 0x8001, 0x0ff0, 0xfffe, 0xffff] {
            let present = (0..16).filter(|place| places >> place & 1 == 1);
            let children: Vec<_> = present.map(|place| (place, string(&[filler; 32]))).collect();
            let node = branch(&children, &[]);
            let mut payload = rlp::list_exact(&node).unwrap().to_vec();
            for at in 0..payload.len() {
                let was = payload[at];
                for byte in 0..=u8::MAX {
                    payload[at] = byte;
                    assert_follows(&payload, &[byte.wrapping_mul(16).wrapping_add(byte)]);
                }
                payload[at] = was;
            }
            for nibble in 0..16 {
                assert_follows(&payload, &[nibble << 4]);
            }
            assert_follows(&payload, &[]);
            payload.push(0x80);
            assert_follows(&payload, &[0x12]);
        }
    }
}

#[test]
fn paths_compare_as_their_nibbles_do() {
    let keys = [&[][..], &[0x12], &[0x21], &[0x12, 0x12], &[0x21, 0x21], &[0x12, 0x12, 0x13]];
    // Each path that starts at any nibble of a key.
    let paths: Vec<Nibbles<'_>> = keys
        .into_iter()
        .flat_map(|key| {
            std::iter::successors(Some(Nibbles::of_key(key)), |path| {
                path.split_first().map(|(_, rest)| rest)
            })
        })
        .collect();
    let expand = |path: &Nibbles<'_>| path.iter().collect::<Vec<_>>();
    for (a, b) in paths.iter().flat_map(|a| paths.iter().map(move |b| (a, b))) {
        let (long, prefix) = (expand(a), expand(b));
        assert_eq!(a == b, long == prefix);
        assert_eq!((0..9).filter_map(|place| a.get(place)).collect::<Vec<_>>(), long);
        assert_eq!(expand(&a.after(3)), long.get(3..).unwrap_or_default());
        let rest = a.strip_prefix(b).map(|rest| expand(&rest));
        assert_eq!(rest.as_deref(), long.strip_prefix(&prefix[..]));
    }
}

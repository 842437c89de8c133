//! Small domains in full, each against a model that is as plain as can be.

use super::encoding::{any_branch, branch, by_hash, extension, leaf, list, root_of, string};
use alloy_primitives::B256;
use mpt_proof::{
    Outcome,
    node::{Due, Node},
    proof::{self, Error},
    rlp::{self, Item, Items},
};

/// The first item of `bytes` as RLP-1…4 read, with sums in numbers that cannot wrap: whether it is
/// a list, where its payload starts, and where it ends.
fn model(bytes: &[u8]) -> Result<(bool, usize, usize), rlp::Error> {
    let &first = bytes.first().ok_or(rlp::Error::InputTooShort)?;
    let available = bytes.len() as u128;
    let (is_list, start, length) = match first {
        0..0x80 => return Ok((false, 0, 1)),
        0x80..0xb8 => (false, 1, u128::from(first - 0x80)),
        0xc0..0xf8 => (true, 1, u128::from(first - 0xc0)),
        _ => {
            let (is_list, width) = (first > 0xbf, usize::from(first & 0x3f) - 0x37);
            let digits = bytes.get(1..=width).ok_or(rlp::Error::InputTooShort)?;
            if digits[0] == 0 {
                return Err(rlp::Error::LengthLeadingZero);
            }
            let length = digits.iter().fold(0, |sum, digit| sum << 8 | u128::from(*digit));
            if length < 56 {
                return Err(rlp::Error::NonCanonicalSize);
            }
            (is_list, 1 + width, length)
        }
    };
    if start as u128 + length > available {
        return Err(rlp::Error::InputTooShort);
    }
    let end = start + usize::try_from(length).unwrap();
    if first == 0x81 && bytes[1] < 0x80 {
        return Err(rlp::Error::NonCanonicalSingleByte);
    }
    Ok((is_list, start, end))
}

fn assert_model(bytes: &[u8]) {
    let mut rest = bytes;
    let read = Item::read(&mut rest);
    match model(bytes) {
        Err(error) => assert_eq!(read, Err(error), "{bytes:02x?}"),
        Ok((is_list, start, end)) => {
            let payload = &bytes[start..end];
            let item = if is_list { Item::List(payload) } else { Item::String(payload) };
            assert_eq!((read, rest), (Ok(item), &bytes[end..]));
        }
    }
}

#[test]
fn r1_r5_every_input_of_up_to_two_bytes_and_every_start_of_three() {
    assert_model(&[]);
    for first in 0..=u8::MAX {
        assert_model(&[first]);
        for second in 0..=u8::MAX {
            assert_model(&[first, second]);
            for third in [0, 1, 0x37, 0x38, 0x7f, 0x80, 0xff] {
                assert_model(&[first, second, third]);
            }
        }
    }
}

#[test]
fn r5_every_prefix_with_every_boundary_length() {
    let lengths = [0, 1, 54, 55, 56, 57, 254, 255, 256, 257, 65_535, 65_536]
        .into_iter()
        .chain((2..64).flat_map(|bit| [(1_u64 << bit) - 1, 1 << bit, (1 << bit) + 1]))
        .chain([u64::MAX - 9, u64::MAX - 8, u64::MAX - 1, u64::MAX]);
    let filler = [0x11; 300];
    for length in lengths {
        for first in 0xb8..=u8::MAX {
            for width in 1..=8 {
                let digits = &length.to_be_bytes()[8 - width..];
                for behind in [0, 1, 55, 56, 57, 255, 256, 257, 300] {
                    assert_model(&[&[first], digits, &filler[..behind]].concat());
                }
            }
        }
    }
}

#[test]
fn r6_every_length_of_either_kind_in_every_read() {
    for length in 0..=300 {
        for first in [0, 1, 0x7f, 0x80, 0xff] {
            let mut payload = vec![0xaa; length];
            payload.iter_mut().take(1).for_each(|byte| *byte = first);
            let read = Item::List(&payload);
            let of_list = rlp::Error::UnexpectedList;
            assert_eq!(read.list(), Ok(&payload[..]));
            assert_eq!(read.string(), Err(of_list));
            assert_eq!(read.u64(), Err(of_list));
            assert_eq!(read.u256(), Err(of_list));
            assert_eq!(read.address(), Err(of_list));
            assert_eq!(read.word(), Err(of_list));
            assert_eq!(read.fixed::<256>(), Err(of_list));

            let read = Item::String(&payload);
            let got = length as u64;
            let integer = |max: u64| match length {
                _ if got > max => Err(rlp::Error::IntegerTooLarge { max, got }),
                1.. if first == 0 => Err(rlp::Error::IntegerLeadingZero),
                _ => Ok(()),
            };
            let fixed = |expected: u64| {
                let wrong = rlp::Error::WrongLength { expected, got };
                (got == expected).then_some(()).ok_or(wrong)
            };
            assert_eq!(read.list(), Err(rlp::Error::UnexpectedString));
            assert_eq!(read.string(), Ok(&payload[..]));
            assert_eq!(read.u64().map(drop), integer(8));
            assert_eq!(read.u256().map(drop), integer(32));
            assert_eq!(read.address().map(drop), fixed(20));
            assert_eq!(read.word().map(drop), fixed(32));
            assert_eq!(read.fixed::<256>().map(drop), fixed(256));
        }
    }
}

/// The items of a node, as the payload of its list.
fn payload(items: &[Vec<u8>]) -> Vec<u8> {
    items.concat()
}

#[test]
fn m8_every_first_byte_of_paths_of_every_length() {
    for length in 1..=33 {
        let mut legal = 0;
        for first in 0..=u8::MAX {
            let path = [&[first][..], &vec![0x5a; length - 1]].concat();
            let payload = payload(&[string(&path), string(&[1; 32])]);
            let decoded = Node::decode(&payload, Due::Any, 3).map(drop);
            let due = match (first >> 4, first & 15) {
                (flag @ 4.., _) => Err(Error::PathFlag { index: 3, flag }),
                (0 | 2, 1..) => Err(Error::PathPadding { index: 3 }),
                (0, 0) if length == 1 => Err(Error::ExtensionPathEmpty { index: 3 }),
                _ => Ok(()),
            };
            assert_eq!(decoded, due, "{path:02x?}");
            legal += usize::from(due.is_ok());
        }
        // 0x00, 0x20, 0x10 to 0x1f and 0x30 to 0x3f; an extension has a nibble at least.
        assert_eq!(legal, if length == 1 { 33 } else { 34 });
    }
    let none = payload(&[string(&[]), string(&[1; 32])]);
    assert_eq!(Node::decode(&none, Due::Any, 3).map(drop), Err(Error::PathEmpty { index: 3 }));
}

#[test]
fn m9_every_count_of_items_of_every_kind() {
    for item in [string(&[]), string(&[1]), string(&[1; 32]), list(&[]), list(&[string(&[1; 9])])] {
        for count in 0..=40_usize {
            let payload = payload(&vec![item.clone(); count]);
            let decoded = Node::decode(&payload, Due::Any, 5).map(drop);
            if count == 2 || count == 17 {
                assert!(!matches!(decoded, Err(Error::ItemCount { .. })), "{count}");
            } else {
                let got = count.min(18) as u64;
                assert_eq!(decoded, Err(Error::ItemCount { index: 5, got }));
            }
        }
    }
}

#[test]
fn m10_every_length_of_a_child_in_every_place() {
    let forms = (0..=70).flat_map(|length| {
        let payload = vec![5; length];
        let is_legal = length == 0 || length == 32;
        [(string(&payload), is_legal, length > 0), (list(&[payload]), length < 31, true)]
    });
    for (item, is_legal, is_some) in forms {
        let due = if is_legal { Ok(()) } else { Err(Error::ChildForm { index: 4 }) };
        for place in 0..16 {
            let mut items = vec![string(&[]); 16];
            items.push(string(b"value"));
            items[(place + 1) % 16] = string(&[1; 32]);
            items[place] = item.clone();
            let payload = payload(&items);
            assert_eq!(Node::decode(&payload, Due::Any, 4).map(drop), due, "{place}: {item:02x?}");
        }
        let due = if is_some { due } else { Err(Error::ExtensionChild { index: 4 }) };
        let payload = payload(&[string(&[0x11]), item]);
        assert_eq!(Node::decode(&payload, Due::Any, 4).map(drop), due);
    }
}

/// A root, an extension's branch and a leaf: 3 nodes for the key 0x1234.
fn three_nodes() -> [Vec<u8>; 3] {
    let bottom = leaf(&[0x34], &[7; 40]);
    let middle = branch(&[(3, by_hash(&bottom)), (4, string(&[4; 32]))], &[]);
    [extension(&[0x00, 0x12], &by_hash(&middle)), middle, bottom]
}

#[test]
fn m12_every_bit_of_root_key_and_nodes() {
    let nodes = three_nodes();
    let (root, key) = (root_of(&nodes[0]), [0x12, 0x34]);
    assert_eq!(proof::walk(&root, &key, &nodes), Ok(Outcome::Value(&[7; 40])));
    for bit in 0..256 {
        let mut other = root;
        other[bit / 8] ^= 1 << (bit % 8);
        let error = Err(Error::HashMismatch { index: 0 });
        assert_eq!(proof::walk(&other, &key, &nodes), error);
    }
    for bit in 0..16 {
        let mut other = key;
        other[bit / 8] ^= 1 << (bit % 8);
        // The first byte parts at the extension, the next nibble at the branch, the last at the
        // leaf: only there are all nodes used.
        let due = match bit {
            0..8 => Err(Error::TrailingNode { index: 1 }),
            8..12 => Ok(()),
            _ => Err(Error::TrailingNode { index: 2 }),
        };
        let included = due.and(Err(Error::KeyAbsent));
        assert_eq!(proof::inclusion(&root, &other, &nodes).map(drop), included);
        assert_eq!(proof::exclusion(&root, &other, &nodes).map(drop), due);
    }
    for (index, node) in nodes.iter().enumerate() {
        for bit in 0..node.len() * 8 {
            let mut flipped = nodes.clone();
            flipped[index][bit / 8] ^= 1 << (bit % 8);
            let error = Err(Error::HashMismatch { index: index as u64 });
            assert_eq!(proof::walk(&root, &key, &flipped), error);
        }
    }
    let empty: [Vec<u8>; 0] = [];
    for nodes in [&empty[..], &[vec![0x80]], &nodes] {
        assert_eq!(proof::walk(&B256::ZERO, &key, nodes), Err(Error::ZeroRoot));
    }
}

#[test]
fn m6_every_list_of_up_to_four_of_three_nodes() {
    let nodes = three_nodes();
    let root = root_of(&nodes[0]);
    let mut accepted = 0;
    let mut lists: Vec<Vec<usize>> = vec![vec![]];
    for _ in 0..4 {
        let longer = lists.iter().flat_map(|list| (0..3).map(|at| [&list[..], &[at]].concat()));
        let longer: Vec<_> = longer.collect();
        lists.extend(longer);
    }
    lists.sort();
    lists.dedup();
    for places in lists {
        let list: Vec<_> = places.iter().map(|at| nodes[*at].clone()).collect();
        // What is due comes in order: the first that does not is refused.
        let right = places.iter().zip(0..3).take_while(|(at, due)| **at == *due).count();
        let index = right as u64;
        let due = match (right, places.len()) {
            (3, 3) => Ok(()),
            (3, _) => Err(Error::TrailingNode { index }),
            (_, length) if right == length => Err(Error::TruncatedProof { index }),
            _ => Err(Error::HashMismatch { index }),
        };
        assert_eq!(proof::walk(&root, &[0x12, 0x34], &list).map(drop), due, "{places:?}");
        accepted += usize::from(due.is_ok());
    }
    assert_eq!(accepted, 1);
}

#[test]
fn m11_every_length_of_key_against_every_length_of_path() {
    let key = [0x11; 32];
    for path in 0..=32 {
        let node = leaf(&[&[0x20], &key[..path]].concat(), b"value");
        let above = extension(&[0x11], &by_hash(&any_branch()));
        for length in 0..=32 {
            let outcome = proof::walk(&root_of(&node), &key[..length], std::slice::from_ref(&node));
            let is_value = outcome == Ok(Outcome::Value(b"value"));
            assert!(outcome.is_ok());
            assert_eq!(is_value, path == length);
            // An extension of one nibble and a branch without that child: never past the key.
            let nodes = [above.clone(), any_branch()];
            let walked = proof::exclusion(&root_of(&above), &key[..length], &nodes).map(drop);
            let due = if length == 0 { Err(Error::TrailingNode { index: 1 }) } else { Ok(()) };
            assert_eq!(walked, due);
        }
    }
}

#[test]
fn items_are_those_of_the_model() {
    for count in 0..=20 {
        let payload = payload(&vec![string(&[0x80]); count]);
        let items = Items::<18>::read(&payload).unwrap();
        assert_eq!(items.count(), count.min(18) as u64);
    }
}

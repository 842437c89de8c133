//! `keys.json`: K01 to K08. A case is a key, or an index that it is derived from, and a proof.

use super::{Case, hexed};
use alloy_primitives::{B256, keccak256};
use mpt_proof::{
    builder::{OrderedTrie, Trie},
    receipt::index_key,
};

pub(super) fn table() -> Vec<Case> {
    [zero(), borders(), aliases(), words(), long(), behind(), blocks()]
        .into_iter()
        .flatten()
        .collect()
}

fn case(id: impl Into<String>, note: &str, trie: &Trie, key: &[u8]) -> Case {
    Case::new(id, note).with("key", hexed(key)).proof(trie.root(), &trie.proof(key))
}

/// Of the receipt at an index, whose key both languages derive and compare.
fn at(id: impl Into<String>, note: &str, trie: &Trie, index: u64) -> Case {
    case(id, note, trie, index_key(index).as_ref()).with("transactionIndex", format!("{index:#x}"))
}

fn trie_of(entries: &[(&[u8], &[u8])]) -> Trie {
    Trie::new(entries.iter().copied()).unwrap()
}

fn zero() -> Vec<Case> {
    let both = trie_of(&[(&[0x80], b"at 0x80"), (&[0], b"at 0x00")]);
    let other = trie_of(&[(&[0], b"at 0x00"), (&[1], b"at 0x01")]);
    vec![
        at("K01-both", "the key of index 0 is 0x80, though there is a key 0x00", &both, 0)
            .has(b"at 0x80"),
        case("K01-other", "0x00 is another key", &both, &[0]).has(b"at 0x00"),
        at("K01-without", "a trie with 0x00 has no index 0", &other, 0).absent(),
    ]
}

fn borders() -> Vec<Case> {
    let around = [0x7e, 0x7f, 0x80, 0x81, 0xff, 0x100, 0xffff, 0x1_0000, u64::MAX];
    let value = |index: u64| format!("value of {index}").into_bytes();
    let trie = Trie::new(around.map(|index| (index_key(index).as_ref().to_vec(), value(index))));
    let trie = trie.unwrap();
    let mut cases = Vec::new();
    for index in around {
        let group = if index < 0x82 { "K02" } else { "K03" };
        let id = format!("{group}-{index:x}");
        cases.push(at(id, "on one side of a border", &trie, index).has(&value(index)));
    }
    for index in [0x7d, 0x82, 0xfe, 0x101, 0xfffe, 0x1_0001, 0xff_ffff, 0x100_0000, u64::MAX - 1] {
        let group = if index < 0x83 { "K02" } else { "K03" };
        let id = format!("{group}-{index:x}");
        cases.push(at(id, "beside it, where there is none", &trie, index).absent());
    }
    cases
}

/// K04: other spellings of an index are other keys, of which a block has none.
fn aliases() -> Vec<Case> {
    let trie = OrderedTrie::new((0..20_u8).map(|n| vec![0xd0 | n & 3; 40])).unwrap();
    let five = trie.proof(5);
    let mut cases = Vec::new();
    for (name, key) in [("8105", &[0x81, 5][..]), ("820005", &[0x82, 0, 5]), ("00", &[0])] {
        let case =
            Case::new(format!("K04-{name}"), "a key that no index has").with("key", hexed(key));
        // The root has children at 0, 1 and 8; that at 8 is the leaf of index 0, with the path 0.
        cases.push(match name {
            // The root's child at 0 is the branch of 1 to 15, which has none at 0.
            "00" => case.proof(trie.root(), &five[..2]).absent(),
            _ => case.proof(trie.root(), &trie.proof(0)).absent(),
        });
    }
    for (name, key, error) in [
        ("8105-by-5", &[0x81, 5][..], "MptHashMismatch(1)"),
        ("820005-by-5", &[0x82, 0, 5], "MptHashMismatch(1)"),
        ("00-by-5", &[0], "MptTrailingNode(2)"),
        ("05-behind", &[5, 0], "MptHashMismatch(2)"),
    ] {
        let case = Case::new(format!("K04-{name}"), "with the proof of index 5");
        let case = case.with("key", hexed(key)).proof(trie.root(), &five);
        // A longer key leads to the leaf of index 5, whose path it does not equal.
        cases.push(if name == "05-behind" { case.absent() } else { case.rejects(error) });
    }
    cases
}

/// K05: two words that part at a given nibble; the leaves below have paths of 63 - n nibbles.
fn words() -> Vec<Case> {
    let mut cases = Vec::new();
    for shared in [0, 1, 2, 3, 30, 31, 32, 33, 61, 62, 63] {
        let one = B256::repeat_byte(0x11);
        let mut two = one;
        two[shared / 2] ^= if shared % 2 == 0 { 0x20 } else { 0x02 };
        let mut none = two;
        none[shared / 2] ^= if shared % 2 == 0 { 0x40 } else { 0x04 };
        let trie = trie_of(&[(one.as_slice(), b"one"), (two.as_slice(), &[0xb2; 40])]);
        let id = |which: &str| format!("K05-{shared}-{which}");
        let note = "nibbles that both keys share";
        cases.push(case(id("one"), note, &trie, one.as_slice()).has(b"one"));
        cases.push(case(id("two"), note, &trie, two.as_slice()).has(&[0xb2; 40]));
        cases.push(case(id("none"), "a third child there is not", &trie, none.as_slice()).absent());
    }
    cases
}

fn long() -> Vec<Case> {
    let trie = trie_of(&[(&[0x55; 32], b"word"), (&[0x55; 31], b"shorter")]);
    let proof = trie.proof(&[0x55; 32]);
    let mut cases = vec![
        case("K06-32", "the longest key", &trie, &[0x55; 32]).has(b"word"),
        case("K06-31", "a prefix of it", &trie, &[0x55; 31]).has(b"shorter"),
    ];
    for length in [33, 34, 64, 65, 256] {
        let key = vec![0x55; length];
        let case = Case::new(format!("K06-{length}"), "longer than any key of Ethereum's tries");
        let case = case.with("key", hexed(&key)).proof(trie.root(), &proof);
        cases.push(case.rejects(format!("MptKeyTooLong({length})")));
    }
    let none: [Vec<u8>; 0] = [];
    cases.push(
        Case::new("K06-zero-root", "the zero root comes before the key")
            .with("key", hexed(&[0; 33]))
            .proof(B256::ZERO, &none)
            .rejects("MptZeroRoot()"),
    );
    cases.push(
        Case::new("K06-no-node", "the key comes before the nodes")
            .with("key", hexed(&[0; 33]))
            .proof(keccak256([0x80]), &none)
            .rejects("MptKeyTooLong(33)"),
    );
    cases
}

fn block(count: u16) -> Trie {
    let value = |n: u16| [&n.to_be_bytes()[..], &[0xcc; 38]].concat();
    Trie::new((0..count).map(|n| (index_key(n.into()).as_ref().to_vec(), value(n)))).unwrap()
}

fn behind() -> Vec<Case> {
    let trie = block(5);
    [5, 6, 0x7f, 0x80, 0x100, 0x1_0000, u64::MAX]
        .into_iter()
        .map(|index| at(format!("K07-{index:x}"), "of a block of 5", &trie, index).absent())
        .collect()
}

fn blocks() -> Vec<Case> {
    let mut cases = Vec::new();
    for count in [0, 1, 2, 16, 17, 128, 129, 256, 257] {
        let trie = block(count);
        let note = "the last receipt, and the one that would follow";
        let id = |index: u16| format!("K08-{count}-{index}");
        cases.push(at(id(count), note, &trie, count.into()).absent());
        for index in [0, count.saturating_sub(1)] {
            let held = [&index.to_be_bytes()[..], &[0xcc; 38]].concat();
            if index < count && (index > 0 || count != 0) {
                cases.push(at(id(index), note, &trie, index.into()).has(&held));
            }
            if count < 2 {
                break;
            }
        }
    }
    cases
}

//! `state.json`: accounts and slots at the limits of their types, each the one leaf of a trie.

use super::{Case, hexed, root_of};
use crate::encoding::{branch, by_hash, leaf, list, string};
use alloy_primitives::{Address, B256, U256, keccak256};
use serde_json::{Value, json};

const WHO: Address = Address::repeat_byte(0xac);
const SLOT: B256 = B256::repeat_byte(0x51);
const STORAGE: [u8; 32] = [0x57; 32];
const CODE: [u8; 32] = [0xc0; 32];

pub(super) fn table() -> Vec<Case> {
    [accounts(), malformed_accounts(), slots(), malformed_slots(), others()]
        .into_iter()
        .flatten()
        .collect()
}

/// A trie with this value alone.
fn alone(key: B256, value: &[u8]) -> Vec<Vec<u8>> {
    vec![leaf(&[&[0x20], &key[..]].concat(), value)]
}

fn account(id: impl Into<String>, note: &str, value: &[u8]) -> Case {
    let nodes = alone(keccak256(WHO), value);
    Case::new(id, note).with("address", hexed(WHO.as_slice())).proof(root_of(&nodes), &nodes)
}

fn slot(id: impl Into<String>, note: &str, value: &[u8]) -> Case {
    let nodes = alone(keccak256(SLOT), value);
    Case::new(id, note).with("slot", SLOT.to_string()).proof(root_of(&nodes), &nodes)
}

fn fields(nonce: &[u8], balance: &[u8]) -> Vec<u8> {
    list(&[string(nonce), string(balance), string(&STORAGE), string(&CODE)])
}

fn holds(nonce: u64, balance: U256) -> Value {
    json!({
        "nonce": format!("{nonce:#x}"),
        "balance": format!("{balance:#x}"),
        "storageRoot": hexed(&STORAGE),
        "codeHash": hexed(&CODE),
    })
}

fn accounts() -> Vec<Case> {
    let of = |id: &str, note: &str, nonce: u64, balance: U256| {
        let (digits, wei) = (nonce.to_be_bytes(), balance.to_be_bytes_trimmed_vec());
        let nonce_digits = &digits[usize::try_from(nonce.leading_zeros() / 8).unwrap()..];
        account(id, note, &fields(nonce_digits, &wei)).accepts(holds(nonce, balance))
    };
    vec![
        of("S01-zero", "no transaction and no wei", 0, U256::ZERO),
        of("S01-one", "one of each", 1, U256::from(1)),
        of("S01-7f", "the last single byte", 0x7f, U256::from(0x7f)),
        of("S01-80", "the first with a prefix", 0x80, U256::from(0x80)),
        of("S01-max", "the largest of each", u64::MAX, U256::MAX),
        of("S01-max-nonce", "the largest nonce and no wei", u64::MAX, U256::ZERO),
        of("S01-high-bit", "the highest bit of each", 1 << 63, U256::from(1) << 255),
    ]
}

fn malformed_accounts() -> Vec<Case> {
    let of = |id: &str, note: &str, nonce: &[u8], balance: &[u8]| {
        account(id, note, &fields(nonce, balance))
    };
    let with = |place: usize, field: Vec<u8>| {
        let mut all = [string(&[1]), string(&[1]), string(&STORAGE), string(&CODE)];
        all[place] = field;
        list(&all)
    };
    let mut cases = vec![
        of("S02-nonce-9", "nine bytes", &[1; 9], &[]).rejects("RlpIntegerTooLarge(8,9)"),
        of("S02-nonce-zero", "a zero in front", &[0, 1], &[]).rejects("RlpIntegerLeadingZero()"),
        of("S02-nonce-byte", "zero as a byte", &[0], &[]).rejects("RlpIntegerLeadingZero()"),
        of("S02-balance-33", "33 bytes", &[], &[1; 33]).rejects("RlpIntegerTooLarge(32,33)"),
        of("S02-balance-33-zero", "33 bytes with a zero in front", &[], &[0; 33])
            .rejects("RlpIntegerTooLarge(32,33)"),
        of("S02-balance-zero", "a zero in front", &[], &[0, 1]).rejects("RlpIntegerLeadingZero()"),
        of("S02-balance-word", "32 bytes with a zero in front", &[], &B256::with_last_byte(1).0)
            .rejects("RlpIntegerLeadingZero()"),
        account("S02-behind", "a byte behind", &[&fields(&[1], &[1])[..], &[0]].concat())
            .rejects("RlpTrailingBytes()"),
        account("S02-string", "a string", &string(&fields(&[1], &[1])))
            .rejects("RlpUnexpectedString()"),
        account("S02-prefix", "a small nonce with a prefix", &with(0, vec![0x81, 1]))
            .rejects("RlpNonCanonicalSingleByte()"),
    ];
    for (place, name) in [(0, "nonce"), (1, "balance"), (2, "root"), (3, "code")] {
        let id = format!("S02-{name}-list");
        let value = with(place, list(&vec![string(&[1]); 32]));
        cases.push(account(id, "a list", &value).rejects("RlpUnexpectedList()"));
    }
    for (place, name) in [(2, "root"), (3, "code")] {
        for length in [0, 31, 33] {
            let id = format!("S02-{name}-{length}");
            let value = with(place, string(&vec![7; length]));
            let error = format!("RlpWrongLength(32,{length})");
            cases.push(account(id, "a word has 32 bytes", &value).rejects(error));
        }
    }
    for count in [0, 1, 3, 5, 6] {
        let value = list(&vec![string(&[1]); count]);
        let error = format!("AccountFieldCount({})", count.min(5));
        let case = account(format!("S02-{count}-fields"), "counted no further than five", &value);
        cases.push(case.rejects(error));
    }
    cases
}

fn slots() -> Vec<Case> {
    [
        ("one", U256::from(1)),
        ("7f", U256::from(0x7f)),
        ("80", U256::from(0x80)),
        ("ff", U256::from(0xff)),
        ("100", U256::from(0x100)),
        ("31-bytes", U256::MAX >> 8),
        ("high-bit", U256::from(1) << 255),
        ("max", U256::MAX),
    ]
    .into_iter()
    .map(|(name, value)| {
        let encoded = string(&value.to_be_bytes_trimmed_vec());
        let held = json!({ "value": B256::from(value).to_string() });
        slot(format!("S03-{name}"), "a value by its size", &encoded).accepts(held)
    })
    .collect()
}

fn malformed_slots() -> Vec<Case> {
    let word = B256::with_last_byte(1);
    vec![
        slot("S04-zero", "zero would be absent", &[0x80]).rejects("StorageZeroValue()"),
        slot("S04-zero-byte", "zero as a byte", &[0]).rejects("RlpIntegerLeadingZero()"),
        slot("S04-word", "a word with zeros in front", &string(&word.0))
            .rejects("RlpIntegerLeadingZero()"),
        slot("S04-zero-word", "a word of zeros", &string(&[0; 32]))
            .rejects("RlpIntegerLeadingZero()"),
        slot("S04-prefix", "a small value with a prefix", &[0x81, 5])
            .rejects("RlpNonCanonicalSingleByte()"),
        slot("S04-33", "33 bytes", &string(&[1; 33])).rejects("RlpIntegerTooLarge(32,33)"),
        slot("S04-list", "a list", &[0xc0]).rejects("RlpUnexpectedList()"),
        slot("S04-in-list", "a value in a list", &list(&[string(&[0xff; 32])]))
            .rejects("RlpUnexpectedList()"),
        slot("S04-behind", "a byte behind", &[5, 0]).rejects("RlpTrailingBytes()"),
        slot("S04-raw", "a word without its header starts with another", &[0xa0; 32])
            .rejects("RlpInputTooShort()"),
        slot("S04-long", "32 bytes in the long form", &[&[0xb8, 32][..], &[1; 32]].concat())
            .rejects("RlpNonCanonicalSize()"),
        slot("S04-cut", "a header alone", &[0xa0]).rejects("RlpInputTooShort()"),
    ]
}

fn others() -> Vec<Case> {
    let mut cases = Vec::new();
    let value = fields(&[1], &[1]);
    let nodes = alone(keccak256(WHO), &value);
    let other = Address::repeat_byte(0xae);
    let case = Case::new("S05-address", "the proof of another address shows that it is absent");
    let case = case.with("address", hexed(other.as_slice()));
    cases.push(case.proof(root_of(&nodes), &nodes).rejects("MptKeyAbsent()"));
    let raw = leaf(&[&[0x20], &WHO[..]].concat(), &value);
    let case = Case::new("S05-raw", "a trie whose keys are addresses, not their hashes");
    let case = case.with("address", hexed(WHO.as_slice()));
    cases.push(case.proof(root_of(std::slice::from_ref(&raw)), &[raw]).rejects("MptKeyAbsent()"));

    // Two accounts of one trie: the value of the one is not that of the other.
    let (one, two) = (keccak256(WHO), keccak256(other));
    assert_ne!(one[0] >> 4, two[0] >> 4);
    let below = |key: B256, value: &[u8]| leaf(&[&[0x30 | key[0] & 15], &key[1..]].concat(), value);
    let [first, second] = [below(one, &value), below(two, &fields(&[2], &[2]))];
    let children =
        [(usize::from(one[0] >> 4), by_hash(&first)), (usize::from(two[0] >> 4), by_hash(&second))];
    let root = branch(&children, &[]);
    let ask = |id: &str, note: &str, nodes: &[Vec<u8>]| {
        Case::new(id, note).with("address", hexed(WHO.as_slice())).proof(root_of(nodes), nodes)
    };
    cases.push(
        ask("S05-own", "its own leaf", &[root.clone(), first]).accepts(holds(1, U256::from(1))),
    );
    cases.push(
        ask("S05-sibling", "the leaf of the other", &[root, second]).rejects("MptHashMismatch(1)"),
    );
    let nodes = alone(keccak256(SLOT), &string(&[9]));
    let case = Case::new("S05-slot", "the proof of another slot shows that it is absent");
    let case = case.with("slot", B256::repeat_byte(0x52).to_string());
    cases.push(case.proof(root_of(&nodes), &nodes).rejects("MptKeyAbsent()"));
    cases
}

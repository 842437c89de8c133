//! MAP-2, MAP-3, MAP-10, MAP-11: what a header has to be.

use crate::made::{
    Block, SET, apply, g1, list, number, refusal, string, trust, update, update_of, validators,
};
use light_client::map::Error;
use mpt_proof::rlp;

/// What is said to the block 25 but for what `change` does.
fn refused(change: impl FnOnce(&mut Block)) -> Error {
    refused_at(25, change)
}

fn refused_at(at: u64, change: impl FnOnce(&mut Block)) -> Error {
    let mut block = Block::new(at, &SET);
    change(&mut block);
    refusal(&update(&[block]))
}

/// What is said to these bytes as a header, whatever they are.
fn refused_bytes(bytes: Vec<u8>) -> Error {
    let block = Block::new(25, &SET);
    refusal(&update_of(&SET, vec![block.seal_as(bytes, &block.hash())]))
}

const fn wrong_length(expected: u64, got: u64) -> Error {
    Error::Rlp(rlp::Error::WrongLength { expected, got })
}

#[test]
fn map_2_accepts_headers_with_and_without_a_base_fee() {
    for items in [13, 14] {
        let mut block = Block::new(25, &SET);
        block.items.truncate(items);
        let (_, head) = apply(&trust(3, &SET), &update(&[block.clone()])).unwrap();
        assert_eq!((head.number(), head.block_hash()), (25, block.hash()));
        assert_eq!(string(head.receipts_root().as_slice()), block.items[4]);
    }
}

#[test]
fn map_2_rejects_what_is_not_one_list_exactly() {
    let header = Block::new(25, &SET).header();
    let trailing = [&header[..], &[0]].concat();
    for (bytes, error) in [
        (vec![], rlp::Error::InputTooShort),
        (header[..header.len() - 1].to_vec(), rlp::Error::InputTooShort),
        (trailing, rlp::Error::TrailingBytes),
        (string(&header), rlp::Error::UnexpectedString),
        (vec![0xf8, 1, 0], rlp::Error::NonCanonicalSize),
    ] {
        assert_eq!(refused_bytes(bytes), error.into());
    }
}

#[test]
fn map_2_rejects_other_counts_of_items() {
    for (items, got) in [(0, 0), (12, 12), (15, 15), (20, 15)] {
        assert_eq!(refused_bytes(list(&vec![number(1); items])), Error::ItemCount { got });
    }
    let mut items = vec![number(1); 12];
    items.push(vec![0x81, 1]);
    assert_eq!(refused_bytes(list(&items)), rlp::Error::NonCanonicalSingleByte.into());
}

#[test]
fn map_2_rejects_fields_in_their_order() {
    let list = || vec![0xc0];
    let mut block = Block::new(25, &SET);
    for (place, item, error) in [
        (10, list(), rlp::Error::UnexpectedList.into()),
        (9, string(&[1; 9]), rlp::Error::IntegerTooLarge { max: 8, got: 9 }.into()),
        (9, list(), rlp::Error::UnexpectedList.into()),
        (6, string(&[0, 1]), rlp::Error::IntegerLeadingZero.into()),
        (6, list(), rlp::Error::UnexpectedList.into()),
        (4, string(&[1; 31]), wrong_length(32, 31)),
        (4, list(), rlp::Error::UnexpectedList.into()),
    ] {
        block.items[place] = item;
        assert_eq!(refusal(&update(&[block.clone()])), error);
    }
}

#[test]
fn map_3_accepts_the_first_block_of_the_fork() {
    assert!(apply(&trust(3, &SET), &update(&[Block::new(21, &SET)])).is_ok());
}

#[test]
fn map_3_rejects_blocks_before_the_fork_whatever_signed_them() {
    for at in [0, 19, 20] {
        assert_eq!(refused_at(at, |_| {}), Error::PreFork { number: at, fork: 21 });
    }
}

#[test]
fn map_10_accepts_any_seal_of_the_proposer_and_of_the_parent() {
    let mut block = Block::new(25, &SET);
    block.extra[4] = list(&[number(1)]);
    block.extra[6] = string(b"no seal");
    assert!(apply(&trust(3, &SET), &update(&[block])).is_ok());
}

#[test]
fn map_10_rejects_an_extra_field_that_is_too_short() {
    for got in [0, 31] {
        let short = |block: &mut Block| block.items[10] = string(&vec![1; got]);
        assert_eq!(refused(short), Error::ExtraLength { got: got as u64 });
    }
    let vanity = |block: &mut Block| block.items[10] = string(&[1; 32]);
    assert_eq!(refused(vanity), rlp::Error::InputTooShort.into());
}

#[test]
fn map_10_rejects_other_counts_of_items() {
    for (items, got) in [(0, 0), (6, 6), (8, 8), (11, 8)] {
        let other = |block: &mut Block| block.extra.resize(items, number(1));
        assert_eq!(refused(other), Error::ExtraItemCount { got });
    }
    let trailing = |block: &mut Block| {
        block.items[10] = string(&[&block.extra()[..], &[0]].concat());
    };
    assert_eq!(refused(trailing), rlp::Error::TrailingBytes.into());
}

#[test]
fn map_10_rejects_a_seal_that_is_not_empty() {
    for seal in [
        list(&[number(15), string(&[1; 64]), number(0)]),
        vec![0xc0],
        vec![0xc3, 0x80, 0x80, 1],
        string(&[0x80, 0x80, 0x80]),
        number(0),
    ] {
        assert_eq!(refused(|block| block.extra[5] = seal), Error::SealNotEmpty);
    }
}

#[test]
fn map_10_rejects_added_validators_of_another_form() {
    let added = |place: usize, item: Vec<u8>| {
        move |block: &mut Block| {
            *block = block.clone().added(&[21]);
            block.extra[place] = item;
        }
    };
    let short = |length: usize| list(&[string(&vec![1; length])]);
    for (place, item, error) in [
        (0, number(0), rlp::Error::UnexpectedString.into()),
        (0, list(&[vec![0xc0]]), rlp::Error::UnexpectedList.into()),
        (0, short(19), wrong_length(20, 19)),
        (1, short(127), wrong_length(128, 127)),
        (2, short(65), wrong_length(64, 65)),
        (2, number(1), rlp::Error::UnexpectedString.into()),
        (0, vec![0xc0], Error::AddedCount { addresses: 0, keys: 1, g1_keys: 1 }),
        (1, vec![0xc0], Error::AddedCount { addresses: 1, keys: 0, g1_keys: 1 }),
        (2, vec![0xc0], Error::AddedCount { addresses: 1, keys: 1, g1_keys: 0 }),
        (3, string(&[1; 33]), rlp::Error::IntegerTooLarge { max: 32, got: 33 }.into()),
        (3, string(&[0, 1]), rlp::Error::IntegerLeadingZero.into()),
        (3, vec![0xc0], rlp::Error::UnexpectedList.into()),
    ] {
        assert_eq!(refused_at(30, added(place, item)), error);
    }
}

#[test]
fn map_10_rejects_items_in_their_order() {
    let mut block = Block::new(30, &SET).added(&[21]);
    for (place, item, error) in [
        (3, vec![0xc0], rlp::Error::UnexpectedList.into()),
        (2, vec![0xc0], Error::AddedCount { addresses: 1, keys: 1, g1_keys: 0 }),
        (2, list(&[string(&[1; 63])]), wrong_length(64, 63)),
        (1, list(&[string(&[1; 63])]), wrong_length(128, 63)),
        (0, list(&[string(&[1; 63])]), wrong_length(20, 63)),
        (5, vec![0xc0], Error::SealNotEmpty),
    ] {
        block.extra[place] = item;
        assert_eq!(refusal(&update(&[block.clone()])), error);
    }
}

#[test]
fn map_11_accepts_changes_with_the_last_block_of_an_epoch() {
    let block = Block::new(30, &SET).added(&[21]).removed(&[1]);
    assert!(apply(&trust(3, &SET), &update(&[block])).is_ok());
}

#[test]
fn map_11_rejects_changes_within_an_epoch() {
    for at in [21, 25, 29] {
        let error = Error::ChangeWithinEpoch { number: at };
        assert_eq!(refused_at(at, |block| *block = block.clone().added(&[21])), error);
        assert_eq!(refused_at(at, |block| *block = block.clone().removed(&[1])), error);
    }
    // Asked before the signature.
    let mut update = update(&[Block::new(25, &SET).added_keys(&validators(&[21]))]);
    update.headers[0].signature = g1(1);
    assert_eq!(refusal(&update), Error::ChangeWithinEpoch { number: 25 });
}

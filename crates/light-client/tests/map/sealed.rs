//! Headers as nodes serve them, split by splicing.

use crate::made::{Block, SET, list, number, string, validators};
use light_client::map::{
    self, Config, SealedHeader,
    builder::{self, OwnedHeader, OwnedUpdate},
    sealed::Error,
};
use mpt_proof::rlp;

/// A block with a change, signed by three of four in the round 258.
fn block() -> Block {
    Block::new(30, &SET).added(&[21, 22]).removed(&[1]).absent(&[3]).round(&[1, 2])
}

/// The same as nodes serve it, with another item of the extra field.
fn with(place: usize, item: Vec<u8>) -> Vec<u8> {
    let mut block = block();
    block.extra[place] = item;
    block.header()
}

#[test]
fn a_sealed_header_is_split_into_what_was_hashed_and_the_seal() {
    let (full, seal) = (block().full(), block().seal());
    let split = SealedHeader::split(&full).unwrap();
    assert_eq!(split.as_hashed(), block().header());
    assert_eq!(split.block_hash(), block().hash());
    assert_eq!((split.signers, split.round), (&[0x07][..], &[1, 2][..]));
    assert_eq!((split.signature, split.proposer_seal), (seal.signature, &[8; 65][..]));
    assert_eq!(OwnedHeader::new(&validators(&SET), &split), Ok(seal));
    let mut unsealed = block();
    unsealed.extra[4] = number(0);
    assert_eq!(split.proposer_hash(), unsealed.hash());
}

#[test]
fn lengths_are_adapted_where_they_change_their_size() {
    // A list of 55 bytes and less, of 255 and less, of more: with the seal and without.
    for length in [0, 1, 30, 47, 48, 55, 56, 120, 130, 190, 191, 192, 255, 256, 300] {
        let mut block = Block::new(25, &SET);
        block.extra[6] = string(&vec![0x81; length]);
        block.extra[4] = number(0);
        block.items[5] = number(1);
        let full = block.full();
        let split = SealedHeader::split(&full).unwrap();
        assert_eq!(split.as_hashed(), block.header(), "{length}");
        assert_eq!(split.block_hash(), block.hash());
        assert_eq!(split.proposer_hash(), block.hash());
    }
}

#[test]
fn what_is_no_sealed_header_is_refused() {
    let seal = |items: &[Vec<u8>]| with(5, list(items));
    let signature = || string(&[1; 64]);
    let rlp = |error: rlp::Error| Error::from(error);
    let mut short = block();
    short.items.truncate(12);
    let mut vanity = block();
    vanity.items[10] = string(&[1; 31]);
    let mut proposer = block();
    proposer.extra[4] = vec![0xc0];
    let mut extra = block();
    extra.extra.truncate(6);
    for (bytes, error) in [
        (vec![], rlp(rlp::Error::InputTooShort)),
        (short.header(), map::Error::ItemCount { got: 12 }.into()),
        (vanity.header(), map::Error::ExtraLength { got: 31 }.into()),
        (extra.header(), map::Error::ExtraItemCount { got: 6 }.into()),
        (seal(&[]), Error::SealItemCount { got: 0 }),
        (seal(&vec![number(1); 9]), Error::SealItemCount { got: 4 }),
        (with(5, number(1)), rlp(rlp::Error::UnexpectedString)),
        (block().header(), rlp(rlp::Error::WrongLength { expected: 64, got: 0 })),
        (
            seal(&[string(&[1; 33]), signature(), number(0)]),
            rlp(rlp::Error::IntegerTooLarge { max: 32, got: 33 }),
        ),
        (seal(&[number(1), signature(), string(&[0, 1])]), rlp(rlp::Error::IntegerLeadingZero)),
        (proposer.full(), rlp(rlp::Error::UnexpectedList)),
    ] {
        assert_eq!(SealedHeader::split(&bytes).unwrap_err(), error);
    }
}

#[test]
fn provers_are_told_what_cannot_be_packed() {
    let config = Config { ..crate::made::CONFIG };
    let made = |block: &Block, set: &[i64]| {
        OwnedUpdate::new(&config, &validators(set), &[block.full()]).map(|_| ())
    };
    assert_eq!(made(&block(), &SET), Ok(()));
    let nine: Vec<i64> = (1..=9).collect();
    let beyond = map::Error::BitBeyondSet { bit: 8, size: 4 };
    assert_eq!(made(&Block::new(25, &nine), &SET), Err(beyond.into()));
    let none = map::Error::SetSize { size: 0 };
    assert_eq!(made(&block(), &[]), Err(none.into()));
    let mut outside = validators(&SET);
    outside[0].g2.0[127] ^= 1;
    let refused = OwnedUpdate::new(&config, &outside, &[block().full()]);
    assert_eq!(refused.unwrap_err(), builder::Error::Key);
    let invalid = Config { epoch_size: 0, ..config };
    let refused = OwnedUpdate::new(&invalid, &validators(&SET), &[block().full()]);
    assert_eq!(refused.unwrap_err(), map::Error::Config.into());
}

//! MAP-4, MAP-5, MAP-7, MAP-8, MAP-12, MAP-14: who signs, and who comes next.

use crate::made::{
    Block, CONFIG, NOW, SET, apply, client, g1, keys, refusal, time, trust, update, update_of,
    validators,
};
use alloy_primitives::B256;
use light_client::{
    client,
    crypto::bn254::{self, DefaultBn254, G1, MODULUS},
    map::{
        Checkpoint, Client, Commitments, Config, Error, MAX_SIZE, Trusted,
        builder::{OwnedUpdate, commitment, next_set},
        quorum,
    },
};
use std::slice::from_ref;

/// The last blocks of the epochs from the third to `last`, all signed by [`SET`].
fn ends(last: u64) -> Vec<Block> {
    (3..=last).map(|epoch| Block::new(10 * epoch, &SET)).collect()
}

/// A client that has come to an epoch from the third, one update each.
fn follow(last: u64) -> Trusted {
    let step = |trusted, block| apply(&trusted, &update(&[block])).unwrap().0;
    ends(last - 1).into_iter().fold(trust(3, &SET), step)
}

#[test]
fn map_4_accepts_the_newest_eight_epochs() {
    let trusted = follow(11);
    assert_eq!(trusted.epoch, 11);
    for at in [30_u64, 31, 40, 101, 110] {
        let epoch = at.div_ceil(10);
        let result = apply(&trusted, &update(&[Block::new(at, &SET)]));
        assert_eq!(result.is_ok(), epoch >= 4, "{at}");
    }
    assert_eq!(trusted.commitment(3), None);
    for epoch in 4..=11 {
        assert_eq!(trusted.commitment(epoch), Some(commitment(&keys(&SET)).unwrap()));
    }
    assert_eq!(trusted.commitment(12), None);
}

#[test]
fn map_4_rejects_epochs_whose_set_is_not_held() {
    for (at, epoch) in [(31, 4), (40, 4), (41, 5), (u64::MAX, u64::MAX / 10 + 1)] {
        let error = Error::UnknownEpoch { epoch, expected: 3 };
        assert_eq!(refusal(&update(&[Block::new(at, &SET)])), error);
    }
    // Before the checkpoint's, and overwritten since.
    let refused = |trusted: &Trusted, at| apply(trusted, &update(&[Block::new(at, &SET)]));
    let error = Error::UnknownEpoch { epoch: 3, expected: 4 };
    assert_eq!(refused(&trust(4, &SET), 30).unwrap_err(), error);
    let error = Error::UnknownEpoch { epoch: 3, expected: 11 };
    assert_eq!(refused(&follow(11), 30).unwrap_err(), error);
}

#[test]
fn map_4_rejects_headers_of_another_epoch_than_the_one_reached() {
    let first = || Block::new(30, &SET);
    for at in [25_u64, 30, 41, 50, 61] {
        let epoch = at.div_ceil(10);
        let error = Error::UnknownEpoch { epoch, expected: 4 };
        assert_eq!(refusal(&update(&[first(), Block::new(at, &SET)])), error);
    }
}

#[test]
fn map_4_rejects_any_epoch_without_a_trusted_state() {
    let trusted = Trusted { time: NOW, ..Trusted::default() };
    let refused = apply(&trusted, &update(&[Block::new(25, &SET)]));
    assert_eq!(refused.unwrap_err(), Error::UnknownEpoch { epoch: 3, expected: 0 });
}

#[test]
fn map_5_accepts_an_older_change_that_leads_where_it_led() {
    let change = || Block::new(30, &SET).added(&[21]).removed(&[2]);
    let trusted = apply(&trust(3, &SET), &update(&[change()])).unwrap().0;
    assert_eq!(trusted.epoch, 4);
    let (again, head) = apply(&trusted, &update(&[change()])).unwrap();
    assert_eq!(again, Trusted { latest_head: 2, ..trusted });
    assert_eq!(head.block_hash(), change().hash());
}

#[test]
fn map_5_rejects_an_older_change_that_leads_elsewhere() {
    let first = Block::new(30, &SET).added(&[21]);
    let trusted = apply(&trust(3, &SET), &update(&[first])).unwrap().0;
    let got = commitment(&keys(&[12, 13, 14])).unwrap();
    let expected = commitment(&keys(&[11, 12, 13, 14, 21])).unwrap();
    let refused = apply(&trusted, &update(&[Block::new(30, &SET).removed(&[1])]));
    assert_eq!(refused.unwrap_err(), Error::SetCommitment { expected, got });
}

#[test]
fn map_5_rejects_other_keys_another_order_and_another_sum() {
    let expected = commitment(&keys(&SET)).unwrap();
    let refused = |change: &dyn Fn(&mut OwnedUpdate)| {
        let mut update = update(&[Block::new(25, &SET)]);
        change(&mut update);
        match refusal(&update) {
            Error::SetCommitment { expected: named, got } if named == expected => got,
            other => panic!("{other}"),
        }
    };
    let swapped = refused(&|update| update.keys.swap(0, 1));
    assert_eq!(swapped, commitment(&keys(&[12, 11, 13, 14])).unwrap());
    let other = refused(&|update| update.keys[3] = g1(15));
    let sum = refused(&|update| update.total = g1(15));
    assert!(other != swapped && sum != other && sum != swapped);
}

#[test]
fn map_5_rejects_fewer_and_more_keys_before_anyone_counts_signers() {
    for set in [&[11, 12, 13][..], &[11, 12, 13, 14, 15]] {
        let error = Error::SetCommitment {
            expected: commitment(&keys(&SET)).unwrap(),
            got: commitment(&keys(set)).unwrap(),
        };
        assert_eq!(refusal(&update(&[Block::new(25, set).absent(&[0, 1, 2])])), error);
    }
    // None at all, and more than a set may have.
    let empty = update_of(&[], vec![Block::new(25, &[]).seal()]);
    assert!(matches!(refusal(&empty), Error::SetCommitment { .. }));
    let large: Vec<i64> = (1..=257).collect();
    let large = update_of(&large, vec![Block::new(25, &large).seal()]);
    assert!(matches!(refusal(&large), Error::SetCommitment { .. }));
}

#[test]
fn map_7_accepts_every_bit_of_the_set() {
    for size in [1, 7, 8, 9, 16] {
        let set: Vec<i64> = (1..=size).collect();
        assert!(apply(&trust(3, &set), &update(&[Block::new(25, &set)])).is_ok(), "{size}");
    }
}

#[test]
fn map_7_rejects_bits_beyond_the_set() {
    for (signers, bit) in [(0x1f, 4), (0x20, 5), (0xff, 7), (0x90, 7)] {
        let mut update = update(&[Block::new(25, &SET)]);
        update.headers[0].signers = vec![signers];
        assert_eq!(refusal(&update), Error::BitBeyondSet { bit, size: 4 });
    }
    let set: Vec<i64> = (1..=9).collect();
    let mut update = update(&[Block::new(25, &set)]);
    update.headers[0].signers = vec![0x03, 0xff];
    let refused = apply(&trust(3, &set), &update);
    assert_eq!(refused.unwrap_err(), Error::BitBeyondSet { bit: 9, size: 9 });
}

#[test]
fn map_8_accepts_exactly_two_thirds_rounded_up() {
    for (size, required) in [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (30, 20), (31, 21)] {
        let set: Vec<i64> = (1..=size).collect();
        let absent: Vec<usize> = (required..set.len()).collect();
        let block = Block::new(25, &set).absent(&absent);
        assert!(apply(&trust(3, &set), &update(&[block])).is_ok(), "{size}");
    }
}

#[test]
fn map_8_rejects_one_signer_less_whoever_it_is() {
    for size in 1..=8_i64 {
        let set: Vec<i64> = (1..=size).collect();
        let required = quorum(size.unsigned_abs());
        let signers = usize::try_from(required).unwrap() - 1;
        for first in 0..set.len() {
            let absent: Vec<usize> =
                (0..set.len() - signers).map(|place| (first + place) % set.len()).collect();
            let block = Block::new(25, &set).absent(&absent);
            let refused = apply(&trust(3, &set), &update(&[block]));
            let error = Error::Quorum { got: required - 1, required };
            assert_eq!(refused.unwrap_err(), error);
        }
    }
}

#[test]
fn map_8_accepts_the_quorum_of_the_chains_own_client_for_every_size() {
    for size in 1..=MAX_SIZE as u64 {
        // MinQuorumSize is ⌈2N / 3⌉; its contracts ask for N − ⌊N / 3⌋.
        assert_eq!(quorum(size), (2 * size).div_ceil(3));
        assert!(3 * quorum(size) >= 2 * size && 3 * (quorum(size) - 1) < 2 * size);
    }
}

/// What is said to the last block of the third epoch but for what `change` does.
fn refused(change: impl FnOnce(Block) -> Block) -> Error {
    refusal(&update(&[change(Block::new(30, &SET))]))
}

#[test]
fn map_12_accepts_removing_then_appending() {
    for (removed, added, next) in [
        (0u8, &[][..], &[11, 12, 13, 14][..]),
        (0b0001, &[], &[12, 13, 14]),
        (0b1010, &[], &[11, 13]),
        (0, &[21, 22], &[11, 12, 13, 14, 21, 22]),
        (0b0100, &[21], &[11, 12, 14, 21]),
        (0b1111, &[21], &[21]),
        // A validator that is removed may come back, at the end.
        (0b0011, &[11, 30], &[13, 14, 11, 30]),
    ] {
        let block = Block::new(30, &SET).added(added);
        let block = if removed == 0 { block } else { block.removed(&[removed]) };
        let (trusted, _) = apply(&trust(3, &SET), &update(from_ref(&block))).unwrap();
        assert_eq!((trusted.epoch, trusted.time), (4, time(30)));
        assert_eq!(trusted.commitment(4), Some(commitment(&keys(next)).unwrap()));
        assert_eq!(next_set(&validators(&SET), &block.header()), Ok(validators(next)));
        // And that set signs.
        assert!(apply(&trusted, &update(&[Block::new(31, next)])).is_ok());
    }
}

#[test]
fn map_12_accepts_the_largest_set() {
    let set: Vec<i64> = (1..=4).collect();
    let added: Vec<i64> = (5..=256).collect();
    let block = Block::new(30, &set).added(&added);
    let (trusted, _) = apply(&trust(3, &set), &update(&[block])).unwrap();
    let all: Vec<i64> = (1..=256).collect();
    assert_eq!(trusted.commitment(4), Some(commitment(&keys(&all)).unwrap()));
    let absent: Vec<usize> = (0..85).collect();
    assert!(apply(&trusted, &update(&[Block::new(31, &all).absent(&absent)])).is_ok());
    let block = Block::new(40, &all).added(&[257]);
    assert_eq!(apply(&trusted, &update(&[block])).unwrap_err(), Error::SetSize { size: 257 });
}

#[test]
fn map_12_rejects_removing_whoever_is_not_there() {
    for (bits, bit) in [(&[0x10][..], 4), (&[0x31], 5), (&[1, 0], 8), (&[0x80; 32], 255)] {
        assert_eq!(refused(|block| block.removed(bits)), Error::BitBeyondSet { bit, size: 4 });
    }
}

#[test]
fn map_12_rejects_a_set_of_nobody_before_any_key() {
    assert_eq!(refused(|block| block.removed(&[0x0f])), Error::SetSize { size: 0 });
    let large: Vec<i64> = (1..=256).collect();
    let mut invalid = validators(&[300]);
    invalid[0].g1 = G1::ZERO;
    let block = Block::new(30, &large).added_keys(&invalid);
    let refused = apply(&trust(3, &large), &update(&[block]));
    assert_eq!(refused.unwrap_err(), Error::SetSize { size: 257 });
}

#[test]
fn map_12_rejects_added_keys_that_are_no_points() {
    let mut off = g1(22);
    off.0[63] ^= 1;
    let mut above = g1(1);
    above.0[..32].copy_from_slice(&MODULUS);
    for key in [G1::ZERO, off, above, G1([0xff; 64])] {
        let mut added = validators(&[21, 22]);
        added[1].g1 = key;
        let error = Error::InvalidKey { position: 4 };
        assert_eq!(refused(|block| block.removed(&[1]).added_keys(&added)), error);
    }
}

#[test]
fn map_12_rejects_keys_that_are_there_already() {
    let duplicate = |position| Error::DuplicateKey { position };
    assert_eq!(refused(|block| block.added(&[21, 14])), duplicate(5));
    assert_eq!(refused(|block| block.added(&[21, 22, 21])), duplicate(6));
    assert_eq!(refused(|block| block.removed(&[3]).added(&[13])), duplicate(2));
    // The first of the two that are wrong.
    let mut added = validators(&[14, 21]);
    added[1].g1 = G1::ZERO;
    assert_eq!(refused(|block| block.added_keys(&added)), duplicate(4));
    added.swap(0, 1);
    assert_eq!(refused(|block| block.added_keys(&added)), Error::InvalidKey { position: 4 });
}

#[test]
fn map_12_rejects_added_keys_that_were_changed_after_the_signature() {
    let block = Block::new(30, &SET).added(&[21]);
    let changed = Block::new(30, &SET).added(&[22]);
    let mut update = update(from_ref(&block));
    update.headers[0].header = changed.header();
    // The hints are those of another message.
    let error = bn254::Error::HintInverse { position: 0 };
    assert_eq!(refusal(&update), error.into());
    update.headers[0].hints = changed.seal().hints;
    let error = bn254::Error::InvalidSignature;
    assert_eq!(refusal(&update), error.into());
    update.headers[0] = block.seal();
    assert!(apply(&trust(3, &SET), &update).is_ok());
}

fn checkpoint(epoch: u64, at: u64, keys: &[G1]) -> Result<Trusted, Error> {
    let named = commitment(keys).unwrap_or_default();
    client().checkpoint(&Checkpoint { epoch, time: at, keys }, &named, NOW)
}

#[test]
fn map_14_accepts_a_set_and_trusts_nothing_else() {
    let trusted = checkpoint(3, 1_500, &keys(&SET)).unwrap();
    let mut sets = Commitments::default();
    sets.0[3] = commitment(&keys(&SET)).unwrap();
    let expected = Trusted { epoch: 3, time: 1_500, sets, latest_head: 0, frozen_at: 0 };
    assert_eq!(trusted, expected);
    assert!(checkpoint(u64::MAX, 1_500, &keys(&SET)).is_ok());
}

#[test]
fn map_14_rejects_in_its_order() {
    let all: Vec<i64> = (1..=257).collect();
    assert_eq!(checkpoint(2, 0, &[]), Err(Error::SetSize { size: 0 }));
    assert_eq!(checkpoint(2, 0, &keys(&all)), Err(Error::SetSize { size: 257 }));
    let zero = [g1(1), G1::ZERO, g1(1)];
    assert_eq!(checkpoint(2, 0, &zero), Err(Error::InvalidKey { position: 1 }));
    let twice = [g1(1), g1(2), g1(1)];
    assert_eq!(checkpoint(2, 0, &twice), Err(Error::DuplicateKey { position: 2 }));
    let keys = keys(&SET);
    let (expected, got) = (B256::repeat_byte(1), commitment(&keys).unwrap());
    let other = Checkpoint { epoch: 2, time: 0, keys: &keys };
    let refused = client().checkpoint(&other, &expected, NOW);
    assert_eq!(refused, Err(Error::SetCommitment { expected, got }));
    assert_eq!(checkpoint(2, 0, &keys), Err(Error::PreFork { number: 20, fork: 21 }));
    let expired = client::Error::Expired { expiry: 1_999, now: NOW };
    assert_eq!(checkpoint(3, 999, &keys), Err(expired.into()));
    assert!(checkpoint(3, 1_000, &keys).is_ok());
}

#[test]
fn map_14_accepts_an_epoch_that_the_fork_lies_in() {
    let config = Config { fork_height: 30, ..CONFIG };
    let client = Client::new(config, DefaultBn254::default());
    let keys = keys(&SET);
    let start = Checkpoint { epoch: 3, time: NOW, keys: &keys };
    assert!(client.unwrap().checkpoint(&start, &commitment(&keys).unwrap(), NOW).is_ok());
}

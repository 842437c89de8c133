//! CLI-1 to CLI-3, MAP-6, MAP-9, MAP-13, MAP-15, MAP-16: times, rounds, ends and the state of a client.

use crate::made::{
    Block, CONFIG, NOW, SET, apply, client, g1, refusal, time, trust, update, update_of,
};
use light_client::{
    Assumption,
    client::Error as Status,
    crypto::bn254::{DefaultBn254, Error as Signature},
    map::{Client, Config, Error, Heads, Trusted},
};

/// What is said at a time.
fn at(now: u64, trusted: &Trusted, block: &Block) -> Result<Trusted, Error> {
    let update = update(core::slice::from_ref(block)).encode();
    client().update(trusted, &update, now).map(|(trusted, _)| trusted)
}

#[test]
fn cli_1_map_15_rejects_everything_once_frozen() {
    let trusted = trust(3, &SET);
    let [a, b] = [7_000, 7_001].map(|time| update(&[Block::new(25, &SET).time(time - 6_000)]));
    let frozen = client().misbehaviour(&trusted, &a.encode(), &b.encode(), NOW).unwrap();
    assert_eq!(frozen, Trusted { frozen_at: NOW, ..trusted });
    let error = Status::Frozen { at: NOW };
    assert_eq!(apply(&frozen, &a).unwrap_err(), error.into());
    let again = client().misbehaviour(&frozen, &a.encode(), &b.encode(), NOW);
    assert_eq!(again, Err(error.into()));
    assert_eq!(client().head(&frozen, &Heads::new(), 1, NOW), Err(error));
}

#[test]
fn cli_2_accepts_the_last_second_and_rejects_the_next() {
    let trusted = trust(3, &SET);
    let expiry = trusted.time + CONFIG.trusting_period;
    let block = Block::new(25, &SET);
    assert!(at(expiry, &trusted, &block).is_ok());
    let error = Status::Expired { expiry, now: expiry + 1 };
    assert_eq!(at(expiry + 1, &trusted, &block), Err(error.into()));
    assert_eq!(client().head(&trusted, &Heads::new(), 1, expiry + 1), Err(error));
    let never = Trusted { time: u64::MAX - CONFIG.trusting_period + 1, ..trusted };
    assert!(at(u64::MAX, &never, &block).is_ok());
}

#[test]
fn cli_2_rejects_after_the_set_and_before_the_first_header() {
    let expired = Status::Expired { expiry: 2_020, now: 9_000 };
    let bytes = update(&[Block::new(25, &SET)]).encode();
    let refused = |length: usize| client().update(&trust(3, &SET), &bytes[..length], 9_000).err();
    let set = 2 + 5 * 64;
    let short = Error::UpdateLength { expected: set as u64, got: set as u64 - 1 };
    assert_eq!(refused(set - 1), Some(short));
    assert_eq!(refused(set), Some(expired.into()));
    assert_eq!(refused(set + 1), Some(expired.into()));
}

#[test]
fn cli_3_accepts_kept_heads_and_rejects_others() {
    let (mut trusted, mut heads) = (trust(3, &SET), Heads::new());
    let update = update(&[Block::new(25, &SET)]);
    for _ in 0..65 {
        let (next, head) = apply(&trusted, &update).unwrap();
        heads.push(&head);
        trusted = next;
    }
    let head = |id| client().head(&trusted, &heads, id, NOW);
    for id in [2, 64, 65] {
        let head = head(id).unwrap();
        assert_eq!((head.id(), head.chain_id(), head.number()), (id, 5, 25));
        let block = Block::new(25, &SET);
        let verified = head.open(&[block.header()]).unwrap();
        assert_eq!((verified.hash(), verified.timestamp()), (block.hash(), time(25)));
        assert_eq!(verified.receipts_root(), head.receipts_root());
        let assumed: Vec<Assumption> = verified.path().iter().collect();
        assert_eq!(assumed, [Assumption::MapValidators { chain_id: 5 }]);
        assert_eq!(verified.path().to_string(), "map-validators(5)");
    }
    for id in [0, 1, 66, u64::MAX] {
        assert_eq!(head(id), Err(Status::UnknownHead { id }));
    }
}

#[test]
fn map_6_accepts_a_header_of_this_very_second() {
    let block = Block::new(25, &SET);
    assert!(at(time(25), &trust(3, &SET), &block).is_ok());
    // The newest set may be brought at the same time as the one before it; within an epoch times mean nothing.
    let trusted = trust(3, &SET);
    assert!(apply(&trusted, &update(&[Block::new(30, &SET).time(trusted.time)])).is_ok());
    assert!(apply(&trusted, &update(&[Block::new(25, &SET).time(1)])).is_ok());
}

#[test]
fn map_6_rejects_headers_from_the_future() {
    let error = Error::FutureHeader { time: time(25), now: time(25) - 1 };
    assert_eq!(at(time(25) - 1, &trust(3, &SET), &Block::new(25, &SET)), Err(error));
}

#[test]
fn map_6_rejects_a_newest_set_brought_before_the_last() {
    let trusted = trust(3, &SET);
    let error = Error::TimeBackwards { trusted: trusted.time, got: trusted.time - 1 };
    let backwards = Block::new(30, &SET).time(trusted.time - 1);
    assert_eq!(refusal(&update(&[backwards])), error);
    // Within one update too.
    let blocks = [Block::new(30, &SET).time(1_500), Block::new(40, &SET).time(1_499)];
    let error = Error::TimeBackwards { trusted: 1_500, got: 1_499 };
    assert_eq!(refusal(&update(&blocks)), error);
    // But not of an older epoch, whose set is known.
    let next = apply(&trusted, &update(&[Block::new(30, &SET).time(1_900)])).unwrap().0;
    assert!(apply(&next, &update(&[Block::new(30, &SET).time(1_100)])).is_ok());
}

#[test]
fn map_9_accepts_minimal_rounds() {
    for round in [&[][..], &[1], &[1, 0], &[0xff; 8]] {
        let block = Block::new(25, &SET).round(round);
        assert!(apply(&trust(3, &SET), &update(&[block])).is_ok());
    }
}

#[test]
fn map_9_rejects_other_forms_of_a_round() {
    for round in [&[0][..], &[0, 1], &[1; 9], &[0; 255]] {
        let block = Block::new(25, &SET).round(round);
        assert_eq!(refusal(&update(&[block])), Error::NonMinimalRound);
    }
}

#[test]
fn map_9_rejects_another_round_than_was_signed() {
    let mut update = update(&[Block::new(25, &SET).round(&[1])]);
    update.headers[0].round = vec![2];
    assert_eq!(refusal(&update), Signature::HintInverse { position: 0 }.into());
    update.headers[0].hints = Block::new(25, &SET).round(&[2]).seal().hints;
    assert_eq!(refusal(&update), Signature::InvalidSignature.into());
}

#[test]
fn map_13_accepts_any_header_as_the_last() {
    for last in [35, 40] {
        let blocks = [Block::new(30, &SET), Block::new(last, &SET)];
        let (trusted, head) = apply(&trust(3, &SET), &update(&blocks)).unwrap();
        assert_eq!((trusted.epoch, head.number()), (4 + last / 40, last));
    }
}

#[test]
fn map_13_rejects_what_follows_a_header_within_an_epoch() {
    let error = Error::NotEpochEnd { number: 29 };
    let blocks = [Block::new(29, &SET), Block::new(30, &SET)];
    assert_eq!(refusal(&update(&blocks)), error);
    let mut bytes = update(&blocks[..1]).encode();
    bytes.push(0);
    assert_eq!(client().update(&trust(3, &SET), &bytes, NOW).unwrap_err(), error);
    // After the end of an epoch it is a header that is due.
    let mut bytes = update(&blocks[1..]).encode();
    bytes.push(0);
    let (expected, got) = (bytes.len() as u64 + 1, bytes.len() as u64);
    let error = Error::UpdateLength { expected, got };
    assert_eq!(client().update(&trust(3, &SET), &bytes, NOW).unwrap_err(), error);
}

#[test]
fn map_15_accepts_two_blocks_of_one_number_and_round_or_of_two_rounds() {
    let trusted = trust(3, &SET);
    let a = update(&[Block::new(25, &SET)]).encode();
    for other in [Block::new(25, &SET).time(1_100), Block::new(25, &SET).time(1_100).round(&[1])] {
        let frozen = client().misbehaviour(&trusted, &a, &update(&[other]).encode(), NOW);
        assert_eq!(frozen, Ok(Trusted { frozen_at: NOW, ..trusted }));
    }
    // Reached on two ways.
    let long = update(&[Block::new(30, &SET), Block::new(35, &SET)]).encode();
    let other = update(&[Block::new(30, &SET), Block::new(35, &SET).time(1_050)]).encode();
    assert!(client().misbehaviour(&trusted, &long, &other, NOW).is_ok());
}

#[test]
fn map_15_accepts_two_successors_of_one_set() {
    let trusted = trust(3, &SET);
    let [a, b] = [Block::new(30, &SET), Block::new(30, &SET).added(&[77])];
    let [a, b] = [a, b].map(|block| update(&[block]).encode());
    let (entered, _) = client().update(&trusted, &a, NOW).unwrap();
    let refused = client().update(&entered, &b, NOW).unwrap_err();
    assert!(matches!(refused, Error::SetCommitment { .. }), "{refused}");
    for state in [trusted, entered] {
        let frozen = client().misbehaviour(&state, &a, &b, NOW);
        assert_eq!(frozen, Ok(Trusted { frozen_at: NOW, ..state }));
    }
}

#[test]
fn map_15_rejects_updates_that_do_not_conflict() {
    let trusted = trust(3, &SET);
    let encoded = |block: Block| update(&[block]).encode();
    let a = encoded(Block::new(25, &SET));
    for other in [
        encoded(Block::new(25, &SET)),
        encoded(Block::new(25, &SET).round(&[1])),
        encoded(Block::new(25, &SET).absent(&[0])),
        encoded(Block::new(26, &SET)),
    ] {
        let refused = client().misbehaviour(&trusted, &a, &other, NOW);
        assert_eq!(refused, Err(Error::NotMisbehaviour));
    }
}

#[test]
fn map_15_rejects_what_is_not_valid_the_first_first() {
    let trusted = trust(3, &SET);
    let good = update(&[Block::new(25, &SET)]).encode();
    let bad = update(&[Block::new(25, &SET).absent(&[0, 1])]).encode();
    let worse = update_of(&SET, vec![]).encode();
    let freeze = |a: &[u8], b: &[u8]| client().misbehaviour(&trusted, a, b, NOW).unwrap_err();
    let quorum = Error::Quorum { got: 2, required: 3 };
    let got = worse.len() as u64;
    let length = Error::UpdateLength { expected: got + 2, got };
    assert_eq!(freeze(&good, &bad), quorum);
    assert_eq!(freeze(&bad, &worse), quorum);
    assert_eq!(freeze(&worse, &bad), length);
}

#[test]
fn map_16_accepts_any_fork_height() {
    for fork_height in [0, u64::MAX] {
        let config = Config { fork_height, ..CONFIG };
        assert_eq!(*Client::new(config, DefaultBn254::default()).unwrap().config(), config);
    }
}

#[test]
fn map_16_rejects_zeros_and_epochs_of_one_block() {
    for config in [
        Config { chain_id: 0, ..CONFIG },
        Config { epoch_size: 0, ..CONFIG },
        Config { epoch_size: 1, ..CONFIG },
        Config { trusting_period: 0, ..CONFIG },
    ] {
        assert_eq!(Client::new(config, DefaultBn254::default()).unwrap_err(), Error::Config);
    }
}

#[test]
fn the_end_of_numbers_is_no_end_of_the_client() {
    // The last number that there is ends an epoch of three blocks.
    let config = Config { epoch_size: 3, ..CONFIG };
    let last = u64::MAX / 3;
    let client = Client::new(config, DefaultBn254::default()).unwrap();
    let trusted = trust(3, &SET);
    let mut sets = trusted.sets;
    sets.0[5] = sets.0[3];
    let trusted = Trusted { epoch: last, sets, ..trusted };
    assert_eq!((last % 8, u64::MAX % 3), (5, 0));
    let bytes = update(&[Block::new(u64::MAX, &SET).time(NOW)]).encode();
    let (next, head) = client.update(&trusted, &bytes, NOW).unwrap();
    assert_eq!((next.epoch, head.number()), (last + 1, u64::MAX));
    let mut wrong = update(&[Block::new(u64::MAX, &SET).time(NOW)]);
    wrong.headers[0].signature = g1(1);
    assert!(client.update(&trusted, &wrong.encode(), NOW).is_err());
}

//! MAP-1: the encoding, and what any other byte does to it.

use crate::made::{Block, NOW, SET, apply, client, refusal, trust, update};
use light_client::{
    crypto::bn254,
    map::{Error, Update},
};
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};
use std::sync::LazyLock;

/// Two headers, of which the first changes the set, and where the parts of their encoding end.
static SCENE: LazyLock<(Vec<u8>, Vec<usize>)> = LazyLock::new(|| {
    let next = [12, 13, 14, 21, 22, 23, 24, 25, 26];
    let first = Block::new(30, &SET).removed(&[1]).added(&next[3..]).absent(&[1]).round(&[3]);
    let update = update(&[first, Block::new(33, &next).absent(&[2, 5])]);
    let mut ends = vec![2, 2 + 5 * 64];
    for header in &update.headers {
        let [first, second] = header.hints.each_ref().map(|hint| 32 + 32 * hint.roots.len());
        let seal = header.signers.len() + 192;
        let lengths = [2, header.header.len(), 1, header.round.len(), seal, 1, first, 1, second];
        for length in lengths {
            ends.push(ends[ends.len() - 1] + length);
        }
    }
    (update.encode(), ends)
});

fn verify(bytes: &[u8]) -> Result<light_client::map::Head, Error> {
    client().update(&trust(3, &SET), bytes, NOW).map(|(_, head)| head)
}

#[test]
fn map_1_accepts_exactly_the_parts_that_are_due() {
    let (bytes, ends) = &*SCENE;
    assert_eq!(ends.last(), Some(&bytes.len()));
    assert_eq!(verify(bytes).unwrap().number(), 33);
}

#[test]
fn map_1_rejects_every_truncation_with_the_end_of_the_part_that_is_due() {
    let (bytes, ends) = &*SCENE;
    let first = ends[10];
    for length in (0..bytes.len()).filter(|length| *length != first) {
        let expected = *ends.iter().find(|end| **end > length).unwrap() as u64;
        let error = Error::UpdateLength { expected, got: length as u64 };
        assert_eq!(verify(&bytes[..length]).unwrap_err(), error, "{length}");
    }
    // Between two headers it is a shorter update.
    assert_eq!(verify(&bytes[..first]).unwrap().number(), 30);
}

#[test]
fn bns_1_rejects_a_count_of_roots_before_anything_of_the_header() {
    let (bytes, ends) = &*SCENE;
    for (position, at) in [(0, ends[6]), (1, ends[8])] {
        for choice in [0, 4, 255] {
            let mut wrong = bytes.clone();
            wrong[at] = choice;
            // No header of this chain, but that is asked later.
            wrong[ends[2]] = 0;
            let choice = choice.into();
            let error = bn254::Error::HintChoice { position, choice };
            assert_eq!(verify(&wrong).unwrap_err(), error.into());
            assert_eq!(Update::decode(&wrong).unwrap().next(4).unwrap_err(), error.into());
        }
    }
}

#[test]
fn map_1_rejects_a_set_that_claims_more_keys_than_there_are() {
    let mut bytes = update(&[Block::new(25, &SET)]).encode();
    bytes[..2].copy_from_slice(&[0xff, 0xff]);
    let (expected, got) = (2 + 64 * 65_536, bytes.len() as u64);
    assert_eq!(verify(&bytes).unwrap_err(), Error::UpdateLength { expected, got });
}

#[test]
fn map_1_rejects_an_update_without_a_header() {
    let mut update = update(&[Block::new(25, &SET)]);
    update.headers.clear();
    let got = update.encode().len() as u64;
    assert_eq!(refusal(&update), Error::UpdateLength { expected: got + 2, got });
    assert!(apply(&trust(3, &SET), &crate::made::update(&[Block::new(25, &SET)])).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_other_byte_is_refused_or_leads_to_the_same_head(at in any::<proptest::sample::Index>(), bits in 1u8..) {
        let (bytes, _) = &*SCENE;
        let mut other = bytes.clone();
        other[at.index(bytes.len())] ^= bits;
        if let Ok(head) = verify(&other) {
            prop_assert_eq!(head, verify(bytes).unwrap());
        }
    }

    #[test]
    fn any_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert!(verify(&bytes).is_err());
    }
}

/// Of a root both signs are good, and of nothing else there are two forms.
#[test]
fn map_1_rejects_any_byte_of_a_key_a_header_and_a_seal_that_is_another() {
    let (bytes, ends) = &*SCENE;
    let hints = |at: usize| (ends[6]..ends[10]).contains(&at) || at >= ends[15];
    for at in (0..bytes.len()).filter(|at| !hints(*at)).step_by(7) {
        let mut other = bytes.clone();
        other[at] ^= 0x41;
        assert!(verify(&other).is_err(), "{at}");
    }
}

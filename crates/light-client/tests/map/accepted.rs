//! Whole lifetimes: what is established, and that the way does not matter.

use crate::made::{Block, NOW, SET, apply, client, keys, time, trust, update, validators};
use light_client::{
    Consensus,
    map::{
        Trusted,
        builder::{OwnedUpdate, commitment},
    },
};

/// Epochs from the third to the fourteenth, in which validators come, leave and change their keys.
fn lifetime() -> Vec<Block> {
    let changes: [(&[u8], &[i64]); 12] = [
        (&[], &[21]),
        (&[0x01], &[]),
        (&[], &[]),
        (&[0x06], &[31, 32]),
        (&[0x08], &[33]),
        (&[], &[41, 42, 43, 44]),
        (&[], &[71]),
        (&[0x01, 0x01], &[51]),
        (&[0x1f], &[]),
        (&[], &[11]),
        (&[0x01], &[61]),
        (&[], &[]),
    ];
    let mut set = SET.to_vec();
    let mut blocks = Vec::new();
    for (epoch, (removed, added)) in (3..).zip(changes) {
        let absent: Vec<usize> = (0..set.len() / 3).map(|place| 2 * place).collect();
        let round = [epoch].into_iter().filter(|_| epoch % 3 == 0).collect::<Vec<u8>>();
        let block = Block::new(10 * u64::from(epoch), &set).absent(&absent).round(&round);
        blocks.push(block.removed(removed).added(added));
        let number = removed.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
        let mut place = 0;
        set.retain(|_| {
            place += 1;
            number >> (place - 1) & 1 == 0
        });
        set.extend(added);
    }
    blocks.push(Block::new(145, &set));
    blocks
}

#[test]
fn map_1_2_4_5_12_13_accepts_many_epochs_at_once_and_one_by_one_alike() {
    let blocks = lifetime();
    let trusted = trust(3, &SET);
    let (at_once, head) = apply(&trusted, &update(&blocks)).unwrap();
    assert_eq!((at_once.epoch, at_once.time, at_once.latest_head), (15, time(140), 1));
    assert_eq!((head.number(), head.id()), (145, 1));
    let last = &blocks[blocks.len() - 1];
    assert_eq!(head.block_hash(), last.hash());
    assert_eq!(at_once.commitment(15), Some(commitment(&keys(&last.set)).unwrap()));
    for split in [1, 2, 5] {
        let (mut stepwise, mut steps, mut newest) = (trusted, 0, None);
        for part in blocks.chunks(split) {
            let (next, head) = apply(&stepwise, &update(part)).unwrap();
            (stepwise, newest) = (next, Some(head.block_hash()));
            steps += 1;
        }
        assert_eq!(stepwise.latest_head, steps);
        assert_eq!(Trusted { latest_head: 1, ..stepwise }, at_once);
        assert_eq!(newest, Some(head.block_hash()));
    }
}

#[test]
fn map_1_accepts_what_provers_make_of_full_headers() {
    let blocks = lifetime();
    let full: Vec<Vec<u8>> = blocks.iter().map(Block::full).collect();
    let (made, next) = OwnedUpdate::new(client().config(), &validators(&SET), &full).unwrap();
    assert_eq!(made, update(&blocks));
    assert_eq!(next, validators(&blocks[blocks.len() - 1].set));
}

#[test]
fn map_1_accepts_by_every_way_to_ask() {
    let (trusted, bytes) = (trust(3, &SET), update(&lifetime()).encode());
    let (next, head) = client().update(&trusted, &bytes, NOW).unwrap();
    assert_eq!(client().verify(&trusted, &&bytes[..], NOW), Ok((next, Some(head))));
    let block = client().verify_update(&trusted, &bytes, NOW).unwrap();
    let expected = (head.number(), head.block_hash(), head.receipts_root());
    assert_eq!((block.number, block.hash, block.receipts_root), expected);
}

//! ANC-1: from a head to its block and its ancestors.

use crate::support::{CHAIN_ID, bootstrap_of, client, time};
use alloy_primitives::{B256, keccak256};
use light_client::{
    Assumption, ancestry,
    beacon::Head,
    header::{self, Header},
};

/// Headers of 17 items, newest first, each the parent of the one before.
fn headers(count: u8) -> Vec<Vec<u8>> {
    let mut parent = B256::repeat_byte(0xaa);
    let mut headers: Vec<Vec<u8>> = (1..=count)
        .map(|number| {
            let header = header(&parent, number);
            parent = keccak256(&header);
            header
        })
        .collect();
    headers.reverse();
    headers
}

fn header(parent: &B256, number: u8) -> Vec<u8> {
    let mut payload = Vec::new();
    for item in 0..17 {
        match item {
            0 => payload.extend([&[0xa0][..], parent.as_slice()].concat()),
            3 | 5 => payload.extend([&[0xa0][..], &[item + number; 32]].concat()),
            8 => payload.push(number),
            11 => payload.push(100 + number),
            _ => payload.push(0x80),
        }
    }
    let length = u8::try_from(payload.len()).unwrap();
    [&[0xf8, length][..], &payload].concat()
}

fn head_of(newest: &[u8]) -> Head {
    let (bootstrap, root) = bootstrap_of(40, keccak256(newest));
    client().bootstrap(&bootstrap.as_bootstrap(), &root, time(40)).unwrap().1.unwrap()
}

#[test]
fn anc_1_accepts_the_head_and_its_ancestors() {
    let headers = headers(5);
    let head = head_of(&headers[0]);
    for depth in 1..=5_u8 {
        let block = head.open(&headers[..usize::from(depth)]).unwrap();
        let number = 6 - depth;
        assert_eq!((block.chain_id(), block.number()), (CHAIN_ID, u64::from(number)));
        assert_eq!(block.hash(), keccak256(&headers[usize::from(depth) - 1]));
        assert_eq!(block.state_root(), B256::repeat_byte(3 + number));
        assert_eq!(block.receipts_root(), B256::repeat_byte(5 + number));
        assert_eq!(block.timestamp(), u64::from(100 + number));
        let assumed: Vec<_> = block.path().iter().collect();
        assert_eq!(assumed, [Assumption::SyncCommittee { chain_id: CHAIN_ID }]);
        assert_eq!(block.path().to_string(), "sync-committee(7)");
    }
}

#[test]
fn anc_1_rejects_no_header() {
    let head = head_of(&headers(1)[0]);
    assert_eq!(head.open::<Vec<u8>>(&[]), Err(ancestry::Error::Empty));
}

#[test]
fn anc_1_rejects_a_gap_and_another_order() {
    let headers = headers(5);
    let head = head_of(&headers[0]);
    let expected = |index: usize| {
        let parent = Header::open(&headers[index], &keccak256(&headers[index])).unwrap();
        parent.parent_hash
    };
    let refused = |list: &[&Vec<u8>]| head.open(list).unwrap_err();
    let mismatch = |expected, got: &[u8]| {
        let got = keccak256(got);
        ancestry::Error::Header(header::Error::HashMismatch { expected, got })
    };
    let gap = refused(&[&headers[0], &headers[2]]);
    assert_eq!(gap, mismatch(expected(0), &headers[2]));
    let reversed = refused(&[&headers[1], &headers[0]]);
    assert_eq!(reversed, mismatch(head.block_hash(), &headers[1]));
    let repeated = refused(&[&headers[0], &headers[1], &headers[1]]);
    assert_eq!(repeated, mismatch(expected(1), &headers[1]));
    let empty = refused(&[&headers[0], &vec![]]);
    assert_eq!(empty, mismatch(expected(0), &[]));
}

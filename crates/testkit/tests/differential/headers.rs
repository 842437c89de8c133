//! HDR-1, HDR-2, HDR-4, ANC-1: execution headers and their ancestry.

use crate::session::{ProofHarness, Session, cases};
use alloy_primitives::{B256, Bytes, keccak256};
use bindings::Revert;
use light_client::{Header, ancestry, header};
use testkit::{
    beacon::ExecutionBlock,
    dice::Dice,
    rlp::{Mutation, Rlp},
};

#[test]
fn m16_headers() {
    let mut session = Session::new("headers");
    let to = session.harnesses(&["ProofHarness", "ProofHarnessReference"]);
    for _ in 0..cases() {
        let parent = B256::from_slice(&session.dice.bytes(32));
        let (name, bytes) = spoilt(&mut session.dice, parent);
        let mut expected = keccak256(&bytes);
        if session.dice.one_in(20) {
            expected[session.dice.below(32)] ^= 1;
        }
        let rust = Header::open(&bytes, &expected);
        let beacon = header::parent_beacon_root(&bytes, &expected);
        let header = Bytes::from(bytes);
        session.compare(
            &to,
            format!("{name}, beacon root"),
            &ProofHarness::parentBeaconRootCall { header: header.clone(), expected },
            beacon.map_err(Revert::from),
        );
        session.compare(
            &to,
            name,
            &ProofHarness::openHeaderCall { header, expected },
            rust.map(|header| answer(&header)).map_err(Revert::from),
        );
    }
    session.finish();
}

#[test]
fn anc1_ancestry() {
    let mut session = Session::new("ancestry");
    let to = session.harnesses(&["ProofHarness", "ProofHarnessReference"]);
    for _ in 0..cases() {
        let (name, trusted, headers) = chain(&mut session.dice);
        let rust = open_chain(trusted, &headers);
        session.compare(
            &to,
            name,
            &ProofHarness::openChainCall { trusted, headers },
            rust.map(|(hash, header)| (hash, answer(&header)).into()).map_err(Revert::from),
        );
    }
    session.finish();
}

/// Headers from the trusted one down, newest first, with something wrong in most cases.
fn chain(dice: &mut Dice) -> (String, B256, Vec<Bytes>) {
    let mut headers: Vec<Bytes> = Vec::new();
    let mut parent = B256::ZERO;
    let spoilt_at = dice.below(12);
    let mut name = String::from("honest");
    for place in 0..dice.below(8) {
        let bytes = if place == spoilt_at {
            let (mutation, bytes) = spoilt(dice, parent);
            name = format!("one header: {mutation}");
            bytes
        } else {
            ExecutionBlock::synthetic(parent, place as u64, 0).header_rlp()
        };
        parent = keccak256(&bytes);
        headers.insert(0, bytes.into());
    }
    if dice.one_in(3) && !headers.is_empty() {
        let place = dice.below(headers.len());
        name = match dice.below(4) {
            0 => {
                headers.remove(place);
                "one missing".into()
            }
            1 => {
                headers.insert(place, headers[place].clone());
                "one twice".into()
            }
            2 => {
                headers.reverse();
                "oldest first".into()
            }
            _ => {
                parent[0] ^= 1;
                "other trusted hash".into()
            }
        };
    }
    (name, parent, headers)
}

/// A header with one item spoilt, or with a number of items that no header has.
fn spoilt(dice: &mut Dice, parent: B256) -> (String, Vec<u8>) {
    let honest = ExecutionBlock::synthetic(parent, dice.number(), dice.number()).header_rlp();
    let mut header = Rlp::decode(&honest).unwrap();
    if dice.one_in(5) {
        let length = 12 + dice.below(16);
        header.items().unwrap().resize(length, Rlp::bytes([1, 2, 3]));
        return (format!("{length} items"), header.encode());
    }
    if dice.one_in(10) {
        return ("honest".into(), honest);
    }
    let mutation = *dice.one_of(&Mutation::ALL);
    let place = dice.below(header.count());
    let done = mutation.apply(header.at(place).unwrap(), dice);
    (if done { mutation.to_string() } else { "honest".into() }, header.encode())
}

const fn answer(header: &Header) -> ProofHarness::Header {
    ProofHarness::Header {
        parentHash: header.parent_hash,
        stateRoot: header.state_root,
        receiptsRoot: header.receipts_root,
        number: header.number,
        timestamp: header.timestamp,
    }
}

/// What `Head::open` does with its own trusted hash: there is no head without a light client.
fn open_chain(trusted: B256, headers: &[Bytes]) -> Result<(B256, Header), ancestry::Error> {
    let mut hash = trusted;
    let mut opened: Option<Header> = None;
    for bytes in headers {
        hash = opened.map_or(trusted, |header| header.parent_hash);
        opened = Some(Header::open(bytes, &hash).map_err(|error: header::Error| error)?);
    }
    opened.map(|header| (hash, header)).ok_or(ancestry::Error::Empty)
}

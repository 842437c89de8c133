//! RLP-1 to RLP-7: items on their own.

use crate::session::{ProofHarness, Session, cases};
use alloy_primitives::{Bytes, U256};
use bindings::Revert;
use mpt_proof::rlp;
use testkit::{
    dice::Dice,
    rlp::{Mutation, Rlp},
};

#[test]
fn m16_rlp() {
    let mut session = Session::new("rlp");
    let to = session.harnesses(&["ProofHarness", "ProofHarnessReference"]);
    for _ in 0..cases() {
        let (name, input) = input(&mut session.dice);
        let string = rlp::string_exact(&input).and_then(rlp::Item::string);
        let input = Bytes::from(input.clone());
        session.compare(
            &to,
            format!("string, {name}"),
            &ProofHarness::rlpStringCall { input: input.clone() },
            string.map(Bytes::copy_from_slice).map_err(Revert::from),
        );
        session.compare(
            &to,
            format!("list, {name}"),
            &ProofHarness::rlpListCall { input: input.clone() },
            rlp::list_exact(&input).map(Bytes::copy_from_slice).map_err(Revert::from),
        );
        let max = *session.dice.one_of(&[1, 8, 32]);
        let integer = rlp::string_exact(&input).and_then(|item| item.uint(max));
        session.compare(
            &to,
            format!("integer, {name}"),
            &ProofHarness::rlpUintCall { input: input.clone(), max: U256::from(max) },
            integer.map(U256::from_be_slice).map_err(Revert::from),
        );
    }
    session.finish();
}

/// A comparison that cannot fail compares nothing.
#[test]
#[should_panic(expected = "Rust and Solidity differ")]
fn m16_a_difference_is_found() {
    let mut session = Session::new("planted");
    let to = session.harnesses(&["ProofHarness"]);
    let call = ProofHarness::rlpStringCall { input: Bytes::from_static(&[0x81, 0x7f]) };
    session.compare(&to, "planted", &call, Err(rlp::Error::NonCanonicalSize.into()));
    session.finish();
}

/// Random bytes, or a small tree with one item spoilt.
fn input(dice: &mut Dice) -> (String, Vec<u8>) {
    if dice.one_in(4) {
        let length = dice.below(12);
        let mut bytes = dice.bytes(length);
        if let (Some(first), true) = (bytes.first_mut(), dice.one_in(2)) {
            *first |= 0x80;
        }
        return ("random bytes".into(), bytes);
    }
    let mut tree = tree(dice, 2);
    let mutation = *dice.one_of(&Mutation::ALL);
    let place = dice.below(tree.count());
    let spoilt = tree.at(place).is_some_and(|item| mutation.apply(item, dice));
    (if spoilt { mutation.to_string() } else { "honest".into() }, tree.encode())
}

fn tree(dice: &mut Dice, depth: usize) -> Rlp {
    if depth == 0 || dice.one_in(2) {
        let length = *dice.one_of(&[0, 1, 2, 8, 20, 32, 33, 55, 56, 57, 255, 256, 300]);
        return Rlp::String(dice.bytes(length));
    }
    let count = dice.below(5);
    Rlp::List((0..count).map(|_| tree(dice, depth - 1)).collect())
}

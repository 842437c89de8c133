//! TXN-1, WDL-1, HDR-3: transactions and withdrawals under their roots, and the header that names these; and what the
//! block does not have.

use crate::session::{ProofHarness, Session, cases};
use alloy_primitives::{Address, B256, Bytes, keccak256};
use bindings::Revert;
use light_client::header::BodyRoots;
use mpt_proof::{
    builder::OrderedTrie,
    receipt,
    transaction::{self, Transaction},
    withdrawal::{self, Withdrawal},
};
use testkit::{
    beacon::ExecutionBlock,
    dice::Dice,
    mutate::proof::Mutation as ProofMutation,
    rlp::{Mutation, Rlp},
    tries::ProofCase,
};

#[test]
fn m16_transactions() {
    let mut session = Session::new("transactions");
    let to = session.harnesses(&["ProofHarness", "ProofHarnessReference"]);
    for _ in 0..cases() {
        let value = transaction_value(&mut session.dice);
        session.compare(
            &to,
            "value",
            &ProofHarness::transactionTypeCall { encoded: value.clone() },
            Transaction::decode(&value).map(|decoded| decoded.tx_type).map_err(Revert::from),
        );
        let Some((name, index, case)) = proven(&mut session.dice, transaction_value) else {
            continue;
        };
        let ProofCase { root, nodes, .. } = case;
        session.compare(
            &to,
            &name,
            &ProofHarness::transactionCall { transactionsRoot: root, index, nodes: nodes.clone() },
            transaction::prove(&root, index, &nodes)
                .map_err(Revert::from)
                .map(|proven| (proven.tx_type, Bytes::copy_from_slice(proven.bytes)).into()),
        );
        session.compare(
            &to,
            format!("{name}, absent"),
            &ProofHarness::transactionAbsentCall {
                transactionsRoot: root,
                index,
                nodes: nodes.clone(),
            },
            transaction::prove_absent(&root, index, &nodes)
                .map(|_| ().into())
                .map_err(Revert::from),
        );
        session.compare(
            &to,
            format!("{name}, no receipt"),
            &ProofHarness::receiptAbsentCall {
                receiptsRoot: root,
                transactionIndex: index,
                nodes: nodes.clone(),
            },
            receipt::prove_absent(&root, index, &nodes).map(|_| ().into()).map_err(Revert::from),
        );
    }
    session.finish();
}

#[test]
fn m16_withdrawals() {
    let mut session = Session::new("withdrawals");
    let to = session.harnesses(&["ProofHarness", "ProofHarnessReference"]);
    for _ in 0..cases() {
        let value = withdrawal_value(&mut session.dice);
        session.compare(
            &to,
            "value",
            &ProofHarness::decodeWithdrawalCall { value: value.clone() },
            Withdrawal::decode(&value)
                .map(|withdrawal| fields(withdrawal).into())
                .map_err(Revert::from),
        );
        let Some((name, place, case)) = proven(&mut session.dice, withdrawal_value) else {
            continue;
        };
        let ProofCase { root, nodes, .. } = case;
        session.compare(
            &to,
            &name,
            &ProofHarness::withdrawalCall { withdrawalsRoot: root, place, nodes: nodes.clone() },
            withdrawal::prove(&root, place, &nodes)
                .map(|withdrawal| fields(withdrawal).into())
                .map_err(Revert::from),
        );
        session.compare(
            &to,
            format!("{name}, absent"),
            &ProofHarness::withdrawalAbsentCall {
                withdrawalsRoot: root,
                place,
                nodes: nodes.clone(),
            },
            withdrawal::prove_absent(&root, place, &nodes).map(|_| ().into()).map_err(Revert::from),
        );
    }
    session.finish();
}

#[test]
fn m16_body_roots() {
    let mut session = Session::new("body roots");
    let to = session.harnesses(&["ProofHarness", "ProofHarnessReference"]);
    for _ in 0..cases() {
        let dice = &mut session.dice;
        let honest =
            ExecutionBlock::synthetic(B256::from_slice(&dice.bytes(32)), 1, 1).header_rlp();
        let mut header = Rlp::decode(&honest).unwrap();
        let items = 14 + dice.below(11);
        header.items().unwrap().resize(items, Rlp::bytes([0; 32]));
        let place = [1, 5, 17][dice.below(3)];
        let mutation = *dice.one_of(&Mutation::ALL);
        let spoilt =
            dice.one_in(2) && header.at(place).is_some_and(|item| mutation.apply(item, dice));
        let name = if spoilt { mutation.to_string() } else { format!("{items} items") };
        let header = header.encode();
        let mut expected = keccak256(&header);
        if dice.one_in(20) {
            expected[0] ^= 1;
        }
        let roots = BodyRoots::open(&header, &expected);
        session.compare(
            &to,
            name,
            &ProofHarness::openBodyCall { header: header.into(), expected },
            roots
                .map_err(Revert::from)
                .map(|roots| (roots.transactions, roots.withdrawals.unwrap_or_default()).into()),
        );
    }
    session.finish();
}

/// A place in a block of some values, and its proof; either may be spoilt.
fn proven(dice: &mut Dice, value: impl Fn(&mut Dice) -> Bytes) -> Option<(String, u64, ProofCase)> {
    let count = dice.below(140);
    let values = (0..count).map(|_| value(dice)).filter(|value| !value.is_empty());
    let trie = OrderedTrie::new(values.collect::<Vec<_>>()).unwrap();
    let index = dice.below(count + 3) as u64;
    let nodes = trie.proof(index);
    let mut case = ProofCase { root: trie.root(), key: Vec::new(), nodes, value: None };
    let mutation = *dice.one_of(&ProofMutation::all());
    mutation.apply(&mut case, dice)?;
    Some((mutation.to_string(), index, case))
}

/// The bytes of a transaction, of which only the first is looked at.
fn transaction_value(dice: &mut Dice) -> Bytes {
    let length = dice.below(100);
    let mut value = dice.bytes(length);
    if let Some(first) = value.first_mut() {
        *first = *dice.one_of(&[0, 1, 2, 3, 4, 5, 0x7e, 0x7f, 0x80, 0xbf, 0xc0, 0xf8, 0xff]);
    }
    value.into()
}

/// A withdrawal, spoilt in half of the cases.
fn withdrawal_value(dice: &mut Dice) -> Bytes {
    let mut value = Rlp::List(vec![
        Rlp::integer(dice.number() >> dice.below(64)),
        Rlp::integer(dice.number() >> dice.below(64)),
        Rlp::bytes(dice.bytes(20)),
        Rlp::integer(dice.number() >> dice.below(64)),
    ]);
    if dice.one_in(2) {
        let place = dice.below(value.count());
        let mutation = *dice.one_of(&Mutation::ALL);
        let _ = value.at(place).is_some_and(|item| mutation.apply(item, dice));
    }
    value.encode().into()
}

const fn fields(withdrawal: Withdrawal) -> (u64, u64, Address, u64) {
    let Withdrawal { index, validator_index, address, amount } = withdrawal;
    (index, validator_index, address, amount)
}

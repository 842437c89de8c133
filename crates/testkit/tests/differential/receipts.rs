//! RCT-1 to RCT-9: receipts, by themselves and under a receipts root.

use crate::session::{ProofHarness, Session, cases};
use alloy_primitives::{Address, B256, Bytes, U256};
use bindings::Revert;
use mpt_proof::receipt::{self, Log, Receipt, TypePolicy};
use testkit::{
    mutate::{
        Expected,
        proof::Mutation as ProofMutation,
        receipt::{LogCase, Mutation},
    },
    tries::{ProofCase, receipt, receipts_trie},
};

#[test]
fn m16_receipts() {
    let mut session = Session::new("receipts");
    let to = session.harnesses(&["ProofHarness", "ProofHarnessReference"]);
    let (strategy, mutations) = (receipt(), Mutation::all());
    for _ in 0..cases() {
        let entry = session.draw(&strategy);
        let mutation = *session.dice.one_of(&mutations);
        let Some((case, expected)) = mutation.apply(&entry, &mut session.dice) else { continue };
        let LogCase { receipt, log_index, emitter, topic0 } = &case;
        let policy = *session.dice.one_of(&[TypePolicy::Known, TypePolicy::Any]);
        let decoded = Receipt::decode(receipt, policy);
        if let Expected::Refused(error) = expected {
            assert_eq!(decoded, Err(error), "{mutation}: {case:?}");
        }
        let rust = decoded.and_then(|receipt| receipt.select(*log_index, emitter, topic0));
        session.compare(
            &to,
            mutation,
            &ProofHarness::selectLogCall {
                receipt: Bytes::copy_from_slice(receipt),
                policy: u8::from(policy == TypePolicy::Any),
                logIndex: U256::from(*log_index),
                emitter: *emitter,
                topic0: *topic0,
            },
            rust.map(|log| selected(&log).into()).map_err(Revert::from),
        );
    }
    session.finish();
}

#[test]
fn m14_receipts_under_their_root() {
    let mut session = Session::new("receipts trie");
    let to = session.harnesses(&["ProofHarness", "ProofHarnessReference"]);
    let (strategy, mutations) = (receipts_trie(), ProofMutation::all());
    for _ in 0..cases() / 4 {
        let trie = session.draw(&strategy);
        for _ in 0..4 {
            let index = session.dice.below(trie.receipts.len() + 2);
            let mutation = *session.dice.one_of(&mutations);
            let (key, nodes) = (Vec::new(), trie.proof(index as u64));
            let mut case = ProofCase { root: trie.root(), key, nodes, value: None };
            if mutation.apply(&mut case, &mut session.dice).is_none() {
                continue;
            }
            let shift = if session.dice.one_in(10) { session.dice.number() % 3 } else { 0 };
            let log = trie.receipts.get(index).and_then(|receipt| receipt.logs.first());
            let emitter = log.map_or(Address::ZERO, |log| log.address);
            let topic0 = log.and_then(|log| log.topics.first().copied()).unwrap_or_default();
            compare_proof(
                &mut session,
                &to,
                mutation,
                &case,
                index as u64 + shift,
                emitter,
                topic0,
            );
        }
    }
    session.finish();
}

fn compare_proof(
    session: &mut Session,
    to: &[Address],
    mutation: ProofMutation,
    case: &ProofCase,
    transaction_index: u64,
    emitter: Address,
    topic0: B256,
) {
    let rust = receipt::prove(&case.root, transaction_index, &case.nodes, TypePolicy::Known)
        .and_then(|receipt| Ok(receipt.select(0, &emitter, &topic0)?));
    session.compare(
        to,
        mutation,
        &ProofHarness::proveLogCall {
            receiptsRoot: case.root,
            transactionIndex: transaction_index,
            nodes: case.nodes.clone(),
            policy: 0,
            logIndex: U256::ZERO,
            emitter,
            topic0,
        },
        rust.map(|log| selected(&log).into()).map_err(Revert::from),
    );
}

fn selected(log: &Log<'_>) -> (Vec<B256>, Bytes) {
    (log.topics().to_vec(), Bytes::copy_from_slice(log.data))
}

#[test]
fn rct1_index_keys() {
    let mut session = Session::new("index keys");
    let to = session.harnesses(&["ProofHarness", "ProofHarnessReference"]);
    let boundaries = (0..64).flat_map(|bit| [(1 << bit) - 1, 1 << bit, (1 << bit) + 1]);
    for index in boundaries.chain([u64::MAX]) {
        let key = Bytes::copy_from_slice(receipt::index_key(index).as_ref());
        let call = ProofHarness::indexKeyCall { transactionIndex: index };
        session.compare(&to, "boundary", &call, Ok(key));
    }
    session.finish();
}

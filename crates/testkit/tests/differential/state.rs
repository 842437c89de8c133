//! ACC-1, ACC-2: accounts and storage under their roots.

use crate::session::{ProofHarness, Session, cases};
use alloy_primitives::{Address, B256, Bytes};
use bindings::Revert;
use mpt_proof::state::{self, Account};
use testkit::{
    mutate::proof::Mutation,
    rlp::{self, Rlp},
    tries::{ProofCase, StateTrie, state_trie, storage_trie},
};

#[test]
fn m16_accounts() {
    let mut session = Session::new("accounts");
    let to = session.harnesses(&["ProofHarness", "ProofHarnessReference"]);
    let strategy = state_trie();
    for _ in 0..cases() {
        let trie = session.draw(&strategy);
        let Some((name, key, case)) = case(&mut session, trie, 20) else { continue };
        let who = Address::from_slice(&key);
        let account = state::account(&case.root, &who, &case.nodes);
        session.compare(
            &to,
            &name,
            &ProofHarness::accountCall { stateRoot: case.root, who, nodes: case.nodes.clone() },
            account.map_err(Revert::from).map(|account| {
                let Account { nonce, balance, storage_root, code_hash } = account;
                (nonce, balance, storage_root, code_hash).into()
            }),
        );
        let absent = state::account_absent(&case.root, &who, &case.nodes);
        session.compare(
            &to,
            format!("{name}, absent"),
            &ProofHarness::accountAbsentCall { stateRoot: case.root, who, nodes: case.nodes },
            absent.map(|_| ().into()).map_err(Revert::from),
        );
    }
    session.finish();
}

#[test]
fn m13_storage_under_the_root_of_its_account() {
    let mut session = Session::new("storage");
    let to = session.harnesses(&["ProofHarness", "ProofHarnessReference"]);
    let strategy = storage_trie();
    for _ in 0..cases() {
        let trie = session.draw(&strategy);
        let Some((name, key, case)) = case(&mut session, trie, 32) else { continue };
        let slot = B256::from_slice(&key);
        let account = Account {
            nonce: 0,
            balance: Default::default(),
            storage_root: case.root,
            code_hash: B256::ZERO,
        };
        session.compare(
            &to,
            &name,
            &ProofHarness::storageAtCall {
                storageRoot: case.root,
                slot,
                nodes: case.nodes.clone(),
            },
            account.storage(&slot, &case.nodes).map_err(Revert::from),
        );
        session.compare(
            &to,
            format!("{name}, absent"),
            &ProofHarness::storageAbsentCall {
                storageRoot: case.root,
                slot,
                nodes: case.nodes.clone(),
            },
            account.storage_absent(&slot, &case.nodes).map(|_| ().into()).map_err(Revert::from),
        );
    }
    session.finish();
}

/// A proof of an entry, or of one that is not there; either the proof is mutated or the entry's value.
fn case(
    session: &mut Session,
    mut trie: StateTrie,
    length: usize,
) -> Option<(String, Vec<u8>, ProofCase)> {
    let dice = &mut session.dice;
    let known = trie.entries.keys().nth(dice.below(trie.entries.len())).cloned()?;
    let key = if dice.one_in(6) { dice.bytes(length) } else { known.clone() };
    let name = if dice.one_in(2) {
        let mutation = *dice.one_of(&rlp::Mutation::ALL);
        let mut value = Rlp::decode(&trie.entries[&known])?;
        let place = dice.below(value.count());
        mutation.apply(value.at(place)?, dice).then_some(())?;
        let value = value.encode();
        (!value.is_empty()).then_some(())?;
        trie.entries.insert(known, value);
        trie = StateTrie::new(trie.entries);
        format!("value: {mutation}")
    } else {
        String::new()
    };
    let nodes: Vec<Bytes> = trie.proof(&key);
    let mut case = ProofCase { root: trie.root(), key: Vec::new(), nodes, value: None };
    if !name.is_empty() {
        return Some((name, key, case));
    }
    let mutation = *dice.one_of(&Mutation::all());
    mutation.apply(&mut case, dice)?;
    Some((mutation.to_string(), key, case))
}

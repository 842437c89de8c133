//! Account files: presence, absence, slots.

mod support;

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use mpt_proof::builder::Trie;
use serde_json::{Value, json};
use support::{Folder, flip, proof_file, relay::account, verify, word};
use testkit::beacon::ExecutionBlock;

const ACCOUNT: Address = Address::repeat_byte(0x11);

/// A state with twenty accounts, of which `ACCOUNT` has twenty slots.
struct State {
    accounts: Trie,
    slots: Trie,
}

impl State {
    fn new() -> Self {
        let slot = |i: u64| (keccak256(word(i)), alloy_rlp::encode(U256::from(1000 + i)));
        let slots = Trie::new((1..=20).map(slot)).expect("slots");
        let others = (2..=20).map(|i| (keccak256(Address::repeat_byte(i)), account(B256::ZERO)));
        let own = (keccak256(ACCOUNT), account(slots.root()));
        Self { accounts: Trie::new(others.chain([own])).expect("accounts"), slots }
    }

    fn file(&self, address: Address, slots: &[B256]) -> Value {
        let block =
            ExecutionBlock::synthetic(B256::ZERO, 9, 100).with_state_root(self.accounts.root());
        let slots = slots.iter().map(
            |slot| json!({ "slot": slot, "proof": self.slots.proof(keccak256(slot).as_slice()) }),
        );
        proof_file(
            "account",
            &json!({
                "block": {
                    "anchor": { "block": { "chain_id": 1, "hash": block.hash() } },
                    "headers": [Bytes::from(block.header_rlp())],
                },
                "address": address,
                "account_proof": self.accounts.proof(keccak256(address).as_slice()),
                "slots": slots.collect::<Vec<_>>(),
            }),
        )
    }
}

fn check(file: &Value, args: &[&str]) -> support::Ended {
    let folder = Folder::new();
    verify(&folder.write_json("account.json", file), args)
}

#[test]
fn verifies_an_account_and_its_slots() {
    let file = State::new().file(ACCOUNT, &[word(3), word(99)]);
    let ended = check(&file, &["--json"]);
    let proves = &ended.json()["proves"];
    assert_eq!(proves["account"], "present");
    assert_eq!(proves["balance"], "7");
    assert_eq!(proves["slots"][word(3).to_string()], json!(word(1003)));
    assert_eq!(proves["slots"][word(99).to_string()], Value::Null);
}

#[test]
fn verifies_an_absent_account() {
    let file = State::new().file(Address::repeat_byte(0xee), &[]);
    assert_eq!(check(&file, &["--json"]).json()["proves"]["account"], "absent");
    let file = State::new().file(Address::repeat_byte(0xee), &[word(1)]);
    check(&file, &[]).expect(3, "an account that is absent");
}

#[test]
fn names_the_clause_that_a_tampered_file_fails() {
    let tampered = |change: fn(&mut Value)| {
        let mut file = State::new().file(ACCOUNT, &[word(3)]);
        change(&mut file["proof"]);
        check(&file, &[])
    };
    tampered(|proof| flip(&mut proof["account_proof"][1], 40)).expect_clause("MPT-5");
    tampered(|proof| proof["slots"][0]["proof"] = json!([])).expect_clause("MPT-3");
    tampered(|proof| proof["slots"][0]["slot"] = json!(word(4))).expect_clause("MPT-5");
    tampered(|proof| proof["address"] = json!(Address::repeat_byte(2))).expect_clause("MPT-5");
}

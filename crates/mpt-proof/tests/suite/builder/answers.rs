//! What nodes answer. `tests/data/node.json` is of a local node: a block with transactions of the
//! types 0, 1, 2 and 4 and its receipts, a blob transaction, and three answers to `eth_getProof`.

use alloy_primitives::{B256, Bytes, U256, keccak256};
use mpt_proof::{
    Keccak, Sha3,
    batch::Batch,
    builder::{
        Error, Kind, OrderedTrie, accounts, compact, ordered_root, packed, receipts, transactions,
        withdrawals,
    },
    proof::{self, EMPTY_ROOT},
    receipt::{self, TypePolicy},
    state, transaction,
    withdrawal::{self, Withdrawal},
};
use serde_json::{Value, json};

fn node() -> Value {
    serde_json::from_str(include_str!("../../data/node.json")).unwrap()
}

fn root(block: &Value, field: &str) -> B256 {
    block[field].as_str().unwrap().parse().unwrap()
}

/// The answer as it is, and in the response around it.
fn both(answer: &Value) -> [String; 2] {
    [answer.to_string(), json!({"jsonrpc": "2.0", "id": 1, "result": answer}).to_string()]
}

#[test]
fn a_block_is_proven() {
    let node = node();
    let (block, list) = (&node["block"], &node["block"]["transactions"]);
    let transactions_root = root(block, "transactionsRoot");
    for text in both(block).into_iter().chain(both(list)) {
        let values = transactions::from_json(&text).unwrap();
        let trie = transactions::trie(&values, &transactions_root).unwrap();
        for (index, stated) in (0..).zip(list.as_array().unwrap()) {
            let nodes = trie.proof(index);
            let proven = transaction::prove(&transactions_root, index, &nodes).unwrap();
            assert_eq!(proven.hash(), root(stated, "hash"));
            assert_eq!(json!(format!("{:#x}", proven.tx_type)), stated["type"]);
        }
    }
    let receipts_root = root(block, "receiptsRoot");
    for text in both(&node["receipts"]) {
        let read = receipts::from_json(&text).unwrap();
        let trie = receipts::trie(&read, &receipts_root).unwrap();
        let nodes = trie.proof(0);
        let receipt = receipt::prove(&receipts_root, 0, &nodes, TypePolicy::Known).unwrap();
        assert_eq!(receipt.log(0).unwrap().topics(), [keccak256("Heliograph()")]);
    }
    let raw: Vec<Bytes> = transactions::from_json(&list.to_string()).unwrap();
    assert_eq!(transactions::from_json(&json!(raw).to_string()), Ok(raw));
}

/// That node adds what a blob transaction carries on the wire, and takes it for a part of the block.
#[test]
fn a_blob_transaction_is_encoded_without_its_blobs() {
    let mut blob = node()["blob"].clone();
    assert!(blob["commitments"].is_array());
    let expected = root(&blob, "hash");
    for _ in 0..2 {
        let mut list = json!([blob]);
        list[0]["transactionIndex"] = json!("0x0");
        let values = transactions::from_json(&list.to_string()).unwrap();
        assert_eq!((keccak256(&values[0]), values[0][0]), (expected, 3));
        let sidecar = ["blobs", "commitments", "cellProofs"];
        blob.as_object_mut().unwrap().retain(|name, _| !sidecar.contains(&name.as_str()));
    }
}

#[test]
fn transactions_that_are_not_a_block_are_errors() {
    let node = node();
    let kind = Kind::Transaction;
    let read = |change: &dyn Fn(&mut Value)| {
        let mut list = node["block"]["transactions"].clone();
        change(&mut list);
        transactions::from_json(&list.to_string())
    };
    let all = read(&|_| {}).unwrap();
    let expected = root(&node["block"], "transactionsRoot");
    let got = ordered_root(&all[1..]).unwrap();
    let refused = transactions::trie(&all[1..], &expected).unwrap_err();
    assert_eq!(refused, Error::Root { kind, expected, got });

    let swapped = read(&|list| list.as_array_mut().unwrap().swap(0, 1));
    assert_eq!(swapped, Err(Error::Place { kind, place: 0, got: Some(1) }));
    let unknown = read(&|list| list[2]["type"] = json!("0x7e"));
    assert_eq!(unknown, Err(Error::UnknownType { kind, place: 2, tx_type: 0x7e }));
    let odd = read(&|list| list[2]["type"] = json!(2));
    let problem = "its type is 2".into();
    assert_eq!(odd, Err(Error::Malformed { kind, place: 2, problem }));
    let hash = read(&|list| list[3] = list[3]["hash"].clone());
    let problem = "only its hash is there; ask for the block in full".into();
    assert_eq!(hash, Err(Error::Malformed { kind, place: 3, problem }));
    assert!(matches!(
        read(&|list| _ = list[1].as_object_mut().unwrap().remove("r")),
        Err(Error::Malformed { kind: Kind::Transaction, place: 1, .. })
    ));
    // A changed field and a field that is not known here show in the hash alike.
    let changed = read(&|list| list[4]["value"] = json!("0x1"));
    let expected = root(&node["block"]["transactions"][4], "hash");
    let Err(Error::TransactionHash { place: 4, expected: stated, got }) = changed else {
        panic!("{changed:?}")
    };
    assert!(stated == expected && got != expected);
}

/// Four slots of a contract, one of them zero, in one answer.
#[test]
fn accounts_and_slots_are_proven_in_every_form() {
    let node = node();
    let state_root = root(&node["block"], "stateRoot");
    let mut lists = Vec::new();
    for text in both(&node["contract"]) {
        let read = accounts::from_json(&text).unwrap();
        let (proofs, account) = read.normalize(&state_root).unwrap();
        assert_eq!(proofs, read, "a node in geth's form");
        lists.push((proofs, account.unwrap()));
    }
    let (proofs, account) = lists.pop().unwrap();
    assert_eq!(state::account(&state_root, &proofs.address, &proofs.nodes), Ok(account));
    let [first, .., absent] = &proofs.slots[..] else { panic!("four slots") };
    assert_eq!(account.storage(&first.slot, &first.nodes), Ok(U256::from(42)));
    assert!(account.storage_absent(&absent.slot, &absent.nodes).is_ok());

    let batch = proofs.slot_batch().unwrap();
    let keys: Vec<B256> = batch.keys.iter().map(|slot| Sha3.keccak256(&slot[..])).collect();
    assert!(keys.is_sorted() && keys.len() == 4);
    let joined = Batch::new(&account.storage_root, &batch.nodes);
    let outcomes: Vec<mpt_proof::Outcome<'_>> = joined.walk(&keys).unwrap();
    for (slot, outcome) in batch.keys.iter().zip(outcomes) {
        let entry = proofs.slots.iter().find(|entry| entry.slot == *slot).unwrap();
        let key = Sha3.keccak256(&slot[..]);
        let root = &account.storage_root;
        assert_eq!(proof::walk(root, &key[..], &entry.nodes), Ok(outcome));
        let string = packed(&entry.nodes);
        assert_eq!(mpt_proof::packed::walk(root, &key[..], &string), Ok(outcome));
        let short = compact(&key[..], &entry.nodes).unwrap();
        assert_eq!(mpt_proof::compact::walk(root, &key[..], &short), Ok(outcome));
        assert!(short.len() < string.len() || entry.nodes.len() == 1);
    }
}

/// The node gives `0x80` for the storage of an account that has none.
#[test]
fn empty_storage_is_normalized_and_that_of_no_account_refused() {
    let node = node();
    let state_root = root(&node["block"], "stateRoot");
    let read = accounts::from_json(&node["sender"].to_string()).unwrap();
    assert_eq!(read.slots[0].nodes, [Bytes::from_static(&[0x80])]);
    let (proofs, account) = read.normalize(&state_root).unwrap();
    assert_eq!(account.unwrap().storage_root, EMPTY_ROOT);
    assert!(proofs.slots[0].nodes.is_empty());

    let mut read = accounts::from_json(&node["absent"].to_string()).unwrap();
    assert_eq!(read.normalize(&state_root), Err(Error::AccountAbsent));
    read.slots.clear();
    let (proofs, account) = read.normalize(&state_root).unwrap();
    assert_eq!(account, None);
    assert!(state::account_absent(&state_root, &proofs.address, &proofs.nodes).is_ok());
    let other = B256::repeat_byte(1);
    let missing = Error::Proof(proof::Error::TruncatedProof { index: 0 });
    assert_eq!(read.normalize(&other), Err(missing));
}

#[test]
fn withdrawals_are_proven() {
    let list = json!([
        {"index": "0x1178a5b", "validatorIndex": "0x52d3e",
         "address": "0xb9d7934878b5fb9610b3fe8a5e441e8fad7e293f", "amount": "0x11f6a31"},
        {"index": "0x1178a5c", "validatorIndex": "0x52d3f",
         "address": "0xb9d7934878b5fb9610b3fe8a5e441e8fad7e293f", "amount": "0x0"},
    ]);
    let expected = ordered_root([
        alloy_primitives::hex!(
            "e38401178a5b83052d3e94b9d7934878b5fb9610b3fe8a5e441e8fad7e293f84011f6a31"
        )
        .as_slice(),
        &alloy_primitives::hex!("df8401178a5c83052d3f94b9d7934878b5fb9610b3fe8a5e441e8fad7e293f80"),
    ]);
    let expected = expected.unwrap();
    for text in both(&json!({ "withdrawals": list })).into_iter().chain(both(&list)) {
        let read = withdrawals::from_json(&text).unwrap();
        let trie = withdrawals::trie(&read, &expected).unwrap();
        assert_eq!(withdrawal::prove(&expected, 1, &trie.proof(1)), Ok(read[1]));
        let Withdrawal { index, amount, .. } = read[0];
        assert_eq!((index, amount), (0x0117_8a5b, 0x011f_6a31));
        let got = ordered_root(read[1..].iter().map(withdrawals::encode)).unwrap();
        let refused = withdrawals::trie(&read[1..], &expected).unwrap_err();
        assert_eq!(refused, Error::Root { kind: Kind::Withdrawal, expected, got });
    }
    let malformed = withdrawals::from_json(r#"[{"index": "0x1"}]"#);
    let problem = "missing field `validatorIndex`".into();
    let kind = Kind::Withdrawal;
    assert_eq!(malformed, Err(Error::Malformed { kind, place: 0, problem }));
    // The block of the local node has none, and its header says so.
    let none = withdrawals::from_json(&node()["block"].to_string()).unwrap();
    assert_eq!(withdrawals::trie(&none, &EMPTY_ROOT).unwrap().root(), EMPTY_ROOT);
}

#[test]
fn what_is_no_answer_is_an_error() {
    let answer = |problem: &str| Error::Answer { problem: problem.into() };
    let read = |text: &str| receipts::from_json(text).unwrap_err();
    assert_eq!(read("[1"), Error::Json { line: 1, column: 2 });
    assert_eq!(
        read(r#"{"error":{"code":-1}}"#),
        answer(r#"the node answered an error: {"code":-1}"#)
    );
    assert_eq!(read(r#"{"result":null}"#), answer("the node answered null"));
    assert_eq!(read("7"), answer("no list of receipts"));
    assert_eq!(transactions::from_json("{}"), Err(answer("no list of transactions")));
    let shanghai = withdrawals::from_json(r#"{"transactions":[]}"#);
    assert_eq!(shanghai, Err(answer("no list of withdrawals")));
    let problem = "no answer to eth_getProof: missing field `address`";
    assert_eq!(accounts::from_json("{}"), Err(answer(problem)));
}

#[test]
fn receipts_that_are_not_a_block_are_errors() {
    let node = node();
    let kind = Kind::Receipt;
    let mut list = node["receipts"].clone();
    list[1]["type"] = json!("0x7e");
    let refused = receipts::from_json(&list.to_string());
    assert_eq!(refused, Err(Error::UnknownType { kind, place: 1, tx_type: 0x7e }));
    list[1]["type"] = json!("0x2");
    list[1].as_object_mut().unwrap().remove("logsBloom");
    let refused = receipts::from_json(&list.to_string());
    assert!(matches!(refused, Err(Error::Malformed { kind: Kind::Receipt, place: 1, .. })));

    let mut block = receipts::from_json(&node["receipts"].to_string()).unwrap();
    let expected = root(&node["block"], "receiptsRoot");
    let got = OrderedTrie::new([receipts::encode(&block[0])]).unwrap().root();
    let one = receipts::trie(&block[..1], &expected).unwrap_err();
    assert_eq!(one, Error::Root { kind, expected, got });
    let missing = Error::Place { kind, place: 0, got: Some(1) };
    assert_eq!(receipts::trie(&block[1..], &expected).unwrap_err(), missing);
    block.swap(0, 1);
    assert_eq!(receipts::trie(&block, &expected).unwrap_err(), missing);
}

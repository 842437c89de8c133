//! The cases of `vectors/mpt` that are data: receipts, keys, tries and state, each with the one
//! outcome that `spec/proof.md` gives it. The tables below are their source, with expectations by
//! hand; both languages read the files. `HELIOGRAPH_BLESS=1 cargo test -p mpt-proof cases` writes
//! them again.

mod keys;
mod receipts;
mod state;
mod tries;

use super::{
    receipts::{EMITTER, TOPIC},
    spelling::solidity,
};
use alloy_primitives::{Address, B256, Bytes, U256, hex, keccak256};
use mpt_proof::{
    Error, Outcome, builder, packed, proof,
    receipt::{Receipt, TypePolicy, index_key, prove},
    state::{Account, account, slot_value},
};
use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, fs, path::PathBuf};

/// One line of a file: fields are added as they are known.
pub(crate) struct Case(Map<String, Value>);

impl Case {
    pub(crate) fn new(id: impl Into<String>, note: &str) -> Self {
        Self(Map::new()).with("id", id.into()).with("note", note)
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn proof(self, root: B256, nodes: &[impl AsRef<[u8]>]) -> Self {
        let nodes: Vec<String> = nodes.iter().map(|node| hexed(node.as_ref())).collect();
        self.with("root", root.to_string()).with("proof", nodes)
    }

    pub(crate) fn accepts(self, outcome: Value) -> Self {
        self.with("expect", outcome)
    }

    pub(crate) fn has(self, value: &[u8]) -> Self {
        self.accepts(json!({ "value": hexed(value) }))
    }

    pub(crate) fn absent(self) -> Self {
        self.accepts(json!("absent"))
    }

    pub(crate) fn rejects(self, error: impl Into<String>) -> Self {
        let error: String = error.into();
        self.accepts(json!({ "error": error }))
    }
}

pub(crate) fn hexed(bytes: &[u8]) -> String {
    hex::encode_prefixed(bytes)
}

/// The root of a trie that no honest client would build: the hash of the first node.
pub(crate) fn root_of(nodes: &[Vec<u8>]) -> B256 {
    super::encoding::root_of(&nodes[0])
}

fn path(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../vectors/mpt").join(file)
}

/// Writes the file when asked to, and compares it with its table.
fn check(file: &str, cases: Vec<Case>) {
    let ids: BTreeSet<_> = cases.iter().map(|case| case.0["id"].to_string()).collect();
    assert_eq!(ids.len(), cases.len(), "{file}: an id occurs twice");
    let lines: Vec<String> =
        cases.into_iter().map(|case| Value::Object(case.0).to_string()).collect();
    let text = format!("[\n{}\n]\n", lines.join(",\n"));
    if std::env::var_os("HELIOGRAPH_BLESS").is_some() {
        fs::write(path(file), &text).unwrap();
    }
    let [held, due]: [Value; 2] = [&fs::read_to_string(path(file)).unwrap(), &text]
        .map(|text| serde_json::from_str(text).unwrap());
    assert!(held == due, "{file} is not what its table says");
}

/// Those cases of a file whose ids start with `group`, at least one.
fn read(file: &str, group: &str) -> Vec<Value> {
    let text = fs::read_to_string(path(file)).unwrap();
    let mut cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    cases.retain(|case| case["id"].as_str().unwrap().split('-').next() == Some(group));
    assert!(!cases.is_empty(), "{file} has no {group}");
    cases
}

fn bytes(value: &Value) -> Bytes {
    value.as_str().unwrap().parse().unwrap()
}

fn word(value: &Value) -> B256 {
    value.as_str().unwrap().parse().unwrap()
}

fn number(value: &Value) -> u64 {
    value.as_str().unwrap().parse::<U256>().unwrap().try_into().unwrap()
}

fn nodes(case: &Value) -> Vec<Bytes> {
    case["proof"].as_array().unwrap().iter().map(bytes).collect()
}

fn address(value: &Value) -> Address {
    value.as_str().unwrap().parse().unwrap()
}

fn refused(error: impl Into<Error>) -> Value {
    json!({ "error": solidity(error.into()) })
}

/// What a log has: its topics, each a word, and its data, of which the hash will do when it is long.
pub(crate) fn log_json(topics: &[B256], data: &[u8]) -> Value {
    let topics: Vec<String> = topics.iter().map(B256::to_string).collect();
    if data.len() > 1024 {
        return json!({ "topics": topics, "dataHash": keccak256(data).to_string() });
    }
    json!({ "topics": topics, "data": hexed(data) })
}

/// A log of a receipt, given alone or with its proof.
fn receipt_outcome(case: &Value) -> Value {
    let policy = if case["policy"] == "any" { TypePolicy::Any } else { TypePolicy::Known };
    let (emitter, topic) = (address(&case["emitter"]), word(&case["topic0"]));
    let (value, nodes);
    let receipt = if case["value"].is_string() {
        value = bytes(&case["value"]);
        Receipt::decode(&value, policy).map_err(Error::from)
    } else {
        nodes = self::nodes(case);
        prove(&word(&case["root"]), number(&case["transactionIndex"]), &nodes, policy)
    };
    let log = receipt
        .and_then(|receipt| Ok(receipt.select(number(&case["logIndex"]), &emitter, &topic)?));
    match log {
        Ok(log) => log_json(log.topics(), log.data),
        Err(error) => refused(error),
    }
}

/// What a trie has under a key: the value, nothing, or no answer.
fn trie_outcome(case: &Value) -> Value {
    let (root, key, nodes) = (word(&case["root"]), bytes(&case["key"]), nodes(case));
    if case["transactionIndex"].is_string() {
        assert_eq!(index_key(number(&case["transactionIndex"])).as_ref(), &key[..]);
    }
    let walked = proof::walk(&root, &key, &nodes);
    let (included, excluded) =
        (proof::inclusion(&root, &key, &nodes), proof::exclusion(&root, &key, &nodes));
    if walked.is_ok() {
        assert_eq!(packed::walk(&root, &key, &builder::packed(&nodes)), walked);
    }
    match walked {
        Ok(Outcome::Value(value)) => {
            assert_eq!((included, excluded), (Ok(value), Err(proof::Error::KeyPresent)));
            json!({ "value": hexed(value) })
        }
        Ok(Outcome::Absent(absence)) => {
            assert_eq!((included, excluded), (Err(proof::Error::KeyAbsent), Ok(absence)));
            json!("absent")
        }
        Err(error) => {
            assert_eq!((included, excluded), (Err(error), Err(error)));
            refused(error)
        }
    }
}

/// An account or the value of a slot.
fn state_outcome(case: &Value) -> Value {
    let (root, nodes) = (word(&case["root"]), nodes(case));
    if case["slot"].is_string() {
        let none =
            Account { nonce: 0, balance: U256::ZERO, storage_root: root, code_hash: B256::ZERO };
        return match none.storage(&word(&case["slot"]), &nodes) {
            Ok(value) => {
                assert_eq!(slot_value(&alloy_rlp::encode(value)), Ok(value));
                json!({ "value": B256::from(value).to_string() })
            }
            Err(error) => refused(error),
        };
    }
    match account(&root, &address(&case["address"]), &nodes) {
        Ok(account) => json!({
            "nonce": format!("{:#x}", account.nonce),
            "balance": format!("{:#x}", account.balance),
            "storageRoot": account.storage_root.to_string(),
            "codeHash": account.code_hash.to_string(),
        }),
        Err(error) => refused(error),
    }
}

fn hold(file: &str, group: &str, outcome: fn(&Value) -> Value) {
    for case in read(file, group) {
        assert_eq!(outcome(&case), case["expect"], "{}: {}", case["id"], case["note"]);
    }
}

/// One test for each group of cases, and one that there is no other group in the file.
macro_rules! groups {
    ($file:literal, $outcome:ident, $table:path, $complete:ident; $($group:literal $name:ident)*) => {
        $(
            #[test]
            fn $name() {
                hold($file, $group, $outcome);
            }
        )*

        #[test]
        fn $complete() {
            check($file, $table());
            let text = fs::read_to_string(path($file)).unwrap();
            let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
            let in_groups: usize = [$($group),*].iter().map(|group| read($file, group).len()).sum();
            assert_eq!(in_groups, cases.len());
        }
    };
}

groups! { "receipts.json", receipt_outcome, receipts::table, receipts_json_is_its_table;
    "R01" r01_rct_2_accepts_legacy_and_typed_receipts
    "R02" r02_rct_2_rejects_the_type_zero
    "R03" r03_rct_2_accepts_and_rejects_around_the_last_type
    "R04" r04_rct_2_accepts_and_rejects_unknown_types_by_policy
    "R05" r05_rct_2_rejects_the_network_form
    "R06" r06_rct_3_rejects_bytes_behind_the_receipt
    "R07" r07_rct_3_rejects_another_count_of_fields
    "R08" r08_rct_4_rejects_a_state_root
    "R09" r09_rct_4_rejects_every_other_status
    "R10" r10_rct_5_rejects_a_failed_receipt
    "R11" r11_rct_4_rejects_a_bloom_of_another_length
    "R12" r12_rct_4_accepts_a_bloom_that_does_not_match
    "R13" r13_rct_7_accepts_and_rejects_counts_of_topics
    "R14" r14_rct_7_rejects_topics_that_are_not_words
    "R15" r15_rct_7_rejects_an_address_of_another_length
    "R16" r16_rct_6_rejects_an_index_out_of_range
    "R17" r17_rct_6_accepts_and_rejects_indices_within_the_receipt
    "R18" r18_rct_4_accepts_and_rejects_cumulative_gas
    "R19" r19_rct_7_accepts_and_rejects_data_by_its_length
    "R20" r20_rct_9_accepts_any_layout_and_returns_it
    "R21" r21_rct_3_accepts_and_rejects_deposit_receipts
    "R22" r22_rct_8_accepts_logs_of_the_system_address
    "R23" r23_rct_1_rejects_a_receipt_of_another_index
    "R24" r24_rct_4_7_rejects_lists_for_strings_and_strings_for_lists
    "R25" r25_rct_6_accepts_and_rejects_among_many_logs
    "R26" r26_rct_3_rejects_lengths_that_are_not_canonical
    "R27" r27_rct_2_3_4_5_6_7_8_9_rejects_in_order
}

groups! { "keys.json", trie_outcome, keys::table, keys_json_is_its_table;
    "K01" k01_rct_1_accepts_index_0_at_0x80
    "K02" k02_rct_1_accepts_the_border_at_0x80
    "K03" k03_rct_1_accepts_the_borders_of_a_byte
    "K04" k04_rct_1_rejects_keys_that_are_not_canonical
    "K05" k05_mpt_13_accepts_words_that_part_at_any_depth
    "K06" k06_mpt_2_rejects_long_keys
    "K07" k07_mpt_14_accepts_absence_behind_the_last_receipt
    "K08" k08_rct_1_accepts_blocks_of_every_size
}

groups! { "tries.json", trie_outcome, tries::table, tries_json_is_its_table;
    "T01" t01_m7_mpt_12_rejects_a_leaf_behind_a_value
    "T02" t02_m11_accepts_a_branch_with_and_without_a_value
    "T03" t03_accepts_one_leaf_for_a_whole_word
    "T04" t04_accepts_extensions_of_odd_and_even_length
    "T05" t05_m7_accepts_values_that_look_like_references
    "T06" t06_accepts_keys_of_every_length
    "T07" t07_mpt_4_9_accepts_and_rejects_around_32_bytes
    "T08" t08_accepts_and_rejects_lengths_of_a_node
    "T09" t09_accepts_and_rejects_values_of_one_byte
    "T10" t10_m6_mpt_3_12_rejects_every_other_list
    "T11" t11_p01_p02_has_three_outcomes_and_no_default
}

groups! { "state.json", state_outcome, state::table, state_json_is_its_table;
    "S01" s01_acc_1_accepts_the_limits_of_an_account
    "S02" s02_acc_1_rejects_malformed_accounts
    "S03" s03_acc_2_accepts_the_limits_of_a_slot
    "S04" s04_acc_2_rejects_malformed_slots
    "S05" s05_m13_rejects_the_proof_of_another_address_or_slot
}

//! What the tests of the program share: running it, files, and made-up blocks.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub(crate) mod devnet;
pub(crate) mod light;
pub(crate) mod map;
#[path = "../../../prover/tests/support/node.rs"]
pub(crate) mod node;
pub(crate) mod relay;
pub(crate) mod relayer;
#[path = "../../../prover/tests/support/server.rs"]
pub(crate) mod server;
pub(crate) mod side;

use alloy_primitives::{Address, B256, Bytes, U256, hex, keccak256};
use mpt_proof::builder::receipts;
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;
use testkit::beacon::ExecutionBlock;

/// A contract that logs.
pub(crate) const EMITTER: Address = Address::repeat_byte(0xaa);

/// A folder of its own that goes when it is dropped.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("heliograph-cli-").tempdir();
        Self(folder.expect("a folder for the test"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).expect("a file for the test");
        path
    }

    pub(crate) fn write_json(&self, name: &str, value: &Value) -> PathBuf {
        self.write(name, value.to_string())
    }
}

/// How the program ended.
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        let json = serde_json::from_str(&self.out);
        assert!(json.is_ok(), "not JSON: {}{}", self.out, self.err);
        json.unwrap_or_default()
    }

    /// That a clause was named, in text and in JSON alike.
    #[track_caller]
    pub(crate) fn expect_clause(&self, clause: &str) {
        assert_eq!(self.status, 1, "{}{}", self.out, self.err);
        assert!(self.err.contains(&format!("clause {clause}\n")), "{clause}: {}", self.err);
    }

    #[track_caller]
    pub(crate) fn expect(&self, status: i32, error: &str) {
        assert_eq!(self.status, status, "{}{}", self.out, self.err);
        assert!(self.err.contains(error), "{error:?} is not in {}", self.err);
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code().expect("an exit status"),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

/// Runs the program.
pub(crate) fn heliograph<A: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = A>) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heliograph"));
    command.args(args).env_remove("HELIOGRAPH_RPC").env_remove("HELIOGRAPH_BEACON");
    command.output().expect("the program starts").into()
}

/// `heliograph verify`.
pub(crate) fn verify(file: &Path, args: &[&str]) -> Ended {
    let file = file.to_str().expect("UTF-8");
    heliograph(["verify", file].iter().chain(args))
}

/// A proof file.
pub(crate) fn proof_file(kind: &str, proof: &Value) -> Value {
    json!({ "heliograph": 1, "kind": kind, "proof": proof })
}

/// A block with receipts.
pub(crate) struct Block {
    pub(crate) execution: ExecutionBlock,
    pub(crate) receipts: Value,
}

impl Block {
    /// A block with these logs, one to a transaction; the last transaction has failed.
    pub(crate) fn new(logs: &[(Address, Vec<B256>, Bytes)]) -> Self {
        let mut list: Vec<Value> = (0..).zip(logs).map(|(i, log)| receipt(i, Some(log))).collect();
        list.push(receipt(list.len(), None));
        let list = Value::Array(list);
        let read = receipts::from_json(&list.to_string()).expect("receipts");
        let values = read.iter().map(receipts::encode);
        let trie = mpt_proof::builder::OrderedTrie::new(values).expect("a trie");
        let execution = ExecutionBlock::synthetic(keccak256("parent"), 1000, 1_700_000_000)
            .with_receipts_root(trie.root());
        Self { execution, receipts: list }
    }

    /// Twenty transactions with a log each, and a failed one.
    pub(crate) fn plain() -> Self {
        let log =
            |i: u8| (EMITTER, vec![keccak256([i]), B256::with_last_byte(i)], vec![i; 40].into());
        Self::new(&(0..20).map(log).collect::<Vec<_>>())
    }

    /// The files that `prove receipt` reads offline.
    pub(crate) fn files(&self, folder: &Folder) -> (PathBuf, PathBuf) {
        let header = hex::encode_prefixed(self.execution.header_rlp());
        (folder.write_json("receipts.json", &self.receipts), folder.write("header.hex", header))
    }

    /// `prove receipt` without a node.
    pub(crate) fn prove(&self, folder: &Folder, index: &str, args: &[&str]) -> (PathBuf, Ended) {
        let (receipts, header) = self.files(folder);
        let proof = folder.path("proof.json");
        let text = |path: &PathBuf| path.to_str().expect("UTF-8").to_owned();
        let mut all: Vec<String> = ["prove", "receipt", "--index", index].map(Into::into).into();
        all.extend(["--receipts".into(), text(&receipts), "--header".into(), text(&header)]);
        all.extend(["-o".into(), text(&proof)]);
        all.extend(args.iter().map(|arg| (*arg).to_owned()));
        (proof, heliograph(all))
    }
}

fn receipt(index: usize, log: Option<&(Address, Vec<B256>, Bytes)>) -> Value {
    let number = |value: u64| format!("0x{value:x}");
    let place = number(index as u64);
    let block = B256::repeat_byte(0xbb);
    let transaction = keccak256(index.to_be_bytes());
    let logs = log.map(|(address, topics, data)| {
        json!({
            "address": address, "topics": topics, "data": data, "blockNumber": "0x3e8",
            "transactionHash": transaction, "transactionIndex": place, "blockHash": block,
            "logIndex": place, "removed": false,
        })
    });
    json!({
        "type": "0x2", "status": if log.is_some() { "0x1" } else { "0x0" },
        "cumulativeGasUsed": number(21_000 * (index as u64 + 1)), "logs": Vec::from_iter(logs),
        "logsBloom": Bytes::from(vec![0; 256]), "transactionHash": transaction,
        "transactionIndex": place, "blockHash": block, "blockNumber": "0x3e8", "gasUsed": "0x5208",
        "effectiveGasPrice": "0x7", "from": EMITTER, "to": EMITTER, "contractAddress": null,
    })
}

/// Reads a file as JSON.
pub(crate) fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("a file")).expect("JSON")
}

/// Flips a bit of a byte of a hexadecimal string, counted from the end.
pub(crate) fn flip(value: &mut Value, from_end: usize) {
    let mut bytes = hex::decode(value.as_str().expect("a string")).expect("hexadecimal");
    let place = bytes.len() - 1 - from_end;
    bytes[place] ^= 1;
    *value = hex::encode_prefixed(bytes).into();
}

/// Flips a bit of the byte at a place of a hexadecimal string.
pub(crate) fn flip_at(value: &mut Value, place: usize) {
    let length = hex::decode(value.as_str().expect("a string")).expect("hexadecimal").len();
    flip(value, length - 1 - place);
}

/// Takes the last byte off a hexadecimal string.
pub(crate) fn shorten(value: &mut Value) {
    let mut bytes = hex::decode(value.as_str().expect("a string")).expect("hexadecimal");
    bytes.pop();
    *value = hex::encode_prefixed(bytes).into();
}

/// A number as a word.
pub(crate) fn word(number: u64) -> B256 {
    U256::from(number).into()
}

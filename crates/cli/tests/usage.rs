//! Exit statuses, help, and what `inspect` recognises.

mod support;

use alloy_primitives::hex;
use support::{Block, Folder, heliograph};

#[test]
fn usage_errors_end_with_two() {
    heliograph::<&str>([]).expect(2, "Usage: heliograph");
    heliograph(["prove"]).expect(2, "Usage: heliograph");
    heliograph(["prove", "receipt"]).expect(2, "--tx <HASH>");
    heliograph(["prove", "receipt", "--tx", "0x12"]).expect(2, "'0x12' for '--tx <HASH>'");
    let hash = format!("0x{}", "12".repeat(32));
    heliograph(["prove", "receipt", "--tx", &hash]).expect(2, "--rpc is needed");
    let ftp = ["prove", "receipt", "--tx", &hash, "--rpc", "ftp://node"];
    heliograph(ftp).expect(2, "must start with http");
    heliograph(["verify", "x", "--block-hash", "0x12"]).expect(2, "invalid string length");
    heliograph(["inspect", "0xzz"]).expect(2, "FILE|HEX");
    heliograph(["prove", "receipt", "--receipts", "r.json"]).expect(2, "--header <FILE>");
}

#[test]
fn missing_files_and_nodes_end_with_three() {
    heliograph(["verify", "/no/such/file"]).expect(3, "cannot read /no/such/file");
    heliograph(["inspect", "/no/such/file"]).expect(3, "cannot read /no/such/file");
    let hash = format!("0x{}", "12".repeat(32));
    // Nothing listens on port 1; the key in the path must not be shown.
    let args = ["prove", "receipt", "--tx", &hash, "--rpc", "http://127.0.0.1:1/secret", "--json"];
    let ended = heliograph(args);
    ended.expect(3, "eth_chainId");
    assert!(!ended.err.contains("secret") && !ended.out.contains("secret"), "{}", ended.err);
    assert_eq!(ended.json()["error"]["kind"], "rpc");
}

#[test]
fn every_command_explains_itself_with_an_example() {
    let commands: [&[&str]; 18] = [
        &["--help"],
        &["prove", "receipt", "--help"],
        &["prove", "transaction", "--help"],
        &["prove", "withdrawal", "--help"],
        &["prove", "account", "--help"],
        &["verify", "--help"],
        &["inspect", "--help"],
        &["prove", "ancestry", "--help"],
        &["prove", "beacon-update", "--help"],
        &["follow", "--help"],
        &["follow-map", "--help"],
        &["prove", "map-update", "--help"],
        &["evidence", "--help"],
        &["network", "--help"],
        &["demo", "--help"],
        &["init", "--help"],
        &["keys", "--help"],
        &["config", "--help"],
    ];
    for command in commands {
        let ended = heliograph(command);
        assert_eq!(ended.status, 0);
        assert!(ended.out.contains("Example"), "{command:?}: {}", ended.out);
    }
    let names = [
        "prove",
        "verify",
        "inspect",
        "follow",
        "follow-map",
        "evidence",
        "network",
        "demo",
        "init",
        "keys",
        "config",
    ];
    let help = heliograph(["--help"]).out;
    assert!(names.iter().all(|name| help.contains(&format!("\n  {name} "))), "{help}");
}

#[test]
fn inspect_recognises_what_it_is_given() {
    let folder = Folder::new();
    let block = Block::plain();
    let (proof, _) = block.prove(&folder, "7", &["--log", "0"]);
    let file = support::read(&proof);
    let node = file["proof"]["receipt_proof"][0].as_str().expect("a node").to_owned();
    let cases = [
        (proof.to_str().expect("UTF-8").to_owned(), "proof file"),
        (hex::encode_prefixed(block.execution.header_rlp()), "block header"),
        (node, "trie branch"),
        ("0x00010000010114d8da6bf26964af9d7eed9e03e53415d37aa96045".into(), "ERC-7930 address"),
        ("0xc3010203".into(), "RLP list"),
    ];
    for (what, kind) in cases {
        let ended = heliograph(["inspect", "--json", &what]);
        assert_eq!(ended.json()["kind"], kind, "{what}");
    }
    heliograph(["inspect", "0x1234"]).expect(3, "no header, receipt");
}

#[test]
fn inspect_names_revert_data() {
    let error = mpt_proof::proof::Error::TruncatedProof { index: 2 };
    let data = bindings::Revert::from(error).data.to_string();
    let ended = heliograph(["inspect", "--json", &data]);
    let fields = &ended.json()["fields"];
    assert_eq!(fields["solidity"], "MptTruncatedProof(index: 2)");
    assert_eq!(fields["rust"], "mpt_proof::proof::Error::TruncatedProof { index: 2 }");
    assert_eq!(fields["clause"], "MPT-3");
    assert_eq!(fields["fault"], "prover: other bytes may be accepted");
}

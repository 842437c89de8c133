//! Light-client updates and deliveries as files: 512 real keys, no node.

mod support;

use serde_json::{Value, json};
use support::{Ended, Folder, flip, relay::Relay, verify};

fn check(relay: &Relay, file: &Value, args: &[&str]) -> Ended {
    let folder = Folder::new();
    let now = relay.now();
    let args: Vec<&str> = ["--now", &now].iter().chain(args).copied().collect();
    verify(&folder.write_json("file.json", file), &args)
}

#[test]
fn verifies_an_update_and_says_what_it_assumes() {
    let relay = Relay::new();
    let ended = check(&relay, &relay.update_file(&[3, 500]), &["--json"]);
    let json = ended.json();
    assert_eq!(json["proves"]["finalized_slot"], "64");
    let assumes = json["assumes"][0].as_str().expect("an assumption");
    assert!(assumes.contains("at least ⅔ (342 of 512)"), "{assumes}");
}

#[test]
fn names_the_clause_that_an_update_fails() {
    let relay = Relay::new();
    let too_few: Vec<usize> = (0..171).collect();
    check(&relay, &relay.update_file(&too_few), &[]).expect_clause("BCN-7");
    assert_eq!(check(&relay, &relay.update_file(&too_few[1..]), &[]).status, 0);

    let changed = |change: fn(&mut Value)| {
        let mut file = relay.update_file(&[3]);
        change(&mut file["proof"]);
        check(&relay, &file, &[])
    };
    changed(|proof| flip(&mut proof["update"]["execution_block_hash"], 0)).expect_clause("BCN-9");
    changed(|proof| flip(&mut proof["update"]["signature"], 0)).expect_clause("BLS-2");
    changed(|proof| flip(&mut proof["trusted"]["current_committee_root"], 0))
        .expect_clause("BCN-13");
    changed(|proof| proof["network"]["forks"] = json!([])).expect_clause("BCN-18");
    changed(|proof| proof["update"]["comment"] = json!("trust me"))
        .expect(3, "update.comment is not part of it");
}

#[test]
fn an_update_depends_on_the_time() {
    let relay = Relay::new();
    let folder = Folder::new();
    let path = folder.write_json("file.json", &relay.update_file(&[]));
    verify(&path, &["--now", "1700000000"]).expect_clause("BCN-1");
    verify(&path, &["--now", "1900000000"]).expect_clause("CLI-2");
    let hash = format!("0x{}", "11".repeat(32));
    verify(&path, &["--block-hash", &hash]).expect(2, "not from a block hash");
}

#[test]
fn verifies_a_delivery_and_refuses_a_changed_one() {
    let relay = Relay::new();
    let file = relay.delivery_file();
    let ended = check(&relay, &file, &["--json"]);
    let proves = &ended.json()["proves"];
    assert_eq!(proves["payload"], "0x6c69676874", "{}", ended.err);
    assert_eq!(proves["nonce"], "4");

    let changed = |change: fn(&mut Value)| {
        let mut file = file.clone();
        change(&mut file["proof"]);
        check(&relay, &file, &[])
    };
    changed(|proof| proof["nonce"] = json!(5)).expect_clause("MSG-6");
    changed(|proof| flip(&mut proof["lane"]["source_gateway"], 0)).expect_clause("RCT-8");
    changed(|proof| proof["lane"]["destination_chain_id"] = json!(8)).expect_clause("MSG-5");
    changed(|proof| proof["transaction_index"] = json!(2)).expect_clause("MPT-5");
    let hash = format!("0x{}", "11".repeat(32));
    check(&relay, &file, &["--block-hash", &hash]).expect(2, "not from a block hash");
}

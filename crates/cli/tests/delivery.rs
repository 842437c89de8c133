//! Light-client updates and deliveries as files: 512 real keys, no node.

mod support;

use alloy_primitives::{Address, U256};
use light_client::attestation::{Domain, Statement};
use serde_json::{Value, json};
use support::{
    Ended, Folder, flip, flip_at, heliograph,
    relay::{self, Relay},
    shorten, verify,
};
use testkit::attestor::{self, Attestor};

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
    assert_eq!(json["proves"]["signers"], "510 of 512");
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
    // The last byte of the execution block hash, and of the signature.
    changed(|proof| flip_at(&mut proof["update"], 167)).expect_clause("BLS-3");
    changed(|proof| flip_at(&mut proof["update"], 460)).expect_clause("BLS-2");
    changed(|proof| shorten(&mut proof["update"])).expect_clause("UPD-1");
    changed(|proof| proof["update"] = json!("0x")).expect_clause("UPD-1");
    changed(|proof| flip(&mut proof["trusted"]["current_committee_root"], 0))
        .expect_clause("BCN-12");
    changed(|proof| proof["network"]["forks"] = json!([])).expect_clause("BCN-16");
    changed(|proof| proof["network"]["comment"] = json!("trust me")).expect(3, "unknown field");
    changed(|proof| proof["trusted"]["comment"] = json!("trust me"))
        .expect(3, "trusted.comment is not part of it");
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
    let asked = ["gas limit 100000", "not after 1800000000", "a failure is recorded"];
    assert_eq!(proves["attributes"], json!(asked));

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

#[test]
fn verifies_a_delivery_under_the_policy_of_its_lane() {
    let relay = Relay::new();
    let mut file = relay.delivery_file();
    assert_eq!(check(&relay, &file, &["--assumption", "sync-committee"]).status, 0);
    check(&relay, &file, &["--assumption", "map-validators"])
        .expect(1, "mos::Error::AssumptionMismatch { expected: 2, got: 1 }");
    check(&relay, &relay.update_file(&[]), &["--assumption", "sync-committee"])
        .expect(2, "for proofs about messages");

    let folder = Folder::new();
    let some = Attestor::some(5);
    let contract = Address::repeat_byte(0xa7);
    let addresses: Vec<Address> = some.iter().map(Attestor::address).collect();
    let named = json!({ "contract": contract, "attestors": addresses, "threshold": 3 });
    let named = folder.write_json("attestors.json", &named);
    let args = ["--attestors", named.to_str().expect("UTF-8")];
    check(&relay, &file, &args).expect_clause("ATT-2");
    let domain = Domain::new(U256::from(7), contract);
    let chain = relay::lane().source_chain_id;
    let id = relay::id();
    let digest = domain.attestation_digest(chain, Statement::Sent, &id);
    file["proof"]["attestations"] = json!(attestor::sign(&some[1..4], &digest));
    let ended = check(&relay, &file, &args);
    assert_eq!(ended.status, 0, "{}", ended.err);
    check(&relay, &file, &[]).expect_clause("ATT-2");
    let digest = domain.attestation_digest(chain, Statement::Delivered, &id);
    file["proof"]["attestations"] = json!(attestor::sign(&some[1..4], &digest));
    check(&relay, &file, &args).expect_clause("ATT-4");
}

#[test]
fn verifies_a_delivery_from_a_block_that_the_state_remembers() {
    let relay = Relay::remembered();
    let file = relay.delivery_file();
    let ended = check(&relay, &file, &["--json"]);
    let proves = &ended.json()["proves"];
    assert_eq!(proves["payload"], "0x6c69676874", "{}", ended.err);
    assert_eq!(proves["block"], "1000");

    let changed = |change: fn(&mut Value)| {
        let mut file = file.clone();
        change(&mut file["proof"]["block"]["ancestry"]);
        check(&relay, &file, &[])
    };
    changed(|ancestry| *ancestry = json!("0x")).expect_clause("HDR-1");
    changed(|ancestry| *ancestry = Value::Null).expect_clause("HDR-1");
    changed(|ancestry| *ancestry = json!("0x07")).expect_clause("ANC-2");
    changed(|ancestry| *ancestry = json!("0x02")).expect_clause("ANC-2");
    // The last byte of the number: the contract keeps nothing in that slot. The first: a number of the future.
    changed(|ancestry| flip_at(ancestry, 12))
        .expect(1, "ancestry::Error::HistoryEmpty { number: 1001 }");
    changed(|ancestry| flip_at(ancestry, 5)).expect(1, "ancestry::Error::HistoryRange {");
}

#[test]
fn inspect_shows_the_parts_of_what_is_packed() {
    let folder = Folder::new();
    let relay = Relay::remembered();
    let file = relay.delivery_file();
    let path = folder.write_json("file.json", &file);
    let fields = |what: &str| {
        let ended = heliograph(["inspect", "--json", what]);
        assert_eq!(ended.status, 0, "{}", ended.err);
        ended.json()
    };
    let shown = fields(path.to_str().expect("UTF-8"));
    assert_eq!(shown["fields"]["absent members"], "2: 1 2");
    assert_eq!(shown["fields"]["signed"], "in slot 129 by 510 of 512");
    assert_eq!(shown["fields"]["ancestry proves"], "the hash of block 1000");

    let block = &file["proof"]["block"];
    let update = fields(block["anchor"]["update"]["update"].as_str().expect("bytes"));
    assert_eq!(update["kind"], "light-client update, packed");
    assert_eq!(update["fields"]["signed"], "in slot 129 by all but 2");
    assert_eq!(update["fields"]["finality branch"], "7 nodes");
    // The roots are those that a verifier finds.
    let proof = folder.write_json("update.json", &relay.update_file(&[1, 2]));
    let verified = verify(&proof, &["--json", "--now", &relay.now()]).json();
    let root = verified["proves"]["finalized_root"].as_str().expect("a root");
    assert_eq!(update["fields"]["finalized"], format!("slot 64, {root}"));

    let ancestry = fields(block["ancestry"].as_str().expect("bytes"));
    assert_eq!(ancestry["kind"], "proof of an older block");
    assert_eq!(ancestry["fields"]["means"], "block hashes in the state, EIP-2935 (ANC-4)");
}

//! What a relayer would do, said without doing it.

mod support;

use serde_json::{Value, json};
use std::fs;
use support::devnet::{Devnet, program, wait, workspace};

#[test]
fn a_dry_run_names_the_update_and_what_it_lets_be_delivered_without_a_key() {
    let Some(root) = workspace() else { return };
    let devnet = Devnet::start(&root, &["--committee", "32"]);
    let (status, sent) = devnet.run(&root, &["devnet", "send", "--count", "3"]);
    assert_eq!(status, 0, "{sent}");
    fs::remove_dir_all(devnet.folder.path("keys")).expect("keys");
    let config = devnet.folder.path("relayer.toml");
    let plan = || {
        let mut start = program(&root);
        let start = start.args(["start", "--dry-run", "--json", "--config"]).arg(&config);
        let output = start.output().expect("the program starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let plan: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        // Until the blocks of the messages are final there is nothing to plan.
        let all = plan["transactions"].as_array().expect("a list").clone();
        let carried = |one: &Value| one["messages"].as_array().map_or(0, Vec::len);
        (all.iter().map(carried).sum::<usize>() == 3).then_some((plan, all))
    };
    let (plan, all) = wait("messages become final", plan);
    let on_b: Vec<&Value> = all.iter().filter(|one| one["chain"] == "b").collect();
    let is_update = |one: &&Value| one["purpose"] == "update_client";
    let (updates, deliveries): (Vec<&Value>, Vec<&Value>) =
        on_b.iter().copied().partition(is_update);
    // Each rests on those before it.
    assert!(!updates.is_empty() && !deliveries.is_empty(), "{plan}");
    for (place, update) in updates.iter().enumerate() {
        assert_eq!((&update["after"], &update["verdict"]), (&json!(place), &json!("succeeds")));
    }
    for delivery in deliveries {
        let purpose = delivery["purpose"].as_str().expect("a word");
        assert!(purpose.starts_with("deliver"), "{delivery}");
        assert!(delivery["after"].as_u64() >= Some(1), "{delivery}");
        assert_eq!(delivery["verdict"], "succeeds", "{delivery}");
        let (proof, calldata) = (&delivery["proof_bytes"], &delivery["calldata_bytes"]);
        assert!(proof.as_u64() > Some(500) && proof.as_u64() < calldata.as_u64(), "{delivery}");
        assert!(delivery["gas"].as_u64() > Some(100_000), "{delivery}");
    }
    assert_eq!((&plan["complete"], &plan["blind"]), (&json!(true), &json!({})));
    assert!(!devnet.folder.path("relayer.db").exists(), "nothing is stored");
    // Nothing of it has happened.
    let (_, counted) = devnet.run(&root, &["devnet", "check"]);
    assert_eq!(counted["lanes"][0]["delivered"], 0, "{counted}");
}

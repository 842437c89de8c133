//! The whole demonstration, directly and over a hub: chains, light clients, messages, ways to cheat.

use serde_json::Value;
use std::{
    env,
    io::{self, Write},
    path::PathBuf,
    process::Command,
};
use testkit::vectors;

/// The workspace, if the contract tools are set up and the contracts compiled.
fn ready() -> Result<PathBuf, String> {
    let root = vectors::workspace();
    let tools = env::var_os("HELIOGRAPH_TOOLS").map(PathBuf::from);
    let mut folders = vec![tools.unwrap_or_else(|| root.join("tools/bin"))];
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    for tool in ["anvil", "forge"] {
        if !folders.iter().any(|folder| folder.join(tool).is_file()) {
            return Err(format!("{tool} is missing; run `make setup`"));
        }
    }
    let compiled = root.join("out/MessageService.sol").is_dir();
    if compiled {
        Ok(root)
    } else {
        Err("the contracts are not compiled; run `make contracts`".into())
    }
}

/// The workspace, or nothing when the demonstration has to be skipped; where everything has to be there, it may not be.
fn workspace() -> Option<PathBuf> {
    let root = ready();
    let required = env::var_os("CI").is_some_and(|ci| ci == "true");
    assert!(root.is_ok() || !required, "{root:?}");
    root.inspect_err(|why| {
        // Written past the test harness, which swallows what a passing test prints.
        let _ = writeln!(io::stderr(), "skipped: the demonstration ({why})");
    })
    .ok()
}

/// What a demonstration reports, and its progress.
fn report(root: PathBuf, args: &[&str]) -> (Vec<Value>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heliograph"));
    let output = command.args(["demo", "--json"]).args(args).env("HELIOGRAPH_ROOT", root).output();
    let output = output.expect("the program starts");
    let progress = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{progress}");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    (report["steps"].as_array().expect("steps").clone(), progress)
}

/// The steps with a word in their name.
fn with<'s>(steps: &'s [Value], word: &str) -> Vec<&'s Value> {
    let named = |step: &&Value| step["step"].as_str().is_some_and(|name| name.contains(word));
    steps.iter().filter(named).collect()
}

/// That these are the refusals, each by a clause, and both sides agree.
#[track_caller]
fn expect_refusals(steps: &[Value], clauses: &[&str], progress: &str) {
    let refusals: Vec<&str> =
        with(steps, "cheat").iter().filter_map(|step| step["result"].as_str()).collect();
    assert_eq!(refusals.len(), clauses.len(), "{progress}");
    for (refusal, clause) in refusals.iter().zip(clauses) {
        assert!(refusal.starts_with(&format!("refused by both, {clause}\n")), "{refusal}");
    }
}

#[test]
fn shows_the_lives_of_four_messages_and_eight_refusals() {
    let Some(root) = workspace() else { return };
    let (steps, progress) = report(root, &[]);
    for step in [
        "deliver the long message on B",
        "retry the long message on B",
        "acknowledge the long message on A",
        "prove that the urgent message never came",
    ] {
        assert_eq!(with(&steps, step).len(), 1, "{progress}");
    }
    let deliveries = with(&steps, "deliver it on B");
    let relayed = with(&steps, "relayed from");
    assert_eq!(relayed.len(), 2, "{progress}");
    for lane in relayed {
        let result = lane["result"].as_str().unwrap_or_default();
        assert!(result.starts_with("10 of 10 delivered, each once, in "), "{result}");
    }
    assert_eq!(deliveries.len(), 2, "{progress}");
    assert!(deliveries.iter().all(|step| step["gas"].as_u64().is_some_and(|gas| gas > 21_000)));
    let clauses = ["MPT-5", "MPT-3", "BCN-7", "MSG-7", "MSG-20", "MSG-18", "CHK-1", "MSG-7"];
    expect_refusals(&steps, &clauses, &progress);
}

#[test]
fn shows_a_message_over_a_hub_and_nine_refusals() {
    let Some(root) = workspace() else { return };
    let (steps, progress) = report(root, &["--route", "map"]);
    assert_eq!(with(&steps, "deliver it on B, from the hub").len(), 1, "{progress}");
    assert_eq!(with(&steps, "deliver it on B, from A").len(), 1, "{progress}");
    let updates = with(&steps, "update the hub's light client on B");
    let through =
        |step: &&Value| step["result"].as_str().map(|said| said.contains("2 ends of epochs"));
    assert_eq!(
        updates.iter().map(through).collect::<Vec<_>>(),
        [Some(true), Some(false)],
        "{progress}"
    );
    let clauses =
        ["MSG-11", "MSG-7", "MAP-8", "BNS-3", "BNS-3", "RCT-8", "MSG-12", "RCT-8", "MSG-7"];
    expect_refusals(&steps, &clauses, &progress);
}

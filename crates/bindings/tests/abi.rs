//! The types in this crate are those of the compiled contracts: `out` beside the workspace, or `HELIOGRAPH_OUT`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is a failed test"
)]

use alloy_sol_types::{SolEventInterface, SolInterface};
use bindings::contracts::{
    IAttestors, IBeaconLightClient, ILightClient, ILightClientManager, IMapLightClient,
    IMessageChecker, IMessageHub, IMessageService, IRelayFees,
};
use serde_json::Value;
use std::{collections::BTreeSet, env, fs, path::PathBuf};

/// Signatures in a forge artifact's ABI, functions and events, each with what functions return.
fn compiled(name: &str) -> BTreeSet<String> {
    let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let out = env::var_os("HELIOGRAPH_OUT").map_or_else(|| workspace.join("out"), PathBuf::from);
    let path = out.join(format!("{name}.sol/{name}.json"));
    let text = fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `make contracts`", path.display()));
    let artifact: Value = serde_json::from_slice(&text).unwrap();
    let entries = artifact["abi"].as_array().expect("an ABI").iter();
    let entries = entries.filter(|entry| ["function", "event"].contains(&text_of(entry, "type")));
    entries
        .map(|entry| format!("{}({})", text_of(entry, "name"), types(&entry["inputs"])))
        .collect()
}

fn text_of<'a>(entry: &'a Value, field: &str) -> &'a str {
    entry[field].as_str().unwrap_or_default()
}

/// Canonical types of arguments: structs as tuples.
fn types(arguments: &Value) -> String {
    let one = |argument: &Value| match text_of(argument, "type").strip_prefix("tuple") {
        Some(suffix) => format!("({}){suffix}", types(&argument["components"])),
        None => text_of(argument, "type").to_owned(),
    };
    arguments.as_array().into_iter().flatten().map(one).collect::<Vec<_>>().join(",")
}

fn declared<C: SolInterface>(signatures: &[&str], events: &[&str]) -> BTreeSet<String> {
    assert_eq!(C::COUNT, signatures.len());
    signatures.iter().chain(events).map(|signature| (*signature).to_owned()).collect()
}

#[test]
fn interfaces_of_light_clients_are_those_of_the_contracts() {
    use IBeaconLightClient::{IBeaconLightClientCalls as Beacon, IBeaconLightClientEvents};
    use ILightClient::{ILightClientCalls as Light, ILightClientEvents};
    use ILightClientManager::{ILightClientManagerCalls as Manager, ILightClientManagerEvents};
    use IMapLightClient::{IMapLightClientCalls as Map, IMapLightClientEvents};

    let light = declared::<Light>(Light::SIGNATURES, ILightClientEvents::SIGNATURES);
    assert_eq!(light, compiled("ILightClient"));
    let beacon = declared::<Beacon>(Beacon::SIGNATURES, IBeaconLightClientEvents::SIGNATURES);
    assert_eq!(
        beacon.union(&light).cloned().collect::<BTreeSet<_>>(),
        compiled("IBeaconLightClient")
    );
    let map = declared::<Map>(Map::SIGNATURES, IMapLightClientEvents::SIGNATURES);
    assert_eq!(map.union(&light).cloned().collect::<BTreeSet<_>>(), compiled("IMapLightClient"));
    let manager = declared::<Manager>(Manager::SIGNATURES, ILightClientManagerEvents::SIGNATURES);
    assert_eq!(manager, compiled("ILightClientManager"));
    assert_eq!(ILightClientEvents::COUNT, 1);
}

#[test]
fn interfaces_of_messages_are_those_of_the_contracts() {
    use IAttestors::{IAttestorsCalls as Attestors, IAttestorsEvents};
    use IMessageChecker::{IMessageCheckerCalls as Checker, IMessageCheckerEvents};
    use IMessageHub::{IMessageHubCalls as Hub, IMessageHubEvents};
    use IMessageService::{IMessageServiceCalls as Service, IMessageServiceEvents};
    use IRelayFees::{IRelayFeesCalls as Fees, IRelayFeesEvents};

    let service = declared::<Service>(Service::SIGNATURES, IMessageServiceEvents::SIGNATURES);
    assert_eq!(service, compiled("IMessageService"));
    let hub = declared::<Hub>(Hub::SIGNATURES, IMessageHubEvents::SIGNATURES);
    assert_eq!(hub, compiled("IMessageHub"));
    let checker = declared::<Checker>(Checker::SIGNATURES, IMessageCheckerEvents::SIGNATURES);
    assert_eq!(checker, compiled("IMessageChecker"));
    let fees = declared::<Fees>(Fees::SIGNATURES, IRelayFeesEvents::SIGNATURES);
    assert_eq!(fees, compiled("IRelayFees"));
    let attestors = declared::<Attestors>(Attestors::SIGNATURES, IAttestorsEvents::SIGNATURES);
    assert_eq!(attestors, compiled("IAttestors"));
}

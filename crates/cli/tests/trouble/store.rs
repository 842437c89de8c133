//! A disk that is full, and a database that is gone.

use super::{
    ask, head, outgoing, postgres, send,
    support::{
        devnet::{Devnet, wait, workspace},
        relayer::{Relayer, all_arrive},
    },
};
use alloy_primitives::{Address, B256};
use serde_json::json;
use std::{collections::BTreeSet, time::Instant};

#[test]
fn l5_a_full_disk_stops_a_relayer_from_signing_and_loses_nothing() {
    let Some(root) = workspace() else { return };
    let devnet = Devnet::start(&root, &["--committee", "32"]);
    let roomy = format!("sqlite:{}", devnet.folder.path("relayer.db").display());
    let full = format!("{roomy}?max_mib=1");
    let mut relayer =
        Relayer::start(&root, &devnet, "relayer", &[("HELIOGRAPH_STORE__URL", &full)]);
    // However slow it is, it has signed something before there is no room.
    send(&root, &devnet, "1");
    wait("something is sent", || (!relayer.sent().is_empty()).then_some(()));
    let many = ["devnet", "send", "--count", "100", "--both", "--per-block", "10"];
    let (status, sent) = devnet.run(&root, &many);
    assert_eq!(status, 0, "{sent}");
    wait("the store is full", || relayer.mentions("the store is full: make room").then_some(()));
    // It lives, and says why nothing goes on.
    wait("it is not well", || {
        let (status, said) = relayer.ask("/readyz")?;
        let full = said["unwell"].to_string().contains("the store is full: make room on its disk");
        (status == 503 && full).then_some(())
    });
    assert_eq!(relayer.ask("/healthz").map(|(status, _)| status), Some(200));
    assert!(relayer.is_alive());
    relayer.kill();

    // All that a node ever saw was stored before.
    let rows = outgoing(&roomy);
    let signers: BTreeSet<Address> = rows.iter().filter_map(|row| row.signer).collect();
    let hashes = rows.iter().flat_map(|row| &row.bids).map(|bid| bid.hash).collect();
    assert!(!signers.is_empty());
    for name in ["a", "b"] {
        let mined = mined(&devnet, name, &signers);
        assert!(mined.is_subset(&hashes), "{mined:?} {hashes:?}");
    }

    // There is room again.
    let mut relayer = Relayer::start(&root, &devnet, "relayer", &[]);
    all_arrive(&root, &devnet, 100, &[&relayer]);
    relayer.end();
}

#[test]
fn l5_l8_waits_for_a_database_that_is_gone_says_so_and_goes_on_when_it_is_back() {
    let Some(root) = workspace() else { return };
    let Some(url) = postgres::database() else { return };
    let devnet = Devnet::start(&root, &["--committee", "32"]);
    let mut relayer = Relayer::start(&root, &devnet, "relayer", &[("HELIOGRAPH_STORE__URL", &url)]);
    send(&root, &devnet, "20");
    wait("something is sent", || (!relayer.sent().is_empty()).then_some(()));
    postgres::serve(false);
    send(&root, &devnet, "20");
    let why = wait("it is not ready", || {
        let (status, said) = relayer.ask("/readyz")?;
        (status == 503).then(|| said["unwell"]["store"].as_str().map(str::to_owned)).flatten()
    });
    println!("the store, as /readyz says: {why}");
    assert_eq!(relayer.ask("/healthz").map(|(status, _)| status), Some(200));
    wait("its roles say so", || relayer.mentions("the database failed").then_some(()));
    assert!(relayer.is_alive());
    postgres::serve(true);
    let back = Instant::now();
    wait("it is ready", || (relayer.ask("/readyz")?.0 == 200).then_some(()));
    println!("ready {:?} after the database", back.elapsed());
    all_arrive(&root, &devnet, 40, &[&relayer]);
    relayer.end();
}

/// The transactions of these accounts in the blocks of a chain.
fn mined(devnet: &Devnet, name: &str, accounts: &BTreeSet<Address>) -> BTreeSet<B256> {
    let ask = |method, params| ask(devnet, name, method, params);
    let mut found = BTreeSet::new();
    let start = devnet.end(name)["startBlock"].as_u64().unwrap();
    for number in start..=head(devnet, name) {
        let block = ask("eth_getBlockByNumber", json!([format!("{number:#x}"), true]));
        for transaction in block["transactions"].as_array().unwrap() {
            let from: Address = serde_json::from_value(transaction["from"].clone()).unwrap();
            if accounts.contains(&from) {
                found.insert(serde_json::from_value(transaction["hash"].clone()).unwrap());
            }
        }
    }
    found
}

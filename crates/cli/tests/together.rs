//! Several relayers on one database: they share the work, and go on with what one of them leaves that dies.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![recursion_limit = "256"]

#[path = "../../relayer/tests/common/postgres.rs"]
mod postgres;
mod support;

use alloy_primitives::Address;
use relayer::{
    clock::SystemClock,
    domain::{Outgoing, OutgoingState, Purpose},
    store::Store,
};
use std::{collections::BTreeMap, sync::Arc, thread::sleep, time::Duration};
use support::{
    devnet::{Devnet, wait, workspace},
    relayer::{Relayer, all_arrive},
};

/// Messages in each direction.
const MESSAGES: u64 = 120;

/// Of them, in each block.
const PER_BLOCK: &str = "3";

/// How long nodes are waited for, in seconds; a signer's lease follows from it.
const TIMEOUT: &str = "2.0";

/// Within which time another process goes on with the signer of one that is gone, as operators are told, in milliseconds.
const LEASE: i64 = 3 * 2_000 + 5_000;

/// The store that they share, as a test reads it.
struct Rows {
    runtime: tokio::runtime::Runtime,
    store: Store,
}

impl Rows {
    fn open(url: &str) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let store = runtime.block_on(Store::open(url, "test", Arc::new(SystemClock))).unwrap();
        Self { runtime, store }
    }

    fn row(&self, id: i64) -> Outgoing {
        self.runtime.block_on(self.store.outgoing(id)).unwrap()
    }
}

/// For which signer of which chain a process has sent each of its transactions, the last one last.
fn signers(rows: &Rows, relayer: &Relayer) -> Vec<(i64, (u64, Address))> {
    let row = |id| {
        let row = rows.row(id);
        Some((id, (row.call.chain, row.signer?)))
    };
    relayer.sent().into_iter().filter_map(row).collect()
}

/// The one that has a delivery under way: which, and whose it is.
fn in_the_middle(rows: &Rows, relayers: &[Relayer]) -> Option<(usize, (u64, Address))> {
    relayers.iter().enumerate().find_map(|(at, relayer)| {
        let (id, whose) = signers(rows, relayer).pop()?;
        let row = rows.row(id);
        let waits = matches!(row.state, OutgoingState::Signed | OutgoingState::Sent);
        (waits && row.call.purpose == Purpose::Deliver).then_some((at, whose))
    })
}

#[test]
fn l5_l8_three_share_the_work_and_two_go_on_when_one_is_killed() {
    let Some(root) = workspace() else { return };
    let Some(url) = postgres::database() else { return };
    let devnet = Devnet::start(&root, &["--committee", "32", "--signers", "3"]);
    let variables = [
        ("HELIOGRAPH_STORE__URL", url.as_str()),
        ("HELIOGRAPH_CHAINS__A__RPC__TIMEOUT_SECONDS", TIMEOUT),
        ("HELIOGRAPH_CHAINS__B__RPC__TIMEOUT_SECONDS", TIMEOUT),
    ];
    let start = |name: &str| Relayer::start(&root, &devnet, name, &variables);
    let mut relayers = vec![start("one"), start("two"), start("three")];
    let rows = Rows::open(&url);
    std::thread::scope(|scope| {
        let sending = scope.spawn(|| {
            let count = MESSAGES.to_string();
            let send = ["devnet", "send", "--both", "--count", &count, "--per-block", PER_BLOCK];
            devnet.run(&root, &send)
        });
        // Each has sent something by now, and one of them is killed with a transaction under way.
        wait("all three send", || relayers.iter().all(|one| !one.sent().is_empty()).then_some(()));
        let (dead, whose) = wait("something is under way", || in_the_middle(&rows, &relayers));
        let mut killed = relayers.remove(dead);
        let at = killed.kill();
        let counts: BTreeMap<usize, usize> =
            relayers.iter().map(|one| one.sent().len()).enumerate().collect();
        let first = wait("its signer sends again", || {
            let by = relayers.iter().enumerate().flat_map(|(number, relayer)| {
                let new = signers(&rows, relayer).into_iter().skip(counts[&number]);
                new.filter(|(_, signer)| *signer == whose).map(|(id, _)| rows.row(id))
            });
            by.filter_map(|row| row.bids.iter().map(|bid| bid.at).find(|bid| *bid > at)).min()
        });
        let took = first - at;
        println!(
            "{} of {}: another process sends for it {took} ms after the kill",
            whose.1, whose.0
        );
        assert!(took <= LEASE, "{took} ms, and {LEASE} ms are promised");
        assert!(!killed.sent().is_empty());
        let (status, sent) = sending.join().unwrap();
        assert_eq!(status, 0, "{sent}");
        // It comes back, and is given something to do again.
        relayers.push(start("again"));
        sleep(Duration::from_secs(1));
    });
    let all: Vec<&Relayer> = relayers.iter().collect();
    all_arrive(&root, &devnet, MESSAGES, &all);
    for relayer in &mut relayers {
        relayer.end();
        println!("sent {}", relayer.sent().len());
    }
}

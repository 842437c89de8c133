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
use std::{
    collections::BTreeMap,
    path::Path,
    process::{Child, Stdio},
    sync::Arc,
};
use support::{
    devnet::{Devnet, program, wait, workspace},
    relayer::{Relayer, all_arrive, now},
};

/// Messages in each direction, once one of them has been killed.
const MESSAGES: u64 = 120;

/// Messages in each block until then.
const PER_BLOCK: &str = "3";

/// How long nodes are waited for, in seconds; a signer's lease follows from it.
const TIMEOUT: &str = "2.0";

/// Longest that a signer is a process's after it was last heard of, in milliseconds. Operators are told three seconds more, in which another
/// process looks, asks and signs.
const LEASE: i64 = 3 * 2_000 + 2_000;

/// What a machine that is busy may need instead of those three seconds, in milliseconds.
const BUSY: i64 = 60_000;

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

    /// Until when a signer of a chain is a process's.
    fn held_until(&self, (chain, signer): (u64, Address)) -> Option<i64> {
        let lease = format!("writer:{chain}:{signer:?}");
        self.runtime.block_on(self.store.with_others_until(&lease)).unwrap()
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

/// Sends messages both ways until it is killed: they do not come to an end before the test has seen what it waits for.
fn keep_sending(root: &Path, devnet: &Devnet) -> Child {
    let mut command = program(root);
    let command = command.args(["devnet", "send", "--both", "--count", "1000000", "--per-block"]);
    let command = command.arg(PER_BLOCK).arg("--folder").arg(devnet.folder.path(""));
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
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
    let mut sending = keep_sending(&root, &devnet);
    // Each has sent something by now, and one of them is killed with a transaction under way.
    wait("all three send", || relayers.iter().all(|one| !one.sent().is_empty()).then_some(()));
    let (dead, whose) = wait("something is under way", || {
        let (dead, whose) = in_the_middle(&rows, &relayers)?;
        // Whoever dies now has its signer for no longer.
        let until = rows.held_until(whose)?;
        let left = until - now();
        assert!(left <= LEASE, "{left} ms, and {LEASE} ms are promised");
        Some((dead, whose))
    });
    let mut killed = relayers.remove(dead);
    let counts: BTreeMap<usize, usize> =
        relayers.iter().map(|one| one.sent().len()).enumerate().collect();
    let at = killed.kill();
    let first = wait("its signer sends again", || {
        let by = relayers.iter().enumerate().flat_map(|(number, relayer)| {
            let new = signers(&rows, relayer).into_iter().skip(counts[&number]);
            new.filter(|(_, signer)| *signer == whose).map(|(id, _)| rows.row(id))
        });
        by.filter_map(|row| row.bids.iter().map(|bid| bid.at).find(|bid| *bid > at)).min()
    });
    let took = first - at;
    println!("{} of {}: another process sends for it {took} ms after the kill", whose.1, whose.0);
    assert!(took <= LEASE + BUSY, "{took} ms");
    sending.kill().unwrap();
    let _ = sending.wait();
    // It comes back, and is given something to do again.
    relayers.push(start("again"));
    let count = MESSAGES.to_string();
    let (status, sent) = devnet.run(&root, &["devnet", "send", "--both", "--count", &count]);
    assert_eq!(status, 0, "{sent}");
    let all: Vec<&Relayer> = relayers.iter().collect();
    all_arrive(&root, &devnet, MESSAGES, &all);
    for relayer in &mut relayers {
        relayer.end();
        println!("sent {}", relayer.sent().len());
    }
}

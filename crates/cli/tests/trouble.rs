//! What goes wrong around a relayer, and what its operator sees then: a chain that is down, nodes that are, a disk that is full, a database
//! that is gone, a log that nobody reads, a committee that signs two histories.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![recursion_limit = "256"]

#[path = "../../relayer/tests/common/postgres.rs"]
mod postgres;
mod support;

use alloy_primitives::{Address, B256, Bytes, U64, hex};
use alloy_sol_types::{SolCall as _, SolEvent as _};
use bindings::IBeaconLightClient::{Frozen, submitMisbehaviourCall, trustedCall};
use prover::Node as _;
use relayer::{
    clock::SystemClock,
    domain::{Outgoing, OutgoingState, Purpose},
    store::{Error, Store},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    io,
    net::{Shutdown, TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    thread,
    time::Instant,
};
use support::{
    devnet::{Devnet, program, wait, workspace},
    heliograph,
    relayer::{Relayer, all_arrive, free_port},
};

/// Lets through to a node what comes at a port, as long as the test lasts.
fn forward(port: u16, node: &str) {
    let node = node.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    thread::spawn(move || {
        for here in listener.incoming() {
            let (here, there) = (here.unwrap(), TcpStream::connect(&node).unwrap());
            let back = (there.try_clone().unwrap(), here.try_clone().unwrap());
            for (mut from, mut to) in [(here, there), back] {
                thread::spawn(move || {
                    let _ = io::copy(&mut from, &mut to);
                    let _ = to.shutdown(Shutdown::Both);
                });
            }
        }
    });
}

fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

#[test]
fn l8_a_relayer_waits_for_a_chain_that_is_down_says_so_and_goes_on_when_it_is_there() {
    let Some(root) = workspace() else { return };
    let devnet = Devnet::start(&root, &["--committee", "32"]);
    let (status, sent) = devnet.run(&root, &["devnet", "send", "--count", "3", "--both"]);
    assert_eq!(status, 0, "{sent}");
    // Of chain a one node of three is dead all the time, of chain b all nodes are.
    let ports = [free_port(), free_port(), free_port(), free_port(), free_port()];
    let [a, b] = ["a", "b"].map(|name| devnet.end(name)["rpc"].as_str().unwrap().to_owned());
    let endpoints = |urls: &[String]| json!(urls).to_string();
    let of_a = endpoints(&[url(ports[0]), url(ports[1]), a.clone()]);
    let of_b = endpoints(&[url(ports[2]), url(ports[3]), url(ports[4])]);
    forward(ports[1], &a);
    let variables = [
        ("HELIOGRAPH_CHAINS__A__RPC__ENDPOINTS", of_a.as_str()),
        ("HELIOGRAPH_CHAINS__B__RPC__ENDPOINTS", of_b.as_str()),
    ];
    let mut relayer = Relayer::start(&root, &devnet, "relayer", &variables);

    // It runs, reads the other chain, and says what it waits for.
    let detail = wait("it says what is down", || {
        let (status, said) = relayer.ask("/readyz")?;
        let why = said["unwell"].as_object()?.clone();
        let detail = said["unwell"].to_string();
        let of_b = why.contains_key("indexer of b") && detail.contains("writer of b as ");
        (status == 503 && of_b && !why.contains_key("indexer of a")).then_some(detail)
    });
    assert!(detail.contains("chain b"), "{detail}");
    let (_, chains) = relayer.ask("/v1/chains").unwrap();
    let final_of = |name: &str| {
        let chains = chains.as_array().unwrap();
        chains.iter().find(|chain| chain["chain"]["name"] == name).unwrap()["final_block"].clone()
    };
    assert!(final_of("a").is_u64() && final_of("b").is_null(), "{chains}");
    wait("messages from a are read", || {
        let (_, found) = relayer.ask("/v1/messages?limit=10")?;
        found.to_string().contains("\"id\"").then_some(())
    });
    assert!(relayer.is_alive());

    // Two of three nodes are a quorum: nothing has to be done for it to go on.
    forward(ports[2], &b);
    forward(ports[4], &b);
    wait("it is ready", || (relayer.ask("/readyz")?.0 == 200).then_some(()));
    all_arrive(&root, &devnet, 3, &[&relayer]);
    relayer.end();
}

/// What a chain's node answers.
fn ask(devnet: &Devnet, name: &str, method: &'static str, params: Value) -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answer = runtime.block_on(devnet.rpc(name).request(method, params)).unwrap();
    serde_json::from_str(answer.get()).unwrap()
}

fn head(devnet: &Devnet, name: &str) -> u64 {
    let head = ask(devnet, name, "eth_blockNumber", json!([]));
    serde_json::from_value::<U64>(head).unwrap().to()
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

/// All transactions of a store.
fn outgoing(url: &str) -> Vec<Outgoing> {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Store::open(url, "test", Arc::new(SystemClock)).await.unwrap();
        let mut rows = Vec::new();
        for id in 1.. {
            match store.outgoing(id).await {
                Ok(row) => rows.push(row),
                Err(Error::Unknown { .. }) => break,
                Err(error) => panic!("{error}"),
            }
        }
        store.close().await;
        rows
    })
}

fn send(root: &Path, devnet: &Devnet, count: &str) {
    let (status, sent) = devnet.run(root, &["devnet", "send", "--both", "--count", count]);
    assert_eq!(status, 0, "{sent}");
}

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

/// The transactions by which messages were sent from a chain, as they were signed, in their order.
fn senders(devnet: &Devnet, name: &str) -> Vec<Value> {
    let end = devnet.end(name);
    let start = U64::from(end["startBlock"].as_u64().unwrap());
    let filter = json!({
        "address": end["messageService"], "topics": [mos::MESSAGE_SENT], "fromBlock": start, "toBlock": "latest",
    });
    let logs = ask(devnet, name, "eth_getLogs", json!([filter]));
    let hash = |log: &Value| log["transactionHash"].clone();
    let raw = |log| ask(devnet, name, "eth_getRawTransactionByHash", json!([hash(log)]));
    logs.as_array().unwrap().iter().map(raw).collect()
}

#[test]
fn l4_a_chain_that_took_back_what_was_final_is_read_on_when_a_person_says_so() {
    let Some(root) = workspace() else { return };
    let devnet = Devnet::start(&root, &["--committee", "32"]);
    // Its consensus has now signed two chains. That this is shown to the light client, which stops then, is another test.
    let variables = [
        ("HELIOGRAPH_API__TOKEN", "env:TOKEN"),
        ("TOKEN", "planted-token"),
        ("HELIOGRAPH_CLIENTS__0__KEEPER__EVIDENCE", "false"),
        ("HELIOGRAPH_CLIENTS__1__KEEPER__EVIDENCE", "false"),
    ];
    let mut relayer = Relayer::start(&root, &devnet, "relayer", &variables);
    let before = head(&devnet, "a");
    let (status, sent) = devnet.run(&root, &["devnet", "send", "--count", "3", "--both"]);
    assert_eq!(status, 0, "{sent}");
    all_arrive(&root, &devnet, 3, &[&relayer]);
    // The relayer learns later than who looks at the chains.
    wait("it knows that every delivery is final", || {
        let (_, found) = relayer.ask("/v1/messages?limit=10")?;
        let messages = found["messages"].as_array()?;
        let settled = |one: &Value| one["stage"] == "settled" || one["stage"] == "acknowledged";
        (messages.len() == 6 && messages.iter().all(settled)).then_some(())
    });

    // All that was sent from chain a, final and delivered, is in other blocks now; what was delivered there is gone. Blocks go on while
    // this asks, so it takes back some that are empty, too.
    let depth = head(&devnet, "a") - before + 8;
    let again = senders(&devnet, "a");
    assert_eq!(again.len(), 3);
    ask(&devnet, "a", "anvil_reorg", json!([depth, []]));
    for raw in again {
        let hash = ask(&devnet, "a", "eth_sendRawTransaction", json!([raw]));
        wait("it is in a block again", || {
            let receipt = ask(&devnet, "a", "eth_getTransactionReceipt", json!([hash]));
            receipt.is_object().then_some(())
        });
    }
    let advice = "find out why, then resume it: heliograph queue resume a";
    wait("it says what is wrong, and what to do", || {
        let (status, said) = relayer.ask("/readyz")?;
        let why = said["unwell"]["chain a"].as_str()?;
        (status == 503 && why.contains("was final as") && why.ends_with(advice)).then_some(())
    });
    let url = relayer.url();
    let shown = heliograph(["status", "--api", &url]);
    assert!(shown.out.contains(", HALTED: ") && shown.out.contains(advice), "{}", shown.out);
    let resume = |more: &[&str]| {
        let args = ["--json", "queue", "resume", "a", "--api", &url, "--token", "env:TOKEN"];
        let mut command = program(&root);
        let output = command.args(args).args(more).env("TOKEN", "planted-token").output().unwrap();
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let way = resume(&[]);
    let kept = (way["kept"]["number"].as_u64().unwrap(), way["kept"]["hash"].as_str().unwrap());
    assert!(kept.0 <= before && way["done"] == false, "{way}");
    assert_eq!(way["messages"], 6, "{way}");
    let wrong = resume(&["--kept", &B256::ZERO.to_string()]);
    assert!(wrong["error"]["message"].to_string().contains("look again"), "{wrong}");
    let done = resume(&["--kept", kept.1]);
    assert_eq!((&done["done"], &done["kept"]), (&json!(true), &way["kept"]), "{done}");

    let (status, sent) = devnet.run(&root, &["devnet", "send", "--count", "2", "--both"]);
    assert_eq!(status, 0, "{sent}");
    all_arrive(&root, &devnet, 5, &[&relayer]);
    wait("it is ready", || (relayer.ask("/readyz")?.0 == 200).then_some(()));
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

#[test]
fn l5_l8_a_log_that_nobody_reads_stops_nothing() {
    let Some(root) = workspace() else { return };
    let devnet = Devnet::start(&root, &["--committee", "32"]);
    let variables = [("HELIOGRAPH_TELEMETRY__LEVEL", "trace")];
    let mut relayer = Relayer::start_unread(&root, &devnet, &variables);
    send(&root, &devnet, "20");
    all_arrive(&root, &devnet, 20, &[&relayer]);
    wait("it is ready", || (relayer.ask("/readyz")?.0 == 200).then_some(()));
    watch_is_ended_by_a_signal(&root, &relayer);
    let begun = Instant::now();
    relayer.end();
    println!("ended within {:?}", begun.elapsed());
    // The pipe was full: 64 KiB, but for what is left of each page that another line did not fit into.
    let log = relayer.unread();
    assert!(log.len() > 48 << 10, "{} bytes", log.len());
    assert!(log.contains("\"message\":\"started\""), "{log}");
}

/// That a terminal is as it was when `status --watch` is ended by a signal.
fn watch_is_ended_by_a_signal(root: &Path, relayer: &Relayer) {
    if Command::new("script").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("skipped: there is no `script`, which makes terminals");
        return;
    }
    let watch = program(root);
    // In the place of the shell, so that what is written of it is the number of the program.
    let command = format!(
        "stty rows 40 cols 120; echo pid $$; exec '{}' status --watch --api http://{}",
        watch.get_program().display(),
        relayer.api()
    );
    for signal in ["-TERM", "-INT", "-HUP", "-QUIT"] {
        let mut script = Command::new("script");
        let script = script.args(["-q", "-f", "-c", &command, "/dev/null"]);
        let script = script.env("TERM", "xterm").env("SHELL", "/bin/sh").stdin(Stdio::null());
        let mut terminal = script.stdout(Stdio::piped()).spawn().unwrap();
        let mut output = terminal.stdout.take().unwrap();
        let mut seen = String::new();
        let mut read = |until: &str| {
            let mut bytes = [0; 4096];
            while !seen.contains(until) {
                let count = io::Read::read(&mut output, &mut bytes).unwrap();
                assert!(count > 0, "{signal}: {until:?} is not in {seen:?}");
                seen += &String::from_utf8_lossy(&bytes[..count]);
            }
            seen.clone()
        };
        // It has taken the screen, and drawn on it.
        let begun = read(relayer.api());
        assert!(begun.contains("\u{1b}[?1049h"), "{begun:?}");
        let pid = begun.split_whitespace().nth(1).unwrap();
        assert!(Command::new("kill").args([signal, pid]).status().unwrap().success());
        read("\u{1b}[?1049l");
        read("\u{1b}[?25h");
        terminal.wait().unwrap();
    }
}

#[test]
fn l9_freezes_a_light_client_whose_committee_signs_two_histories() {
    let Some(root) = workspace() else { return };
    let devnet = Devnet::start(&root, &["--committee", "32", "--equivocate"]);
    let client: Address = serde_json::from_value(devnet.end("b")["lightClient"].clone()).unwrap();
    let frozen_at = || {
        let call = json!([{ "to": client, "input": Bytes::from(trustedCall {}.abi_encode()) }]);
        let answer: Bytes = serde_json::from_value(ask(&devnet, "b", "eth_call", call)).unwrap();
        trustedCall::abi_decode_returns(&answer).unwrap().frozenAt
    };

    // All goes well as long as nobody looks, and the light client comes to know who signs now.
    let blind = ["HELIOGRAPH_CLIENTS__0__KEEPER__WATCH", "HELIOGRAPH_CLIENTS__1__KEEPER__WATCH"];
    let mut relayer = Relayer::start(&root, &devnet, "blind", &blind.map(|name| (name, "false")));
    send(&root, &devnet, "3");
    all_arrive(&root, &devnet, 3, &[&relayer]);
    relayer.end();

    // Whoever looks is shown the call that freezes it.
    let found = wait("something speaks against it", || {
        let mut look = program(&root);
        let look = look.args(["--json", "evidence", "--config"]);
        let shown = look.arg(devnet.folder.path("relayer.toml")).output().unwrap();
        let found: Value = serde_json::from_slice(&shown.stdout).unwrap();
        let status = shown.status.code();
        assert_eq!(status == Some(0), found["ok"] == json!(true), "{found}");
        // 3: they could not all be looked at just now.
        assert!(matches!(status, Some(0 | 1 | 3)), "{status:?}: {found}");
        (status == Some(1)).then_some(found)
    });
    let [of_b, of_a] = [0, 1].map(|place| &found["clients"][place]);
    assert_eq!((&of_b["on"], &of_b["calldata"]), (&json!("a"), &Value::Null), "{found}");
    assert_eq!(of_a["address"], json!(client));
    let selector = hex::encode_prefixed(submitMisbehaviourCall::SELECTOR);
    assert!(of_a["calldata"].as_str().unwrap().starts_with(&selector), "{found}");
    assert_eq!(frozen_at(), 0);

    // A relayer that looks sends it.
    let mut relayer = Relayer::start(&root, &devnet, "relayer", &[]);
    let at = wait("it is frozen", || Some(frozen_at()).filter(|at| *at != 0));
    send(&root, &devnet, "3");
    wait("messages wait for it", || {
        let (_, found) = relayer.ask("/v1/messages?reason=client_down&limit=10")?;
        let messages = found["messages"].as_array()?;
        let all = messages.len() == 3 && messages.iter().all(|one| one["source"]["name"] == "a");
        all.then_some(())
    });
    // The other direction goes on.
    wait("messages of the other lane arrive", || {
        let (_, counted) = devnet.run(&root, &["devnet", "check"]);
        let [to_b, to_a] = [0, 1].map(|lane| counted["lanes"][lane]["delivered"].as_u64());
        assert_eq!(to_b, Some(3), "{counted}");
        (to_a == Some(6)).then_some(())
    });
    // Later than whoever looks at the chain it learns that its call is in a block.
    wait("it knows that the evidence is in a block", || {
        let sent = relayer.said("sent");
        let evidence = sent.iter().find(|fields| fields["purpose"] == "evidence")?["id"].as_i64();
        relayer.said("mined").iter().any(|fields| fields["id"].as_i64() == evidence).then_some(())
    });
    relayer.end();

    // Once, and mined.
    let url = format!("sqlite:{}", devnet.folder.path("relayer.db").display());
    let rows = outgoing(&url);
    let sent: Vec<&Outgoing> =
        rows.iter().filter(|row| row.call.purpose == Purpose::Evidence).collect();
    let [evidence] = sent[..] else { panic!("{sent:?}") };
    let (call, state) = (&evidence.call, evidence.state);
    assert_eq!(call.to, client);
    assert!(matches!(state, OutgoingState::Mined | OutgoingState::Final), "{state:?}");
    let topics = json!([Frozen::SIGNATURE_HASH]);
    let filter = json!([{ "fromBlock": "0x0", "address": client, "topics": topics }]);
    let logs = ask(&devnet, "b", "eth_getLogs", filter);
    let [log] = &logs.as_array().unwrap()[..] else { panic!("{logs}") };
    let hashes: Vec<_> = evidence.bids.iter().map(|bid| json!(bid.hash)).collect();
    assert!(hashes.contains(&log["transactionHash"]), "{log}");
    assert_eq!(frozen_at(), at);
}

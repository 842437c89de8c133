//! Chains that are down, nodes that are, and a chain that takes back what was final.

use super::{
    ask, head, send,
    support::{
        devnet::{Devnet, program, wait, workspace},
        heliograph,
        relayer::{Relayer, all_arrive},
    },
};
use alloy_primitives::{B256, U64};
use serde_json::{Value, json};
use std::{
    io,
    net::{Shutdown, TcpListener, TcpStream},
    thread,
};
use testkit::Port;

#[test]
fn l8_a_relayer_waits_for_a_chain_that_is_down_says_so_and_goes_on_when_it_is_there() {
    let Some(root) = workspace() else { return };
    let devnet = Devnet::start(&root, &["--committee", "32"]);
    send(&root, &devnet, "3");
    // Of chain a one node of three is dead all the time, of chain b all nodes are.
    let held = [(); 5].map(|()| Port::reserve().unwrap());
    let ports = held.each_ref().map(Port::number);
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
    send(&root, &devnet, "3");
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

    send(&root, &devnet, "2");
    all_arrive(&root, &devnet, 5, &[&relayer]);
    wait("it is ready", || (relayer.ask("/readyz")?.0 == 200).then_some(()));
    relayer.end();
}

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

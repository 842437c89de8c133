//! A committee that signs two histories.

use super::{
    ask, outgoing, send,
    support::{
        devnet::{Devnet, program, wait, workspace},
        relayer::{Relayer, all_arrive},
    },
};
use alloy_primitives::{Address, Bytes, hex};
use alloy_sol_types::{SolCall as _, SolEvent as _};
use bindings::IBeaconLightClient::{Frozen, submitMisbehaviourCall, trustedCall};
use relayer::domain::{Outgoing, OutgoingState, Purpose};
use serde_json::{Value, json};

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

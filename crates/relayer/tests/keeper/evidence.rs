//! A committee that signs two histories, and nodes that only look as if it did.

use crate::light::{Bench, FORK, Rules, Served, beacon, blocks, histories};
use alloy_primitives::{B256, Bytes};
use alloy_sol_types::{SolCall, SolError};
use bindings::{ILightClient::headHashCall, errors::ClientFrozen};
use relayer::domain::Purpose;
use serde_json::{Value, json};
use testkit::beacon::Chain;

/// That evidence is sent once, that it freezes the client, and that nothing is sent after it.
async fn freezes(bench: &Bench) {
    bench.step().await;
    bench.step().await;
    let [outgoing] = &bench.open().await[..] else { panic!("one transaction") };
    assert_eq!((outgoing.call.purpose, outgoing.call.to), (Purpose::Evidence, bench.client));
    let detail = bench.row().await.expect("a row").detail;
    assert!(detail.contains("two blocks of slot 24 are signed as final"), "{detail}");
    assert!(detail.ends_with("evidence is under way, which freezes it"), "{detail}");
    assert_eq!(bench.trusted().await.frozenAt, 0);
    bench.send().await;
    let at = bench.trusted().await.frozenAt;
    assert_ne!(at, 0);
    // Whatever is proven by any of its heads is refused from then on.
    for id in 1..=bench.trusted().await.latestHead {
        let data = headHashCall { id }.abi_encode();
        let refused = bench.contracts.call(bench.client, data).await;
        assert_eq!(refused, Err(Bytes::from(ClientFrozen { at }.abi_encode())), "head {id}");
    }
    bench.step().await;
    bench.step().await;
    assert!(bench.open().await.is_empty(), "nothing is sent after it");
    let detail = bench.row().await.expect("a row").detail;
    assert!(detail.starts_with(&format!("it was frozen at {at}")), "{detail}");
}

#[tokio::test]
async fn l9_freezes_a_client_whose_committee_shows_two_beacon_nodes_two_histories() {
    let [honest, other] = histories();
    let endpoints = [&honest, &other].map(|chain| beacon(chain, FORK).1).into();
    freezes(&Bench::new(endpoints, vec![blocks(&honest, FORK)]).await).await;
}

#[tokio::test]
async fn l9_freezes_a_client_that_was_shown_another_history_than_nodes_serve() {
    let [honest, other] = histories();
    // By the call itself, and by one within that of another contract.
    for within in [false, true] {
        let node = beacon(&honest, FORK).1;
        let bench = Bench::new(vec![node], vec![blocks(&honest, FORK + 8)]).await;
        // The row is there before, as of any client.
        bench.step().await;
        if let Some(sent) = bench.open().await.first() {
            panic!("nothing is due: {sent:?}");
        }
        let lie = bench.update(&other, FORK);
        bench.contracts.send(bench.client, &lie).await;
        if within {
            let shown = [&[1, 2, 3, 4, 5], &lie[..]].concat().into();
            *bench.contracts.shown.lock().expect("a lock") = Some(shown);
        }
        freezes(&bench).await;
    }
}

#[tokio::test]
async fn l9_freezes_a_client_by_what_was_served_before_it_started_again() {
    let [honest, other] = histories();
    let (served, node) = beacon(&honest, FORK);
    let bench = Bench::new(vec![node], vec![blocks(&honest, FORK)]).await;
    bench.step().await;
    assert!(bench.open().await.is_empty());
    *served.lock().expect("a lock") =
        Served { chain: other, slot: FORK, absent: vec![5], spoil: None };
    freezes(&bench).await;
}

#[tokio::test]
async fn l9_only_tells_a_person_without_a_signer_or_when_that_is_asked_for() {
    let [honest, other] = histories();
    let endpoints = || [&honest, &other].map(|chain| beacon(chain, FORK).1).into();
    let key = json!([{ "key": "env:NONE" }]);
    for (rules, signers, why) in [
        (json!({ "evidence": false }), &key, "keeper.evidence is off"),
        (json!({}), &json!([]), "there is no signer on on"),
    ] {
        let followed = vec![blocks(&honest, FORK)];
        let rules = Rules { keeper: rules, signers: signers.clone() };
        let bench = Bench::with(endpoints(), followed, &rules).await;
        bench.step().await;
        assert!(bench.open().await.is_empty());
        let detail = bench.row().await.expect("a row").detail;
        assert!(detail.contains(why), "{detail}");
    }
}

/// That these two nodes show nothing against anybody, and how much of what they serve was kept.
async fn shows_nothing(endpoints: [(&Chain, u64, Option<fn(&mut Value)>); 2]) -> usize {
    let [honest, _] = histories();
    let nodes = endpoints.map(|(chain, slot, spoil)| {
        let (shared, node) = beacon(chain, slot);
        shared.lock().expect("a lock").spoil = spoil;
        node
    });
    let bench = Bench::new(nodes.into(), vec![blocks(&honest, FORK)]).await;
    bench.step().await;
    bench.step().await;
    assert!(bench.open().await.is_empty());
    assert_eq!(bench.row().await.expect("a row").detail, "");
    let (on, follows) = (crate::site::ON, crate::site::FOLLOWED);
    bench.store.known_signed(on, follows).await.expect("rows").len()
}

#[tokio::test]
async fn l9_nodes_at_different_heights_are_no_evidence() {
    let [honest, other] = histories();
    assert_eq!(shows_nothing([(&honest, 16, None), (&honest, FORK, None)]).await, 2);
    // Of different heights no pair freezes a contract, whoever signed it.
    assert_eq!(shows_nothing([(&honest, 16, None), (&other, FORK, None)]).await, 2);
    assert_eq!(shows_nothing([(&honest, FORK, None), (&honest, FORK, None)]).await, 1);
}

#[tokio::test]
async fn l9_what_a_node_makes_up_is_no_evidence() {
    let [honest, other] = histories();
    let lies: [fn(&mut Value); 4] = [
        // Another block that nobody signed.
        |update| update["data"]["finalized_header"]["beacon"]["proposer_index"] = json!("77"),
        // A signature under something else.
        |update| update["data"]["attested_header"]["beacon"]["proposer_index"] = json!("77"),
        // Too few have signed.
        |update| {
            let bits = format!("0x{}", "01000000");
            update["data"]["sync_aggregate"]["sync_committee_bits"] = json!(bits);
        },
        |update| *update = json!({ "data": { "finalized_header": B256::ZERO } }),
    ];
    for lie in lies {
        let kept = shows_nothing([(&honest, FORK, None), (&other, FORK, Some(lie))]).await;
        assert_eq!(kept, 1);
    }
}

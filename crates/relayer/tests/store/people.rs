//! What people ask of the store, and what it forgets.

use crate::support::{
    A, B, MINUTE, all, at, bid, block, call, claimed, id, index, lease, on_a, on_b, on_both, read,
    sent, submitted, with_final,
};
use alloy_primitives::{Address, B256, Bytes};
use relayer::{
    domain::{Fact, ProvenOutcome, Reason, Stage, Verdict},
    store::{Query, Store},
};
use std::collections::BTreeMap;

const WHO: Address = Address::with_last_byte(4);

async fn found(store: &Store, query: Query) -> Vec<u64> {
    let found = store.search(&query).await.unwrap();
    found.iter().map(|message| message.sent.body.nonce).collect()
}

/// One message that is acknowledged, one that is delivered, one that is submitted and one that was just seen.
async fn some(site: &crate::support::Site) -> Store {
    let store = with_final(site, &[(0, 1), (1, 2), (2, 3)]).await;
    site.clock.advance(1000);
    index(&store, A, read(4, 6, 3, vec![sent(3, 5, 0)])).await;
    for key in ["a", "b", "c"] {
        submitted(&store, key).await;
    }
    let writer = lease(&store, "writer").await;
    store.sign(&writer, 3, WHO, 0, bid(77, 100, &site.clock), 1).await.unwrap();
    let seen = vec![on_b(0, 7, 0, Fact::Delivered(WHO)), on_b(1, 8, 0, Fact::Delivered(WHO))];
    index(&store, B, read(7, 9, 7, seen)).await;
    index(
        &store,
        A,
        read(6, 7, 4, vec![on_a(0, 6, 1, Fact::Outcome(ProvenOutcome::Delivered, WHO))]),
    )
    .await;
    store
}

on_both! {
    async fn finds_messages_by_what_people_know(site: Site) {
        let store = some(&site).await;
        let any = Query::default;
        assert_eq!(found(&store, any()).await.len(), 4);
        assert_eq!(found(&store, any()).await[0], 3);
        assert_eq!(found(&store, Query { id: Some(id(2)), ..any() }).await, [2]);
        assert_eq!(found(&store, Query { id: Some(B256::ZERO), ..any() }).await, [0; 0]);
        let sending = at(A, block(2, 0), 1).transaction;
        assert_eq!(found(&store, Query { tx: Some(sending), ..any() }).await, [1]);
        let delivering = at(B, block(8, 0), 1).transaction;
        assert_eq!(found(&store, Query { tx: Some(delivering), ..any() }).await, [1]);
        assert_eq!(found(&store, Query { tx: Some(B256::with_last_byte(77)), ..any() }).await, [2]);
        let account = |last| Some(Address::with_last_byte(last).to_checksum(None));
        assert_eq!(found(&store, Query { sender: account(1), ..any() }).await.len(), 4);
        assert_eq!(found(&store, Query { sender: account(2), ..any() }).await, [0; 0]);
        assert_eq!(found(&store, Query { recipient: account(2), limit: 1, ..any() }).await, [3]);
        let bytes = store.message(id(0)).await.unwrap().unwrap().sent.body.sender.to_string().to_uppercase().replace("0X", "0x");
        assert_eq!(found(&store, Query { sender: Some(bytes), ..any() }).await.len(), 4);
        assert_eq!(found(&store, Query { stage: Some(Stage::Delivered), ..any() }).await, [1]);
        assert_eq!(found(&store, Query { reason: Some(Reason::InFlight), ..any() }).await, [2]);
        assert_eq!(found(&store, Query { lane: Some((A, B)), ..any() }).await.len(), 4);
        assert_eq!(found(&store, Query { lane: Some((B, A)), ..any() }).await, [0; 0]);
        // Words of others are values, never statements.
        assert_eq!(found(&store, Query { sender: Some("' OR '1' = '1".into()), ..any() }).await, [0; 0]);
    }

    async fn pages_follow_each_other_without_a_gap(site: Site) {
        let messages: Vec<(u64, u64)> = (0..25).map(|nonce| (nonce, nonce + 1)).collect();
        let store = with_final(&site, &messages).await;
        let mut before = None;
        let mut seen = Vec::new();
        loop {
            let page = store.search(&Query { limit: 10, before, ..Query::default() }).await.unwrap();
            let Some(last) = page.last() else { break };
            before = Some(last.id);
            seen.extend(page.iter().map(|message| message.sent.body.nonce));
        }
        assert_eq!(seen.len(), 25);
        seen.sort_unstable();
        assert_eq!(seen, (0..25).collect::<Vec<_>>());
    }

    async fn counts_lanes_by_stage_and_reason(site: Site) {
        let store = some(&site).await;
        let stages = [Stage::Observed, Stage::Submitted, Stage::Delivered, Stage::Settled];
        assert_eq!(store.counts().await.unwrap(), stages.map(|stage| (stage, 1)).into());
        let lanes = store.lanes().await.unwrap();
        assert_eq!(lanes.len(), 1);
        assert_eq!((lanes[0].source, lanes[0].destination, lanes[0].oldest), (A, B, Some(crate::support::START)));
        let expected = BTreeMap::from([
            ((Stage::Observed, Reason::Finality), 1),
            ((Stage::Submitted, Reason::InFlight), 1),
            ((Stage::Delivered, Reason::Finality), 1),
            ((Stage::Settled, Reason::Due), 1),
        ]);
        assert_eq!(lanes[0].counts, expected);
    }

    async fn keeps_signatures_of_attestors(site: Site) {
        let store = site.open("one").await;
        let put = async |message, attestor, signature: &'static [u8]| {
            let attestor = Address::with_last_byte(attestor);
            store.put_attestation(id(message), "delivered", attestor, &Bytes::from_static(signature)).await.unwrap();
        };
        put(0, 9, &[1]).await;
        put(0, 3, &[2]).await;
        put(1, 4, &[3]).await;
        put(0, 9, &[4]).await;
        let kept = store.attestations(id(0), "delivered").await.unwrap();
        let bytes = |byte| Bytes::copy_from_slice(&[byte]);
        assert_eq!(kept, [(Address::with_last_byte(3), bytes(2)), (Address::with_last_byte(9), bytes(4))]);
        assert_eq!(store.attestations(id(0), "expired").await.unwrap(), []);
    }

    async fn forgets_what_is_over_and_keeps_the_rest(site: Site) {
        let store = some(&site).await;
        // The acknowledgement is final, and so is the end of its delivery.
        index(&store, A, read(7, 8, 6, vec![])).await;
        assert_eq!(store.message(id(0)).await.unwrap().unwrap().stage, Stage::Acknowledged);
        site.clock.advance(MINUTE);
        let now = relayer::clock::Clock::now(&*site.clock);
        // It carries a transaction that is still under way.
        assert_eq!(store.prune(now).await.unwrap(), 0);
        let writer = store.lease("writer", MINUTE).await.unwrap().unwrap();
        store.mark(&writer, 1, relayer::store::Mark::Refused { reason: Reason::Gas, detail: String::new() }).await.unwrap();
        let claim = store.claim(A, &[Stage::Acknowledged], None, 9, MINUTE).await.unwrap();
        if let Some(claim) = claim {
            store.decide(&claim, all(&claim, &Verdict::Rest, None)).await.unwrap();
        }
        assert_eq!(store.prune(now - MINUTE).await.unwrap(), 0);
        assert_eq!(store.prune(now).await.unwrap(), 1);
        assert_eq!(store.message(id(0)).await.unwrap(), None);
        assert_eq!(store.sightings(id(0)).await.unwrap(), []);
        assert_eq!(store.history(id(0)).await.unwrap(), []);
        assert_eq!(found(&store, Query::default()).await.len(), 3);
        assert_eq!(store.next_nonce_seen(A, Address::with_last_byte(7), B).await.unwrap(), 4);
        let kept = store.outgoing_all_open(B).await.unwrap();
        assert_eq!(kept.iter().map(|one| one.call.key.as_str()).collect::<Vec<_>>(), ["b", "c"]);
        assert_eq!(kept[1].bids.len(), 1);
    }

    async fn forgets_what_is_settled_when_nothing_is_proven_back(site: Site) {
        let store = with_final(&site, &[(0, 1), (1, 2)]).await;
        index(&store, B, read(1, 9, 8, vec![on_b(0, 7, 0, Fact::Delivered(WHO))])).await;
        site.clock.advance(MINUTE);
        let now = relayer::clock::Clock::now(&*site.clock);
        assert_eq!(store.prune(now).await.unwrap(), 0);
        let claim = store.claim(A, &[Stage::Settled], None, 9, MINUTE).await.unwrap().unwrap();
        store.decide(&claim, all(&claim, &Verdict::Rest, None)).await.unwrap();
        assert_eq!(store.prune(now).await.unwrap(), 1);
        // The last of its lane stays, over or not, and a message that rests before its end is not over.
        let claim = claimed(&store).await;
        store.decide(&claim, all(&claim, &Verdict::Rest, None)).await.unwrap();
        assert_eq!(store.prune(i64::MAX).await.unwrap(), 0);
        assert_eq!(found(&store, Query::default()).await, [1]);
    }

    async fn words_of_others_are_stored_whatever_they_are(site: Site) {
        let store = with_final(&site, &[(0, 1)]).await;
        let claim = claimed(&store).await;
        let strange = format!("a\0b{}", "é".repeat(2000));
        store.decide(&claim, all(&claim, &Verdict::Quarantine(Reason::Nodes, strange), None)).await.unwrap();
        let detail = store.message(id(0)).await.unwrap().unwrap().detail;
        assert!(detail.starts_with("abé") && detail.chars().count() == 600, "{detail}");
        index(&store, B, read(1, 9, 8, vec![on_b(0, 7, 0, Fact::Failed("\0".into()))])).await;
        assert_eq!(store.sightings(id(0)).await.unwrap()[1].fact, Fact::Failed("\0".into()));
        let big = relayer::domain::NewOutgoing { budget: Some(u128::MAX), gas: u64::MAX, chain: u64::MAX, ..call("big") };
        let number = store.queue(big.clone()).await.unwrap();
        assert_eq!(store.outgoing(number).await.unwrap().call, big);
    }
}

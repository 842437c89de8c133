//! When a light client is updated, and when it is not although messages wait.

use crate::{
    light::{Bench, FORK, beacon, blocks, histories},
    site::{FOLLOWED, ON},
};
use alloy_primitives::{Address, B256, Bytes, U256};
use mos::{Body, EvmAddress};
use relayer::{
    clock::Clock,
    domain::{
        BlockRef, Class, Decision, Fact, Place, Purpose, Reason, SentMessage, Sighting, Stage,
        Verdict,
    },
    store::Advance,
};

const MESSAGE: B256 = B256::repeat_byte(7);

fn account(chain: u64, byte: u8) -> Bytes {
    let account = EvmAddress::new(U256::from(chain), Address::repeat_byte(byte));
    account.expect("an account").encode().into()
}

/// A message in this block of the followed chain waits for the light client.
async fn waits(bench: &Bench, number: u64) {
    let block = BlockRef { number, hash: B256::repeat_byte(1) };
    let body = Body { sender: account(FOLLOWED, 1), recipient: account(ON, 2), ..Body::default() };
    let sent = SentMessage { gateway: Address::repeat_byte(0x51), destination: ON, body };
    let place = Place {
        chain: FOLLOWED,
        block,
        transaction: B256::ZERO,
        transaction_index: 0,
        log_index: 0,
    };
    let fact = Fact::Sent(Box::new(sent));
    let advance = Advance {
        expect_next: 0,
        roll_back_to: None,
        pins: Vec::new(),
        sightings: vec![Sighting { message: MESSAGE, place, fact }],
        next_block: number + 1,
        final_block: block,
        head: (number, 0),
        class: Class::Live,
    };
    let lease = bench.store.lease("indexer", 60_000).await.expect("a store").expect("a lease");
    bench.store.advance(FOLLOWED, &lease, advance).await.expect("an advance");
    let claim = bench.store.claim(ON, &[Stage::Final], None, 9, 60_000).await.expect("a store");
    let claim = claim.expect("a message");
    let (reason, detail) = (Reason::Header, String::new());
    let wait = Verdict::Wait { reason, detail, until: i64::MAX, tried: false };
    let decision = Decision { verdicts: vec![(MESSAGE, wait)], outgoing: None };
    bench.store.decide(&claim, decision).await.expect("a decision");
}

#[tokio::test]
async fn l8_updates_for_a_message_once_and_wakes_it_when_the_contract_has_taken_it() {
    let [honest, _] = histories();
    let (served, node) = beacon(&honest, 16);
    let bench = Bench::new(vec![node], vec![blocks(&honest, FORK)]).await;
    waits(&bench, 20).await;
    // What is final by the beacon node does not help it yet.
    bench.step().await;
    assert!(bench.open().await.is_empty());
    let detail = bench.row().await.expect("a row").detail;
    assert_eq!(detail, "a message waits for it up to block 20: so far 16 is final");
    served.lock().expect("a lock").slot = FORK;
    for _ in 0..3 {
        bench.step().await;
        let [outgoing] = &bench.open().await[..] else { panic!("one transaction") };
        assert_eq!(
            (outgoing.call.purpose, outgoing.call.to),
            (Purpose::UpdateClient, bench.client)
        );
    }
    assert_eq!(bench.row().await.expect("a row").detail, "an update is under way");
    bench.send().await;
    bench.step().await;
    assert!(bench.open().await.is_empty());
    let row = bench.row().await.expect("a row");
    assert_eq!((row.head_id, row.head.number, row.detail.as_str()), (2, FORK, ""));
    let message = bench.store.message(MESSAGE).await.expect("a store").expect("a message");
    assert_eq!(message.run_at, Some(bench.clock.now()));
}

#[tokio::test]
async fn l3_sends_nothing_while_nodes_of_the_followed_chain_disagree() {
    let [honest, other] = histories();
    let nodes = || vec![blocks(&honest, FORK), blocks(&other, FORK)];
    let bench = Bench::new(vec![beacon(&honest, FORK).1], nodes()).await;
    waits(&bench, 20).await;
    bench.step().await;
    assert!(bench.open().await.is_empty());
    let detail = bench.row().await.expect("a row").detail;
    assert!(detail.contains("2 of 2"), "{detail}");

    // They agree, and on another block than the committee.
    let nodes = || vec![blocks(&other, FORK), blocks(&other, FORK)];
    let bench = Bench::new(vec![beacon(&honest, FORK).1], nodes()).await;
    waits(&bench, 20).await;
    bench.step().await;
    assert!(bench.open().await.is_empty());
    let detail = bench.row().await.expect("a row").detail;
    assert!(detail.contains("nodes of followed do not know the block"), "{detail}");
}

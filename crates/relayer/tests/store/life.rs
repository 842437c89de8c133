//! The life of a message, from its event to the proof of its delivery.

use crate::support::{
    A, B, MINUTE, bid, block, call, id, index, lease, on_a, on_b, on_both, read, sent, standing,
};
use alloy_primitives::{Address, U256};
use relayer::{
    domain::{Decision, Fact, ProvenOutcome, Reason, Stage, Verdict},
    store::Mark,
};

on_both! {
async fn follows_a_message_from_its_event_to_its_acknowledgement(site: Site) {
    let store = site.open("one").await;
    index(&store, A, read(10, 12, 9, vec![sent(0, 11, 0)])).await;
    assert_eq!(standing(&store, 0).await, (Stage::Observed, Reason::Finality));
    assert_eq!(store.claim(B, &[Stage::Final], None, 10, MINUTE).await.unwrap(), None);

    index(&store, A, read(12, 13, 11, vec![])).await;
    assert_eq!(standing(&store, 0).await, (Stage::Final, Reason::Due));
    let claim = store.claim(B, &[Stage::Final], None, 10, MINUTE).await.unwrap().unwrap();
    assert_eq!(claim.messages.iter().map(|message| message.id).collect::<Vec<_>>(), [id(0)]);
    assert_eq!(store.claim(B, &[Stage::Final], None, 10, MINUTE).await.unwrap(), None);

    let decision =
        Decision { verdicts: vec![(id(0), Verdict::Submit)], outgoing: Some(call("deliver:0")) };
    let outgoing = store.decide(&claim, decision).await.unwrap().unwrap();
    assert_eq!(standing(&store, 0).await, (Stage::Submitted, Reason::InFlight));
    assert_eq!(store.messages_of(outgoing).await.unwrap(), [id(0)]);

    let signer = Address::with_last_byte(5);
    let writer = lease(&store, "writer").await;
    store.sign(&writer, outgoing, signer, 3, bid(1, 100, &site.clock), 4).await.unwrap();
    store.mark(&writer, outgoing, Mark::Sent).await.unwrap();
    store.mark(&writer, outgoing, Mark::Mined(block(50, 0))).await.unwrap();
    index(&store, B, read(50, 51, 49, vec![on_b(0, 50, 0, Fact::Delivered(signer))])).await;
    assert_eq!(standing(&store, 0).await, (Stage::Delivered, Reason::Finality));
    store
        .mark(&writer, outgoing, Mark::Final { gas_used: 21_000, wei: U256::from(42) })
        .await
        .unwrap();
    index(&store, B, read(51, 52, 50, vec![])).await;
    assert_eq!(standing(&store, 0).await, (Stage::Settled, Reason::Due));
    assert_eq!(store.spent(B, crate::support::START / 86_400_000).await.unwrap(), U256::from(42));

    let claim = store.claim(A, &[Stage::Settled], None, 10, MINUTE).await.unwrap().unwrap();
    store
        .decide(&claim, Decision { verdicts: vec![(id(0), Verdict::Rest)], outgoing: None })
        .await
        .unwrap();
    assert_eq!(standing(&store, 0).await, (Stage::Settled, Reason::Done));
    index(
        &store,
        A,
        read(13, 21, 20, vec![on_a(0, 20, 0, Fact::Outcome(ProvenOutcome::Delivered, signer))]),
    )
    .await;
    assert_eq!(standing(&store, 0).await, (Stage::Acknowledged, Reason::Done));
    let stages: Vec<Stage> =
        store.history(id(0)).await.unwrap().iter().map(|entry| entry.stage).collect();
    assert_eq!(
        stages,
        [
            Stage::Observed,
            Stage::Final,
            Stage::Submitted,
            Stage::Submitted,
            Stage::Delivered,
            Stage::Settled,
            Stage::Settled,
            Stage::Acknowledged
        ]
    );
}
}

//! What gas costs, and what is paid for it.

use crate::site::{GWEI, SIGNERS, Site};
use relayer::domain::OutgoingState;

#[tokio::test]
async fn l6_holds_without_a_nonce_until_gas_is_cheap_enough() {
    let site = Site::with("fees = { max_fee_gwei = 50.0 }").await;
    let writer = site.writer().await;
    site.anvil.mine_at(80 * GWEI).await;
    let id = site.queue(1).await;
    site.step(&writer).await;
    let row = site.row(id).await;
    assert_eq!((row.state, row.nonce, row.bids.len()), (OutgoingState::Queued, None, 0));
    assert!(row.detail.starts_with("price_above_cap: gas costs 7"), "{}", row.detail);
    assert_eq!(site.anvil.pooled().await, 0);
    // Empty blocks make the next one cheaper.
    let row = loop {
        site.anvil.mine(1).await;
        site.clock.advance(3_000);
        site.step(&writer).await;
        let row = site.row(id).await;
        if row.nonce.is_some() {
            break row;
        }
    };
    assert!(row.bids[0].max_fee <= 50 * GWEI);
    assert_eq!(site.finish(&writer, id).await.state, OutgoingState::Final);
    assert_eq!(site.anvil.calls(1).await, 1);
}

#[tokio::test]
async fn bids_more_when_blocks_pass_without_it() {
    let site = Site::new().await;
    let writer = site.writer().await;
    let id = site.queue(1).await;
    site.step(&writer).await;
    let first = site.row(id).await.bids[0].max_fee;
    // Each block costs more than was bid: it is left out of all of them.
    for _ in 0..4 {
        site.anvil.mine_at(first + 5 * GWEI).await;
        site.anvil.set_base_fee(first + 5 * GWEI).await;
        site.step(&writer).await;
    }
    let row = site.row(id).await;
    assert!(row.bids.len() >= 2, "{:?}", row.bids);
    for pair in row.bids.windows(2) {
        assert!(
            pair[1].max_fee * 100 >= pair[0].max_fee * 110
                && pair[1].tip * 100 >= pair[0].tip * 110
        );
    }
    assert_eq!(site.finish(&writer, id).await.state, OutgoingState::Final);
    assert_eq!((site.anvil.calls(1).await, site.anvil.nonce(SIGNERS[0].0).await), (1, 1));
}

#[tokio::test]
async fn l6_stays_at_the_cap_with_a_nonce_and_goes_on_when_gas_falls() {
    let site = Site::with("fees = { max_fee_gwei = 10.0, bump_blocks = 1 }").await;
    let writer = site.writer().await;
    site.anvil.mine_at(GWEI).await;
    let (id, behind) = (site.queue(1).await, site.queue(2).await);
    site.step(&writer).await;
    for _ in 0..30 {
        site.anvil.mine_at(300 * GWEI).await;
        site.anvil.set_base_fee(300 * GWEI).await;
        site.step(&writer).await;
    }
    for row in [site.row(id).await, site.row(behind).await] {
        assert!(row.bids.iter().all(|bid| bid.max_fee <= 10 * GWEI), "{:?}", row.bids);
        assert!(row.bids.len() < 16 && !row.state.is_over());
    }
    assert!(
        site.row(id).await.detail.starts_with("price_above_cap"),
        "{}",
        site.row(id).await.detail
    );
    site.anvil.mine_at(GWEI).await;
    site.anvil.set_base_fee(GWEI).await;
    assert_eq!(site.finish(&writer, id).await.state, OutgoingState::Final);
    assert_eq!(site.finish(&writer, behind).await.state, OutgoingState::Final);
    assert_eq!((site.anvil.calls(1).await, site.anvil.calls(2).await), (1, 1));
}

#[tokio::test]
async fn l6_can_give_up_what_bids_as_much_as_it_may() {
    let site = Site::with("fees = { max_fee_gwei = 10.0, bump_blocks = 1 }").await;
    let writer = site.writer().await;
    site.anvil.mine_at(GWEI).await;
    let id = site.queue(1).await;
    site.step(&writer).await;
    for _ in 0..12 {
        site.anvil.mine_at(300 * GWEI).await;
        site.anvil.set_base_fee(300 * GWEI).await;
        site.step(&writer).await;
    }
    let call = site.row(id).await.bids.last().unwrap().max_fee;
    let request = relayer::writer::abandon(&site.store, id).await.unwrap();
    site.anvil.mine_at(8 * GWEI).await;
    site.anvil.set_base_fee(8 * GWEI).await;
    let row = site.finish(&writer, id).await;
    assert_eq!((row.state, site.anvil.calls(1).await), (OutgoingState::Abandoned, 0));
    site.step(&writer).await;
    assert_eq!(site.state(request).await, OutgoingState::Refused);
    // The one that does nothing is the next row after the request.
    let nothing = site.row(request + 1).await;
    let bid = nothing.bids.last().unwrap().max_fee;
    assert!(call * 110 <= bid * 100 && bid <= 10 * GWEI, "{call} and {bid}");
    assert_eq!((nothing.state, nothing.nonce), (OutgoingState::Final, row.nonce));
}

#[tokio::test]
async fn another_signer_takes_what_one_cannot_pay_for() {
    let site = Site::new().await;
    let desk = std::sync::Arc::new(relayer::writer::Desk::new());
    let tap = crate::anvil::Tap::new(&site.anvil);
    let poor = site.writer_of(0, site.store.clone(), tap.clone(), desk.clone()).await;
    let rich = site.writer_of(1, site.store.clone(), tap, desk).await;
    site.anvil.set("anvil_setBalance", serde_json::json!([SIGNERS[0].0, "0x1"])).await;
    let id = site.queue(1).await;
    site.step(&poor).await;
    let row = site.row(id).await;
    assert_eq!((row.state, row.signer), (OutgoingState::Queued, None));
    assert!(row.detail.starts_with("balance: "), "{}", row.detail);
    site.clock.advance(5_000);
    assert_eq!(site.finish(&rich, id).await.signer, Some(SIGNERS[1].0));
    // With both at the desk it does not even wait.
    let id = site.queue(2).await;
    site.step(&rich).await;
    assert_eq!(site.finish(&rich, id).await.state, OutgoingState::Final);
    assert_eq!(site.anvil.nonce(SIGNERS[0].0).await, 0);
}

#[tokio::test]
async fn signers_share_what_is_queued() {
    let site = Site::with("limits = { in_flight = 3 }").await;
    let desk = std::sync::Arc::new(relayer::writer::Desk::new());
    let tap = crate::anvil::Tap::new(&site.anvil);
    let a = site.writer_of(0, site.store.clone(), tap.clone(), desk.clone()).await;
    let b = site.writer_of(1, site.store.clone(), tap, desk).await;
    let mut ids = Vec::new();
    for word in 0..10 {
        ids.push(site.queue(word).await);
    }
    for _ in 0..12 {
        let (one, two) = tokio::join!(relayer::role::Role::step(&a), relayer::role::Role::step(&b));
        one.unwrap();
        two.unwrap();
        site.clock.advance(600);
        for (signer, _) in SIGNERS {
            let open = site.store.outgoing_open(crate::anvil::CHAIN, signer).await.unwrap();
            assert!(open.iter().filter(|row| row.mined.is_none()).count() <= 3);
        }
        site.anvil.mine(1).await;
    }
    let mut counts = [0; 2];
    for (word, id) in (0..).zip(ids) {
        assert_eq!((site.state(id).await, site.anvil.calls(word).await), (OutgoingState::Final, 1));
        let signer = site.row(id).await.signer;
        counts[usize::from(signer == Some(SIGNERS[1].0))] += 1;
    }
    assert!(counts.iter().all(|count| *count >= 3), "{counts:?}");
}

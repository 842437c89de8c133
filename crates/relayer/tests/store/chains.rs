//! What chains say is stored once, taken back when it is orphaned, and believed for ever when it is final.

use crate::support::{
    A, B, MINUTE, at, block, claimed, id, index, lease, nonces, on_a, on_b, on_both, read, sent,
    standing, submitted, with_final,
};
use alloy_primitives::Address;
use relayer::{
    domain::{BlockRef, Fact, Reason, Sighting, Stage},
    store::{Advance, Cursor, Error},
};

const WHO: Address = Address::with_last_byte(4);

on_both! {
    async fn reads_back_what_was_stored(site: Site) {
        let store = site.open("one").await;
        assert_eq!(store.cursor(A).await.unwrap(), None);
        let pins: Vec<BlockRef> = (3..6).map(|number| block(number, 0)).collect();
        index(&store, A, Advance { pins: pins.clone(), ..read(1, 6, 3, vec![sent(0, 4, 0)]) }).await;
        let cursor = Cursor {
            next_block: 6,
            final_block: block(3, 0),
            head: 6,
            head_time: 72,
            halted: None,
            updated_at: crate::support::START,
        };
        assert_eq!(store.cursor(A).await.unwrap(), Some(cursor));
        assert_eq!(store.pins(A).await.unwrap(), pins[1..]);
        assert_eq!(store.pins(B).await.unwrap(), []);
        assert_eq!(store.sightings(id(0)).await.unwrap(), [sent(0, 4, 0)]);
        let message = store.message(id(0)).await.unwrap().unwrap();
        let Fact::Sent(said) = sent(0, 4, 0).fact else { panic!() };
        assert_eq!((message.sent, message.sent_at), (*said, at(A, block(4, 0), 0)));
    }

    async fn l5_a_range_that_is_read_again_changes_nothing(site: Site) {
        let store = site.open("one").await;
        let seen = || vec![sent(0, 4, 0), sent(1, 5, 0), on_a(0, 5, 9, Fact::CancellationRequested)];
        index(&store, A, read(1, 6, 5, seen())).await;
        let (message, history) = (store.message(id(0)).await.unwrap(), store.history(id(0)).await.unwrap());
        index(&store, A, read(6, 6, 5, seen())).await;
        index(&store, A, read(6, 7, 5, seen()[1..].to_vec())).await;
        assert_eq!(store.message(id(0)).await.unwrap(), message);
        assert_eq!(store.history(id(0)).await.unwrap(), history);
        assert_eq!(store.sightings(id(0)).await.unwrap().len(), 2);
        // A message of a range that is read again stays in the hand it is in.
        let claim = claimed(&store).await;
        index(&store, A, read(7, 7, 5, seen())).await;
        assert_eq!(store.message(claim.messages[0].id).await.unwrap().unwrap().run_at, Some(claim.until));
    }

    async fn l4_an_orphaned_message_goes_on_where_it_is_sent_again(site: Site) {
        let store = site.open("one").await;
        let pins = |fork| (4..7).map(|number| block(number, fork)).collect();
        index(&store, A, Advance { pins: pins(0), ..read(1, 7, 3, vec![sent(0, 5, 0), sent(1, 6, 0)]) }).await;
        index(&store, A, Advance { roll_back_to: Some(4), ..read(7, 5, 3, vec![]) }).await;
        assert_eq!(standing(&store, 0).await, (Stage::Orphaned, Reason::Finality));
        assert_eq!(store.pins(A).await.unwrap(), [block(4, 0)]);
        assert_eq!(store.sightings(id(0)).await.unwrap(), []);
        assert_eq!(store.next_nonce_seen(A, Address::with_last_byte(7), B).await.unwrap(), 0);
        index(&store, A, read(5, 9, 3, vec![sent(0, 8, 1)])).await;
        assert_eq!(standing(&store, 0).await, (Stage::Observed, Reason::Finality));
        assert_eq!(store.message(id(0)).await.unwrap().unwrap().block(), block(8, 1));
        assert_eq!(standing(&store, 1).await, (Stage::Orphaned, Reason::Finality));
        assert_eq!(store.next_nonce_seen(A, Address::with_last_byte(7), B).await.unwrap(), 1);
        assert_eq!(store.next_nonce_seen(A, WHO, B).await.unwrap(), 0);
        let stages: Vec<Stage> = store.history(id(0)).await.unwrap().iter().map(|entry| entry.stage).collect();
        assert_eq!(stages, [Stage::Observed, Stage::Orphaned, Stage::Observed]);
    }

    async fn m1_nonces_that_are_missing_are_named_until_they_are_seen(site: Site) {
        let store = site.open("one").await;
        let missing = async |count| {
            let gateway = Address::with_last_byte(7);
            store.nonces_missing(A, gateway, B, count).await.unwrap().into_iter().collect::<Vec<_>>()
        };
        assert_eq!(missing(2).await, [0, 1]);
        assert_eq!(missing(u64::MAX).await.len(), 1000);
        // What was sent before the first message that is known is not missing.
        index(&store, A, read(1, 4, 2, vec![sent(5, 2, 0), sent(6, 3, 0), sent(8, 3, 0)])).await;
        assert_eq!(missing(11).await, [7, 9, 10]);
        assert_eq!(missing(9).await, [7]);
        index(&store, A, read(4, 4, 3, vec![])).await;
        assert_eq!(missing(9).await, [7]);
        index(&store, A, read(4, 5, 3, vec![sent(7, 3, 0), sent(9, 4, 0)])).await;
        assert_eq!(missing(10).await, [0; 0]);
        index(&store, A, Advance { roll_back_to: Some(3), ..read(5, 4, 3, vec![]) }).await;
        assert_eq!(missing(10).await, [9]);
        assert_eq!(store.next_nonce_seen(A, Address::with_last_byte(7), B).await.unwrap(), 9);
    }

    async fn l4_takes_back_and_replaces_in_one_step(site: Site) {
        let store = site.open("one").await;
        index(&store, A, read(1, 7, 3, vec![sent(0, 5, 0), sent(1, 6, 0)])).await;
        let back = Advance { roll_back_to: Some(4), ..read(7, 8, 3, vec![sent(1, 5, 1), sent(0, 7, 1)]) };
        index(&store, A, back).await;
        assert_eq!(store.message(id(0)).await.unwrap().unwrap().block(), block(7, 1));
        assert_eq!(store.message(id(1)).await.unwrap().unwrap().block(), block(5, 1));
    }

    async fn l4_a_place_is_what_was_said_of_it_last(site: Site) {
        let store = site.open("one").await;
        index(&store, A, read(1, 7, 3, vec![sent(0, 5, 0)])).await;
        // Another block of that number, whose reader did not say that the first one was orphaned.
        let other = Sighting { place: at(A, block(5, 1), 0), ..sent(1, 5, 1) };
        index(&store, A, read(7, 7, 3, vec![other])).await;
        assert_eq!(standing(&store, 0).await, (Stage::Orphaned, Reason::Finality));
        assert_eq!(standing(&store, 1).await, (Stage::Observed, Reason::Finality));
    }

    async fn what_became_of_a_message_is_kept_until_it_is_known_where_it_was_sent(site: Site) {
        let store = site.open("one").await;
        index(&store, B, read(1, 7, 6, vec![on_b(0, 5, 0, Fact::Delivered(WHO))])).await;
        assert_eq!(store.message(id(0)).await.unwrap(), None);
        index(&store, A, read(1, 7, 3, vec![sent(0, 5, 0)])).await;
        assert_eq!(standing(&store, 0).await, (Stage::Observed, Reason::Finality));
        index(&store, A, read(7, 8, 5, vec![])).await;
        assert_eq!(standing(&store, 0).await, (Stage::Settled, Reason::Due));
    }

    async fn l4_a_delivery_that_is_taken_back_makes_the_message_due(site: Site) {
        let store = with_final(&site, &[(0, 1)]).await;
        index(&store, B, read(1, 7, 3, vec![on_b(0, 5, 0, Fact::Delivered(WHO))])).await;
        assert_eq!(store.claim(B, &[Stage::Final], None, 9, MINUTE).await.unwrap(), None);
        index(&store, B, Advance { roll_back_to: Some(4), ..read(7, 5, 3, vec![]) }).await;
        assert_eq!(nonces(&claimed(&store).await), [0]);
    }

    async fn a_failure_is_due_and_a_later_delivery_overrides_it(site: Site) {
        let store = with_final(&site, &[(0, 1)]).await;
        index(&store, B, read(1, 7, 3, vec![on_b(0, 5, 0, Fact::Failed("0xdead".into()))])).await;
        let message = store.message(id(0)).await.unwrap().unwrap();
        assert_eq!((message.stage, message.reason, message.detail.as_str()), (Stage::Failed, Reason::RecipientFails, "0xdead"));
        let claim = store.claim(B, &[Stage::Failed], None, 9, MINUTE).await.unwrap().unwrap();
        assert_eq!(nonces(&claim), [0]);
        index(&store, B, read(7, 9, 3, vec![Sighting { place: at(B, block(8, 0), 1), ..on_b(0, 8, 0, Fact::Delivered(WHO)) }])).await;
        assert_eq!(standing(&store, 0).await, (Stage::Delivered, Reason::Finality));
    }

    async fn m1_rejects_to_go_on_from_elsewhere_or_when_halted(site: Site) {
        let store = site.open("one").await;
        let lease = lease(&store, "indexer").await;
        let unknown = store.halt(A, &lease, "why").await.unwrap_err();
        assert!(matches!(&unknown, Error::Unknown { what: "cursor of chain", which } if *which == A.to_string()), "{unknown}");
        store.advance(A, &lease, read(1, 7, 5, vec![])).await.unwrap();
        let moved = store.advance(A, &lease, read(6, 8, 5, vec![sent(0, 6, 0)])).await.unwrap_err();
        assert!(matches!(moved, Error::Moved { chain: A, expected: 6, found: 7 }), "{moved}");
        store.halt(A, &lease, "a final block was replaced").await.unwrap();
        let halted = store.advance(A, &lease, read(7, 8, 5, vec![sent(0, 7, 0)])).await.unwrap_err();
        assert!(matches!(&halted, Error::Halted { chain: A, why } if why == "a final block was replaced"), "{halted}");
        assert_eq!(store.message(id(0)).await.unwrap(), None);
        assert_eq!(store.resume(A, block(5, 0)).await.unwrap(), 0);
        let running = store.resume(A, block(5, 0)).await.unwrap_err();
        assert!(matches!(running, Error::NotHalted { chain: A }), "{running}");
        store.advance(A, &lease, read(6, 8, 5, vec![sent(0, 7, 0)])).await.unwrap();
    }

    async fn l4_rejects_to_take_back_what_is_final(site: Site) {
        let store = site.open("one").await;
        let lease = lease(&store, "indexer").await;
        store.advance(A, &lease, read(1, 7, 5, vec![sent(0, 4, 0)])).await.unwrap();
        let deeper = Advance { roll_back_to: Some(4), ..read(7, 5, 5, vec![]) };
        let error = store.advance(A, &lease, deeper).await.unwrap_err();
        assert!(matches!(error, Error::BelowFinal { chain: A, number: 4, final_number: 5 }), "{error}");
        let other = Advance { final_block: block(5, 1), ..read(7, 8, 5, vec![]) };
        let error = store.advance(A, &lease, other).await.unwrap_err();
        assert!(matches!(error, Error::BelowFinal { chain: A, number: 5, final_number: 5 }), "{error}");
        assert_eq!(standing(&store, 0).await, (Stage::Final, Reason::Due));
        // To the final block itself is no deeper; finality that lags changes nothing.
        store.advance(A, &lease, Advance { roll_back_to: Some(5), ..read(7, 6, 5, vec![]) }).await.unwrap();
        store.advance(A, &lease, read(6, 7, 2, vec![])).await.unwrap();
        assert_eq!(store.cursor(A).await.unwrap().unwrap().final_block, block(5, 0));
    }

    async fn messages_to_chains_of_others_are_kept(site: Site) {
        let store = site.open("one").await;
        store.serve(&[A]).await.unwrap();
        index(&store, A, read(1, 7, 5, vec![sent(0, 4, 0)])).await;
        assert_eq!(standing(&store, 0).await, (Stage::Final, Reason::UnknownChain));
        assert_eq!(store.claim(B, &[Stage::Final], None, 9, MINUTE).await.unwrap(), None);
        index(&store, A, read(7, 8, 6, vec![on_a(0, 7, 3, Fact::CancellationRequested)])).await;
        assert_eq!(standing(&store, 0).await, (Stage::Final, Reason::UnknownChain));
        store.serve(&[A, B]).await.unwrap();
        assert_eq!(standing(&store, 0).await, (Stage::Final, Reason::Due));
        submitted(&store, "a").await;
    }

    async fn two_chains_that_tell_of_one_message_at_once_are_both_heard(site: Site) {
        let store = site.open("one").await;
        let (on_a_lease, on_b_lease) = (lease(&store, "a").await, lease(&store, "b").await);
        for nonce in 0..20 {
            let at = nonce + 1;
            let (one, two) = (store.clone(), store.clone());
            let (first, second) = (on_a_lease.clone(), on_b_lease.clone());
            let here = tokio::spawn(async move { one.advance(A, &first, read(at, at + 1, at, vec![sent(nonce, at, 0)])).await });
            let told = vec![on_b(nonce, at, 0, Fact::Delivered(WHO))];
            let there = tokio::spawn(async move { two.advance(B, &second, read(at, at + 1, at, told)).await });
            here.await.unwrap().unwrap();
            there.await.unwrap().unwrap();
            assert_eq!(standing(&store, nonce).await, (Stage::Settled, Reason::Due));
        }
    }
}

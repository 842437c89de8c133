//! A chain that has taken back what was final goes on from a block that it still has. Nothing that was known of messages is lost.

use crate::support::{
    A, B, MINUTE, START, block, id, index, lease, nonces, on_a, on_b, on_both, read, sent, standing,
};
use alloy_primitives::Address;
use relayer::{
    domain::{BlockRef, Fact, ProvenOutcome, Reason, Stage},
    store::{Advance, Error, Store},
};

const WHO: Address = Address::with_last_byte(4);

async fn halt(store: &Store, chain: u64) {
    let lease = lease(store, &format!("indexer:{chain}")).await;
    store.halt(chain, &lease, "a final block was replaced").await.unwrap();
}

async fn stages(store: &Store, nonce: u64) -> Vec<Stage> {
    store.history(id(nonce)).await.unwrap().iter().map(|entry| entry.stage).collect()
}

on_both! {
    async fn l4_resuming_takes_back_what_was_final_and_keeps_what_was_delivered(site: Site) {
        let store = site.open("one").await;
        // Four messages, the first of which is delivered and proven, the second delivered.
        let home = vec![sent(0, 3, 0), sent(1, 5, 0), sent(2, 6, 0), sent(3, 9, 0)];
        let pins: Vec<BlockRef> = (8..10).map(|number| block(number, 0)).collect();
        index(&store, A, Advance { pins, ..read(1, 10, 7, home) }).await;
        let there = vec![on_b(0, 4, 0, Fact::Delivered(WHO)), on_b(1, 5, 0, Fact::Delivered(WHO))];
        index(&store, B, read(1, 8, 7, there)).await;
        index(&store, A, read(10, 12, 11, vec![on_a(0, 10, 5, Fact::Outcome(ProvenOutcome::Delivered, WHO))])).await;
        let before = [Stage::Acknowledged, Stage::Settled, Stage::Final, Stage::Final];
        for (nonce, stage) in (0..).zip(before) {
            assert_eq!(standing(&store, nonce).await.0, stage, "{nonce}");
        }
        assert_eq!(store.messages_after(A, 4).await.unwrap(), 4);
        let seen = [block(10, 0), block(9, 0), block(6, 0)];
        assert_eq!(store.blocks_seen(A, 11, 3).await.unwrap(), seen);
        assert_eq!(store.blocks_seen(A, 5, 9).await.unwrap(), [block(5, 0), block(3, 0)]);

        halt(&store, A).await;
        assert_eq!(store.resume(A, block(4, 0)).await.unwrap(), 4);
        let cursor = store.cursor(A).await.unwrap().unwrap();
        assert_eq!((cursor.next_block, cursor.final_block, cursor.halted), (5, block(4, 0), None));
        assert_eq!((cursor.updated_at, store.pins(A).await.unwrap()), (START, vec![]));
        let after = [Stage::Settled, Stage::Orphaned, Stage::Orphaned, Stage::Orphaned];
        for (nonce, stage) in (0..).zip(after) {
            assert_eq!(standing(&store, nonce).await.0, stage, "{nonce}");
        }
        // It is still known what became of what is gone, and what was seen of it elsewhere.
        assert_eq!(stages(&store, 1).await.last_chunk(), Some(&[Stage::Settled, Stage::Orphaned]));
        let gone = store.message(id(1)).await.unwrap().unwrap();
        assert_eq!(gone.detail, "the block that sent it was replaced by another one");
        assert_eq!(store.sightings(id(1)).await.unwrap().len(), 1);
        let due = store.claim(B, &[Stage::Final], None, 9, MINUTE).await.unwrap();
        assert_eq!(due, None, "what is gone is not delivered");

        // The new chain has the second and the third, in other blocks. What was delivered is not delivered once more.
        let again = vec![sent(1, 6, 1), sent(2, 7, 1)];
        index(&store, A, Advance { final_block: block(8, 1), ..read(5, 9, 8, again) }).await;
        assert_eq!(standing(&store, 1).await, (Stage::Settled, Reason::Due));
        assert_eq!(store.message(id(1)).await.unwrap().unwrap().block(), block(6, 1));
        let due = store.claim(B, &[Stage::Final], None, 9, MINUTE).await.unwrap().unwrap();
        assert_eq!(nonces(&due), [2]);
        assert_eq!(standing(&store, 3).await.0, Stage::Orphaned);
    }

    async fn l4_a_delivery_on_a_chain_that_is_resumed_is_due_again_unless_it_is_still_there(site: Site) {
        let store = site.open("one").await;
        index(&store, A, read(1, 9, 8, vec![sent(0, 3, 0), sent(1, 4, 0)])).await;
        let there = vec![on_b(0, 4, 0, Fact::Delivered(WHO)), on_b(1, 6, 0, Fact::Delivered(WHO))];
        index(&store, B, read(1, 8, 7, there)).await;
        halt(&store, B).await;
        assert_eq!(store.resume(B, block(4, 0)).await.unwrap(), 1);
        assert_eq!(standing(&store, 0).await, (Stage::Settled, Reason::Due));
        let due = store.claim(B, &[Stage::Final], None, 9, MINUTE).await.unwrap().unwrap();
        assert_eq!(nonces(&due), [1]);
    }

    async fn m1_nonces_that_a_resumed_chain_sent_anew_are_missing_until_they_are_seen(site: Site) {
        let store = site.open("one").await;
        // SQLite is for one process.
        let is_shared = site.url.starts_with("postgres");
        let other = if is_shared { Some(site.open("two").await) } else { None };
        let gateway = Address::with_last_byte(7);
        index(&store, A, read(1, 9, 8, vec![sent(0, 3, 0), sent(1, 4, 0), sent(2, 5, 0)])).await;
        for store in std::iter::once(&store).chain(&other) {
            assert!(store.nonces_missing(A, gateway, B, 3).await.unwrap().is_empty());
        }
        halt(&store, A).await;
        assert_eq!(store.resume(A, block(3, 0)).await.unwrap(), 2);
        // What any process remembers of the old chain does not hide them.
        for store in std::iter::once(&store).chain(&other) {
            assert_eq!(store.nonces_missing(A, gateway, B, 3).await.unwrap(), [1, 2].into());
        }
    }

    async fn l4_rejects_to_resume_what_is_not_halted_or_was_not_read(site: Site) {
        let store = site.open("one").await;
        let unknown = store.resume(A, block(3, 0)).await.unwrap_err();
        assert!(matches!(&unknown, Error::Unknown { what: "cursor of chain", which } if *which == A.to_string()), "{unknown}");
        index(&store, A, read(1, 9, 8, vec![sent(0, 3, 0)])).await;
        let running = store.resume(A, block(3, 0)).await.unwrap_err();
        assert!(matches!(running, Error::NotHalted { chain: A }), "{running}");
        halt(&store, A).await;
        let ahead = store.resume(A, block(9, 0)).await.unwrap_err();
        assert!(matches!(ahead, Error::Moved { chain: A, expected: 10, found: 9 }), "{ahead}");
        assert_eq!(standing(&store, 0).await, (Stage::Final, Reason::Due));
        assert!(store.cursor(A).await.unwrap().unwrap().halted.is_some());
    }
}

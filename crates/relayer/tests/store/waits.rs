//! Messages that wait for something are woken when it has come, also when they are in hand just then.

use crate::support::{
    A, B, MINUTE, all, block, claimed, id, index, nonces, on_a, on_b, on_both, read, standing,
    with_final,
};
use alloy_primitives::Address;
use relayer::{
    clock::Clock,
    domain::{Fact, Reason, Stage, Verdict},
    store::{ClientRow, Demand, Error, Store},
};

const NEVER: i64 = i64::MAX;

fn header() -> Verdict {
    Verdict::Wait { reason: Reason::Header, detail: "no head".into(), until: NEVER, tried: false }
}

fn client(on_chain: u64, follows: u64, head: u64, checked_at: i64) -> ClientRow {
    ClientRow {
        on_chain,
        follows,
        address: Address::with_last_byte(3),
        head_id: head,
        head: block(head, 0),
        head_time: head * 12,
        expires_at: Some(99),
        detail: String::new(),
        checked_at,
    }
}

async fn all_wait(store: &Store) {
    while let Some(claim) = store.claim(B, &[Stage::Final], None, 9, MINUTE).await.unwrap() {
        store.decide(&claim, all(&claim, &header(), None)).await.unwrap();
    }
}

on_both! {
    async fn l8_wakes_messages_up_to_the_block_of_the_head(site: Site) {
        let store = with_final(&site, &[(0, 4), (1, 5), (2, 6)]).await;
        assert_eq!(store.demand(A, B).await.unwrap(), None);
        let since = site.clock.now();
        site.clock.advance(5);
        all_wait(&store).await;
        assert_eq!(store.demand(A, B).await.unwrap(), Some(Demand { count: 3, highest_block: 6, oldest_since: since }));
        assert_eq!(store.demand(B, A).await.unwrap(), None);
        assert_eq!(store.wake(A, B, 5, Reason::NotDue).await.unwrap(), 0);
        assert_eq!(store.wake(B, A, 5, Reason::Header).await.unwrap(), 0);
        assert_eq!(store.wake(A, B, 5, Reason::Header).await.unwrap(), 2);
        assert_eq!(store.wake(A, B, 5, Reason::Header).await.unwrap(), 0);
        assert_eq!(nonces(&claimed(&store).await), [0]);
        assert_eq!(nonces(&claimed(&store).await), [1]);
        assert_eq!(store.claim(B, &[Stage::Final], None, 9, MINUTE).await.unwrap(), None);
    }

    async fn l8_what_is_to_be_cancelled_waits_for_the_block_of_that_wish(site: Site) {
        let store = with_final(&site, &[(0, 4)]).await;
        all_wait(&store).await;
        assert_eq!(store.demand(A, B).await.unwrap().unwrap().highest_block, 4);
        let wish = on_a(0, 9, 0, Fact::CancellationRequested);
        index(&store, A, read(5, 11, 10, vec![wish])).await;
        all_wait(&store).await;
        assert_eq!(store.demand(A, B).await.unwrap().unwrap().highest_block, 9);
        assert_eq!(store.wake(A, B, 8, Reason::Header).await.unwrap(), 0);
        assert_eq!(store.wake(A, B, 9, Reason::Header).await.unwrap(), 1);
    }

    async fn l8_what_is_in_hand_while_the_head_moves_is_due_at_once(site: Site) {
        let store = with_final(&site, &[(0, 4), (1, 7)]).await;
        store.put_client(client(B, A, 3, site.clock.now())).await.unwrap();
        site.clock.advance(5);
        let (first, second) = (claimed(&store).await, claimed(&store).await);
        site.clock.advance(5);
        store.put_client(client(B, A, 4, site.clock.now())).await.unwrap();
        assert_eq!(store.wake(A, B, 4, Reason::Header).await.unwrap(), 0);
        store.decide(&first, all(&first, &header(), None)).await.unwrap();
        store.decide(&second, all(&second, &header(), None)).await.unwrap();
        assert_eq!(nonces(&claimed(&store).await), [0]);
        assert_eq!(store.message(id(1)).await.unwrap().unwrap().run_at, Some(NEVER));
        // A head that was there when it was taken is no reason to come back at once.
        site.clock.advance(MINUTE);
        let again = claimed(&store).await;
        store.decide(&again, all(&again, &header(), None)).await.unwrap();
        assert_eq!(store.message(id(0)).await.unwrap().unwrap().run_at, Some(NEVER));
    }

    async fn l8_what_is_carried_back_waits_for_the_light_client_of_its_source(site: Site) {
        let store = with_final(&site, &[(0, 4), (1, 5)]).await;
        let claim = claimed(&store).await;
        store.decide(&claim, all(&claim, &Verdict::Expire("late".into()), None)).await.unwrap();
        index(&store, B, read(50, 61, 60, vec![on_b(1, 55, 0, Fact::Delivered(Address::ZERO))])).await;
        assert_eq!(standing(&store, 1).await, (Stage::Settled, Reason::Due));
        for stage in [Stage::Settled, Stage::Expired] {
            let claim = store.claim(A, &[stage], None, 9, MINUTE).await.unwrap().unwrap();
            store.decide(&claim, all(&claim, &header(), None)).await.unwrap();
        }
        // One that has expired waits for whatever is final now.
        let demand = store.demand(B, A).await.unwrap().unwrap();
        assert_eq!((demand.count, demand.highest_block), (2, 60));
        assert_eq!(store.demand(A, B).await.unwrap(), None);
        assert_eq!(store.wake(B, A, 54, Reason::Header).await.unwrap(), 1);
        let claim = store.claim(A, &[Stage::Settled, Stage::Expired], None, 9, MINUTE).await.unwrap().unwrap();
        assert_eq!(nonces(&claim), [0]);
        assert_eq!(store.wake(B, A, 55, Reason::Header).await.unwrap(), 2);
        let refused = store.decide(&claim, all(&claim, &header(), None)).await.unwrap_err();
        assert!(matches!(&refused, Error::NotOurs { messages } if *messages == [id(0)]), "{refused}");
    }

    async fn clients_are_news_when_they_have_changed(site: Site) {
        let store = site.open("one").await;
        let mut changes = store.changes();
        let row = client(B, A, 4, 10);
        store.put_client(row.clone()).await.unwrap();
        assert!(changes.has_changed().unwrap());
        changes.mark_unchanged();
        let later = ClientRow { checked_at: 20, ..row };
        store.put_client(later.clone()).await.unwrap();
        assert!(!changes.has_changed().unwrap());
        assert_eq!(store.clients().await.unwrap(), std::slice::from_ref(&later));
        let down = ClientRow { detail: "paused".into(), expires_at: None, ..later };
        store.put_client(down.clone()).await.unwrap();
        assert!(changes.has_changed().unwrap());
        assert_eq!(store.clients().await.unwrap(), [down]);
    }
}

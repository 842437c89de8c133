//! What a process had in hand that is gone.

use crate::support::{A, MINUTE, Site, all, call, claimed, id, nonces, on_both, read, with_final};
use relayer::{
    domain::{Stage, Verdict},
    store::Error,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l5_what_a_dead_process_had_in_hand_is_free_when_it_has_not_said_that_it_lives() {
    let Some(site) = Site::postgres() else { return };
    let one = with_final(&site, &[(0, 1), (1, 1)]).await;
    let two = site.open("two").await;
    assert_eq!(one.alive(15_000).await.unwrap(), 0);
    let claim = claimed(&one).await;
    let names = ["indexer:1", "purse:1", "writer:1:0x1"];
    for name in names {
        one.lease(name, MINUTE).await.unwrap().unwrap();
    }
    // While it says so, all of it is its own.
    site.clock.advance(14_000);
    assert_eq!(two.alive(15_000).await.unwrap(), 0);
    assert_eq!(two.claim(crate::support::B, &[Stage::Final], None, 9, MINUTE).await.unwrap(), None);
    one.alive(15_000).await.unwrap();
    site.clock.advance(14_999);
    assert_eq!(two.alive(15_000).await.unwrap(), 0);
    site.clock.advance(1);
    assert_eq!(two.alive(15_000).await.unwrap(), 1);
    assert_eq!(nonces(&claimed(&two).await), [0, 1]);
    // A signer's lease ends by its own time: until then its transactions can still come.
    let mut taken = Vec::new();
    for name in names {
        taken.push(two.lease(name, MINUTE).await.unwrap().is_some());
    }
    assert_eq!(taken, [true, false, false]);
    // It was only slow: what it wants to store of it is refused.
    let late = one.decide(&claim, all(&claim, &Verdict::Submit, Some(call("late")))).await;
    assert!(matches!(late, Err(Error::NotOurs { .. })), "{late:?}");
    assert_eq!(one.alive(15_000).await.unwrap(), 0);
    assert_eq!(two.alive(15_000).await.unwrap(), 0, "it is told of once");
}

on_both! {
    async fn l5_who_leaves_has_nothing_in_hand(site: Site) {
        let one = with_final(&site, &[(0, 1)]).await;
        let two = one.as_owner("two");
        one.alive(15_000).await.unwrap();
        claimed(&one).await;
        one.lease("writer:1:0x1", MINUTE).await.unwrap().unwrap();
        let theirs = two.lease("writer:1:0x2", MINUTE).await.unwrap().unwrap();
        assert!(two.with_others_until("writer:1:0x1").await.unwrap().is_some());
        assert!(one.with_others_until("writer:1:0x1").await.unwrap().is_none());
        assert!(one.with_others_until("writer:1:0x3").await.unwrap().is_none());
        one.leave().await.unwrap();
        assert!(two.with_others_until("writer:1:0x1").await.unwrap().is_none());
        assert_eq!(nonces(&claimed(&two).await), [0]);
        assert!(two.lease("writer:1:0x1", MINUTE).await.unwrap().is_some());
        assert!(one.lease(&theirs.name, MINUTE).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn l5_a_process_goes_on_at_once_with_what_the_one_before_it_had_in_hand_on_sqlite() {
    let site = Site::sqlite();
    let store = with_final(&site, &[(0, 1)]).await;
    claimed(&store).await;
    store.close().await;
    let store = site.open("one").await;
    assert_eq!(
        store.claim(crate::support::B, &[Stage::Final], None, 9, MINUTE).await.unwrap(),
        None
    );
    store.succeed().await.unwrap();
    assert_eq!(nonces(&claimed(&store).await), [0]);
    let lease = store.lease(&format!("indexer:{A}"), MINUTE).await.unwrap().unwrap();
    store.advance(A, &lease, read(2, 3, 2, vec![])).await.unwrap();
    assert_eq!(store.message(id(0)).await.unwrap().unwrap().stage, Stage::Final);
}

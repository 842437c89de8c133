//! Messages are taken by one worker at a time, and what comes late changes nothing.

use crate::support::{
    A, B, MINUTE, all, call, claimed, id, index, nonces, on_a, on_both, read, sent, standing,
    with_final,
};
use alloy_primitives::{Address, B256, U256};
use relayer::{
    clock::Clock,
    domain::{Class, Decision, Fact, Reason, Stage, Verdict, backoff},
    store::{Error, Requeue},
};
use std::collections::BTreeMap;

fn wait(reason: Reason, until: i64, tried: bool) -> Verdict {
    Verdict::Wait { reason, detail: "as it is".into(), until, tried }
}

on_both! {
    async fn l5_eight_workers_take_each_message_once(site: Site) {
        let messages: Vec<(u64, u64)> = (0..240).map(|nonce| (nonce, 1 + nonce / 12)).collect();
        let store = with_final(&site, &messages).await;
        let workers = (0..8).map(|number| {
            let store = store.as_owner(&format!("worker {number}"));
            tokio::spawn(async move {
                let mut taken = Vec::new();
                while let Some(claim) = store.claim(B, &[Stage::Final], None, 5, MINUTE).await.unwrap() {
                    taken.extend(nonces(&claim));
                    let put = wait(Reason::Order, i64::MAX, false);
                    store.decide(&claim, all(&claim, &put, None)).await.unwrap();
                }
                taken
            })
        });
        let mut taken = Vec::new();
        for worker in workers.collect::<Vec<_>>() {
            taken.extend(worker.await.unwrap());
        }
        taken.sort_unstable();
        assert_eq!(taken, (0..240).collect::<Vec<_>>());
    }

    async fn claims_one_block_at_a_time_in_the_order_of_nonces(site: Site) {
        let store = with_final(&site, &[(3, 5), (1, 5), (0, 4), (2, 6), (4, 5)]).await;
        let mut seen = Vec::new();
        while let Some(claim) = store.claim(B, &[Stage::Final], None, 2, MINUTE).await.unwrap() {
            seen.push(nonces(&claim));
        }
        assert_eq!(seen, [vec![0], vec![1, 3], vec![4], vec![2]]);
    }

    async fn live_messages_go_before_a_backlog(site: Site) {
        let store = site.open("one").await;
        let backlog = relayer::store::Advance { class: Class::Backlog, ..read(1, 3, 2, vec![sent(0, 1, 0), sent(1, 2, 0)]) };
        index(&store, A, backlog).await;
        site.clock.advance(1000);
        index(&store, A, read(3, 4, 3, vec![sent(2, 3, 0)])).await;
        let next = async |class| store.claim(B, &[Stage::Final], class, 1, MINUTE).await.unwrap().map(|claim| nonces(&claim));
        assert_eq!(next(None).await, Some(vec![2]));
        assert_eq!(next(Some(Class::Live)).await, None);
        assert_eq!(next(Some(Class::Backlog)).await, Some(vec![0]));
        assert_eq!(next(None).await, Some(vec![1]));
        assert_eq!(next(None).await, None);
    }

    async fn l5_rejects_a_decision_that_comes_after_its_time(site: Site) {
        let store = with_final(&site, &[(0, 1)]).await;
        let late = claimed(&store).await;
        site.clock.advance(MINUTE);
        let before = store.message(id(0)).await.unwrap().unwrap();
        let history = store.history(id(0)).await.unwrap();
        let decision = all(&late, &Verdict::Submit, Some(call("late")));
        let refused = store.decide(&late, decision.clone()).await.unwrap_err();
        assert!(matches!(&refused, Error::NotOurs { messages } if *messages == [id(0)]), "{refused}");
        assert_eq!(store.message(id(0)).await.unwrap().unwrap(), before);
        assert_eq!(store.history(id(0)).await.unwrap(), history);

        // Another has it now: it is theirs to decide, whoever came first.
        let other = store.as_owner("two");
        let claim = claimed(&other).await;
        assert!(claim.fence > late.fence);
        let refused = store.decide(&late, decision).await.unwrap_err();
        assert!(matches!(&refused, Error::NotOurs { messages } if *messages == [id(0)]), "{refused}");
        assert_eq!(store.outgoing_by_key("late").await.unwrap(), None);
        let number = other.decide(&claim, all(&claim, &Verdict::Submit, Some(call("in time")))).await.unwrap();
        assert_eq!(store.outgoing_by_key("in time").await.unwrap().map(|outgoing| outgoing.id), number);
        assert_eq!(standing(&store, 0).await, (Stage::Submitted, Reason::InFlight));
    }

    async fn l4_rejects_a_decision_after_something_has_happened_and_frees_the_others(site: Site) {
        let store = with_final(&site, &[(0, 1), (1, 1)]).await;
        let claim = claimed(&store).await;
        let paid = on_a(1, 2, 0, Fact::FeePaid(Address::ZERO, U256::ONE));
        index(&store, A, read(2, 3, 1, vec![paid])).await;
        let refused = store.decide(&claim, all(&claim, &Verdict::Submit, Some(call("both")))).await.unwrap_err();
        assert!(matches!(&refused, Error::NotOurs { messages } if *messages == [id(1)]), "{refused}");
        assert_eq!(store.outgoing_by_key("both").await.unwrap(), None);
        let again = claimed(&store).await;
        assert_eq!(nonces(&again), [0, 1]);
        store.decide(&again, all(&again, &Verdict::Submit, Some(call("both")))).await.unwrap().unwrap();
    }

    async fn l7_decides_each_message_of_a_claim_on_its_own(site: Site) {
        let store = with_final(&site, &[(0, 1), (1, 1), (2, 1), (3, 1), (4, 1), (5, 1)]).await;
        let claim = claimed(&store).await;
        let verdicts = vec![
            (id(0), Verdict::Quarantine(Reason::ProofInvalid, "no such log".into())),
            (id(1), Verdict::Submit),
            (id(2), wait(Reason::Order, site.clock.now() + MINUTE, false)),
            (id(3), Verdict::Filter("its sender is denied".into())),
            (id(4), Verdict::Expire("its deadline was 5".into())),
        ];
        let outgoing = store.decide(&claim, Decision { verdicts, outgoing: Some(call("one")) }).await.unwrap().unwrap();
        assert_eq!(standing(&store, 0).await, (Stage::Quarantined, Reason::ProofInvalid));
        assert_eq!(standing(&store, 1).await, (Stage::Submitted, Reason::InFlight));
        assert_eq!(standing(&store, 2).await, (Stage::Final, Reason::Order));
        assert_eq!(standing(&store, 3).await, (Stage::Filtered, Reason::Filter));
        assert_eq!(standing(&store, 4).await, (Stage::Expired, Reason::Deadline));
        assert_eq!(store.messages_of(outgoing).await.unwrap(), [id(1)]);
        // The one that was not named is due at once, and the one that has expired is due on its source.
        assert_eq!(nonces(&claimed(&store).await), [5]);
        let back = store.claim(A, &[Stage::Expired], None, 10, MINUTE).await.unwrap().unwrap();
        assert_eq!(nonces(&back), [4]);
        assert_eq!(back.messages[0].work_on(), A);
    }

    async fn l6_what_was_tried_waits_longer_each_time(site: Site) {
        let store = with_final(&site, &[(0, 1)]).await;
        for attempt in 1..=15 {
            let claim = claimed(&store).await;
            assert_eq!(claim.messages[0].attempts, attempt - 1);
            let now = site.clock.now();
            store.decide(&claim, all(&claim, &wait(Reason::Nodes, now, true), None)).await.unwrap();
            let message = store.message(id(0)).await.unwrap().unwrap();
            assert_eq!(message.run_at, Some(now + backoff(attempt, &id(0))));
            site.clock.advance(backoff(attempt, &id(0)));
        }
        // A wait that is no attempt is as long as it is said to be.
        let claim = claimed(&store).await;
        store.decide(&claim, all(&claim, &wait(Reason::NotDue, site.clock.now() + 7, false), None)).await.unwrap();
        let message = store.message(id(0)).await.unwrap().unwrap();
        assert_eq!((message.attempts, message.run_at), (15, Some(site.clock.now() + 7)));
    }

    async fn rejects_decisions_that_do_not_fit(site: Site) {
        let store = with_final(&site, &[(0, 1)]).await;
        let claim = claimed(&store).await;
        let decide = async |verdicts: Vec<(B256, Verdict)>| store.decide(&claim, Decision { verdicts, outgoing: None }).await.unwrap_err();
        let why = |error: &Error| match error {
            Error::Unfit { message, why } => (*message, *why),
            other => panic!("{other}"),
        };
        assert_eq!(why(&decide(vec![(id(9), Verdict::Rest)]).await), (id(9), "it was not taken"));
        let twice = vec![(id(0), Verdict::Rest), (id(0), Verdict::Rest)];
        assert_eq!(why(&decide(twice).await), (id(0), "there are two verdicts for it"));
        assert_eq!(why(&decide(vec![(id(0), Verdict::Submit)]).await), (id(0), "it is to be sent without a transaction"));
        // The claim still holds.
        store.decide(&claim, all(&claim, &Verdict::Rest, None)).await.unwrap();
        let message = store.message(id(0)).await.unwrap().unwrap();
        assert_eq!((message.stage, message.reason, message.run_at), (Stage::Final, Reason::Done, None));
    }

    async fn requeues_what_was_put_aside_and_nothing_else(site: Site) {
        let store = with_final(&site, &[(0, 1), (1, 2), (2, 3), (3, 4)]).await;
        for verdict in [
            Verdict::Quarantine(Reason::RecipientFails, "it fails".into()),
            Verdict::Filter("no".into()),
            Verdict::Submit,
            wait(Reason::Unprofitable, i64::MAX, true),
        ] {
            let claim = claimed(&store).await;
            store.decide(&claim, all(&claim, &verdict, Some(call("one")))).await.unwrap();
        }
        let before = store.counts().await.unwrap();
        assert_eq!(before, BTreeMap::from([(Stage::Final, 1), (Stage::Submitted, 1), (Stage::Filtered, 1), (Stage::Quarantined, 1)]));
        let requeue = async |which: Requeue| store.requeue(&which, Class::Backlog).await.unwrap();
        assert_eq!(requeue(Requeue { lane: Some((B, A)), ..Requeue::default() }).await, 0);
        assert_eq!(requeue(Requeue { ids: vec![id(0)], stage: Some(Stage::Filtered), ..Requeue::default() }).await, 0);
        assert_eq!(requeue(Requeue { ids: vec![id(2), B256::ZERO], ..Requeue::default() }).await, 0);
        assert_eq!(requeue(Requeue { stage: Some(Stage::Quarantined), ..Requeue::default() }).await, 1);
        assert_eq!(requeue(Requeue { reason: Some(Reason::Unprofitable), lane: Some((A, B)), ..Requeue::default() }).await, 1);
        assert_eq!(requeue(Requeue { ids: vec![id(1)], ..Requeue::default() }).await, 1);
        let message = store.message(id(3)).await.unwrap().unwrap();
        assert_eq!((message.reason, message.class, message.attempts), (Reason::Requeued, Class::Backlog, 0));
        let mut due = Vec::new();
        while let Some(claim) = store.claim(B, &[Stage::Final], Some(Class::Backlog), 9, MINUTE).await.unwrap() {
            due.extend(nonces(&claim));
        }
        assert_eq!(due, [0, 1, 3]);
        assert_eq!(standing(&store, 2).await, (Stage::Submitted, Reason::InFlight));
    }
}

//! Transactions of ours: nothing is sent twice, and what ends gives its messages back.

use crate::support::{
    A, B, MINUTE, START, all, bid, block, call, claimed, id, index, lease, nonces, on_b, on_both,
    read, standing, submitted, with_final,
};
use alloy_primitives::{Address, U256};
use relayer::{
    clock::Clock,
    domain::{Fact, NewOutgoing, OutgoingState, Purpose, Reason, Stage, Verdict, backoff},
    store::{Error, Mark},
};

const SIGNER: Address = Address::with_last_byte(5);

/// Why a transaction could not be brought into a state.
fn refused(error: &Error) -> (i64, &'static str, &str) {
    match error {
        Error::Transition { id, wanted, why } => (*id, *wanted, why),
        other => panic!("{other}"),
    }
}

on_both! {
    async fn l5_what_is_asked_twice_goes_out_once(site: Site) {
        let store = with_final(&site, &[(0, 1), (1, 2)]).await;
        let asked: Vec<_> = (0..8)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { store.queue(call("update")).await.unwrap() })
            })
            .collect();
        let mut numbers = Vec::new();
        for one in asked {
            numbers.push(one.await.unwrap());
        }
        numbers.dedup();
        assert_eq!(numbers.len(), 1);
        assert_eq!(store.outgoing_due(B, None, 10).await.unwrap().len(), 1);

        // Messages join what is under way with their key.
        let first = submitted(&store, "both").await;
        assert_eq!(submitted(&store, "both").await, first);
        assert_ne!(first, numbers[0]);
        assert_eq!(store.messages_of(first).await.unwrap().len(), 2);

        let writer = lease(&store, "writer").await;
        store.mark(&writer, first, Mark::Refused { reason: Reason::Gas, detail: "too much".into() }).await.unwrap();
        let again = store.queue(call("both")).await.unwrap();
        assert!(again > first);
        let kept = store.outgoing(first).await.unwrap();
        assert_eq!((kept.state, kept.detail.as_str()), (OutgoingState::Refused, "gas: too much"));
        assert_eq!(kept.call, call("both"));
    }

    async fn signs_before_it_sends_and_keeps_one_nonce(site: Site) {
        let store = with_final(&site, &[(0, 1), (1, 2)]).await;
        let (first, second) = (submitted(&store, "a").await, submitted(&store, "b").await);
        let writer = lease(&store, "writer").await;
        store.assign(&writer, first, Some(SIGNER)).await.unwrap();
        assert_eq!(store.outgoing_due(B, None, 10).await.unwrap().iter().map(|one| one.id).collect::<Vec<_>>(), [second]);
        assert_eq!(store.outgoing_due(B, Some(SIGNER), 10).await.unwrap().iter().map(|one| one.id).collect::<Vec<_>>(), [first]);
        assert_eq!(store.account(B, SIGNER).await.unwrap(), None);
        store.sign(&writer, first, SIGNER, 3, bid(1, 100, &site.clock), 4).await.unwrap();
        assert_eq!(store.account(B, SIGNER).await.unwrap(), Some(4));
        site.clock.advance(10);
        store.sign(&writer, first, SIGNER, 3, bid(2, 120, &site.clock), 4).await.unwrap();
        // Said again after a cut, the same bid is the same bid.
        store.sign(&writer, first, SIGNER, 3, bid(2, 120, &site.clock), 4).await.unwrap();

        let open = store.outgoing_open(B, SIGNER).await.unwrap();
        assert_eq!(open.len(), 1);
        assert_eq!((open[0].state, open[0].nonce, open[0].signer), (OutgoingState::Signed, Some(3), Some(SIGNER)));
        assert_eq!(open[0].bids.iter().map(|bid| bid.max_fee).collect::<Vec<_>>(), [100, 120]);

        let sign = async |id, signer, nonce| store.sign(&writer, id, signer, nonce, bid(9, 100, &site.clock), 9).await.unwrap_err();
        assert_eq!(refused(&sign(first, SIGNER, 5).await), (first, "signed", "its nonce is 3, not 5"));
        assert_eq!(refused(&sign(first, Address::ZERO, 3).await), (first, "signed", "it is another signer's"));
        let taken = format!("nonce 3 is that of transaction {first}");
        assert_eq!(refused(&sign(second, SIGNER, 3).await), (second, "signed", taken.as_str()));
        let error = store.assign(&writer, first, None).await.unwrap_err();
        assert_eq!(refused(&error), (first, "assigned", "it is signed"));
        assert_eq!(store.account(B, SIGNER).await.unwrap(), Some(4));

        // What does nothing may take the place of another.
        let nothing = store.queue(NewOutgoing { purpose: Purpose::Nothing, ..call("nothing") }).await.unwrap();
        store.sign(&writer, nothing, SIGNER, 3, bid(7, 200, &site.clock), 4).await.unwrap();

        store.set_next_nonce(&writer, B, SIGNER, 12).await.unwrap();
        assert_eq!(store.account(B, SIGNER).await.unwrap(), Some(12));
        let unknown = store.outgoing(77).await.unwrap_err();
        assert!(matches!(&unknown, Error::Unknown { what: "transaction", which } if which == "77"), "{unknown}");
    }

    async fn l5_only_the_owner_of_the_lease_signs_and_marks(site: Site) {
        let store = with_final(&site, &[(0, 1)]).await;
        let number = submitted(&store, "a").await;
        let late = lease(&store, "writer").await;
        site.clock.advance(MINUTE);
        let two = store.as_owner("two");
        let writer = lease(&two, "writer").await;
        let bid = || bid(1, 100, &site.clock);
        let errors = [
            store.sign(&late, number, SIGNER, 0, bid(), 1).await.unwrap_err(),
            store.mark(&late, number, Mark::Lost).await.unwrap_err(),
            store.assign(&late, number, None).await.unwrap_err(),
            store.set_next_nonce(&late, B, SIGNER, 5).await.unwrap_err(),
        ];
        for error in errors {
            assert!(matches!(&error, Error::LeaseLost { name } if name == "writer"), "{error}");
        }
        assert_eq!(store.account(B, SIGNER).await.unwrap(), None);
        two.sign(&writer, number, SIGNER, 0, bid(), 1).await.unwrap();
    }

    async fn marks_lead_from_one_state_to_the_next_and_can_be_said_again(site: Site) {
        let store = with_final(&site, &[(0, 1)]).await;
        let number = submitted(&store, "a").await;
        let writer = lease(&store, "writer").await;
        let mark = async |mark| store.mark(&writer, number, mark).await;
        assert_eq!(refused(&mark(Mark::Sent).await.unwrap_err()), (number, "sent", "it is queued"));
        assert_eq!(refused(&mark(Mark::Unmined).await.unwrap_err()), (number, "out of its block", "it is queued"));
        store.sign(&writer, number, SIGNER, 0, bid(1, 100, &site.clock), 1).await.unwrap();
        let no = Mark::Refused { reason: Reason::Gas, detail: String::new() };
        assert_eq!(refused(&mark(no.clone()).await.unwrap_err()), (number, "refused", "it is signed"));
        for _ in 0..2 {
            mark(Mark::Sent).await.unwrap();
        }
        for _ in 0..2 {
            mark(Mark::Mined(block(7, 0))).await.unwrap();
        }
        assert_eq!(store.outgoing(number).await.unwrap().mined, Some(block(7, 0)));
        for _ in 0..2 {
            mark(Mark::Unmined).await.unwrap();
        }
        let back = store.outgoing(number).await.unwrap();
        assert_eq!((back.state, back.mined), (OutgoingState::Sent, None));
        mark(Mark::Mined(block(8, 0))).await.unwrap();
        for _ in 0..2 {
            mark(Mark::Final { gas_used: 1, wei: U256::from(5) }).await.unwrap();
        }
        assert_eq!(store.spent(B, START / 86_400_000).await.unwrap(), U256::from(5));
        assert_eq!(refused(&mark(Mark::Lost).await.unwrap_err()), (number, "lost", "it is final"));
        assert_eq!(store.outgoing(number).await.unwrap().bids.len(), 1);
        assert_eq!(store.outgoing_all_open(B).await.unwrap(), []);
    }

    async fn a_transaction_that_waits_says_so_of_its_messages(site: Site) {
        let store = with_final(&site, &[(0, 1)]).await;
        let number = submitted(&store, "a").await;
        let writer = lease(&store, "writer").await;
        let run_at = site.clock.now() + 500;
        let hold = Mark::Hold { reason: Reason::PriceAboveCap, detail: "300 gwei".into(), run_at };
        store.mark(&writer, number, hold).await.unwrap();
        assert_eq!(standing(&store, 0).await, (Stage::Submitted, Reason::PriceAboveCap));
        assert_eq!(store.outgoing_due(B, None, 10).await.unwrap(), []);
        site.clock.advance(500);
        assert_eq!(store.outgoing_due(B, None, 10).await.unwrap().len(), 1);
        store.sign(&writer, number, SIGNER, 0, bid(1, 100, &site.clock), 1).await.unwrap();
        assert_eq!(standing(&store, 0).await, (Stage::Submitted, Reason::InFlight));
    }

    async fn l5_l6_messages_of_what_ends_are_due_again(site: Site) {
        let store = with_final(&site, &[(0, 1)]).await;
        let writer = store.lease("writer", i64::MAX / 2).await.unwrap().unwrap();
        let wei = U256::from(3);
        let ends = [
            (Mark::Reverted { gas_used: 1, wei, detail: "0x1234".into() }, Reason::Reverted, Some(1), 0),
            (Mark::Lost, Reason::Due, None, 0),
            (Mark::Abandoned { wei }, Reason::Due, None, 0),
            (Mark::Reverted { gas_used: 1, wei, detail: "0x1234".into() }, Reason::Reverted, Some(2), 0),
            (Mark::Final { gas_used: 1, wei }, Reason::Due, None, 15_000),
        ];
        for (count, (mark, reason, attempts, wait)) in ends.into_iter().enumerate() {
            let number = submitted(&store, &format!("try {count}")).await;
            let nonce = u64::try_from(count).unwrap();
            store.sign(&writer, number, SIGNER, nonce, bid(1 + u8::try_from(count).unwrap(), 100, &site.clock), nonce + 1).await.unwrap();
            store.mark(&writer, number, mark).await.unwrap();
            let message = store.message(id(0)).await.unwrap().unwrap();
            let wait = attempts.map_or(wait, |attempts| backoff(attempts, &id(0)));
            assert_eq!((message.stage, message.reason, message.outgoing), (Stage::Final, reason, None));
            assert_eq!(message.run_at, Some(site.clock.now() + wait));
            site.clock.advance(wait);
        }
        assert_eq!(store.spent(B, START / 86_400_000).await.unwrap(), U256::from(12));
        let number = submitted(&store, "last").await;
        store.mark(&writer, number, Mark::Refused { reason: Reason::Balance, detail: "empty".into() }).await.unwrap();
        let message = store.message(id(0)).await.unwrap().unwrap();
        assert_eq!((message.reason, message.detail.as_str(), message.attempts), (Reason::Balance, "empty", 3));
    }

    async fn l4_a_delivery_that_is_taken_back_waits_for_the_transaction_that_is_under_way(site: Site) {
        let store = with_final(&site, &[(0, 1)]).await;
        index(&store, B, read(1, 2, 1, vec![])).await;
        let number = submitted(&store, "a").await;
        let writer = lease(&store, "writer").await;
        store.sign(&writer, number, SIGNER, 0, bid(1, 100, &site.clock), 1).await.unwrap();
        index(&store, B, read(2, 5, 1, vec![on_b(0, 4, 0, Fact::Delivered(SIGNER))])).await;
        assert_eq!(standing(&store, 0).await, (Stage::Delivered, Reason::Finality));
        let back = relayer::store::Advance { roll_back_to: Some(3), ..read(5, 4, 1, vec![]) };
        index(&store, B, back).await;
        assert_eq!(standing(&store, 0).await, (Stage::Submitted, Reason::InFlight));
        assert_eq!(store.claim(B, &[Stage::Final], None, 9, MINUTE).await.unwrap(), None);
        store.mark(&writer, number, Mark::Lost).await.unwrap();
        assert_eq!(nonces(&claimed(&store).await), [0]);
    }

    async fn what_was_seen_before_its_transaction_has_ended_is_not_waited_for(site: Site) {
        let store = with_final(&site, &[(0, 1)]).await;
        index(&store, B, read(1, 2, 1, vec![])).await;
        let number = submitted(&store, "a").await;
        let writer = lease(&store, "writer").await;
        store.sign(&writer, number, SIGNER, 0, bid(1, 100, &site.clock), 1).await.unwrap();
        index(&store, B, read(2, 6, 5, vec![on_b(0, 4, 0, Fact::Delivered(SIGNER))])).await;
        store.mark(&writer, number, Mark::Final { gas_used: 1, wei: U256::ONE }).await.unwrap();
        let message = store.message(id(0)).await.unwrap().unwrap();
        assert_eq!((message.stage, message.reason, message.detail.as_str()), (Stage::Settled, Reason::Due, ""));
        assert_eq!((message.run_at, message.outgoing), (Some(site.clock.now()), None));
    }

    async fn a_proof_back_is_under_way_without_changing_the_stage(site: Site) {
        let store = with_final(&site, &[(0, 1)]).await;
        index(&store, B, read(1, 6, 5, vec![on_b(0, 4, 0, Fact::Delivered(SIGNER))])).await;
        let claim = store.claim(A, &[Stage::Settled], None, 9, MINUTE).await.unwrap().unwrap();
        let proof = NewOutgoing { chain: A, purpose: Purpose::Acknowledge, ..call("acknowledge") };
        let number = store.decide(&claim, all(&claim, &Verdict::Submit, Some(proof))).await.unwrap().unwrap();
        let message = store.message(id(0)).await.unwrap().unwrap();
        assert_eq!((message.stage, message.reason, message.run_at), (Stage::Settled, Reason::InFlight, None));
        // A fee that is paid meanwhile does not make it due: its transaction is under way.
        let paid = crate::support::on_a(0, 3, 0, Fact::FeePaid(SIGNER, U256::ONE));
        index(&store, A, read(2, 4, 3, vec![paid])).await;
        assert_eq!(store.message(id(0)).await.unwrap().unwrap().run_at, None);
        let writer = lease(&store, "writer").await;
        store.sign(&writer, number, SIGNER, 0, bid(1, 100, &site.clock), 1).await.unwrap();
        store.mark(&writer, number, Mark::Reverted { gas_used: 1, wei: U256::ONE, detail: "no".into() }).await.unwrap();
        let message = store.message(id(0)).await.unwrap().unwrap();
        assert_eq!((message.stage, message.reason, message.attempts), (Stage::Settled, Reason::Reverted, 1));
        assert_eq!(message.run_at, Some(site.clock.now() + backoff(1, &id(0))));
    }
}

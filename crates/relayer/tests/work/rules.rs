//! What is decided for a message, clause by clause, in the order of the checks.

use alloy_primitives::{Address, B256, Bytes, U256};
use mos::{Attribute, Body, EvmAddress, LaneEnd};
use prover::Head;
use relayer::{
    attestor::Short,
    config::{Filter, Lane},
    domain::{BlockRef, Class, Place, Reason, SentMessage, Stage, Tracked, Verdict},
    lane::{ClientState, View},
    messenger::policy::{Cancelling, Known, Rules, Step, after_attempt, judge, profitable, waits},
};

const NOW: i64 = 1_700_000_000_000;
const TIME: u64 = 1_700_000_000;
const SERVICE: Address = Address::repeat_byte(0x51);

fn account(chain: u64, byte: u8) -> Bytes {
    EvmAddress::new(U256::from(chain), Address::repeat_byte(byte)).unwrap().encode().into()
}

fn message(attributes: &[Attribute]) -> Tracked {
    let block = BlockRef { number: 100, hash: B256::repeat_byte(1) };
    let body = Body {
        nonce: 3,
        sender: account(1, 0xaa),
        recipient: account(2, 0xbb),
        payload: Bytes::from_static(b"light"),
        attributes: attributes.iter().map(Attribute::encode).collect(),
    };
    Tracked {
        id: B256::repeat_byte(7),
        sent_at: Place {
            chain: 1,
            block,
            transaction: B256::ZERO,
            transaction_index: 0,
            log_index: 0,
        },
        sent: SentMessage { gateway: SERVICE, destination: 2, body },
        stage: Stage::Final,
        reason: Reason::Due,
        detail: String::new(),
        class: Class::Live,
        run_at: Some(NOW),
        attempts: 0,
        seen_at: NOW,
        since: NOW,
        outgoing: None,
    }
}

fn lane() -> Lane {
    Lane {
        from: "home".into(),
        to: "away".into(),
        filter: Filter::default(),
        batch: 16,
        min_profit_percent: None,
        acknowledge: Default::default(),
        prove_expired: true,
        payee: None,
    }
}

fn view() -> View {
    let newest = Some(Head { id: 9, hash: B256::repeat_byte(9), number: 120 });
    View {
        time: TIME,
        final_time: TIME - 60,
        end: LaneEnd { gateway: SERVICE, assumption: 1, ..LaneEnd::default() },
        client: ClientState::Up { address: Address::repeat_byte(3), assumption: 1, newest },
        signatories: None,
        expected: SERVICE,
    }
}

fn known() -> Known {
    Known { head: Some(120), ..Known::default() }
}

/// The same with this lane and view.
fn judged(lane: &Lane, view: &View, message: &Tracked, known: &Known) -> Step {
    let rules = Rules {
        lane: Some(lane),
        view,
        gas: 12_000_000,
        recipient_gas: 200_000,
        block: 1_000,
        now: NOW,
    };
    judge(&rules, message, known)
}

fn waiting(step: Step) -> (Reason, i64) {
    match step {
        Step::Decided(Verdict::Wait { reason, until, .. }) => (reason, until - NOW),
        other => panic!("{other:?}"),
    }
}

#[test]
fn proves_a_message_that_nothing_is_in_the_way_of() {
    assert_eq!(judged(&lane(), &view(), &message(&[]), &known()), Step::Prove);
}

#[test]
fn leaves_to_others_what_the_operator_does_not_relay() {
    let of = |filter: Filter| {
        let lane = Lane { filter, ..lane() };
        judged(&lane, &view(), &message(&[]), &known())
    };
    let (sender, recipient, other) =
        (Address::repeat_byte(0xaa), Address::repeat_byte(0xbb), Address::repeat_byte(0xcc));
    let none = Filter::default();
    let denied = [
        Filter { senders: vec![other], ..none.clone() },
        Filter { recipients: vec![other], ..none.clone() },
        Filter { deny_senders: vec![sender], ..none.clone() },
        Filter { deny_recipients: vec![recipient], ..none.clone() },
        Filter { max_payload: 4, ..none },
    ];
    for filter in denied {
        assert!(matches!(of(filter.clone()), Step::Decided(Verdict::Filter(_))), "{filter:?}");
    }
    let allowed = Filter {
        senders: vec![sender],
        recipients: vec![recipient],
        deny_senders: vec![other],
        deny_recipients: vec![other],
        max_payload: 5,
    };
    assert_eq!(of(allowed), Step::Prove);
    let unserved =
        Rules { lane: None, view: &view(), gas: 1, recipient_gas: 1, block: 1, now: NOW };
    assert!(matches!(judge(&unserved, &message(&[]), &known()), Step::Decided(Verdict::Filter(_))));
}

#[test]
fn waits_while_the_lane_or_its_client_is_down() {
    let of = |change: fn(&mut View)| {
        let mut view = view();
        change(&mut view);
        waiting(judged(&lane(), &view, &message(&[]), &known())).0
    };
    assert_eq!(of(|view| view.end.gateway = Address::ZERO), Reason::LaneClosed);
    assert_eq!(of(|view| view.expected = Address::ZERO), Reason::LaneClosed);
    assert_eq!(of(|view| view.end.delivering_paused = true), Reason::LanePaused);
    assert_eq!(of(|view| view.end.assumption = 0), Reason::LaneClosed);
    assert_eq!(of(|view| view.end.assumption = 2), Reason::LaneClosed);
    assert_eq!(of(|view| view.client = ClientState::Down("frozen".into())), Reason::ClientDown);
    // Sending is another matter.
    let mut view = view();
    view.end.sending_paused = true;
    assert_eq!(judged(&lane(), &view, &message(&[]), &known()), Step::Prove);
}

#[test]
fn waits_for_the_earliest_time_in_the_time_of_the_destination() {
    let after =
        |time| judged(&lane(), &view(), &message(&[Attribute::DeliverAfter(time)]), &known());
    assert_eq!(waiting(after(TIME + 7)), (Reason::NotDue, 7_000));
    assert_eq!(waiting(after(u64::MAX)), (Reason::NotDue, 3_600_000));
    assert_eq!(after(TIME), Step::Prove);
}

#[test]
fn l4_gives_up_a_message_only_when_a_final_block_is_past_its_deadline() {
    let before =
        |time| judged(&lane(), &view(), &message(&[Attribute::DeliverBefore(time)]), &known());
    assert_eq!(before(TIME), Step::Prove, "in the last second");
    assert_eq!(waiting(before(TIME - 1)).0, Reason::Deadline);
    assert_eq!(waiting(before(TIME - 60)).0, Reason::Deadline);
    assert!(matches!(before(TIME - 61), Step::Decided(Verdict::Expire(_))));
}

#[test]
fn keeps_the_order_and_passes_over_what_has_expired() {
    let at = |place, deadline, next_place| {
        let message = message(&[Attribute::Place(place), Attribute::DeliverBefore(deadline)]);
        judged(&lane(), &view(), &message, &Known { next_place, ..known() })
    };
    assert_eq!(at(4, TIME + 9, 4), Step::Prove);
    assert_eq!(waiting(at(4, TIME + 9, 2)).0, Reason::Order);
    assert_eq!(at(4, TIME - 1, 4), Step::Skip);
    assert_eq!(waiting(at(4, TIME - 1, 5)).0, Reason::Deadline);
    assert!(matches!(at(4, TIME - 61, 5), Step::Decided(Verdict::Expire(_))));
    assert!(matches!(at(4, TIME - 61, 3), Step::Decided(Verdict::Expire(_))));
}

#[test]
fn brings_a_cancellation_in_place_of_the_message_once_it_is_final() {
    let of = |cancelling| {
        judged(
            &lane(),
            &view(),
            &message(&[Attribute::Cancellable(true)]),
            &Known { cancelling, ..known() },
        )
    };
    assert_eq!(of(Cancelling::No), Step::Prove);
    assert_eq!(waiting(of(Cancelling::Recent)).0, Reason::Cancelling);
    assert_eq!(of(Cancelling::Final), Step::Cancel);
}

#[test]
fn puts_aside_what_wants_more_gas_than_a_transaction_may_use() {
    let of = |gas| judged(&lane(), &view(), &message(&[Attribute::MinGasLimit(gas)]), &known());
    assert_eq!(of(10_000_000), Step::Prove);
    let small = Rules {
        lane: Some(&lane()),
        view: &view(),
        gas: 3_000_000,
        recipient_gas: 200_000,
        block: 1_000,
        now: NOW,
    };
    let step = judge(&small, &message(&[Attribute::MinGasLimit(2_600_000)]), &known());
    assert!(matches!(step, Step::Decided(Verdict::Quarantine(Reason::Gas, _))), "{step:?}");
}

#[test]
fn waits_for_attestors_for_a_head_and_for_what_is_in_flight() {
    let of = |known: Known| waiting(judged(&lane(), &view(), &message(&[]), &known)).0;
    let short = Short { have: 1, need: 2, ..Short::default() };
    assert_eq!(of(Known { unsigned: Some(short), ..known() }), Reason::Attestations);
    assert_eq!(of(Known { head: Some(99), ..known() }), Reason::Header);
    assert_eq!(of(Known { head: None, ..known() }), Reason::Header);
    assert_eq!(of(Known { settled: true, ..known() }), Reason::InFlight);
    let at = Known { head: Some(100), unsigned: None, ..known() };
    assert_eq!(judged(&lane(), &view(), &message(&[]), &at), Step::Prove);
}

#[test]
fn what_is_settled_does_not_wait_for_a_lane_and_what_is_filtered_is_not_asked_about() {
    let mut closed = view();
    closed.end.gateway = Address::ZERO;
    let settled = Known { settled: true, ..known() };
    assert_eq!(waiting(judged(&lane(), &closed, &message(&[]), &settled)).0, Reason::InFlight);
    let deny = Lane { filter: Filter { max_payload: 1, ..Filter::default() }, ..lane() };
    assert!(matches!(
        judged(&deny, &closed, &message(&[]), &settled),
        Step::Decided(Verdict::Filter(_))
    ));
}

#[test]
fn l6_asks_for_what_the_operator_wants_to_earn() {
    let wants = |least| Lane { min_profit_percent: Some(least), ..lane() };
    let paid = |paid: u64| Known { paid: Some(U256::from(paid)), ..known() };
    assert_eq!(
        waiting(judged(&wants(0), &view(), &message(&[]), &paid(0))).0,
        Reason::Unprofitable
    );
    assert_eq!(judged(&wants(0), &view(), &message(&[]), &paid(1)), Step::Prove);
    assert_eq!(judged(&wants(-100), &view(), &message(&[]), &paid(0)), Step::Prove);
    let (cost, of) = (U256::from(1_000), |paid: u64| U256::from(paid));
    assert!(profitable(0, of(1_000), cost) && !profitable(0, of(999), cost));
    assert!(profitable(20, of(1_200), cost) && !profitable(20, of(1_199), cost));
    assert!(profitable(-50, of(500), cost) && !profitable(-50, of(499), cost));
    assert!(profitable(-100, of(0), cost) && profitable(-1_000, of(0), cost));
    assert!(profitable(i64::MAX, U256::MAX, cost) && !profitable(i64::MAX, of(1), U256::MAX));
}

#[test]
fn l7_puts_aside_what_fails_again_and_again_but_not_what_nodes_or_others_are_to_blame_for() {
    let after = |attempts, reason| {
        let message = Tracked { attempts, ..message(&[]) };
        after_attempt(&message, (reason, "x".into()), NOW, 1_000)
    };
    let waits = |reason| waits(reason, "x".into(), NOW, 1_000);
    assert_eq!(after(5, Reason::ProofInvalid), waits(Reason::ProofInvalid));
    assert_eq!(
        after(6, Reason::ProofInvalid),
        Verdict::Quarantine(Reason::ProofInvalid, "x".into())
    );
    assert_eq!(after(23, Reason::RecipientFails), waits(Reason::RecipientFails));
    assert_eq!(
        after(24, Reason::RecipientFails),
        Verdict::Quarantine(Reason::RecipientFails, "x".into())
    );
    for reason in
        [Reason::Nodes, Reason::Header, Reason::LanePaused, Reason::ClientDown, Reason::Order]
    {
        assert_eq!(after(1_000, reason), waits(reason), "{reason}");
    }
}

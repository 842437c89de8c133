//! What became of messages is carried back.

use crate::{
    chain,
    home::{CHECKER, FEES, Home},
    source::{DESTINATION, Lie, NUMBER, PAYEE, SOURCE, TIME, World, dated, lane},
};
use alloy_primitives::{Address, B256, U256};
use async_trait::async_trait;
use mos::{Body, Outcome};
use prover::{Cache, Head, Node, NodeError};
use relayer::{
    chain::Chain,
    checker::Checker,
    clock::{Clock, ManualClock},
    domain::{
        BlockRef, Class, Decision, Fact, Outgoing, Place, ProvenOutcome, Purpose, Reason,
        SentMessage, Sighting, Stage, Verdict,
    },
    lane::Inbound,
    messenger::Served,
    role::{Pace, Role},
    store::{Advance, Store},
};
use serde_json::{Value, json, value::RawValue};
use std::sync::Arc;
use tokio::sync::Mutex;

/// A node of the destination.
#[derive(Debug)]
struct Away(Mutex<World>);

#[async_trait]
impl Node for Away {
    async fn request(
        &self,
        method: &'static str,
        mut params: Value,
    ) -> Result<Box<RawValue>, NodeError> {
        if method == "eth_chainId" {
            return Ok(serde_json::value::to_raw_value(&json!(U256::from(DESTINATION.0))).unwrap());
        }
        if params[0] == json!("finalized") {
            params[0] = json!("latest");
        }
        self.0.lock().await.request(method, params).await
    }
}

struct Bench {
    store: Store,
    clock: Arc<ManualClock>,
    home: Arc<Home>,
    away: Arc<Away>,
    head: Head,
    checker: Checker,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn new(world: World, acknowledge: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(1_700_000_000_000));
        let url = format!("sqlite:{}", folder.path().join("store.db").display());
        let store = Store::open(&url, "test", clock.clone()).await.unwrap();
        let head = world.head();
        let (home, away) = (Arc::new(Home::new()), Arc::new(Away(Mutex::new(world))));
        let config = json!({ "id": SOURCE.0, "rpc": { "endpoints": [] }, "service": SOURCE.1, "checker": CHECKER, "block_seconds": 1.0 });
        let config = serde_json::from_value(config).unwrap();
        let clocked = clock.clone() as Arc<dyn Clock>;
        let on = Arc::new(Chain::with_nodes("home", &config, vec![home.clone()], clocked).unwrap());
        let of = chain("away", DESTINATION, away.clone(), &clock);
        let rules = json!({ "from": "home", "to": "away", "acknowledge": acknowledge });
        let inbound = Inbound::new(on.clone(), of, Cache::none());
        let served = Served { inbound, rules: serde_json::from_value(rules).unwrap() };
        let checker = Checker::new(store.clone(), clock.clone(), on, [served], None, [PAYEE]);
        Self { store, clock, home, away, head, checker, _folder: folder }
    }

    /// What chains say, all of it final.
    async fn see(&self, chain: u64, number: u64, sightings: Vec<Sighting>) {
        let lease = self.store.lease(&format!("indexer:{chain}"), 60_000).await.unwrap().unwrap();
        let expect_next =
            self.store.cursor(chain).await.unwrap().map_or(0, |cursor| cursor.next_block);
        let final_block = BlockRef { number, hash: B256::repeat_byte(0xf0) };
        let (next_block, head) = (number + 1, (number, TIME));
        let advance = Advance {
            expect_next,
            roll_back_to: None,
            pins: Vec::new(),
            sightings,
            next_block,
            final_block,
            head,
            class: Class::Live,
        };
        self.store.advance(chain, &lease, advance).await.unwrap();
    }

    async fn sent(&self, id: B256, body: &Body, fee: bool) {
        let block = BlockRef { number: 5, hash: B256::repeat_byte(5) };
        let place = |log_index| Place {
            chain: SOURCE.0,
            block,
            transaction: B256::ZERO,
            transaction_index: 0,
            log_index,
        };
        let sent =
            SentMessage { gateway: SOURCE.1, destination: DESTINATION.0, body: body.clone() };
        let mut seen = vec![Sighting {
            message: id,
            place: place(body.nonce * 2),
            fact: Fact::Sent(Box::new(sent)),
        }];
        if fee {
            self.home.state().fees.insert(id, 1_000);
            let fact = Fact::FeePaid(Address::ZERO, U256::from(1_000));
            seen.push(Sighting { message: id, place: place(body.nonce * 2 + 1), fact });
        }
        let number = self
            .store
            .cursor(SOURCE.0)
            .await
            .unwrap()
            .map_or(5, |cursor| cursor.final_block.number + 1);
        self.see(SOURCE.0, number, seen).await;
    }

    async fn run(&self) -> Vec<Outgoing> {
        for _ in 0..50 {
            if self.checker.step().await.unwrap() != Pace::Again {
                return self.store.outgoing_all_open(SOURCE.0).await.unwrap();
            }
        }
        panic!("it does not come to rest");
    }

    async fn stage(&self, id: B256) -> (Stage, Reason) {
        let message = self.store.message(id).await.unwrap().unwrap();
        (message.stage, message.reason)
    }
}

/// A message that was delivered, in a block of the destination that is final.
async fn delivered(acknowledge: &str, fee: bool) -> (Bench, B256) {
    let body = dated(0, 0);
    let body = Body { attributes: Vec::new(), ..body };
    let id = body.on(lane()).id();
    let world = World::delivering(&[(id, 0)], 3);
    let (hash, number) = world.block();
    let log = world.logs().remove(0);
    let transaction = serde_json::from_value(log["transactionHash"].clone()).unwrap();
    let bench = Bench::new(world, acknowledge).await;
    bench.sent(id, &body, fee).await;
    let block = BlockRef { number, hash };
    let place =
        Place { chain: DESTINATION.0, block, transaction, transaction_index: 0, log_index: 0 };
    bench
        .see(
            DESTINATION.0,
            NUMBER + 3,
            vec![Sighting { message: id, place, fact: Fact::Delivered(PAYEE) }],
        )
        .await;
    (bench, id)
}

#[tokio::test]
async fn chk_acknowledges_a_delivery_that_a_fee_waits_for_and_takes_the_fee() {
    let (bench, id) = delivered("paid", true).await;
    assert_eq!(bench.stage(id).await, (Stage::Settled, Reason::Due));
    // The light client of the destination has no head yet: that is for the keeper.
    assert!(bench.run().await.is_empty());
    assert_eq!(bench.stage(id).await, (Stage::Settled, Reason::Header));
    let demand = bench.store.demand(DESTINATION.0, SOURCE.0).await.unwrap().unwrap();
    assert_eq!((demand.count, demand.highest_block), (1, NUMBER));
    bench.home.state().heads.push(bench.head);
    assert_eq!(
        bench.store.wake(DESTINATION.0, SOURCE.0, bench.head.number, Reason::Header).await.unwrap(),
        1
    );
    let [outgoing] = &bench.run().await[..] else { panic!("one transaction") };
    assert_eq!((outgoing.call.purpose, outgoing.call.to), (Purpose::Acknowledge, CHECKER));
    assert_eq!(bench.home.send(&outgoing.call.data), id.to_vec());
    assert_eq!(bench.home.state().outcomes.get(&id), Some(&Outcome::Delivered { payee: PAYEE }));

    let place = Place {
        chain: SOURCE.0,
        block: BlockRef { number: 20, hash: B256::repeat_byte(20) },
        transaction: B256::ZERO,
        transaction_index: 0,
        log_index: 0,
    };
    let fact = Fact::Outcome(ProvenOutcome::Delivered, PAYEE);
    bench.see(SOURCE.0, 20, vec![Sighting { message: id, place, fact }]).await;
    settle(&bench, outgoing.id).await;
    bench.clock.advance(120_000);
    let released = bench.run().await;
    let last = released.last().unwrap();
    assert_eq!((last.call.purpose, last.call.to), (Purpose::ReleaseFee, FEES));
}

/// The transaction is final.
async fn settle(bench: &Bench, outgoing: i64) {
    use relayer::store::Mark;
    let lease = bench.store.lease("writer", 60_000).await.unwrap().unwrap();
    let bid = relayer::domain::Bid {
        hash: B256::repeat_byte(1),
        raw: Default::default(),
        max_fee: 2,
        tip: 1,
        at: 0,
    };
    bench.store.sign(&lease, outgoing, PAYEE, 0, bid, 1).await.unwrap();
    bench.store.mark(&lease, outgoing, Mark::Sent).await.unwrap();
    let block = BlockRef { number: 20, hash: B256::repeat_byte(20) };
    bench.store.mark(&lease, outgoing, Mark::Mined(block)).await.unwrap();
    bench.store.mark(&lease, outgoing, Mark::Final { gas_used: 1, wei: U256::ONE }).await.unwrap();
}

#[tokio::test]
async fn leaves_a_delivery_alone_that_nobody_pays_for_unless_told_to_prove_it() {
    let (bench, id) = delivered("paid", false).await;
    bench.home.state().heads.push(bench.head);
    assert!(bench.run().await.is_empty());
    assert_eq!(bench.stage(id).await, (Stage::Settled, Reason::Done));
    let (bench, _) = delivered("always", false).await;
    bench.home.state().heads.push(bench.head);
    assert_eq!(bench.run().await.len(), 1);
}

#[tokio::test]
async fn l1_l2_proves_nothing_back_that_a_lying_node_says() {
    for lie in [Lie::Receipt, Lie::FewerReceipts, Lie::Header, Lie::NoReceipts] {
        let (bench, id) = delivered("always", false).await;
        bench.home.state().heads.push(bench.head);
        bench.away.0.lock().await.lie = Some(lie);
        assert!(bench.run().await.is_empty(), "{lie:?}");
        let (stage, reason) = bench.stage(id).await;
        assert_eq!((stage, reason), (Stage::Settled, Reason::Nodes), "{lie:?}");
    }
}

/// A message whose deadline has passed, as the messenger would have decided.
async fn expired(deadline: u64, nonce: u64) -> (Bench, B256) {
    let body = dated(nonce, deadline);
    let id = body.on(lane()).id();
    let bench = Bench::new(World::new(1, 3), "paid").await;
    bench.sent(id, &body, false).await;
    let claim =
        bench.store.claim(DESTINATION.0, &[Stage::Final], None, 1, 60_000).await.unwrap().unwrap();
    let verdicts = vec![(id, Verdict::Expire("its deadline has passed".into()))];
    bench.store.decide(&claim, Decision { verdicts, outgoing: None }).await.unwrap();
    bench.home.state().heads.push(bench.head);
    (bench, id)
}

#[tokio::test]
async fn chk_3_proves_that_a_message_has_expired_once_a_head_is_past_its_deadline() {
    let (bench, id) = expired(TIME + 30, 0).await;
    let [outgoing] = &bench.run().await[..] else { panic!("one transaction") };
    assert_eq!((outgoing.call.purpose, outgoing.call.to), (Purpose::ProveExpired, CHECKER));
    assert_eq!(bench.home.send(&outgoing.call.data), id.to_vec());

    // The head's block is of the time of the deadline, not after it.
    let (bench, id) = expired(TIME + 36, 0).await;
    assert!(bench.run().await.is_empty());
    assert_eq!(bench.stage(id).await, (Stage::Expired, Reason::Header));
}

#[tokio::test]
async fn chk_4_rejects_the_expiry_of_a_message_that_was_delivered() {
    // The bit of nonce 3 is set.
    let (bench, id) = expired(TIME + 30, 3).await;
    assert!(bench.run().await.is_empty());
    assert_eq!(bench.stage(id).await, (Stage::Expired, Reason::InFlight));
    bench.clock.advance(10_000);
    assert!(bench.run().await.is_empty());
}

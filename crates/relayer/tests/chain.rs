//! Several nodes of a chain, some of which lie, are silent, are behind or are of another chain.
#![allow(clippy::panic, clippy::unwrap_in_result, reason = "tests")]

mod chain_sim;

use alloy_primitives::{Address, B256, Bytes};
use async_trait::async_trait;
use chain_sim::{Fault, Happening, ID, SERVICE, Sim, SimNode, config};
use futures_util::future::join_all;
use proptest::prelude::*;
use prover::{Node, NodeError, ask};
use relayer::{
    chain::{CallError, Chain, Class, Error, SendAnswer, Tag, classify},
    clock::ManualClock,
};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// Nine blocks, of which five are final.
fn world() -> Arc<Sim> {
    let sim = Sim::new();
    (0..8).for_each(|place| drop(sim.mine(&[Happening::Sent(place)])));
    sim.finalize(5);
    sim
}

fn chain(nodes: &[Arc<SimNode>]) -> Chain {
    let nodes = nodes.iter().map(|node| Arc::clone(node) as Arc<dyn Node>).collect();
    Chain::with_nodes("home", &config(0), nodes, Arc::new(ManualClock::new(0))).expect("a chain")
}

fn nodes(sim: &Arc<Sim>, faults: &[Option<Fault>]) -> Vec<Arc<SimNode>> {
    faults.iter().map(|fault| SimNode::with(sim, fault.iter().cloned().collect())).collect()
}

fn no_quorum(error: &Error) -> (usize, usize, usize) {
    match error {
        Error::NoQuorum { quorum, nodes, agree, .. } => (*quorum, *nodes, *agree),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn accepts_the_heads_that_a_quorum_has() {
    let sim = world();
    for fault in [
        Fault::Dead,
        Fault::Silent,
        Fault::Garbage,
        Fault::WrongChain(1),
        Fault::RateLimited,
        Fault::Lag(3),
    ] {
        let chain = chain(&nodes(&sim, &[None, Some(fault.clone()), None]));
        let heads = chain.heads().await.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert_eq!(
            (heads.latest.number, Some(heads.latest.hash)),
            (8, sim.hash_at(8)),
            "{fault:?}"
        );
        assert_eq!(
            (heads.finalized.number, Some(heads.finalized.hash)),
            (5, sim.hash_at(5)),
            "{fault:?}"
        );
        assert_eq!(chain.last_heads(), Some(heads));
        let block = chain.header_at(3).await.expect("a quorum").expect("a block");
        assert_eq!(Some(block.hash()), sim.hash_at(3));
        assert!(chain.header_at(9).await.expect("a quorum").is_none(), "{fault:?}");
    }
}

#[tokio::test]
async fn l3_rejects_heads_when_too_few_answer_and_never_makes_do_with_fewer() {
    let sim = world();
    for fault in
        [Fault::Dead, Fault::Silent, Fault::Garbage, Fault::WrongChain(1), Fault::RateLimited]
    {
        let chain = chain(&nodes(&sim, &[None, Some(fault.clone()), Some(fault.clone())]));
        let error = chain.heads().await.expect_err("one of three");
        assert_eq!(no_quorum(&error).0, 2, "{fault:?}");
        let error = chain.header_at(3).await.expect_err("one of three");
        assert_eq!(no_quorum(&error), (2, 3, 1), "{fault:?}");
        assert!(error.to_string().starts_with("chain home: 2 of 3 nodes have to agree on block 3, and no more than 1 do (node 0 says 0x"));
    }
}

#[tokio::test]
async fn accepts_the_block_below_heads_that_differ() {
    let sim = world();
    let other = sim.fork();
    other.drop_blocks(1);
    other.mine(&[]);
    let nodes = nodes(&sim, &[None, Some(Fault::Fork(other)), None, None]);
    nodes[2].set(vec![Fault::Dead]);
    nodes[3].set(vec![Fault::Lag(1)]);
    // Block 8 is one thing for the first, another for the second; the third is dead; the fourth has 7.
    let heads = chain(&nodes).heads().await.expect("a quorum of three on block 7");
    assert_eq!((heads.latest.number, Some(heads.latest.hash)), (7, sim.hash_at(7)));
}

#[tokio::test]
async fn l3_an_endpoint_that_contradicts_the_quorum_is_not_asked_until_it_agrees_again() {
    let sim = world();
    let other = sim.fork();
    other.drop_blocks(6);
    (0..6).for_each(|_| drop(other.mine(&[Happening::Nothing])));
    other.finalize(5);
    let nodes = nodes(&sim, &[Some(Fault::Fork(other)), None, None]);
    let chain = chain(&nodes);
    chain.heads().await.expect("a quorum");
    let health = chain.health();
    let why = health[0].quarantined.clone().expect("a reason");
    assert!(why.starts_with("says that block 5 is 0x"), "{why}");
    assert!(!health[0].ok && health[1].ok && health[2].quarantined.is_none());
    assert_eq!(chain.nodes().len(), 2);
    let asked = nodes[0].count("eth_call");
    chain.call(SERVICE, next_nonce(), None).await.expect("an answer");
    assert_eq!(nodes[0].count("eth_call"), asked);

    nodes[0].set(Vec::new());
    chain.heads().await.expect("a quorum");
    assert_eq!((chain.health()[0].quarantined.as_deref(), chain.nodes().len()), (None, 3));
}

#[tokio::test]
async fn an_endpoint_of_another_chain_is_never_asked_and_says_why() {
    let sim = world();
    let nodes = nodes(&sim, &[Some(Fault::WrongChain(5)), None, None]);
    let chain = chain(&nodes);
    chain.heads().await.expect("a quorum");
    assert_eq!(chain.health()[0].quarantined.as_deref(), Some("node 0 is of chain 5, not 31337"));
    assert_eq!(chain.send_raw(&Bytes::from_static(b"raw")).await, SendAnswer::Accepted);
    assert_eq!(nodes[0].count("eth_sendRawTransaction"), 0);
    assert_eq!(nodes[0].count("eth_getBlockByNumber"), 0);
}

/// A node that notes when it is asked.
#[derive(Debug, Default)]
struct Noting(Mutex<Vec<Instant>>);

#[async_trait]
impl Node for Noting {
    async fn request(&self, _: &'static str, _: Value) -> Result<Box<RawValue>, NodeError> {
        self.0.lock().expect("a lock").push(Instant::now());
        Ok(RawValue::from_string(format!("\"{ID:#x}\"")).expect("JSON"))
    }
}

#[tokio::test]
async fn an_endpoint_is_asked_no_more_often_in_any_second_than_is_allowed_and_all_is_answered() {
    const RATE: u32 = 10;
    const QUESTIONS: usize = 20;
    let (node, mut config) = (Arc::new(Noting::default()), config(0));
    config.rpc.requests_per_second = RATE;
    let nodes = vec![Arc::clone(&node) as Arc<dyn Node>];
    let all = Chain::with_nodes("home", &config, nodes, Arc::new(ManualClock::new(0)));
    let all = all.expect("a chain").node();
    ask::chain_id(&*all).await.expect("an answer");
    let answers = join_all((0..QUESTIONS).map(|_| ask::chain_id(&*all))).await;
    assert_eq!(answers.into_iter().filter_map(Result::ok).collect::<Vec<_>>(), [ID; QUESTIONS]);
    let times = node.0.lock().expect("a lock").clone();
    assert_eq!(times.len(), QUESTIONS + 2, "one more for which chain it is of, and the first");
    for (place, from) in times.iter().enumerate() {
        // A little less than a second: what is noted may be noted late.
        let within = |at: &&Instant| at.duration_since(*from) < Duration::from_millis(950);
        let count = times[place..].iter().filter(within).count();
        assert!(count <= RATE as usize, "{count} within a second: {times:?}");
    }
}

#[tokio::test]
async fn accepts_what_the_next_node_has() {
    let sim = world();
    let nodes = nodes(&sim, &[Some(Fault::Lag(6)), Some(Fault::Dead), None]);
    let chain = chain(&nodes);
    let block = prover::ask::block_by_hash(&*chain.node(), sim.hash_at(7).expect("a block")).await;
    assert_eq!(block.expect("the third has it").number(), 7);
    let missing = prover::ask::block_by_hash(&*chain.node(), B256::repeat_byte(9))
        .await
        .expect_err("no such block");
    assert!(matches!(missing, NodeError::Missing { .. }), "{missing}");
}

#[tokio::test]
async fn a_revert_is_an_answer_that_no_other_node_is_asked_for() {
    let sim = world();
    let nodes = nodes(&sim, &[None, None, None]);
    let chain = chain(&nodes);
    let data = Bytes::from_static(&[1, 2, 3, 4]);
    let error = chain.call(SERVICE, data.clone(), None).await.expect_err("no such function");
    assert!(matches!(&error, CallError::Reverted(data) if data[..] == *b"no"), "{error}");
    assert_eq!(nodes.iter().map(|node| node.count("eth_call")).sum::<u64>(), 1);
    let at = sim.hash_at(4).expect("a block");
    let error = chain.agreed_call(at, SERVICE, data).await.expect_err("no such function");
    assert!(matches!(&error, CallError::Reverted(data) if data[..] == *b"no"), "{error}");
}

#[tokio::test]
async fn l3_a_call_that_is_decided_by_is_that_of_a_quorum() {
    let sim = world();
    let at = sim.hash_at(4).expect("a block");
    let one = chain(&nodes(&sim, &[Some(Fault::Calls(99)), None, None]));
    let answer = one.agreed_call(at, SERVICE, next_nonce()).await.expect("a quorum");
    assert_eq!(answer[31], 4);
    let two = chain(&nodes(&sim, &[Some(Fault::Calls(99)), Some(Fault::Dead), None]));
    let error = two.agreed_call(at, SERVICE, next_nonce()).await.expect_err("one of three");
    assert!(matches!(&error, CallError::Node(error) if no_quorum(error) == (2, 3, 1)), "{error}");
}

#[tokio::test]
async fn accepts_nonces_and_fees_of_a_quorum() {
    let sim = world();
    let chain = chain(&nodes(&sim, &[Some(Fault::Garbage), None, None]));
    for tag in [Tag::Latest, Tag::Pending, Tag::Finalized] {
        assert_eq!(chain.nonce(Address::ZERO, tag).await.expect("a quorum"), 5, "{tag:?}");
    }
    let fees = chain.fee_view().await.expect("a quorum");
    assert_eq!((fees.base_fee_next, fees.tip), (8, 3));
}

#[tokio::test]
async fn accepts_a_transaction_that_one_node_has_taken() {
    let sim = world();
    let raw = Bytes::from_static(b"raw");
    let some = chain(&nodes(&sim, &[Some(Fault::Dead), Some(Fault::Garbage), None]));
    assert_eq!(some.send_raw(&raw).await, SendAnswer::Accepted);
    let none = chain(&nodes(&sim, &[Some(Fault::Dead), Some(Fault::Silent)]));
    assert!(matches!(none.send_raw(&raw).await, SendAnswer::Unreachable(_)));
}

#[test]
fn rejects_a_quorum_that_cannot_be_had() {
    let sim = world();
    for (quorum, count) in [(Some(3), 2), (Some(0), 2), (None, 0)] {
        let mut config = config(0);
        config.rpc.quorum = quorum;
        let nodes = (0..count).map(|_| SimNode::new(&sim) as Arc<dyn Node>).collect();
        let error = Chain::with_nodes("home", &config, nodes, Arc::new(ManualClock::new(0)))
            .expect_err("no quorum");
        let expected = quorum.unwrap_or(1);
        assert!(
            matches!(error, Error::Quorum { quorum, nodes, .. } if (quorum, nodes) == (expected, count))
        );
    }
}

#[derive(Deserialize)]
struct Fixture {
    about: String,
    errors: Vec<Said>,
}

#[derive(Deserialize)]
struct Said {
    source: String,
    method: String,
    code: i64,
    message: String,
    data: Option<Bytes>,
    class: String,
}

#[test]
fn classifies_what_clients_and_providers_say() {
    let mut count = 0;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/errors");
    for file in fs::read_dir(folder).expect("a folder") {
        let path = file.expect("a file").path();
        let text = fs::read(&path).expect("a file");
        let fixture: Fixture = serde_json::from_slice(&text).expect("a fixture");
        assert!(!fixture.about.is_empty());
        for Said { source, method, code, message, data, class } in fixture.errors {
            assert!(!source.is_empty());
            let error = NodeError::Answered {
                method: method.clone().into(),
                code,
                message: message.clone(),
                data,
            };
            assert_eq!(
                format!("{:?}", classify(&method, &error)),
                class,
                "{}: {method} {code} {message}",
                path.display()
            );
            // The origin of the endpoint is added to what it says.
            let shown = format!("{message} (http://localhost:8545)");
            let error = NodeError::Answered {
                method: method.clone().into(),
                code,
                message: shown,
                data: error.data().cloned(),
            };
            assert_eq!(format!("{:?}", classify(&method, &error)), class);
            count += 1;
        }
    }
    assert!(count >= 140, "{count}");
}

#[test]
fn classifies_limits_by_what_they_limit() {
    let limited = |method: &'static str, problem: &str| {
        classify(
            method,
            &NodeError::RateLimited {
                method: method.into(),
                problem: problem.into(),
                retry_after: None,
            },
        )
    };
    let logs = "eth_getLogs";
    assert_eq!(
        limited(
            logs,
            "query returned more than 10000 results. Try with this block range [0x0, 0x1]."
        ),
        Class::TooMuch
    );
    assert_eq!(limited(logs, "Requested range exceeds maximum RPC range limit"), Class::TooMuch);
    assert_eq!(limited(logs, "rate limit exceeded"), Class::RateLimited);
    assert_eq!(
        limited("eth_sendRawTransaction", "Transaction gas limit exceeds block gas limit"),
        Class::GasLimit
    );
    assert_eq!(limited("eth_sendRawTransaction", "Too many requests"), Class::RateLimited);
    assert_eq!(limited("eth_call", "limit exceeded"), Class::RateLimited);
}

fn next_nonce() -> Bytes {
    use alloy_sol_types::SolCall;
    let to = alloy_primitives::U256::from(chain_sim::OTHER);
    bindings::IMessageService::nextNonceCall { destinationChainId: to }.abi_encode().into()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Up to `quorum - 1` of the nodes answer what they like, in concert or not; the others are honest, and behind or not.
    #[test]
    fn l3_liars_below_the_quorum_change_nothing(
        seed: u64,
        count in 1usize..=7,
        extra in 0usize..=3,
        lags in proptest::collection::vec(0u64..=4, 7),
        share in 0.0f64..1.0,
        number in 0u64..=10,
    ) {
        let sim = world();
        let quorum = (count / 2 + 1 + extra).min(count);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small")]
        let liars = (quorum as f64 * share) as usize;
        let honest = &lags[..count - liars];
        let mut all: Vec<_> = honest.iter().map(|lag| SimNode::with(&sim, vec![Fault::Lag(*lag)])).collect();
        // All liars have one seed, so that they tell the same lies when they are asked the same.
        all.extend((0..liars).map(|_| SimNode::with(&sim, vec![Fault::Mischief(seed)])));
        let mut config = config(0);
        config.rpc.quorum = Some(quorum);
        let nodes = all.iter().map(|node| Arc::clone(node) as Arc<dyn Node>).collect();
        let chain = Chain::with_nodes("home", &config, nodes, Arc::new(ManualClock::new(0))).expect("a chain");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(async {
            let newest = honest.iter().map(|lag| 8 - lag).max().expect("an honest one");
            let finalized = newest.min(5);
            for _ in 0..3 {
                match chain.heads().await {
                    Ok(heads) => {
                        prop_assert_eq!(sim.hash_at(heads.latest.number), Some(heads.latest.hash));
                        prop_assert!(heads.latest.number <= newest);
                        prop_assert_eq!(sim.hash_at(heads.finalized.number), Some(heads.finalized.hash));
                        prop_assert!(heads.finalized.number <= finalized);
                    }
                    Err(error) => {
                        no_quorum(&error);
                        prop_assert!(honest.len() < quorum, "{} honest, {}", honest.len(), error);
                    }
                }
                match chain.header_at(number).await {
                    Ok(Some(block)) => prop_assert_eq!(sim.hash_at(number), Some(block.hash())),
                    Ok(None) => prop_assert!(honest.iter().any(|lag| 8 - lag < number)),
                    Err(error) => { no_quorum(&error); }
                }
            }
            Ok(())
        })?;
    }
}

#[test]
fn the_chain_that_is_made_up_has_an_id() {
    assert_eq!(config(0).id, ID);
}

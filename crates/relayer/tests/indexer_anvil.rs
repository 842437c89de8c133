//! The indexer over HTTP, on anvil: real blocks and a real reorganisation, an endpoint that is down, one that is of another chain of blocks.
#![allow(clippy::panic, clippy::unwrap_in_result, reason = "tests")]

use alloy_primitives::{Address, B256, Bytes, U256, hex};
use mos::{Lanes, MESSAGE_SENT, MessageDelivered, Outbox};
use prover::{Filter, Rpc, Within, ask};
use relayer::{
    chain::Chain,
    clock::{Clock, Millis, SystemClock},
    domain::Fact,
    indexer::Indexer,
    role::{Failed, Pace, Role},
    service::{Health, Supervisor},
    store::Store,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use testkit::Port;
use tokio::{net::TcpStream, sync::watch, task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

const ID: u64 = 31_337;
const OTHER: u64 = 7;
const SERVICE: Address = Address::repeat_byte(0x51);
const OTHER_SERVICE: Address = Address::repeat_byte(0xd1);
/// One of anvil's own accounts.
const ACCOUNT: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

/// Code that logs what it is called with: two topics, then the data. With less than two words it does nothing.
const EMITTER: [u8; 32] = hex!("60403610601d57604036036040600037602035600035604036036000a25b0000");

/// An anvil without blocks of its own accord; it ends with the test.
struct Anvil {
    process: Child,
    url: String,
    _port: Port,
}

impl Drop for Anvil {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Anvil {
    /// `None`, said aloud, where there is no anvil.
    async fn start(held: Port, salt: u64) -> Option<Self> {
        let port = held.number();
        let time = (1_700_000_000 + salt).to_string();
        let arguments =
            ["--port", &port.to_string(), "--no-mining", "--silent", "--timestamp", &time];
        let process = Command::new("anvil")
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(process) = process else {
            eprintln!("skipped: there is no anvil; `. tools/env.sh` first");
            return None;
        };
        let anvil = Self { process, url: format!("http://127.0.0.1:{port}"), _port: held };
        for _ in 0..1_200 {
            if ask::chain_id(&anvil.rpc()).await.is_ok() {
                anvil.request("anvil_setCode", json!([SERVICE, Bytes::from(EMITTER)])).await;
                return Some(anvil);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("anvil did not start in a minute");
    }

    fn rpc(&self) -> Rpc {
        Rpc::new(&self.url).expect("an address")
    }

    async fn request(&self, method: &'static str, params: Value) -> Value {
        ask::answer(&self.rpc(), method, params).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Blocks in which the service logs these, one in each.
    async fn log(&self, logs: &[(B256, B256, Vec<u8>)]) {
        for (first, second, data) in logs {
            let input = Bytes::from([first.as_slice(), second.as_slice(), data].concat());
            let transaction =
                json!({ "from": ACCOUNT, "to": SERVICE, "input": input, "gas": "0x100000" });
            self.request("eth_sendTransaction", json!([transaction])).await;
            self.mine(1).await;
        }
    }

    async fn mine(&self, blocks: u64) {
        self.request("anvil_mine", json!([U256::from(blocks)])).await;
    }
}

/// So many messages, as the service logs them.
fn messages(count: usize) -> Vec<(B256, B256, Vec<u8>)> {
    let mut lanes = Lanes::new(U256::from(ID), SERVICE);
    lanes.set_lane(U256::from(OTHER), OTHER_SERVICE, 1, false);
    let mut outbox = Outbox::new(lanes);
    let to = mos::EvmAddress::new(U256::from(OTHER), SERVICE).expect("an id").encode();
    let send = |place: usize| {
        let sent = outbox.send(SERVICE, U256::ZERO, &to, &vec![7; place], &[]).expect("a message");
        (MESSAGE_SENT, sent.id, sent.data)
    };
    (0..count).map(send).collect()
}

async fn store() -> Store {
    Store::open("sqlite::memory:", "here", Arc::new(SystemClock)).await.expect("a store")
}

fn chain(urls: &[&str], block_seconds: f64) -> Chain {
    let config = json!({
        "id": ID, "rpc": { "endpoints": [], "timeout_seconds": 60.0 }, "service": SERVICE, "finality": { "blocks": 6 },
        "block_seconds": block_seconds,
    });
    let config = serde_json::from_value(config).expect("a configuration");
    let urls: Vec<_> = urls.iter().map(|url| (*url).to_owned().into()).collect();
    Chain::new("home", &config, &urls, Arc::new(SystemClock)).expect("a chain")
}

fn indexer(urls: &[&str], store: &Store) -> Indexer {
    indexer_of(Arc::new(chain(urls, 0.1)), store, Arc::new(SystemClock))
}

fn indexer_of(chain: Arc<Chain>, store: &Store, clock: Arc<dyn Clock>) -> Indexer {
    Indexer::new(store.clone(), chain, &BTreeMap::from([(OTHER, OTHER_SERVICE)]), clock)
}

async fn settle(indexer: &Indexer) {
    for _ in 0..100 {
        match indexer.step().await {
            Ok(Pace::At(_)) => return,
            Ok(Pace::Again) => {}
            // One that was far slower than the others had no say: the step is taken again, as it always is.
            Err(error) if shown(&error).contains(" is silent") => {}
            Err(error) => panic!("{}", shown(&error)),
        }
    }
    panic!("100 steps were not enough");
}

fn shown(error: &Failed) -> String {
    error.source.as_ref().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

/// That each of these messages was seen where anvil has it, if anvil has it, and nowhere else.
async fn check(anvil: &Anvil, store: &Store, messages: &[(B256, B256, Vec<u8>)]) -> usize {
    let within = Within::Range(prover::BlockTag::Earliest, prover::BlockTag::Latest);
    let filter = Filter { addresses: vec![SERVICE], topics: Vec::new(), within };
    let logs = ask::logs(&anvil.rpc(), &filter).await.expect("logs");
    let mut count = 0;
    for (nonce, (_, id, _)) in (0..).zip(messages) {
        let there = logs.iter().find(|log| log.topics[0] == MESSAGE_SENT && log.topics[1] == *id);
        let seen = store.sightings(*id).await.expect("a store");
        match (there, &seen[..]) {
            (None, []) => {}
            (Some(log), [seen]) => {
                let place = &seen.place;
                assert_eq!(
                    (place.block.hash, place.block.number),
                    (log.block_hash, log.block_number)
                );
                assert_eq!(
                    (place.transaction, place.log_index),
                    (log.transaction_hash, log.log_index)
                );
                assert!(
                    matches!(&seen.fact, Fact::Sent(sent) if sent.body.nonce == nonce && sent.destination == OTHER)
                );
                count += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    count
}

#[tokio::test]
async fn l4_follows_a_reorganisation_of_anvil() {
    let Some(anvil) = Anvil::start(Port::reserve().expect("a port"), 0).await else { return };
    let (store, messages) = (store().await, messages(12));
    let indexer = indexer(&[&anvil.url], &store);
    anvil.mine(80).await;
    anvil.log(&messages[..8]).await;
    settle(&indexer).await;
    assert_eq!(check(&anvil, &store, &messages).await, 8);
    // The last three blocks are replaced by three without transactions.
    anvil.request("anvil_reorg", json!([3, []])).await;
    settle(&indexer).await;
    assert_eq!(check(&anvil, &store, &messages).await, 5);
    let delivered = MessageDelivered {
        id: B256::ZERO,
        source_chain_id: U256::from(OTHER),
        nonce: 3,
        payee: SERVICE,
    };
    let [first, _, _] = delivered.topics();
    // Three topics are more than the emitter has: what it logs is none of its event's, and stalls nothing.
    anvil.log(&[(first, B256::ZERO, delivered.data())]).await;
    anvil.log(&messages[5..]).await;
    settle(&indexer).await;
    assert_eq!(check(&anvil, &store, &messages).await, 12);
    assert_eq!(store.next_nonce_seen(ID, SERVICE, OTHER).await.expect("a store"), 12);
}

#[tokio::test]
async fn starts_with_a_chain_that_is_down_and_says_so_until_it_is_back() {
    let (port, store) = (Port::reserve().expect("a port"), store().await);
    let url = format!("http://127.0.0.1:{}", port.number());
    let indexer = indexer(&[&url], &store);
    let error = shown(&indexer.step().await.expect_err("nobody answers"));
    let expected = "chain home: its heads are not known: chain home: 1 of 1 nodes have to agree on the final block, and no more than 0 do";
    assert!(error.starts_with(expected) && error.contains(&url), "{error}");
    assert_eq!(store.cursor(ID).await.expect("a store"), None);

    let Some(anvil) = Anvil::start(port, 0).await else { return };
    let messages = messages(2);
    anvil.log(&messages).await;
    settle(&indexer).await;
    assert_eq!(check(&anvil, &store, &messages).await, 2);
}

#[tokio::test]
async fn l3_goes_on_with_one_dead_or_lying_endpoint_of_three_and_not_with_two() {
    let Some(anvil) = Anvil::start(Port::reserve().expect("a port"), 0).await else { return };
    let Some(other) = Anvil::start(Port::reserve().expect("a port"), 1).await else { return };
    let messages = messages(3);
    anvil.log(&messages).await;
    anvil.mine(10).await;
    other.mine(13).await;
    let nobody = Port::reserve().expect("a port");
    let dead = format!("http://127.0.0.1:{}", nobody.number());

    for bad in [&dead, &other.url] {
        let store = store().await;
        settle(&indexer(&[bad, &anvil.url, &anvil.url], &store)).await;
        assert_eq!(check(&anvil, &store, &messages).await, 3);
    }
    let store = store().await;
    let error = shown(
        &indexer(&[&dead, &anvil.url, &other.url], &store).step().await.expect_err("one of three"),
    );
    assert!(error.contains("2 of 3 nodes have to agree on the final block"), "{error}");
    assert_eq!(store.cursor(ID).await.expect("a store"), None);
}

/// Passes on what comes to a port, until it is dropped.
struct Wire(tokio::task::JoinHandle<()>, watch::Receiver<u32>);

impl Drop for Wire {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Wire {
    async fn lay(from: u16, to: u16) -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", from)).await.expect("a port");
        let (count, counted) = watch::channel(0);
        let passing = async move {
            // They end with the task.
            let mut open = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                let mut far = TcpStream::connect(("127.0.0.1", to)).await.expect("it listens");
                open.spawn(async move {
                    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                });
                count.send_modify(|count| *count += 1);
            }
        };
        Self(tokio::spawn(passing), counted)
    }

    /// Waits until somebody listens, and is told of new blocks.
    async fn is_used(&mut self, anvil: &Anvil, chain: &Chain) {
        let used = timeout(PATIENCE, self.1.wait_for(|count| *count > 0)).await;
        used.expect("somebody connects").expect("it is there");
        let mut wakes = chain.wakes();
        let told = async {
            // A block that is made before it has subscribed is none that it is told of.
            while timeout(Duration::from_millis(200), wakes.changed()).await.is_err() {
                anvil.mine(1).await;
            }
        };
        timeout(PATIENCE, told).await.expect("it subscribes");
    }
}

/// Longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// The time as an indexer sees it. While it is an hour ahead of the time by which steps are taken, each of its next steps is due in an
/// hour: until then it takes one only when it is woken.
#[derive(Debug, Default)]
struct Ahead(AtomicI64);

impl Ahead {
    const HOUR: Millis = 3_600_000;

    fn set(&self, by: Millis) {
        self.0.store(by, Ordering::SeqCst);
    }
}

impl Clock for Ahead {
    fn now(&self) -> Millis {
        SystemClock.now() + self.0.load(Ordering::SeqCst)
    }
}

/// Wakes an indexer until the wait for its next step fits.
async fn paced(anvil: &Anvil, health: &Health, fits: impl Fn(Millis) -> bool) {
    let due = || health.conditions().values().map(|role| role.next_at).min();
    let waiting = async {
        loop {
            anvil.mine(1).await;
            // Longer than wake-ups are apart, so that none of them is left for what comes next.
            for _ in 0..100 {
                if due().is_some_and(|at| fits(at - SystemClock.now())) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    };
    timeout(PATIENCE, waiting).await.expect("it takes a step");
}

/// Waits until a message is seen.
async fn seen(store: &Store, id: B256) {
    let looking = async {
        while store.sightings(id).await.expect("a store").is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, looking).await.expect("it is seen");
}

#[tokio::test]
async fn a_websocket_makes_messages_be_seen_at_once_and_costs_only_time_when_it_is_gone() {
    let (near, far) = (Port::reserve().expect("a port"), Port::reserve().expect("a port"));
    let (here, there) = (near.number(), far.number());
    let Some(anvil) = Anvil::start(far, 0).await else { return };
    let (store, messages) = (store().await, messages(5));
    let mut wire = Wire::lay(here, there).await;
    // Without anyone who wakes it the chain is asked every twelve seconds.
    let chain = chain(&[&anvil.url], 24.0).woken_by(vec![format!("ws://127.0.0.1:{here}").into()]);
    let (chain, clock) = (Arc::new(chain), Arc::new(Ahead::default()));
    clock.set(Ahead::HOUR);
    let indexer = Arc::new(indexer_of(Arc::clone(&chain), &store, Arc::clone(&clock) as _));
    let end = CancellationToken::new();
    let supervisor = Supervisor::new(Arc::new(SystemClock), store.changes());
    let health = supervisor.health();
    let running = tokio::spawn(supervisor.run(vec![indexer], end.clone()));
    let listening = {
        let (chain, end) = (Arc::clone(&chain), end.clone());
        tokio::spawn(async move { chain.listen(&end).await })
    };
    wire.is_used(&anvil, &chain).await;
    let (long, short) = (Ahead::HOUR / 2, Ahead::HOUR / 60);
    paced(&anvil, &health, |wait| wait > long).await;
    for message in &messages[..3] {
        anvil.log(std::slice::from_ref(message)).await;
        seen(&store, message.1).await;
    }
    clock.set(0);
    paced(&anvil, &health, |wait| wait < short).await;
    drop(wire);
    anvil.log(&messages[3..4]).await;
    seen(&store, messages[3].1).await;
    let failures: u32 = health.conditions().values().map(|role| role.failures).sum();
    assert_eq!(failures, 0, "nothing has failed");
    clock.set(Ahead::HOUR);
    let mut wire = Wire::lay(here, there).await;
    wire.is_used(&anvil, &chain).await;
    paced(&anvil, &health, |wait| wait > long).await;
    anvil.log(&messages[4..]).await;
    seen(&store, messages[4].1).await;
    end.cancel();
    running.await.expect("it ends");
    listening.await.expect("it ends");
}

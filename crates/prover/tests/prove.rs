//! Proofs of messages and of what became of them, from a node in memory that may lie.

mod support;

use alloy_primitives::{B256, U256};
use light_client::{ancestry, client};
use mos::{Answer, Context, Fate, Inbox, Outcome};
use mpt_proof::{proof, receipt};
use prover::{
    Cache, Error, Event, Head, NodeError, Prover, RawLog, Ways, acknowledgement, ask, batch,
    delivery, expiry, verify,
};
use support::{DESTINATION, HEAD, Lie, NUMBER, PAYEE, SOURCE, TIME, World, dated, lane, lanes};

/// The client that follows the source chain.
const fn client(head: &Head) -> verify::Client<'_> {
    verify::Client { chain_id: SOURCE.0, assumption: 1, network: None, head }
}

/// Why no proof is made of the first message.
async fn refused(world: &World) -> Error {
    let (body, _, at) = &world.sent[0];
    let proof = delivery(world, None, &world.head(), *at, body.nonce).await;
    proof.expect_err("a lie that was believed")
}

#[tokio::test]
async fn accepts_a_message_of_the_head_and_of_blocks_before_it() {
    // By headers up to ten blocks away, and from there on by the kept hash.
    for (distance, headers, by_state) in
        [(0, 1, false), (1, 2, false), (10, 11, false), (11, 1, true), (40, 1, true)]
    {
        let world = World::new(7, distance);
        let head = world.head();
        for (body, id, at) in &world.sent {
            let proof = delivery(&world, None, &head, *at, body.nonce).await.expect("a proof");
            assert_eq!((proof.head_id, proof.headers.len()), (HEAD, headers), "{distance}");
            assert_eq!(!proof.ancestry.is_empty(), by_state, "{distance}");
            let verified = verify::delivery(&lane(), &client(&head), None, &proof);
            let verified = verified.expect("a message");
            assert_eq!((&verified.id, &verified.body), (id, body));
        }
    }
}

#[tokio::test]
async fn accepts_headers_where_no_hashes_are_kept() {
    let world = World::with_kept_hash(1, 40, false);
    let (body, id, at) = &world.sent[0];
    let proof = delivery(&world, None, &world.head(), *at, body.nonce).await.expect("a proof");
    assert_eq!(proof.headers.len(), 41);
    let head = world.head();
    let verified = verify::delivery(&lane(), &client(&head), None, &proof);
    assert_eq!(verified.map(|verified| verified.id), Ok(*id));

    // Where there is a choice, clients that know no other way are led by headers too.
    let world = World::new(1, 40);
    let (body, _, at) = &world.sent[0];
    let cache = Cache::new(1 << 20);
    let prover = Prover { ways: Ways::Headers, ..Prover::new(&world, None, &cache) };
    let head = world.head();
    let proof = prover.delivery(&head, *at, body.nonce).await;
    let proof = proof.expect("a proof");
    assert_eq!((proof.headers.len(), proof.ancestry.len()), (41, 0));
    for assumption in [2, 3] {
        let mut lanes = lanes();
        lanes.set_lane(U256::from(SOURCE.0), SOURCE.1, assumption, false);
        let client = verify::Client { assumption, ..client(&head) };
        let context = Context { clients: &client, attestors: &(), now: TIME };
        let mut inbox = Inbox::new(lanes);
        let fate = inbox.deliver(U256::from(SOURCE.0), &proof, &context, |_| Answer::Accepted);
        assert_eq!(fate.map(|(_, fate)| fate), Ok(Fate::Delivered));
    }
}

#[tokio::test]
async fn rejects_what_is_out_of_reach_of_headers() {
    let world = World::with_kept_hash(1, 128, false);
    let (body, _, at) = &world.sent[0];
    let cache = Cache::none();
    let prover = Prover { ways: Ways::Headers, ..Prover::new(&world, None, &cache) };
    let refused = prover.delivery(&world.head(), *at, body.nonce).await;
    assert_eq!(refused, Err(Error::OutOfReach { block: NUMBER, head: NUMBER + 128 }));
}

#[tokio::test]
async fn accepts_batches_of_one_block() {
    for count in [1, 2, 20] {
        for distance in [0, 3, 30] {
            let world = World::new(count, distance);
            let head = world.head();
            // In no order, as events may come.
            let mut items = world.items();
            items.reverse();
            let proof = batch(&world, None, &head, world.block(), &items).await.expect("a proof");
            let verified = verify::batch(&lane(), &client(&head), None, &proof).expect("messages");
            assert_eq!(verified.len(), count);
            for (body, id, _) in &world.sent {
                assert!(verified.iter().any(|one| one.id == *id && one.body == *body));
            }

            let mut inbox = Inbox::new(lanes());
            let client = client(&head);
            let context = Context { clients: &client, attestors: &(), now: TIME };
            let chain = U256::from(SOURCE.0);
            let fates = inbox.deliver_batch(chain, &proof, &context, |_| Answer::Accepted);
            let fates = fates.expect("a batch");
            assert!(fates.iter().all(|(_, fate)| *fate == Fate::Delivered));
            assert_eq!(fates.len(), count);
            // A batch is shorter than its messages alone, once there is something to share.
            let mut alone = 0;
            for (at, nonce) in &items {
                let proof = delivery(&world, None, &head, *at, *nonce).await.expect("a proof");
                alone += proof.receipt_proof.len();
            }
            assert!(proof.nodes.len() < alone || count == 1, "{} of {alone}", proof.nodes.len());
        }
    }
}

#[tokio::test]
async fn rejects_batches_of_several_blocks_and_of_none() {
    let world = World::new(2, 3);
    let (block, head) = (world.block(), world.head());
    let mut items = world.items();
    items[1].0.block_hash = head.hash;
    let other = batch(&world, None, &head, block, &items).await;
    assert_eq!(other, Err(Error::OtherBlocks { block: block.0 }));
    let none = batch(&world, None, &head, block, &[]).await;
    assert_eq!(none, Err(Error::OtherBlocks { block: block.0 }));
    assert_eq!(world.count("eth_getBlockByHash"), 0);
}

#[tokio::test]
async fn rejects_lies_about_receipts() {
    let mut world = World::new(3, 2);
    let root = prover::Block::parse(support::block_json(&world.blocks[0]).to_string().as_bytes());
    let root = root.expect("a block").receipts_root();
    for lie in [Lie::Receipt, Lie::FewerReceipts] {
        world.lie = Some(lie);
        let error = refused(&world).await;
        let Error::Node(NodeError::Mismatch { method, problem }) = &error else {
            unreachable!("{error}")
        };
        assert_eq!(method, "eth_getBlockReceipts");
        assert!(problem.ends_with(&format!(", not {root}")), "{problem}");
    }
    world.lie = Some(Lie::NoReceipts);
    let missing = NodeError::missing("eth_getBlockReceipts", format!("block {}", world.block().0));
    assert_eq!(refused(&world).await, Error::Node(missing));
}

#[tokio::test]
async fn rejects_lies_about_headers() {
    let mut world = World::new(3, 2);
    let (hash, later) = (world.block().0, world.blocks[1].hash());
    world.lie = Some(Lie::OtherBlock);
    let problem = format!(
        "the header the node sent for {hash} hashes to {later}: the node is wrong, or its chain has header fields that \
         this version does not know"
    );
    let mismatch = NodeError::mismatch("eth_getBlockByHash", problem);
    assert_eq!(refused(&world).await, Error::Node(mismatch));

    world.lie = Some(Lie::Header);
    let error = refused(&world).await.to_string();
    let start = format!("eth_getBlockByHash: the header the node sent for {hash} hashes to 0x");
    assert!(error.starts_with(&start), "{error}");

    world.lie = Some(Lie::NoBlock);
    let missing = NodeError::missing("eth_getBlockByHash", format!("block {hash}"));
    assert!(missing.is_retryable());
    assert_eq!(refused(&world).await, Error::Node(missing));

    world.lie = Some(Lie::Nonsense);
    let error = refused(&world).await;
    assert!(matches!(&error, Error::Node(NodeError::Unreadable { .. })), "{error}");
}

#[tokio::test]
async fn rejects_lies_about_the_place_of_an_event() {
    let world = World::new(3, 2);
    let (body, _, at) = &world.sent[0];
    let (head, nonce) = (world.head(), body.nonce);
    let proof = |head: Head, at: Event| {
        let world = &world;
        async move { delivery(world, None, &head, at, nonce).await }
    };
    let late = Event { log_index_in_receipt: 2, ..*at };
    let no_log = Error::NoLog { block: at.block_hash, transaction: 0, log: 2 };
    assert_eq!(proof(head, late).await, Err(no_log));
    let late = Event { transaction_index: 99, ..*at };
    let no_log = Error::NoLog { block: at.block_hash, transaction: 99, log: 1 };
    assert_eq!(proof(head, late).await, Err(no_log));

    let first = Head { id: HEAD, hash: world.blocks[1].hash(), number: NUMBER + 1 };
    assert!(proof(first, *at).await.is_ok());
    let older = Head { number: NUMBER - 1, ..head };
    let not_yet = Error::NotYet { block: NUMBER, head: NUMBER - 1 };
    assert_eq!(proof(older, *at).await, Err(not_yet));
    let renumbered = Head { number: NUMBER + 7, ..head };
    let problem = format!("block {} has the number {}, not {}", head.hash, NUMBER + 2, NUMBER + 7);
    let mismatch = NodeError::mismatch("eth_getBlockByHash", problem);
    assert_eq!(proof(renumbered, *at).await, Err(Error::Node(mismatch)));
}

#[tokio::test]
async fn rejects_a_block_that_is_no_ancestor_of_the_head() {
    // Two chains that part before the block of the messages.
    let (world, other) = (World::new(1, 3), World::new(2, 3));
    let (body, _, at) = &world.sent[0];
    let both = Both(&world, &other);
    let reorganized = Error::Reorganized { block: at.block_hash, head: other.head().hash };
    let refused = delivery(&both, None, &other.head(), *at, body.nonce).await;
    assert_eq!(refused, Err(reorganized));

    // The same where the state keeps hashes: they are those of the other chain.
    let (world, other) = (World::new(1, 300), World::new(2, 300));
    let (body, _, at) = &world.sent[0];
    let reorganized = Error::Reorganized { block: at.block_hash, head: other.head().hash };
    let refused = delivery(&Both(&world, &other), None, &other.head(), *at, body.nonce).await;
    assert_eq!(refused, Err(reorganized));
}

/// A node that knows two chains; its state is that of the second.
#[derive(Debug)]
struct Both<'w>(&'w World, &'w World);

#[async_trait::async_trait]
impl prover::Node for Both<'_> {
    async fn request(
        &self,
        method: &'static str,
        params: serde_json::Value,
    ) -> Result<Box<serde_json::value::RawValue>, NodeError> {
        let answer = self.1.request(method, params.clone()).await?;
        if answer.get() == "null" { self.0.request(method, params).await } else { Ok(answer) }
    }
}

#[tokio::test]
async fn rejects_lies_about_the_state() {
    let mut world = World::new(1, 200);
    world.lie = Some(Lie::ShortProof);
    let error = refused(&world).await;
    let expected = matches!(
        &error,
        Error::Node(NodeError::Mismatch { method, .. }) if method == "eth_getProof"
    );
    assert!(expected, "{error}");
    world.lie = Some(Lie::OtherSlot);
    let slot = ancestry::history_slot(NUMBER);
    let mismatch = NodeError::mismatch("eth_getProof", format!("no proof of the slot {slot}"));
    assert_eq!(refused(&world).await, Error::Node(mismatch));
}

#[tokio::test]
async fn accepts_nodes_that_answer_in_other_ways() {
    for (lie, asked) in
        [(Lie::OneByOne, "eth_getTransactionReceipt"), (Lie::ByNumber, "eth_getBlockReceipts")]
    {
        let mut world = World::new(3, 0);
        world.lie = Some(lie);
        let (body, id, at) = &world.sent[2];
        let head = world.head();
        let proof = delivery(&world, None, &head, *at, body.nonce).await.expect("a proof");
        let verified = verify::delivery(&lane(), &client(&head), None, &proof);
        assert_eq!(verified.map(|verified| verified.id), Ok(*id));
        assert!(world.count(asked) > 1, "{asked}");
    }
}

#[tokio::test]
async fn keeps_what_it_has_fetched() {
    let world = World::new(4, 2);
    let (cache, head) = (Cache::new(1 << 20), world.head());
    let prover = Prover::new(&world, None, &cache);
    for (at, nonce) in world.items() {
        prover.delivery(&head, at, nonce).await.expect("a proof");
    }
    prover.batch(&head, world.block(), &world.items()).await.expect("a proof");
    assert_eq!((world.count("eth_getBlockByHash"), world.count("eth_getBlockReceipts")), (3, 1));
    assert!(cache.bytes() > 3 * 1_024, "{}", cache.bytes());

    // What has no room is fetched again, and nothing else changes.
    let small = Cache::new(4_000);
    let prover = Prover::new(&world, None, &small);
    for (at, nonce) in world.items() {
        prover.delivery(&head, at, nonce).await.expect("a proof");
        assert!(small.bytes() <= 4_000, "{}", small.bytes());
    }
    assert!(world.count("eth_getBlockReceipts") > 2);
}

#[tokio::test]
async fn locates_logs_and_rejects_those_that_are_not_there() {
    let world = World::new(4, 0);
    let receipts = ask::receipts(&world, world.block().0).await.expect("receipts");
    let logs: Vec<RawLog> =
        world.logs().into_iter().map(|log| serde_json::from_value(log).expect("a log")).collect();
    let found: Vec<Event> = logs.iter().map(|log| receipts.locate(log).expect("a place")).collect();
    for (_, _, at) in &world.sent {
        assert!(found.contains(at), "{at:?}");
    }

    let place = |change: &dyn Fn(&mut RawLog)| {
        let mut log = logs[3].clone();
        change(&mut log);
        receipts.locate(&log)
    };
    let found = Event {
        block_hash: world.block().0,
        block_number: NUMBER,
        transaction_index: 1,
        log_index_in_receipt: 1,
    };
    assert_eq!(place(&|_| ()), Ok(found));
    // Numbered within its transaction: the content tells.
    assert_eq!(place(&|log| log.log_index = 1), Ok(found));
    let not_there = |number: u64, transaction: u64| {
        let hash = world.block().0;
        let problem = format!("log {number} is not in transaction {transaction} of {hash}");
        Err(NodeError::mismatch("eth_getLogs", problem))
    };
    assert_eq!(place(&|log| log.data = vec![1].into()), not_there(3, 1));
    assert_eq!(place(&|log| log.topics.clear()), not_there(3, 1));
    assert_eq!(place(&|log| log.address = PAYEE), not_there(3, 1));
    assert_eq!(place(&|log| log.transaction_index = 0), not_there(3, 0));
    assert_eq!(place(&|log| log.transaction_index = 99), not_there(3, 99));
    let problem = format!("a log of block 7 ({}), not {}", world.block().0, world.block().0);
    let other = Err(NodeError::mismatch("eth_getLogs", problem));
    assert_eq!(place(&|log| log.block_number = 7), other);
}

#[tokio::test]
async fn rejects_logs_that_were_not_asked_for() {
    let world = World::new(2, 0);
    let within = prover::Within::Block(world.block().0);
    let all = prover::Filter { within, ..Default::default() };
    assert_eq!(ask::logs(&world, &all).await.expect("logs").len(), world.logs().len());
    let of_service = prover::Filter { addresses: vec![SOURCE.1], ..all.clone() };
    let problem = format!("a log that was not asked for: 0 in block {}", world.block().0);
    let mismatch = NodeError::mismatch("eth_getLogs", problem);
    assert_eq!(ask::logs(&world, &of_service).await, Err(mismatch.clone()));
    let topics = vec![Vec::new(), vec![world.sent[0].1]];
    let by_id = prover::Filter { topics, ..all.clone() };
    assert_eq!(ask::logs(&world, &by_id).await, Err(mismatch.clone()));
    let range = |from, to| prover::Within::Range(prover::BlockTag::Number(from), to);
    let later = prover::Filter { within: range(NUMBER + 1, prover::BlockTag::Latest), ..all };
    assert_eq!(ask::logs(&world, &later).await, Err(mismatch));
}

#[tokio::test]
async fn accepts_acknowledgements() {
    let ids = [(B256::repeat_byte(1), 0), (B256::repeat_byte(2), 1)];
    let world = World::delivering(&ids, 12);
    let head = world.head();
    let client = verify::Client { chain_id: DESTINATION.0, ..client(&head) };
    for (_, id, at) in &world.sent {
        let proof = acknowledgement(&world, None, &head, *at).await.expect("a proof");
        let verified = verify::acknowledgement(&lane(), &client, None, &proof);
        assert_eq!(verified, Ok((*id, Outcome::Delivered { payee: PAYEE })));
        // It says nothing of a cancellation.
        let topic = receipt::Error::LogTopic {
            expected: mos::MESSAGE_CANCELLED,
            got: mos::MESSAGE_DELIVERED,
        };
        let refused = verify::cancelled(&lane(), &client, None, &proof);
        assert_eq!(refused, Err(mpt_proof::Error::from(topic).into()));
    }
}

#[tokio::test]
async fn accepts_expiries_and_rejects_those_of_settled_messages() {
    let world = World::new(1, 20);
    let (head, lane) = (world.head(), lane());
    let client = verify::Client { chain_id: DESTINATION.0, ..client(&head) };
    let time = TIME + 12 * 20;
    let judged = |nonce, deadline| {
        let (world, head, lane, client) = (&world, &head, &lane, &client);
        async move {
            let body = dated(nonce, deadline);
            let proof = expiry(world, None, head, lane, &body).await.expect("a proof");
            let id = body.on(*lane).id();
            (id, proof.absent, verify::expiry(lane, client, None, &body, &proof))
        }
    };
    // A clear bit in a word that is there, and a word that is absent.
    for (nonce, absent) in [(0, false), (255, false), (512, true), (u64::MAX, true)] {
        let (id, is_absent, verified) = judged(nonce, time - 1).await;
        assert_eq!((is_absent, verified), (absent, Ok(id)), "{nonce}");
    }
    for nonce in [3, 256, 511] {
        let (id, _, verified) = judged(nonce, time - 1).await;
        assert_eq!(verified, Err(mos::Error::AlreadySettled { id }), "{nonce}");
    }
    let (id, _, verified) = judged(0, time).await;
    assert_eq!(verified, Err(mos::Error::NotExpired { id, deadline: time, time }));

    let elsewhere = mos::Lane { destination_gateway: PAYEE, ..lane };
    let proof = expiry(&world, None, &head, &elsewhere, &dated(0, 1)).await;
    let problem = mpt_proof::builder::Error::AccountAbsent;
    assert_eq!(proof, Err(Error::Node(NodeError::mismatch("eth_getProof", problem))));
}

#[tokio::test]
async fn rejects_as_the_contract_does() {
    let world = World::new(3, 2);
    let (body, _, at) = &world.sent[0];
    let head = world.head();
    let proof = delivery(&world, None, &head, *at, body.nonce).await.expect("a proof");
    let client = client(&head);
    let verified = |change: &dyn Fn(&mut mos::DeliveryProof)| {
        let mut proof = proof.clone();
        change(&mut proof);
        verify::delivery(&lane(), &client, None, &proof).map(|verified| verified.id)
    };
    assert!(verified(&|_| ()).is_ok());
    let unknown = client::Error::UnknownHead { id: 6 };
    assert_eq!(verified(&|proof| proof.head_id = 6), Err(unknown.into()));
    let empty = ancestry::Error::Empty;
    assert_eq!(verified(&|proof| proof.headers.clear()), Err(empty.into()));
    let short = mpt_proof::Error::from(proof::Error::TruncatedProof { index: 1 });
    assert_eq!(verified(&|proof| proof.receipt_proof.truncate(1)), Err(short.into()));
    let renumbered = mos::Body { nonce: 9, ..body.clone() };
    let (expected, got) = (world.sent[0].1, renumbered.on(lane()).id());
    assert_eq!(verified(&|proof| proof.nonce = 9), Err(mos::Error::IdMismatch { expected, got }));

    // A client of another chain, of none, and one that rests on something unknown.
    let other = verify::Client { chain_id: 8, ..client };
    let wrong = mos::Error::WrongChain { expected: U256::from(SOURCE.0), got: U256::from(8) };
    assert_eq!(verify::delivery(&lane(), &other, None, &proof).err(), Some(wrong));
    let unknown = client::Error::UnknownChain { chain_id: SOURCE.0 };
    let all = batch(&world, None, &head, world.block(), &world.items()).await.expect("a proof");
    assert_eq!(verify::batch(&lane(), &other, None, &all).err(), Some(unknown.into()));
    let other = verify::Client { assumption: 9, ..client };
    assert_eq!(verify::delivery(&lane(), &other, None, &proof).err(), Some(unknown.into()));
    let none = Head { id: 0, ..head };
    let other = verify::Client { head: &none, ..client };
    let unknown = client::Error::UnknownHead { id: HEAD };
    assert_eq!(verify::delivery(&lane(), &other, None, &proof).err(), Some(unknown.into()));
    // Attestors take no way but headers.
    let world = World::new(1, 30);
    let (body, _, at) = &world.sent[0];
    let head = world.head();
    let proof = delivery(&world, None, &head, *at, body.nonce).await.expect("a proof");
    let attested = verify::Client { assumption: 3, head: &head, ..client };
    let kind = ancestry::Error::Kind { kind: ancestry::HISTORY };
    assert_eq!(verify::delivery(&lane(), &attested, None, &proof).err(), Some(kind.into()));
}

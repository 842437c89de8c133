//! Attestors: what they sign, what they do not, and a lane that asks for their signatures.

use crate::{
    Bench, SourceNode, chain, delivered,
    destination::{ATTESTORS, Destination},
    seeded::{LIES, chain_of},
    source::{DESTINATION, NUMBER, SOURCE, World},
};
use alloy_primitives::{Address, B256, U256};
use async_trait::async_trait;
use light_client::attestation::{Domain, Statement};
use prover::{Node, NodeError};
use relayer::{
    attestor::{Asked, Attestor, Book, BookError, Collector, Refused, Subject, router},
    clock::ManualClock,
    config::{SecretRef, Signer},
    domain::{Purpose, Reason, Stage},
    keys::{Use, open},
    lane::Signatories,
};
use serde_json::{Value, json, value::RawValue};
use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt, path::Path, sync::Arc};

/// An attestor with a node of its own.
struct Post {
    attestor: Arc<Attestor>,
    node: Arc<SourceNode>,
    _folder: tempfile::TempDir,
}

impl Post {
    async fn new(key: u8, world: World) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::refusing(key, world, folder, Vec::new()).await
    }

    async fn refusing(key: u8, world: World, folder: tempfile::TempDir, refuse: Vec<B256>) -> Self {
        let node = SourceNode::new(world);
        let attestor = attestor(key, vec![node.clone()], &folder, refuse).await;
        Self { attestor, node, _folder: folder }
    }

    /// Answers over HTTP from now on.
    async fn serve(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = router(self.attestor.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }
}

/// One with these nodes of the source.
async fn attestor(
    key: u8,
    nodes: Vec<Arc<dyn Node>>,
    folder: &tempfile::TempDir,
    refuse: Vec<B256>,
) -> Arc<Attestor> {
    let file = folder.path().join("key");
    fs::write(&file, alloy_primitives::hex::encode([key; 32])).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let reference = Signer { key: SecretRef(format!("file:{}", file.display())), password: None };
    let signer = open(&reference, Use::Attestations).await.unwrap();
    let clock = Arc::new(ManualClock::new(0));
    let home = chain_of("home", SOURCE, nodes, &clock);
    let away = chain("away", DESTINATION, Arc::new(Destination::new(Vec::new())), &clock);
    let contracts = BTreeMap::from([(DESTINATION.0, ATTESTORS)]);
    let book = Book::open(&folder.path().join("signed.db")).await.unwrap();
    Arc::new(Attestor::new(signer, [home, away], contracts, refuse, book, clock))
}

/// A node that says of each transaction that it is somewhere else.
#[derive(Debug)]
struct Misplacing(Arc<SourceNode>, &'static str, Value);

#[async_trait]
impl Node for Misplacing {
    async fn request(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Box<RawValue>, NodeError> {
        let answer = self.0.request(method, params).await?;
        if method != "eth_getTransactionReceipt" {
            return Ok(answer);
        }
        let mut receipt: Value = serde_json::from_str(answer.get()).unwrap();
        assert_ne!(receipt[self.1], self.2);
        receipt[self.1] = self.2.clone();
        Ok(serde_json::value::to_raw_value(&receipt).unwrap())
    }
}

/// The place of a message's event.
fn asked(world: &World, place: usize) -> (Asked, B256) {
    let (body, id, _) = &world.sent[place];
    let log =
        world.logs().into_iter().find(|log| log["topics"][1] == serde_json::json!(id)).unwrap();
    let index = log["logIndex"].as_str().unwrap();
    let asked = Asked {
        statement: Statement::Sent,
        chain: SOURCE.0,
        transaction: serde_json::from_value(log["transactionHash"].clone()).unwrap(),
        log_index: u64::from_str_radix(&index[2..], 16).unwrap(),
        nonce: body.nonce,
    };
    (asked, *id)
}

fn signatories(attestors: Vec<Address>, threshold: usize) -> Signatories {
    let domain = Domain::new(U256::from(DESTINATION.0), ATTESTORS);
    Signatories { domain, contract: ATTESTORS, chain: U256::from(SOURCE.0), attestors, threshold }
}

#[tokio::test]
async fn signs_that_a_message_was_sent_for_the_contract_where_that_counts() {
    let world = World::new(5, 3);
    let (asked, id) = asked(&world, 3);
    let post = Post::new(7, world).await;
    let signed = post.attestor.attest(&asked).await.unwrap();
    assert_eq!((signed.id, signed.chain, signed.counts_on), (id, SOURCE.0, DESTINATION.0));
    let set = signatories(vec![post.attestor.address()], 1);
    let digest = set.digest(Statement::Sent, &id);
    assert_eq!(set.signer(&digest, &signed.signature), Some(post.attestor.address()));
    let other = set.digest(Statement::Delivered, &id);
    assert_eq!(set.signer(&other, &signed.signature), None);
    // Again the same.
    assert_eq!(post.attestor.attest(&asked).await.unwrap(), signed);
}

#[tokio::test]
async fn rejects_what_is_not_so() {
    let world = World::new(5, 3);
    let (asked, _) = asked(&world, 3);
    let post = Post::new(7, world).await;
    let refused = async |asked: Asked| post.attestor.attest(&asked).await.unwrap_err();
    let error = refused(Asked { nonce: asked.nonce + 1, ..asked }).await;
    assert!(matches!(error, Refused::NotSo(mos::Error::IdMismatch { .. })), "{error}");
    // Somebody else's log.
    let error = refused(Asked { log_index: asked.log_index - 1, ..asked }).await;
    assert!(matches!(error, Refused::NotSo(_)), "{error}");
    let error = refused(Asked { log_index: 1_000, ..asked }).await;
    assert!(matches!(error, Refused::NotThere(_)), "{error}");
    let error = refused(Asked { statement: Statement::Delivered, ..asked }).await;
    assert!(matches!(error, Refused::NotSo(mos::Error::MalformedEvent)), "{error}");
    let error = refused(Asked { transaction: B256::repeat_byte(1), ..asked }).await;
    assert!(matches!(error, Refused::NotThere(_)), "{error}");
    let error = refused(Asked { chain: 5, ..asked }).await;
    assert!(matches!(error, Refused::NotServed(chain) if chain == U256::from(5)), "{error}");
}

#[tokio::test]
async fn l3_rejects_what_a_lying_node_says() {
    for lie in LIES {
        let world = World::new(5, 3);
        let (asked, _) = asked(&world, 0);
        let post = Post::new(7, world).await;
        post.node.lie(Some(lie)).await;
        let error = post.attestor.attest(&asked).await.unwrap_err();
        assert!(matches!(error, Refused::Nodes(_)), "{lie:?}: {error}");
    }
}

#[tokio::test]
async fn l3_signs_the_truth_although_one_node_of_three_lies() {
    let (place, id) = asked(&World::new(5, 3), 0);
    let honest = || SourceNode::new(World::new(5, 3));
    let mut liars: Vec<Arc<dyn Node>> = Vec::new();
    for lie in LIES {
        let liar = honest();
        liar.lie(Some(lie)).await;
        liars.push(liar);
    }
    for (what, lie) in [
        ("blockHash", json!(B256::repeat_byte(7))),
        ("blockNumber", json!("0x1")),
        ("transactionIndex", json!("0x63")),
    ] {
        liars.push(Arc::new(Misplacing(honest(), what, lie)));
    }
    for (number, liar) in liars.into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let first = attestor(7, vec![liar.clone(), honest(), honest()], &folder, Vec::new()).await;
        let signed = first.attest(&place).await.unwrap_or_else(|e| panic!("{number}: {e}"));
        assert_eq!(signed.id, id, "{number}");
        // Where two of them do, it may sign nothing; nothing false it never signs.
        let folder = tempfile::tempdir().unwrap();
        let most = attestor(7, vec![liar.clone(), liar, honest()], &folder, Vec::new()).await;
        if let Ok(signed) = most.attest(&place).await {
            assert_eq!(signed.id, id, "{number}");
        }
    }
}

#[tokio::test]
async fn rejects_a_block_that_the_operator_never_signs_for_or_that_is_not_final() {
    let world = World::new(2, 3);
    let ((asked, _), (block, _)) = (asked(&world, 0), world.block());
    let folder = tempfile::tempdir().unwrap();
    let post = Post::refusing(7, world, folder, vec![block]).await;
    let error = post.attestor.attest(&asked).await.unwrap_err();
    assert!(matches!(error, Refused::Block(refused) if refused == block), "{error}");

    let post = Post::new(7, World::new(2, 3)).await;
    post.node.finalize(NUMBER - 1);
    let error = post.attestor.attest(&asked).await.unwrap_err();
    assert!(matches!(error, Refused::NotFinal(_) | Refused::Nodes(_)), "{error}");
}

#[tokio::test]
async fn never_signs_what_contradicts_what_it_has_signed_before() {
    let folder = tempfile::tempdir().unwrap();
    let file: &Path = &folder.path().join("signed.db");
    let subject = Subject { id: B256::repeat_byte(1), happened_on: 2, counts_on: 1 };
    let book = Book::open(file).await.unwrap();
    for statement in [
        Statement::Sent,
        Statement::CancellationRequested,
        Statement::Delivered,
        Statement::Delivered,
    ] {
        book.enter(&subject, statement).await.unwrap();
    }
    drop(book);
    // It is kept.
    let book = Book::open(file).await.unwrap();
    for statement in [Statement::Expired, Statement::Cancelled] {
        let error = book.enter(&subject, statement).await.unwrap_err();
        assert!(matches!(error, BookError::Contradicts { .. }), "{error}");
    }
    book.enter(&subject, Statement::Delivered).await.unwrap();
    // That it has expired and that it was cancelled do not contradict each other.
    let other = Subject { id: B256::repeat_byte(2), ..subject };
    book.enter(&other, Statement::Expired).await.unwrap();
    book.enter(&other, Statement::Cancelled).await.unwrap();
    let error = book.enter(&other, Statement::Delivered).await.unwrap_err();
    assert!(matches!(error, BookError::Contradicts { .. }), "{error}");
}

#[tokio::test]
async fn att_4_arranges_as_many_signatures_as_have_to_be_in_the_order_of_their_signers() {
    let world = World::new(3, 3);
    let (asked, id) = asked(&world, 0);
    let mut signed = BTreeMap::new();
    for key in [1, 2, 3, 4] {
        let signature =
            Post::new(key, World::new(3, 3)).await.attestor.attest(&asked).await.unwrap();
        signed.insert(signature.attestor, signature.signature);
    }
    let all: Vec<Address> = signed.keys().copied().collect();
    let set = signatories(all[1..].to_vec(), 2);
    let arranged = set.arrange(&signed).unwrap();
    assert_eq!(arranged.len(), 130);
    mos::Attestors::verify(&set, U256::from(SOURCE.0), Statement::Sent, &id, &arranged).unwrap();
    let first =
        signed.iter().take(2).map(|(signer, signature)| (*signer, signature.clone())).collect();
    assert_eq!(set.arrange(&first), Err((1, 2)), "the first of them is not in the set");
    assert_eq!(signatories(all, 0).arrange(&signed), Err((0, 1)));
}

#[tokio::test]
async fn msg_17_delivers_on_a_lane_that_asks_for_attestors_once_enough_have_signed() {
    // Whoever builds a client of HTTP has one installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut posts = Vec::new();
    for key in [1, 2, 3] {
        posts.push(Post::new(key, World::new(3, 3)).await);
    }
    // One that nobody has named.
    let stranger = Post::new(9, World::new(3, 3)).await;
    let mut set: Vec<Address> = posts.iter().map(|post| post.attestor.address()).collect();
    set.sort_unstable();

    let mut bench = Bench::new(3, 16).await;
    bench.destination.ask_attestors(set, 2);
    let urls = [stranger.serve().await, posts[0].serve().await, "http://127.0.0.1:9".to_owned()];
    let collector = Collector::new(urls.iter().map(String::as_str)).unwrap();
    bench.collect(collector);
    assert!(bench.run().await.is_empty());
    assert_eq!(bench.stages().await, [(Stage::Final, Reason::Attestations); 3]);
    let detail = bench.message(0).await.detail;
    let [one, other] =
        [1, 2].map(|place: usize| posts[place].attestor.address()).map(|all| all.to_string());
    assert!(detail.starts_with("1 of 2 attestors have signed; not 0x"), "{detail}");
    assert!(detail.contains(&one) && detail.contains(&other), "{detail}");
    assert!(!detail.contains(&posts[0].attestor.address().to_string()), "{detail}");
    let why = [
        format!("{}: its signature is by none that the contract names", urls[0]),
        "http://127.0.0.1:9: it does not answer: nothing listens there".to_owned(),
    ];
    assert!(why.iter().all(|why| detail.contains(why)), "{detail}");

    let urls = [posts[2].serve().await];
    bench.collect(Collector::new(urls.iter().map(String::as_str)).unwrap());
    bench.clock.advance(10_000);
    let [outgoing] = &bench.run().await[..] else { panic!("one transaction") };
    assert_eq!(outgoing.call.purpose, Purpose::DeliverBatch);
    assert_eq!(delivered(&bench.destination.send(&outgoing.call.data)).len(), 3);
    // What was collected is kept: no attestor is asked again.
    let kept = bench.store.attestations(bench.sent[0], "sent").await.unwrap();
    assert_eq!(kept.len(), 2);
}

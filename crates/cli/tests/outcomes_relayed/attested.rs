//! Lanes that ask for attestors beside the light client: each attestor is a process of its own, with its own key, nodes and book.
#![allow(clippy::unwrap_in_result, clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::{
    carries_back,
    support::{
        devnet::{Devnet, program, wait, workspace},
        relayer::{Relayer, all_arrive},
        server,
        side::{Side, event},
    },
};
use alloy_primitives::{Address, B256, Bytes, Signature, U64, U256};
use alloy_sol_types::{SolCall, SolError, SolEvent};
use bindings::{
    IAttestors::{self, Statement},
    IMessageService::{self, deliverBatchCall, deliverCall},
    errors,
};
use prover::{Node as _, NodeError, Rpc};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Bytes of a signature.
const SIGNATURE: usize = 65;

/// Asks a node, and says what it answers; an error of its own is no answer.
fn ask(node: &Rpc, method: &str, params: &Value) -> Result<Value, NodeError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // Names of methods last as long as the program: there are a few.
    let method: &'static str = Box::leak(method.to_owned().into_boxed_str());
    let answer = runtime.block_on(node.request(method, params.clone()))?;
    Ok(serde_json::from_str(answer.get()).unwrap())
}

/// Another face of an honest node. One that lies says of receipts something else than the node behind it, and knows transactions that
/// there never were; each lie is counted.
fn face(url: &str, lies: Option<Arc<AtomicU64>>) -> String {
    let node = Rpc::new(url).unwrap();
    let mut real = Value::Null;
    let lies = move |method: &str, params: &Value, answer: Value| {
        let Some(lies) = &lies else { return answer };
        let lie = match method {
            // Somewhere else, and in a block of another hash.
            "eth_getTransactionReceipt" if answer.is_null() => real.clone(),
            "eth_getTransactionReceipt" => {
                real = answer.clone();
                let mut forged = answer;
                forged["blockHash"] = json!(B256::repeat_byte(0x1e));
                forged
            }
            "eth_getBlockReceipts" if answer[0].is_object() => {
                let mut forged = answer;
                forged[0]["cumulativeGasUsed"] = json!(U64::from(21_001));
                forged
            }
            "eth_getProof" => {
                let mut forged = answer;
                forged["accountProof"] = json!(params[1]);
                forged
            }
            _ => return answer,
        };
        lies.fetch_add(1, Ordering::Relaxed);
        lie
    };
    let lies = std::sync::Mutex::new(lies);
    server::serve_rpc(move |method, params| {
        let answer = ask(&node, method, params).unwrap_or_default();
        let mut lies = lies.lock().unwrap();
        (*lies)(method, params, answer)
    })
}

/// Variables that give an attestor three nodes of each chain, of which one lies; and how often it has lied.
fn lied_to(devnet: &Devnet) -> ([(&'static str, String); 2], Arc<AtomicU64>) {
    let lies = Arc::new(AtomicU64::new(0));
    let nodes = |name: &str| {
        let honest = devnet.end(name)["rpc"].as_str().unwrap();
        json!([face(honest, Some(lies.clone())), honest, face(honest, None)]).to_string()
    };
    let variables = [
        ("HELIOGRAPH_CHAINS__A__RPC__ENDPOINTS", nodes("a")),
        ("HELIOGRAPH_CHAINS__B__RPC__ENDPOINTS", nodes("b")),
    ];
    (variables, lies)
}

fn address(devnet: &Devnet, number: usize) -> Address {
    serde_json::from_value(devnet.attestor(number)["address"].clone()).unwrap()
}

/// A delivery on chain: what was called, and its messages with the attestations that it has brought for each.
struct Delivery {
    transaction: Value,
    attested: Vec<(B256, Bytes)>,
    /// The same call without a signature.
    unsigned: Bytes,
}

/// All deliveries on this side.
fn deliveries(side: &Side) -> Vec<Delivery> {
    let logs = side.logs(side.service, IMessageService::MessageDelivered::SIGNATURE_HASH);
    let transactions: BTreeSet<String> =
        logs.iter().map(|log| log["transactionHash"].as_str().unwrap().to_owned()).collect();
    let read = |hash: &String| {
        let transaction = side.ask("eth_getTransactionByHash", json!([hash]));
        let input: Bytes = serde_json::from_value(transaction["input"].clone()).unwrap();
        let (signed, unsigned) = open(&input);
        let of_this = logs.iter().filter(|log| log["transactionHash"] == json!(hash));
        let attested = of_this.map(|log| {
            let delivered: IMessageService::MessageDelivered = event(log);
            let (_, signatures) =
                signed.iter().find(|(nonce, _)| *nonce == delivered.nonce).unwrap();
            (delivered.id, signatures.clone())
        });
        Delivery { attested: attested.collect(), transaction, unsigned }
    };
    transactions.iter().map(read).collect()
}

/// By nonce the attestations of a call that delivers, and the same call without them.
fn open(input: &Bytes) -> (Vec<(u64, Bytes)>, Bytes) {
    if let Ok(mut one) = deliverCall::abi_decode(input) {
        let signed = vec![(one.proof.nonce, std::mem::take(&mut one.proof.attestations))];
        return (signed, one.abi_encode().into());
    }
    let mut all = deliverBatchCall::abi_decode(input).unwrap();
    let take = |item: &mut IMessageService::BatchItem| {
        (item.nonce, std::mem::take(&mut item.attestations))
    };
    (all.proof.items.iter_mut().map(take).collect(), all.abi_encode().into())
}

/// That every delivery has brought exactly the signatures of these two for each of its messages; and that the contract, at the block before
/// it, takes it as it is, and refuses it without them.
fn are_signed_by(side: &Side, source: u64, two: [Address; 2]) -> usize {
    let attestors = side.call(side.service, &IMessageService::attestorsCall {});
    let mut count = 0;
    for Delivery { transaction, attested, unsigned } in deliveries(side) {
        for (id, signatures) in attested {
            let (chain, sent) = (U256::from(source), Statement::Sent);
            let digest = IAttestors::attestationDigestCall { chainId: chain, statement: sent, id };
            let digest = side.call(attestors, &digest);
            let signer = |signature| {
                let signature = Signature::from_raw(signature).unwrap();
                signature.recover_address_from_prehash(&digest).unwrap()
            };
            let signers: Vec<Address> = signatures.chunks(SIGNATURE).map(signer).collect();
            assert_eq!(signers, two, "{id}");
            let verify = IAttestors::verifyCall { chainId: chain, statement: sent, id, signatures };
            let _ = side.call(attestors, &verify);
            count += 1;
        }
        let block: U64 = serde_json::from_value(transaction["blockNumber"].clone()).unwrap();
        let before = block - U64::from(1);
        let again = |input: &Value| {
            let call =
                json!({ "from": transaction["from"], "to": transaction["to"], "input": input });
            ask(&side.rpc, "eth_call", &json!([call, before]))
        };
        again(&transaction["input"]).unwrap();
        let refused = again(&json!(unsigned)).unwrap_err();
        let expected = U256::from(2 * SIGNATURE);
        let error = errors::AttestationLength { expected, got: U256::ZERO }.abi_encode();
        assert_eq!(refused.data().map(|data| data.to_vec()), Some(error), "{refused}");
    }
    count
}

/// What an attestor answers: the status, and the signature or why there is none.
fn attest(
    attestor: &Relayer,
    (statement, chain): (&str, u64),
    log: &Value,
    nonce: u64,
) -> (u16, Value) {
    let index: U64 = serde_json::from_value(log["logIndex"].clone()).unwrap();
    let hash = log["transactionHash"].as_str().unwrap();
    let path = format!("/v1/attestations/{statement}/{chain}/{hash}/{index}?nonce={nonce}");
    attestor.ask(&path).unwrap()
}

/// The same once what it rests on is final by its nodes: until then they say that it is too early.
fn attest_in_time(ask: impl Fn() -> (u16, Value)) -> (u16, Value) {
    wait("what it rests on is final", || Some(ask()).filter(|(status, _)| *status != 425))
}

fn error(answer: &Value) -> &str {
    answer["error"].as_str().unwrap()
}

/// Messages that wait for attestors, as `heliograph query` shows one of them.
fn waiting(root: &Path, relayer: &Relayer) -> Option<(Value, String)> {
    let (_, found) = relayer.ask("/v1/messages?reason=attestations")?;
    let message = found["messages"].get(0)?.clone();
    let query = ["query", "message", message["id"].as_str()?, "--api", &relayer.url()];
    let shown = program(root).args(query).output().unwrap();
    Some((message, String::from_utf8(shown.stdout).unwrap()))
}

#[test]
fn msg_17_waits_while_one_of_three_has_signed_and_delivers_with_the_signatures_of_two() {
    let Some(root) = workspace() else { return };
    let asked = ["--committee", "32", "--attestors", "3", "--threshold", "2"];
    let devnet = Devnet::start(&root, &asked);
    let (a, b) = (Side::of(&devnet, "a"), Side::of(&devnet, "b"));
    let mut relayer = Relayer::start(&root, &devnet, "relayer", &[]);
    let mut honest = Relayer::attestor(&root, &devnet, 1, &[]);
    let (variables, lies) = lied_to(&devnet);
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    let mut second = Relayer::attestor(&root, &devnet, 2, &variables);
    for attestor in [&honest, &second] {
        wait("it answers", || attestor.ask("/healthz"));
    }

    // One of two is gone.
    second.end();
    let (status, sent) = devnet.run(&root, &["devnet", "send", "--count", "3", "--both"]);
    assert_eq!(status, 0, "{sent}");
    let missing = [2, 3].map(|number| address(&devnet, number).to_string());
    let (message, shown) = wait("a message waits for one signature", || {
        waiting(&root, &relayer).filter(|(_, shown)| shown.contains("1 of 2 attestors have signed"))
    });
    assert_eq!(message["stage"], "final", "{message}");
    for part in ["nothing listens there", &missing[0], &missing[1]] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains(&address(&devnet, 1).to_string()), "{shown}");
    assert!(shown.contains("start those attestors that have not signed"), "{shown}");
    let mut second = Relayer::attestor(&root, &devnet, 2, &variables);
    all_arrive(&root, &devnet, 3, &[&relayer, &honest, &second]);
    let mut two = [address(&devnet, 1), address(&devnet, 2)];
    two.sort_unstable();
    assert_eq!((are_signed_by(&b, a.chain, two), are_signed_by(&a, b.chain, two)), (3, 3));
    assert!(lies.load(Ordering::Relaxed) > 0);

    // What has never been is not signed, whatever a node says of it.
    let sent = IMessageService::MessageSent::SIGNATURE_HASH;
    let log = a.logs(a.service, sent).remove(0);
    let mut never = log.clone();
    never["transactionHash"] = json!(B256::repeat_byte(0x66));
    for attestor in [&honest, &second] {
        let (status, answer) = attest(attestor, ("sent", a.chain), &never, 0);
        assert_eq!(status, 404, "{answer}");
        assert!(error(&answer).starts_with("there is no such event: no transaction"), "{answer}");
        let (status, answer) = attest(attestor, ("sent", a.chain), &log, 77);
        assert_eq!(status, 409, "{answer}");
        assert!(error(&answer).starts_with("it is not so: "), "{answer}");
        // That it was sent is not that it was delivered.
        let (status, answer) = attest(attestor, ("delivered", a.chain), &log, 0);
        assert_eq!(status, 409, "{answer}");
    }
    let all = [a.seen(a.service, sent), b.seen(b.service, sent)].concat();
    let all: BTreeSet<String> = all.iter().map(|id| format!("sent {id}")).collect();
    for attestor in [&honest, &second] {
        let text = |of: &Value| of.as_str().unwrap().to_owned();
        let one = |one: Value| text(&one["statement"]) + " " + &text(&one["id"]);
        let signed: BTreeSet<String> = attestor.said("signed").into_iter().map(one).collect();
        assert_eq!(signed, all);
    }
    for process in [&mut relayer, &mut honest, &mut second] {
        process.end();
    }
}

#[test]
fn msg_17_proves_every_outcome_back_and_an_attestor_never_contradicts_itself() {
    let Some(root) = workspace() else { return };
    let asked = ["--committee", "32", "--attestors", "2", "--threshold", "2"];
    let devnet = Devnet::start(&root, &asked);
    let (a, b) = (Side::of(&devnet, "a"), Side::of(&devnet, "b"));
    let mut relayer = Relayer::start(&root, &devnet, "relayer", &[]);
    let mut first = Relayer::attestor(&root, &devnet, 1, &[]);
    let (variables, lies) = lied_to(&devnet);
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    let mut other = Relayer::attestor(&root, &devnet, 2, &variables);
    let delivered = carries_back(&devnet, &relayer);
    relayer.end();
    for attestor in [&first, &other] {
        let signed = attestor.said("signed");
        let statements: BTreeSet<&str> =
            signed.iter().map(|one| one["statement"].as_str().unwrap()).collect();
        let all = ["cancellation_requested", "cancelled", "delivered", "expired", "sent"];
        assert_eq!(statements, BTreeSet::from(all));
    }
    assert!(lies.load(Ordering::Relaxed) > 0);

    // One of them signs that a message was delivered. Then its chain takes that back, which was final, and time goes on past the message's
    // deadline: that it was never delivered is true now, and both would find so.
    let (id, nonce) = (delivered.id, delivered.body.nonce);
    let sent = a.log_about(IMessageService::MessageSent::SIGNATURE_HASH, id);
    let log = b.log_about(IMessageService::MessageDelivered::SIGNATURE_HASH, id);
    let is_delivered = |attestor: &Relayer| attest(attestor, ("delivered", b.chain), &log, 0);
    let is_expired = |attestor: &Relayer| attest(attestor, ("expired", a.chain), &sent, nonce);
    let (status, answer) = attest_in_time(|| is_delivered(&first));
    assert_eq!((status, &answer["id"]), (200, &json!(id)), "{answer}");
    let (status, answer) = is_expired(&first);
    assert_eq!(status, 425, "{answer}");
    first.kill();
    let number = |value: &Value| serde_json::from_value::<U64>(value.clone()).unwrap();
    let head = number(&b.ask("eth_blockNumber", json!([])));
    // Blocks go on while this asks, so it takes back some that are older, too.
    let depth = head - number(&log["blockNumber"]) + U64::from(8);
    let _ = b.ask("anvil_reorg", json!([depth.to::<u64>(), []]));
    let deadline = super::support::side::after(2 * 3_600);
    let _ = b.ask("evm_mine", json!([{ "timestamp": deadline }]));
    let _ = b.ask("anvil_mine", json!([U64::from(40)]));
    let mut first = Relayer::attestor(&root, &devnet, 1, &[]);
    wait("it answers", || first.ask("/healthz"));
    let (status, answer) = is_delivered(&first);
    assert_eq!(status, 404, "{answer}");
    let (status, answer) = attest_in_time(|| is_expired(&first));
    assert_eq!(status, 409, "{answer}");
    assert!(
        error(&answer).contains("it was signed before that the message was delivered"),
        "{answer}"
    );
    // Whoever has signed nothing contrary does sign it.
    let (status, answer) = attest_in_time(|| is_expired(&other));
    assert_eq!((status, &answer["id"]), (200, &json!(id)), "{answer}");
    first.end();
    other.end();
}

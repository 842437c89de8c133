//! The same with a production consensus client, at Capella. The contracts use instructions that came
//! later, so the source has none of them: what is proven is a log of a contract of a few bytes.

use super::{
    cheat, message,
    source::{PATIENCE, Source},
    story::{Stage, advance},
    twin::{Contracts, Twin},
};
use crate::{
    demo::{anvil::Anvil, deploy::Forge, report::Report},
    error::{Error, Result},
    rpc::Block,
};
use alloy_primitives::{Address, B256, Bytes, hex, keccak256};
use light_client::Header;
use mpt_proof::{
    builder::receipts,
    receipt::{self, TypePolicy},
};
use serde_json::{Value, json};
use tokio::time::Instant;

/// Logs its calldata under one topic: CALLDATACOPY, PUSH32 topic, LOG1.
const BEFORE_TOPIC: [u8; 5] = hex!("365f5f377f");
const AFTER_TOPIC: [u8; 5] = hex!("365fa10000");

/// Creates what follows it, 42 bytes: CODECOPY, RETURN.
const CREATE: [u8; 10] = hex!("602a600a5f39602a5ff3");

/// What is logged.
const TEXT: &str = "hello from Capella";

/// Other transactions sent with it.
const COMPANY: usize = 8;

/// Runs everything and returns the source; an error is a step that did not do what it says.
pub(super) async fn tell(
    mut source: Source,
    b: &Anvil,
    forge: &Forge,
    report: &mut Report,
) -> Result<Source> {
    let network = source.network.clone();
    let admin = b.admin().await?;
    let on_b = forge.deploy(b, admin).await?;
    report.done("deploy on B", format!("registry {}", on_b.light_client_manager), None);
    let (bootstrap, root) = source.bootstrap().await?;
    let result = format!("the block of slot {} is", bootstrap.header.slot);
    report.done("wait until a block is final", result, None);

    let height = b.height().await?;
    let start = (&network.as_config(), &bootstrap, root);
    let client = forge.beacon_client(b, admin, on_b.light_client_manager, start).await?;
    let contracts = Contracts { admin, client, message_service: on_b.message_service };
    let start = (&bootstrap, &root);
    let twin = Twin::start(network.as_config(), start, b, contracts, Address::ZERO).await?;
    let gas = b.gas_since(height).await?;
    report.done("deploy A's light client on B", format!("trusts the block root {root}"), Some(gas));
    let stage = &mut Stage { b, greeter: on_b.greeter, twin };

    let logged = log(&mut source).await?;
    let result = format!("{TEXT:?} in block {}", logged.block.number());
    report.done("log on A", result, None);
    let deadline = Instant::now() + PATIENCE;
    let head = loop {
        if let Some(head) = advance(&mut source, stage, report).await? {
            let head = source.execution.rpc.block_by_hash(head).await?;
            if head.number() >= logged.block.number() {
                break head;
            }
        }
        source.expect_before(deadline, "head that covers the log")?;
    };
    let (headers, nodes) = prove(&mut source, stage, &head, &logged).await?;
    report.done("prove it", format!("{headers} headers, {nodes} trie nodes, by Rust"), None);
    cheat::updates(&mut source, stage, report).await?;
    Ok(source)
}

/// A log and where it is.
struct Logged {
    block: Block,
    emitter: Address,
    topic: B256,
    transaction_index: u64,
}

async fn log(source: &mut Source) -> Result<Logged> {
    let topic = keccak256("Said(bytes)");
    let code = [&CREATE[..], &BEFORE_TOPIC, topic.as_slice(), &AFTER_TOPIC].concat();
    let (emitter, _) = source.execution.create(code).await?;
    for _ in 0..COMPANY {
        source.execution.transfer().await?;
    }
    let transaction = source.execution.call(emitter, TEXT.into()).await?;
    let receipt = source.execution.receipt(transaction).await?;
    let block = source.execution.rpc.block_by_hash(receipt.block_hash).await?;
    Ok(Logged { block, emitter, topic, transaction_index: receipt.transaction_index.to() })
}

/// Proves the log from the head of the client; returns how many headers and nodes it took.
async fn prove(
    source: &mut Source,
    stage: &Stage<'_>,
    head: &Block,
    logged: &Logged,
) -> Result<(usize, usize)> {
    let headers = message::parents(source, head, &logged.block).await?;
    let last = headers.last().ok_or_else(|| Error::Demo("no headers".into()))?;
    stage.twin.open(&headers, logged.block.hash())?;
    let header = Header::open(last, &logged.block.hash())
        .map_err(|e| Error::Demo(format!("the header of the log's block: {e}")))?;
    let json = source.execution.receipts(&logged.block).await?;
    let wrong = |error| Error::rpc("eth_getBlockReceipts", error);
    let items = receipts::from_json(&json).map_err(wrong)?;
    let trie = receipts::trie(&items, &header.receipts_root).map_err(wrong)?;
    let nodes = trie.proof(logged.transaction_index);
    let proven =
        receipt::prove(&header.receipts_root, logged.transaction_index, &nodes, TypePolicy::Known)
            .and_then(|receipt| {
                Ok(receipt.select(0, &logged.emitter, &logged.topic)?.data.to_vec())
            })
            .map_err(|e| Error::Demo(format!("the log is not proven: {e}")))?;
    if proven != TEXT.as_bytes() {
        return Err(Error::Demo("another text was proven than what was logged".into()));
    }
    record(source, logged, &headers, &json)?;
    Ok((headers.len(), nodes.len()))
}

fn record(source: &mut Source, logged: &Logged, headers: &[Bytes], receipts: &str) -> Result<()> {
    let receipts: Value =
        serde_json::from_str(receipts).map_err(|e| Error::rpc("eth_getBlockReceipts", e))?;
    let log = json!({
        "after_updates": source.record.updates(),
        "block": { "hash": logged.block.hash(), "header": Bytes::from(logged.block.rlp()) },
        "receipts": receipts,
        "headers": headers,
        "transaction_index": logged.transaction_index,
        "emitter": logged.emitter,
        "topic": logged.topic,
        "data": Bytes::from(TEXT),
    });
    source.record.set("log", log);
    Ok(())
}

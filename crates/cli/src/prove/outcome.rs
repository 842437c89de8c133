//! `heliograph prove acknowledgement` and `heliograph prove expiry`: on the chain that a message was sent to, what became of it there.

use super::{
    Node, Output,
    anchor::{AnchorArgs, BlockName},
};
use crate::{
    error::{Error, Result},
    file::{self, AcknowledgementFile, BodyFile, ExpiryFile, OriginFile, ProofFile},
    output::progress,
    rpc::Log,
    verify,
};
use alloy_primitives::{Address, B256, U256};
use clap::Args;
use mos::{MESSAGE_DELIVERED, outcome::settled_slot};
use prover::{Receipts, Settled, settled};
use std::path::{Path, PathBuf};

const ACKNOWLEDGEMENT: &str = "\
Example:
  heliograph prove acknowledgement --rpc http://localhost:8545 --tx 0x… --update update.json \\
    --source-chain 1 --source-gateway 0x… --gateway 0x… -o acknowledgement.json";

const EXPIRY: &str = "\
Example:
  heliograph prove expiry --rpc http://localhost:8545 --update update.json --sent sent.json \\
    --source-chain 1 --source-gateway 0x… --gateway 0x… -o expiry.json

The file of --sent is a proof file of kind `delivery` or a message as JSON: `nonce`, `sender`, `recipient`, `payload` and
`attributes`, the bytes in hexadecimal as `MessageSent` has them.";

/// The lane that the message was sent on.
#[derive(Debug, Args)]
struct LaneArgs {
    /// Chain that the message was sent from.
    #[arg(long, value_name = "ID")]
    source_chain: u64,
    /// Message service on that chain.
    #[arg(long, value_name = "ADDRESS")]
    source_gateway: Address,
    /// Message service on the chain that the node is of.
    #[arg(long, value_name = "ADDRESS")]
    gateway: Address,
}

impl LaneArgs {
    const fn file(&self) -> OriginFile {
        OriginFile {
            source_chain_id: self.source_chain,
            source_gateway: self.source_gateway,
            destination_gateway: self.gateway,
        }
    }
}

/// That a message was delivered: the log of its message service.
#[derive(Debug, Args)]
#[command(after_help = ACKNOWLEDGEMENT)]
pub(crate) struct AcknowledgementArgs {
    #[command(flatten)]
    node: Node,
    /// The transaction that has delivered it.
    #[arg(long, value_name = "HASH")]
    tx: B256,
    /// Of several messages that it has delivered, which one, counted from 0.
    #[arg(long, value_name = "N", default_value_t = 0)]
    place: usize,
    #[command(flatten)]
    lane: LaneArgs,
    #[command(flatten)]
    anchor: AnchorArgs,
    /// Print what the checker on the source chain is called with, in hexadecimal, in place of the proof file.
    #[arg(long, requires = "update")]
    calldata: bool,
    #[command(flatten)]
    output: Output,
}

/// That a message was not delivered by its deadline: its bit in the state of its message service.
#[derive(Debug, Args)]
#[command(after_help = EXPIRY)]
pub(crate) struct ExpiryArgs {
    #[command(flatten)]
    node: Node,
    /// The message.
    #[arg(long, value_name = "FILE")]
    sent: PathBuf,
    /// The block in whose state it is not delivered, by hash, number or tag; that of the update when absent.
    #[arg(long)]
    block: Option<BlockName>,
    #[command(flatten)]
    lane: LaneArgs,
    #[command(flatten)]
    anchor: AnchorArgs,
    /// Print what the checker on the source chain is called with, in hexadecimal, in place of the proof file.
    #[arg(long, requires = "update")]
    calldata: bool,
    #[command(flatten)]
    output: Output,
}

impl AcknowledgementArgs {
    pub(super) const fn output(&self) -> &Output {
        &self.output
    }

    pub(super) const fn calldata(&self) -> bool {
        self.calldata
    }
}

impl ExpiryArgs {
    pub(super) const fn output(&self) -> &Output {
        &self.output
    }

    pub(super) const fn calldata(&self) -> bool {
        self.calldata
    }
}

/// Makes the proof of a delivery, not yet verified.
pub(super) async fn acknowledgement(args: &AcknowledgementArgs) -> Result<ProofFile> {
    let rpc = args.node.rpc()?;
    let chain_id = rpc.chain_id().await?;
    let found = rpc.receipt(args.tx).await?;
    let found = found.ok_or_else(|| Error::input("--tx", format!("{} is in no block", args.tx)))?;
    let due = |(_, log): &(usize, &Log)| {
        log.address == args.lane.gateway && log.topics.first() == Some(&MESSAGE_DELIVERED)
    };
    let log = found.logs.iter().enumerate().filter(due).nth(args.place);
    let (log_index, _) = log.ok_or_else(|| {
        let problem = format!("{} delivers fewer messages than that", args.tx);
        Error::input("--tx", problem)
    })?;
    let block = rpc.block_by_hash(found.block_hash).await?;
    progress(format_args!("block {} of chain {chain_id}: {}", block.number(), block.hash()));
    let receipts = Receipts::of(rpc.node(), &block).await?;
    let index = found.transaction_index.to();
    Ok(ProofFile::Acknowledgement(AcknowledgementFile {
        block: args.anchor.lead_to(&rpc, chain_id, block).await?,
        lane: args.lane.file(),
        transaction_index: index,
        receipt_proof: receipts.proof(index),
        log_index: log_index as u64,
        attestations: None,
    }))
}

/// Makes the proof of an expiry, not yet verified.
pub(super) async fn expiry(args: &ExpiryArgs) -> Result<ProofFile> {
    let rpc = args.node.rpc()?;
    let chain_id = rpc.chain_id().await?;
    let body = read_body(&args.sent)?;
    let block = match &args.block {
        Some(block) => block.fetch(&rpc).await?,
        None => args.anchor.start(&rpc, chain_id).await?,
    };
    progress(format_args!("block {} of chain {chain_id}: {}", block.number(), block.hash()));
    let LaneArgs { source_chain, source_gateway, gateway } = args.lane;
    let slot = settled_slot(U256::from(source_chain), source_gateway, body.nonce);
    let Settled { account_proof, storage_proof, absent } =
        settled(rpc.node(), gateway, slot, &block).await?;
    let block = args.anchor.lead_to(&rpc, chain_id, block).await?;
    let lane = args.lane.file();
    let attestations = None;
    let file = ExpiryFile { block, lane, body, account_proof, storage_proof, absent, attestations };
    Ok(ProofFile::Expiry(Box::new(file)))
}

/// A message out of a file: of a proof that it was sent, or alone.
fn read_body(path: &Path) -> Result<BodyFile> {
    let (name, text) = (path.display().to_string(), file::read_text(path)?);
    if !file::is_proof_file(&text) {
        return serde_json::from_str(&text).map_err(|e| Error::input(name, e));
    }
    match ProofFile::parse(&name, &text)? {
        ProofFile::Delivery(file) => verify::body(&file),
        _ => Err(Error::input(name, "not of the kind delivery")),
    }
}

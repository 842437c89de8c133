//! `heliograph prove receipt`.

use super::{Node, Output, anchor::AnchorArgs};
use crate::{
    error::{Error, Result},
    file::{self, Anchor, Block, ProofFile, ReceiptFile},
    output::progress,
};
use alloy_primitives::{B256, Bytes, keccak256};
use clap::Args;
use mpt_proof::builder::receipts;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  heliograph prove receipt --rpc http://localhost:8545 --tx 0x… --log 0 -o proof.json
  heliograph prove receipt --rpc http://localhost:8545 --tx 0x… --anchor latest -o proof.json
  heliograph prove receipt --receipts receipts.json --header header.rlp --index 3";

/// A transaction's receipt, and a log in it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReceiptArgs {
    #[command(flatten)]
    node: Node,
    /// Hash of the transaction.
    #[arg(long, value_name = "HASH", required_unless_present = "receipts")]
    tx: Option<B256>,
    #[command(flatten)]
    anchor: AnchorArgs,
    /// Without a node: all receipts of the block, as `eth_getBlockReceipts` answers them.
    #[arg(long, value_name = "FILE", requires_all = ["header", "index"], conflicts_with_all = ["tx", "anchor", "update"])]
    receipts: Option<PathBuf>,
    /// Without a node: the block's header, RLP in binary or hexadecimal.
    #[arg(long, value_name = "FILE", requires = "receipts")]
    header: Option<PathBuf>,
    /// Without a node: place of the transaction in the block.
    #[arg(long, value_name = "N", requires = "receipts")]
    index: Option<u64>,
    /// Without a node: chain the block is said to be of.
    #[arg(long, value_name = "ID", default_value_t = 1, requires = "receipts")]
    chain_id: u64,
    /// Prove this log of the receipt, counted from 0 within the receipt.
    #[arg(long, value_name = "N")]
    log: Option<u64>,
    #[command(flatten)]
    output: Output,
}

/// What a receipt is proven from.
struct Source {
    block: Block,
    receipts: String,
    root: B256,
    index: u64,
}

impl ReceiptArgs {
    pub(super) const fn output(&self) -> &Output {
        &self.output
    }
}

/// Makes the proof, not yet verified.
pub(super) async fn prove(args: &ReceiptArgs) -> Result<ProofFile> {
    let source = match (&args.receipts, &args.header, args.index) {
        (Some(receipts), Some(header), Some(index)) => offline(args, receipts, header, index)?,
        _ => online(args).await?,
    };
    let receipt_proof = nodes(&source, args.tx)?;
    Ok(ProofFile::Receipt(ReceiptFile {
        block: source.block,
        transaction_index: source.index,
        receipt_proof,
        log_index: args.log,
    }))
}

async fn online(args: &ReceiptArgs) -> Result<Source> {
    let rpc = args.node.rpc()?;
    let tx = args.tx.ok_or_else(|| Error::Usage("--tx is needed".into()))?;
    let chain_id = rpc.chain_id().await?;
    let found = rpc.receipt(tx).await?;
    let found = found.ok_or_else(|| Error::input("--tx", format!("{tx} is in no block")))?;
    progress(format_args!("transaction is in block {} of chain {chain_id}", found.block_hash));
    let target = rpc.block_by_hash(found.block_hash).await?;
    let receipts = rpc.receipts(found.block_hash).await?;
    let index: u64 = found.transaction_index.to();
    let root = target.receipts_root();
    let block = args.anchor.lead_to(&rpc, chain_id, target).await?;
    Ok(Source { block, receipts, root, index })
}

fn offline(args: &ReceiptArgs, receipts: &Path, header: &Path, index: u64) -> Result<Source> {
    let rlp = crate::inspect::bytes_of_file(header)?;
    let hash = keccak256(&rlp);
    let opened = light_client::Header::open(&rlp, &hash)
        .map_err(|e| Error::input(header.display(), format!("not a header: {e}")))?;
    let receipts = file::read_text(receipts)?;
    let block = Block {
        anchor: Anchor::Block { chain_id: args.chain_id, hash },
        headers: vec![Bytes::from(rlp)],
    };
    Ok(Source { block, receipts, root: opened.receipts_root, index })
}

/// The trie nodes of the receipt, when all receipts together have the root of the header.
fn nodes(source: &Source, tx: Option<B256>) -> Result<Vec<Bytes>> {
    let Source { root, index, .. } = source;
    let wrong = |problem: &dyn std::fmt::Display| Error::input("the receipts", problem);
    let receipts = receipts::from_json(&source.receipts).map_err(|e| wrong(&e))?;
    let trie = receipts::trie(&receipts, root).map_err(|e| wrong(&e))?;
    let receipt = usize::try_from(*index).ok().and_then(|place| receipts.get(place));
    let Some(receipt) = receipt else {
        return Err(wrong(&format!(
            "the block has {} transactions, none at {index}",
            receipts.len()
        )));
    };
    if let Some(tx) = tx.filter(|tx| *tx != receipt.transaction_hash) {
        return Err(wrong(&format!("receipt {index} is not that of {tx}")));
    }
    progress(format_args!("{} receipts rebuilt to the root {root}", receipts.len()));
    Ok(trie.proof(*index))
}

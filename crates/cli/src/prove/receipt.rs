//! `heliograph prove receipt`.

use super::{
    Output,
    item::{Asked, ItemArgs, Proven},
};
use crate::{
    error::{Error, Result},
    file::{Items, ProofFile, ReceiptFile},
};
use alloy_primitives::B256;
use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  heliograph prove receipt --rpc http://localhost:8545 --tx 0x… --log 0 -o proof.json
  heliograph prove receipt --rpc http://localhost:8545 --tx 0x… --anchor latest -o proof.json
  heliograph prove receipt --receipts receipts.json --header header.rlp --index 3
  heliograph prove receipt --receipts receipts.json --header block.json --index 3 --index 7 --encoding packed";

/// A transaction's receipt, and a log in it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReceiptArgs {
    /// Hash of the transaction.
    #[arg(long, value_name = "HASH", required_unless_present_any = ["file", "block"], conflicts_with_all = ["block", "indices"])]
    tx: Option<B256>,
    /// Without a node: all receipts of the block, as `eth_getBlockReceipts` answers.
    #[arg(long = "receipts", value_name = "FILE", requires_all = ["header", "indices"], conflicts_with_all = ["tx", "anchor", "update"])]
    file: Option<PathBuf>,
    /// Without a node: the receipt of the block itself, which the last block of a MAP epoch has behind those of its
    /// transactions, as JSON. Not needed when the other file holds it.
    #[arg(long, value_name = "FILE", requires = "file")]
    block_receipt: Option<PathBuf>,
    /// Prove this log of the receipt, counted from 0 within the receipt.
    #[arg(long, value_name = "N", conflicts_with = "absent")]
    log: Option<u64>,
    #[command(flatten)]
    items: ItemArgs,
}

impl ReceiptArgs {
    pub(super) const fn output(&self) -> &Output {
        self.items.output()
    }
}

/// Makes the proof, not yet verified.
pub(super) async fn prove(args: &ReceiptArgs) -> Result<ProofFile> {
    let block_receipt = args.block_receipt.as_deref();
    let file = args.file.as_deref();
    let asked = Asked { of: Items::Receipts, tx: args.tx, file, block_receipt };
    match args.items.prove(&asked).await? {
        Proven::One { block, index, nodes } => Ok(ProofFile::Receipt(ReceiptFile {
            block,
            transaction_index: index,
            receipt_proof: nodes,
            log_index: args.log,
        })),
        Proven::Several(_) if args.log.is_some() => {
            Err(Error::Usage("--log is of one receipt: give one --index".into()))
        }
        Proven::Several(file) => Ok(file),
    }
}

//! `heliograph prove transaction` and `heliograph prove withdrawal`.

use super::{
    Output,
    item::{Asked, ItemArgs, Proven},
};
use crate::{
    error::Result,
    file::{ItemFile, Items, ProofFile},
};
use alloy_primitives::B256;
use clap::Args;
use std::path::PathBuf;

const TRANSACTION_EXAMPLES: &str = "\
Examples:
  heliograph prove transaction --rpc http://localhost:8545 --tx 0x… --encoding compact -o proof.json
  heliograph prove transaction --rpc http://localhost:8545 --block 0x… --index 3 --index 4
  heliograph prove transaction --transactions block.json --header block.json --index 3";

const WITHDRAWAL_EXAMPLES: &str = "\
Examples:
  heliograph prove withdrawal --rpc http://localhost:8545 --block 0x… --index 0 -o proof.json
  heliograph prove withdrawal --withdrawals block.json --header block.json --index 0 --index 1
  heliograph prove withdrawal --withdrawals block.json --header block.json --index 16 --absent";

/// A transaction, all of its bytes.
#[derive(Debug, Args)]
#[command(after_help = TRANSACTION_EXAMPLES)]
pub(crate) struct TransactionArgs {
    /// Hash of the transaction.
    #[arg(long, value_name = "HASH", required_unless_present_any = ["file", "block"], conflicts_with_all = ["block", "indices"])]
    tx: Option<B256>,
    /// Without a node: the block with its transactions in full, as `eth_getBlockByNumber` answers
    /// with `true`, or their list, in which each may be its bytes.
    #[arg(long = "transactions", value_name = "FILE", requires_all = ["header", "indices"], conflicts_with_all = ["tx", "anchor", "update"])]
    file: Option<PathBuf>,
    #[command(flatten)]
    items: ItemArgs,
}

/// A withdrawal from the beacon chain.
#[derive(Debug, Args)]
#[command(after_help = WITHDRAWAL_EXAMPLES)]
pub(crate) struct WithdrawalArgs {
    /// Without a node: the block, as `eth_getBlockByNumber` answers, or the list of its withdrawals.
    #[arg(long = "withdrawals", value_name = "FILE", required_unless_present = "block", requires_all = ["header", "indices"], conflicts_with_all = ["anchor", "update"])]
    file: Option<PathBuf>,
    #[command(flatten)]
    items: ItemArgs,
}

impl TransactionArgs {
    pub(super) const fn output(&self) -> &Output {
        self.items.output()
    }
}

impl WithdrawalArgs {
    pub(super) const fn output(&self) -> &Output {
        self.items.output()
    }
}

/// Makes the proof of a transaction, not yet verified.
pub(super) async fn transaction(args: &TransactionArgs) -> Result<ProofFile> {
    let asked = Asked {
        of: Items::Transactions,
        tx: args.tx,
        file: args.file.as_deref(),
        block_receipt: None,
    };
    Ok(match args.items.prove(&asked).await? {
        Proven::One { block, index, nodes: proof } => {
            ProofFile::Transaction(ItemFile { block, index, proof })
        }
        Proven::Several(file) => file,
    })
}

/// Makes the proof of a withdrawal, not yet verified.
pub(super) async fn withdrawal(args: &WithdrawalArgs) -> Result<ProofFile> {
    let asked =
        Asked { of: Items::Withdrawals, tx: None, file: args.file.as_deref(), block_receipt: None };
    Ok(match args.items.prove(&asked).await? {
        Proven::One { block, index, nodes: proof } => {
            ProofFile::Withdrawal(ItemFile { block, index, proof })
        }
        Proven::Several(file) => file,
    })
}

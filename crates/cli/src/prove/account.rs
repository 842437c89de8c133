//! `heliograph prove account`.

use super::{Node, Output, anchor::BlockName};
use crate::{
    error::{Error, Result},
    file::{AccountFile, Anchor, Block, ProofFile, SlotFile},
    output::progress,
};
use alloy_primitives::{Address, B256, Bytes, U256};
use clap::Args;

const EXAMPLES: &str = "\
Examples:
  heliograph prove account --rpc http://localhost:8545 --address 0x… --block finalized -o proof.json
  heliograph prove account --rpc http://localhost:8545 --address 0x… --slot 0 --slot 0x2a";

/// An account and its storage slots, present or absent.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AccountArgs {
    #[command(flatten)]
    node: Node,
    /// The account.
    #[arg(long)]
    address: Address,
    /// A storage slot, not hashed; may be repeated.
    #[arg(long = "slot", value_name = "SLOT", value_parser = slot)]
    slots: Vec<B256>,
    /// The block whose state is proven, by hash, number or tag.
    #[arg(long, default_value = "latest")]
    block: BlockName,
    #[command(flatten)]
    output: Output,
}

impl AccountArgs {
    pub(super) const fn output(&self) -> &Output {
        &self.output
    }
}

/// A slot number as decimal or `0x` hexadecimal.
fn slot(text: &str) -> std::result::Result<B256, String> {
    let number: U256 = text.parse().map_err(|e| format!("not a storage slot: {e}"))?;
    Ok(B256::from(number))
}

/// Makes the proof, not yet verified.
pub(super) async fn prove(args: &AccountArgs) -> Result<ProofFile> {
    let rpc = args.node.rpc()?;
    let chain_id = rpc.chain_id().await?;
    let block = args.block.fetch(&rpc).await?;
    progress(format_args!("block {} of chain {chain_id}: {}", block.number(), block.hash()));
    let answer = rpc.proof(args.address, &args.slots, U256::from(block.number())).await?;
    if answer.address != args.address {
        return Err(Error::rpc("eth_getProof", "the answer is about another account"));
    }
    let slots = args.slots.iter().map(|slot| {
        let found =
            answer.slot(*slot).map(|found| SlotFile { slot: *slot, proof: found.proof.clone() });
        found.ok_or_else(|| Error::rpc("eth_getProof", format!("nothing about slot {slot}")))
    });
    Ok(ProofFile::Account(AccountFile {
        address: args.address,
        slots: slots.collect::<Result<_>>()?,
        account_proof: answer.account_proof,
        block: Block {
            anchor: Anchor::Block { chain_id, hash: block.hash() },
            headers: vec![Bytes::from(block.rlp())],
        },
    }))
}

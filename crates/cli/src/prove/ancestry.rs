//! `heliograph prove ancestry`.

use super::{
    Node, Output,
    anchor::{AnchorArgs, BlockName},
};
use crate::{
    error::Result,
    file::{AncestryFile, ProofFile},
    output::progress,
};
use clap::Args;

const EXAMPLES: &str = "\
Examples:
  heliograph prove ancestry --rpc http://localhost:8545 --block 22432102 --update update.json --way history
  heliograph prove ancestry --rpc http://localhost:8545 --block 0x… --anchor finalized -o proof.json";

/// An older block: the way to it from a block that is trusted, or that an update finalizes.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AncestryArgs {
    #[command(flatten)]
    node: Node,
    /// The older block, by hash, number or tag.
    #[arg(long)]
    block: BlockName,
    #[command(flatten)]
    anchor: AnchorArgs,
    #[command(flatten)]
    output: Output,
}

impl AncestryArgs {
    pub(super) const fn output(&self) -> &Output {
        &self.output
    }
}

/// Makes the proof, not yet verified.
pub(super) async fn prove(args: &AncestryArgs) -> Result<ProofFile> {
    let rpc = args.node.rpc()?;
    let chain_id = rpc.chain_id().await?;
    let target = args.block.fetch(&rpc).await?;
    progress(format_args!("block {} of chain {chain_id}: {}", target.number(), target.hash()));
    let block = args.anchor.lead_to(&rpc, chain_id, target).await?;
    Ok(ProofFile::Ancestry(AncestryFile { block }))
}

//! `heliograph prove account`.

use super::{Form, Node, Output, anchor::BlockName, item::block_of_file};
use crate::{
    error::{Error, Result},
    file::{self, AccountFile, Block, Nodes, ProofFile, SlotBatchFile, SlotFile},
    output::progress,
};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use clap::Args;
use light_client::Header;
use mpt_proof::builder::{
    self,
    accounts::{self, AccountProof},
};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  heliograph prove account --rpc http://localhost:8545 --address 0x… --block finalized -o proof.json
  heliograph prove account --rpc http://localhost:8545 --address 0x… --slot 0 --slot 0x2a --batch
  heliograph prove account --proof eth_getProof.json --header block.json --encoding compact";

/// An account and its storage slots, present or absent.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AccountArgs {
    #[command(flatten)]
    node: Node,
    /// The account.
    #[arg(long, required_unless_present = "proof")]
    address: Option<Address>,
    /// A storage slot, not hashed; may be repeated. From a file all its slots when absent.
    #[arg(long = "slot", value_name = "SLOT", value_parser = slot)]
    slots: Vec<B256>,
    /// The block whose state is proven, by hash, number or tag.
    #[arg(long, default_value = "latest", conflicts_with = "proof")]
    block: BlockName,
    /// Without a node: what `eth_getProof` answered.
    #[arg(long, value_name = "FILE", requires = "header")]
    proof: Option<PathBuf>,
    /// Without a node: the block's header, as RLP in binary or hexadecimal, or as the block that
    /// `eth_getBlockByNumber` answers.
    #[arg(long, value_name = "FILE", requires = "proof")]
    header: Option<PathBuf>,
    /// Without a node: chain the block is said to be of.
    #[arg(long, value_name = "ID", default_value_t = 1, requires = "proof")]
    chain_id: u64,
    /// Prove the slots at once, with the nodes that they share listed once.
    #[arg(long)]
    batch: bool,
    #[command(flatten)]
    form: Form,
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
    let (block, name, answer) = match (&args.proof, &args.header) {
        (Some(proof), Some(header)) => offline(args, proof, header)?,
        _ => online(args).await?,
    };
    let wrong = |problem: builder::Error| Error::input(&name, problem);
    let answer = select(args, &name, accounts::from_json(&answer).map_err(wrong)?)?;
    let rlp = block.headers.last().map(Bytes::as_ref).unwrap_or_default();
    let header = Header::open(rlp, &keccak256(rlp)).map_err(|e| Error::input("the header", e))?;
    let (proofs, _) = answer.normalize(&header.state_root).map_err(wrong)?;
    let encode = |key: B256, nodes: &[Bytes]| {
        Nodes::encode(args.form.encoding, key.as_slice(), nodes.to_vec()).map_err(wrong)
    };
    let mut file = AccountFile {
        address: proofs.address,
        account_proof: encode(keccak256(proofs.address), &proofs.nodes)?,
        slots: Vec::new(),
        slot_batch: None,
        block,
    };
    if args.batch && !proofs.slots.is_empty() {
        let batch = proofs.slot_batch().map_err(wrong)?;
        let proof = args.form.encode_batch(batch.nodes)?;
        file.slot_batch = Some(SlotBatchFile { slots: batch.keys, proof });
    } else {
        let slots = proofs.slots.iter().map(|entry| {
            let proof = encode(keccak256(entry.slot), &entry.nodes)?;
            Ok(SlotFile { slot: entry.slot, proof })
        });
        file.slots = slots.collect::<Result<_>>()?;
    }
    Ok(ProofFile::Account(file))
}

async fn online(args: &AccountArgs) -> Result<(Block, String, String)> {
    let rpc = args.node.rpc()?;
    let address = args.address.ok_or_else(|| Error::Usage("--address is needed".into()))?;
    let chain_id = rpc.chain_id().await?;
    let block = args.block.fetch(&rpc).await?;
    progress(format_args!("block {} of chain {chain_id}: {}", block.number(), block.hash()));
    let answer = rpc.proof(address, &args.slots, block.number()).await?;
    let block = Block::trusted(chain_id, block.hash(), block.rlp());
    Ok((block, "eth_getProof".into(), answer))
}

fn offline(args: &AccountArgs, proof: &Path, header: &Path) -> Result<(Block, String, String)> {
    let block = block_of_file(header, args.chain_id)?;
    Ok((block, proof.display().to_string(), file::read_text(proof)?))
}

/// Of an answer that which was asked for.
fn select(args: &AccountArgs, name: &str, answer: AccountProof) -> Result<AccountProof> {
    if let Some(address) = args.address.filter(|address| *address != answer.address) {
        return Err(Error::input(name, format!("is about {}, not {address}", answer.address)));
    }
    if args.slots.is_empty() {
        return Ok(answer);
    }
    let slots = args.slots.iter().map(|slot| {
        let found = answer.slots.iter().find(|entry| entry.slot == *slot).cloned();
        found.ok_or_else(|| Error::input(name, format!("nothing about slot {slot}")))
    });
    Ok(AccountProof { slots: slots.collect::<Result<_>>()?, ..answer })
}

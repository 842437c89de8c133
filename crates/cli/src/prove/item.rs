//! What `prove receipt`, `prove transaction` and `prove withdrawal` share: from a block, or files of
//! it, to the trie of its items and the proof of some of them.

use super::{
    Form, Node, Output,
    anchor::{AnchorArgs, BlockName},
};
use crate::{
    error::{Error, Result},
    file::{self, BatchFile, Block, Items, Nodes, ProofFile},
    output::progress,
    rpc,
};
use alloy_primitives::{B256, Bytes, keccak256};
use clap::Args;
use light_client::{
    Header,
    header::BodyRoots,
    map::{SealedHeader, builder::receipts_trie},
};
use mpt_proof::{
    builder::{self, OrderedTrie, receipts, transactions, withdrawals},
    receipt::index_key,
};
use std::{
    fmt::Display,
    path::{Path, PathBuf},
};

/// Where the items are, and which ones.
#[derive(Debug, Args)]
pub(super) struct ItemArgs {
    #[command(flatten)]
    node: Node,
    /// The block that they are in, by hash, number or tag.
    #[arg(long, value_name = "BLOCK", requires = "indices", conflicts_with = "file")]
    block: Option<BlockName>,
    /// Place in the block, counted from 0; may be repeated: then all are proven at once.
    #[arg(long = "index", value_name = "N")]
    indices: Vec<u64>,
    /// Prove that the block has nothing at the index.
    #[arg(long, requires = "indices")]
    absent: bool,
    #[command(flatten)]
    anchor: AnchorArgs,
    /// Without a node: the block's header, as RLP in binary or hexadecimal, or as the block that
    /// `eth_getBlockByNumber` answers.
    #[arg(long, value_name = "FILE", requires = "file")]
    header: Option<PathBuf>,
    /// Without a node: chain the block is said to be of.
    #[arg(long, value_name = "ID", default_value_t = 1, requires = "file")]
    chain_id: u64,
    #[command(flatten)]
    form: Form,
    #[command(flatten)]
    output: Output,
}

/// What is asked for, by the command and its own arguments.
pub(super) struct Asked<'a> {
    /// What is proven.
    pub(super) of: Items,
    /// The transaction that the item is of, in place of an index.
    pub(super) tx: Option<B256>,
    /// Without a node: the file with all items of the block.
    pub(super) file: Option<&'a Path>,
    /// Without a node: the file with the receipt of the block itself.
    pub(super) block_receipt: Option<&'a Path>,
}

/// What items are proven from.
struct Source {
    block: Block,
    /// What errors call the items.
    name: String,
    /// All items of the block, as a node answers.
    items: String,
    /// The receipt of the block itself, if it has one that is not among them.
    block_receipt: Option<String>,
    indices: Vec<u64>,
}

/// The proof of one item, or of several.
pub(super) enum Proven {
    One { block: Block, index: u64, nodes: Nodes },
    Several(ProofFile),
}

impl ItemArgs {
    pub(super) const fn output(&self) -> &Output {
        &self.output
    }

    /// Makes the proof, not yet verified.
    pub(super) async fn prove(&self, asked: &Asked<'_>) -> Result<Proven> {
        let source = match asked.file {
            Some(file) => self.offline(asked, file)?,
            None => self.online(asked).await?,
        };
        let trie = source.trie(asked)?;
        let (Source { block, name, indices, .. }, of) = (source, asked.of);
        let count = trie.values().len() as u64;
        for index in &indices {
            let problem = match (*index < count, self.absent) {
                (true, false) | (false, true) => continue,
                (false, false) => {
                    format!(
                        "the block has {count} {}, none at {index}; --absent proves that",
                        of.all()
                    )
                }
                (true, true) => format!("the block has a {} at {index}", of.one()),
            };
            return Err(Error::input(name, problem));
        }
        progress(format_args!("{count} {} rebuilt to the root {}", of.all(), trie.root()));
        let wrong = |e: mpt_proof::builder::Error| Error::input(&name, e);
        if let [index] = indices[..] {
            let nodes = trie.proof(index);
            let nodes = Nodes::encode(self.form.encoding, index_key(index).as_ref(), nodes);
            return Ok(Proven::One { block, index, nodes: nodes.map_err(wrong)? });
        }
        let batch = trie.batch(indices).map_err(wrong)?;
        let (indices, proof) = (batch.keys, self.form.encode_batch(batch.nodes)?);
        Ok(Proven::Several(ProofFile::Batch(BatchFile { block, of, indices, proof })))
    }

    async fn online(&self, asked: &Asked<'_>) -> Result<Source> {
        let rpc = self.node.rpc()?;
        let chain_id = rpc.chain_id().await?;
        let (target, indices) = match (asked.tx, &self.block) {
            (Some(tx), _) => {
                let found = rpc.receipt(tx).await?;
                let found =
                    found.ok_or_else(|| Error::input("--tx", format!("{tx} is in no block")))?;
                let index = found.transaction_index.to();
                (rpc.block_by_hash(found.block_hash).await?, vec![index])
            }
            (None, Some(block)) => (block.fetch(&rpc).await?, self.indices.clone()),
            (None, None) => return Err(Error::Usage("--block is needed".into())),
        };
        let hash = target.hash();
        progress(format_args!("block {} of chain {chain_id}: {hash}", target.number()));
        let items = match asked.of {
            Items::Receipts => rpc.receipts(hash).await?,
            Items::Transactions => rpc.block_text(hash, true).await?,
            Items::Withdrawals => rpc.block_text(hash, false).await?,
        };
        let block_receipt = match asked.of {
            Items::Receipts if target.is_map() => rpc.block_receipt(hash).await?,
            _ => None,
        };
        let block = self.anchor.lead_to(&rpc, chain_id, target).await?;
        Ok(Source { block, name: format!("the {}", asked.of.all()), items, block_receipt, indices })
    }

    fn offline(&self, asked: &Asked<'_>, items: &Path) -> Result<Source> {
        let header = self.header.as_deref();
        let header = header.ok_or_else(|| Error::Usage("--header is needed".into()))?;
        let name = format!("{} of {}", asked.of.all(), items.display());
        let items = file::read_text(items)?;
        let block = block_of_file(header, self.chain_id)?;
        let block_receipt = asked.block_receipt.map(file::read_text).transpose()?;
        Ok(Source { block, name, items, block_receipt, indices: self.indices.clone() })
    }
}

impl Source {
    /// The trie of all items, when it has the root in the header.
    fn trie(&self, asked: &Asked<'_>) -> Result<OrderedTrie> {
        let wrong = |problem: &dyn Display| Error::input(&self.name, problem);
        let rlp = self.block.headers.last().map(Bytes::as_ref).unwrap_or_default();
        let hash = keccak256(rlp);
        let header = Header::open(rlp, &hash).map_err(|e| Error::input("the header", e))?;
        let roots = BodyRoots::open(rlp, &hash).map_err(|e| Error::input("the header", e))?;
        let index = self.indices.first().copied().and_then(|index| usize::try_from(index).ok());
        let (trie, tx) = match asked.of {
            Items::Receipts => {
                let read = receipts::from_json(&self.items).map_err(|e| wrong(&e))?;
                let trie = self.receipts(&header.receipts_root);
                (trie, index.and_then(|at| read.get(at)).map(|receipt| receipt.transaction_hash))
            }
            Items::Transactions => {
                let read = transactions::from_json(&self.items).map_err(|e| wrong(&e))?;
                let trie = transactions::trie(&read, &roots.transactions);
                (trie, index.and_then(|at| read.get(at)).map(keccak256))
            }
            Items::Withdrawals => {
                let root = roots.withdrawals;
                let root = root.ok_or_else(|| wrong(&"the header is from before withdrawals"))?;
                let read = withdrawals::from_json(&self.items).map_err(|e| wrong(&e))?;
                (withdrawals::trie(&read, &root), None)
            }
        };
        let trie = trie.map_err(|e| wrong(&e))?;
        match asked.tx {
            Some(asked) if Some(asked) != tx => {
                Err(wrong(&format!("what is at {} is not of {asked}", self.indices[0])))
            }
            _ => Ok(trie),
        }
    }

    /// The trie of the receipts, and of the block's own where they alone do not have the root.
    fn receipts(&self, root: &B256) -> std::result::Result<OrderedTrie, builder::Error> {
        let alone = receipts_trie(&self.items, None, root);
        match &self.block_receipt {
            Some(own) if alone.is_err() => receipts_trie(&self.items, Some(own), root),
            _ => alone,
        }
    }
}

/// The block whose header a file holds, in any of the forms that `--header` takes.
pub(super) fn block_of_file(path: &Path, chain_id: u64) -> Result<Block> {
    let bytes = crate::inspect::bytes_of_file(path)?;
    let rlp = match bytes.first() {
        Some(b'{') => rpc::Block::parse(&bytes).map_err(|e| Error::input(path.display(), e))?.rlp(),
        // With the seal of a MAP header, which is not hashed, or without.
        _ => SealedHeader::split(&bytes).map_or(bytes.clone(), |sealed| sealed.as_hashed()),
    };
    let hash = keccak256(&rlp);
    Header::open(&rlp, &hash)
        .map_err(|e| Error::input(path.display(), format!("not a header: {e}")))?;
    Ok(Block::trusted(chain_id, hash, rlp))
}

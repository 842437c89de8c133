//! Why no proof can be made.

use crate::NodeError;
use alloy_primitives::B256;
use light_client::ancestry;

/// Why no proof can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A node gave no usable answer.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// The block is newer than the head: the light client has to be updated first.
    #[error("block {block} is newer than the head's block {head}")]
    NotYet {
        /// Number of the block.
        block: u64,
        /// Number of the head's block.
        head: u64,
    },
    /// The block is too far before the head for every means that the node and the light client have.
    #[error("block {block} is too far before the head's block {head}")]
    OutOfReach {
        /// Number of the block.
        block: u64,
        /// Number of the head's block.
        head: u64,
    },
    /// The block is not an ancestor of the head's: the chain was reorganized.
    #[error("block {block} is not an ancestor of block {head}: there was a reorganization")]
    Reorganized {
        /// Hash of the block.
        block: B256,
        /// Hash of the head's block.
        head: B256,
    },
    /// The state of the head's block keeps another hash in the place of the block.
    #[error("the state keeps {got} in the place of block {block}")]
    OtherBlock {
        /// Hash of the block.
        block: B256,
        /// What is kept.
        got: B256,
    },
    /// What leads to an older block is not accepted.
    #[error(transparent)]
    Ancestry(#[from] ancestry::Error),
    /// There is no such log.
    #[error("there is no log {log} in transaction {transaction} of block {block}")]
    NoLog {
        /// Hash of the block.
        block: B256,
        /// Place of the transaction in the block.
        transaction: u64,
        /// Place of the log in the receipt.
        log: u64,
    },
    /// Messages that are to be proven together are of several blocks, or there are none.
    #[error("the messages are not of the one block {block}")]
    OtherBlocks {
        /// Hash of the block.
        block: B256,
    },
    /// No update can be made of what the node serves.
    #[error(transparent)]
    Update(#[from] crate::update::Error),
}

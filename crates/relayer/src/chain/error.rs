//! Why a chain gives no answer.

use alloy_primitives::Bytes;
use prover::NodeError;

/// Why a chain gives no answer.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Too few nodes say the same. There is no smaller quorum to fall back to.
    #[error(
        "chain {chain}: {quorum} of {nodes} nodes have to agree on {what}, and no more than {agree} do ({said}): look at its endpoints"
    )]
    NoQuorum {
        /// The chain.
        chain: String,
        /// What was asked.
        what: String,
        /// How many have to agree.
        quorum: usize,
        /// How many there are.
        nodes: usize,
        /// How many agree at most.
        agree: usize,
        /// What each said.
        said: String,
    },
    /// No node has an answer.
    #[error("chain {chain}: {source}")]
    Node {
        /// The chain.
        chain: String,
        /// What the last of them said.
        source: NodeError,
    },
    /// An endpoint that cannot be one.
    #[error("chain {chain}: an endpoint {source}")]
    Endpoint {
        /// The chain.
        chain: String,
        /// What is wrong with it.
        source: NodeError,
    },
    /// A quorum that its nodes can never make.
    #[error("chain {chain}: a quorum of {quorum} cannot be had of {nodes} endpoints")]
    Quorum {
        /// The chain.
        chain: String,
        /// How many would have to agree.
        quorum: usize,
        /// How many there are.
        nodes: usize,
    },
}

/// Why a call has no result.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CallError {
    /// It was executed, and reverted with this data. Nodes that do not hand it on leave it empty.
    #[error("the call reverts with {0}")]
    Reverted(Bytes),
    /// It was not executed.
    #[error(transparent)]
    Node(#[from] Error),
}

//! A node, and why it gave no usable answer.

use alloy_primitives::Bytes;
use async_trait::async_trait;
use serde_json::{Value, value::RawValue};
use std::{borrow::Cow, fmt, future::Future, sync::Arc, time::Duration};

/// One JSON-RPC endpoint, or several behind one face. Nothing it answers is believed: what has a hash is hashed.
#[async_trait]
pub trait Node: fmt::Debug + Send + Sync {
    /// One call: the result as the node wrote it.
    async fn request(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Box<RawValue>, NodeError>;

    /// An answer was none that its hash allows: where several nodes are behind one face, another one is asked first from now on. Says
    /// whether there is one that has not been first yet.
    fn turn(&self) -> bool {
        false
    }
}

#[async_trait]
impl<N: Node + ?Sized> Node for Arc<N> {
    async fn request(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Box<RawValue>, NodeError> {
        (**self).request(method, params).await
    }

    fn turn(&self) -> bool {
        (**self).turn()
    }
}

/// Asks until the answer is one that holds, of one node after the other where there are several.
pub(crate) async fn until_it_holds<T, F>(
    node: &dyn Node,
    question: impl Fn() -> F + Send + Sync,
) -> Result<T, NodeError>
where
    F: Future<Output = Result<T, NodeError>> + Send,
{
    loop {
        match question().await {
            Err(NodeError::Mismatch { .. } | NodeError::Unreadable { .. }) if node.turn() => {}
            ended => return ended,
        }
    }
}

/// Why there is no answer that can be used. It names the method, and of a URL no more than its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NodeError {
    /// An address that cannot be used; nothing was sent.
    Endpoint {
        /// What is wrong with it.
        problem: String,
    },
    /// No connection, or an answer that is none of the protocol.
    Transport {
        /// What was asked.
        method: Cow<'static, str>,
        /// What went wrong.
        problem: String,
        /// Whether the same may work a little later.
        retryable: bool,
    },
    /// No answer in time. The request may have had its effect all the same.
    Timeout {
        /// What was asked.
        method: Cow<'static, str>,
        /// Who has not answered.
        problem: String,
    },
    /// The endpoint wants to be asked less often.
    RateLimited {
        /// What was asked.
        method: Cow<'static, str>,
        /// What it said.
        problem: String,
        /// How long it wants to be left alone, if it says.
        retry_after: Option<Duration>,
    },
    /// An error of the node's own: a call that reverts, a state that it does not keep.
    Answered {
        /// What was asked.
        method: Cow<'static, str>,
        /// The error's number.
        code: i64,
        /// What the node says, and its origin.
        message: String,
        /// Revert data of a call.
        data: Option<Bytes>,
    },
    /// An answer that has not the form that it should.
    Unreadable {
        /// What was asked, or what part of the answer it is.
        method: Cow<'static, str>,
        /// What is wrong with it.
        problem: String,
    },
    /// The node says that there is no such thing, or does not have it yet.
    Missing {
        /// What was asked.
        method: Cow<'static, str>,
        /// Who has not what.
        problem: String,
    },
    /// An answer that does not have the hash of what was asked for: it is wrong, or cut short.
    Mismatch {
        /// What was asked.
        method: Cow<'static, str>,
        /// What it has in place of which hash.
        problem: String,
    },
}

impl NodeError {
    /// [`Unreadable`](Self::Unreadable).
    pub fn unreadable(method: impl Into<Cow<'static, str>>, problem: impl fmt::Display) -> Self {
        Self::Unreadable { method: method.into(), problem: problem.to_string() }
    }

    /// [`Missing`](Self::Missing).
    pub fn missing(method: impl Into<Cow<'static, str>>, what: impl fmt::Display) -> Self {
        Self::Missing { method: method.into(), problem: format!("the node has no {what}") }
    }

    /// [`Mismatch`](Self::Mismatch).
    pub fn mismatch(method: impl Into<Cow<'static, str>>, problem: impl fmt::Display) -> Self {
        Self::Mismatch { method: method.into(), problem: problem.to_string() }
    }

    /// What was asked; nothing when nothing was.
    #[must_use]
    pub fn method(&self) -> &str {
        match self {
            Self::Endpoint { .. } => "",
            Self::Transport { method, .. }
            | Self::Timeout { method, .. }
            | Self::RateLimited { method, .. }
            | Self::Answered { method, .. }
            | Self::Unreadable { method, .. }
            | Self::Missing { method, .. }
            | Self::Mismatch { method, .. } => method,
        }
    }

    /// What went wrong, in words.
    #[must_use]
    pub fn problem(&self) -> &str {
        match self {
            Self::Endpoint { problem }
            | Self::Transport { problem, .. }
            | Self::Timeout { problem, .. }
            | Self::RateLimited { problem, .. }
            | Self::Unreadable { problem, .. }
            | Self::Missing { problem, .. }
            | Self::Mismatch { problem, .. } => problem,
            Self::Answered { message, .. } => message,
        }
    }

    /// Revert data, if it is that of a call.
    #[must_use]
    pub const fn data(&self) -> Option<&Bytes> {
        match self {
            Self::Answered { data, .. } => data.as_ref(),
            _ => None,
        }
    }

    /// Whether the same question may be answered a little later, or by another node.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Transport { retryable, .. } => *retryable,
            Self::Timeout { .. } | Self::RateLimited { .. } | Self::Missing { .. } => true,
            // A node that is wrong stays so, but another one may be right.
            Self::Unreadable { .. } | Self::Mismatch { .. } => true,
            Self::Endpoint { .. } | Self::Answered { .. } => false,
        }
    }
}

impl fmt::Display for NodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.method() {
            "" => f.write_str(self.problem()),
            method => write!(f, "{method}: {}", self.problem()),
        }
    }
}

impl std::error::Error for NodeError {}

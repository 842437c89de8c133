//! Why a command ended without doing what was asked, and the exit status for it.

use crate::output::Answer;
use prover::NodeError;
use std::{fmt, io, path::PathBuf, process::ExitCode};

/// A clause of `spec/` that the supplied bytes violate.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Refusal {
    /// What was being verified, e.g. `receipt proof`.
    pub subject: String,
    /// Clause of the specification, e.g. `MPT-3`.
    pub clause: String,
    /// The error as the Rust crates spell it.
    pub rust: String,
    /// The error as the contracts spell it, with its arguments.
    pub solidity: String,
    /// Who can act: `prover`, `state` or `caller`.
    pub fault: String,
    /// What the contracts revert with.
    pub revert_data: alloy_primitives::Bytes,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "refused: the {} violates clause {}", self.subject, self.clause)?;
        writeln!(f, "  rust      {}", self.rust)?;
        writeln!(f, "  solidity  {}", self.solidity)?;
        write!(f, "  fault     {}", self.fault)
    }
}

/// Everything that ends a command early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A proof fails a clause.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// A step of the demonstration did not do what it says.
    #[error("{0}")]
    Demo(String),
    /// Some of what was asked for did not hold; what is known of all of it is the answer.
    #[error("{summary}")]
    Partly {
        /// What is printed all the same.
        answer: Box<Answer>,
        /// How much of it failed.
        summary: String,
        /// The exit status.
        status: u8,
    },
    /// The arguments make no sense together.
    #[error("{0}")]
    Usage(String),
    /// A file could not be read or written.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// `read` or `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Input that is not what the command reads.
    #[error("{name}: {problem}")]
    Input {
        /// File name or argument.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A node did not answer, refused, or answered something inconsistent.
    #[error("{method}: {problem}")]
    Rpc {
        /// JSON-RPC method.
        method: String,
        /// What went wrong.
        problem: String,
        /// Data of the node's error response: revert data of a call.
        data: Option<alloy_primitives::Bytes>,
    },
    /// A program that is needed is missing or failed.
    #[error("{program}: {problem}")]
    Tool {
        /// Name of the program.
        program: String,
        /// What went wrong.
        problem: String,
    },
}

/// Result of a command or a part of it.
pub(crate) type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Input that is not what the command reads.
    pub(crate) fn input(name: impl fmt::Display, problem: impl fmt::Display) -> Self {
        Self::Input { name: name.to_string(), problem: problem.to_string() }
    }

    /// A node's answer that cannot be used.
    pub(crate) fn rpc(method: &str, problem: impl fmt::Display) -> Self {
        Self::Rpc { method: method.to_owned(), problem: problem.to_string(), data: None }
    }

    /// A program that is missing or failed.
    pub(crate) fn tool(program: impl fmt::Display, problem: impl fmt::Display) -> Self {
        Self::Tool { program: program.to_string(), problem: problem.to_string() }
    }

    /// One word for the kind of failure, for `--json`.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Refused(_) | Self::Partly { .. } => "refused",
            Self::Demo(_) => "demo",
            Self::Usage(_) => "usage",
            Self::Io { .. } | Self::Input { .. } => "input",
            Self::Rpc { .. } => "rpc",
            Self::Tool { .. } => "tool",
        }
    }

    /// 1 refused, 2 usage, 3 everything between this program and the outside.
    pub(crate) const fn status(&self) -> u8 {
        match self {
            Self::Refused(_) | Self::Demo(_) => 1,
            Self::Partly { status, .. } => *status,
            Self::Usage(_) => 2,
            Self::Io { .. } | Self::Input { .. } | Self::Rpc { .. } | Self::Tool { .. } => 3,
        }
    }

    /// The same as an exit code.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.status())
    }
}

impl From<NodeError> for Error {
    fn from(error: NodeError) -> Self {
        let (method, problem) = (error.method().to_owned(), error.problem().to_owned());
        Self::Rpc { method, problem, data: error.data().cloned() }
    }
}

impl From<prover::Error> for Error {
    fn from(error: prover::Error) -> Self {
        match error {
            prover::Error::Node(error) => error.into(),
            other => Self::input("the proof", other),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

//! The nodes of a proof in one of its forms.

use alloy_primitives::{B256, Bytes};
use bindings::Revert;
use mpt_proof::{Outcome, batch::Batch, builder, compact, packed, proof};
use serde::{Deserialize, Serialize};

/// How the nodes of a proof are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Encoding {
    /// The nodes from the root down.
    List,
    /// The same in one string of bytes.
    Packed,
    /// Without what the verifier can tell: the shortest.
    Compact,
}

/// The nodes of a proof.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged, deny_unknown_fields)]
pub(crate) enum Nodes {
    /// The nodes from the root down.
    List(Vec<Bytes>),
    /// The same, one behind the other.
    Packed {
        /// The bytes.
        packed: Bytes,
    },
    /// The deepest node and how to get from it to the root.
    Compact {
        /// The bytes.
        compact: Bytes,
    },
}

impl Nodes {
    /// The proof of `key` in the given form.
    pub(crate) fn encode(
        encoding: Encoding,
        key: &[u8],
        nodes: Vec<Bytes>,
    ) -> Result<Self, builder::Error> {
        Ok(match encoding {
            Encoding::List => Self::List(nodes),
            Encoding::Packed => Self::Packed { packed: builder::packed(&nodes) },
            Encoding::Compact => Self::Compact { compact: builder::compact(key, &nodes)? },
        })
    }

    /// The proof of several keys; `None` for the compact form, which they do not have.
    pub(crate) fn encode_batch(encoding: Encoding, nodes: Vec<Bytes>) -> Option<Self> {
        match encoding {
            Encoding::List => Some(Self::List(nodes)),
            Encoding::Packed => Some(Self::Packed { packed: builder::packed(&nodes) }),
            Encoding::Compact => None,
        }
    }

    /// What is proven about `key`.
    pub(crate) fn walk(&self, root: &B256, key: &[u8]) -> Result<Outcome<'_>, Revert> {
        match self {
            Self::List(nodes) => proof::walk(root, key, nodes).map_err(Revert::from),
            Self::Packed { packed } => packed::walk(root, key, packed).map_err(Revert::from),
            Self::Compact { compact } => compact::walk(root, key, compact).map_err(Revert::from),
        }
    }

    /// What is proven about each of `keys`; `None` for the compact form.
    pub(crate) fn walk_all<K: AsRef<[u8]>>(
        &self,
        root: &B256,
        keys: &[K],
    ) -> Option<Result<Vec<Outcome<'_>>, Revert>> {
        let outcomes = match self {
            Self::List(nodes) => Batch::new(root, nodes).walk(keys),
            Self::Packed { packed } => Batch::packed(root, packed).walk(keys),
            Self::Compact { .. } => return None,
        };
        Some(outcomes.map_err(Revert::from))
    }

    /// The form and the length, in words.
    pub(crate) fn summary(&self) -> String {
        match self {
            Self::List(nodes) => {
                let length: usize = nodes.iter().map(|node| node.len()).sum();
                format!("{} nodes ({length} bytes)", nodes.len())
            }
            Self::Packed { packed } => format!("packed ({} bytes)", packed.len()),
            Self::Compact { compact } => format!("compact ({} bytes)", compact.len()),
        }
    }
}

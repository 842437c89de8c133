use crate::{Fault, proof, receipt, state};

/// Why nodes do not prove a batch. `item` is the place of a key in it.
///
/// Unlike elsewhere, an RLP error stays inside, beside the item that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Error {
    /// BAT-1: no item, which would prove nothing and accept any root.
    #[error("no item")]
    Empty,
    /// BAT-2: a key that is not above the one before.
    #[error("item {item} is not in the order of keys")]
    Order {
        /// BAT-2: the item.
        item: u64,
    },
    /// BAT-3: inclusion of all was asked, and the absence of one is proven.
    #[error("the key of item {item} is absent")]
    KeyAbsent {
        /// BAT-3: the item.
        item: u64,
    },
    /// BAT-3: exclusion of all was asked, and the presence of one is proven.
    #[error("the key of item {item} is present")]
    KeyPresent {
        /// BAT-3: the item.
        item: u64,
    },
    /// The nodes of an item prove nothing (MPT-2…11, RLP-1…6). The zero root (MPT-1) counts to the
    /// first item, nodes that are left (MPT-12) to the last.
    #[error("item {item}: {error}")]
    Proof {
        /// The item.
        item: u64,
        /// What is wrong with it; `index` in it is a place in the shared list.
        error: proof::Error,
    },
    /// The value of an item is not a receipt (RCT-2…4).
    #[error("item {item}: {error}")]
    Receipt {
        /// The item.
        item: u64,
        /// What is wrong with it.
        error: receipt::Error,
    },
    /// The value of an item is not that of a slot (ACC-2).
    #[error("item {item}: {error}")]
    State {
        /// The item.
        item: u64,
        /// What is wrong with it.
        error: state::Error,
    },
}

impl Error {
    /// Who can act on it: the caller for BAT-1 and BAT-2, the prover for BAT-3.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            Self::Empty | Self::Order { .. } => Fault::Caller,
            Self::KeyAbsent { .. } | Self::KeyPresent { .. } => Fault::Prover,
            Self::Proof { error, .. } => error.fault(),
            Self::Receipt { error, .. } => error.fault(),
            Self::State { error, .. } => error.fault(),
        }
    }
}

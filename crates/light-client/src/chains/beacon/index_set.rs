//! Where proofs find things.

/// Positions, as generalized indices, of what is proven in the state and the body of a fork's blocks.
///
/// The set of a proof is that of the slot of the header whose root is the proof's root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
pub enum IndexSet {
    /// Altair and Bellatrix: no execution block is proven.
    Altair,
    /// Capella.
    Capella,
    /// Deneb.
    Deneb,
    /// Electra and Fulu.
    Electra,
    /// Gloas and after. The execution block is the parent of the one that the beacon block bids for.
    Gloas,
}

impl IndexSet {
    /// Every set, oldest first.
    pub const ALL: [Self; 5] =
        [Self::Altair, Self::Capella, Self::Deneb, Self::Electra, Self::Gloas];

    /// `finalized_checkpoint.root` in the state.
    pub const fn finality(self) -> u64 {
        match self {
            Self::Altair | Self::Capella | Self::Deneb => 105,
            Self::Electra => 169,
            Self::Gloas => 735,
        }
    }

    /// `current_sync_committee` in the state.
    pub const fn current_committee(self) -> u64 {
        match self {
            Self::Altair | Self::Capella | Self::Deneb => 54,
            Self::Electra => 86,
            Self::Gloas => 2945,
        }
    }

    /// `next_sync_committee` in the state.
    pub const fn next_committee(self) -> u64 {
        match self {
            Self::Altair | Self::Capella | Self::Deneb => 55,
            Self::Electra => 87,
            Self::Gloas => 2946,
        }
    }

    /// `block_roots` in the state.
    pub const fn block_roots(self) -> u64 {
        match self {
            Self::Altair | Self::Capella | Self::Deneb => 37,
            Self::Electra => 69,
            Self::Gloas => 352,
        }
    }

    /// `historical_summaries` in the state; there are none before Capella.
    pub const fn historical_summaries(self) -> Option<u64> {
        match self {
            Self::Altair => None,
            Self::Capella | Self::Deneb => Some(59),
            Self::Electra => Some(91),
            Self::Gloas => Some(2950),
        }
    }

    /// The execution block hash in the body: `execution_payload.block_hash`, in Gloas
    /// `signed_execution_payload_bid.message.parent_block_hash`; 1, the body root itself, where there
    /// [is none](Self::has_execution).
    pub const fn execution_block_hash(self) -> u64 {
        match self {
            Self::Altair => 1,
            Self::Capella => 412,
            Self::Deneb | Self::Electra => 812,
            Self::Gloas => 2856,
        }
    }

    /// Whether a block of this set proves an execution block.
    pub const fn has_execution(self) -> bool {
        !matches!(self, Self::Altair)
    }
}

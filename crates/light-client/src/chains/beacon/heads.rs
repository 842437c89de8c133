//! Verified heads and the ring that keeps the last of them.

use crate::{ancestry, client, verified::Verified};
use alloy_primitives::B256;

/// A finalized execution block hash that a client has verified. Only a client makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub(super) chain_id: u64,
    pub(super) id: u64,
    pub(super) slot: u64,
    pub(super) block_hash: B256,
}

impl Head {
    /// Id of the chain the block belongs to.
    pub const fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// Number of the head, counting from 1.
    pub const fn id(&self) -> u64 {
        self.id
    }

    /// Slot of the beacon block that carries the execution block.
    pub const fn slot(&self) -> u64 {
        self.slot
    }

    /// Hash of the execution block.
    pub const fn block_hash(&self) -> B256 {
        self.block_hash
    }

    /// Opens this head, or an ancestor of it: `headers` are RLP, newest first, linked by parent hash; the last one is proven.
    ///
    /// # Errors
    ///
    /// ANC-1, and for each header in order HDR-1, HDR-2 and RLP.
    pub fn open<H: AsRef<[u8]>>(&self, headers: &[H]) -> Result<Verified, ancestry::Error> {
        self.proves(self.block_hash).open(headers)
    }
}

/// The last heads of one client. As with [`Trusted`](super::Trusted), whoever stores it vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "Stored", into = "Stored"))]
pub struct Heads {
    /// The head with id i stands at i mod [`Self::CAPACITY`]; the id 0 marks an empty place.
    ring: [Entry; Self::CAPACITY],
}

/// A head without its chain, which is the client's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
struct Entry {
    id: u64,
    slot: u64,
    block_hash: B256,
}

impl Heads {
    /// Heads kept before the oldest is overwritten.
    pub const CAPACITY: usize = 64;

    /// A ring that holds no head.
    pub const fn new() -> Self {
        Self { ring: [Entry { id: 0, slot: 0, block_hash: B256::ZERO }; Self::CAPACITY] }
    }

    /// Keeps a head, in the place of the one [`Self::CAPACITY`] before it.
    pub const fn push(&mut self, head: &Head) {
        let Head { id, slot, block_hash, .. } = *head;
        self.insert(Entry { id, slot, block_hash });
    }

    /// The head `id` of the client for `chain_id`.
    pub(super) const fn get(&self, chain_id: u64, id: u64) -> Result<Head, client::Error> {
        let Entry { id: kept, slot, block_hash } = self.ring[Self::place(id)];
        if id == 0 || kept != id {
            return Err(client::Error::UnknownHead { id });
        }
        Ok(Head { chain_id, id, slot, block_hash })
    }

    const fn insert(&mut self, entry: Entry) {
        self.ring[Self::place(entry.id)] = entry;
    }

    #[expect(clippy::cast_possible_truncation, reason = "the remainder is below 64")]
    const fn place(id: u64) -> usize {
        (id % Self::CAPACITY as u64) as usize
    }
}

impl Default for Heads {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(feature = "serde")]
type Stored = alloc::vec::Vec<Entry>;

#[cfg(feature = "serde")]
impl From<Stored> for Heads {
    fn from(stored: Stored) -> Self {
        let mut heads = Self::new();
        stored.into_iter().for_each(|entry| heads.insert(entry));
        heads
    }
}

#[cfg(feature = "serde")]
impl From<Heads> for Stored {
    fn from(heads: Heads) -> Self {
        let mut stored: Self = heads.ring.into_iter().filter(|entry| entry.id != 0).collect();
        stored.sort_unstable_by_key(|entry| entry.id);
        stored
    }
}

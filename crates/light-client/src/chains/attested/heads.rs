//! Attested heads and the ring that keeps the last of them.

use crate::{
    ancestry::{self, Ancestor},
    client,
    heads::{self, Ring},
    verified::{Assumption, Path, Verified},
};
use alloy_primitives::B256;

/// A block that attestors have signed. Only a client makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub(super) chain_id: u64,
    pub(super) id: u64,
    pub(super) number: u64,
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

    /// Number of the block, as the attestors say. That of the header is bound by its hash.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Hash of the block.
    pub const fn block_hash(&self) -> B256 {
        self.block_hash
    }

    /// This head's own block: there is no way from it to an older one but its headers.
    ///
    /// # Errors
    ///
    /// [`ancestry::Error::Kind`] (ANC-2) unless `proof` is empty.
    pub const fn ancestor(&self, proof: &[u8]) -> Result<Ancestor, ancestry::Error> {
        if let Some(&kind) = proof.first() {
            return Err(ancestry::Error::Kind { kind });
        }
        let path = Path::new(Assumption::Attestors { chain_id: self.chain_id });
        Ok(Ancestor::new(self.chain_id, self.block_hash, path))
    }

    /// Opens this head, or an ancestor of it: `headers` are RLP, newest first, linked by parent hash; the last one is proven.
    ///
    /// # Errors
    ///
    /// ANC-1, and for each header in order HDR-1, HDR-2 and RLP.
    pub fn open<H: AsRef<[u8]>>(&self, headers: &[H]) -> Result<Verified, ancestry::Error> {
        self.ancestor(&[])?.open(headers)
    }
}

/// The last heads of one client. As with [`Trusted`](super::Trusted), whoever stores it vouches for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Heads(Ring<Kept>);

/// What is kept of a head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
struct Kept {
    number: u64,
    block_hash: B256,
}

impl Heads {
    /// Heads kept before the oldest is overwritten.
    pub const CAPACITY: usize = heads::CAPACITY;

    /// A ring that holds no head.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps a head, in the place of the one [`Self::CAPACITY`] before it.
    pub const fn push(&mut self, head: &Head) {
        let Head { id, number, block_hash, .. } = *head;
        self.0.push(id, Kept { number, block_hash });
    }

    /// The head `id` of the client for `chain_id`.
    pub(super) fn get(&self, chain_id: u64, id: u64) -> Result<Head, client::Error> {
        let Kept { number, block_hash } = self.0.get(id)?;
        Ok(Head { chain_id, id, number, block_hash })
    }
}

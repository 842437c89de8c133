//! The ring that keeps the last heads of a client, whatever chain it follows. Clause CLI-3.

use crate::client::Error;

/// Heads kept before the oldest is overwritten.
pub(crate) const CAPACITY: usize = 64;

/// The last heads of one client by their ids, which count from 1. `D` is what a family keeps of each.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(
        from = "stored::Entries<D>",
        into = "stored::Entries<D>",
        bound(
            serialize = "D: Copy + serde::Serialize",
            deserialize = "D: Copy + Default + serde::Deserialize<'de>"
        )
    )
)]
pub(crate) struct Ring<D> {
    /// The head with id i stands at i mod [`CAPACITY`]; the id 0 marks an empty place.
    places: [Entry<D>; CAPACITY],
}

/// A head without its chain, which is the client's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Entry<D> {
    id: u64,
    #[cfg_attr(feature = "serde", serde(flatten))]
    data: D,
}

impl<D: Copy> Ring<D> {
    /// Keeps a head, in the place of the one [`CAPACITY`] before it.
    pub(crate) const fn push(&mut self, id: u64, data: D) {
        self.places[place(id)] = Entry { id, data };
    }

    /// What is kept of a head.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownHead`] (CLI-3).
    pub(crate) const fn get(&self, id: u64) -> Result<D, Error> {
        let Entry { id: kept, data } = self.places[place(id)];
        if id == 0 || kept != id { Err(Error::UnknownHead { id }) } else { Ok(data) }
    }
}

impl<D: Copy + Default> Default for Ring<D> {
    fn default() -> Self {
        Self { places: [Entry::default(); CAPACITY] }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the remainder is below 64")]
const fn place(id: u64) -> usize {
    (id % CAPACITY as u64) as usize
}

/// The form in which a ring is stored: the heads that there are, in their order.
#[cfg(feature = "serde")]
mod stored {
    use super::{Entry, Ring};
    use alloc::vec::Vec;

    pub(super) type Entries<D> = Vec<Entry<D>>;

    impl<D: Copy + Default> From<Entries<D>> for Ring<D> {
        fn from(entries: Entries<D>) -> Self {
            let mut ring = Self::default();
            entries.into_iter().for_each(|Entry { id, data }| ring.push(id, data));
            ring
        }
    }

    impl<D: Copy> From<Ring<D>> for Entries<D> {
        fn from(ring: Ring<D>) -> Self {
            let mut entries: Self = ring.places.into_iter().filter(|entry| entry.id != 0).collect();
            entries.sort_unstable_by_key(|entry| entry.id);
            entries
        }
    }
}

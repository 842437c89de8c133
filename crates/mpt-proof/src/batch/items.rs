//! The items of a batch, one after the other.

use super::{Error, descent::Descent};
use crate::{
    Keccak, Outcome,
    proof::{self, check_key, check_root},
    rlp,
};
use alloy_primitives::B256;

/// What `read` makes of each item in turn; ends with the first error, and with that of MPT-12.
pub(super) struct Items<'a, 'p, I, Q: Iterator, R> {
    root: B256,
    descent: Descent<'a, 'p, I>,
    keys: Q,
    read: R,
    previous: Option<Q::Item>,
    item: u64,
    has_ended: bool,
}

impl<'a, 'p, I, Q, R, T> Items<'a, 'p, I, Q, R>
where
    I: Iterator<Item = Result<&'p [u8], rlp::Error>>,
    Q: Iterator<Item: AsRef<[u8]>>,
    R: FnMut(u64, Outcome<'p>) -> Result<T, Error>,
{
    pub(super) const fn new(
        keccak: &'a dyn Keccak,
        root: B256,
        nodes: I,
        keys: Q,
        read: R,
    ) -> Self {
        let descent = Descent::new(keccak, nodes);
        Self { root, descent, keys, read, previous: None, item: 0, has_ended: false }
    }

    /// The item of `key` (MPT-2, BAT-2, its walk, BAT-3).
    fn item(&mut self, key: Q::Item) -> Result<T, Error> {
        let item = self.item;
        let named = |error| Error::Proof { item, error };
        if item == 0 {
            check_root(&self.root).map_err(named)?;
        }
        check_key(key.as_ref()).map_err(named)?;
        let previous = self.previous.as_ref().map(AsRef::as_ref);
        if previous.is_some_and(|previous| key.as_ref() <= previous) {
            return Err(Error::Order { item });
        }
        let shared = common_nibbles(previous.unwrap_or_default(), key.as_ref());
        let outcome = self.descent.walk(&self.root, key.as_ref(), shared).map_err(named)?;
        self.previous = Some(key);
        self.item += 1;
        (self.read)(item, outcome)
    }

    /// What is left to check after the last item.
    fn end(&mut self) -> Result<(), Error> {
        let Some(item) = self.item.checked_sub(1) else {
            check_root(&self.root).map_err(|error| Error::Proof { item: 0, error })?;
            return Err(Error::Empty);
        };
        self.descent.finish().map_err(|error: proof::Error| Error::Proof { item, error })
    }
}

impl<'p, I, Q, R, T> Iterator for Items<'_, 'p, I, Q, R>
where
    I: Iterator<Item = Result<&'p [u8], rlp::Error>>,
    Q: Iterator<Item: AsRef<[u8]>>,
    R: FnMut(u64, Outcome<'p>) -> Result<T, Error>,
{
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_ended {
            return None;
        }
        let next = match self.keys.next() {
            Some(key) => Some(self.item(key)),
            None => self.end().err().map(Err),
        };
        self.has_ended = !matches!(next, Some(Ok(_)));
        next
    }
}

/// How many nibbles two keys start with alike.
fn common_nibbles(a: &[u8], b: &[u8]) -> usize {
    let whole = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let half = a.get(whole).zip(b.get(whole)).is_some_and(|(a, b)| a >> 4 == b >> 4);
    2 * whole + usize::from(half)
}

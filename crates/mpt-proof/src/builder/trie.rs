use super::{
    Batch, Error, batch, encode,
    forms::Keyed,
    tree::{Entry, Node},
};
use crate::{
    Keccak, Sha3,
    proof::{EMPTY_ROOT, MAX_KEY},
    receipt::index_key,
};
use alloy_primitives::{B256, Bytes};
use std::{collections::BTreeMap, vec::Vec};

/// A trie of any keys up to 32 bytes, which may be prefixes of one another.
#[derive(Clone, Debug)]
pub struct Trie {
    top: Option<Node>,
}

impl Trie {
    /// The trie with these entries; of two with the same key, the later one counts.
    ///
    /// # Errors
    ///
    /// [`Error::KeyTooLong`] and [`Error::EmptyValue`], which no proof could carry.
    pub fn new<K: AsRef<[u8]>, V: AsRef<[u8]>>(
        entries: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, Error> {
        let mut sorted = BTreeMap::new();
        for (key, value) in entries {
            let (key, value) = (key.as_ref(), value.as_ref());
            if key.len() > MAX_KEY {
                return Err(Error::KeyTooLong { length: key.len() });
            }
            if value.is_empty() {
                return Err(Error::EmptyValue);
            }
            sorted.insert(encode::nibbles(key), value.to_vec());
        }
        let sorted: Vec<Entry> = sorted.into_iter().collect();
        Ok(Self { top: Node::build(&sorted, 0) })
    }

    /// The trie's root.
    #[must_use]
    pub fn root(&self) -> B256 {
        self.top.as_ref().map_or(EMPTY_ROOT, |top| Sha3.keccak256(&top.encoding))
    }

    /// The proof of `key`: of its value, or of its absence.
    #[must_use]
    pub fn proof(&self, key: &[u8]) -> Vec<Bytes> {
        let path = encode::nibbles(key);
        let nodes = self.top.iter().flat_map(|top| top.prove(&path));
        nodes.map(Bytes::copy_from_slice).collect()
    }

    /// The proofs of several keys as one: see [`batch`](super::batch).
    ///
    /// # Errors
    ///
    /// [`Error::Proof`] for a key of more than 32 bytes.
    pub fn batch<K: AsRef<[u8]>>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Batch<K>, Error> {
        batch(keys.into_iter().map(|key| {
            let nodes = self.proof(key.as_ref());
            (key, nodes)
        }))
    }
}

/// A trie of a block's receipts, transactions or withdrawals: its keys are the RLP of the indices.
#[derive(Clone, Debug)]
pub struct OrderedTrie {
    trie: Trie,
    values: Vec<Bytes>,
}

impl OrderedTrie {
    /// The trie with these values at 0, 1, 2 and so on.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyValue`].
    pub fn new<V: AsRef<[u8]>>(values: impl IntoIterator<Item = V>) -> Result<Self, Error> {
        let values: Vec<Bytes> =
            values.into_iter().map(|value| Bytes::copy_from_slice(value.as_ref())).collect();
        Ok(Self { trie: Trie::new((0..).map(index_key).zip(&values))?, values })
    }

    /// The trie's root.
    #[must_use]
    pub fn root(&self) -> B256 {
        self.trie.root()
    }

    /// The proof of the value at `index`, or that there is none.
    #[must_use]
    pub fn proof(&self, index: u64) -> Vec<Bytes> {
        self.trie.proof(index_key(index).as_ref())
    }

    /// The proofs of the values at several indices, or of their absence, as one; the indices come
    /// in the order of their keys: 1…127, 0, 128….
    ///
    /// # Errors
    ///
    /// None: the trie's own proofs can be joined.
    pub fn batch(&self, indices: impl IntoIterator<Item = u64>) -> Result<Batch<u64>, Error> {
        let keys = indices.into_iter().map(|index| Keyed { key: index_key(index), item: index });
        Ok(self.trie.batch(keys)?.map(|keyed| keyed.item))
    }

    /// The values in order.
    #[must_use]
    pub fn values(&self) -> &[Bytes] {
        &self.values
    }
}

/// The root of the trie with these values at 0, 1, 2 and so on.
///
/// # Errors
///
/// [`Error::EmptyValue`].
pub fn ordered_root<V: AsRef<[u8]>>(values: impl IntoIterator<Item = V>) -> Result<B256, Error> {
    Ok(OrderedTrie::new(values)?.root())
}

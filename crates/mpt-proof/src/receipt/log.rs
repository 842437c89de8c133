use super::Error;
use crate::rlp::{Item, Items};
use alloy_primitives::{Address, B256};

/// One log; its data is borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Log<'a> {
    /// The contract that emitted it.
    pub address: Address,
    /// What is not indexed, in the contract's encoding.
    pub data: &'a [u8],
    topics: [B256; 4],
    topic_count: usize,
}

impl<'a> Log<'a> {
    /// Reads one item of a receipt's list of logs.
    ///
    /// # Errors
    ///
    /// RLP-6, then RCT-7: the item headers, their count, address, topics, data.
    pub fn decode(item: Item<'a>) -> Result<Self, Error> {
        let fields = Items::<4>::read(item.list()?)?;
        let [address, topics, data] = fields.as_slice() else {
            return Err(Error::LogFieldCount { got: fields.count() });
        };
        let address = address.address()?;
        let words = Items::<5>::read(topics.list()?)?;
        if words.count() > 4 {
            return Err(Error::TopicCount { got: words.count() });
        }
        let mut topics = [B256::ZERO; 4];
        for (topic, word) in topics.iter_mut().zip(words.as_slice()) {
            *topic = word.word()?;
        }
        Ok(Self { address, data: data.string()?, topics, topic_count: words.as_slice().len() })
    }

    /// The indexed words, at most four; the first is usually the event's signature hash.
    #[must_use]
    pub fn topics(&self) -> &[B256] {
        self.topics.get(..self.topic_count).unwrap_or_default()
    }
}

/// The logs of a receipt in order; made by [`Receipt::logs`](super::Receipt::logs).
#[derive(Clone, Debug)]
pub struct Logs<'a> {
    rest: &'a [u8],
}

impl<'a> Logs<'a> {
    pub(super) const fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    fn read(&mut self) -> Result<Log<'a>, Error> {
        Log::decode(Item::read(&mut self.rest)?)
    }
}

impl<'a> Iterator for Logs<'a> {
    type Item = Result<Log<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let log = self.read();
        if log.is_err() {
            self.rest = &[];
        }
        Some(log)
    }
}

impl core::iter::FusedIterator for Logs<'_> {}

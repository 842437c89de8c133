//! RLP as a tree that can be changed, and encoded in ways that no honest encoder would.

mod mutation;

pub use mutation::Mutation;

use alloy_rlp::Header;

/// An item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rlp {
    /// A string.
    String(Vec<u8>),
    /// A list.
    List(Vec<Self>),
    /// Bytes that stand in the place of an item, whatever they are.
    Raw(Vec<u8>),
}

impl Rlp {
    /// An integer: big-endian, without leading zeros.
    pub fn integer(value: u64) -> Self {
        Self::String(value.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect())
    }

    /// A string.
    pub fn bytes(bytes: impl AsRef<[u8]>) -> Self {
        Self::String(bytes.as_ref().to_vec())
    }

    /// The encoding: canonical but for what is raw.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::String(bytes) => alloy_rlp::encode(bytes.as_slice()),
            Self::Raw(bytes) => bytes.clone(),
            Self::List(_) => {
                let payload = self.payload();
                let mut out = Vec::with_capacity(payload.len() + 4);
                Header { list: true, payload_length: payload.len() }.encode(&mut out);
                out.extend(payload);
                out
            }
        }
    }

    /// The encoding without the header.
    fn payload(&self) -> Vec<u8> {
        match self {
            Self::String(bytes) | Self::Raw(bytes) => bytes.clone(),
            Self::List(items) => items.iter().flat_map(Self::encode).collect(),
        }
    }

    /// Reads one item and nothing more. Input that is not canonical is no matter here.
    pub fn decode(mut input: &[u8]) -> Option<Self> {
        let item = Self::read(&mut input)?;
        input.is_empty().then_some(item)
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        let header = Header::decode(input).ok()?;
        let (mut payload, rest) = input.split_at_checked(header.payload_length)?;
        *input = rest;
        if !header.list {
            return Some(Self::String(payload.to_vec()));
        }
        let mut items = Vec::new();
        while !payload.is_empty() {
            items.push(Self::read(&mut payload)?);
        }
        Some(Self::List(items))
    }

    /// Number of items in the tree, this one included.
    pub fn count(&self) -> usize {
        match self {
            Self::List(items) => 1 + items.iter().map(Self::count).sum::<usize>(),
            _ => 1,
        }
    }

    /// The item at a place, counted from this one in the order of the encoding.
    pub fn at(&mut self, place: usize) -> Option<&mut Self> {
        if place == 0 {
            return Some(self);
        }
        let Self::List(items) = self else { return None };
        let mut place = place - 1;
        for item in items {
            let count = item.count();
            if place < count {
                return item.at(place);
            }
            place -= count;
        }
        None
    }

    /// The items of a list.
    pub const fn items(&mut self) -> Option<&mut Vec<Self>> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }
}

//! A list of attributes, wherever its bytes are.

use crate::abi::{WORD, field, length_word, number, padded, write_field};
use alloy_primitives::Bytes;
use core::{
    fmt,
    hash::{Hash, Hasher},
};

/// The attributes of a message, as a list or where the ABI has written them. Two are equal when their attributes are.
#[derive(Clone, Copy)]
pub struct Attributes<'a>(Form<'a>);

/// Where the bytes are.
#[derive(Clone, Copy)]
enum Form<'a> {
    Listed(&'a [Bytes]),
    /// The canonical encoding of a `bytes[]`, from the word of its length on.
    Encoded(&'a [u8]),
}

impl<'a> Attributes<'a> {
    /// No attribute.
    pub const NONE: Self = Self(Form::Listed(&[]));

    /// Those of a list.
    #[must_use]
    pub const fn new(list: &'a [Bytes]) -> Self {
        Self(Form::Listed(list))
    }

    /// Those of a `bytes[]`, if this is what the ABI writes for it: offsets in sequence, padding zero, nothing left over.
    #[must_use]
    pub fn decode(encoded: &'a [u8]) -> Option<Self> {
        let count = number(encoded, 0)?;
        let elements = encoded.get(WORD..)?;
        let mut offset = count.checked_mul(WORD)?;
        // However large the count is: each element takes two words at least, and the first that is not there ends this.
        for place in 0..count {
            (_, offset) = field(elements, place * WORD, offset)?;
        }
        (offset == elements.len()).then_some(Self(Form::Encoded(encoded)))
    }

    /// The attributes in their order, undecoded.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let (listed, encoded): (&'a [Bytes], &'a [u8]) = match self.0 {
            Form::Listed(list) => (list, &[]),
            Form::Encoded(encoded) => (&[], encoded),
        };
        let count = number(encoded, 0).unwrap_or_default();
        let encoded = (0..count).map_while(move |place| {
            let elements = encoded.get(WORD..)?;
            let offset = number(elements, place * WORD)?;
            Some(field(elements, place * WORD, offset)?.0)
        });
        listed.iter().map(|attribute| &attribute[..]).chain(encoded)
    }

    /// Hands on the canonical encoding of the `bytes[]`, from the word of its length on.
    pub(crate) fn write(&self, sink: &mut impl FnMut(&[u8])) {
        match self.0 {
            Form::Encoded(encoded) => sink(encoded),
            Form::Listed(list) => {
                sink(&length_word(list.len()));
                let mut offset = list.len() * WORD;
                for attribute in list {
                    sink(&length_word(offset));
                    offset += WORD + padded(attribute.len());
                }
                list.iter().for_each(|attribute| write_field(attribute, sink));
            }
        }
    }
}

impl fmt::Debug for Attributes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(Bytes::copy_from_slice)).finish()
    }
}

impl PartialEq for Attributes<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Attributes<'_> {}

impl Hash for Attributes<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.iter().for_each(|attribute| attribute.hash(state));
        state.write_u8(0xff);
    }
}

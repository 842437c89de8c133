//! What the ABI writes, read in place and accepted in its one canonical form.

use alloy_primitives::U256;

/// Bytes of a word.
pub(crate) const WORD: usize = 32;

/// A number as the ABI writes it.
pub(crate) fn word(number: u64) -> [u8; WORD] {
    U256::from(number).to_be_bytes()
}

/// A length or an offset as the ABI writes it.
pub(crate) fn length_word(length: usize) -> [u8; WORD] {
    U256::from(length).to_be_bytes()
}

/// Bytes that a field of this length takes with its padding, without the word of its length.
pub(crate) const fn padded(length: usize) -> usize {
    length.next_multiple_of(WORD)
}

/// Hands a field on: its length, its bytes and the zeros up to the end of its last word.
pub(crate) fn write_field(field: &[u8], sink: &mut impl FnMut(&[u8])) {
    sink(&length_word(field.len()));
    sink(field);
    sink(&[0; WORD][..padded(field.len()) - field.len()]);
}

/// The field whose offset is the word at `head` and has to be `offset`, and where the following one is due.
pub(crate) fn field(data: &[u8], head: usize, offset: usize) -> Option<(&[u8], usize)> {
    if number(data, head)? != offset {
        return None;
    }
    let length = number(data, offset)?;
    let start = offset + WORD;
    let field = data.get(start..)?.get(..length)?;
    let next = start + padded(length);
    let padding = data.get(start + length..next)?;
    padding.iter().all(|&byte| byte == 0).then_some((field, next))
}

/// The word at `offset`, if there is one and it is a number that can index memory.
pub(crate) fn number(data: &[u8], offset: usize) -> Option<usize> {
    let word = data.get(offset..)?.first_chunk::<WORD>()?;
    usize::try_from(U256::from_be_bytes(*word)).ok()
}

/// The word as a number, unless it is above `max`.
pub(crate) fn bounded(word: &[u8; WORD], max: u64) -> Option<u64> {
    u64::try_from(U256::from_be_bytes(*word)).ok().filter(|&number| number <= max)
}

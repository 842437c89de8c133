//! The encoding of one node, put together in place.

/// The longest header of a list this short.
const HEADER: usize = 3;

/// Sixteen children of at most 33 bytes, and no value.
const LONGEST: usize = 16 * 33 + 1;

/// A list whose items are pushed one after the other, and its header last, in front of them.
pub(super) struct Rebuilt {
    bytes: [u8; HEADER + LONGEST],
    end: usize,
}

impl Rebuilt {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; HEADER + LONGEST], end: HEADER }
    }

    /// Forgets all items.
    pub(super) const fn clear(&mut self) {
        self.end = HEADER;
    }

    /// Pushes the child that is not there, or the value.
    pub(super) fn push_none(&mut self) {
        self.push(&[0x80]);
    }

    /// Pushes a child by its hash.
    pub(super) fn push_hash(&mut self, hash: &[u8; 32]) {
        self.push(&[0xa0]);
        self.push(hash);
    }

    /// Pushes encoded bytes. What does not fit is left out, but no node is longer than fits.
    pub(super) fn push(&mut self, encoded: &[u8]) {
        let end = self.end + encoded.len();
        if let Some(place) = self.bytes.get_mut(self.end..end) {
            place.copy_from_slice(encoded);
            self.end = end;
        }
    }

    /// The node.
    pub(super) fn encode(&mut self) -> &[u8] {
        let length = self.end - HEADER;
        let [.., high, low] = length.to_be_bytes();
        let header: &[u8] = match length {
            0..=55 => &[0xc0 + low],
            56..=255 => &[0xf8, low],
            _ => &[0xf9, high, low],
        };
        let start = HEADER - header.len();
        if let Some(place) = self.bytes.get_mut(start..HEADER) {
            place.copy_from_slice(header);
        }
        self.bytes.get(start..self.end).unwrap_or_default()
    }
}

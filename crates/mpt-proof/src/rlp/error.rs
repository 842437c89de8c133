use crate::Fault;

/// Why bytes are not the RLP that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Error {
    /// RLP-1: the bytes end before the header, its length bytes or its payload do.
    #[error("input too short")]
    InputTooShort,
    /// RLP-2: a long form whose first length byte is zero.
    #[error("leading zero in a length")]
    LengthLeadingZero,
    /// RLP-3: a long form for a payload of 55 bytes or less.
    #[error("long form for a short payload")]
    NonCanonicalSize,
    /// RLP-4: a prefix before a single byte below `0x80`.
    #[error("prefix before a single byte below 0x80")]
    NonCanonicalSingleByte,
    /// RLP-5: bytes after the one item that is due.
    #[error("trailing bytes")]
    TrailingBytes,
    /// RLP-6: a string where a list is due.
    #[error("string where a list is due")]
    UnexpectedString,
    /// RLP-6: a list where a string is due.
    #[error("list where a string is due")]
    UnexpectedList,
    /// RLP-7: an integer that does not fit its type.
    #[error("integer of {got} bytes, at most {max} allowed")]
    IntegerTooLarge {
        /// RLP-7: bytes of the type.
        max: u64,
        /// RLP-7: bytes of the payload.
        got: u64,
    },
    /// RLP-7: an integer whose first byte is zero.
    #[error("leading zero in an integer")]
    IntegerLeadingZero,
    /// RLP-8: a string of another length than the type's.
    #[error("{got} bytes where {expected} are due")]
    WrongLength {
        /// RLP-8: bytes of the type.
        expected: u64,
        /// RLP-8: bytes of the payload.
        got: u64,
    },
}

impl Error {
    /// Always [`Fault::Prover`].
    #[must_use]
    pub const fn fault(&self) -> Fault {
        Fault::Prover
    }
}

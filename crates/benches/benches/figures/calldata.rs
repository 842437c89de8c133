//! What calldata costs.

/// Of every transaction.
const BASE: u64 = 21_000;

/// Bytes of calldata by what they cost.
#[derive(Clone, Copy)]
pub(crate) struct Calldata {
    zeros: u64,
    others: u64,
}

impl Calldata {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let zeros = bytes.iter().filter(|byte| **byte == 0).count() as u64;
        Self { zeros, others: bytes.len() as u64 - zeros }
    }

    /// EIP-2028: what a transaction pays before it executes anything.
    pub(crate) const fn intrinsic(self) -> u64 {
        self.at(4, 16)
    }

    /// EIP-7623: what it pays at least.
    pub(crate) const fn floor(self) -> u64 {
        self.at(10, 40)
    }

    /// EIP-7976, a draft: what it would pay at least.
    pub(crate) const fn draft_floor(self) -> u64 {
        self.at(15, 60)
    }

    const fn at(self, zero: u64, other: u64) -> u64 {
        BASE + zero * self.zeros + other * self.others
    }
}

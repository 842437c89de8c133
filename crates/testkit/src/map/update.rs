//! The update of MAP-1 as parts that can be changed, whatever becomes of it.

use super::{
    block::{Block, minimal, sign_header},
    curve::Hint,
    validator::{Set, Signed},
};

/// An update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// How many keys there are said to be.
    pub size: u16,
    /// The keys of the set that signs the first header.
    pub keys: Vec<[u8; 64]>,
    /// Their sum.
    pub total: [u8; 64],
    /// The headers.
    pub headers: Vec<Sealed>,
}

/// A header with its seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The header as hashed.
    pub header: Vec<u8>,
    /// The round.
    pub round: Vec<u8>,
    /// The bitmap of the signers.
    pub signers: Vec<u8>,
    /// The sum of their signatures.
    pub signature: [u8; 64],
    /// The sum of their keys on G2.
    pub aggregate: [u8; 128],
    /// What proves the message's point.
    pub hints: [Hint; 2],
}

impl Update {
    /// An update for a client that knows this set.
    pub fn new(set: &Set, headers: Vec<Sealed>) -> Self {
        let size = u16::try_from(set.size()).unwrap_or(u16::MAX);
        Self { size, keys: set.keys(), total: set.total(), headers }
    }

    /// The bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = [&self.size.to_be_bytes()[..], &self.keys.concat(), &self.total].concat();
        for header in &self.headers {
            out.extend(header.encode());
        }
        out
    }
}

impl Sealed {
    /// The header and seal of a block.
    pub fn of(block: &Block) -> Self {
        let seal = block.seal();
        Self::sign(block.set(), &seal.signers, block.rlp_as_hashed(), minimal(seal.round))
    }

    /// Any header, signed by members of a set.
    pub fn sign(set: &Set, signers: &[usize], header: Vec<u8>, round: Vec<u8>) -> Self {
        let signed = sign_header(set, signers, &header, &round);
        let Signed { signature, aggregate, hints } = signed;
        Self { header, round, signers: set.bitmap(signers), signature, aggregate, hints }
    }

    /// The bytes.
    pub fn encode(&self) -> Vec<u8> {
        let [first, second] = self.hints.each_ref().map(Hint::encode);
        [
            &u16::try_from(self.header.len()).unwrap_or(u16::MAX).to_be_bytes()[..],
            &self.header,
            &[self.round.len().to_le_bytes()[0]],
            &self.round,
            &self.signers,
            &self.signature,
            &self.aggregate,
            &first,
            &second,
        ]
        .concat()
    }
}

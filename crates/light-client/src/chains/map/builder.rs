//! What a prover sends, made from the headers that nodes serve and the keys of the validators.
//!
//! Signatures are left to the client: here only what cannot be packed is refused.

use super::{
    Config, SealedHeader,
    header::{Change, Header, extra_items},
    sealed,
    set::{Bits, Set},
};
use crate::crypto::{
    arkworks::Arkworks,
    bn254::{
        G1, G2,
        builder::{OwnedHint, hints, sum_g2},
    },
};
use alloc::{format, vec, vec::Vec};
use alloy_primitives::B256;
use mpt_proof::{
    builder::{self, OrderedTrie, receipts},
    rlp::Item,
};

/// Why no update can be made of these headers and keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A header is not one, or its seal is not.
    #[error(transparent)]
    Sealed(#[from] sealed::Error),
    /// MAP-7, MAP-12, MAP-14: the signers are not of the set, or the set is none.
    #[error(transparent)]
    Set(#[from] super::Error),
    /// A signer's key on G2 is no point of the prime-order subgroup, or nobody signed.
    #[error("the signers' keys on G2 have no sum")]
    Key,
    /// A header of 65,536 bytes or more.
    #[error("header of {length} bytes")]
    HeaderLength {
        /// Its length.
        length: usize,
    },
}

/// A validator's keys: the same multiple of the generator on both groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validator {
    /// On G1.
    pub g1: G1,
    /// On G2.
    pub g2: G2,
}

/// The commitment to a set of validators, in their order.
///
/// # Errors
///
/// MAP-14: [`SetSize`](super::Error::SetSize), [`InvalidKey`](super::Error::InvalidKey),
/// [`DuplicateKey`](super::Error::DuplicateKey).
pub fn commitment(keys: &[G1]) -> Result<B256, super::Error> {
    Ok(Set::checked(&Arkworks, keys)?.commitment())
}

/// An [`Update`](super::Update) that owns its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedUpdate {
    /// Keys of the set that signs the first header.
    pub keys: Vec<G1>,
    /// Their sum.
    pub total: G1,
    /// One or more.
    pub headers: Vec<OwnedHeader>,
}

/// A [`PackedHeader`](super::PackedHeader) that owns its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of `PackedHeader`")]
pub struct OwnedHeader {
    pub header: Vec<u8>,
    pub round: Vec<u8>,
    pub signers: Vec<u8>,
    pub signature: G1,
    pub key: G2,
    pub hints: [OwnedHint; 2],
}

impl OwnedUpdate {
    /// The update that carries `headers`, RLP as nodes serve them, of which the first is signed by `validators`. Also the set that
    /// signs after the last of them.
    ///
    /// # Errors
    ///
    /// [`Error`].
    pub fn new<H: AsRef<[u8]>>(
        config: &Config,
        validators: &[Validator],
        headers: &[H],
    ) -> Result<(Self, Vec<Validator>), Error> {
        config.validate()?;
        let mut set = validators.to_vec();
        let keys: Vec<G1> = set.iter().map(|validator| validator.g1).collect();
        let total = *Set::checked(&Arkworks, &keys)?.total();
        let mut packed = Vec::new();
        for header in headers {
            let header = OwnedHeader::new(&set, &SealedHeader::split(header.as_ref())?)?;
            if config.ends_epoch(Header::read(&header.header)?.number) {
                set = next_set(&set, &header.header)?;
            }
            packed.push(header);
        }
        Ok((Self { keys, total, headers: packed }, set))
    }

    /// The bytes (MAP-1).
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let size = u16::try_from(self.keys.len()).unwrap_or(u16::MAX);
        let mut bytes = size.to_be_bytes().to_vec();
        self.keys.iter().for_each(|key| bytes.extend(key.0));
        bytes.extend(self.total.0);
        self.headers.iter().for_each(|header| header.write(&mut bytes));
        bytes
    }
}

impl OwnedHeader {
    /// A header and its seal by a set of validators.
    ///
    /// # Errors
    ///
    /// [`BitBeyondSet`](super::Error::BitBeyondSet), [`Error::Key`], [`Error::HeaderLength`].
    pub fn new(validators: &[Validator], sealed: &SealedHeader<'_>) -> Result<Self, Error> {
        let header = sealed.as_hashed();
        if u16::try_from(header.len()).is_err() {
            return Err(Error::HeaderLength { length: header.len() });
        }
        let mut signers = vec![0; validators.len().div_ceil(8)];
        for (to, from) in signers.iter_mut().rev().zip(sealed.signers.iter().rev()) {
            *to = *from;
        }
        // Bits beyond the set that fit are the client's to refuse.
        let size = validators.len() as u64;
        match Bits(sealed.signers).highest() {
            Some(bit) if bit >= 8 * signers.len() as u64 => {
                return Err(super::Error::BitBeyondSet { bit, size }.into());
            }
            _ => {}
        }
        let bits =
            signers.iter().rev().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1));
        let signing = validators.iter().zip(bits).filter(|(_, signs)| *signs);
        let key = sum_g2(signing.map(|(validator, _)| &validator.g2)).ok_or(Error::Key)?;
        let message = [sealed.block_hash().as_slice(), sealed.round, &[2]].concat();
        Ok(Self {
            header,
            round: sealed.round.to_vec(),
            signers,
            signature: sealed.signature,
            key,
            hints: hints(&message),
        })
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(u16::try_from(self.header.len()).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend(&self.header);
        bytes.push(u8::try_from(self.round.len()).unwrap_or(u8::MAX));
        bytes.extend(&self.round);
        bytes.extend(&self.signers);
        bytes.extend(self.signature.0);
        bytes.extend(self.key.0);
        for hint in &self.hints {
            bytes.push(u8::try_from(hint.roots.len()).unwrap_or(u8::MAX));
            bytes.extend(hint.inverse);
            hint.roots.iter().for_each(|root| bytes.extend(root));
        }
    }
}

/// The set after the last block of an epoch, whose header as hashed this is.
///
/// # Errors
///
/// MAP-2, MAP-10, and as in MAP-12 for a set that is none.
pub fn next_set(validators: &[Validator], header: &[u8]) -> Result<Vec<Validator>, Error> {
    let extra = Header::read(header)?.extra;
    let change = Change::read(extra)?;
    let mut set = Set::checked(&Arkworks, &keys_of(validators))?;
    set.change(&Arkworks, &change)?;
    let kept = validators.iter().enumerate().filter(|(place, _)| !change.removed.bit(*place));
    let mut next: Vec<Validator> = kept.map(|(_, validator)| *validator).collect();
    let items = extra_items(extra)?;
    let mut keys = items
        .as_slice()
        .get(1)
        .map_or(Ok(&[][..]), |keys| keys.list())
        .map_err(super::Error::from)?;
    for g1 in change.added() {
        let g2 = G2(*Item::read(&mut keys).and_then(Item::fixed).map_err(super::Error::from)?);
        next.push(Validator { g1, g2 });
    }
    Ok(next)
}

fn keys_of(validators: &[Validator]) -> Vec<G1> {
    validators.iter().map(|validator| validator.g1).collect()
}

/// The trie of all receipts of a block. The last block of an epoch has one more than it has transactions: that of the block itself,
/// which nodes serve with a transaction hash of zero and which stands behind the others.
///
/// `receipts` is the answer to `eth_getBlockReceipts`; `block_receipt` the one more when that answer lacks it, as JSON.
///
/// # Errors
///
/// Those of [`receipts::from_json`] and [`receipts::trie`].
pub fn receipts_trie(
    receipts: &str,
    block_receipt: Option<&str>,
    receipts_root: &B256,
) -> Result<OrderedTrie, builder::Error> {
    let mut all = receipts::from_json(receipts)?;
    if let Some(receipt) = block_receipt {
        for mut receipt in receipts::from_json(&format!("[{receipt}]"))? {
            receipt.transaction_index = Some(all.len() as u64);
            all.push(receipt);
        }
    }
    receipts::trie(&all, receipts_root)
}

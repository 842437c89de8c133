//! From a verified block hash to the block itself or to an ancestor of it, by parent hashes. Clause ANC-1.

use crate::{
    header::{self, Header},
    verified::{Path, Verified},
};
use alloy_primitives::B256;
use mpt_proof::Fault;

/// Why a list of headers does not lead from the trusted hash to a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// ANC-1: no header was given.
    #[error("no header")]
    Empty,
    /// HDR-1, HDR-2 or RLP: a header of the list cannot be opened.
    #[error(transparent)]
    Header(#[from] header::Error),
}

impl Error {
    /// Always [`Fault::Prover`].
    #[must_use]
    pub const fn fault(&self) -> Fault {
        Fault::Prover
    }
}

/// Opens `headers`, newest first, under `trusted_hash`. Returns hash and header of the last one, the proven block.
///
/// Established: the block is the one with `trusted_hash` or an ancestor of it. What `trusted_hash` rests on is the caller's
/// matter; for a hash that a client has verified, `beacon::Head::open` keeps account of it.
///
/// # Errors
///
/// ANC-1; then HDR-1, HDR-2 and RLP for each header, in order.
pub fn open_chain<H: AsRef<[u8]>>(
    trusted_hash: &B256,
    headers: &[H],
) -> Result<(B256, Header), Error> {
    let (newest, older) = headers.split_first().ok_or(Error::Empty)?;
    let mut hash = *trusted_hash;
    let mut header = Header::open(newest.as_ref(), &hash)?;
    for bytes in older {
        hash = header.parent_hash;
        header = Header::open(bytes.as_ref(), &hash)?;
    }
    Ok((hash, header))
}

/// The block that [`open_chain`] proves.
///
/// `trusted_hash` must have been verified for `chain_id` under the assumptions of `path`.
pub(crate) fn open<H: AsRef<[u8]>>(
    chain_id: u64,
    trusted_hash: B256,
    path: Path,
    headers: &[H],
) -> Result<Verified, Error> {
    let (hash, header) = open_chain(&trusted_hash, headers)?;
    Ok(Verified::new(chain_id, hash, &header, path))
}

//! The receipts of many transactions of a block at once.

use super::{Receipt, TypePolicy, index_key};
use crate::{
    batch::{Batch, Error, included},
    rlp,
};
use core::iter;

/// Establishes the receipts of the transactions at `indices`, out of a batch under a receipts root.
///
/// The indices come in the order of their keys: [`in_key_order`] gives all of a block.
///
/// # Errors
///
/// Those of [`Batch::inclusion`], with that of [`Receipt::decode`] for each item behind those of
/// its walk.
pub fn prove_many<'p, C, I>(
    batch: Batch<'_, I>,
    indices: impl IntoIterator<Item = u64>,
    policy: TypePolicy,
) -> Result<C, Error>
where
    C: FromIterator<Receipt<'p>>,
    I: Iterator<Item = Result<&'p [u8], rlp::Error>>,
{
    prove_each(batch, indices, policy, |_, receipt| Ok(receipt))
}

/// The same, with what `read` makes of each receipt: the logs that are asked for, say. Given to it
/// is the place in the batch too.
///
/// # Errors
///
/// Those of [`Batch::inclusion`], with those of [`Receipt::decode`] and of `read` for each item
/// behind those of its walk.
pub fn prove_each<'p, C, I, T>(
    batch: Batch<'_, I>,
    indices: impl IntoIterator<Item = u64>,
    policy: TypePolicy,
    mut read: impl FnMut(u64, Receipt<'p>) -> Result<T, super::Error>,
) -> Result<C, Error>
where
    C: FromIterator<T>,
    I: Iterator<Item = Result<&'p [u8], rlp::Error>>,
{
    batch.read(indices.into_iter().map(index_key), |item, outcome| {
        let receipt = Receipt::decode(included(item, outcome)?, policy);
        let read = receipt.and_then(|receipt| read(item, receipt));
        read.map_err(|error| Error::Receipt { item, error })
    })
}

/// The indices below `count` in the order of their keys: 1…127, 0, 128….
pub fn in_key_order(count: u64) -> impl Iterator<Item = u64> {
    // Zero is the empty string, whose encoding 0x80 is behind the bytes that encode themselves.
    let zero = iter::once(0).take(usize::from(count > 0));
    (1..count.min(0x80)).chain(zero).chain(0x80..count)
}

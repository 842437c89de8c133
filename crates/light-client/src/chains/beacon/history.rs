//! Blocks that are too old for any proof of section 5: by the historical summaries of the beacon state.
//!
//! Every so many slots (8192), a state stores the root of its list of block roots and starts over; from Capella on in the list
//! `historical_summaries`, which is never cut. So the state that a head's execution header names, which
//! [`Head::ancestor`] starts from as well, commits to every block since Capella. This exists in Rust alone: a prover that
//! meets old blocks is not on a chain.
//!
//! A proof is laid out as ANC-3 has it, with 3 in the first byte, and checked in the same order. Two things differ. The slot of
//! the older block must lie in a span that is over and began in Capella or later, `BeaconSlot` otherwise. And the older block's
//! root is in that span's summary:
//!
//! ```text
//! historical_summaries · 2             the list without its length
//!   · 2²⁴ + (span − span of Capella)   the summary; it has two fields
//!   · 2                                its block_summary_root
//!   · slots per historical root + slot mod slots per historical root
//! ```

use super::{Config, Error as BeaconError, Head, IndexSet, Pair, ancestry::Parts};
use crate::ancestry::{Ancestor, Error};
use alloy_primitives::B256;

/// First byte of a proof by historical summaries.
pub const SUMMARIES: u8 = 3;

/// The most summaries that a state can hold.
const SUMMARIES_LIMIT: u64 = 1 << 24;

/// The block that `proof` proves: one of a span of slots that was over before the head's block.
///
/// Nothing is assumed beyond the assumptions of the head. `config` must be that of the client which verified the head, with all
/// fork rows from Capella's on.
///
/// # Errors
///
/// ANC-2 and ANC-3 with the differences named in the [module](self); [`UnknownFork`](BeaconError::UnknownFork) when the
/// configuration does not tell where Capella began; [`Config`](BeaconError::Config) for one that no client takes.
pub fn ancestor(head: &Head, config: &Config<'_>, proof: &[u8]) -> Result<Ancestor, Error> {
    let trusted_hash = head.block_hash();
    let block_hash = match proof.first() {
        Some(&SUMMARIES) => block_hash(config, &trusted_hash, proof)?,
        Some(&kind) => return Err(Error::Kind { kind }),
        None => trusted_hash,
    };
    Ok(head.proves(block_hash))
}

/// The hash of an older block, by a `proof` whose first byte has been looked at.
pub(crate) fn block_hash(
    config: &Config<'_>,
    trusted_hash: &B256,
    proof: &[u8],
) -> Result<B256, Error> {
    let parts = Parts::open(config, trusted_hash, proof)?;
    let Pair { outer_slot: anchor, inner_slot: slot, .. } = parts.pair;
    let place = summary_place(config, slot, anchor)?;
    parts.execution_block_hash(config, |outer| summarized_root(config, outer, place, slot))
}

/// Whether the state of slot `anchor` has a summary that covers `slot`.
#[cfg(feature = "builder")]
pub(crate) fn is_summarized(config: &Config<'_>, slot: u64, anchor: u64) -> bool {
    summary_place(config, slot, anchor).is_ok()
}

/// Which summary in the state of slot `anchor` covers `slot`.
fn summary_place(config: &Config<'_>, slot: u64, anchor: u64) -> Result<u64, Error> {
    let span = |slot: u64| slot / config.slots_per_historical_root;
    let first = span(capella_slot(config)?);
    match span(slot).checked_sub(first) {
        Some(place) if span(slot) < span(anchor) && place < SUMMARIES_LIMIT => Ok(place),
        _ => Err(Error::BeaconSlot { slot, anchor }),
    }
}

/// Generalized index of a block's root in a state with this index set, below its summary.
fn summarized_root(config: &Config<'_>, outer: IndexSet, place: u64, slot: u64) -> Option<u64> {
    let length = config.slots_per_historical_root;
    let summary = outer.historical_summaries()? * 2 * SUMMARIES_LIMIT + place;
    (summary * 2).checked_mul(length)?.checked_add(slot % length)
}

/// First slot of the first fork that proves execution blocks, which is where summaries begin.
fn capella_slot(config: &Config<'_>) -> Result<u64, BeaconError> {
    let missing = |epoch| BeaconError::UnknownFork { epoch };
    let place = config.forks.iter().position(|fork| fork.index_set.has_execution());
    let fork = place.and_then(|place| config.forks.get(place)).ok_or(missing(u64::MAX))?;
    // Of a first row that is later than Capella, it is not known how much later.
    if place == Some(0) && fork.index_set != IndexSet::Capella && fork.epoch != 0 {
        return Err(missing(fork.epoch - 1));
    }
    Ok(fork.epoch.saturating_mul(config.slots_per_epoch))
}

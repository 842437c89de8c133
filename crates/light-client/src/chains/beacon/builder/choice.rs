//! Which of several updates to send.

use crate::beacon::{
    BeaconHeader, Config,
    spec::{LightClientFinalityUpdate, LightClientUpdate, SyncAggregate},
};
use core::cmp::Reverse;

/// An object that a sync committee signed and that finalizes a header.
pub trait Finalizing {
    /// The header that is final.
    fn finalized(&self) -> &BeaconHeader;

    /// Who signed.
    fn aggregate(&self) -> &SyncAggregate;

    /// Slot of the block that carries the signature.
    fn signature_slot(&self) -> u64;
}

/// The update to send: of those that a quorum signed, the newest finalized header; of those that finalize it, the one with the fewest
/// absent members, which is the cheapest; of those, the one signed first.
///
/// Every block of an epoch or two finalizes the same checkpoint, each with another set of absent members. Whoever collects what a
/// node serves for some minutes and chooses then usually finds one from which none or one is absent.
///
/// Nothing is verified here: an object that lies about its finalized header is refused by the builder or by the client.
pub fn choose<'u, U: Finalizing>(
    config: &Config<'_>,
    updates: impl IntoIterator<Item = &'u U>,
) -> Option<&'u U> {
    let signed = |update: &&U| update.aggregate().participants() as u64 >= config.quorum();
    updates.into_iter().filter(signed).max_by_key(|update| {
        let participants = update.aggregate().participants();
        (update.finalized().slot, participants, Reverse(update.signature_slot()))
    })
}

impl Finalizing for LightClientUpdate {
    fn finalized(&self) -> &BeaconHeader {
        &self.finalized_header.beacon
    }

    fn aggregate(&self) -> &SyncAggregate {
        &self.sync_aggregate
    }

    fn signature_slot(&self) -> u64 {
        self.signature_slot
    }
}

impl Finalizing for LightClientFinalityUpdate {
    fn finalized(&self) -> &BeaconHeader {
        &self.finalized_header.beacon
    }

    fn aggregate(&self) -> &SyncAggregate {
        &self.sync_aggregate
    }

    fn signature_slot(&self) -> u64 {
        self.signature_slot
    }
}

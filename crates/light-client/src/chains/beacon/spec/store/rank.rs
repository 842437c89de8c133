//! Which of two updates is the better one to have.

use super::{SyncProtocol, is_finality_update, is_sync_committee_update, slot};
use crate::{beacon::spec::LightClientUpdate, crypto::Bls};
use core::cmp::Reverse;

impl<B: Bls> SyncProtocol<'_, B> {
    /// `is_better_update`: whether `new` ranks above `old`. Both are valid.
    ///
    /// Two thirds of the committee are better than fewer, where more are better than less; then a next committee of the
    /// signature's period, a finalized header, one of the attested period, more participants, the older header, the earlier
    /// signature.
    pub fn is_better_update(&self, new: &LightClientUpdate, old: &LightClientUpdate) -> bool {
        self.rank(new) > self.rank(old)
    }

    fn rank(&self, update: &LightClientUpdate) -> impl Ord + use<B> {
        let period = |slot| self.config.period(slot);
        let participants = update.sync_aggregate.participants();
        let supermajority = participants as u64 * 3 >= self.config.committee_size * 2;
        let attested_period = period(slot(&update.attested_header));
        let finality = is_finality_update(update);
        (
            supermajority,
            if supermajority { 0 } else { participants },
            is_sync_committee_update(update) && attested_period == period(update.signature_slot),
            finality,
            finality && attested_period == period(slot(&update.finalized_header)),
            participants,
            Reverse(slot(&update.attested_header)),
            Reverse(update.signature_slot),
        )
    }
}

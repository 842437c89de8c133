//! When a light client is looked at.

use super::Keeper;
use crate::{
    chain::Chain,
    clock::Millis,
    messenger::millis,
    role::{Failed, Pace, Role},
};
use std::sync::PoisonError;

/// How often a client is looked at that nobody waits for.
const IDLE: Millis = 12_000;

impl Keeper {
    /// How long until it is looked at again: a quarter of a block while someone waits, so that a block is hardly ever lost by it.
    fn interval(&self, waits: bool) -> Millis {
        let block = millis(self.on.config().block_seconds);
        if waits {
            (block / 4).clamp(250, 4_000)
        } else {
            block.saturating_mul(4).clamp(1_000, IDLE)
        }
    }

    pub(super) fn pace(&self, waits: bool) -> Pace {
        Pace::At(self.clock.now().saturating_add(self.interval(waits)))
    }

    /// How often nodes of either chain have said that there is a new block.
    pub(super) fn rung(&self) -> u64 {
        let of = |chain: &Chain| *chain.wakes().borrow();
        of(&self.on).wrapping_add(of(&self.follows))
    }

    /// When it is next to be looked at, if that is not now. The store changes far more often than a chain does.
    pub(super) async fn later(&self) -> Result<Option<Millis>, Failed> {
        let looked = *self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((looked, rung)) = looked else { return Ok(None) };
        let now = self.clock.now();
        if now >= looked.saturating_add(self.interval(false)) {
            return Ok(None);
        }
        let demand = self.store.demand(self.follows.id(), self.on.id()).await;
        let waits = demand.map_err(|e| Failed::new(self.name(), e))?.is_some();
        if waits && rung != self.rung() {
            return Ok(None);
        }
        let next = looked.saturating_add(self.interval(waits));
        Ok((now < next).then_some(next))
    }
}

//! Who sends for a signer: one process at a time, and each process for about as many signers as the others.

use super::{Stop, Writer, memory::Memory};
use crate::{clock::Millis, store::Lease};
use tracing::{debug, info};

/// How many looks at the chain a signer that was given up is left to others.
const LEFT: Millis = 6;

/// Shortest wait for a signer that another instance has, in milliseconds.
const SHORTEST: Millis = 50;

impl Writer {
    /// The lease of the signer; `None` while another instance sends for it.
    ///
    /// An instance that has no signer of the chain says so. One that has several gives one up then: what is under way is known to the
    /// store, and whoever has it next goes on with it.
    pub(super) async fn own(
        &self,
        memory: &mut Memory,
        now: Millis,
    ) -> Result<Option<Lease>, Stop> {
        let (me, chain) = (self.signer.address(), self.chain.name());
        let wish = format!("wish:{}", self.chain.id());
        if memory.given_up.is_some_and(|at| now < at + LEFT * self.poll()) {
            return Ok(None);
        }
        memory.given_up = None;
        let lease = self.store.lease(&self.lease_name(), self.lease_time()).await?;
        self.desk.hold(me, lease.is_some());
        let Some(lease) = lease else {
            debug!(chain, signer = %me, "another instance sends for this signer");
            if self.desk.held() == 0 {
                self.store.lease(&wish, 3 * self.poll()).await?;
            }
            return Ok(None);
        };
        if self.desk.held() > 1
            && self.store.with_others_until(&wish).await?.is_some()
            && self.desk.give_up(me)
        {
            info!(chain, signer = %me, "another instance has no signer here: it sends for this one from now on");
            memory.given_up = Some(now);
            self.store.release(&lease).await?;
            return Ok(None);
        }
        Ok(Some(lease))
    }

    /// When to ask again whether the signer is free: as soon as its lease ends, if nobody renews it before.
    pub(super) async fn ask_again(&self, now: Millis) -> Result<Millis, Stop> {
        let soon = now + self.poll();
        let until = self.store.with_others_until(&self.lease_name()).await?;
        Ok(until.map_or(soon, |until| soon.min(until.saturating_add(1)).max(now + SHORTEST)))
    }
}

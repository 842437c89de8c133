//! What is known of a light client, put where everyone can see it.

use super::{Keeper, State};
use crate::{
    domain::{BlockRef, Reason},
    role::{Failed, Role},
    store::ClientRow,
};
use alloy_primitives::Address;
use std::sync::PoisonError;

impl Keeper {
    /// How the light client was doing when it was last looked at, in words; empty when all was well.
    pub fn detail(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Its contract, once that is known.
    pub fn address(&self) -> Option<Address> {
        self.configured.or_else(|| self.address.get().copied())
    }

    /// Stores what is known of the client and wakes who waited for its head.
    pub(super) async fn show(&self, state: &State, detail: String) -> Result<(), Failed> {
        let failed = |e| Failed::new(self.name(), e);
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&detail);
        let (chain, follows) = (self.on.name().to_owned(), self.follows.name().to_owned());
        if let Some(expires) = state.standing.expires {
            let left = expires.saturating_sub(state.standing.now);
            gauge("heliograph_client_seconds_to_expiry", &chain, &follows, left);
        }
        let Some((head, time)) = state.newest else {
            if detail.is_empty() {
                return Ok(());
            }
            tracing::warn!(chain, follows, detail, "light client");
            // What was last known of it stays, but for how it is doing.
            let known = self.store.clients().await.map_err(failed)?;
            let (on, of) = (self.on.id(), self.follows.id());
            let known = known.into_iter().find(|row| row.on_chain == on && row.follows == of);
            if let Some(row) = known {
                let row = ClientRow { detail, checked_at: self.clock.now(), ..row };
                self.store.put_client(row).await.map_err(failed)?;
            }
            return Ok(());
        };
        gauge("heliograph_client_head", &chain, &follows, head.number);
        let age = state.standing.now.saturating_sub(time);
        gauge("heliograph_client_head_age_seconds", &chain, &follows, age);
        let row = ClientRow {
            on_chain: self.on.id(),
            follows: self.follows.id(),
            address: state.address,
            head_id: head.id,
            head: BlockRef { number: head.number, hash: head.hash },
            head_time: time,
            expires_at: state.standing.expires,
            detail,
            checked_at: self.clock.now(),
        };
        self.store.put_client(row).await.map_err(failed)?;
        // Once for each head: what is in hand just then is decided anew.
        if *self.woken.lock().unwrap_or_else(PoisonError::into_inner) == Some(head) {
            return Ok(());
        }
        let (source, destination) = (self.follows.id(), self.on.id());
        let woken = self.store.wake(source, destination, head.number, Reason::Header).await;
        let woken = woken.map_err(failed)?;
        *self.woken.lock().unwrap_or_else(PoisonError::into_inner) = Some(head);
        if woken > 0 {
            tracing::info!(
                chain,
                follows,
                head = head.number,
                woken,
                "messages go on: the light client knows their blocks"
            );
        }
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "metrics are floating-point numbers")]
fn gauge(name: &'static str, chain: &str, follows: &str, value: u64) {
    let labels = [("chain", chain.to_owned()), ("follows", follows.to_owned())];
    metrics::gauge!(name, &labels).set(value as f64);
}

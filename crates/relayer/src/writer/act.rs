//! What a plan says, done.

use super::{
    Stop, Writer,
    driver::Shift,
    fees::{self, Price},
    nonce::{Action, Found, Progress, Slot},
    nothing::Nothing,
    send::Unsigned,
    take::words,
};
use crate::{
    chain::CallError,
    domain::{Outgoing, OutgoingState, Purpose, Reason},
    store::Mark,
};
use alloy_primitives::U256;
use tracing::{debug, error, info, warn};

impl Writer {
    /// Carries out one action of a plan.
    pub(super) async fn carry_out(
        &self,
        action: Action,
        shift: &mut Shift<'_>,
    ) -> Result<(), Stop> {
        match action {
            Action::Finish(id) => self.finish(id, shift).await,
            Action::Yield(id) => {
                self.over(id, Mark::Abandoned { wei: U256::ZERO }, "abandoned", shift).await
            }
            Action::Lose(id) => {
                let (chain, signer) = (self.chain.name(), self.signer.address());
                error!(chain, id, %signer, "its nonce was used by a transaction that is not ours: who else has this key?");
                self.over(id, Mark::Lost, "lost", shift).await
            }
            Action::Adopt(id, block) => {
                info!(chain = self.chain.name(), id, block = block.number, "mined");
                Ok(self.store.mark(&shift.lease, id, Mark::Mined(block)).await?)
            }
            Action::Unmine(id) => {
                warn!(chain = self.chain.name(), id, "the block that it was in was replaced");
                if let Some(row) = shift.open.get_mut(&id) {
                    (row.state, row.mined) = (OutgoingState::Sent, None);
                }
                Ok(self.store.mark(&shift.lease, id, Mark::Unmined).await?)
            }
            Action::Resync(next) => {
                let (chain, signer) = (self.chain.name(), self.signer.address());
                let was = std::mem::replace(&mut shift.next, next);
                info!(chain, %signer, was, next, "nonces were used by others");
                Ok(self.store.set_next_nonce(&shift.lease, self.chain.id(), signer, next).await?)
            }
            Action::Fill(nonce) => {
                let nothing = Nothing::Fill(self.chain.id(), self.signer.address(), nonce);
                let price = fees::nothing(shift.sight.market, &self.caps, None);
                self.do_nothing(nothing, nonce, price.ok(), shift).await
            }
            Action::Cancel(id, nonce) => self.cancel(id, nonce, shift).await,
            Action::Broadcast(id) => self.offer(id, shift).await,
            Action::Raise(id) => self.raise(id, shift).await,
            // Calls are taken one by one, each after a look at it.
            Action::Take(..) => Ok(()),
        }
    }

    async fn finish(&self, id: i64, shift: &mut Shift<'_>) -> Result<(), Stop> {
        let (Some(ended), Some(row)) = (shift.sight.ended.get(&id).copied(), shift.open.get(&id))
        else {
            return Ok(());
        };
        let (gas_used, wei) = (ended.gas_used, ended.wei);
        let (chain, purpose, block) = (self.chain.name(), row.call.purpose, ended.block.number);
        metrics::counter!("heliograph_spent_wei_total", "chain" => chain.to_owned())
            .increment(wei.saturating_to());
        if ended.succeeded {
            info!(chain, id, %purpose, block, gas_used, %wei, "final");
            return self.over(id, Mark::Final { gas_used, wei }, "final", shift).await;
        }
        let call = self.chain.call(row.call.to, row.call.data.clone(), Some(self.signer.address()));
        let now = match call.await {
            Err(CallError::Reverted(data)) => format!("; now {}", words(&data)),
            Ok(_) => "; now it would not".to_owned(),
            Err(CallError::Node(_)) => String::new(),
        };
        let detail =
            format!("it failed in block {block} with {gas_used} of {} gas{now}", row.call.gas);
        warn!(chain, id, %purpose, %wei, detail, "reverted");
        self.over(id, Mark::Reverted { gas_used, wei, detail }, "reverted", shift).await
    }

    async fn over(
        &self,
        id: i64,
        mark: Mark,
        how: &'static str,
        shift: &mut Shift<'_>,
    ) -> Result<(), Stop> {
        self.store.mark(&shift.lease, id, mark).await?;
        shift.sight.slots.retain(|slot| slot.id != id);
        if let Some(row) = shift.open.remove(&id) {
            self.ends(&row, how);
        }
        Ok(())
    }

    async fn cancel(&self, id: i64, nonce: u64, shift: &mut Shift<'_>) -> Result<(), Stop> {
        let last = shift.open.get(&id).and_then(|row| row.bids.last()).map(Price::from);
        let market = shift.sight.market;
        match fees::nothing(market, &self.caps, last) {
            Ok(price) => self.do_nothing(Nothing::Cancel(id), nonce, Some(price), shift).await,
            // The market is not in the way, but its own bid, of a time with other limits: then it has to go through.
            Err(_) if fees::nothing(market, &self.caps, None).is_ok() => {
                self.offer(id, shift).await
            }
            Err(dear) => {
                debug!(chain = self.chain.name(), id, nonce, %dear, "not cancelled yet");
                Ok(())
            }
        }
    }

    /// Uses a nonce with nothing.
    async fn do_nothing(
        &self,
        nothing: Nothing,
        nonce: u64,
        price: Option<Price>,
        shift: &mut Shift<'_>,
    ) -> Result<(), Stop> {
        let Some(price) = price else {
            debug!(chain = self.chain.name(), nonce, "gas is too dear even to do nothing");
            return Ok(());
        };
        let chain = self.chain.id();
        let id = self.store.queue(nothing.call(chain, self.signer.address())).await?;
        let row = self.store.outgoing(id).await?;
        warn!(chain = self.chain.name(), id, nonce, why = %nothing, "uses a nonce with nothing");
        self.sign_and_offer(row, nonce, price, shift).await.map(|_| ())
    }

    async fn offer(&self, id: i64, shift: &mut Shift<'_>) -> Result<(), Stop> {
        let Some(row) = shift.open.get(&id) else { return Ok(()) };
        self.broadcast(&mut shift.lease, row, &shift.sight, shift.memory).await
    }

    async fn raise(&self, id: i64, shift: &mut Shift<'_>) -> Result<(), Stop> {
        let Some(row) = shift.open.get(&id).cloned() else { return Ok(()) };
        let (Some(nonce), Some(first), Some(last)) = (row.nonce, row.bids.first(), row.bids.last())
        else {
            return Ok(());
        };
        let bids = (Price::from(first), Price::from(last), row.bids.len());
        let purse = (row.call.purpose != Purpose::Nothing).then(|| self.purse(&row));
        match fees::next(bids, shift.sight.market, &self.caps, purse.as_ref()) {
            Ok(price) => {
                let signed = self.sign_and_offer(row, nonce, price, shift).await?;
                if signed {
                    metrics::counter!("heliograph_replacements_total", "chain" => self.chain.name().to_owned()).increment(1);
                    return Ok(());
                }
                self.offer(id, shift).await
            }
            Err(dear) => {
                self.note(&shift.lease, &row, dear.reason, dear.to_string()).await?;
                if shift.sight.moved { self.offer(id, shift).await } else { Ok(()) }
            }
        }
    }

    /// Signs at a price, stores that, and sends it; whether it did.
    pub(super) async fn sign_and_offer(
        &self,
        row: Outgoing,
        nonce: u64,
        price: Price,
        shift: &mut Shift<'_>,
    ) -> Result<bool, Stop> {
        let (chain, id) = (self.chain.name(), row.id);
        self.keep(&mut shift.lease).await?;
        match self.sign(&shift.lease, &row, nonce, price, shift.next).await? {
            Ok(signed) => {
                shift.next = shift.next.max(nonce.saturating_add(1));
                shift.sight.slots.retain(|slot| slot.id != id);
                shift.sight.slots.push(new_slot(&signed, nonce));
                shift.open.insert(id, signed);
                self.offer(id, shift).await?;
                return Ok(true);
            }
            Err(Unsigned::Gone(why)) => debug!(chain, id, why, "nothing was signed"),
            Err(Unsigned::Busy) => debug!(chain, id, "another instance spends at this moment"),
            Err(Unsigned::Key(problem)) => {
                error!(chain, id, signer = %self.signer.address(), problem, "the key does not sign");
                if row.state == OutgoingState::Queued && row.call.purpose != Purpose::Nothing {
                    self.hold(&shift.lease, &row, Reason::Limit, problem).await?;
                }
            }
            Err(Unsigned::Refused(refusal)) => {
                let queued =
                    row.state == OutgoingState::Queued && row.call.purpose != Purpose::Nothing;
                match (queued, refusal.passes()) {
                    (true, true) => {
                        self.hold(&shift.lease, &row, refusal.reason(), refusal.to_string())
                            .await?;
                    }
                    (true, false) => {
                        self.refuse(&shift.lease, &row, refusal.reason(), refusal.to_string())
                            .await?;
                    }
                    (false, _) => {
                        self.note(&shift.lease, &row, refusal.reason(), refusal.to_string())
                            .await?;
                    }
                }
            }
        }
        Ok(false)
    }
}

/// What was signed just now.
const fn new_slot(row: &Outgoing, nonce: u64) -> Slot {
    Slot {
        id: row.id,
        nonce,
        nothing: matches!(row.call.purpose, Purpose::Nothing),
        progress: Progress::Signed,
        found: Found::Nowhere,
        wanted: true,
        pays: true,
        waited: 0,
        missing: 0,
    }
}

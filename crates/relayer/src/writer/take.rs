//! What is asked before a call takes a nonce: after that it costs something in any case.

use super::{
    Stop, Writer, fees,
    fees::{Price, Purse},
    send::commitments,
    sight::Sight,
    wanted,
};
use crate::{
    chain::CallError,
    domain::{Outgoing, Reason},
    store::{self, Lease, Mark},
};
use alloy_primitives::{Bytes, U256};
use bindings::Revert;
use tracing::{info, warn};

/// Shortest wait before a call is looked at again that nothing but time can help, in milliseconds.
const LATER: i64 = 2_000;

/// What comes of looking at a call.
#[derive(Debug)]
pub(super) enum Admission {
    /// It can be sent at this price.
    Ready(Price),
    /// It waits, or is over.
    No,
    /// This signer has too little for it; another one may have enough.
    NoBalance {
        /// What it has that is not committed.
        free: U256,
        /// What the call may cost.
        cost: U256,
    },
}

impl Writer {
    /// Whether a queued call can be sent now: it is still wanted, gas is not too dear, it would succeed, and it can be paid for. If not,
    /// the store says why.
    pub(super) async fn admit(
        &self,
        lease: &Lease,
        row: &Outgoing,
        sight: &Sight,
    ) -> Result<Admission, Stop> {
        if !self.is_wanted(row).await? {
            self.refuse(lease, row, Reason::Due, "nothing is left to be done by it".into()).await?;
            return Ok(Admission::No);
        }
        let purse = self.purse(row);
        let price = match fees::first(sight.market, &self.caps, &purse) {
            Ok(price) => price,
            Err(dear) => {
                self.hold(lease, row, dear.reason, dear.to_string()).await?;
                return Ok(Admission::No);
            }
        };
        let me = self.signer.address();
        match self.chain.estimate_gas(row.call.to, row.call.data.clone(), Some(me)).await {
            Ok(gas) if gas > row.call.gas => {
                let detail = format!("it takes {gas} gas and may use {}", row.call.gas);
                self.refuse(lease, row, Reason::Gas, detail).await?;
                return Ok(Admission::No);
            }
            Ok(_) => {}
            Err(CallError::Reverted(data)) => {
                self.refuse(lease, row, Reason::Reverted, words(&data)).await?;
                return Ok(Admission::No);
            }
            Err(CallError::Node(error)) => {
                self.hold(lease, row, Reason::Nodes, error.to_string()).await?;
                return Ok(Admission::No);
            }
        }
        let cost = U256::from(fees::cost(row.call.gas, price));
        let balance = match self.chain.balance(me).await {
            Ok(balance) => balance,
            Err(error) => {
                self.hold(lease, row, Reason::Nodes, error.to_string()).await?;
                return Ok(Admission::No);
            }
        };
        let open = self.store.outgoing_open(self.chain.id(), me).await?;
        let committed =
            commitments(open.iter()).values().fold(U256::ZERO, |a, b| a.saturating_add(*b));
        let free = balance.saturating_sub(committed);
        Ok(if free < cost { Admission::NoBalance { free, cost } } else { Admission::Ready(price) })
    }

    /// Whether what a transaction does is still to be done, by where its messages stand.
    pub(super) async fn is_wanted(&self, row: &Outgoing) -> Result<bool, Stop> {
        let mut stages = Vec::new();
        for id in self.store.messages_of(row.id).await? {
            stages.extend(self.store.message(id).await?.map(|message| message.stage));
        }
        Ok(wanted(row.call.purpose, stages))
    }

    /// What a call may cost.
    pub(super) fn purse(&self, row: &Outgoing) -> Purse {
        let limit = self.chain.config().limits.wei_per_transaction();
        Purse {
            gas: row.call.gas,
            worth: row.call.budget,
            limit: limit.map(|wei| wei.saturating_to()),
        }
    }

    /// A queued call waits.
    pub(super) async fn hold(
        &self,
        lease: &Lease,
        row: &Outgoing,
        reason: Reason,
        detail: String,
    ) -> Result<(), Stop> {
        let (chain, id) = (self.chain.name(), row.id);
        // The first time is news; that it is still so is not.
        if row.detail.starts_with(reason.as_str()) {
            tracing::debug!(chain, id, %reason, detail, "waits");
        } else {
            info!(chain, id, %reason, detail, purpose = %row.call.purpose, "waits");
        }
        let run_at = self.clock.now() + self.poll().max(LATER);
        Ok(self.store.mark(lease, row.id, Mark::Hold { reason, detail, run_at }).await?)
    }

    /// A queued call is not sent at all.
    pub(super) async fn refuse(
        &self,
        lease: &Lease,
        row: &Outgoing,
        reason: Reason,
        detail: String,
    ) -> Result<(), Stop> {
        let (chain, id) = (self.chain.name(), row.id);
        match self.store.mark(lease, id, Mark::Refused { reason, detail: detail.clone() }).await {
            Ok(()) => {}
            // Another instance has signed it or given it up in between: it looked at it in another block.
            Err(store::Error::Transition { why, .. }) => {
                tracing::debug!(chain, id, why, "it is another instance's by now");
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        }
        if reason == Reason::Due {
            info!(chain, id, detail, purpose = %row.call.purpose, "not sent");
        } else {
            warn!(chain, id, %reason, detail, purpose = %row.call.purpose, "not sent");
        }
        self.ends(row, "refused");
        Ok(())
    }
}

/// Revert data in words: the contracts' error with its arguments and its clause, if it is one of theirs.
pub(super) fn words(data: &Bytes) -> String {
    /// Bytes that are shown of what nobody knows.
    const SHOWN: usize = 68;
    match Revert::decode(data) {
        Some(error) => error.to_string(),
        None if data.is_empty() => "it reverts without data".to_owned(),
        None => {
            let shown = data.slice(..data.len().min(SHOWN));
            format!("it reverts with {shown} ({} bytes)", data.len())
        }
    }
}

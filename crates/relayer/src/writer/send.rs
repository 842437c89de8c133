//! From a price to a signature that is stored, and from there to the nodes.

use super::{Stop, Writer, fees, fees::Price, memory::Memory, sight::Sight};
use crate::{
    chain::SendAnswer,
    domain::{Bid, Outgoing, OutgoingState, Reason},
    keys::{Day, Refusal},
    store::{self, Lease, Mark},
};
use alloy_consensus::TxEip1559;
use alloy_primitives::{Address, TxKind, U256};
use std::collections::BTreeMap;
use tracing::{debug, info, warn};

/// A day, in milliseconds.
const DAY: i64 = 86_400_000;

/// Why nothing was signed now.
#[derive(Debug)]
pub(super) enum Unsigned {
    /// The operator's limits do not let it pass.
    Refused(Refusal),
    /// Another process spends on this chain at this moment.
    Busy,
    /// Someone else has taken it, or given it up, in between.
    Gone(String),
    /// The key did not sign.
    Key(String),
}

impl Writer {
    /// Signs a transaction at a price and stores the signature, with `next` as the nonce after all that were taken. Nothing is sent.
    pub(super) async fn sign(
        &self,
        lease: &Lease,
        row: &Outgoing,
        nonce: u64,
        price: Price,
        next: u64,
    ) -> Result<Result<Outgoing, Unsigned>, Stop> {
        let me = self.signer.address();
        let transaction = TxEip1559 {
            chain_id: row.call.chain,
            nonce,
            gas_limit: row.call.gas,
            max_fee_per_gas: price.max_fee,
            max_priority_fee_per_gas: price.tip,
            to: TxKind::Call(row.call.to),
            input: row.call.data.clone(),
            ..TxEip1559::default()
        };
        // Nobody else commits what is left between the question and the signature: not in this process, and not in another.
        let _purse = self.desk.purse.lock().await;
        let name = format!("purse:{}", self.chain.id());
        let Some(purse) = self.store.lease(&name, self.timeout() + self.timeout()).await? else {
            return Ok(Err(Unsigned::Busy));
        };
        let done = self.commit(lease, row, (me, nonce), (&transaction, &price), next).await;
        // Also when that failed: the next one is not to wait until the time of this one is up.
        let released = self.store.release(&purse).await;
        let done = done?;
        released?;
        Ok(done)
    }

    /// Asks the gate, signs, and stores the signature.
    async fn commit(
        &self,
        lease: &Lease,
        row: &Outgoing,
        (me, nonce): (Address, u64),
        (transaction, price): (&TxEip1559, &Price),
        next: u64,
    ) -> Result<Result<Outgoing, Unsigned>, Stop> {
        let day = self.day(me, nonce).await?;
        let permit = match self.gate.allow(&row.call, me, transaction, &day) {
            Ok(permit) => permit,
            Err(refusal) => return Ok(Err(Unsigned::Refused(refusal))),
        };
        let signed = match self.signer.sign(&permit).await {
            Ok(signed) => signed,
            Err(error) => return Ok(Err(Unsigned::Key(error.to_string()))),
        };
        let at = self.clock.now();
        let (hash, raw) = (signed.hash, signed.raw);
        let bid = Bid { hash, raw, max_fee: price.max_fee, tip: price.tip, at };
        let next = next.max(nonce.saturating_add(1));
        match self.store.sign(lease, row.id, me, nonce, bid.clone(), next).await {
            Ok(()) => Ok(Ok(with_bid(row, me, nonce, bid))),
            Err(error @ store::Error::Transition { .. }) => {
                Ok(Err(Unsigned::Gone(error.to_string())))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// What was spent and what is committed, beside what is at one nonce of a signer.
    async fn day(&self, signer: Address, nonce: u64) -> Result<Day, Stop> {
        let chain = self.chain.id();
        let spent = self.store.spent(chain, self.clock.now().div_euclid(DAY)).await?;
        let rows = self.store.outgoing_all_open(chain).await?;
        let beside = |row: &&Outgoing| (row.signer, row.nonce) != (Some(signer), Some(nonce));
        let committed = commitments(rows.iter().filter(beside))
            .values()
            .fold(U256::ZERO, |a, b| a.saturating_add(*b));
        let in_flight = rows
            .iter()
            .filter(beside)
            .filter(|row| row.signer == Some(signer) && waits(row))
            .count();
        Ok(Day { spent, committed, in_flight })
    }

    /// Offers the newest signed form of a transaction to all nodes, unless the lease could run out while they are asked: whoever has it
    /// then would do the same, and know more.
    pub(super) async fn broadcast(
        &self,
        lease: &mut Lease,
        row: &Outgoing,
        sight: &Sight,
        memory: &mut Memory,
    ) -> Result<(), Stop> {
        let Some(bid) = row.bids.last() else { return Ok(()) };
        self.keep(lease).await?;
        let answer = self.chain.send_raw(&bid.raw).await;
        memory.waited(bid.hash, sight.heads.latest.number);
        let (chain, id, nonce, tx) =
            (self.chain.name(), row.id, row.nonce.unwrap_or_default(), bid.hash);
        if !matches!(answer, SendAnswer::Refused(_)) {
            memory.not_refused(id);
        }
        match answer {
            SendAnswer::Accepted | SendAnswer::Known => {
                if row.state == OutgoingState::Signed {
                    info!(chain, id, nonce, %tx, purpose = %row.call.purpose, max_fee = bid.max_fee, "sent");
                    self.store.mark(lease, id, Mark::Sent).await?;
                }
            }
            // By itself, or by another: receipts tell at the next look.
            SendAnswer::NonceTooLow => debug!(chain, id, nonce, %tx, "its nonce is used already"),
            SendAnswer::Underpriced => {
                debug!(chain, id, nonce, %tx, "nodes want it to pay more");
                memory.underpriced(id);
            }
            SendAnswer::FeeCapTooLow => {
                debug!(chain, id, nonce, %tx, "it pays less than the base fee");
            }
            SendAnswer::InsufficientFunds => {
                warn!(chain, id, nonce, signer = %self.signer.address(), "the signer has too little: fund it");
                self.note(
                    lease,
                    row,
                    Reason::Balance,
                    "the signer has too little to pay for it".into(),
                )
                .await?;
            }
            SendAnswer::Full(problem) => {
                debug!(chain, id, nonce, %tx, problem, "no node takes it for now");
            }
            SendAnswer::Refused(problem) => {
                warn!(chain, id, nonce, %tx, problem, "no node takes it");
                memory.refused(id, sight.heads.latest.hash);
                self.note(lease, row, Reason::Nodes, problem).await?;
            }
            SendAnswer::Unreachable(problem) => {
                warn!(chain, id, nonce, %tx, problem, "no node says whether it has it");
                self.note(lease, row, Reason::Nodes, problem).await?;
            }
        }
        Ok(())
    }

    /// Says why an open transaction is not further, once: each time that it is said, everyone is woken.
    pub(super) async fn note(
        &self,
        lease: &Lease,
        row: &Outgoing,
        reason: Reason,
        detail: String,
    ) -> Result<(), Stop> {
        if row.detail.starts_with(reason.as_str()) {
            return Ok(());
        }
        let run_at = self.clock.now();
        Ok(self.store.mark(lease, row.id, Mark::Hold { reason, detail, run_at }).await?)
    }
}

/// A row as the store has it after a signature.
fn with_bid(row: &Outgoing, signer: Address, nonce: u64, bid: Bid) -> Outgoing {
    let mut row = row.clone();
    row.bids.push(bid);
    (row.signer, row.nonce) = (Some(signer), Some(nonce));
    if row.state == OutgoingState::Queued {
        row.state = OutgoingState::Signed;
    }
    row
}

/// Most that the open transactions can cost, by signer and nonce: of those that share one, one is mined.
pub(super) fn commitments<'r>(
    rows: impl Iterator<Item = &'r Outgoing>,
) -> BTreeMap<(Address, u64), U256> {
    let mut costs: BTreeMap<(Address, u64), U256> = BTreeMap::new();
    for row in rows {
        let (Some(signer), Some(nonce)) = (row.signer, row.nonce) else { continue };
        let cost = row.bids.iter().map(|bid| fees::cost(row.call.gas, Price::from(bid))).max();
        let entry = costs.entry((signer, nonce)).or_default();
        *entry = (*entry).max(cost.map_or(U256::ZERO, U256::from));
    }
    costs
}

/// Whether a transaction waits for a block.
const fn waits(row: &Outgoing) -> bool {
    matches!(row.state, OutgoingState::Signed | OutgoingState::Sent)
}

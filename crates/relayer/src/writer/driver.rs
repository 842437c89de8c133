//! The role: looks, plans, and carries out the plan, one signer on one chain.

use super::{
    Desk, Stop, Writer,
    desk::Load,
    fees::{self, Market},
    memory::Memory,
    nonce::{Action, Found, View},
    nothing::Nothing,
    sight::Sight,
    take::Admission,
};
use crate::{
    chain::Chain,
    clock::{Clock, Millis},
    config::Role as Kind,
    domain::{Outgoing, OutgoingState, Purpose, Reason},
    keys::{Gate, Signer},
    role::{Failed, Pace, Role},
    store::{Lease, Store},
};
use async_trait::async_trait;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use tracing::warn;

/// Most queued rows that are looked at in a step.
const QUEUE: usize = 64;

/// How long a step takes calls, in milliseconds.
const STEP: Millis = 3_000;

/// How long it takes to go on with a signer of an instance that is gone, in milliseconds: the next look at its lease, one at the chain, a
/// signature.
const TAKEOVER: Millis = 3_000;

/// At how many heads in a row no node would take a call before it is given up.
const REFUSALS: u32 = 3;

/// How often the balance is asked for while there is nothing to send: an operator is warned of a low one before it is needed.
const IDLE: Millis = 5 * 60 * 1000;

/// A step in progress: what was read and what is held.
pub(super) struct Shift<'m> {
    pub(super) lease: Lease,
    pub(super) memory: &'m mut Memory,
    pub(super) sight: Sight,
    /// Open transactions of the signer, with what was signed in this step.
    pub(super) open: BTreeMap<i64, Outgoing>,
    /// Queued transactions that fill nonces of this signer.
    pub(super) fills: BTreeMap<i64, u64>,
    pub(super) next: u64,
}

/// What queued transactions that do nothing ask for.
#[derive(Debug, Default)]
struct Requests {
    /// Nonces of this signer to be filled, by the row that asks.
    fills: BTreeMap<i64, u64>,
    /// Transactions of this signer that are no longer wanted.
    unwanted: BTreeSet<i64>,
    /// Calls that had no nonce yet, and are given up by now.
    given_up: BTreeSet<i64>,
}

impl Writer {
    /// A writer for this signer on this chain. `desk` is that of the chain: the same for all its signers in the process.
    pub fn new(
        store: Store,
        chain: Arc<Chain>,
        clock: Arc<dyn Clock>,
        signer: Arc<dyn Signer>,
        gate: Gate,
        desk: Arc<Desk>,
    ) -> Self {
        let caps = fees::Caps::new(&chain.config().fees);
        Self {
            store,
            chain,
            clock,
            signer,
            gate,
            desk,
            caps,
            memory: tokio::sync::Mutex::default(),
        }
    }

    async fn work(&self, memory: &mut Memory) -> Result<Pace, Stop> {
        let (now, me, chain) = (self.clock.now(), self.signer.address(), self.chain.id());
        let Some(lease) = self.own(memory, now).await? else {
            *memory = Memory::given_up(memory.given_up);
            self.desk.report(me, Load { waiting: 0, able: false, at: now });
            return Ok(Pace::At(self.ask_again(now).await?));
        };
        memory.under(lease.fence);
        let open = self.store.outgoing_open(chain, me).await?;
        let queued = self.store.outgoing_due(chain, None, QUEUE).await?;
        let (idle, mut calls): (Vec<_>, Vec<_>) =
            queued.into_iter().partition(|row| row.call.purpose == Purpose::Nothing);
        let Requests { fills, mut unwanted, given_up } =
            self.requests(&lease, &idle, &open).await?;
        calls.retain(|row| !given_up.contains(&row.id));
        let waiting = open.iter().filter(|row| row.mined.is_none()).count();
        self.desk.report(me, Load { waiting, able: waiting < self.in_flight(), at: now });
        if open.is_empty() && calls.is_empty() && fills.is_empty() {
            if memory.balance_at.is_none_or(|at| now - at >= IDLE) {
                memory.balance_at = Some(now);
                metrics::gauge!("heliograph_in_flight", &self.labels()).set(0.0);
                self.report_balance().await;
            }
            return Ok(Pace::At(now + self.lease_time() / 3));
        }
        // Woken without anything new: the chain is not asked again before its time.
        let again = memory.looked_at.map(|at| at + self.poll());
        let known = unwanted
            .iter()
            .chain(calls.iter().map(|row| &row.id))
            .all(|id| memory.left.contains(id));
        if let Some(again) = again.filter(|again| known && now < *again) {
            return Ok(Pace::At(again));
        }
        memory.left = unwanted.iter().copied().chain(calls.iter().map(|row| row.id)).collect();
        for row in
            open.iter().filter(|row| row.mined.is_none() && row.call.purpose != Purpose::Nothing)
        {
            if memory.refusals(row.id) >= REFUSALS || !self.is_wanted(row).await? {
                unwanted.insert(row.id);
            }
        }
        memory.keep(&open);
        let sight =
            self.look(&open, &unwanted, memory).await.map_err(|error| self.failed(error))?;
        let next = self.store.account(chain, me).await?.unwrap_or_default();
        let open = open.into_iter().map(|row| (row.id, row)).collect();
        let mut shift = Shift { lease, memory, sight, open, fills, next };
        for action in self.view(&shift, &[]).plan() {
            self.carry_out(action, &mut shift).await?;
        }
        self.drop_requests(&mut shift).await?;
        let busy = self.take_calls(calls, &mut shift, now).await?;
        shift.memory.head = Some(shift.sight.heads.latest.hash);
        shift.memory.looked_at = Some(now);
        self.report(&shift).await;
        Ok(if busy { Pace::Again } else { Pace::At(now + self.poll()) })
    }

    /// What asks for nothing to be sent: for which of our transactions, and which nonces.
    async fn requests(
        &self,
        lease: &Lease,
        idle: &[Outgoing],
        open: &[Outgoing],
    ) -> Result<Requests, Stop> {
        let mut requests = Requests::default();
        for row in idle {
            match row.call.key.parse::<Nothing>() {
                Ok(Nothing::Fill(chain, signer, nonce)) => {
                    if signer == self.signer.address() && chain == self.chain.id() {
                        requests.fills.insert(row.id, nonce);
                    }
                }
                Ok(Nothing::Abandon(id) | Nothing::Cancel(id)) => {
                    if let Some(target) = open.iter().find(|open| open.id == id) {
                        if target.mined.is_none() {
                            requests.unwanted.insert(target.id);
                        }
                        continue;
                    }
                    let target = self.store.outgoing(id).await?;
                    if target.state == OutgoingState::Queued {
                        self.refuse(
                            lease,
                            &target,
                            Reason::Due,
                            "it was given up before it was sent".into(),
                        )
                        .await?;
                        requests.given_up.insert(id);
                    } else if !target.state.is_over() {
                        // Another signer's: theirs to do.
                        continue;
                    }
                    self.refuse(lease, row, Reason::Due, format!("transaction {id} is over"))
                        .await?;
                }
                Err(error) => self.refuse(lease, row, Reason::Due, error.to_string()).await?,
            }
        }
        Ok(requests)
    }

    /// Those to fill a nonce that is no longer free. Those to cancel stay until what they cancel is over.
    async fn drop_requests(&self, shift: &mut Shift<'_>) -> Result<(), Stop> {
        let holes: BTreeSet<u64> = self.view(shift, &[]).holes().collect();
        for (id, nonce) in std::mem::take(&mut shift.fills) {
            if !holes.contains(&nonce) {
                let row = self.store.outgoing(id).await?;
                if row.state == OutgoingState::Queued {
                    self.refuse(&shift.lease, &row, Reason::Due, format!("nonce {nonce} is used"))
                        .await?;
                }
            }
        }
        Ok(())
    }

    /// All that the plan follows from.
    fn view<'a>(&self, shift: &'a Shift<'_>, ready: &'a [i64]) -> View<'a> {
        View {
            counts: shift.sight.counts,
            next: shift.next,
            slots: &shift.sight.slots,
            ready,
            in_flight: self.in_flight(),
            bump_blocks: self.chain.config().fees.bump_blocks,
            moved: shift.sight.moved,
        }
    }

    /// Gives nonces to calls while it is this signer's turn; whether there is more to do at once.
    async fn take_calls(
        &self,
        calls: Vec<Outgoing>,
        shift: &mut Shift<'_>,
        began: Millis,
    ) -> Result<bool, Stop> {
        let me = self.signer.address();
        for row in calls {
            let now = self.clock.now();
            let waiting =
                shift.sight.slots.iter().filter(|slot| slot.found == Found::Nowhere).count();
            let able = waiting < self.in_flight();
            self.desk.report(me, Load { waiting, able, at: now });
            if !able || !self.desk.is_turn_of(me, now) {
                return Ok(false);
            }
            if now - began > STEP {
                return Ok(true);
            }
            let Some(_taken) = self.desk.take(row.id) else { continue };
            match self.admit(&shift.lease, &row, &shift.sight).await? {
                Admission::No => {}
                Admission::Ready(price) => {
                    let ready = [row.id];
                    let plan = self.view(shift, &ready).plan();
                    let nonce = plan.iter().find_map(|action| match action {
                        Action::Take(id, nonce) if *id == row.id => Some(*nonce),
                        _ => None,
                    });
                    if let Some(nonce) = nonce {
                        self.sign_and_offer(row, nonce, price, shift).await?;
                    }
                }
                Admission::NoBalance { free, cost } => {
                    let (chain, id) = (self.chain.name(), row.id);
                    warn!(chain, id, signer = %me, %free, %cost, "the signer has too little: fund it");
                    self.desk.report(me, Load { waiting, able: false, at: now });
                    if !self.desk.has_others(me, now) {
                        let detail = format!(
                            "{me} has {free} wei that are not committed, and it may cost {cost}"
                        );
                        self.hold(&shift.lease, &row, Reason::Balance, detail).await?;
                    }
                    return Ok(false);
                }
            }
        }
        Ok(false)
    }

    /// Renews the lease when it could run out while nodes are asked.
    pub(super) async fn keep(&self, lease: &mut Lease) -> Result<(), Stop> {
        // A node is asked which chain it is of, and then what we want.
        if lease.until - self.clock.now() > self.timeout() * 2 {
            return Ok(());
        }
        let renewed = self.store.lease(&lease.name, self.lease_time()).await?;
        match renewed {
            Some(renewed) if renewed.fence == lease.fence => {
                *lease = renewed;
                Ok(())
            }
            _ => Err(Stop::LeaseLost),
        }
    }

    /// What an operator watches.
    async fn report(&self, shift: &Shift<'_>) {
        let labels = self.labels();
        let waiting = shift.sight.slots.iter().filter(|slot| slot.found == Found::Nowhere).count();
        metrics::gauge!("heliograph_in_flight", &labels).set(gauge(waiting as u128));
        metrics::gauge!("heliograph_nonce_gap", &labels)
            .set(gauge(self.view(shift, &[]).holes().count() as u128));
        metrics::gauge!("heliograph_nonce", &labels).set(gauge(u128::from(shift.next)));
        let Market { base_fee, .. } = shift.sight.market;
        metrics::gauge!("heliograph_base_fee_wei", &labels[..1]).set(gauge(base_fee));
        if shift.sight.moved {
            self.report_balance().await;
        }
    }

    async fn report_balance(&self) {
        if let Ok(balance) = self.chain.balance(self.signer.address()).await {
            let balance = gauge(balance.saturating_to());
            metrics::gauge!("heliograph_balance_wei", &self.labels()).set(balance);
        }
    }

    fn labels(&self) -> [(&'static str, String); 2] {
        [("chain", self.chain.name().to_owned()), ("signer", self.signer.address().to_string())]
    }

    pub(super) fn ends(&self, row: &Outgoing, how: &'static str) {
        let labels = [
            ("chain", self.chain.name().to_owned()),
            ("purpose", row.call.purpose.to_string()),
            ("end", how.to_owned()),
        ];
        metrics::counter!("heliograph_transactions_total", &labels).increment(1);
    }

    pub(super) fn lease_name(&self) -> String {
        format!("writer:{}:{:?}", self.chain.id(), self.signer.address())
    }

    /// Longest that nodes are waited for.
    #[expect(clippy::cast_possible_truncation, reason = "float to integer saturates")]
    pub(super) fn timeout(&self) -> Millis {
        (self.chain.config().rpc.timeout_seconds * 1000.0) as Millis
    }

    /// How long the signer is ours after each step. An instance that is gone is replaced within [`TAKEOVER`] after that: five seconds
    /// and three time-outs after it was last heard of, as operators are told.
    pub(super) fn lease_time(&self) -> Millis {
        self.timeout() * 3 + 5_000 - TAKEOVER
    }

    /// How often the chain is looked at while something is open.
    #[expect(clippy::cast_possible_truncation, reason = "float to integer saturates")]
    pub(super) fn poll(&self) -> Millis {
        let often = (self.chain.config().block_seconds * 500.0) as Millis;
        // The lease must not run out between two looks.
        often.clamp(50, 4_000.min(self.lease_time() / 2))
    }

    fn in_flight(&self) -> usize {
        self.chain.config().limits.in_flight.max(1)
    }

    fn failed(&self, error: crate::chain::Error) -> Stop {
        Stop::Failed(Failed::new(
            format!("{}: cannot see what became of its transactions", self.name()),
            error,
        ))
    }
}

#[async_trait]
impl Role for Writer {
    fn kind(&self) -> Kind {
        Kind::Writer
    }

    fn name(&self) -> String {
        format!("writer of {} as {}", self.chain.name(), self.signer.address())
    }

    async fn step(&self) -> Result<Pace, Failed> {
        let mut memory = self.memory.lock().await;
        match self.work(&mut memory).await {
            Ok(pace) => Ok(pace),
            Err(Stop::LeaseLost) => {
                *memory = Memory::default();
                Ok(Pace::At(self.clock.now() + self.poll()))
            }
            Err(Stop::Failed(failed)) => {
                let load = Load { waiting: 0, able: false, at: self.clock.now() };
                self.desk.report(self.signer.address(), load);
                Err(failed)
            }
            Err(Stop::Store(error)) => {
                Err(Failed::new(format!("{}: the store", self.name()), error))
            }
        }
    }
}

/// A number as gauges have them.
#[expect(clippy::cast_precision_loss, reason = "a gauge is for looking at")]
const fn gauge(number: u128) -> f64 {
    number as f64
}

//! Proves messages and delivers them. MAP calls this the Messenger.
//!
//! Nothing of what is decided here is believed by anyone: the contract takes a message with its proof only. What this role promises its
//! operator is that every transaction it asks for was verified by our own core, and succeeds at the newest block that a node of the
//! operator knows (L2); that nothing is done before the source chain calls it final (L4); and that what is wrong with one message is
//! that message's alone (L7).

pub mod batch;
pub(crate) mod deliver;
mod known;
pub mod policy;
mod single;

use crate::{
    attestor::Collector,
    chain::Chain,
    clock::{Clock, Millis},
    config::{self, Role as Kind},
    domain::{Claim, Class, Decision, NewOutgoing, Reason, Stage, Tracked, Verdict},
    lane::Inbound,
    role::{Failed, Pace, Role},
    store::{Error, Store},
};
use alloy_primitives::B256;
use async_trait::async_trait;
use policy::{Rules, Step, judge, waits};
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

/// How long messages are taken for. Questions to nodes have shorter limits.
const TAKEN: Millis = 90_000;

/// How long nothing is looked for when nothing is due and nothing changes.
const IDLE: Millis = 2_000;

/// A lane that is served.
#[derive(Clone, Debug)]
pub struct Served {
    /// How the destination hears of the source.
    pub inbound: Inbound,
    /// What the operator wants of it.
    pub rules: config::Lane,
}

/// Delivers what is sent to one chain.
#[derive(Debug)]
pub struct Messenger {
    store: Store,
    clock: Arc<dyn Clock>,
    destination: Arc<Chain>,
    lanes: BTreeMap<u64, Served>,
    attestors: Option<Arc<Collector>>,
    class: Class,
    recipient_gas: OnceLock<u64>,
}

impl Messenger {
    /// One that delivers to `destination` what comes on these lanes, of one class: each class has its own, so that a backlog is in
    /// nobody's way.
    #[must_use]
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        destination: Arc<Chain>,
        lanes: impl IntoIterator<Item = Served>,
        attestors: Option<Arc<Collector>>,
        class: Class,
    ) -> Self {
        let lanes = lanes.into_iter().map(|lane| (lane.inbound.of().id(), lane)).collect();
        let recipient_gas = OnceLock::new();
        Self { store, clock, destination, lanes, attestors, class, recipient_gas }
    }

    /// What is decided for messages that were taken.
    async fn work(&self, claim: &Claim) -> Decision {
        let mut sheet = Sheet::new(claim, self.clock.now(), self.block());
        let Some(first) = claim.messages.first() else { return Decision::default() };
        let Some(served) = self.lanes.get(&first.sent_at.chain) else {
            sheet.all(&Verdict::Filter("this relayer does not serve the lane".into()));
            return sheet.decision(None);
        };
        let outgoing = self.decide(served, claim, &mut sheet).await;
        sheet.decision(outgoing)
    }

    async fn decide(
        &self,
        served: &Served,
        claim: &Claim,
        sheet: &mut Sheet<'_>,
    ) -> Option<NewOutgoing> {
        let block = claim.messages.first().map_or(0, |message| message.block().number);
        let looked = async {
            let view = served.inbound.look(block).await?;
            let gas = self.recipient_gas().await?;
            Ok((view, gas))
        };
        let (view, recipient_gas) = match looked.await {
            Ok(looked) => looked,
            Err(trouble) => return sheet.trouble_for_all(&trouble),
        };
        let rules = Rules {
            lane: Some(&served.rules),
            view: &view,
            gas: self.destination.config().limits.gas_per_transaction,
            recipient_gas,
            block: self.block(),
            now: self.clock.now(),
        };
        let mut ready = Vec::new();
        for (message, known) in claim.messages.iter().zip(self.known(served, claim, &view).await) {
            let (known, signatures) = match known {
                Ok(known) => known,
                Err(trouble) => {
                    sheet.trouble(message, &trouble);
                    continue;
                }
            };
            match judge(&rules, message, &known) {
                Step::Decided(verdict) => sheet.put(message.id, verdict),
                step => ready.push((message, step, known, signatures)),
            }
        }
        let stage = claim.messages.first().map(|message| message.stage);
        if stage == Some(Stage::Failed) {
            let ready = ready.into_iter().map(|(message, ..)| message).collect();
            return self.retry(served, ready, sheet).await;
        }
        // One transaction at a time: what has to be cleared away goes first, since others may wait for it.
        let special = ready.iter().position(|(_, step, ..)| *step != Step::Prove);
        if let Some((message, step, ..)) = special.map(|at| ready.swap_remove(at)) {
            return self.clear(served, &view, (message, step), sheet).await;
        }
        let ready = ready.into_iter().map(|(message, _, known, signatures)| deliver::Ready {
            message,
            paid: known.paid,
            signatures,
        });
        self.deliver(served, &rules, ready.collect(), sheet).await
    }

    /// Milliseconds between blocks of the destination, about.
    fn block(&self) -> Millis {
        millis(self.destination.config().block_seconds)
    }
}

#[async_trait]
impl Role for Messenger {
    fn kind(&self) -> Kind {
        Kind::Messenger
    }

    fn name(&self) -> String {
        format!("messenger to {} ({})", self.destination.name(), self.class)
    }

    async fn step(&self) -> Result<Pace, Failed> {
        let most = self.lanes.values().map(|lane| lane.rules.batch).max().unwrap_or(1).max(1);
        let (chain, stages) = (self.destination.id(), [Stage::Final, Stage::Failed]);
        let failed = |e| Failed::new(format!("messages to {}", self.destination.name()), e);
        let claim = self.store.claim(chain, &stages, Some(self.class), most, TAKEN).await;
        let Some(claim) = claim.map_err(failed)? else {
            return Ok(Pace::At(self.clock.now().saturating_add(IDLE)));
        };
        let decision = self.work(&claim).await;
        settle(&self.store, self.destination.name(), &claim, decision).await.map_err(failed)?;
        Ok(Pace::Again)
    }
}

/// What is decided for the messages of a claim. What nothing was decided for has its turn again at once.
#[derive(Debug)]
pub(crate) struct Sheet<'c> {
    claim: &'c Claim,
    verdicts: BTreeMap<B256, Verdict>,
    now: Millis,
    block: Millis,
}

impl<'c> Sheet<'c> {
    pub(crate) const fn new(claim: &'c Claim, now: Millis, block: Millis) -> Self {
        Self { claim, verdicts: BTreeMap::new(), now, block }
    }

    /// The first that is said counts.
    pub(crate) fn put(&mut self, message: B256, verdict: Verdict) {
        self.verdicts.entry(message).or_insert(verdict);
    }

    /// The same for all of which nothing is said yet.
    pub(crate) fn all(&mut self, verdict: &Verdict) {
        for message in &self.claim.messages {
            self.put(message.id, verdict.clone());
        }
    }

    /// An attempt that failed, for a reason of the message's own or not.
    pub(crate) fn attempt(&mut self, message: &Tracked, reason: (Reason, String)) {
        let verdict = policy::after_attempt(message, reason, self.now, self.block);
        self.put(message.id, verdict);
    }

    pub(crate) fn trouble(&mut self, message: &Tracked, trouble: &crate::lane::Trouble) {
        self.attempt(message, trouble.reason());
    }

    pub(crate) fn trouble_for_all(
        &mut self,
        trouble: &crate::lane::Trouble,
    ) -> Option<NewOutgoing> {
        let claim = self.claim;
        for message in &claim.messages {
            self.trouble(message, trouble);
        }
        None
    }

    pub(crate) fn decision(mut self, outgoing: Option<NewOutgoing>) -> Decision {
        self.all(&waits(Reason::Due, String::new(), self.now, self.block));
        Decision { verdicts: self.verdicts.into_iter().collect(), outgoing }
    }
}

/// Stores what is decided. When something has happened to one of the messages meanwhile it is decided anew.
pub(crate) async fn settle(
    store: &Store,
    chain: &str,
    claim: &Claim,
    decision: Decision,
) -> Result<(), Error> {
    match store.decide(claim, decision.clone()).await {
        Ok(_) => {
            report(chain, claim, &decision);
            Ok(())
        }
        Err(error @ Error::NotOurs { .. }) => {
            tracing::debug!(%error, "decided anew");
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// Seconds as milliseconds, at least a tenth of a second.
#[expect(clippy::cast_possible_truncation, reason = "it is far from both ends")]
pub(crate) fn millis(seconds: f64) -> Millis {
    (seconds.clamp(0.1, 86_400.0) * 1_000.0) as Millis
}

/// Says what became of messages, to people and to whoever counts.
fn report(chain: &str, claim: &Claim, decision: &Decision) {
    for (message, verdict) in &decision.verdicts {
        let word = match verdict {
            Verdict::Submit => "submit",
            Verdict::Wait { reason, .. } | Verdict::Quarantine(reason, _) => reason.as_str(),
            Verdict::Filter(_) => "filter",
            Verdict::Expire(_) => "expire",
            Verdict::Rest => "rest",
        };
        metrics::counter!("heliograph_decisions_total", "chain" => chain.to_owned(), "decision" => word).increment(1);
        match verdict {
            Verdict::Wait { reason, detail, tried, .. } => {
                tracing::debug!(chain, %message, %reason, detail, tried, "message waits");
            }
            Verdict::Quarantine(reason, detail) => {
                tracing::warn!(chain, %message, %reason, detail, advice = reason.advice(), "message is put aside");
            }
            Verdict::Expire(detail) => {
                tracing::info!(chain, %message, detail, "message has expired");
            }
            Verdict::Filter(detail) => {
                tracing::info!(chain, %message, detail, "message is left to others");
            }
            Verdict::Submit | Verdict::Rest => {}
        }
    }
    if let (Some(outgoing), Some(first)) = (&decision.outgoing, claim.messages.first()) {
        let count =
            decision.verdicts.iter().filter(|(_, verdict)| *verdict == Verdict::Submit).count();
        tracing::info!(chain, purpose = %outgoing.purpose, messages = count, block = first.block().number, gas = outgoing.gas, "transaction is asked for");
    }
}

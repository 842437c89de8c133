//! Carries back what became of messages, so that whoever delivered them is paid, and whoever sent what was not delivered gets it back. CCMP
//! calls this the Checker.
//!
//! As the messenger, it asks for nothing that our own core has not verified and that would not succeed now.

pub mod policy;
mod prove;

use crate::{
    attestor::Collector,
    chain::Chain,
    clock::{Clock, Millis},
    config::Role as Kind,
    domain::{
        Claim, Decision, Fact, NewOutgoing, Purpose, Reason, Sighting, Stage, Tracked, Verdict,
    },
    lane::{Trouble, ask, prepare},
    messenger::{Served, Sheet, millis, settle},
    role::{Failed, Pace, Role},
    store::Store,
};
use alloy_primitives::{Address, U256};
use alloy_sol_types::SolCall;
use async_trait::async_trait;
use bindings::{
    IMessageChecker::{self, outcomeOfCall},
    IMessageService::feesCall,
    IRelayFees::{paidForCall, releaseCall},
};
use policy::{Task, task};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// How long messages are taken for. Questions to nodes have shorter limits.
const TAKEN: Millis = 90_000;

/// How long nothing is looked for when nothing is due and nothing changes.
const IDLE: Millis = 5_000;

/// Carries back to one chain what became of the messages that were sent from it.
#[derive(Debug)]
pub struct Checker {
    store: Store,
    clock: Arc<dyn Clock>,
    source: Arc<Chain>,
    /// By destination. Here it is the source that hears of the destination.
    lanes: BTreeMap<u64, Served>,
    attestors: Option<Arc<Collector>>,
    /// Whose fees are ours.
    ours: BTreeSet<Address>,
}

/// What one message comes to.
type Outcome = Result<(Verdict, Option<NewOutgoing>), Trouble>;

impl Checker {
    /// One for the messages that `source` has sent on these lanes. In each, `inbound` is how the source hears of the destination. `ours`
    /// are the accounts whose fees are taken.
    #[must_use]
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        source: Arc<Chain>,
        lanes: impl IntoIterator<Item = Served>,
        attestors: Option<Arc<Collector>>,
        ours: impl IntoIterator<Item = Address>,
    ) -> Self {
        let lanes: BTreeMap<u64, Served> =
            lanes.into_iter().map(|lane| (lane.inbound.of().id(), lane)).collect();
        let payees = lanes.values().filter_map(|lane| lane.rules.payee).collect::<Vec<_>>();
        let ours = ours.into_iter().chain(payees).collect();
        Self { store, clock, source, lanes, attestors, ours }
    }

    async fn work(&self, claim: &Claim) -> Decision {
        let mut sheet = Sheet::new(claim, self.clock.now(), self.block());
        for message in &claim.messages {
            match self.decide(message).await {
                Ok((verdict, outgoing)) => {
                    sheet.put(message.id, verdict);
                    if outgoing.is_some() {
                        return sheet.decision(outgoing);
                    }
                }
                Err(trouble) => sheet.trouble(message, &trouble),
            }
        }
        sheet.decision(None)
    }

    async fn decide(&self, message: &Tracked) -> Outcome {
        let Some(served) = self.lanes.get(&message.sent.destination) else {
            return Ok((Verdict::Rest, None));
        };
        let sightings = self.store.sightings(message.id).await.map_err(stored)?;
        let fees = self.fees(message, &sightings).await?;
        let checker = self.source.config().checker;
        let task = task(&served.rules, message.stage, checker.is_some(), !fees.is_empty());
        let (Some(checker), Some(task)) = (checker, task) else { return Ok((Verdict::Rest, None)) };
        let said = ask(&self.source, checker, outcomeOfCall { id: message.id }).await?;
        let is_proven = said.outcome != IMessageChecker::Outcome::None;
        if task == Task::Release {
            return self.release(message, said.payee, &fees).await;
        }
        if is_proven {
            let detail = "it is proven: the event is not final yet";
            return Ok((self.wait(Reason::InFlight, detail), None));
        }
        let proven = match task {
            Task::Acknowledge => {
                let is_it = |fact: &Fact| matches!(fact, Fact::Delivered(_));
                self.prove_end(served, message, &sightings, (checker, Purpose::Acknowledge), is_it)
                    .await?
            }
            Task::ProveCancelled => {
                let is_it = |fact: &Fact| *fact == Fact::Cancelled;
                self.prove_end(
                    served,
                    message,
                    &sightings,
                    (checker, Purpose::ProveCancelled),
                    is_it,
                )
                .await?
            }
            Task::ProveExpired | Task::Release => {
                self.prove_expired(served, message, checker).await?
            }
        };
        Ok(match proven {
            Ok(outgoing) => (Verdict::Submit, Some(outgoing)),
            Err((reason, detail)) => (self.wait(reason, &detail), None),
        })
    }

    /// Takes a fee that waits for one of our accounts.
    async fn release(
        &self,
        message: &Tracked,
        payee: Address,
        fees: &[(Address, Address)],
    ) -> Outcome {
        let Some((contract, token)) = fees.first().filter(|_| self.ours.contains(&payee)) else {
            return Ok((Verdict::Rest, None));
        };
        let (id, token) = (message.id, *token);
        let data = releaseCall { id, token }.abi_encode().into();
        let key = format!("release:{id}:{token}");
        let outgoing = prepare(&self.source, *contract, Purpose::ReleaseFee, key, data).await?;
        Ok((Verdict::Submit, Some(outgoing)))
    }

    /// The fees that wait for a message, by contract and token.
    async fn fees(
        &self,
        message: &Tracked,
        sightings: &[Sighting],
    ) -> Result<Vec<(Address, Address)>, Trouble> {
        let tokens: BTreeSet<Address> = sightings
            .iter()
            .filter_map(|seen| match seen.fact {
                Fact::FeePaid(token, _) => Some(token),
                _ => None,
            })
            .collect();
        if tokens.is_empty() || !matches!(message.stage, Stage::Settled | Stage::Acknowledged) {
            return Ok(Vec::new());
        }
        let contract = ask(&self.source, self.source.config().service, feesCall {}).await?;
        let mut waiting = Vec::new();
        for token in tokens {
            let paid: U256 =
                ask(&self.source, contract, paidForCall { id: message.id, token }).await?;
            if !paid.is_zero() {
                waiting.push((contract, token));
            }
        }
        Ok(waiting)
    }

    fn wait(&self, reason: Reason, detail: &str) -> Verdict {
        let (now, block) = (self.clock.now(), self.block());
        crate::messenger::policy::waits(reason, detail.to_owned(), now, block)
    }

    fn block(&self) -> Millis {
        millis(self.source.config().block_seconds)
    }
}

#[async_trait]
impl Role for Checker {
    fn kind(&self) -> Kind {
        Kind::Checker
    }

    fn name(&self) -> String {
        format!("checker of {}", self.source.name())
    }

    async fn step(&self) -> Result<Pace, Failed> {
        let failed =
            |e| Failed::new(format!("outcomes of messages from {}", self.source.name()), e);
        let stages = [Stage::Settled, Stage::Expired, Stage::Cancelled, Stage::Acknowledged];
        // One at a time: each outcome is a transaction of its own.
        let claim = self.store.claim(self.source.id(), &stages, None, 1, TAKEN).await;
        let Some(claim) = claim.map_err(failed)? else {
            return Ok(Pace::At(self.clock.now().saturating_add(IDLE)));
        };
        let decision = self.work(&claim).await;
        settle(&self.store, self.source.name(), &claim, decision).await.map_err(failed)?;
        Ok(Pace::Again)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it maps errors")]
fn stored(error: crate::store::Error) -> Trouble {
    Trouble::Nodes(error.to_string())
}

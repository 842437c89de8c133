//! From logs to what is stored: facts about messages, and the nonce of each that was sent.

use super::{
    Indexer, Memory, Step,
    bind::destination,
    events::{Said, Sent, Watched},
    read::{self, Found},
};
use crate::{
    chain::{CallError, Heads},
    domain::{BlockRef, Fact, Place, SentMessage, Sighting},
    role::Failed,
};
use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::SolCall;
use bindings::IMessageService::{feesCall, laneCall, nextNonceCall};
use prover::Block;
use std::collections::BTreeSet;

/// Nonces above the next one that are tried at most.
const MOST: u64 = 1 << 20;

impl Indexer {
    /// Finds out which contracts matter, unless that is known.
    pub(super) async fn learn(&self, memory: &mut Memory, heads: &Heads) -> Result<(), Failed> {
        if memory.watched.is_some() {
            return Ok(());
        }
        let config = self.chain.config();
        let fees = self.ask_service(heads.latest.hash, feesCall {}).await?;
        let fees = fees.filter(|fees| !fees.is_zero());
        let (service, checker, fees) = (config.service, config.checker, fees.into_iter().collect());
        memory.watched = Some(Watched { service, checker, fees });
        Ok(())
    }

    /// Reads a block and says what is to be stored of it.
    pub(super) async fn read_block(
        &self,
        memory: &mut Memory,
        step: &Step<'_>,
        block: &Block,
    ) -> Result<Vec<Sighting>, Failed> {
        if block.number() < self.chain.config().start_block {
            return Ok(Vec::new());
        }
        let watched = self.watched(memory)?;
        let found = read::block(&self.chain, &watched, block).await;
        let found =
            found.map_err(|error| self.failed("the logs of a block cannot be read", error))?;
        let mut sightings = Vec::new();
        let place = BlockRef { number: block.number(), hash: block.hash() };
        for log in found {
            if let Some((message, fact)) = self.understand(memory, step, place, &log).await? {
                sightings.push(Sighting { message, place: self.place(place, &log), fact });
            }
        }
        Ok(sightings)
    }

    async fn understand(
        &self,
        memory: &mut Memory,
        step: &Step<'_>,
        block: BlockRef,
        log: &Found,
    ) -> Result<Option<(B256, Fact)>, Failed> {
        let Some(watched) = &mut memory.watched else { return Ok(None) };
        let Ok(said) = watched.read(&log.address, &log.topics, &log.data) else {
            self.alarm(
                "an event of one of the contracts is not written as it should be",
                None,
                block,
                log,
            );
            return Ok(None);
        };
        match said {
            Said::Of(id, fact) => return Ok(Some((id, fact))),
            Said::Nothing => {}
            Said::Fees(fees) => {
                if !fees.is_zero() && watched.fees.insert(fees) {
                    tracing::info!(chain = self.chain.name(), block = block.number, %fees, "fees are paid into another contract");
                }
            }
            Said::Gateway(chain, gateway) => {
                if let Ok(chain) = u64::try_from(chain) {
                    memory.lanes.gateway(chain, gateway);
                }
            }
            Said::Sent(sent) => {
                let message = self.bind(memory, step, block, &sent).await?;
                let Some(message) = message else {
                    self.alarm(
                        "a message was sent whose id no nonce makes",
                        Some(sent.id),
                        block,
                        log,
                    );
                    return Ok(None);
                };
                return Ok(Some((sent.id, Fact::Sent(Box::new(message)))));
            }
        }
        Ok(None)
    }

    /// The message with its nonce. Nobody is asked unless what is known does not make its id.
    async fn bind(
        &self,
        memory: &mut Memory,
        step: &Step<'_>,
        block: BlockRef,
        sent: &Sent,
    ) -> Result<Option<SentMessage>, Failed> {
        let Some(chain) = destination(sent) else { return Ok(None) };
        let (id, service) = (self.chain.id(), self.chain.config().service);
        let known = memory.lanes.next(chain);
        if known.is_none() {
            let next = self
                .store
                .next_nonce_seen(id, service, chain)
                .await
                .map_err(|error| self.unstored(error))?;
            memory.lanes.expect(chain, next);
        }
        let mut bound = memory.lanes.bind(id, service, sent, None);
        if bound.is_none() {
            let to = U256::from(chain);
            // The lane as it was then, where a node still knows; and as it is.
            for at in [block.hash, step.heads.latest.hash] {
                match self.ask_service(at, laneCall { chainId: to }).await {
                    Ok(lane) => memory
                        .lanes
                        .gateway(chain, lane.map(|lane| lane.gateway).unwrap_or_default()),
                    Err(error) if at == step.heads.latest.hash => return Err(error),
                    Err(_) => {}
                }
            }
            let count = self
                .ask_service(step.heads.latest.hash, nextNonceCall { destinationChainId: to })
                .await?;
            let next = memory.lanes.next(chain).unwrap_or_default();
            let count = count.unwrap_or_default().min(next.saturating_add(MOST));
            bound = memory.lanes.bind(id, service, sent, Some(count));
        }
        let Some(message) = bound else { return Ok(None) };
        let (next, nonce) = (memory.lanes.next(chain).unwrap_or_default(), message.body.nonce);
        if nonce > next {
            self.miss(memory, chain, (next..nonce).collect::<BTreeSet<u64>>(), next).await?;
        }
        memory.lanes.expect(chain, nonce.saturating_add(1));
        Ok(Some(message))
    }

    /// What the service answers, as a quorum has it; nothing where there is no such contract, or no such function.
    pub(super) async fn ask_service<C: SolCall + Send>(
        &self,
        at: B256,
        call: C,
    ) -> Result<Option<C::Return>, Failed> {
        let service = self.chain.config().service;
        match self.chain.agreed_call(at, service, call.abi_encode().into()).await {
            Ok(answer) => Ok(C::abi_decode_returns(&answer).ok()),
            Err(CallError::Reverted(_)) => Ok(None),
            Err(CallError::Node(error)) => {
                Err(self.failed("its message service does not answer", error))
            }
        }
    }

    fn place(&self, block: BlockRef, log: &Found) -> Place {
        Place {
            chain: self.chain.id(),
            block,
            transaction: log.transaction,
            transaction_index: log.transaction_index,
            log_index: log.log_index,
        }
    }

    /// An event that cannot be used stalls nothing; but someone has to look at it.
    fn alarm(&self, what: &str, message: Option<B256>, block: BlockRef, log: &Found) {
        let (chain, transaction, contract): (_, _, Address) =
            (self.chain.name(), log.transaction, log.address);
        tracing::error!(chain, block = block.number, %transaction, log = log.log_index, %contract, ?message, "{what}");
        metrics::counter!("heliograph_unusable_events_total", "chain" => chain.to_owned())
            .increment(1);
    }
}

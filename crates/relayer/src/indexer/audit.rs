//! That nothing was left out: nonces of lanes have no gaps, and the contract knows how many there are.

use super::{Indexer, Memory, Read, Step, bind::Gap, read};
use crate::{
    clock::Millis,
    domain::{Class, Fact, Sighting},
    role::Failed,
    store::Query,
};
use alloy_primitives::U256;
use bindings::IMessageService::nextNonceCall;
use std::collections::BTreeSet;

/// Blocks that are looked at again in a step.
const CHUNK: u64 = 64;

/// How long before blocks that were looked at again in vain are looked at once more.
const AGAIN: Millis = 10 * 60 * 1000;

/// How many messages of a lane are looked through for the one before a gap.
const LOOK: usize = 1000;

impl Indexer {
    /// Compares nonces when more has become final, and looks for those that are missing. Whether there is more to look at.
    pub(super) async fn audit(
        &self,
        memory: &mut Memory,
        step: &mut Step<'_>,
        behind: bool,
    ) -> Result<bool, Failed> {
        let final_block = step.position.final_block;
        if !behind && memory.audited != Some(final_block.hash) {
            match self.compare(memory, step).await {
                Ok(()) => memory.audited = Some(final_block.hash),
                // What was read is stored: the comparison is made with the next step.
                Err(error) => {
                    let error = chain_of(&error);
                    tracing::warn!(
                        chain = self.chain.name(),
                        error,
                        "nonces of lanes cannot be compared"
                    );
                    metrics::counter!("heliograph_audit_failures_total", "chain" => self.chain.name().to_owned()).increment(1);
                }
            }
        }
        self.look(memory, step).await
    }

    /// What the contract has sent in the state after the last block that was read, against what was seen up to there.
    async fn compare(&self, memory: &mut Memory, step: &Step<'_>) -> Result<(), Failed> {
        let top = step.position.pins.last().copied().unwrap_or(step.position.final_block);
        let (id, service) = (self.chain.id(), self.chain.config().service);
        for chain in memory.lanes.chains() {
            let call = nextNonceCall { destinationChainId: U256::from(chain) };
            let Some(sent) = self.ask_service(top.hash, call).await? else { continue };
            let missing = self
                .store
                .nonces_missing(id, service, chain, sent)
                .await
                .map_err(|error| self.unstored(error))?;
            if let Some(&first) = missing.first() {
                self.miss(memory, chain, missing, first).await?;
            }
        }
        Ok(())
    }

    /// Nonces are missing: the blocks since the message before them are looked at again.
    pub(super) async fn miss(
        &self,
        memory: &mut Memory,
        chain: u64,
        missing: BTreeSet<u64>,
        next: u64,
    ) -> Result<(), Failed> {
        let before = match next {
            0 => self.sent_before(chain).await?,
            _ => 0,
        };
        // What was sent before the first block that matters is not missing.
        let missing: BTreeSet<u64> = missing.into_iter().filter(|nonce| *nonce >= before).collect();
        let known =
            |gap: &Gap, nonce: &u64| gap.destination == chain && gap.missing.contains(nonce);
        let news: BTreeSet<u64> = missing
            .into_iter()
            .filter(|nonce| !memory.gaps.iter().any(|gap| known(gap, nonce)))
            .collect();
        let (Some(first), Some(last)) = (news.first(), news.last()) else { return Ok(()) };
        tracing::error!(
            chain = self.chain.name(),
            destination = chain,
            first,
            last,
            "messages were sent that were not seen: blocks are read again"
        );
        let from = self.block_of_nonce(chain, next).await?;
        memory.gaps.push(Gap { destination: chain, missing: news, at: from, from, again_at: None });
        self.show_gaps(memory);
        Ok(())
    }

    /// How many messages were sent to a chain before the first block that matters: all that were not seen, where no node knows any more.
    async fn sent_before(&self, chain: u64) -> Result<u64, Failed> {
        let start = self.chain.config().start_block;
        if start <= 1 {
            return Ok(0);
        }
        let at = self.block_at(start - 1).await?.hash();
        let call = nextNonceCall { destinationChainId: U256::from(chain) };
        match self.ask_service(at, call).await {
            Ok(sent) => Ok(sent.unwrap_or_default()),
            Err(error) => {
                let error = chain_of(&error);
                tracing::warn!(
                    chain = self.chain.name(),
                    destination = chain,
                    start,
                    error,
                    "whether messages were sent before the first block that matters is not known: it is taken for granted"
                );
                Ok(u64::MAX)
            }
        }
    }

    /// The block in which the message before this nonce was sent; the first that matters when it is not known.
    async fn block_of_nonce(&self, chain: u64, next: u64) -> Result<u64, Failed> {
        let query = Query { lane: Some((self.chain.id(), chain)), limit: LOOK, ..Query::default() };
        let last = self.store.search(&query).await.map_err(|error| self.unstored(error))?;
        let before =
            last.iter().find(|message| message.sent.body.nonce.checked_add(1) == Some(next));
        Ok(before.map_or(self.chain.config().start_block.max(1), |message| message.block().number))
    }

    /// Looks at some more blocks for what is missing: by their headers and receipts, which leave nothing out.
    async fn look(&self, memory: &mut Memory, step: &mut Step<'_>) -> Result<bool, Failed> {
        let now = self.clock.now();
        let last = step.position.final_block.number;
        let due = |gap: &Gap| gap.again_at.is_none_or(|again| again <= now) && gap.at <= last;
        let Some(place) = memory.gaps.iter().position(due) else { return Ok(false) };
        let Some(gap) = memory.gaps.get(place) else { return Ok(false) };
        let (from, to) = (gap.at, last.min(gap.at.saturating_add(CHUNK - 1)));
        let top = self.block_at(to).await?;
        let unread = |error| self.failed("blocks cannot be read again", error);
        let mut sightings: Vec<Sighting> = Vec::new();
        for block in read::linked(&self.chain, top, from).await.map_err(unread)? {
            // Nonces are not in order here: what is missing was sent before what was seen.
            memory.lanes.forget();
            sightings.extend(self.read_block(memory, step, &block).await?);
        }
        let found = nonces(&sightings);
        if !sightings.is_empty() {
            let read = Read {
                next: step.position.next_block,
                final_block: step.position.final_block,
                sightings,
                ..Read::default()
            };
            self.put(step, read, Class::Backlog).await?;
        }
        for gap in &mut memory.gaps {
            gap.missing.retain(|nonce| !found.contains(&(gap.destination, *nonce)));
        }
        if let Some(gap) = memory.gaps.get_mut(place) {
            gap.again_at = None;
            gap.at = to.saturating_add(1);
            if gap.at > last && !gap.missing.is_empty() {
                let (first, count) = (gap.missing.first(), gap.missing.len());
                tracing::error!(
                    chain = self.chain.name(),
                    destination = gap.destination,
                    ?first,
                    count,
                    from = gap.from,
                    to,
                    "messages that were sent are in no block that can have them: look at the endpoints of this chain"
                );
                (gap.at, gap.again_at) = (gap.from, Some(now.saturating_add(AGAIN)));
            }
        }
        memory.gaps.retain(|gap| !gap.missing.is_empty());
        self.show_gaps(memory);
        Ok(!memory.gaps.is_empty() && memory.gaps.iter().any(due))
    }

    pub(super) fn show_gaps(&self, memory: &Memory) {
        for chain in memory.lanes.chains() {
            let gaps = memory.gaps.iter().filter(|gap| gap.destination == chain);
            let missing: u64 = gaps.map(|gap| gap.missing.len() as u64).sum();
            let labels =
                [("chain", self.chain.name().to_owned()), ("destination", chain.to_string())];
            metrics::gauge!("heliograph_missed_messages", &labels)
                .set(crate::chain::precise(missing));
        }
    }
}

/// The nonces of messages that were sent, by destination.
fn nonces(sightings: &[Sighting]) -> BTreeSet<(u64, u64)> {
    let sent = sightings.iter().filter_map(|sighting| match &sighting.fact {
        Fact::Sent(sent) => Some((sent.destination, sent.body.nonce)),
        _ => None,
    });
    sent.collect()
}

/// An error with what it comes from.
fn chain_of(error: &Failed) -> String {
    error.source.as_ref().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

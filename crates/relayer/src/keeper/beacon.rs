//! Light clients of sync committees.

use super::{Keeper, Standing, Update, Why};
use crate::{
    chain::Chain,
    domain::BlockRef,
    lane::{Trouble, ask},
};
use alloy_primitives::Address;
use bindings::IBeaconLightClient::{self, IndexSet, configCall, trustedCall};
use light_client::beacon::{self, Fork, Network, Trusted};
use prover::{BeaconNode, update};
use std::sync::PoisonError;

/// What the contract says of itself: the network that it follows, and what it trusts.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) network: Network,
    pub(super) trusted: Trusted,
}

/// Asks the contract.
pub(super) async fn look(on: &Chain, client: Address) -> Result<State, Trouble> {
    let network = network(ask(on, client, configCall {}).await?);
    network.as_config().validate().map_err(|e| {
        Trouble::Nodes(format!(
            "{client} on {} is no light client of a beacon chain: {e}",
            on.name()
        ))
    })?;
    let IBeaconLightClient::Trusted {
        finalizedSlot: finalized_slot,
        currentCommitteeRoot: current_committee_root,
        nextCommitteeRoot: next_committee_root,
        latestHead: latest_head,
        frozenAt: frozen_at,
    } = ask(on, client, trustedCall {}).await?;
    let trusted = Trusted {
        finalized_slot,
        current_committee_root,
        next_committee_root,
        latest_head,
        frozen_at,
    };
    Ok(State { network, trusted })
}

impl State {
    /// What decides whether it is updated.
    pub(super) fn standing(&self, now: u64, head: Option<(u64, u64)>) -> Standing {
        let config = self.network.as_config();
        let of = |slot: u64| {
            let since = slot.saturating_mul(config.seconds_per_slot);
            config.genesis_time.saturating_add(since)
        };
        let trusted_since = of(self.trusted.finalized_slot);
        let expires = Some(trusted_since.saturating_add(config.trusting_period));
        let next = config.period(self.trusted.finalized_slot).saturating_add(1);
        let period = config.epochs_per_period.saturating_mul(config.slots_per_epoch);
        // An eighth of a period ahead: some hours on Ethereum.
        let from = next.saturating_mul(period).saturating_sub(period / 8);
        let needs_committee = self.trusted.next_committee_root.is_zero().then(|| of(from));
        Standing { now, trusted_since, expires, head, needs_committee }
    }

    /// When it froze, if it is frozen.
    pub(super) fn frozen_at(&self) -> Option<u64> {
        Some(self.trusted.frozen_at).filter(|at| *at != 0)
    }

    /// How often beacon nodes are asked what was signed, in seconds: often enough that no epoch is missed.
    pub(super) const fn quarter_epoch(&self) -> u64 {
        self.network.slots_per_epoch.saturating_mul(self.network.seconds_per_slot) / 4
    }

    /// First slot of the period that is trusted: what was signed for older ones cannot be shown any more.
    pub(super) fn period_start(&self) -> u64 {
        let config = self.network.as_config();
        let slots = config.epochs_per_period.saturating_mul(config.slots_per_epoch);
        config.period(self.trusted.finalized_slot).saturating_mul(slots)
    }

    /// Time of the slot that is trusted.
    pub(super) fn trusted_time(&self) -> u64 {
        self.standing(0, None).trusted_since
    }
}

impl Keeper {
    /// The cheapest update that the beacon nodes have, verified by our own core from what the contract trusts; `None` when there is
    /// nothing newer.
    ///
    /// # Errors
    ///
    /// What is in the way, in words.
    pub(super) async fn prepare_beacon(
        &self,
        endpoints: &[BeaconNode],
        state: &State,
        now: u64,
        why: Why,
    ) -> Result<Option<Update>, String> {
        let first = *self.favourite.lock().unwrap_or_else(PoisonError::into_inner);
        let mut outcome = Err("it has no beacon node to ask".to_owned());
        for turn in 0..endpoints.len() {
            let place = (first + turn) % endpoints.len();
            let Some(node) = endpoints.get(place) else { continue };
            let wants_committee = why == Why::Rotation;
            let State { network, trusted } = state;
            match update::beacon(node, network, trusted, now, wants_committee, None).await {
                Ok(Some(prepared)) => {
                    *self.favourite.lock().unwrap_or_else(PoisonError::into_inner) = place;
                    return self.located(prepared, trusted).await.map(Some);
                }
                Ok(None) => outcome = Ok(None),
                Err(error) if outcome.is_err() => outcome = Err(error.to_string()),
                Err(_) => {}
            }
        }
        outcome
    }

    /// The same with the number of the block that becomes a head.
    async fn located(
        &self,
        prepared: update::Prepared,
        before: &Trusted,
    ) -> Result<Update, String> {
        let update::Prepared {
            bytes,
            finalized_slot: tag,
            execution_block_hash: hash,
            brings_head,
            rotates,
            trusted,
            ..
        } = prepared;
        let leads = rotates || trusted.next_committee_root != before.next_committee_root;
        if !brings_head {
            return Ok(Update { bytes, tag, head: None, leads });
        }
        let block = self.cache.block(&self.follows.node(), hash).await;
        let block = block.map_err(|e| {
            format!(
                "nodes of {} do not know the block {hash} that its committee calls final: {e}",
                self.follows.name()
            )
        })?;
        let head = Some(BlockRef { number: block.number(), hash });
        Ok(Update { bytes, tag, head, leads })
    }
}

/// The network as the contract has it.
fn network(config: IBeaconLightClient::Config) -> Network {
    let forks = config.forks.into_iter().map(|fork| Fork {
        epoch: fork.epoch,
        version: fork.version.into(),
        index_set: match fork.indexSet {
            IndexSet::Capella => beacon::IndexSet::Capella,
            IndexSet::Deneb => beacon::IndexSet::Deneb,
            IndexSet::Electra => beacon::IndexSet::Electra,
            IndexSet::Gloas => beacon::IndexSet::Gloas,
            _ => beacon::IndexSet::Altair,
        },
    });
    Network {
        chain_id: config.chainId.saturating_to(),
        genesis_time: config.genesisTime,
        genesis_validators_root: config.genesisValidatorsRoot,
        seconds_per_slot: config.secondsPerSlot,
        slots_per_epoch: config.slotsPerEpoch,
        epochs_per_period: config.epochsPerPeriod,
        committee_size: config.committeeSize,
        slots_per_historical_root: config.slotsPerHistoricalRoot,
        trusting_period: config.trustingPeriod,
        forks: forks.collect(),
    }
}

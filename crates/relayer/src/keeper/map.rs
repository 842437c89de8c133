//! Light clients of MAP relay chains. A client holds no more of a set of validators than a commitment to it, so that whoever updates it needs
//! their keys. They are kept, brought from epoch to epoch by the headers that change them, or asked of a node that lists them; whichever it
//! is, they are used only if they have the commitment that the contract holds.

use super::{Keeper, Standing, Update, Why};
use crate::{
    chain::Chain,
    domain::BlockRef,
    lane::{Trouble, ask},
};
use alloy_primitives::{Address, Bytes};
use bindings::IMapLightClient::{self, commitmentOfCall, configCall, trustedCall};
use light_client::{
    crypto::bn254::{G1, G2},
    map::{
        Commitments, Config, Trusted,
        builder::{Validator, commitment},
    },
};
use prover::{BlockTag, Node, update};
use std::sync::{Mutex, PoisonError};

/// Most epochs that known validators are led over, one question for each: once, when a relayer is new.
const MOST: u64 = 256;

/// Bytes of a validator's keys.
const KEYS: usize = 64 + 128;

/// What the contract says of itself.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) config: Config,
    pub(super) trusted: Trusted,
}

/// The set that was used last.
pub(super) type Known = Mutex<Option<(u64, Vec<Validator>)>>;

/// Asks the contract.
pub(super) async fn look(on: &Chain, client: Address) -> Result<State, Trouble> {
    let config = ask(on, client, configCall {}).await?;
    let config = Config {
        chain_id: config.chainId.saturating_to(),
        epoch_size: config.epochSize,
        fork_height: config.forkHeight,
        trusting_period: config.trustingPeriod,
    };
    config.validate().map_err(|e| {
        Trouble::Nodes(format!(
            "{client} on {} is no light client of a MAP relay chain: {e}",
            on.name()
        ))
    })?;
    let IMapLightClient::Trusted {
        epoch,
        time,
        latestHead: latest_head,
        frozenAt: frozen_at,
        commitment,
    } = ask(on, client, trustedCall {}).await?;
    let mut sets = Commitments::default();
    let capacity = Commitments::CAPACITY as u64;
    for held in epoch.saturating_sub(capacity - 1)..=epoch {
        let commitment = if held == epoch {
            commitment
        } else {
            ask(on, client, commitmentOfCall { epoch: held }).await?
        };
        let place = usize::try_from(held % capacity).unwrap_or_default();
        if let Some(kept) = sets.0.get_mut(place) {
            *kept = commitment;
        }
    }
    Ok(State { config, trusted: Trusted { epoch, time, sets, latest_head, frozen_at } })
}

impl State {
    /// What decides whether it is updated.
    pub(super) const fn standing(&self, now: u64, head: Option<(u64, u64)>) -> Standing {
        let trusted_since = self.trusted.time;
        let expires = Some(trusted_since.saturating_add(self.config.trusting_period));
        Standing { now, trusted_since, expires, head, needs_committee: None }
    }

    /// When it froze, if it is frozen.
    pub(super) fn frozen_at(&self) -> Option<u64> {
        Some(self.trusted.frozen_at).filter(|at| *at != 0)
    }
}

impl Keeper {
    /// The update to the newest final block, or as far towards it as one leads, verified by our own core from what the contract trusts;
    /// `None` when there is nothing newer.
    ///
    /// # Errors
    ///
    /// What is in the way, in words.
    pub(super) async fn prepare_map(
        &self,
        (state, start): (&State, Option<&(u64, Vec<Validator>)>),
        (now, newest): (u64, u64),
        why: Why,
    ) -> Result<Option<Update>, String> {
        let finalized = self.follows.heads().await.map_err(|e| e.to_string())?.finalized.number;
        let State { config, trusted } = state;
        // Only the end of the epoch brings a set that is trusted for longer.
        let end = trusted.epoch.saturating_mul(config.epoch_size);
        if finalized <= newest || (matches!(why, Why::Expiry(_)) && finalized < end) {
            return Ok(None);
        }
        let validators = self.validators(state, start).await?;
        let (trust, target) = ((trusted, &validators[..]), BlockTag::Number(finalized));
        let mut outcome = Err(format!("no node of {} can be asked", self.follows.name()));
        for node in self.follows.nodes() {
            match update::map(&*node, config, trust, newest, target, now).await {
                Ok(Some(prepared)) => {
                    let head =
                        Some(BlockRef { number: prepared.number, hash: prepared.block_hash });
                    let update = Update {
                        bytes: prepared.bytes,
                        tag: prepared.number,
                        head,
                        leads: prepared.number < finalized,
                    };
                    return Ok(Some(update));
                }
                Ok(None) => outcome = Ok(None),
                Err(error) if outcome.is_err() => outcome = Err(error.to_string()),
                Err(_) => {}
            }
        }
        outcome
    }

    /// The validators of the newest epoch that the contract trusts.
    async fn validators(
        &self,
        state: &State,
        start: Option<&(u64, Vec<Validator>)>,
    ) -> Result<Vec<Validator>, String> {
        let State { config, trusted } = state;
        let (epoch, held) = (trusted.epoch, trusted.commitment(trusted.epoch));
        let is_held = |set: &[Validator]| {
            let keys: Vec<G1> = set.iter().map(|one| one.g1).collect();
            held.is_some() && commitment(&keys).ok() == held
        };
        let known = self.sets.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let of = (self.on.id(), self.follows.id());
        let known = match known.filter(|(known, _)| *known <= epoch) {
            Some(known) => Some(known),
            None => {
                let stored = self.store.validators(of, epoch).await.map_err(|e| e.to_string())?;
                let stored = stored.map(|(epoch, keys)| (epoch, unpacked(&keys)));
                let given = start.cloned().filter(|(start, _)| *start <= epoch);
                stored.into_iter().chain(given).max_by_key(|(epoch, _)| *epoch)
            }
        };
        if let Some((known, set)) = &known
            && *known == epoch
            && is_held(set)
        {
            *self.sets.lock().unwrap_or_else(PoisonError::into_inner) = Some((epoch, set.clone()));
            return Ok(set.clone());
        }
        // Those before may be asked for when it comes to evidence.
        let least = epoch.saturating_sub(Commitments::CAPACITY as u64 - 1);
        for node in self.follows.nodes() {
            let Some(set) = fetch(&*node, config, known.as_ref(), epoch, is_held).await else {
                continue;
            };
            let kept = self.store.put_validators(of, (epoch, &packed(&set)), least).await;
            kept.map_err(|e| e.to_string())?;
            *self.sets.lock().unwrap_or_else(PoisonError::into_inner) = Some((epoch, set.clone()));
            return Ok(set);
        }
        let held = held.unwrap_or_default();
        let from = known.map_or_else(String::new, |(from, _)| {
            format!(", those of epoch {from} do not lead to them")
        });
        Err(format!(
            "the validators of epoch {epoch}, whose commitment is {held}, are not known: no node of {} lists them{from}; put a file with them into the client's `kind`",
            self.follows.name()
        ))
    }

    /// The validators of an epoch whose commitment is still held, if they are kept or a node lists them.
    pub(super) async fn set_of(&self, state: &State, epoch: u64) -> Option<Vec<Validator>> {
        let held = state.trusted.commitment(epoch)?;
        let is_held = |set: &[Validator]| {
            let keys: Vec<G1> = set.iter().map(|one| one.g1).collect();
            commitment(&keys).is_ok_and(|commitment| commitment == held)
        };
        let kept = self.store.validators((self.on.id(), self.follows.id()), epoch).await.ok()?;
        let kept = kept.map(|(epoch, keys)| (epoch, unpacked(&keys)));
        if let Some((of, set)) = &kept
            && *of == epoch
            && is_held(set)
        {
            return Some(set.clone());
        }
        for node in self.follows.nodes() {
            let found = fetch(&*node, &state.config, kept.as_ref(), epoch, is_held).await;
            if found.is_some() {
                return found;
            }
        }
        None
    }
}

/// What one node leads to: from the known set, else by its own list.
async fn fetch(
    node: &dyn Node,
    config: &Config,
    known: Option<&(u64, Vec<Validator>)>,
    epoch: u64,
    is_held: impl Fn(&[Validator]) -> bool + Send + Sync,
) -> Option<Vec<Validator>> {
    if let Some((from, set)) = known
        && (1..=MOST).contains(&epoch.saturating_sub(*from))
        && let Ok(led) = update::map::validators_later(node, config, (*from, set), epoch).await
        && is_held(&led)
    {
        return Some(led);
    }
    let listed = update::map::validators_listed(node, config, epoch).await.ok()?;
    is_held(&listed).then_some(listed)
}

fn packed(set: &[Validator]) -> Bytes {
    let bytes = set.iter().flat_map(|one| one.g1.0.into_iter().chain(one.g2.0));
    bytes.collect::<Vec<u8>>().into()
}

fn unpacked(keys: &[u8]) -> Vec<Validator> {
    let (keys, _) = keys.as_chunks::<KEYS>();
    let of = |keys: &[u8; KEYS]| {
        let (g1, g2) = keys.split_first_chunk::<64>()?;
        Some(Validator { g1: G1(*g1), g2: G2(*g2.first_chunk::<128>()?) })
    };
    keys.iter().filter_map(of).collect()
}

//! Keeps light clients fresh: when messages wait for one, when its head is older than the operator wants, and before it expires. MAP calls
//! this the Maintainer.
//!
//! What it sends was verified by our own core from the state that the contract has, and agrees with what a quorum of the followed chain's
//! own nodes calls final. Where the two differ somebody lies about the chain: nothing is sent, and a person is told (L9).

mod beacon;
mod evidence;
mod map;
mod pace;
pub mod policy;
mod sealed;
mod send;
mod show;
mod watch;

use crate::{
    chain::Chain,
    clock::{Clock, Millis},
    config::{self, Role as Kind},
    domain::BlockRef,
    lane::{Trouble, ask},
    role::{Failed, Pace, Role},
    store::Store,
};
use alloy_primitives::{Address, B256, Bytes, U256};
use async_trait::async_trait;
use bindings::{
    ILightClient::{headHashCall, latestHeadCall},
    ILightClientManager::registeredClientCall,
    IMessageService::clientsCall,
};
use light_client::map::builder::Validator;
use policy::{Standing, Waiting, Why, decide};
use prover::{BeaconNode, Cache, Head};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::sync::watch::Receiver;

/// How long a proof may be put off that helps only some of those who wait.
const PATIENCE: Millis = 120_000;

/// What a client verifies, and where updates come from.
#[derive(Debug)]
pub enum Family {
    /// A sync committee; beacon nodes have the updates.
    Beacon(Vec<BeaconNode>),
    /// The validators of a MAP relay chain, of whose nodes headers come; and those of an epoch, if a person has named them.
    Map(Option<(u64, Vec<Validator>)>),
    /// Something else that is watched only: updates come from whoever runs it.
    Watched,
}

/// Keeps one light client fresh.
#[derive(Debug)]
pub struct Keeper {
    store: Store,
    clock: Arc<dyn Clock>,
    on: Arc<Chain>,
    follows: Arc<Chain>,
    family: Family,
    rules: config::Keeper,
    configured: Option<Address>,
    cache: Cache,
    address: OnceLock<Address>,
    /// The last head that was held against the chain's own nodes.
    watched: Mutex<Option<u64>>,
    /// Which beacon node is asked first.
    favourite: Mutex<usize>,
    /// When it was last looked at, and how often nodes had said by then that there is a new block.
    looked: Mutex<Option<(Millis, u64)>>,
    /// The head whose messages were woken last.
    woken: Mutex<Option<Head>>,
    /// The key of the transaction that was asked for last.
    sent: Mutex<Option<String>>,
    /// What is known of what was signed.
    album: evidence::Album,
    /// Validators of a MAP relay chain.
    sets: map::Known,
    /// How it was doing when it was last looked at.
    said: Mutex<String>,
}

/// What the contract says.
#[derive(Clone, Debug)]
struct State {
    address: Address,
    newest: Option<(Head, u64)>,
    standing: Standing,
    family: FamilyState,
    /// The block of its newest head, when no node knows it.
    unknown: Option<B256>,
    /// Why it does not answer, if so.
    down: Option<String>,
    /// Why nothing can be said of its newest head, if so.
    trouble: Option<Trouble>,
}

/// What it trusts.
#[derive(Clone, Debug)]
enum FamilyState {
    Beacon(Box<beacon::State>),
    Map(Box<map::State>),
    Other,
}

impl FamilyState {
    /// When it froze, if it is frozen.
    fn frozen_at(&self) -> Option<u64> {
        match self {
            Self::Beacon(state) => state.frozen_at(),
            Self::Map(state) => state.frozen_at(),
            Self::Other => None,
        }
    }
}

/// An update that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Update {
    bytes: Bytes,
    /// What tells it from others: with the client it makes the key.
    tag: u64,
    /// The block that becomes a head; `None` for an update that only brings a committee.
    head: Option<BlockRef>,
    /// Whether it leads to the committee of another period, without which there is no later one.
    leads: bool,
}

impl Keeper {
    /// Keeps the light client on `on` that follows `follows`.
    #[must_use]
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        (on, follows): (Arc<Chain>, Arc<Chain>),
        client: &config::Client,
        family: Family,
        cache: Cache,
    ) -> Self {
        Self {
            store,
            clock,
            on,
            follows,
            family,
            rules: client.keeper.clone(),
            configured: client.address,
            cache,
            address: OnceLock::new(),
            watched: Mutex::default(),
            favourite: Mutex::default(),
            looked: Mutex::default(),
            woken: Mutex::default(),
            sent: Mutex::default(),
            album: evidence::Album::default(),
            sets: map::Known::default(),
            said: Mutex::default(),
        }
    }

    /// Its state, put where everyone can see it; who waited for a head is woken.
    async fn look(&self) -> Result<State, Trouble> {
        let address = self.contract().await?;
        let time = self.on.heads().await.map_err(nodes)?.latest.time;
        let family = match self.family {
            Family::Beacon(_) => {
                FamilyState::Beacon(Box::new(beacon::look(&self.on, address).await?))
            }
            Family::Map(_) => FamilyState::Map(Box::new(map::look(&self.on, address).await?)),
            Family::Watched => FamilyState::Other,
        };
        let id: u64 = ask(&self.on, address, latestHeadCall {}).await?;
        let (mut newest, mut down, mut unknown, mut trouble) = (None, None, None, None);
        if id > 0 {
            match ask(&self.on, address, headHashCall { id }).await {
                Ok(hash) => match self.cache.block(&self.follows.node(), hash).await {
                    Ok(block) => {
                        let head = Head { id, hash, number: block.number() };
                        newest = Some((head, block.timestamp()));
                    }
                    Err(error) => {
                        unknown = Some(hash);
                        match self.unknown(&family, hash).await {
                            Some(alarm) => down = Some(alarm),
                            None => trouble = Some(error.into()),
                        }
                    }
                },
                Err(Trouble::Refused(refusal)) => down = Some(refusal.detail),
                Err(trouble) => return Err(trouble),
            }
        }
        if let Some(at) = family.frozen_at() {
            let detail = format!(
                "it was frozen at {at}: it was shown two final blocks of one height, and believes nothing any more; find out who signed both, and deploy another one"
            );
            down = Some(detail);
        }
        let head = newest.map(|(head, time)| (head.number, time));
        let standing = match &family {
            FamilyState::Beacon(state) => state.standing(time, head),
            FamilyState::Map(state) => state.standing(time, head),
            FamilyState::Other => Standing {
                now: time,
                trusted_since: time,
                expires: None,
                head,
                needs_committee: None,
            },
        };
        Ok(State { address, newest, standing, family, unknown, down, trouble })
    }

    /// CLI-4: the contract, as the operator names it or the registry of the message service.
    async fn contract(&self) -> Result<Address, Trouble> {
        if let Some(address) = self.configured.or_else(|| self.address.get().copied()) {
            return Ok(address);
        }
        let registry = ask(&self.on, self.on.config().service, clientsCall {}).await?;
        let chain = U256::from(self.follows.id());
        let address = ask(&self.on, registry, registeredClientCall { chainId: chain }).await?;
        Ok(*self.address.get_or_init(|| address))
    }

    /// The update that is due, if one is, and why none comes although one is.
    async fn due(&self, state: &State) -> Result<(Option<(Why, Update)>, String), Failed> {
        if !self.rules.enabled {
            return Ok((None, String::new()));
        }
        if self.is_under_way().await? {
            return Ok((None, "an update is under way".to_owned()));
        }
        let demand = self.store.demand(self.follows.id(), self.on.id()).await;
        let demand = demand.map_err(|e| Failed::new(self.name(), e))?;
        let waiting = demand.map_or_else(Waiting::default, |demand| Waiting {
            count: demand.count,
            highest: demand.highest_block,
        });
        let finalized = match self.follows.heads().await {
            Ok(heads) => heads.finalized,
            Err(error) => return Ok((None, error.to_string())),
        };
        let Some(why) = decide(&self.rules, &state.standing, waiting, finalized.number) else {
            return Ok((None, String::new()));
        };
        let (why, prepared) = match self.prepare(state, why).await {
            // What keeps it alive later is not served yet: what is wanted now may be.
            Ok(None) if matches!(why, Why::Rotation | Why::Expiry(_)) => {
                let standing = Standing { needs_committee: None, expires: None, ..state.standing };
                match decide(&self.rules, &standing, waiting, finalized.number) {
                    Some(why) => (why, self.prepare(state, why).await),
                    None => (why, Ok(None)),
                }
            }
            prepared => (why, prepared),
        };
        let update = match prepared {
            Ok(Some(update)) => update,
            Ok(None) => return Ok((None, format!("{why}, but nothing newer is served yet"))),
            Err(problem) => return Ok((None, format!("{why}, but {problem}"))),
        };
        if let (Why::Demand(_), Some(demand), Some(head)) = (why, demand, update.head) {
            let waits = self.clock.now().saturating_sub(demand.oldest_since);
            if !update.leads && head.number < demand.highest_block && waits < PATIENCE {
                let detail = format!(
                    "{why} up to block {}: so far {} is final",
                    demand.highest_block, head.number
                );
                return Ok((None, detail));
            }
        }
        Ok((Some((why, update)), String::new()))
    }

    /// The update for a reason, verified.
    async fn prepare(&self, state: &State, why: Why) -> Result<Option<Update>, String> {
        match (&self.family, &state.family) {
            (Family::Beacon(endpoints), FamilyState::Beacon(trusted)) => {
                self.prepare_beacon(endpoints, trusted, state.standing.now, why).await
            }
            (Family::Map(start), FamilyState::Map(trusted)) => {
                let newest = state.newest.map_or(0, |(head, _)| head.number);
                self.prepare_map((trusted, start.as_ref()), (state.standing.now, newest), why).await
            }
            _ => Err("its updates are not this relayer's to make".to_owned()),
        }
    }
}

#[async_trait]
impl Role for Keeper {
    fn kind(&self) -> Kind {
        Kind::Keeper
    }

    fn name(&self) -> String {
        format!("keeper of {} on {}", self.follows.name(), self.on.name())
    }

    fn wakes(&self) -> Vec<Receiver<u64>> {
        vec![self.on.wakes(), self.follows.wakes()]
    }

    async fn step(&self) -> Result<Pace, Failed> {
        if let Some(next) = self.later().await? {
            return Ok(Pace::At(next));
        }
        let failed = |e: Trouble| Failed::new(self.name(), e);
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((self.clock.now(), self.rung()));
        let state = self.look().await.map_err(failed)?;
        let mut alarm = None;
        if state.family.frozen_at().is_some() {
            self.conflict(true);
        } else if self.rules.watch {
            alarm = self.watch(&state).await;
            // That two blocks are signed says more than that nodes know only one of them.
            let is_wrong = alarm.is_some() || state.unknown.is_some();
            alarm = self.evidence(&state, is_wrong).await?.or(alarm);
        }
        if let Some(why) = alarm.or_else(|| state.down.clone()) {
            self.show(&state, why).await?;
            return Ok(self.pace(false));
        }
        if let Some(trouble) = &state.trouble {
            return Err(failed(trouble.clone()));
        }
        let (due, mut detail) = self.due(&state).await?;
        let waits = due.is_some() || !detail.is_empty();
        if let Some((why, update)) = due {
            detail = match self.contradiction(&update).await {
                Some(alarm) => alarm,
                None => self.send(&state, why, update).await?,
            };
        }
        if !detail.is_empty() {
            tracing::debug!(
                chain = self.on.name(),
                follows = self.follows.name(),
                detail,
                "light client waits"
            );
        }
        self.show(&state, detail).await?;
        Ok(self.pace(waits))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it maps errors")]
fn nodes(error: crate::chain::Error) -> Trouble {
    Trouble::Nodes(error.to_string())
}

//! What would be done, without a signer: messages are read, proven, verified and simulated, and nothing is sent.

use super::{Condition, Health, Parts, Supervisor};
use crate::{
    chain::{Before, CallError, Chain},
    clock::Clock,
    config::{Config, Role as Kind, SecretRef},
    domain::{Outgoing, Purpose, Reason, Stage, Tracked},
    lane::Refusal,
    role::Failed,
    store::Query,
};
use alloy_primitives::{Address, B256};
use alloy_sol_types::{SolCall, SolValue};
use bindings::{
    IBeaconLightClient::updateCall,
    IMessageService::{deliverBatchCall, deliverCall},
};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

/// How often it is looked whether all is read and decided.
const LOOK: Duration = Duration::from_millis(500);
/// How often in a row nothing may have changed before the plan is complete.
const STILL: u32 = 4;
/// How often it is looked what becomes possible by what is planned so far: updates that rest on one another, and messages that wait for
/// one another.
const ROUNDS: usize = 32;
/// Most messages that are listed one by one.
const MOST: usize = 1_000;

/// A transaction that would be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// The name of the chain.
    pub chain: String,
    /// What it is for.
    pub purpose: Purpose,
    /// How many of the transactions before it, on the same chain, have to be in a block first.
    pub after: usize,
    /// The messages that it would carry.
    pub messages: Vec<B256>,
    /// The contract.
    pub to: Address,
    /// Length of what it is called with: nearly all of it is the proof.
    pub calldata_bytes: usize,
    /// Length of the proof or the update in it; nothing for a call that has none.
    pub proof_bytes: Option<usize>,
    /// Gas limit.
    pub gas: u64,
    /// About the most that it costs at the price of now, in wei; nothing when that is not known.
    pub fee_wei: Option<String>,
    /// What a node says when it is called at the newest block, after those that come first: `succeeds`, or the error.
    pub verdict: String,
}

/// What would be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Whether all that is final was read and decided in the time that was given.
    pub complete: bool,
    /// Blocks that were still to be read, by chain.
    pub unread: BTreeMap<String, u64>,
    /// How many messages are in each stage.
    pub stages: BTreeMap<Stage, u64>,
    /// Transactions, in the order in which they would be sent.
    pub transactions: Vec<Planned>,
    /// Light clients that messages wait for: `b on a` and the block that the head has to be at.
    pub headers: BTreeMap<String, u64>,
    /// Chains on which nothing can be called before what comes first is sent, and why.
    pub blind: BTreeMap<String, String>,
    /// Messages that wait, with the reason in words; at most 1000.
    pub waiting: Vec<(B256, Reason, String)>,
    /// Roles that made no progress, and why.
    pub unwell: BTreeMap<String, String>,
}

/// Reads chains from their first block, decides, and says what would be sent: light clients' updates, and what becomes possible by them,
/// as far as nodes can simulate that. Nothing is stored and no key is opened. `patience` is how long it may take.
///
/// # Errors
///
/// [`Failed`] for a configuration that cannot be worked with.
pub async fn plan(
    mut config: Config,
    clock: Arc<dyn Clock>,
    patience: Duration,
    end: CancellationToken,
) -> Result<Plan, Failed> {
    config.store.url = SecretRef("sqlite::memory:".into());
    config.roles.0 = vec![Kind::Indexer, Kind::Keeper, Kind::Messenger];
    let mut parts = Parts::open(config, clock).await?;
    let real = parts.chains.clone();
    let until = Instant::now() + patience;
    let (mut listed, mut blind) = (Rounds::default(), BTreeMap::new());
    let (mut complete, mut unwell, mut unread) = (true, BTreeMap::new(), BTreeMap::new());
    for round in 0..ROUNDS {
        let (settled, conditions) = decide(&parts, until, &end).await?;
        complete &= settled;
        unwell.extend(conditions);
        if round == 0 {
            unread = behind(&parts).await?.0;
        }
        let fresh = listed.add(&parts).await?;
        if fresh.is_empty() || !settled {
            break;
        }
        // From here on nothing is read any more, and chains are what they would be.
        parts.config.roles.0 = vec![Kind::Keeper, Kind::Messenger];
        for chain in fresh {
            let Some(now) = real.get(&chain) else { continue };
            if let Err(error) = now.can_simulate().await {
                blind.insert(now.name().to_owned(), error.to_string());
                continue;
            }
            let then = now.after(listed.before(chain), &parts.clock);
            let then = then.map_err(|e| Failed::new(format!("simulate {}", now.name()), e))?;
            parts.chains.insert(chain, Arc::new(then));
            wake(&parts, chain).await?;
        }
    }
    let stored = |e| Failed::new("read what was planned", e);
    let all = Query { limit: MOST, ..Query::default() };
    let all = parts.store.search(&all);
    // What has ended on its destination was delivered, or needs a signer to be carried back.
    let waits = |message: &Tracked| {
        message.outgoing.is_none()
            && message.reason != Reason::Done
            && !message.stage.is_carried_back()
    };
    let waiting = all.await.map_err(stored)?.into_iter().filter(waits);
    Ok(Plan {
        complete,
        unread,
        stages: parts.store.counts().await.map_err(stored)?,
        transactions: listed.transactions,
        headers: headers(&parts).await?,
        blind,
        waiting: waiting.map(|message| (message.id, message.reason, message.detail)).collect(),
        unwell,
    })
}

/// What was planned so far, round by round.
#[derive(Debug, Default)]
struct Rounds {
    transactions: Vec<Planned>,
    /// The last one that is listed, by its number in the store.
    last: i64,
    /// What is called on each chain before the next round.
    before: BTreeMap<u64, Vec<Before>>,
}

impl Rounds {
    fn before(&self, chain: u64) -> &[Before] {
        self.before.get(&chain).map_or(&[], Vec::as_slice)
    }

    /// Lists what was asked for since the last time, and returns where.
    async fn add(&mut self, parts: &Parts) -> Result<BTreeSet<u64>, Failed> {
        let stored = |e| Failed::new("read what was planned", e);
        let mut fresh = BTreeMap::new();
        for chain in parts.chains.values() {
            for outgoing in parts.store.outgoing_all_open(chain.id()).await.map_err(stored)? {
                if outgoing.id > self.last {
                    fresh.insert(outgoing.id, (chain, outgoing));
                }
            }
        }
        let firsts = self.before.clone();
        for (id, (chain, outgoing)) in &fresh {
            let messages = parts.store.messages_of(*id).await.map_err(stored)?;
            let after = firsts.get(&chain.id()).map_or(0, Vec::len);
            self.last = self.last.max(*id);
            let call = &outgoing.call;
            let before = Before { to: call.to, data: call.data.clone() };
            self.before.entry(chain.id()).or_default().push(before);
            self.transactions.push(planned(chain, outgoing, messages, after).await);
        }
        Ok(fresh.into_values().map(|(chain, _)| chain.id()).collect())
    }
}

/// Lets roles work until nothing more is decided, the time is over, or it is to end. Whether it has settled, and what has failed.
async fn decide(
    parts: &Parts,
    until: Instant,
    end: &CancellationToken,
) -> Result<(bool, BTreeMap<String, String>), Failed> {
    let roles = parts.roles().await?;
    let supervisor = Supervisor::new(Arc::clone(&parts.clock), parts.store.changes());
    let health = supervisor.health();
    let stop = CancellationToken::new();
    let working = supervisor.run(roles, stop.clone());
    let looking = async {
        let settled = tokio::select! {
            settled = settle(parts, &health) => settled,
            () = sleep_until(until) => Ok(false),
            () = end.cancelled() => Ok(false),
        };
        stop.cancel();
        settled
    };
    let ((), settled) = tokio::join!(working, looking);
    let conditions = health.conditions().into_iter();
    let unwell = conditions.filter(|(_, condition)| !condition.error.is_empty());
    Ok((settled?, unwell.map(|(name, condition)| (name, condition.error)).collect()))
}

/// Makes due what waits on a chain for what comes first there.
async fn wake(parts: &Parts, on: u64) -> Result<(), Failed> {
    for from in parts.chains.keys().filter(|from| **from != on) {
        for reason in [Reason::Header, Reason::Order] {
            let woken = parts.store.wake(*from, on, i64::MAX.unsigned_abs(), reason).await;
            woken.map_err(|e| Failed::new("wake what waits", e))?;
        }
    }
    Ok(())
}

/// Waits until all is read, every role has had its turn, and nothing is decided any more.
async fn settle(parts: &Parts, health: &Health) -> Result<bool, Failed> {
    let (mut before, mut still) = (None, 0);
    loop {
        sleep(LOOK).await;
        let (unread, stands) = behind(parts).await?;
        let due = Query {
            stage: Some(Stage::Final),
            reason: Some(Reason::Due),
            limit: 1,
            ..Query::default()
        };
        let due = parts.store.search(&due).await;
        let due = due.map_err(|e| Failed::new("read what is due", e))?;
        let had_turn = |role: &Condition| role.progress_at.is_some() || role.failures > 0;
        let rest = unread.values().all(|blocks| *blocks == 0)
            && due.is_empty()
            && health.conditions().values().all(had_turn);
        still = if rest && before.as_ref() == Some(&stands) { still + 1 } else { 0 };
        before = Some(stands);
        if still >= STILL {
            return Ok(true);
        }
    }
}

/// How much of each chain is not read, and where all of it stands.
async fn behind(parts: &Parts) -> Result<(BTreeMap<String, u64>, BTreeMap<Stage, u64>), Failed> {
    let stored = |e| Failed::new("read how far chains are read", e);
    let mut unread = BTreeMap::new();
    for chain in parts.chains.values() {
        let cursor = parts.store.cursor(chain.id()).await.map_err(stored)?;
        let left =
            cursor.map_or(u64::MAX, |cursor| (cursor.head + 1).saturating_sub(cursor.next_block));
        // What is above the last final block may never be read to its end: blocks go on.
        unread.insert(chain.name().to_owned(), if left <= 1 { 0 } else { left });
    }
    Ok((unread, parts.store.counts().await.map_err(stored)?))
}

async fn headers(parts: &Parts) -> Result<BTreeMap<String, u64>, Failed> {
    let mut headers = BTreeMap::new();
    for client in &parts.config.clients {
        let (on, follows) = (parts.chain(&client.on)?.id(), parts.chain(&client.follows)?.id());
        let demand = parts.store.demand(follows, on).await;
        if let Some(demand) = demand.map_err(|e| Failed::new("read what waits for headers", e))? {
            headers.insert(format!("{} on {}", client.follows, client.on), demand.highest_block);
        }
    }
    Ok(headers)
}

async fn planned(chain: &Chain, outgoing: &Outgoing, messages: Vec<B256>, after: usize) -> Planned {
    let call = &outgoing.call;
    let verdict = match chain.call(call.to, call.data.clone(), None).await {
        Ok(_) => "succeeds".to_owned(),
        Err(CallError::Reverted(data)) => Refusal::read(&data).detail,
        Err(CallError::Node(error)) => format!("unknown: {error}"),
    };
    let price = chain.fee_view().await.ok();
    let fee = price
        .map(|price| price.base_fee_next.saturating_add(price.tip).saturating_mul(call.gas.into()));
    Planned {
        chain: chain.name().to_owned(),
        purpose: call.purpose,
        after,
        messages,
        to: call.to,
        calldata_bytes: call.data.len(),
        proof_bytes: proof_bytes(&call.data),
        gas: call.gas,
        fee_wei: fee.map(|fee| fee.to_string()),
        verdict,
    }
}

/// Length of what is proven by in a call.
fn proof_bytes(data: &[u8]) -> Option<usize> {
    if let Ok(call) = updateCall::abi_decode(data) {
        return Some(call.encoded.len());
    }
    if let Ok(call) = deliverCall::abi_decode(data) {
        return Some(call.proof.abi_encoded_size());
    }
    deliverBatchCall::abi_decode(data).ok().map(|call| call.proof.abi_encoded_size())
}

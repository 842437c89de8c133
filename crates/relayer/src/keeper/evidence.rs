//! Two final blocks of one height, both signed: whoever finds them shows them to the light client, which believes nothing from then on (L9).
//!
//! Nodes serve no more than what is newest, so that what they all serve is kept, and what the contract has taken beside it. Nothing is kept
//! that our own core has not verified as evidence is: what a node makes up is not evidence against anyone, and nodes that are at different
//! heights do not contradict each other.

use super::{FamilyState, Keeper, State, beacon, nodes, send::Request};
use crate::{
    clock::Millis,
    domain::Purpose,
    keeper::Family,
    lane::Trouble,
    role::{Failed, Role},
    store::SignedRow,
};
use alloy_primitives::{B256, Bytes};
use alloy_sol_types::{SolCall, SolEvent};
use bindings::{
    IBeaconLightClient::{submitMisbehaviourCall, updateCall},
    ILightClient::HeadVerified,
};
use light_client::beacon::spec::SyncCommittee;
use prover::{
    BeaconNode, BlockTag, Filter, Within, ask,
    update::{Signed, signed},
};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// Most places of a transaction's data that may be a call of `update`.
const CALLS: usize = 16;

/// What is known beside the rows.
#[derive(Debug, Default)]
pub(super) struct Album {
    /// When nodes were last asked.
    asked: Mutex<Option<Millis>>,
    /// Committees that were fetched.
    keys: Mutex<Vec<SyncCommittee>>,
    /// Block hashes of heads whose updates are known or were looked for.
    looked: Mutex<BTreeSet<B256>>,
    /// Whether something contradicted something when it was last looked.
    contradicts: AtomicBool,
}

impl Keeper {
    /// Whether two signed blocks contradict each other, and what was done about it. `is_wrong`: nodes do not have the block of the head.
    pub(super) async fn evidence(
        &self,
        state: &State,
        is_wrong: bool,
    ) -> Result<Option<String>, Failed> {
        let (endpoints, trusted) = match (&self.family, &state.family) {
            (Family::Beacon(endpoints), FamilyState::Beacon(trusted)) => (endpoints, trusted),
            (Family::Map(_), FamilyState::Map(trusted)) if is_wrong => {
                return self.evidence_of_seals(state, trusted).await;
            }
            _ => return Ok(None),
        };
        let now = state.standing.now;
        let head = state.newest.map(|(head, _)| head.hash).or(state.unknown);
        let mut is_due = self.album.contradicts.load(Ordering::Relaxed);
        if let Some(hash) = head {
            is_due |= self.keep_accepted(state, trusted, hash).await?;
        }
        is_due |= self.keep_served(endpoints, trusted, now).await?;
        // Nothing else changes what is kept.
        if !is_due {
            return Ok(None);
        }
        let (on, of) = (self.on.id(), self.follows.id());
        let pairs = self.store.contradictions(on, of).await;
        let pairs = pairs.map_err(|e| Failed::new(self.name(), e))?;
        self.album.contradicts.store(!pairs.is_empty(), Ordering::Relaxed);
        for (a, b) in pairs {
            let beacon::State { network, trusted } = &**trusted;
            // Of an older period, or of a client that was replaced: it proves nothing to this one.
            if a.signed.contradicts(&b.signed, network, trusted, now).is_ok() {
                return self.accuse(state, ("slot", "committee"), &a, &b).await.map(Some);
            }
        }
        Ok(None)
    }

    /// What all beacon nodes serve; whether they were asked.
    async fn keep_served(
        &self,
        endpoints: &[BeaconNode],
        state: &beacon::State,
        now: u64,
    ) -> Result<bool, Failed> {
        let time = self.clock.now();
        {
            let mut asked = self.album.asked.lock().unwrap_or_else(PoisonError::into_inner);
            let every = Millis::try_from(state.quarter_epoch()).unwrap_or(Millis::MAX);
            if asked.is_some_and(|at| time < at.saturating_add(every.saturating_mul(1_000))) {
                return Ok(false);
            }
            *asked = Some(time);
        }
        let mut keys = self.album.keys.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for endpoint in endpoints {
            let known = self.known().await?;
            let is_known = |slot, root| known.iter().any(|one| (one.0, one.1) == (slot, root));
            let trust = (&state.network, &state.trusted);
            // One that does not answer says nothing against it.
            let Ok(served) = signed(endpoint, trust, &mut keys, now, is_known).await else {
                continue;
            };
            for signed in served {
                self.keep(state, signed, format!("beacon node {}", endpoint.origin())).await?;
            }
        }
        *self.album.keys.lock().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(true)
    }

    /// What the contract has taken for its newest head, if it is not known already; whether it was looked for.
    async fn keep_accepted(
        &self,
        state: &State,
        trusted: &beacon::State,
        hash: B256,
    ) -> Result<bool, Failed> {
        let looked = || self.album.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if looked().contains(&hash) {
            return Ok(false);
        }
        if self.known().await?.iter().any(|one| one.2 == hash) {
            looked().insert(hash);
            return Ok(false);
        }
        // What nodes do not answer now they answer later.
        let Ok(found) = self.accepted(state, hash).await else { return Ok(false) };
        looked().insert(hash);
        for bytes in found {
            let beacon::State { network, trusted: trust } = trusted;
            if let Ok(signed) = Signed::read(network, trust, bytes, state.standing.now) {
                let who = format!("light client {} on {}", state.address, self.on.name());
                self.keep(trusted, signed, who).await?;
            }
        }
        Ok(true)
    }

    /// The updates in the transaction that brought a head: called by whoever, with whatever around them.
    pub(super) async fn accepted(&self, state: &State, hash: B256) -> Result<Vec<Bytes>, Trouble> {
        let node = self.on.node();
        let latest = self.on.heads().await.map_err(nodes)?.latest.number;
        let first = latest.saturating_sub(self.on.config().log_range.saturating_sub(1));
        let filter = Filter {
            addresses: vec![state.address],
            topics: vec![vec![HeadVerified::SIGNATURE_HASH]],
            within: Within::Range(BlockTag::Number(first), BlockTag::Number(latest)),
        };
        let logs = ask::logs(&*node, &filter).await?;
        let brings = |data: &Bytes| {
            HeadVerified::abi_decode_data(data).is_ok_and(|(_, brought)| brought == hash)
        };
        let Some(log) = logs.iter().find(|log| brings(&log.data)) else { return Ok(Vec::new()) };
        const METHOD: &str = "eth_getTransactionByHash";
        let transaction: Value = ask::answer(&*node, METHOD, (log.transaction_hash,)).await?;
        let input = transaction["input"].as_str().and_then(|text| text.parse().ok());
        let input: Bytes = input.unwrap_or_default();
        let starts = input.windows(4).enumerate();
        let starts = starts.filter(|(_, four)| **four == updateCall::SELECTOR).take(CALLS);
        let calls = starts.filter_map(|(at, _)| updateCall::abi_decode(input.get(at..)?).ok());
        Ok(calls.map(|call| call.encoded).collect())
    }

    async fn known(&self) -> Result<Vec<(u64, B256, B256)>, Failed> {
        let known = self.store.known_signed(self.on.id(), self.follows.id()).await;
        known.map_err(|e| Failed::new(self.name(), e))
    }

    async fn keep(
        &self,
        state: &beacon::State,
        signed: Signed,
        origin: String,
    ) -> Result<(), Failed> {
        let (of, row) = ((self.on.id(), self.follows.id()), SignedRow { signed, origin });
        let kept = self.store.put_signed(of, &row, state.period_start()).await;
        kept.map_err(|e| Failed::new(self.name(), e))
    }

    /// Tells a person, and freezes the client if that is this relayer's to do.
    pub(super) async fn accuse(
        &self,
        state: &State,
        (place, who): (&str, &str),
        a: &SignedRow,
        b: &SignedRow,
    ) -> Result<String, Failed> {
        self.conflict(true);
        let (chain, follows) = (self.on.name(), self.follows.name());
        let what = format!(
            "two blocks of {place} {} are signed as final: {} as {} says, {} as {} says",
            a.signed.height, a.signed.root, a.origin, b.signed.root, b.origin
        );
        tracing::error!(chain, follows, who, %what, "who signs contradicts itself");
        let done = if !self.rules.evidence {
            "keeper.evidence is off: freeze it with `heliograph evidence`, or pause it".to_owned()
        } else if self.on.config().signers.is_empty() {
            format!(
                "there is no signer on {chain}: freeze it with `heliograph evidence`, or pause it"
            )
        } else {
            self.submit(state, a, b).await?
        };
        Ok(format!("{what}; {done}"))
    }

    /// Asks for the transaction, once.
    async fn submit(&self, state: &State, a: &SignedRow, b: &SignedRow) -> Result<String, Failed> {
        let key = format!("evidence:{}:{}:{:#x}", self.on.id(), self.follows.id(), state.address);
        let under_way = "evidence is under way, which freezes it".to_owned();
        let (a, b) = (a.signed.bytes.clone(), b.signed.bytes.clone());
        let data = submitMisbehaviourCall { a, b }.abi_encode().into();
        let gas = match self.request(state, Purpose::Evidence, key, data).await? {
            Request::UnderWay => return Ok(under_way),
            Request::Queued(gas) => gas,
            Request::Refused(trouble) => {
                return Ok(format!("the contract does not take the evidence: {trouble}"));
            }
        };
        let (chain, follows) = (self.on.name().to_owned(), self.follows.name().to_owned());
        tracing::error!(chain, follows, gas, "evidence is sent, which freezes the light client");
        metrics::counter!("heliograph_client_evidence_total", "chain" => chain, "follows" => follows).increment(1);
        Ok(under_way)
    }
}

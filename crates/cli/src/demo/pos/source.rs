//! The source chain as a light client sees it: the REST objects of its consensus client, turned into
//! updates.

use super::{
    consensus::Consensus,
    execution::{CHAIN_ID, Execution},
    record::Record,
};
use crate::{
    beacon_node::read,
    error::{Error, Result},
};
use alloy_primitives::B256;
use light_client::beacon::{
    Config, Network, Trusted,
    builder::{OwnedBootstrap, OwnedUpdate},
    spec::{
        LightClientBootstrap, LightClientFinalityUpdate, LightClientUpdate, SyncCommittee,
        Versioned,
    },
};
use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};
use tokio::time::{Instant, sleep};

/// Longest wait for the chain to go on.
pub(super) const PATIENCE: Duration = Duration::from_secs(300);

/// Between two questions.
pub(super) const PAUSE: Duration = Duration::from_millis(500);

/// How long a finalized header is trusted here.
const TRUSTING_PERIOD: u64 = 24 * 60 * 60;

/// Both clients of the source chain, and what is known of its committees.
#[derive(Debug)]
pub(super) struct Source {
    /// The execution client.
    pub execution: Execution,
    /// The consensus client.
    pub consensus: Consensus,
    /// The network, as the consensus client describes it.
    pub network: Network,
    /// What has been fetched and used.
    pub record: Record,
    committees: BTreeMap<u64, SyncCommittee>,
}

impl Source {
    /// Reads the network from the consensus client.
    pub(super) async fn new(execution: Execution, consensus: Consensus) -> Result<Self> {
        let network = consensus.node.network(Some(CHAIN_ID), TRUSTING_PERIOD).await?;
        let record = Record::new(&network);
        Ok(Self { execution, consensus, network, record, committees: BTreeMap::new() })
    }

    /// Waits for the first finalized block after genesis, and fetches what a client starts from.
    pub(super) async fn bootstrap(&mut self) -> Result<(OwnedBootstrap, B256)> {
        let deadline = Instant::now() + PATIENCE;
        let root = loop {
            self.consensus.expect_running()?;
            let header = self.consensus.node.get("eth/v1/beacon/headers/finalized").await?;
            let header = &header["data"];
            if header["header"]["message"]["slot"] != "0" {
                break read::<B256>(&header["root"], "headers/finalized")?;
            }
            self.expect_before(deadline, "a finalized block")?;
            sleep(PAUSE).await;
        };
        let path = format!("eth/v1/beacon/light_client/bootstrap/{root}");
        let answer = self.consensus.node.get(&path).await?;
        let Versioned { data, .. }: Versioned<LightClientBootstrap> = read(&answer, "bootstrap")?;
        let period = self.config().period(data.header.beacon.slot);
        self.committees.insert(period, data.current_sync_committee.clone());
        self.record.bootstrap(answer, root);
        Ok((OwnedBootstrap::new(&data), root))
    }

    /// An update that takes a client further than `trusted`, if there is one by now: the one that
    /// brings the next committee while that is unknown, else the newest.
    pub(super) async fn update(&mut self, trusted: &Trusted) -> Result<Option<OwnedUpdate>> {
        self.consensus.expect_running()?;
        if trusted.next_committee_root.is_zero() {
            let update = self.committee_update(trusted).await?;
            if update.is_some() {
                return Ok(update);
            }
        }
        self.finality_update(trusted).await
    }

    /// As a client takes it.
    pub(super) fn config(&self) -> Config<'_> {
        self.network.as_config()
    }

    /// An error once `deadline` has passed.
    pub(super) fn expect_before(&self, deadline: Instant, what: &str) -> Result<()> {
        if Instant::now() < deadline {
            return Ok(());
        }
        Err(self.consensus.failed(&format!("no {what} in {} s", PATIENCE.as_secs())))
    }

    async fn committee_update(&mut self, trusted: &Trusted) -> Result<Option<OwnedUpdate>> {
        let period = self.config().period(trusted.finalized_slot);
        let path = format!("eth/v1/beacon/light_client/updates?start_period={period}&count=1");
        // A node may answer with an error while it has no update of the period.
        let Ok(Some(answer)) = self.consensus.node.find(&path).await else { return Ok(None) };
        // Lists come as such, or as the data of an object.
        let list = answer.get("data").filter(|data| data.is_array()).unwrap_or(&answer);
        let Some(object) = list.get(0) else { return Ok(None) };
        let update: LightClientUpdate =
            read::<Versioned<_>>(&with_data(object), "updates").map(|object| object.data)?;
        let (finalized, attested) = (&update.finalized_header, &update.attested_header);
        // Genesis is final from the start, but has no execution block.
        let in_period = |slot| slot != 0 && self.config().period(slot) == period;
        if !in_period(finalized.beacon.slot) || !in_period(attested.beacon.slot) {
            return Ok(None);
        }
        let Some(signing) = self.committees.get(&period) else { return Ok(None) };
        let owned = OwnedUpdate::new(&self.config(), &update, signing, true);
        let owned = owned.map_err(|e| Error::input("an update of the beacon node", e))?;
        if owned.next_committee.is_none() {
            return Ok(None);
        }
        self.committees.insert(period + 1, update.next_sync_committee);
        self.record.update("update", object);
        Ok(Some(owned))
    }

    async fn finality_update(&mut self, trusted: &Trusted) -> Result<Option<OwnedUpdate>> {
        let path = "eth/v1/beacon/light_client/finality_update";
        let Some(answer) = self.consensus.node.find(path).await? else { return Ok(None) };
        let update: LightClientFinalityUpdate =
            read::<Versioned<_>>(&answer, "finality_update").map(|object| object.data)?;
        let period = self.config().period(update.signature_slot);
        let Some(signing) = self.committees.get(&period) else { return Ok(None) };
        if update.finalized_header.beacon.slot <= trusted.finalized_slot {
            return Ok(None);
        }
        let owned = OwnedUpdate::from_finality_update(&self.config(), &update, signing);
        let owned = owned.map_err(|e| Error::input("a finality update of the beacon node", e))?;
        self.record.update("finality_update", &answer);
        Ok(Some(owned))
    }
}

/// Lodestar's early versions leave the wrapper out.
fn with_data(object: &Value) -> Value {
    if object.get("data").is_some() {
        return object.clone();
    }
    serde_json::json!({ "data": object })
}

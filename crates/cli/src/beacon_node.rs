//! What is asked of a beacon node over its REST API. Nothing it answers is believed: a light client
//! verifies it.

use crate::error::{Error, Result};
use alloy_primitives::B256;
use light_client::beacon::{Fork, IndexSet, Network};
use reqwest::{StatusCode, Url, header::ACCEPT};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{str::FromStr, time::Duration};

/// Longest wait for one answer.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Forks by the names that a node's configuration has for them, oldest first.
const FORKS: [(&str, IndexSet); 7] = [
    ("ALTAIR", IndexSet::Altair),
    ("BELLATRIX", IndexSet::Altair),
    ("CAPELLA", IndexSet::Capella),
    ("DENEB", IndexSet::Deneb),
    ("ELECTRA", IndexSet::Electra),
    ("FULU", IndexSet::Electra),
    ("GLOAS", IndexSet::Gloas),
];

/// Epoch of a fork that has no date.
const FAR_FUTURE: u64 = u64::MAX;

/// A beacon node.
#[derive(Clone, Debug)]
pub(crate) struct BeaconNode {
    http: reqwest::Client,
    url: Url,
}

impl BeaconNode {
    /// A client for the node at `url`. Nothing is sent yet.
    pub(crate) fn new(url: &str) -> Result<Self> {
        let parsed = format!("{}/", url.trim_end_matches('/'));
        let url = Url::from_str(&parsed)
            .map_err(|e| Error::Usage(format!("--beacon is not a URL: {e}")))?;
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .timeout(TIMEOUT)
            .build()
            .map_err(|e| Error::rpc("connect", e))?;
        Ok(Self { http, url })
    }

    /// The answer to a path below `/eth` or the like.
    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        let answer = self.find(path).await?;
        answer.ok_or_else(|| Error::rpc(path, "the beacon node has nothing there"))
    }

    /// The same; `None` when the node says that it has nothing there.
    pub(crate) async fn find(&self, path: &str) -> Result<Option<Value>> {
        let wrong = |problem: String| Error::rpc(path, problem);
        let url = self.url.join(path).map_err(|e| wrong(e.to_string()))?;
        let request = self.http.get(url).header(ACCEPT, "application/json");
        let answer = request.send().await.map_err(|e| wrong(e.without_url().to_string()))?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(|e| wrong(e.without_url().to_string()))?;
        if status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        if !status.is_success() {
            let said = String::from_utf8_lossy(&body);
            return Err(wrong(format!("{status}: {}", said.trim())));
        }
        serde_json::from_slice(&body).map(Some).map_err(|e| wrong(e.to_string()))
    }

    /// The network that the node follows. Its configuration names a chain id, which may be overridden.
    pub(crate) async fn network(
        &self,
        chain_id: Option<u64>,
        trusting_period: u64,
    ) -> Result<Network> {
        let genesis = self.get("eth/v1/beacon/genesis").await?;
        let spec = self.get("eth/v1/config/spec").await?;
        let spec = Constants(&spec["data"]);
        let root: B256 = read(&genesis["data"]["genesis_validators_root"], "genesis")?;
        let mut forks: Vec<Fork> = Vec::new();
        for (name, index_set) in FORKS {
            let Some(epoch) = spec.find::<u64>(&format!("{name}_FORK_EPOCH"))? else { continue };
            if epoch == FAR_FUTURE {
                continue;
            }
            let version = spec.version(&format!("{name}_FORK_VERSION"))?;
            // Of forks in one epoch only the last is ever in force.
            forks.retain(|fork| fork.epoch < epoch);
            forks.push(Fork { epoch, version, index_set });
        }
        Ok(Network {
            chain_id: match chain_id {
                Some(chain_id) => chain_id,
                None => spec.number("DEPOSIT_CHAIN_ID")?,
            },
            genesis_time: Constants(&genesis["data"]).number("genesis_time")?,
            genesis_validators_root: root,
            seconds_per_slot: spec.seconds_per_slot()?,
            slots_per_epoch: spec.number("SLOTS_PER_EPOCH")?,
            epochs_per_period: spec.number("EPOCHS_PER_SYNC_COMMITTEE_PERIOD")?,
            committee_size: spec.number("SYNC_COMMITTEE_SIZE")?,
            slots_per_historical_root: spec.number("SLOTS_PER_HISTORICAL_ROOT")?,
            trusting_period,
            forks,
        })
    }
}

/// Reads a part of an answer.
pub(crate) fn read<T: DeserializeOwned>(value: &Value, what: &str) -> Result<T> {
    T::deserialize(value).map_err(|e| Error::input(format!("{what} of the beacon node"), e))
}

/// Named values, integers as decimal strings.
struct Constants<'v>(&'v Value);

impl Constants<'_> {
    fn find<T: FromStr>(&self, name: &str) -> Result<Option<T>> {
        let Some(text) = self.0[name].as_str() else { return Ok(None) };
        let wrong = |_| Error::input("constants of the beacon node", format!("{name} is {text}"));
        text.parse().map(Some).map_err(wrong)
    }

    fn number(&self, name: &str) -> Result<u64> {
        let missing = || Error::input("constants of the beacon node", format!("no {name}"));
        self.find(name)?.ok_or_else(missing)
    }

    /// Nodes of later forks name milliseconds.
    fn seconds_per_slot(&self) -> Result<u64> {
        match self.find::<u64>("SLOT_DURATION_MS")? {
            Some(milliseconds) => Ok(milliseconds / 1000),
            None => self.number("SECONDS_PER_SLOT"),
        }
    }

    fn version(&self, name: &str) -> Result<[u8; 4]> {
        let text = self.0[name].as_str().unwrap_or_default();
        alloy_primitives::hex::decode_to_array(text)
            .map_err(|e| Error::input("constants of the beacon node", format!("{name}: {e}")))
    }
}

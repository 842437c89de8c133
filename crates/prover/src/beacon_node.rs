//! What is asked of a beacon node over its REST API. Nothing it answers is believed: a light client
//! verifies it.

use crate::{
    NodeError,
    rpc::{TIMEOUT, client, endpoint, parse},
};
use alloy_primitives::B256;
use light_client::beacon::{Fork, IndexSet, Network, spec::LightClientBootstrap};
use reqwest::{
    StatusCode, Url,
    header::{ACCEPT, RETRY_AFTER},
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{fmt, str::FromStr, time::Duration};

/// Result of a question.
type Result<T> = std::result::Result<T, NodeError>;

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

/// A beacon node. User and password in its URL are sent as basic authorization and never shown.
#[derive(Clone)]
pub struct BeaconNode {
    http: reqwest::Client,
    url: Url,
}

impl BeaconNode {
    /// A client for the node at `url`. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`NodeError::Endpoint`].
    pub fn new(url: &str) -> Result<Self> {
        Self::with(url, TIMEOUT)
    }

    /// The same with the longest wait for one answer.
    ///
    /// # Errors
    ///
    /// [`NodeError::Endpoint`].
    pub fn with(url: &str, timeout: Duration) -> Result<Self> {
        let url = parse(&format!("{}/", url.trim_end_matches('/')))?;
        let http = client(timeout).build().map_err(endpoint)?;
        Ok(Self { http, url })
    }

    /// Scheme, host and port: what may be shown of its URL.
    #[must_use]
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The answer to a path below `/eth` or the like.
    ///
    /// # Errors
    ///
    /// [`NodeError::Missing`], those of [`find`](Self::find).
    pub async fn get(&self, path: &str) -> Result<Value> {
        let answer = self.find(path).await?;
        let missing = || NodeError::Missing {
            method: path.to_owned().into(),
            problem: "the beacon node has nothing there".into(),
        };
        answer.ok_or_else(missing)
    }

    /// The same; `None` when the node says that it has nothing there.
    ///
    /// # Errors
    ///
    /// [`NodeError::Transport`], [`NodeError::Timeout`], [`NodeError::RateLimited`], [`NodeError::Unreadable`].
    pub async fn find(&self, path: &str) -> Result<Option<Value>> {
        let url = self.url.join(path).map_err(|e| NodeError::unreadable(path.to_owned(), e))?;
        let request = self.http.get(url).header(ACCEPT, "application/json");
        let answer = request.send().await.map_err(|e| failed(path, e))?;
        let status = answer.status();
        let wait = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = wait.and_then(|text| text.parse().ok()).map(Duration::from_secs);
        let body = answer.bytes().await.map_err(|e| failed(path, e))?;
        if status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        if !status.is_success() {
            let problem = format!("{status}: {}", String::from_utf8_lossy(&body).trim());
            let method = path.to_owned().into();
            return Err(match status {
                StatusCode::TOO_MANY_REQUESTS => {
                    NodeError::RateLimited { method, problem, retry_after }
                }
                _ => {
                    let retryable = status.is_server_error();
                    NodeError::Transport { method, problem, retryable }
                }
            });
        }
        let read = serde_json::from_slice(&body);
        read.map(Some).map_err(|e| NodeError::unreadable(path.to_owned(), e))
    }

    /// The light-client updates of some periods from a first one on, as the node answers; none when it has none.
    ///
    /// # Errors
    ///
    /// Those of [`find`](Self::find).
    pub async fn updates(&self, first_period: u64, count: u64) -> Result<Option<Value>> {
        let path = "eth/v1/beacon/light_client/updates";
        let path = format!("{path}?start_period={first_period}&count={count}");
        let answer = self.find(&path).await?;
        Ok(answer.filter(|answer| answer.as_array().is_none_or(|list| !list.is_empty())))
    }

    /// The newest light-client finality update, as the node answers; none when it has none.
    ///
    /// # Errors
    ///
    /// Those of [`find`](Self::find).
    pub async fn finality_update(&self) -> Result<Option<Value>> {
        self.find("eth/v1/beacon/light_client/finality_update").await
    }

    /// Root of a block by its slot, or of the one that is `finalized` or `head`, as the node says.
    ///
    /// # Errors
    ///
    /// Those of [`find`](Self::find), [`NodeError::Unreadable`].
    pub async fn block_root(&self, block: &str) -> Result<Option<B256>> {
        let answer = self.find(&format!("eth/v1/beacon/headers/{block}")).await?;
        answer.map(|answer| read(&answer["data"]["root"], "root")).transpose()
    }

    /// The light-client bootstrap of a block; none when the node has none. A client verifies it.
    ///
    /// # Errors
    ///
    /// Those of [`find`](Self::find), [`NodeError::Unreadable`].
    pub async fn bootstrap(&self, root: B256) -> Result<Option<LightClientBootstrap>> {
        let path = format!("eth/v1/beacon/light_client/bootstrap/{root}");
        let answer = self.find(&path).await?;
        answer.map(|answer| read(&answer["data"], "bootstrap")).transpose()
    }

    /// The network that the node follows, as it says. Its configuration names a chain id, which may be overridden.
    ///
    /// # Errors
    ///
    /// Those of [`get`](Self::get), [`NodeError::Unreadable`].
    pub async fn network(&self, chain_id: Option<u64>, trusting_period: u64) -> Result<Network> {
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

impl fmt::Debug for BeaconNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BeaconNode").field("origin", &self.origin()).finish_non_exhaustive()
    }
}

/// Why a request failed, without the URL.
fn failed(path: &str, error: reqwest::Error) -> NodeError {
    let (method, is_timeout, is_builder) =
        (path.to_owned().into(), error.is_timeout(), error.is_builder());
    let problem = error.without_url().to_string();
    match is_timeout {
        true => NodeError::Timeout { method, problem },
        false => NodeError::Transport { method, problem, retryable: !is_builder },
    }
}

/// Reads a part of an answer.
///
/// # Errors
///
/// [`NodeError::Unreadable`].
pub(crate) fn read<T: DeserializeOwned>(value: &Value, what: &str) -> Result<T> {
    T::deserialize(value)
        .map_err(|e| NodeError::unreadable(format!("{what} of the beacon node"), e))
}

/// Named values, integers as decimal strings.
struct Constants<'v>(&'v Value);

impl Constants<'_> {
    fn find<T: FromStr>(&self, name: &str) -> Result<Option<T>> {
        let Some(text) = self.0[name].as_str() else { return Ok(None) };
        let wrong =
            |_| NodeError::unreadable("constants of the beacon node", format!("{name} is {text}"));
        text.parse().map(Some).map_err(wrong)
    }

    fn number(&self, name: &str) -> Result<u64> {
        let missing =
            || NodeError::unreadable("constants of the beacon node", format!("no {name}"));
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
        alloy_primitives::hex::decode_to_array(text).map_err(|e| {
            NodeError::unreadable("constants of the beacon node", format!("{name}: {e}"))
        })
    }
}

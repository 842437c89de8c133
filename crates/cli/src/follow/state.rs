//! What has been followed so far, as a file.

use super::outcome::{Fact, Refused};
use super::{bridge::Bridge, specs};
use crate::{
    error::{Error, Result},
    file, networks,
    objects::{Object, Reading},
    verify::client,
};
use alloy_primitives::B256;
use clap::Args;
use light_client::{
    beacon::{
        Client, Network,
        spec::{LightClientBootstrap, Version, store::Store},
    },
    crypto::DefaultBls,
};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Version of the format.
const VERSION: u64 = 1;

/// Where to start: from a trusted block, or from where a file left off.
#[derive(Debug, Args)]
pub(crate) struct Start {
    /// The network: mainnet, sepolia, hoodi, gnosis, chiado, or a file as `heliograph network` prints it.
    #[arg(long, value_name = "NAME|FILE")]
    pub network: Option<String>,
    /// Root of the finalized beacon block that you trust.
    #[arg(long, value_name = "ROOT")]
    pub root: Option<B256>,
    /// The light-client bootstrap of that block, in SSZ or JSON.
    #[arg(long, value_name = "FILE", requires = "root")]
    pub bootstrap: Option<PathBuf>,
    /// Go on from the state in this file, if it is there.
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// The fork whose form the objects in SSZ have: altair to gloas. Told by their slots when absent,
    /// as that of the bootstrap is; JSON tells it itself.
    #[arg(long, value_name = "FORK", value_parser = fork)]
    pub fork: Option<Version>,
    /// The time, in Unix seconds; the clock's when absent.
    #[arg(long, value_name = "SECONDS")]
    pub now: Option<u64>,
}

/// A network, and what has been followed of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    follow: u64,
    /// The network.
    pub network: Network,
    /// By whose rules, and how far.
    pub followed: Followed,
}

/// How far, by whose rules.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Followed {
    /// The bridge's client.
    Client(Box<Bridge>),
    /// The store of the consensus specs.
    Store(Box<Store>),
}

fn fork(text: &str) -> std::result::Result<Version, String> {
    let read = serde_json::from_value(text.to_lowercase().into());
    read.map_err(|_| "none of altair, bellatrix, capella, deneb, electra, fulu, gloas".into())
}

impl Start {
    /// The state in the file, if there is one.
    pub(crate) fn resume(&self) -> Result<Option<State>> {
        let Some(path) = self.state.as_ref().filter(|path| path.exists()) else { return Ok(None) };
        let name = path.display().to_string();
        let text = file::read_text(path)?;
        let wrong = |e| Error::input(&name, format!("not a state of heliograph follow: {e}"));
        let state: State = serde_json::from_str(&text).map_err(wrong)?;
        if state.follow != VERSION {
            let got = state.follow;
            return Err(Error::input(&name, format!("format version {got}, not {VERSION}")));
        }
        if self.root.is_some() || self.bootstrap.is_some() {
            let problem = format!(
                "{name} holds a state: leave --root and --bootstrap away, or name another file"
            );
            return Err(Error::Usage(problem));
        }
        if let Some(network) = &self.network
            && networks::load(network)? != state.network
        {
            return Err(Error::Usage(format!("--network: {name} is of another network")));
        }
        if let Followed::Client(bridge) = &state.followed {
            bridge.verify()?;
        }
        Ok(Some(state))
    }

    /// The network that is named.
    pub(crate) fn network(&self) -> Result<Network> {
        let name = self.network.as_deref();
        networks::load(name.ok_or_else(|| Error::Usage("--network is needed".into()))?)
    }

    /// The root that is trusted.
    pub(crate) fn root(&self) -> Result<B256> {
        self.root.ok_or_else(|| {
            Error::Usage("--root is needed: the finalized block that you trust".into())
        })
    }

    /// Reads the bootstrap.
    pub(crate) fn bootstrap(&self, network: &Network) -> Result<LightClientBootstrap> {
        let path = self.bootstrap.as_ref();
        let path = path.ok_or_else(|| Error::Usage("--bootstrap is needed".into()))?;
        Reading::new(network, None).bootstrap(path)
    }
}

impl State {
    /// Starts from a bootstrap whose block is trusted.
    pub(crate) fn start(
        network: Network,
        root: &B256,
        bootstrap: &LightClientBootstrap,
        (store, now): (bool, u64),
    ) -> Result<Self> {
        let client = client(&network)?;
        let followed = if store {
            Followed::Store(Box::new(specs::start(client.config(), root, bootstrap)?))
        } else {
            Followed::Client(Box::new(Bridge::start(&client, root, bootstrap, now)?))
        };
        Ok(Self { follow: VERSION, network, followed })
    }

    /// Takes over an object. What is refused changes nothing.
    pub(super) fn take(
        &mut self,
        client: &Client<'_, DefaultBls>,
        object: &Object,
        now: u64,
    ) -> std::result::Result<Vec<Fact>, Refused> {
        match &mut self.followed {
            Followed::Client(bridge) => bridge.take(client, object, now),
            Followed::Store(store) => specs::take(client, store, object, now),
        }
    }

    /// What is trusted, in a few lines.
    pub(super) fn summary(&self) -> Vec<Fact> {
        let config = self.network.as_config();
        match &self.followed {
            Followed::Client(bridge) => bridge.summary(&config),
            Followed::Store(store) => specs::summary(&config, store),
        }
    }

    /// The file's text.
    pub(super) fn to_text(&self) -> Result<String> {
        let text = serde_json::to_string(self).map_err(|e| Error::input("the state", e))?;
        Ok(text + "\n")
    }
}

//! The contracts' own deploy scripts, run by forge.

use super::anvil::Anvil;
use crate::{
    error::{Error, Result},
    file,
};
use alloy_primitives::{Address, B256, Bytes};
use light_client::{
    beacon::{Config, Fork, builder::OwnedBootstrap},
    map,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::process::Command;

/// Gas with which recipients are called.
pub(crate) const RECIPIENT_GAS: u64 = 200_000;

/// Runs deploy scripts.
#[derive(Debug)]
pub(crate) struct Forge {
    /// The program.
    pub program: PathBuf,
    /// The workspace.
    pub root: PathBuf,
    /// Where configurations and results are written; scripts may do so under `target/` only.
    pub folder: PathBuf,
}

/// What `Deploy.s.sol` deployed.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Deployed {
    /// Whom the others ask who may do what.
    pub access_manager: Address,
    /// Registry of light clients.
    pub light_client_manager: Address,
    /// Who attests to other chains.
    pub attestors: Address,
    /// Message service.
    pub message_service: Address,
    /// What became of the messages that were sent from here.
    pub message_checker: Address,
    /// The example application.
    pub greeter: Address,
}

impl Forge {
    /// Registry, message service and greeter.
    pub(crate) async fn deploy(&self, chain: &Anvil, admin: Address) -> Result<Deployed> {
        let config = json!({
            "chainId": chain.chain_id,
            "trial": true,
            "admin": admin,
            "recipientGas": RECIPIENT_GAS,
            "greeter": true,
        });
        let output = self.run("Deploy.s.sol", chain, admin, &config).await?;
        serde_json::from_value(output).map_err(|e| Error::input("output of Deploy.s.sol", e))
    }

    /// A light client that starts from `bootstrap`, registered.
    pub(crate) async fn beacon_client(
        &self,
        chain: &Anvil,
        admin: Address,
        manager: Address,
        client: (&Config<'_>, &OwnedBootstrap, B256),
    ) -> Result<Address> {
        let (config, bootstrap, trusted_root) = client;
        let config = json!({
            "chainId": chain.chain_id,
            "lightClientManager": manager,
            "trustedRoot": trusted_root,
            "config": network(config),
            "bootstrap": start(bootstrap),
        });
        let output = self.run("DeployBeaconClient.s.sol", chain, admin, &config).await?;
        serde_json::from_value(output["lightClient"].clone())
            .map_err(|e| Error::input("output of DeployBeaconClient.s.sol", e))
    }

    /// A light client of a MAP relay chain that starts from `checkpoint`, registered.
    pub(crate) async fn map_client(
        &self,
        chain: &Anvil,
        admin: Address,
        manager: Address,
        client: (&map::Config, &map::Checkpoint<'_>, B256),
    ) -> Result<Address> {
        let (config, checkpoint, commitment) = client;
        let keys: Vec<u8> = checkpoint.keys.iter().flat_map(|key| key.0).collect();
        let config = json!({
            "chainId": chain.chain_id,
            "lightClientManager": manager,
            "trustedCommitment": commitment,
            "config": {
                "chainId": config.chain_id,
                "epochSize": config.epoch_size,
                "forkHeight": config.fork_height,
                "trustingPeriod": config.trusting_period,
            },
            "checkpoint": {
                "epoch": checkpoint.epoch,
                "time": checkpoint.time,
                "keys": Bytes::from(keys),
            },
        });
        let output = self.run("DeployMapClient.s.sol", chain, admin, &config).await?;
        serde_json::from_value(output["lightClient"].clone())
            .map_err(|e| Error::input("output of DeployMapClient.s.sol", e))
    }

    /// A hub over a registry of light clients.
    pub(crate) async fn hub(
        &self,
        chain: &Anvil,
        admin: Address,
        manager: Address,
    ) -> Result<Address> {
        let config = json!({ "chainId": chain.chain_id, "lightClientManager": manager });
        let output = self.run("DeployHub.s.sol", chain, admin, &config).await?;
        serde_json::from_value(output["messageHub"].clone())
            .map_err(|e| Error::input("output of DeployHub.s.sol", e))
    }

    /// One end of a lane, which asks for a sync committee at the other, and for attestors beside it where it is attested.
    pub(crate) async fn open_lane(
        &self,
        chain: &Anvil,
        admin: Address,
        service: Address,
        remote: (u64, Address),
        attested: bool,
    ) -> Result<()> {
        let config = json!({
            "chainId": chain.chain_id,
            "messageService": service,
            "remoteChainId": remote.0,
            "remoteGateway": remote.1,
            "assumption": "sync-committee",
            "attested": attested,
        });
        self.run("OpenLane.s.sol", chain, admin, &config).await.map(drop)
    }

    /// A route over a hub on a MAP relay chain, on the chain where messages are delivered.
    pub(crate) async fn set_route(
        &self,
        chain: &Anvil,
        admin: Address,
        service: Address,
        (source, hub_chain, hub): (u64, u64, Address),
    ) -> Result<()> {
        let config = json!({
            "chainId": chain.chain_id,
            "messageService": service,
            "sourceChainId": source,
            "hubChainId": hub_chain,
            "hub": hub,
            "assumption": "map-validators",
        });
        self.run("SetRoute.s.sol", chain, admin, &config).await.map(drop)
    }

    /// Runs one script and returns what it wrote, or null.
    async fn run(
        &self,
        script: &str,
        chain: &Anvil,
        from: Address,
        config: &Value,
    ) -> Result<Value> {
        let path = |what: &str| self.folder.join(format!("{script}-{}.{what}.json", chain.name));
        let (input, output) = (path("in"), path("out"));
        file::write(&input, &format!("{config:#}\n"))?;
        let mut command = Command::new(&self.program);
        command
            .arg("script")
            .arg(Path::new("contracts/script").join(script))
            .args(["--rpc-url", &chain.url, "--broadcast", "--unlocked", "--slow"])
            .args(["--sender", &from.to_string()])
            .current_dir(&self.root)
            .env("HELIOGRAPH_CONFIG", &input)
            .env("HELIOGRAPH_OUTPUT", &output)
            .env("FOUNDRY_BROADCAST", self.folder.join("broadcast"))
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let compiler = self.root.join("tools/solc");
        if compiler.is_file() && self.root.join("node_modules/solc").is_dir() {
            command.env("FOUNDRY_SOLC", compiler).env("FOUNDRY_OFFLINE", "true");
        }
        let ended = command.output().await.map_err(|e| Error::tool("forge", e))?;
        if !ended.status.success() {
            let said = String::from_utf8_lossy(&ended.stderr);
            return Err(Error::tool("forge", format!("{script}: {}", said.trim())));
        }
        if !output.exists() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&file::read_text(&output)?)
            .map_err(|e| Error::input(output.display(), e))
    }
}

fn network(config: &Config<'_>) -> Value {
    json!({
        "chainId": config.chain_id,
        "genesisTime": config.genesis_time,
        "genesisValidatorsRoot": config.genesis_validators_root,
        "secondsPerSlot": config.seconds_per_slot,
        "slotsPerEpoch": config.slots_per_epoch,
        "epochsPerPeriod": config.epochs_per_period,
        "committeeSize": config.committee_size,
        "slotsPerHistoricalRoot": config.slots_per_historical_root,
        "trustingPeriod": config.trusting_period,
        "forks": config.forks.iter().map(fork).collect::<Vec<_>>(),
    })
}

fn fork(fork: &Fork) -> Value {
    let version = alloy_primitives::hex::encode_prefixed(fork.version);
    json!({ "epoch": fork.epoch, "version": version, "indexSet": fork.index_set })
}

fn start(bootstrap: &OwnedBootstrap) -> Value {
    json!({
        "header": {
            "slot": bootstrap.header.slot,
            "proposerIndex": bootstrap.header.proposer_index,
            "parentRoot": bootstrap.header.parent_root,
            "stateRoot": bootstrap.header.state_root,
            "bodyRoot": bootstrap.header.body_root,
        },
        "currentCommitteeRoot": bootstrap.current_committee_root,
        "currentCommitteeBranch": bootstrap.current_committee_branch,
        "executionBlockHash": bootstrap.execution_block_hash,
        "executionBranch": bootstrap.execution_branch,
    })
}

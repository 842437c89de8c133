//! The sections of the configuration.

use super::SecretRef;
use alloy_primitives::{Address, B256};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::PathBuf};

/// All of it.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Which roles this process plays; all by default but that of an attestor.
    #[serde(default)]
    pub roles: Roles,
    /// Where rows are kept.
    #[serde(default)]
    pub store: Store,
    /// The HTTP interface.
    #[serde(default)]
    pub api: Api,
    /// Logs.
    #[serde(default)]
    pub telemetry: Telemetry,
    /// The chains, by names that are this file's.
    pub chains: BTreeMap<String, Chain>,
    /// Light clients that this relayer keeps fresh, or relies on.
    #[serde(default)]
    pub clients: Vec<Client>,
    /// The lanes that it serves; each is one direction.
    #[serde(default)]
    pub lanes: Vec<Lane>,
    /// Attestors that are asked for signatures.
    #[serde(default)]
    pub attestors: Attestors,
    /// What this process signs as an attestor; only with the role.
    pub attest: Option<Attest>,
}

/// A part of the relayer.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Follows chains (CCMP's Daemon).
    Indexer,
    /// Keeps light clients fresh (MAP's Maintainer).
    Keeper,
    /// Proves messages (MAP's Messenger).
    Messenger,
    /// Signs and sends transactions (CCMP's Signer and Writer).
    Writer,
    /// Carries back what became of messages (CCMP's Checker).
    Checker,
    /// Serves the HTTP interface.
    Api,
    /// Verifies messages on its own and signs that it did. Runs in a process of its own.
    Attestor,
}

/// Which roles a process plays.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Roles(pub Vec<Role>);

impl Default for Roles {
    fn default() -> Self {
        Self(vec![
            Role::Indexer,
            Role::Keeper,
            Role::Messenger,
            Role::Writer,
            Role::Checker,
            Role::Api,
        ])
    }
}

/// Where rows are kept.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// `sqlite:path`, or a reference to a secret that holds a `postgres://` URL. SQLite is for one process, PostgreSQL for several.
    pub url: SecretRef,
    /// Days that what is over is kept for questions; 0 keeps it for ever.
    pub keep_days: u32,
}

impl Default for Store {
    fn default() -> Self {
        Self { url: SecretRef("sqlite:heliograph.db".into()), keep_days: 90 }
    }
}

/// The HTTP interface.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Api {
    /// Where it listens.
    pub listen: String,
    /// What a caller has to send as `Authorization: Bearer …` to change anything; without it nothing can be changed over HTTP.
    pub token: Option<SecretRef>,
}

impl Default for Api {
    fn default() -> Self {
        Self { listen: "127.0.0.1:8787".into(), token: None }
    }
}

/// Logs.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Telemetry {
    /// As `tracing` reads filters: `info`, `relayer=debug`.
    pub level: String,
    /// Lines of JSON in place of lines for people.
    pub json: bool,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self { level: "info".into(), json: false }
    }
}

/// A chain.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Chain {
    /// Its id, which every endpoint has to confirm.
    pub id: u64,
    /// Nodes.
    pub rpc: Rpc,
    /// When a block is final.
    #[serde(default)]
    pub finality: Finality,
    /// The message service there.
    #[schemars(with = "String")]
    pub service: Address,
    /// The checker there, which outcomes are proven to.
    #[schemars(with = "Option<String>")]
    pub checker: Option<Address>,
    /// The first block that matters: that of the deployment.
    #[serde(default)]
    pub start_block: u64,
    /// Seconds between blocks, about: how often nodes are asked.
    #[serde(default = "twelve")]
    pub block_seconds: f64,
    /// Most blocks that one question for logs spans.
    #[serde(default = "thousand")]
    pub log_range: u64,
    /// Who sends transactions there; several share the work.
    #[serde(default)]
    pub signers: Vec<Signer>,
    /// What is paid for gas there.
    #[serde(default)]
    pub fees: Fees,
    /// Most that is spent there.
    #[serde(default)]
    pub limits: Limits,
}

const fn twelve() -> f64 {
    12.0
}

const fn thousand() -> u64 {
    1000
}

/// Nodes of a chain.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rpc {
    /// URLs, or references to secrets that hold one.
    pub endpoints: Vec<SecretRef>,
    /// URLs of websockets, or references to secrets that hold one: they say when there is a new block, so that nodes are asked at once.
    #[serde(default)]
    pub ws: Vec<SecretRef>,
    /// How many have to agree on what is final; more than half of them by default. Never lowered because some are down.
    pub quorum: Option<usize>,
    /// Most requests per second to each of them; 0 is no limit.
    #[serde(default)]
    pub requests_per_second: u32,
    /// Longest wait for an answer, in seconds.
    #[serde(default = "twenty")]
    pub timeout_seconds: f64,
}

const fn twenty() -> f64 {
    20.0
}

/// When a block is final.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Finality {
    /// When nodes call it finalized.
    #[default]
    Finalized,
    /// When nodes call it safe.
    Safe,
    /// When so many blocks are behind it. For chains whose nodes know no finality; the light client of the lane decides all the same.
    Blocks(u64),
}

/// Who sends transactions.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signer {
    /// `keystore:path`, `env:NAME`, `file:path`, `aws-kms:key`, `gcp-kms:…`, `ledger:index`. A key itself is refused.
    pub key: SecretRef,
    /// Where the password of a keystore is.
    pub password: Option<SecretRef>,
}

/// What is paid for gas.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Fees {
    /// Most per gas, in gwei. While a block costs more, nothing takes a nonce.
    pub max_fee_gwei: f64,
    /// Most times the first bid that a transaction is raised to.
    pub max_raise: f64,
    /// How much more a replacement bids, in per cent: nodes want 10 or more.
    pub bump_percent: u32,
    /// After how many blocks without inclusion a transaction bids more.
    pub bump_blocks: u32,
    /// Least tip per gas, in gwei.
    pub min_tip_gwei: f64,
}

impl Default for Fees {
    fn default() -> Self {
        Self {
            max_fee_gwei: 200.0,
            max_raise: 10.0,
            bump_percent: 15,
            bump_blocks: 3,
            min_tip_gwei: 0.01,
        }
    }
}

/// Most that is spent on a chain.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Ether a day on this chain by all signers; 0 is no limit.
    pub ether_per_day: f64,
    /// Ether for one transaction; 0 is no limit.
    pub ether_per_transaction: f64,
    /// Gas of one transaction.
    pub gas_per_transaction: u64,
    /// Transactions under way per signer.
    pub in_flight: usize,
    /// Contracts that may be called beside those that this file names.
    #[schemars(with = "Vec<String>")]
    pub allow: Vec<Address>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            ether_per_day: 1.0,
            ether_per_transaction: 0.2,
            gas_per_transaction: 12_000_000,
            in_flight: 16,
            allow: Vec::new(),
        }
    }
}

/// A light client.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// The chain that it is on, by name.
    pub on: String,
    /// The chain that it follows, by name.
    pub follows: String,
    /// Its contract; the registry of the message service is asked when it is absent.
    #[schemars(with = "Option<String>")]
    pub address: Option<Address>,
    /// What it verifies, and where updates come from.
    pub kind: ClientKind,
    /// When it is updated.
    #[serde(default)]
    pub keeper: Keeper,
}

/// What a light client verifies, and where updates come from.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ClientKind {
    /// A sync committee.
    Beacon {
        /// Beacon nodes.
        endpoints: Vec<SecretRef>,
    },
    /// Validators of a MAP relay chain; headers come from the nodes of the chain.
    Map {
        /// A file with the validators of some epoch, `{"epoch": …, "validators": […]}`: those of later ones follow from headers. Without
        /// it nodes are asked to list them, which not all of them do.
        validators: Option<PathBuf>,
    },
    /// Attestors alone: nothing of the chain's own consensus is verified.
    Attested {},
}

/// When a light client is updated.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Keeper {
    /// Whether this relayer updates it at all.
    pub enabled: bool,
    /// When a message waits for it.
    pub on_demand: bool,
    /// Oldest head, in seconds of the followed chain, after which it is updated without demand; 0 is never.
    pub max_age_seconds: u64,
    /// Which part of its trusting period may pass without an update, demand or not.
    pub expiry_fraction: f64,
    /// Whether what it believes is compared with nodes.
    pub watch: bool,
    /// Whether it is frozen when two final blocks of one height were signed for it. Without it, or without a signer, a person is told.
    pub evidence: bool,
}

impl Default for Keeper {
    fn default() -> Self {
        Self {
            enabled: true,
            on_demand: true,
            max_age_seconds: 0,
            expiry_fraction: 0.5,
            watch: true,
            evidence: true,
        }
    }
}

/// One direction between two chains.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lane {
    /// The chain that messages are sent from, by name.
    pub from: String,
    /// The chain that they are sent to, by name.
    pub to: String,
    /// Which messages are relayed.
    #[serde(default)]
    pub filter: Filter,
    /// Most messages in one transaction.
    #[serde(default = "sixteen")]
    pub batch: usize,
    /// Least that a message has to pay above its cost, in per cent of the cost; absent, what is paid does not matter.
    pub min_profit_percent: Option<i64>,
    /// When deliveries are proven back: `never`, `paid` (a fee waits), `always`.
    #[serde(default)]
    pub acknowledge: Acknowledge,
    /// Whether expired and cancelled messages are proven back so that their senders get back what they carried.
    #[serde(default = "yes")]
    pub prove_expired: bool,
    /// Who is paid for deliveries on the source chain; the signer when absent.
    #[schemars(with = "Option<String>")]
    pub payee: Option<Address>,
}

const fn sixteen() -> usize {
    16
}

const fn yes() -> bool {
    true
}

/// When deliveries are proven back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Acknowledge {
    /// Never.
    Never,
    /// When a fee waits for whoever delivered it.
    #[default]
    Paid,
    /// Always.
    Always,
}

/// Which messages are relayed. Empty lists let everything pass; a message that is denied is left to others, not lost.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Filter {
    /// Only from these.
    #[schemars(with = "Vec<String>")]
    pub senders: Vec<Address>,
    /// Only to these.
    #[schemars(with = "Vec<String>")]
    pub recipients: Vec<Address>,
    /// Not from these.
    #[schemars(with = "Vec<String>")]
    pub deny_senders: Vec<Address>,
    /// Not to these.
    #[schemars(with = "Vec<String>")]
    pub deny_recipients: Vec<Address>,
    /// Longest payload in bytes; 0 is no limit.
    pub max_payload: usize,
}

/// Attestors that are asked for signatures.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Attestors {
    /// The HTTP interfaces of processes with the role.
    pub endpoints: Vec<SecretRef>,
}

/// What this process signs as an attestor.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attest {
    /// With which key. Not one that sends transactions.
    pub signer: Signer,
    /// The contracts that hold the sets of attestors, by name of the chain.
    #[schemars(with = "BTreeMap<String, String>")]
    pub contracts: BTreeMap<String, Address>,
    /// Block hashes that are never signed for, whoever asks.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub refuse: Vec<B256>,
    /// Where what was signed is kept.
    #[serde(default = "attestor_file")]
    pub file: PathBuf,
}

fn attestor_file() -> PathBuf {
    "attestor.db".into()
}

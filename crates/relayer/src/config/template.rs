//! A configuration to begin with, with the comments that explain it.

use std::fmt::Write;

/// A chain of a new configuration.
#[derive(Clone, Debug)]
pub struct NewChain {
    /// Its name in the file.
    pub name: String,
    /// Its id.
    pub id: u64,
    /// URLs of nodes, or references to them.
    pub endpoints: Vec<String>,
    /// The message service.
    pub service: String,
    /// The checker.
    pub checker: Option<String>,
    /// The block of the deployment.
    pub start_block: u64,
    /// Beacon nodes, if a light client elsewhere follows it by them; none: it is a MAP relay chain.
    pub beacon: Vec<String>,
    /// Where the key is that sends there.
    pub key: String,
    /// Where its password is.
    pub password: Option<String>,
}

const HEAD: &str = "\
# What a relayer does. `heliograph config check` reads it, `heliograph config show` shows what is in force, and docs/operator.md explains it.
# Every value can be laid over by a variable: HELIOGRAPH_CHAINS__A__RPC__QUORUM=2. Paths are relative to this file.
# Secrets stay outside: env:NAME and file:path say where they are.

# Which parts run in this process; all of these by default.
# roles = [\"indexer\", \"keeper\", \"messenger\", \"writer\", \"checker\", \"api\"]

[store]
# One process: SQLite. Several: url = \"env:HELIOGRAPH_DATABASE\" with postgres://…
url = \"sqlite:heliograph.db\"
keep_days = 90

[api]
listen = \"127.0.0.1:8787\"
# token = \"file:api-token\"  # without it nothing can be changed over HTTP

[telemetry]
level = \"info\"
json = false
";

/// The text of a configuration for these chains, with a lane and a light client in each direction between any two.
pub fn template(chains: &[NewChain]) -> String {
    let mut text = HEAD.to_owned();
    for chain in chains {
        // Writing to a string does not fail.
        let _ = write_chain(&mut text, chain);
    }
    for (to, from) in pairs(chains) {
        let _ = write_client(&mut text, to, from);
    }
    for (to, from) in pairs(chains) {
        let _ = write_lane(&mut text, from, to);
    }
    text
}

fn pairs(chains: &[NewChain]) -> impl Iterator<Item = (&NewChain, &NewChain)> {
    chains.iter().enumerate().flat_map(move |(at, one)| {
        chains
            .iter()
            .enumerate()
            .filter(move |(other, _)| *other != at)
            .map(move |(_, other)| (one, other))
    })
}

/// A TOML string. Debug's escapes of control characters differ from TOML's, so none of them is let through.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(items: &[String]) -> String {
    let items: Vec<_> = items.iter().map(|item| quoted(item)).collect();
    format!("[{}]", items.join(", "))
}

fn write_chain(text: &mut String, chain: &NewChain) -> std::fmt::Result {
    let name = &chain.name;
    write!(text, "\n[chains.{name}]\nid = {}\n", chain.id)?;
    writeln!(text, "service = {}", quoted(&chain.service))?;
    match &chain.checker {
        Some(checker) => writeln!(text, "checker = {}", quoted(checker))?,
        None => writeln!(text, "# checker = \"0x…\"  # outcomes are proven to it")?,
    }
    writeln!(text, "start_block = {}  # the block of the deployment", chain.start_block)?;
    writeln!(text, "finality = \"finalized\"  # or \"safe\", or {{ blocks = 64 }}")?;
    writeln!(text, "block_seconds = 12.0")?;
    write!(
        text,
        "\n[chains.{name}.rpc]\n# Nodes of different operators; more than half of them have to agree on what is final.\n"
    )?;
    writeln!(text, "endpoints = {}", list(&chain.endpoints))?;
    writeln!(text, "# quorum = 2\n# requests_per_second = 20")?;
    write!(text, "\n[[chains.{name}.signers]]\n")?;
    writeln!(
        text,
        "key = {}  # or env:NAME, file:path, aws-kms:key, gcp-kms:key, ledger:0",
        quoted(&chain.key)
    )?;
    if let Some(password) = &chain.password {
        writeln!(text, "password = {}", quoted(password))?;
    }
    write!(
        text,
        "\n[chains.{name}.fees]\nmax_fee_gwei = 200.0  # while gas costs more, nothing is begun\n"
    )?;
    writeln!(text, "bump_percent = 15\nbump_blocks = 3")?;
    write!(text, "\n[chains.{name}.limits]\nether_per_day = 1.0  # by all signers together\n")?;
    writeln!(text, "ether_per_transaction = 0.2\ngas_per_transaction = 12000000\nin_flight = 16")
}

fn write_client(text: &mut String, on: &NewChain, follows: &NewChain) -> std::fmt::Result {
    write!(
        text,
        "\n[[clients]]\non = {}\nfollows = {}\n",
        quoted(&on.name),
        quoted(&follows.name)
    )?;
    writeln!(text, "# address = \"0x…\"  # the message service is asked by default")?;
    match follows.beacon.as_slice() {
        [] => writeln!(text, "kind = {{ map = {{}} }}"),
        nodes => writeln!(text, "kind = {{ beacon = {{ endpoints = {} }} }}", list(nodes)),
    }
}

fn write_lane(text: &mut String, from: &NewChain, to: &NewChain) -> std::fmt::Result {
    write!(text, "\n[[lanes]]\nfrom = {}\nto = {}\n", quoted(&from.name), quoted(&to.name))?;
    writeln!(text, "batch = 16")?;
    writeln!(text, "# min_profit_percent = 10  # without it, what is paid does not matter")?;
    let back = if from.checker.is_some() { "paid" } else { "never" };
    writeln!(text, "acknowledge = {}  # never, paid (when a fee waits), always", quoted(back))?;
    writeln!(text, "prove_expired = {}", from.checker.is_some())
}

//! `heliograph demo --route map`: a message from A to B over a hub on a MAP relay chain, one beside it, and ways to cheat.

mod chain;
mod cheat;
mod files;
mod message;
mod set_up;
mod stage;
mod story;

use super::{
    anvil::{Anvil, Options},
    deploy::Forge,
    kept,
    report::Report,
    source::{PERIOD, SLOT, Source},
};
use crate::{error::Result, verify::Trust};
use chain::{Hub, INTERVAL};
use std::path::Path;

/// Chain ids of A, of the hub's chain and of B.
const CHAINS: [u64; 3] = [900_001, 900_213, 900_002];

/// How long ago the chain of the hub began, in blocks: more than it ever mines.
const HUB_PAST: u64 = 400;

/// How long ago chain A began, in slots: long enough that it stays behind the clock of the hub's chain.
const PAST: u64 = 1000;

/// How long B trusts the hub's validators, in seconds.
const TRUSTING_PERIOD: u64 = 7 * 24 * 60 * 60;

/// Starts the chains and tells the story; what is left running is said in the answer's text.
pub(super) async fn show(
    (forge, program, folder): (&Forge, &Path, &Path),
    keep: bool,
    report: &mut Report,
) -> Result<String> {
    report.chapter("Three chains");
    let (source, hub, b) = start(program, folder).await?;
    let urls = [&source.anvil, &hub.anvil, &b].map(|chain| chain.url.clone());
    let [a_url, hub_url, b_url] = &urls;
    let [a_id, hub_id, b_id] = CHAINS;
    let result = format!(
        "A is chain {a_id} at {a_url}, the hub's chain {hub_id} at {hub_url}, B chain {b_id} at {b_url}"
    );
    report.done("start three chains", result, None);
    let network = source.network().clone();
    let mut stage = set_up::set_up((source, hub, &b), forge, &network, report).await?;
    story::tell(&mut stage, forge, report).await?;
    let chains = [stage.source.anvil, stage.hub.anvil];
    Ok(if keep { kept(folder, chains.into_iter().chain([b])) } else { String::new() })
}

async fn start(program: &Path, folder: &Path) -> Result<(Source, Hub, Anvil)> {
    let now = Trust::now(None).now;
    let [a, hub, b] = CHAINS;
    let options = |name, chain_id, genesis_time| Options { name, chain_id, genesis_time };
    let (a, hub, b) = tokio::try_join!(
        Anvil::start(program, folder, options('A', a, now - PAST * SLOT)),
        Anvil::start(program, folder, options('H', hub, now - HUB_PAST * INTERVAL)),
        Anvil::start(program, folder, options('B', b, now)),
    )?;
    Ok((Source::new(a, PERIOD).await?, Hub::new(hub, TRUSTING_PERIOD).await?, b))
}

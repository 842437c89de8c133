//! A light-client update against the trusted state beside it: UPD-1, CLI-1, CLI-2, BCN-1…13, BCN-16.

use super::{Trust, Verified};
use crate::{
    error::{Error, Result},
    file::UpdateFile,
    packed::Roots,
    refusal::refuse,
};
use light_client::{
    beacon::{Client, Head, Network, Trusted},
    crypto::DefaultBls,
};

/// Verifies the file.
pub(super) fn verify(file: &UpdateFile, trust: &Trust) -> Result<Verified> {
    let mut verified = Verified::new("beacon-update");
    let (trusted, head) = advance(file, trust.now)?;
    assume(file, &mut verified);
    let update = file.decode()?;
    verified.fact("chain", file.network.chain_id);
    verified.fact("finalized_slot", update.pair.inner_slot);
    if let Some(roots) = Roots::of(&update) {
        verified.fact("finalized_root", roots.finalized);
    }
    match head {
        Some(head) => verified.fact("execution_block_hash", head.block_hash()),
        None => verified.fact("execution_block_hash", "none that is new"),
    }
    if !trusted.next_committee_root.is_zero() {
        verified.fact("next_committee_root", trusted.next_committee_root);
    }
    verified.fact("committee_root", trusted.current_committee_root);
    let (absent, size) = (update.absent.len() as u64, file.network.committee_size);
    verified.fact("signers", format!("{} of {size}", size.saturating_sub(absent)));
    Ok(verified)
}

/// The head that the update proves.
pub(crate) fn head(file: &UpdateFile, now: u64) -> Result<Head> {
    let (_, head) = advance(file, now)?;
    head.ok_or_else(|| Error::input("the update", "brings a committee only, and no new block"))
}

/// Adds what an update rests on.
pub(super) fn assume(file: &UpdateFile, verified: &mut Verified) {
    let Trusted { finalized_slot, current_committee_root, .. } = file.trusted;
    let chain = file.network.chain_id;
    verified.assume(committees(&file.network));
    verified.assume(format!(
        "the trusted state in the file is right: slot {finalized_slot} is finalized, and the committee of its period is \
         {current_committee_root}"
    ));
    verified.assume(format!("the network in the file is that of chain {chain}"));
}

/// What every update of a network rests on.
pub(crate) fn committees(network: &Network) -> String {
    let (chain, size) = (network.chain_id, network.committee_size);
    let quorum = network.as_config().quorum();
    format!(
        "at least ⅔ ({quorum} of {size}) of each sync committee of chain {chain} follow the protocol"
    )
}

/// The client of a network.
pub(crate) fn client(network: &Network) -> Result<Client<'_, DefaultBls>> {
    let client = Client::new(network.as_config(), DefaultBls::default());
    client.map_err(|error| refuse("network", error))
}

fn advance(file: &UpdateFile, now: u64) -> Result<(Trusted, Option<Head>)> {
    let advanced = client(&file.network)?.update(&file.trusted, &file.decode()?, now);
    advanced.map_err(|error| refuse("light-client update", error))
}

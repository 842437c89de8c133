//! An update of a MAP relay chain's client against the trusted state beside it: CLI-1, CLI-2, MAP-1…13, BNS-1…3.

use super::{Trust, Verified};
use crate::{
    error::Result, file::MapUpdateFile, follow::map::validators, map::client, refusal::refuse,
};
use light_client::map::{Head, Trusted};

/// Verifies the file.
pub(super) fn verify(file: &MapUpdateFile, trust: &Trust) -> Result<Verified> {
    let mut verified = Verified::new("map-update");
    let (trusted, head) = advance(file, trust.now)?;
    assume(file, &mut verified);
    verified.fact("chain", file.network.chain_id);
    verified.fact("block", head.number());
    verified.fact("block_hash", head.block_hash());
    verified.fact("receipts_root", head.receipts_root());
    verified.fact("epoch", trusted.epoch);
    verified.fact("validators", trusted.commitment(trusted.epoch).unwrap_or_default());
    Ok(verified)
}

/// The head that the update proves.
pub(crate) fn head(file: &MapUpdateFile, now: u64) -> Result<Head> {
    advance(file, now).map(|(_, head)| head)
}

/// Adds what an update rests on.
pub(super) fn assume(file: &MapUpdateFile, verified: &mut Verified) {
    let (chain, epoch) = (file.network.chain_id, file.trusted.epoch);
    let commitment = file.trusted.commitment(epoch).unwrap_or_default();
    verified.assume(validators(chain));
    verified.assume(format!(
        "the trusted state in the file is right: the commitment of epoch {epoch} is {commitment}"
    ));
    verified.assume(format!("the network in the file is that of chain {chain}"));
}

fn advance(file: &MapUpdateFile, now: u64) -> Result<(Trusted, Head)> {
    let advanced = client(file.network)?.update(&file.trusted, &file.update, now);
    advanced.map_err(|error| refuse("light-client update", error))
}

//! A light-client update against the trusted state beside it: CLI-1, CLI-2, BCN-1…18.

use super::{Trust, Verified};
use crate::{
    error::{Error, Result},
    file::UpdateFile,
    refusal::refuse,
};
use light_client::{
    beacon::{COMMITTEE_SIZE, Client, Head, SUPERMAJORITY, Trusted},
    crypto::DefaultBls,
};

/// Verifies the file.
pub(super) fn verify(file: &UpdateFile, trust: &Trust) -> Result<Verified> {
    let mut verified = Verified::new("beacon-update");
    let (trusted, head) = advance(file, trust.now)?;
    assume(file, &mut verified);
    if let Some(head) = head {
        verified.fact("chain", head.chain_id());
        verified.fact("finalized_slot", head.slot());
        verified.fact("finalized_root", trusted.finalized_root);
        verified.fact("execution_block_hash", head.block_hash());
    }
    if !trusted.next_committee_root.is_zero() {
        verified.fact("next_committee_root", trusted.next_committee_root);
    }
    verified.fact("committee_root", trusted.current_committee_root);
    Ok(verified)
}

/// The head that the update proves.
pub(crate) fn head(file: &UpdateFile, now: u64) -> Result<Head> {
    let (_, head) = advance(file, now)?;
    head.ok_or_else(|| Error::input("the update", "brings a committee only, and no new block"))
}

/// Adds what an update rests on.
pub(super) fn assume(file: &UpdateFile, verified: &mut Verified) {
    let Trusted { finalized_slot, finalized_root, .. } = file.trusted;
    let chain = file.network.borrow().chain_id;
    verified.assume(format!(
        "at least ⅔ ({SUPERMAJORITY} of {COMMITTEE_SIZE}) of each sync committee of chain {chain} follow the protocol"
    ));
    verified.assume(format!(
        "the trusted state in the file is right: slot {finalized_slot} with root {finalized_root} is finalized, \
         and its committees are those named"
    ));
    verified.assume(format!("the network in the file is that of chain {chain}"));
}

fn advance(file: &UpdateFile, now: u64) -> Result<(Trusted, Option<Head>)> {
    let client = Client::new(file.network.borrow(), bls());
    let client = client.map_err(|error| refuse("network", error))?;
    let advanced = client.update(&file.trusted, &file.update.as_update(), now);
    advanced.map_err(|error| refuse("light-client update", error))
}

fn bls() -> DefaultBls {
    DefaultBls::default()
}

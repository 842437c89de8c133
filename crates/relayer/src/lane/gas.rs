//! What a call takes, asked before anyone pays for it.

use super::{Refusal, Scope, Trouble};
use crate::{
    chain::Chain,
    domain::{NewOutgoing, Purpose, Reason},
    messenger::policy::TRANSACTION_GAS,
};
use alloy_primitives::{Address, Bytes};

/// What a call would answer at the newest block, as a quorum of nodes has it: one that lies makes nobody send what fails (L3).
///
/// # Errors
///
/// [`Trouble::Refused`] with what the contract says; [`Trouble::Nodes`].
pub async fn simulate(chain: &Chain, to: Address, data: &Bytes) -> Result<Bytes, Trouble> {
    let heads = chain.heads().await.map_err(|e| Trouble::Nodes(e.to_string()))?;
    Ok(chain.agreed_call(heads.latest.hash, to, data.clone()).await?)
}

/// A gas limit for a call that was simulated: an eighth above what it takes, since other transactions come before.
///
/// # Errors
///
/// [`Trouble::Refused`] with what the contract says, or with [`Reason::Gas`] for more than `most`; [`Trouble::Nodes`].
pub async fn estimate(
    chain: &Chain,
    to: Address,
    data: &Bytes,
    (spare, most): (u64, u64),
) -> Result<u64, Trouble> {
    simulate(chain, to, data).await?;
    let gas = chain.estimate_gas(to, data.clone(), None).await?;
    if gas > most {
        let detail = format!("it takes {gas} gas, a transaction may use {most}");
        return Err(Trouble::Refused(Refusal {
            reason: Reason::Gas,
            detail,
            scope: Scope::Message,
        }));
    }
    Ok(gas.saturating_add(gas / 8).saturating_add(spare).min(most))
}

/// A transaction that succeeds as things are now, with the gas limit that it needs. `key` is what it is queued by, once.
///
/// # Errors
///
/// As [`estimate`].
pub async fn prepare(
    chain: &Chain,
    to: Address,
    purpose: Purpose,
    key: String,
    data: Bytes,
) -> Result<NewOutgoing, Trouble> {
    let most = chain.config().limits.gas_per_transaction.min(TRANSACTION_GAS);
    let gas = estimate(chain, to, &data, (0, most)).await?;
    Ok(NewOutgoing { chain: chain.id(), purpose, to, data, gas, key, budget: None })
}

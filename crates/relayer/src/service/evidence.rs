//! What speaks against light clients just now, without a store and without a signer.

use super::Parts;
use crate::{
    clock::Clock,
    config::{Config, Role as Kind, SecretRef},
    role::{Failed, Role},
};
use alloy_primitives::{Address, Bytes};
use alloy_sol_types::SolCall;
use bindings::IBeaconLightClient::submitMisbehaviourCall;
use serde::Serialize;
use std::sync::Arc;

/// What was found about a light client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The chain that it is on, by name.
    pub on: String,
    /// The chain that it follows, by name.
    pub follows: String,
    /// Its contract, where that is known.
    pub address: Option<Address>,
    /// Number of the block of its newest head, where that is known.
    pub head: Option<u64>,
    /// What speaks against it, in words; empty when nothing does.
    pub alarm: String,
    /// Why it could not be looked at, or not in full; empty when it was.
    pub problem: String,
    /// What freezes it, if it can be frozen: whoever sends this to its contract does so.
    pub calldata: Option<Bytes>,
}

/// Looks at every light client of a configuration once: at what its contract believes, and at what all its nodes serve. Nothing is stored
/// and no key is opened.
///
/// # Errors
///
/// [`Failed`] for a configuration that cannot be worked with.
pub async fn evidence(mut config: Config, clock: Arc<dyn Clock>) -> Result<Vec<Found>, Failed> {
    config.store.url = SecretRef("sqlite::memory:".into());
    config.roles.0 = vec![Kind::Keeper];
    for client in &mut config.clients {
        // It is looked at, and nothing else.
        client.keeper.enabled = false;
        client.keeper.watch = true;
    }
    let parts = Parts::open(config, clock).await?;
    let mut all = Vec::new();
    for (client, keeper) in parts.config.clients.iter().zip(parts.keepers()?) {
        let (on, follows) = (parts.chain(&client.on)?, parts.chain(&client.follows)?);
        let problem = keeper.step().await.err().map(|failed| super::with_causes(&failed));
        let read = |e| Failed::new("read what was found", e);
        let rows = parts.store.clients().await.map_err(read)?;
        let row = rows.iter().find(|row| row.on_chain == on.id() && row.follows == follows.id());
        let pairs = parts.store.contradictions(on.id(), follows.id()).await.map_err(read)?;
        let call = pairs.into_iter().next().map(|(a, b)| {
            let (a, b) = (a.signed.bytes, b.signed.bytes);
            Bytes::from(submitMisbehaviourCall { a, b }.abi_encode())
        });
        all.push(Found {
            on: client.on.clone(),
            follows: client.follows.clone(),
            address: keeper.address(),
            head: row.map(|row| row.head.number),
            alarm: keeper.detail(),
            problem: problem.unwrap_or_default(),
            calldata: call,
        });
    }
    Ok(all)
}

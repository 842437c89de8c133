//! The transaction that updates a light client.

use super::{Keeper, State, Update, Why};
use crate::{
    domain::Purpose,
    lane::{Trouble, prepare},
    role::{Failed, Role},
};
use alloy_primitives::Bytes;
use alloy_sol_types::SolCall;
use bindings::IBeaconLightClient::updateCall;
use std::sync::PoisonError;

/// What became of a transaction that was asked for.
#[derive(Debug)]
pub(super) enum Request {
    /// One with its key has not ended yet.
    UnderWay,
    /// It is queued, with this gas limit.
    Queued(u64),
    /// It would not succeed.
    Refused(Trouble),
}

impl Keeper {
    /// Asks for the transaction, unless it is under way. Answers with what is wrong with it, if something is.
    pub(super) async fn send(
        &self,
        state: &State,
        why: Why,
        update: Update,
    ) -> Result<String, Failed> {
        let key = format!("client:{}:{}:{}", self.on.id(), self.follows.id(), update.tag);
        *self.sent.lock().unwrap_or_else(PoisonError::into_inner) = Some(key.clone());
        let data = updateCall { encoded: update.bytes }.abi_encode().into();
        let gas = match self.request(state, Purpose::UpdateClient, key, data).await? {
            Request::UnderWay => return Ok(String::new()),
            Request::Queued(gas) => gas,
            Request::Refused(trouble) => {
                return Ok(format!("{why}, but the contract does not take the update: {trouble}"));
            }
        };
        let head = update.head.map(|head| head.number);
        tracing::info!(chain = self.on.name(), follows = self.follows.name(), %why, head, gas, "light client is updated");
        metrics::counter!("heliograph_client_updates_total", "chain" => self.on.name().to_owned(), "follows" => self.follows.name().to_owned()).increment(1);
        Ok(String::new())
    }

    /// Queues a transaction to the light client, once for each key, if it would succeed now.
    pub(super) async fn request(
        &self,
        state: &State,
        purpose: Purpose,
        key: String,
        data: Bytes,
    ) -> Result<Request, Failed> {
        let failed = |e| Failed::new(self.name(), e);
        if self.store.outgoing_by_key(&key).await.map_err(failed)?.is_some() {
            return Ok(Request::UnderWay);
        }
        let new = match prepare(&self.on, state.address, purpose, key, data).await {
            Ok(new) => new,
            Err(trouble) => return Ok(Request::Refused(trouble)),
        };
        let gas = new.gas;
        self.store.queue(new).await.map_err(failed)?;
        Ok(Request::Queued(gas))
    }

    /// Whether the update that was asked for last is in no block yet: before that no other one is put together.
    pub(super) async fn is_under_way(&self) -> Result<bool, Failed> {
        let key = self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(key) = key else { return Ok(false) };
        let row = self.store.outgoing_by_key(&key).await;
        let row = row.map_err(|e| Failed::new(self.name(), e))?;
        Ok(row.is_some_and(|row| row.mined.is_none() && !row.state.is_over()))
    }
}

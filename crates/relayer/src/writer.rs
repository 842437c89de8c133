//! The writer: signs what was queued, sends it, and sees to it that it is mined, at a bounded price, once. CCMP splits this into a Signer
//! and a Writer.
//!
//! * [`nonce`] decides which nonce is used for what; [`fees`] decides what is bid. Both are functions.
//! * [`Writer`] is the role, one for each signer on each chain: it looks at the chain, plans, and carries the plan out. A signature is
//!   stored before any node sees it, and a lease sees to it that one process at a time sends for a signer.
//! * [`Desk`] is where the signers of a chain share out what is queued.
//! * [`abandon`] gives up what was queued or sent.

mod act;
mod desk;
mod driver;
pub mod fees;
mod memory;
pub mod nonce;
mod nothing;
mod own;
mod send;
mod sight;
mod take;
mod wanted;

pub use desk::Desk;
pub use nothing::{NotSuchAKey, Nothing};
pub use wanted::wanted;

use crate::{
    chain::Chain,
    clock::Clock,
    keys::{Gate, Signer},
    role::Failed,
    store::{self, Store},
};
use alloy_primitives::Address;
use memory::Memory;
use std::{fmt, sync::Arc};
use tokio::sync::Mutex;

/// Who sends the transactions of one signer on one chain.
pub struct Writer {
    store: Store,
    chain: Arc<Chain>,
    clock: Arc<dyn Clock>,
    signer: Arc<dyn Signer>,
    gate: Gate,
    desk: Arc<Desk>,
    caps: fees::Caps,
    memory: Mutex<Memory>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("chain", &self.chain.name())
            .field("signer", &self.signer.address())
            .finish()
    }
}

/// Asks the writers to give up a transaction: what is queued is not sent, and what was sent and is not mined is replaced by a transaction
/// that does nothing, at the same nonce. What is mined first stands. The number of the request; asking again answers the same.
///
/// # Errors
///
/// Those of the store; [`store::Error::Transition`] when the transaction is over.
pub async fn abandon(store: &Store, id: i64) -> store::Result<i64> {
    let row = store.outgoing(id).await?;
    if row.state.is_over() {
        let why = format!("it is {}", row.state);
        return Err(store::Error::Transition { id, wanted: "abandoned", why });
    }
    store
        .queue(Nothing::Abandon(id).call(row.call.chain, row.signer.unwrap_or(Address::ZERO)))
        .await
}

/// Why a step goes no further.
#[derive(Debug)]
enum Stop {
    /// Someone else sends for this signer now.
    LeaseLost,
    /// Something is wrong.
    Failed(Failed),
    /// The store did not do it.
    Store(store::Error),
}

impl From<store::Error> for Stop {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::LeaseLost { .. } => Self::LeaseLost,
            error => Self::Store(error),
        }
    }
}

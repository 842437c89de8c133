//! What one chain holds of its lane to another: who speaks there, which light client is believed, which of its heads a proof starts from.
//!
//! The same is asked in both directions: where messages are delivered it is about their source, where outcomes are proven about their
//! destination. Nothing here is believed that ends up in a transaction: proofs are verified, and the call is simulated.

mod event;
mod gas;
mod heads;
mod inbound;
mod refusal;
mod signatories;

pub use event::Logged;
pub use gas::{estimate, prepare, simulate};
pub use heads::{RING, Search, USABLE};
pub use inbound::{ClientState, Inbound, Trouble, View, ask};
pub use refusal::{Refusal, Scope};
pub use signatories::{Signatories, packed};

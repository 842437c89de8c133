//! Keys: who signs, and what may be signed at all.
//!
//! A transaction is signed only with a [`Permit`], and only a [`Gate`] gives one: so no code of the relayer can sign what the operator's
//! limits do not allow. Keys hold no rights on any chain but to spend what is on their accounts. Nothing here shows a key.

mod gate;
mod keystore;
mod local;
#[cfg(any(feature = "aws-kms", feature = "gcp-kms", feature = "ledger"))]
mod remote;
mod signer;

pub use gate::{Contract, Day, Gate, Permit, Refusal};
pub use keystore::{Created, Entry, create, decrypt, import, list, said_address};
pub use signer::{KeyError, Signed, Signer, Use, open};

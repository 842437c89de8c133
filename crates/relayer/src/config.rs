//! What an operator decides. Read from one TOML file, with `HELIOGRAPH_…` variables over it; unknown names are refused.
//!
//! [`load`] says of everything that is wrong where it stands, and shows the line; what may be a secret is covered there. Secrets are
//! [`SecretRef`]s: the configuration says where they are.

mod amounts;
mod anchor;
mod check;
mod load;
mod mask;
mod model;
mod problem;
mod secret;
mod show;
mod source;
mod template;

pub use load::{Loaded, load, parse};
pub use model::{
    Acknowledge, Api, Attest, Attestors, Chain, Client, ClientKind, Config, Fees, Filter, Finality,
    Keeper, Lane, Limits, Role, Roles, Rpc, Signer, Store, Telemetry,
};
pub use problem::{ConfigError, Problem};
pub use secret::{Reference, SecretError, SecretRef};
pub use show::{Origins, Shown, schema};
pub use source::Origin;
pub use template::{NewChain, template};

//! The MAP relay chain: its networks, validators and headers as files and nodes give them.

mod extra;
mod followed;
mod keys;
mod network;
pub(crate) mod packed;
pub(crate) mod receipt;
mod source;

pub(crate) use extra::{Parts, Seal, places};
pub(crate) use followed::{Followed, Start};
pub(crate) use keys::read as read_validators;
pub(crate) use network::{NetworkArgs, client, known_start, networks};
pub(crate) use source::{Item, Source};

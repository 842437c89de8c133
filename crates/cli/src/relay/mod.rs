//! The verbs of the relayer.

pub(crate) mod clear;
mod client;
pub(crate) mod config;
pub(crate) mod evidence;
pub(crate) mod health;
pub(crate) mod init;
pub(crate) mod keys;
pub(crate) mod proof;
pub(crate) mod query;
pub(crate) mod queue;
pub(crate) mod relay_one;
mod secret;
mod shown;
pub(crate) mod start;
pub(crate) mod status;
mod watch;

//! What all roles have in common: they take steps, and between steps hold nothing but what the store has.

use crate::{clock::Millis, config::Role as Kind};
use async_trait::async_trait;
use std::fmt::Debug;
use tokio::sync::watch;

/// When a role wants its next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// At once: there is more to do.
    Again,
    /// At this time, or when the store changes.
    At(Millis),
}

/// Why a step failed. It is taken again, later and later; nothing that was stored is lost.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct Failed {
    /// What was tried, with the chain, the lane or the message that it was for, and what a person can do.
    pub what: String,
    /// What went wrong.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Failed {
    /// What was tried and what went wrong.
    pub fn new(
        what: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { what: what.into(), source: Some(source.into()) }
    }

    /// What is wrong, where nothing else says why.
    pub fn because(what: impl Into<String>) -> Self {
        Self { what: what.into(), source: None }
    }
}

/// A part of the relayer that is run step by step. Dropping a step anywhere is as safe as killing the process there.
#[async_trait]
pub trait Role: Debug + Send + Sync {
    /// Which role it is.
    fn kind(&self) -> Kind;

    /// The same with what it is for: `indexer of 1`, `writer of 10 as 0x…`.
    fn name(&self) -> String;

    /// What makes it take the next step at once, beside changes of the store.
    fn wakes(&self) -> Vec<watch::Receiver<u64>> {
        Vec::new()
    }

    /// Does what is due, at most for a few seconds.
    ///
    /// # Errors
    ///
    /// [`Failed`]; the step is then taken again.
    async fn step(&self) -> Result<Pace, Failed>;
}

//! What attestors are asked for.

use alloy_primitives::B256;
use light_client::attestation::Statement;

/// The word for a statement: in paths, in stores.
#[must_use]
pub const fn name_of(statement: Statement) -> &'static str {
    match statement {
        Statement::Sent => "sent",
        Statement::Delivered => "delivered",
        Statement::Cancelled => "cancelled",
        Statement::Expired => "expired",
        Statement::CancellationRequested => "cancellation_requested",
    }
}

/// The statement for a word.
#[must_use]
pub fn named(word: &str) -> Option<Statement> {
    let all = [
        Statement::Sent,
        Statement::Delivered,
        Statement::Cancelled,
        Statement::Expired,
        Statement::CancellationRequested,
    ];
    all.into_iter().find(|statement| name_of(*statement) == word)
}

/// Where to look. Of an expiry, where the message was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What is to be signed.
    pub statement: Statement,
    /// The chain of the event.
    pub chain: u64,
    /// The transaction.
    pub transaction: B256,
    /// Place of the log in the block, as nodes count.
    pub log_index: u64,
    /// The message's number in its lane, which its event does not say.
    pub nonce: u64,
}

/// What was found and verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The message.
    pub id: B256,
    /// The chain on which it happened: of an expiry, the destination.
    pub happened_on: u64,
    /// The chain on which the signature counts.
    pub counts_on: u64,
}

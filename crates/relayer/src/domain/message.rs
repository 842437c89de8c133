//! A message, and what is decided for it.

use super::{BlockRef, Class, NewOutgoing, Place, Reason, SentMessage, Stage};
use crate::clock::Millis;
use alloy_primitives::B256;

/// A message and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracked {
    /// Its id.
    pub id: B256,
    /// Where it was sent.
    pub sent_at: Place,
    /// What was sent.
    pub sent: SentMessage,
    /// Where it stands.
    pub stage: Stage,
    /// Why it is not further.
    pub reason: Reason,
    /// The same in words: numbers, addresses, what a node said.
    pub detail: String,
    /// Who takes it.
    pub class: Class,
    /// When something is to be done for it; `None` when nothing is.
    pub run_at: Option<Millis>,
    /// How often something was tried since the stage has changed.
    pub attempts: u32,
    /// When it was first seen.
    pub seen_at: Millis,
    /// Since when it is in this stage.
    pub since: Millis,
    /// The transaction of ours that is under way for it.
    pub outgoing: Option<i64>,
}

impl Tracked {
    /// The chain on which the next transaction for it goes: the destination until it has ended there, then the source.
    pub const fn work_on(&self) -> u64 {
        if self.stage.is_carried_back() { self.sent_at.chain } else { self.sent.destination }
    }

    /// The block in which it was sent.
    pub const fn block(&self) -> BlockRef {
        self.sent_at.block
    }
}

/// Messages of one block, one lane and one stage, taken for a while. Whoever comes back later than that finds that they are not theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The messages; at least one.
    pub messages: Vec<Tracked>,
    /// Grows each time that messages are taken.
    pub fence: i64,
    /// Until when they are taken.
    pub until: Millis,
}

/// What is to become of a message that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It waits.
    Wait {
        /// Why.
        reason: Reason,
        /// The same in words.
        detail: String,
        /// Until when.
        until: Millis,
        /// Whether this counts as an attempt, after which it waits longer.
        tried: bool,
    },
    /// It goes out with the transaction of the verdict.
    Submit,
    /// It is put aside until a person has looked at it.
    Quarantine(Reason, String),
    /// It is left to others.
    Filter(String),
    /// Its deadline has passed on the destination.
    Expire(String),
    /// There is nothing to do for it in this stage.
    Rest,
}

/// All that is decided for a claim, in one step of the store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// For each message of the claim.
    pub verdicts: Vec<(B256, Verdict)>,
    /// The transaction for those that are submitted.
    pub outgoing: Option<NewOutgoing>,
}

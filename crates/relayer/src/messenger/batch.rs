//! Which messages of a block go together, so that none suffers from what is wrong with another.

use super::policy::{TRANSACTION_GAS, floor};
use crate::domain::Reason;
use alloy_primitives::B256;
use std::collections::BTreeSet;

/// A message that may be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: B256,
    /// Gas with which its recipient is called.
    pub gas: u64,
    /// Whether something went wrong with it before: then it goes alone.
    pub suspect: bool,
    /// Whether a failure of its recipient is to be recorded.
    pub records_failure: bool,
}

impl Item {
    /// Whether that a message waits for this reason says that it goes alone from then on.
    #[must_use]
    pub const fn is_suspect(reason: Reason) -> bool {
        matches!(
            reason,
            Reason::Reverted | Reason::RecipientFails | Reason::Gas | Reason::ProofInvalid
        )
    }
}

/// What a call that delivers a message would come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It would be delivered.
    Delivered,
    /// Its recipient fails.
    Failed,
    /// It would be left as it is.
    Left,
}

/// What goes out, and what does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// These go together.
    pub together: Vec<B256>,
    /// These have their turn right after.
    pub later: Vec<B256>,
}

/// Which of the messages are tried together: those that nothing is known against, in their order, `most` of them and as far as one
/// transaction has room for them. When something is known against each, the first of them alone.
#[must_use]
pub fn choose(items: &[Item], most: usize, gas: u64) -> Choice {
    let mut left = gas.min(TRANSACTION_GAS);
    let mut choice = Choice::default();
    let alone = items.iter().all(|item| item.suspect);
    for item in items {
        let needs = floor(item.gas);
        let first = choice.together.is_empty();
        let room = first || (needs <= left && choice.together.len() < most);
        let fits = if alone { first } else { !item.suspect && room };
        if fits {
            left = left.saturating_sub(needs);
            choice.together.push(item.id);
        } else {
            choice.later.push(item.id);
        }
    }
    choice
}

/// What follows from trying messages together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sorted {
    /// These go out together.
    pub go: Vec<B256>,
    /// This one goes out alone, although its recipient fails: its sender asks that the failure be recorded.
    pub record: Option<B256>,
    /// The recipients of these fail.
    pub fail: Vec<B256>,
    /// Something is in the way of these.
    pub left: Vec<B256>,
    /// These have their turn right after.
    pub later: Vec<B256>,
}

/// Sorts messages by what a call for all of them would come to. What would fail never goes with what would not.
#[must_use]
pub fn sort(tried: &[(Item, Outcome)]) -> Sorted {
    let mut sorted = Sorted::default();
    for (item, outcome) in tried {
        match outcome {
            Outcome::Delivered => sorted.go.push(item.id),
            Outcome::Left => sorted.left.push(item.id),
            Outcome::Failed if item.records_failure => sorted.later.push(item.id),
            Outcome::Failed => sorted.fail.push(item.id),
        }
    }
    if sorted.go.is_empty() && !sorted.later.is_empty() {
        sorted.record = Some(sorted.later.remove(0));
    }
    sorted
}

/// A smaller choice after a call for all of them was refused as a whole: the first half.
#[must_use]
pub fn halve(choice: &mut Choice) -> bool {
    let half = choice.together.len() / 2;
    if half == 0 {
        return false;
    }
    let rest = choice.together.split_off(half);
    choice.later.splice(0..0, rest);
    true
}

/// Of messages, those whose ids are wanted, in their order.
pub(super) fn pick<'t, T>(all: &'t [T], id: impl Fn(&T) -> B256, wanted: &[B256]) -> Vec<&'t T> {
    let wanted: BTreeSet<&B256> = wanted.iter().collect();
    all.iter().filter(|one| wanted.contains(&id(one))).collect()
}

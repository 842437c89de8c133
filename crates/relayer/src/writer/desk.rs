//! What the signers of one chain share: who takes which call, and one at a time what is spent.

use crate::clock::Millis;
use alloy_primitives::Address;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync;

/// How long a signer that says nothing counts. What it would have taken is then taken by others.
const FRESH: Millis = 15_000;

/// The desk of a chain. All writers of the chain in a process have the same one; other processes have their own, and what two of them
/// take at once the store gives to one.
#[derive(Debug, Default)]
pub struct Desk {
    state: Mutex<State>,
    /// Held from the question whether there is money left to the signature that commits it.
    pub(super) purse: sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    signers: BTreeMap<Address, Load>,
    taken: BTreeSet<i64>,
    /// Signers whose lease this process has.
    held: BTreeSet<Address>,
}

/// How a signer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Load {
    /// How many of its transactions wait for a block.
    pub(super) waiting: usize,
    /// Whether it can take more: it has its lease, room and money.
    pub(super) able: bool,
    /// When it said so.
    pub(super) at: Millis,
}

impl Desk {
    /// A desk at which nobody has said anything.
    pub fn new() -> Self {
        Self::default()
    }

    /// A signer says how it stands.
    pub(super) fn report(&self, signer: Address, load: Load) {
        self.state().signers.insert(signer, load);
    }

    /// Whether this process sends for a signer now.
    pub(super) fn hold(&self, signer: Address, holds: bool) {
        let held = &mut self.state().held;
        if holds {
            held.insert(signer)
        } else {
            held.remove(&signer)
        };
    }

    /// For how many signers of the chain it does.
    pub(super) fn held(&self) -> usize {
        self.state().held.len()
    }

    /// Gives up a signer, unless it is the last one: of several that ask at once one stays.
    pub(super) fn give_up(&self, signer: Address) -> bool {
        let held = &mut self.state().held;
        held.len() > 1 && held.remove(&signer)
    }

    /// Whether the next call is this signer's: no other one that can take it has less to do.
    pub(super) fn is_turn_of(&self, signer: Address, now: Millis) -> bool {
        let state = self.state();
        let own = state.signers.get(&signer).map_or(0, |load| load.waiting);
        state.others(signer, now).all(|load| load.waiting >= own)
    }

    /// Whether some other signer can take calls.
    pub(super) fn has_others(&self, signer: Address, now: Millis) -> bool {
        self.state().others(signer, now).next().is_some()
    }

    /// Takes a call in hand until the guard is dropped; `None` if another signer has it.
    pub(super) fn take(&self, call: i64) -> Option<Taken<'_>> {
        let is_free = self.state().taken.insert(call);
        // Not `then_some`: a guard that is made in vain would give the call back.
        is_free.then(|| Taken { desk: self, call })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn others(&self, signer: Address, now: Millis) -> impl Iterator<Item = &Load> {
        let others = self.signers.iter().filter(move |(other, _)| **other != signer);
        others.map(|(_, load)| load).filter(move |load| load.able && now < load.at + FRESH)
    }
}

/// A call in hand.
#[derive(Debug)]
pub(super) struct Taken<'d> {
    desk: &'d Desk,
    call: i64,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.desk.state().taken.remove(&self.call);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Address = Address::repeat_byte(1);
    const B: Address = Address::repeat_byte(2);

    fn load(waiting: usize, able: bool) -> Load {
        Load { waiting, able, at: 0 }
    }

    #[test]
    fn gives_the_next_call_to_who_has_least_to_do() {
        let desk = Desk::new();
        desk.report(A, load(2, true));
        assert!(desk.is_turn_of(A, 0) && !desk.has_others(A, 0));
        desk.report(B, load(1, true));
        assert!(!desk.is_turn_of(A, 0) && desk.is_turn_of(B, 0) && desk.has_others(A, 0));
        desk.report(B, load(1, false));
        assert!(desk.is_turn_of(A, 0) && !desk.has_others(A, 0));
        desk.report(B, load(1, true));
        assert!(desk.is_turn_of(A, FRESH) && !desk.is_turn_of(A, FRESH - 1));
    }

    #[test]
    fn gives_up_all_signers_but_one() {
        let desk = Desk::new();
        desk.hold(A, true);
        assert!(!desk.give_up(A) && !desk.give_up(B));
        desk.hold(B, true);
        assert!(desk.give_up(A) && !desk.give_up(A) && !desk.give_up(B));
        desk.hold(B, false);
        assert_eq!(desk.held(), 0);
    }

    #[test]
    fn lets_one_signer_have_a_call_in_hand() {
        let desk = Desk::new();
        let taken = desk.take(7);
        assert!(taken.is_some() && desk.take(7).is_none() && desk.take(8).is_some());
        drop(taken);
        assert!(desk.take(7).is_some());
    }
}

//! Which nonce is used for what: the plan of one signer on one chain.
//!
//! A nonce is *free* until a signature for it is stored, *taken* until a node has the transaction, then *sent*, and *committed* once the
//! final state of the chain has used it. Four rules keep this sound, whatever nodes forget, reorder or say late:
//!
//! * The next nonce never goes down, and is stored in one step with the signature that takes it. So no nonce is signed for two calls.
//! * Nothing ends before the final state of the chain says so. Counts at the head only tell what to do next: a node that lags, or a
//!   block that is replaced, can delay but not decide.
//! * A nonce below the next one for which nothing of ours is open is filled with a transaction that does nothing, at once: all behind it
//!   wait. The same transaction replaces a call that is no longer wanted, at the call's own nonce.
//! * What was used by neither is lost only when final blocks say so at several heads in a row, each time without a receipt of ours.

use crate::domain::BlockRef;
use std::collections::BTreeMap;

/// At how many heads in a row a nonce is found used, and by none of ours, before ours are lost. A node whose receipts lag behind its
/// count, or another node's, has caught up by then.
pub const LOST_AFTER: u32 = 3;

/// How many transactions of the signer the chain has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In final blocks.
    pub finalized: u64,
    /// In all blocks.
    pub latest: u64,
    /// In all blocks and, without a gap, in the mempool of a node.
    pub pending: u64,
}

/// Where a nonce stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was signed for it that is still open.
    Free,
    /// A signature is stored that no node is known to have.
    Taken,
    /// A node has it, or a block that is not final.
    Sent,
    /// The final state has used it.
    Committed,
}

/// How far a transaction of ours got, as the store has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Signed.
    Signed,
    /// A node has taken it.
    Sent,
    /// In this block.
    Mined(BlockRef),
}

/// Where any of its signed forms was found, in the chain as a quorum has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// In no block.
    Nowhere,
    /// In a block that can still be replaced.
    Recent(BlockRef),
    /// In a final block.
    Final(BlockRef),
}

/// An open transaction of the signer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its number in the store.
    pub id: i64,
    /// Its nonce.
    pub nonce: u64,
    /// Whether it does nothing.
    pub nothing: bool,
    /// How far the store has it.
    pub progress: Progress,
    /// Where it was found.
    pub found: Found,
    /// Whether what it does is still to be done. One that does nothing is always wanted.
    pub wanted: bool,
    /// Whether its newest bid pays the base fee of the next block.
    pub pays: bool,
    /// Blocks since its newest bid was first offered.
    pub waited: u32,
    /// Heads in a row at which the final state had used its nonce without it.
    pub missing: u32,
}

/// All that a plan follows from.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// What the chain says.
    pub counts: Counts,
    /// The next nonce that was never taken, as the store has it.
    pub next: u64,
    /// What is open.
    pub slots: &'a [Slot],
    /// Calls that may be sent now, in their order.
    pub ready: &'a [i64],
    /// Most that may wait for a block.
    pub in_flight: usize,
    /// After how many blocks more is bid.
    pub bump_blocks: u32,
    /// Whether the head has moved since the last plan.
    pub moved: bool,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Its receipt is in a final block: it succeeded or failed.
    Finish(i64),
    /// The nonce that it shares went to the other of the two, in a final block.
    Yield(i64),
    /// Its nonce was used by a transaction that is not ours, in a final block.
    Lose(i64),
    /// It is in this block.
    Adopt(i64, BlockRef),
    /// The block that it was in is gone.
    Unmine(i64),
    /// Others have used nonces: this is the next one.
    Resync(u64),
    /// Nothing of ours is open at this nonce: use it with nothing.
    Fill(u64),
    /// This call is no longer wanted: replace it with nothing, at its nonce.
    Cancel(i64, u64),
    /// Offer its newest bid, again if need be.
    Broadcast(i64),
    /// Bid more; offer its newest bid again where no more is bid.
    Raise(i64),
    /// Sign this call with this nonce.
    Take(i64, u64),
}

impl View<'_> {
    /// What is to be done, in order. Done in part, or not at all, it is found again at the next plan.
    pub fn plan(&self) -> Vec<Action> {
        let seats = self.seats();
        let mut plan = Vec::new();
        for seat in seats.values() {
            self.settle(seat, &mut plan);
        }
        let next = self.next_free();
        if next != self.next {
            plan.push(Action::Resync(next));
        }
        plan.extend(self.gaps(&seats).map(Action::Fill));
        for seat in seats.values() {
            self.push(seat, &mut plan);
        }
        let waiting =
            seats.values().filter(|seat| seat.iter().all(|it| it.found == Found::Nowhere));
        let room = self.in_flight.saturating_sub(waiting.count());
        plan.extend(self.ready.iter().zip(next..).take(room).map(|(&id, n)| Action::Take(id, n)));
        plan
    }

    /// Where a nonce stands.
    pub fn standing(&self, nonce: u64) -> Standing {
        if nonce < self.counts.finalized {
            return Standing::Committed;
        }
        let mut here = self.slots.iter().filter(|slot| slot.nonce == nonce).peekable();
        if here.peek().is_none() {
            return Standing::Free;
        }
        let signed =
            |slot: &Slot| slot.progress == Progress::Signed && slot.found == Found::Nowhere;
        if here.all(signed) { Standing::Taken } else { Standing::Sent }
    }

    /// Nonces that block those behind them: neither used nor ours to be used.
    pub fn holes(&self) -> impl Iterator<Item = u64> {
        // What is over, is so by final blocks, and a count at the head that is lower than the final one is old.
        let from = self.counts.latest.max(self.counts.finalized);
        (from..self.next).filter(|&nonce| self.slots.iter().all(|slot| slot.nonce != nonce))
    }

    /// The next nonce: never one that was taken, by us or by others.
    fn next_free(&self) -> u64 {
        let ours = self.slots.iter().map(|slot| slot.nonce.saturating_add(1)).max();
        self.next.max(self.counts.latest).max(ours.unwrap_or_default())
    }

    /// Open transactions by nonce: a call, or what does nothing, or both.
    fn seats(&self) -> BTreeMap<u64, Vec<Slot>> {
        let mut seats: BTreeMap<u64, Vec<Slot>> = BTreeMap::new();
        for slot in self.slots {
            seats.entry(slot.nonce).or_default().push(*slot);
        }
        seats
    }

    /// What the chain has decided at one nonce.
    fn settle(&self, seat: &[Slot], plan: &mut Vec<Action>) {
        if let Some(winner) = seat.iter().find(|slot| matches!(slot.found, Found::Final(_))) {
            // The winner last: as long as it is open, what became of the other can be told.
            let others = seat.iter().filter(|slot| slot.id != winner.id);
            plan.extend(others.map(|slot| Action::Yield(slot.id)));
            plan.push(Action::Finish(winner.id));
            return;
        }
        let lost = |slot: &Slot| slot.nonce < self.counts.finalized && slot.missing >= LOST_AFTER;
        if seat.iter().all(|slot| slot.found == Found::Nowhere && lost(slot)) {
            plan.extend(seat.iter().map(|slot| Action::Lose(slot.id)));
            return;
        }
        for slot in seat {
            match (slot.progress, slot.found) {
                (Progress::Mined(was), Found::Recent(is)) if was == is => {}
                (_, Found::Recent(block)) => plan.push(Action::Adopt(slot.id, block)),
                (Progress::Mined(_), _) => plan.push(Action::Unmine(slot.id)),
                _ => {}
            }
        }
    }

    /// What moves the transactions at one nonce on.
    fn push(&self, seat: &[Slot], plan: &mut Vec<Action>) {
        // Used already, by one of them or, until final blocks say so, by something else.
        let Some(nonce) = seat.first().map(|slot| slot.nonce) else { return };
        let used = nonce < self.counts.latest.max(self.counts.finalized);
        if used || seat.iter().any(|slot| slot.found != Found::Nowhere) {
            return;
        }
        // What does nothing has outbid the call, if both are here.
        let Some(top) = seat.iter().find(|slot| slot.nothing).or_else(|| seat.first()) else {
            return;
        };
        if !top.wanted && !top.nothing {
            plan.push(Action::Cancel(top.id, nonce));
            return;
        }
        // Behind the first in line a raise changes nothing, unless the bid would not do once its turn has come.
        let useful = nonce == self.first_open() || !top.pays;
        if top.waited >= self.bump_blocks && useful {
            plan.push(Action::Raise(top.id));
        } else if top.progress == Progress::Signed || (self.moved && self.counts.pending <= nonce) {
            plan.push(Action::Broadcast(top.id));
        }
    }

    /// The lowest nonce that the chain waits for.
    fn first_open(&self) -> u64 {
        self.counts.latest.max(self.counts.finalized)
    }

    /// Holes that are to be filled now.
    fn gaps(&self, seats: &BTreeMap<u64, Vec<Slot>>) -> impl Iterator<Item = u64> {
        // Something in a mempool that is not open with us may fill the hole by itself; not for ever.
        let stuck = seats.values().flatten().map(|slot| slot.waited).max().unwrap_or_default();
        let patient = stuck < self.bump_blocks;
        let pending = self.counts.pending;
        self.holes().filter(move |&nonce| !(patient && nonce < pending)).take(self.in_flight.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::B256;

    const BLOCK: BlockRef = BlockRef { number: 7, hash: B256::repeat_byte(7) };
    const OTHER: BlockRef = BlockRef { number: 7, hash: B256::repeat_byte(8) };

    fn slot(id: i64, nonce: u64) -> Slot {
        Slot {
            id,
            nonce,
            nothing: false,
            progress: Progress::Sent,
            found: Found::Nowhere,
            wanted: true,
            pays: true,
            waited: 0,
            missing: 0,
        }
    }

    fn view<'a>(
        finalized: u64,
        latest: u64,
        next: u64,
        slots: &'a [Slot],
        ready: &'a [i64],
    ) -> View<'a> {
        let pending = slots.iter().map(|slot| slot.nonce + 1).max().unwrap_or(latest).max(latest);
        let counts = Counts { finalized, latest, pending };
        View { counts, next, slots, ready, in_flight: 4, bump_blocks: 3, moved: true }
    }

    #[test]
    fn takes_nonces_in_order_as_far_as_there_is_room() {
        let slots = [slot(1, 5), slot(2, 6)];
        let plan = view(5, 5, 7, &slots, &[3, 4, 5]).plan();
        assert_eq!(plan, [Action::Take(3, 7), Action::Take(4, 8)]);
    }

    #[test]
    fn passes_over_nonces_that_others_have_used() {
        let plan = view(5, 9, 7, &[], &[3]).plan();
        assert_eq!(plan, [Action::Resync(9), Action::Take(3, 9)]);
    }

    #[test]
    fn l5_sends_what_was_signed_before_a_crash_and_adopts_what_is_mined() {
        let mut slots = [slot(1, 5), slot(2, 6)];
        slots[0].progress = Progress::Signed;
        slots[0].found = Found::Recent(BLOCK);
        slots[1].progress = Progress::Signed;
        let plan = view(5, 6, 7, &slots, &[]).plan();
        assert_eq!(plan, [Action::Adopt(1, BLOCK), Action::Broadcast(2)]);
    }

    #[test]
    fn offers_again_what_nodes_have_forgotten_once_for_each_head() {
        let slots = [slot(1, 5), slot(2, 6)];
        let mut view = view(5, 5, 7, &slots, &[]);
        view.counts.pending = 5;
        assert_eq!(view.plan(), [Action::Broadcast(1), Action::Broadcast(2)]);
        view.moved = false;
        assert_eq!(view.plan(), []);
    }

    #[test]
    fn raises_the_first_in_line_and_what_could_not_follow_it() {
        let mut slots = [slot(1, 5), slot(2, 6), slot(3, 7)];
        for slot in &mut slots {
            slot.waited = 3;
        }
        slots[2].pays = false;
        let plan = view(5, 5, 8, &slots, &[]).plan();
        assert_eq!(plan, [Action::Raise(1), Action::Raise(3)]);
        slots[0].waited = 2;
        let plan = view(5, 5, 8, &slots, &[]).plan();
        assert_eq!(plan, [Action::Raise(3)]);
    }

    #[test]
    fn l4_ends_only_by_final_blocks() {
        let mut slots = [slot(1, 5)];
        slots[0].found = Found::Recent(BLOCK);
        assert_eq!(view(5, 6, 6, &slots, &[]).plan(), [Action::Adopt(1, BLOCK)]);
        slots[0].progress = Progress::Mined(BLOCK);
        assert_eq!(view(5, 6, 6, &slots, &[]).plan(), []);
        slots[0].found = Found::Final(BLOCK);
        assert_eq!(view(6, 6, 6, &slots, &[]).plan(), [Action::Finish(1)]);
    }

    #[test]
    fn l4_follows_a_transaction_from_block_to_block() {
        let mut slots = [slot(1, 5)];
        slots[0].progress = Progress::Mined(OTHER);
        slots[0].found = Found::Recent(BLOCK);
        assert_eq!(view(5, 6, 6, &slots, &[]).plan(), [Action::Adopt(1, BLOCK)]);
        slots[0].found = Found::Nowhere;
        let mut gone = view(5, 5, 6, &slots, &[]);
        gone.counts.pending = 5;
        assert_eq!(gone.plan(), [Action::Unmine(1), Action::Broadcast(1)]);
    }

    #[test]
    fn waits_where_a_nonce_is_used_at_the_head_by_something_unknown() {
        let mut slots = [slot(1, 5)];
        slots[0].missing = LOST_AFTER;
        slots[0].waited = 9;
        assert_eq!(view(5, 6, 6, &slots, &[]).plan(), []);
    }

    #[test]
    fn loses_a_nonce_that_final_blocks_have_used_otherwise() {
        let mut slots = [slot(1, 5)];
        slots[0].missing = LOST_AFTER - 1;
        assert_eq!(view(6, 6, 6, &slots, &[]).plan(), []);
        slots[0].missing = LOST_AFTER;
        assert_eq!(view(6, 6, 6, &slots, &[]).plan(), [Action::Lose(1)]);
    }

    #[test]
    fn cancels_what_is_no_longer_wanted_and_ends_both() {
        let mut slots = [slot(1, 5), slot(2, 5)];
        slots[0].wanted = false;
        assert_eq!(view(5, 5, 6, &slots[..1], &[]).plan(), [Action::Cancel(1, 5)]);
        slots[1].nothing = true;
        slots[1].progress = Progress::Signed;
        assert_eq!(view(5, 5, 6, &slots, &[]).plan(), [Action::Broadcast(2)]);
        slots[1].found = Found::Final(BLOCK);
        assert_eq!(view(6, 6, 6, &slots, &[]).plan(), [Action::Yield(1), Action::Finish(2)]);
        slots[1].found = Found::Nowhere;
        slots[0].found = Found::Final(BLOCK);
        assert_eq!(view(6, 6, 6, &slots, &[]).plan(), [Action::Yield(2), Action::Finish(1)]);
    }

    #[test]
    fn fills_holes_at_once_unless_something_is_pending_there() {
        let slots = [slot(1, 7)];
        let mut view = view(5, 5, 8, &slots, &[]);
        view.counts.pending = 5;
        assert_eq!(view.plan(), [Action::Fill(5), Action::Fill(6), Action::Broadcast(1)]);
        view.counts.pending = 6;
        assert_eq!(view.plan(), [Action::Fill(6), Action::Broadcast(1)]);
        let stuck = [Slot { waited: 3, ..slots[0] }];
        view.slots = &stuck;
        assert_eq!(view.plan(), [Action::Fill(5), Action::Fill(6), Action::Broadcast(1)]);
    }

    #[test]
    fn ignores_a_count_below_the_final_one() {
        let view = view(8, 5, 8, &[], &[3]);
        assert_eq!(view.holes().count(), 0);
        assert_eq!(view.plan(), [Action::Take(3, 8)]);
    }

    #[test]
    fn says_where_a_nonce_stands() {
        let mut slots = [slot(1, 5), slot(2, 6)];
        slots[1].progress = Progress::Signed;
        let view = view(5, 5, 7, &slots, &[]);
        let standings = [4, 5, 6, 7].map(|nonce| view.standing(nonce));
        let want = [Standing::Committed, Standing::Sent, Standing::Taken, Standing::Free];
        assert_eq!(standings, want);
    }
}

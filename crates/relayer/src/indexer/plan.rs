//! What is read next: decided from what is stored and what a quorum says, without asking anyone.

use crate::{
    chain::{Header, Heads},
    domain::BlockRef,
};

/// How far a chain is read, as the store has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The block that is read next.
    pub next_block: u64,
    /// The last block that was read and is final.
    pub final_block: BlockRef,
    /// The blocks after it that were read, ascending and without gaps.
    pub pins: Vec<BlockRef>,
}

/// What is done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// There is nothing new.
    Rest,
    /// Blocks that were read have become final up to here, and are those that were read.
    Settle(BlockRef),
    /// What was read last is below what is final by now: it has to be looked at before more is read.
    Review,
    /// Final blocks, far behind the newest: by ranges.
    Range {
        /// The first.
        from: u64,
        /// The last, at most.
        to: u64,
    },
    /// Blocks one by one, from this one down to one that was read.
    Walk(Target),
    /// The chain has taken back what was final.
    Halt {
        /// What was read as final.
        read: BlockRef,
        /// What is final instead.
        found: BlockRef,
    },
}

/// The block that a walk starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The newest.
    Head(Header),
    /// The one with this number, which is not the newest.
    Number(u64),
}

/// What a walk has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joint {
    /// It meets what was read; later blocks that were read are orphaned, if this says a number.
    Joined(Option<u64>),
    /// One more block has to be read below.
    Lower,
    /// It does not come from the block that was final.
    Broken,
}

impl Position {
    /// The hash of a block that was read and can still be replaced, or of the last one that cannot.
    pub fn hash_at(&self, number: u64) -> Option<BlockRef> {
        if number == self.final_block.number {
            return Some(self.final_block);
        }
        let first = self.pins.first()?.number;
        let place = usize::try_from(number.checked_sub(first)?).ok()?;
        self.pins.get(place).copied().filter(|pin| pin.number == number)
    }

    /// What is done next. `window` is the number of blocks that are read one by one at most.
    pub fn plan(&self, heads: &Heads, window: u64) -> Plan {
        let Heads { latest, finalized } = heads;
        let found = BlockRef::from(*finalized);
        if found.number == self.final_block.number && found.hash != self.final_block.hash {
            return Plan::Halt { read: self.final_block, found };
        }
        let read_to = self.next_block.saturating_sub(1);
        if found.number > read_to && !self.pins.is_empty() {
            return Plan::Review;
        }
        if found.number >= self.next_block.saturating_add(window) {
            return Plan::Range { from: self.next_block, to: found.number };
        }
        if latest.number > read_to {
            let to = read_to.saturating_add(window);
            return Plan::Walk(if latest.number <= to {
                Target::Head(*latest)
            } else {
                Target::Number(to)
            });
        }
        // The newest block is one that was read, or stands in the place of one.
        if self.hash_at(latest.number).is_some_and(|read| read.hash != latest.hash) {
            return Plan::Walk(Target::Head(*latest));
        }
        match self.hash_at(found.number) {
            Some(read) if found.number > self.final_block.number => match read.hash == found.hash {
                true => Plan::Settle(found),
                // The newest block is older than what is final: nodes are behind each other.
                false => Plan::Walk(Target::Number(read_to)),
            },
            _ => Plan::Rest,
        }
    }

    /// Whether blocks whose lowest is `lowest`, with this parent, meet what was read.
    pub fn join(&self, lowest: u64, parent: alloy_primitives::B256) -> Joint {
        let Some(below) = lowest.checked_sub(1) else { return Joint::Broken };
        match self.hash_at(below) {
            Some(read) if read.hash == parent => {
                Joint::Joined((below < self.next_block.saturating_sub(1)).then_some(below))
            }
            Some(read) if read == self.final_block => Joint::Broken,
            Some(_) => Joint::Lower,
            None => Joint::Broken,
        }
    }

    /// The last final block after these were read, ascending: what a quorum says is final, if it is one of those that were read.
    pub fn finality(&self, kept: Option<u64>, read: &[BlockRef], finalized: BlockRef) -> BlockRef {
        if finalized.number <= self.final_block.number {
            return self.final_block;
        }
        let last = kept.unwrap_or(u64::MAX);
        let pins = self.pins.iter().filter(|pin| pin.number <= last);
        pins.chain(read).find(|block| **block == finalized).copied().unwrap_or(self.final_block)
    }
}

/// Blocks of the first range.
const FIRST: u64 = 16;

/// How many blocks are asked for at once: fewer when that was too much, more again when it was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    now: u64,
    most: u64,
}

impl Span {
    /// At most so many; fewer at first, until it is known how much is in them.
    pub const fn new(most: u64) -> Self {
        let most = if most == 0 { 1 } else { most };
        Self { now: if most < FIRST { most } else { FIRST }, most }
    }

    /// So many.
    pub const fn get(self) -> u64 {
        self.now
    }

    /// It was too much; `false` when it cannot be less.
    pub const fn shrink(&mut self, asked: u64) -> bool {
        if asked <= 1 {
            return false;
        }
        self.now = asked.div_ceil(2);
        true
    }

    /// In so many was as much as is stored at once.
    pub fn fit(&mut self, held: u64) {
        self.now = held.clamp(1, self.most);
    }

    /// It was not too much.
    pub fn grow(&mut self) {
        self.now = self.now.saturating_add(self.now.div_ceil(4)).min(self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::{Header, Heads, Joint, Plan, Position, Span, Target};
    use crate::domain::BlockRef;
    use alloy_primitives::{B256, keccak256};
    use proptest::prelude::*;

    /// The block of a number on a branch.
    fn block(branch: u8, number: u64) -> BlockRef {
        BlockRef { number, hash: keccak256([vec![branch], number.to_be_bytes().to_vec()].concat()) }
    }

    fn header(block: BlockRef) -> Header {
        Header { number: block.number, hash: block.hash, time: 0 }
    }

    fn heads(latest: BlockRef, finalized: BlockRef) -> Heads {
        Heads { latest: header(latest), finalized: header(finalized) }
    }

    fn position(final_number: u64, next_block: u64) -> Position {
        let pins = (final_number + 1..next_block).map(|number| block(0, number)).collect();
        Position { next_block, final_block: block(0, final_number), pins }
    }

    #[test]
    fn rests_when_nothing_is_new() {
        assert_eq!(position(5, 9).plan(&heads(block(0, 8), block(0, 5)), 8), Plan::Rest);
        // Nodes that are behind are no reorganisation.
        assert_eq!(position(5, 9).plan(&heads(block(0, 7), block(0, 4)), 8), Plan::Rest);
        assert_eq!(position(5, 6).plan(&heads(block(0, 3), block(0, 3)), 8), Plan::Rest);
    }

    #[test]
    fn walks_to_the_head_or_as_far_as_the_window() {
        let head = Plan::Walk(Target::Head(header(block(0, 12))));
        assert_eq!(position(5, 9).plan(&heads(block(0, 12), block(0, 6)), 8), head);
        let number = Plan::Walk(Target::Number(16));
        assert_eq!(position(5, 9).plan(&heads(block(0, 30), block(0, 6)), 8), number);
    }

    #[test]
    fn reads_ranges_of_final_blocks_that_are_far_behind() {
        let range = Plan::Range { from: 6, to: 50 };
        assert_eq!(position(5, 6).plan(&heads(block(0, 60), block(0, 50)), 8), range);
        // What was read before and is not final has to be looked at first.
        assert_eq!(position(5, 9).plan(&heads(block(0, 60), block(0, 50)), 8), Plan::Review);
    }

    #[test]
    fn settles_what_has_become_final() {
        assert_eq!(
            position(5, 9).plan(&heads(block(0, 8), block(0, 7)), 8),
            Plan::Settle(block(0, 7))
        );
    }

    #[test]
    fn walks_when_the_newest_block_is_another_one() {
        let latest = block(1, 8);
        let plan = position(5, 9).plan(&heads(latest, block(0, 5)), 8);
        assert_eq!(plan, Plan::Walk(Target::Head(header(latest))));
        let shorter = block(1, 7);
        let plan = position(5, 9).plan(&heads(shorter, block(0, 5)), 8);
        assert_eq!(plan, Plan::Walk(Target::Head(header(shorter))));
    }

    #[test]
    fn l4_halts_when_another_block_is_final() {
        let (read, found) = (block(0, 5), block(1, 5));
        let plan = position(5, 9).plan(&heads(block(1, 8), found), 8);
        assert_eq!(plan, Plan::Halt { read, found });
    }

    #[test]
    fn joins_where_the_parent_was_read() {
        let position = position(5, 9);
        assert_eq!(position.join(9, block(0, 8).hash), Joint::Joined(None));
        assert_eq!(position.join(8, block(0, 7).hash), Joint::Joined(Some(7)));
        assert_eq!(position.join(8, block(1, 7).hash), Joint::Lower);
        assert_eq!(position.join(6, block(0, 5).hash), Joint::Joined(Some(5)));
        assert_eq!(position.join(6, block(1, 5).hash), Joint::Broken);
        assert_eq!(position.join(0, B256::ZERO), Joint::Broken);
    }

    #[test]
    fn what_is_final_is_only_what_was_read() {
        let position = position(5, 9);
        assert_eq!(position.finality(None, &[], block(0, 7)), block(0, 7));
        assert_eq!(position.finality(Some(6), &[block(1, 7)], block(0, 7)), block(0, 5));
        assert_eq!(position.finality(Some(6), &[block(1, 7)], block(1, 7)), block(1, 7));
        assert_eq!(position.finality(None, &[], block(0, 4)), block(0, 5));
        assert_eq!(position.finality(None, &[], block(0, 40)), block(0, 5));
    }

    #[test]
    fn spans_shrink_to_one_and_grow_again() {
        let mut span = Span::new(1000);
        assert!(span.shrink(1000));
        assert_eq!(span.get(), 500);
        // The last range before the end may be shorter than the span.
        assert!(span.shrink(3));
        assert_eq!(span.get(), 2);
        assert!(span.shrink(2) && !span.shrink(1));
        (0..60).for_each(|_| span.grow());
        assert_eq!(span.get(), 1000);
        assert_eq!(Span::new(0).get(), 1);
        let mut span = Span::new(1000);
        assert_eq!((span.get(), Span::new(9).get()), (16, 9));
        span.fit(7);
        assert_eq!(span.get(), 7);
        span.fit(2000);
        assert_eq!(span.get(), 1000);
    }

    proptest! {
        /// Whatever quorums say, a plan reads on from where it is, and nothing below what is final is taken back.
        #[test]
        fn l4_plans_never_reach_below_what_is_final(
            final_number in 0u64..20,
            pins in 0u64..12,
            window in 1u64..16,
            branch in 0u8..2,
            latest in 0u64..64,
            finalized in 0u64..64,
        ) {
            let position = position(final_number, final_number + 1 + pins);
            let heads = heads(block(branch, latest.max(finalized)), block(branch, finalized));
            match position.plan(&heads, window) {
                Plan::Rest | Plan::Review => {}
                Plan::Settle(block) => {
                    prop_assert!(block.number > final_number && block.number < position.next_block);
                    prop_assert_eq!(position.hash_at(block.number), Some(block));
                }
                Plan::Range { from, to } => {
                    prop_assert_eq!(from, position.next_block);
                    prop_assert!(to >= from && to <= finalized && position.pins.is_empty());
                }
                Plan::Walk(Target::Number(to)) => {
                    prop_assert!(to + 1 >= position.next_block && to < position.next_block + window);
                }
                Plan::Walk(Target::Head(head)) => prop_assert!(head.number < position.next_block + window),
                Plan::Halt { read, found } => {
                    prop_assert_eq!(read, position.final_block);
                    prop_assert!(found.number == read.number && found.hash != read.hash);
                }
            }
            for lowest in 0..64 {
                if let Joint::Joined(Some(kept)) = position.join(lowest, block(branch, lowest.saturating_sub(1)).hash) {
                    prop_assert!(kept >= final_number && kept < position.next_block);
                }
            }
        }
    }
}

//! Which head of a light client's ring a proof starts from.

/// Heads that a light client keeps (CLI-3).
pub const RING: u64 = 64;

/// How many of them, from the newest on, proofs start from. The oldest are left alone: they may be overwritten before the transaction
/// is in a block.
pub const USABLE: u64 = 56;

/// Looks for the oldest usable head that is at or after a block: from there the fewest headers lead to it. Numbers of heads grow with
/// their ids, so that a few of them are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Search {
    block: u64,
    /// The oldest that may do.
    low: u64,
    /// The oldest that is known to do.
    high: u64,
    /// Whether the one before the newest was looked at. Mostly it is too old, and the search is over.
    halves: bool,
}

impl Search {
    /// Among the heads up to `latest`, whose block is `number`; `None` when even that one is before the block.
    #[must_use]
    pub const fn new(latest: u64, number: u64, block: u64) -> Option<Self> {
        if latest == 0 || number < block {
            return None;
        }
        let low = latest.saturating_sub(USABLE - 1);
        let low = if low == 0 { 1 } else { low };
        Some(Self { block, low, high: latest, halves: false })
    }

    /// The head that has to be looked at next; `None` when the search is over.
    #[must_use]
    pub const fn next(&self) -> Option<u64> {
        match (self.low >= self.high, self.halves) {
            (true, _) => None,
            (false, false) => Some(self.high - 1),
            (false, true) => Some(self.low + (self.high - self.low) / 2),
        }
    }

    /// Takes note of the block of a head; `None` for one that is not kept any more.
    pub const fn tell(&mut self, id: u64, number: Option<u64>) {
        self.halves = true;
        match number {
            Some(number) if number >= self.block => {
                if id < self.high {
                    self.high = id;
                }
            }
            _ => {
                if id >= self.low {
                    self.low = id + 1;
                }
            }
        }
    }

    /// The head, once the search is over.
    #[must_use]
    pub const fn found(&self) -> u64 {
        self.high
    }
}

#[cfg(test)]
mod tests {
    use super::{Search, USABLE};
    use proptest::prelude::*;

    /// The answer that looking at all heads gives.
    fn naive(numbers: &[u64], block: u64) -> Option<u64> {
        let latest = numbers.len() as u64;
        let oldest = latest.saturating_sub(USABLE - 1).max(1);
        (oldest..=latest).find(|id| numbers[usize::try_from(id - 1).unwrap()] >= block)
    }

    #[test]
    fn finds_nothing_before_the_first_head_or_the_block() {
        assert_eq!(Search::new(0, 0, 0), None);
        assert_eq!(Search::new(3, 99, 100), None);
    }

    #[test]
    fn passes_over_heads_that_are_no_longer_kept() {
        let mut search = Search::new(9, 100, 50).expect("the newest will do");
        while let Some(id) = search.next() {
            search.tell(id, None);
        }
        assert_eq!(search.found(), 9);
    }

    proptest! {
        #[test]
        fn finds_the_oldest_usable_head_at_or_after_a_block(
            steps in prop::collection::vec(0_u64..50, 1..200),
            block in 0_u64..6_000,
        ) {
            let numbers: Vec<u64> = steps
                .iter()
                .scan(0, |number, step| { *number += step; Some(*number) })
                .collect();
            let latest = numbers.len() as u64;
            let search = Search::new(latest, *numbers.last().unwrap(), block);
            let mut looks = 0;
            let found = search.map(|mut search| {
                while let Some(id) = search.next() {
                    search.tell(id, Some(numbers[usize::try_from(id - 1).unwrap()]));
                    looks += 1;
                }
                search.found()
            });
            prop_assert_eq!(found, naive(&numbers, block));
            prop_assert!(looks <= 7, "{} looks", looks);
        }
    }
}

//! What a writer remembers between steps. All of it can be lost: it only says since when something is as it is.

use super::nonce::Counts;
use crate::{clock::Millis, domain::Outgoing};
use alloy_primitives::B256;
use std::collections::{BTreeMap, BTreeSet};

/// What a writer remembers.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// When the signer was given to another instance.
    pub(super) given_up: Option<Millis>,
    /// Under which fence all of this was seen.
    pub(super) fence: Option<i64>,
    /// The head at the last look.
    pub(super) head: Option<B256>,
    /// When that was.
    pub(super) looked_at: Option<Millis>,
    /// When the balance was last asked for without anything to send.
    pub(super) balance_at: Option<Millis>,
    /// Calls that could not be taken then.
    pub(super) left: BTreeSet<i64>,
    /// By signed form: the head at which it was first offered.
    offered: BTreeMap<B256, u64>,
    /// By transaction: at how many heads in a row its nonce was used without it, and the last of them.
    missing: BTreeMap<i64, (B256, u32)>,
    /// By transaction: at how many heads in a row no node would ever take it, and the last of them.
    refused: BTreeMap<i64, (B256, u32)>,
    /// Transactions that nodes want to pay more.
    underpriced: BTreeSet<i64>,
}

impl Memory {
    /// That of a writer whose signer is another instance's.
    pub(super) fn given_up(at: Option<Millis>) -> Self {
        Self { given_up: at, ..Self::default() }
    }

    /// Starts anew under another fence: what was seen before someone else was at it says nothing.
    pub(super) fn under(&mut self, fence: i64) {
        if self.fence != Some(fence) {
            *self = Self { fence: Some(fence), ..Self::default() };
        }
    }

    /// Forgets what is over.
    pub(super) fn keep(&mut self, open: &[Outgoing]) {
        let ids: BTreeSet<i64> = open.iter().map(|row| row.id).collect();
        let bids: BTreeSet<B256> =
            open.iter().flat_map(|row| &row.bids).map(|bid| bid.hash).collect();
        self.offered.retain(|hash, _| bids.contains(hash));
        self.missing.retain(|id, _| ids.contains(id));
        self.refused.retain(|id, _| ids.contains(id));
        self.underpriced.retain(|id| ids.contains(id));
    }

    /// Blocks since a signed form was first offered, as far as is known.
    pub(super) fn waited(&mut self, hash: B256, head: u64) -> u32 {
        let since = *self.offered.entry(hash).or_insert(head);
        u32::try_from(head.saturating_sub(since)).unwrap_or(u32::MAX)
    }

    /// At how many heads in a row the nonce of a transaction was used without it, when that is so now.
    pub(super) fn missing(
        &mut self,
        row: &Outgoing,
        found: bool,
        counts: Counts,
        head: B256,
    ) -> u32 {
        if found || row.nonce.is_none_or(|nonce| nonce >= counts.finalized) {
            self.missing.remove(&row.id);
            return 0;
        }
        again(&mut self.missing, row.id, head)
    }

    /// A transaction was refused at a head.
    pub(super) fn refused(&mut self, id: i64, head: B256) {
        again(&mut self.refused, id, head);
    }

    /// A transaction was taken, or not refused for good.
    pub(super) fn not_refused(&mut self, id: i64) {
        self.refused.remove(&id);
    }

    /// At how many heads in a row it was refused.
    pub(super) fn refusals(&self, id: i64) -> u32 {
        self.refused.get(&id).map_or(0, |(_, times)| *times)
    }

    /// Nodes want a transaction to pay more.
    pub(super) fn underpriced(&mut self, id: i64) {
        self.underpriced.insert(id);
    }

    /// Whether they do; said once.
    pub(super) fn take_underpriced(&mut self, id: i64) -> bool {
        self.underpriced.remove(&id)
    }
}

fn again(times: &mut BTreeMap<i64, (B256, u32)>, id: i64, head: B256) -> u32 {
    let (last, count) = times.entry(id).or_insert((head, 1));
    if *last != head {
        (*last, *count) = (head, count.saturating_add(1));
    }
    *count
}

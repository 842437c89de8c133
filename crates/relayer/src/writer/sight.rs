//! What a chain says of the open transactions of a signer.

use super::{
    Writer,
    fees::{self, Market, Price},
    memory::Memory,
    nonce::{Counts, Found, Progress, Slot},
};
use crate::{
    chain::{Error, Heads, Tag},
    domain::{BlockRef, Outgoing, OutgoingState, Purpose},
};
use alloy_primitives::{B256, U256};
use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

/// How a transaction ended, by its receipt in a final block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    pub(super) block: BlockRef,
    pub(super) succeeded: bool,
    pub(super) gas_used: u64,
    pub(super) wei: U256,
}

/// One look at the chain.
#[derive(Debug)]
pub(super) struct Sight {
    pub(super) heads: Heads,
    pub(super) counts: Counts,
    pub(super) market: Market,
    pub(super) slots: Vec<Slot>,
    pub(super) ended: BTreeMap<i64, Ended>,
    /// Whether the head is another one than at the last look.
    pub(super) moved: bool,
}

impl Writer {
    /// Looks at the chain. The counts are of blocks that a quorum agrees on, and so is which block has which number; a receipt is one
    /// node's word, believed as far as its block goes.
    pub(super) async fn look(
        &self,
        open: &[Outgoing],
        unwanted: &BTreeSet<i64>,
        memory: &mut Memory,
    ) -> Result<Sight, Error> {
        let me = self.signer.address();
        let heads = self.chain.heads().await?;
        let finalized = self.chain.nonce(me, Tag::Finalized).await?;
        let latest = self.chain.nonce(me, Tag::Latest).await?;
        let pending = self.chain.nonce(me, Tag::Pending).await?.max(latest);
        let counts = Counts { finalized, latest, pending };
        let fees = self.chain.fee_view().await?;
        let market = Market { base_fee: fees.base_fee_next, tip: fees.tip };
        let head = heads.latest.hash;
        let mut sight = Sight {
            heads,
            counts,
            market,
            slots: Vec::with_capacity(open.len()),
            ended: BTreeMap::new(),
            moved: memory.head != Some(head),
        };
        let mut canonical = BTreeMap::new();
        for row in open {
            let Some(nonce) = row.nonce else { continue };
            let used = nonce < counts.latest.max(counts.finalized) || row.mined.is_some();
            let found = if used {
                self.find(row, &mut sight, &mut canonical).await?
            } else {
                Found::Nowhere
            };
            let missing = memory.missing(row, found != Found::Nowhere, counts, head);
            let mut waited = 0;
            if let Some(bid) = row.bids.last() {
                waited = memory.waited(bid.hash, heads.latest.number);
            }
            if sight.moved && memory.take_underpriced(row.id) {
                waited = u32::MAX;
            }
            sight.slots.push(Slot {
                id: row.id,
                nonce,
                nothing: row.call.purpose == Purpose::Nothing,
                progress: progress(row),
                found,
                wanted: !unwanted.contains(&row.id),
                pays: row.bids.last().is_some_and(|bid| fees::pays(Price::from(bid), market)),
                waited,
                missing,
            });
        }
        Ok(sight)
    }

    /// Where one of the signed forms of a transaction is.
    async fn find(
        &self,
        row: &Outgoing,
        sight: &mut Sight,
        canonical: &mut BTreeMap<u64, Option<B256>>,
    ) -> Result<Found, Error> {
        for bid in row.bids.iter().rev() {
            let Some(receipt) = self.chain.receipt(bid.hash).await? else { continue };
            let block = BlockRef { number: receipt.block_number.to(), hash: receipt.block_hash };
            if receipt.transaction_hash != bid.hash || block.number > sight.heads.latest.number {
                continue;
            }
            let hash = match canonical.entry(block.number) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(place) => {
                    let header = self.chain.header_at(block.number).await?;
                    *place.insert(header.map(|header| header.hash()))
                }
            };
            if hash != Some(block.hash) {
                continue;
            }
            if block.number > sight.heads.finalized.number {
                return Ok(Found::Recent(block));
            }
            let gas_used = receipt.gas_used.to();
            // No node can say that more was paid than was signed for.
            let price = receipt.effective_gas_price.map_or(bid.max_fee, |price| price.to());
            let wei = U256::from(gas_used) * U256::from(price.min(bid.max_fee));
            let succeeded = receipt.succeeded();
            sight.ended.insert(row.id, Ended { block, succeeded, gas_used, wei });
            return Ok(Found::Final(block));
        }
        Ok(Found::Nowhere)
    }
}

const fn progress(row: &Outgoing) -> Progress {
    match (row.state, row.mined) {
        (OutgoingState::Mined, Some(block)) => Progress::Mined(block),
        (OutgoingState::Signed, _) => Progress::Signed,
        _ => Progress::Sent,
    }
}

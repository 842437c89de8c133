//! Proofs of what has happened, and what can be wrong about them.

use super::{IDS, World, spoilt};
use crate::messages::follow::{Attested, Followed};
use alloy_primitives::{B256, Bytes, U256};
use light_client::attestation::Statement;
use mos::{
    BatchItem, BatchProof, DeliveryProof, MESSAGE_SENT,
    outcome::{ExpiryProof, settled_slot},
};
use testkit::dice::Dice;

/// A log that the other chain can be shown.
pub(super) struct Shown {
    pub(super) proof: DeliveryProof,
    pub(super) id: B256,
}

impl World {
    /// A head of a chain as the other one knows it: its id, and the number of its block.
    fn head(&self, dice: &mut Dice, of: usize, from: u64) -> Option<(u64, u64)> {
        let Some(Followed::Attested(Attested { numbers, .. })) =
            self.ends[1 - of].clients.get(&IDS[of])
        else {
            return None;
        };
        let known = (1..).zip(numbers.iter().map(|number| *number as u64));
        let known: Vec<(u64, u64)> = known.filter(|(_, number)| *number >= from).collect();
        // Not always the nearest.
        let choices = &known[..known.len().min(3)];
        (!choices.is_empty()).then(|| *dice.one_of(choices))
    }

    /// Headers from one block down to another.
    fn headers(&self, of: usize, newest: u64, oldest: u64) -> Vec<Bytes> {
        let blocks = self.blocks[of].iter().rev();
        let between = blocks.filter(|block| (oldest..=newest).contains(&block.number));
        between.map(|block| block.header.clone()).collect()
    }

    /// The attestations that a lane asks for, where it does.
    fn attested(&self, of: usize, statement: Statement, id: &B256) -> Bytes {
        let end = &self.ends[1 - of];
        let lane = end.twin.inbox.lanes.end(U256::from(IDS[of]));
        let attested = lane.is_ok_and(|lane| lane.attested);
        if attested { end.attest(IDS[of], statement, id) } else { Bytes::new() }
    }

    /// The proof of some event of a chain to the other.
    pub(super) fn show(
        &self,
        dice: &mut Dice,
        (of, topic, statement): (usize, B256, Statement),
    ) -> Option<Shown> {
        let blocks = self.blocks[of].iter();
        let found = blocks.flat_map(|block| {
            block
                .find(topic)
                .into_iter()
                .map(move |(transaction, log, _)| (block, transaction, log))
        });
        let found: Vec<_> = found.collect();
        // The newest are what happens; the older ones have happened.
        let newest = if dice.one_in(3) { 0 } else { found.len().saturating_sub(6) };
        let found = &found[newest..];
        if found.is_empty() {
            return None;
        }
        let (block, transaction, log) = dice.one_of(found);
        let (head_id, head) = self.head(dice, of, block.number)?;
        let id = block.receipts[*transaction].logs[*log].topics[1];
        let proof = DeliveryProof {
            head_id,
            ancestry: Bytes::new(),
            headers: self.headers(of, head, block.number),
            transaction_index: *transaction as u64,
            receipt_proof: block.trie.proof(*transaction as u64),
            log_index: *log as u64,
            nonce: self.nonce_of(&id),
            attestations: self.attested(of, statement, &id),
        };
        Some(Shown { proof, id })
    }

    fn nonce_of(&self, id: &B256) -> u64 {
        let sent = self.sent.iter().find(|sent| sent.id == *id);
        sent.map(|sent| sent.body.nonce).unwrap_or_default()
    }

    /// The proof of all messages of one block, or of some.
    pub(super) fn show_batch(&self, dice: &mut Dice) -> Option<BatchProof> {
        let has_messages =
            self.blocks[0].iter().filter(|block| !block.find(MESSAGE_SENT).is_empty());
        let with: Vec<_> = has_messages.collect();
        let block = with.get(with.len().checked_sub(1 + dice.below(with.len().min(3)))?)?;
        let (head_id, head) = self.head(dice, 0, block.number)?;
        let mut items: Vec<BatchItem> = Vec::new();
        for (transaction, log, entry) in block.find(MESSAGE_SENT) {
            let id = entry.topics[1];
            let item = BatchItem {
                transaction_index: transaction as u64,
                log_index: log as u64,
                nonce: self.nonce_of(&id),
                attestations: self.attested(0, Statement::Sent, &id),
            };
            if dice.one_in(10) {
                items.push(item.clone());
            }
            items.push(item);
        }
        if dice.one_in(3) {
            let keep = 1 + dice.below(items.len());
            items.truncate(keep);
        }
        items.sort_by_key(|item| key_order(item.transaction_index));
        let mut indices: Vec<u64> = items.iter().map(|item| item.transaction_index).collect();
        indices.dedup();
        let nodes = block.trie.batch(indices).unwrap().nodes;
        let headers = self.headers(0, head, block.number);
        Some(BatchProof { head_id, ancestry: Bytes::new(), headers, nodes, items })
    }

    /// The proof that a message's bit is clear in one of the last blocks of the destination, or an attempt at it.
    pub(super) fn show_clear(&self, dice: &mut Dice, id: &B256, nonce: u64) -> Option<ExpiryProof> {
        let blocks = &self.blocks[1];
        let block = blocks.get(blocks.len().checked_sub(1 + dice.below(blocks.len().min(4)))?)?;
        let (head_id, head) = self.head(dice, 1, block.number)?;
        let [source, destination] = &self.ends;
        let slot = settled_slot(U256::from(IDS[0]), source.service, nonce);
        Some(ExpiryProof {
            head_id,
            ancestry: Bytes::new(),
            headers: self.headers(1, head, block.number),
            account_proof: block.state.account_proof(destination.service),
            storage_proof: block.state.storage_proof(destination.service, slot),
            absent: block.state.slot(destination.service, slot).is_zero(),
            attestations: self.attested(1, Statement::Expired, id),
        })
    }
}

/// Transactions in the order of their keys in a trie: 1 to 127, 0, 128 and so on.
const fn key_order(transaction: u64) -> (bool, u64, u64) {
    match transaction {
        0 => (false, 1, 0),
        1..=127 => (false, 0, transaction),
        _ => (true, 0, transaction),
    }
}

/// Changes one thing about the proof of a log, or nothing.
pub(super) fn spoil(dice: &mut Dice, proof: &mut DeliveryProof) -> &'static str {
    match dice.below(36) {
        0 => {
            proof.head_id = *dice.one_of(&[0, 1, proof.head_id + 1, 1 << 40, u64::MAX]);
            "another head"
        }
        1 => {
            proof.headers.pop();
            "a header less"
        }
        2 => {
            proof.transaction_index ^= 1;
            "another transaction"
        }
        3 => {
            spoil_nodes(dice, &mut proof.receipt_proof);
            "another receipt proof"
        }
        4 => {
            proof.log_index += 1;
            "another log"
        }
        5 => {
            proof.nonce ^= 1 << dice.below(64);
            "another nonce"
        }
        6 => {
            proof.ancestry = Bytes::from_static(&[2, 0, 0]);
            "another ancestry"
        }
        7..9 => {
            proof.attestations = spoilt(dice, &proof.attestations);
            "other attestations"
        }
        _ => "as it was",
    }
}

/// Changes one thing about a list of nodes.
pub(super) fn spoil_nodes(dice: &mut Dice, nodes: &mut Vec<Bytes>) {
    let place = dice.below(nodes.len());
    match (dice.below(3), nodes.get(place).cloned()) {
        (0, _) | (_, None) => drop(nodes.pop()),
        (1, Some(node)) => nodes.push(node),
        (_, Some(node)) => {
            let mut node = node.to_vec();
            let at = dice.below(node.len());
            node[at] ^= 1 << dice.below(8);
            nodes[place] = node.into();
        }
    }
}

//! Where an event is in its block, as a proof names it.

use super::Trouble;
use crate::domain::{Fact, Place, Tracked};
use alloy_primitives::{Address, B256, Bytes, U256};
use mos::{
    Attributes, CancellationRequested, MESSAGE_SENT, MessageCancelled, MessageDelivered, event,
};
use prover::{Event, RawLog, Receipts};

/// An event of a message, as its contract has logged it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    emitter: Address,
    topics: Vec<B256>,
    data: Bytes,
}

impl Logged {
    /// That the message was sent.
    #[must_use]
    pub fn sent(message: &Tracked) -> Self {
        let body = &message.sent.body;
        let attributes = Attributes::new(&body.attributes);
        let data = event::encode(&body.sender, &body.recipient, &body.payload, attributes);
        Self {
            emitter: message.sent.gateway,
            topics: vec![MESSAGE_SENT, message.id],
            data: data.into(),
        }
    }

    /// What else is proven of a message; `None` for facts of which nothing is.
    #[must_use]
    pub fn of(message: &Tracked, fact: &Fact, destination_gateway: Address) -> Option<Self> {
        let (id, nonce) = (message.id, message.sent.body.nonce);
        let source_chain_id = U256::from(message.sent_at.chain);
        let (emitter, topics, data) = match fact {
            Fact::Sent(_) => return Some(Self::sent(message)),
            Fact::CancellationRequested => {
                let destination_chain_id = U256::from(message.sent.destination);
                let asked = CancellationRequested { id, destination_chain_id, nonce };
                (message.sent.gateway, asked.topics(), asked.data())
            }
            Fact::Delivered(payee) => {
                let delivered = MessageDelivered { id, source_chain_id, nonce, payee: *payee };
                (destination_gateway, delivered.topics(), delivered.data())
            }
            Fact::Cancelled => {
                let cancelled = MessageCancelled { id, source_chain_id, nonce };
                (destination_gateway, cancelled.topics(), cancelled.data())
            }
            _ => return None,
        };
        Some(Self { emitter, topics: topics.to_vec(), data: data.into() })
    }

    /// Its place among the receipts of its block, where it is word for word.
    ///
    /// # Errors
    ///
    /// [`Trouble::Proof`] for an event that is not there.
    pub fn locate(self, place: &Place, receipts: &Receipts) -> Result<Event, Trouble> {
        let Place { block, transaction, transaction_index, log_index, .. } = *place;
        let log = RawLog {
            address: self.emitter,
            topics: self.topics,
            data: self.data,
            block_hash: block.hash,
            block_number: block.number,
            transaction_hash: transaction,
            transaction_index,
            log_index,
        };
        receipts.locate(&log).map_err(|_| {
            let (block, log) = (block.hash, log_index);
            Trouble::Proof(prover::Error::NoLog { block, transaction: transaction_index, log })
        })
    }
}

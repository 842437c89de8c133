//! Mutations of one receipt, as the value of a receipts trie.

use super::Expected;
use crate::{
    dice::Dice,
    rlp::{self, Rlp},
    tries::ReceiptEntry,
};
use alloy_primitives::{Address, B256};
use core::fmt;
use mpt_proof::receipt::Error;

/// What is read from a receipt: a log by its place, with what is expected of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogCase {
    /// The receipt, encoded.
    pub receipt: Vec<u8>,
    /// Place of the log.
    pub log_index: u64,
    /// Expected emitter.
    pub emitter: Address,
    /// Expected first topic.
    pub topic0: B256,
}

/// A mutation of a receipt, or of what is expected of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mutation {
    /// None.
    Honest,
    /// Another type byte.
    TypeByte,
    /// No byte at all.
    Empty,
    /// A status of two.
    StatusTwo,
    /// A state root in place of the status, as before EIP-658.
    StateRoot,
    /// An item of the receipt, or of a log in it.
    Item(rlp::Mutation),
    /// A fifth field.
    FiveFields,
    /// A log of two fields.
    LogFewFields,
    /// A log of five topics.
    FiveTopics,
    /// No log there.
    LogIndex,
    /// Expected from another address.
    OtherEmitter,
    /// Expected with another first topic.
    OtherTopic,
}

impl Mutation {
    /// All of them.
    pub fn all() -> Vec<Self> {
        let mut all = vec![
            Self::Honest,
            Self::TypeByte,
            Self::Empty,
            Self::StatusTwo,
            Self::StateRoot,
            Self::FiveFields,
            Self::LogFewFields,
            Self::FiveTopics,
            Self::LogIndex,
            Self::OtherEmitter,
            Self::OtherTopic,
        ];
        all.extend(rlp::Mutation::ALL.map(Self::Item));
        all
    }

    /// A mutated receipt, and what must come of selecting a log of it.
    pub fn apply(
        self,
        receipt: &ReceiptEntry,
        dice: &mut Dice,
    ) -> Option<(LogCase, Expected<Error>)> {
        let log_index = dice.below(receipt.logs.len());
        let log = receipt.logs.get(log_index);
        let mut case = LogCase {
            receipt: Vec::new(),
            log_index: log_index as u64,
            emitter: log.map(|log| log.address).unwrap_or_default(),
            topic0: log.and_then(|log| log.topics.first().copied()).unwrap_or_default(),
        };
        let mut body = receipt.body();
        let mut tx_type = receipt.tx_type;
        let expected = match self {
            Self::Honest => Expected::Open,
            Self::TypeByte => {
                tx_type = dice.byte();
                Expected::Open
            }
            Self::Empty => {
                return Some((
                    case,
                    Expected::Refused(mpt_proof::rlp::Error::InputTooShort.into()),
                ));
            }
            Self::LogIndex => {
                case.log_index += 1 + dice.number() % 5;
                Expected::Open
            }
            Self::OtherEmitter => {
                case.emitter = Address::from_slice(&dice.bytes(20));
                Expected::Open
            }
            Self::OtherTopic => {
                case.topic0 = B256::from_slice(&dice.bytes(32));
                Expected::Open
            }
            _ => self.apply_to_body(&mut body, log_index, dice)?,
        };
        case.receipt = crate::tries::with_type(tx_type, &body);
        Some((case, expected))
    }

    fn apply_to_body(self, body: &mut Rlp, log: usize, dice: &mut Dice) -> Option<Expected<Error>> {
        if let Self::Item(mutation) = self {
            let place = dice.below(body.count());
            return mutation.apply(body.at(place)?, dice).then_some(Expected::Open);
        }
        let fields = body.items()?;
        let error = match self {
            Self::StatusTwo => {
                fields[0] = Rlp::integer(2 + u64::from(dice.byte()));
                Error::Status
            }
            Self::StateRoot => {
                fields[0] = Rlp::bytes([dice.byte(); 32]);
                Error::StateRoot
            }
            Self::FiveFields => {
                fields.push(Rlp::integer(1));
                Error::FieldCount { got: 5 }
            }
            _ => {
                let log = fields[3].items()?.get_mut(log)?.items()?;
                match self {
                    Self::LogFewFields => drop(log.pop()),
                    _ => log[1] = Rlp::List(vec![Rlp::bytes([1; 32]); 5]),
                }
                return Some(Expected::Open);
            }
        };
        Some(Expected::Refused(error))
    }
}

impl fmt::Display for Mutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(mutation) => write!(f, "item: {mutation}"),
            mutation => write!(f, "{mutation:?}"),
        }
    }
}

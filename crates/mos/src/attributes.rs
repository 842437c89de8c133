//! Attributes: what a message asks of its delivery. Section 1 of `spec/message.md`: clauses MSG-2, MSG-13 and MSG-14.
//!
//! Sources: ERC-7786 (what an attribute is), ERC-7985 (those of the table that it knows).

mod list;
mod terms;

use crate::{
    Error,
    abi::{bounded, word},
};
use alloy_primitives::{Address, Bytes, Selector, hex};

pub use list::Attributes;
pub use terms::{Terms, carried};

/// Most gas that a message can ask for.
pub const MAX_GAS_LIMIT: u64 = 10_000_000;

/// Where attributes are read: not all are allowed at both ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// At the source, as the sender lists them.
    Sending {
        /// Whether the service has a contract for fees: without one no relay can be requested.
        fees: bool,
    },
    /// At the destination, and wherever a message is read that was sent.
    Delivering,
}

/// One attribute, of which there is exactly one spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attribute {
    /// `minGasLimit(uint256)`: gas for the recipient, at most [`MAX_GAS_LIMIT`]; 0: the destination's default.
    MinGasLimit(u64),
    /// `deliverAfter(uint256)`: not before this time, in Unix seconds; 0: any.
    DeliverAfter(u64),
    /// `deliverBefore(uint256)`: not after this time, in Unix seconds; 0: any.
    DeliverBefore(u64),
    /// `revertBehavior(uint8)`: whether a failure is recorded (1) or reverts the delivery (0).
    RevertBehavior(bool),
    /// `cancellable(bool)`: whether the sender may cancel.
    Cancellable(bool),
    /// `inOrder()`: delivered in order among those of this sender to this recipient. At the source.
    InOrder,
    /// `place(uint64)`: the message's place in that order. At the destination.
    Place(u64),
    /// `requestRelay(uint256,uint256,address)`: the relayer is paid now. At the source.
    RequestRelay(Relay),
}

/// What `requestRelay` asks for. Its first argument, a value for the recipient, is always zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Relay {
    /// Gas that is paid for, at most [`MAX_GAS_LIMIT`].
    pub gas_limit: u64,
    /// Who gets back what is above the price.
    pub refund_recipient: Address,
}

/// The attributes of the table, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    MinGasLimit,
    DeliverAfter,
    DeliverBefore,
    RevertBehavior,
    Cancellable,
    InOrder,
    Place,
    RequestRelay,
}

impl Attribute {
    /// Reads an attribute where `side` says.
    ///
    /// # Errors
    ///
    /// [`Error::UnsupportedAttribute`] (MSG-2), then [`Error::AttributeMalformed`] (MSG-13).
    pub fn read(bytes: &[u8], side: Side) -> Result<Self, Error> {
        Ok(Kind::read(bytes, side)?.1)
    }

    /// Whether an attribute with this selector is known where `side` says (MSG-2).
    #[must_use]
    pub fn is_supported(selector: Selector, side: Side) -> bool {
        Kind::find(selector, side).is_some()
    }

    /// Its bytes: the selector and the arguments.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        let selector = self.kind().selector();
        let one = |argument: u64| [&selector[..], &word(argument)].concat();
        let bytes = match *self {
            Self::MinGasLimit(number)
            | Self::DeliverAfter(number)
            | Self::DeliverBefore(number)
            | Self::Place(number) => one(number),
            Self::RevertBehavior(flag) | Self::Cancellable(flag) => one(flag.into()),
            Self::InOrder => selector.to_vec(),
            Self::RequestRelay(Relay { gas_limit, refund_recipient }) => {
                let refund = refund_recipient.into_word();
                [&selector[..], &word(0), &word(gas_limit), &refund[..]].concat()
            }
        };
        bytes.into()
    }

    /// Its first four bytes.
    #[must_use]
    pub const fn selector(&self) -> Selector {
        self.kind().selector()
    }

    const fn kind(&self) -> Kind {
        match self {
            Self::MinGasLimit(_) => Kind::MinGasLimit,
            Self::DeliverAfter(_) => Kind::DeliverAfter,
            Self::DeliverBefore(_) => Kind::DeliverBefore,
            Self::RevertBehavior(_) => Kind::RevertBehavior,
            Self::Cancellable(_) => Kind::Cancellable,
            Self::InOrder => Kind::InOrder,
            Self::Place(_) => Kind::Place,
            Self::RequestRelay(_) => Kind::RequestRelay,
        }
    }
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::MinGasLimit,
        Self::DeliverAfter,
        Self::DeliverBefore,
        Self::RevertBehavior,
        Self::Cancellable,
        Self::InOrder,
        Self::Place,
        Self::RequestRelay,
    ];

    /// MSG-2.
    fn find(selector: Selector, side: Side) -> Option<Self> {
        let known = Self::ALL.into_iter().find(|kind| kind.selector() == selector);
        known.filter(|kind| kind.is_allowed(side))
    }

    /// The attribute and which one of the table it is.
    fn read(bytes: &[u8], side: Side) -> Result<(Self, Attribute), Error> {
        let selector = selector_of(bytes);
        let kind = Self::find(selector, side).ok_or(Error::UnsupportedAttribute { selector })?;
        let attribute = kind.decode(bytes).ok_or(Error::AttributeMalformed { selector })?;
        Ok((kind, attribute))
    }

    /// MSG-13: the arguments, each a canonical word within its bound, and no byte more.
    fn decode(self, bytes: &[u8]) -> Option<Attribute> {
        let (words, rest) = bytes.get(4..)?.as_chunks();
        if !rest.is_empty() {
            return None;
        }
        let flag = |word| bounded(word, 1).map(|number| number == 1);
        Some(match (self, words) {
            (Self::MinGasLimit, [gas]) => Attribute::MinGasLimit(bounded(gas, MAX_GAS_LIMIT)?),
            (Self::DeliverAfter, [time]) => Attribute::DeliverAfter(bounded(time, u64::MAX)?),
            (Self::DeliverBefore, [time]) => Attribute::DeliverBefore(bounded(time, u64::MAX)?),
            (Self::RevertBehavior, [behavior]) => Attribute::RevertBehavior(flag(behavior)?),
            (Self::Cancellable, [cancellable]) => Attribute::Cancellable(flag(cancellable)?),
            (Self::InOrder, []) => Attribute::InOrder,
            (Self::Place, [place]) => Attribute::Place(bounded(place, u64::MAX)?),
            (Self::RequestRelay, [value, gas, refund]) => {
                bounded(value, 0)?;
                let gas_limit = bounded(gas, MAX_GAS_LIMIT)?;
                let (dirt, account) = refund.split_last_chunk::<20>()?;
                let refund_recipient = Address::from(*account);
                if dirt.iter().any(|&byte| byte != 0) {
                    return None;
                }
                Attribute::RequestRelay(Relay { gas_limit, refund_recipient })
            }
            _ => return None,
        })
    }

    const fn is_allowed(self, side: Side) -> bool {
        match self {
            Self::InOrder => matches!(side, Side::Sending { .. }),
            Self::RequestRelay => matches!(side, Side::Sending { fees: true }),
            Self::Place => matches!(side, Side::Delivering),
            _ => true,
        }
    }

    const fn selector(self) -> Selector {
        Selector::new(match self {
            Self::MinGasLimit => hex!("39f87ba1"),
            Self::DeliverAfter => hex!("745910eb"),
            Self::DeliverBefore => hex!("3e97d7ee"),
            Self::RevertBehavior => hex!("9e521a77"),
            Self::Cancellable => hex!("de986d7f"),
            Self::InOrder => hex!("1175b777"),
            Self::Place => hex!("c1ce9dd9"),
            Self::RequestRelay => hex!("4cbb573a"),
        })
    }

    /// The kind's bit in a set of kinds.
    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// The first four bytes of an attribute, with zeros for those that it does not have.
fn selector_of(bytes: &[u8]) -> Selector {
    let mut selector = Selector::ZERO;
    selector.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    selector
}

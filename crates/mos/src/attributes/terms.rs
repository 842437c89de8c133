//! What the attributes of a message say together.

use super::{Attribute, Kind, Relay, Side, selector_of};
use crate::Error;
use alloc::vec::Vec;
use alloy_primitives::{B256, Bytes};

/// What a message asks of its delivery. What no attribute says is zero or false.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Terms {
    /// Gas for the recipient; 0: the destination's default.
    pub gas_limit: u64,
    /// Not before this time, in Unix seconds; 0: any.
    pub not_before: u64,
    /// Not after this time, in Unix seconds; 0: any.
    pub deadline: u64,
    /// A failure of the recipient is recorded and announced; else it reverts the delivery.
    pub records_failure: bool,
    /// The sender may cancel.
    pub cancellable: bool,
    /// It is sent in order. Only at the source.
    pub in_order: bool,
    /// Its place in that order. Only at the destination.
    pub place: Option<u64>,
    /// The relayer is paid with it. Only at the source.
    pub relay: Option<Relay>,
}

impl Terms {
    /// Reads a list of attributes where `side` says.
    ///
    /// # Errors
    ///
    /// For each in turn MSG-2, MSG-13; after all of them [`Error::AttributeConflict`] (MSG-14).
    pub fn read<'a>(
        attributes: impl IntoIterator<Item = &'a [u8]>,
        side: Side,
    ) -> Result<Self, Error> {
        let (mut terms, mut listed) = (Self::default(), 0);
        for bytes in attributes {
            let (kind, attribute) = Kind::read(bytes, side)?;
            if listed & kind.bit() != 0 {
                return Err(Error::AttributeRepeated { selector: kind.selector() });
            }
            listed |= kind.bit();
            terms.add(&attribute);
        }
        terms.verify_consistent()?;
        Ok(terms)
    }

    /// Whether the source keeps the message's id: what is not delivered of it can be proven, or its sender can cancel.
    #[must_use]
    pub const fn is_committed(&self) -> bool {
        self.deadline != 0 || self.cancellable
    }

    /// Whether the time is after the deadline.
    #[must_use]
    pub const fn is_expired(&self, now: u64) -> bool {
        self.deadline != 0 && now > self.deadline
    }

    /// MSG-18: the message `id` may be delivered at this time.
    pub(crate) const fn verify_time(&self, id: B256, now: u64) -> Result<(), Error> {
        let Self { deadline, not_before, .. } = *self;
        if self.is_expired(now) {
            Err(Error::Expired { id, deadline })
        } else if now < not_before {
            Err(Error::TooEarly { id, not_before })
        } else {
            Ok(())
        }
    }

    const fn add(&mut self, attribute: &Attribute) {
        match *attribute {
            Attribute::MinGasLimit(gas) => self.gas_limit = gas,
            Attribute::DeliverAfter(time) => self.not_before = time,
            Attribute::DeliverBefore(time) => self.deadline = time,
            Attribute::RevertBehavior(records) => self.records_failure = records,
            Attribute::Cancellable(cancellable) => self.cancellable = cancellable,
            Attribute::InOrder => self.in_order = true,
            Attribute::Place(place) => self.place = Some(place),
            Attribute::RequestRelay(relay) => self.relay = Some(relay),
        }
    }

    /// MSG-14.
    const fn verify_consistent(&self) -> Result<(), Error> {
        // Without an earliest time, which is zero, no deadline is before it.
        let conflict = if self.deadline != 0 && self.deadline <= self.not_before {
            Kind::DeliverBefore
        } else if self.in_order && self.deadline == 0 {
            Kind::InOrder
        } else if self.place.is_some() && self.deadline == 0 {
            Kind::Place
        } else {
            return Ok(());
        };
        Err(Error::AttributeConflict { selector: conflict.selector() })
    }
}

/// The attributes that a message carries of those that its sender listed: all in their order and byte by byte, but for `requestRelay`,
/// which is left out, and `inOrder()`, in whose stead `place` stands.
#[must_use]
pub fn carried(listed: &[Bytes], place: u64) -> Vec<Bytes> {
    let carried = listed.iter().filter_map(|attribute| {
        let selector = selector_of(attribute);
        if selector == Kind::RequestRelay.selector() {
            None
        } else if selector == Kind::InOrder.selector() {
            Some(Attribute::Place(place).encode())
        } else {
            Some(attribute.clone())
        }
    });
    carried.collect()
}

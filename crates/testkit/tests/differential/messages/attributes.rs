//! Random lists of attributes, most of them good.

use alloy_primitives::{Address, Bytes, U256};
use mos::{Attribute, attributes::Relay};
use testkit::dice::Dice;

/// Where a list is read, which is where most of what is in it is allowed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Source,
    Destination,
}

/// A list: every other one empty, one in six spoilt. Times are around `now`.
pub(super) fn attributes(dice: &mut Dice, at: At, now: u64) -> Vec<Bytes> {
    if dice.one_in(4) {
        return Vec::new();
    }
    let mut list = Vec::new();
    if dice.one_in(3) {
        list.push(Attribute::MinGasLimit(*dice.one_of(&[0, 60_000, 250_000])));
    }
    if dice.one_in(4) {
        list.push(Attribute::DeliverAfter((now + dice.number() % 200).saturating_sub(100)));
    }
    let ordered = dice.one_in(3);
    if ordered || dice.one_in(2) {
        list.push(Attribute::DeliverBefore(now + 150 + dice.number() % 400));
    }
    if ordered {
        list.push(match at {
            At::Source => Attribute::InOrder,
            At::Destination => Attribute::Place(dice.number() % 3),
        });
    }
    if dice.one_in(2) {
        list.push(Attribute::RevertBehavior(!dice.one_in(4)));
    }
    if dice.one_in(3) {
        list.push(Attribute::Cancellable(!dice.one_in(4)));
    }
    if at == At::Source && dice.one_in(6) {
        let refund_recipient = Address::repeat_byte(dice.byte());
        list.push(Attribute::RequestRelay(Relay { gas_limit: 100_000, refund_recipient }));
    }
    for place in (1..list.len()).rev() {
        list.swap(place, dice.below(place + 1));
    }
    let mut list: Vec<Bytes> = list.iter().map(Attribute::encode).collect();
    if dice.one_in(6) {
        spoil(dice, &mut list);
    }
    list
}

/// Changes one thing about a list.
fn spoil(dice: &mut Dice, list: &mut Vec<Bytes>) {
    let place = dice.below(list.len());
    let chosen = list.get(place).cloned().unwrap_or_default();
    let mut bytes = chosen.to_vec();
    match dice.below(9) {
        0 => list.push(chosen),
        1 => {
            let length = dice.below(6);
            list.push(dice.bytes(length).into());
        }
        2 => list.push(Attribute::Place(0).encode()),
        3 => list.push(Attribute::InOrder.encode()),
        4 => {
            let relay = Relay { gas_limit: 10_000_001, refund_recipient: Address::ZERO };
            list.push(Attribute::RequestRelay(relay).encode());
        }
        5 => list.retain(|attribute| *attribute != chosen),
        6 if !bytes.is_empty() => {
            bytes.truncate(dice.below(bytes.len()));
            list[place] = bytes.into();
        }
        7 if !bytes.is_empty() => {
            let at = dice.below(bytes.len());
            bytes[at] ^= 1 << dice.below(8);
            list[place] = bytes.into();
        }
        _ if !bytes.is_empty() => {
            bytes.extend(U256::ZERO.to_be_bytes::<32>());
            list[place] = bytes.into();
        }
        _ => {}
    }
}

//! Messages that cannot be delivered, and proofs that do not prove.

use super::{
    attributes::{At, attributes},
    end::End,
    source::{GATEWAY, HERE, THERE, UNWATCHED},
};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use mos::{Attributes, DeliveryProof, EvmAddress, MESSAGE_SENT, Message};
use testkit::{
    dice::Dice,
    tries::{LogEntry, ReceiptEntry},
};

/// A receipt with one log: a message, or what only looks like one.
pub(super) fn receipt(dice: &mut Dice, destination: &End, nonce: u64, now: u64) -> ReceiptEntry {
    let account = *dice.one_of(&destination.targets());
    let sender = address(dice, THERE, Address::repeat_byte(0x11));
    let recipient = address(dice, HERE, account);
    let length = dice.below(70);
    let mut payload = dice.bytes(length);
    if let Some(first) = payload.first_mut() {
        *first %= 5;
    }
    let list = attributes(dice, At::Destination, now);
    let attributes = Attributes::new(&list);
    let lane = destination.twin.inbox.lanes.from(U256::from(THERE)).unwrap();
    let (sender, recipient, payload) = (&sender[..], &recipient[..], &payload[..]);
    let message = Message { lane, nonce, sender, recipient, payload, attributes };
    let mut log = LogEntry {
        address: GATEWAY,
        topics: vec![MESSAGE_SENT, message.id()],
        data: mos::event::encode(sender, recipient, payload, attributes),
    };
    spoil(&mut log, dice);
    ReceiptEntry {
        tx_type: 2,
        success: !dice.one_in(30),
        cumulative_gas_used: nonce,
        logs: vec![log],
    }
}

/// An ERC-7930 address, now and then of another chain or malformed.
fn address(dice: &mut Dice, chain: u64, account: Address) -> Vec<u8> {
    let chain = if dice.one_in(12) { 7 } else { chain };
    let mut bytes = EvmAddress::new(U256::from(chain), account).unwrap().encode();
    match dice.below(30) {
        0 => drop(bytes.pop()),
        1 => bytes.push(0),
        2 => bytes[dice.below(6)] ^= 1,
        _ => {}
    }
    bytes
}

/// One in four logs is wrong somewhere.
pub(super) fn spoil(log: &mut LogEntry, dice: &mut Dice) {
    let place = dice.below(log.data.len());
    match dice.below(52) {
        0 => log.address = Address::repeat_byte(0x6b),
        1 => log.topics[0] = keccak256("Another()"),
        2 => log.topics[1] = B256::repeat_byte(1),
        3 => drop(log.topics.pop()),
        4 => log.topics.push(B256::ZERO),
        5 => log.data[place] ^= 1 << dice.below(8),
        6 => log.data.extend([0; 32]),
        7 => log.data.truncate(place),
        // The value, and the end of the attributes.
        8 => log.data[0x7f] = 1,
        9 => *log.data.last_mut().unwrap() ^= 1,
        // An offset or a length: huge, one word further, the same as another.
        10 => log.data[place / 32 * 32..][..32].fill(0xff),
        11 => log.data[place / 32 * 32 + 31] ^= 0x20,
        12 => log.data.copy_within(0x20..0x40, 0),
        _ => {}
    }
}

/// Changes one thing about a delivery, or nothing.
pub(super) fn mutate(
    dice: &mut Dice,
    proof: &mut DeliveryProof,
    now: &mut u64,
    chain: &mut u64,
) -> &'static str {
    match dice.below(30) {
        0 => {
            *now += 30 * 24 * 60 * 60;
            "too late"
        }
        1 => {
            *chain = UNWATCHED;
            "a chain without a client"
        }
        2 => {
            *chain = 5;
            "a chain without a lane"
        }
        choice => mutate_proof(choice, dice, proof),
    }
}

fn mutate_proof(choice: usize, dice: &mut Dice, proof: &mut DeliveryProof) -> &'static str {
    match choice {
        3 => {
            proof.head_id = *dice.one_of(&[0, 2, 65, u64::MAX]);
            "another head"
        }
        4 => {
            proof.headers.pop();
            "a header less"
        }
        5 => {
            proof.headers.push(Bytes::from_static(&[0xc0]));
            "a header more"
        }
        6 => {
            proof.transaction_index += 1;
            "another transaction"
        }
        7 => {
            proof.receipt_proof.pop();
            "a node less"
        }
        8 => {
            proof.log_index = 1 + dice.number() % 3;
            "another log"
        }
        9 => {
            proof.nonce ^= 1 << dice.below(64);
            "another nonce"
        }
        10 => {
            proof.attestations = spoilt(dice, &proof.attestations);
            "other attestations"
        }
        11 => {
            proof.ancestry = Bytes::from_static(&[3, 0]);
            "another ancestry"
        }
        _ => "as sent",
    }
}

/// Attestations that differ, or any where there are none.
pub(super) fn spoilt(dice: &mut Dice, attestations: &[u8]) -> Bytes {
    let mut bytes = attestations.to_vec();
    if bytes.is_empty() {
        let length = *dice.one_of(&[1, 64, 65, 130]);
        return dice.bytes(length).into();
    }
    match dice.below(6) {
        0 => drop(bytes.pop()),
        1 => bytes.clear(),
        2 => bytes.extend_from_within(..65),
        3 => bytes.rotate_left(65),
        4 => bytes[64] = *dice.one_of(&[0, 1, 26, 29, 55]),
        _ => {
            let place = dice.below(bytes.len());
            bytes[place] ^= 1 << dice.below(8);
        }
    }
    bytes.into()
}

//! MSG-6: the id binds every field, and the boundaries between fields.

mod support;

use alloy_primitives::{B256, Bytes, U256, keccak256};
use alloy_sol_types::SolValue;
use mos::{DOMAIN, Lane, Message};
use proptest::prelude::*;

#[test]
fn the_domain_is_the_hash_of_its_name() {
    assert_eq!(DOMAIN, keccak256("heliograph.message.v1"));
}

fn lanes() -> impl Strategy<Value = Lane> {
    any::<([u8; 32], [u8; 20], [u8; 32], [u8; 20])>().prop_map(|(source, from, destination, to)| {
        Lane {
            source_chain_id: U256::from_be_bytes(source),
            source_gateway: from.into(),
            destination_chain_id: U256::from_be_bytes(destination),
            destination_gateway: to.into(),
        }
    })
}

proptest! {
    /// Against another ABI coder.
    #[test]
    fn msg_6_accepts_the_hash_of_the_abi_encoding(
        lane in lanes(), nonce: u64, sender: Vec<u8>, recipient: Vec<u8>, payload: Vec<u8>
    ) {
        let message = Message { lane, nonce, sender: &sender, recipient: &recipient, payload: &payload };
        prop_assert_eq!(message.id(), abi_id(&message));
    }

    #[test]
    fn msg_6_rejects_s3_any_field_changed(lane in lanes(), other in lanes(), nonce: u64, payload: Vec<u8>, byte: u8) {
        let message = Message { lane, nonce, sender: b"sender", recipient: b"recipient", payload: &payload };
        let longer = [&payload[..], &[byte]].concat();
        let Lane { source_chain_id, source_gateway, destination_chain_id, destination_gateway } = other;
        let changed = [
            Message { nonce: nonce ^ 1, ..message },
            Message { sender: b"sende", ..message },
            Message { recipient: b"recipienT", ..message },
            Message { payload: &longer, ..message },
            Message { lane: Lane { source_chain_id, ..lane }, ..message },
            Message { lane: Lane { source_gateway, ..lane }, ..message },
            Message { lane: Lane { destination_chain_id, ..lane }, ..message },
            Message { lane: Lane { destination_gateway, ..lane }, ..message },
        ];
        for changed in changed.iter().filter(|changed| **changed != message) {
            prop_assert_ne!(changed.id(), message.id());
        }
    }

    /// The mutation that broke packed hashes: bytes move across the boundary between neighbours.
    #[test]
    fn msg_6_rejects_s3_shifted_boundaries(bytes in prop::collection::vec(any::<u8>(), 0..120), cuts: [u8; 4]) {
        let split = |a: u8, b: u8| {
            let at = |cut: u8| usize::from(cut) % (bytes.len() + 1);
            let (low, high) = (at(a).min(at(b)), at(a).max(at(b)));
            (&bytes[..low], &bytes[low..high], &bytes[high..])
        };
        let id = |(sender, recipient, payload)| {
            Message { lane: support::lane(), nonce: 7, sender, recipient, payload }.id()
        };
        let (first, second) = (split(cuts[0], cuts[1]), split(cuts[2], cuts[3]));
        prop_assert_eq!(id(first) == id(second), first == second);
    }
}

fn abi_id(message: &Message<'_>) -> B256 {
    let Lane { source_chain_id, source_gateway, destination_chain_id, destination_gateway } =
        message.lane;
    let bytes = |field: &[u8]| Bytes::copy_from_slice(field);
    let fields = (
        DOMAIN,
        source_chain_id,
        source_gateway,
        destination_chain_id,
        destination_gateway,
        message.nonce,
        bytes(message.sender),
        bytes(message.recipient),
        bytes(message.payload),
    );
    keccak256(fields.abi_encode_params())
}

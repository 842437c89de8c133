//! MSG-6: the id binds every field, and the boundaries between fields.

mod support;

use alloy_primitives::{B256, Bytes, U256, keccak256};
use alloy_sol_types::SolValue;
use mos::{Attributes, DOMAIN, Lane, Message};
use proptest::prelude::*;

#[test]
fn the_domain_is_the_hash_of_its_name() {
    assert_eq!(DOMAIN, keccak256("heliograph.message.v2"));
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

/// Lists of attributes, of any bytes: ids are computed before attributes are read.
fn attributes() -> impl Strategy<Value = Vec<Bytes>> {
    let attribute = prop::collection::vec(any::<u8>(), 0..70).prop_map(Bytes::from);
    prop::collection::vec(attribute, 0..5)
}

proptest! {
    /// Against another ABI coder.
    #[test]
    fn msg_6_accepts_the_hash_of_the_abi_encoding(
        lane in lanes(), nonce: u64, sender: Vec<u8>, recipient: Vec<u8>, payload: Vec<u8>, attributes in attributes()
    ) {
        let message = Message {
            lane,
            nonce,
            sender: &sender,
            recipient: &recipient,
            payload: &payload,
            attributes: Attributes::new(&attributes),
        };
        prop_assert_eq!(message.id(), abi_id(&message));
        // Wherever the attributes are.
        let encoded = attributes.abi_encode();
        let encoded = Attributes::decode(&encoded[32..]).unwrap();
        prop_assert_eq!(Message { attributes: encoded, ..message }.id(), message.id());
        prop_assert_eq!(encoded, message.attributes);
    }

    #[test]
    fn msg_6_rejects_s3_any_field_changed(
        lane in lanes(), other in lanes(), nonce: u64, payload: Vec<u8>, byte: u8, list in attributes(), more in attributes()
    ) {
        let message = Message {
            lane,
            nonce,
            sender: b"sender",
            recipient: b"recipient",
            payload: &payload,
            attributes: Attributes::new(&list),
        };
        let longer = [&payload[..], &[byte]].concat();
        let one_more = [&list[..], &[Bytes::new()]].concat();
        let Lane { source_chain_id, source_gateway, destination_chain_id, destination_gateway } = other;
        let changed = [
            Message { nonce: nonce ^ 1, ..message },
            Message { sender: b"sende", ..message },
            Message { recipient: b"recipienT", ..message },
            Message { payload: &longer, ..message },
            Message { attributes: Attributes::new(&more), ..message },
            Message { attributes: Attributes::new(&one_more), ..message },
            Message { lane: Lane { source_chain_id, ..lane }, ..message },
            Message { lane: Lane { source_gateway, ..lane }, ..message },
            Message { lane: Lane { destination_chain_id, ..lane }, ..message },
            Message { lane: Lane { destination_gateway, ..lane }, ..message },
        ];
        for changed in changed.iter().filter(|changed| **changed != message) {
            prop_assert_ne!(changed.id(), message.id());
        }
    }

    /// The mutation that broke packed hashes: bytes move across the boundary between neighbours. Of the pieces the first three are
    /// fields, the others attributes, of which there may be any number.
    #[test]
    fn msg_6_rejects_s3_shifted_boundaries(
        bytes in prop::collection::vec(any::<u8>(), 0..120),
        cuts in [prop::collection::vec(any::<u8>(), 2..6), prop::collection::vec(any::<u8>(), 2..6)],
    ) {
        let split = |cuts: &[u8]| {
            let mut places: Vec<usize> = cuts.iter().map(|cut| usize::from(*cut) % (bytes.len() + 1)).collect();
            places.extend([0, bytes.len()]);
            places.sort_unstable();
            places.windows(2).map(|ends| Bytes::copy_from_slice(&bytes[ends[0]..ends[1]])).collect::<Vec<_>>()
        };
        let id = |pieces: &[Bytes]| {
            let [sender, recipient, payload, attributes @ ..] = pieces else { panic!("three cuts at least") };
            let attributes = Attributes::new(attributes);
            Message { lane: support::lane(), nonce: 7, sender, recipient, payload, attributes }.id()
        };
        let (first, second) = (split(&cuts[0]), split(&cuts[1]));
        prop_assert_eq!(id(&first) == id(&second), first == second);
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
        message.attributes.iter().map(bytes).collect::<Vec<_>>(),
    );
    keccak256(fields.abi_encode_params())
}

//! MSG-4: one encoding of the events that say what became of a message.
#![allow(clippy::unwrap_used, clippy::unwrap_in_result, reason = "what is built is well formed")]

use alloy_primitives::{Address, B256, U256, keccak256};
use alloy_rlp::{Encodable, Header};
use alloy_sol_types::SolValue;
use mos::{
    CANCELLATION_REQUESTED, CancellationRequested, Error, MESSAGE_CANCELLED, MESSAGE_DELIVERED,
    MessageCancelled, MessageDelivered,
};
use mpt_proof::{receipt::Log, rlp::Item};
use proptest::prelude::*;

#[test]
fn msg_4_accepts_the_topics_of_the_interfaces() {
    let delivered = "MessageDelivered(bytes32,uint256,uint64,address)";
    let cancelled = "MessageCancelled(bytes32,uint256,uint64)";
    let requested = "CancellationRequested(bytes32,uint256,uint64)";
    assert_eq!(MESSAGE_DELIVERED, keccak256(delivered));
    assert_eq!(MESSAGE_CANCELLED, keccak256(cancelled));
    assert_eq!(CANCELLATION_REQUESTED, keccak256(requested));
}

proptest! {
    #[test]
    fn msg_4_accepts_what_is_written(id: [u8; 32], chain: [u8; 32], nonce: u64, payee: [u8; 20]) {
        let (id, chain, payee) = (B256::from(id), U256::from_be_bytes(chain), Address::from(payee));
        let event = MessageDelivered { id, source_chain_id: chain, nonce, payee };
        prop_assert_eq!(event.data(), (nonce, payee).abi_encode());
        prop_assert_eq!(event.topics(), [MESSAGE_DELIVERED, id, chain.into()]);
        prop_assert_eq!(with(&event.topics(), &event.data(), MessageDelivered::decode), Ok(event));

        let event = MessageCancelled { id, source_chain_id: chain, nonce };
        prop_assert_eq!(event.data(), nonce.abi_encode());
        prop_assert_eq!(event.topics(), [MESSAGE_CANCELLED, id, chain.into()]);
        prop_assert_eq!(with(&event.topics(), &event.data(), MessageCancelled::decode), Ok(event));

        let event = CancellationRequested { id, destination_chain_id: chain, nonce };
        prop_assert_eq!(event.data(), nonce.abi_encode());
        prop_assert_eq!(event.topics(), [CANCELLATION_REQUESTED, id, chain.into()]);
        prop_assert_eq!(with(&event.topics(), &event.data(), CancellationRequested::decode), Ok(event));
    }

    /// A nonce has eight bytes and an account twenty: a bit above them is refused, and any below is another event.
    #[test]
    fn msg_4_rejects_words_that_are_not_canonical(place in 0usize..64, bit in 0u8..8, nonce: u64, payee: [u8; 20]) {
        let (id, source_chain_id) = (B256::ZERO, U256::ONE);
        let event = MessageDelivered { id, source_chain_id, nonce, payee: payee.into() };
        let mut data = event.data();
        data[place] ^= 1 << bit;
        let refused = matches!(place, 0..24 | 32..44);
        let decoded = with(&event.topics(), &data, MessageDelivered::decode);
        prop_assert_eq!(decoded == Err(Error::MalformedEvent), refused);
        prop_assert_eq!(decoded.is_ok_and(|other| other != event && other.data() == data), !refused);

        let data = &data[..32];
        let cancelled = with(&event.topics(), data, MessageCancelled::decode);
        let requested = with(&event.topics(), data, CancellationRequested::decode);
        let refused = place < 24;
        prop_assert_eq!(cancelled == Err(Error::MalformedEvent), refused);
        prop_assert_eq!(requested == Err(Error::MalformedEvent), refused);
        prop_assert_eq!(requested.is_ok_and(|other| other.data() == data), !refused);
        prop_assert_eq!(cancelled.is_ok_and(|other| other.data() == data), !refused);
    }
}

#[test]
fn msg_4_rejects_other_topics_and_lengths() {
    let malformed = Err(Error::MalformedEvent);
    for count in [0, 1, 2, 4] {
        let topics = vec![B256::ZERO; count];
        let delivered = with(&topics, &[0; 64], MessageDelivered::decode);
        assert_eq!(delivered.map(drop), malformed);
        let cancelled = with(&topics, &[0; 32], MessageCancelled::decode);
        assert_eq!(cancelled.map(drop), malformed);
        let requested = with(&topics, &[0; 32], CancellationRequested::decode);
        assert_eq!(requested.map(drop), malformed);
    }
    let topics = [B256::ZERO; 3];
    for length in [0, 31, 32, 33, 63, 64, 65, 96] {
        let data = vec![0; length];
        let delivered = with(&topics, &data, MessageDelivered::decode);
        assert_eq!(delivered.is_ok(), length == 64);
        let cancelled = with(&topics, &data, MessageCancelled::decode);
        assert_eq!(cancelled.is_ok(), length == 32);
        let requested = with(&topics, &data, CancellationRequested::decode);
        assert_eq!(requested.is_ok(), length == 32);
    }
}

/// Through a log, since the decoders take nothing else.
fn with<T>(
    topics: &[B256],
    data: &[u8],
    decode: fn(&Log<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let list = |payload: Vec<u8>| {
        let mut out = vec![];
        Header { list: true, payload_length: payload.len() }.encode(&mut out);
        out.extend(payload);
        out
    };
    let mut words = vec![];
    topics.iter().for_each(|topic| topic.encode(&mut words));
    let mut fields = vec![];
    Address::ZERO.encode(&mut fields);
    fields.extend(list(words));
    data.encode(&mut fields);
    let bytes = list(fields);
    decode(&Log::decode(Item::read(&mut &bytes[..]).unwrap()).unwrap())
}

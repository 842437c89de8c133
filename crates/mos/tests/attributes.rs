//! MSG-2, MSG-13, MSG-14: one spelling of each attribute, each where it belongs, and none twice.
#![allow(clippy::unwrap_used, reason = "what is built here is well formed")]

use alloy_primitives::{Address, Bytes, Selector, U256, keccak256};
use alloy_sol_types::SolValue;
use mos::{
    Attribute, Attributes, Error, Terms,
    attributes::{MAX_GAS_LIMIT, Relay, Side, carried},
};
use proptest::prelude::*;

const SENDING: Side = Side::Sending { fees: true };
const FREE: Side = Side::Sending { fees: false };
const SIDES: [Side; 3] = [SENDING, FREE, Side::Delivering];

/// Each attribute with its signature and where it is allowed.
const fn table() -> [(Attribute, &'static str, [bool; 3]); 8] {
    let relay = Relay { gas_limit: 7, refund_recipient: Address::repeat_byte(7) };
    let (both, sending) = ([true; 3], [true, true, false]);
    [
        (Attribute::MinGasLimit(7), "minGasLimit(uint256)", both),
        (Attribute::DeliverAfter(7), "deliverAfter(uint256)", both),
        (Attribute::DeliverBefore(8), "deliverBefore(uint256)", both),
        (Attribute::RevertBehavior(true), "revertBehavior(uint8)", both),
        (Attribute::Cancellable(true), "cancellable(bool)", both),
        (Attribute::InOrder, "inOrder()", sending),
        (Attribute::Place(7), "place(uint64)", [false, false, true]),
        (
            Attribute::RequestRelay(relay),
            "requestRelay(uint256,uint256,address)",
            [true, false, false],
        ),
    ]
}

fn attribute() -> impl Strategy<Value = Attribute> {
    prop_oneof![
        (0..=MAX_GAS_LIMIT).prop_map(Attribute::MinGasLimit),
        any::<u64>().prop_map(Attribute::DeliverAfter),
        any::<u64>().prop_map(Attribute::DeliverBefore),
        any::<bool>().prop_map(Attribute::RevertBehavior),
        any::<bool>().prop_map(Attribute::Cancellable),
        Just(Attribute::InOrder),
        any::<u64>().prop_map(Attribute::Place),
        (0..=MAX_GAS_LIMIT, any::<[u8; 20]>()).prop_map(|(gas_limit, account)| {
            let refund_recipient = account.into();
            Attribute::RequestRelay(Relay { gas_limit, refund_recipient })
        }),
    ]
}

fn read(attributes: &[Bytes], side: Side) -> Result<Terms, Error> {
    Terms::read(Attributes::new(attributes).iter(), side)
}

fn list(attributes: &[Attribute]) -> Vec<Bytes> {
    attributes.iter().map(Attribute::encode).collect()
}

/// A side where the attribute is allowed.
const fn side_of(attribute: &Attribute) -> Side {
    if matches!(attribute, Attribute::Place(_)) { Side::Delivering } else { SENDING }
}

#[test]
fn msg_2_accepts_and_rejects_selectors_by_side() {
    for (attribute, signature, allowed) in table() {
        let selector = Selector::from_slice(&keccak256(signature)[..4]);
        assert_eq!(attribute.selector(), selector, "{signature}");
        for (side, allowed) in SIDES.into_iter().zip(allowed) {
            let expected =
                if allowed { Ok(attribute) } else { Err(Error::UnsupportedAttribute { selector }) };
            assert_eq!(Attribute::read(&attribute.encode(), side), expected);
            assert_eq!(Attribute::is_supported(selector, side), allowed);
            // It is refused for what it is before it is for what it says.
            let cut = &attribute.encode()[..4];
            if !allowed {
                assert_eq!(
                    Attribute::read(cut, side),
                    Err(Error::UnsupportedAttribute { selector })
                );
            }
        }
    }
}

#[test]
fn msg_2_rejects_unknown_and_short_selectors_padded() {
    let unsupported = |bytes: &[u8], selector: [u8; 4]| {
        for side in SIDES {
            let error = Error::UnsupportedAttribute { selector: selector.into() };
            assert_eq!(Attribute::read(bytes, side), Err(error));
            assert!(!Attribute::is_supported(selector.into(), side));
        }
    };
    unsupported(&[], [0; 4]);
    unsupported(&[0x39, 0xf8, 0x7b], [0x39, 0xf8, 0x7b, 0]);
    unsupported(&[1, 2, 3, 4, 5], [1, 2, 3, 4]);
}

#[test]
fn msg_13_accepts_bounds_and_rejects_beyond_them() {
    let gas = Attribute::MinGasLimit(0).selector();
    let word = |selector: Selector, word: U256| {
        Bytes::from([&selector[..], &word.to_be_bytes::<32>()].concat())
    };
    for (attribute, _, _) in table() {
        let (selector, side) = (attribute.selector(), side_of(&attribute));
        let bound = match attribute {
            Attribute::MinGasLimit(_) => MAX_GAS_LIMIT,
            Attribute::RevertBehavior(_) | Attribute::Cancellable(_) => 1,
            Attribute::DeliverAfter(_) | Attribute::DeliverBefore(_) | Attribute::Place(_) => {
                u64::MAX
            }
            Attribute::InOrder | Attribute::RequestRelay(_) => continue,
        };
        let largest = word(selector, U256::from(bound));
        assert_eq!(Attribute::read(&largest, side).unwrap().encode(), largest);
        let malformed = Err(Error::AttributeMalformed { selector });
        for beyond in [U256::from(bound) + U256::ONE, U256::ONE << 64, U256::MAX] {
            assert_eq!(Attribute::read(&word(selector, beyond), side), malformed);
        }
    }
    assert_eq!(Attribute::read(&word(gas, U256::ZERO), FREE), Ok(Attribute::MinGasLimit(0)));
}

#[test]
fn msg_13_accepts_a_relay_and_rejects_value_gas_and_dirt() {
    const WHO: Address = Address::repeat_byte(0xfe);
    let relay = |value: U256, gas: U256, refund: U256| {
        let selector =
            Attribute::RequestRelay(Relay { gas_limit: 0, refund_recipient: WHO }).selector();
        [&selector[..], &(value, gas, refund).abi_encode()].concat()
    };
    let (most, word) = (U256::from(MAX_GAS_LIMIT), WHO.into_word().into());
    let expected =
        Attribute::RequestRelay(Relay { gas_limit: MAX_GAS_LIMIT, refund_recipient: WHO });
    assert_eq!(Attribute::read(&relay(U256::ZERO, most, word), SENDING), Ok(expected));
    let selector = expected.selector();
    let dirty: U256 = word | (U256::ONE << 160);
    for (value, gas, refund) in [
        (U256::ONE, most, word),
        (U256::ZERO, most + U256::ONE, word),
        (U256::ZERO, most, dirty),
        (U256::ZERO, most, U256::MAX),
    ] {
        let malformed = Attribute::read(&relay(value, gas, refund), SENDING);
        assert_eq!(malformed, Err(Error::AttributeMalformed { selector }));
    }
}

#[test]
fn msg_13_rejects_other_lengths() {
    for (attribute, _, _) in table() {
        let (bytes, side) = (attribute.encode(), side_of(&attribute));
        let malformed = Err(Error::AttributeMalformed { selector: attribute.selector() });
        for length in 4..bytes.len() {
            assert_eq!(Attribute::read(&bytes[..length], side), malformed);
        }
        for more in [1, 31, 32, 64] {
            let longer = [&bytes[..], &vec![0; more]].concat();
            assert_eq!(Attribute::read(&longer, side), malformed);
        }
    }
}

#[test]
fn msg_13_accepts_each_once_and_rejects_repetitions() {
    for (attribute, _, _) in table() {
        let side = side_of(&attribute);
        let twice = list(&[attribute, Attribute::DeliverBefore(99), attribute]);
        let selector = attribute.selector();
        assert_eq!(read(&twice, side), Err(Error::AttributeRepeated { selector }));
        // What is malformed is not yet listed, and is found first.
        let spoilt = [attribute.encode(), [&attribute.encode()[..], &[0]].concat().into()];
        assert_eq!(read(&spoilt, side), Err(Error::AttributeMalformed { selector }));
    }
}

#[test]
fn msg_14_accepts_and_reads_all_of_them() {
    let relay = Relay { gas_limit: 6, refund_recipient: Address::repeat_byte(1) };
    let shared = [
        Attribute::RevertBehavior(true),
        Attribute::DeliverBefore(4),
        Attribute::Cancellable(true),
        Attribute::MinGasLimit(5),
        Attribute::DeliverAfter(3),
    ];
    let terms = Terms {
        gas_limit: 5,
        not_before: 3,
        deadline: 4,
        records_failure: true,
        cancellable: true,
        in_order: false,
        place: None,
        relay: None,
    };
    for side in SIDES {
        assert_eq!(read(&list(&shared), side), Ok(terms));
    }
    let sending = [&shared[..], &[Attribute::InOrder, Attribute::RequestRelay(relay)]].concat();
    let sent = Terms { in_order: true, relay: Some(relay), ..terms };
    assert_eq!(read(&list(&sending), SENDING), Ok(sent));
    let delivering = [&shared[..], &[Attribute::Place(9)]].concat();
    let delivered = Terms { place: Some(9), ..terms };
    assert_eq!(read(&list(&delivering), Side::Delivering), Ok(delivered));
    for side in SIDES {
        assert_eq!(read(&[], side), Ok(Terms::default()));
    }
}

#[test]
fn msg_14_rejects_empty_windows_and_orders_without_a_deadline() {
    let conflict =
        |attribute: Attribute| Err(Error::AttributeConflict { selector: attribute.selector() });
    let window = |from, to| {
        read(&list(&[Attribute::DeliverAfter(from), Attribute::DeliverBefore(to)]), FREE)
    };
    assert_eq!(window(5, 5), conflict(Attribute::DeliverBefore(5)));
    assert_eq!(window(6, 5), conflict(Attribute::DeliverBefore(5)));
    assert!(window(4, 5).is_ok() && window(5, 0).is_ok() && window(0, 5).is_ok());
    for (attribute, side) in [(Attribute::InOrder, FREE), (Attribute::Place(0), Side::Delivering)] {
        assert_eq!(read(&list(&[attribute]), side), conflict(attribute));
        let never = [attribute, Attribute::DeliverBefore(0)];
        assert_eq!(read(&list(&never), side), conflict(attribute));
        assert!(read(&list(&[attribute, Attribute::DeliverBefore(1)]), side).is_ok());
        // The window is looked at first, and both only when all have been read.
        let both = [attribute, Attribute::DeliverAfter(2), Attribute::DeliverBefore(1)];
        assert_eq!(read(&list(&both), side), conflict(Attribute::DeliverBefore(1)));
        let spoilt = [&list(&both)[..], &[Bytes::new()]].concat();
        let selector = Selector::ZERO;
        assert_eq!(read(&spoilt, side), Err(Error::UnsupportedAttribute { selector }));
    }
}

#[test]
fn what_is_kept_on_the_source_can_expire_or_be_cancelled() {
    let terms = |deadline, cancellable| Terms { deadline, cancellable, ..Terms::default() };
    assert!(terms(1, false).is_committed() && terms(0, true).is_committed());
    assert!(!terms(0, false).is_committed());
    assert!(terms(5, false).is_expired(6) && !terms(5, false).is_expired(5));
    assert!(!terms(0, false).is_expired(u64::MAX));
}

proptest! {
    #[test]
    fn msg_13_accepts_what_is_written(attribute in attribute()) {
        let bytes = attribute.encode();
        prop_assert_eq!(Attribute::read(&bytes, side_of(&attribute)), Ok(attribute));
        prop_assert_eq!(&bytes[..4], &attribute.selector()[..]);
    }

    /// Whatever is accepted is what would have been written for it.
    #[test]
    fn msg_13_rejects_every_other_spelling(attribute in attribute(), place: usize, bits in 1u8.., cut: usize) {
        let mut bytes = attribute.encode().to_vec();
        let place = place % bytes.len();
        bytes[place] ^= bits;
        for bytes in [&bytes[..], &bytes[..cut % bytes.len()]] {
            for side in SIDES {
                if let Ok(other) = Attribute::read(bytes, side) {
                    prop_assert_eq!(&other.encode()[..], bytes);
                }
            }
        }
    }

    /// What is carried is what was listed, but for the two that are of the source.
    #[test]
    fn what_is_sent_is_what_is_delivered(attributes in prop::collection::vec(attribute(), 0..6), place: u64) {
        let listed = list(&attributes);
        let Ok(sent) = read(&listed, SENDING) else { return Ok(()) };
        let carried = carried(&listed, place);
        let expected = Terms {
            place: sent.in_order.then_some(place),
            in_order: false,
            relay: None,
            ..sent
        };
        prop_assert_eq!(read(&carried, Side::Delivering), Ok(expected));
        let kept = attributes.iter().filter(|listed| !matches!(listed, Attribute::RequestRelay(_)));
        let kept = kept.map(|listed| if *listed == Attribute::InOrder { Attribute::Place(place) } else { *listed });
        prop_assert_eq!(carried, kept.map(|listed| listed.encode()).collect::<Vec<_>>());
    }

    /// Of lists in either form, and of those that hold the same.
    #[test]
    fn lists_are_compared_by_what_they_hold(
        a in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40).prop_map(Bytes::from), 0..4),
        b in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40).prop_map(Bytes::from), 0..4),
    ) {
        let encoded = a.abi_encode();
        let decoded = Attributes::decode(&encoded[32..]).unwrap();
        prop_assert_eq!(decoded, Attributes::new(&a));
        prop_assert_eq!(decoded == Attributes::new(&b), a == b);
        prop_assert_eq!(format!("{decoded:?}"), format!("{a:?}"));
        let hash = |list: Attributes<'_>| {
            use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
            BuildHasherDefault::<DefaultHasher>::default().hash_one(list)
        };
        prop_assert_eq!(hash(decoded), hash(Attributes::new(&a)));
        prop_assert_eq!(hash(decoded) == hash(Attributes::new(&b)), a == b);
    }
}

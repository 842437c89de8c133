use alloy_primitives::{Address, B256, U256, hex};
use mpt_proof::rlp::{Error, Item, Items, decode_exact, list_exact, string_exact};

#[test]
fn rlp_1_accepts_what_is_complete() {
    assert_eq!(decode_exact(&[0x80]), Ok(Item::String(&[])));
    assert_eq!(decode_exact(&[0x00]), Ok(Item::String(&[0])));
    assert_eq!(decode_exact(&[0x7f]), Ok(Item::String(&[0x7f])));
    assert_eq!(decode_exact(&[0xc0]), Ok(Item::List(&[])));
    assert_eq!(decode_exact(&hex!("c20102")), Ok(Item::List(&[1, 2])));
    let long = [&hex!("b838")[..], &[7; 56]].concat();
    assert_eq!(decode_exact(&long), Ok(Item::String(&[7; 56])));
    let longer = [&hex!("f90100")[..], &[7; 256]].concat();
    assert_eq!(decode_exact(&longer), Ok(Item::List(&[7; 256])));
}

#[test]
fn rlp_1_rejects_what_is_cut_off() {
    for cut in
        [&hex!("")[..], &hex!("81"), &hex!("8201"), &hex!("b8"), &hex!("b838"), &hex!("b901")]
    {
        assert_eq!(decode_exact(cut), Err(Error::InputTooShort), "{cut:02x?}");
    }
    for cut in [&hex!("c1")[..], &hex!("c201"), &hex!("f8"), &hex!("f838"), &hex!("f901")] {
        assert_eq!(decode_exact(cut), Err(Error::InputTooShort), "{cut:02x?}");
    }
}

#[test]
fn r5_rlp_1_rejects_declared_lengths_that_would_wrap() {
    for first in [0xbf, 0xff] {
        for length in [u64::MAX, u64::MAX - 8, 1 << 63, 1 << 32, (1 << 32) | 56] {
            let mut bytes = vec![first];
            bytes.extend((length | 1 << 56).to_be_bytes());
            bytes.extend([0; 64]);
            assert_eq!(decode_exact(&bytes), Err(Error::InputTooShort));
        }
    }
}

#[test]
fn rlp_2_accepts_a_length_without_leading_zero() {
    let bytes = [&hex!("b90100")[..], &[1; 256]].concat();
    assert!(decode_exact(&bytes).is_ok());
}

#[test]
fn rlp_2_rejects_a_leading_zero_before_it_looks_at_the_length() {
    for bytes in [&hex!("b800")[..], &hex!("b90038"), &hex!("f800"), &hex!("f9000000")] {
        assert_eq!(decode_exact(bytes), Err(Error::LengthLeadingZero), "{bytes:02x?}");
    }
}

#[test]
fn rlp_3_accepts_56_bytes_in_long_form_and_55_in_short() {
    assert!(decode_exact(&[&[0xb8, 56][..], &[1; 56]].concat()).is_ok());
    assert!(decode_exact(&[&[0xb7][..], &[1; 55]].concat()).is_ok());
    assert!(decode_exact(&[&[0xf7][..], &[1; 55]].concat()).is_ok());
}

#[test]
fn rlp_3_rejects_a_short_payload_in_long_form_before_it_looks_for_it() {
    assert_eq!(decode_exact(&[0xb8, 55]), Err(Error::NonCanonicalSize));
    assert_eq!(decode_exact(&[0xf8, 1]), Err(Error::NonCanonicalSize));
    assert_eq!(decode_exact(&[&[0xf8, 55][..], &[1; 55]].concat()), Err(Error::NonCanonicalSize));
}

#[test]
fn rlp_4_accepts_a_prefix_from_0x80_on() {
    assert_eq!(decode_exact(&[0x81, 0x80]), Ok(Item::String(&[0x80])));
    assert_eq!(decode_exact(&[0xc1, 0x05]), Ok(Item::List(&[5])));
}

#[test]
fn rlp_4_rejects_a_prefix_below_0x80() {
    for byte in 0..0x80 {
        assert_eq!(decode_exact(&[0x81, byte]), Err(Error::NonCanonicalSingleByte));
    }
}

#[test]
fn rlp_5_accepts_one_item_exactly() {
    assert_eq!(list_exact(&[0xc1, 0x05]), Ok(&[5][..]));
    assert_eq!(string_exact(&[0x05]), Ok(Item::String(&[5])));
}

#[test]
fn rlp_5_rejects_bytes_after_the_item_once_its_kind_is_known() {
    assert_eq!(decode_exact(&[0x05, 0x05]), Err(Error::TrailingBytes));
    assert_eq!(list_exact(&[0xc0, 0x00]), Err(Error::TrailingBytes));
    assert_eq!(string_exact(&[0x80, 0x00]), Err(Error::TrailingBytes));
    assert_eq!(list_exact(&[0x80, 0x00]), Err(Error::UnexpectedString));
    assert_eq!(string_exact(&[0xc0, 0x00]), Err(Error::UnexpectedList));
}

#[test]
fn rlp_6_accepts_the_kind_that_is_due() {
    assert_eq!(Item::List(&[1]).list(), Ok(&[1][..]));
    assert_eq!(Item::String(&[1]).string(), Ok(&[1][..]));
}

#[test]
fn r6_rlp_6_rejects_the_other_kind_in_every_read() {
    let (string, list) = (Item::String(&[]), Item::List(&[]));
    assert_eq!(string.list(), Err(Error::UnexpectedString));
    assert_eq!(list.string(), Err(Error::UnexpectedList));
    assert_eq!(list.uint(1), Err(Error::UnexpectedList));
    assert_eq!(list.u64(), Err(Error::UnexpectedList));
    assert_eq!(list.u256(), Err(Error::UnexpectedList));
    assert_eq!(list.fixed::<0>(), Err(Error::UnexpectedList));
    assert_eq!(list.word(), Err(Error::UnexpectedList));
    assert_eq!(list.address(), Err(Error::UnexpectedList));
}

#[test]
fn rlp_7_accepts_integers_up_to_their_type() {
    assert_eq!(Item::String(&[]).u64(), Ok(0));
    assert_eq!(Item::String(&[1, 0]).u64(), Ok(256));
    assert_eq!(Item::String(&[0xff; 8]).u64(), Ok(u64::MAX));
    assert_eq!(Item::String(&[]).u256(), Ok(U256::ZERO));
    assert_eq!(Item::String(&[2, 1]).u256(), Ok(U256::from(513)));
    assert_eq!(Item::String(&[0xff; 32]).u256(), Ok(U256::MAX));
    assert_eq!(Item::String(&[9; 3]).uint(3), Ok(&[9; 3][..]));
}

#[test]
fn rlp_7_rejects_what_is_too_large_and_then_a_leading_zero() {
    assert_eq!(Item::String(&[0; 9]).u64(), Err(Error::IntegerTooLarge { max: 8, got: 9 }));
    assert_eq!(Item::String(&[1; 33]).u256(), Err(Error::IntegerTooLarge { max: 32, got: 33 }));
    assert_eq!(Item::String(&[1; 2]).uint(1), Err(Error::IntegerTooLarge { max: 1, got: 2 }));
    assert_eq!(Item::String(&[0]).u64(), Err(Error::IntegerLeadingZero));
    assert_eq!(Item::String(&[0, 1]).u256(), Err(Error::IntegerLeadingZero));
}

#[test]
fn rlp_8_accepts_the_length_that_is_due() {
    assert_eq!(Item::String(&[3; 32]).word(), Ok(B256::repeat_byte(3)));
    assert_eq!(Item::String(&[3; 20]).address(), Ok(Address::repeat_byte(3)));
    assert_eq!(Item::String(&[3; 4]).fixed(), Ok(&[3; 4]));
}

#[test]
fn rlp_8_rejects_every_other_length() {
    for length in (0..40).filter(|length| *length != 32) {
        let got = length as u64;
        let item = Item::String(&[3; 40][..length]);
        assert_eq!(item.word(), Err(Error::WrongLength { expected: 32, got }));
    }
    let got = Item::String(&[3; 21]).address();
    assert_eq!(got, Err(Error::WrongLength { expected: 20, got: 21 }));
}

#[test]
fn items_are_counted_no_further_than_asked() {
    let all = Items::<4>::read(&[1, 2, 3]).unwrap();
    assert_eq!((all.count(), all.as_slice().len()), (3, 3));
    // What follows the last item that is read may be anything.
    let some = Items::<2>::read(&[1, 2, 0xb8]).unwrap();
    assert_eq!(some.as_slice(), [Item::String(&[1]), Item::String(&[2])]);
    assert_eq!(Items::<3>::read(&[1, 2, 0xb8]).unwrap_err(), Error::InputTooShort);
}

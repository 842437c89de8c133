use super::encoding::{list, string};
use alloy_primitives::{Address, B256, address, hex};
use mpt_proof::{
    Absence, Error,
    builder::OrderedTrie,
    proof::{self, EMPTY_ROOT},
    rlp,
    withdrawal::{self, Withdrawal, prove, prove_absent},
};

const FIRST: Withdrawal = Withdrawal {
    index: 0x0117_8a5b,
    validator_index: 0x05_2d3e,
    address: address!("b9d7934878b5fb9610b3fe8a5e441e8fad7e293f"),
    amount: 0x011f_6a31,
};

fn encoded(withdrawal: &Withdrawal) -> Vec<u8> {
    list(&[
        alloy_rlp::encode(withdrawal.index),
        alloy_rlp::encode(withdrawal.validator_index),
        string(withdrawal.address.as_slice()),
        alloy_rlp::encode(withdrawal.amount),
    ])
}

/// Sixteen withdrawals, as many as a block has.
fn block() -> Vec<Withdrawal> {
    (0..16)
        .map(|n| Withdrawal {
            index: FIRST.index + n,
            validator_index: FIRST.validator_index + n,
            ..FIRST
        })
        .collect()
}

#[test]
fn wdl_1_accepts_a_withdrawal_in_its_encoding() {
    let value =
        hex!("e384 01178a5b 83052d3e 94 b9d7934878b5fb9610b3fe8a5e441e8fad7e293f 84 011f6a31");
    assert_eq!(encoded(&FIRST), value);
    assert_eq!(Withdrawal::decode(&value), Ok(FIRST));
    let none = Withdrawal { index: 0, validator_index: 0, address: Address::ZERO, amount: 0 };
    assert_eq!(Withdrawal::decode(&encoded(&none)), Ok(none));
    let all = Withdrawal { index: u64::MAX, validator_index: u64::MAX, amount: u64::MAX, ..none };
    assert_eq!(Withdrawal::decode(&encoded(&all)), Ok(all));
}

#[test]
fn wdl_1_accepts_every_place_and_the_absence_of_the_next() {
    let block = block();
    let trie = OrderedTrie::new(block.iter().map(encoded)).unwrap();
    let root = trie.root();
    for (place, withdrawal) in (0..).zip(&block) {
        let nodes = trie.proof(place);
        assert_eq!(prove(&root, place, &nodes), Ok(*withdrawal));
        let present = Err(Error::Proof(proof::Error::KeyPresent));
        assert_eq!(prove_absent(&root, place, &nodes), present);
    }
    let nodes = trie.proof(16);
    assert!(prove_absent(&root, 16, &nodes).is_ok());
    assert_eq!(prove(&root, 16, &nodes), Err(Error::Proof(proof::Error::KeyAbsent)));
    assert_eq!(prove_absent(&EMPTY_ROOT, 0, &[[0; 0]; 0]), Ok(Absence::EmptyTrie));
}

/// A header from before Shanghai has no withdrawals root, and a word that is not set is no root.
#[test]
fn wdl_1_rejects_the_root_that_a_header_has_not() {
    let error = Err(Error::Proof(proof::Error::ZeroRoot));
    assert_eq!(prove_absent(&B256::ZERO, 0, &[[0x80]]), error);
}

#[test]
fn wdl_1_rejects_other_than_four_fields() {
    for count in [0, 1, 3, 5, 6, 9] {
        let value = list(&vec![string(&[1]); count]);
        let got = count.min(5) as u64;
        assert_eq!(Withdrawal::decode(&value), Err(withdrawal::Error::FieldCount { got }));
    }
    let trie = OrderedTrie::new([list(&vec![string(&[1]); 3])]).unwrap();
    let error = Error::Withdrawal(withdrawal::Error::FieldCount { got: 3 });
    assert_eq!(prove(&trie.root(), 0, &trie.proof(0)), Err(error));
    let mut value = encoded(&FIRST);
    value.push(0);
    assert_eq!(Withdrawal::decode(&value), Err(rlp::Error::TrailingBytes.into()));
    let trie = OrderedTrie::new([&value]).unwrap();
    let refused = prove(&trie.root(), 0, &trie.proof(0));
    assert_eq!(refused, Err(Error::Rlp(rlp::Error::TrailingBytes)));
    assert_eq!(Withdrawal::decode(&string(&[1; 3])), Err(rlp::Error::UnexpectedString.into()));
}

#[test]
fn wdl_1_rejects_malformed_fields_in_order() {
    let (one, address) = (string(&[1]), string(&[1; 20]));
    let decode = |fields: [&Vec<u8>; 4]| Withdrawal::decode(&list(&fields.map(Clone::clone)));
    let rlp = |error| Err(withdrawal::Error::Rlp(error));
    let too_large = rlp(rlp::Error::IntegerTooLarge { max: 8, got: 9 });
    let leading_zero = rlp(rlp::Error::IntegerLeadingZero);
    let wrong_length = rlp(rlp::Error::WrongLength { expected: 20, got: 1 });
    let (nine, zero, nested) = (string(&[1; 9]), string(&[0]), list(&[]));
    assert_eq!(decode([&nine, &zero, &one, &nested]), too_large);
    assert_eq!(decode([&one, &zero, &one, &nested]), leading_zero);
    assert_eq!(decode([&one, &nine, &one, &nested]), too_large);
    assert_eq!(decode([&one, &one, &one, &nested]), wrong_length);
    assert_eq!(decode([&one, &one, &address, &nested]), rlp(rlp::Error::UnexpectedList));
    assert_eq!(decode([&one, &one, &address, &nine]), too_large);
    assert!(decode([&one, &one, &address, &one]).is_ok());
}

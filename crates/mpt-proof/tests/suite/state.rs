use super::encoding::{list, string};
use alloy_primitives::{Address, B256, U256, keccak256};
use mpt_proof::{
    Error,
    builder::Trie,
    proof::{self, EMPTY_ROOT},
    rlp,
    state::{self, Account, slot_value},
};

fn encoded(account: &Account) -> Vec<u8> {
    list(&[
        alloy_rlp::encode(account.nonce),
        alloy_rlp::encode(account.balance),
        string(account.storage_root.as_slice()),
        string(account.code_hash.as_slice()),
    ])
}

const fn slot(n: u8) -> B256 {
    B256::with_last_byte(n)
}

/// Storage with the slots 1 to 20, and a state with the addresses 1 to 20 that all have it.
fn tries() -> (Trie, Trie, Account) {
    let storage =
        Trie::new((1..=20).map(|n| (keccak256(slot(n)), alloy_rlp::encode(U256::from(n)))));
    let storage = storage.unwrap();
    let account = Account {
        nonce: 7,
        balance: U256::from(1) << 200,
        storage_root: storage.root(),
        code_hash: B256::repeat_byte(3),
    };
    let accounts = (1..=20).map(|n| (keccak256(Address::with_last_byte(n)), encoded(&account)));
    (Trie::new(accounts).unwrap(), storage, account)
}

#[test]
fn m13_acc_1_acc_2_accepts_an_account_and_its_storage() {
    let (state, storage, account) = tries();
    for n in 1..=20 {
        let address = Address::with_last_byte(n);
        let nodes = state.proof(keccak256(address).as_slice());
        assert_eq!(state::account(&state.root(), &address, &nodes), Ok(account));
        let nodes = storage.proof(keccak256(slot(n)).as_slice());
        assert_eq!(account.storage(&slot(n), &nodes), Ok(U256::from(n)));
        let present = Err(Error::Proof(proof::Error::KeyPresent));
        assert_eq!(account.storage_absent(&slot(n), &nodes), present);
    }
}

#[test]
fn m13_acc_1_acc_2_accepts_absence_of_either() {
    let (state, storage, account) = tries();
    let address = Address::with_last_byte(99);
    let nodes = state.proof(keccak256(address).as_slice());
    assert!(state::account_absent(&state.root(), &address, &nodes).is_ok());
    let absent = Err(Error::Proof(proof::Error::KeyAbsent));
    assert_eq!(state::account(&state.root(), &address, &nodes), absent);
    let nodes = storage.proof(keccak256(slot(99)).as_slice());
    assert!(account.storage_absent(&slot(99), &nodes).is_ok());
    let absent = Err(Error::Proof(proof::Error::KeyAbsent));
    assert_eq!(account.storage(&slot(99), &nodes), absent);
    let empty = Account { storage_root: EMPTY_ROOT, ..account };
    assert!(empty.storage_absent(&slot(1), &[[0u8; 0]; 0]).is_ok());
}

#[test]
fn m13_acc_2_rejects_a_slot_under_the_root_of_another_account() {
    let (_, storage, account) = tries();
    let other = Account { storage_root: B256::repeat_byte(1), ..account };
    let nodes = storage.proof(keccak256(slot(1)).as_slice());
    let error = Err(Error::Proof(proof::Error::HashMismatch { index: 0 }));
    assert_eq!(other.storage(&slot(1), &nodes), error);
    let unset = Account { storage_root: B256::ZERO, ..account };
    assert_eq!(unset.storage(&slot(1), &nodes), Err(Error::Proof(proof::Error::ZeroRoot)));
}

#[test]
fn acc_1_rejects_other_than_four_fields() {
    for count in [0, 1, 3, 5, 6, 9] {
        let value = list(&vec![string(&[1]); count]);
        let got = count.min(5) as u64;
        assert_eq!(Account::decode(&value), Err(state::Error::AccountFieldCount { got }));
    }
    let mut value = encoded(&tries().2);
    value.push(0);
    assert_eq!(Account::decode(&value), Err(rlp::Error::TrailingBytes.into()));
    assert_eq!(Account::decode(&string(&[1; 3])), Err(rlp::Error::UnexpectedString.into()));
}

#[test]
fn acc_1_rejects_malformed_fields_in_order() {
    let (word, one) = (string(&[1; 32]), string(&[1]));
    let decode = |fields: [&Vec<u8>; 4]| Account::decode(&list(&fields.map(Clone::clone)));
    let too_large = |max| state::Error::Rlp(rlp::Error::IntegerTooLarge { max, got: max + 1 });
    let (nine, thirty_three) = (string(&[1; 9]), string(&[1; 33]));
    assert_eq!(decode([&nine, &thirty_three, &one, &one]), Err(too_large(8)));
    assert_eq!(decode([&one, &thirty_three, &one, &one]), Err(too_large(32)));
    let wrong = Err(state::Error::Rlp(rlp::Error::WrongLength { expected: 32, got: 1 }));
    assert_eq!(decode([&one, &one, &one, &word]), wrong);
    assert_eq!(decode([&one, &one, &word, &one]), wrong);
    let zero = Err(state::Error::Rlp(rlp::Error::IntegerLeadingZero));
    assert_eq!(decode([&string(&[0]), &one, &word, &word]), zero);
    assert!(decode([&one, &one, &word, &word]).is_ok());
}

#[test]
fn acc_2_rejects_values_that_are_not_canonical_integers() {
    let rlp = |error| Err(state::Error::Rlp(error));
    assert_eq!(slot_value(&[0x80]), Err(state::Error::ZeroSlotValue));
    assert_eq!(slot_value(&[0x00]), rlp(rlp::Error::IntegerLeadingZero));
    let too_large = rlp::Error::IntegerTooLarge { max: 32, got: 33 };
    assert_eq!(slot_value(&string(&[1; 33])), rlp(too_large));
    assert_eq!(slot_value(&[0xc0]), rlp(rlp::Error::UnexpectedList));
    assert_eq!(slot_value(&[5, 0]), rlp(rlp::Error::TrailingBytes));
    assert_eq!(slot_value(&[0x81, 5]), rlp(rlp::Error::NonCanonicalSingleByte));
    assert_eq!(slot_value(&string(&[0xff; 32])), Ok(U256::MAX));
}

//! Receipts of a block and slots of an account, out of one batch.

use super::encoding::{list, string};
use alloy_primitives::{Address, B256, U256};
use mpt_proof::{
    Error, Fault,
    batch::{self, Batch},
    builder::{OrderedTrie, Trie},
    proof::{self, EMPTY_ROOT},
    receipt::{self, Receipt, TypePolicy, in_key_order, index_key, prove_many},
    rlp,
    state::{self, Account, account_key, slot_key},
};

fn receipt(gas: u64) -> Vec<u8> {
    let fields = [string(&[1]), alloy_rlp::encode(gas), string(&[0; 256]), list(&[])];
    [vec![2], list(&fields)].concat()
}

fn prove<'p>(
    trie: &OrderedTrie,
    indices: &[u64],
    nodes: &'p [impl AsRef<[u8]>],
) -> Result<Vec<Receipt<'p>>, batch::Error> {
    prove_many(Batch::new(&trie.root(), nodes), indices.iter().copied(), TypePolicy::Known)
}

#[test]
fn indices_come_in_the_order_of_their_keys() {
    for count in [0, 1, 2, 127, 128, 129, 1000] {
        let indices: Vec<u64> = in_key_order(count).collect();
        assert!(indices.is_sorted_by(|a, b| index_key(*a).as_ref() < index_key(*b).as_ref()));
        assert_eq!(indices.len() as u64, count);
        assert!((0..count).all(|index| indices.contains(&index)));
    }
}

#[test]
fn bat_3_rct_1_2_accepts_all_receipts_of_a_block() {
    for count in [1, 2, 128, 200] {
        let trie = OrderedTrie::new((0..count).map(receipt)).unwrap();
        let indices: Vec<u64> = in_key_order(count).collect();
        let nodes = trie.batch(indices.iter().copied()).unwrap().nodes;
        let gas = |receipts: Vec<Receipt<'_>>| {
            receipts.iter().map(|receipt| receipt.cumulative_gas_used).collect::<Vec<_>>()
        };
        assert_eq!(prove(&trie, &indices, &nodes).map(gas), Ok(indices.clone()));
        let packed = nodes.concat();
        let batch = Batch::packed(&trie.root(), &packed);
        let receipts = prove_many(batch, indices.iter().copied(), TypePolicy::Known);
        assert_eq!(receipts.map(gas), Ok(indices));
    }
}

#[test]
fn bat_2_3_rct_2_3_rejects_with_the_item() {
    let values = (0..10).map(|n| match n {
        5 => vec![9, 0xc0],
        6 => vec![2, 0xc0],
        7 => vec![2],
        _ => receipt(n),
    });
    let trie = OrderedTrie::new(values).unwrap();
    let refusal = |indices: &[u64]| {
        let nodes = trie.batch(indices.iter().copied()).unwrap().nodes;
        prove(&trie, indices, &nodes).unwrap_err()
    };
    let unreadable = |item, error| batch::Error::Receipt { item, error };
    let unknown = receipt::Error::UnknownType { first_byte: 9 };
    assert_eq!(refusal(&[1, 2, 5, 6]), unreadable(2, unknown));
    let fields = receipt::Error::FieldCount { got: 0 };
    assert_eq!(refusal(&[6, 7]), unreadable(0, fields));
    let short = unreadable(1, receipt::Error::Rlp(rlp::Error::InputTooShort));
    assert_eq!(refusal(&[1, 7, 8]), short);
    assert_eq!(refusal(&[1, 2, 10]), batch::Error::KeyAbsent { item: 2 });
    let nodes = trie.proof(0);
    assert_eq!(prove(&trie, &[0, 1], &nodes), Err(batch::Error::Order { item: 1 }));
    assert_eq!(prove(&trie, &[], &nodes), Err(batch::Error::Empty));

    // The item stays with the error, also of RLP.
    assert_eq!(Error::from(short), Error::Batch(short));
    assert_eq!(Error::from(short).fault(), Fault::Prover);
    assert_eq!(short.to_string(), "item 1: input too short");
    assert_eq!(batch::Error::Empty.fault(), Fault::Caller);
}

#[test]
fn bat_2_3_rct_2_5_rejects_in_turn_what_is_read_of_each_receipt() {
    let values = (0..4).map(|n| if n == 3 { vec![9, 0xc0] } else { receipt(n) });
    let trie = OrderedTrie::new(values).unwrap();
    let nodes = trie.batch([1, 2, 3]).unwrap().nodes;
    let read = |refused: u64| {
        let batch = Batch::new(&trie.root(), &nodes);
        receipt::prove_each(batch, [1, 2, 3], TypePolicy::Known, |item, receipt| {
            assert_eq!(receipt.cumulative_gas_used, item + 1);
            if item == refused { Err(receipt::Error::Failed) } else { Ok(item) }
        })
        .map(|items: Vec<u64>| items)
    };
    // Before the receipt after it is opened, and behind the one before.
    let error = |item, error| Err(batch::Error::Receipt { item, error });
    assert_eq!(read(1), error(1, receipt::Error::Failed));
    assert_eq!(read(2), error(2, receipt::Error::UnknownType { first_byte: 9 }));
}

#[test]
fn bat_3_rct_2_accepts_what_is_read_of_each_receipt() {
    let trie = OrderedTrie::new((0..4).map(receipt)).unwrap();
    let nodes = trie.batch([1, 2, 0]).unwrap().nodes;
    let batch = Batch::new(&trie.root(), &nodes);
    let gas = receipt::prove_each(batch, [1, 2, 0], TypePolicy::Known, |item, receipt| {
        Ok((item, receipt.cumulative_gas_used))
    });
    assert_eq!(gas, Ok(vec![(0, 1), (1, 2), (2, 0)]));
}

/// A state with one account at each address up to 20, and its storage of the slots 1 to 20.
fn tries() -> (Trie, Trie) {
    let slots = (1..=20).map(|n| (slot_key(&slot(n)), alloy_rlp::encode(U256::from(n))));
    let storage = Trie::new(slots).unwrap();
    let account = list(&[
        alloy_rlp::encode(7_u64),
        alloy_rlp::encode(U256::from(8)),
        string(storage.root().as_slice()),
        string(&[3; 32]),
    ]);
    let accounts = (1..=20).map(|n| (account_key(&Address::with_last_byte(n)), account.clone()));
    (Trie::new(accounts).unwrap(), storage)
}

const fn slot(n: u8) -> B256 {
    B256::with_last_byte(n)
}

const WHO: Address = Address::with_last_byte(5);

#[test]
fn m13_acc_1_2_accepts_a_slot_under_a_state_root() {
    let (state, storage) = tries();
    let account = state.proof(account_key(&WHO).as_slice());
    let nodes = storage.proof(slot_key(&slot(9)).as_slice());
    let value = state::storage(&state.root(), &WHO, &account, &slot(9), &nodes);
    assert_eq!(value, Ok(U256::from(9)));
}

#[test]
fn m13_acc_1_2_rejects_a_slot_of_another_account_or_state() {
    let (state, storage) = tries();
    let account = state.proof(account_key(&WHO).as_slice());
    let nodes = storage.proof(slot_key(&slot(9)).as_slice());
    let other = Address::with_last_byte(99);
    let absent = state.proof(account_key(&other).as_slice());
    assert_eq!(
        state::storage(&state.root(), &other, &absent, &slot(9), &nodes),
        Err(Error::Proof(proof::Error::KeyAbsent))
    );
    // The storage root is that of the account: nodes under another root are not taken.
    let strange = Trie::new([(slot_key(&slot(9)), [9])]).unwrap();
    let nodes = strange.proof(slot_key(&slot(9)).as_slice());
    let mismatch = proof::Error::HashMismatch { index: 0 };
    let refused = state::storage(&state.root(), &WHO, &account, &slot(9), &nodes);
    assert_eq!(refused, Err(Error::Proof(mismatch)));
    let refused: Result<Vec<_>, _> = state::slots(&state.root(), &WHO, &account, [slot(9)], &nodes);
    let error = batch::Error::Proof { item: 0, error: mismatch };
    assert_eq!(refused, Err(Error::Batch(error)));
}

#[test]
fn m13_bat_2_acc_2_accepts_many_slots_and_zero_for_those_that_are_absent() {
    let (state, storage) = tries();
    let account = state.proof(account_key(&WHO).as_slice());
    let mut slots: Vec<B256> = (0..40).map(slot).collect();
    slots.sort_by_key(slot_key);
    let nodes = storage.batch(slots.iter().map(slot_key)).unwrap().nodes;
    let values: Result<Vec<U256>, _> =
        state::slots(&state.root(), &WHO, &account, slots.iter().copied(), &nodes);
    let expected = slots.iter().map(|slot| match slot[31] {
        n @ 1..=20 => U256::from(n),
        _ => U256::ZERO,
    });
    assert_eq!(values, Ok(expected.collect()));
}

#[test]
fn bat_1_2_acc_2_rejects_slots_with_the_item() {
    let mut slots: Vec<B256> = (1..4).map(slot).collect();
    slots.sort_by_key(slot_key);
    // The second value is zero, the third is a list.
    let values = [vec![1], vec![0x80], vec![0xc0]];
    let storage = Trie::new(slots.iter().map(slot_key).zip(values)).unwrap();
    let account = |storage_root| Account {
        nonce: 0,
        balance: U256::ZERO,
        storage_root,
        code_hash: B256::repeat_byte(3),
    };
    let refusal = |slots: &[B256]| {
        let nodes = storage.batch(slots.iter().map(slot_key)).unwrap().nodes;
        let account = account(storage.root());
        account.slots::<Vec<_>, _>(slots.iter().copied(), &nodes).unwrap_err()
    };
    let zero = batch::Error::State { item: 1, error: state::Error::ZeroSlotValue };
    assert_eq!(refusal(&slots), zero);
    let is_list = state::Error::Rlp(rlp::Error::UnexpectedList);
    let is_list = batch::Error::State { item: 1, error: is_list };
    assert_eq!(refusal(&[slots[0], slots[2]]), is_list);
    let empty = account(EMPTY_ROOT);
    let order = empty.slots::<Vec<_>, Vec<u8>>([slots[1], slots[0]], &[]);
    assert_eq!(order, Err(batch::Error::Order { item: 1 }));
    assert_eq!(empty.slots::<Vec<_>, Vec<u8>>([], &[]), Err(batch::Error::Empty));
    let zeroes = empty.slots::<Vec<_>, Vec<u8>>(slots.clone(), &[]);
    assert_eq!(zeroes, Ok(vec![U256::ZERO; 3]));
}

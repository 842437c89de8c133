use super::encoding::string;
use alloy_primitives::{B256, b256, hex, keccak256};
use mpt_proof::{
    Absence, Error,
    builder::OrderedTrie,
    proof::{self, EMPTY_ROOT},
    rlp,
    transaction::{self, Transaction, prove, prove_absent},
};

/// The first transaction of mainnet: number 0 of block 46147, and its hash.
const FIRST: [u8; 105] = hex!(
    "f86780862d79883d2000825208945df9b87991262f6ba471f09758cde1c0fc1de734827a69801ca088ff6cf0fefd
     94db46111149ae4bfc179e9b94721fffd821d38d16464b3f71d0a045e0aff800961cfce805daef7016b9b675c137
     a6a41a548f7b60a3484c06a33a"
);
const FIRST_HASH: B256 = b256!("5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060");

/// Transactions of 40 bytes with the types 0 to 4 in turn.
fn transactions(count: u8) -> Vec<Vec<u8>> {
    (0..count)
        .map(|n| {
            let first_byte = if n % 5 == 0 { 0xe7 } else { n % 5 };
            [&[first_byte], &[n; 39][..]].concat()
        })
        .collect()
}

#[test]
fn txn_1_accepts_the_first_transaction_of_mainnet() {
    let trie = OrderedTrie::new([FIRST]).unwrap();
    // The transactions root in the header of the block, which holds no other.
    let root = b256!("4513310fcb9f6f616972a3b948dc5d547f280849a87ebb5af0191f98b87be598");
    assert_eq!(trie.root(), root);
    let nodes = trie.proof(0);
    let transaction = prove(&root, 0, &nodes).unwrap();
    assert_eq!(transaction, Transaction { tx_type: 0, bytes: &FIRST });
    assert_eq!(transaction.hash(), FIRST_HASH);
}

#[test]
fn txn_1_accepts_every_index_and_the_absence_of_the_next() {
    for count in [1, 2, 127, 128, 129, 200] {
        let values = transactions(count);
        let trie = OrderedTrie::new(&values).unwrap();
        for (index, value) in (0..).zip(&values) {
            let nodes = trie.proof(index);
            let got = prove(&trie.root(), index, &nodes).unwrap();
            let tx_type = u8::try_from(index % 5).unwrap();
            assert_eq!((got.tx_type, got.bytes), (tx_type, value.as_slice()));
            assert_eq!(got.hash(), keccak256(value));
            let present = Err(Error::Proof(proof::Error::KeyPresent));
            assert_eq!(prove_absent(&trie.root(), index, &nodes), present);
        }
        let next = u64::from(count);
        let nodes = trie.proof(next);
        assert!(prove_absent(&trie.root(), next, &nodes).is_ok());
        let absent = Err(Error::Proof(proof::Error::KeyAbsent));
        assert_eq!(prove(&trie.root(), next, &nodes), absent);
    }
    assert_eq!(prove_absent(&EMPTY_ROOT, 0, &[[0; 0]; 0]), Ok(Absence::EmptyTrie));
}

#[test]
fn txn_1_rejects_the_proof_of_another_index() {
    let trie = OrderedTrie::new(transactions(20)).unwrap();
    let error = Err(Error::Proof(proof::Error::HashMismatch { index: 1 }));
    assert_eq!(prove(&trie.root(), 0, &trie.proof(1)), error);
}

#[test]
fn txn_1_rejects_and_accepts_by_the_first_byte() {
    for first_byte in 0..=u8::MAX {
        let value = [first_byte, 0xff, 0];
        let accepted = |tx_type| Ok(Transaction { tx_type, bytes: &value });
        let expected = match first_byte {
            0 | 0x80..0xc0 => Err(transaction::Error::UnknownType { first_byte }),
            1..0x80 => accepted(first_byte),
            0xc0.. => accepted(0),
        };
        assert_eq!(Transaction::decode(&value), expected);
    }
    assert_eq!(Transaction::decode(&[]), Err(rlp::Error::InputTooShort.into()));
}

/// A typed transaction inside a string, as blocks carry it on the wire, is no value of the trie.
#[test]
fn txn_1_rejects_the_network_form() {
    let value = string(&[&[2][..], &[0xc0; 70]].concat());
    let trie = OrderedTrie::new([&value]).unwrap();
    let nodes = trie.proof(0);
    let error = transaction::Error::UnknownType { first_byte: 0xb8 };
    assert_eq!(prove(&trie.root(), 0, &nodes), Err(Error::Transaction(error)));
}

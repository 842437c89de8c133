//! The verify path does not allocate, whatever the form of the proof.

use alloy_primitives::{Address, B256, keccak256};
use mpt_proof::{
    Outcome,
    batch::Batch,
    builder::{self, OrderedTrie, Trie},
    compact, packed, proof,
    receipt::{TypePolicy, index_key, prove},
};

/// Asserts that `run` answers `true`, without an allocation.
fn assert_none(run: impl FnOnce() -> bool) {
    let mut answer = false;
    let counted = allocation_counter::measure(|| answer = run());
    assert!(answer);
    assert_eq!(counted.count_total, 0);
}

#[test]
fn p07_a_receipt_proof_and_its_log_take_no_allocation() {
    let encode = |items: &[Vec<u8>]| {
        let mut out = Vec::new();
        let payload_length = items.iter().map(Vec::len).sum();
        alloy_rlp::Header { list: true, payload_length }.encode(&mut out);
        out.extend(items.concat());
        out
    };
    let string = |bytes: &[u8]| alloy_rlp::encode(bytes);
    let topics = encode(&[string(&[0x77; 32])]);
    let log = encode(&[string(&[0xee; 20]), topics, string(&[5; 96])]);
    let logs = encode(&[log.clone(), log]);
    let receipt = encode(&[string(&[1]), string(&[9]), string(&[0; 256]), logs]);
    let trie = OrderedTrie::new(vec![[vec![2], receipt].concat(); 200]).unwrap();
    let (root, nodes) = (trie.root(), trie.proof(100));
    assert_eq!(nodes.len(), 3);

    assert_none(|| {
        let receipt = prove(&root, 100, &nodes, TypePolicy::Known);
        let topic = B256::repeat_byte(0x77);
        let log = receipt
            .and_then(|receipt| Ok(receipt.select(1, &Address::repeat_byte(0xee), &topic)?));
        log.is_ok_and(|log| log.data.len() == 96)
    });
}

/// A collection that counts values and absences.
#[derive(PartialEq)]
struct Counts(u32, u32);

impl<'p> FromIterator<Outcome<'p>> for Counts {
    fn from_iter<I: IntoIterator<Item = Outcome<'p>>>(outcomes: I) -> Self {
        outcomes.into_iter().fold(Self(0, 0), |counts, outcome| match outcome {
            Outcome::Value(_) => Self(counts.0 + 1, counts.1),
            Outcome::Absent(_) => Self(counts.0, counts.1 + 1),
        })
    }
}

#[test]
fn p07_no_form_of_a_proof_takes_an_allocation() {
    // Long and short proofs, and values that are embedded.
    let keys: Vec<B256> = (0..2000_u32).map(|n| keccak256(n.to_be_bytes())).collect();
    let trie = Trie::new(keys.iter().map(|key| (key, &[7; 40][..usize::from(key[0] % 40) + 1])));
    let trie = trie.unwrap();
    let root = trie.root();
    for key in keys[..50].iter().copied().chain([B256::ZERO, B256::repeat_byte(0x11)]) {
        let nodes = trie.proof(key.as_slice());
        let bytes = nodes.concat();
        let compacted = builder::compact(key.as_slice(), &nodes).unwrap();
        let mut outcome = Err(proof::Error::KeyAbsent);
        assert_none(|| {
            outcome = proof::walk(&root, key.as_slice(), &nodes);
            outcome.is_ok()
        });
        assert_none(|| packed::walk(&root, key.as_slice(), &bytes) == outcome);
        assert_none(|| compact::walk(&root, key.as_slice(), &compacted).ok() == outcome.ok());
        // Refusals do not allocate either.
        assert_none(|| proof::walk(&root, &[0], &nodes[1..]).is_err());
        assert_none(|| packed::walk(&root, key.as_slice(), &bytes[1..]).is_err());
        assert_none(|| compact::walk(&root, key.as_slice(), &compacted[1..]).is_err());
    }
}

#[test]
fn p07_a_batch_takes_no_allocation_but_that_of_what_it_is_collected_into() {
    let trie = OrderedTrie::new((0..200_u8).map(|n| vec![n; 40])).unwrap();
    let root = trie.root();
    let indices: Vec<u64> = (1..128).chain([0]).chain(128..201).collect();
    let joined = trie.batch(indices.iter().copied()).unwrap();
    let bytes = joined.nodes.concat();
    let keys = || indices.iter().map(|index| index_key(*index));
    let expected = Some(Counts(200, 1));
    assert_none(|| Batch::new(&root, &joined.nodes).walk(keys()).ok() == expected);
    assert_none(|| Batch::packed(&root, &bytes).walk(keys()).ok() == expected);
}

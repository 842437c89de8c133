//! The verify path does not allocate.

use alloy_primitives::{Address, B256};
use mpt_proof::{
    builder::OrderedTrie,
    receipt::{TypePolicy, prove},
};

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

    let mut selected = None;
    let counted = allocation_counter::measure(|| {
        let receipt = prove(&root, 100, &nodes, TypePolicy::Known);
        selected = receipt
            .map(|receipt| {
                let log = receipt.select(1, &Address::repeat_byte(0xee), &B256::repeat_byte(0x77));
                log.map(|log| log.data.len())
            })
            .ok();
    });
    assert_eq!(selected, Some(Ok(96)));
    assert_eq!(counted.count_total, 0);
}

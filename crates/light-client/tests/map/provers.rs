//! What is around the verification: what is stored, what is allocated, and the receipts of an epoch's last block.

use crate::made::{Block, CONFIG, NOW, SET, apply, list, number, string, trust, update};
use alloy_primitives::B256;
use light_client::{
    crypto::bn254::{self, Bn254, G1, Signed},
    map::{Client, Config, Heads, Trusted, builder::receipts_trie},
};
use mpt_proof::{
    builder::{Error, Kind, ordered_root},
    receipt::{self, TypePolicy},
};
use serde_json::{Value, json};

#[test]
fn what_is_stored_is_read_back() {
    let mut heads = Heads::new();
    let (trusted, head) = apply(&trust(3, &SET), &update(&[Block::new(30, &SET)])).unwrap();
    heads.push(&head);
    let text = serde_json::to_string(&(trusted, &heads, CONFIG)).unwrap();
    assert_eq!(
        serde_json::from_str::<(Trusted, Heads, Config)>(&text).unwrap(),
        (trusted, heads, CONFIG)
    );
    let stored: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(stored[0]["epoch"], "4");
    assert_eq!(stored[1].as_array().unwrap().len(), 1);
    let unknown = r#"{"chain_id":1,"epoch_size":1,"fork_height":1,"trusting_period":1,"forks":[]}"#;
    assert!(serde_json::from_str::<Config>(unknown).is_err());
}

/// A backend that believes everything. What allocates is not it.
struct Credulous;

impl Bn254 for Credulous {
    fn is_point(&self, _: &G1) -> bool {
        true
    }

    fn combine(
        &self,
        start: &G1,
        plus: impl IntoIterator<Item = G1>,
        minus: impl IntoIterator<Item = G1>,
    ) -> Result<G1, bn254::Error> {
        Ok(plus.into_iter().chain(minus).fold(*start, |_, key| key))
    }

    fn verify_signed(
        &self,
        signed: &Signed<'_>,
        absent: impl IntoIterator<Item = G1>,
    ) -> Result<(), bn254::Error> {
        assert!(absent.into_iter().count() == 1 && !signed.message.is_empty());
        Ok(())
    }
}

#[test]
fn a_change_of_the_set_takes_no_allocation() {
    let block = Block::new(30, &SET).removed(&[5]).added(&[21, 22, 23]).absent(&[1]);
    let bytes = update(&[block]).encode();
    let (client, trusted) = (Client::new(CONFIG, Credulous).unwrap(), trust(3, &SET));
    let mut epoch = 0;
    let counted = allocation_counter::measure(|| {
        epoch = client.update(&trusted, &bytes, NOW).map_or(0, |(trusted, _)| trusted.epoch);
    });
    assert_eq!((epoch, counted.count_total), (4, 0));
}

/// A receipt as nodes serve it.
fn served(index: Option<u64>, gas: u64) -> Value {
    let word = B256::ZERO;
    json!({
        "type": "0x0", "status": "0x1", "transactionHash": word, "blockHash": word,
        "blockNumber": "0x1e", "transactionIndex": index.map(|index| format!("{index:#x}")),
        "from": "0x0000000000000000000000000000000000000000", "to": null, "contractAddress": null,
        "cumulativeGasUsed": format!("{gas:#x}"), "gasUsed": "0x1", "effectiveGasPrice": "0x1",
        "logs": [], "logsBloom": format!("0x{}", "00".repeat(256)),
    })
}

/// The same as its value in the trie.
fn encoded(gas: u64) -> Vec<u8> {
    list(&[number(1), number(gas), string(&[0; 256]), vec![0xc0]])
}

#[test]
fn the_receipt_of_the_last_block_of_an_epoch_stands_behind_the_others() {
    let root = ordered_root([encoded(1), encoded(2), encoded(3)]).unwrap();
    let [first, second] = [served(Some(0), 1), served(Some(1), 2)];
    let two = json!([first, second]).to_string();
    let apart = receipts_trie(&two, Some(&served(None, 3).to_string()), &root).unwrap();
    let within = json!([first, second, served(Some(2), 3)]).to_string();
    for trie in [apart, receipts_trie(&within, None, &root).unwrap()] {
        assert_eq!(trie.root(), root);
        let nodes = trie.proof(2);
        let proven = receipt::prove(&root, 2, &nodes, TypePolicy::Known).unwrap();
        assert_eq!(proven.cumulative_gas_used, 3);
    }
    let got = ordered_root([encoded(1), encoded(2)]).unwrap();
    let missing = receipts_trie(&two, None, &root).unwrap_err();
    assert!(matches!(missing, Error::Root { kind: Kind::Receipt, .. }), "{missing} {got}");
}

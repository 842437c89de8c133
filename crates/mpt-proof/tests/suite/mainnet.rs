//! A whole block of mainnet, when the chain data is there: `HELIOGRAPH_VECTORS` names its folder.

use mpt_proof::{
    builder::receipts,
    receipt::{Log, TypePolicy, prove, prove_absent},
    rlp::{Items, list_exact},
};
use std::{
    env, fs,
    io::{self, Write},
    path::PathBuf,
};

const BLOCK: &str = "22432102";

fn folder() -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors");
    let folder =
        env::var_os("HELIOGRAPH_VECTORS").map_or_else(beside, PathBuf::from).join("ethereum");
    folder.join(format!("mainnet_receipts_{BLOCK}.json")).exists().then_some(folder)
}

#[test]
fn m4_m14_every_receipt_and_log_of_a_mainnet_block() {
    let Some(folder) = folder() else {
        // Written past the test harness, which swallows what a passing test prints.
        let _ = writeln!(
            io::stderr(),
            "skipped: mainnet block {BLOCK}; set HELIOGRAPH_VECTORS to the chain data"
        );
        return;
    };
    let json = fs::read_to_string(folder.join(format!("mainnet_receipts_{BLOCK}.json"))).unwrap();
    let header = fs::read(folder.join(format!("mainnet_exec_header_{BLOCK}.rlp"))).unwrap();
    let items = Items::<24>::read(list_exact(&header).unwrap()).unwrap();
    let root = items.as_slice()[5].word().unwrap();

    let block = receipts::from_json(&json).unwrap();
    assert_eq!(block.len(), 215);
    let trie = receipts::trie(&block, &root).unwrap();
    let mut logs = 0;
    for (index, expected) in (0..).zip(&block) {
        let nodes = trie.proof(index);
        let receipt = prove(&root, index, &nodes, TypePolicy::Known).unwrap();
        assert_eq!(receipt.tx_type, u8::from(expected.transaction_type()));
        assert_eq!(receipt.success, expected.status());
        assert_eq!(receipt.cumulative_gas_used, expected.inner.cumulative_gas_used());
        assert_eq!(receipt.bloom, &expected.inner.logs_bloom().0.0);
        assert_eq!(receipt.logs().count(), expected.inner.logs().len());
        for (place, log) in (0..).zip(expected.inner.logs()) {
            let got: Log<'_> = receipt.log(place).unwrap();
            assert_eq!((got.address, got.topics()), (log.address(), log.topics()));
            assert_eq!(got.data, &log.data().data[..]);
            if let Some(topic) = log.topic0() {
                assert_eq!(receipt.select(place, &log.address(), topic), Ok(got));
            }
            logs += 1;
        }
        assert!(prove_absent(&root, index, &nodes).is_err());
    }
    assert!(prove_absent(&root, 215, &trie.proof(215)).is_ok());
    assert!(logs > 100, "{logs} logs");
}

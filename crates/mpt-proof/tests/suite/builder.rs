use mpt_proof::{
    Absence,
    builder::{Error, OrderedTrie, Trie, receipts},
    proof::{self, EMPTY_ROOT},
};

#[test]
fn an_empty_trie_has_the_empty_root_and_the_empty_proof() {
    let trie = Trie::new([([0; 0], [0; 0]); 0]).unwrap();
    assert_eq!((trie.root(), trie.proof(&[1])), (EMPTY_ROOT, vec![]));
    let trie = OrderedTrie::new([[0; 0]; 0]).unwrap();
    assert_eq!(proof::exclusion(&trie.root(), &[0x80], &trie.proof(0)), Ok(Absence::EmptyTrie));
}

#[test]
fn what_no_proof_could_carry_is_an_error() {
    let too_long = Trie::new([([1; 33], [1])]).unwrap_err();
    assert_eq!(too_long, Error::KeyTooLong { length: 33 });
    assert_eq!(Trie::new([([1], [])]).unwrap_err(), Error::EmptyValue);
    assert_eq!(OrderedTrie::new([&[1][..], &[]]).unwrap_err(), Error::EmptyValue);
}

const RECEIPT: &str = r#"{"transactionHash":"0x00000000000000000000000000000000000000000000000000000000000000aa",
"transactionIndex":"INDEX","blockHash":"0x00000000000000000000000000000000000000000000000000000000000000bb",
"blockNumber":"0x1","from":"0x00000000000000000000000000000000000000cc","to":null,"contractAddress":null,
"cumulativeGasUsed":"0x5208","gasUsed":"0x5208","effectiveGasPrice":"0x1","logs":[],"status":"0x1","type":"TYPE",
"logsBloom":"BLOOM"}"#;

fn receipt(index: &str, tx_type: &str) -> String {
    let bloom = format!("0x{}", "00".repeat(256));
    RECEIPT.replace("INDEX", index).replace("TYPE", tx_type).replace("BLOOM", &bloom)
}

#[test]
fn receipts_are_read_with_and_without_the_response_around_them() {
    let list = format!("[{},{}]", receipt("0x0", "0x0"), receipt("0x1", "0x4"));
    let response = format!(r#"{{"jsonrpc":"2.0","id":1,"result":{list}}}"#);
    assert_eq!(receipts::from_json(&list), receipts::from_json(&response));
    let read = receipts::from_json(&list).unwrap();
    assert_eq!((receipts::encode(&read[0])[0], receipts::encode(&read[1])[0]), (0xf9, 4));
}

#[test]
fn receipts_that_are_not_a_block_are_errors() {
    let read = |text: &str| receipts::from_json(text).unwrap_err();
    assert_eq!(read("[1"), Error::Json { line: 1, column: 2 });
    assert_eq!(read(r#"{"error":{}}"#), Error::Json { line: 0, column: 0 });
    assert_eq!(read("[{}]"), Error::MalformedReceipt { place: 0 });
    let list = format!("[{},{}]", receipt("0x0", "0x2"), receipt("0x1", "0x7e"));
    assert_eq!(read(&list), Error::UnknownType { place: 1, tx_type: 0x7e });

    let list = format!("[{},{}]", receipt("0x0", "0x2"), receipt("0x1", "0x2"));
    let mut block = receipts::from_json(&list).unwrap();
    let root = OrderedTrie::new(block.iter().map(receipts::encode)).unwrap().root();
    assert_eq!(receipts::trie(&block, &root).unwrap().root(), root);
    let one = receipts::trie(&block[..1], &root).unwrap_err();
    let got = OrderedTrie::new([receipts::encode(&block[0])]).unwrap().root();
    assert_eq!(one, Error::ReceiptsRoot { expected: root, got });
    let missing = Error::TransactionIndex { place: 0, got: Some(1) };
    assert_eq!(receipts::trie(&block[1..], &root).unwrap_err(), missing);
    block.swap(0, 1);
    assert_eq!(receipts::trie(&block, &root).unwrap_err(), missing);
}

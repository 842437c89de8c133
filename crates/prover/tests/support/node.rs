//! What a node answers of made-up blocks.

use alloy_primitives::{U256, hex};
use alloy_rlp::Header;
use serde_json::{Value, json};
use testkit::beacon::ExecutionBlock;

/// Fields of a header as a node names them, in order; those that are numbers are marked.
const FIELDS: [(&str, bool); 21] = [
    ("parentHash", false),
    ("sha3Uncles", false),
    ("miner", false),
    ("stateRoot", false),
    ("transactionsRoot", false),
    ("receiptsRoot", false),
    ("logsBloom", false),
    ("difficulty", true),
    ("number", true),
    ("gasLimit", true),
    ("gasUsed", true),
    ("timestamp", true),
    ("extraData", false),
    ("mixHash", false),
    ("nonce", false),
    ("baseFeePerGas", true),
    ("withdrawalsRoot", false),
    ("blobGasUsed", true),
    ("excessBlobGas", true),
    ("parentBeaconBlockRoot", false),
    ("requestsHash", false),
];

/// A block as `eth_getBlockByHash` answers.
pub(crate) fn block_json(block: &ExecutionBlock) -> Value {
    let rlp = block.header_rlp();
    let mut rest = Header::decode_bytes(&mut &rlp[..], true).expect("a list");
    let mut json = json!({ "hash": block.hash() });
    for (name, is_number) in FIELDS {
        if rest.is_empty() {
            break;
        }
        let item = Header::decode_bytes(&mut rest, false).expect("a string");
        json[name] = match is_number {
            true => json!(U256::from_be_slice(item)),
            false => json!(hex::encode_prefixed(item)),
        };
    }
    json
}

//! Blocks and sets as nodes of the chain answer questions about them.

use super::{
    block::Block,
    chain::{Chain, Error},
};
use alloy_primitives::{B256, hex};
use serde_json::{Value, json};

impl Block {
    /// The header in the answer of `eth_getBlockByNumber`. This chain has neither `sha3Uncles` nor `difficulty`.
    pub fn json(&self) -> Value {
        let execution = &self.execution;
        let integer = |number: u64| format!("{number:#x}");
        let mut header = json!({
            "number": integer(self.number),
            "hash": self.hash(),
            "parentHash": self.parent_hash,
            "miner": self.coinbase,
            "stateRoot": execution.state_root,
            "transactionsRoot": execution.transactions_root,
            "receiptsRoot": execution.receipts_root,
            "logsBloom": execution.bloom,
            "gasLimit": integer(execution.gas_limit),
            "gasUsed": integer(execution.gas_used),
            "timestamp": integer(execution.time),
            "extraData": hex::encode_prefixed(self.extra_data()),
            "mixHash": B256::ZERO,
            "nonce": "0x0000000000000000",
            "size": integer(self.rlp().len() as u64),
        });
        if let Some(base_fee) = execution.base_fee {
            header["baseFeePerGas"] = integer(base_fee).into();
        }
        header
    }
}

impl Chain {
    /// The answer of `istanbul_getSnapshot`: the set that signs the block after this one, in its order.
    ///
    /// # Errors
    /// [`Error::NoSet`], [`Error::NoBlock`].
    pub fn snapshot(&self, number: u64) -> Result<Value, Error> {
        let set = self.set(self.network().epoch(number + 1))?;
        let validators = set.validators().iter().map(|member| {
            json!({
                "Address": member.address(),
                "BLSPublicKey": hex::encode_prefixed(member.g2()),
                "BLSG1PublicKey": hex::encode_prefixed(member.g1()),
            })
        });
        Ok(json!({
            "epoch": self.network().epoch_size,
            "number": number,
            "hash": self.block(number)?.hash(),
            "validators": validators.collect::<Vec<_>>(),
        }))
    }
}

//! Execution blocks as JSON-RPC has them.

use super::{ExecutionBlock, INTEGERS, InvalidBlock, Withdrawal, minimal};
use light_client::header::ITEM_NAMES;
use serde_json::Value;

impl ExecutionBlock {
    /// Reads the answer of `eth_getBlockByHash` or `eth_getBlockByNumber`, and checks its hash.
    ///
    /// # Errors
    /// If a field is missing or malformed, or the fields do not hash to the block's own hash.
    pub fn from_json(block: &Value) -> Result<Self, InvalidBlock> {
        let present = ITEM_NAMES.iter().take_while(|name| !block[**name].is_null());
        let items = present.enumerate().map(|(index, name)| {
            let text = block[*name].as_str().unwrap_or_default();
            let digits = text.strip_prefix("0x").ok_or_else(|| InvalidBlock((*name).into()))?;
            let padded = if digits.len() % 2 == 0 { digits.into() } else { format!("0{digits}") };
            let bytes = alloy_primitives::hex::decode(padded)
                .map_err(|error| InvalidBlock(format!("{name}: {error}")))?;
            Ok(if INTEGERS.contains(&index) { minimal(&bytes) } else { bytes })
        });
        let items = items.collect::<Result<Vec<_>, InvalidBlock>>()?;
        let withdrawals = block["withdrawals"].as_array().into_iter().flatten();
        let withdrawals = withdrawals.map(withdrawal).collect::<Option<_>>();
        let withdrawals = withdrawals.ok_or_else(|| InvalidBlock("withdrawals".into()))?;
        let read = Self { items, transactions: Vec::new(), withdrawals };
        let claimed = block["hash"].as_str().unwrap_or_default();
        if read.items.len() < 17 || read.hash().to_string() != claimed {
            return Err(InvalidBlock(format!("it hashes to {}, not {claimed}", read.hash())));
        }
        Ok(read)
    }
}

fn withdrawal(json: &Value) -> Option<Withdrawal> {
    let integer =
        |name: &str| u64::from_str_radix(json[name].as_str()?.strip_prefix("0x")?, 16).ok();
    Some(Withdrawal {
        index: integer("index")?,
        validator_index: integer("validatorIndex")?,
        address: json["address"].as_str()?.parse().ok()?,
        amount: integer("amount")?,
    })
}

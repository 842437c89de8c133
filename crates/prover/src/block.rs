//! A block as JSON, and the canonical header bytes that it stands for.

use alloy_primitives::{Address, B64, B256, Bloom, Bytes, U64, U256, keccak256};
use alloy_rlp::{Encodable, Header};
use light_client::map::SealedHeader;
use serde::Deserialize;

/// The header fields of `eth_getBlockBy…`; what else a node sends is ignored.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Block {
    hash: B256,
    parent_hash: B256,
    /// Blocks of a MAP relay chain have none.
    sha3_uncles: Option<B256>,
    miner: Address,
    state_root: B256,
    transactions_root: B256,
    receipts_root: B256,
    logs_bloom: Bloom,
    #[serde(default)]
    difficulty: U256,
    number: U64,
    gas_limit: U64,
    gas_used: U64,
    timestamp: U64,
    extra_data: Bytes,
    #[serde(default)]
    mix_hash: B256,
    #[serde(default)]
    nonce: B64,
    base_fee_per_gas: Option<U256>,
    withdrawals_root: Option<B256>,
    blob_gas_used: Option<U64>,
    excess_blob_gas: Option<U64>,
    parent_beacon_block_root: Option<B256>,
    requests_hash: Option<B256>,
    block_access_list_hash: Option<B256>,
    slot_number: Option<U64>,
}

impl Block {
    /// Reads a block, with or without the JSON-RPC response around it; its header must hash to the
    /// hash that it states.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words.
    pub fn parse(json: &[u8]) -> Result<Self, String> {
        let wrong = |e: serde_json::Error| format!("neither a header nor a block in JSON: {e}");
        let mut answer: serde_json::Value = serde_json::from_slice(json).map_err(wrong)?;
        let block = answer.get_mut("result").map(serde_json::Value::take).unwrap_or(answer);
        Self::from_value(block)
    }

    /// The same without a response around it.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words.
    pub fn from_value(block: serde_json::Value) -> Result<Self, String> {
        let wrong = |e: serde_json::Error| format!("neither a header nor a block in JSON: {e}");
        let block: Self = serde_json::from_value(block).map_err(wrong)?;
        block.expect_hash(block.hash)?;
        Ok(block)
    }

    /// Hash as the node states it.
    pub const fn hash(&self) -> B256 {
        self.hash
    }

    /// Block number.
    pub fn number(&self) -> u64 {
        self.number.to()
    }

    /// Gas used by its transactions.
    pub fn gas_used(&self) -> u64 {
        self.gas_used.to()
    }

    /// Unix time, in seconds.
    pub fn timestamp(&self) -> u64 {
        self.timestamp.to()
    }

    /// Hash of the block before.
    pub const fn parent_hash(&self) -> B256 {
        self.parent_hash
    }

    /// Root of the beacon block before its own, since Cancun.
    pub const fn parent_beacon_root(&self) -> Option<B256> {
        self.parent_beacon_block_root
    }

    /// Bloom filter of all its logs.
    #[must_use]
    pub const fn logs_bloom(&self) -> &Bloom {
        &self.logs_bloom
    }

    /// What a unit of gas cost at least, in wei, since London.
    #[must_use]
    pub const fn base_fee(&self) -> Option<U256> {
        self.base_fee_per_gas
    }

    /// Root of the state after the block.
    #[must_use]
    pub const fn state_root(&self) -> B256 {
        self.state_root
    }

    /// Root of the receipt trie.
    pub const fn receipts_root(&self) -> B256 {
        self.receipts_root
    }

    /// The RLP header, as it is hashed. Fields that later forks appended are there exactly when the node sent them.
    pub fn rlp(&self) -> Vec<u8> {
        let Some(uncles) = &self.sha3_uncles else { return self.map_rlp() };
        let mut fields: Vec<&dyn Encodable> = vec![
            &self.parent_hash,
            uncles,
            &self.miner,
            &self.state_root,
            &self.transactions_root,
            &self.receipts_root,
            &self.logs_bloom,
            &self.difficulty,
            &self.number,
            &self.gas_limit,
            &self.gas_used,
            &self.timestamp,
            &self.extra_data,
            &self.mix_hash,
            &self.nonce,
        ];
        fields.extend(self.appended().into_iter().flatten());
        encode_list(&fields)
    }

    /// Whether it is a block of a MAP relay chain.
    pub const fn is_map(&self) -> bool {
        self.sha3_uncles.is_none()
    }

    /// The header of a MAP relay chain with the seal of its validators, which is not hashed; none of other chains.
    pub fn sealed_rlp(&self) -> Option<Vec<u8>> {
        if self.sha3_uncles.is_some() {
            return None;
        }
        let mut fields: Vec<&dyn Encodable> = vec![
            &self.parent_hash,
            &self.miner,
            &self.state_root,
            &self.transactions_root,
            &self.receipts_root,
            &self.logs_bloom,
            &self.number,
            &self.gas_limit,
            &self.gas_used,
            &self.timestamp,
            &self.extra_data,
            &self.mix_hash,
            &self.nonce,
        ];
        fields.extend(self.appended().into_iter().flatten());
        Some(encode_list(&fields))
    }

    /// The same as it is hashed. What is no header of such a chain is left as it is: it has not the hash that is stated.
    fn map_rlp(&self) -> Vec<u8> {
        let sealed = self.sealed_rlp().unwrap_or_default();
        SealedHeader::split(&sealed).map(|header| header.as_hashed()).unwrap_or(sealed)
    }

    /// That the header hashes to `expected`.
    ///
    /// # Errors
    ///
    /// What it hashes to, in words.
    pub fn expect_hash(&self, expected: B256) -> Result<(), String> {
        let got = keccak256(self.rlp());
        if got == expected {
            return Ok(());
        }
        Err(format!(
            "the header the node sent for {expected} hashes to {got}: \
             the node is wrong, or its chain has header fields that this version does not know"
        ))
    }

    fn appended(&self) -> [Option<&dyn Encodable>; 8] {
        fn field<T: Encodable>(value: Option<&T>) -> Option<&dyn Encodable> {
            value.map(|v| v as &dyn Encodable)
        }
        [
            field(self.base_fee_per_gas.as_ref()),
            field(self.withdrawals_root.as_ref()),
            field(self.blob_gas_used.as_ref()),
            field(self.excess_blob_gas.as_ref()),
            field(self.parent_beacon_block_root.as_ref()),
            field(self.requests_hash.as_ref()),
            field(self.block_access_list_hash.as_ref()),
            field(self.slot_number.as_ref()),
        ]
    }
}

/// One RLP list of these items.
fn encode_list(items: &[&dyn Encodable]) -> Vec<u8> {
    let payload_length = items.iter().map(Encodable::length).sum();
    let mut out = Vec::with_capacity(payload_length + 9);
    Header { list: true, payload_length }.encode(&mut out);
    for item in items {
        item.encode(&mut out);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Block;
    use alloy_primitives::Bytes;
    use serde_json::Value;
    use testkit::vectors;

    #[test]
    fn rebuilds_headers_of_every_length() {
        for folder in ["linked-fulu-osaka", "linked-gloas-amsterdam"] {
            let name = format!("devnet/{folder}/linked.json");
            let Some(text) = vectors::read(&name, "headers rebuilt from JSON") else { continue };
            let linked: Value = serde_json::from_slice(&text).expect("JSON");
            let block: Block = serde_json::from_value(linked["el_block"].clone()).expect("a block");
            let raw: Bytes =
                serde_json::from_value(linked["debug_getRawHeader"].clone()).expect("RLP");
            assert_eq!(block.rlp(), raw, "{folder}");
            assert_eq!(block.expect_hash(block.hash()), Ok(()));
            assert!(block.expect_hash(block.parent_hash()).is_err());
        }
    }
}

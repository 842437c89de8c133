//! The execution header as the beacon chain sees it.

use super::{
    Tree,
    codec::{Error, Reader, push_offset},
};
use crate::{beacon::types::chunk, ssz::hash_pair};
use alloc::{vec, vec::Vec};
use alloy_primitives::{Address, B256, Bytes, FixedBytes, U256};

/// Position of the block hash among the fields.
const BLOCK_HASH: usize = 12;

/// Most bytes of extra data.
const MAX_EXTRA_DATA: usize = 32;

/// `ExecutionPayloadHeader` from Deneb to Fulu.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[expect(missing_docs, reason = "the fields of the specs")]
pub struct ExecutionPayloadHeader {
    pub parent_hash: B256,
    pub fee_recipient: Address,
    pub state_root: B256,
    pub receipts_root: B256,
    pub logs_bloom: FixedBytes<256>,
    pub prev_randao: B256,
    #[serde(with = "crate::decimal")]
    pub block_number: u64,
    #[serde(with = "crate::decimal")]
    pub gas_limit: u64,
    #[serde(with = "crate::decimal")]
    pub gas_used: u64,
    #[serde(with = "crate::decimal")]
    pub timestamp: u64,
    pub extra_data: Bytes,
    #[serde(with = "crate::decimal")]
    pub base_fee_per_gas: U256,
    pub block_hash: B256,
    pub transactions_root: B256,
    pub withdrawals_root: B256,
    #[serde(with = "crate::decimal")]
    pub blob_gas_used: u64,
    #[serde(with = "crate::decimal")]
    pub excess_blob_gas: u64,
}

impl ExecutionPayloadHeader {
    /// Length of the SSZ without extra data.
    pub const SSZ_FIXED_LENGTH: usize = 584;

    /// The root of the header, and of the payload it stands for.
    pub fn hash_tree_root(&self) -> B256 {
        self.tree().root()
    }

    /// Proves [`block_hash`](Self::block_hash) under [`hash_tree_root`](Self::hash_tree_root): five nodes.
    pub fn block_hash_branch(&self) -> Vec<B256> {
        self.tree().branch(BLOCK_HASH)
    }

    /// Reads the SSZ.
    ///
    /// # Errors
    ///
    /// [`Error::Length`], [`Error::Offset`], [`Error::ExtraData`].
    pub fn from_ssz(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, Self::SSZ_FIXED_LENGTH)?;
        let mut header = Self {
            parent_hash: reader.word()?,
            fee_recipient: Address::new(reader.array()?),
            state_root: reader.word()?,
            receipts_root: reader.word()?,
            logs_bloom: FixedBytes(reader.array()?),
            prev_randao: reader.word()?,
            block_number: reader.number()?,
            gas_limit: reader.number()?,
            gas_used: reader.number()?,
            timestamp: reader.number()?,
            ..Self::default()
        };
        let extra_data = reader.offset()?;
        let extra_data = reader.variable(extra_data, None)?;
        if extra_data.len() > MAX_EXTRA_DATA {
            return Err(Error::ExtraData { got: extra_data.len() });
        }
        header.extra_data = Bytes::copy_from_slice(extra_data);
        header.base_fee_per_gas = U256::from_le_bytes(reader.array::<32>()?);
        header.block_hash = reader.word()?;
        header.transactions_root = reader.word()?;
        header.withdrawals_root = reader.word()?;
        header.blob_gas_used = reader.number()?;
        header.excess_blob_gas = reader.number()?;
        Ok(header)
    }

    /// Writes the SSZ.
    pub fn to_ssz(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(Self::SSZ_FIXED_LENGTH + self.extra_data.len());
        bytes.extend(self.parent_hash);
        bytes.extend(self.fee_recipient);
        bytes.extend(self.state_root);
        bytes.extend(self.receipts_root);
        bytes.extend(self.logs_bloom);
        bytes.extend(self.prev_randao);
        for number in [self.block_number, self.gas_limit, self.gas_used, self.timestamp] {
            bytes.extend(number.to_le_bytes());
        }
        push_offset(&mut bytes, Self::SSZ_FIXED_LENGTH);
        bytes.extend(self.base_fee_per_gas.to_le_bytes::<32>());
        bytes.extend(self.block_hash);
        bytes.extend(self.transactions_root);
        bytes.extend(self.withdrawals_root);
        bytes.extend(self.blob_gas_used.to_le_bytes());
        bytes.extend(self.excess_blob_gas.to_le_bytes());
        bytes.extend(&self.extra_data);
        bytes
    }

    fn tree(&self) -> Tree {
        let bloom = Tree::new(self.logs_bloom.chunks_exact(32).map(B256::from_slice).collect());
        let extra_data =
            B256::right_padding_from(&self.extra_data[..self.extra_data.len().min(MAX_EXTRA_DATA)]);
        Tree::new(vec![
            self.parent_hash,
            B256::right_padding_from(self.fee_recipient.as_slice()),
            self.state_root,
            self.receipts_root,
            bloom.root(),
            self.prev_randao,
            chunk(self.block_number),
            chunk(self.gas_limit),
            chunk(self.gas_used),
            chunk(self.timestamp),
            hash_pair(&extra_data, &chunk(self.extra_data.len() as u64)),
            B256::new(self.base_fee_per_gas.to_le_bytes()),
            self.block_hash,
            self.transactions_root,
            self.withdrawals_root,
            chunk(self.blob_gas_used),
            chunk(self.excess_blob_gas),
        ])
    }
}

//! The execution header as the beacon chain sees it.

use super::{
    Tree,
    codec::{Error, Reader, Writer},
};
use crate::{beacon::types::chunk, ssz::hash_pair};
use alloc::{vec, vec::Vec};
use alloy_primitives::{Address, B256, Bytes, FixedBytes, U256};
use serde::{Deserialize, Deserializer, Serialize};

/// Position of the block hash among the fields.
const BLOCK_HASH: usize = 12;

/// Most bytes of extra data.
const MAX_EXTRA_DATA: usize = 32;

/// `ExecutionPayloadHeader` from Capella to Fulu.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The two fields that Deneb appended; `None` in Capella.
    #[serde(flatten, deserialize_with = "both_or_none")]
    pub blob_gas: Option<BlobGas>,
}

/// The fields of an [`ExecutionPayloadHeader`] that Deneb appended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields of the specs")]
pub struct BlobGas {
    #[serde(with = "crate::decimal", rename = "blob_gas_used")]
    pub used: u64,
    #[serde(with = "crate::decimal", rename = "excess_blob_gas")]
    pub excess: u64,
}

impl ExecutionPayloadHeader {
    /// Length of the SSZ without extra data, in Capella.
    const CAPELLA_LENGTH: usize = 568;

    /// The same with the fields that Deneb appended.
    const DENEB_LENGTH: usize = Self::CAPELLA_LENGTH + 16;

    /// The root of the header, and of the payload it stands for.
    pub fn hash_tree_root(&self) -> B256 {
        self.tree().root()
    }

    /// Proves [`block_hash`](Self::block_hash) under [`hash_tree_root`](Self::hash_tree_root): four nodes, or five from Deneb on.
    pub fn block_hash_branch(&self) -> Vec<B256> {
        self.tree().branch(BLOCK_HASH)
    }

    /// Reads the SSZ, with the fields of Deneb or without.
    ///
    /// # Errors
    ///
    /// [`Error::Length`], [`Error::Offset`], [`Error::ExtraData`].
    pub fn from_ssz(bytes: &[u8], deneb: bool) -> Result<Self, Error> {
        let fixed = if deneb { Self::DENEB_LENGTH } else { Self::CAPELLA_LENGTH };
        let mut reader = Reader::new(bytes, fixed)?;
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
        if deneb {
            header.blob_gas = Some(BlobGas { used: reader.number()?, excess: reader.number()? });
        }
        Ok(header)
    }

    /// Writes the SSZ.
    pub fn to_ssz(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.bytes(self.parent_hash);
        writer.bytes(self.fee_recipient);
        writer.words(&[self.state_root, self.receipts_root]);
        writer.bytes(self.logs_bloom);
        writer.bytes(self.prev_randao);
        for number in [self.block_number, self.gas_limit, self.gas_used, self.timestamp] {
            writer.number(number);
        }
        writer.part(&self.extra_data);
        writer.bytes(self.base_fee_per_gas.to_le_bytes::<32>());
        writer.words(&[self.block_hash, self.transactions_root, self.withdrawals_root]);
        if let Some(BlobGas { used, excess }) = self.blob_gas {
            writer.number(used);
            writer.number(excess);
        }
        writer.finish()
    }

    fn tree(&self) -> Tree {
        let bloom = Tree::new(self.logs_bloom.chunks_exact(32).map(B256::from_slice).collect());
        let extra_data =
            B256::right_padding_from(&self.extra_data[..self.extra_data.len().min(MAX_EXTRA_DATA)]);
        let mut leaves = vec![
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
        ];
        leaves.extend(self.blob_gas.iter().flat_map(|gas| [chunk(gas.used), chunk(gas.excess)]));
        Tree::new(leaves)
    }
}

/// Two numbers of Deneb, or neither: one alone is no header of any fork.
fn both_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<BlobGas>, D::Error> {
    #[derive(Deserialize)]
    struct Number(#[serde(with = "crate::decimal")] u64);

    #[derive(Deserialize)]
    struct Fields {
        blob_gas_used: Option<Number>,
        excess_blob_gas: Option<Number>,
    }

    let missing = <D::Error as serde::de::Error>::missing_field;
    match Fields::deserialize(deserializer)? {
        Fields { blob_gas_used: Some(used), excess_blob_gas: Some(excess) } => {
            Ok(Some(BlobGas { used: used.0, excess: excess.0 }))
        }
        Fields { blob_gas_used: None, excess_blob_gas: None } => Ok(None),
        Fields { blob_gas_used: None, .. } => Err(missing("blob_gas_used")),
        Fields { excess_blob_gas: None, .. } => Err(missing("excess_blob_gas")),
    }
}

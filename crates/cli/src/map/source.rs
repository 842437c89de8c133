//! Headers of a MAP chain from files: RLP, blocks as a node answers, or a record of several.

use super::{
    extra::Parts,
    keys::{self, G2, Listed},
};
use crate::{
    error::{Error, Result},
    file,
    rpc::Block,
};
use alloy_primitives::{B256, Bytes, U256, hex};
use serde_json::Value;
use std::path::Path;

/// What the files hold.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// The headers, in the order of the files.
    pub items: Vec<Item>,
    /// What the records among them start from.
    pub start: Option<Listed>,
    /// Chain id and epoch size that the records state.
    pub constants: Option<(u64, u64)>,
}

/// A header, and what a file says about it.
#[derive(Debug)]
pub(crate) struct Item {
    /// What it is called.
    pub name: String,
    /// The RLP header with its seal, or why there is none.
    pub header: std::result::Result<Bytes, String>,
    /// What the file says of it: compared, never believed.
    pub stated: Stated,
    /// A receipt of its block.
    pub receipt: Option<ReceiptProof>,
}

/// What a file says of a header beside it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Stated {
    /// Number of the block.
    pub number: Option<u64>,
    /// Hash of the block.
    pub hash: Option<B256>,
    /// The round in which it was signed.
    pub round: Option<u64>,
    /// Who signed.
    pub bitmap: Option<U256>,
    /// The sum of the signers' keys on G2: what is packed when the keys themselves are not known.
    pub aggregate: Option<G2>,
}

/// A receipt and its proof, as records hold them.
#[derive(Debug)]
pub(crate) struct ReceiptProof {
    /// The key in the trie.
    pub key: Bytes,
    /// The nodes from the root down.
    pub nodes: Vec<Bytes>,
    /// What the file says of the receipt: compared, never believed.
    pub receipt: Value,
}

impl Source {
    /// Reads all files.
    pub(crate) fn read<P: AsRef<Path>>(paths: &[P]) -> Result<Self> {
        let mut source = Self::default();
        for path in paths {
            let path = path.as_ref();
            source.file(&path.display().to_string(), file::read(path)?)?;
        }
        Ok(source)
    }

    fn file(&mut self, name: &str, content: Vec<u8>) -> Result<()> {
        let text = std::str::from_utf8(&content).map(str::trim);
        match text {
            Ok(text) if text.starts_with(['{', '[']) => {
                let value: Value = serde_json::from_str(text)
                    .map_err(|e| Error::input(name, format!("not JSON: {e}")))?;
                self.value(name, &value)
            }
            Ok(text) if text.starts_with("0x") => {
                self.push(name, hex_bytes(text), Stated::default(), None);
                Ok(())
            }
            _ => {
                self.push(name, Ok(content.into()), Stated::default(), None);
                Ok(())
            }
        }
    }

    /// A block, a list, a record, or a JSON-RPC response with one of them.
    fn value(&mut self, name: &str, value: &Value) -> Result<()> {
        if let Some(result) = value.get("result") {
            return self.value(name, result);
        }
        match value {
            Value::Array(list) => {
                for (place, value) in list.iter().enumerate() {
                    self.value(&format!("{name}[{place}]"), value)?;
                }
                Ok(())
            }
            Value::String(text) => {
                self.push(name, hex_bytes(text), Stated::default(), None);
                Ok(())
            }
            Value::Object(_) if value.get("headers").is_some() => self.record(name, value),
            Value::Object(_) if value.get("header_rlp").is_some() => self.entry(name, value),
            Value::Object(_) if value.get("extraData").is_some() => {
                let block = Block::from_value(value.clone());
                let block = block.map_err(|problem| Error::input(name, problem))?;
                let header = block.sealed_rlp().map(Bytes::from);
                let header = header.ok_or_else(|| "a block of another family of chains".into());
                let stated = Stated {
                    hash: Some(block.hash()),
                    number: Some(block.number()),
                    ..Stated::default()
                };
                self.push(name, header, stated, None);
                Ok(())
            }
            _ => Err(Error::input(name, "neither a MAP block, a header in RLP nor a record")),
        }
    }

    /// `{"chainId", "epochSize", "init", "headers", "proofs"}`; all but the headers may be absent.
    fn record(&mut self, name: &str, record: &Value) -> Result<()> {
        let headers = record["headers"].as_array();
        let headers =
            headers.ok_or_else(|| Error::input(name, "the field headers is not a list"))?;
        for (place, header) in headers.iter().enumerate() {
            self.value(&format!("{name} headers[{place}]"), header)?;
        }
        match record.get("proofs") {
            None | Some(Value::Null) => {}
            Some(Value::Object(proofs)) => {
                for (key, proof) in proofs {
                    self.entry(&format!("{name} proofs.{key}"), proof)?;
                }
            }
            Some(Value::Array(proofs)) => {
                for (place, proof) in proofs.iter().enumerate() {
                    self.entry(&format!("{name} proofs[{place}]"), proof)?;
                }
            }
            Some(_) => return Err(Error::input(name, "the field proofs is not a list")),
        }
        if let Some(init) = record.get("init").filter(|init| !init.is_null()) {
            let start = keys::read(&format!("{name} init"), init)?;
            if self.start.replace(start).is_some() {
                return Err(Error::Usage("two of the files say what to start from".into()));
            }
        }
        if record.get("chainId").is_some() || record.get("epochSize").is_some() {
            let field = |key: &str| {
                keys::number(&record[key])
                    .map_err(|problem| Error::input(name, format!("{key}: {problem}")))
            };
            let constants = (field("chainId")?, field("epochSize")?);
            if self.constants.replace(constants).is_some_and(|before| before != constants) {
                return Err(Error::Usage("the files are of different chains".into()));
            }
        }
        Ok(())
    }

    /// A header in RLP with what is said of it, and perhaps with a receipt.
    fn entry(&mut self, name: &str, entry: &Value) -> Result<()> {
        let wrong =
            |field: &str, e: &dyn std::fmt::Display| Error::input(name, format!("{field}: {e}"));
        let text = entry["header_rlp"].as_str();
        let text = text.ok_or_else(|| Error::input(name, "holds no header_rlp"))?;
        let number = |field: &str| match entry.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => keys::number(value).map(Some).map_err(|e| wrong(field, &e)),
        };
        let hash = |field: &str| match entry.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                serde_json::from_value(value.clone()).map(Some).map_err(|e| wrong(field, &e))
            }
        };
        let bitmap = entry.get("bitmap").and_then(Value::as_str).map(bits).transpose();
        let aggregate = entry.get("agg_pk").filter(|key| !key.is_null());
        let aggregate = aggregate.map(keys::aggregate).transpose();
        let stated = Stated {
            number: number("number")?,
            hash: hash("hash")?,
            round: number("round")?,
            bitmap: bitmap.map_err(|e| wrong("bitmap", &e))?,
            aggregate: aggregate.map_err(|e| wrong("agg_pk", &e))?,
        };
        let receipt = match entry.get("proof") {
            None | Some(Value::Null) => None,
            Some(nodes) => {
                let nodes =
                    serde_json::from_value(nodes.clone()).map_err(|e| wrong("proof", &e))?;
                let key = serde_json::from_value(entry["key_index"].clone())
                    .map_err(|e| wrong("key_index", &e))?;
                Some(ReceiptProof { key, nodes, receipt: entry["receipt"].clone() })
            }
        };
        self.push(name, hex_bytes(text), stated, receipt);
        Ok(())
    }

    fn push(
        &mut self,
        name: &str,
        header: std::result::Result<Bytes, String>,
        stated: Stated,
        receipt: Option<ReceiptProof>,
    ) {
        self.items.push(Item { name: name.to_owned(), header, stated, receipt });
    }
}

impl Item {
    /// The header's parts, if it is one.
    pub(crate) fn parts(&self) -> Option<Parts<'_>> {
        Parts::read(self.header.as_ref().ok()?)
    }
}

fn hex_bytes(text: &str) -> std::result::Result<Bytes, String> {
    hex::decode(text.trim()).map(Bytes::from).map_err(|e| format!("not hexadecimal: {e}"))
}

/// A number in hexadecimal, as many digits as there are; none at all is zero.
fn bits(text: &str) -> std::result::Result<U256, String> {
    let bytes = hex_bytes(text)?;
    U256::try_from_be_slice(&bytes).ok_or_else(|| "more than 256 bits".into())
}

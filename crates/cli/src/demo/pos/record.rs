//! What was fetched and accepted, in the order of its use, as a vector for tests.

use crate::{
    error::{Error, Result},
    file,
    rpc::Block,
};
use alloy_primitives::{Address, B256, Bytes};
use light_client::beacon::Network;
use mos::DeliveryProof;
use serde_json::{Map, Value, json};
use std::path::Path;

/// Objects of a run.
#[derive(Debug)]
pub(super) struct Record(Map<String, Value>);

impl Record {
    /// A record of a network, without objects.
    pub(super) fn new(network: &Network) -> Self {
        let mut record = Self(Map::new());
        record.set("network", json!(network));
        for list in ["updates", "deliveries"] {
            record.set(list, json!([]));
        }
        record
    }

    /// Something that there is one of.
    pub(super) fn set(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// What the client started from.
    pub(super) fn bootstrap(&mut self, object: Value, root: B256) {
        self.set("trusted_root", json!(root));
        self.set("bootstrap", object);
    }

    /// An update that was used.
    pub(super) fn update(&mut self, kind: &str, object: &Value) {
        self.push("updates", json!({ "kind": kind, "object": object }));
    }

    /// A block of the source chain, with its receipts as the node sent them, and what was proven of it.
    pub(super) fn delivery(
        &mut self,
        updates: usize,
        block: &Block,
        receipts: &str,
        proof: &DeliveryProof,
    ) -> Result<()> {
        let receipts: Value =
            serde_json::from_str(receipts).map_err(|e| Error::rpc("eth_getBlockReceipts", e))?;
        self.push(
            "deliveries",
            json!({
                "after_updates": updates,
                "block": { "hash": block.hash(), "header": Bytes::from(block.rlp()) },
                "receipts": receipts,
                "proof": {
                    "head_id": proof.head_id,
                    "ancestry": proof.ancestry,
                    "headers": proof.headers,
                    "transaction_index": proof.transaction_index,
                    "log_index": proof.log_index,
                    "nonce": proof.nonce,
                },
            }),
        );
        Ok(())
    }

    /// The two ends of the lane.
    pub(super) fn lane(&mut self, source: Address, destination: (u64, Address)) {
        let (chain, gateway) = destination;
        self.set(
            "lane",
            json!({
                "source_gateway": source,
                "destination_chain_id": chain,
                "destination_gateway": gateway,
            }),
        );
    }

    /// How many updates were used.
    pub(super) fn updates(&self) -> usize {
        self.0["updates"].as_array().map_or(0, Vec::len)
    }

    /// Writes all of it.
    pub(super) fn write(&self, path: &Path) -> Result<()> {
        file::write(path, &format!("{}\n", Value::Object(self.0.clone())))
    }

    fn push(&mut self, list: &str, value: Value) {
        if let Some(Value::Array(list)) = self.0.get_mut(list) {
            list.push(value);
        }
    }
}

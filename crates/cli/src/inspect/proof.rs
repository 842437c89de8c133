//! Proof files: what they hold. Whether it proves anything is for `heliograph verify` to say.

use super::Found;
use crate::{
    error::Result,
    file::{Anchor, Block, Nodes, OriginFile, ProofFile, UpdateFile},
    packed,
    verify::described,
};
use alloy_primitives::{B256, Bytes};

/// Shows a proof file.
pub(super) fn inspect(name: &str, text: &str) -> Result<Found> {
    let mut found = Found::new("proof file");
    let proof = ProofFile::parse(name, text)?;
    found.add("kind", proof.kind());
    match &proof {
        ProofFile::Receipt(file) => {
            block(&mut found, &file.block);
            found.add("transaction index", file.transaction_index);
            found.add("receipt proof", file.receipt_proof.summary());
            let log = file.log_index.map_or_else(|| "all".to_owned(), |index| index.to_string());
            found.add("log", log);
        }
        ProofFile::Transaction(file) | ProofFile::Withdrawal(file) => {
            block(&mut found, &file.block);
            found.add("index", file.index).add("proof", file.proof.summary());
        }
        ProofFile::Batch(file) => {
            block(&mut found, &file.block);
            let indices: Vec<String> = file.indices.iter().map(u64::to_string).collect();
            found.add(file.of.all(), indices.join(", ")).add("proof", file.proof.summary());
        }
        ProofFile::Account(file) => {
            block(&mut found, &file.block);
            found.add("address", file.address);
            found.add("account proof", file.account_proof.summary());
            for slot in &file.slots {
                found.add(format!("slot {}", slot.slot), slot.proof.summary());
            }
            if let Some(batch) = &file.slot_batch {
                let slots: Vec<String> = batch.slots.iter().map(B256::to_string).collect();
                found.add("slots", slots.join(", "));
                found.add("proof of slots", batch.proof.summary());
            }
        }
        ProofFile::Ancestry(file) => block(&mut found, &file.block),
        ProofFile::Delivery(file) => {
            block(&mut found, &file.block);
            found.add("source gateway", file.lane.source_gateway);
            found.add("destination chain", file.lane.destination_chain_id);
            found.add("destination gateway", file.lane.destination_gateway);
            found.add("transaction index", file.transaction_index);
            let nodes = Nodes::List(file.receipt_proof.clone());
            found.add("receipt proof", nodes.summary());
            found.add("log", file.log_index).add("nonce", file.nonce);
            attestations(&mut found, file.attestations.as_ref());
            if let Some(route) = &file.route {
                found.add("sent on chain", route.source_chain_id).add("by the word of", route.hub);
            }
        }
        ProofFile::Acknowledgement(file) => {
            block(&mut found, &file.block);
            origin(&mut found, &file.lane);
            found.add("transaction index", file.transaction_index);
            let nodes = Nodes::List(file.receipt_proof.clone());
            found.add("receipt proof", nodes.summary()).add("log", file.log_index);
            attestations(&mut found, file.attestations.as_ref());
        }
        ProofFile::Expiry(file) => {
            block(&mut found, &file.block);
            origin(&mut found, &file.lane);
            found.add("nonce", file.body.nonce);
            for attribute in &file.body.attributes {
                found.add("attribute", described(attribute));
            }
            let [account, storage] =
                [&file.account_proof, &file.storage_proof].map(|nodes| Nodes::List(nodes.clone()));
            found.add("account proof", account.summary()).add("storage proof", storage.summary());
            found.add("word of settled bits", if file.absent { "absent" } else { "present" });
            attestations(&mut found, file.attestations.as_ref());
        }
        ProofFile::BeaconUpdate(file) => update(&mut found, file),
        ProofFile::MapUpdate(file) => found.add_all("", file.summary()),
    }
    found.add("verified", "no: ask heliograph verify");
    Ok(found)
}

fn origin(found: &mut Found, lane: &OriginFile) {
    found.add("source chain", lane.source_chain_id);
    found.add("source gateway", lane.source_gateway);
    found.add("destination gateway", lane.destination_gateway);
}

fn attestations(found: &mut Found, given: Option<&Bytes>) {
    if let Some(signatures) = given {
        found.add("attestations", format!("{} bytes", signatures.len()));
    }
}

fn block(found: &mut Found, block: &Block) {
    found.add("chain", block.chain_id());
    match &block.anchor {
        Anchor::Block { hash, .. } => _ = found.add("anchor", format!("block hash {hash}")),
        Anchor::Update(file) => update(found, file),
        Anchor::MapUpdate(file) => found.add_all("", file.summary()),
    }
    ancestry(found, &block.ancestry());
    let length: usize = block.headers.iter().map(|header| header.len()).sum();
    found.add("headers", format!("{} ({length} bytes)", block.headers.len()));
}

/// The way from the anchor to an older block, by what a state remembers.
fn ancestry(found: &mut Found, proof: &[u8]) {
    if proof.is_empty() {
        return;
    }
    found.add("ancestry", format!("{} bytes", proof.len()));
    match packed::ancestry_lines(proof) {
        Some(lines) => found.add_all("ancestry ", lines),
        None => _ = found.add("ancestry proof", "of no form that there is"),
    }
}

fn update(found: &mut Found, file: &UpdateFile) {
    found.add_all("", file.summary());
}

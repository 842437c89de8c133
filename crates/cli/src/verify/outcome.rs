//! What became of a message, as its source learns it: the light client's clauses, ANC-1…4, then MSG-2…5, MSG-13, MSG-14, MSG-16, MSG-17,
//! CHK-3, CHK-4. Whether the message was sent from there, and what is proven already, only the contracts know: CHK-1, CHK-2.

use super::{
    Trust, Verified,
    delivery::{account, assume_policy, attributes, start},
    policy::attestations,
};
use crate::{
    error::Result,
    file::{AcknowledgementFile, Block, ExpiryFile, OriginFile, ProofFile},
    refusal::refuse,
};
use alloy_primitives::{B256, Bytes, U256};
use alloy_sol_types::SolCall;
use bindings::IMessageChecker::{acknowledgeCall, proveExpiredCall};
use light_client::{Assumption, ancestry::Ancestor};
use mos::{
    Attributes, Clients, Context, DeliveryProof, EvmAddress, Lane, Lanes, Outbox, Terms,
    attributes::Side,
    outcome::{self, Checker, ExpiryProof},
};

/// The one light client of a file: it answers with the block that the file's update leads to.
struct Started(Ancestor);

impl Clients for Started {
    fn assumption(&self, _: U256) -> std::result::Result<Assumption, mos::Error> {
        Ok(self.0.path().root())
    }

    fn ancestor(&self, _: U256, _: u64, _: &[u8]) -> std::result::Result<Ancestor, mos::Error> {
        Ok(self.0)
    }
}

/// Verifies that a message was delivered.
pub(super) fn verify_delivered(file: &AcknowledgementFile, trust: &Trust) -> Result<Verified> {
    let mut verified = Verified::new("acknowledgement");
    let (head_id, block) = start(&file.block, trust, &mut verified)?;
    let (lane, proof) = (lane(&file.lane, &file.block), acknowledgement(file, head_id));
    let chain = lane.destination_chain_id;
    let mut lanes = Lanes::new(lane.source_chain_id, lane.source_gateway);
    let (assumption, attested) = (trust.policy.assumption(&block), trust.policy.is_attested());
    lanes.set_lane(chain, lane.destination_gateway, assumption, attested);
    let (clients, service) = (Started(block), Outbox::new(lanes));
    let decided = trust.policy.with_attestors((chain, lane.source_chain_id), |attestors| {
        let attestors = attestors.unwrap_or(&());
        let context = Context { clients: &clients, attestors, now: trust.now };
        Checker::new().acknowledge(&service, chain, &proof, &context)
    })?;
    let (id, outcome) = decided.map_err(|error| refuse("acknowledgement", error))?;
    facts(&block, &proof.headers, &mut verified)?;
    assume(&lane, trust, &mut verified);
    verified.fact("message_id", id);
    verified.fact("outcome", "delivered");
    verified.fact("payee", outcome.payee());
    Ok(verified)
}

/// Verifies that a message was not delivered by its deadline.
pub(super) fn verify_expired(file: &ExpiryFile, trust: &Trust) -> Result<Verified> {
    let mut verified = Verified::new("expiry");
    let (head_id, block) = start(&file.block, trust, &mut verified)?;
    trust.policy.expect_assumption(&block)?;
    let lane = lane(&file.lane, &file.block);
    let (proof, body) = (expiry(file, head_id), mos::Body::from(&file.body));
    let chains = (lane.destination_chain_id, lane.source_chain_id);
    let id = trust.policy.with_attestors(chains, |attestors| {
        outcome::verify_expired(&lane, attestors, &block, &body, &proof, |_: &B256| true)
    })?;
    let refused = |error| refuse("proof of expiry", error);
    let id = id.map_err(refused)?;
    facts(&block, &proof.headers, &mut verified)?;
    assume(&lane, trust, &mut verified);
    verified.assume("the message was sent: the source chain's service keeps its id");
    let listed = Attributes::new(&body.attributes);
    let terms = Terms::read(listed.iter(), Side::Delivering).map_err(refused)?;
    verified.fact("message_id", id);
    verified.fact("nonce", body.nonce);
    if let Ok(recipient) = EvmAddress::decode(&body.recipient) {
        verified.fact("recipient", account(&recipient));
    }
    attributes(&body.attributes, &mut verified);
    verified.fact("outcome", format!("not delivered by {}", terms.deadline));
    Ok(verified)
}

fn facts(block: &Ancestor, headers: &[Bytes], verified: &mut Verified) -> Result<()> {
    let block = block.open(headers).map_err(|error| refuse("headers", error))?;
    verified.fact("chain", block.chain_id());
    verified.fact("block", block.number());
    verified.fact("block_hash", block.hash());
    verified.fact("block_time", block.timestamp());
    verified.fact("rests_on", block.path());
    Ok(())
}

fn assume(lane: &Lane, trust: &Trust, verified: &mut Verified) {
    assume_policy(trust, lane.destination_chain_id, verified);
    verified.assume(format!(
        "{} is the message service of chain {} at the other end of the lane",
        lane.destination_gateway, lane.destination_chain_id
    ));
}

/// What is called on the source chain's checker with a proof of either kind; `None` for another kind. Nothing is verified but the update,
/// whose head is the newest that the client there has.
pub(crate) fn calldata(proof: &ProofFile, trust: &Trust) -> Result<Option<Bytes>> {
    let verified = &mut Verified::new("outcome");
    let chain = |block: &Block| U256::from(block.chain_id());
    let call = match proof {
        ProofFile::Acknowledgement(file) => {
            let (head, _) = start(&file.block, trust, verified)?;
            let proof = (&acknowledgement(file, head)).into();
            acknowledgeCall { destinationChainId: chain(&file.block), proof }.abi_encode()
        }
        ProofFile::Expiry(file) => {
            let (head, _) = start(&file.block, trust, verified)?;
            let (proof, body) =
                ((&expiry(file, head)).into(), (&mos::Body::from(&file.body)).into());
            proveExpiredCall { destinationChainId: chain(&file.block), body, proof }.abi_encode()
        }
        _ => return Ok(None),
    };
    Ok(Some(call.into()))
}

/// The lane that a file names; its destination is the chain of the block.
fn lane(file: &OriginFile, block: &Block) -> Lane {
    Lane {
        source_chain_id: U256::from(file.source_chain_id),
        source_gateway: file.source_gateway,
        destination_chain_id: U256::from(block.chain_id()),
        destination_gateway: file.destination_gateway,
    }
}

/// The proof of a delivery as the libraries and the checker take it.
fn acknowledgement(file: &AcknowledgementFile, head_id: u64) -> DeliveryProof {
    DeliveryProof {
        head_id,
        ancestry: file.block.ancestry(),
        headers: file.block.headers.clone(),
        transaction_index: file.transaction_index,
        receipt_proof: file.receipt_proof.clone(),
        log_index: file.log_index,
        nonce: 0,
        attestations: attestations(file.attestations.as_ref()),
    }
}

/// The proof of an expiry as the libraries and the checker take it.
fn expiry(file: &ExpiryFile, head_id: u64) -> ExpiryProof {
    ExpiryProof {
        head_id,
        ancestry: file.block.ancestry(),
        headers: file.block.headers.clone(),
        account_proof: file.account_proof.clone(),
        storage_proof: file.storage_proof.clone(),
        absent: file.absent,
        attestations: attestations(file.attestations.as_ref()),
    }
}

//! What anyone can send to deliver a message without this relayer.

use super::{ChainName, Desk, Problem, guard::Asked, messages};
use crate::{
    attestor,
    chain::Chain,
    domain::{Purpose, Reason, Stage, Tracked},
    lane::{Inbound, Logged, Refusal, Trouble, estimate},
};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolCall;
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use bindings::IMessageService::{deliverCall, retryCall};
use light_client::attestation::Statement;
use prover::verify;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// A call that delivers a message. Whoever sends it needs nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Calldata {
    /// Id of the message.
    #[schema(value_type = String)]
    pub id: B256,
    /// Where it has to be sent.
    pub chain: ChainName,
    /// `deliver`, or `retry` after its recipient has failed.
    pub purpose: Purpose,
    /// The contract.
    #[schema(value_type = String)]
    pub to: Address,
    /// What it is called with.
    #[schema(value_type = String)]
    pub data: Bytes,
    /// Its length.
    pub calldata_bytes: usize,
    /// A gas limit, by simulating it; nothing when the recipient fails now.
    pub gas: Option<u64>,
    /// About what it costs at the price of now, in wei; nothing when that is not known.
    pub fee_wei: Option<String>,
    /// What the recipient says when it fails; empty when the call succeeds.
    pub failure: String,
    /// The block of the light client's head that the proof starts from; nothing for a retry, which needs no proof.
    pub head: Option<u64>,
}

/// Who is to be paid.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct Payee {
    /// Who is paid for the delivery on the source chain; whoever sends the transaction when absent.
    #[param(value_type = Option<String>)]
    payee: Option<Address>,
}

/// The calldata that delivers a message, made against the light client's heads of now, verified by the core that contracts share and
/// simulated. 409 with the reason while it cannot be delivered.
#[utoipa::path(get, path = "/v1/messages/{id}/proof", params(("id" = String, Path, description = "Id of the message"), Payee), responses(
    (status = 200, body = Calldata), (status = 404, body = Problem), (status = 409, body = Problem),
    (status = 429, body = Problem), (status = 502, body = Problem)
))]
pub(super) async fn proof(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    Asked(asked): Asked<Payee>,
) -> Result<Json<Calldata>, Problem> {
    let message = messages::find(&desk, &id).await?;
    let busy = |_| Problem::new(StatusCode::TOO_MANY_REQUESTS, "other proofs are made: ask again");
    let _place = desk.proofs.try_acquire().map_err(busy)?;
    calldata(&desk, &message, asked.payee.unwrap_or_default()).await.map(Json)
}

async fn calldata(desk: &Desk, message: &Tracked, payee: Address) -> Result<Calldata, Problem> {
    over(message)?;
    let end = |id: u64| {
        let chain = desk.sources.chains.get(&id).map(Arc::clone);
        let unknown = format!("chain {id} is none of this relayer's");
        chain.ok_or_else(|| Problem::not_yet(Reason::UnknownChain, unknown))
    };
    let (source, destination) = (end(message.sent_at.chain)?, end(message.sent.destination)?);
    let (purpose, data, head) = if message.stage == Stage::Failed {
        (Purpose::Retry, retry(message, payee), None)
    } else {
        let (data, head) = deliver(desk, (source, &destination), message, payee).await?;
        (Purpose::Deliver, data, Some(head))
    };
    let (gas, failure) = simulate(&destination, &data).await?;
    let price = destination.fee_view().await.ok();
    let fee = price.zip(gas).map(|(price, gas)| {
        price.base_fee_next.saturating_add(price.tip).saturating_mul(gas.into())
    });
    Ok(Calldata {
        id: message.id,
        chain: desk.chain_name(destination.id()),
        purpose,
        to: destination.config().service,
        calldata_bytes: data.len(),
        data,
        gas,
        fee_wei: fee.map(|fee| fee.to_string()),
        failure,
        head,
    })
}

/// Messages that there is nothing to deliver of.
fn over(message: &Tracked) -> Result<(), Problem> {
    let reason = match message.stage {
        Stage::Observed => Reason::Finality,
        Stage::Expired => Reason::Deadline,
        Stage::Final | Stage::Submitted | Stage::Failed | Stage::Filtered | Stage::Quarantined => {
            return Ok(());
        }
        _ => Reason::Done,
    };
    Err(Problem::not_yet(reason, format!("the message is {}", message.stage)))
}

fn retry(message: &Tracked, payee: Address) -> Bytes {
    let call = retryCall {
        sourceChainId: U256::from(message.sent_at.chain),
        body: (&message.sent.body).into(),
        gasLimit: U256::ZERO,
        payee,
    };
    call.abi_encode().into()
}

/// The call and the head that its proof starts from. It was verified.
async fn deliver(
    desk: &Desk,
    (source, destination): (Arc<Chain>, &Arc<Chain>),
    message: &Tracked,
    payee: Address,
) -> Result<(Bytes, u64), Problem> {
    let sources = &desk.sources;
    let inbound = Inbound::new(Arc::clone(destination), source, sources.cache.clone());
    let view = inbound.look(message.block().number).await?;
    if let Some((reason, detail)) = view.obstacle() {
        return Err(Problem::not_yet(reason, detail));
    }
    let block = message.block();
    let Some(head) = inbound.head_for(&view, block.number).await? else {
        let known =
            view.newest().map_or_else(|| "none yet".to_owned(), |head| head.number.to_string());
        let detail = format!("its block is {}, the light client knows {known}", block.number);
        return Err(Problem::not_yet(Reason::Header, detail));
    };
    let node = inbound.of().node();
    let receipts = inbound.cache().receipts(&node, block.hash).await.map_err(Trouble::from)?;
    let event = Logged::sent(message).locate(&message.sent_at, &receipts)?;
    let prover = inbound.prover(&node);
    let made = prover.delivery(&head, event, message.sent.body.nonce).await;
    let mut proof = made.map_err(Trouble::from)?;
    let (attestors, statement) = (sources.attestors.as_deref(), Statement::Sent);
    let signed = attestor::signatures(
        attestors,
        &sources.store,
        &view,
        message,
        statement,
        &message.sent_at,
    );
    proof.attestations = signed.await?;
    let (lane, client) = (inbound.lane_in(), inbound.verifier(&view, &head));
    let verified = verify::delivery(&lane, &client, view.attestors(), &proof)
        .map_err(|error| Trouble::Refused(Refusal::of(error)))?;
    if verified.id != message.id {
        let detail = format!("what nodes say proves message {} instead", verified.id);
        return Err(Problem::not_yet(Reason::ProofInvalid, detail));
    }
    let call = deliverCall { sourceChainId: lane.source_chain_id, proof: (&proof).into(), payee };
    Ok((call.abi_encode().into(), head.number))
}

/// A gas limit, or what a failing recipient says: whoever sends the call may know better than this relayer.
async fn simulate(chain: &Chain, data: &Bytes) -> Result<(Option<u64>, String), Problem> {
    match estimate(chain, chain.config().service, data, (0, u64::MAX)).await {
        Ok(gas) => Ok((Some(gas), String::new())),
        Err(Trouble::Refused(Refusal {
            reason: Reason::RecipientFails | Reason::Gas,
            detail,
            ..
        })) => Ok((None, detail)),
        Err(trouble) => Err(trouble.into()),
    }
}

//! The chain that messages were sent from, as far as outcomes are proven to it: its contracts as our own core keeps their state.

use crate::source::{DESTINATION, SOURCE, block_json};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::{SolCall, SolError, SolValue};
use async_trait::async_trait;
use bindings::{
    Assumption, ILightClient, ILightClientManager,
    IMessageChecker::{self, acknowledgeCall, outcomeOfCall, proveExpiredCall},
    IMessageService, IRelayFees, Revert,
    errors::FeeNothingDue,
};
use mos::{Body, Checker, Context, DeliveryProof, ExpiryProof, Lanes, Outbox, Outcome};
use prover::{Head, Node, NodeError, verify::Client};
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};
use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    },
};
use testkit::beacon::ExecutionBlock;

pub(crate) const CHECKER: Address = Address::repeat_byte(0xc4);
pub(crate) const FEES: Address = Address::repeat_byte(0xfe);
const REGISTRY: Address = Address::repeat_byte(0xc1);
const CLIENT: Address = Address::repeat_byte(0xc2);

/// What stands on the chain.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) heads: Vec<Head>,
    pub(crate) fees: BTreeMap<B256, u64>,
    pub(crate) outcomes: BTreeMap<B256, Outcome>,
    checker: Checker,
}

#[derive(Debug)]
pub(crate) struct Home(Mutex<State>, AtomicU64);

impl Home {
    pub(crate) const fn new() -> Self {
        let state = State {
            heads: Vec::new(),
            fees: BTreeMap::new(),
            outcomes: BTreeMap::new(),
            checker: Checker::new(),
        };
        Self(Mutex::new(state), AtomicU64::new(900))
    }

    /// What stands there, to be changed in the next block.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.lock().expect("a lock")
    }

    /// Sends a transaction: what it would come to, it comes to.
    pub(crate) fn send(&self, data: &Bytes) -> Vec<u8> {
        self.call(data, true).expect("it was simulated").to_vec()
    }

    fn call(&self, data: &Bytes, keep: bool) -> Result<Bytes, Bytes> {
        let state = &mut *self.0.lock().expect("a lock");
        let selector: [u8; 4] = data[..4].try_into().expect("a selector");
        let answer = match selector {
            IMessageService::laneCall::SELECTOR => IMessageService::Lane {
                gateway: DESTINATION.1,
                assumption: Assumption::SyncCommittee,
                attested: false,
                sendingPaused: false,
                deliveringPaused: false,
            }
            .abi_encode(),
            IMessageService::clientsCall::SELECTOR => REGISTRY.abi_encode(),
            IMessageService::feesCall::SELECTOR => FEES.abi_encode(),
            ILightClientManager::clientOfCall::SELECTOR => CLIENT.abi_encode(),
            ILightClient::assumptionCall::SELECTOR => U256::from(1).abi_encode(),
            ILightClient::latestHeadCall::SELECTOR => {
                U256::from(state.heads.last().map_or(0, |head| head.id)).abi_encode()
            }
            ILightClient::headHashCall::SELECTOR => {
                let id = ILightClient::headHashCall::abi_decode(data).expect("a call").id;
                let head = state.heads.iter().find(|head| head.id == id);
                let unknown = || mos::Error::from(light_client::client::Error::UnknownHead { id });
                head.ok_or_else(|| Revert::from(unknown()).data)?.hash.abi_encode()
            }
            IRelayFees::paidForCall::SELECTOR => {
                let id = IRelayFees::paidForCall::abi_decode(data).expect("a call").id;
                U256::from(state.fees.get(&id).copied().unwrap_or_default()).abi_encode()
            }
            IRelayFees::releaseCall::SELECTOR => {
                let id = IRelayFees::releaseCall::abi_decode(data).expect("a call").id;
                match state.fees.get(&id).copied().unwrap_or_default() {
                    0 => return Err(FeeNothingDue {}.abi_encode().into()),
                    amount => U256::from(amount).abi_encode(),
                }
            }
            outcomeOfCall::SELECTOR => {
                let id = outcomeOfCall::abi_decode(data).expect("a call").id;
                let outcome = state.outcomes.get(&id);
                let code = match outcome.map_or(0, Outcome::code) {
                    0 => IMessageChecker::Outcome::None,
                    1 => IMessageChecker::Outcome::Delivered,
                    2 => IMessageChecker::Outcome::Cancelled,
                    _ => IMessageChecker::Outcome::Expired,
                };
                (code, outcome.map_or(Address::ZERO, Outcome::payee)).abi_encode_params()
            }
            _ => {
                let (id, outcome, checker) = prove(state, selector, data)?;
                if keep {
                    state.checker = checker;
                    state.outcomes.insert(id, outcome);
                }
                id.abi_encode()
            }
        };
        Ok(answer.into())
    }
}

/// What a proof comes to, or the data it reverts with.
fn prove(
    state: &State,
    selector: [u8; 4],
    data: &Bytes,
) -> Result<(B256, Outcome, Checker), Bytes> {
    let mut lanes = Lanes::new(U256::from(SOURCE.0), SOURCE.1);
    lanes.set_lane(U256::from(DESTINATION.0), DESTINATION.1, 1, false);
    let (outbox, mut checker) = (Outbox::new(lanes), state.checker.clone());
    let run =
        |id: u64,
         checker: &mut Checker,
         with: &dyn Fn(&mut Checker, &Context<'_>) -> Result<(B256, Outcome), mos::Error>| {
            let head = state.heads.iter().find(|head| head.id == id).copied().unwrap_or(Head {
                id: 0,
                hash: B256::ZERO,
                number: 0,
            });
            let clients =
                Client { chain_id: DESTINATION.0, assumption: 1, network: None, head: &head };
            let context = Context { clients: &clients, attestors: &(), now: 0 };
            with(checker, &context).map_err(|e| Revert::from(e).data)
        };
    let chain = U256::from(DESTINATION.0);
    let (id, outcome) = match selector {
        acknowledgeCall::SELECTOR => {
            let proof = acknowledgeCall::abi_decode(data).expect("a call").proof;
            let proof = DeliveryProof {
                head_id: proof.headId,
                ancestry: proof.ancestry,
                headers: proof.headers,
                transaction_index: proof.transactionIndex,
                receipt_proof: proof.receiptProof,
                log_index: proof.logIndex.saturating_to(),
                nonce: proof.nonce,
                attestations: proof.attestations,
            };
            run(proof.head_id, &mut checker, &|checker, context| {
                checker.acknowledge(&outbox, chain, &proof, context)
            })?
        }
        proveExpiredCall::SELECTOR => {
            let proveExpiredCall { body, proof, .. } =
                proveExpiredCall::abi_decode(data).expect("a call");
            let body = Body {
                nonce: body.nonce,
                sender: body.sender,
                recipient: body.recipient,
                payload: body.payload,
                attributes: body.attributes,
            };
            let proof = ExpiryProof {
                head_id: proof.headId,
                ancestry: proof.ancestry,
                headers: proof.headers,
                account_proof: proof.accountProof,
                storage_proof: proof.storageProof,
                absent: proof.absent,
                attestations: proof.attestations,
            };
            // Which messages it keeps as sent is not played: all of them.
            let lane = crate::source::lane();
            run(proof.head_id, &mut checker, &|_, context| {
                let block = context.clients.ancestor(chain, proof.head_id, &proof.ancestry)?;
                let id =
                    mos::outcome::verify_expired(&lane, None, &block, &body, &proof, |_| true)?;
                Ok((id, Outcome::Expired))
            })?
        }
        other => panic!("{other:?} was not expected"),
    };
    Ok((id, outcome, checker))
}

#[async_trait]
impl Node for Home {
    async fn request(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Box<RawValue>, NodeError> {
        let answer = match method {
            "eth_chainId" => json!(U256::from(SOURCE.0)),
            "eth_getBlockByNumber" => {
                let number = self.1.load(Ordering::SeqCst);
                block_json(&ExecutionBlock::synthetic(
                    B256::repeat_byte(0xdd),
                    number,
                    1_700_009_999,
                ))
            }
            "eth_call" | "eth_estimateGas" => {
                let data: Bytes = serde_json::from_value(params[0]["input"].clone()).expect("data");
                match self.call(&data, false) {
                    Ok(answer) if method == "eth_call" => json!(answer),
                    Ok(_) => json!(U256::from(700_000)),
                    Err(data) => {
                        let (method, message) = (method.into(), "execution reverted".to_owned());
                        return Err(NodeError::Answered {
                            method,
                            code: 3,
                            message,
                            data: Some(data),
                        });
                    }
                }
            }
            other => panic!("{other} was not expected"),
        };
        Ok(to_raw_value(&answer).expect("JSON"))
    }
}

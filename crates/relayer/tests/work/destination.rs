//! The chain that messages go to: its contracts as our own core keeps their state, behind a node.

use crate::source::{DESTINATION, SOURCE, block_json, lanes};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::{SolCall, SolError, SolValue};
use async_trait::async_trait;
use bindings::{
    Assumption, IAttestors, ILightClient, ILightClientManager,
    IMessageService::{self, deliverBatchCall, deliverCall, retryCall},
    Revert,
    errors::{ClientPaused, MessageInsufficientGas, MessageRecipientReverted},
};
use light_client::attestation::Domain;
use mos::{Answer, Body, Context, Delivery, Direction, Fate, Inbox};
use prover::{Head, Node, NodeError, verify::Client};
use relayer::lane::Signatories;
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};
use std::{
    collections::BTreeSet,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    },
};
use testkit::beacon::ExecutionBlock;

/// Time of its newest block.
pub(crate) const TIME: u64 = 1_700_000_500;
/// The contract that holds the attestors.
pub(crate) const ATTESTORS: Address = Address::repeat_byte(0xa7);
const REGISTRY: Address = Address::repeat_byte(0xc1);
const CLIENT: Address = Address::repeat_byte(0xc2);

/// What stands on the chain.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) inbox: Inbox,
    pub(crate) heads: Vec<Head>,
    /// The registry has paused its client.
    pub(crate) paused: bool,
    /// Messages whose recipients fail.
    pub(crate) failing: BTreeSet<B256>,
    /// Messages for which there is never gas enough: whatever they are in reverts as a whole.
    pub(crate) bombs: BTreeSet<B256>,
    /// Who has to sign, and how many of them.
    pub(crate) signatories: Option<Signatories>,
    /// Every call but that of a view.
    pub(crate) simulated: Vec<Bytes>,
}

/// The chain, and a node for it.
#[derive(Debug)]
pub(crate) struct Destination {
    state: Mutex<State>,
    /// Number of its newest block: whoever changes something does so in a new one.
    number: AtomicU64,
}

impl Destination {
    pub(crate) fn new(heads: Vec<Head>) -> Self {
        let inbox = Inbox::new(lanes());
        let (failing, bombs) = (BTreeSet::new(), BTreeSet::new());
        let state = State {
            inbox,
            heads,
            paused: false,
            failing,
            bombs,
            signatories: None,
            simulated: Vec::new(),
        };
        Self { state: Mutex::new(state), number: AtomicU64::new(500) }
    }

    /// What stands there, to be changed in the next block.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.number.fetch_add(1, Ordering::SeqCst);
        self.state.lock().expect("a lock")
    }

    pub(crate) fn pause(&self, paused: bool) {
        let lanes = &mut self.state().inbox.lanes;
        let (source, way) = (U256::from(SOURCE.0), Direction::Delivering);
        if paused { lanes.pause(source, way) } else { lanes.unpause(source, way) }.expect("a lane");
    }

    /// Asks from now on that so many of these attestors sign as well.
    pub(crate) fn ask_attestors(&self, attestors: Vec<Address>, threshold: usize) {
        let (source, mut state) = (U256::from(SOURCE.0), self.state());
        state.inbox.lanes.set_lane(source, SOURCE.1, 1, true);
        let domain = Domain::new(U256::from(DESTINATION.0), ATTESTORS);
        let all = Signatories { domain, contract: ATTESTORS, chain: source, attestors, threshold };
        state.signatories = Some(all);
    }

    /// Sends a transaction: what it would come to, it comes to.
    pub(crate) fn send(&self, data: &Bytes) -> Vec<(B256, Fate)> {
        let state = &mut *self.state();
        let (fates, inbox) = execute(state, data).expect("it was simulated");
        state.inbox = inbox;
        fates
    }

    fn answer(&self, method: &str, params: &Value) -> Result<Value, (i64, Bytes)> {
        Ok(match method {
            "eth_chainId" => json!(U256::from(DESTINATION.0)),
            "eth_getBlockByNumber" => {
                let number = self.number.load(Ordering::SeqCst);
                block_json(&ExecutionBlock::synthetic(B256::repeat_byte(0xdd), number, TIME))
            }
            "eth_feeHistory" => {
                json!({ "oldestBlock": "0x1", "baseFeePerGas": ["0x3b9aca00", "0x3b9aca00"], "gasUsedRatio": [0.5], "reward": [["0x1"]] })
            }
            "eth_call" | "eth_estimateGas" => {
                let data: Bytes = serde_json::from_value(params[0]["input"].clone()).expect("data");
                let answer = self.call(&data).map_err(|data| (3, data))?;
                if method == "eth_call" { json!(answer) } else { json!(U256::from(900_000)) }
            }
            other => panic!("{other} was not expected"),
        })
    }

    fn call(&self, data: &Bytes) -> Result<Bytes, Bytes> {
        let state = &mut *self.state.lock().expect("a lock");
        let selector: [u8; 4] = data[..4].try_into().expect("a selector");
        let newest = state.heads.last();
        let answer = match selector {
            IMessageService::laneCall::SELECTOR => {
                let end = state.inbox.lanes.end(U256::from(SOURCE.0)).expect("a lane");
                IMessageService::Lane {
                    gateway: end.gateway,
                    assumption: Assumption::SyncCommittee,
                    attested: end.attested,
                    sendingPaused: end.sending_paused,
                    deliveringPaused: end.delivering_paused,
                }
                .abi_encode()
            }
            IMessageService::attestorsCall::SELECTOR => ATTESTORS.abi_encode(),
            IAttestors::attestorsOfCall::SELECTOR => {
                let all = state.signatories.as_ref().expect("attestors");
                (all.attestors.clone(), U256::from(all.threshold)).abi_encode_params()
            }
            IMessageService::clientsCall::SELECTOR => REGISTRY.abi_encode(),
            IMessageService::recipientGasCall::SELECTOR => U256::from(200_000).abi_encode(),
            IMessageService::isSettledCall::SELECTOR => {
                let call = IMessageService::isSettledCall::abi_decode(data).expect("a call");
                let bit = (call.sourceChainId, call.sourceGateway, call.nonce);
                state.inbox.is_settled(bit.0, bit.1, bit.2).abi_encode()
            }
            ILightClientManager::clientOfCall::SELECTOR if state.paused => {
                return Err(ClientPaused { chainId: U256::from(SOURCE.0) }.abi_encode().into());
            }
            ILightClientManager::clientOfCall::SELECTOR => CLIENT.abi_encode(),
            ILightClient::assumptionCall::SELECTOR => U256::from(1).abi_encode(),
            ILightClient::latestHeadCall::SELECTOR => {
                U256::from(newest.map_or(0, |head| head.id)).abi_encode()
            }
            ILightClient::headHashCall::SELECTOR => {
                let id = ILightClient::headHashCall::abi_decode(data).expect("a call").id;
                let head = state.heads.iter().find(|head| head.id == id);
                let unknown = || mos::Error::from(light_client::client::Error::UnknownHead { id });
                head.ok_or_else(|| Revert::from(unknown()).data)?.hash.abi_encode()
            }
            _ => {
                state.simulated.push(data.clone());
                let (fates, _) = execute(state, data)?;
                if selector == deliverBatchCall::SELECTOR {
                    let results = fates.iter().map(|(_, fate)| match fate {
                        Fate::Left => IMessageService::Result::Left,
                        Fate::Delivered => IMessageService::Result::Delivered,
                        Fate::Failed => IMessageService::Result::Failed,
                    });
                    results.collect::<Vec<_>>().abi_encode()
                } else {
                    fates[0].0.abi_encode()
                }
            }
        };
        Ok(answer.into())
    }
}

/// What a transaction comes to, or the data it reverts with.
fn execute(state: &State, data: &Bytes) -> Result<(Vec<(B256, Fate)>, Inbox), Bytes> {
    let head_id = |id: u64| state.heads.iter().find(|head| head.id == id).copied();
    let mut inbox = state.inbox.clone();
    let bomb = Mutex::new(false);
    let call = |delivery: &Delivery<'_>| {
        if state.bombs.contains(&delivery.id()) {
            *bomb.lock().expect("a lock") = true;
        }
        if state.failing.contains(&delivery.id()) { Answer::Failed } else { Answer::Accepted }
    };
    let context =
        |id: u64, then: &mut dyn FnMut(&Context<'_>) -> Result<Vec<(B256, Fate)>, mos::Error>| {
            let head = head_id(id).unwrap_or(Head { id: 0, hash: B256::ZERO, number: 0 });
            let client = Client { chain_id: SOURCE.0, assumption: 1, network: None, head: &head };
            let attestors: &dyn mos::Attestors = match &state.signatories {
                Some(all) => all,
                None => &(),
            };
            then(&Context { clients: &client, attestors, now: TIME })
                .map_err(|e| Revert::from(e).data)
        };
    let selector: [u8; 4] = data[..4].try_into().expect("a selector");
    let fates = match selector {
        deliverCall::SELECTOR => {
            let call_data = deliverCall::abi_decode(data).expect("a call");
            let proof = delivery_proof(call_data.proof);
            context(proof.head_id, &mut |context| {
                let (delivery, fate) =
                    inbox.deliver(call_data.sourceChainId, &proof, context, call)?;
                Ok(vec![(delivery.id(), fate)])
            })?
        }
        deliverBatchCall::SELECTOR => {
            let call_data = deliverBatchCall::abi_decode(data).expect("a call");
            let proof = batch_proof(call_data.proof);
            context(proof.head_id, &mut |context| {
                let fates = inbox.deliver_batch(call_data.sourceChainId, &proof, context, call)?;
                Ok(fates.into_iter().map(|(delivery, fate)| (delivery.id(), fate)).collect())
            })?
        }
        retryCall::SELECTOR => {
            let call_data = retryCall::abi_decode(data).expect("a call");
            let body = body(call_data.body);
            let newest = state.heads.last().map_or(0, |head| head.id);
            context(newest, &mut |context| {
                let (delivery, fate) =
                    inbox.retry(call_data.sourceChainId, &body, context, call)?;
                Ok(vec![(delivery.id(), fate)])
            })?
        }
        other => panic!("{other:?} was not expected"),
    };
    if *bomb.lock().expect("a lock") {
        let gas = MessageInsufficientGas { got: U256::ZERO, required: U256::ONE };
        return Err(gas.abi_encode().into());
    }
    // Alone, a recipient that fails reverts the call.
    if selector != deliverBatchCall::SELECTOR
        && let Some((id, Fate::Left)) = fates.first()
    {
        return Err(MessageRecipientReverted { id: *id, reason: B256::ZERO }.abi_encode().into());
    }
    Ok((fates, inbox))
}

fn delivery_proof(proof: IMessageService::DeliveryProof) -> mos::DeliveryProof {
    mos::DeliveryProof {
        head_id: proof.headId,
        ancestry: proof.ancestry,
        headers: proof.headers,
        transaction_index: proof.transactionIndex,
        receipt_proof: proof.receiptProof,
        log_index: proof.logIndex.saturating_to(),
        nonce: proof.nonce,
        attestations: proof.attestations,
    }
}

fn batch_proof(proof: IMessageService::BatchProof) -> mos::BatchProof {
    let items = proof.items.into_iter().map(|item| mos::BatchItem {
        transaction_index: item.transactionIndex,
        log_index: item.logIndex.saturating_to(),
        nonce: item.nonce,
        attestations: item.attestations,
    });
    mos::BatchProof {
        head_id: proof.headId,
        ancestry: proof.ancestry,
        headers: proof.headers,
        nodes: proof.nodes,
        items: items.collect(),
    }
}

fn body(body: IMessageService::Body) -> Body {
    Body {
        nonce: body.nonce,
        sender: body.sender,
        recipient: body.recipient,
        payload: body.payload,
        attributes: body.attributes,
    }
}

#[async_trait]
impl Node for Destination {
    async fn request(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Box<RawValue>, NodeError> {
        match self.answer(method, &params) {
            Ok(answer) => Ok(to_raw_value(&answer).expect("JSON")),
            Err((code, data)) => {
                let (method, message) = (method.into(), "execution reverted".to_owned());
                Err(NodeError::Answered { method, code, message, data: Some(data) })
            }
        }
    }
}

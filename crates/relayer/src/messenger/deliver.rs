//! From messages that may be delivered to a transaction that delivers them.

use super::{
    Messenger, Served, Sheet,
    batch::{Choice, Item, Outcome, choose, halve, pick, sort},
    policy::{Rules, TRANSACTION_GAS, gas_limit, profitable, read},
};
use crate::{
    domain::{NewOutgoing, Purpose, Reason, Tracked, Verdict},
    lane::{Logged, Refusal, Scope, Trouble, estimate, simulate},
};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_sol_types::SolCall;
use bindings::IMessageService::{self, deliverBatchCall, deliverCall};
use prover::{Event, Head, verify};

/// A message that nothing is in the way of.
#[derive(Clone, Debug)]
pub(super) struct Ready<'t> {
    pub(super) message: &'t Tracked,
    pub(super) paid: Option<U256>,
    pub(super) signatures: Bytes,
}

/// The same with what its proof and its call take.
#[derive(Clone, Debug)]
struct Candidate<'t> {
    ready: Ready<'t>,
    item: Item,
    event: Event,
}

impl Candidate<'_> {
    const fn id(&self) -> B256 {
        self.ready.message.id
    }

    const fn nonce(&self) -> u64 {
        self.ready.message.sent.body.nonce
    }
}

/// A call, and the messages in it in the order of its answers.
struct Call<'t> {
    data: Bytes,
    messages: Vec<&'t Candidate<'t>>,
}

/// What came of trying a choice of messages.
enum Tried {
    /// This goes out, for these.
    Out(Box<NewOutgoing>, Vec<B256>),
    /// Nothing goes out of it: what is said of each stands on the sheet.
    Nothing,
    /// It was refused as a whole.
    Refused(Trouble),
}

impl Messenger {
    /// Delivers messages of one block, as many as go together.
    pub(super) async fn deliver<'t>(
        &self,
        served: &Served,
        rules: &Rules<'_>,
        ready: Vec<Ready<'t>>,
        sheet: &mut Sheet<'_>,
    ) -> Option<NewOutgoing> {
        let (head, candidates) = match self.candidates(served, rules, ready, sheet).await {
            Ok(found) => found?,
            Err(trouble) => return sheet.trouble_for_all(&trouble),
        };
        let items: Vec<Item> = candidates.iter().map(|candidate| candidate.item).collect();
        let mut choice = choose(&items, served.rules.batch.max(1), rules.gas);
        loop {
            let chosen = pick(&candidates, Candidate::id, &choice.together);
            match self.attempt(served, rules, &head, &chosen, sheet).await {
                Tried::Out(outgoing, messages) => {
                    for message in messages {
                        sheet.put(message, Verdict::Submit);
                    }
                    return Some(*outgoing);
                }
                Tried::Nothing => return None,
                Tried::Refused(trouble) => {
                    if concerns_all(&trouble) {
                        return sheet.trouble_for_all(&trouble);
                    }
                    if !halve(&mut choice) {
                        blame(&choice, &candidates, &trouble, sheet);
                        return None;
                    }
                }
            }
        }
    }

    /// The head that the proof starts from, and where each message is in its block. What is not there is put on the sheet.
    async fn candidates<'t>(
        &self,
        served: &Served,
        rules: &Rules<'_>,
        ready: Vec<Ready<'t>>,
        sheet: &mut Sheet<'_>,
    ) -> Result<Option<(Head, Vec<Candidate<'t>>)>, Trouble> {
        let Some(block) = ready.first().map(|ready| ready.message.block()) else { return Ok(None) };
        let Some(head) = served.inbound.head_for(rules.view, block.number).await? else {
            return Ok(None);
        };
        let node = served.inbound.of().node();
        let receipts = served.inbound.cache().receipts(&node, block.hash).await?;
        let mut candidates = Vec::new();
        for ready in ready {
            let message = ready.message;
            let Ok(terms) = read(message) else { continue };
            match Logged::sent(message).locate(&message.sent_at, &receipts) {
                Ok(event) => {
                    let item = Item {
                        id: message.id,
                        gas: gas_limit(rules.recipient_gas, &terms),
                        suspect: Item::is_suspect(message.reason),
                        records_failure: terms.records_failure,
                    };
                    candidates.push(Candidate { ready, item, event });
                }
                Err(trouble) => sheet.trouble(message, &trouble),
            }
        }
        candidates.sort_by_key(|candidate| candidate.event);
        Ok((!candidates.is_empty()).then_some((head, candidates)))
    }

    /// Proves, verifies and simulates, as often as messages turn out not to belong together.
    async fn attempt<'t>(
        &self,
        served: &Served,
        rules: &Rules<'_>,
        head: &Head,
        chosen: &[&'t Candidate<'t>],
        sheet: &mut Sheet<'_>,
    ) -> Tried {
        let go = match self.simulate(served, rules, head, chosen, sheet).await {
            Ok(go) if go.is_empty() => return Tried::Nothing,
            Ok(go) => go,
            Err(trouble) => return Tried::Refused(trouble),
        };
        let mut chosen: Vec<&Candidate<'t>> =
            chosen.iter().copied().filter(|candidate| go.contains(&candidate.id())).collect();
        loop {
            let offer = match self.offer(served, rules, head, &chosen).await {
                Ok(offer) => offer,
                Err(trouble) => return Tried::Refused(trouble),
            };
            let (outgoing, cost) = offer;
            let dear = unprofitable(rules, &chosen, cost);
            if dear.is_empty() {
                let messages = chosen.iter().map(|candidate| candidate.id()).collect();
                return Tried::Out(Box::new(outgoing), messages);
            }
            for candidate in chosen.iter().filter(|candidate| dear.contains(&candidate.id())) {
                let paid = candidate.ready.paid.unwrap_or_default();
                let detail = format!(
                    "{paid} wei are paid for it, its part of the transaction costs about {cost}"
                );
                let verdict = super::waits(Reason::Unprofitable, detail, rules.now, rules.block);
                sheet.put(candidate.id(), verdict);
            }
            chosen.retain(|candidate| !dear.contains(&candidate.id()));
            if chosen.is_empty() {
                return Tried::Nothing;
            }
        }
    }

    /// Which of the messages would be delivered if they went together; what is in the way of others is put on the sheet.
    async fn simulate<'t>(
        &self,
        served: &Served,
        rules: &Rules<'_>,
        head: &Head,
        chosen: &[&'t Candidate<'t>],
        sheet: &mut Sheet<'_>,
    ) -> Result<Vec<B256>, Trouble> {
        // Alone it reverts when it fails: whoever estimates its gas is told.
        if let [only] = chosen
            && !only.item.records_failure
        {
            return Ok(vec![only.id()]);
        }
        let Call { data, messages } = self.batch(served, rules, head, chosen).await?;
        let service = self.destination.config().service;
        let answer = simulate(&self.destination, service, &data).await?;
        let results = deliverBatchCall::abi_decode_returns(&answer).map_err(|e| {
            Trouble::Nodes(format!("{service} answers deliverBatch with something else: {e}"))
        })?;
        if results.len() != messages.len() {
            let problem =
                format!("{service} answers {} results for {}", results.len(), messages.len());
            return Err(Trouble::Nodes(problem));
        }
        let outcomes = messages.iter().zip(results).map(|(candidate, result)| {
            let outcome = match result {
                IMessageService::Result::Delivered => Outcome::Delivered,
                IMessageService::Result::Failed => Outcome::Failed,
                _ => Outcome::Left,
            };
            (candidate.item, outcome)
        });
        let sorted = sort(&outcomes.collect::<Vec<_>>());
        for candidate in chosen {
            let message = candidate.ready.message;
            if sorted.fail.contains(&message.id) {
                sheet.attempt(message, (Reason::RecipientFails, "its recipient fails".into()));
            } else if sorted.left.contains(&message.id) {
                let detail = "its recipient cannot be called, or something has just changed";
                sheet.attempt(message, (Reason::RecipientFails, detail.into()));
            }
        }
        // A failure that is recorded earns nothing: whoever asks for a profit leaves it to others.
        let record = sorted.record.filter(|_| served.rules.min_profit_percent.is_none());
        if let (None, Some(unpaid)) = (record, sorted.record)
            && let Some(candidate) = chosen.iter().find(|candidate| candidate.id() == unpaid)
        {
            sheet.attempt(
                candidate.ready.message,
                (Reason::RecipientFails, "its recipient fails".into()),
            );
        }
        Ok(if sorted.go.is_empty() { record.into_iter().collect() } else { sorted.go })
    }

    /// The transaction that delivers these messages, verified and simulated, and about what it costs for each of them, in wei.
    async fn offer<'t>(
        &self,
        served: &Served,
        rules: &Rules<'_>,
        head: &Head,
        chosen: &[&'t Candidate<'t>],
    ) -> Result<(NewOutgoing, U256), Trouble> {
        let service = self.destination.config().service;
        let most = rules.gas.min(TRANSACTION_GAS);
        let (purpose, key, data, spare) = match chosen {
            [only] => {
                let data = self.single(served, rules, head, only).await?;
                (Purpose::Deliver, format!("deliver:{}", only.id()), data, 0)
            }
            _ => {
                let Call { data, messages } = self.batch(served, rules, head, chosen).await?;
                let ids: Vec<B256> = messages.iter().map(|candidate| candidate.id()).collect();
                let key = format!("deliver:{}", keccak256(ids.concat()));
                // A recipient that uses more gas than it has shown must not take it from those behind it.
                let spare = chosen.iter().map(|candidate| candidate.item.gas).max();
                (Purpose::DeliverBatch, key, data, spare.unwrap_or_default())
            }
        };
        let gas = estimate(&self.destination, service, &data, (spare, most)).await?;
        let count = U256::from(chosen.len().max(1));
        let (mut budget, mut cost) = (None, U256::ZERO);
        if let Some(least) = served.rules.min_profit_percent {
            let fees =
                self.destination.fee_view().await.map_err(|e| Trouble::Nodes(e.to_string()))?;
            let price = U256::from(fees.base_fee_next).saturating_add(U256::from(fees.tip));
            let taken = gas.saturating_sub(spare);
            cost = price.saturating_mul(U256::from(taken)) / count;
            let paid = chosen.iter().filter_map(|candidate| candidate.ready.paid);
            let paid = paid.fold(U256::ZERO, U256::saturating_add).saturating_mul(U256::from(100));
            let factor = u64::try_from(least.saturating_add(100)).unwrap_or_default().max(1);
            budget = Some((paid / U256::from(factor)).saturating_to());
        }
        let chain = self.destination.id();
        Ok((NewOutgoing { chain, purpose, to: service, data, gas, key, budget }, cost))
    }

    /// The call that delivers one message. It was verified.
    async fn single(
        &self,
        served: &Served,
        rules: &Rules<'_>,
        head: &Head,
        candidate: &Candidate<'_>,
    ) -> Result<Bytes, Trouble> {
        let node = served.inbound.of().node();
        let prover = served.inbound.prover(&node);
        let mut proof = prover.delivery(head, candidate.event, candidate.nonce()).await?;
        proof.attestations = candidate.ready.signatures.clone();
        let lane = served.inbound.lane_in();
        let client = served.inbound.verifier(rules.view, head);
        let attestors = rules.view.attestors();
        let verified = verify::delivery(&lane, &client, attestors, &proof).map_err(refused)?;
        expect(candidate.id(), verified.id)?;
        let call = deliverCall {
            sourceChainId: lane.source_chain_id,
            proof: (&proof).into(),
            payee: payee(served),
        };
        Ok(call.abi_encode().into())
    }

    /// The call that delivers several. It was verified.
    async fn batch<'t>(
        &self,
        served: &Served,
        rules: &Rules<'_>,
        head: &Head,
        chosen: &[&'t Candidate<'t>],
    ) -> Result<Call<'t>, Trouble> {
        let node = served.inbound.of().node();
        let block = chosen.first().map(|candidate| candidate.event);
        let block = block.map(|event| (event.block_hash, event.block_number)).unwrap_or_default();
        let events: Vec<(Event, u64)> =
            chosen.iter().map(|candidate| (candidate.event, candidate.nonce())).collect();
        let mut proof = served.inbound.prover(&node).batch(head, block, &events).await?;
        let mut messages = Vec::with_capacity(proof.items.len());
        for item in &mut proof.items {
            let place = (item.transaction_index, item.log_index);
            let candidate = chosen.iter().copied().find(|candidate| {
                (candidate.event.transaction_index, candidate.event.log_index_in_receipt) == place
            });
            let Some(candidate) = candidate else { continue };
            item.attestations = candidate.ready.signatures.clone();
            messages.push(candidate);
        }
        let lane = served.inbound.lane_in();
        let client = served.inbound.verifier(rules.view, head);
        let verified =
            verify::batch(&lane, &client, rules.view.attestors(), &proof).map_err(refused)?;
        if verified.len() != messages.len() {
            return Err(Trouble::Nodes("a proof of other messages than asked for".into()));
        }
        for (candidate, verified) in messages.iter().zip(&verified) {
            expect(candidate.id(), verified.id)?;
        }
        let call = deliverBatchCall {
            sourceChainId: lane.source_chain_id,
            proof: (&proof).into(),
            payee: payee(served),
        };
        Ok(Call { data: call.abi_encode().into(), messages })
    }
}

/// Who is paid on the source chain; zero stands for whoever sends the transaction.
pub(super) fn payee(served: &Served) -> Address {
    served.rules.payee.unwrap_or_default()
}

/// What our own core refuses is refused by the contract, in the same words (L2).
pub(crate) fn refused(error: mos::Error) -> Trouble {
    Trouble::Refused(Refusal::of(error))
}

/// That a proof is of the message that it was made for.
pub(crate) fn expect(expected: B256, got: B256) -> Result<(), Trouble> {
    if got == expected {
        return Ok(());
    }
    let detail = format!("the proof is of message {got}, not of {expected}");
    Err(Trouble::Refused(Refusal { reason: Reason::ProofInvalid, detail, scope: Scope::Message }))
}

/// Whether trying with fewer messages would come to the same.
fn concerns_all(trouble: &Trouble) -> bool {
    match trouble {
        Trouble::Nodes(_) => true,
        Trouble::Refused(refusal) => refusal.scope == Scope::Lane,
        Trouble::Proof(error) => !matches!(error, prover::Error::NoLog { .. }),
    }
}

/// What is wrong is wrong with the one message that is left of the choice.
fn blame(choice: &Choice, candidates: &[Candidate<'_>], trouble: &Trouble, sheet: &mut Sheet<'_>) {
    for candidate in pick(candidates, Candidate::id, &choice.together) {
        let message = candidate.ready.message;
        sheet.trouble(message, trouble);
    }
}

/// Those that do not cover their part of the cost.
fn unprofitable(rules: &Rules<'_>, chosen: &[&Candidate<'_>], cost: U256) -> Vec<B256> {
    let Some(least) = rules.lane.and_then(|lane| lane.min_profit_percent) else {
        return Vec::new();
    };
    let paid = |candidate: &Candidate<'_>| candidate.ready.paid.unwrap_or_default();
    let dear = chosen.iter().filter(|candidate| !profitable(least, paid(candidate), cost));
    dear.map(|candidate| candidate.id()).collect()
}

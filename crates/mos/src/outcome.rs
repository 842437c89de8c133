//! What became of the messages that were sent from a chain, as it is proven there. Section 5 of `spec/message.md`: clauses CHK-1 to CHK-4.

use crate::{
    Attestors, Body, Context, DeliveryProof, Error, Lane, LaneEnd, MESSAGE_CANCELLED,
    MESSAGE_DELIVERED, MessageCancelled, MessageDelivered, Outbox, Terms,
    attributes::Side,
    context::verify_attestations,
    delivery::{prove_log, verify_chain},
};
use alloc::{collections::BTreeMap, vec::Vec};
use alloy_primitives::{Address, B256, Bytes, U256, b256, keccak256};
use light_client::{Verified, ancestry::Ancestor, attestation::Statement};
use mpt_proof::{receipt::Log, state};

/// Where a message service keeps its settled bits (ERC-7201): keccak256 of `abi.encode(keccak256("heliograph.settled") − 1)`, the last
/// byte zero.
pub const SETTLED_SLOT: B256 =
    b256!("f37bd491aa8a6a488b1a23b594bbcefcb7b44b5993fc8531a8345da244526a00");

/// The slot, in the storage of the destination's message service, of the word that has the settled bit of a nonce.
#[must_use]
pub fn settled_slot(source_chain_id: U256, source_gateway: Address, nonce: u64) -> B256 {
    let within = |slot: B256, key: B256| keccak256([key, slot].concat());
    let of_chain = within(SETTLED_SLOT, source_chain_id.into());
    let of_gateway = within(of_chain, source_gateway.into_word());
    within(of_gateway, U256::from(nonce >> 8).into())
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Its recipient has accepted it.
    Delivered {
        /// Who earns what was paid for it.
        payee: Address,
    },
    /// It can never be delivered, as its sender has asked.
    Cancelled,
    /// It was not delivered by its deadline, so it never will be.
    Expired,
}

impl Outcome {
    /// The number in `spec/message.md`. 0 stands for no outcome.
    #[must_use]
    pub const fn code(&self) -> u8 {
        match self {
            Self::Delivered { .. } => 1,
            Self::Cancelled => 2,
            Self::Expired => 3,
        }
    }

    /// Who earns what was paid for the delivery; zero if there was none.
    #[must_use]
    pub const fn payee(&self) -> Address {
        match self {
            Self::Delivered { payee } => *payee,
            Self::Cancelled | Self::Expired => Address::ZERO,
        }
    }
}

/// What proves that a message was not delivered when its deadline had passed. Nothing in it is believed before it is verified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExpiryProof {
    /// Head of the destination chain's light client that the proof starts from.
    pub head_id: u64,
    /// From that head's block to an older one, as `Head::ancestor` of the chain's family takes it; empty for the head's own block.
    pub ancestry: Bytes,
    /// RLP headers from the block so proven down to the one that counts, newest first.
    pub headers: Vec<Bytes>,
    /// Trie nodes from the state root to the account of the destination's message service.
    pub account_proof: Vec<Bytes>,
    /// Trie nodes from its storage root to the word at [`settled_slot`], or to where it would be.
    pub storage_proof: Vec<Bytes>,
    /// Whether that word is absent, all its bits being clear.
    pub absent: bool,
    /// Signatures of attestors, where the lane asks for them; else empty.
    pub attestations: Bytes,
}

/// The outcomes of the messages of one service, as the checker's contract keeps them: each is proven once, and never taken back.
///
/// The service is an argument: lanes and commitments are as it holds them when an outcome is proven. Assumed: what the lanes ask for,
/// and that the gateways at their other ends are message services too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checker {
    outcomes: BTreeMap<B256, Outcome>,
}

impl Checker {
    /// One that knows of no outcome.
    #[must_use]
    pub const fn new() -> Self {
        Self { outcomes: BTreeMap::new() }
    }

    /// What became of a message, if it has been proven.
    #[must_use]
    pub fn outcome_of(&self, id: &B256) -> Option<Outcome> {
        self.outcomes.get(id).copied()
    }

    /// Takes note that a message was delivered. Returns its id and [`Outcome::Delivered`].
    ///
    /// # Errors
    ///
    /// The first violated clause: MSG-1, MSG-15, MSG-16, what the client answers, ANC-1, HDR-1, HDR-2, MPT-1 to MPT-13, RCT-2 to RCT-9,
    /// MSG-4, MSG-5, MSG-17, CHK-1.
    pub fn acknowledge(
        &mut self,
        service: &Outbox,
        destination_chain_id: U256,
        proof: &DeliveryProof,
        context: &Context<'_>,
    ) -> Result<(B256, Outcome), Error> {
        let end = service.lanes.delivering(destination_chain_id)?;
        let log = prove_event(&end, destination_chain_id, proof, context, &MESSAGE_DELIVERED)?;
        let MessageDelivered { id, source_chain_id, payee, .. } = MessageDelivered::decode(&log)?;
        verify_chain(service.lanes.chain_id(), source_chain_id)?;
        let statement = (Statement::Delivered, id);
        attested(&end, destination_chain_id, context, statement, &proof.attestations)?;
        self.decide(id, Outcome::Delivered { payee })
    }

    /// Takes note that a message was cancelled at its destination. Returns its id and [`Outcome::Cancelled`].
    ///
    /// # Errors
    ///
    /// As of [`Checker::acknowledge`].
    pub fn prove_cancelled(
        &mut self,
        service: &Outbox,
        destination_chain_id: U256,
        proof: &DeliveryProof,
        context: &Context<'_>,
    ) -> Result<(B256, Outcome), Error> {
        let end = service.lanes.delivering(destination_chain_id)?;
        let log = prove_event(&end, destination_chain_id, proof, context, &MESSAGE_CANCELLED)?;
        let MessageCancelled { id, source_chain_id, .. } = MessageCancelled::decode(&log)?;
        verify_chain(service.lanes.chain_id(), source_chain_id)?;
        let statement = (Statement::Cancelled, id);
        attested(&end, destination_chain_id, context, statement, &proof.attestations)?;
        self.decide(id, Outcome::Cancelled)
    }

    /// Takes note that a message was not delivered by its deadline: that its settled bit was clear in a block after it, and nothing
    /// settles a message after its deadline. Returns its id and [`Outcome::Expired`].
    ///
    /// # Errors
    ///
    /// The first violated clause: MSG-1, MSG-15, MSG-16, what the client answers, ANC-1, HDR-1, HDR-2, MSG-17, MSG-2, MSG-13, MSG-14, CHK-2,
    /// CHK-3; of the account MPT-1 to MPT-13 and ACC-1, of the slot MPT-1 to MPT-13 and ACC-2 or MPT-14; CHK-4, CHK-1.
    pub fn prove_expired(
        &mut self,
        service: &Outbox,
        destination_chain_id: U256,
        body: &Body,
        proof: &ExpiryProof,
        context: &Context<'_>,
    ) -> Result<(B256, Outcome), Error> {
        let end = service.lanes.delivering(destination_chain_id)?;
        let lane = service.lanes.to(destination_chain_id)?;
        let block = block(&end, destination_chain_id, proof.head_id, &proof.ancestry, context)?;
        let attestors = context.attestors(end.attested);
        let is_sent = |id: &B256| service.is_committed(id);
        let id = verify_expired(&lane, attestors, &block, body, proof, is_sent)?;
        self.decide(id, Outcome::Expired)
    }

    /// CHK-1.
    fn decide(&mut self, id: B256, outcome: Outcome) -> Result<(B256, Outcome), Error> {
        if self.outcomes.contains_key(&id) {
            return Err(Error::Decided { id });
        }
        self.outcomes.insert(id, outcome);
        Ok((id, outcome))
    }
}

/// Establishes that the message with this body on `lane` was not delivered by its deadline, and returns its id.
///
/// `block` is what `Head::ancestor` of the destination chain's client makes of the proof's ancestry. `is_sent` says whether the source
/// keeps this id as that of a message that was sent. What is proven already, and the lane's own state, is the [`Checker`]'s matter.
///
/// # Errors
///
/// The first violated clause: ANC-1, HDR-1, HDR-2, MSG-17, MSG-2, MSG-13, MSG-14, CHK-2, CHK-3; of the account MPT-1 to MPT-13 and ACC-1, of
/// the slot MPT-1 to MPT-13 and ACC-2 or MPT-14; CHK-4.
pub fn verify_expired(
    lane: &Lane,
    attestors: Option<&dyn Attestors>,
    block: &Ancestor,
    body: &Body,
    proof: &ExpiryProof,
    is_sent: impl FnOnce(&B256) -> bool,
) -> Result<B256, Error> {
    let block = block.open(&proof.headers)?;
    let message = body.on(*lane);
    let id = message.id();
    let (chain_id, statement) = (lane.destination_chain_id, Statement::Expired);
    verify_attestations(attestors, chain_id, statement, &id, &proof.attestations)?;
    let Terms { deadline, .. } = Terms::read(message.attributes.iter(), Side::Delivering)?;
    if !is_sent(&id) {
        return Err(Error::NotSent { id });
    }
    let time = block.timestamp();
    if deadline == 0 || time <= deadline {
        return Err(Error::NotExpired { id, deadline, time });
    }
    let slot = settled_slot(lane.source_chain_id, lane.source_gateway, body.nonce);
    let word = prove_word(&block, &lane.destination_gateway, &slot, proof)?;
    if word.bit(usize::from(body.nonce.to_le_bytes()[0])) {
        return Err(Error::AlreadySettled { id });
    }
    Ok(id)
}

/// MSG-16, and the block that a proof starts from.
fn block(
    end: &LaneEnd,
    chain_id: U256,
    head_id: u64,
    ancestry: &[u8],
    context: &Context<'_>,
) -> Result<Ancestor, Error> {
    let block = context.block(chain_id, end.assumption, head_id, ancestry)?;
    verify_chain(chain_id, U256::from(block.chain_id()))?;
    Ok(block)
}

/// MSG-16 up to the log, which the other end of the lane has emitted.
fn prove_event<'p>(
    end: &LaneEnd,
    chain_id: U256,
    proof: &'p DeliveryProof,
    context: &Context<'_>,
    topic: &B256,
) -> Result<Log<'p>, Error> {
    let block = block(end, chain_id, proof.head_id, &proof.ancestry, context)?;
    prove_log(&block, proof, &end.gateway, topic)
}

/// MSG-17.
fn attested(
    end: &LaneEnd,
    chain_id: U256,
    context: &Context<'_>,
    (statement, id): (Statement, B256),
    signatures: &[u8],
) -> Result<(), Error> {
    verify_attestations(context.attestors(end.attested), chain_id, statement, &id, signatures)
}

/// The word in a slot of `account`; zero when it is absent and the proof says so.
fn prove_word(
    block: &Verified,
    account: &Address,
    slot: &B256,
    proof: &ExpiryProof,
) -> Result<U256, mpt_proof::Error> {
    let account = state::account(&block.state_root(), account, &proof.account_proof)?;
    if proof.absent {
        account.storage_absent(slot, &proof.storage_proof)?;
        return Ok(U256::ZERO);
    }
    account.storage(slot, &proof.storage_proof)
}

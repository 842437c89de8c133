//! A chain that hears of another one.

use super::{Refusal, Search, Signatories};
use crate::{
    chain::{CallError, Chain, Heads},
    domain::Reason,
};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolCall;
use bindings::{
    IAttestors::attestorsOfCall,
    ILightClient::{assumptionCall, headHashCall, latestHeadCall},
    ILightClientManager::clientOfCall,
    IMessageService::{attestorsCall, clientsCall, laneCall},
};
use light_client::attestation::Domain;
use mos::{Lane, LaneEnd};
use prover::{Cache, Head, NodeError, Prover, verify::Client};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Why a question has no answer that can be worked with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Nodes do not answer, or contradict each other.
    #[error("{0}")]
    Nodes(String),
    /// A contract refuses.
    #[error("{}", .0.detail)]
    Refused(Refusal),
    /// No proof can be made.
    #[error("{0}")]
    Proof(#[from] prover::Error),
}

impl From<NodeError> for Trouble {
    fn from(error: NodeError) -> Self {
        Self::Nodes(error.to_string())
    }
}

impl From<CallError> for Trouble {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Reverted(data) => Self::Refused(Refusal::read(&data)),
            CallError::Node(error) => Self::Nodes(error.to_string()),
        }
    }
}

impl Trouble {
    /// The same as a reason to wait, in words.
    #[must_use]
    pub fn reason(&self) -> (Reason, String) {
        use prover::Error;
        let reason = match self {
            Self::Nodes(_) | Self::Proof(Error::Node(_)) => Reason::Nodes,
            Self::Refused(refusal) => refusal.reason,
            Self::Proof(Error::NotYet { .. } | Error::OutOfReach { .. }) => Reason::Header,
            Self::Proof(_) => Reason::ProofInvalid,
        };
        (reason, self.to_string())
    }
}

/// What is believed about the other chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientState {
    /// The light client answers.
    Up {
        /// Its contract.
        address: Address,
        /// What it rests on: `Assumption` of the contracts.
        assumption: u8,
        /// Its newest head; `None` before the first.
        newest: Option<Head>,
    },
    /// It does not, and why.
    Down(String),
}

/// What a chain holds of its lane to another, at its newest block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Time of the chain's newest block, in Unix seconds.
    pub time: u64,
    /// Time of its newest final block.
    pub final_time: u64,
    /// What is at the other end.
    pub end: LaneEnd,
    /// What is believed about it.
    pub client: ClientState,
    /// Who has to sign as well; `None` where nobody has.
    pub signatories: Option<Signatories>,
    /// The message service that the operator says is at the other end.
    pub expected: Address,
}

impl View {
    /// Why nothing gets through, if so: MSG-1, MSG-15, MSG-16 and CLI-1 to CLI-5, in this order.
    #[must_use]
    pub fn obstacle(&self) -> Option<(Reason, String)> {
        let Self { end, client, expected, .. } = self;
        if end.gateway.is_zero() {
            return Some((Reason::LaneClosed, "there is no lane".into()));
        }
        if end.gateway != *expected {
            let detail = format!("the lane is with {}, not with {expected}", end.gateway);
            return Some((Reason::LaneClosed, detail));
        }
        if end.delivering_paused {
            return Some((Reason::LanePaused, "the lane is paused".into()));
        }
        if end.assumption == 0 {
            let detail = "the lane has no light client: its messages come by the word of a hub, which this relayer does not carry";
            return Some((Reason::LaneClosed, detail.into()));
        }
        match client {
            ClientState::Down(why) => Some((Reason::ClientDown, why.clone())),
            ClientState::Up { assumption, .. } if *assumption != end.assumption => {
                let asked = end.assumption;
                let detail = format!(
                    "the lane asks for a light client that rests on {asked}, there is one that rests on {assumption}"
                );
                Some((Reason::LaneClosed, detail))
            }
            ClientState::Up { .. } => None,
        }
    }

    /// The attestors as our own core asks them.
    #[must_use]
    pub fn attestors(&self) -> Option<&dyn mos::Attestors> {
        self.signatories.as_ref().map(|all| all as &dyn mos::Attestors)
    }

    /// The newest head, if there is one.
    #[must_use]
    pub const fn newest(&self) -> Option<&Head> {
        match &self.client {
            ClientState::Up { newest: Some(head), .. } => Some(head),
            _ => None,
        }
    }
}

/// How one chain hears of another.
#[derive(Clone, Debug)]
pub struct Inbound {
    on: Arc<Chain>,
    of: Arc<Chain>,
    cache: Cache,
    registry: OnceLock<Address>,
    seen: Arc<Mutex<Option<(B256, View)>>>,
}

impl Inbound {
    /// The lane of `on` to `of`.
    #[must_use]
    pub fn new(on: Arc<Chain>, of: Arc<Chain>, cache: Cache) -> Self {
        Self { on, of, cache, registry: OnceLock::new(), seen: Arc::default() }
    }

    /// The chain that hears.
    #[must_use]
    pub const fn on(&self) -> &Arc<Chain> {
        &self.on
    }

    /// The chain that is heard of.
    #[must_use]
    pub const fn of(&self) -> &Arc<Chain> {
        &self.of
    }

    /// What was fetched and verified lately.
    #[must_use]
    pub const fn cache(&self) -> &Cache {
        &self.cache
    }

    /// The lane on which messages come in.
    #[must_use]
    pub fn lane_in(&self) -> Lane {
        Lane {
            source_chain_id: U256::from(self.of.id()),
            source_gateway: self.of.config().service,
            destination_chain_id: U256::from(self.on.id()),
            destination_gateway: self.on.config().service,
        }
    }

    /// The lane on which messages went out, whose outcomes come in.
    #[must_use]
    pub fn lane_out(&self) -> Lane {
        Lane {
            source_chain_id: U256::from(self.on.id()),
            source_gateway: self.on.config().service,
            destination_chain_id: U256::from(self.of.id()),
            destination_gateway: self.of.config().service,
        }
    }

    /// What the chain holds of the lane now, for a proof of something in this block. It is asked once for each block of its own, and
    /// again while what it knows does not reach so far.
    ///
    /// # Errors
    ///
    /// [`Trouble::Nodes`].
    pub async fn look(&self, block: u64) -> Result<View, Trouble> {
        let heads = self.on.heads().await.map_err(|e| Trouble::Nodes(e.to_string()))?;
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((at, view)) = seen
            && at == heads.latest.hash
            && view.newest().is_some_and(|head| head.number >= block)
        {
            return Ok(view);
        }
        let view = self.look_at(&heads).await?;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        *seen = Some((heads.latest.hash, view.clone()));
        Ok(view)
    }

    async fn look_at(&self, heads: &Heads) -> Result<View, Trouble> {
        let chain = U256::from(self.of.id());
        let bindings::IMessageService::Lane {
            gateway,
            assumption,
            attested,
            sendingPaused: sending_paused,
            deliveringPaused: delivering_paused,
        } = self.ask(self.on.config().service, laneCall { chainId: chain }).await?;
        let end = LaneEnd {
            gateway,
            assumption: assumption as u8,
            attested,
            sending_paused,
            delivering_paused,
        };
        let client = match self.client().await {
            Ok(client) => client,
            Err(Trouble::Refused(refusal)) => ClientState::Down(refusal.detail),
            Err(trouble) => return Err(trouble),
        };
        Ok(View {
            time: heads.latest.time,
            final_time: heads.finalized.time,
            signatories: if attested { Some(self.signatories().await?) } else { None },
            end,
            client,
            expected: self.of.config().service,
        })
    }

    /// The head that a proof of an event in this block starts from; `None` when there is none at or after it.
    ///
    /// # Errors
    ///
    /// [`Trouble`].
    pub async fn head_for(&self, view: &View, block: u64) -> Result<Option<Head>, Trouble> {
        let ClientState::Up { address, newest: Some(newest), .. } = &view.client else {
            return Ok(None);
        };
        let Some(mut search) = Search::new(newest.id, newest.number, block) else {
            return Ok(None);
        };
        let mut found = *newest;
        while let Some(id) = search.next() {
            let head = match self.head(*address, id).await {
                Ok(head) => Some(head),
                // Overwritten, or of a block that nodes have forgotten.
                Err(Trouble::Refused(_)) => None,
                Err(trouble) => return Err(trouble),
            };
            search.tell(id, head.map(|head| head.number));
            found = head.filter(|head| head.id == search.found()).unwrap_or(found);
        }
        Ok(Some(found))
    }

    /// Makes proofs of what has happened on the chain that is heard of.
    #[must_use]
    pub fn prover<'a>(&'a self, node: &'a dyn prover::Node) -> Prover<'a> {
        Prover::new(node, None, &self.cache)
    }

    /// The light client as our own core verifies by it.
    #[must_use]
    pub fn verifier<'a>(&self, view: &View, head: &'a Head) -> Client<'a> {
        Client { chain_id: self.of.id(), assumption: view.end.assumption, network: None, head }
    }

    /// Asks a contract of the chain that hears.
    ///
    /// # Errors
    ///
    /// [`Trouble::Refused`], [`Trouble::Nodes`].
    pub async fn ask<C: SolCall>(&self, to: Address, call: C) -> Result<C::Return, Trouble> {
        ask(&self.on, to, call).await
    }

    /// CLI-4, CLI-5, and the newest head.
    async fn client(&self) -> Result<ClientState, Trouble> {
        let registry = match self.registry.get() {
            Some(registry) => *registry,
            None => {
                let registry = self.ask(self.on.config().service, clientsCall {}).await?;
                *self.registry.get_or_init(|| registry)
            }
        };
        let chain = U256::from(self.of.id());
        let address = self.ask(registry, clientOfCall { chainId: chain }).await?;
        let assumption = self.ask(address, assumptionCall {}).await? as u8;
        let newest = match self.ask(address, latestHeadCall {}).await? {
            0 => None,
            id => Some(self.head(address, id).await?),
        };
        Ok(ClientState::Up { address, assumption, newest })
    }

    /// ATT-1: who attests to the other chain here.
    async fn signatories(&self) -> Result<Signatories, Trouble> {
        let contract = self.ask(self.on.config().service, attestorsCall {}).await?;
        let chain = U256::from(self.of.id());
        let set = self.ask(contract, attestorsOfCall { chainId: chain }).await?;
        let domain = Domain::new(U256::from(self.on.id()), contract);
        let threshold = set.threshold_.saturating_to();
        Ok(Signatories { domain, contract, chain, attestors: set.attestors_, threshold })
    }

    /// A head: its hash as the contract says, its number as it follows from the hash.
    async fn head(&self, client: Address, id: u64) -> Result<Head, Trouble> {
        let hash: B256 = self.ask(client, headHashCall { id }).await?;
        let node = self.of.node();
        let block = self.cache.block(&node, hash).await?;
        Ok(Head { id, hash, number: block.number() })
    }
}

/// Asks a contract of a chain.
///
/// # Errors
///
/// [`Trouble::Refused`], [`Trouble::Nodes`].
pub async fn ask<C: SolCall>(chain: &Chain, to: Address, call: C) -> Result<C::Return, Trouble> {
    let answer: Bytes = chain.call(to, call.abi_encode().into(), None).await?;
    C::abi_decode_returns(&answer).map_err(|e| {
        let name = C::SIGNATURE;
        Trouble::Nodes(format!(
            "chain {}: {to} answers {name} with something else: {e}",
            chain.name()
        ))
    })
}

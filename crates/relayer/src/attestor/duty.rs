//! What an attestor does when it is asked: finds, verifies, enters, signs.

use super::{Asked, Book, BookError, Signed, Subject, book::handed, name_of};
use crate::{
    chain::{Chain, Spot},
    clock::Clock,
    config::Role as Kind,
    keys::Signer,
    role::{Failed, Pace, Role},
};
use alloy_primitives::{Address, B256, Bytes, U256};
use async_trait::async_trait;
use light_client::attestation::{Domain, Statement};
use mos::{DeliveryProof, EvmAddress, Lane, MessageSent};
use mpt_proof::receipt::{self, TypePolicy};
use prover::{Block, Cache, Head, Prover, Receipts, verify};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What heads of an attestor's own nodes rest on: `Assumption` of the contracts.
const ATTESTORS: u8 = 3;

/// Why nothing is signed.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// This attestor knows nothing of the chain, or has no contract there.
    #[error("this attestor does not serve chain {0}")]
    NotServed(U256),
    /// There is no such event.
    #[error("there is no such event: {0}")]
    NotThere(String),
    /// It is not final, or not past the deadline in a final block.
    #[error("it is not final: {0}")]
    NotFinal(String),
    /// The operator never signs for this block.
    #[error("block {0} is never signed for")]
    Block(B256),
    /// It does not prove what is asked for.
    #[error("it is not so: {0}")]
    NotSo(#[from] mos::Error),
    /// It was signed that it is not so.
    #[error(transparent)]
    Book(#[from] BookError),
    /// Nodes do not answer, or contradict each other.
    #[error("{0}")]
    Nodes(String),
    /// The key does not sign.
    #[error("{0}")]
    Key(String),
}

/// An attestor.
#[derive(Debug)]
pub struct Attestor {
    signer: Arc<dyn Signer>,
    chains: BTreeMap<u64, Arc<Chain>>,
    /// By the chain that they are on.
    contracts: BTreeMap<u64, Address>,
    refuse: BTreeSet<B256>,
    book: Book,
    cache: Cache,
    clock: Arc<dyn Clock>,
}

/// A log that was found in a block that is final.
struct Found {
    chain: Arc<Chain>,
    block: Arc<Block>,
    topics: Vec<B256>,
    proof: DeliveryProof,
}

impl Attestor {
    /// One that signs by this key for these contracts, and for none of the blocks to be refused.
    #[must_use]
    pub fn new(
        signer: Arc<dyn Signer>,
        chains: impl IntoIterator<Item = Arc<Chain>>,
        contracts: BTreeMap<u64, Address>,
        refuse: impl IntoIterator<Item = B256>,
        book: Book,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let chains = chains.into_iter().map(|chain| (chain.id(), chain)).collect();
        let (refuse, cache) = (refuse.into_iter().collect(), Cache::new(16 << 20));
        Self { signer, chains, contracts, refuse, book, cache, clock }
    }

    /// Whose signatures these are.
    #[must_use]
    pub fn address(&self) -> Address {
        self.signer.address()
    }

    /// Finds what was asked for, verifies it, enters it and signs it.
    ///
    /// # Errors
    ///
    /// [`Refused`].
    pub async fn attest(&self, asked: &Asked) -> Result<Signed, Refused> {
        let subject = self.verify(asked).await?;
        let Subject { id, happened_on, counts_on } = subject;
        let served = || Refused::NotServed(U256::from(counts_on));
        let contract = *self.contracts.get(&counts_on).ok_or_else(served)?;
        self.book.enter(&subject, asked.statement).await?;
        let domain = Domain::new(U256::from(counts_on), contract);
        let digest = domain.attestation_digest(U256::from(happened_on), asked.statement, &id);
        let signature =
            self.signer.attest(&digest).await.map_err(|e| Refused::Key(e.to_string()))?;
        tracing::info!(statement = name_of(asked.statement), %id, happened_on, counts_on, "signed");
        Ok(Signed {
            statement: name_of(asked.statement).to_owned(),
            id,
            chain: happened_on,
            counts_on,
            attestor: self.address(),
            signature: handed(&signature),
        })
    }

    /// Establishes, by our own core, what is asked for.
    async fn verify(&self, asked: &Asked) -> Result<Subject, Refused> {
        let found = self.find(asked).await?;
        let head = head(&found.block);
        let client = client(&found.chain, &head);
        let proof = &found.proof;
        let (here, there) = (asked.chain, |topic: usize| {
            let word = found.topics.get(topic).copied();
            word.map(|word| U256::from_be_bytes(word.0))
                .ok_or(Refused::NotSo(mos::Error::MalformedEvent))
        });
        match asked.statement {
            Statement::Sent | Statement::Expired => {
                let recipient = recipient(&found)?;
                let lane = self.lane(here, recipient.chain_id())?;
                let verified = verify::delivery(&lane, &client, None, proof)?;
                let destination = lane.destination_chain_id.saturating_to();
                if asked.statement == Statement::Sent {
                    return Ok(Subject {
                        id: verified.id,
                        happened_on: here,
                        counts_on: destination,
                    });
                }
                let id = self.expired(&lane, destination, &verified.body).await?;
                Ok(Subject { id, happened_on: destination, counts_on: here })
            }
            Statement::CancellationRequested => {
                let lane = self.lane(here, there(2)?)?;
                let id = verify::cancellation(&lane, &client, None, proof)?.id;
                let counts_on = lane.destination_chain_id.saturating_to();
                Ok(Subject { id, happened_on: here, counts_on })
            }
            Statement::Delivered | Statement::Cancelled => {
                let source: u64 = there(2)?.saturating_to();
                let lane = self.lane(source, U256::from(here))?;
                let (id, _) = match asked.statement {
                    Statement::Delivered => verify::acknowledgement(&lane, &client, None, proof)?,
                    _ => verify::cancelled(&lane, &client, None, proof)?,
                };
                Ok(Subject { id, happened_on: here, counts_on: source })
            }
        }
    }

    /// That a message's settled bit is clear in a final block after its deadline.
    async fn expired(
        &self,
        lane: &Lane,
        destination: u64,
        body: &mos::Body,
    ) -> Result<B256, Refused> {
        let chain = self.chain(U256::from(destination))?;
        let finalized = chain.heads().await.map_err(nodes)?.finalized;
        self.expect_not_refused(finalized.hash)?;
        let head = Head { id: 1, hash: finalized.hash, number: finalized.number };
        let node = chain.node();
        let prover = Prover::new(&*node, None, &self.cache);
        let proof = prover.expiry(&head, lane, body).await.map_err(nodes)?;
        let proven = verify::expiry(lane, &client(chain, &head), None, body, &proof);
        proven.map_err(|error| match error {
            mos::Error::NotExpired { deadline, time, .. } if deadline != 0 => Refused::NotFinal(
                format!("the deadline is {deadline}, final blocks go up to {time}"),
            ),
            error => error.into(),
        })
    }

    /// The log, in a block that a quorum calls final, under the receipts root of that block. Where it is says a quorum too: one node
    /// that lies can neither lead astray nor get in the way.
    async fn find(&self, asked: &Asked) -> Result<Found, Refused> {
        let chain = self.chain(U256::from(asked.chain))?;
        let Asked { transaction, log_index, nonce, .. } = *asked;
        let spot = chain.spot(transaction).await.map_err(nodes)?;
        let not_there =
            || Refused::NotThere(format!("no transaction {transaction} on {}", chain.name()));
        let Spot { block: hash, number, index } = spot.ok_or_else(not_there)?;
        let finalized = chain.heads().await.map_err(nodes)?.finalized.number;
        if number > finalized {
            return Err(Refused::NotFinal(format!(
                "it is in block {number}, final is {finalized}"
            )));
        }
        let header = chain.header_at(number).await.map_err(nodes)?.ok_or_else(not_there)?;
        if header.hash() != hash {
            return Err(not_there());
        }
        self.expect_not_refused(hash)?;
        let (block, receipts) = self.contents(chain, hash).await?;
        let mut before = 0;
        for earlier in 0..index.min(receipts.len()) {
            before += receipts.logs(earlier).map_err(nodes)?.len() as u64;
        }
        let logs = receipts.logs(index).map_err(nodes)?;
        let log_index = log_index.checked_sub(before);
        let log = log_index.and_then(|at| logs.get(usize::try_from(at).ok()?));
        let (Some(log), Some(log_index)) = (log, log_index) else {
            return Err(Refused::NotThere(format!("no such log in transaction {transaction}")));
        };
        let proof = DeliveryProof {
            head_id: 1,
            ancestry: Bytes::new(),
            headers: vec![block.rlp().into()],
            transaction_index: index,
            receipt_proof: receipts.proof(index),
            log_index,
            nonce,
            attestations: Bytes::new(),
        };
        let topics = log.topics.clone();
        Ok(Found { chain: Arc::clone(chain), block, topics, proof })
    }

    /// A block and its receipts, which have their hashes, from whichever node has them.
    async fn contents(
        &self,
        chain: &Chain,
        hash: B256,
    ) -> Result<(Arc<Block>, Arc<Receipts>), Refused> {
        let node = chain.node();
        let block = self.cache.block(&*node, hash).await.map_err(nodes)?;
        Ok((block, self.cache.receipts(&*node, hash).await.map_err(nodes)?))
    }

    fn expect_not_refused(&self, block: B256) -> Result<(), Refused> {
        if self.refuse.contains(&block) { Err(Refused::Block(block)) } else { Ok(()) }
    }

    fn chain(&self, id: U256) -> Result<&Arc<Chain>, Refused> {
        let found = u64::try_from(id).ok().and_then(|id| self.chains.get(&id));
        found.ok_or(Refused::NotServed(id))
    }

    /// The lane between two chains that are served.
    fn lane(&self, source: u64, destination: U256) -> Result<Lane, Refused> {
        let (from, to) = (self.chain(U256::from(source))?, self.chain(destination)?);
        Ok(Lane {
            source_chain_id: U256::from(source),
            source_gateway: from.config().service,
            destination_chain_id: destination,
            destination_gateway: to.config().service,
        })
    }
}

#[async_trait]
impl Role for Attestor {
    fn kind(&self) -> Kind {
        Kind::Attestor
    }

    fn name(&self) -> String {
        format!("attestor {}", self.address())
    }

    /// It works when it is asked; in between it sees whether it could.
    async fn step(&self) -> Result<Pace, Failed> {
        for chain in self.chains.values() {
            let heads = chain.heads().await;
            heads.map_err(|e| Failed::new(format!("{}: nothing is signed", self.name()), e))?;
        }
        Ok(Pace::At(self.clock.now().saturating_add(15_000)))
    }
}

/// That there is no node to ask.
fn nodes(error: impl std::fmt::Display) -> Refused {
    Refused::Nodes(error.to_string())
}

fn head(block: &Block) -> Head {
    Head { id: 1, hash: block.hash(), number: block.number() }
}

/// What our core takes for a head: that a quorum of the attestor's nodes calls it final.
const fn client<'a>(chain: &Chain, head: &'a Head) -> verify::Client<'a> {
    verify::Client { chain_id: chain.id(), assumption: ATTESTORS, network: None, head }
}

/// Whom a message goes to, as its event says. What the event says is verified after that.
fn recipient(found: &Found) -> Result<EvmAddress, Refused> {
    let DeliveryProof { transaction_index, receipt_proof, log_index, .. } = &found.proof;
    let root = found.block.receipts_root();
    let receipt = receipt::prove(&root, *transaction_index, receipt_proof, TypePolicy::Known);
    let receipt = receipt.map_err(mos::Error::from)?;
    let log = receipt.log(*log_index).map_err(|e| mos::Error::from(mpt_proof::Error::from(e)))?;
    let sent = MessageSent::decode(&log)?;
    EvmAddress::decode(sent.recipient).map_err(|e| Refused::NotSo(e.into()))
}

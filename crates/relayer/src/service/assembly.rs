//! From a configuration to roles.

use super::later::Later;
use crate::{
    attestor::Collector,
    chain::Chain,
    checker::Checker,
    clock::Clock,
    config::{self, ClientKind, Config, Role as Kind, SecretRef},
    domain::Class,
    indexer::Indexer,
    keeper::{Family, Keeper},
    keys::{self, Contract, Gate, Signer},
    lane::{Inbound, ask},
    messenger::{Messenger, Served},
    role::{Failed, Role},
    store::Store,
    writer::{Desk, Writer},
};
use alloy_primitives::{Address, B256, U256};
use bindings::{ILightClientManager::clientOfCall, IMessageService};
use light_client::map::builder::Validator;
use prover::{BeaconNode, Cache};
use secrecy::{ExposeSecret, SecretString};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

/// Bytes of blocks and receipts that are kept because they may be asked for again.
const CACHE: u64 = 24 << 20;

/// The signers of each chain, by its id.
type Signers = BTreeMap<u64, Vec<Arc<dyn Signer>>>;

/// What roles are made of.
#[derive(Debug)]
pub struct Parts {
    /// What the operator decides.
    pub config: Config,
    /// The rows.
    pub store: Store,
    /// The chains by id.
    pub chains: BTreeMap<u64, Arc<Chain>>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What was fetched and verified lately.
    pub cache: Cache,
}

impl Parts {
    /// Opens the store and the chains. No node is asked anything yet: a chain that is down only stops its own roles.
    ///
    /// # Errors
    ///
    /// [`Failed`]: a secret that is not where it is said to be, a store that cannot be opened, a URL that is none.
    pub async fn open(config: Config, clock: Arc<dyn Clock>) -> Result<Self, Failed> {
        let url = secret("the store", &config.store.url)?;
        // Several processes may have one number, on several machines.
        let owner = format!("{}-{}", std::process::id(), &B256::random().to_string()[2..10]);
        let store = Store::open(url.expose_secret(), &owner, Arc::clone(&clock)).await;
        let store = store.map_err(|e| Failed::new("open the store", e))?;
        let ids: Vec<u64> = config.chains.values().map(|chain| chain.id).collect();
        store.serve(&ids).await.map_err(|e| Failed::new("note which chains are served", e))?;
        let chains = chains(&config, &clock)?;
        Ok(Self { config, store, chains, clock, cache: Cache::new(CACHE) })
    }

    /// The roles that this process plays, but those that are asked over HTTP.
    ///
    /// # Errors
    ///
    /// [`Failed`]: a key that cannot be opened, a URL that is none.
    pub async fn roles(&self) -> Result<Vec<Arc<dyn Role>>, Failed> {
        let mut roles: Vec<Arc<dyn Role>> = Vec::new();
        let plays = |kind| self.config.roles.0.contains(&kind);
        if plays(Kind::Indexer) {
            roles.extend(self.indexers());
        }
        if plays(Kind::Keeper) {
            roles.extend(self.keepers()?.into_iter().map(|keeper| keeper as Arc<dyn Role>));
        }
        let signers = if plays(Kind::Writer) || plays(Kind::Checker) {
            self.signers().await?
        } else {
            Signers::new()
        };
        let attestors = self.attestors()?;
        if plays(Kind::Messenger) {
            roles.extend(self.messengers(attestors.as_ref())?);
        }
        if plays(Kind::Writer) {
            roles.extend(self.writers(&signers));
        }
        if plays(Kind::Checker) {
            roles.extend(self.checkers(attestors.as_ref(), &signers)?);
        }
        Ok(roles)
    }

    /// A chain by its name in the configuration.
    ///
    /// # Errors
    ///
    /// [`Failed`] for a name that the configuration does not have.
    pub fn chain(&self, name: &str) -> Result<&Arc<Chain>, Failed> {
        let found = self.config.chains.get(name).and_then(|about| self.chains.get(&about.id));
        found.ok_or_else(|| Failed::because(format!("there is no chain {name:?}")))
    }

    /// What has to be shown to change anything over HTTP.
    pub(super) fn token(&self) -> Result<Option<SecretString>, Failed> {
        let token = self.config.api.token.as_ref();
        token.map(|reference| secret("api.token", reference)).transpose()
    }

    fn indexers(&self) -> Vec<Arc<dyn Role>> {
        let services =
            self.chains.values().map(|chain| (chain.id(), chain.config().service)).collect();
        let indexer = |chain: &Arc<Chain>| -> Arc<dyn Role> {
            Arc::new(Indexer::new(
                self.store.clone(),
                Arc::clone(chain),
                &services,
                Arc::clone(&self.clock),
            ))
        };
        self.chains.values().map(indexer).collect()
    }

    /// One for each light client of the configuration, in its order.
    pub(super) fn keepers(&self) -> Result<Vec<Arc<Keeper>>, Failed> {
        let mut keepers = Vec::new();
        for client in &self.config.clients {
            let between =
                (Arc::clone(self.chain(&client.on)?), Arc::clone(self.chain(&client.follows)?));
            let (store, clock) = (self.store.clone(), Arc::clone(&self.clock));
            let family = family(client)?;
            keepers.push(Arc::new(Keeper::new(
                store,
                clock,
                between,
                client,
                family,
                self.cache.clone(),
            )));
        }
        Ok(keepers)
    }

    /// Two for each destination, so that what is seen at the head does not wait behind what was found while catching up.
    fn messengers(&self, attestors: Option<&Arc<Collector>>) -> Result<Vec<Arc<dyn Role>>, Failed> {
        let mut messengers: Vec<Arc<dyn Role>> = Vec::new();
        for chain in self.chains.values() {
            let lanes = self.config.lanes.iter().filter(|lane| lane.to == chain.name());
            let lanes: Vec<&config::Lane> = lanes.collect();
            if lanes.is_empty() {
                continue;
            }
            for class in [Class::Live, Class::Backlog] {
                let served: Result<Vec<Served>, Failed> =
                    lanes.iter().map(|lane| self.served(lane, chain, &lane.from)).collect();
                messengers.push(Arc::new(Messenger::new(
                    self.store.clone(),
                    Arc::clone(&self.clock),
                    Arc::clone(chain),
                    served?,
                    attestors.cloned(),
                    class,
                )));
            }
        }
        Ok(messengers)
    }

    fn checkers(
        &self,
        attestors: Option<&Arc<Collector>>,
        signers: &Signers,
    ) -> Result<Vec<Arc<dyn Role>>, Failed> {
        let mut checkers: Vec<Arc<dyn Role>> = Vec::new();
        for chain in self.chains.values() {
            let lanes = self.config.lanes.iter().filter(|lane| lane.from == chain.name());
            let served: Result<Vec<Served>, Failed> =
                lanes.map(|lane| self.served(lane, chain, &lane.to)).collect();
            let served = served?;
            if served.is_empty() || chain.config().checker.is_none() {
                continue;
            }
            checkers.push(Arc::new(Checker::new(
                self.store.clone(),
                Arc::clone(&self.clock),
                Arc::clone(chain),
                served,
                attestors.cloned(),
                self.payees(signers),
            )));
        }
        Ok(checkers)
    }

    /// What `on` holds of the chain at the other end of a lane.
    fn served(&self, lane: &config::Lane, on: &Arc<Chain>, other: &str) -> Result<Served, Failed> {
        let inbound =
            Inbound::new(Arc::clone(on), Arc::clone(self.chain(other)?), self.cache.clone());
        Ok(Served { inbound, rules: lane.clone() })
    }

    /// Who is named for the fees of deliveries by this relayer.
    fn payees(&self, signers: &Signers) -> BTreeSet<Address> {
        let named = self.config.lanes.iter().filter_map(|lane| lane.payee);
        signers.values().flatten().map(|signer| signer.address()).chain(named).collect()
    }

    async fn signers(&self) -> Result<Signers, Failed> {
        let mut signers = Signers::new();
        for (name, about) in &self.config.chains {
            let mut opened = Vec::new();
            for signer in &about.signers {
                let key = keys::open(signer, keys::Use::Transactions(about.id)).await;
                opened.push(key.map_err(|e| Failed::new(format!("open a signer of {name}"), e))?);
            }
            signers.insert(about.id, opened);
        }
        Ok(signers)
    }

    fn writers(&self, signers: &Signers) -> Vec<Arc<dyn Role>> {
        let mut writers: Vec<Arc<dyn Role>> = Vec::new();
        for (id, signers) in signers {
            let Some((chain, gate)) = self.chains.get(id).zip(Gate::new(&self.config, *id)) else {
                continue;
            };
            let desk = Arc::new(Desk::new());
            for signer in signers {
                let name = format!("writer of {} as {}", chain.name(), signer.address());
                let (store, clock, signer) =
                    (self.store.clone(), Arc::clone(&self.clock), Arc::clone(signer));
                let (chain, gate, desk) = (Arc::clone(chain), gate.clone(), Arc::clone(&desk));
                let others = self.chains.keys().copied().collect::<Vec<_>>();
                writers.push(Arc::new(Later::new(Kind::Writer, name, move || {
                    let (store, clock, signer) =
                        (store.clone(), Arc::clone(&clock), Arc::clone(&signer));
                    let (chain, gate, desk) = (Arc::clone(&chain), gate.clone(), Arc::clone(&desk));
                    let others = others.clone();
                    async move {
                        let gate = widened(gate, &chain, &others).await?;
                        Ok(Arc::new(Writer::new(store, chain, clock, signer, gate, desk))
                            as Arc<dyn Role>)
                    }
                })));
            }
        }
        writers
    }

    /// Who is asked for signatures.
    pub(super) fn attestors(&self) -> Result<Option<Arc<Collector>>, Failed> {
        let endpoints = &self.config.attestors.endpoints;
        if endpoints.is_empty() {
            return Ok(None);
        }
        let urls = secrets("an attestor", endpoints)?;
        let collector = Collector::new(urls.iter().map(SecretString::expose_secret));
        Ok(Some(Arc::new(collector.map_err(|e| Failed::new("ask attestors", e))?)))
    }
}

/// The chains of a configuration, by id. No node is asked anything yet.
pub(super) fn chains(
    config: &Config,
    clock: &Arc<dyn Clock>,
) -> Result<BTreeMap<u64, Arc<Chain>>, Failed> {
    let mut chains = BTreeMap::new();
    for (name, about) in &config.chains {
        let urls = secrets(&format!("an endpoint of {name}"), &about.rpc.endpoints)?;
        let chain = Chain::new(name, about, &urls, Arc::clone(clock));
        let chain = chain.map_err(|e| Failed::new(format!("open chain {name}"), e))?;
        let chain = chain.woken_by(secrets(&format!("a websocket of {name}"), &about.rpc.ws)?);
        chains.insert(about.id, Arc::new(chain));
    }
    Ok(chains)
}

/// The gate of a chain with the contracts that its message service names: where fees are, and the light clients of other chains.
async fn widened(mut gate: Gate, chain: &Chain, others: &[u64]) -> Result<Gate, Failed> {
    let failed = |e| Failed::new(format!("ask the message service of {}", chain.name()), e);
    let service = chain.config().service;
    let fees = ask(chain, service, IMessageService::feesCall {}).await.map_err(failed)?;
    gate = gate.with(Contract::Fees, fees);
    let registry = ask(chain, service, IMessageService::clientsCall {}).await.map_err(failed)?;
    for other in others.iter().filter(|other| **other != chain.id()) {
        // A chain without a light client here has no lane either.
        if let Ok(client) = ask(chain, registry, clientOfCall { chainId: U256::from(*other) }).await
        {
            gate = gate.with(Contract::Client, client);
        }
    }
    Ok(gate)
}

fn family(client: &config::Client) -> Result<Family, Failed> {
    let endpoints = match &client.kind {
        ClientKind::Beacon { endpoints } => endpoints,
        ClientKind::Map { validators } => {
            return Ok(Family::Map(validators.as_deref().map(listed).transpose()?));
        }
        ClientKind::Attested {} => return Ok(Family::Watched),
    };
    let what = format!("a beacon node of {}", client.follows);
    let open = |url: &SecretString| {
        BeaconNode::new(url.expose_secret()).map_err(|e| Failed::new(what.clone(), e))
    };
    let nodes: Result<Vec<BeaconNode>, Failed> =
        secrets(&what, endpoints)?.iter().map(open).collect();
    Ok(Family::Beacon(nodes?))
}

/// The validators of an epoch in a file.
fn listed(path: &Path) -> Result<(u64, Vec<Validator>), Failed> {
    let wrong = |problem: String| Failed::because(format!("{}: {problem}", path.display()));
    let text = std::fs::read(path).map_err(|e| wrong(e.to_string()))?;
    let value = serde_json::from_slice(&text).map_err(|e| wrong(e.to_string()))?;
    let listed = prover::validators::read(&value).map_err(wrong)?;
    let epoch = listed.epoch.ok_or_else(|| wrong("does not say of which epoch they are".into()))?;
    Ok((epoch, listed.validators.iter().map(prover::validators::Validator::to_builder).collect()))
}

fn secret(what: &str, reference: &SecretRef) -> Result<SecretString, Failed> {
    reference.resolve().map_err(|e| Failed::new(what, e))
}

fn secrets(what: &str, references: &[SecretRef]) -> Result<Vec<SecretString>, Failed> {
    references.iter().map(|reference| secret(what, reference)).collect()
}

//! A light client of a sync committee, and beacon nodes that serve what their histories have made final.

use crate::{
    site::{Blocks, Contracts, FOLLOWED, ON, chain},
    source::{block_json, server::serve},
};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::{SolCall, SolValue};
use bindings::IBeaconLightClient::{self as sol, trustedCall};
use prover::{BeaconNode, Cache, Node};
use relayer::{
    clock::{Clock, ManualClock},
    domain::{Bid, BlockRef, Outgoing, OutgoingState},
    keeper::{Family, Keeper},
    role::Role,
    store::{ClientRow, Mark, Store},
};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use testkit::beacon::{Chain, ExecutionBlock, Network};

/// Who decides on fork rows: nobody here.
const ADMIN: Address = Address::repeat_byte(0xad);

/// Who signs for the relayer.
const SIGNER: Address = Address::repeat_byte(0x51);

/// Slot of the block that the client starts from, and the last slot of the histories.
const TRUSTED: u64 = 8;
const LAST: u64 = 62;
/// First slot in which they differ: that of an epoch.
pub(crate) const FORK: u64 = 24;

pub(crate) fn network() -> Network {
    Network {
        chain_id: FOLLOWED,
        slots_per_epoch: 8,
        epochs_per_period: 16,
        committee_size: 32,
        slots_per_historical_root: 64,
        ..Network::default()
    }
}

/// Two histories that one committee signs.
pub(crate) fn histories() -> [Chain; 2] {
    let mut honest = Chain::new(network(), 11);
    let grow = |chain: &mut Chain, first: u64, mut parent: B256, last: u64| {
        for slot in first..=last {
            let block = ExecutionBlock::synthetic(parent, slot, chain.network().time(slot));
            parent = block.hash();
            chain.propose(slot, block).expect("a block");
        }
    };
    grow(&mut honest, TRUSTED, B256::ZERO, FORK - 1);
    let mut other = honest.clone();
    let parent = honest.head().expect("a block").execution().hash();
    grow(&mut honest, FORK, parent, LAST);
    grow(&mut other, FORK, B256::repeat_byte(9), LAST);
    [honest, other]
}

/// What a beacon node has.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) chain: Chain,
    /// What is final by its finality update.
    pub(crate) slot: u64,
    pub(crate) absent: Vec<usize>,
    /// Changes the finality update before it is served.
    pub(crate) spoil: Option<fn(&mut Value)>,
}

pub(crate) type Shared = Arc<Mutex<Served>>;

pub(crate) fn beacon(chain: &Chain, slot: u64) -> (Shared, BeaconNode) {
    let served = Served { chain: chain.clone(), slot, absent: Vec::new(), spoil: None };
    let shared = Arc::new(Mutex::new(served));
    let answers = Arc::clone(&shared);
    let url = serve(move |path, _| answer(&answers.lock().expect("a lock"), path));
    (shared, BeaconNode::new(&url).expect("an address"))
}

fn answer(served: &Served, path: &str) -> Option<Value> {
    let path = path.strip_prefix("/eth/v1/beacon/")?;
    let chain = &served.chain;
    if path == "light_client/finality_update" {
        let update = chain.light_client_finality_update(served.slot, &served.absent);
        let mut update = data(&update.expect("an update"));
        served.spoil.into_iter().for_each(|spoil| spoil(&mut update));
        return Some(update);
    }
    if path.starts_with("light_client/updates?") {
        return Some(json!([]));
    }
    if let Some(root) = path.strip_prefix("light_client/bootstrap/") {
        let found = chain.blocks().find(|block| block.root().to_string() == root)?;
        return Some(data(&chain.light_client_bootstrap(found.header().slot).ok()?));
    }
    let slot = path.strip_prefix("headers/")?;
    let slot = if slot == "finalized" { served.slot } else { slot.parse().ok()? };
    Some(json!({ "data": { "root": chain.block(slot).ok()?.root() } }))
}

fn data(object: &impl Serialize) -> Value {
    json!({ "version": "electra", "data": object })
}

/// The light client, and a keeper of it.
pub(crate) struct Bench {
    pub(crate) contracts: Arc<Contracts>,
    pub(crate) client: Address,
    pub(crate) store: Store,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) keeper: Keeper,
    _folder: tempfile::TempDir,
}

/// What the operator decides.
pub(crate) struct Rules {
    pub(crate) keeper: Value,
    pub(crate) signers: Value,
}

impl Default for Rules {
    fn default() -> Self {
        Self { keeper: json!({}), signers: json!([{ "key": "env:NONE" }]) }
    }
}

impl Bench {
    /// Kept from these beacon nodes; `followed` are the nodes of the followed chain.
    pub(crate) async fn new(endpoints: Vec<BeaconNode>, followed: Vec<Arc<Blocks>>) -> Self {
        Self::with(endpoints, followed, &Rules::default()).await
    }

    pub(crate) async fn with(
        endpoints: Vec<BeaconNode>,
        followed: Vec<Arc<Blocks>>,
        rules: &Rules,
    ) -> Self {
        let [honest, _] = histories();
        let time = network().time(LAST + 2);
        let contracts = Contracts::start(time).await;
        let client = deploy(&contracts, &honest).await;
        Self::of((contracts, client, time), Family::Beacon(endpoints), followed, rules).await
    }

    /// The same for a client of any family.
    pub(crate) async fn of(
        (contracts, client, time): (Arc<Contracts>, Address, u64),
        family: Family,
        followed: Vec<Arc<Blocks>>,
        rules: &Rules,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(ManualClock::new(i64::try_from(time).expect("a time") * 1_000));
        let url = format!("sqlite:{}", folder.path().join("store.db").display());
        let store = Store::open(&url, "test", clock.clone()).await.expect("a store");
        let parts = (&store, &clock, &contracts, client);
        let keeper = keeper(parts, family, followed, rules);
        Self { contracts, client, store, clock, keeper, _folder: folder }
    }

    /// What a process does that starts anew over the same store.
    pub(crate) fn restart(&mut self, family: Family, followed: Vec<Arc<Blocks>>, rules: &Rules) {
        let parts = (&self.store, &self.clock, &self.contracts, self.client);
        self.keeper = keeper(parts, family, followed, rules);
    }

    /// Takes a step some time later.
    pub(crate) async fn step(&self) {
        self.clock.advance(60_000);
        self.keeper.step().await.expect("a step");
    }

    /// Transactions that are under way.
    pub(crate) async fn open(&self) -> Vec<Outgoing> {
        self.store.outgoing_all_open(ON).await.expect("rows")
    }

    /// Sends the one that is, and takes it for final.
    pub(crate) async fn send(&self) {
        let [outgoing] = &self.open().await[..] else { panic!("one transaction") };
        assert_eq!(outgoing.state, OutgoingState::Queued);
        self.contracts.send(outgoing.call.to, &outgoing.call.data).await;
        let lease = self.store.lease("writer", 60_000).await.expect("a store").expect("a lease");
        let (id, hash) = (outgoing.id, B256::from(U256::from(outgoing.id)));
        let at = self.clock.now();
        let bid = Bid { hash, raw: Bytes::new(), max_fee: 1, tip: 1, at };
        let nonce = u64::try_from(id).expect("a number");
        let signed = self.store.sign(&lease, id, SIGNER, nonce, bid, nonce + 1).await;
        signed.expect("a signature");
        let end = Mark::Final { gas_used: 1, wei: U256::ONE };
        for mark in [Mark::Sent, Mark::Mined(BlockRef { number: 1, hash }), end] {
            self.store.mark(&lease, id, mark).await.expect("a mark");
        }
    }

    pub(crate) async fn trusted(&self) -> sol::Trusted {
        let data = trustedCall {}.abi_encode();
        let answer = self.contracts.call(self.client, data).await.expect("an answer");
        trustedCall::abi_decode_returns(&answer).expect("a state")
    }

    pub(crate) async fn row(&self) -> Option<ClientRow> {
        self.store.clients().await.expect("rows").pop()
    }

    /// The call that shows the client what a history has made final in a slot.
    pub(crate) fn update(&self, chain: &Chain, slot: u64) -> Bytes {
        let update = chain.finality_update(slot, &[3]).expect("an update");
        sol::updateCall { encoded: update.encode().into() }.abi_encode().into()
    }
}

fn keeper(
    (store, clock, contracts, client): (&Store, &Arc<ManualClock>, &Arc<Contracts>, Address),
    family: Family,
    followed: Vec<Arc<Blocks>>,
    Rules { keeper: rules, signers }: &Rules,
) -> Keeper {
    let on = chain(("on", ON), vec![Arc::clone(contracts) as Arc<dyn Node>], signers, clock);
    let nodes = followed.into_iter().map(|node| node as Arc<dyn Node>).collect();
    let follows = chain(("followed", FOLLOWED), nodes, &json!([]), clock);
    let about = json!({
        "on": "on", "follows": "followed", "address": client, "kind": { "attested": {} },
        "keeper": rules,
    });
    let about = serde_json::from_value(about).expect("a configuration");
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    Keeper::new(store.clone(), clock, (on, follows), &about, family, Cache::none())
}

/// The blocks of a history, of which those up to this number are final.
pub(crate) fn blocks(chain: &Chain, finalized: u64) -> Arc<Blocks> {
    let blocks = chain.blocks().map(|block| block_json(block.execution()));
    Blocks::new(blocks.collect(), finalized)
}

async fn deploy(contracts: &Contracts, chain: &Chain) -> Address {
    let bootstrap = chain.bootstrap(TRUSTED).expect("a bootstrap");
    let root = chain.block(TRUSTED).expect("a block").root();
    let authority = contracts.deploy("AccessManager", &ADMIN.abi_encode()).await;
    let config = sol::Config::from(&chain.network().config());
    let bootstrap = sol::Bootstrap::from(&bootstrap.as_bootstrap());
    let arguments = (config, bootstrap, root, authority).abi_encode_params();
    contracts.deploy("BeaconLightClient", &arguments).await
}

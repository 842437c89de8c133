//! A store, a chain and a writer for it.

use crate::anvil::{Anvil, CHAIN, SERVICE, Tap};
use alloy_primitives::{Address, Bytes, U256, address};
use alloy_sol_types::SolCall;
use bindings::IMessageService;
use relayer::{
    chain::Chain,
    clock::{Clock, ManualClock},
    config::{self, Config, SecretRef},
    domain::{NewOutgoing, Outgoing, OutgoingState, Purpose},
    keys::{self, Gate, Use},
    role::Role,
    store::Store,
    writer::{Desk, Writer},
};
use std::{fs, os::unix::fs::PermissionsExt, sync::Arc};
use tempfile::TempDir;

/// The accounts of anvil's well-known phrase.
pub(crate) const SIGNERS: [(Address, &str); 2] = [
    (
        address!("f39Fd6e51aad88F6F4ce6aB8827279cffFb92266"),
        "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
    ),
    (
        address!("70997970C51812dc3A010C7d01b50e0d17dc79C8"),
        "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
    ),
];

pub(crate) const GWEI: u128 = 1_000_000_000;
pub(crate) const START: i64 = 1_800_000_000_000;

/// How long the node is waited for. It is there, but the machine may have other things to do for a while.
pub(crate) const TIMEOUT_MILLIS: i64 = 20_000;

pub(crate) struct Site {
    pub(crate) anvil: Anvil,
    pub(crate) store: Store,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) config: Config,
    folder: TempDir,
}

impl Site {
    pub(crate) async fn new() -> Self {
        Self::with("").await
    }

    /// With more lines for the chain in the configuration.
    pub(crate) async fn with(more: &str) -> Self {
        let anvil = Anvil::start().await;
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(START));
        let url = format!("sqlite:{}", folder.path().join("store.db").display());
        let store = Store::open(&url, "one", clock.clone()).await.unwrap();
        let text = format!(
            "[chains.a]\nid = {CHAIN}\nservice = \"{SERVICE}\"\nblock_seconds = 1.0\nfinality = {{ blocks = 2 }}\n{more}\n\
             [chains.a.rpc]\nendpoints = [\"http://127.0.0.1:1\"]\ntimeout_seconds = {}.0\n",
            TIMEOUT_MILLIS / 1_000
        );
        let config = toml::from_str(&text).unwrap();
        Self { anvil, store, clock, config, folder }
    }

    pub(crate) fn chain(&self, node: Arc<Tap>) -> Arc<Chain> {
        let chain =
            Chain::with_nodes("a", &self.config.chains["a"], vec![node], self.clock.clone());
        Arc::new(chain.unwrap())
    }

    /// A writer as after a start of the process.
    pub(crate) async fn writer(&self) -> Writer {
        self.writer_of(0, self.store.clone(), Tap::new(&self.anvil), Arc::new(Desk::new())).await
    }

    pub(crate) async fn writer_of(
        &self,
        signer: usize,
        store: Store,
        node: Arc<Tap>,
        desk: Arc<Desk>,
    ) -> Writer {
        let path = self.folder.path().join(format!("key-{signer}"));
        fs::write(&path, SIGNERS[signer].1).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let key =
            config::Signer { key: SecretRef(format!("file:{}", path.display())), password: None };
        let signer = keys::open(&key, Use::Transactions(CHAIN)).await.unwrap();
        let gate = Gate::new(&self.config, CHAIN).unwrap();
        Writer::new(store, self.chain(node), self.clock.clone(), signer, gate, desk)
    }

    /// Queues a call that counts under a word.
    pub(crate) async fn queue(&self, word: u64) -> i64 {
        self.store.queue(call(word, [0; 4])).await.unwrap()
    }

    /// One step, and the time until the next.
    pub(crate) async fn step(&self, writer: &Writer) {
        writer.step().await.unwrap();
        self.clock.advance(600);
    }

    /// Steps and blocks until a transaction is over.
    pub(crate) async fn finish(&self, writer: &Writer, id: i64) -> Outgoing {
        for _ in 0..40 {
            self.step(writer).await;
            let row = self.row(id).await;
            if row.state.is_over() {
                return row;
            }
            self.anvil.mine(1).await;
        }
        panic!("not over: {:?}", self.row(id).await);
    }

    pub(crate) async fn row(&self, id: i64) -> Outgoing {
        self.store.outgoing(id).await.unwrap()
    }

    pub(crate) async fn state(&self, id: i64) -> OutgoingState {
        self.row(id).await.state
    }

    pub(crate) async fn spent(&self) -> U256 {
        self.store.spent(CHAIN, self.clock.now().div_euclid(86_400_000)).await.unwrap()
    }
}

/// A call that counts under a word, or reverts with four bytes.
pub(crate) fn call(word: u64, fails_with: [u8; 4]) -> NewOutgoing {
    let mut data = IMessageService::deliverCall::SELECTOR.to_vec();
    data.extend(U256::from(word).to_be_bytes::<32>());
    data.extend(fails_with);
    data.extend([0; 28]);
    NewOutgoing {
        chain: CHAIN,
        purpose: Purpose::Deliver,
        to: SERVICE,
        data: Bytes::from(data),
        gas: 100_000,
        key: format!("test:{word}"),
        budget: None,
    }
}

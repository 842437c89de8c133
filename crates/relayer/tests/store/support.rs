//! Stores to test on, and short ways to say what chains say.

use alloy_primitives::{Address, B256, Bytes, keccak256};
use mos::Body;
use relayer::{
    clock::{Clock, ManualClock},
    domain::{
        Bid, BlockRef, Claim, Class, Decision, Fact, NewOutgoing, Place, Purpose, Reason,
        SentMessage, Sighting, Stage, Verdict,
    },
    store::{Advance, Lease, Store},
};
use std::sync::Arc;

pub(crate) const A: u64 = 900_001;
pub(crate) const B: u64 = 900_002;
pub(crate) const START: i64 = 1_700_000_000_000;
pub(crate) const MINUTE: i64 = 60_000;

/// Where a store is, while a test lasts.
pub(crate) struct Site {
    pub(crate) url: String,
    pub(crate) clock: Arc<ManualClock>,
    _folder: Option<tempfile::TempDir>,
}

impl Site {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("store.db").display());
        Self { url, clock: Arc::new(ManualClock::new(START)), _folder: Some(folder) }
    }

    pub(crate) fn memory() -> Self {
        Self {
            url: "sqlite::memory:".into(),
            clock: Arc::new(ManualClock::new(START)),
            _folder: None,
        }
    }

    pub(crate) fn postgres() -> Option<Self> {
        let url = crate::postgres::database()?;
        Some(Self { url, clock: Arc::new(ManualClock::new(START)), _folder: None })
    }

    pub(crate) async fn open(&self, owner: &str) -> Store {
        Store::open(&self.url, owner, self.clock.clone()).await.unwrap()
    }
}

/// Makes a test of each function, for both databases.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($site:ident: Site) $body:block)+) => {$(
        $(#[$doc])*
        async fn $name($site: crate::support::Site) $body

        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(crate::support::Site::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(site) = crate::support::Site::postgres() {
                    super::$name(site).await;
                }
            }
        }
    )+};
}
pub(crate) use on_both;

pub(crate) fn block(number: u64, fork: u8) -> BlockRef {
    BlockRef { number, hash: keccak256([number.to_be_bytes().as_slice(), &[fork]].concat()) }
}

pub(crate) fn id(nonce: u64) -> B256 {
    keccak256(nonce.to_be_bytes())
}

pub(crate) fn at(chain: u64, block: BlockRef, log_index: u64) -> Place {
    let transaction = keccak256(
        [chain.to_be_bytes(), block.number.to_be_bytes(), log_index.to_be_bytes()].concat(),
    );
    Place { chain, block, transaction, transaction_index: log_index, log_index }
}

pub(crate) fn sent(nonce: u64, number: u64, fork: u8) -> Sighting {
    let account = |last| {
        mos::EvmAddress::new(alloy_primitives::U256::from(A), Address::with_last_byte(last))
            .unwrap()
            .encode()
    };
    let body = Body {
        nonce,
        sender: account(1).into(),
        recipient: account(2).into(),
        payload: Bytes::from_static(b"hello"),
        attributes: vec![Bytes::from_static(&[1, 2, 3, 4])],
    };
    let sent = SentMessage { gateway: Address::with_last_byte(7), destination: B, body };
    Sighting {
        message: id(nonce),
        place: at(A, block(number, fork), nonce),
        fact: Fact::Sent(Box::new(sent)),
    }
}

pub(crate) fn on_b(nonce: u64, number: u64, fork: u8, fact: Fact) -> Sighting {
    Sighting { message: id(nonce), place: at(B, block(number, fork), nonce), fact }
}

pub(crate) fn on_a(nonce: u64, number: u64, log_index: u64, fact: Fact) -> Sighting {
    Sighting { message: id(nonce), place: at(A, block(number, 0), log_index), fact }
}

/// What an indexer would say: read up to `next`, final up to `last`.
pub(crate) fn read(
    expect_next: u64,
    next_block: u64,
    last: u64,
    sightings: Vec<Sighting>,
) -> Advance {
    Advance {
        expect_next,
        roll_back_to: None,
        pins: Vec::new(),
        sightings,
        next_block,
        final_block: block(last, 0),
        head: (next_block, next_block * 12),
        class: Class::Live,
    }
}

pub(crate) async fn index(store: &Store, chain: u64, advance: Advance) {
    let lease = lease(store, &format!("indexer:{chain}")).await;
    store.advance(chain, &lease, advance).await.unwrap();
}

pub(crate) async fn lease(store: &Store, name: &str) -> Lease {
    store.lease(name, MINUTE).await.unwrap().unwrap()
}

pub(crate) fn call(key: &str) -> NewOutgoing {
    NewOutgoing {
        chain: B,
        purpose: Purpose::Deliver,
        to: Address::with_last_byte(9),
        data: Bytes::from_static(&[0xde, 0xad]),
        gas: 500_000,
        key: key.into(),
        budget: Some(1_000_000_000_000),
    }
}

pub(crate) fn bid(last: u8, max_fee: u128, clock: &ManualClock) -> Bid {
    Bid {
        hash: B256::with_last_byte(last),
        raw: Bytes::from(vec![2, last]),
        max_fee,
        tip: 1,
        at: clock.now(),
    }
}

/// A store with messages that are final on their source: of each pair, the nonce and the block.
pub(crate) async fn with_final(site: &Site, messages: &[(u64, u64)]) -> Store {
    let store = site.open("one").await;
    let last = messages.iter().map(|(_, number)| *number).max().unwrap_or(1);
    let sightings = messages.iter().map(|&(nonce, number)| sent(nonce, number, 0)).collect();
    index(&store, A, read(1, last + 1, last, sightings)).await;
    store
}

pub(crate) async fn standing(store: &Store, nonce: u64) -> (Stage, Reason) {
    let message = store.message(id(nonce)).await.unwrap().unwrap();
    (message.stage, message.reason)
}

/// The one claim that there is on the destination.
pub(crate) async fn claimed(store: &Store) -> Claim {
    store.claim(B, &[Stage::Final], None, 100, MINUTE).await.unwrap().unwrap()
}

pub(crate) fn nonces(claim: &Claim) -> Vec<u64> {
    claim.messages.iter().map(|message| message.sent.body.nonce).collect()
}

pub(crate) fn all(claim: &Claim, verdict: &Verdict, outgoing: Option<NewOutgoing>) -> Decision {
    Decision {
        verdicts: claim.messages.iter().map(|message| (message.id, verdict.clone())).collect(),
        outgoing,
    }
}

/// A message whose transaction is queued, and the number of that.
pub(crate) async fn submitted(store: &Store, key: &str) -> i64 {
    let claim = claimed(store).await;
    store.decide(&claim, all(&claim, &Verdict::Submit, Some(call(key)))).await.unwrap().unwrap()
}

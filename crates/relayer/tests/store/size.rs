//! How long things take with many messages. Run by hand: `cargo test --release -p heliograph-relayer --test store size -- --ignored --nocapture`.

use crate::support::{A, B, MINUTE, Site, all, index, nonces, read, sent};
use relayer::{
    domain::{Reason, Stage, Verdict},
    store::Store,
};
use std::time::Instant;

const MANY: u64 = 100_000;

async fn claims(store: &Store, count: u32) -> std::time::Duration {
    let begun = Instant::now();
    for _ in 0..count {
        let claim = store.claim(B, &[Stage::Final], None, 16, MINUTE).await.unwrap().unwrap();
        assert_eq!(nonces(&claim).len(), 16);
        let wait = Verdict::Wait {
            reason: Reason::Order,
            detail: String::new(),
            until: i64::MAX,
            tried: false,
        };
        store.decide(&claim, all(&claim, &wait, None)).await.unwrap();
    }
    begun.elapsed() / count
}

async fn measure(name: &str, site: Site) {
    let store = site.open("one").await;
    let begun = Instant::now();
    let mut first = None;
    for number in 1..=MANY / 100 {
        let seen = (0..100).map(|index| sent(number * 100 + index, number, 0)).collect();
        index(&store, A, read(number, number + 1, number, seen)).await;
        if number == 10 {
            first = Some(claims(&store, 20).await);
        }
    }
    let stored = begun.elapsed();
    let last = claims(&store, 200).await;
    println!(
        "{name}: {MANY} messages stored in {stored:?}; a claim of 16 with its decision takes {:?} among 1,000 and {last:?} among {MANY}",
        first.unwrap()
    );
}

#[tokio::test]
#[ignore = "a measurement"]
async fn claims_take_as_long_among_many_as_among_few_on_sqlite() {
    measure("SQLite", Site::sqlite()).await;
}

#[tokio::test]
#[ignore = "a measurement"]
async fn claims_take_as_long_among_many_as_among_few_on_postgres() {
    if let Some(site) = Site::postgres() {
        measure("PostgreSQL", site).await;
    }
}

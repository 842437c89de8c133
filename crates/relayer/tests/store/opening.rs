//! How a store is opened, by whom, and what happens when there is no room.

use crate::support::{
    A, B, MINUTE, Site, all, call, claimed, id, index, lease, read, sent, standing, with_final,
};
use relayer::{
    domain::{Reason, Stage, Verdict},
    store::{Error, Store},
};
use std::process::{Command, Stdio};

#[tokio::test]
async fn l5_rejects_a_second_process_on_one_file() {
    let site = Site::sqlite();
    let first = site.open("one").await;
    let refused = Store::open(&site.url, "two", site.clock.clone()).await.unwrap_err();
    let by = format!("process {} (one)", std::process::id());
    assert!(
        matches!(&refused, Error::InUse { store, by: who } if *store == site.url && *who == by),
        "{refused}"
    );
    first.close().await;
    site.open("two").await;
}

#[tokio::test]
async fn l5_a_file_is_free_as_soon_as_its_process_is_killed() {
    let site = Site::sqlite();
    site.open("one").await.close().await;
    let lock = format!("{}.lock", site.url.strip_prefix("sqlite:").unwrap());
    // Another process that has the lock: the shell's `flock` takes the same one.
    let Ok(mut other) = Command::new("flock")
        .args(["--exclusive", "--no-fork", &lock, "sleep", "60"])
        .stdout(Stdio::null())
        .spawn()
    else {
        println!("skipped: there is no flock program");
        return;
    };
    let mut refused = None;
    for _ in 0..200 {
        match Store::open(&site.url, "two", site.clock.clone()).await {
            Err(error) => {
                refused = Some(error);
                break;
            }
            Ok(store) => store.close().await,
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(matches!(refused, Some(Error::InUse { .. })), "{refused:?}");
    other.kill().unwrap();
    other.wait().unwrap();
    let mut opened = false;
    for _ in 0..200 {
        opened = Store::open(&site.url, "two", site.clock.clone()).await.is_ok();
        if opened {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(opened);
}

#[tokio::test]
async fn rejects_urls_of_other_databases_and_of_places_that_are_none() {
    let clock = Site::memory().clock;
    let open = async |url: &str| Store::open(url, "one", clock.clone()).await.unwrap_err();
    let error = open("mysql://root:hunter2@localhost/x").await;
    assert!(matches!(&error, Error::Scheme { scheme } if scheme == "mysql"), "{error}");
    let error = open("store.db").await;
    assert!(matches!(&error, Error::Scheme { scheme } if scheme.is_empty()), "{error}");
    let error = open("sqlite:/nowhere/at/all/store.db").await;
    assert!(
        matches!(&error, Error::Open { store, .. } if store == "sqlite:/nowhere/at/all/store.db"),
        "{error}"
    );
    let error = open("sqlite:store.db?pages=3").await;
    assert!(
        matches!(&error, Error::Open { why, .. } if why == "the only parameter is max_mib, a number"),
        "{error}"
    );
}

#[tokio::test]
async fn l10_passwords_are_in_no_error_and_no_debug_output() {
    let clock = Site::memory().clock;
    for url in [
        "postgres://relayer:hunter2@127.0.0.1:1/heliograph",
        "postgres://relayer:hunter2@127.0.0.1:1/heliograph?sslmode=hunter2",
        "postgres://relayer:hunter2@[nonsense/heliograph",
        "postgresql://relayer@127.0.0.1:99999/x?password=hunter2",
    ] {
        let error = Store::open(url, "one", clock.clone()).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(matches!(&error, Error::Open { .. }), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    let Some(site) = Site::postgres() else { return };
    let url = site.url.replace("postgres@", "postgres:hunter2@");
    let store = Store::open(&url, "one", clock).await.unwrap();
    let shown = format!("{store:?}");
    assert!(!shown.contains("hunter2") && shown.contains("postgres://127.0.0.1/"), "{shown}");
}

#[tokio::test]
async fn l5_when_there_is_no_room_nothing_is_half_written_and_it_goes_on_when_there_is() {
    let mut site = Site::sqlite();
    let roomy = site.url.clone();
    site.url = format!("{roomy}?max_mib=1");
    let store = with_final(&site, &[(0, 1)]).await;
    let claim = claimed(&store).await;
    let lease = lease(&store, "indexer").await;
    let (mut next, full) = (2, loop_guard());
    let error = loop {
        let seen = (0..50).map(|count| sent(next * 50 + count, next, 0)).collect();
        match store.advance(A, &lease, read(next, next + 1, next, seen)).await {
            Ok(()) => next += 1,
            Err(error) => break error,
        }
        assert!(next < full, "it never fills up");
    };
    assert!(matches!(error, Error::StoreFull), "{error}");
    // The range that did not fit is not there, not in part either.
    assert_eq!(store.cursor(A).await.unwrap().unwrap().next_block, next);
    for count in 0..50 {
        assert_eq!(store.message(id(next * 50 + count)).await.unwrap(), None);
        assert_eq!(store.sightings(id(next * 50 + count)).await.unwrap(), []);
    }
    let before = store.message(id(0)).await.unwrap().unwrap();
    let big = relayer::domain::NewOutgoing { data: vec![7; 1 << 20].into(), ..call("big") };
    let error =
        store.decide(&claim, all(&claim, &Verdict::Submit, Some(big.clone()))).await.unwrap_err();
    assert!(matches!(error, Error::StoreFull), "{error}");
    assert_eq!(store.message(id(0)).await.unwrap().unwrap(), before);
    assert_eq!(store.outgoing_by_key("big").await.unwrap(), None);

    store.close().await;
    site.url = roomy;
    let store = site.open("one").await;
    let seen = (0..50).map(|count| sent(next * 50 + count, next, 0)).collect();
    index(&store, A, read(next, next + 1, next, seen)).await;
    assert_eq!(standing(&store, next * 50 + 49).await, (Stage::Final, Reason::Due));
    // The claim of before is still good: it has not run out.
    store.decide(&claim, all(&claim, &Verdict::Submit, Some(big))).await.unwrap().unwrap();
    assert_eq!(store.claim(B, &[Stage::Submitted], None, 9, MINUTE).await.unwrap(), None);
}

/// More blocks than fit into the file.
const fn loop_guard() -> u64 {
    1000
}

//! What only one may do, and who it is.

use crate::support::{A, MINUTE, Site, on_both, read};
use relayer::store::{Error, Lease};

on_both! {
    async fn l5_a_lease_is_one_owners_until_it_runs_out(site: Site) {
        let one = site.open("one").await;
        let two = one.as_owner("two");
        let first = one.lease("writer", MINUTE).await.unwrap().unwrap();
        assert_eq!(first, Lease { name: "writer".into(), fence: 1, until: crate::support::START + MINUTE });
        assert_eq!(two.lease("writer", MINUTE).await.unwrap(), None);
        site.clock.advance(MINUTE / 2);
        let renewed = one.lease("writer", MINUTE).await.unwrap().unwrap();
        assert_eq!((renewed.fence, renewed.until), (1, first.until + MINUTE / 2));
        site.clock.advance(MINUTE);
        let taken = two.lease("writer", MINUTE).await.unwrap().unwrap();
        assert_eq!(taken.fence, 2);
        assert_eq!(one.lease("writer", MINUTE).await.unwrap(), None);
        // Giving back what is another's changes nothing; giving back one's own frees it at once.
        one.release(&renewed).await.unwrap();
        assert_eq!(one.lease("writer", MINUTE).await.unwrap(), None);
        two.release(&taken).await.unwrap();
        assert_eq!(one.lease("writer", MINUTE).await.unwrap().unwrap().fence, 3);
    }

    async fn l5_rejects_what_an_earlier_owner_stores(site: Site) {
        let one = site.open("one").await;
        let lease = one.lease("indexer", MINUTE).await.unwrap().unwrap();
        one.advance(A, &lease, read(1, 2, 1, vec![])).await.unwrap();
        site.clock.advance(MINUTE);
        let lost = one.advance(A, &lease, read(2, 3, 2, vec![])).await.unwrap_err();
        assert!(matches!(&lost, Error::LeaseLost { name } if name == "indexer"), "{lost}");
        let two = one.as_owner("two");
        let other = two.lease("indexer", MINUTE).await.unwrap().unwrap();
        let lost = one.halt(A, &lease, "no").await.unwrap_err();
        assert!(matches!(&lost, Error::LeaseLost { name } if name == "indexer"), "{lost}");
        assert_eq!(one.cursor(A).await.unwrap().unwrap().next_block, 2);
        two.advance(A, &other, read(2, 3, 2, vec![])).await.unwrap();
        let unknown = Lease { name: "nothing".into(), fence: 0, until: i64::MAX };
        let lost = two.advance(A, &unknown, read(3, 4, 3, vec![])).await.unwrap_err();
        assert!(matches!(&lost, Error::LeaseLost { name } if name == "nothing"), "{lost}");
    }

    async fn l5_of_many_that_ask_at_once_one_gets_it(site: Site) {
        let store = site.open("one").await;
        let asked: Vec<_> = (0..8)
            .map(|number| {
                let store = store.as_owner(&format!("owner {number}"));
                tokio::spawn(async move { store.lease("writer", MINUTE).await.unwrap() })
            })
            .collect();
        let mut got = 0;
        for one in asked {
            got += usize::from(one.await.unwrap().is_some());
        }
        assert_eq!(got, 1);
    }
}

#[tokio::test]
async fn l5_a_process_that_was_killed_has_its_leases_again_at_once_on_sqlite() {
    let site = Site::sqlite();
    let before = site.open("one").await.lease("writer", MINUTE).await.unwrap().unwrap();
    let after = site.open("one").await.lease("writer", MINUTE).await.unwrap().unwrap();
    assert_eq!((before.fence, after.fence), (1, 2));
}

#[tokio::test]
async fn l5_a_process_that_was_killed_waits_its_leases_out_on_postgres() {
    let Some(site) = Site::postgres() else { return };
    let before = site.open("one").await.lease("writer", MINUTE).await.unwrap().unwrap();
    let after = site.open("one").await;
    assert_eq!(after.lease("writer", MINUTE).await.unwrap(), None);
    site.clock.advance(MINUTE);
    assert_eq!(after.lease("writer", MINUTE).await.unwrap().unwrap().fence, before.fence + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_instances_are_woken_on_postgres() {
    let Some(site) = Site::postgres() else { return };
    let (one, two) = (site.open("one").await, site.open("two").await);
    let mut news = two.changes();
    let soon = std::time::Duration::from_secs(30);
    // The first news is that it listens; it may have come before anyone asked for news.
    tokio::time::timeout(soon, news.wait_for(|count| *count > 0)).await.unwrap().unwrap();
    news.mark_unchanged();
    let lease = one.lease("indexer", MINUTE).await.unwrap().unwrap();
    one.advance(A, &lease, read(1, 2, 1, vec![])).await.unwrap();
    tokio::time::timeout(soon, news.changed()).await.unwrap().unwrap();
    assert_eq!(two.cursor(A).await.unwrap().unwrap().next_block, 2);
}

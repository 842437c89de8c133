//! What was signed for light clients, and sets of validators.

use crate::support::{A, B, on_both};
use alloy_primitives::{B256, Bytes};
use prover::update::Signed;
use relayer::store::SignedRow;

fn row(height: u64, root: u8, origin: &str) -> SignedRow {
    let (root, block_hash) = (B256::repeat_byte(root), B256::repeat_byte(root ^ 0xff));
    let bytes = Bytes::from(vec![root[0]; 40]);
    SignedRow { signed: Signed { height, root, block_hash, bytes }, origin: origin.into() }
}

on_both! {
    async fn l9_finds_what_contradicts_itself_among_what_was_signed(site: Site) {
        let store = site.open("one").await;
        for kept in [row(8, 1, "one"), row(16, 2, "one"), row(16, 2, "another"), row(24, 3, "one")] {
            store.put_signed((B, A), &kept, 0).await.unwrap();
        }
        assert_eq!(store.contradictions(B, A).await.unwrap(), []);
        // Of another light client it is another matter.
        store.put_signed((A, B), &row(16, 9, "one"), 0).await.unwrap();
        assert_eq!(store.contradictions(B, A).await.unwrap(), []);
        site.clock.advance(5);
        store.put_signed((B, A), &row(16, 1, "another"), 0).await.unwrap();
        let pair = (row(16, 2, "one"), row(16, 1, "another"));
        assert_eq!(store.contradictions(B, A).await.unwrap(), [pair]);
        // What is too old to be shown is forgotten.
        store.put_signed((B, A), &row(32, 4, "one"), 24).await.unwrap();
        assert_eq!(store.contradictions(B, A).await.unwrap(), []);
        let mut known = store.known_signed(B, A).await.unwrap();
        known.sort_unstable();
        let of = |row: SignedRow| (row.signed.height, row.signed.root, row.signed.block_hash);
        assert_eq!(known, [of(row(24, 3, "")), of(row(32, 4, ""))]);
    }

    async fn keeps_the_newest_validators_up_to_an_epoch(site: Site) {
        let store = site.open("one").await;
        let keys = |byte: u8| Bytes::from(vec![byte; 192]);
        assert_eq!(store.validators((B, A), 9).await.unwrap(), None);
        store.put_validators((B, A), (3, &keys(1)), 0).await.unwrap();
        store.put_validators((B, A), (5, &keys(2)), 0).await.unwrap();
        store.put_validators((B, A), (5, &keys(3)), 0).await.unwrap();
        assert_eq!(store.validators((B, A), 2).await.unwrap(), None);
        assert_eq!(store.validators((B, A), 4).await.unwrap(), Some((3, keys(1))));
        assert_eq!(store.validators((B, A), 9).await.unwrap(), Some((5, keys(3))));
        assert_eq!(store.validators((A, B), 9).await.unwrap(), None);
        store.put_validators((B, A), (6, &keys(4)), 6).await.unwrap();
        assert_eq!(store.validators((B, A), 5).await.unwrap(), None);
    }
}

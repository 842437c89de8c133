//! CLI-1 to CLI-4: a client that does not answer.

use crate::{
    equivocation, misbehaviour, refusal_at,
    support::{
        CHAIN_ID, CONFIG, Plan, apply, client, committee_root, informed_at, time, trusted_at,
    },
    valid,
};
use alloy_primitives::B256;
use light_client::{
    beacon::{Error, Heads, Trusted},
    client,
};

#[test]
fn cli_1_accepts_until_frozen_and_then_rejects_everything() {
    let accepted = apply(&CONFIG, &informed_at(40), &valid(), time(45));
    assert!(accepted.is_ok());
    let trusted = Trusted { frozen_at: 77, ..informed_at(40) };
    let frozen = client::Error::Frozen { at: 77 };
    assert_eq!(refusal_at(&trusted, &valid()), frozen.into());
    assert_eq!(client().head(&trusted, &Heads::new(), 1, u64::MAX), Err(frozen));
    let (a, b) = equivocation();
    let refused = misbehaviour(&trusted, &a, &b, time(45));
    assert_eq!(refused, Err(frozen.into()));
}

#[test]
fn cli_2_accepts_the_last_second_and_rejects_the_next() {
    let (trusted, expiry) = (informed_at(40), time(40) + 1_200);
    let update = valid();
    assert!(apply(&CONFIG, &trusted, &update, expiry).is_ok());
    let expired = client::Error::Expired { expiry, now: expiry + 1 };
    let refused = apply(&CONFIG, &trusted, &update, expiry + 1);
    assert_eq!(refused, Err(expired.into()));
    assert_eq!(client().head(&trusted, &Heads::new(), 1, expiry + 1), Err(expired));
    let (a, b) = equivocation();
    let refused = misbehaviour(&trusted, &a, &b, expiry + 1);
    assert_eq!(refused, Err(expired.into()));
}

#[test]
fn cli_2_accepts_a_slot_whose_expiry_overflows() {
    let trusted = Trusted { finalized_slot: u64::MAX, ..informed_at(40) };
    assert_eq!(client().verify_active(&trusted, u64::MAX), Ok(()));
}

#[test]
fn cli_3_accepts_the_last_64_heads_and_rejects_others() {
    let (mut trusted, head) = trusted_at(40);
    let head = head.unwrap();
    let mut heads = Heads::new();
    heads.push(&head);
    let client = client();
    let known = |trusted: &Trusted, heads: &Heads, id| client.head(trusted, heads, id, time(41));
    assert_eq!(known(&trusted, &heads, 1), Ok(head));
    for id in [0, 2, 64, 65, u64::MAX] {
        assert_eq!(known(&trusted, &heads, id), Err(client::Error::UnknownHead { id }));
    }
    trusted = informed_at(40);
    trusted.latest_head = 64;
    let update = valid();
    let (trusted, head) = apply(&CONFIG, &trusted, &update, time(45)).unwrap();
    heads.push(&head.unwrap());
    assert_eq!(known(&trusted, &heads, 1), Err(client::Error::UnknownHead { id: 1 }));
    assert_eq!(known(&trusted, &heads, 65), Ok(head.unwrap()));
    let stored = serde_json::to_string(&heads).unwrap();
    assert_eq!(serde_json::from_str::<Heads>(&stored).unwrap(), heads);
}

#[test]
fn cli_4_accepts_a_followed_chain_and_rejects_others() {
    let clients = [(CHAIN_ID, "seven"), (1, "one")];
    let registry = client::Registry::new(&clients);
    assert_eq!(registry.get(1), Ok(&"one"));
    assert_eq!(registry.get(2), Err(client::Error::UnknownChain { chain_id: 2 }));
}

#[test]
fn bcn_5_bcn_12_c2_rejects_everything_on_the_default_state() {
    let update = Plan::new(5).with_next().build();
    let refused = apply(&CONFIG, &Trusted::default(), &update, time(8));
    let got = committee_root(0);
    assert_eq!(refused, Err(Error::CommitteeRoot { expected: B256::ZERO, got }));
    let later = Plan::new(21).build();
    let refused = apply(&CONFIG, &Trusted::default(), &later, time(30));
    assert_eq!(refused, Err(Error::UnknownPeriod { signature_period: 1, trusted_period: 0 }));
}

//! UPD-1, BCN-1 to BCN-17 and CLI-1 to CLI-4 on a made-up network. Each refusal is the exact error.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../support/mod.rs"]
mod support;

mod accepted;
mod ancestry;
mod config;
mod forks;
mod made;
mod members;
mod packed;
mod proofs;
mod slots;
mod state;
mod status;

use light_client::beacon::{Error, Trusted, Update, builder::OwnedUpdate};
use support::{CONFIG, Plan, apply, client, informed_at, time};

/// What the client says to an update on the trusted block of slot 40, the next committee known, long enough after it.
fn refusal(update: &OwnedUpdate) -> Error {
    refusal_at(&informed_at(40), update)
}

fn refusal_at(trusted: &Trusted, update: &OwnedUpdate) -> Error {
    apply(&CONFIG, trusted, update, time(80)).unwrap_err()
}

fn valid() -> OwnedUpdate {
    Plan::new(43).build()
}

fn changed(change: impl FnOnce(&mut OwnedUpdate)) -> OwnedUpdate {
    let mut update = valid();
    change(&mut update);
    update
}

/// What the client says to a pair of updates.
fn misbehaviour(
    trusted: &Trusted,
    a: &OwnedUpdate,
    b: &OwnedUpdate,
    now: u64,
) -> Result<Trusted, Error> {
    let (a, b) = (a.encode(), b.encode());
    client().misbehaviour(trusted, &Update::decode(&a)?, &Update::decode(&b)?, now)
}

/// Two updates that finalize different blocks of slot 43.
fn equivocation() -> (OwnedUpdate, OwnedUpdate) {
    (valid(), Plan { salt: 1, ..Plan::of_slots(43, 45, 47) }.build())
}

//! The store of the consensus specs.

use super::outcome::{Fact, Refused};
use crate::{
    error::{Error, Result},
    objects::{Object, version_of},
};
use alloy_primitives::B256;
use light_client::{
    beacon::{
        Client, Config, IndexSet, Trusted,
        spec::{
            LightClientBootstrap, LightClientHeader, Object as _,
            store::{Store, SyncProtocol},
        },
    },
    crypto::DefaultBls,
};

/// Starts from a bootstrap whose block is trusted.
pub(super) fn start(
    config: &Config<'_>,
    root: &B256,
    bootstrap: &LightClientBootstrap,
) -> Result<Store> {
    let form = IndexSet::ALL.into_iter().find(|form| bootstrap.has_form(*form));
    let form = form.ok_or_else(|| Error::input("the bootstrap", "has the form of no fork"))?;
    let started = protocol(config).and_then(|protocol| {
        protocol.initialize(version_of(form), root, bootstrap).map_err(Refused::store)
    });
    started.map_err(|refused| refused.into_error("the bootstrap"))
}

/// Processes an object as the specs say. What is refused changes nothing.
pub(super) fn take(
    client: &Client<'_, DefaultBls>,
    store: &mut Store,
    object: &Object,
    now: u64,
) -> std::result::Result<Vec<Fact>, Refused> {
    let config = client.config();
    let protocol = protocol(config)?;
    // The specs leave it to the caller not to follow from a block that is too old.
    let trusted =
        Trusted { finalized_slot: store.finalized_header.beacon.slot, ..Trusted::default() };
    client.verify_active(&trusted, now).map_err(Refused::clause)?;

    let mut next = store.clone();
    if let Some(form) = object.form().filter(|form| *form > next.form) {
        protocol.upgrade_store(&mut next, version_of(form)).map_err(Refused::store)?;
    }
    let slot = config.current_slot(now);
    let processed = match object {
        Object::Update(update) => protocol.process_update(&mut next, update, slot),
        Object::Finality(update) => protocol.process_finality_update(&mut next, update, slot),
        Object::Optimistic(update) => protocol.process_optimistic_update(&mut next, update, slot),
    };
    processed.map_err(Refused::store)?;
    let facts = learned(config, store, &next);
    *store = next;
    Ok(facts)
}

/// What is trusted, in a few lines.
pub(super) fn summary(config: &Config<'_>, store: &Store) -> Vec<Fact> {
    let finalized = store.finalized_header.beacon.slot;
    let next = store.next_sync_committee.as_ref();
    let next = next.map_or_else(|| "unknown".into(), |next| next.hash_tree_root().to_string());
    vec![
        ("finalized_slot", finalized.to_string()),
        ("optimistic_slot", store.optimistic_header.beacon.slot.to_string()),
        ("period", config.period(finalized).to_string()),
        ("committee", store.current_sync_committee.hash_tree_root().to_string()),
        ("next_committee", next),
    ]
}

fn protocol<'c>(config: &Config<'c>) -> std::result::Result<SyncProtocol<'c, DefaultBls>, Refused> {
    SyncProtocol::new(*config, DefaultBls::default()).map_err(Refused::store)
}

/// The difference between two stores.
fn learned(config: &Config<'_>, before: &Store, after: &Store) -> Vec<Fact> {
    let mut facts = Vec::new();
    let slot = |header: &LightClientHeader| header.beacon.slot.to_string();
    let block = |header: &LightClientHeader| header.execution_block_hash();
    let finalized = &after.finalized_header;
    if finalized.beacon != before.finalized_header.beacon {
        facts.push(("finalized_slot", slot(finalized)));
        facts.extend(block(finalized).map(|hash| ("execution_block_hash", hash.to_string())));
    }
    let optimistic = &after.optimistic_header;
    if optimistic.beacon != before.optimistic_header.beacon {
        facts.push(("optimistic_slot", slot(optimistic)));
        facts.extend(block(optimistic).map(|hash| ("optimistic_block_hash", hash.to_string())));
    }
    let period = config.period(finalized.beacon.slot);
    if after.current_sync_committee != before.current_sync_committee {
        let root = after.current_sync_committee.hash_tree_root();
        facts.push(("rotated_to", format!("committee {root} of period {period}")));
    }
    match &after.next_sync_committee {
        Some(next) if before.next_sync_committee.as_ref() != Some(next) => {
            let root = next.hash_tree_root();
            facts
                .push(("next_committee", format!("{root} of period {}", period.saturating_add(1))));
        }
        _ => {}
    }
    if facts.is_empty() {
        facts.push(("news", "none: kept if it is the best so far".into()));
    }
    facts
}

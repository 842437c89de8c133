//! Objects that a client may be updated by, and the packed form of one.

use super::Error;
use crate::objects::{Named, Object};
use alloy_primitives::B256;
use light_client::beacon::{
    BeaconHeader, Config, Trusted,
    builder::{Finalizing, OwnedUpdate},
    spec::{SyncAggregate, SyncCommittee},
};

/// An object that finalizes something, and what it is called.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What it is called.
    pub name: String,
    /// The object.
    pub object: Object,
}

impl Candidate {
    /// A named object, when it is one of which something is final.
    #[must_use]
    pub fn of(named: Named) -> Option<Self> {
        match named.object.ok()? {
            Object::Optimistic(_) => None,
            object => Some(Self { name: named.name, object }),
        }
    }

    /// Slot that becomes final by it.
    #[must_use]
    pub fn finalized_slot(&self) -> u64 {
        self.finalized().slot
    }
}

impl Finalizing for Candidate {
    fn finalized(&self) -> &BeaconHeader {
        self.object.finalized()
    }

    fn aggregate(&self) -> &SyncAggregate {
        self.object.aggregate()
    }

    fn signature_slot(&self) -> u64 {
        self.object.signature_slot()
    }
}

/// Whether a client that trusts `trusted` knows the committee that signs in a slot.
#[must_use]
pub fn knows_signer(config: &Config<'_>, trusted: &Trusted, slot: u64) -> bool {
    match config.period(slot).checked_sub(config.period(trusted.finalized_slot)) {
        Some(0) => true,
        Some(1) => !trusted.next_committee_root.is_zero(),
        _ => false,
    }
}

/// Whether the committee changes when a slot becomes final.
#[must_use]
pub const fn rotates(config: &Config<'_>, trusted: &Trusted, finalized: u64) -> bool {
    config.period(finalized) > config.period(trusted.finalized_slot)
}

/// The update that is made of an object, whether it holds or not, by the keys of the committees that are trusted.
///
/// # Errors
///
/// [`Error::NoKeys`], [`Error::Optimistic`], [`Error::Object`].
pub fn pack(
    config: &Config<'_>,
    trusted: &Trusted,
    committees: &[SyncCommittee],
    object: &Object,
    with_next_committee: bool,
) -> Result<OwnedUpdate, Error> {
    let root = signing(config, trusted, object.signature_slot());
    let signing = committees.iter().find(|committee| committee.hash_tree_root() == root);
    let signing = signing.ok_or(Error::NoKeys { root })?;
    Ok(match object {
        Object::Update(update) => OwnedUpdate::new(config, update, signing, with_next_committee)?,
        Object::Finality(update) => OwnedUpdate::from_finality_update(config, update, signing)?,
        Object::Optimistic(_) => return Err(Error::Optimistic),
    })
}

/// Root of the committee that signs in a slot. Where none is known it is the current one: the client refuses the update for its period
/// before it looks at the keys.
fn signing(config: &Config<'_>, trusted: &Trusted, slot: u64) -> B256 {
    let is_next = config.period(slot) != config.period(trusted.finalized_slot);
    match is_next && knows_signer(config, trusted, slot) {
        true => trusted.next_committee_root,
        false => trusted.current_committee_root,
    }
}

/// Whether an object brings the committee of the period after its own: as [`OwnedUpdate::new`] decides it.
pub(super) fn brings_committee(config: &Config<'_>, object: &Object) -> bool {
    let Object::Update(update) = object else { return false };
    let period = config.period(update.signature_slot);
    let slots = [update.attested_header.beacon.slot, update.finalized_header.beacon.slot];
    slots.iter().all(|slot| config.period(*slot) == period)
        && update.next_sync_committee_branch.iter().any(|node| !node.is_zero())
}

//! The bridge's client with what a prover needs beside it: the keys of the committees.

use super::outcome::{Fact, Refused};
use crate::{
    error::{Error, Result},
    objects::Object,
    refusal::refuse,
};
use alloy_primitives::B256;
use light_client::{
    beacon::{
        Client, Config, Heads, Trusted, Update,
        builder::{OwnedBootstrap, OwnedUpdate},
        spec::{LightClientBootstrap, SyncCommittee},
    },
    crypto::DefaultBls,
};
use prover::update;
use serde::{Deserialize, Serialize};

/// What the client trusts, and the committees that it trusts by their roots.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bridge {
    /// What is trusted.
    pub trusted: Trusted,
    /// The verified blocks.
    heads: Heads,
    /// The committees whose roots are trusted.
    committees: Vec<SyncCommittee>,
}

impl Bridge {
    /// Starts from a bootstrap whose block is trusted.
    pub(super) fn start(
        client: &Client<'_, DefaultBls>,
        root: &B256,
        bootstrap: &LightClientBootstrap,
        now: u64,
    ) -> Result<Self> {
        let owned = OwnedBootstrap::new(bootstrap);
        let started = client.bootstrap(&owned.as_bootstrap(), root, now);
        let (trusted, head) = started.map_err(|error| refuse("bootstrap", error))?;
        let mut heads = Heads::new();
        head.iter().for_each(|head| heads.push(head));
        Ok(Self { trusted, heads, committees: vec![bootstrap.current_sync_committee.clone()] })
    }

    /// Packs an object and takes it over. What is refused changes nothing.
    pub(super) fn take(
        &mut self,
        client: &Client<'_, DefaultBls>,
        object: &Object,
        now: u64,
    ) -> std::result::Result<Vec<Fact>, Refused> {
        let packed = self.pack(client.config(), object, true)?.encode();
        let update = Update::decode(&packed)?;
        let before = self.trusted;
        let (trusted, head) = client.update(&before, &update, now)?;
        self.trusted = trusted;
        head.iter().for_each(|head| self.heads.push(head));
        self.keep_committees(object);

        let mut facts = vec![("packed", format!("{} bytes", packed.len()))];
        if trusted.finalized_slot != before.finalized_slot {
            facts.push(("finalized_slot", trusted.finalized_slot.to_string()));
        }
        if let Some(head) = head {
            facts.push(("head", head.id().to_string()));
            facts.push(("execution_block_hash", head.block_hash().to_string()));
        }
        let period = client.config().period(trusted.finalized_slot);
        if trusted.current_committee_root != before.current_committee_root {
            let root = trusted.current_committee_root;
            facts.push(("rotated_to", format!("committee {root} of period {period}")));
        }
        let next = trusted.next_committee_root;
        if !next.is_zero() && next != before.next_committee_root {
            facts
                .push(("next_committee", format!("{next} of period {}", period.saturating_add(1))));
        }
        Ok(facts)
    }

    /// The update that is made of an object, whether it holds or not.
    pub(crate) fn pack(
        &self,
        config: &Config<'_>,
        object: &Object,
        with_next_committee: bool,
    ) -> std::result::Result<OwnedUpdate, Refused> {
        let Self { trusted, committees, .. } = self;
        Ok(update::pack(config, trusted, committees, object, with_next_committee)?)
    }

    /// Whether the state names the committee that signs in a slot.
    pub(crate) fn knows_signer(&self, config: &Config<'_>, slot: u64) -> bool {
        update::knows_signer(config, &self.trusted, slot)
    }

    /// Whether the committee changes when a slot becomes final.
    pub(crate) const fn rotates(&self, config: &Config<'_>, finalized: u64) -> bool {
        update::rotates(config, &self.trusted, finalized)
    }

    /// Keeps the keys of the committees that are trusted now.
    fn keep_committees(&mut self, object: &Object) {
        if let Object::Update(update) = object {
            self.committees.push(update.next_sync_committee.clone());
        }
        let Trusted { current_committee_root, next_committee_root, .. } = self.trusted;
        let mut due = vec![current_committee_root, next_committee_root];
        self.committees.retain(|committee| {
            let root = committee.hash_tree_root();
            let place = due.iter().position(|due| *due == root);
            place.map(|place| due.swap_remove(place)).is_some()
        });
    }

    /// What is trusted, in a few lines.
    pub(super) fn summary(&self, config: &Config<'_>) -> Vec<Fact> {
        let Trusted { finalized_slot, current_committee_root, next_committee_root, .. } =
            self.trusted;
        let mut facts = vec![
            ("finalized_slot", finalized_slot.to_string()),
            ("period", config.period(finalized_slot).to_string()),
            ("committee", current_committee_root.to_string()),
        ];
        let next = match next_committee_root.is_zero() {
            true => "unknown".to_owned(),
            false => next_committee_root.to_string(),
        };
        facts.push(("next_committee", next));
        facts.push(("head", self.trusted.latest_head.to_string()));
        facts
    }

    /// That the state is one that a client of the network could have.
    pub(super) fn verify(&self) -> Result<()> {
        let root = self.trusted.current_committee_root;
        let has_keys = self.committees.iter().any(|committee| committee.hash_tree_root() == root);
        if has_keys {
            Ok(())
        } else {
            Err(Error::input("the state", "does not hold the committee's keys"))
        }
    }
}

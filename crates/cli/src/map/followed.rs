//! A client of the chain, and what a prover needs beside it: the validators' keys.

use super::{
    extra::{Parts, places},
    keys::{G1, G2, Validator},
    network,
};
use crate::{
    error::{Error, Result},
    follow::{Fact, Refused},
    refusal::refuse,
};
use alloy_primitives::{B256, Bytes};
use light_client::{
    crypto::bn254,
    map::{
        self, Checkpoint, Config, Head, Heads, Trusted,
        builder::{self, OwnedUpdate, commitment, next_set},
    },
};
use serde::{Deserialize, Serialize};

/// A client, and the sets whose commitments it holds.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Followed {
    /// The network.
    pub network: Config,
    /// What is trusted.
    pub trusted: Trusted,
    /// The verified blocks.
    heads: Heads,
    /// The validators of the newest epochs, oldest first.
    sets: Vec<Epoch>,
}

/// The validators of an epoch.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Epoch {
    epoch: u64,
    validators: Vec<Validator>,
}

/// What a client starts from.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    /// The epoch.
    pub epoch: u64,
    /// Time of the header that brought its set.
    pub time: u64,
    /// The set.
    pub validators: Vec<Validator>,
    /// The commitment that is trusted; that of the set when nobody names one.
    pub commitment: Option<B256>,
}

impl Followed {
    /// Starts from validators that are trusted.
    pub(crate) fn start(network: Config, start: Start, now: u64) -> Result<Self> {
        let Start { epoch, time, validators, commitment: named } = start;
        let wrong = |error: map::Error| refuse("checkpoint", error);
        let keys: Vec<bn254::G1> = validators.iter().map(|one| bn254::G1(one.g1.0)).collect();
        let trusted_commitment = named.map_or_else(|| commitment(&keys), Ok).map_err(wrong)?;
        let checkpoint = Checkpoint { epoch, time, keys: &keys };
        let client = network::client(network)?;
        let trusted = client.checkpoint(&checkpoint, &trusted_commitment, now).map_err(wrong)?;
        let sets = vec![Epoch { epoch, validators }];
        Ok(Self { network, trusted, heads: Heads::new(), sets })
    }

    /// That what a file holds goes together.
    pub(crate) fn verify(&self) -> Result<()> {
        let commitment_of = |set: &Epoch| {
            let keys: Vec<bn254::G1> =
                set.validators.iter().map(|one| bn254::G1(one.g1.0)).collect();
            commitment(&keys).ok()
        };
        let belongs = |set: &Epoch| {
            let held = self.trusted.commitment(set.epoch);
            held.is_some() && commitment_of(set) == held
        };
        let has_newest = self.sets.last().is_some_and(|set| set.epoch == self.trusted.epoch);
        if has_newest && self.sets.iter().all(belongs) {
            return Ok(());
        }
        Err(Error::input("the state", "does not hold the validators whose commitments it trusts"))
    }

    /// The newest validators.
    pub(crate) fn newest(&self) -> &[Validator] {
        self.sets.last().map_or(&[], |set| &set.validators)
    }

    /// Whether the set of an epoch is held.
    pub(crate) fn holds(&self, epoch: u64) -> bool {
        self.trusted.commitment(epoch).is_some()
    }

    /// The update that is made of sealed headers, whether it holds or not, and the sets that it leads to.
    fn pack<H: AsRef<[u8]>>(
        &self,
        headers: &[H],
        aggregate: Option<&G2>,
    ) -> std::result::Result<(Bytes, Vec<Epoch>), Refused> {
        let number = headers.first().and_then(|first| Parts::read(first.as_ref()));
        let epoch = number.map_or(self.trusted.epoch, |parts| self.network.epoch(parts.number));
        // Where none is known it is the newest: the client refuses the update for its epoch before it looks at the keys.
        let found = self.sets.iter().find(|set| set.epoch == epoch);
        let validators = found.map_or_else(|| self.newest(), |set| &set.validators);
        let mut set: Vec<builder::Validator> =
            validators.iter().map(Validator::to_builder).collect();
        let (mut update, _) = OwnedUpdate::new(&self.network, &set, headers)?;
        let (mut reached, mut sets) = (validators.to_vec(), Vec::new());
        for (packed, sealed) in update.headers.iter_mut().zip(headers) {
            let Some(parts) = Parts::read(sealed.as_ref()) else { continue };
            if !knows_signers(&reached, &parts) {
                packed.key = bn254::G2(aggregate.ok_or_else(no_keys)?.0);
            }
            if !self.network.ends_epoch(parts.number) {
                continue;
            }
            set = next_set(&set, &packed.header)?;
            reached = named(&set, &reached, &parts);
            let epoch = self.network.epoch(parts.number).saturating_add(1);
            sets.push(Epoch { epoch, validators: reached.clone() });
        }
        Ok((update.encode().into(), sets))
    }

    /// The update of sealed headers, oldest first, of which all but the last end their epoch.
    pub(crate) fn update<H: AsRef<[u8]>>(
        &self,
        headers: &[H],
    ) -> std::result::Result<Bytes, Refused> {
        self.pack(headers, None).map(|(update, _)| update)
    }

    /// Takes over a sealed header. `aggregate` is the sum of the signers' keys on G2, needed when not all of these are known.
    /// What is refused changes nothing.
    pub(crate) fn take(
        &mut self,
        header: &[u8],
        aggregate: Option<&G2>,
        now: u64,
    ) -> std::result::Result<(Head, Vec<Fact>), Refused> {
        let packed = self.pack(&[header], aggregate);
        // Of an epoch whose set is not held not even the signers can be told.
        if packed.is_err()
            && let Some(epoch) = Parts::read(header).map(|parts| self.network.epoch(parts.number))
            && !self.holds(epoch)
        {
            return Err(map::Error::UnknownEpoch { epoch, expected: self.trusted.epoch }.into());
        }
        let (update, sets) = packed?;
        let client = network::client(self.network)?;
        let size = self.size_at(header);
        let (trusted, head) = client.update(&self.trusted, &update, now)?;
        let newest = self.trusted.epoch;
        self.trusted = trusted;
        self.heads.push(&head);
        self.sets.extend(sets.into_iter().filter(|set| set.epoch > newest));
        self.sets.retain(|set| self.trusted.commitment(set.epoch).is_some());
        Ok((head, self.facts(header, &head, (size, update.len()))))
    }

    /// How many validators the set of a header has.
    fn size_at(&self, header: &[u8]) -> usize {
        let epoch = Parts::read(header).map(|parts| self.network.epoch(parts.number));
        let found = self.sets.iter().find(|set| Some(set.epoch) == epoch);
        found.map_or(0, |set| set.validators.len())
    }

    /// What an accepted header says.
    fn facts(&self, header: &[u8], head: &Head, (size, packed): (usize, usize)) -> Vec<Fact> {
        let mut facts = vec![
            ("number", head.number().to_string()),
            ("block_hash", head.block_hash().to_string()),
            ("receipts_root", head.receipts_root().to_string()),
            ("epoch", self.network.epoch(head.number()).to_string()),
        ];
        let Some(Parts { number, extra, .. }) = Parts::read(header) else { return facts };
        let round = extra.seal.round.map_or_else(|| "too long".into(), |round| round.to_string());
        let signers = extra.seal.signers.count_ones();
        facts.push(("round", round));
        facts.push(("signers", format!("{signers} of {size}")));
        if self.network.ends_epoch(number) {
            let epoch = self.network.epoch(number).saturating_add(1);
            let set = self.sets.iter().find(|set| set.epoch == epoch);
            let size = set.map_or(0, |set| set.validators.len());
            let change = change(&extra.added, &places(extra.removed));
            facts.push(("next_set", format!("{size} validators of epoch {epoch}: {change}")));
            let commitment = self.trusted.commitment(epoch).unwrap_or_default();
            facts.push(("commitment", commitment.to_string()));
        }
        facts.push(("head", head.id().to_string()));
        facts.push(("packed", format!("{packed} bytes")));
        facts
    }

    /// What is trusted, in a few lines.
    pub(crate) fn summary(&self) -> Vec<Fact> {
        let Trusted { epoch, time, latest_head, .. } = self.trusted;
        vec![
            ("epoch", epoch.to_string()),
            ("time", time.to_string()),
            ("validators", self.newest().len().to_string()),
            ("commitment", self.trusted.commitment(epoch).unwrap_or_default().to_string()),
            ("head", latest_head.to_string()),
        ]
    }
}

/// A change of a set in words.
fn change(added: &[alloy_primitives::Address], removed: &[usize]) -> String {
    if added.is_empty() && removed.is_empty() {
        return "as before".into();
    }
    let mut words = Vec::new();
    if !removed.is_empty() {
        let removed: Vec<String> = removed.iter().map(usize::to_string).collect();
        words.push(format!("without {}", removed.join(", ")));
    }
    if !added.is_empty() {
        let added: Vec<String> = added.iter().map(ToString::to_string).collect();
        words.push(format!("with {}", added.join(", ")));
    }
    words.join(", ")
}

/// Whether the keys on G2 of all who signed a header are known.
fn knows_signers(set: &[Validator], parts: &Parts<'_>) -> bool {
    let signed = |place: usize| parts.extra.seal.signers.bit(place);
    set.iter().enumerate().all(|(place, one)| !signed(place) || one.g2.is_some())
}

fn no_keys() -> Refused {
    Refused::Rule {
        error: "no keys".into(),
        message: "of some who signed no key on G2 is known, nor the sum of all (agg_pk)".into(),
    }
}

/// The next set with the addresses that are known: of those that were there, and of those that a header adds.
fn named(set: &[builder::Validator], before: &[Validator], parts: &Parts<'_>) -> Vec<Validator> {
    let added = parts.extra.added.iter().zip(&parts.extra.g1_keys);
    let of_added = |g1: &G1| {
        let mut added = added.clone();
        added.find(|(_, key)| **key == g1.as_slice()).map(|(address, _)| *address)
    };
    set.iter()
        .map(|one| {
            let g1 = G1::from(one.g1.0);
            match before.iter().find(|validator| validator.g1 == g1) {
                Some(known) => known.clone(),
                None => Validator { address: of_added(&g1), g1, g2: Some(one.g2.0.into()) },
            }
        })
        .collect()
}

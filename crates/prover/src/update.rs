//! Keeps a light client fresh: from what a beacon node serves to the cheapest update that its contract takes; and from headers of a MAP
//! relay chain to one that leads on from the validators that are known ([`map()`]).

mod candidate;
pub mod map;
pub mod signed;

pub use candidate::{Candidate, knows_signer, pack, rotates};
pub use map::{PreparedMap, map};
pub use signed::{Roots, Signed, signed};

use crate::{
    BeaconNode, NodeError,
    objects::{self, Object},
};
use alloy_primitives::{B256, Bytes};
use light_client::{
    beacon::{
        self, Client, Config, Network, Trusted, Update,
        builder::{self, Cost, OSAKA, OwnedUpdate, Prices, choose},
        spec::SyncCommittee,
    },
    crypto::DefaultBls,
};

/// Why no update can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The beacon node gave no usable answer.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// Nobody has the keys of the committee that signs: the node serves none with the root that is trusted.
    #[error("no keys of the committee {root}")]
    NoKeys {
        /// Root of the committee.
        root: B256,
    },
    /// The validators that were given are not those whose commitment is trusted.
    #[error("not the validators of epoch {epoch}, whose commitment is {commitment}")]
    NoValidators {
        /// The newest epoch that is trusted.
        epoch: u64,
        /// The commitment to its set; zero when none is held.
        commitment: B256,
    },
    /// Headers of a MAP relay chain that make no update.
    #[error(transparent)]
    MapHeaders(#[from] light_client::map::builder::Error),
    /// An update of a MAP relay chain is not accepted: the contract refuses it with the same error.
    #[error(transparent)]
    MapRefused(#[from] light_client::map::Error),
    /// An object in which nothing is final.
    #[error("nothing in an optimistic update is final")]
    Optimistic,
    /// An object that does not prove what it says.
    #[error(transparent)]
    Object(#[from] builder::Error),
    /// The update is not accepted: the contract refuses it with the same error.
    #[error(transparent)]
    Refused(#[from] beacon::Error),
}

/// An update that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// As the contract takes it (UPD-1).
    pub bytes: Bytes,
    /// Slot that becomes final.
    pub finalized_slot: u64,
    /// Hash of the execution block in that slot; the body root before Capella.
    pub execution_block_hash: B256,
    /// Whether it is a head of the client afterwards: not so for an update that only brings a committee.
    pub brings_head: bool,
    /// Whether the committee of another period signs from then on.
    pub rotates: bool,
    /// What is trusted afterwards.
    pub trusted: Trusted,
    /// What it costs by the rules of Osaka. By others: [`cost`](Self::cost_by).
    pub cost: Cost,
    packed: OwnedUpdate,
    before: Trusted,
}

impl Prepared {
    /// Verifies a packed update.
    fn new(
        client: &Client<'_, DefaultBls>,
        trusted: &Trusted,
        packed: OwnedUpdate,
        now: u64,
    ) -> Result<Self, Error> {
        let (config, bytes) = (client.config(), packed.encode());
        let (next, head) = client.update(trusted, &Update::decode(&bytes)?, now)?;
        let finalized_slot = packed.pair.inner_slot;
        Ok(Self {
            bytes: bytes.into(),
            finalized_slot,
            execution_block_hash: packed.pair.execution_block_hash,
            brings_head: head.is_some(),
            rotates: rotates(config, trusted, finalized_slot),
            trusted: next,
            cost: Cost::of(config, trusted, &packed, &OSAKA),
            packed,
            before: *trusted,
        })
    }

    /// What it costs by other prices.
    #[must_use]
    pub fn cost_by(&self, network: &Network, prices: &Prices) -> Cost {
        Cost::of(&network.as_config(), &self.before, &self.packed, prices)
    }
}

/// The cheapest update that brings a client which trusts `trusted` to the newest final block that the node serves, verified at `now`
/// (Unix seconds); none when there is nothing newer, or nothing yet that is asked for.
///
/// `want_next_committee` asks for one that brings the next committee, which a client needs once in a period; where it is unknown one
/// that brings it is taken when there is one. `not_older_than_slot` asks for one that finalizes this slot or a later one. A client that is several
/// periods behind is led from period to period, by one call for each.
///
/// # Errors
///
/// [`Error`].
pub async fn beacon(
    node: &BeaconNode,
    network: &Network,
    trusted: &Trusted,
    now: u64,
    want_next_committee: bool,
    not_older_than_slot: Option<u64>,
) -> Result<Option<Prepared>, Error> {
    let config = network.as_config();
    let client = Client::new(config, DefaultBls::default())?;
    let served = collect(node, &config, trusted).await?;
    let lacks_next = trusted.next_committee_root.is_zero();
    let brings = |object: &Object| lacks_next && candidate::brings_committee(&config, object);
    let due = |candidate: &Candidate| {
        let slot = candidate.finalized_slot();
        let is_newer = slot > trusted.finalized_slot || brings(&candidate.object);
        let is_late = not_older_than_slot.is_none_or(|least| slot >= least);
        let is_wanted =
            !want_next_committee || candidate::brings_committee(&config, &candidate.object);
        is_newer
            && is_late
            && is_wanted
            && knows_signer(&config, trusted, candidate.object.signature_slot())
    };
    let mut candidates: Vec<Candidate> = served.into_iter().filter(|one| due(one)).collect();
    if candidates.is_empty() {
        return Ok(None);
    }
    let committees = committees(node, &config, trusted).await?;
    let mut refused = None;
    loop {
        // What brings the unknown committee goes first: without it the client cannot leave its period.
        let chosen = choose(&config, candidates.iter().filter(|one| brings(&one.object)));
        let Some(chosen) = chosen.or_else(|| choose(&config, &candidates)) else {
            return refused.map_or(Ok(None), Err);
        };
        let slot = chosen.finalized_slot();
        let with_next = want_next_committee || lacks_next || rotates(&config, trusted, slot);
        let packed = pack(&config, trusted, &committees, &chosen.object, with_next);
        match packed.and_then(|packed| Prepared::new(&client, trusted, packed, now)) {
            Ok(prepared) => return Ok(Some(prepared)),
            // Another one may hold; of several reasons the first is that of the best.
            Err(error) => _ = refused.get_or_insert(error),
        }
        let name = chosen.name.clone();
        candidates.retain(|one| one.name != name);
    }
}

/// What the node serves: the updates of the periods that a client can go on to, and its latest finality update. What cannot be read is
/// left out.
async fn collect(
    node: &BeaconNode,
    config: &Config<'_>,
    trusted: &Trusted,
) -> Result<Vec<Candidate>, NodeError> {
    let period = config.period(trusted.finalized_slot);
    let mut named = Vec::new();
    if let Some(answer) = node.updates(period, 2).await? {
        named.extend(objects::answer("the node's updates", &answer));
    }
    if let Some(answer) = node.finality_update().await? {
        named.extend(objects::answer("the node's finality update", &answer));
    }
    Ok(named.into_iter().filter_map(Candidate::of).collect())
}

/// The committees whose roots are trusted, as far as the node serves their keys: each has the root that is trusted.
///
/// # Errors
///
/// [`Error::Node`].
pub async fn committees(
    node: &BeaconNode,
    config: &Config<'_>,
    trusted: &Trusted,
) -> Result<Vec<SyncCommittee>, Error> {
    let mut due = vec![trusted.current_committee_root];
    due.extend(Some(trusted.next_committee_root).filter(|root| !root.is_zero()));
    let mut found = Vec::new();
    let mut keep = |committee: &SyncCommittee| {
        let root = committee.hash_tree_root();
        if let Some(place) = due.iter().position(|due| *due == root) {
            due.swap_remove(place);
            found.push(committee.clone());
        }
        due.is_empty()
    };
    // Each period's update brings the committee of the next one.
    let period = config.period(trusted.finalized_slot);
    if let Some(answer) = node.updates(period.saturating_sub(1), 2).await? {
        for named in objects::answer("the node's updates", &answer) {
            if let Ok(Object::Update(update)) = &named.object
                && keep(&update.next_sync_committee)
            {
                return Ok(found);
            }
        }
    }
    // The first period of a network has no update before it; but there are bootstraps of its blocks, that of the trusted one above all.
    let slot = trusted.finalized_slot.to_string();
    for block in [slot.as_str(), "finalized"] {
        let Some(root) = node.block_root(block).await? else { continue };
        let Some(bootstrap) = node.bootstrap(root).await? else { continue };
        if keep(&bootstrap.current_sync_committee) {
            break;
        }
    }
    Ok(found)
}

//! What committees have signed, newer than what a client trusts or not: two of one height that differ are evidence of misbehaviour.

use super::{Candidate, Error, collect, committees, knows_signer, pack};
use crate::BeaconNode;
use alloy_primitives::{B256, Bytes};
use light_client::{
    beacon::{Client, Error as Refused, IndexSet, Network, Trusted, Update, spec::SyncCommittee},
    crypto::DefaultBls,
    ssz::branch_root,
};

/// An update that was signed, as the contract takes it for evidence. It was verified, but for whether it is newer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The slot that it calls final.
    pub height: u64,
    /// Root of the beacon block that it calls final there.
    pub root: B256,
    /// Hash of the execution block in it; the body root before Capella.
    pub block_hash: B256,
    /// As the contract takes it (UPD-1).
    pub bytes: Bytes,
}

impl Signed {
    /// Verifies packed bytes at `now` (Unix seconds) as evidence is.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`].
    pub fn read(
        network: &Network,
        trusted: &Trusted,
        bytes: Bytes,
        now: u64,
    ) -> Result<Self, Error> {
        let client = Client::new(network.as_config(), DefaultBls::default())?;
        let update = Update::decode(&bytes)?;
        // One does not contradict itself; whatever else is wrong with it is said before.
        match client.misbehaviour(trusted, &update, &update, now) {
            Ok(_) | Err(Refused::NotMisbehaviour) => {}
            Err(error) => return Err(error.into()),
        }
        let root = Roots::of(&update).ok_or(Refused::NotMisbehaviour)?.finalized;
        let (height, block_hash) = (update.pair.inner_slot, update.pair.execution_block_hash);
        Ok(Self { height, root, block_hash, bytes })
    }

    /// Whether two of them freeze a client that trusts `trusted` (BCN-15).
    ///
    /// # Errors
    ///
    /// [`Error::Refused`].
    pub fn contradicts(
        &self,
        other: &Self,
        network: &Network,
        trusted: &Trusted,
        now: u64,
    ) -> Result<(), Error> {
        let client = Client::new(network.as_config(), DefaultBls::default())?;
        let (a, b) = (Update::decode(&self.bytes)?, Update::decode(&other.bytes)?);
        client.misbehaviour(trusted, &a, &b, now)?;
        Ok(())
    }
}

/// What a node serves that a committee of `trusted` has signed, but for what is known by its slot and root. What does not hold is left
/// out. `keys` are committees that were fetched before; those that are lacking are fetched and added.
///
/// # Errors
///
/// [`Error::Node`], [`Error::Refused`] for a network that is none.
pub async fn signed(
    node: &BeaconNode,
    (network, trusted): (&Network, &Trusted),
    keys: &mut Vec<SyncCommittee>,
    now: u64,
    known: impl Fn(u64, B256) -> bool + Send,
) -> Result<Vec<Signed>, Error> {
    let config = network.as_config();
    config.validate()?;
    let served = collect(node, &config, trusted).await?;
    let is_new = |candidate: &Candidate| {
        let finalized = candidate.object.finalized();
        knows_signer(&config, trusted, candidate.object.signature_slot())
            && !known(finalized.slot, finalized.hash_tree_root())
    };
    let new: Vec<Candidate> = served.into_iter().filter(is_new).collect();
    let mut found: Vec<Signed> = Vec::new();
    for candidate in new {
        let packed = match pack(&config, trusted, keys, &candidate.object, false) {
            Err(Error::NoKeys { root }) => {
                let fetched = committees(node, &config, trusted).await?;
                if fetched.iter().all(|one| one.hash_tree_root() != root) {
                    continue;
                }
                keys.clone_from(&fetched);
                pack(&config, trusted, keys, &candidate.object, false)
            }
            packed => packed,
        };
        let Ok(packed) = packed else { continue };
        let Ok(signed) = Signed::read(network, trusted, packed.encode().into(), now) else {
            continue;
        };
        if found.iter().all(|one| (one.height, one.root) != (signed.height, signed.root)) {
            found.push(signed);
        }
    }
    Ok(found)
}

/// The roots of the two headers of an update, which its branches lead to. Right when the update is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roots {
    /// What was signed.
    pub attested: B256,
    /// What is final in its state.
    pub finalized: B256,
}

impl Roots {
    /// Follows the branches; `None` when they are as long as no fork has them. Of two forks with branches of one length
    /// the indices are the same.
    #[must_use]
    pub fn of(update: &Update<'_>) -> Option<Self> {
        let pair = &update.pair;
        let inner = index(IndexSet::execution_block_hash, update.execution_branch.len())?;
        let body_root =
            branch_root(&pair.execution_block_hash, update.execution_branch, inner).ok()?;
        let finalized = pair.inner_root(&body_root);
        let outer = index(IndexSet::finality, update.finality_branch.len())?;
        let state_root = branch_root(&finalized, update.finality_branch, outer).ok()?;
        Some(Self { attested: pair.outer_root(&state_root), finalized })
    }
}

/// The index of which the branch has so many nodes.
pub fn index(of: impl Fn(IndexSet) -> u64, nodes: usize) -> Option<u64> {
    let mut indices = IndexSet::ALL.into_iter().map(of);
    indices.find(|index| index.checked_ilog2().is_some_and(|depth| depth as usize == nodes))
}

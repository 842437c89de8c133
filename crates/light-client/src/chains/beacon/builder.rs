//! What a prover sends, made from the objects that beacon nodes serve.
//!
//! A packed update cannot say of itself that a branch leads elsewhere: a client sees a signature over something else. So it is said
//! here, where the objects still name what they prove. The signature itself is left to the client.

mod choice;
mod cost;

pub use choice::{Finalizing, choose};
pub use cost::{Cost, GLAMSTERDAM, OSAKA, Prices};

use super::{
    AbsentMember, BeaconHeader, Bootstrap, Config, Pair, Update,
    spec::{
        LightClientBootstrap, LightClientFinalityUpdate, LightClientHeader, LightClientUpdate,
        SyncAggregate, SyncCommittee,
    },
};
use crate::{
    crypto::{PublicKey, Signature, arkworks},
    ssz::branch_root,
};
use alloc::vec::Vec;
use alloy_primitives::B256;

/// Why no update can be made of these objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A fork that the configuration does not have.
    #[error(transparent)]
    Config(#[from] super::Error),
    /// The signing committee is not as large as the network's committees.
    #[error("committee of {got} members, {expected} expected")]
    CommitteeSize {
        /// Members of the network's committees.
        expected: u64,
        /// Members of this one.
        got: u64,
    },
    /// There are not as many bits of participation as members.
    #[error("{got} bits of participation, {expected} expected")]
    Participation {
        /// Members of the network's committees.
        expected: u64,
        /// Bits supplied.
        got: u64,
    },
    /// The finalized header does not prove its execution block.
    #[error("execution branch does not lead to the finalized body")]
    ExecutionBranch,
    /// The finalized header is not final in the attested state.
    #[error("finality branch does not lead to the attested state")]
    FinalityBranch,
    /// The next committee is not that of the attested state.
    #[error("next committee branch does not lead to the attested state")]
    NextCommitteeBranch,
    /// The aggregate key of the committee is not a point.
    #[error("the aggregate key is not a point")]
    AggregateKey,
    /// The key of an absent member is not a point.
    #[error("key {index} of the committee is not a point")]
    Key {
        /// Position in the committee.
        index: usize,
    },
    /// The signature is not a point.
    #[error("the signature is not a point")]
    Signature,
}

/// A [`Bootstrap`] that owns its branches.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[expect(missing_docs, reason = "the fields of `Bootstrap`")]
pub struct OwnedBootstrap {
    pub header: BeaconHeader,
    pub current_committee_root: B256,
    pub current_committee_branch: Vec<B256>,
    pub execution_block_hash: B256,
    pub execution_branch: Vec<B256>,
}

impl OwnedBootstrap {
    /// The bootstrap of a consensus-spec object. Nothing is verified: the client says what is wrong with it.
    pub fn new(bootstrap: &LightClientBootstrap) -> Self {
        let header = &bootstrap.header;
        Self {
            header: header.beacon,
            current_committee_root: bootstrap.current_sync_committee.hash_tree_root(),
            current_committee_branch: bootstrap.current_sync_committee_branch.clone(),
            execution_block_hash: header.execution_block_hash().unwrap_or(header.beacon.body_root),
            execution_branch: header.block_hash_branch(),
        }
    }

    /// As the client takes it.
    pub fn as_bootstrap(&self) -> Bootstrap<'_> {
        Bootstrap {
            header: self.header,
            current_committee_root: self.current_committee_root,
            current_committee_branch: &self.current_committee_branch,
            execution_block_hash: self.execution_block_hash,
            execution_branch: &self.execution_branch,
        }
    }
}

/// An [`Update`] that owns its lists.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of `Update`")]
pub struct OwnedUpdate {
    pub signature_slot: u64,
    pub pair: Pair,
    pub aggregate_key: PublicKey,
    pub signature: Signature,
    pub finality_branch: Vec<B256>,
    pub execution_branch: Vec<B256>,
    pub next_committee: Option<OwnedNextCommittee>,
    pub absent: Vec<AbsentMember>,
    pub witness: Vec<B256>,
}

/// A [`NextCommittee`](super::NextCommittee) that owns its branch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of `NextCommittee`")]
pub struct OwnedNextCommittee {
    pub root: B256,
    pub branch: Vec<B256>,
}

impl OwnedUpdate {
    /// The update of a consensus-spec object, signed by `signing`: the committee of the signature slot's period.
    ///
    /// The next committee goes in when `with_next_committee` asks for it, the object has one, and the update lies within one
    /// period; elsewhere a client would refuse it (BCN-10).
    ///
    /// # Errors
    ///
    /// [`Error`]: the object does not prove what it says, or a key or the signature cannot be decompressed.
    pub fn new(
        config: &Config<'_>,
        update: &LightClientUpdate,
        signing: &SyncCommittee,
        with_next_committee: bool,
    ) -> Result<Self, Error> {
        let mut owned = Self::of_parts(
            config,
            &update.attested_header,
            &update.finalized_header,
            &update.finality_branch,
            &update.sync_aggregate,
            update.signature_slot,
            signing,
        )?;
        if with_next_committee && brings_next_committee(config, update) {
            let attested = &update.attested_header.beacon;
            let gindex = config.fork_at(attested.slot)?.index_set.next_committee();
            let root = update.next_sync_committee.hash_tree_root();
            let branch = unpadded(&update.next_sync_committee_branch, gindex);
            if branch_root(&root, branch, gindex) != Ok(attested.state_root) {
                return Err(Error::NextCommitteeBranch);
            }
            owned.next_committee = Some(OwnedNextCommittee { root, branch: branch.to_vec() });
        }
        Ok(owned)
    }

    /// The update of a consensus-spec object without a next committee.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn from_finality_update(
        config: &Config<'_>,
        update: &LightClientFinalityUpdate,
        signing: &SyncCommittee,
    ) -> Result<Self, Error> {
        Self::of_parts(
            config,
            &update.attested_header,
            &update.finalized_header,
            &update.finality_branch,
            &update.sync_aggregate,
            update.signature_slot,
            signing,
        )
    }

    /// Reads the packed encoding.
    ///
    /// # Errors
    ///
    /// UPD-1.
    pub fn decode(bytes: &[u8]) -> Result<Self, super::Error> {
        let update = Update::decode(bytes)?;
        let words = |nodes: &[[u8; 32]]| nodes.iter().map(B256::from).collect();
        Ok(Self {
            signature_slot: update.signature_slot,
            pair: update.pair,
            aggregate_key: update.aggregate_key,
            signature: update.signature,
            finality_branch: words(update.finality_branch),
            execution_branch: words(update.execution_branch),
            next_committee: update
                .next_committee
                .map(|next| OwnedNextCommittee { root: next.root, branch: words(next.branch) }),
            absent: update.absent.iter().collect(),
            witness: words(update.witness),
        })
    }

    /// The packed encoding: what a client and a contract take.
    ///
    /// It has no place for a branch of more than 255 nodes, more than 65535 absent members, or a next committee without a branch.
    /// Of an update that has one no client accepts what is written here.
    pub fn encode(&self) -> Vec<u8> {
        let next_committee = self.next_committee.as_ref().filter(|next| !next.branch.is_empty());
        let nodes = |branch: &[B256]| u8::try_from(branch.len()).unwrap_or(u8::MAX);
        let mut bytes = Vec::new();
        bytes.extend(self.signature_slot.to_be_bytes());
        bytes.extend(self.pair.encode());
        bytes.push(nodes(&self.finality_branch));
        bytes.push(nodes(&self.execution_branch));
        bytes.push(next_committee.map_or(0, |next| nodes(&next.branch)));
        bytes.extend(u16::try_from(self.absent.len()).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend(self.aggregate_key.0);
        bytes.extend(self.signature.0);
        bytes.extend(self.finality_branch.iter().flatten());
        bytes.extend(self.execution_branch.iter().flatten());
        if let Some(next) = next_committee {
            bytes.extend(next.root);
            bytes.extend(next.branch.iter().flatten());
        }
        for member in &self.absent {
            bytes.extend(member.index.to_be_bytes());
            bytes.extend(member.key.0);
        }
        bytes.extend(self.witness.iter().flatten());
        bytes
    }

    fn of_parts(
        config: &Config<'_>,
        attested: &LightClientHeader,
        finalized: &LightClientHeader,
        finality_branch: &[B256],
        sync_aggregate: &SyncAggregate,
        signature_slot: u64,
        signing: &SyncCommittee,
    ) -> Result<Self, Error> {
        verify_sizes(config, signing, sync_aggregate)?;
        let (outer, inner) = (&attested.beacon, &finalized.beacon);
        let finality = config.fork_at(outer.slot)?.index_set.finality();
        let (execution_block_hash, execution_branch) = execution(config, finalized)?;
        let finality_branch = unpadded(finality_branch, finality);
        if branch_root(&inner.hash_tree_root(), finality_branch, finality) != Ok(outer.state_root) {
            return Err(Error::FinalityBranch);
        }
        let Complement { aggregate_key, signature, absent, witness } =
            Complement::new(signing, sync_aggregate)?;
        Ok(Self {
            signature_slot,
            pair: Pair::new(outer, inner, execution_block_hash),
            aggregate_key,
            signature,
            finality_branch: finality_branch.to_vec(),
            execution_branch,
            next_committee: None,
            absent,
            witness,
        })
    }
}

/// A signature by a committee in the form a client verifies it: by the keys that are absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complement {
    /// The uncompressed aggregate key of the whole committee.
    pub aggregate_key: PublicKey,
    /// The uncompressed signature.
    pub signature: Signature,
    /// Who did not sign.
    pub absent: Vec<AbsentMember>,
    /// Proves the absent members under the committee root.
    pub witness: Vec<B256>,
}

impl Complement {
    /// Decompresses what is needed and proves it.
    ///
    /// # Errors
    ///
    /// [`Error::AggregateKey`], [`Error::Signature`], [`Error::Key`].
    pub fn new(committee: &SyncCommittee, aggregate: &SyncAggregate) -> Result<Self, Error> {
        let keys = committee.pubkeys();
        let positions: Vec<usize> = aggregate.absent(keys.len()).collect();
        let member = |index: &usize| -> Result<_, Error> {
            let missing = Error::Key { index: *index };
            let key = keys.get(*index).and_then(|key| arkworks::decompress_key(&key.0));
            let place = u16::try_from(*index).map_err(|_| missing)?;
            Ok(AbsentMember { index: place, key: key.ok_or(missing)? })
        };
        let signature = &aggregate.sync_committee_signature.0;
        Ok(Self {
            aggregate_key: arkworks::decompress_key(&committee.aggregate_pubkey().0)
                .ok_or(Error::AggregateKey)?,
            signature: arkworks::decompress_signature(signature).ok_or(Error::Signature)?,
            absent: positions.iter().map(member).collect::<Result<_, _>>()?,
            witness: committee.keys_tree().witness(&positions),
        })
    }
}

/// The committee and the bits of participation are as large as the network says.
fn verify_sizes(
    config: &Config<'_>,
    signing: &SyncCommittee,
    aggregate: &SyncAggregate,
) -> Result<(), Error> {
    let expected = config.committee_size;
    let members = signing.pubkeys().len() as u64;
    if members != expected {
        return Err(Error::CommitteeSize { expected, got: members });
    }
    let bits = 8 * aggregate.sync_committee_bits.len() as u64;
    if bits == expected { Ok(()) } else { Err(Error::Participation { expected, got: bits }) }
}

/// The execution block hash of a finalized header and its branch. Where no execution block is proven, the body root stands for it.
fn execution(
    config: &Config<'_>,
    finalized: &LightClientHeader,
) -> Result<(B256, Vec<B256>), Error> {
    let index_set = config.fork_at(finalized.beacon.slot)?.index_set;
    let body_root = finalized.beacon.body_root;
    if !index_set.has_execution() {
        return Ok((body_root, Vec::new()));
    }
    let block_hash = finalized.execution_block_hash().ok_or(Error::ExecutionBranch)?;
    let branch = finalized.block_hash_branch();
    match branch_root(&block_hash, &branch, index_set.execution_block_hash()) {
        Ok(root) if root == body_root => Ok((block_hash, branch)),
        _ => Err(Error::ExecutionBranch),
    }
}

/// A branch without the zeros that the specs put before it when an object is brought into the form of a later fork.
fn unpadded(branch: &[B256], gindex: u64) -> &[B256] {
    let depth = gindex.checked_ilog2().unwrap_or(0) as usize;
    let padding = branch.len().saturating_sub(depth);
    match branch.split_at_checked(padding) {
        Some((zeros, rest)) if zeros.iter().all(B256::is_zero) => rest,
        _ => branch,
    }
}

/// The object has a next committee, and signature, attested and finalized slot are of one period.
fn brings_next_committee(config: &Config<'_>, update: &LightClientUpdate) -> bool {
    let period = config.period(update.signature_slot);
    let slots = [update.attested_header.beacon.slot, update.finalized_header.beacon.slot];
    slots.iter().all(|slot| config.period(*slot) == period)
        && update.next_sync_committee_branch.iter().any(|node| !node.is_zero())
}

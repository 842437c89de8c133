//! From the libraries' types to the contracts'. Field for field; nothing is checked.

use crate::contracts::{
    Assumption,
    IBeaconLightClient::{BeaconHeader, Bootstrap, Config, Fork, IndexSet, Trusted},
    IMapLightClient, IMessageChecker,
    IMessageService::{BatchItem, BatchProof, Body, DeliveryProof},
};
use alloy_primitives::U256;
use light_client::{beacon, map};

impl From<&beacon::BeaconHeader> for BeaconHeader {
    fn from(header: &beacon::BeaconHeader) -> Self {
        Self {
            slot: header.slot,
            proposerIndex: header.proposer_index,
            parentRoot: header.parent_root,
            stateRoot: header.state_root,
            bodyRoot: header.body_root,
        }
    }
}

impl From<&beacon::Fork> for Fork {
    fn from(fork: &beacon::Fork) -> Self {
        let index_set = match fork.index_set {
            beacon::IndexSet::Altair => IndexSet::Altair,
            beacon::IndexSet::Capella => IndexSet::Capella,
            beacon::IndexSet::Deneb => IndexSet::Deneb,
            beacon::IndexSet::Electra => IndexSet::Electra,
            beacon::IndexSet::Gloas => IndexSet::Gloas,
        };
        Self { epoch: fork.epoch, version: fork.version.into(), indexSet: index_set }
    }
}

impl From<&beacon::Config<'_>> for Config {
    fn from(config: &beacon::Config<'_>) -> Self {
        Self {
            chainId: U256::from(config.chain_id),
            genesisTime: config.genesis_time,
            genesisValidatorsRoot: config.genesis_validators_root,
            secondsPerSlot: config.seconds_per_slot,
            slotsPerEpoch: config.slots_per_epoch,
            epochsPerPeriod: config.epochs_per_period,
            committeeSize: config.committee_size,
            slotsPerHistoricalRoot: config.slots_per_historical_root,
            trustingPeriod: config.trusting_period,
            forks: config.forks.iter().map(Fork::from).collect(),
        }
    }
}

impl From<&beacon::Bootstrap<'_>> for Bootstrap {
    fn from(bootstrap: &beacon::Bootstrap<'_>) -> Self {
        Self {
            header: (&bootstrap.header).into(),
            currentCommitteeRoot: bootstrap.current_committee_root,
            currentCommitteeBranch: bootstrap.current_committee_branch.to_vec(),
            executionBlockHash: bootstrap.execution_block_hash,
            executionBranch: bootstrap.execution_branch.to_vec(),
        }
    }
}

impl From<&beacon::Trusted> for Trusted {
    fn from(trusted: &beacon::Trusted) -> Self {
        Self {
            finalizedSlot: trusted.finalized_slot,
            currentCommitteeRoot: trusted.current_committee_root,
            nextCommitteeRoot: trusted.next_committee_root,
            latestHead: trusted.latest_head,
            frozenAt: trusted.frozen_at,
        }
    }
}

impl From<&map::Config> for IMapLightClient::Config {
    fn from(config: &map::Config) -> Self {
        Self {
            chainId: U256::from(config.chain_id),
            epochSize: config.epoch_size,
            forkHeight: config.fork_height,
            trustingPeriod: config.trusting_period,
        }
    }
}

impl From<&map::Checkpoint<'_>> for IMapLightClient::Checkpoint {
    fn from(checkpoint: &map::Checkpoint<'_>) -> Self {
        let keys: Vec<u8> = checkpoint.keys.iter().flat_map(|key| key.0).collect();
        Self { epoch: checkpoint.epoch, time: checkpoint.time, keys: keys.into() }
    }
}

impl From<&map::Trusted> for IMapLightClient::Trusted {
    fn from(trusted: &map::Trusted) -> Self {
        Self {
            epoch: trusted.epoch,
            time: trusted.time,
            commitment: trusted.commitment(trusted.epoch).unwrap_or_default(),
            latestHead: trusted.latest_head,
            frozenAt: trusted.frozen_at,
        }
    }
}

impl From<light_client::Assumption> for Assumption {
    /// A hub is none: no client rests on one.
    fn from(assumption: light_client::Assumption) -> Self {
        assumption.code().and_then(|code| Self::try_from(code).ok()).unwrap_or(Self::None)
    }
}

impl From<&mos::DeliveryProof> for DeliveryProof {
    fn from(proof: &mos::DeliveryProof) -> Self {
        Self {
            headId: proof.head_id,
            ancestry: proof.ancestry.clone(),
            headers: proof.headers.clone(),
            transactionIndex: proof.transaction_index,
            receiptProof: proof.receipt_proof.clone(),
            logIndex: U256::from(proof.log_index),
            nonce: proof.nonce,
            attestations: proof.attestations.clone(),
        }
    }
}

impl From<&mos::BatchItem> for BatchItem {
    fn from(item: &mos::BatchItem) -> Self {
        Self {
            transactionIndex: item.transaction_index,
            logIndex: U256::from(item.log_index),
            nonce: item.nonce,
            attestations: item.attestations.clone(),
        }
    }
}

impl From<&mos::BatchProof> for BatchProof {
    fn from(proof: &mos::BatchProof) -> Self {
        Self {
            headId: proof.head_id,
            ancestry: proof.ancestry.clone(),
            headers: proof.headers.clone(),
            nodes: proof.nodes.clone(),
            items: proof.items.iter().map(BatchItem::from).collect(),
        }
    }
}

impl From<&mos::Body> for Body {
    fn from(body: &mos::Body) -> Self {
        Self {
            nonce: body.nonce,
            sender: body.sender.clone(),
            recipient: body.recipient.clone(),
            payload: body.payload.clone(),
            attributes: body.attributes.clone(),
        }
    }
}

impl From<&mos::outcome::ExpiryProof> for IMessageChecker::ExpiryProof {
    fn from(proof: &mos::outcome::ExpiryProof) -> Self {
        Self {
            headId: proof.head_id,
            ancestry: proof.ancestry.clone(),
            headers: proof.headers.clone(),
            accountProof: proof.account_proof.clone(),
            storageProof: proof.storage_proof.clone(),
            absent: proof.absent,
            attestations: proof.attestations.clone(),
        }
    }
}

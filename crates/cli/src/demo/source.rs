//! The source chain, wrapped in a beacon chain.
//!
//! anvil has no consensus. The simulator of the test kit stands in for it: each execution block is
//! put into a beacon block of the slot that its timestamp says, with real SSZ trees, and sync
//! committees of 512 real BLS keys sign. Only the validators' behaviour is made up: all follow the
//! protocol, but for those that are absent.

use super::anvil::Anvil;
use crate::error::{Error, Result};
use alloy_primitives::{B256, Bytes};
use light_client::beacon::{
    Config, Fork, IndexSet,
    builder::{OwnedBootstrap, OwnedUpdate},
};
use prover::BlockTag;
use serde_json::Value;
use testkit::beacon::{Chain, ExecutionBlock, Network};

/// Seconds between blocks, and so between slots.
pub(super) const SLOT: u64 = 12;
/// Slots of an epoch, as on mainnet.
pub(super) const EPOCH: u64 = 32;
/// Epochs of a sync committee period: 256 on mainnet, here few enough to see a rotation.
pub(super) const PERIOD: u64 = 8;

/// Committees are derived from this.
const SEED: u64 = 2026;

/// The source chain and its consensus.
#[derive(Debug)]
pub(super) struct Source {
    /// The execution chain.
    pub anvil: Anvil,
    beacon: Chain,
    /// Number of the first block that is not wrapped yet.
    next: u64,
}

impl Source {
    /// Wraps a chain whose first block is in slot 0, with committees that serve for so many epochs.
    pub(super) async fn new(anvil: Anvil, epochs_per_period: u64) -> Result<Self> {
        let genesis_time = anvil.rpc.block_by_number(BlockTag::Earliest).await?.timestamp();
        anvil.set("anvil_setBlockTimestampInterval", SLOT.into()).await?;
        let network = Network {
            chain_id: anvil.chain_id,
            genesis_time,
            seconds_per_slot: SLOT,
            slots_per_epoch: EPOCH,
            epochs_per_period,
            forks: vec![Fork { epoch: 0, version: [6, 0, 0, 0], index_set: IndexSet::Electra }],
            ..Network::default()
        };
        // Other chains have other committees.
        let seed = SEED ^ anvil.chain_id;
        Ok(Self { anvil, beacon: Chain::new(network, seed), next: 0 })
    }

    /// The constants of the beacon chain.
    pub(super) const fn network(&self) -> &Network {
        self.beacon.network()
    }

    /// The same as a light client takes them.
    pub(super) fn config(&self) -> Config<'_> {
        self.network().config()
    }

    /// Slot of the newest block: every slot has one.
    pub(super) async fn slot(&self) -> Result<u64> {
        self.anvil.height().await
    }

    /// Mines up to a slot, and wraps all blocks up to there.
    pub(super) async fn advance_to(&mut self, slot: u64) -> Result<()> {
        let missing = slot.saturating_sub(self.slot().await?);
        if missing > 0 {
            self.anvil.mine(missing).await?;
        }
        let newest = self.anvil.height().await?;
        while self.next <= newest {
            let execution = self.execution_block(self.next).await?;
            let slot = (execution.timestamp() - self.network().genesis_time) / SLOT;
            self.beacon.propose(slot, execution).map_err(simulator)?;
            self.next += 1;
        }
        Ok(())
    }

    /// What a client starts from, and the root that its deployer has to know.
    pub(super) fn bootstrap(&self, slot: u64) -> Result<(OwnedBootstrap, B256)> {
        let bootstrap = self.beacon.bootstrap(slot).map_err(simulator)?;
        let root = bootstrap.header.hash_tree_root();
        Ok((bootstrap, root))
    }

    /// Mines until the first epoch boundary at or after `slot` is final; returns the boundary's slot.
    pub(super) async fn finalize(&mut self, slot: u64) -> Result<u64> {
        let boundary = slot.next_multiple_of(EPOCH);
        self.advance_to(boundary + 2 * EPOCH + 1).await?;
        Ok(boundary)
    }

    /// The update that finalizes the block of an epoch boundary.
    pub(super) fn update(
        &self,
        boundary: u64,
        absent: &[usize],
        with_next_committee: bool,
    ) -> Result<OwnedUpdate> {
        let update = self.beacon.finality_update(boundary, absent).map_err(simulator)?;
        if !with_next_committee {
            return Ok(update);
        }
        self.beacon.with_next_committee(update).map_err(simulator)
    }

    async fn execution_block(&self, number: u64) -> Result<ExecutionBlock> {
        const METHOD: &str = "eth_getBlockByNumber";
        let block: Value = self.anvil.rpc.request(METHOD, (format!("0x{number:x}"), false)).await?;
        let mut transactions = Vec::new();
        for hash in block["transactions"].as_array().into_iter().flatten() {
            let raw: Bytes =
                self.anvil.rpc.request("eth_getRawTransactionByHash", (hash.clone(),)).await?;
            transactions.push(raw);
        }
        let block = ExecutionBlock::from_json(&block).map_err(|e| Error::rpc(METHOD, e))?;
        Ok(block.with_transactions(transactions))
    }
}

fn simulator(error: testkit::beacon::Error) -> Error {
    Error::Demo(format!("the simulated beacon chain: {error}"))
}

//! A simulated network with committees of 32, and what its nodes serve to light clients.

use super::Folder;
use alloy_primitives::B256;
use light_client::beacon::{
    self,
    spec::{
        LightClientBootstrap, LightClientFinalityUpdate, LightClientOptimisticUpdate,
        LightClientUpdate, Object,
    },
};
use serde::Serialize;
use serde_json::{Value, json};
use testkit::beacon::{Chain, ExecutionBlock, Network};

/// Slot of the block that is trusted.
pub(crate) const TRUSTED: u64 = 8;

/// Slots that become final, one in each of three periods of 64 slots.
pub(crate) const FINAL: [u64; 3] = [16, 72, 136];

/// A chain of three periods.
pub(crate) struct Light {
    pub(crate) chain: Chain,
    pub(crate) folder: Folder,
}

impl Light {
    pub(crate) fn new() -> Self {
        Self::with(0)
    }

    /// A chain whose blocks after the trusted one are others than those of another `branch`.
    pub(crate) fn with(branch: u64) -> Self {
        let network = Network {
            slots_per_epoch: 8,
            epochs_per_period: 8,
            committee_size: 32,
            slots_per_historical_root: 64,
            ..Network::default()
        };
        let mut chain = Chain::new(network, 11);
        let mut parent = B256::ZERO;
        let signing = FINAL.map(|slot| slot + 16);
        let mut slots: Vec<u64> = FINAL.into_iter().chain(signing).collect();
        slots.push(TRUSTED);
        slots.sort_unstable();
        for slot in slots {
            let gas = if slot == TRUSTED { 0 } else { branch };
            let time = chain.network().time(slot);
            let root = B256::with_last_byte(u8::try_from(gas).expect("a small number"));
            let block = ExecutionBlock::synthetic(parent, slot, time).with_receipts_root(root);
            parent = block.hash();
            chain.propose(slot, block).expect("a block");
        }
        Self { chain, folder: Folder::new() }
    }

    pub(crate) fn root(&self) -> String {
        self.chain.block(TRUSTED).expect("a block").root().to_string()
    }

    /// A time after all of it.
    pub(crate) fn now(&self) -> String {
        self.chain.network().time(200).to_string()
    }

    pub(crate) fn bootstrap(&self) -> LightClientBootstrap {
        self.chain.light_client_bootstrap(TRUSTED).expect("a bootstrap")
    }

    pub(crate) fn update(&self, slot: u64, absent: &[usize]) -> LightClientUpdate {
        self.chain.light_client_update(slot, absent).expect("an update")
    }

    pub(crate) fn finality(&self, slot: u64, absent: &[usize]) -> LightClientFinalityUpdate {
        self.chain.light_client_finality_update(slot, absent).expect("an update")
    }

    pub(crate) fn optimistic(&self, slot: u64, absent: &[usize]) -> LightClientOptimisticUpdate {
        let LightClientFinalityUpdate { attested_header, sync_aggregate, signature_slot, .. } =
            self.finality(slot, absent);
        LightClientOptimisticUpdate { attested_header, sync_aggregate, signature_slot }
    }

    /// Hash of the execution block in a slot.
    pub(crate) fn block_hash(&self, slot: u64) -> String {
        self.chain.block(slot).expect("a block").execution().hash().to_string()
    }

    pub(crate) fn network_json(&self) -> Value {
        json!(beacon::Network::from(self.chain.network().config()))
    }

    /// Writes the SSZ of an object.
    pub(crate) fn ssz(&self, name: &str, object: &impl Object) -> String {
        text(&self.folder.write(name, object.to_ssz()))
    }

    /// Writes an object as the beacon API answers.
    pub(crate) fn json(&self, name: &str, object: &impl Serialize) -> String {
        text(&self.folder.write_json(name, &answer(object)))
    }

    /// The arguments that start from the trusted block.
    pub(crate) fn start(&self) -> Vec<String> {
        let network = text(&self.folder.write_json("network.json", &self.network_json()));
        let bootstrap = self.ssz("bootstrap.ssz", &self.bootstrap());
        let args = [
            "--network",
            &network,
            "--root",
            &self.root(),
            "--bootstrap",
            &bootstrap,
            "--now",
            &self.now(),
        ];
        args.map(str::to_owned).to_vec()
    }
}

/// An object as the beacon API answers.
pub(crate) fn answer(object: &impl Serialize) -> Value {
    json!({ "version": "electra", "data": object })
}

fn text(path: &std::path::Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}

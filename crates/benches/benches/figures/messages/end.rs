//! A chain with one end of Heliograph on it.

use super::block::{Block, network};
use crate::calldata::Calldata;
use alloy_primitives::{Address, Bytes, Log, U256, hex};
use alloy_sol_types::{SolCall, SolValue};
use bindings::{Assumption, ILightClientManager, IMessageService as service, Revert};
use std::path::{Path, PathBuf};
use testkit::evm::{Artifact, Evm, Executed, SENDER, Verdict};

/// Gas with which a recipient is called when its message does not say.
const RECIPIENT_GAS: u64 = 200_000;

/// Seconds between a notice and what it is of.
const NOTICE: u64 = 24 * 60 * 60;

/// Answers every message with the selector of `receiveMessage`, and does nothing else.
pub(super) const RECIPIENT: Address = Address::repeat_byte(0x7e);
const RECEIVES: [u8; 14] = hex!("63 2432ef26 60e0 1b 5f 52 6020 5f f3");

/// Refuses every message.
pub(super) const FAILING: Address = Address::repeat_byte(0x7f);
const FAILS: [u8; 3] = hex!("5f5ffd");

/// Calls what the first word of its calldata names with the rest of it, and answers with the gas that took, whatever came of it.
const METER: Address = Address::repeat_byte(0x9b);
const METERS: [u8; 31] = hex!(
    "602036036020" "5f37" "5a" "5f5f602036035f5f5f355af150" "5a9003" "5f52" "60205ff3"
);
const STOP: Address = Address::repeat_byte(0x58);

/// What a transaction costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    /// Bytes of its calldata.
    pub(super) bytes: usize,
    /// Before it executes anything.
    pub(super) intrinsic: u64,
    /// At least.
    pub(super) floor: u64,
    /// All of it.
    pub(super) gas: u64,
}

/// All contracts of one end, each lane of which rests on a sync committee.
pub(super) struct End {
    evm: Evm,
    folder: PathBuf,
    chain_id: u64,
    authority: Address,
    manager: Address,
    pub(super) attestors: Address,
    pub(super) service: Address,
    pub(super) checker: Address,
    pub(super) fees: Address,
    pub(super) hub: Address,
}

impl End {
    /// From the artifacts of a folder.
    pub(super) fn new(folder: &Path, chain_id: u64) -> Self {
        let mut evm = Evm::new(chain_id);
        evm.set_timestamp(network(chain_id).time(1));
        // Not ours, and not asked in anything that is measured.
        let artifact = Artifact::load("AccessManager");
        let artifact = artifact.unwrap_or_else(|error| panic!("{error}"));
        let authority = evm.deploy(&artifact, &SENDER.abi_encode());
        let mut deployed = |name: &str, arguments: Vec<u8>| {
            let artifact = Artifact::load_in(folder, name, name);
            evm.deploy(&artifact.unwrap_or_else(|error| panic!("{error}")), &arguments)
        };
        let manager = deployed("LightClientManager", authority.abi_encode());
        let attestors = deployed("Attestors", authority.abi_encode());
        let verifier = deployed("MessageVerifier", manager.abi_encode());
        let arguments = (authority, verifier, attestors, U256::from(RECIPIENT_GAS));
        let service = deployed("MessageService", arguments.abi_encode_params());
        let checker = deployed("MessageChecker", service.abi_encode());
        let fees = deployed("RelayFees", (authority, checker, NOTICE).abi_encode_params());
        let hub = deployed("MessageHub", manager.abi_encode());
        evm.etch(RECIPIENT, RECEIVES.into());
        evm.etch(FAILING, FAILS.into());
        evm.etch(METER, METERS.into());
        evm.etch(STOP, Bytes::from_static(&[0]));
        let folder = folder.to_owned();
        Self { evm, folder, chain_id, authority, manager, attestors, service, checker, fees, hub }
    }

    /// Sets the time to that of a slot.
    pub(super) fn at(&mut self, slot: u64) {
        self.evm.set_timestamp(network(self.chain_id).time(slot));
    }

    /// Makes a recipient that refused every message accept them.
    pub(super) fn repair(&mut self) {
        self.evm.etch(FAILING, RECEIVES.into());
    }

    /// Opens the lane to and from another end.
    pub(super) fn open(&mut self, other: &Self, attested: bool) {
        let call = service::setLaneCall {
            chainId: U256::from(other.chain_id),
            gateway: other.service,
            assumption: Assumption::SyncCommittee,
            attested,
        };
        self.keep(self.service, &call);
    }

    /// Follows the chain of a block, from that block on.
    pub(super) fn follow(&mut self, block: &Block) {
        let name = "BeaconLightClient";
        let artifact = Artifact::load_in(&self.folder, name, name).unwrap();
        let client = self.evm.deploy(&artifact, &block.client(self.authority));
        let call =
            ILightClientManager::setClientCall { chainId: U256::from(block.chain_id()), client };
        self.keep(self.manager, &call);
    }

    /// A transaction whose changes are kept, and what it logged.
    pub(super) fn keep(&mut self, to: Address, call: &impl SolCall) -> Vec<Log> {
        let executed = self.evm.call_commit(to, call.abi_encode());
        accepted(executed).logs
    }

    /// The same with value, which the sender is given.
    pub(super) fn pay(&mut self, to: Address, value: U256, call: &impl SolCall) -> Cost {
        let data = call.abi_encode();
        let executed = accepted(self.evm.pay(to, value, data.clone()));
        Cost::new(&data, executed.gas)
    }

    /// What a view answers.
    pub(super) fn ask<C: SolCall>(&mut self, to: Address, call: &C) -> C::Return {
        let answer = self.evm.call(to, call.abi_encode()).into_result().unwrap();
        C::abi_decode_returns(&answer).unwrap()
    }

    /// What a transaction costs. Its changes are forgotten.
    pub(super) fn cost(&mut self, to: Address, call: &impl SolCall) -> Cost {
        let data = call.abi_encode();
        let executed = accepted(self.evm.call(to, data.clone()));
        Cost::new(&data, executed.gas)
    }

    /// What the code costs that a call executes, everything being cold, up to where it ends or is refused.
    pub(super) fn execution(&mut self, to: Address, call: &impl SolCall) -> u64 {
        let data = call.abi_encode();
        self.metered(to, &data) - self.metered(STOP, &data)
    }

    /// Runs something and goes back to the state before it.
    pub(super) fn aside<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let restore = self.snapshot();
        let result = run(self);
        restore(self);
        result
    }

    /// What brings back the state as it is now.
    pub(super) fn snapshot(&mut self) -> impl FnOnce(&mut Self) + use<> {
        let state = self.evm.snapshot();
        move |end| end.evm.restore(state)
    }

    fn metered(&mut self, to: Address, data: &[u8]) -> u64 {
        let call = [to.into_word().as_slice(), data].concat();
        let answer = self.evm.call(METER, call).into_result().unwrap();
        U256::from_be_slice(&answer).saturating_to()
    }
}

impl Cost {
    fn new(data: &[u8], gas: u64) -> Self {
        let calldata = Calldata::of(data);
        let (intrinsic, floor) = (calldata.intrinsic(), calldata.floor());
        Self { bytes: data.len(), intrinsic, floor, gas }
    }
}

/// What must not be refused.
fn accepted(executed: Executed) -> Executed {
    if let Verdict::Reverted(data) = executed.verdict {
        panic!("refused: {}", Revert { data });
    }
    executed
}

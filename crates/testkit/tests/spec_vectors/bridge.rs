//! The same cases for a bridge: what carries finality goes packed to the Rust client and to the contract. Both say the same, and
//! accept whatever the stricter rules of a bridge allow.

use super::{
    archive::Case,
    cases,
    network::Setting,
    session::{Session, artifact},
    sync::{Meta, Step},
};
use alloy_primitives::{Address, B256};
use alloy_sol_types::{SolCall, SolValue};
use bindings::{IBeaconLightClient as sol, ILightClient, Revert};
use light_client::{
    beacon::{
        BeaconHeader, Client, Config, Trusted, Update,
        builder::{self, OwnedBootstrap, OwnedUpdate},
        spec::{LightClientBootstrap, LightClientUpdate, SyncCommittee},
    },
    crypto::DefaultBls,
};
use std::collections::BTreeMap;

/// What became of the updates that carry finality.
#[derive(Debug, Default, PartialEq, Eq)]
struct Verdicts {
    accepted: usize,
    refused: usize,
    /// They say that the genesis block is final, by a zero root: no packed update can.
    unpackable: usize,
    /// Of the accepted: with a head, that is, from Capella on.
    heads: usize,
    /// Of the accepted: into the next period.
    rotations: usize,
}

#[test]
fn the_bridge_takes_what_is_final_in_every_sync_case() {
    let mut session = Session::new("official sync cases");
    let mut verdicts = Verdicts::default();
    for case in cases("sync") {
        let meta: Meta = case.yaml("meta");
        let setting = Setting::of(&case, meta.genesis_validators_root);
        let network = setting.network.as_config();
        let config = Config { chain_id: 1, genesis_time: 1_600_000_000, ..network };
        Bridge::start(&case, &setting, config, &meta, &mut session).run(&mut verdicts);
    }
    session.finish();
    let expected = Verdicts { accepted: 67, refused: 21, unpackable: 44, heads: 39, rotations: 14 };
    assert_eq!(verdicts, expected);
}

/// The Rust client and the contract, side by side.
struct Bridge<'a> {
    case: &'a Case,
    setting: &'a Setting,
    client: Client<'a, DefaultBls>,
    trusted: Trusted,
    /// Committees seen, by root. A relayer has them from the nodes that it asks.
    committees: BTreeMap<B256, SyncCommittee>,
    session: &'a mut Session,
    contract: Address,
}

impl<'a> Bridge<'a> {
    fn start(
        case: &'a Case,
        setting: &'a Setting,
        config: Config<'a>,
        meta: &Meta,
        session: &'a mut Session,
    ) -> Self {
        let version = setting.version_of_digest(meta.bootstrap_fork_digest);
        let bootstrap: LightClientBootstrap = case.object("bootstrap", version);
        let committee = bootstrap.current_sync_committee.clone();
        let bootstrap = OwnedBootstrap::new(&bootstrap);
        let client = Client::new(config, DefaultBls::default()).unwrap();
        let now = config.genesis_time + config.seconds_per_slot * bootstrap.header.slot;
        let root = meta.trusted_block_root;
        let (trusted, head) = client.bootstrap(&bootstrap.as_bootstrap(), &root, now).unwrap();
        let has_execution =
            config.fork_at(bootstrap.header.slot).unwrap().index_set.has_execution();
        assert_eq!(head.is_some(), has_execution, "{case}");
        session.evm.set_timestamp(now);
        let authority = Address::repeat_byte(1);
        let bootstrap = sol::Bootstrap::from(&bootstrap.as_bootstrap());
        let arguments = (sol::Config::from(&config), bootstrap, root, authority);
        let code = artifact("BeaconLightClient");
        let contract = session.evm.deploy(&code, &arguments.abi_encode_params());
        let committees = BTreeMap::from([(committee.hash_tree_root(), committee)]);
        Self { case, setting, client, trusted, committees, session, contract }
    }

    fn run(mut self, verdicts: &mut Verdicts) {
        for step in self.case.yaml::<Vec<Step>>("steps") {
            let Some(step) = step.process_update else { continue };
            let version = self.setting.version_of_digest(step.update_fork_digest);
            let update: LightClientUpdate = self.case.object(&step.update, version);
            if !update.next_sync_committee.is_empty() {
                let next = update.next_sync_committee.clone();
                self.committees.insert(next.hash_tree_root(), next);
            }
            if update.finality_branch.iter().any(|node| !node.is_zero()) {
                self.take(&update, step.current_slot, verdicts);
            }
        }
    }

    fn take(&mut self, update: &LightClientUpdate, current_slot: u64, verdicts: &mut Verdicts) {
        let config = *self.client.config();
        let period = config.period(self.trusted.finalized_slot);
        let signature_period = config.period(update.signature_slot);
        // Where the committee is not known, that of the current period: there is no right one.
        let known = match signature_period.checked_sub(period) {
            Some(0) => Some(self.trusted.current_committee_root),
            Some(1) => Some(self.trusted.next_committee_root).filter(|root| !root.is_zero()),
            _ => None,
        };
        let signing = known.unwrap_or(self.trusted.current_committee_root);
        let packed = OwnedUpdate::new(&config, update, &self.committees[&signing], true);
        let Ok(packed) = packed else {
            // The empty header has no execution block to prove either.
            let error = packed.unwrap_err();
            let unproven = [builder::Error::FinalityBranch, builder::Error::ExecutionBranch];
            assert!(unproven.contains(&error), "{}: {error}", self.case);
            assert_eq!(update.finalized_header.beacon, BeaconHeader::default());
            verdicts.unpackable += 1;
            return;
        };
        let now = config.genesis_time + config.seconds_per_slot * current_slot;
        self.session.evm.set_timestamp(now);
        let bytes = packed.encode();
        let read = Update::decode(&bytes).unwrap();

        let proven = self.client.verify_update(&self.trusted, &read, now);
        let finalized_slot = update.finalized_header.beacon.slot;
        let news = finalized_slot > self.trusted.finalized_slot
            || (self.trusted.next_committee_root.is_zero() && packed.next_committee.is_some());
        let quorum = update.sync_aggregate.participants() as u64 >= config.quorum();
        assert_eq!(proven.is_ok(), known.is_some() && news && quorum, "{}: {proven:?}", self.case);
        if let Ok(root) = proven {
            assert_eq!(root, update.finalized_header.beacon.hash_tree_root());
        }
        let call = sol::verifyUpdateCall { encoded: bytes.clone().into() };
        let to = [self.contract];
        self.session.compare(&to, "verifyUpdate", &call, proven.map_err(Revert::from));

        let advanced = self.client.update(&self.trusted, &read, now);
        let data = sol::updateCall { encoded: bytes.into() }.abi_encode();
        let executed = self.session.evm.call_commit(self.contract, data).into_result();
        let Ok((trusted, head)) = advanced else {
            let revert = advanced.map_err(Revert::from).unwrap_err();
            assert_eq!(executed, Err(revert.data), "{}", self.case);
            verdicts.refused += 1;
            return;
        };
        let id = sol::updateCall::abi_decode_returns(&executed.unwrap()).unwrap();
        assert_eq!(id, trusted.latest_head);
        let answer = self.session.evm.call(self.contract, sol::trustedCall {}.abi_encode());
        let contract =
            sol::trustedCall::abi_decode_returns(&answer.into_result().unwrap()).unwrap();
        assert_eq!(contract, sol::Trusted::from(&trusted), "{}", self.case);
        if let Some(head) = head {
            let hash = update.finalized_header.execution_block_hash();
            assert_eq!(Some(head.block_hash()), hash);
            let call = ILightClient::headHashCall { id };
            self.session.compare(&to, "headHash", &call, Ok(head.block_hash()));
            verdicts.heads += 1;
        }
        verdicts.accepted += 1;
        verdicts.rotations += usize::from(config.period(trusted.finalized_slot) > period);
        self.trusted = trusted;
    }
}

//! MAP-1 to MAP-16, BNS-1 to BNS-3, CLI-1 to CLI-3: the client of the MAP relay chain, contract and Rust side by side.

mod lifetimes;
mod real;
mod updates;

use crate::session::{Session, artifact};
use alloy_primitives::{Address, B256, Bytes};
use alloy_sol_types::{SolCall, SolValue};
use bindings::{ILightClient, IMapLightClient as sol, Revert};
use light_client::{
    crypto::bn254::{DefaultBn254, G1},
    map::{Checkpoint, Client, Config, Head, Heads, Trusted},
};
use std::fmt::Display;
use testkit::{
    evm::Verdict,
    map::{Chain, Set},
};

/// The keys of a set as the client has them.
fn keys(set: &Set) -> Vec<G1> {
    set.keys().into_iter().map(G1).collect()
}

/// The configuration of a client of a chain.
const fn config(chain: &Chain) -> Config {
    let network = chain.network();
    Config {
        chain_id: network.chain_id,
        epoch_size: network.epoch_size,
        fork_height: network.fork_height,
        trusting_period: network.trusting_period,
    }
}

/// One client, twice.
struct Twin {
    at: Address,
    client: Client<DefaultBn254>,
    trusted: Trusted,
    heads: Heads,
    now: u64,
}

impl Twin {
    /// Deploys a client in both languages, which must agree on whether it comes to be.
    fn deploy(
        session: &mut Session,
        name: &str,
        config: Config,
        checkpoint: &Checkpoint<'_>,
        commitment: B256,
        now: u64,
    ) -> Option<Self> {
        let rust = Client::new(config, DefaultBn254::default()).and_then(|client| {
            client.checkpoint(checkpoint, &commitment, now).map(|trusted| (client, trusted))
        });
        let (sol_config, sol_checkpoint) =
            (sol::Config::from(&config), sol::Checkpoint::from(checkpoint));
        let arguments = (sol_config, sol_checkpoint, commitment).abi_encode_params();
        session.evm.set_timestamp(now);
        let executed = session.evm.create(&artifact("MapLightClient"), &arguments);
        // What a deployment returns is its code, which is not compared.
        let verdict = match executed.verdict {
            Verdict::Returned(_) => Verdict::Returned(Bytes::new()),
            verdict => verdict,
        };
        let answer =
            rust.map(|made| (Bytes::new(), made)).map_err(|error| Revert::from(error).data);
        let (answer, made) = match answer {
            Ok((answer, made)) => (Ok(answer), Some(made)),
            Err(data) => (Err(data), None),
        };
        session.record(&format!("checkpoint: {name}"), &answer, &verdict, &arguments);
        let ((client, trusted), at) = made.zip(executed.created)?;
        let twin = Self { at, client, trusted, heads: Heads::new(), now };
        twin.compare_state(session);
        Some(twin)
    }

    /// Deploys a client for a chain that starts with its set of this epoch.
    fn start(session: &mut Session, chain: &Chain, epoch: u64) -> Self {
        let (set, time) = (chain.set(epoch).unwrap(), chain.brought_at(epoch).unwrap());
        let checkpoint = Checkpoint { epoch, time, keys: &keys(set) };
        let twin =
            Self::deploy(session, "as it is", config(chain), &checkpoint, set.commitment(), time);
        twin.expect("the checkpoint of an honest chain")
    }

    /// What both say to an update that changes nothing; the Rust verdict.
    fn verify(&self, session: &mut Session, name: &str, bytes: &[u8]) -> Result<(), Revert> {
        let block = self.client.verify_update(&self.trusted, bytes, self.now);
        let block = block.map(|block| (block.number, block.hash, block.receipts_root).into());
        let block = block.map_err(Revert::from);
        let verdict = block.as_ref().map(|_| ()).map_err(Clone::clone);
        session.evm.set_timestamp(self.now);
        let call = sol::verifyUpdateCall { encoded: Bytes::copy_from_slice(bytes) };
        session.compare(&[self.at], format!("verify: {name}"), &call, block);
        verdict
    }

    /// Gives both an update and compares what becomes of their states.
    fn update(&mut self, session: &mut Session, name: &str, bytes: &[u8]) -> Result<(), Revert> {
        let rust = self.client.update(&self.trusted, bytes, self.now).map_err(Revert::from);
        let verdict = rust.as_ref().map(|_| ()).map_err(Clone::clone);
        let answer = rust.map(|(trusted, head)| {
            self.trusted = trusted;
            self.heads.push(&head);
            trusted.latest_head.abi_encode().into()
        });
        let data = sol::updateCall { encoded: Bytes::copy_from_slice(bytes) }.abi_encode();
        self.commit(session, &format!("update: {name}"), &data, answer);
        verdict
    }

    /// Gives both two updates as evidence.
    fn misbehaviour(&mut self, session: &mut Session, name: &str, a: &[u8], b: &[u8]) {
        let rust = self.client.misbehaviour(&self.trusted, a, b, self.now).map_err(Revert::from);
        let answer = rust.map(|frozen| {
            self.trusted = frozen;
            Bytes::new()
        });
        let [a, b] = [a, b].map(Bytes::copy_from_slice);
        let data = sol::submitMisbehaviourCall { a, b }.abi_encode();
        self.commit(session, &format!("misbehaviour: {name}"), &data, answer);
    }

    fn commit(
        &self,
        session: &mut Session,
        name: &impl Display,
        data: &[u8],
        answer: Result<Bytes, Revert>,
    ) {
        session.evm.set_timestamp(self.now);
        let verdict = session.evm.call_commit(self.at, data.to_vec()).verdict;
        session.record(name, &answer.map_err(|revert| revert.data), &verdict, data);
        self.compare_state(session);
    }

    /// A head that there is, or one that there is not (CLI-1 to CLI-3).
    fn head(&self, session: &mut Session, id: u64) {
        let head = self.client.head(&self.trusted, &self.heads, id, self.now).map_err(Revert::from);
        session.evm.set_timestamp(self.now);
        let hash = head.as_ref().map(Head::block_hash).map_err(Clone::clone);
        session.compare(&[self.at], "head", &ILightClient::headHashCall { id }, hash);
        let root = head.map(|head| head.receipts_root());
        session.compare(&[self.at], "receipts root", &sol::receiptsRootCall { headId: id }, root);
    }

    fn ask<C: SolCall>(&self, session: &mut Session, call: &C) -> C::Return {
        let answer = session.evm.call(self.at, call.abi_encode()).into_result().unwrap();
        C::abi_decode_returns(&answer).unwrap()
    }

    fn compare_state(&self, session: &mut Session) {
        assert_eq!(self.ask(session, &sol::trustedCall {}), sol::Trusted::from(&self.trusted));
        assert_eq!(self.ask(session, &sol::configCall {}), sol::Config::from(self.client.config()));
        let newest = self.trusted.epoch;
        for epoch in newest.saturating_sub(9)..=newest.saturating_add(1) {
            let held = self.trusted.commitment(epoch).unwrap_or_default();
            assert_eq!(self.ask(session, &sol::commitmentOfCall { epoch }), held, "epoch {epoch}");
        }
    }
}

//! One end of a lane: its contracts, and the state in Rust that has to agree with them.

use super::{
    follow::{Followed, Registry},
    recipient::{self, Accounts, RECIPIENT},
};
use crate::session::{Session, artifact};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::{SolCall, SolValue};
use bindings::{Assumption, IAttestors, ILightClientManager, IMessageService, Revert};
use light_client::{
    attestation::{Attestors, Domain, Set, Statement},
    crypto::ecdsa::K256,
};
use mos::{Checker, Context, Inbox, Lanes, Outbox, Route};
use std::collections::BTreeMap;
use testkit::{
    attestor::{Attestor, sign},
    evm::{Evm, Executed, SENDER},
    tries::{LogEntry, ReceiptEntry},
};

/// What a call has to come to: the answer and the events, or the refusal.
pub(super) type Said = Result<(Bytes, Vec<LogEntry>), Revert>;

/// In Rust, what the contracts keep.
pub(super) struct Twin {
    pub(super) outbox: Outbox,
    pub(super) inbox: Inbox,
    pub(super) checker: Checker,
}

/// A chain.
pub(super) struct End {
    pub(super) id: u64,
    pub(super) evm: Evm,
    pub(super) now: u64,
    pub(super) authority: Address,
    pub(super) manager: Address,
    pub(super) attestors: Address,
    pub(super) verifier: Address,
    pub(super) service: Address,
    pub(super) checker: Address,
    pub(super) twin: Twin,
    pub(super) clients: BTreeMap<u64, Followed>,
    pub(super) broken: bool,
    /// What has been emitted since the last block.
    pub(super) pending: Vec<ReceiptEntry>,
    /// Attestors by the chain that they attest to, and how many have to sign.
    sets: Sets,
}

type Sets = BTreeMap<u64, (Vec<Attestor>, usize)>;

impl End {
    /// A chain with every contract of the message service, and no lane.
    pub(super) fn new(id: u64) -> Self {
        let mut evm = Evm::new(id);
        let authority = evm.deploy(&artifact("AccessManager"), &SENDER.abi_encode());
        let manager = evm.deploy(&artifact("LightClientManager"), &authority.abi_encode());
        let attestors = evm.deploy(&artifact("Attestors"), &authority.abi_encode());
        let verifier = evm.deploy(&artifact("MessageVerifier"), &manager.abi_encode());
        let arguments = (authority, verifier, attestors, U256::from(200_000)).abi_encode_params();
        let service = evm.deploy(&artifact("MessageService"), &arguments);
        let checker = evm.deploy(&artifact("MessageChecker"), &service.abi_encode());
        recipient::etch(&mut evm);
        let lanes = Lanes::new(U256::from(id), service);
        let twin = Twin {
            outbox: Outbox::new(lanes.clone()),
            inbox: Inbox::new(lanes),
            checker: Checker::new(),
        };
        Self {
            id,
            evm,
            now: 0,
            authority,
            manager,
            attestors,
            verifier,
            service,
            checker,
            twin,
            clients: BTreeMap::new(),
            broken: false,
            pending: Vec::new(),
            sets: BTreeMap::new(),
        }
    }

    pub(super) fn set_time(&mut self, now: u64) {
        self.now = now;
        self.evm.set_timestamp(now);
    }

    /// A call that has to succeed.
    pub(super) fn must(&mut self, to: Address, call: &impl SolCall) -> Executed {
        let executed = self.evm.call_commit(to, call.abi_encode());
        executed.clone().into_result().unwrap();
        executed
    }

    pub(super) fn register(&mut self, chain: u64, contract: Address, client: Followed) {
        let set =
            ILightClientManager::setClientCall { chainId: U256::from(chain), client: contract };
        self.must(self.manager, &set);
        self.clients.insert(chain, client);
    }

    pub(super) fn set_lane(&mut self, chain: u64, gateway: Address, code: u8, attested: bool) {
        let chain_id = U256::from(chain);
        let assumption = Assumption::try_from(code).unwrap();
        let call =
            IMessageService::setLaneCall { chainId: chain_id, gateway, assumption, attested };
        self.must(self.service, &call);
        for lanes in [&mut self.twin.outbox.lanes, &mut self.twin.inbox.lanes] {
            lanes.set_lane(chain_id, gateway, code, attested);
        }
    }

    pub(super) fn set_route(&mut self, chain: u64, route: Route) {
        let assumption = Assumption::try_from(route.assumption).unwrap();
        let (hub_chain_id, hub) = (route.hub_chain_id, route.hub);
        let route_ = IMessageService::Route { hubChainId: hub_chain_id, hub, assumption };
        let source = U256::from(chain);
        self.must(self.service, &IMessageService::setRouteCall { sourceChainId: source, route_ });
        self.twin.inbox.lanes.set_route(source, route);
    }

    /// Names the attestors of a chain, of whom so many have to sign.
    pub(super) fn set_attestors(&mut self, chain: u64, attestors: Vec<Attestor>, threshold: usize) {
        let call = IAttestors::setAttestorsCall {
            chainId: U256::from(chain),
            attestors_: attestors.iter().map(Attestor::address).collect(),
            threshold_: U256::from(threshold),
        };
        self.must(self.attestors, &call);
        self.sets.insert(chain, (attestors, threshold));
    }

    /// Whom attestors sign for here.
    pub(super) fn domain(&self) -> Domain {
        Domain::new(U256::from(self.id), self.attestors)
    }

    /// The attestations that are due, of the first attestors.
    pub(super) fn attest(&self, chain: u64, statement: Statement, id: &B256) -> Bytes {
        self.sign(chain, &self.domain().attestation_digest(U256::from(chain), statement, id))
    }

    /// The signatures of as many attestors of a chain as have to sign.
    pub(super) fn sign(&self, chain: u64, digest: &B256) -> Bytes {
        let set = self.sets.get(&chain);
        set.map(|(attestors, threshold)| sign(&attestors[..*threshold], digest)).unwrap_or_default()
    }

    /// The attestors of all chains.
    pub(super) fn with_attestors<T>(&self, with: impl FnOnce(Attestors<'_, K256>) -> T) -> T {
        with_attestors(self.domain(), &self.sets, with)
    }

    /// Asks the state in Rust what the contracts are to be asked.
    pub(super) fn ask<T>(&mut self, ask: impl FnOnce(&mut Twin, &Context<'_>) -> T) -> T {
        let domain = self.domain();
        with_attestors(domain, &self.sets, |attestors| {
            let clients = Registry { clients: &self.clients, now: self.now };
            let context = Context { clients: &clients, attestors: &attestors, now: self.now };
            ask(&mut self.twin, &context)
        })
    }

    /// What the accounts here do when they are called.
    pub(super) fn accounts(&self) -> Accounts {
        Accounts { broken: self.broken, others: vec![self.authority, self.checker] }
    }

    pub(super) fn set_broken(&mut self, broken: bool) {
        recipient::set_broken(&mut self.evm, broken);
        self.broken = broken;
    }

    /// Some accounts here that messages may be for: most of them for the recipient.
    pub(super) fn targets(&self) -> [Address; 16] {
        let precompile = Address::left_padding_from;
        [
            [RECIPIENT; 8].as_slice(),
            &[self.service, self.manager, self.verifier, self.attestors, self.checker],
            &[Address::ZERO, precompile(&[1, 0xff]), precompile(&[2, 0])],
        ]
        .concat()
        .try_into()
        .unwrap()
    }

    /// Makes a call and compares what it comes to, with all events of the contract; what has been emitted waits for the next block.
    pub(super) fn judge(
        &mut self,
        session: &mut Session,
        name: &str,
        (to, data): (Address, Vec<u8>),
        said: Said,
    ) -> bool {
        let executed = self.evm.call_commit(to, data.clone());
        self.weigh(session, name, (to, &data), &executed, said)
    }

    /// The same of a call that has been made.
    pub(super) fn weigh(
        &mut self,
        session: &mut Session,
        name: &str,
        (to, data): (Address, &[u8]),
        executed: &Executed,
        said: Said,
    ) -> bool {
        let logs = executed.logs.iter().map(|log| LogEntry {
            address: log.address,
            topics: log.topics().to_vec(),
            data: log.data.data.to_vec(),
        });
        let logs: Vec<LogEntry> = logs.collect();
        let (answer, expected) = match said {
            Ok((answer, expected)) => (Ok(answer), expected),
            Err(revert) => (Err(revert.data), Vec::new()),
        };
        session.record(&name, &answer, &executed.verdict, data);
        let emitted: Vec<&LogEntry> = logs.iter().filter(|log| log.address == to).collect();
        assert_eq!(emitted, expected.iter().collect::<Vec<_>>(), "{name}: events");
        if !logs.is_empty() {
            let cumulative_gas_used = self.pending.len() as u64;
            self.pending.push(ReceiptEntry {
                tx_type: 2,
                success: true,
                cumulative_gas_used,
                logs,
            });
        }
        answer.is_ok()
    }

    /// What a view of a contract here answers.
    pub(super) fn view<C: SolCall>(&mut self, to: Address, call: &C) -> C::Return {
        let answer = self.evm.call(to, call.abi_encode()).into_result().unwrap();
        C::abi_decode_returns(&answer).unwrap()
    }

    /// Compares the settled bit of a nonce, and whether a message has failed.
    pub(super) fn compare_settled(&mut self, chain: u64, gateway: Address, nonce: u64, id: B256) {
        let (source, inbox) = (U256::from(chain), &self.twin.inbox);
        let rust = (inbox.is_settled(source, gateway, nonce), inbox.has_failed(&id));
        let settled =
            IMessageService::isSettledCall { sourceChainId: source, sourceGateway: gateway, nonce };
        let settled = self.view(self.service, &settled);
        let failed = self.view(self.service, &IMessageService::hasFailedCall { id });
        assert_eq!(rust, (settled, failed), "nonce {nonce} of chain {chain}");
    }
}

fn with_attestors<T>(
    domain: Domain,
    sets: &Sets,
    with: impl FnOnce(Attestors<'_, K256>) -> T,
) -> T {
    let addresses = |attestors: &[Attestor]| attestors.iter().map(Attestor::address).collect();
    let sets = sets.iter().map(|(chain, (set, k))| (U256::from(*chain), addresses(set), *k));
    let sets: Vec<(U256, Vec<Address>, usize)> = sets.collect();
    let sets = sets.iter().map(|(chain, set, k)| (*chain, Set::new(set, *k).unwrap()));
    let sets: Vec<(U256, Set<'_>)> = sets.collect();
    with(Attestors::new(domain, &sets, K256))
}

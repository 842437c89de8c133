//! Three chains, and messages that were sent from the first to the second.

use super::{
    attributes,
    block::{Block, SLOTS, network},
    end::{Cost, End, FAILING, RECIPIENT},
};
use alloy_primitives::{Address, Bytes, Log, U256, aliases::U192, keccak256};
use alloy_sol_types::SolEvent;
use bindings::{
    Assumption,
    IAttestors::{self, Statement},
    IMessageHub,
    IMessageService::{self as service, BatchProof, Body, DeliveryProof, MessageSent},
    IRelayFees,
};
use std::{mem, path::Path};
use testkit::attestor::{self, Attestor};

/// Ids of the chains: where messages are sent, where they are delivered, and the hub's.
const SOURCE: u64 = 1;
pub(super) const DESTINATION: u64 = 2;
const HUB: u64 = 3;

/// Place in its block of the receipt of the first message; the others follow. All are three nodes deep.
const FIRST: u64 = 101;

/// Between the receipts of the batch.
const STRIDE: u64 = 20;

/// Attestors, and how many of them sign.
const ATTESTORS: u64 = 5;
const THRESHOLD: usize = 3;

/// What a relay is paid.
pub(super) const FEE: U256 = U256::from_limbs([200_000_000_000_000, 0, 0, 0]);

/// What a message is for. Its nonce is its place here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    First,
    Plain,
    Limited,
    OrderedBefore,
    Ordered,
    Failing,
    Expiring,
    Cancelled,
    /// And those after it.
    Batch,
}

impl Role {
    const ALL: [Self; 8] = [
        Self::First,
        Self::Plain,
        Self::Limited,
        Self::OrderedBefore,
        Self::Ordered,
        Self::Failing,
        Self::Expiring,
        Self::Cancelled,
    ];

    pub(super) const fn nonce(self) -> u64 {
        self as u64
    }

    /// Place of its receipt.
    pub(super) const fn index(self) -> u64 {
        FIRST + self.nonce()
    }

    fn sent(self) -> service::sendMessageCall {
        let (recipient, attributes) = match self {
            Self::First | Self::Plain | Self::Batch => (RECIPIENT, Vec::new()),
            Self::Limited => (RECIPIENT, vec![attributes::min_gas_limit(100_000)]),
            Self::OrderedBefore | Self::Ordered => {
                (RECIPIENT, vec![deadline(), attributes::in_order()])
            }
            Self::Failing => (FAILING, vec![attributes::keeps_failure()]),
            Self::Expiring => (RECIPIENT, vec![deadline()]),
            Self::Cancelled => (RECIPIENT, vec![attributes::cancellable()]),
        };
        message_to(recipient, attributes)
    }
}

/// The chains and the messages.
pub(super) struct Scene {
    pub(super) source: End,
    pub(super) destination: End,
    hub: End,
    block: Block,
    hub_block: Block,
    sent: Vec<Log>,
    /// Places of the receipts of the batch.
    batch: Vec<u64>,
}

impl Scene {
    /// All messages are sent, none is delivered; each chain follows those whose messages it takes.
    pub(super) fn new(folder: &Path) -> Self {
        let mut source = End::new(folder, SOURCE);
        let mut destination = End::new(folder, DESTINATION);
        let mut hub = End::new(folder, HUB);
        source.open(&destination, false);
        destination.open(&source, false);

        let batch: Vec<u64> = (0..super::BATCH).map(|place| STRIDE * place).collect();
        let roles = Role::ALL.iter().map(|role| (*role, role.index()));
        let roles = roles.chain(batch.iter().map(|index| (Role::Batch, *index)));
        let logs: Vec<_> = roles
            .map(|(role, index)| (index, log_of(source.keep(source.service, &role.sent()))))
            .collect();
        let block = Block::new(SOURCE, SLOTS[0], &logs, keccak256("state"));
        for end in [&mut destination, &mut hub] {
            end.at(100);
            end.follow(&block);
        }

        let relay = relay(&source, block.delivery(Role::Plain.index(), Role::Plain.nonce()));
        let relayed = hub.keep(hub.hub, &relay).pop().unwrap();
        let relayed = [(Role::Plain.index(), relayed)];
        let hub_block = Block::new(HUB, SLOTS[0], &relayed, keccak256("state"));
        destination.follow(&hub_block);
        let route = service::Route {
            hubChainId: U256::from(HUB),
            hub: hub.hub,
            assumption: Assumption::SyncCommittee,
        };
        let call = service::setRouteCall { sourceChainId: source_chain(), route_: route };
        destination.keep(destination.service, &call);
        let sent = logs.into_iter().map(|(_, log)| log).collect();
        Self { source, destination, hub, block, hub_block, sent, batch }
    }

    /// Proof of a message.
    pub(super) fn proof(&self, role: Role) -> DeliveryProof {
        let proof = self.block.delivery(role.index(), role.nonce());
        assert_eq!(proof.receiptProof.len(), 3, "nodes of {role:?}");
        proof
    }

    /// Proof of the messages of the batch.
    pub(super) fn batch(&self) -> BatchProof {
        let nonces = Role::Batch.nonce()..;
        self.block.batch(&self.batch.iter().copied().zip(nonces).collect::<Vec<_>>())
    }

    /// Has the messages of the batch be sent in transactions one behind the other. Returns what there was before.
    pub(super) fn move_batch(&mut self) -> (Block, Vec<u64>) {
        let first = usize::try_from(Role::Batch.nonce()).unwrap();
        let batch: Vec<u64> = (FIRST..FIRST + super::BATCH).collect();
        let logs = batch.iter().copied().zip(self.sent[first..].iter().cloned());
        let logs: Vec<_> = logs.collect();
        let block = Block::new(SOURCE, SLOTS[0], &logs, keccak256("state"));
        self.destination.follow(&block);
        (mem::replace(&mut self.block, block), mem::replace(&mut self.batch, batch))
    }

    /// Goes back to the block before.
    pub(super) fn come_back(&mut self, (block, batch): (Block, Vec<u64>)) {
        (self.block, self.batch) = (block, batch);
    }

    /// All of a message but its lane.
    pub(super) fn body(&self, role: Role) -> Body {
        let MessageSent { sender, recipient, payload, attributes, .. } = self.event(role);
        Body { nonce: role.nonce(), sender, recipient, payload, attributes }
    }

    fn event(&self, role: Role) -> MessageSent {
        let log = &self.sent[usize::try_from(role.nonce()).unwrap()];
        MessageSent::decode_log(log).unwrap().data
    }

    /// Delivers a message, and keeps that.
    pub(super) fn deliver(&mut self, role: Role) -> Log {
        let call = deliver(self.proof(role));
        self.destination.keep(self.destination.service, &call).pop().unwrap()
    }

    /// Runs something and goes back to what the destination was before.
    pub(super) fn aside<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let restore = self.destination.snapshot();
        let result = run(self);
        restore(&mut self.destination);
        result
    }

    /// The plain message by the word of the hub.
    pub(super) fn routed_cost(&mut self) -> Cost {
        let call = service::deliverRoutedCall {
            sourceChainId: source_chain(),
            proof: self.hub_block.delivery(Role::Plain.index(), Role::Plain.nonce()),
            payee: Address::ZERO,
        };
        self.destination.cost(self.destination.service, &call)
    }

    /// The hub's transaction.
    pub(super) fn relay_cost(&mut self) -> Cost {
        let call = relay(&self.source, self.proof(Role::Plain));
        self.hub.cost(self.hub.hub, &call)
    }

    /// The plain message on a lane that asks for attestations.
    pub(super) fn attested_cost(&mut self) -> Cost {
        let attestors = Attestor::some(ATTESTORS);
        let (id, mut proof) = (self.event(Role::Plain).sendId, self.proof(Role::Plain));
        let digest = IAttestors::attestationDigestCall {
            chainId: source_chain(),
            statement: Statement::Sent,
            id,
        };
        self.aside(|scene| {
            let end = &mut scene.destination;
            let call = IAttestors::setAttestorsCall {
                chainId: source_chain(),
                attestors_: attestors.iter().map(Attestor::address).collect(),
                threshold_: U256::from(THRESHOLD),
            };
            end.keep(end.attestors, &call);
            end.open(&scene.source, true);
            let digest = end.ask(end.attestors, &digest);
            proof.attestations = attestor::sign(&attestors[..THRESHOLD], &digest);
            end.cost(end.service, &deliver(proof))
        })
    }
}

/// Has a price and a fee contract set.
pub(super) fn price(end: &mut End) {
    let price = IRelayFees::Price { baseGas: 100_000, perGas: U192::from(1_000_000_000) };
    let call =
        IRelayFees::setPriceCall { chainId: U256::from(DESTINATION), token: Address::ZERO, price };
    end.keep(end.fees, &call);
    let fees_ = end.fees;
    end.keep(end.service, &service::setFeesCall { fees_ });
}

/// A deadline after the deliveries and before the second block of the destination.
pub(super) fn deadline() -> Bytes {
    attributes::deliver_before(network(DESTINATION).time(200))
}

/// A message to the recipient that does nothing.
pub(super) fn message(attributes: Vec<Bytes>) -> service::sendMessageCall {
    message_to(RECIPIENT, attributes)
}

fn message_to(recipient: Address, attributes: Vec<Bytes>) -> service::sendMessageCall {
    // ERC-7930, version 1, eip155.
    let chain = u8::try_from(DESTINATION).unwrap();
    let recipient = [&[0, 1, 0, 0, 1, chain, 20], recipient.as_slice()].concat();
    let payload = Bytes::from(keccak256("payload"));
    service::sendMessageCall { recipient: recipient.into(), payload, attributes }
}

/// A delivery on the destination; who sends it earns the fee.
pub(super) fn deliver(proof: DeliveryProof) -> service::deliverCall {
    service::deliverCall { sourceChainId: source_chain(), proof, payee: Address::ZERO }
}

fn relay(source: &End, proof: DeliveryProof) -> IMessageHub::relayCall {
    IMessageHub::relayCall { sourceChainId: source_chain(), sourceGateway: source.service, proof }
}

pub(super) fn source_chain() -> U256 {
    U256::from(SOURCE)
}

fn log_of(logs: Vec<Log>) -> Log {
    let sent = |log: &Log| log.topics().first() == Some(&MessageSent::SIGNATURE_HASH);
    logs.into_iter().find(sent).unwrap()
}

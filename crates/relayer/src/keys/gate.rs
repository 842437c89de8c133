//! What may be signed. A pure function of the configuration, the transaction, and what was spent: it asks nobody and keeps nothing.

use crate::{
    config::{Config, Limits},
    domain::{NewOutgoing, Purpose, Reason},
};
use alloy_consensus::TxEip1559;
use alloy_primitives::{Address, Selector, TxKind, U256};
use alloy_sol_types::SolCall;
use bindings::{IBeaconLightClient, IMessageChecker, IMessageService, IRelayFees};
use std::collections::BTreeMap;

/// A contract that may be called, and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contract {
    /// The message service.
    Service,
    /// The checker.
    Checker,
    /// Where fees for deliveries are.
    Fees,
    /// A light client.
    Client,
    /// One that the operator allows beside those: it may be any of them.
    Allowed,
}

/// What a chain has cost today, and what it may still cost, without the transaction that is asked for and what it replaces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Wei that final transactions of all signers have cost today.
    pub spent: U256,
    /// Wei that the open ones of all signers may cost at most: the sum of their [`Permit::cost`].
    pub committed: U256,
    /// Open transactions of this signer.
    pub in_flight: usize,
}

/// That a transaction may be signed. Only a [`Gate`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    transaction: TxEip1559,
    cost: U256,
}

impl Permit {
    /// What may be signed.
    pub const fn transaction(&self) -> &TxEip1559 {
        &self.transaction
    }

    /// Most that it can cost, in wei: gas limit times highest price.
    pub const fn cost(&self) -> U256 {
        self.cost
    }
}

/// Why a transaction is not signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is for another chain.
    #[error("it is for chain {got}, and this is the gate of chain {chain}")]
    Chain {
        /// The gate's chain.
        chain: u64,
        /// The transaction's.
        got: u64,
    },
    /// It is not what was queued.
    #[error("its {0} is not that of what was queued")]
    Altered(&'static str),
    /// It sends ether.
    #[error("it sends {0} wei; the relayer sends none")]
    Value(U256),
    /// The contract is none that the configuration names.
    #[error("{0} is no contract that may be called; add it to limits.allow if it should be")]
    Contract(Address),
    /// The contract is another one than what it is for needs.
    #[error("{to} is not a contract that {purpose} goes to")]
    Elsewhere {
        /// The contract.
        to: Address,
        /// What it is for.
        purpose: Purpose,
    },
    /// It calls something else than what it is for.
    #[error("{purpose} does not call {selector}")]
    Call {
        /// What it is for.
        purpose: Purpose,
        /// The first four bytes; fewer are filled up with zeros.
        selector: Selector,
    },
    /// It takes too much gas.
    #[error("it takes {gas} gas; limits.gas_per_transaction is {limit}")]
    Gas {
        /// What it takes.
        gas: u64,
        /// The limit.
        limit: u64,
    },
    /// Gas is too dear.
    #[error("it bids {price} wei per gas; fees.max_fee_gwei is {limit} wei")]
    Price {
        /// What it bids.
        price: u128,
        /// The limit.
        limit: u128,
    },
    /// Its tip is more than all that it pays.
    #[error("its tip {tip} is more than all that it bids, {price} wei per gas")]
    Tip {
        /// The tip.
        tip: u128,
        /// What it bids.
        price: u128,
    },
    /// It could cost too much.
    #[error("it could cost {cost} wei; limits.ether_per_transaction is {limit} wei")]
    Transaction {
        /// What it could cost.
        cost: U256,
        /// The limit.
        limit: U256,
    },
    /// It could cost more than what was allowed for it.
    #[error("it could cost {cost} wei; {budget} wei were allowed for it")]
    Budget {
        /// What it could cost.
        cost: U256,
        /// What was allowed.
        budget: U256,
    },
    /// The day could cost too much.
    #[error("with it the day could cost {total} wei; limits.ether_per_day is {limit} wei")]
    Day {
        /// What the day could cost.
        total: U256,
        /// The limit.
        limit: U256,
    },
    /// Too many are under way.
    #[error("{count} transactions are under way; limits.in_flight is {limit}")]
    InFlight {
        /// How many.
        count: usize,
        /// The limit.
        limit: usize,
    },
}

impl Refusal {
    /// The same as a reason of what waits for it.
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Gas { .. } => Reason::Gas,
            Self::Price { .. } => Reason::PriceAboveCap,
            Self::Budget { .. } => Reason::Unprofitable,
            _ => Reason::Limit,
        }
    }

    /// Whether time alone can change it: the day ends, others are mined, gas becomes cheaper.
    pub const fn passes(&self) -> bool {
        matches!(
            self,
            Self::Price { .. }
                | Self::Transaction { .. }
                | Self::Day { .. }
                | Self::InFlight { .. }
        )
    }
}

/// What may be signed on a chain.
#[derive(Clone, Debug)]
pub struct Gate {
    chain: u64,
    contracts: BTreeMap<Address, Vec<Contract>>,
    max_fee: u128,
    limits: Limits,
}

impl Gate {
    /// The gate of a chain: the contracts that the configuration names, and its limits. `None` if it knows no such chain.
    pub fn new(config: &Config, chain: u64) -> Option<Self> {
        let (name, about) = config.chains.iter().find(|(_, about)| about.id == chain)?;
        let (limits, max_fee) = (about.limits.clone(), about.fees.max_fee());
        let mut gate = Self { chain, contracts: BTreeMap::new(), max_fee, limits };
        gate.add(Contract::Service, about.service);
        if let Some(checker) = about.checker {
            gate.add(Contract::Checker, checker);
        }
        for client in config.clients.iter().filter(|client| client.on == *name) {
            if let Some(address) = client.address {
                gate.add(Contract::Client, address);
            }
        }
        for address in &about.limits.allow {
            gate.add(Contract::Allowed, *address);
        }
        Some(gate)
    }

    /// Lets a contract be called that the configured ones name: the light client in their registry, where fees are.
    #[must_use]
    pub fn with(mut self, contract: Contract, address: Address) -> Self {
        self.add(contract, address);
        self
    }

    fn add(&mut self, contract: Contract, address: Address) {
        if !address.is_zero() {
            self.contracts.entry(address).or_default().push(contract);
        }
    }

    /// Whether a transaction of this sender may be signed for a call. One that replaces another is asked for like the first.
    ///
    /// Assumes that [`Day`] is of this chain and of now, and that what is permitted is counted in it before anything else is asked.
    ///
    /// # Errors
    ///
    /// The first [`Refusal`] in the order: what it is, where it goes, what it calls, what it costs, what the day costs.
    pub fn allow(
        &self,
        call: &NewOutgoing,
        from: Address,
        transaction: &TxEip1559,
        day: &Day,
    ) -> Result<Permit, Refusal> {
        self.is_what_was_queued(call, transaction)?;
        self.goes_where_it_may(call, from)?;
        let cost = self.costs_what_it_may(call, transaction)?;
        if let Some(limit) = self.limits.wei_per_day() {
            let total = day.spent.saturating_add(day.committed).saturating_add(cost);
            if total > limit {
                return Err(Refusal::Day { total, limit });
            }
        }
        let limit = self.limits.in_flight;
        // What fills a gap is one of those that are under way, and lets the others go on.
        if day.in_flight >= limit && call.purpose != Purpose::Nothing {
            return Err(Refusal::InFlight { count: day.in_flight, limit });
        }
        Ok(Permit { transaction: transaction.clone(), cost })
    }

    fn is_what_was_queued(
        &self,
        call: &NewOutgoing,
        transaction: &TxEip1559,
    ) -> Result<(), Refusal> {
        for got in [transaction.chain_id, call.chain] {
            if got != self.chain {
                return Err(Refusal::Chain { chain: self.chain, got });
            }
        }
        if transaction.to != TxKind::Call(call.to) {
            return Err(Refusal::Altered("recipient"));
        }
        if transaction.input != call.data {
            return Err(Refusal::Altered("calldata"));
        }
        if !transaction.access_list.is_empty() {
            return Err(Refusal::Altered("access list"));
        }
        if !transaction.value.is_zero() {
            return Err(Refusal::Value(transaction.value));
        }
        Ok(())
    }

    fn goes_where_it_may(&self, call: &NewOutgoing, from: Address) -> Result<(), Refusal> {
        let (purpose, to) = (call.purpose, call.to);
        let selector = || {
            let mut first = Selector::ZERO;
            first.iter_mut().zip(call.data.iter()).for_each(|(to, from)| *to = *from);
            first
        };
        let Some((contract, calls)) = calls(purpose) else {
            // It does nothing: to whoever sends it, without data.
            if to != from {
                return Err(Refusal::Elsewhere { to, purpose });
            }
            if !call.data.is_empty() {
                return Err(Refusal::Call { purpose, selector: selector() });
            }
            return Ok(());
        };
        let known = self.contracts.get(&to).ok_or(Refusal::Contract(to))?;
        if !known.iter().any(|known| *known == contract || *known == Contract::Allowed) {
            return Err(Refusal::Elsewhere { to, purpose });
        }
        if call.data.len() < 4 || !calls.contains(&selector().0) {
            return Err(Refusal::Call { purpose, selector: selector() });
        }
        Ok(())
    }

    fn costs_what_it_may(
        &self,
        call: &NewOutgoing,
        transaction: &TxEip1559,
    ) -> Result<U256, Refusal> {
        let (gas, limit) = (transaction.gas_limit, self.limits.gas_per_transaction);
        if gas > limit {
            return Err(Refusal::Gas { gas, limit });
        }
        let (price, limit) = (transaction.max_fee_per_gas, self.max_fee);
        if price > limit {
            return Err(Refusal::Price { price, limit });
        }
        let tip = transaction.max_priority_fee_per_gas;
        if tip > price {
            return Err(Refusal::Tip { tip, price });
        }
        let cost = U256::from(gas).saturating_mul(U256::from(price));
        if let Some(limit) = self.limits.wei_per_transaction().filter(|limit| cost > *limit) {
            return Err(Refusal::Transaction { cost, limit });
        }
        if let Some(budget) = call.budget.map(U256::from).filter(|budget| cost > *budget) {
            return Err(Refusal::Budget { cost, budget });
        }
        Ok(cost)
    }
}

/// Which contract a purpose goes to, and what it calls there; `None` if it calls nothing.
const fn calls(purpose: Purpose) -> Option<(Contract, &'static [[u8; 4]])> {
    use IMessageChecker as Checker;
    use IMessageService as Service;
    Some(match purpose {
        Purpose::Deliver => (
            Contract::Service,
            &[Service::deliverCall::SELECTOR, Service::deliverRoutedCall::SELECTOR],
        ),
        Purpose::DeliverBatch => (Contract::Service, &[Service::deliverBatchCall::SELECTOR]),
        Purpose::Retry => (Contract::Service, &[Service::retryCall::SELECTOR]),
        Purpose::Skip => (Contract::Service, &[Service::skipCall::SELECTOR]),
        Purpose::AcceptCancellation => {
            (Contract::Service, &[Service::acceptCancellationCall::SELECTOR])
        }
        // All families of light clients share these two.
        Purpose::UpdateClient => (Contract::Client, &[IBeaconLightClient::updateCall::SELECTOR]),
        Purpose::Evidence => {
            (Contract::Client, &[IBeaconLightClient::submitMisbehaviourCall::SELECTOR])
        }
        Purpose::Acknowledge => (Contract::Checker, &[Checker::acknowledgeCall::SELECTOR]),
        Purpose::ProveExpired => (Contract::Checker, &[Checker::proveExpiredCall::SELECTOR]),
        Purpose::ProveCancelled => (Contract::Checker, &[Checker::proveCancelledCall::SELECTOR]),
        Purpose::ReleaseFee => (Contract::Fees, &[IRelayFees::releaseCall::SELECTOR]),
        Purpose::Nothing => return None,
    })
}

//! Which nonce a message has. Its event does not say; its id binds it, with the lane.

use super::events::Sent;
use crate::domain::SentMessage;
use alloy_primitives::{Address, U256};
use mos::{EvmAddress, Lane};
use std::collections::{BTreeMap, BTreeSet};

/// Nonces that are tried above and below the next one before the contract is asked how many there are.
const NEAR: u64 = 4096;

/// What is known of lanes without asking anyone: it grows by what is read, and is forgotten when the process ends.
#[derive(Clone, Debug, Default)]
pub(super) struct Lanes {
    /// By chain: gateways at its end, now or before.
    gateways: BTreeMap<u64, BTreeSet<Address>>,
    /// By chain: the nonce that comes next.
    next: BTreeMap<u64, u64>,
}

impl Lanes {
    /// A gateway is, or was, at the end of a lane.
    pub(super) fn gateway(&mut self, chain: u64, gateway: Address) {
        if !gateway.is_zero() {
            self.gateways.entry(chain).or_default().insert(gateway);
        }
    }

    /// The nonce that comes next on a lane, once it is known.
    pub(super) fn next(&self, chain: u64) -> Option<u64> {
        self.next.get(&chain).copied()
    }

    /// A nonce comes next on a lane.
    pub(super) fn expect(&mut self, chain: u64, next: u64) {
        self.next.insert(chain, next);
    }

    /// Forgets what comes next: what was read last may be orphaned.
    pub(super) fn forget(&mut self) {
        self.next.clear();
    }

    /// The lanes that nonces were seen on.
    pub(super) fn chains(&self) -> BTreeSet<u64> {
        self.next.keys().chain(self.gateways.keys()).copied().collect()
    }

    /// The message with the nonce that its id binds: the next one, one above it, one below it. `count` is how many the contract has sent,
    /// if it was asked.
    pub(super) fn bind(
        &self,
        source: u64,
        service: Address,
        sent: &Sent,
        count: Option<u64>,
    ) -> Option<SentMessage> {
        let destination = destination(sent)?;
        let next = self.next(destination).unwrap_or_default();
        let above = next..next.saturating_add(NEAR).max(count.unwrap_or_default());
        let below = match count {
            Some(_) => 0..next,
            None => next.saturating_sub(NEAR)..next,
        };
        let gateways = self.gateways.get(&destination)?;
        let mut body = sent.body.clone();
        let lane = |gateway: &Address| Lane {
            source_chain_id: U256::from(source),
            source_gateway: service,
            destination_chain_id: U256::from(destination),
            destination_gateway: *gateway,
        };
        for nonce in above.chain(below.rev()) {
            body.nonce = nonce;
            if gateways.iter().any(|gateway| body.on(lane(gateway)).id() == sent.id) {
                return Some(SentMessage { gateway: service, destination, body });
            }
        }
        None
    }
}

/// The chain that a message goes to, if it has a number that chains have.
pub(super) fn destination(sent: &Sent) -> Option<u64> {
    let recipient = EvmAddress::decode(&sent.body.recipient).ok()?;
    u64::try_from(recipient.chain_id()).ok()
}

/// Nonces of a lane that are missing: the contract has sent them, and they were not seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// The chain that they go to.
    pub(super) destination: u64,
    /// Those that are missing.
    pub(super) missing: BTreeSet<u64>,
    /// The next block that is looked at again.
    pub(super) at: u64,
    /// The first block that they can be in.
    pub(super) from: u64,
    /// When it is looked at again from the start, after it was looked at to the end.
    pub(super) again_at: Option<crate::clock::Millis>,
}

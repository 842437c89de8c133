//! Amounts in the units that programs count in.

use super::{Fees, Limits, Rpc};
use alloy_primitives::{
    U256,
    utils::{ParseUnits, parse_units},
};

impl Limits {
    /// Most that all signers spend a day, in wei; `None` is no limit.
    pub fn wei_per_day(&self) -> Option<U256> {
        limit(self.ether_per_day)
    }

    /// Most that one transaction may cost, in wei; `None` is no limit.
    pub fn wei_per_transaction(&self) -> Option<U256> {
        limit(self.ether_per_transaction)
    }
}

impl Fees {
    /// Most per gas, in wei.
    pub fn max_fee(&self) -> u128 {
        wei(self.max_fee_gwei, 9).saturating_to()
    }

    /// Least tip per gas, in wei.
    pub fn min_tip(&self) -> u128 {
        wei(self.min_tip_gwei, 9).saturating_to()
    }
}

impl Rpc {
    /// How many endpoints have to agree: what is configured, or more than half of all that are configured.
    pub fn needed(&self) -> usize {
        self.quorum.unwrap_or(self.endpoints.len() / 2 + 1)
    }
}

fn limit(ether: f64) -> Option<U256> {
    (ether > 0.0).then(|| wei(ether, 18))
}

/// A decimal amount as it was written, not the binary number next to it. What is no amount is nothing: that spends least.
fn wei(amount: f64, decimals: u8) -> U256 {
    let parsed = parse_units(&amount.to_string(), decimals);
    parsed.ok().filter(|units| !units.is_negative()).map_or(U256::ZERO, ParseUnits::get_absolute)
}

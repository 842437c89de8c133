//! What is bid for gas, and when no more is bid.
//!
//! Prices are wei per gas. Every bid is bounded three times over: by the operator's highest price, by a multiple of the first bid, and
//! by what the whole transaction may cost. The last raise below the highest price is kept for the transaction that does nothing, so that
//! a call which is no longer wanted can always be outbid.

use crate::{
    config,
    domain::{Bid, Reason},
};

/// Gas of a transaction that does nothing.
pub const NOTHING_GAS: u64 = 21_000;

/// Most signed forms of one transaction, whatever the operator allows.
pub const MAX_BIDS: usize = 32;

/// Least raise that nodes take, in per cent. Geth, Reth, Erigon, Nethermind and Besu ask for 10 on both fields.
const NODES_WANT_PERCENT: u128 = 10;

/// What a transaction offers per gas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Price {
    /// Most, with the part that is burnt.
    pub max_fee: u128,
    /// Of that to whoever builds the block.
    pub tip: u128,
}

impl From<&Bid> for Price {
    fn from(bid: &Bid) -> Self {
        Self { max_fee: bid.max_fee, tip: bid.tip }
    }
}

/// What gas costs now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Market {
    /// Base fee of the next block.
    pub base_fee: u128,
    /// What nodes suggest on top of it.
    pub tip: u128,
}

/// The operator's bounds, in wei and per cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Most per gas.
    pub max_fee: u128,
    /// Most that a call is raised to, in per mille of its first bid.
    pub max_raise: u128,
    /// How much more a replacement bids, in per cent.
    pub bump_percent: u128,
    /// Least tip.
    pub min_tip: u128,
}

impl Caps {
    /// The bounds of a configuration. What is not a number or below zero is zero; a raise that nodes would not take is made one that
    /// they take.
    pub fn new(fees: &config::Fees) -> Self {
        Self {
            max_fee: fees.max_fee(),
            max_raise: per_mille(fees.max_raise).max(1000),
            bump_percent: u128::from(fees.bump_percent).max(NODES_WANT_PERCENT),
            min_tip: fees.min_tip(),
        }
    }

    /// The highest price of a call: one raise below the highest of all, so that nothing can still outbid it.
    pub const fn call_ceiling(&self) -> u128 {
        // Less two: what a raise is rounded up by at most.
        self.max_fee.saturating_sub(2).saturating_mul(100) / (100 + self.bump_percent)
    }

    /// The least that replaces a bid. Always more than it, also where the percentage of it rounds to nothing.
    pub const fn raised(&self, last: Price) -> Price {
        Price { max_fee: self.raise(last.max_fee), tip: self.raise(last.tip) }
    }

    const fn raise(&self, amount: u128) -> u128 {
        amount
            .saturating_add(amount.saturating_mul(self.bump_percent).div_ceil(100))
            .saturating_add(1)
    }
}

/// What a transaction may cost in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purse {
    /// Its gas limit.
    pub gas: u64,
    /// Most that it is worth, in wei.
    pub worth: Option<u128>,
    /// Most that the operator lets one transaction cost, in wei.
    pub limit: Option<u128>,
}

impl Purse {
    /// That of a transaction that does nothing. No limit but the highest price: a nonce that is left open would block all behind it.
    pub const NOTHING: Self = Self { gas: NOTHING_GAS, worth: None, limit: None };

    /// The highest price that it can pay, and the reason to give when that is too little.
    fn ceiling(&self, caps: u128) -> (u128, Reason) {
        let per_gas = |wei: u128| wei / u128::from(self.gas.max(1));
        let mut lowest = (caps, Reason::PriceAboveCap);
        for (bound, reason) in [(self.limit, Reason::Limit), (self.worth, Reason::Unprofitable)] {
            if let Some(wei) = bound
                && per_gas(wei) < lowest.0
            {
                lowest = (per_gas(wei), reason);
            }
        }
        lowest
    }
}

/// Why nothing is bid: what gas costs, and the most that may be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("gas costs {price} wei and {ceiling} is the most that may be paid ({reason})")]
pub struct TooDear {
    /// What would have to be bid.
    pub price: u128,
    /// The most that may be.
    pub ceiling: u128,
    /// Which bound it is: [`Reason::PriceAboveCap`], [`Reason::Limit`] or [`Reason::Unprofitable`].
    pub reason: Reason,
}

/// The first bid of a call: twice the base fee and a tip, so that it holds for some five full blocks, as far as the bounds go.
///
/// # Errors
///
/// [`TooDear`] while the next block costs more than the bounds allow. Then no nonce is taken.
pub fn first(market: Market, caps: &Caps, purse: &Purse) -> Result<Price, TooDear> {
    open(market, caps, purse.ceiling(caps.call_ceiling()))
}

/// The first bid of a transaction that does nothing, for a nonce at which `last` is bid if anything is. Its bound is the highest price.
///
/// # Errors
///
/// [`TooDear`] while the next block costs more than that, or what is there cannot be outbid.
pub fn nothing(market: Market, caps: &Caps, last: Option<Price>) -> Result<Price, TooDear> {
    let ceiling = (caps.max_fee, Reason::PriceAboveCap);
    match last {
        None => open(market, caps, ceiling),
        Some(last) => above(last, market, caps, ceiling),
    }
}

/// The next bid of a transaction of which `first` and `last` are bid, out of `bids`.
///
/// # Errors
///
/// [`TooDear`] when the next raise is above a bound, or all bids are used: the transaction stays with what it bids.
pub fn next(
    bids: (Price, Price, usize),
    market: Market,
    caps: &Caps,
    purse: Option<&Purse>,
) -> Result<Price, TooDear> {
    let (first, last, count) = bids;
    // What does nothing is not bound to its first bid, which is one step below the cap already when it cancels a call.
    let ceiling = purse.map_or((caps.max_fee, Reason::PriceAboveCap), |purse| {
        let relative = first.max_fee.saturating_mul(caps.max_raise) / 1000;
        purse.ceiling(caps.call_ceiling().min(relative))
    });
    if count >= MAX_BIDS {
        let price = caps.raised(last).max_fee;
        return Err(TooDear { price, ceiling: last.max_fee, reason: Reason::PriceAboveCap });
    }
    above(last, market, caps, ceiling)
}

/// A bid where nothing is bid yet.
fn open(market: Market, caps: &Caps, (ceiling, reason): (u128, Reason)) -> Result<Price, TooDear> {
    let least = market.base_fee.saturating_add(caps.min_tip);
    if least > ceiling {
        return Err(TooDear { price: least, ceiling, reason });
    }
    Ok(wanted(market, caps, ceiling))
}

/// A bid that replaces `last`.
fn above(
    last: Price,
    market: Market,
    caps: &Caps,
    (ceiling, reason): (u128, Reason),
) -> Result<Price, TooDear> {
    let least = caps.raised(last);
    if least.max_fee > ceiling {
        return Err(TooDear { price: least.max_fee, ceiling, reason });
    }
    let wanted = wanted(market, caps, ceiling);
    let max_fee = wanted.max_fee.max(least.max_fee);
    // Of the least raise the tip is no more than the whole, since it was not before.
    Ok(Price { max_fee, tip: wanted.tip.max(least.tip).min(max_fee) })
}

/// What the market asks for, as far as the ceiling goes.
fn wanted(market: Market, caps: &Caps, ceiling: u128) -> Price {
    let tip = market.tip.max(caps.min_tip);
    let max_fee = market.base_fee.saturating_mul(2).saturating_add(tip).min(ceiling);
    Price { max_fee, tip: tip.min(max_fee) }
}

/// Whether a bid can be in the next block at all.
pub const fn pays(bid: Price, market: Market) -> bool {
    bid.max_fee >= market.base_fee
}

/// Most that a transaction costs at a price.
pub const fn cost(gas: u64, price: Price) -> u128 {
    (gas as u128).saturating_mul(price.max_fee)
}

/// A multiple in per mille. What is below zero, or not a number, is 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float to integer saturates"
)]
fn per_mille(multiple: f64) -> u128 {
    (multiple * 1000.0).round() as u128
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GWEI: u128 = 1_000_000_000;

    fn caps() -> Caps {
        Caps::new(&config::Fees::default())
    }

    fn gwei(amount: u128) -> u128 {
        amount * GWEI
    }

    const FREE: Purse = Purse { gas: 100_000, worth: None, limit: None };

    #[test]
    fn reads_the_bounds_of_a_configuration() {
        let want =
            Caps { max_fee: gwei(200), max_raise: 10_000, bump_percent: 15, min_tip: 10_000_000 };
        assert_eq!(caps(), want);
        let odd = config::Fees {
            max_fee_gwei: -1.0,
            max_raise: f64::NAN,
            bump_percent: 3,
            ..config::Fees::default()
        };
        let want = Caps { max_fee: 0, max_raise: 1000, bump_percent: 10, min_tip: 10_000_000 };
        assert_eq!(Caps::new(&odd), want);
    }

    #[test]
    fn bids_twice_the_base_fee_and_the_tip() {
        let market = Market { base_fee: gwei(20), tip: gwei(1) };
        let bid = first(market, &caps(), &FREE);
        assert_eq!(bid, Ok(Price { max_fee: gwei(41), tip: gwei(1) }));
    }

    #[test]
    fn l6_holds_while_gas_is_dearer_than_the_cap() {
        let caps = caps();
        let market = Market { base_fee: gwei(174), tip: gwei(1) };
        let price = gwei(174) + caps.min_tip;
        let ceiling = (gwei(200) - 2) * 100 / 115;
        let dear = TooDear { price, ceiling, reason: Reason::PriceAboveCap };
        assert_eq!(first(market, &caps, &FREE), Err(dear));
        let below = Market { base_fee: gwei(173), tip: gwei(5) };
        assert_eq!(first(below, &caps, &FREE), Ok(Price { max_fee: ceiling, tip: gwei(5) }));
    }

    #[test]
    fn l6_names_the_bound_that_is_in_the_way() {
        let market = Market { base_fee: gwei(20), tip: gwei(1) };
        let worth = Purse { worth: Some(gwei(10) * 100_000), ..FREE };
        let dear = first(market, &caps(), &worth).unwrap_err();
        assert_eq!((dear.ceiling, dear.reason), (gwei(10), Reason::Unprofitable));
        let limit = Purse { limit: Some(gwei(9) * 100_000), ..worth };
        let dear = first(market, &caps(), &limit).unwrap_err();
        assert_eq!((dear.ceiling, dear.reason), (gwei(9), Reason::Limit));
    }

    #[test]
    fn raises_both_fields_and_stops_at_the_multiple_of_the_first_bid() {
        let caps = Caps { max_raise: 2000, ..caps() };
        let market = Market { base_fee: gwei(5), tip: 0 };
        let start = Price { max_fee: gwei(10), tip: 0 };
        let mut last = start;
        let mut bids = 1;
        let dear = loop {
            match next((start, last, bids), market, &caps, Some(&FREE)) {
                Ok(price) => {
                    assert!(price.max_fee >= last.max_fee * 110 / 100 && price.tip > last.tip);
                    assert!(price.max_fee <= gwei(20));
                    last = price;
                    bids += 1;
                }
                Err(dear) => break dear,
            }
        };
        // 1.15^4 < 2 < 1.15^5
        assert_eq!((bids, dear.ceiling, dear.reason), (5, gwei(20), Reason::PriceAboveCap));
    }

    #[test]
    fn l6_stops_when_all_bids_are_used() {
        let last = Price { max_fee: 1000, tip: 10 };
        let market = Market { base_fee: 100, tip: 0 };
        let dear = next((last, last, MAX_BIDS), market, &caps(), Some(&FREE)).unwrap_err();
        assert_eq!(dear, TooDear { price: 1151, ceiling: 1000, reason: Reason::PriceAboveCap });
        assert!(next((last, last, MAX_BIDS - 1), market, &caps(), Some(&FREE)).is_ok());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        /// Whatever the market does: bids are within all bounds, each replaces the one before by the rules of nodes, and a transaction
        /// that does nothing can outbid the highest of them.
        #[test]
        fn l6_bids_stay_in_their_bounds_and_can_be_cancelled(
            cap in 1u128..1_000_000_000_000,
            raise in 1000u128..20_000,
            bump in 10u128..50,
            min_tip in 0u128..1_000_000_000,
            gas in 21_000u64..12_000_000,
            worth in proptest::option::of(0u128..10_000_000_000_000_000_000),
            markets in proptest::collection::vec((0u128..2_000_000_000_000, 0u128..100_000_000_000), 1..50),
        ) {
            let caps = Caps { max_fee: cap, max_raise: raise, bump_percent: bump, min_tip };
            let purse = Purse { gas, worth, limit: None };
            let mut bids: Vec<Price> = Vec::new();
            for (base_fee, tip) in markets {
                let market = Market { base_fee, tip };
                let bid = match (bids.first(), bids.last()) {
                    (Some(start), Some(last)) => next((*start, *last, bids.len()), market, &caps, Some(&purse)),
                    _ => first(market, &caps, &purse),
                };
                let Ok(bid) = bid else { continue };
                if bids.is_empty() {
                    prop_assert!(bid.max_fee >= base_fee);
                }
                if let Some(last) = bids.last() {
                    prop_assert!(bid.max_fee * 100 >= last.max_fee * 110 && bid.max_fee > last.max_fee);
                    prop_assert!(bid.tip * 100 >= last.tip * 110 && bid.tip > last.tip);
                }
                bids.push(bid);
                prop_assert!(bid.tip <= bid.max_fee && bid.max_fee <= cap);
                prop_assert!(bid.max_fee * 1000 <= bids[0].max_fee * raise);
                prop_assert!(worth.is_none_or(|worth| cost(gas, bid) <= worth));
                prop_assert!(bids.len() <= MAX_BIDS);
                let cancel = nothing(market, &caps, Some(bid));
                prop_assert!(cancel.is_ok_and(|it| it.max_fee <= cap && it.max_fee * 100 >= bid.max_fee * 110), "{cancel:?}");
            }
        }
    }
}

//! When a light client is updated. No chain is asked here.

use crate::config;
use std::fmt;

/// What is known of a light client, in the time of the chain that it is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Time of that chain's newest block, in Unix seconds.
    pub now: u64,
    /// Since when it can be used: time of the state that it trusts.
    pub trusted_since: u64,
    /// Last time at which it can be used; `None` for one that never expires.
    pub expires: Option<u64>,
    /// Number and time of the block of its newest head; `None` before the first.
    pub head: Option<(u64, u64)>,
    /// From when on it has to learn of the committee that signs next; `None` when it knows it.
    pub needs_committee: Option<u64>,
}

/// What waits for a light client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many messages.
    pub count: u64,
    /// The block, of the followed chain, from which on a head helps all of them.
    pub highest: u64,
}

/// Why a light client is updated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Messages wait for it.
    Demand(u64),
    /// Its newest head is older than the operator wants.
    Age(u64),
    /// So much of its trusting period has passed, in per cent.
    Expiry(u64),
    /// The next committee signs soon, and it does not know it.
    Rotation,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Demand(1) => f.write_str("a message waits for it"),
            Self::Demand(count) => write!(f, "{count} messages wait for it"),
            Self::Age(seconds) => write!(f, "its newest head is {seconds} s old"),
            Self::Expiry(percent) => write!(f, "{percent} % of its trusting period have passed"),
            Self::Rotation => {
                f.write_str("the committee changes soon, and it does not know the next one")
            }
        }
    }
}

/// Whether a light client is updated now that `final_block` of the followed chain is final: by the first reason that there is. What keeps
/// it alive comes first.
#[must_use]
pub fn decide(
    rules: &config::Keeper,
    standing: &Standing,
    waiting: Waiting,
    final_block: u64,
) -> Option<Why> {
    if !rules.enabled {
        return None;
    }
    let Standing { now, trusted_since, expires, head, needs_committee } = *standing;
    if let Some(expires) = expires {
        let period = expires.saturating_sub(trusted_since).max(1);
        let passed = now.saturating_sub(trusted_since);
        let percent = passed.saturating_mul(100) / period;
        if percent >= share(rules.expiry_fraction) {
            return Some(Why::Expiry(percent));
        }
    }
    if needs_committee.is_some_and(|from| now >= from) {
        return Some(Why::Rotation);
    }
    let (number, time) = head.unwrap_or_default();
    let is_newer = head.is_none() || final_block > number;
    // Those whose block is known already are about to go on. An update that not all of the others are helped by is soon followed by
    // another one.
    let lacks = head.is_none_or(|(number, _)| number < waiting.highest);
    let helps = waiting.count > 0 && is_newer && lacks && final_block >= waiting.highest;
    if rules.on_demand && helps {
        return Some(Why::Demand(waiting.count));
    }
    let age = now.saturating_sub(time);
    if rules.max_age_seconds != 0 && is_newer && age > rules.max_age_seconds {
        return Some(Why::Age(age));
    }
    None
}

/// A fraction in per cent; half where it is none between 0 and 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is between 1 and 95"
)]
fn share(fraction: f64) -> u64 {
    let fraction = if fraction > 0.0 && fraction < 1.0 { fraction } else { 0.5 };
    (fraction * 100.0).clamp(1.0, 95.0) as u64
}

#[cfg(test)]
mod tests {
    use super::{Standing, Waiting, Why, decide};
    use crate::config::Keeper;
    use proptest::prelude::*;

    const FRESH: Standing = Standing {
        now: 1_000,
        trusted_since: 900,
        expires: Some(1_000_900),
        head: Some((50, 900)),
        needs_committee: None,
    };

    fn waiting(count: u64, highest: u64) -> Waiting {
        Waiting { count, highest }
    }

    #[test]
    fn updates_for_a_message_that_the_update_helps() {
        let rules = Keeper::default();
        assert_eq!(decide(&rules, &FRESH, waiting(3, 60), 64), Some(Why::Demand(3)));
        assert_eq!(decide(&rules, &FRESH, waiting(3, 65), 64), None, "it would still wait");
        assert_eq!(decide(&rules, &FRESH, waiting(3, 60), 50), None, "nothing newer is final");
        assert_eq!(decide(&rules, &FRESH, waiting(3, 50), 64), None, "their blocks are known");
        let off = Keeper { on_demand: false, ..Keeper::default() };
        assert_eq!(decide(&off, &FRESH, waiting(3, 60), 64), None);
        let none = Keeper { enabled: false, ..rules };
        assert_eq!(decide(&none, &FRESH, waiting(3, 60), 64), None);
    }

    #[test]
    fn updates_an_old_head_only_if_asked_to_and_once_something_newer_is_final() {
        let rules = Keeper { max_age_seconds: 60, ..Keeper::default() };
        assert_eq!(decide(&rules, &FRESH, Waiting::default(), 51), Some(Why::Age(100)));
        assert_eq!(decide(&rules, &FRESH, Waiting::default(), 50), None);
        assert_eq!(decide(&Keeper::default(), &FRESH, Waiting::default(), 51), None);
    }

    #[test]
    fn updates_before_it_expires_and_before_the_committee_changes() {
        let rules = Keeper::default();
        let late = Standing { now: 500_901, ..FRESH };
        assert_eq!(decide(&rules, &late, Waiting::default(), 0), Some(Why::Expiry(50)));
        let soon = Standing { needs_committee: Some(1_000), ..FRESH };
        assert_eq!(decide(&rules, &soon, Waiting::default(), 0), Some(Why::Rotation));
        let later = Standing { needs_committee: Some(1_001), ..FRESH };
        assert_eq!(decide(&rules, &later, Waiting::default(), 0), None);
    }

    proptest! {
        /// Whoever runs it for long enough never finds the client expired without having been told before.
        #[test]
        fn asks_for_an_update_before_the_client_expires(
            since in 0_u64..1_000_000, period in 10_u64..10_000_000, fraction in -1.0_f64..2.0,
        ) {
            let rules = Keeper { expiry_fraction: fraction, ..Keeper::default() };
            let expires = since + period;
            let at = |now| Standing { now, trusted_since: since, expires: Some(expires), ..FRESH };
            let asks = |now| decide(&rules, &at(now), Waiting::default(), 0).is_some();
            prop_assert!(asks(expires - period / 20));
            prop_assert!(asks(expires + 1));
            prop_assert!(!asks(since));
        }
    }
}

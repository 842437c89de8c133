//! What nodes get wrong, by seed: which request is not answered as it should be, and how.
//!
//! Nothing here answers a request. A proxy in front of a node, or a node that is simulated, asks [`Faults::next`] before each answer
//! and does what that says.

use crate::dice::Dice;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Most requests in a row that a node which is down leaves without an answer.
const OUTAGE: usize = 25;

/// Longest that a slow node takes, in milliseconds.
const SLOW: usize = 1500;

/// Most blocks that a node which is behind is behind.
const BEHIND: usize = 6;

/// What a node does in place of answering as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It ends the connection without an answer.
    Drop,
    /// It answers, but late.
    Delay(Duration),
    /// It has had too many requests: 429, and so many seconds to wait.
    TooMany(u32),
    /// It fails: one of the 5xx.
    Server(u16),
    /// It stops in the middle of its answer.
    Truncate,
    /// It is so many blocks behind.
    Stale(u64),
    /// It finds no logs.
    EmptyLogs,
    /// It says that it has taken a transaction, and forgets it.
    Forget,
}

impl Fault {
    /// One word for it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Delay(_) => "delay",
            Self::TooMany(_) => "too_many",
            Self::Server(_) => "server",
            Self::Truncate => "truncate",
            Self::Stale(_) => "stale",
            Self::EmptyLogs => "empty_logs",
            Self::Forget => "forget",
        }
    }

    /// Whether a request of this method can go wrong so. What is wrong with the transport is so whatever is asked.
    pub fn concerns(&self, method: &str) -> bool {
        match self {
            Self::Stale(_) => matches!(method, "eth_blockNumber" | "eth_getBlockByNumber"),
            Self::EmptyLogs => method == "eth_getLogs",
            Self::Forget => method == "eth_sendRawTransaction",
            _ => true,
        }
    }
}

/// The choices of one node.
#[derive(Debug)]
pub struct Faults {
    per_mille: usize,
    state: Mutex<(Dice, usize)>,
}

impl Faults {
    /// A node that gets so many requests in a thousand wrong, the same ones for the same seed and the same requests.
    pub const fn new(seed: u64, per_mille: usize) -> Self {
        Self { per_mille, state: Mutex::new((Dice::new(seed), 0)) }
    }

    /// What happens to the next request; `None`: it is answered as it should be.
    pub fn next(&self, method: &str) -> Option<Fault> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (dice, down_for) = &mut *state;
        if *down_for > 0 {
            *down_for -= 1;
            return Some(Fault::Drop);
        }
        if dice.below(1000) >= self.per_mille {
            return None;
        }
        // One in twenty faults is the beginning of an outage.
        if dice.one_in(20) {
            *down_for = dice.below(OUTAGE);
            return Some(Fault::Drop);
        }
        let behind = u64::try_from(1 + dice.below(BEHIND)).unwrap_or(1);
        let late = u64::try_from(50 + dice.below(SLOW)).unwrap_or(50);
        let kinds = [
            Fault::Drop,
            Fault::Delay(Duration::from_millis(late)),
            Fault::TooMany(1),
            Fault::Server(*dice.one_of(&[500, 502, 503])),
            Fault::Truncate,
            Fault::Stale(behind),
            Fault::EmptyLogs,
            Fault::Forget,
        ];
        let possible: Vec<Fault> = kinds.into_iter().filter(|kind| kind.concerns(method)).collect();
        // What only this method can get wrong comes up as often as all the rest.
        let special =
            possible.iter().filter(|kind| !kind.concerns("")).copied().collect::<Vec<_>>();
        if !special.is_empty() && dice.one_in(2) {
            return Some(*dice.one_of(&special));
        }
        Some(*dice.one_of(&possible))
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Faults};
    use std::collections::BTreeMap;

    fn told(seed: u64, per_mille: usize, method: &str) -> Vec<Option<Fault>> {
        let faults = Faults::new(seed, per_mille);
        (0..20_000).map(|_| faults.next(method)).collect()
    }

    #[test]
    fn the_same_seed_gets_the_same_wrong() {
        assert_eq!(told(7, 200, "eth_getLogs"), told(7, 200, "eth_getLogs"));
        assert_ne!(told(7, 200, "eth_getLogs"), told(8, 200, "eth_getLogs"));
    }

    #[test]
    fn an_honest_node_gets_nothing_wrong() {
        assert!(told(7, 0, "eth_getLogs").iter().all(Option::is_none));
    }

    #[test]
    fn every_kind_of_fault_comes_up_where_it_can_and_nowhere_else() {
        let mut seen = BTreeMap::<&str, Vec<&str>>::new();
        for method in ["eth_chainId", "eth_blockNumber", "eth_getLogs", "eth_sendRawTransaction"] {
            for fault in told(7, 100, method).into_iter().flatten() {
                let methods = seen.entry(fault.name()).or_default();
                if !methods.contains(&method) {
                    methods.push(method);
                }
            }
        }
        for everywhere in ["drop", "delay", "too_many", "server", "truncate"] {
            assert_eq!(seen[everywhere].len(), 4, "{everywhere}");
        }
        assert_eq!(seen["stale"], ["eth_blockNumber"]);
        assert_eq!(seen["empty_logs"], ["eth_getLogs"]);
        assert_eq!(seen["forget"], ["eth_sendRawTransaction"]);
    }

    #[test]
    fn as_many_requests_go_wrong_as_are_asked_for() {
        let wrong = told(7, 100, "eth_chainId").iter().flatten().count();
        // 100 in a thousand, and outages of 12 requests on average for one fault in twenty.
        assert!((2_400..4_800).contains(&wrong), "{wrong} of 20000");
    }
}

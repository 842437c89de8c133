//! Receipts of made-up blocks.

use alloy_primitives::{Bloom, Log};
use testkit::rlp::Rlp;

/// The receipt of a transaction of type 2 that succeeded, the one at `index` of its block.
pub(crate) fn encode(index: u64, logs: &[Log]) -> Vec<u8> {
    let log = |log: &Log| {
        let topics = log.topics().iter().map(Rlp::bytes).collect();
        Rlp::List(vec![Rlp::bytes(log.address), Rlp::List(topics), Rlp::bytes(&log.data.data)])
    };
    let body = Rlp::List(vec![
        Rlp::integer(1),
        Rlp::integer(60_000 * (index + 1)),
        Rlp::bytes(bloom_of(logs)),
        Rlp::List(logs.iter().map(log).collect()),
    ]);
    [vec![2], body.encode()].concat()
}

/// What the bloom says of logs.
pub(crate) fn bloom_of(logs: &[Log]) -> Bloom {
    let mut bloom = Bloom::ZERO;
    logs.iter().for_each(|log| bloom.accrue_log(log));
    bloom
}

//! What an error of a node means for whoever asked. Clients and providers say the same in many words and under many numbers; the texts
//! that are known are kept under `tests/fixtures/errors`, each with where it was found.

use prover::NodeError;

/// What an error means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// No answer: another endpoint may have one, or this one later.
    Unreachable,
    /// The endpoint wants to be asked less often.
    RateLimited,
    /// What came is no answer, or a wrong one: ask another endpoint.
    Wrong,
    /// The endpoint does not have the block, or not yet.
    NotThere,
    /// The endpoint has had it, and keeps it no longer: ask one that keeps more.
    Pruned,
    /// Too many blocks or too many results: ask for less.
    TooMuch,
    /// The endpoint does not know the method, or does not let us use it.
    NoMethod,
    /// The call was executed, and reverted. The data is in the error.
    Reverted,
    /// The pool has this very transaction.
    Known,
    /// The nonce was used by a transaction that is in a block.
    NonceTooLow,
    /// There are nonces before it that were not used, too many for the node.
    NonceTooHigh,
    /// A transaction with this nonce is in the pool, and this one does not pay so much more that it takes its place.
    ReplacementUnderpriced,
    /// It pays less than what the node takes any transaction for.
    Underpriced,
    /// It pays less per gas than the block's base fee.
    FeeCapTooLow,
    /// The sender has not what it may cost.
    InsufficientFunds,
    /// Less gas than the transaction itself takes.
    IntrinsicGas,
    /// More gas than a block or a call may use.
    GasLimit,
    /// The pool is full, or has too much of this sender.
    PoolFull,
    /// The node says no, and nothing of the above: the same question has the same answer elsewhere.
    Refused,
}

impl Class {
    /// Whether another endpoint may do better: the error says something of the endpoint, not of what it was asked.
    pub const fn is_of_endpoint(self) -> bool {
        matches!(
            self,
            Self::Unreachable
                | Self::RateLimited
                | Self::Wrong
                | Self::NotThere
                | Self::Pruned
                | Self::NoMethod
        )
    }
}

/// Words in lower case, and what they say. The first that is found counts: what is more exact comes first.
type Table = &'static [(&'static str, Class)];

/// What is said of transactions. Elsewhere the same words may be about something else.
const POOL: Table = &[
    ("replacement transaction underpriced", Class::ReplacementUnderpriced),
    ("replacement fee too low", Class::ReplacementUnderpriced),
    ("could not replace existing tx", Class::ReplacementUnderpriced),
    ("replacementnotallowed", Class::ReplacementUnderpriced),
    ("feetoolowtocompete", Class::Underpriced),
    ("authority nonce too low", Class::Refused),
    ("future transaction tries to replace pending", Class::PoolFull),
    ("nonce too low", Class::NonceTooLow),
    ("nonce is too low", Class::NonceTooLow),
    ("oldnonce", Class::NonceTooLow),
    ("nonce has already been used", Class::NonceTooLow),
    ("nonce too high", Class::NonceTooHigh),
    ("nonce too far in future", Class::NonceTooHigh),
    ("nonce is too distant", Class::NonceTooHigh),
    ("noncegap", Class::NonceTooHigh),
    ("nonce gap", Class::NonceTooHigh),
    ("already known", Class::Known),
    ("alreadyknown", Class::Known),
    ("known transaction", Class::Known),
    ("already imported", Class::Known),
    ("already in mempool", Class::Known),
    ("transaction already exists", Class::Known),
    ("existing tx with same hash", Class::Known),
    ("existing txn with same hash", Class::Known),
    ("max fee per gas less than block base fee", Class::FeeCapTooLow),
    ("fee cap less than block base fee", Class::FeeCapTooLow),
    ("gas price below current base fee", Class::FeeCapTooLow),
    ("insufficient funds", Class::InsufficientFunds),
    ("insufficientfunds", Class::InsufficientFunds),
    ("upfront cost exceeds account balance", Class::InsufficientFunds),
    ("intrinsic gas too high", Class::GasLimit),
    ("intrinsic gas exceeds gas limit", Class::IntrinsicGas),
    ("intrinsic gas too low", Class::IntrinsicGas),
    ("intrinsicgas", Class::IntrinsicGas),
    ("insufficient gas for floor data", Class::IntrinsicGas),
    ("exceeds block gas limit", Class::GasLimit),
    ("exceeds transaction gas limit", Class::GasLimit),
    ("transaction gas limit too high", Class::GasLimit),
    ("gas limit is too high", Class::GasLimit),
    ("gas limit reached", Class::GasLimit),
    ("gas limit too high", Class::GasLimit),
    ("gaslimitexceeded", Class::GasLimit),
    ("transaction underpriced", Class::Underpriced),
    ("transaction gas price below minimum", Class::Underpriced),
    ("gas price below configured minimum", Class::Underpriced),
    ("fee too low", Class::Underpriced),
    ("feetoolow", Class::Underpriced),
    ("underpriced", Class::Underpriced),
    ("txpool is full", Class::PoolFull),
    ("sub-pool is full", Class::PoolFull),
    ("account limit exceeded", Class::PoolFull),
    ("address already reserved", Class::PoolFull),
    ("in-flight transaction limit", Class::PoolFull),
];

/// What is said of calls: a call is executed as a transaction is, and may fail before that.
const CALL: Table = &[
    ("execution reverted", Class::Reverted),
    ("always failing transaction", Class::Reverted),
    ("vm exception while processing transaction: revert", Class::Reverted),
    ("vm execution error", Class::Reverted),
    ("insufficient funds", Class::InsufficientFunds),
    ("upfront cost exceeds", Class::InsufficientFunds),
    ("gas required exceeds allowance", Class::GasLimit),
    ("gas limit is too high", Class::GasLimit),
    ("intrinsic gas too high", Class::GasLimit),
    ("max fee per gas less than block base fee", Class::FeeCapTooLow),
];

/// What is said of questions for logs.
const LOGS: Table = &[
    ("rate limit", Class::RateLimited),
    ("beyond current head", Class::NotThere),
    ("query returned more than", Class::TooMuch),
    ("response size", Class::TooMuch),
    ("max results", Class::TooMuch),
    ("too many logs", Class::TooMuch),
    ("logs matched by query exceeds limit", Class::TooMuch),
    ("block range", Class::TooMuch),
    ("requested range exceeds", Class::TooMuch),
    ("range is too large", Class::TooMuch),
    ("range too large", Class::TooMuch),
    ("limited to a", Class::TooMuch),
    ("limited to 0 -", Class::TooMuch),
    ("ranges over", Class::TooMuch),
    ("query timeout exceeded", Class::TooMuch),
    ("query timed out", Class::TooMuch),
    ("request timed out", Class::TooMuch),
    ("limit exceeded", Class::TooMuch),
];

/// What is said of blocks and states, whatever was asked of them.
const BLOCKS: Table = &[
    ("missing trie node", Class::Pruned),
    ("historical state", Class::Pruned),
    ("state histories haven't been fully indexed", Class::Pruned),
    ("pruned", Class::Pruned),
    ("state not available", Class::Pruned),
    ("world state unavailable", Class::Pruned),
    ("no state available for block", Class::Pruned),
    ("neither stored nor reproducible", Class::Pruned),
    ("old data not available", Class::Pruned),
    ("header not found", Class::NotThere),
    ("header for hash not found", Class::NotThere),
    ("block not found", Class::NotThere),
    ("unknown block", Class::NotThere),
    ("resource not found", Class::NotThere),
    ("could not find block", Class::NotThere),
    ("cannot find block", Class::NotThere),
    ("blockoutofrange", Class::NotThere),
    ("beyond current head", Class::NotThere),
    ("request beyond head block", Class::NotThere),
    ("is not canonical", Class::NotThere),
    ("hash is not currently canonical", Class::NotThere),
    ("initial sync is still in progress", Class::NotThere),
    ("node is not synced", Class::NotThere),
    ("transaction indexing is in progress", Class::NotThere),
];

/// What is said of whoever asks.
const MANNERS: Table = &[
    ("rate limit", Class::RateLimited),
    ("too many requests", Class::RateLimited),
    ("request limit", Class::RateLimited),
    ("daily request count exceeded", Class::RateLimited),
    ("compute units", Class::RateLimited),
    ("throughput", Class::RateLimited),
    ("capacity exceeded", Class::RateLimited),
    ("exceeded the quota", Class::RateLimited),
    ("method not found", Class::NoMethod),
    ("does not exist/is not available", Class::NoMethod),
    ("method is not supported", Class::NoMethod),
    ("method not supported", Class::NoMethod),
    ("unsupported method", Class::NoMethod),
    ("unauthorized", Class::NoMethod),
];

/// What the error of a question means. Numbers count less than words: `-32000` is everything, `-32603` is a low nonce for some, and
/// `-32005` is a limit of requests, of blocks or of gas.
pub fn classify(method: &str, error: &NodeError) -> Class {
    match error {
        NodeError::Transport { .. } | NodeError::Timeout { .. } | NodeError::Endpoint { .. } => {
            Class::Unreachable
        }
        NodeError::Unreadable { .. } | NodeError::Mismatch { .. } => Class::Wrong,
        NodeError::Missing { .. } => Class::NotThere,
        // Some say with the number of a limit of requests that a question spans too much.
        NodeError::RateLimited { problem, .. } => {
            let exact = if is_pool(method) { POOL } else { LOGS };
            if method == "eth_getLogs" || is_pool(method) {
                find(exact, &problem.to_lowercase()).unwrap_or(Class::RateLimited)
            } else {
                Class::RateLimited
            }
        }
        NodeError::Answered { code, message, data, .. } => {
            answered(method, *code, &message.to_lowercase(), data.is_some())
        }
        _ => Class::Wrong,
    }
}

fn answered(method: &str, code: i64, words: &str, has_data: bool) -> Class {
    let special: Table = match method {
        _ if is_pool(method) => POOL,
        "eth_call" | "eth_estimateGas" => {
            // Data comes with nothing but what was executed.
            if code == 3 || has_data {
                return Class::Reverted;
            }
            CALL
        }
        "eth_getLogs" => LOGS,
        _ => &[],
    };
    let found = [special, BLOCKS, MANNERS].into_iter().find_map(|table| find(table, words));
    found.unwrap_or(match code {
        429 | -32097 => Class::RateLimited,
        -32601 => Class::NoMethod,
        4444 => Class::Pruned,
        // The node itself has failed, or a proxy before it.
        -32603 | -32700 | 500..=599 => Class::Unreachable,
        _ => Class::Refused,
    })
}

fn is_pool(method: &str) -> bool {
    matches!(
        method,
        "eth_sendRawTransaction" | "eth_sendRawTransactionSync" | "eth_sendTransaction"
    )
}

fn find(table: Table, words: &str) -> Option<Class> {
    table.iter().find(|(phrase, _)| words.contains(phrase)).map(|(_, class)| *class)
}

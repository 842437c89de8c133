//! Every clause of `spec/proof.md` both ways, the properties behind them, and the vectors.

#![allow(clippy::unwrap_used, clippy::unwrap_in_result, reason = "a test may fail anywhere")]

mod api;
mod batch;
mod builder;
mod cases;
mod compact;
mod encoding;
mod errors;
mod exhaustive;
mod logs;
mod mainnet;
mod many;
mod nodes;
mod oracle;
mod packed;
mod properties;
mod receipts;
mod rlp;
mod rlp_properties;
mod spelling;
mod state;
mod transactions;
mod tries;
mod vectors;
mod withdrawals;

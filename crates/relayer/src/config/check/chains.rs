//! Chains: nodes, prices, limits, senders.

use super::{Findings, secrets};
use crate::config::{Chain, Config, Fees, Limits, Rpc};
use alloy_primitives::Address;
use std::collections::BTreeMap;

/// Largest number that both databases hold.
const MAX: u64 = i64::MAX as u64;

pub(super) fn check(config: &Config, findings: &mut Findings) {
    let mut ids = BTreeMap::new();
    findings.within("chains", |findings| {
        if config.chains.is_empty() {
            findings.wrong("there is no chain");
        }
        for (name, chain) in &config.chains {
            findings.within(name, |findings| {
                let letter = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
                if name.is_empty() || name.contains("__") || !name.chars().all(letter) {
                    let finding = findings.wrong("this is no name of a chain").at_name();
                    finding.help("write letters, digits, `-` and single `_`");
                }
                if let Some(other) = ids.insert(chain.id, name) {
                    findings.wrong_at("id", format!("`{other}` has the id {} too", chain.id));
                }
                check_chain(chain, findings);
            });
        }
    });
}

fn check_chain(chain: &Chain, findings: &mut Findings) {
    findings.whole("id", &chain.id, 1..=MAX);
    findings.whole("start_block", &chain.start_block, 0..=MAX);
    findings.number("block_seconds", chain.block_seconds, 0.01..=3600.0);
    findings.whole("log_range", &chain.log_range, 1..=1_000_000);
    if chain.service.is_zero() {
        findings.wrong_at("service", "the zero address is no message service");
    }
    if chain.checker == Some(Address::ZERO) {
        findings
            .wrong_at("checker", "the zero address is no checker")
            .help("leave it out if there is none");
    }
    findings.within("rpc", |findings| rpc(&chain.rpc, findings));
    findings.within("fees", |findings| fees(&chain.fees, findings));
    findings.within("limits", |findings| limits(&chain.limits, findings));
    findings.within("signers", |findings| {
        let mut keys = BTreeMap::new();
        for (at, signer) in chain.signers.iter().enumerate() {
            findings.within(at, |findings| {
                secrets::signer(signer, findings);
                if keys.insert(&signer.key, at).is_some() {
                    findings
                        .wrong_at("key", "this key is listed twice")
                        .help("each signer counts its own nonces");
                }
            });
        }
    });
}

fn rpc(rpc: &Rpc, findings: &mut Findings) {
    let count = rpc.endpoints.len();
    if count == 0 {
        findings.wrong_at("endpoints", "there is no node").help("list one or more URLs");
    }
    secrets::endpoints(&rpc.endpoints, findings);
    secrets::websockets(&rpc.ws, findings);
    match rpc.quorum {
        Some(0) => {
            findings.wrong_at("quorum", "somebody has to agree").help("at least 1");
        }
        Some(quorum) if quorum > count => {
            let message = format!("{quorum} nodes cannot agree: there are {count}");
            findings.wrong_at("quorum", message).help("it is never lowered because some are down");
        }
        Some(quorum) if quorum * 2 <= count => {
            findings.within("quorum", |findings| {
                findings.note(format!(
                    "{quorum} of {count} nodes is no majority: two groups could disagree"
                ));
            });
        }
        _ => {}
    }
    if count == 1 {
        findings.within("endpoints", |findings| {
            findings.note("one node is believed").help("list three or more of different operators");
        });
    }
    findings.number("timeout_seconds", rpc.timeout_seconds, 0.1..=600.0);
}

fn fees(fees: &Fees, findings: &mut Findings) {
    if fees.max_fee_gwei == 0.0 {
        findings.wrong_at("max_fee_gwei", "nothing can be sent for nothing");
    } else {
        findings.number("max_fee_gwei", fees.max_fee_gwei, 1e-9..=1e9);
    }
    findings.number("min_tip_gwei", fees.min_tip_gwei, 0.0..=1e9);
    if fees.max_fee_gwei > 0.0 && fees.min_tip_gwei > fees.max_fee_gwei {
        findings
            .wrong_at("min_tip_gwei", "the tip is more than all that may be paid")
            .help("see max_fee_gwei");
    }
    findings.number("max_raise", fees.max_raise, 1.0..=1e6);
    if fees.bump_percent < 10 {
        let message = format!("{} per cent more is too little", fees.bump_percent);
        findings
            .wrong_at("bump_percent", message)
            .help("nodes take a replacement that bids 10 per cent more");
    } else {
        findings.whole("bump_percent", &fees.bump_percent, 10..=1000);
    }
    findings.whole("bump_blocks", &fees.bump_blocks, 1..=100_000);
}

fn limits(limits: &Limits, findings: &mut Findings) {
    findings.number("ether_per_day", limits.ether_per_day, 0.0..=1e9);
    findings.number("ether_per_transaction", limits.ether_per_transaction, 0.0..=1e9);
    if limits.ether_per_day == 0.0 {
        findings.within("ether_per_day", |findings| {
            findings.note("there is no limit to what is spent a day");
        });
    }
    if limits.ether_per_day > 0.0 && limits.ether_per_transaction > limits.ether_per_day {
        let finding = findings
            .wrong_at("ether_per_transaction", "one transaction may cost more than a whole day");
        finding.help("see ether_per_day");
    }
    findings.whole("gas_per_transaction", &limits.gas_per_transaction, 21_000..=1_000_000_000);
    findings.whole("in_flight", &limits.in_flight, 1..=1024);
    for (at, address) in limits.allow.iter().enumerate() {
        if address.is_zero() {
            findings.within("allow", |findings| {
                findings.wrong_at(&at.to_string(), "the zero address is no contract");
            });
        }
    }
}

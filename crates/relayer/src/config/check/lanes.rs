//! Light clients, lanes and attestors: that what they name is there.

use super::{super::problem::nearest, Findings, secrets};
use crate::config::{Acknowledge, ClientKind, Config, Lane, Role};
use alloy_primitives::Address;
use std::collections::BTreeSet;

pub(super) fn check(config: &Config, findings: &mut Findings) {
    findings.within("clients", |findings| clients(config, findings));
    findings.within("lanes", |findings| lanes(config, findings));
    if config.attest.is_some() {
        findings.within("attest", |findings| attest(config, findings));
    }
}

/// Whether there is such a chain.
fn chain(config: &Config, field: &str, name: &str, findings: &mut Findings) -> bool {
    let known = config.chains.contains_key(name);
    if !known {
        let help = nearest(name, config.chains.keys().map(String::as_str));
        let finding = findings.wrong_at(field, format!("there is no chain `{name}`"));
        finding.help = help;
    }
    known
}

/// Whether both ends are chains, and two.
fn ends(config: &Config, ends: [(&str, &str); 2], findings: &mut Findings) {
    let [(one, from), (other, to)] = ends;
    let known = chain(config, one, from, findings) & chain(config, other, to, findings);
    if known && from == to {
        findings.wrong_at(other, format!("`{one}` and `{other}` are the same chain"));
    }
}

fn clients(config: &Config, findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    for (at, client) in config.clients.iter().enumerate() {
        findings.within(at, |findings| {
            ends(config, [("on", &client.on), ("follows", &client.follows)], findings);
            if !seen.insert((&client.on, &client.follows)) {
                findings.wrong(format!(
                    "there are two clients of `{}` on `{}`",
                    client.follows, client.on
                ));
            }
            if client.address == Some(Address::ZERO) {
                let finding = findings.wrong_at("address", "the zero address is no light client");
                finding.help("leave it out: the message service is asked");
            }
            if let ClientKind::Beacon { endpoints } = &client.kind {
                findings.within("kind", |findings| {
                    findings.within("beacon", |findings| {
                        if endpoints.is_empty() && client.keeper.enabled {
                            findings.wrong_at(
                                "endpoints",
                                "updates come from a beacon node, and there is none",
                            );
                        }
                        secrets::endpoints(endpoints, findings);
                    });
                });
            }
            let part = client.keeper.expiry_fraction;
            if !(part > 0.0 && part < 1.0) {
                findings.within("keeper", |findings| {
                    let message = format!("{part} is not between 0 and 1, both excluded");
                    let finding = findings.wrong_at("expiry_fraction", message);
                    finding.help("0.5 updates it when half of its trusting period has passed");
                });
            }
        });
    }
}

fn lanes(config: &Config, findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    for (at, lane) in config.lanes.iter().enumerate() {
        findings.within(at, |findings| {
            ends(config, [("from", &lane.from), ("to", &lane.to)], findings);
            if !seen.insert((&lane.from, &lane.to)) {
                findings.wrong(format!(
                    "the lane from `{}` to `{}` is listed twice",
                    lane.from, lane.to
                ));
            }
            if lane.batch == 0 {
                findings
                    .wrong_at("batch", "nothing can be sent in batches of none")
                    .help("1 sends each alone");
            } else {
                findings.whole("batch", &lane.batch, 1..=256);
            }
            if let Some(profit) = lane.min_profit_percent {
                findings.whole("min_profit_percent", &profit, -100..=1_000_000);
            }
            if lane.payee == Some(Address::ZERO) {
                findings
                    .wrong_at("payee", "the zero address cannot be paid")
                    .help("leave it out to pay the signer");
            }
            needs(config, lane, findings);
        });
    }
    if config.lanes.is_empty() && !config.roles.0.contains(&Role::Attestor) {
        findings.note("no lane is listed: messages are recorded and not relayed");
    }
}

/// What a lane needs of its chains.
fn needs(config: &Config, lane: &Lane, findings: &mut Findings) {
    let (Some(source), Some(destination)) =
        (config.chains.get(&lane.from), config.chains.get(&lane.to))
    else {
        return;
    };
    let back = lane.acknowledge != Acknowledge::Never;
    if config.roles.0.contains(&Role::Writer) {
        if destination.signers.is_empty() {
            let finding =
                findings.wrong_at("to", format!("nobody sends transactions on `{}`", lane.to));
            finding.help(format!("add a signer: [[chains.{}.signers]]", lane.to));
        }
        if source.signers.is_empty() && (back || lane.prove_expired) {
            let what = if back { "acknowledge" } else { "prove_expired" };
            let finding =
                findings.wrong_at(what, format!("nobody sends transactions on `{}`", lane.from));
            finding.help(format!("add a signer there, or set acknowledge = \"never\" and prove_expired = false: [[chains.{}.signers]]", lane.from));
        }
    }
    if source.checker.is_none() && (back || lane.prove_expired) {
        let what = if back { "acknowledge" } else { "prove_expired" };
        let finding = findings.wrong_at(
            what,
            format!("outcomes are proven to a checker, and `{}` names none", lane.from),
        );
        finding.help(format!(
            "set chains.{}.checker, or acknowledge = \"never\" and prove_expired = false",
            lane.from
        ));
    }
    let client = |on: &str, follows: &str| {
        config.clients.iter().any(|client| client.on == on && client.follows == follows)
    };
    let mut listed = |on: &str, follows: &str, what: &str| {
        if !client(on, follows) {
            let message = format!(
                "no light client of `{follows}` on `{on}` is listed: {what} wait until others update it"
            );
            findings.note(message).help("add it to [[clients]]");
        }
    };
    listed(&lane.to, &lane.from, "messages");
    if back || lane.prove_expired {
        listed(&lane.from, &lane.to, "outcomes");
    }
}

fn attest(config: &Config, findings: &mut Findings) {
    let Some(attest) = &config.attest else { return };
    findings.within("signer", |findings| {
        secrets::signer(&attest.signer, findings);
        let sends = |(name, chain): (&String, &crate::config::Chain)| {
            chain.signers.iter().any(|signer| signer.key == attest.signer.key).then(|| name.clone())
        };
        if let Some(chain) = config.chains.iter().find_map(sends) {
            let finding =
                findings.wrong_at("key", format!("this key sends transactions on `{chain}`"));
            finding.help("an attestor signs with a key that does nothing else");
        }
    });
    findings.within("contracts", |findings| {
        if attest.contracts.is_empty() {
            findings.wrong("there is no contract to attest to");
        }
        for (name, address) in &attest.contracts {
            if chain(config, name, name, findings) && address.is_zero() {
                findings.wrong_at(name, "the zero address is no contract");
            }
        }
    });
}

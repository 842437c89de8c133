//! References to secrets, and what may stand in a configuration itself.

use super::{super::secret::holds_key, Findings};
use crate::config::{Reference, SecretRef, Signer};
use std::collections::BTreeSet;

/// What to write in place of a secret.
const ADVICE: &str = "put it into a file that only its owner can read, or a variable, and write file:path or env:NAME";

/// Where rows are kept.
pub(super) fn store(url: &SecretRef, findings: &mut Findings) {
    match url.reference() {
        Reference::Env(_) | Reference::File(_) => {}
        Reference::Plain(url) if url.starts_with("sqlite:") => {}
        Reference::Plain(url)
            if url.starts_with("postgres://") || url.starts_with("postgresql://") => {}
        _ => {
            let help = "write sqlite:path, postgres://…, or a reference: env:NAME, file:path";
            findings.wrong("this is no store").help(help);
        }
    }
}

/// What callers of the HTTP interface show.
pub(super) fn token(token: &SecretRef, findings: &mut Findings) {
    match token.reference() {
        Reference::Env(_) | Reference::File(_) => {}
        Reference::Plain("") => {
            findings
                .wrong("an empty token is none")
                .help("leave it out, so that nothing can be changed over HTTP");
        }
        Reference::Plain(_) => {
            findings.note("a token stands in the configuration itself").help(ADVICE);
        }
        other => {
            findings.wrong(format!("a token cannot be had from {other:?}")).help(ADVICE);
        }
    }
}

/// URLs of services, in the field `endpoints`.
pub(super) fn endpoints(endpoints: &[SecretRef], findings: &mut Findings) {
    let help = "one node counts once: two answers of the same one confirm nothing";
    each(("endpoints", ["http", "https"]), endpoints, help, findings);
}

/// URLs of websockets, in the field `ws`.
pub(super) fn websockets(endpoints: &[SecretRef], findings: &mut Findings) {
    each(("ws", ["ws", "wss"]), endpoints, "once is enough", findings);
}

fn each(
    (name, schemes): (&str, [&str; 2]),
    endpoints: &[SecretRef],
    help: &str,
    findings: &mut Findings,
) {
    findings.within(name, |findings| {
        let mut seen = BTreeSet::new();
        for (at, endpoint) in endpoints.iter().enumerate() {
            findings.within(at, |findings| {
                self::endpoint(endpoint, schemes, findings);
                if !seen.insert(endpoint.0.trim_end_matches('/')) {
                    findings.wrong("this is listed twice").help(help);
                }
            });
        }
    });
}

/// `schemes` without TLS and with it.
fn endpoint(endpoint: &SecretRef, schemes: [&str; 2], findings: &mut Findings) {
    let [plain, secured] = schemes;
    let help = format!(
        "write {plain}://… or {secured}://…, or a reference to a secret that holds such a URL: env:NAME, file:path"
    );
    match endpoint.reference() {
        Reference::Env(_) | Reference::File(_) => {}
        Reference::Plain(text) => match url::Url::parse(text) {
            Ok(url) if schemes.contains(&url.scheme()) && url.has_host() => {
                if url.scheme() == secured && !cfg!(feature = "tls") {
                    findings
                        .wrong("this program was built without TLS")
                        .help("build it with the feature `tls`");
                }
            }
            _ => {
                findings.wrong("this is no URL of a node").help(help);
            }
        },
        other => {
            findings.wrong(format!("a URL cannot be had from {other:?}")).help(help);
        }
    }
}

/// A key, and the password of a keystore.
pub(super) fn signer(signer: &Signer, findings: &mut Findings) {
    let built = |feature: &str, built: bool, findings: &mut Findings| {
        if !built {
            let finding =
                findings.wrong_at("key", format!("this program was built without {feature}"));
            finding.help(format!("build it with the feature `{feature}`"));
        }
    };
    match signer.key.reference() {
        Reference::Env(name)
        | Reference::Ledger(name)
        | Reference::AwsKms(name)
        | Reference::GcpKms(name)
            if name.is_empty() =>
        {
            findings.wrong_at("key", "the reference is empty");
        }
        Reference::Env(name) if holds_key(name) => {
            findings
                .wrong_at("key", "this is a key itself, not the name of a variable")
                .help(ADVICE);
        }
        Reference::Env(_) | Reference::File(_) => {}
        Reference::Keystore(_) => {
            if signer.password.is_none() {
                let finding = findings.wrong_at("key", "a keystore needs a password");
                finding.help("add password = \"file:path\" or password = \"env:NAME\"");
            }
        }
        Reference::AwsKms(_) => built("aws-kms", cfg!(feature = "aws-kms"), findings),
        Reference::GcpKms(_) => built("gcp-kms", cfg!(feature = "gcp-kms"), findings),
        Reference::Ledger(place) => {
            built("ledger", cfg!(feature = "ledger"), findings);
            if place.parse::<usize>().is_err() {
                findings.wrong_at("key", "a Ledger's account is a number, from 0 on");
            }
        }
        Reference::Plain(_) => {
            let finding = findings.wrong_at("key", "a key itself may not stand here");
            finding.help("keep it in a keystore: `heliograph keys import`, then write keystore:path; or env:NAME, file:path");
        }
    }
    let Some(password) = &signer.password else { return };
    if !matches!(signer.key.reference(), Reference::Keystore(_)) {
        findings.wrong_at("password", "only a keystore has a password");
    }
    match password.reference() {
        Reference::Env(_) | Reference::File(_) => {}
        _ => {
            findings.wrong_at("password", "a password itself may not stand here").help(ADVICE);
        }
    }
}

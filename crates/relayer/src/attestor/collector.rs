//! Collects signatures from attestors.

use super::{Signed, name_of};
use crate::{
    domain::{Place, Reason, Tracked},
    lane::{Refusal, Scope, Signatories, Trouble, View},
    store::Store,
};
use alloy_primitives::{Address, Bytes};
use futures_util::future::join_all;
use light_client::attestation::Statement;
use reqwest::{Client, Url};
use serde::Deserialize;
use std::{collections::BTreeMap, fmt, time::Duration};

/// How long an attestor may take.
const TIMEOUT: Duration = Duration::from_secs(8);

/// Longest answer that is read.
const MOST: usize = 4_096;

/// Too few have signed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Short {
    /// How many have.
    pub have: usize,
    /// How many have to.
    pub need: usize,
    /// Those that the contract names and that have not.
    pub missing: Vec<Address>,
    /// Why there is no more: what those said that were asked.
    pub why: Vec<String>,
}

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { have, need, missing, why } = self;
        write!(f, "{have} of {need} attestors have signed")?;
        for (place, attestor) in missing.iter().enumerate() {
            write!(f, "{}{attestor}", if place == 0 { "; not " } else { ", " })?;
        }
        why.iter().try_for_each(|why| write!(f, "; {why}"))
    }
}

/// Attestors that are asked. What they answer is believed once it is recovered to be by one of those that the contract names.
#[derive(Clone)]
pub struct Collector {
    http: Client,
    endpoints: Vec<Url>,
}

impl Collector {
    /// One that asks these.
    ///
    /// # Errors
    ///
    /// What is wrong with one of them, without what may be secret in it.
    pub fn new<'u>(urls: impl IntoIterator<Item = &'u str>) -> Result<Self, String> {
        let mut endpoints = Vec::new();
        for url in urls {
            let url = format!("{}/", url.trim_end_matches('/'));
            let url = Url::parse(&url).map_err(|e| format!("the URL of an attestor: {e}"))?;
            endpoints.push(url);
        }
        let http = prover::http_client(TIMEOUT).build();
        let http = http.map_err(|e| format!("asking attestors: {}", e.without_url()))?;
        Ok(Self { http, endpoints })
    }

    /// As many signatures as have to be, in their order; otherwise who has not signed, and why.
    ///
    /// # Errors
    ///
    /// [`Trouble::Nodes`] when the store fails. Attestors that do not answer are none.
    pub async fn collect(
        &self,
        store: &Store,
        signatories: &Signatories,
        message: &Tracked,
        statement: Statement,
        place: &Place,
    ) -> Result<Result<Bytes, Short>, Trouble> {
        let stored = |e: crate::store::Error| Trouble::Nodes(e.to_string());
        let (id, word) = (message.id, name_of(statement));
        let digest = signatories.digest(statement, &id);
        let kept = store.attestations(id, word).await.map_err(stored)?;
        // Kept under a contract or a set that may have changed since.
        let mut signed: BTreeMap<Address, Bytes> = kept
            .into_iter()
            .filter(|(signer, signature)| signatories.signer(&digest, signature) == Some(*signer))
            .collect();
        if let Ok(complete) = signatories.arrange(&signed) {
            return Ok(Ok(complete));
        }
        let path = format!(
            "v1/attestations/{word}/{}/{}/{}?nonce={}",
            place.chain, place.transaction, place.log_index, message.sent.body.nonce
        );
        let answers = join_all(self.endpoints.iter().map(|url| self.ask(url, &path))).await;
        let mut why = Vec::new();
        for (url, answer) in self.endpoints.iter().zip(answers) {
            let origin = url.origin().ascii_serialization();
            let signature = match answer {
                Ok(signature) => signature,
                Err(problem) => {
                    tracing::debug!(attestor = origin, problem, "no signature");
                    why.push(format!("{origin}: {problem}"));
                    continue;
                }
            };
            let Some(signer) = signatories.signer(&digest, &signature) else {
                tracing::warn!(attestor = origin, %id, statement = word, "a signature is not by one that the contract names");
                why.push(format!("{origin}: its signature is by none that the contract names"));
                continue;
            };
            if signed.insert(signer, signature.clone()).is_none() {
                store.put_attestation(id, word, signer, &signature).await.map_err(stored)?;
            }
        }
        Ok(signatories.arrange(&signed).map_err(|(have, need)| {
            let missing = signatories.attestors.iter().filter(|all| !signed.contains_key(*all));
            Short { have, need, missing: missing.copied().collect(), why }
        }))
    }

    /// A signature, or why there is none.
    async fn ask(&self, url: &Url, path: &str) -> Result<Bytes, String> {
        let url = url.join(path).map_err(|e| e.to_string())?;
        let mut answer = self.http.get(url).send().await.map_err(said)?;
        let status = answer.status();
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(said)? {
            body.extend_from_slice(&part);
            if body.len() > MOST {
                return Err("an answer that is too long".to_owned());
            }
        }
        if !status.is_success() {
            let refused = serde_json::from_slice(&body).map(|Refusing { error }| error);
            return Err(refused.unwrap_or_else(|_| format!("it answers {status}")));
        }
        let signed: Signed = serde_json::from_slice(&body).map_err(|e| e.to_string())?;
        Ok(signed.signature)
    }
}

/// What an attestor answers that does not sign.
#[derive(Debug, Deserialize)]
struct Refusing {
    error: String,
}

fn said(error: reqwest::Error) -> String {
    if error.is_connect() {
        return "it does not answer: nothing listens there".to_owned();
    }
    if error.is_timeout() {
        return format!("it does not answer within {} s", TIMEOUT.as_secs());
    }
    error.without_url().to_string()
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origins = self.endpoints.iter().map(|url| url.origin().ascii_serialization());
        f.debug_list().entries(origins).finish()
    }
}

/// The signatures that a proof needs; no byte where nobody has to sign.
///
/// # Errors
///
/// [`Trouble::Refused`] with [`Reason::Attestations`] when there are too few; [`Trouble::Nodes`].
pub async fn signatures(
    collector: Option<&Collector>,
    store: &Store,
    view: &View,
    message: &Tracked,
    statement: Statement,
    place: &Place,
) -> Result<Bytes, Trouble> {
    let Some(signatories) = &view.signatories else { return Ok(Bytes::new()) };
    let collected = match collector {
        Some(collector) => collector.collect(store, signatories, message, statement, place).await?,
        None => Err(nobody(Some(signatories))),
    };
    collected.map_err(|short| {
        let detail = short.to_string();
        Trouble::Refused(Refusal { reason: Reason::Attestations, detail, scope: Scope::Message })
    })
}

/// What is missing where no attestor is asked.
pub(crate) fn nobody(signatories: Option<&Signatories>) -> Short {
    let (missing, need) = match signatories {
        Some(all) => (all.attestors.clone(), all.threshold.max(1)),
        None => (Vec::new(), 1),
    };
    let why = vec!["no attestor is asked: [attestors] in the configuration names none".to_owned()];
    Short { have: 0, need, missing, why }
}

//! A node that gets things wrong: a proxy in front of an honest one.

use crate::error::{Error, Result};
use alloy_primitives::{Bytes, U64, keccak256};
use axum::{
    Router,
    body::Body,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::post,
};
use futures_util::stream;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, PoisonError},
};
use testkit::faults::{Fault, Faults};
use tokio::{net::TcpListener, time::sleep};

/// How often each fault came up, and how many requests there were.
pub(super) type Tally = Arc<Mutex<BTreeMap<&'static str, u64>>>;

/// The counts so far.
pub(super) fn counts(tally: &Tally) -> BTreeMap<&'static str, u64> {
    tally.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The honest node, and what this one makes of it.
#[derive(Clone, Debug)]
struct Proxy {
    http: reqwest::Client,
    target: String,
    faults: Arc<Faults>,
    tally: Tally,
}

/// Serves a faulty face of the node at `target` on a free port of loopback, until this program ends; returns the URL.
pub(super) async fn serve(target: &str, faults: Faults, tally: Tally) -> Result<String> {
    let failed = |error| Error::tool("the faulty node", error);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let http = reqwest::Client::new();
    let proxy = Proxy { http, target: target.to_owned(), faults: Arc::new(faults), tally };
    let routes = Router::new()
        .route("/", post(answer))
        .layer(axum::extract::DefaultBodyLimit::disable())
        .with_state(proxy);
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Ok(format!("http://{address}"))
}

async fn answer(State(proxy): State<Proxy>, body: axum::body::Bytes) -> Response {
    let question: Value = serde_json::from_slice(&body).unwrap_or_default();
    // Of a batch the first question decides for all.
    let method = question.get(0).unwrap_or(&question)["method"].as_str().unwrap_or_default();
    let fault =
        proxy.faults.next(method).filter(|fault| question.is_object() || fault.concerns(""));
    proxy.count(fault.as_ref().map_or("none", Fault::name));
    let answered = match fault {
        None => proxy.ask(body).await.map(json_response),
        Some(Fault::Delay(time)) => {
            sleep(time).await;
            proxy.ask(body).await.map(json_response)
        }
        Some(Fault::Drop) => Ok(broken(Vec::new())),
        Some(Fault::TooMany(seconds)) => {
            let wait = [(header::RETRY_AFTER, seconds.to_string())];
            Ok((StatusCode::TOO_MANY_REQUESTS, wait, "Too Many Requests").into_response())
        }
        Some(Fault::Server(status)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            Ok((status, "<html><body>the server has a problem</body></html>").into_response())
        }
        Some(Fault::Truncate) => proxy.ask(body).await.map(|mut text| {
            text.truncate(text.len() / 2);
            broken(text)
        }),
        Some(Fault::Stale(blocks)) => proxy.stale(&question, blocks).await,
        Some(Fault::EmptyLogs) => Ok(result(&question, &json!([]))),
        Some(Fault::Forget) => Ok(forgotten(&question)),
    };
    answered.unwrap_or_else(|_| StatusCode::BAD_GATEWAY.into_response())
}

impl Proxy {
    fn count(&self, what: &'static str) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        *tally.entry(what).or_default() += 1;
    }

    /// What the honest node answers.
    async fn ask(&self, body: impl Into<reqwest::Body>) -> reqwest::Result<Vec<u8>> {
        let request = self.http.post(&self.target).header(header::CONTENT_TYPE, "application/json");
        Ok(request.body(body).send().await?.bytes().await?.to_vec())
    }

    async fn ask_json(&self, question: &Value) -> reqwest::Result<Value> {
        let answer = self.ask(question.to_string()).await?;
        Ok(serde_json::from_slice(&answer).unwrap_or_default())
    }

    /// The answer about a block that is so many before the right one.
    async fn stale(&self, question: &Value, blocks: u64) -> reqwest::Result<Response> {
        let mut answer = self.ask_json(question).await?;
        let number = |value: &Value| serde_json::from_value::<U64>(value.clone()).ok();
        let earlier = |number: U64| json!(number.saturating_sub(U64::from(blocks)));
        let is_tag = question["params"][0].as_str().is_some_and(|tag| !tag.starts_with("0x"));
        if let Some(head) = number(&answer["result"]) {
            answer["result"] = earlier(head);
        } else if let Some(head) = number(&answer["result"]["number"]).filter(|_| is_tag) {
            let mut again = question.clone();
            again["params"][0] = earlier(head);
            answer = self.ask_json(&again).await?;
        }
        Ok(json_response(answer.to_string().into_bytes()))
    }
}

/// The hash of a transaction that goes nowhere.
fn forgotten(question: &Value) -> Response {
    let raw = serde_json::from_value::<Bytes>(question["params"][0].clone()).unwrap_or_default();
    result(question, &json!(keccak256(&raw)))
}

fn result(question: &Value, result: &Value) -> Response {
    let answer = json!({ "jsonrpc": "2.0", "id": question["id"], "result": result });
    json_response(answer.to_string().into_bytes())
}

fn json_response(text: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// An answer after which the connection ends where more was to come.
fn broken(text: Vec<u8>) -> Response {
    let gone = io::Error::from(io::ErrorKind::ConnectionReset);
    let parts: [io::Result<Vec<u8>>; 2] = [Ok(text), Err(gone)];
    ([(header::CONTENT_TYPE, "application/json")], Body::from_stream(stream::iter(parts)))
        .into_response()
}

//! One JSON-RPC endpoint over HTTP.

use crate::{Node, NodeError};
use alloy_primitives::Bytes;
use alloy_rpc_client::RpcClient;
use alloy_transport::{RpcError, TransportErrorKind};
use async_trait::async_trait;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use serde_json::{Value, value::RawValue};
use std::{borrow::Cow, fmt, time::Duration};

/// Longest wait for one answer, unless another is chosen.
pub const TIMEOUT: Duration = Duration::from_secs(60);

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// Numbers of errors that say: less often. EIP-1474, and what providers use beside it.
const LIMITS: [i64; 3] = [-32005, -32097, 429];

/// One endpoint. User and password in its URL are sent as basic authorization; neither they nor its path, which may hold a key, are
/// ever shown.
#[derive(Clone)]
pub struct Rpc {
    client: RpcClient,
    origin: String,
    /// Forms in which errors may quote the URL, longest first.
    secrets: Vec<String>,
}

impl Rpc {
    /// A client for the endpoint at `url`. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`NodeError::Endpoint`].
    pub fn new(url: &str) -> Result<Self, NodeError> {
        Self::with(url, TIMEOUT, None)
    }

    /// The same with the longest wait for one answer, and perhaps with a token that is sent as bearer authorization.
    ///
    /// # Errors
    ///
    /// [`NodeError::Endpoint`].
    pub fn with(url: &str, timeout: Duration, bearer: Option<&str>) -> Result<Self, NodeError> {
        let parsed = parse(url)?;
        let mut headers = HeaderMap::new();
        if let Some(token) = bearer {
            let value = HeaderValue::from_str(&format!("Bearer {token}"));
            let mut value = value.map_err(|_| endpoint("has a token that no header can hold"))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        let http = client(timeout).default_headers(headers).build().map_err(endpoint)?;
        let origin = parsed.origin().ascii_serialization();
        let secrets = secrets(&parsed);
        Ok(Self { client: RpcClient::new_http_with_client(http, parsed), origin, secrets })
    }

    /// Scheme, host and port of the endpoint: what may be shown of it.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// A text without what the URL has beyond its origin, and with the origin.
    fn shown(&self, text: impl fmt::Display) -> String {
        let mut text = text.to_string();
        for secret in &self.secrets {
            text = text.replace(secret, &self.origin);
        }
        match text.contains(&self.origin) {
            true => text,
            false => format!("{text} ({})", self.origin),
        }
    }

    fn named(&self, method: &'static str, error: &RpcError<TransportErrorKind>) -> NodeError {
        let method = Cow::Borrowed(method);
        match error {
            RpcError::ErrorResp(payload) => {
                let message = self.shown(&payload.message);
                let is_limit = LIMITS.contains(&payload.code)
                    || payload.message.to_lowercase().contains("rate limit");
                if is_limit {
                    return NodeError::RateLimited { method, problem: message, retry_after: None };
                }
                let data = payload.data.as_deref().and_then(revert_data);
                NodeError::Answered { method, code: payload.code, message, data }
            }
            RpcError::DeserError { err, .. } => {
                let problem = self.shown(format_args!("unreadable answer: {err}"));
                NodeError::Unreadable { method, problem }
            }
            RpcError::NullResp => {
                NodeError::unreadable(method, self.shown("the node answered nothing"))
            }
            RpcError::Transport(kind) => self.transport(method, kind),
            other => {
                let problem = self.shown(other);
                NodeError::Transport { method, problem, retryable: false }
            }
        }
    }

    fn transport(&self, method: Cow<'static, str>, kind: &TransportErrorKind) -> NodeError {
        let (problem, retry_after) = (self.shown(kind), kind.retry_after());
        if let Some(answer) = kind.as_http_error() {
            return match answer.status {
                429 => NodeError::RateLimited { method, problem, retry_after },
                status => NodeError::Transport { method, problem, retryable: status >= 500 },
            };
        }
        let http = kind.as_custom().and_then(|error| error.downcast_ref::<reqwest::Error>());
        match http {
            Some(error) if error.is_timeout() => NodeError::Timeout { method, problem },
            Some(error) => {
                let retryable = !error.is_builder();
                NodeError::Transport { method, problem, retryable }
            }
            None => NodeError::Transport { method, problem, retryable: false },
        }
    }
}

#[async_trait]
impl Node for Rpc {
    async fn request(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Box<RawValue>, NodeError> {
        let params = if params.is_null() { Value::Array(Vec::new()) } else { params };
        let answer = self.client.request(Cow::Borrowed(method), params).await;
        answer.map_err(|error| self.named(method, &error))
    }
}

impl fmt::Debug for Rpc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rpc").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// A URL with a scheme that can be used here.
pub(crate) fn parse(url: &str) -> Result<reqwest::Url, NodeError> {
    let parsed: reqwest::Url =
        url.parse().map_err(|error| endpoint(format_args!("is not a URL: {error}")))?;
    let tls = cfg!(feature = "tls");
    if parsed.scheme() == "http" || tls && parsed.scheme() == "https" {
        return Ok(parsed);
    }
    let schemes = if tls { "http:// or https://" } else { "http://" };
    Err(endpoint(format_args!("must start with {schemes}")))
}

/// What HTTP clients have in common. Where the program has chosen no cryptography for TLS it is that of `ring`, for the whole program.
pub fn client(timeout: Duration) -> reqwest::ClientBuilder {
    #[cfg(feature = "tls")]
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Another thread may have been quicker.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    reqwest::Client::builder().connect_timeout(CONNECT).timeout(timeout)
}

pub(crate) fn endpoint(problem: impl fmt::Display) -> NodeError {
    NodeError::Endpoint { problem: problem.to_string() }
}

/// The URL as it is, as HTTP clients quote it, and what of it alone may be a key.
fn secrets(url: &reqwest::Url) -> Vec<String> {
    let mut bare = url.clone();
    let _ = bare.set_username("");
    let _ = bare.set_password(None);
    let mut path = url.path().to_owned();
    if let Some(query) = url.query() {
        path = format!("{path}?{query}");
    }
    let mut secrets = vec![url.to_string(), bare.to_string()];
    secrets.extend([path].into_iter().filter(|path| path != "/"));
    secrets.extend(url.password().map(str::to_owned));
    secrets
}

/// Revert data as nodes hand it on: alone, after a word, or as a field of an object.
fn revert_data(raw: &RawValue) -> Option<Bytes> {
    let value: Value = serde_json::from_str(raw.get()).ok()?;
    let text = value.as_str().or_else(|| value.get("data")?.as_str())?;
    let text = text.strip_prefix("Reverted ").unwrap_or(text);
    text.starts_with("0x").then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{Rpc, revert_data};
    use serde_json::value::to_raw_value;

    #[test]
    fn rejects_what_is_no_address() {
        let refused = |url: &str| Rpc::new(url).expect_err("no address").to_string();
        assert!(refused("localhost").starts_with("is not a URL: "));
        assert!(refused("ftp://localhost").starts_with("must start with http://"));
    }

    #[test]
    fn shows_no_more_of_a_url_than_its_origin() {
        let url = "http://user:word@localhost:8545/v2/key?token=key";
        let rpc = Rpc::new(url).expect("an address");
        for text in [url, "http://localhost:8545/v2/key?token=key", "at /v2/key?token=key", "word"]
        {
            let shown = rpc.shown(text);
            assert!(!shown.contains("key") && !shown.contains("word"), "{shown}");
            assert!(shown.contains("http://localhost:8545"), "{shown}");
        }
        assert_eq!(format!("{rpc:?}"), "Rpc { origin: \"http://localhost:8545\", .. }");
    }

    #[test]
    fn accepts_revert_data_in_the_forms_that_nodes_have() {
        let read = |value: serde_json::Value| {
            revert_data(&to_raw_value(&value).expect("JSON")).map(|data| data.to_string())
        };
        assert_eq!(read("0x1234".into()).as_deref(), Some("0x1234"));
        assert_eq!(read("Reverted 0x1234".into()).as_deref(), Some("0x1234"));
        assert_eq!(read(serde_json::json!({ "data": "0x12" })).as_deref(), Some("0x12"));
        assert_eq!(read("execution reverted".into()), None);
        assert_eq!(read(7.into()), None);
    }
}

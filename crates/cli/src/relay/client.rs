//! The HTTP interface of a relayer that runs.

use crate::error::{Error, Result};
use clap::Args;
use relayer::{
    api::Problem,
    config::{self, SecretRef},
};
use reqwest::{Method, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// Longest answer that is read.
const LONGEST: usize = 64 << 20;

/// Which relayer is asked.
#[derive(Clone, Debug, Args)]
pub(crate) struct Api {
    /// Where it listens, in place of the configuration's `api.listen`.
    #[arg(long, value_name = "URL")]
    api: Option<String>,
    /// What it has to be shown to change anything, as `env:NAME` or `file:path`, in place of the configuration's `api.token`.
    #[arg(long, value_name = "REFERENCE")]
    token: Option<String>,
    /// Its configuration.
    #[arg(long, value_name = "FILE", env = "HELIOGRAPH_RELAYER", default_value = "relayer.toml")]
    config: PathBuf,
}

impl Api {
    /// A client of it. The configuration is read only for what is not said here.
    pub(crate) fn client(&self) -> Result<Client> {
        let (url, token) = match &self.api {
            Some(url) => (url.clone(), None),
            None => {
                let loaded = config::load(&self.config).map_err(|e| {
                    Error::Usage(format!(
                        "{e}\nsay which relayer is asked: --api URL, or --config FILE"
                    ))
                })?;
                let api = loaded.config.api;
                (url_of(&api.listen), api.token)
            }
        };
        let reference = self.token.clone().map(SecretRef).or(token);
        let http = prover::http_client(Duration::from_secs(70)).build();
        let http = http.map_err(|e| Error::tool("relayer", e))?;
        Ok(Client { http, url: url.trim_end_matches('/').to_owned(), reference })
    }
}

/// Where to connect to, from where it listens: what listens everywhere is asked here.
fn url_of(listen: &str) -> String {
    match listen.parse::<SocketAddr>() {
        Ok(at) if at.ip().is_unspecified() => format!("http://127.0.0.1:{}", at.port()),
        _ => format!("http://{listen}"),
    }
}

/// A client of a relayer.
#[derive(Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
    reference: Option<SecretRef>,
}

impl Client {
    /// Where it is asked.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Asks, with these parameters.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        parameters: &[(&str, String)],
    ) -> Result<T> {
        let (_, body) = self.send(self.request(Method::GET, path, parameters)).await?;
        read(&body)
    }

    /// The same of an answer that is there also when all is not well.
    pub(crate) async fn get_health<T: DeserializeOwned>(&self, path: &str) -> Result<(u16, T)> {
        let (status, body) = self.answer(self.request(Method::GET, path, &[])).await?;
        Ok((status, read(&body)?))
    }

    /// Changes something.
    pub(crate) async fn post<T: DeserializeOwned>(&self, path: &str, body: &Value) -> Result<T> {
        let token: Option<SecretString> = match &self.reference {
            Some(reference) => Some(reference.resolve().map_err(|e| Error::Usage(e.to_string()))?),
            None => None,
        };
        let mut request = self
            .request(Method::POST, path, &[])
            .header("content-type", "application/json")
            .body(body.to_string());
        if let Some(token) = token {
            request = request.bearer_auth(token.expose_secret());
        }
        let (_, body) = self.send(request).await?;
        read(&body)
    }

    fn request(&self, method: Method, path: &str, parameters: &[(&str, String)]) -> RequestBuilder {
        let mut url = format!("{}{path}", self.url);
        for (place, (name, value)) in parameters.iter().enumerate() {
            let joint = if place == 0 { '?' } else { '&' };
            url.push_str(&format!("{joint}{name}={}", escaped(value)));
        }
        self.http.request(method, url)
    }

    /// What it answers, unless that is a problem.
    async fn send(&self, request: RequestBuilder) -> Result<(u16, Vec<u8>)> {
        let (status, body) = self.answer(request).await?;
        if (200..300).contains(&status) {
            return Ok((status, body));
        }
        let said = serde_json::from_slice::<Problem>(&body).map_or_else(
            |_| format!("it answers {status}, not as a relayer does"),
            |problem| match problem.advice {
                Some(advice) => format!("{}\n  what to do: {advice}", problem.detail),
                None => problem.detail,
            },
        );
        Err(if status == 400 { Error::Usage(said) } else { Error::tool("relayer", said) })
    }

    async fn answer(&self, request: RequestBuilder) -> Result<(u16, Vec<u8>)> {
        let failed = |e: reqwest::Error| {
            let e = e.without_url();
            let why = std::error::Error::source(&e).map(ToString::to_string);
            let why = why.unwrap_or_else(|| e.to_string());
            Error::tool(
                "relayer",
                format!("nothing answers at {}: {why}; is it started?", self.url),
            )
        };
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(failed)? {
            if body.len() + part.len() > LONGEST {
                return Err(Error::tool("relayer", "an answer that is too long"));
            }
            body.extend_from_slice(&part);
        }
        Ok((status, body))
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    serde_json::from_slice(body).map_err(|e| {
        Error::tool("relayer", format!("it answers something else than a relayer does: {e}"))
    })
}

/// A value for the part of a URL behind the question mark.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{escaped, url_of};

    #[test]
    fn asks_here_what_listens_everywhere() {
        assert_eq!(url_of("0.0.0.0:8787"), "http://127.0.0.1:8787");
        assert_eq!(url_of("127.0.0.1:1"), "http://127.0.0.1:1");
        assert_eq!(url_of("[::]:8787"), "http://127.0.0.1:8787");
        assert_eq!(url_of("relayer:8787"), "http://relayer:8787");
    }

    #[test]
    fn escapes_what_a_url_would_read_otherwise() {
        assert_eq!(escaped("a&b=c ä"), "a%26b%3Dc%20%C3%A4");
    }
}

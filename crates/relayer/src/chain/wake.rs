//! Wake-ups: a node says over a websocket that there is a new block, and the chain is asked at once.
//!
//! What a wake-up says is not read. It makes the next question come earlier, which goes to the quorum as always; one that is made up
//! costs a question, and so many of them only so often. A websocket that is down, silent or has died unnoticed costs nothing but time:
//! chains are asked at their pace all the same.

use super::Chain;
use futures_util::{SinkExt, StreamExt, future::join_all};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::IgnoredAny};
use std::{fmt, time::Duration};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tokio_tungstenite::{
    connect_async_with_config,
    tungstenite::{self, Message, protocol::WebSocketConfig},
};
use tokio_util::sync::CancellationToken;

/// Longest message that is read. A header has a few thousand bytes.
const MOST: usize = 1 << 18;
/// How long it may take to be connected.
const CONNECT: Duration = Duration::from_secs(20);
/// Waits before it is tried again, doubled each time.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// Longest of them.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What is asked for.
const SUBSCRIBE: &str =
    r#"{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}"#;

/// Where wake-ups come from, and who is woken.
#[derive(Debug)]
pub(super) struct Bell {
    urls: Vec<SecretString>,
    rung: watch::Sender<u64>,
}

impl Default for Bell {
    fn default() -> Self {
        Self { urls: Vec::new(), rung: watch::Sender::new(0) }
    }
}

/// Why no wake-ups come any more.
#[derive(Debug)]
enum Lost {
    Connection(tungstenite::Error),
    Silent(&'static str),
    Refused,
}

impl fmt::Display for Lost {
    /// In words that hold nothing of the URL beyond what is shown of it anyway.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silent(what) => f.write_str(what),
            Self::Refused => f.write_str("it does not let new heads be subscribed to"),
            Self::Connection(error) => match error {
                tungstenite::Error::Io(error) => write!(f, "{}", error.kind()),
                tungstenite::Error::Http(answer) => write!(f, "it answers {}", answer.status()),
                tungstenite::Error::Url(_) => f.write_str("its URL cannot be used"),
                tungstenite::Error::Tls(_) => f.write_str("no TLS with it"),
                tungstenite::Error::Capacity(_) => f.write_str("it says more than a header"),
                tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed => {
                    f.write_str("it has ended the connection")
                }
                _ => f.write_str("it breaks the protocol"),
            },
        }
    }
}

impl From<tungstenite::Error> for Lost {
    fn from(error: tungstenite::Error) -> Self {
        Self::Connection(error)
    }
}

/// The answer to the subscription.
#[derive(Debug, Deserialize)]
struct Answer {
    error: Option<IgnoredAny>,
}

impl Chain {
    /// The same chain, woken by these nodes. Secrets are resolved; nothing is connected to yet.
    #[must_use]
    pub fn woken_by(mut self, urls: Vec<SecretString>) -> Self {
        self.bell.urls = urls;
        self
    }

    /// Changes whenever some node says that there is a new block.
    pub fn wakes(&self) -> watch::Receiver<u64> {
        self.bell.rung.subscribe()
    }

    /// Listens to those who wake, until the end. What is lost is connected to again, later and later.
    pub async fn listen(&self, end: &CancellationToken) {
        #[cfg(feature = "tls")]
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Another thread may have been quicker.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let all = join_all(self.bell.urls.iter().map(|url| self.keep_listening(url)));
        tokio::select! {
            () = end.cancelled() => {}
            _ = all => {}
        }
    }

    async fn keep_listening(&self, url: &SecretString) {
        let from = origin(url.expose_secret());
        let labels = [("chain", self.name.clone()), ("endpoint", from.clone())];
        let up = metrics::gauge!("heliograph_wakeups_connected", &labels);
        let mut wait = FIRST_WAIT;
        loop {
            let mut heard = false;
            let lost = self.hear(url, || {
                if !heard {
                    tracing::info!(chain = self.name, endpoint = from, "wakes");
                    up.set(1.0);
                }
                heard = true;
                metrics::counter!("heliograph_wakeups_total", &labels).increment(1);
            });
            let Err(lost) = lost.await;
            up.set(0.0);
            if heard {
                wait = FIRST_WAIT;
            }
            tracing::warn!(
                chain = self.name,
                endpoint = from,
                wait = wait.as_secs(),
                "does not wake, the chain is asked at its pace: {lost}"
            );
            sleep(wait).await;
            wait = wait.saturating_mul(2).min(LONGEST_WAIT);
        }
    }

    /// Hears of new blocks until the connection is lost. `rung` is told of each.
    async fn hear(
        &self,
        url: &SecretString,
        mut rung: impl FnMut(),
    ) -> Result<std::convert::Infallible, Lost> {
        let limits =
            WebSocketConfig::default().max_message_size(Some(MOST)).max_frame_size(Some(MOST));
        let connected = connect_async_with_config(url.expose_secret(), Some(limits), true);
        let connected = timeout(CONNECT, connected).await;
        let (mut socket, _) = connected.map_err(|_| Lost::Silent("it does not answer"))??;
        socket.send(Message::text(SUBSCRIBE)).await?;
        let (patience, apart) = self.wake_times();
        let mut subscribed = false;
        loop {
            let next = timeout(patience, socket.next()).await;
            let next = next.map_err(|_| Lost::Silent("it has been silent for long"))?;
            let message = match next {
                Some(message) => message?,
                None => return Err(tungstenite::Error::ConnectionClosed.into()),
            };
            match message {
                Message::Text(text) if !subscribed => {
                    let answer = serde_json::from_str::<Answer>(text.as_str());
                    if answer.is_ok_and(|answer| answer.error.is_some()) {
                        return Err(Lost::Refused);
                    }
                    subscribed = true;
                }
                Message::Text(_) | Message::Binary(_) => {
                    rung();
                    self.bell.rung.send_modify(|count| *count = count.wrapping_add(1));
                    // What comes meanwhile wakes afterwards: never more often, never too late.
                    sleep(apart).await;
                }
                // Pings are answered by the library.
                _ => {}
            }
        }
    }

    /// How long a node may be silent, and how far wake-ups are apart at least.
    fn wake_times(&self) -> (Duration, Duration) {
        let block = self.config.block_seconds;
        let seconds = |seconds: f64, low: f64, high: f64| {
            Duration::try_from_secs_f64(seconds.clamp(low, high)).unwrap_or(CONNECT)
        };
        (seconds(block * 10.0, 60.0, 600.0), seconds(block / 8.0, 0.1, 1.0))
    }
}

/// What of a URL may be shown.
fn origin(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(url) => {
            let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
            format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())
        }
        Err(_) => "a websocket".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Lost, origin};
    use tokio_tungstenite::tungstenite::{self, error::UrlError};

    #[test]
    fn l10_shows_no_more_than_the_origin() {
        assert_eq!(
            origin("wss://user:word@node.example/v3/planted?key=planted"),
            "wss://node.example"
        );
        assert_eq!(origin("ws://127.0.0.1:8546/planted"), "ws://127.0.0.1:8546");
        assert_eq!(origin("planted"), "a websocket");
        let said = UrlError::UnableToConnect("wss://node.example/planted".into());
        assert_eq!(Lost::from(tungstenite::Error::Url(said)).to_string(), "its URL cannot be used");
    }
}

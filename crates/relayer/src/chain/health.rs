//! What is known of an endpoint.

use crate::clock::Millis;

/// How an endpoint is, for people.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct EndpointHealth {
    /// Scheme, host and port: what may be shown of it.
    pub origin: String,
    /// Whether it is asked before others.
    pub ok: bool,
    /// Blocks that it is behind what the quorum says.
    pub lag: Option<u64>,
    /// Requests so far.
    pub requests: u64,
    /// Of these how many it has failed.
    pub errors: u64,
    /// The last of these failures.
    pub last_error: Option<String>,
    /// Milliseconds to an answer, the last ones counting more.
    pub latency: Option<f64>,
    /// Why it is not asked: it contradicts the quorum, or is of another chain.
    pub quarantined: Option<String>,
}

/// Failures in a row after which others are asked first.
const STREAK: u32 = 3;

/// Blocks behind the others after which others are asked first.
const LAG: u64 = 8;

/// What is known of an endpoint. It follows from what was asked of it, and is forgotten when the process ends.
#[derive(Clone, Debug, Default)]
pub(crate) struct Health {
    pub(crate) chain_id: Option<(u64, Millis)>,
    pub(crate) head: Option<u64>,
    pub(crate) lag: Option<u64>,
    pub(crate) quarantined: Option<String>,
    /// Until when it is left alone, because it asked for that.
    pub(crate) rest_until: Millis,
    requests: u64,
    errors: u64,
    streak: u32,
    last_error: Option<String>,
    latency: Option<f64>,
}

impl Health {
    /// It answered after so many milliseconds.
    pub(crate) fn answered(&mut self, millis: f64) {
        self.requests += 1;
        self.streak = 0;
        self.latency = Some(self.latency.map_or(millis, |before| before * 0.8 + millis * 0.2));
    }

    /// It failed.
    pub(crate) fn failed(&mut self, error: String) {
        self.requests += 1;
        self.errors += 1;
        self.streak = self.streak.saturating_add(1);
        self.last_error = Some(error);
    }

    /// How long to leave it alone that asks for it without saying how long: longer each time, up to half a minute.
    pub(crate) fn rest(&self) -> Millis {
        1000 << self.streak.min(5)
    }

    /// Whether it can be asked at all.
    pub(crate) const fn is_out(&self) -> bool {
        self.quarantined.is_some()
    }

    /// Whether it is asked before others.
    pub(crate) fn is_ok(&self, now: Millis) -> bool {
        !self.is_out()
            && self.streak < STREAK
            && self.lag.is_none_or(|lag| lag <= LAG)
            && self.rest_until <= now
    }

    pub(crate) fn shown(&self, origin: &str, now: Millis) -> EndpointHealth {
        EndpointHealth {
            origin: origin.to_owned(),
            ok: self.is_ok(now),
            lag: self.lag,
            requests: self.requests,
            errors: self.errors,
            last_error: self.last_error.clone(),
            latency: self.latency,
            quarantined: self.quarantined.clone(),
        }
    }
}

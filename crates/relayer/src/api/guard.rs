//! What every question has to pass, and how its parts are read.

use super::{Desk, Problem};
use alloy_primitives::keccak256;
use axum::{
    extract::{FromRequest, FromRequestParts, Json, Query, Request, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::time::timeout;

/// Longest wait for the beginning of an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Lets some questions through at a time, each for a while.
pub(super) async fn bounded(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    // Whoever looks after the process is answered also when others ask too much.
    let path = request.uri().path();
    let free = matches!(path, "/healthz" | "/readyz" | "/metrics");
    let place = if free { None } else { desk.places.try_acquire().ok() };
    if place.is_none() && !free {
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many ask at a time; ask again")
            .into_response();
    }
    let mut response = match timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(StatusCode::GATEWAY_TIMEOUT, "this takes too long").into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Lets only those through that show the token.
pub(super) async fn token(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let Some(token) = &desk.sources.token else {
        let closed = "nothing can be changed over HTTP: the configuration has no api.token";
        return Problem::new(StatusCode::FORBIDDEN, closed).into_response();
    };
    let shown = request.headers().get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    let shown = shown.and_then(|value| value.strip_prefix(b"Bearer "));
    // Of hashes, so that the time it takes tells nothing of the token.
    let is_it = shown.is_some_and(|shown| keccak256(shown) == keccak256(token.expose_secret()));
    if !is_it {
        let asked = "send the token of the configuration as Authorization: Bearer …";
        return Problem::new(StatusCode::UNAUTHORIZED, asked).into_response();
    }
    next.run(request).await
}

/// Parameters after the question mark.
#[derive(Debug)]
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(read) = Query::from_request_parts(parts, state)
            .await
            .map_err(|rejection| Problem::bad(rejection.body_text()))?;
        Ok(Self(read))
    }
}

/// A body of JSON.
#[derive(Debug)]
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Json(read) = Json::from_request(request, state)
            .await
            .map_err(|rejection| Problem::new(rejection.status(), rejection.body_text()))?;
        Ok(Self(read))
    }
}

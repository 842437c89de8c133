//! What changes, as it changes.

use super::{Desk, Problem, guard::Asked, messages};
use crate::{clock::Millis, domain::Stage};
use alloy_primitives::B256;
use axum::{
    extract::State,
    http::StatusCode,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, stream::unfold};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, convert::Infallible, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, watch},
    time::sleep,
};
use utoipa::{IntoParams, ToSchema};

/// Least time between two events of a stream.
const APART: Duration = Duration::from_millis(500);

/// What is streamed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct Topic {
    /// All that is known of this message, whenever that changes; without it, how many messages are in each stage.
    #[param(value_type = Option<String>)]
    id: Option<B256>,
}

/// How many messages are in each stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Summary {
    /// When.
    pub at: Millis,
    /// The counts.
    #[schema(value_type = std::collections::BTreeMap<String, u64>)]
    pub stages: BTreeMap<Stage, u64>,
    /// How many roles make no progress.
    pub unwell: usize,
}

/// What a stream goes on from.
struct Open {
    desk: Desk,
    topic: Option<B256>,
    changes: watch::Receiver<u64>,
    /// What was told last, so that nothing is told twice.
    told: Option<String>,
    _place: OwnedSemaphorePermit,
}

/// Server-sent events: `message` with all that is known of one message, or `summary`, at most two a second.
#[utoipa::path(get, path = "/v1/stream", params(Topic), responses(
    (status = 200, body = Summary, content_type = "text/event-stream"), (status = 503, body = Problem)
))]
pub(super) async fn stream(
    State(desk): State<Desk>,
    Asked(topic): Asked<Topic>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let full = |_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many streams are open");
    let place = desk.streams.clone().try_acquire_owned().map_err(full)?;
    let changes = desk.store().changes();
    let open = Open { desk, topic: topic.id, changes, told: None, _place: place };
    let events = unfold(open, |mut open| async move {
        let event = open.next().await?;
        Some((Ok(event), open))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

impl Open {
    /// The next event; `None` when the process ends.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if self.told.is_some() {
                tokio::select! {
                    () = self.desk.sources.end.cancelled() => return None,
                    changed = self.changes.changed() => changed.ok()?,
                }
                sleep(APART).await;
            }
            self.changes.mark_unchanged();
            let (name, data, same_as) = self.data().await;
            if self.told.as_ref() != Some(&same_as) {
                self.told = Some(same_as);
                return Some(Event::default().event(name).data(data));
            }
        }
    }

    /// The name of an event, what it says, and the part of it that makes it news.
    async fn data(&self) -> (&'static str, String, String) {
        let told = match self.topic {
            Some(id) => self.message(id).await.map(|text| ("message", text.clone(), text)),
            None => self.summary().await,
        };
        told.unwrap_or_else(|problem| {
            let text = json(&problem);
            ("problem", text.clone(), text)
        })
    }

    async fn message(&self, id: B256) -> Result<String, Problem> {
        let message = messages::find(&self.desk, &id.to_string()).await?;
        Ok(json(&messages::detail(&self.desk, &message).await?))
    }

    async fn summary(&self) -> Result<(&'static str, String, String), Problem> {
        let at = self.desk.now();
        let stages = self.desk.store().counts().await?;
        let unwell = self.desk.sources.health.unwell(at).len();
        let summary = Summary { at, stages, unwell };
        let same_as = json(&Summary { at: 0, ..summary.clone() });
        Ok(("summary", json(&summary), same_as))
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

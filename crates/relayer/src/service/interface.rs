//! The HTTP interface beside the roles.

use crate::{api, role::Failed};
use axum::Router;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long answers that are under way may take after the end.
const LAST_ANSWER: Duration = Duration::from_secs(5);

/// Takes the port before anything else is begun: that it is taken is for the operator to know at once.
pub(super) async fn listen(at: &str) -> Result<TcpListener, Failed> {
    TcpListener::bind(at).await.map_err(|e| Failed::new(format!("listen at {at} (api.listen)"), e))
}

/// Answers until the end, and a little longer.
pub(super) async fn serve(listener: TcpListener, routes: Router, end: CancellationToken) {
    let late = async {
        end.cancelled().await;
        tokio::time::sleep(LAST_ANSWER).await;
    };
    tokio::select! {
        ended = api::serve(listener, routes, end.clone()) => if let Err(error) = ended {
            tracing::error!(%error, "the HTTP interface has ended");
        },
        () = late => tracing::debug!("some answers did not end in time"),
    }
}

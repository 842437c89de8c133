//! News from other instances on the same PostgreSQL.

use sqlx::postgres::PgListener;
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, task::AbortHandle};

/// Counts what others have committed. While the connection is down nothing is counted; when it is back, once for all that was missed.
pub(super) fn start(url: &str, boot: String, changes: Arc<watch::Sender<u64>>) -> AbortHandle {
    let url = url.to_owned();
    let task = tokio::spawn(async move {
        loop {
            if let Err(error) = listen(&url, &boot, &changes).await {
                // Its message could quote the URL; its kind says enough here, since writing meets the same trouble.
                tracing::debug!(
                    database = error.as_database_error().is_some(),
                    "news from other instances are cut off"
                );
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    task.abort_handle()
}

async fn listen(url: &str, boot: &str, changes: &watch::Sender<u64>) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect(url).await?;
    listener.listen("heliograph").await?;
    loop {
        changes.send_modify(|count| *count = count.wrapping_add(1));
        // Own commits are counted already.
        loop {
            match listener.try_recv().await? {
                Some(notice) if notice.payload() == boot => {}
                _ => break,
            }
        }
    }
}

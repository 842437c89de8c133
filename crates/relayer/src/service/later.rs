//! A role that can be put together only once its chain answers.

use crate::{
    config::Role as Kind,
    role::{Failed, Pace, Role},
};
use async_trait::async_trait;
use std::{fmt, future::Future, pin::Pin, sync::Arc};
use tokio::sync::OnceCell;

type Putting = Pin<Box<dyn Future<Output = Result<Arc<dyn Role>, Failed>> + Send>>;

/// The role, as soon as it can be. Until then each step tries to put it together, and fails with the reason.
pub(super) struct Later {
    kind: Kind,
    name: String,
    role: OnceCell<Arc<dyn Role>>,
    put_together: Box<dyn Fn() -> Putting + Send + Sync>,
}

impl Later {
    /// A role of this kind and name, which is what `put_together` makes.
    pub(super) fn new<F>(
        kind: Kind,
        name: String,
        put_together: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Arc<dyn Role>, Failed>> + Send + 'static,
    {
        let put_together = Box::new(move || Box::pin(put_together()) as Putting);
        Self { kind, name, role: OnceCell::new(), put_together }
    }
}

impl fmt::Debug for Later {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Later").field("name", &self.name).field("role", &self.role.get()).finish()
    }
}

#[async_trait]
impl Role for Later {
    fn kind(&self) -> Kind {
        self.kind
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    async fn step(&self) -> Result<Pace, Failed> {
        self.role.get_or_try_init(|| (self.put_together)()).await?.step().await
    }
}

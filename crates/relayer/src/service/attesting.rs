//! A process that only attests: it has its own key, its own nodes, and no store of a relayer.

use super::{Supervisor, assembly, interface};
use crate::{
    api,
    attestor::{Attestor, Book, router},
    clock::Clock,
    config::{Attest, Config},
    keys,
    role::Failed,
};
use std::sync::Arc;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Signs what it is asked for and has verified, until it is asked to end.
pub(super) async fn run(
    config: Config,
    clock: Arc<dyn Clock>,
    end: CancellationToken,
) -> Result<(), Failed> {
    let missing = || Failed::because("an attestor needs the section [attest] in its configuration");
    let Attest { signer, contracts, refuse, file } = config.attest.as_ref().ok_or_else(missing)?;
    let signer = keys::open(signer, keys::Use::Attestations).await;
    let signer = signer.map_err(|e| Failed::new("open the attestor's key", e))?;
    let chains = assembly::chains(&config, &clock)?;
    let mut by_id = std::collections::BTreeMap::new();
    for (name, contract) in contracts {
        let unknown =
            || Failed::because(format!("[attest] names chain {name:?}, which is not there"));
        let about = config.chains.get(name).ok_or_else(unknown)?;
        by_id.insert(about.id, *contract);
    }
    let book = Book::open(file).await;
    let book = book.map_err(|e| Failed::new(format!("open {}", file.display()), e))?;
    let attestor = Attestor::new(
        signer,
        chains.into_values(),
        by_id,
        refuse.iter().copied(),
        book,
        Arc::clone(&clock),
    );
    let attestor = Arc::new(attestor);
    let (_quiet, changes) = watch::channel(0);
    let supervisor = Supervisor::new(Arc::clone(&clock), changes);
    let name = attestor.address().to_string();
    let health = api::health_only(supervisor.health(), clock, &name);
    let listener = interface::listen(&config.api.listen).await?;
    tracing::info!(attestor = name, listen = config.api.listen, "attests");
    let routes = router(Arc::clone(&attestor)).merge(health);
    let answering = interface::serve(listener, routes, end.clone());
    tokio::join!(supervisor.run(vec![attestor], end), answering);
    Ok(())
}

//! An update of a MAP relay chain's client with everything it is verified against.

use crate::{map, packed::Line};
use alloy_primitives::Bytes;
use light_client::map::{Config, Trusted};
use serde::{Deserialize, Serialize};

/// An update, the state it is verified against, and the network of both.
///
/// The trusted state is what the reader must agree with: whoever accepts it accepts what follows.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MapUpdateFile {
    /// The network.
    pub network: Config,
    /// What is trusted before the update.
    pub trusted: Trusted,
    /// The update as the client and the contract take it (MAP-1).
    pub update: Bytes,
}

impl MapUpdateFile {
    /// A few lines about it.
    pub(crate) fn summary(&self) -> Vec<Line> {
        let Config { chain_id, epoch_size, .. } = self.network;
        let epoch = self.trusted.epoch;
        let commitment = self.trusted.commitment(epoch).unwrap_or_default();
        let mut lines = vec![
            ("network".into(), format!("chain {chain_id}, epochs of {epoch_size} blocks")),
            ("trusted".into(), format!("epoch {epoch}, validators {commitment}")),
        ];
        match map::packed::lines(&self.update) {
            Some(parts) => lines.extend(parts),
            None => lines.push(("update".into(), "unreadable".into())),
        }
        lines
    }
}

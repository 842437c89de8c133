//! A light-client update with everything it is verified against.

use crate::{packed, refusal::refuse};
use alloy_primitives::{B256, Bytes};
use light_client::beacon::{Network, Trusted, Update};
use serde::{Deserialize, Serialize};

/// A light-client update, the state it is verified against, and the network of both.
///
/// The trusted state is what the reader must agree with: whoever accepts it accepts what follows.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateFile {
    /// The network.
    pub network: Network,
    /// What is trusted before the update.
    pub trusted: Trusted,
    /// The update as the client and the contract take it (UPD-1).
    pub update: Bytes,
}

impl UpdateFile {
    /// Reads the update.
    pub(crate) fn decode(&self) -> crate::error::Result<Update<'_>> {
        Update::decode(&self.update).map_err(|error| refuse("light-client update", error))
    }

    /// Hash of the execution block that the update finalizes, if the update is valid.
    pub(crate) fn execution_block_hash(&self) -> crate::error::Result<B256> {
        Ok(self.decode()?.pair.execution_block_hash)
    }

    /// A few lines about it.
    pub(crate) fn summary(&self) -> Vec<(String, String)> {
        let Network { chain_id, genesis_time, committee_size, .. } = self.network;
        let trusted = &self.trusted;
        let mut lines = vec![
            ("network".into(), format!("chain {chain_id}, genesis {genesis_time}")),
            (
                "trusted".into(),
                format!(
                    "slot {}, committee {}",
                    trusted.finalized_slot, trusted.current_committee_root
                ),
            ),
        ];
        match Update::decode(&self.update) {
            Ok(update) => lines.extend(packed::update_lines(&update, Some(committee_size))),
            Err(error) => lines.push(("update".into(), format!("unreadable: {error}"))),
        }
        lines
    }
}

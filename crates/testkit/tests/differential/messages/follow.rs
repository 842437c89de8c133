//! The light clients that a chain's registry knows, in Rust.

use alloy_primitives::{Address, U256};
use light_client::{
    Assumption,
    ancestry::Ancestor,
    attestation::{self, Domain},
    attested,
    beacon::{self, Trusted},
    client,
    crypto::{DefaultBls, ecdsa::K256},
};
use mos::Clients;
use std::collections::BTreeMap;
use testkit::beacon::Network;

/// One client, as it is now.
pub(super) enum Followed {
    Beacon { network: Network, trusted: Box<Trusted>, heads: Box<beacon::Heads> },
    Attested(Attested),
}

/// A client that rests on attestors, and its contract.
pub(super) struct Attested {
    pub(super) contract: Address,
    pub(super) trusted: attested::Trusted,
    pub(super) heads: Box<attested::Heads>,
    /// The blocks of its heads by number, the first head's first.
    pub(super) numbers: Vec<usize>,
}

/// All of them at one time.
pub(super) struct Registry<'a> {
    pub(super) clients: &'a BTreeMap<u64, Followed>,
    pub(super) now: u64,
}

impl Registry<'_> {
    fn of(&self, chain_id: U256) -> Result<(u64, &Followed), mos::Error> {
        let chain_id = chain_id.to();
        let found = self.clients.get(&chain_id).map(|client| (chain_id, client));
        found.ok_or_else(|| client::Error::UnknownChain { chain_id }.into())
    }
}

impl Clients for Registry<'_> {
    fn assumption(&self, chain_id: U256) -> Result<Assumption, mos::Error> {
        Ok(match self.of(chain_id)? {
            (chain_id, Followed::Beacon { .. }) => Assumption::SyncCommittee { chain_id },
            (chain_id, Followed::Attested(_)) => Assumption::Attestors { chain_id },
        })
    }

    fn ancestor(&self, chain_id: U256, id: u64, proof: &[u8]) -> Result<Ancestor, mos::Error> {
        match self.of(chain_id)? {
            (_, Followed::Beacon { network, trusted, heads }) => {
                let config = network.config();
                let Ok(client) = beacon::Client::new(config, DefaultBls::default()) else {
                    panic!("a client of this network exists")
                };
                let head = client.head(trusted, heads, id, self.now)?;
                Ok(head.ancestor(&config, proof)?)
            }
            (chain_id, Followed::Attested(Attested { heads, .. })) => {
                // Whom it asks when it is updated does not matter to what it has.
                let nobody = Domain::new(U256::ZERO, Address::ZERO);
                let nobody = attestation::Attestors::new(nobody, &[], K256);
                let head = attested::Client::new(chain_id, nobody).head(heads, id)?;
                Ok(head.ancestor(proof)?)
            }
        }
    }
}

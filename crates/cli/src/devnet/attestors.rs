//! Attestors of a devnet: a key and a folder for each, the sets that the contracts hold, and the configurations to start them by.

use super::{
    Start,
    record::{Attestor, Record},
    relayer_toml,
};
use crate::{
    error::{Error, Result},
    file,
};
use alloy_primitives::Address;
use std::{
    fs,
    net::TcpListener,
    ops::Range,
    path::{Path, PathBuf},
};

/// Most attestors of a devnet.
pub(super) const MOST: u64 = 8;

/// Ports that they are asked at.
const PORTS: Range<u16> = 12_000..20_000;

/// Names of the files of each.
const CONFIG: &str = "attestor.toml";
const KEY: &str = "key";

/// Those who attest to both chains, on both chains.
#[derive(Clone, Debug, Default)]
pub(super) struct Set {
    /// They, in the order of their numbers.
    pub members: Vec<Attestor>,
    /// How many of them have to sign.
    pub threshold: u64,
}

impl Set {
    /// Makes as many keys as are asked for, each in a folder of its own.
    pub(super) fn new(folder: &Path, args: &Start) -> Result<Self> {
        let count = args.attestors;
        let threshold = args.threshold.unwrap_or(count / 2 + 1);
        if count == 0 {
            return Ok(Self::default());
        }
        if threshold > count {
            let problem = format!("--threshold {threshold}: there are {count} attestors");
            return Err(Error::Usage(problem));
        }
        let ports = ports(count)?;
        let member = |(number, port): (u64, u16)| {
            let own = own_folder(folder, number);
            let address = relayer_toml::keystore(&own, KEY)?;
            let url = format!("http://127.0.0.1:{port}");
            Ok(Attestor { address, config: own.join(CONFIG), url })
        };
        let members = (1..=count).zip(ports).map(member).collect::<Result<_>>()?;
        Ok(Self { members, threshold })
    }

    /// Whether lanes ask for them.
    pub(super) const fn is_asked(&self) -> bool {
        !self.members.is_empty()
    }

    /// The accounts as contracts take them: in ascending order.
    pub(super) fn accounts(&self) -> Vec<Address> {
        let mut accounts: Vec<Address> = self.members.iter().map(|one| one.address).collect();
        accounts.sort_unstable();
        accounts
    }
}

/// Removes what another devnet has left there.
pub(super) fn remove(folder: &Path) {
    for number in 1..=MOST {
        let _ = fs::remove_dir_all(own_folder(folder, number));
    }
}

fn own_folder(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("attestor-{number}"))
}

/// Ports that nothing listens at, nor will before attestors are started, which may be long after: none of those that systems give to
/// whoever asks for any, and others for each devnet.
fn ports(count: u64) -> Result<Vec<u16>> {
    let length = u64::from(PORTS.end - PORTS.start);
    let begin = u64::from(std::process::id()) * MOST;
    let places = (begin..begin + length).filter_map(|place| u16::try_from(place % length).ok());
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let ports = places.map(|place| PORTS.start + place).filter(free);
    let found: Vec<u16> = (0..count).zip(ports).map(|(_, port)| port).collect();
    let missing = || Error::tool("a port for an attestor", "all are taken");
    (found.len() as u64 == count).then_some(found).ok_or_else(missing)
}

/// Writes the configuration of one that asks these nodes of both chains. Paths are relative to its folder, which may be moved.
pub(super) fn write(
    attestor: &Attestor,
    record: &Record,
    nodes: [&[String]; 2],
    with_faults: bool,
) -> Result<()> {
    let listen = attestor.url.trim_start_matches("http://");
    let mut text = format!(
        "# An attestor of the devnet: {}. `heliograph devnet` has written it, and writes it anew each time.\n\
         \nroles = [\"attestor\"]\n\
         \n[api]\nlisten = \"{listen}\"\n\
         \n[attest]\nsigner = {{ key = \"keystore:{KEY}\", password = \"file:password\" }}\n\
         contracts = {{ a = \"{}\", b = \"{}\" }}\nfile = \"signed.db\"\n",
        attestor.address, record.a.attestors, record.b.attestors
    );
    for ((name, end), nodes) in [("a", &record.a), ("b", &record.b)].into_iter().zip(nodes) {
        text += &relayer_toml::chain(name, end, nodes, (record, with_faults));
    }
    file::write(&attestor.config, &text)
}

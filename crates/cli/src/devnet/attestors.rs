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
    path::{Path, PathBuf},
};
use testkit::Port;

/// Most attestors of a devnet.
pub(super) const MOST: u64 = 8;

/// Names of the files of each.
const CONFIG: &str = "attestor.toml";
const KEY: &str = "key";

/// Those who attest to both chains, on both chains.
#[derive(Debug, Default)]
pub(super) struct Set {
    /// They, in the order of their numbers.
    pub members: Vec<Attestor>,
    /// How many of them have to sign.
    pub threshold: u64,
    /// Where they will be asked: they may be started long after.
    pub ports: Vec<Port>,
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
        let failed = |error| Error::tool("a port for an attestor", error);
        let reserve = |_| Port::reserve().map_err(failed);
        let ports = (0..count).map(reserve).collect::<Result<Vec<_>>>()?;
        let member = |(number, port): (u64, &Port)| {
            let own = own_folder(folder, number);
            let address = relayer_toml::keystore(&own, KEY)?;
            let url = format!("http://127.0.0.1:{}", port.number());
            Ok(Attestor { address, config: own.join(CONFIG), url })
        };
        let members = (1..=count).zip(&ports).map(member).collect::<Result<_>>()?;
        Ok(Self { members, threshold, ports })
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

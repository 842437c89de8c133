//! The relayer's configuration for a devnet, and the keys that it names.

use super::record::{End, Record};
use crate::{
    error::{Error, Result},
    file,
};
use alloy_primitives::Address;
use alloy_signer::k256::elliptic_curve::rand_core::OsRng;
use alloy_signer_local::PrivateKeySigner;
use std::{
    fs::Permissions, iter::once, net::TcpListener, os::unix::fs::PermissionsExt as _, path::Path,
};

/// Where the relayer's HTTP interface usually is.
const API: u16 = 8787;

/// The password of the keystores: they hold nothing that is worth anything.
const PASSWORD: &str = "heliograph devnet";

/// Makes so many keys, each in a keystore; returns their addresses.
pub(super) fn keys(folder: &Path, count: u64) -> Result<Vec<Address>> {
    let keys = folder.join("keys");
    (1..=count).map(|number| keystore(&keys, &format!("signer-{number}"))).collect()
}

/// Makes a key in a keystore of this name, beside the file of its password; returns its address.
pub(super) fn keystore(folder: &Path, name: &str) -> Result<Address> {
    let write = |source| Error::Io { action: "write", path: folder.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(write)?;
    file::write(&folder.join("password"), &format!("{PASSWORD}\n"))?;
    private(&folder.join("password"))?;
    let key = PrivateKeySigner::random_with(&mut OsRng);
    PrivateKeySigner::encrypt_keystore(folder, &mut OsRng, key.to_bytes(), PASSWORD, Some(name))
        .map_err(|e| Error::tool("the keystore", e))?;
    private(&folder.join(name))?;
    Ok(key.address())
}

/// Keeps a file from other users: the relayer takes no secret that they can read.
fn private(path: &Path) -> Result<()> {
    let only_owner = Permissions::from_mode(0o600);
    let failed = |source| Error::Io { action: "protect", path: path.to_owned(), source };
    std::fs::set_permissions(path, only_owner).map_err(failed)
}

/// Writes the configuration.
pub(super) fn write(folder: &Path, record: &Record, with_faults: bool) -> Result<()> {
    let at = folder.display();
    let mut text = format!(
        "# A relayer for the devnet in this folder. `heliograph devnet` has written it, and writes it anew each time.\n\
         \n[store]\nurl = \"sqlite:{at}/relayer.db\"\n\
         \n[api]\nlisten = \"127.0.0.1:{}\"\n",
        api_port()
    );
    for (name, end) in [("a", &record.a), ("b", &record.b)] {
        text += &chain(name, end, &end.endpoints, (record, with_faults));
        text += &signers(folder, name, record);
    }
    for (on, follows, end) in [("a", "b", &record.b), ("b", "a", &record.a)] {
        let beacons: Vec<_> = once(&end.beacon).chain(&end.other_beacon).collect();
        let on_end = if on == "a" { &record.a } else { &record.b };
        text += &format!(
            "\n[[clients]]\non = \"{on}\"\nfollows = \"{follows}\"\naddress = \"{}\"\nkind = {{ beacon = {{ endpoints = {beacons:?} }} }}\n",
            on_end.light_client
        );
    }
    for (from, to) in [("a", "b"), ("b", "a")] {
        text += &format!("\n[[lanes]]\nfrom = \"{from}\"\nto = \"{to}\"\nbatch = 16\n");
    }
    if !record.attestors.is_empty() {
        let urls: Vec<&str> = record.attestors.iter().map(|one| one.url.as_str()).collect();
        text += &format!("\n[attestors]\nendpoints = {urls:?}\n");
    }
    file::write(&record.relayer, &text)
}

/// The port that documentation names, or, where something listens there, any other.
fn api_port() -> u16 {
    let usual = TcpListener::bind(("127.0.0.1", API));
    let port = usual.or_else(|_| TcpListener::bind(("127.0.0.1", 0)));
    let port = port.and_then(|listener| listener.local_addr());
    port.map_or(API, |address| address.port())
}

/// A chain, asked at these nodes.
pub(super) fn chain(
    name: &str,
    end: &End,
    nodes: &[String],
    (record, with_faults): (&Record, bool),
) -> String {
    // The time that a fault costs is to be small beside a slot.
    let timeout = if with_faults { 3 } else { 10 };
    format!(
        "\n[chains.{name}]\nid = {}\nservice = \"{}\"\nchecker = \"{}\"\nstart_block = {}\nblock_seconds = {}.0\n\
         rpc = {{ endpoints = {nodes:?}, timeout_seconds = {timeout}.0 }}\n",
        end.chain_id,
        end.message_service,
        end.message_checker,
        end.start_block,
        record.slot_seconds,
    )
}

/// Who sends transactions on a chain, and how much they may spend.
fn signers(folder: &Path, name: &str, record: &Record) -> String {
    let mut text = String::new();
    for (number, address) in (1..).zip(&record.signers) {
        text += &format!(
            "\n[[chains.{name}.signers]] # {address}\nkey = \"keystore:{0}/keys/signer-{number}\"\npassword = \"file:{0}/keys/password\"\n",
            folder.display()
        );
    }
    text += &format!("\n[chains.{name}.limits]\nether_per_day = 1000.0\n");
    text
}

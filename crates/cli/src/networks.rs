//! Networks by name, or from a file.

use crate::{
    error::{Error, Result},
    file,
};
use light_client::beacon::{
    Config, Network,
    networks::{CHIADO, GNOSIS, HOODI, MAINNET, SEPOLIA},
};
use std::{collections::BTreeMap, path::Path};

/// The networks that need no file.
const KNOWN: [(&str, Config<'static>); 5] = [
    ("mainnet", MAINNET),
    ("sepolia", SEPOLIA),
    ("hoodi", HOODI),
    ("gnosis", GNOSIS),
    ("chiado", CHIADO),
];

/// All networks that need no file, by name.
pub(crate) fn all() -> BTreeMap<&'static str, Network> {
    KNOWN.into_iter().map(|(name, config)| (name, Network::from(config))).collect()
}

/// The network of this name, or in the file of this name.
pub(crate) fn load(name: &str) -> Result<Network> {
    if let Some((_, config)) = KNOWN.iter().find(|(known, _)| *known == name) {
        return Ok(Network::from(*config));
    }
    let path = Path::new(name);
    if !path.exists() && !name.contains(['/', '.']) {
        let known: Vec<&str> = KNOWN.iter().map(|(known, _)| *known).collect();
        let known = known.join(", ");
        return Err(Error::Usage(format!("--network: no file, and none of {known}: {name}")));
    }
    let text = file::read_text(path)?;
    let wrong = |e| Error::input(name, format!("not the configuration of a network: {e}"));
    serde_json::from_str(&text).map_err(wrong)
}

//! Forks, presets, and what depends on them in the objects.

use super::codec::Error;
use crate::beacon::IndexSet;
use alloc::vec::Vec;
use serde::{Deserialize, Deserializer, Serialize};

/// The form of an object: two forks with the same indices serve objects of the same form.
pub type Form = IndexSet;

/// The fork that decides the form of an object: `Eth-Consensus-Version`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Version {
    /// Altair: no execution.
    Altair,
    /// Bellatrix. Its execution headers are not part of these objects.
    Bellatrix,
    /// Capella: execution headers of 15 fields.
    Capella,
    /// Deneb: execution headers of 17 fields.
    Deneb,
    /// Electra: longer branches into the state.
    Electra,
    /// Fulu: as Electra.
    Fulu,
    /// Gloas: an execution block hash in place of the execution header, and other indices.
    Gloas,
}

impl Version {
    /// The indices that branches are for.
    pub const fn index_set(self) -> IndexSet {
        match self {
            Self::Altair | Self::Bellatrix => IndexSet::Altair,
            Self::Capella => IndexSet::Capella,
            Self::Deneb => IndexSet::Deneb,
            Self::Electra | Self::Fulu => IndexSet::Electra,
            Self::Gloas => IndexSet::Gloas,
        }
    }
}

/// The constants of a network that SSZ depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Preset {
    /// Committees of 512: every public network.
    #[default]
    Mainnet,
    /// Committees of 32: test networks.
    Minimal,
}

impl Preset {
    /// Members of a sync committee.
    pub const fn committee_size(self) -> usize {
        match self {
            Self::Mainnet => 512,
            Self::Minimal => 32,
        }
    }
}

/// One of the objects that beacon nodes serve to light clients.
pub trait Object: Sized {
    /// Reads the SSZ of a fork and a preset.
    ///
    /// # Errors
    ///
    /// As [`Error`] says: there is one encoding of an object, and nothing else is read.
    fn from_ssz(bytes: &[u8], version: Version, preset: Preset) -> Result<Self, Error>;

    /// Writes the SSZ. What was not made by this crate may not have the form of any fork; its bytes are not read back.
    fn to_ssz(&self) -> Vec<u8>;

    /// Whether headers and branches are those of a form.
    fn has_form(&self, form: Form) -> bool;
}

/// An object as the beacon API sends it. Some servers leave the version out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Versioned<T> {
    /// The fork of the object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// The object. It has the form of the version, if there is one.
    pub data: T,
}

impl<'de, T: Object + Deserialize<'de>> Deserialize<'de> for Versioned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Unchecked<T> {
            version: Option<Version>,
            data: T,
        }

        let Unchecked::<T> { version, data } = Unchecked::deserialize(deserializer)?;
        match version.map(Version::index_set) {
            Some(expected) if !data.has_form(expected) => {
                Err(serde::de::Error::custom(Error::Form { expected }))
            }
            _ => Ok(Self { version, data }),
        }
    }
}

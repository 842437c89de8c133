//! The network of a case: forks from `config.yaml`, sizes from the preset.

use super::archive::Case;
use alloy_primitives::{B256, FixedBytes};
use light_client::beacon::{
    Config, Fork, Network,
    networks::MINIMAL,
    spec::{Preset, Version},
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The part of `config.yaml` that matters to a light client. Forks that the case does not reach may be missing. Versions are
/// numbers to YAML.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct Schedule {
    preset_base: String,
    altair_fork_version: Option<u32>,
    altair_fork_epoch: Option<u64>,
    bellatrix_fork_version: Option<u32>,
    bellatrix_fork_epoch: Option<u64>,
    capella_fork_version: Option<u32>,
    capella_fork_epoch: Option<u64>,
    deneb_fork_version: Option<u32>,
    deneb_fork_epoch: Option<u64>,
    electra_fork_version: Option<u32>,
    electra_fork_epoch: Option<u64>,
    fulu_fork_version: Option<u32>,
    fulu_fork_epoch: Option<u64>,
    gloas_fork_version: Option<u32>,
    gloas_fork_epoch: Option<u64>,
    max_blobs_per_block_electra: Option<u64>,
    #[serde(default)]
    blob_schedule: Vec<Blobs>,
}

/// From an epoch on, a limit on blobs. It changes the digest, and nothing else here.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct Blobs {
    epoch: u64,
    max_blobs_per_block: u64,
}

/// A fork, its version, its first epoch.
type Row = (Version, [u8; 4], u64);

/// What a light client must know before it starts.
pub(crate) struct Setting {
    pub(crate) network: Network,
    rows: Vec<Row>,
    /// Electra's limit on blobs, and those scheduled later.
    blobs: Vec<Blobs>,
}

impl Setting {
    pub(crate) fn of(case: &Case, genesis_validators_root: B256) -> Self {
        let schedule: Schedule = case.yaml("config");
        assert_eq!((schedule.preset_base.as_str(), case.preset()), ("minimal", Preset::Minimal));
        let rows = schedule.rows();
        let mut forks: Vec<Fork> = Vec::new();
        for (version, bytes, epoch) in rows.clone() {
            let fork = Fork { epoch, version: bytes, index_set: version.index_set() };
            if epoch == u64::MAX {
                continue;
            }
            // Of forks in one epoch only the last ever is.
            match forks.last_mut().filter(|last| last.epoch == epoch) {
                Some(last) => *last = fork,
                None => forks.push(fork),
            }
        }
        let network =
            Network { genesis_validators_root, forks, ..Network::from(Config { ..MINIMAL }) };
        let electra = Blobs {
            epoch: schedule.electra_fork_epoch.unwrap_or_default(),
            max_blobs_per_block: schedule.max_blobs_per_block_electra.unwrap_or_default(),
        };
        let blobs = [&[electra], &schedule.blob_schedule[..]].concat();
        Self { network, rows, blobs }
    }

    /// The newest fork that the chain reaches.
    pub(crate) fn newest(&self) -> Version {
        self.rows.iter().rev().find(|row| row.2 < u64::MAX).unwrap().0
    }

    /// The fork with these version bytes.
    pub(crate) fn version(&self, bytes: FixedBytes<4>) -> Version {
        self.rows.iter().find(|row| row.1 == bytes.0).unwrap().0
    }

    /// The fork with this digest. From Fulu on it has several: one for each limit on blobs.
    pub(crate) fn version_of_digest(&self, digest: FixedBytes<4>) -> Version {
        let has = |row: &&Row| {
            let base = self.fork_data_root(row.1);
            if row.0 < Version::Fulu {
                return base == digest;
            }
            self.blobs.iter().any(|blobs| base ^ blobs.mask() == digest)
        };
        self.rows.iter().find(has).unwrap().0
    }

    /// The first bytes of `compute_fork_data_root`.
    fn fork_data_root(&self, version: [u8; 4]) -> FixedBytes<4> {
        let mut chunk = [0; 64];
        chunk[..4].copy_from_slice(&version);
        chunk[32..].copy_from_slice(self.network.genesis_validators_root.as_slice());
        FixedBytes::from_slice(&Sha256::digest(chunk)[..4])
    }
}

impl Blobs {
    /// What `compute_fork_digest` mixes in.
    fn mask(&self) -> FixedBytes<4> {
        let bytes = [self.epoch, self.max_blobs_per_block].map(u64::to_le_bytes).concat();
        FixedBytes::from_slice(&Sha256::digest(bytes)[..4])
    }
}

impl Schedule {
    fn rows(&self) -> Vec<Row> {
        let rows = [
            (Version::Altair, self.altair_fork_version, self.altair_fork_epoch),
            (Version::Bellatrix, self.bellatrix_fork_version, self.bellatrix_fork_epoch),
            (Version::Capella, self.capella_fork_version, self.capella_fork_epoch),
            (Version::Deneb, self.deneb_fork_version, self.deneb_fork_epoch),
            (Version::Electra, self.electra_fork_version, self.electra_fork_epoch),
            (Version::Fulu, self.fulu_fork_version, self.fulu_fork_epoch),
            (Version::Gloas, self.gloas_fork_version, self.gloas_fork_epoch),
        ];
        let row = |(fork, version, epoch): (_, Option<u32>, Option<_>)| {
            Some((fork, version?.to_be_bytes(), epoch?))
        };
        rows.into_iter().filter_map(row).collect()
    }
}

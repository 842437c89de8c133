//! The archive, unpacked in memory.

use light_client::beacon::spec::{Object, Preset, Version};
use serde::{Deserialize, de::DeserializeOwned};
use std::{collections::BTreeMap, fmt, fs::File, io::Read, sync::LazyLock};

/// Every file by its path.
static FILES: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../vectors/beacon/spec/pyspec_lc_vectors_1.7.0b4.tar.zst"
    );
    let tar = ruzstd::decoding::StreamingDecoder::new(File::open(path).unwrap()).unwrap();
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(tar).entries().unwrap() {
        let mut entry = entry.unwrap();
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let path = entry.path().unwrap().to_str().unwrap().trim_start_matches("./").to_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        files.insert(path, bytes);
    }
    files
});

/// `manifest.yaml`: what a case is.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Manifest {
    preset: String,
    pub(crate) fork: String,
    pub(crate) handler: String,
    pub(crate) case: String,
}

/// A folder of the archive.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    folder: String,
    pub(crate) manifest: Manifest,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.folder)
    }
}

/// All cases, by path.
pub(crate) fn cases() -> Vec<Case> {
    let folders = FILES.keys().filter_map(|path| path.strip_suffix("/manifest.yaml"));
    let case = |folder: &str| {
        let manifest = yaml(&FILES[&format!("{folder}/manifest.yaml")]);
        Case { folder: folder.to_owned(), manifest }
    };
    folders.map(case).collect()
}

impl Case {
    pub(crate) fn preset(&self) -> Preset {
        match self.manifest.preset.as_str() {
            "mainnet" => Preset::Mainnet,
            "minimal" => Preset::Minimal,
            other => panic!("preset {other}"),
        }
    }

    /// The fork of the objects. Heze's are those of Gloas.
    pub(crate) fn version(&self) -> Version {
        match self.manifest.fork.as_str() {
            "heze" => Version::Gloas,
            fork => serde_json::from_value(fork.into()).unwrap(),
        }
    }

    pub(crate) fn yaml<T: DeserializeOwned>(&self, name: &str) -> T {
        yaml(&FILES[&format!("{}/{name}.yaml", self.folder)])
    }

    /// The SSZ of a file.
    pub(crate) fn ssz(&self, name: &str) -> Vec<u8> {
        let compressed = &FILES[&format!("{}/{name}.ssz_snappy", self.folder)];
        snap::raw::Decoder::new().decompress_vec(compressed).unwrap()
    }

    /// The object of a file, which is written as it was read.
    pub(crate) fn object<T: Object>(&self, name: &str, version: Version) -> T {
        let bytes = self.ssz(name);
        let object = T::from_ssz(&bytes, version, self.preset()).unwrap();
        assert!(object.to_ssz() == bytes, "{self}/{name}");
        assert!(object.has_form(version.index_set()), "{self}/{name}");
        object
    }

    /// How many files there are whose name begins and ends so.
    pub(crate) fn count(&self, prefix: &str, suffix: &str) -> usize {
        let folder = format!("{}/", self.folder);
        let names = FILES.keys().filter_map(|path| path.strip_prefix(&folder));
        names.filter(|name| name.starts_with(prefix) && name.ends_with(suffix)).count()
    }
}

fn yaml<T: DeserializeOwned>(bytes: &[u8]) -> T {
    serde_saphyr::from_str(std::str::from_utf8(bytes).unwrap()).unwrap()
}

//! Light-client objects as beacon nodes serve them: SSZ or JSON, alone or several behind each other.

mod json;
mod ssz;

use light_client::beacon::{
    BeaconHeader, Config, IndexSet, Network,
    spec::{
        LightClientBootstrap, LightClientFinalityUpdate, LightClientHeader,
        LightClientOptimisticUpdate, LightClientUpdate, Object as _, Preset, SyncAggregate,
        Version,
    },
};

/// One of the objects that follow a bootstrap.
#[derive(Clone, Debug)]
pub enum Object {
    /// With a next committee.
    Update(Box<LightClientUpdate>),
    /// Without one.
    Finality(Box<LightClientFinalityUpdate>),
    /// Of which nothing is final.
    Optimistic(Box<LightClientOptimisticUpdate>),
}

/// An object and what it is called.
#[derive(Clone, Debug)]
pub struct Named {
    /// The file, and which one of it when it holds several.
    pub name: String,
    /// The object, or why there is none.
    pub object: Result<Object, String>,
}

/// How SSZ is to be read.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'c> {
    /// The network that the objects are of.
    pub config: Config<'c>,
    /// The fork that decides the form; told by the slot when it is not given.
    pub fork: Option<Version>,
}

impl<'c> Reading<'c> {
    /// Objects of a network, in the form of `fork` if it is given.
    pub fn new(network: &'c Network, fork: Option<Version>) -> Self {
        Self { config: network.as_config(), fork }
    }

    /// The preset with committees of the network's size.
    fn preset(&self) -> Preset {
        match usize::try_from(self.config.committee_size) {
            Ok(size) if size == Preset::Minimal.committee_size() => Preset::Minimal,
            _ => Preset::Mainnet,
        }
    }

    /// Forks to try, one of each form, newest first.
    fn versions(&self) -> Vec<Version> {
        let newest_first = IndexSet::ALL.into_iter().rev().map(version_of);
        self.fork.map_or_else(|| newest_first.collect(), |fork| vec![fork])
    }

    /// Whether the fork of a slot has the form of `version`.
    fn is_form_at(&self, slot: u64, version: Version) -> bool {
        let fork = self.config.fork_at(slot);
        fork.is_ok_and(|fork| fork.index_set == version.index_set())
    }

    /// Reads a bootstrap.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words.
    pub fn bootstrap(&self, content: &[u8]) -> Result<LightClientBootstrap, String> {
        match text_of(content) {
            Some(text) => json::bootstrap(text),
            None => ssz::bootstrap(self, content),
        }
    }

    /// Reads the objects of a file that is called `name`.
    #[must_use]
    pub fn objects(&self, name: &str, content: &[u8]) -> Vec<Named> {
        let read = match text_of(content) {
            Some(text) => json::objects(text),
            None => ssz::objects(self, content),
        };
        named(name, read)
    }
}

/// Reads the objects of an answer in JSON.
#[must_use]
pub fn answer(name: &str, answer: &serde_json::Value) -> Vec<Named> {
    named(name, json::objects_of(answer))
}

/// Gives every object of `name` its name.
fn named(name: &str, read: Result<Vec<Read>, String>) -> Vec<Named> {
    let objects = match read {
        Ok(objects) => objects,
        Err(problem) => vec![Err(problem)],
    };
    if let [_] = objects[..] {
        let one = |object| Named { name: name.to_owned(), object };
        return objects.into_iter().map(one).collect();
    }
    let numbered = (0..).zip(objects);
    numbered
        .map(|(at, object): (u64, Read)| Named { name: format!("{name}[{at}]"), object })
        .collect()
}

/// An object, or why there is none.
type Read = Result<Object, String>;

impl Object {
    /// What it is, for people.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Update(_) => "update",
            Self::Finality(_) => "finality update",
            Self::Optimistic(_) => "optimistic update",
        }
    }

    /// The header that becomes final. Of an optimistic update nothing does: its attested header stands for it.
    #[must_use]
    pub const fn finalized(&self) -> &BeaconHeader {
        match self {
            Self::Update(update) => &update.finalized_header.beacon,
            Self::Finality(update) => &update.finalized_header.beacon,
            Self::Optimistic(update) => &update.attested_header.beacon,
        }
    }

    /// Slot of [`finalized`](Self::finalized).
    #[must_use]
    pub const fn finalized_slot(&self) -> u64 {
        self.finalized().slot
    }

    /// The header that was signed.
    pub const fn attested(&self) -> &LightClientHeader {
        match self {
            Self::Update(update) => &update.attested_header,
            Self::Finality(update) => &update.attested_header,
            Self::Optimistic(update) => &update.attested_header,
        }
    }

    /// Slot of the block that carries the signature.
    pub const fn signature_slot(&self) -> u64 {
        match self {
            Self::Update(update) => update.signature_slot,
            Self::Finality(update) => update.signature_slot,
            Self::Optimistic(update) => update.signature_slot,
        }
    }

    /// Who has signed.
    pub const fn aggregate(&self) -> &SyncAggregate {
        match self {
            Self::Update(update) => &update.sync_aggregate,
            Self::Finality(update) => &update.sync_aggregate,
            Self::Optimistic(update) => &update.sync_aggregate,
        }
    }

    /// The oldest form that it has.
    pub fn form(&self) -> Option<IndexSet> {
        let has = |form: &IndexSet| match self {
            Self::Update(update) => update.has_form(*form),
            Self::Finality(update) => update.has_form(*form),
            Self::Optimistic(update) => update.has_form(*form),
        };
        IndexSet::ALL.into_iter().find(has)
    }
}

/// A fork whose objects have this form.
pub const fn version_of(form: IndexSet) -> Version {
    match form {
        IndexSet::Altair => Version::Altair,
        IndexSet::Capella => Version::Capella,
        IndexSet::Deneb => Version::Deneb,
        IndexSet::Electra => Version::Electra,
        IndexSet::Gloas => Version::Gloas,
    }
}

/// JSON, if it is that: no SSZ of these objects begins with a bracket that is followed by text.
fn text_of(content: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(content).ok()?.trim_start();
    text.starts_with(['{', '[']).then_some(text)
}

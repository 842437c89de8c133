//! Light-client objects in files, as beacon nodes serve them: SSZ or JSON, one or several to a file.

pub(crate) use prover::objects::{Named, Object, version_of};

use crate::{
    error::{Error, Result},
    file,
};
use light_client::beacon::{
    Network,
    spec::{LightClientBootstrap, Version},
};
use prover::objects;
use std::path::Path;

/// How SSZ is to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading<'c>(objects::Reading<'c>);

impl<'c> Reading<'c> {
    /// Objects of a network, in the form of `fork` if it is given.
    pub(crate) fn new(network: &'c Network, fork: Option<Version>) -> Self {
        Self(objects::Reading::new(network, fork))
    }

    /// Reads a bootstrap.
    pub(crate) fn bootstrap(&self, path: &Path) -> Result<LightClientBootstrap> {
        let read = self.0.bootstrap(&file::read(path)?);
        read.map_err(|problem| Error::input(path.display(), problem))
    }

    /// Reads the objects of a file.
    pub(crate) fn objects(&self, path: &Path) -> Result<Vec<Named>> {
        Ok(self.0.objects(&path.display().to_string(), &file::read(path)?))
    }
}

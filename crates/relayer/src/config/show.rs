//! A configuration for people and programs to look at: what is in force, where it comes from, and what could be there.

use super::{
    Config,
    source::{Index, Origin, Source},
};
use serde_json::Value;
use std::collections::BTreeMap;

/// Where each value comes from.
#[derive(Clone, Debug, Default)]
pub struct Origins(BTreeMap<Vec<String>, Origin>);

/// A value that is in force.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its names from the outside, with dots.
    pub path: String,
    /// The value, or what may be shown of it.
    pub value: Value,
    /// Where it comes from.
    pub origin: Origin,
}

impl Origins {
    pub(super) fn new(source: &Source, index: &Index, config: &Config) -> Self {
        let mut origins = BTreeMap::new();
        for (path, _) in leaves(config) {
            let spot = index.get(&path);
            let origin = spot.map_or(Origin::Default, |spot| source.origin(spot.value.start));
            origins.insert(path, origin);
        }
        Self(origins)
    }

    /// All values that are in force, with what may be shown of them.
    pub fn values(&self, config: &Config) -> Vec<Shown> {
        let leaf = |(path, value): (Vec<String>, Value)| Shown {
            origin: self.0.get(&path).cloned().unwrap_or(Origin::Default),
            path: path.join("."),
            value,
        };
        leaves(config).into_iter().map(leaf).collect()
    }
}

/// The JSON schema of a configuration.
pub fn schema() -> Value {
    schemars::schema_for!(Config).to_value()
}

fn leaves(config: &Config) -> Vec<(Vec<String>, Value)> {
    let mut found = Vec::new();
    collect(&mut Vec::new(), serde_json::to_value(config).unwrap_or_default(), &mut found);
    found
}

fn collect(path: &mut Vec<String>, value: Value, found: &mut Vec<(Vec<String>, Value)>) {
    let mut enter = |name: String, value: Value| {
        path.push(name);
        collect(path, value, found);
        path.pop();
    };
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            entries.into_iter().for_each(|(name, value)| enter(name, value));
        }
        Value::Array(items) if !items.is_empty() => {
            items.into_iter().enumerate().for_each(|(at, value)| enter(at.to_string(), value));
        }
        Value::Null => {}
        value => found.push((path.clone(), value)),
    }
}

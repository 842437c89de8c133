//! Objects in JSON: an answer of the beacon API, a list of such answers, or the object alone.

use super::{Object, Read};
use light_client::beacon::spec::{LightClientBootstrap, Object as SpecObject, Versioned};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A bootstrap.
pub(super) fn bootstrap(text: &str) -> Result<LightClientBootstrap, String> {
    let value = parse(text)?;
    if data(&value).get("current_sync_committee").is_none() {
        return Err("not a light-client bootstrap: no current_sync_committee".into());
    }
    object(&value)
}

/// All objects of a text.
pub(super) fn objects(text: &str) -> Result<Vec<Read>, String> {
    objects_of(&parse(text)?)
}

/// All objects of an answer.
pub(super) fn objects_of(value: &Value) -> Result<Vec<Read>, String> {
    match value {
        Value::Array(list) if list.is_empty() => Err("a list without an object".into()),
        Value::Array(list) => Ok(list.iter().map(one).collect()),
        one_object => Ok(vec![one(one_object)]),
    }
}

fn one(value: &Value) -> Read {
    let data = data(value);
    let has = |field| data.get(field).is_some();
    if has("next_sync_committee") {
        object(value).map(Box::new).map(Object::Update)
    } else if has("finalized_header") {
        object(value).map(Box::new).map(Object::Finality)
    } else if has("attested_header") {
        object(value).map(Box::new).map(Object::Optimistic)
    } else if has("current_sync_committee") {
        Err("a bootstrap: give it with --bootstrap".into())
    } else {
        Err("JSON that is no light-client object".into())
    }
}

/// The object in an answer; it must have the form of the version that the answer states.
fn object<T: SpecObject + DeserializeOwned>(value: &Value) -> Result<T, String> {
    let wrong = |e: serde_json::Error| format!("not a light-client object: {e}");
    if value.get("data").is_some() {
        let answer: Versioned<T> = serde_json::from_value(value.clone()).map_err(wrong)?;
        return Ok(answer.data);
    }
    serde_json::from_value(value.clone()).map_err(wrong)
}

fn data(value: &Value) -> &Value {
    value.get("data").unwrap_or(value)
}

fn parse(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|e| format!("not JSON: {e}"))
}

//! Objects in SSZ: one alone, or several in the chunks that the beacon API puts around updates.

use super::{Object, Read, Reading};
use light_client::beacon::spec::{
    Error, LightClientBootstrap, LightClientFinalityUpdate, LightClientOptimisticUpdate,
    LightClientUpdate, Object as SpecObject, Version,
};

/// Bytes of a fork digest, which stands before the object in a chunk.
const DIGEST: usize = 4;

/// A bootstrap.
pub(super) fn bootstrap(
    reading: &Reading<'_>,
    bytes: &[u8],
) -> Result<LightClientBootstrap, String> {
    let slot = |bootstrap: &LightClientBootstrap| bootstrap.header.beacon.slot;
    read(reading, bytes, slot).map_err(|errors| problem("bootstrap", bytes, &[errors]))
}

/// One object, or all that stand in chunks.
pub(super) fn objects(reading: &Reading<'_>, bytes: &[u8]) -> Result<Vec<Read>, String> {
    match chunks(bytes) {
        Some(objects) => Ok(objects.iter().map(|bytes| one(reading, bytes)).collect()),
        None => one(reading, bytes).map(|object| vec![Ok(object)]),
    }
}

fn one(reading: &Reading<'_>, bytes: &[u8]) -> Read {
    let attested = |update: &LightClientUpdate| update.attested_header.beacon.slot;
    let update = match read(reading, bytes, attested) {
        Ok(update) => return Ok(Object::Update(Box::new(update))),
        Err(errors) => errors,
    };
    let attested = |update: &LightClientFinalityUpdate| update.attested_header.beacon.slot;
    let finality = match read(reading, bytes, attested) {
        Ok(update) => return Ok(Object::Finality(Box::new(update))),
        Err(errors) => errors,
    };
    let attested = |update: &LightClientOptimisticUpdate| update.attested_header.beacon.slot;
    let optimistic = match read(reading, bytes, attested) {
        Ok(update) => return Ok(Object::Optimistic(Box::new(update))),
        Err(errors) => errors,
    };
    if read(reading, bytes, |bootstrap: &LightClientBootstrap| bootstrap.header.beacon.slot).is_ok()
    {
        return Err("a bootstrap: give it with --bootstrap".into());
    }
    Err(problem("light-client object", bytes, &[update, finality, optimistic]))
}

/// Reads an object: in the form that the fork of its slot has, else in any form in which it can be read.
fn read<T: SpecObject>(
    reading: &Reading<'_>,
    bytes: &[u8],
    slot: impl Fn(&T) -> u64,
) -> Result<T, Vec<(Version, Error)>> {
    let (mut other, mut errors) = (None, Vec::new());
    for version in reading.versions() {
        match T::from_ssz(bytes, version, reading.preset()) {
            Ok(object) if reading.is_form_at(slot(&object), version) => return Ok(object),
            Ok(object) => other = other.or(Some(object)),
            Err(error) => errors.push((version, error)),
        }
    }
    other.ok_or(errors)
}

/// Splits `length (8, little-endian) ‖ digest (4) ‖ object` as often as it is there; `None` if that does not come out even.
fn chunks(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut objects = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (chunk, rest) = rest.split_at_checked(length)?;
        objects.push(chunk.get(DIGEST..)?);
        bytes = rest;
    }
    (!objects.is_empty()).then_some(objects)
}

/// Why bytes are nothing of the kind. Of one fork all is said, of many only that there is none.
fn problem(kind: &str, bytes: &[u8], errors: &[Vec<(Version, Error)>]) -> String {
    let length = bytes.len();
    let tried: Vec<&(Version, Error)> = errors.iter().flatten().collect();
    let version = tried.first().map(|(version, _)| *version);
    if tried.iter().any(|(other, _)| Some(*other) != version) {
        return format!("{length} bytes that are the SSZ of no {kind} of this network, in no fork");
    }
    let reasons: Vec<String> = tried.iter().map(|(_, error)| error.to_string()).collect();
    let fork = version.map(|version| format!("{version:?}")).unwrap_or_default();
    format!("{length} bytes that are not the SSZ of a {kind} of {fork}: {}", reasons.join("; "))
}

//! JSON of the beacon API.

use crate::samples::{
    PRESETS, VERSIONS, bootstrap, committee, finality_update, header, optimistic_update, payload,
    update,
};
use light_client::beacon::spec::{
    ExecutionPayloadHeader, LightClientHeader, LightClientUpdate, Object, Preset, SyncCommittee,
    Version, Versioned,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::fmt::Debug;

fn round_trip<T>(version: Version, data: T)
where
    T: Object + Serialize + DeserializeOwned + Debug + PartialEq,
{
    let object = Versioned { version: Some(version), data };
    let json = serde_json::to_string(&object).unwrap();
    assert_eq!(serde_json::from_str::<Versioned<T>>(&json).unwrap(), object);
    // Without a version, and without a wrapper.
    let Versioned { data, .. } = object;
    let alone = serde_json::to_value(&data).unwrap();
    let read: Versioned<T> = serde_json::from_value(json!({ "data": alone })).unwrap();
    assert_eq!((read.version, &read.data), (None, &data));
    let list: Vec<T> = serde_json::from_value(json!([alone, alone])).unwrap();
    assert!(list.len() == 2 && list.iter().all(|read| *read == data));
    let wrapped = json!([{ "version": version, "data": alone }]);
    let list: Vec<Versioned<T>> = serde_json::from_value(wrapped).unwrap();
    assert_eq!(list[0].data, data);
}

#[test]
fn json_is_read_back() {
    for version in VERSIONS {
        for preset in PRESETS {
            round_trip(version, bootstrap(version, preset));
            round_trip(version, update(version, preset));
            round_trip(version, finality_update(version, preset));
            round_trip(version, optimistic_update(version, preset));
        }
    }
}

#[test]
fn json_is_spelled_as_the_api_spells_it() {
    let data = update(Version::Fulu, Preset::Mainnet);
    let json = serde_json::to_string(&Versioned { version: Some(Version::Fulu), data }).unwrap();
    assert!(
        json.starts_with(r#"{"version":"fulu","data":{"attested_header":{"beacon":{"slot":"2""#)
    );
    assert!(json.contains(r#""base_fee_per_gas":"7000000000""#));
    assert!(json.contains(r#""blob_gas_used":"131072","excess_blob_gas":"5""#));
    let keys = |version| -> Vec<String> {
        let Value::Object(header) = serde_json::to_value(header(version, 1)).unwrap() else {
            unreachable!("a header is an object")
        };
        header.keys().cloned().collect()
    };
    assert_eq!(keys(Version::Altair), ["beacon"]);
    assert_eq!(keys(Version::Capella), ["beacon", "execution", "execution_branch"]);
    assert_eq!(keys(Version::Gloas), ["beacon", "execution_block_hash", "execution_branch"]);
}

#[test]
fn json_of_another_fork_is_refused() {
    for written in VERSIONS {
        let data = serde_json::to_value(update(written, Preset::Minimal)).unwrap();
        for version in VERSIONS {
            let read = serde_json::from_value::<Versioned<LightClientUpdate>>(
                json!({ "version": version, "data": data }),
            );
            let expected = version.index_set();
            match read {
                Ok(_) => assert_eq!(written.index_set(), expected),
                Err(error) => {
                    assert_ne!(written.index_set(), expected);
                    let form = format!("the object has not the form of {expected:?}");
                    assert_eq!(error.to_string(), form);
                }
            }
        }
    }
}

#[test]
fn json_of_half_an_execution_block_is_refused() {
    let refused = |version, change: fn(&mut serde_json::Map<String, Value>)| {
        let mut json = serde_json::to_value(header(version, 1)).unwrap();
        change(json.as_object_mut().unwrap());
        serde_json::from_value::<LightClientHeader>(json).unwrap_err().to_string()
    };
    let no_fork = "the fields about the execution block are those of no fork";
    let without = |name: &'static str| {
        move |json: &mut serde_json::Map<String, Value>| {
            json.remove(name);
        }
    };
    for version in [Version::Capella, Version::Deneb] {
        let mut json = serde_json::to_value(header(version, 1)).unwrap();
        without("execution_branch")(json.as_object_mut().unwrap());
        let error = serde_json::from_value::<LightClientHeader>(json).unwrap_err();
        assert_eq!(error.to_string(), no_fork);
    }
    let drop_node = |json: &mut serde_json::Map<String, Value>| {
        json["execution_branch"].as_array_mut().unwrap().pop();
    };
    assert_eq!(refused(Version::Deneb, drop_node), no_fork);
    assert_eq!(refused(Version::Gloas, drop_node), no_fork);
    let both = |json: &mut serde_json::Map<String, Value>| {
        json.insert("execution_block_hash".into(), json["beacon"]["body_root"].clone());
    };
    assert_eq!(refused(Version::Deneb, both), no_fork);
    let long = |json: &mut serde_json::Map<String, Value>| {
        json["execution"]["extra_data"] = format!("0x{}", "00".repeat(33)).into();
    };
    assert_eq!(refused(Version::Deneb, long), no_fork);
}

#[test]
fn json_with_one_field_of_blob_gas_is_refused() {
    for (gone, error) in [
        ("blob_gas_used", "missing field `blob_gas_used`"),
        ("excess_blob_gas", "missing field `excess_blob_gas`"),
    ] {
        let mut json = serde_json::to_value(payload(Version::Deneb)).unwrap();
        json.as_object_mut().unwrap().remove(gone);
        let refused = serde_json::from_value::<ExecutionPayloadHeader>(json).unwrap_err();
        assert_eq!(refused.to_string(), error);
    }
    let mut json = serde_json::to_value(payload(Version::Deneb)).unwrap();
    json["blob_gas_used"] = "x".into();
    assert!(serde_json::from_value::<ExecutionPayloadHeader>(json).is_err());
}

#[test]
fn json_of_a_committee_of_another_size_is_refused() {
    let mut json = serde_json::to_value(committee(Preset::Mainnet)).unwrap();
    json["pubkeys"].as_array_mut().unwrap().pop();
    let refused = serde_json::from_value::<SyncCommittee>(json).unwrap_err();
    let expected = "511 committee members, a power of two of at most 512 expected";
    assert_eq!(refused.to_string(), expected);
}

//! `vectors/beacon/ancestry.json`: chains that the consensus specs' own code ran, from Capella to Gloas.

use crate::made::head;
use alloy_primitives::{B256, Bytes};
use light_client::{
    ancestry::Error,
    beacon::{Config, Fork, IndexSet, history},
};
use serde_json::Value;

fn field<T: serde::de::DeserializeOwned>(value: &Value, name: &str) -> T {
    serde_json::from_value(value[name].clone()).unwrap()
}

fn networks() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/beacon/ancestry.json");
    let json: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    field(&json, "networks")
}

fn forks(config: &Value) -> Vec<Fork> {
    let rows: Vec<Value> = field(config, "forks");
    let rows = rows.iter().map(|row| Fork {
        epoch: field(row, "epoch"),
        version: field::<alloy_primitives::FixedBytes<4>>(row, "version").0,
        index_set: match row["indexSet"].as_str().unwrap() {
            "capella" => IndexSet::Capella,
            "deneb" => IndexSet::Deneb,
            "electra" => IndexSet::Electra,
            _ => IndexSet::Gloas,
        },
    });
    rows.collect()
}

fn config<'f>(config: &Value, forks: &'f [Fork]) -> Config<'f> {
    Config {
        slots_per_epoch: field(config, "slotsPerEpoch"),
        slots_per_historical_root: field(config, "slotsPerHistoricalRoot"),
        forks,
        ..crate::made::CONFIG
    }
}

#[test]
fn anc_3_accepts_what_the_specs_code_proves() {
    let mut count = 0;
    for network in networks() {
        let forks = forks(&network["config"]);
        let config = config(&network["config"], &forks);
        for case in field::<Vec<Value>>(&network, "blockRoots") {
            let (proof, ancestor): (Bytes, B256) =
                (field(&case, "proof"), field(&case, "ancestor"));
            let head = head(field(&case, "head"));
            let proven = head.ancestor(&config, &proof).map(|block| block.block_hash());
            assert_eq!(proven, Ok(ancestor), "{} from {}", case["slot"], case["anchor"]);
            count += 1;
        }
    }
    assert_eq!(count, 29);
}

#[test]
fn historical_summaries_are_where_the_specs_code_has_them() {
    let mut count = 0;
    for network in networks() {
        let forks = forks(&network["config"]);
        let config = config(&network["config"], &forks);
        for case in field::<Vec<Value>>(&network, "summaries") {
            let (proof, ancestor): (Bytes, B256) =
                (field(&case, "proof"), field(&case, "ancestor"));
            let head = head(field(&case, "head"));
            let proven = history::ancestor(&head, &config, &proof).map(|block| block.block_hash());
            assert_eq!(proven, Ok(ancestor), "{} from {}", case["slot"], case["anchor"]);
            count += 1;
        }
    }
    assert_eq!(count, 10);
}

/// Under another fork's rows the same bytes prove nothing.
#[test]
fn anc_3_rejects_what_the_specs_code_proves_under_other_rows() {
    for network in networks() {
        let forks = forks(&network["config"]);
        let last = forks.len() - 1;
        let set = if forks[last].index_set == IndexSet::Gloas {
            IndexSet::Electra
        } else {
            IndexSet::Gloas
        };
        let wrong = [Fork { epoch: 0, index_set: set, ..forks[last] }];
        let config = config(&network["config"], &wrong);
        let cases: Vec<Value> = field(&network, "blockRoots");
        let case = cases.last().unwrap();
        let proof: Bytes = field(case, "proof");
        let refused = head(field(case, "head")).ancestor(&config, &proof);
        assert!(matches!(refused, Err(Error::Beacon(_))), "{refused:?}");
    }
}

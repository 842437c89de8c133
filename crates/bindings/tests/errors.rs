//! `spec/errors.toml`, the map from Rust and the Solidity sources name the same errors, in both directions.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is a failed test"
)]

use bindings::{
    Revert,
    errors::{self, DeclaredErrors},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A row of the table.
struct Row {
    clause: String,
    rust: Option<String>,
    solidity: String,
}

fn rows() -> Vec<Row> {
    let table = fs::read_to_string(workspace().join("spec/errors.toml")).unwrap();
    let field = |block: &str, name: &str| {
        let line = block.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once('=')?.1.trim().trim_matches('"').to_owned())
    };
    let blocks: Vec<&str> = table.split("[[error]]").skip(1).collect();
    let row = |block: &&str| Row {
        clause: field(block, "clause").expect("a clause"),
        rust: field(block, "rust"),
        solidity: field(block, "solidity").expect("a Solidity error"),
    };
    blocks.iter().map(row).collect()
}

/// `Name(type name, …)` as `Name(type,…)` and the names, without the underscore that keeps a name off a keyword.
fn split(signature: &str) -> (String, Vec<String>) {
    let (name, arguments) = signature.trim_end_matches(')').split_once('(').unwrap();
    let arguments: Vec<(&str, &str)> = arguments
        .split(',')
        .map(str::trim)
        .filter(|argument| !argument.is_empty())
        .map(|argument| argument.split_once(' ').unwrap_or((argument, "")))
        .collect();
    let types: Vec<&str> = arguments.iter().map(|(kind, _)| *kind).collect();
    let names = arguments.iter().map(|(_, name)| name.trim_end_matches('_').to_owned());
    (format!("{name}({})", types.join(",")), names.collect())
}

/// The rows by signature.
fn specified() -> BTreeMap<String, Vec<String>> {
    rows().iter().map(|row| split(&row.solidity)).collect()
}

#[test]
fn the_bindings_declare_what_is_specified() {
    let declared: BTreeSet<String> =
        DeclaredErrors::SIGNATURES.iter().map(|signature| (*signature).to_owned()).collect();
    assert_eq!(declared, specified().into_keys().collect());
}

#[test]
fn the_contracts_declare_what_is_specified() {
    let mut declared = BTreeMap::new();
    for source in sources(&workspace().join("contracts/src")) {
        for (signature, names) in declarations(&fs::read_to_string(&source).unwrap()) {
            let before = declared.insert(signature.clone(), names.clone());
            let same = before.is_none_or(|before| before == names);
            assert!(
                same,
                "{signature} is declared twice, with other names in {}",
                source.display()
            );
        }
    }
    let specified = specified();
    let differ = |a: &BTreeMap<String, Vec<String>>, b: &BTreeMap<String, Vec<String>>| {
        let missing = a.iter().filter(|(signature, names)| b.get(*signature) != Some(names));
        missing.map(|(signature, names)| format!("{signature} {names:?}")).collect::<Vec<_>>()
    };
    assert!(
        declared == specified,
        "declared only: {:?}, specified only: {:?}",
        differ(&declared, &specified),
        differ(&specified, &declared)
    );
}

/// All Solidity files under a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let nested = |path: PathBuf| if path.is_dir() { sources(&path) } else { vec![path] };
    let files = entries.flat_map(nested);
    files.filter(|path| path.extension().is_some_and(|extension| extension == "sol")).collect()
}

/// The `error` declarations of a source: statements that begin with the keyword.
fn declarations(source: &str) -> Vec<(String, Vec<String>)> {
    let code: Vec<&str> =
        source.lines().map(str::trim).filter(|line| !line.starts_with("//")).collect();
    let code = code.join(" ");
    let statements = code.split([';', '{', '}']).map(str::trim);
    let errors = statements.filter_map(|statement| statement.strip_prefix("error "));
    errors.filter(|error| error.ends_with(')')).map(split).collect()
}

/// The map's source is compared with the table; that it covers the enums, the compiler checks.
#[test]
fn the_map_pairs_what_is_specified() {
    let specified: BTreeSet<(String, String)> = rows()
        .iter()
        .filter_map(|row| Some((normal(row.rust.as_ref()?), split(&row.solidity).0)))
        .map(|(rust, solidity)| (rust, solidity.split('(').next().unwrap().to_owned()))
        .collect();
    let source = include_str!("../src/revert/twins.rs");
    let mut mapped = BTreeSet::new();
    for block in source.split("\ntwins! { ").skip(1) {
        let (rust, rest) = block.split_once(" {").unwrap();
        let variants = rest.split("} wraps").next().unwrap();
        for (variant, twin) in variants.split("=>").zip(variants.split("=>").skip(1)) {
            let variant = variant.rsplit("},").next().unwrap().rsplit(",\n").next().unwrap();
            let twin = twin.trim().split([' ', ',']).next().unwrap();
            mapped
                .insert((normal(&format!("{}::{}", full(rust), variant.trim())), twin.to_owned()));
        }
    }
    // The one twin that a standard declares.
    let inherited = "mos::Error::UnsupportedAttribute{selector}".to_owned();
    assert!(mapped.remove(&(inherited, "UnsupportedAttribute".to_owned())));
    assert_eq!(mapped, specified);
}

/// `a::B { c, d }` without spaces.
fn normal(rust: &str) -> String {
    rust.split_whitespace().collect()
}

/// The path of an enum with its crate.
fn full(rust: &str) -> String {
    let krate = match rust.split("::").next().unwrap() {
        "rlp" | "proof" | "compact" | "batch" | "receipt" | "state" | "transaction"
        | "withdrawal" => "mpt_proof::",
        "mos" | "mpt_proof" => "",
        _ => "light_client::",
    };
    format!("{krate}{rust}")
}

#[test]
fn every_error_can_be_read_back() {
    for row in rows() {
        let (signature, names) = split(&row.solidity);
        let hash = alloy_primitives::keccak256(&signature);
        let data = [&hash[..4], &vec![0; 32 * names.len()]].concat();
        let decoded = Revert::decode(&data).unwrap_or_else(|| panic!("{signature}"));
        assert!(signature.starts_with(&format!("{}(", decoded.name)));
        assert_eq!(decoded.clause.as_deref(), Some(row.clause.as_str()));
        assert!(decoded.fault.is_some(), "{signature}");
        assert_eq!(Revert::decode(&data[1..]), None);
        assert_eq!(Revert::decode(&[&data[..], &[0; 32]].concat()), None);
    }
}

#[test]
fn errors_are_readable() {
    let slots = errors::BeaconNotNewer { finalizedSlot: 5, trustedSlot: 6 };
    let revert = Revert::from(light_client::beacon::Error::NotNewer {
        finalized_slot: slots.finalizedSlot,
        trusted_slot: slots.trustedSlot,
    });
    let text = "BeaconNotNewer { finalizedSlot: 5, trustedSlot: 6 } (BCN-4)";
    assert_eq!(revert.to_string(), text);
    let reason = alloy_sol_types::Revert::from("a reason");
    let data = alloy_sol_types::SolError::abi_encode(&reason);
    assert_eq!(Revert::decode(&data).unwrap().to_string(), "Error { reason: a reason }");
    assert_eq!(Revert { data: [1, 2, 3].into() }.to_string(), "0x010203");
    let selector = [1, 2, 3, 4].into();
    let revert = Revert::from(mos::Error::UnsupportedAttribute { selector });
    assert_eq!(revert.to_string(), "UnsupportedAttribute { selector: 0x01020304 } (MSG-2)");
}

#[test]
fn an_error_of_an_item_reverts_as_what_is_wrong_with_it() {
    use mpt_proof::{batch, compact, proof, receipt, rlp, state};
    let short = rlp::Error::InputTooShort;
    let expected = Revert::from(short);
    let inner = proof::Error::Rlp(short);
    assert_eq!(Revert::from(compact::Error::Proof(inner)), expected);
    assert_eq!(Revert::from(batch::Error::Proof { item: 3, error: inner }), expected);
    let error = receipt::Error::Rlp(short);
    assert_eq!(Revert::from(batch::Error::Receipt { item: 3, error }), expected);
    let error = state::Error::Rlp(short);
    assert_eq!(Revert::from(batch::Error::State { item: 3, error }), expected);

    let depth = Revert::from(compact::Error::Depth { index: 2, depth: 5 });
    assert_eq!(depth.to_string(), "CompactDepth { index: 2, depth: 5 } (CPT-2)");
    let order = Revert::from(mpt_proof::Error::Batch(batch::Error::Order { item: 4 }));
    assert_eq!(order.to_string(), "BatchOrder { item: 4 } (BAT-2)");
}

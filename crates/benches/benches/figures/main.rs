//! Every figure that a bar names, in one run: tables to print, and `target/bench.json`, a flat map from figure to number.

#![expect(
    clippy::cast_precision_loss,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a program that measures small numbers, and stops at what it did not expect"
)]

mod bars;
mod beacon;
mod calldata;
mod gas;
mod map;
mod messages;
mod receipts;
mod rust;

use benches::machine::Machine;
use std::{collections::BTreeMap, fs, path::PathBuf};

/// Names and numbers, as they are written to `target/bench.json`.
type Figures = BTreeMap<String, f64>;

fn main() {
    println!("{}", Machine::here());
    let mut figures = Figures::new();
    rust::measure(&mut figures);
    gas::measure(&mut figures);
    beacon::measure(&mut figures);
    map::measure(&mut figures);
    messages::measure(&mut figures);
    bars::compare(&figures);
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/bench.json");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, serde_json::to_string_pretty(&figures).unwrap()).unwrap();
    println!("\nwritten: target/bench.json, {} figures; {}", figures.len(), Machine::here());
}

/// The head of a table.
fn head(columns: &[&str]) {
    println!("\n| {} |", columns.join(" | "));
    println!("|{}", "---|".repeat(columns.len()));
}

/// A row of it.
fn row(cells: &[String]) {
    println!("| {} |", cells.join(" | "));
}

/// A whole number with commas, as gas is read.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

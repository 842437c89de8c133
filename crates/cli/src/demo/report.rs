//! What the demonstration did, as it happens and as a table.

use crate::output::{progress, say};
use serde::Serialize;
use serde_json::{Value, json};
use std::{
    fmt::Display,
    time::{Duration, Instant},
};

/// One thing that was done, and did what it says.
#[derive(Debug, Serialize)]
struct Step {
    step: String,
    result: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    gas: Option<u64>,
    milliseconds: u128,
}

/// The steps so far.
#[derive(Debug)]
pub(super) struct Report {
    steps: Vec<Step>,
    begun: Instant,
    last: Instant,
    as_json: bool,
}

impl Report {
    /// A report without steps. With `as_json`, stdout is left to the object at the end.
    pub(super) fn new(as_json: bool) -> Self {
        let now = Instant::now();
        Self { steps: Vec::new(), begun: now, last: now, as_json }
    }

    /// A heading.
    pub(super) fn chapter(&self, text: impl Display) {
        self.line(&format!("\n{text}"));
    }

    /// Something worth saying that is no step.
    pub(super) fn note(&self, text: impl Display) {
        self.line(&format!("      {text}"));
    }

    /// A step is done; its time is what has passed since the step before.
    pub(super) fn done(&mut self, step: impl Display, result: impl Display, gas: Option<u64>) {
        let elapsed = self.last.elapsed();
        self.last = Instant::now();
        let (step, result) = (step.to_string(), result.to_string());
        let gas_text = gas.map_or_else(String::new, |gas| format!("{} gas, ", grouped(gas)));
        let mut lines = result.lines();
        let first = lines.next().unwrap_or_default();
        self.line(&format!("  ok  {step}: {first} ({gas_text}{})", seconds(elapsed)));
        lines.for_each(|line| self.note(line));
        let milliseconds = elapsed.as_millis();
        self.steps.push(Step { step, result, gas, milliseconds });
    }

    /// All steps in columns.
    pub(super) fn table(&self) -> String {
        let width = self.steps.iter().map(|step| step.step.chars().count()).max().unwrap_or(0);
        let mut table = format!("{:>3}  {:width$}  {:>10}  {:>8}\n", "", "step", "gas", "time");
        for (place, step) in self.steps.iter().enumerate() {
            let gas = step.gas.map_or_else(|| "-".into(), grouped);
            let time = format!("{:.2} s", Duration::from_millis(step.time()).as_secs_f64());
            let (number, name) = (place + 1, &step.step);
            table += &format!("{number:>3}  {name:width$}  {gas:>10}  {time:>8}\n");
        }
        let total = seconds(self.begun.elapsed());
        table + &format!("\n{} steps, each as it says, in {total}\n", self.steps.len())
    }

    /// All steps for machines.
    pub(super) fn json(&self) -> Value {
        let milliseconds = self.begun.elapsed().as_millis();
        json!({ "ok": true, "steps": self.steps, "milliseconds": milliseconds })
    }

    fn line(&self, text: &str) {
        if self.as_json { progress(text) } else { say(text) }
    }
}

impl Step {
    fn time(&self) -> u64 {
        u64::try_from(self.milliseconds).unwrap_or(u64::MAX)
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

/// A number with a comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let (head, tail) = digits.split_at(first);
    let groups = tail.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    let head = (!head.is_empty()).then(|| head.to_owned());
    head.into_iter().chain(groups).collect::<Vec<_>>().join(",")
}

//! What became of an object.

use crate::{
    error::{Error, Refusal, Result},
    output::Answer,
    refusal::describe,
};
use bindings::Revert;
use light_client::{
    beacon::{self, builder, spec::store},
    map,
};
use serde_json::{Map, Value, json};

/// Something that was learned: a name, and its value.
pub(crate) type Fact = (&'static str, String);

/// Why an object was not taken.
#[derive(Debug)]
pub(crate) enum Refused {
    /// It violates a clause, so that the contract refuses it too.
    Clause(Box<Refusal>),
    /// It violates a rule that has no clause: what it says of itself is not so, or the specs' store does not take it.
    Rule {
        /// The error as Rust spells it.
        error: String,
        /// The same in words.
        message: String,
    },
}

impl Refused {
    /// By a clause.
    pub(crate) fn clause(error: impl Into<Revert>) -> Self {
        Self::Clause(Box::new(describe("light-client update", &error.into())))
    }

    /// By the store.
    pub(super) fn store(error: store::Error) -> Self {
        let spelled = format!("light_client::beacon::spec::store::Error::{error:?}");
        Self::Rule { error: spelled, message: error.to_string() }
    }

    /// Of an object of which nothing is final.
    pub(super) fn optimistic() -> Self {
        Self::Rule {
            error: "nothing final".into(),
            message: "nothing in an optimistic update is final: the bridge's client takes none, --store does"
                .into(),
        }
    }

    /// For people.
    pub(super) fn lines(&self) -> Vec<Fact> {
        match self {
            Self::Clause(refusal) => vec![
                ("clause", refusal.clause.clone()),
                ("rust", refusal.rust.clone()),
                ("solidity", refusal.solidity.clone()),
            ],
            Self::Rule { error, message } => {
                vec![("rule", message.clone()), ("rust", error.clone())]
            }
        }
    }

    /// For machines.
    pub(super) fn json(&self) -> Value {
        match self {
            Self::Clause(refusal) => json!(refusal),
            Self::Rule { error, message } => json!({ "rust": error, "message": message }),
        }
    }

    /// The same as what ends a command.
    pub(crate) fn into_error(self, name: &str) -> Error {
        match self {
            Self::Clause(refusal) => Error::Refused(refusal),
            Self::Rule { message, .. } => Error::input(name, message),
        }
    }
}

impl From<map::Error> for Refused {
    fn from(error: map::Error) -> Self {
        Self::clause(error)
    }
}

impl From<map::builder::Error> for Refused {
    fn from(error: map::builder::Error) -> Self {
        match error {
            map::builder::Error::Set(error)
            | map::builder::Error::Sealed(map::sealed::Error::Header(error)) => Self::clause(error),
            other => {
                let spelled = format!("light_client::map::builder::Error::{other:?}");
                Self::Rule { error: spelled, message: other.to_string() }
            }
        }
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::Clause(refusal),
            other => Self::Rule { error: other.kind().into(), message: other.to_string() },
        }
    }
}

impl From<beacon::Error> for Refused {
    fn from(error: beacon::Error) -> Self {
        Self::clause(error)
    }
}

impl From<builder::Error> for Refused {
    fn from(error: builder::Error) -> Self {
        match error {
            builder::Error::Config(error) => Self::clause(error),
            other => {
                let spelled = format!("light_client::beacon::builder::Error::{other:?}");
                Self::Rule { error: spelled, message: other.to_string() }
            }
        }
    }
}

impl From<prover::update::Error> for Refused {
    fn from(error: prover::update::Error) -> Self {
        use prover::update::Error as Update;
        match error {
            Update::NoKeys { .. } => Self::Rule {
                error: "no keys".into(),
                message: "the state does not hold the keys of the committee that it trusts".into(),
            },
            Update::Optimistic => Self::optimistic(),
            Update::Object(error) => error.into(),
            Update::Refused(error) => error.into(),
            other => Self::Rule { error: "no update".into(), message: other.to_string() },
        }
    }
}

/// What became of an object.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It holds; this was learned from it.
    Accepted(Vec<Fact>),
    /// It does not hold.
    Refused(Refused),
    /// It is no object at all.
    Unreadable(String),
}

/// An object and what became of it.
#[derive(Debug)]
pub(super) struct Entry {
    /// What it is called.
    pub name: String,
    /// What it is; empty when it is unreadable.
    pub what: String,
    /// What became of it.
    pub outcome: Outcome,
}

impl Entry {
    const fn is_accepted(&self) -> bool {
        matches!(self.outcome, Outcome::Accepted(_))
    }

    /// For people.
    fn text(&self) -> String {
        let (word, lines) = match &self.outcome {
            Outcome::Accepted(facts) => ("accepted", facts.clone()),
            Outcome::Refused(refused) => ("refused", refused.lines()),
            Outcome::Unreadable(problem) => ("unreadable", vec![("problem", problem.clone())]),
        };
        let what = if self.what.is_empty() { "" } else { ": " };
        format!("{word:10}  {}{what}{}\n{}", self.name, self.what, fields(&lines))
    }

    /// For machines.
    fn json(&self) -> Value {
        let (outcome, field, value) = match &self.outcome {
            Outcome::Accepted(facts) => ("accepted", "learned", object(facts)),
            Outcome::Refused(refused) => ("refused", "refusal", refused.json()),
            Outcome::Unreadable(problem) => ("unreadable", "problem", json!(problem)),
        };
        json!({ "name": self.name, "object": self.what, "outcome": outcome, field: value })
    }
}

/// A row of objects, and what became of each.
#[derive(Debug, Default)]
pub(super) struct Judged {
    entries: Vec<Entry>,
    /// Objects that were not looked at.
    left: usize,
}

/// What is said around a row of objects.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    /// What the objects are, in the plural.
    pub objects: &'static str,
    /// Whether it began with something that was given, and not with a state.
    pub started: bool,
    /// What was trusted at first.
    pub from: &'a [Fact],
    /// What is trusted in the end.
    pub trusts: Vec<Fact>,
    /// What all of it rests on.
    pub assumes: Vec<String>,
    /// More for machines.
    pub more: Value,
}

impl Judged {
    /// Judges one after the other; with `stop` the rest is left alone when one is not accepted.
    pub(super) fn all<T>(items: Vec<T>, stop: bool, mut judge: impl FnMut(T) -> Entry) -> Self {
        let mut items = items.into_iter();
        let mut entries = Vec::new();
        for item in items.by_ref() {
            let entry = judge(item);
            let accepted = entry.is_accepted();
            entries.push(entry);
            if stop && !accepted {
                break;
            }
        }
        Self { entries, left: items.count() }
    }

    /// The answer of the command; an error with it inside when something was not accepted.
    pub(super) fn answer(&self, frame: &Frame<'_>) -> Result<Answer> {
        let accepted = self.entries.iter().filter(|entry| entry.is_accepted()).count();
        let unread = |entry: &&Entry| matches!(entry.outcome, Outcome::Unreadable(_));
        let unreadable = self.entries.iter().filter(unread).count();
        let failed = self.entries.len() - accepted;
        let json = self.json(frame, failed == 0 && self.left == 0);
        let answer = Answer { text: self.text(frame), json };
        if failed == 0 {
            return Ok(answer);
        }
        let all = self.entries.len() + self.left;
        let summary = format!("{accepted} of {all} {} accepted", frame.objects);
        let status = if unreadable == failed { 3 } else { 1 };
        Err(Error::Partly { answer: Box::new(answer), summary, status })
    }

    fn text(&self, frame: &Frame<'_>) -> String {
        let name = if frame.started { "started" } else { "resumed" };
        let mut text = format!("{name}\n{}", fields(frame.from));
        self.entries.iter().for_each(|entry| text += &entry.text());
        if self.left > 0 {
            text += &format!("{:10}  {} {}\n", "left", self.left, frame.objects);
        }
        text += &format!("trusts\n{}assuming that\n", fields(&frame.trusts));
        for line in &frame.assumes {
            text += &format!("  * {line}\n");
        }
        text
    }

    fn json(&self, frame: &Frame<'_>, ok: bool) -> Value {
        let entries: Vec<Value> = self.entries.iter().map(Entry::json).collect();
        let mut json = json!({
            "ok": ok, "from": object(frame.from), "objects": entries, "left": self.left,
            "trusts": object(&frame.trusts), "assumes": frame.assumes,
        });
        for (name, value) in frame.more.as_object().into_iter().flatten() {
            json[name] = value.clone();
        }
        json
    }
}

/// Facts as indented lines.
fn fields(facts: &[Fact]) -> String {
    let mut fields = crate::output::Fields::default();
    for (name, value) in facts {
        fields.add(name.replace('_', " "), value);
    }
    fields.render(12)
}

/// Facts as a JSON object.
fn object(facts: &[Fact]) -> Value {
    let facts = facts.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())));
    Value::Object(facts.collect::<Map<_, _>>())
}

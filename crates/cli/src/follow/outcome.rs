//! What became of an object.

use crate::{
    error::{Error, Refusal},
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
    pub(super) const fn is_accepted(&self) -> bool {
        matches!(self.outcome, Outcome::Accepted(_))
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let (word, lines) = match &self.outcome {
            Outcome::Accepted(facts) => ("accepted", facts.clone()),
            Outcome::Refused(refused) => ("refused", refused.lines()),
            Outcome::Unreadable(problem) => ("unreadable", vec![("problem", problem.clone())]),
        };
        let what = if self.what.is_empty() { "" } else { ": " };
        format!("{word:10}  {}{what}{}\n{}", self.name, self.what, fields(&lines))
    }

    /// For machines.
    pub(super) fn json(&self) -> Value {
        let (outcome, field, value) = match &self.outcome {
            Outcome::Accepted(facts) => ("accepted", "learned", object(facts)),
            Outcome::Refused(refused) => ("refused", "refusal", refused.json()),
            Outcome::Unreadable(problem) => ("unreadable", "problem", json!(problem)),
        };
        json!({ "name": self.name, "object": self.what, "outcome": outcome, field: value })
    }
}

/// Facts as indented lines.
pub(super) fn fields(facts: &[Fact]) -> String {
    let mut fields = crate::output::Fields::default();
    for (name, value) in facts {
        fields.add(name.replace('_', " "), value);
    }
    fields.render(12)
}

/// Facts as a JSON object.
pub(super) fn object(facts: &[Fact]) -> Value {
    let facts = facts.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())));
    Value::Object(facts.collect::<Map<_, _>>())
}

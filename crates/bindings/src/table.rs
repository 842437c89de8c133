//! `spec/errors.toml` as the decoder needs it.

use alloy_primitives::keccak256;

/// The one table of error kinds.
const SPECIFICATION: &str = include_str!("../../../spec/errors.toml");

/// What contracts revert with that they do not declare themselves, with clause and fault where the specification speaks of it.
const OTHER: [(&str, Option<(&str, &str)>); 3] = [
    ("UnsupportedAttribute(bytes4 selector)", Some(("MSG-2", "caller"))),
    ("AccessManagedUnauthorized(address caller)", None),
    ("Panic(uint256 code)", None),
];

/// A declared error: its name, the types and names of its arguments, and the clause it reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub clause: Option<String>,
    pub fault: Option<String>,
    pub name: String,
    pub arguments: Vec<(String, String)>,
}

impl Row {
    /// Reads `Name(type name, …)`.
    fn parse(clause: Option<String>, fault: Option<String>, signature: &str) -> Self {
        let (name, rest) = signature.split_once('(').unwrap_or((signature, ""));
        let arguments = rest.trim_end_matches(')').split(',').map(str::trim);
        let arguments = arguments.filter_map(|argument| argument.split_once(' '));
        let arguments = arguments.map(|(kind, name)| (kind.to_owned(), name.to_owned())).collect();
        Self { clause, fault, name: name.to_owned(), arguments }
    }

    /// First four bytes of the hash of the signature.
    pub(crate) fn selector(&self) -> [u8; 4] {
        let types: Vec<&str> = self.arguments.iter().map(|(kind, _)| kind.as_str()).collect();
        let hash = keccak256(format!("{}({})", self.name, types.join(",")));
        [hash[0], hash[1], hash[2], hash[3]]
    }
}

/// Every declared error.
pub(crate) fn rows() -> impl Iterator<Item = Row> {
    let specified = SPECIFICATION.split("[[error]]").skip(1).map(|block| {
        let signature = field(block, "solidity").unwrap_or_default();
        Row::parse(field(block, "clause"), field(block, "fault"), &signature)
    });
    specified.chain(OTHER.iter().map(|(signature, said)| {
        let said = said.map(|(clause, fault)| (clause.to_owned(), fault.to_owned()));
        let (clause, fault) = said.unzip();
        Row::parse(clause, fault, signature)
    }))
}

/// The value of `name = "value"` in a block. The table holds nothing but such lines.
fn field(block: &str, name: &str) -> Option<String> {
    let line = block.lines().find_map(|line| line.strip_prefix(name)?.trim().strip_prefix('='))?;
    Some(line.trim().trim_matches('"').to_owned())
}

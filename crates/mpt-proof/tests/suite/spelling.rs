//! Errors as Solidity reports them: `ReceiptLogMissing(2,1)`. The names follow a rule; that they
//! are those of `spec/errors.toml` is what the tests of `bindings` hold.

use mpt_proof::{Error, proof, receipt, rlp, state};

/// The name of the Solidity twin with its arguments, numbers in decimal and words in hex.
#[expect(clippy::panic, reason = "a helper of tests")]
pub(crate) fn solidity(error: Error) -> String {
    match error {
        Error::Rlp(error) => format!("Rlp{}", spelled(&format!("{error:?}"))),
        Error::Proof(error) => format!("Mpt{}", spelled(&format!("{error:?}"))),
        Error::Receipt(error) => format!("Receipt{}", spelled(&format!("{error:?}"))),
        Error::State(state::Error::ZeroSlotValue) => "StorageZeroValue()".to_owned(),
        Error::State(error) => spelled(&format!("{error:?}")),
        #[allow(unreachable_patterns, reason = "kinds that the cases do not meet")]
        error => panic!("no spelling of {error:?}"),
    }
}

/// `Name { a: 1, b: 2 }` as `Name(1,2)`.
fn spelled(debug: &str) -> String {
    let (name, fields) = debug.split_once(" { ").unwrap_or((debug, ""));
    let fields = fields.trim_end_matches(" }").split(", ");
    let values = fields.filter_map(|field| Some(field.split_once(": ")?.1.to_lowercase()));
    format!("{name}({})", values.collect::<Vec<_>>().join(","))
}

#[test]
fn errors_are_spelled_as_in_solidity() {
    let spells = |error: Error, text: &str| assert_eq!(solidity(error), text);
    spells(proof::Error::HashMismatch { index: 1 }.into(), "MptHashMismatch(1)");
    spells(proof::Error::ItemCount { index: 0, got: 3 }.into(), "MptItemCount(0,3)");
    spells(proof::Error::ZeroRoot.into(), "MptZeroRoot()");
    spells(rlp::Error::WrongLength { expected: 32, got: 3 }.into(), "RlpWrongLength(32,3)");
    spells(receipt::Error::LogMissing { index: 2, count: 1 }.into(), "ReceiptLogMissing(2,1)");
    spells(receipt::Error::UnknownType { first_byte: 5 }.into(), "ReceiptUnknownType(5)");
    spells(state::Error::AccountFieldCount { got: 3 }.into(), "AccountFieldCount(3)");
    spells(state::Error::ZeroSlotValue.into(), "StorageZeroValue()");
    let (expected, got) = (super::receipts::EMITTER, alloy_primitives::Address::ZERO);
    let text = format!("ReceiptLogEmitter(0x{},0x{})", "ee".repeat(20), "00".repeat(20));
    spells(receipt::Error::LogEmitter { expected, got }.into(), &text);
}

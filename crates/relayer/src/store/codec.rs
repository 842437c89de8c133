//! Values as the database keeps them: hashes, addresses and bytes as `0x…` in lower case, facts as JSON.

use super::{Error, Result};
use crate::domain::{Fact, ProvenOutcome, SentMessage};
use alloy_primitives::{Address, B256, Bytes, U256};
use mos::Body;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sqlx::{Row, any::AnyRow};
use std::str::FromStr;

/// Numbers that the database has signed. One to one; chain ids above 2⁶³ become negative ones.
pub(super) const fn int(value: u64) -> i64 {
    value.cast_signed()
}

pub(super) fn hash(value: &B256) -> String {
    format!("{value:#x}")
}

pub(super) fn account(value: &Address) -> String {
    format!("{value:#x}")
}

pub(super) fn corrupt(what: &'static str, value: impl Into<String>) -> Error {
    // Enough to find the row by.
    let mut value: String = value.into();
    if let Some((end, _)) = value.char_indices().nth(200) {
        value.truncate(end);
    }
    Error::Corrupt { what, value }
}

pub(super) fn parse<T: FromStr>(what: &'static str, text: &str) -> Result<T> {
    text.parse().map_err(|_| corrupt(what, text))
}

/// Columns of a row, by name.
pub(super) trait Columns {
    fn text(&self, column: &'static str) -> Result<String>;
    fn maybe_text(&self, column: &'static str) -> Result<Option<String>>;
    fn number(&self, column: &'static str) -> Result<i64>;
    fn maybe_number(&self, column: &'static str) -> Result<Option<i64>>;

    fn natural(&self, column: &'static str) -> Result<u64> {
        Ok(self.number(column)?.cast_unsigned())
    }

    fn parsed<T: FromStr>(&self, column: &'static str) -> Result<T> {
        parse(column, &self.text(column)?)
    }

    fn maybe_parsed<T: FromStr>(&self, column: &'static str) -> Result<Option<T>> {
        self.maybe_text(column)?.map(|text| parse(column, &text)).transpose()
    }
}

impl Columns for AnyRow {
    fn text(&self, column: &'static str) -> Result<String> {
        Ok(self.try_get(column)?)
    }

    fn maybe_text(&self, column: &'static str) -> Result<Option<String>> {
        Ok(self.try_get(column)?)
    }

    fn number(&self, column: &'static str) -> Result<i64> {
        Ok(self.try_get(column)?)
    }

    fn maybe_number(&self, column: &'static str) -> Result<Option<i64>> {
        Ok(self.try_get(column)?)
    }
}

/// Words of others, such as a node's: cut to what a person reads, and without what PostgreSQL does not take.
pub(super) fn words(text: &str) -> String {
    text.chars().filter(|&character| character != '\0').take(600).collect()
}

#[derive(Serialize, Deserialize)]
struct SentText {
    gateway: Address,
    destination: u64,
    nonce: u64,
    sender: Bytes,
    recipient: Bytes,
    payload: Bytes,
    attributes: Vec<Bytes>,
}

/// The kind of a fact and the rest of it.
pub(super) fn fact(fact: &Fact) -> (&'static str, String) {
    match fact {
        Fact::Sent(sent) => {
            let SentMessage { gateway, destination, body } = &**sent;
            let Body { nonce, sender, recipient, payload, attributes } = body.clone();
            let text = SentText {
                gateway: *gateway,
                destination: *destination,
                nonce,
                sender,
                recipient,
                payload,
                attributes,
            };
            ("sent", json(&text))
        }
        Fact::CancellationRequested => ("cancellation_requested", String::new()),
        Fact::Outcome(outcome, payee) => ("outcome", json(&(outcome, payee))),
        Fact::FeePaid(token, amount) => ("fee_paid", json(&(token, amount))),
        Fact::FeeGone(token, amount) => ("fee_gone", json(&(token, amount))),
        Fact::Delivered(payee) => ("delivered", json(payee)),
        Fact::Failed(error) => ("failed", json(error)),
        Fact::Cancelled => ("cancelled", String::new()),
        Fact::Skipped => ("skipped", String::new()),
    }
}

pub(super) fn read_fact(kind: &str, text: &str) -> Result<Fact> {
    Ok(match kind {
        "sent" => {
            let SentText { gateway, destination, nonce, sender, recipient, payload, attributes } =
                read_json("fact", text)?;
            let body = Body { nonce, sender, recipient, payload, attributes };
            Fact::Sent(Box::new(SentMessage { gateway, destination, body }))
        }
        "cancellation_requested" => Fact::CancellationRequested,
        "outcome" => {
            let (outcome, payee): (ProvenOutcome, Address) = read_json("fact", text)?;
            Fact::Outcome(outcome, payee)
        }
        "fee_paid" => {
            let (token, amount): (Address, U256) = read_json("fact", text)?;
            Fact::FeePaid(token, amount)
        }
        "fee_gone" => {
            let (token, amount): (Address, U256) = read_json("fact", text)?;
            Fact::FeeGone(token, amount)
        }
        "delivered" => Fact::Delivered(read_json("fact", text)?),
        "failed" => Fact::Failed(read_json("fact", text)?),
        "cancelled" => Fact::Cancelled,
        "skipped" => Fact::Skipped,
        _ => return Err(corrupt("kind", kind)),
    })
}

/// Words, numbers and lists of them always have a JSON form.
pub(super) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

pub(super) fn read_json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| corrupt(what, text))
}

/// The account behind an ERC-7930 address, as people search for it; the bytes themselves when they are not of an EVM chain.
pub(super) fn account_of(bytes: &Bytes) -> String {
    mos::EvmAddress::decode(bytes)
        .map_or_else(|_| bytes.to_string(), |address| account(&address.account()))
}

#[cfg(test)]
mod tests {
    use super::{fact, int, read_fact};
    use crate::domain::{Fact, ProvenOutcome, SentMessage};
    use alloy_primitives::{Address, Bytes, U256};
    use mos::Body;
    use proptest::{collection::vec, prelude::*};

    fn bytes() -> impl Strategy<Value = Bytes> {
        vec(any::<u8>(), 0..80).prop_map(Bytes::from)
    }

    fn facts() -> impl Strategy<Value = Fact> {
        let address = any::<[u8; 20]>().prop_map(Address::from);
        let amount = any::<[u8; 32]>().prop_map(U256::from_be_bytes::<32>);
        let outcome = prop_oneof![
            Just(ProvenOutcome::Delivered),
            Just(ProvenOutcome::Cancelled),
            Just(ProvenOutcome::Expired)
        ];
        let body = (any::<u64>(), bytes(), bytes(), bytes(), vec(bytes(), 0..4));
        let body = body.prop_map(|(nonce, sender, recipient, payload, attributes)| Body {
            nonce,
            sender,
            recipient,
            payload,
            attributes,
        });
        prop_oneof![
            (address.clone(), any::<u64>(), body).prop_map(|(gateway, destination, body)| {
                Fact::Sent(Box::new(SentMessage { gateway, destination, body }))
            }),
            Just(Fact::CancellationRequested),
            (outcome, address.clone()).prop_map(|(outcome, payee)| Fact::Outcome(outcome, payee)),
            (address.clone(), amount.clone())
                .prop_map(|(token, amount)| Fact::FeePaid(token, amount)),
            (address.clone(), amount).prop_map(|(token, amount)| Fact::FeeGone(token, amount)),
            address.prop_map(Fact::Delivered),
            any::<String>().prop_map(Fact::Failed),
            Just(Fact::Cancelled),
            Just(Fact::Skipped),
        ]
    }

    proptest! {
        #[test]
        fn accepts_what_it_has_written(given in facts(), number in any::<u64>()) {
            let (kind, text) = fact(&given);
            prop_assert_eq!(read_fact(kind, &text).unwrap(), given);
            prop_assert_eq!(int(number).cast_unsigned(), number);
        }
    }
}

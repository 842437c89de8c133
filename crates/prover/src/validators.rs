//! Validators with their keys, in the forms in which nodes and other programs write them.

use alloy_primitives::{Address, FixedBytes, U256, hex};
use base64::{Engine, prelude::BASE64_STANDARD};
use light_client::{crypto::bn254, map::builder};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A key on G1: x ‖ y.
pub type G1 = FixedBytes<64>;

/// A key on G2, as EIP-197 writes it: x.c1 ‖ x.c0 ‖ y.c1 ‖ y.c0.
pub type G2 = FixedBytes<128>;

/// The generator of G2 (EIP-197).
const GENERATOR: [u8; 128] = alloy_primitives::hex!(
    "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
    "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
    "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
    "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa"
);

/// Names of fields, in lower case and without underscores.
const ADDRESS: [&str; 1] = ["address"];
const ON_G1: [&str; 4] = ["g1pubkey", "blsg1publickey", "g1publickey", "g1"];
const ON_G2: [&str; 5] =
    ["uncompressedblspublickey", "blspublickey", "g2pubkey", "g2publickey", "g2"];

/// A validator's keys.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Validator {
    /// Who it is, if that is known; nothing depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// Its key on G1.
    pub g1: G1,
    /// The twin of it on G2. Without it no update can be made, but of what states the sum of the signers' keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub g2: Option<G2>,
}

impl Validator {
    /// The keys as provers take them. For a key that is not known the generator stands, whose sums are of no use.
    #[must_use]
    pub fn to_builder(&self) -> builder::Validator {
        let g2 = self.g2.map_or(GENERATOR, |key| key.0);
        builder::Validator { g1: bn254::G1(self.g1.0), g2: bn254::G2(g2) }
    }
}

/// The validators of an epoch, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Their epoch, if the file says so.
    pub epoch: Option<u64>,
    /// The block before the first that they sign, if the file is a node's snapshot.
    pub after_block: Option<u64>,
    /// The validators.
    pub validators: Vec<Validator>,
}

/// Reads a list of validators: an object with the field `validators`, with or without the JSON-RPC
/// response around it, as `istanbul_getSnapshot` answers, or the list alone.
///
/// # Errors
///
/// What is wrong with it, in words.
pub fn read(value: &Value) -> Result<Listed, String> {
    let value = value.get("result").unwrap_or(value);
    let list = value.get("validators").unwrap_or(value);
    let list = list.as_array().ok_or("holds no list of validators")?;
    let validators = list.iter().enumerate().map(|(place, validator)| {
        validator_of(validator).map_err(|problem| format!("validator {place}: {problem}"))
    });
    let field = |field: &str| match value.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => number(value).map(Some).map_err(|problem| format!("{field}: {problem}")),
    };
    // In a snapshot `epoch` is how many blocks an epoch has.
    let (epoch, after_block) = match field("number")? {
        Some(number) => (None, Some(number)),
        None => (field("epoch")?, None),
    };
    Ok(Listed { epoch, after_block, validators: validators.collect::<Result<_, _>>()? })
}

fn validator_of(value: &Value) -> Result<Validator, String> {
    let fields = value.as_object().ok_or("not an object")?;
    let address = all(fields, &ADDRESS, |value| fixed(value, &[]))?;
    let g1 = all(fields, &ON_G1, |value| fixed(value, &["x", "y"]))?;
    let g2 = all(fields, &ON_G2, |value| fixed(value, &["xi", "xr", "yi", "yr"]))?;
    Ok(Validator {
        address: address.map(Address),
        g1: g1.ok_or("no key on G1 (g1_pub_key, BLSG1PublicKey)")?,
        g2,
    })
}

/// What all fields of these names say, which has to be the same.
fn all<T: PartialEq>(
    fields: &Map<String, Value>,
    names: &[&str],
    read: impl Fn(&Value) -> Result<T, String>,
) -> Result<Option<T>, String> {
    let mut found = None;
    for (name, value) in fields {
        if !names.contains(&name.to_lowercase().replace('_', "").as_str()) || value.is_null() {
            continue;
        }
        let next = read(value).map_err(|problem| format!("{name}: {problem}"))?;
        match &found {
            Some(first) if *first != next => {
                return Err(format!("{name} is another key than the fields before it"));
            }
            _ => found = Some(next),
        }
    }
    Ok(found)
}

/// Bytes in hexadecimal or base64, a list of numbers, or an object with a word to each of `words`.
fn fixed<const N: usize>(value: &Value, words: &[&str]) -> Result<FixedBytes<N>, String> {
    let bytes = match value {
        Value::String(text) => text_bytes::<N>(text)?,
        Value::Array(numbers) => numbers
            .iter()
            .map(|number| number.as_u64().and_then(|number| u8::try_from(number).ok()))
            .collect::<Option<Vec<u8>>>()
            .ok_or("a list of other things than bytes")?,
        Value::Object(fields) if !words.is_empty() => {
            let word = |name: &&str| {
                let word = fields.get(*name).and_then(Value::as_str);
                let word = word.and_then(|word| word.parse::<U256>().ok());
                word.map(|word| word.to_be_bytes::<32>()).ok_or(format!("no number {name}"))
            };
            words.iter().map(word).collect::<Result<Vec<_>, _>>()?.concat()
        }
        _ => return Err("neither text nor bytes".into()),
    };
    FixedBytes::try_from(bytes.as_slice()).map_err(|_| format!("{} bytes, not {N}", bytes.len()))
}

fn text_bytes<const N: usize>(text: &str) -> Result<Vec<u8>, String> {
    if text.starts_with("0x") || text.len() == 2 * N {
        return hex::decode(text).map_err(|e| e.to_string());
    }
    BASE64_STANDARD.decode(text).map_err(|_| "neither hexadecimal nor base64".into())
}

/// A key on G2 as records write it: an object with the words xi, xr, yi, yr, or bytes.
///
/// # Errors
///
/// What is wrong with it, in words.
pub fn aggregate(value: &Value) -> Result<G2, String> {
    fixed(value, &["xi", "xr", "yi", "yr"])
}

/// A number, as JSON has it or as text, decimal or hexadecimal.
///
/// # Errors
///
/// That it is none.
pub fn number(value: &Value) -> Result<u64, String> {
    let read = match value {
        Value::String(text) => match text.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16).ok(),
            None => text.parse().ok(),
        },
        other => other.as_u64(),
    };
    read.ok_or_else(|| format!("{value} is no number of 64 bits"))
}

#[cfg(test)]
mod tests {
    use super::{G1, G2, Validator, read};
    use base64::{Engine, prelude::BASE64_STANDARD};
    use serde_json::{Value, json};

    fn key<const N: usize>(first: u8) -> Vec<u8> {
        (first..).take(N).collect()
    }

    fn refusal(validator: &Value) -> String {
        read(&json!([validator])).map_or_else(|error| error, |_| String::new())
    }

    #[test]
    fn reads_keys_in_each_of_their_forms() {
        let (g1, g2) = (key::<64>(1), key::<128>(7));
        let hex = |bytes: &[u8]| alloy_primitives::hex::encode_prefixed(bytes);
        let word = |bytes: &[u8], at: usize| hex(&bytes[32 * at..32 * (at + 1)]);
        let expected =
            Validator { address: None, g1: G1::from_slice(&g1), g2: Some(G2::from_slice(&g2)) };
        let on_g1 = [
            json!({ "g1_pub_key": { "x": word(&g1, 0), "y": word(&g1, 1) } }),
            json!({ "BLSG1PublicKey": g1 }),
            json!({ "_BLSG1PublicKey": hex(&g1) }),
        ];
        let on_g2 = [
            json!({ "UncompressedBLSPublicKey": BASE64_STANDARD.encode(&g2) }),
            json!({ "BLSPublicKey": &hex(&g2)[2..] }),
            json!({ "g2_pub_key": { "xi": word(&g2, 0), "xr": word(&g2, 1), "yi": word(&g2, 2), "yr": word(&g2, 3) } }),
        ];
        for on_g1 in &on_g1 {
            for on_g2 in &on_g2 {
                let mut validator = on_g1.clone();
                let fields = validator.as_object_mut().expect("an object");
                fields.extend(on_g2.as_object().expect("an object").clone());
                let file = json!({ "result": { "epoch": "0x4e", "validators": [validator] } });
                let listed = read(&file).expect("validators");
                assert_eq!((listed.epoch, listed.validators), (Some(78), vec![expected.clone()]));
            }
        }
        // A snapshot says how long epochs are, and of which block it is.
        let mut member = on_g1[1].clone();
        member
            .as_object_mut()
            .expect("an object")
            .extend(on_g2[1].as_object().expect("an object").clone());
        let snapshot = json!({ "epoch": 1000, "number": 2000, "validators": [member] });
        let listed = read(&snapshot).expect("validators");
        assert_eq!((listed.epoch, listed.after_block), (None, Some(2000)));
    }

    #[test]
    fn names_what_is_missing_or_contradicts_itself() {
        let (g1, g2) = (key::<64>(1), key::<128>(7));
        assert!(refusal(&json!({ "g2": g2 })).contains("validator 0: no key on G1"));
        let twice = json!({ "g1": g1, "g2": g2, "BLSPublicKey": key::<128>(8) });
        assert!(refusal(&twice).contains("g2 is another key than the fields before it"));
        assert!(refusal(&json!({ "g1": [1, 2], "g2": g2 })).contains("g1: 2 bytes, not 64"));
        assert!(
            refusal(&json!({ "g1": "?", "g2": g2 })).contains("neither hexadecimal nor base64")
        );
        assert!(refusal(&json!({ "g1": { "x": "0x1" }, "g2": g2 })).contains("no number y"));
        assert!(refusal(&json!(7)).contains("not an object"));
        let error = read(&json!({ "epoch": 3 })).expect_err("no validators");
        assert_eq!(error, "holds no list of validators");
    }
}

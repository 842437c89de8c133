//! `receipts.json`: R01 to R23, and R24 to R27 in their spirit. A case is a value of a receipts
//! trie, or the proof of one, and the log that is asked for.

mod logs;

use super::{Case, EMITTER, TOPIC, hexed, log_json as holds};
use crate::{
    encoding::{list, string},
    receipts::log_of,
};
use alloy_primitives::B256;
use mpt_proof::builder::OrderedTrie;
use serde_json::Value;

pub(super) fn table() -> Vec<Case> {
    [types(), fields(), status(), gas_and_bloom(), logs::table(), indices(), deposits(), lengths()]
        .into_iter()
        .flatten()
        .collect()
}

/// The first log of a value under the policy `Known`, from `EMITTER` and with `TOPIC`.
fn ask(id: impl Into<String>, note: &str, value: &[u8]) -> Case {
    asked(Case::new(id, note).with("value", hexed(value)))
}

fn asked(case: Case) -> Case {
    case.with("policy", "known")
        .with("logIndex", "0x0")
        .with("emitter", hexed(EMITTER.as_slice()))
        .with("topic0", TOPIC.to_string())
}

fn log(case: Case, index: u64) -> Case {
    case.with("logIndex", format!("{index:#x}"))
}

fn any(case: Case) -> Case {
    case.with("policy", "any")
}

/// The one log that most receipts here have.
fn found() -> Value {
    holds(&[TOPIC], &[5])
}

fn the_log() -> Vec<u8> {
    log_of(1, &[5])
}

/// The four fields of a receipt that succeeded.
fn four() -> [Vec<u8>; 4] {
    [string(&[1]), string(&[0x52, 8]), string(&[0; 256]), list(&[the_log()])]
}

fn body() -> Vec<u8> {
    list(&four())
}

fn body_of(logs: &[Vec<u8>]) -> Vec<u8> {
    body_with(3, list(logs))
}

fn body_with(place: usize, field: Vec<u8>) -> Vec<u8> {
    let mut fields = four();
    fields[place] = field;
    list(&fields)
}

fn typed(first: u8, body: &[u8]) -> Vec<u8> {
    [&[first], body].concat()
}

fn types() -> Vec<Case> {
    let unknown = |first: u8| format!("ReceiptUnknownType({first})");
    let of = |id: &str, note: &str, first: u8| ask(id, note, &typed(first, &body()));
    let mut cases = vec![
        ask("R01-legacy", "starts with 0xf9, the header of the list itself", &body())
            .accepts(found()),
        any(ask("R01-legacy-any", "the policy does not change a legacy receipt", &body()))
            .accepts(found()),
        ask("R01-no-byte", "a value of no byte is no receipt", &[]).rejects("RlpInputTooShort()"),
        ask("R01-type-alone", "a type without a body", &[2]).rejects("RlpInputTooShort()"),
        ask("R01-short-list", "0xc0 is legacy, and has no field", &[0xc0])
            .rejects("ReceiptFieldCount(0)"),
        ask("R01-long-list", "0xff announces eight bytes of length", &[0xff])
            .rejects("RlpInputTooShort()"),
        of("R02-zero", "legacy receipts have no byte in front", 0).rejects(unknown(0)),
        any(of("R02-zero-any", "nor under the policy Any", 0)).rejects(unknown(0)),
        of("R03-7f", "the last type of EIP-2718 is not known", 0x7f).rejects(unknown(0x7f)),
        any(of("R03-7f-any", "and is read under the policy Any", 0x7f)).accepts(found()),
        of("R03-80", "no type, and no list", 0x80).rejects(unknown(0x80)),
        any(of("R03-80-any", "the same under the policy Any", 0x80)).rejects(unknown(0x80)),
        any(of("R03-bf-any", "the last byte that starts no list", 0xbf)).rejects(unknown(0xbf)),
        of("R04-05", "the first type that is not known", 5).rejects(unknown(5)),
        any(of("R04-05-any", "read under the policy Any", 5)).accepts(found()),
        of("R04-7e", "a deposit of four fields", 0x7e).rejects(unknown(0x7e)),
        any(of("R04-7e-any", "read under the policy Any", 0x7e)).accepts(found()),
    ];
    for first in 1..=4 {
        cases.push(of(&format!("R01-typed-{first}"), "a known type", first).accepts(found()));
    }
    let network = string(&typed(2, &body()));
    let double = typed(2, &typed(2, &body()));
    let inner = typed(2, &network);
    cases.extend([
        ask("R05-network", "a typed receipt inside a string, as peers send it", &network)
            .rejects(unknown(0xb9)),
        any(ask("R05-network-any", "the same under the policy Any", &network))
            .rejects(unknown(0xb9)),
        ask("R05-type-twice", "the second type is a string", &double)
            .rejects("RlpUnexpectedString()"),
        ask("R05-type-and-string", "the network form behind a type", &inner)
            .rejects("RlpUnexpectedString()"),
    ]);
    cases
}

fn fields() -> Vec<Case> {
    let behind = |bytes: &[u8]| [&body(), bytes].concat();
    let mut cases = vec![
        ask("R06-one-byte", "a byte behind the list", &behind(&[0])).rejects("RlpTrailingBytes()"),
        ask("R06-typed", "the same with a type", &typed(2, &behind(&[0x80])))
            .rejects("RlpTrailingBytes()"),
        ask("R06-second", "a second receipt", &behind(&body())).rejects("RlpTrailingBytes()"),
    ];
    let five = [four().to_vec(), vec![string(&[])]].concat();
    for (count, note) in [(0, "none"), (1, "the status"), (3, "no logs"), (5, "one more")] {
        let value = list(&five[..count]);
        let error = format!("ReceiptFieldCount({count})");
        cases.push(ask(format!("R07-{count}"), note, &value).rejects(error.clone()));
        cases.push(ask(format!("R07-typed-{count}"), note, &typed(1, &value)).rejects(error));
    }
    let many = list(&vec![string(&[1]); 40]);
    cases
        .push(ask("R07-40", "counted no further than five", &many).rejects("ReceiptFieldCount(5)"));
    let cut = list(&[string(&[1]), vec![0x82, 1]]);
    cases.push(
        ask("R07-cut", "a header is read before the fields are counted", &cut)
            .rejects("RlpInputTooShort()"),
    );
    cases
}

fn status() -> Vec<Case> {
    let of = |id: &str, note: &str, status: Vec<u8>| ask(id, note, &body_with(0, status));
    vec![
        of("R08-root", "a state root, from before EIP-658", string(&[7; 32]))
            .rejects("ReceiptStateRoot()"),
        any(of("R08-root-any", "the same under the policy Any", string(&[7; 32])))
            .rejects("ReceiptStateRoot()"),
        of("R08-root-zero", "a state root of zero", string(&[0; 32])).rejects("ReceiptStateRoot()"),
        of("R08-31", "one byte less is no root", string(&[7; 31])).rejects("ReceiptStatus()"),
        of("R08-33", "one byte more is none", string(&[7; 33])).rejects("ReceiptStatus()"),
        of("R09-one", "success", vec![1]).accepts(found()),
        of("R09-zero-byte", "zero as a byte, not as no byte", vec![0]).rejects("ReceiptStatus()"),
        of("R09-two", "neither 0 nor 1", vec![2]).rejects("ReceiptStatus()"),
        of("R09-7f", "the last single byte", vec![0x7f]).rejects("ReceiptStatus()"),
        of("R09-80", "a byte with a prefix", vec![0x81, 0x80]).rejects("ReceiptStatus()"),
        of("R09-81-01", "one with a prefix that it must not have", vec![0x81, 1])
            .rejects("RlpNonCanonicalSingleByte()"),
        of("R09-81-00", "zero with a prefix", vec![0x81, 0]).rejects("RlpNonCanonicalSingleByte()"),
        of("R09-00-01", "one in two bytes", string(&[0, 1])).rejects("ReceiptStatus()"),
        of("R09-01-00", "one and a byte", string(&[1, 0])).rejects("ReceiptStatus()"),
        of("R09-word", "one in a word is a root", string(&B256::with_last_byte(1).0))
            .rejects("ReceiptStateRoot()"),
        of("R10-matching", "failed, though its log is the one asked for", vec![0x80])
            .rejects("ReceiptFailed()"),
        log(of("R10-no-such-log", "failed comes before the log's index", vec![0x80]), 9)
            .rejects("ReceiptFailed()"),
        of("R10-other-emitter", "and before the log's emitter", vec![0x80])
            .with("emitter", hexed(&[1; 20]))
            .rejects("ReceiptFailed()"),
        ask("R10-typed", "failed, with a type", &typed(4, &body_with(0, vec![0x80])))
            .rejects("ReceiptFailed()"),
    ]
}

fn gas_and_bloom() -> Vec<Case> {
    let bloom = |id: &str, note: &str, bloom: Vec<u8>| ask(id, note, &body_with(2, bloom));
    let gas = |id: &str, note: &str, gas: Vec<u8>| ask(id, note, &body_with(1, gas));
    let wrong = |got: usize| format!("RlpWrongLength(256,{got})");
    let mut cases = vec![
        bloom("R12-ones", "a bloom that holds everything", string(&[0xff; 256])).accepts(found()),
        bloom("R12-zeros", "a bloom without the log", string(&[0; 256])).accepts(found()),
        gas("R18-zero", "no gas at all", vec![0x80]).accepts(found()),
        gas("R18-max", "eight bytes of 0xff", string(&[0xff; 8])).accepts(found()),
        gas("R18-zero-byte", "zero as a byte", vec![0]).rejects("RlpIntegerLeadingZero()"),
        gas("R18-leading-zero", "a zero in front", string(&[0, 0x52]))
            .rejects("RlpIntegerLeadingZero()"),
        gas("R18-9", "nine bytes", string(&[1; 9])).rejects("RlpIntegerTooLarge(8,9)"),
        gas("R18-9-zero", "nine bytes, the first of them zero", string(&[0; 9]))
            .rejects("RlpIntegerTooLarge(8,9)"),
        gas("R18-32", "a word", string(&[1; 32])).rejects("RlpIntegerTooLarge(8,32)"),
        gas("R18-prefix", "a small number with a prefix", vec![0x81, 9])
            .rejects("RlpNonCanonicalSingleByte()"),
    ];
    for length in [0, 1, 255, 257, 512] {
        let id = format!("R11-{length}");
        let error = wrong(length);
        cases.push(bloom(&id, "a bloom has 256 bytes", string(&vec![0xaa; length])).rejects(error));
    }
    cases
}

/// R17 and R23: which receipt of a block a log is in.
fn indices() -> Vec<Case> {
    let gas = |n: u8| string(&[n]);
    let numbered = |n: u8| {
        let logs = [log_of(1, &[2 * n + 1]), log_of(1, &[2 * n + 2])];
        list(&[string(&[1]), gas(n + 1), string(&[0; 256]), list(&logs)])
    };
    let trie = OrderedTrie::new((0..3).map(numbered)).unwrap();
    let ask = |id: &str, note: &str, index: u64, proof_of: u64| {
        asked(Case::new(id, note).proof(trie.root(), &trie.proof(proof_of)))
            .with("transactionIndex", format!("{index:#x}"))
    };
    vec![
        log(ask("R17-second", "the second log of the second receipt", 1, 1), 1)
            .accepts(holds(&[TOPIC], &[4])),
        log(ask("R17-in-block", "its place in the block is 3", 1, 1), 3)
            .rejects("ReceiptLogMissing(3,2)"),
        log(ask("R17-before", "the fifth log of the block is not in the first receipt", 0, 0), 4)
            .rejects("ReceiptLogMissing(4,2)"),
        ask("R23-own", "the receipt of index 1 under its own index", 1, 1)
            .accepts(holds(&[TOPIC], &[3])),
        ask("R23-sibling", "its proof for index 2: another child of the same branch", 2, 1)
            .rejects("MptHashMismatch(2)"),
        ask("R23-zero", "its proof for index 0: another child of the root", 0, 1)
            .rejects("MptHashMismatch(1)"),
        ask("R23-behind", "its proof for index 3, which the block does not have", 3, 1)
            .rejects("MptTrailingNode(2)"),
        ask("R23-absent", "the proof that index 3 is absent", 3, 3).rejects("MptKeyAbsent()"),
        ask("R23-for-one", "the proof of index 0 for index 1", 1, 0).rejects("MptHashMismatch(1)"),
    ]
}

/// R21: receipts of deposits on rollups, with a nonce and a version behind the logs.
fn deposits() -> Vec<Case> {
    let with = |extra: &[Vec<u8>]| typed(0x7e, &list(&[&four(), extra].concat()));
    let nonce = with(&[string(&[0x12, 0x34])]);
    let version = with(&[string(&[0x12, 0x34]), string(&[1])]);
    vec![
        ask("R21-nonce", "type 0x7e is not known", &nonce).rejects("ReceiptUnknownType(126)"),
        any(ask("R21-nonce-any", "five fields", &nonce)).rejects("ReceiptFieldCount(5)"),
        any(ask("R21-version-any", "six fields", &version)).rejects("ReceiptFieldCount(5)"),
        any(ask("R21-before", "four fields, as before those two", &with(&[]))).accepts(found()),
    ]
}

/// R26: the header of the receipt's list, and R27: several defects, of which the first is named.
fn lengths() -> Vec<Case> {
    let headed = |header: &[u8]| [header, &body()[3..]].concat();
    let of = |id: &str, note: &str, header: &[u8]| ask(id, note, &headed(header));
    let length = body().len() - 3;
    let [high, low] = u16::try_from(length).unwrap().to_be_bytes();
    let all = [string(&[2]), string(&[0; 9]), string(&[]), string(&[])];
    let mut late = four();
    (late[2], late[3]) = (string(&[0; 255]), string(&[]));
    let (mut failed, mut no_logs) = (four(), four());
    (failed[0], failed[3]) = (string(&[]), string(&[]));
    (no_logs[1], no_logs[2]) = (string(&[0]), list(&[]));
    vec![
        of("R26-canonical", "the header as it is", &[0xf9, high, low]).accepts(found()),
        of("R26-leading-zero", "a zero in front of the length", &[0xfa, 0, high, low])
            .rejects("RlpLengthLeadingZero()"),
        of("R26-eight", "a length of eight bytes", &[0xff, 0, 0, 0, 0, 0, 0, high, low])
            .rejects("RlpLengthLeadingZero()"),
        of("R26-largest", "2^64 - 1 bytes", &[0xff; 9]).rejects("RlpInputTooShort()"),
        of("R26-high-bit", "2^63 bytes", &[0xff, 0x80, 0, 0, 0, 0, 0, 0, 0])
            .rejects("RlpInputTooShort()"),
        of("R26-more", "one byte more than there are", &[0xf9, high, low + 1])
            .rejects("RlpInputTooShort()"),
        of("R26-less", "one byte less, and so the logs end late", &[0xf9, high, low - 1])
            .rejects("RlpTrailingBytes()"),
        of("R26-short", "55 bytes in the long form", &[0xf8, 55]).rejects("RlpNonCanonicalSize()"),
        ask("R27-type", "type, fields and bytes behind", &[&[9, 0xc0][..], &[0]].concat())
            .rejects("ReceiptUnknownType(9)"),
        ask("R27-behind", "bytes behind before the count", &[0xc1, 1, 0])
            .rejects("RlpTrailingBytes()"),
        ask("R27-status", "every field is wrong", &list(&all)).rejects("ReceiptStatus()"),
        ask("R27-gas", "gas before the bloom", &list(&no_logs)).rejects("RlpIntegerLeadingZero()"),
        ask("R27-bloom", "the bloom before the logs", &list(&late))
            .rejects("RlpWrongLength(256,255)"),
        ask("R27-logs", "the logs' kind before the failure", &list(&failed))
            .rejects("RlpUnexpectedString()"),
        ask("R27-emitter", "the emitter before the topic", &body())
            .with("emitter", hexed(&[0; 20]))
            .with("topic0", B256::ZERO.to_string())
            .rejects(format!("ReceiptLogEmitter(0x{},0x{})", "00".repeat(20), "ee".repeat(20))),
        ask("R27-topic", "the topic last", &body())
            .with("topic0", B256::ZERO.to_string())
            .rejects(format!("ReceiptLogTopic(0x{},{TOPIC})", "00".repeat(32))),
    ]
}

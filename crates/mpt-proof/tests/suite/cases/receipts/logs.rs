//! R13 to R16, R19, R20, R22, R24 and R25: what is in a log, and which log it is.

use super::{Case, EMITTER, TOPIC, ask, body_of, body_with, found, holds, log, the_log, typed};
use crate::encoding::{list, string};
use alloy_primitives::{B256, hex, keccak256};

pub(super) fn table() -> Vec<Case> {
    let all = [topics(), addresses(), places(), data(), layouts(), kinds(), many()];
    all.into_iter().flatten().collect()
}

fn emitter() -> Vec<u8> {
    string(EMITTER.as_slice())
}

fn words(words: &[B256]) -> Vec<u8> {
    list(&words.iter().map(|word| string(word.as_slice())).collect::<Vec<_>>())
}

/// `TOPIC`, then 1, 2, 3…
fn numbered(count: u8) -> Vec<B256> {
    (0..count).map(|n| if n == 0 { TOPIC } else { B256::with_last_byte(n) }).collect()
}

fn with_topics(topics: Vec<u8>) -> Vec<u8> {
    body_of(&[list(&[emitter(), topics, string(&[5])])])
}

fn topics() -> Vec<Case> {
    let none = with_topics(words(&[]));
    let zero = B256::ZERO;
    let mut cases = vec![
        ask("R13-0", "an anonymous event has no first topic", &none)
            .rejects(format!("ReceiptLogTopic({TOPIC},{zero})")),
        ask("R13-0-zero", "no topic is not a topic of zero", &none)
            .with("topic0", zero.to_string())
            .rejects(format!("ReceiptLogTopic({zero},{zero})")),
        ask("R13-zero", "a topic of zero is one", &with_topics(words(&[zero])))
            .with("topic0", zero.to_string())
            .accepts(holds(&[zero], &[5])),
        ask("R13-second", "the topic in the second place", &with_topics(words(&[zero, TOPIC])))
            .rejects(format!("ReceiptLogTopic({TOPIC},{zero})")),
    ];
    for count in 1..=4 {
        let value = with_topics(words(&numbered(count)));
        let case = ask(format!("R13-{count}"), "up to four topics", &value);
        cases.push(case.accepts(holds(&numbered(count), &[5])));
    }
    for count in [5, 6, 255] {
        let value = with_topics(words(&numbered(count)));
        let case = ask(format!("R13-{count}"), "counted no further than five", &value);
        cases.push(case.rejects("ReceiptTopicCount(5)"));
    }
    let five = with_topics(list(&vec![string(&[1]); 5]));
    cases.push(
        ask("R13-5-bytes", "the count before the length of any", &five)
            .rejects("ReceiptTopicCount(5)"),
    );
    let last = |item: Vec<u8>, place: usize| {
        let mut topics: Vec<_> = numbered(4).iter().map(|word| string(&word.0)).collect();
        topics[place] = item;
        with_topics(list(&topics))
    };
    for length in [0, 1, 31, 33, 64] {
        for place in [0, 3] {
            let value = last(string(&vec![0xaa; length]), place);
            let case = ask(format!("R14-{length}-at-{place}"), "a topic has 32 bytes", &value);
            cases.push(case.rejects(format!("RlpWrongLength(32,{length})")));
        }
    }
    cases
}

fn addresses() -> Vec<Case> {
    let of = |address: Vec<u8>| body_of(&[list(&[address, words(&[TOPIC]), string(&[5])])]);
    let mut cases = Vec::new();
    for length in [0, 1, 19, 21, 32] {
        let value = of(string(&vec![0xee; length]));
        let case = ask(format!("R15-{length}"), "an address has 20 bytes", &value);
        cases.push(case.rejects(format!("RlpWrongLength(20,{length})")));
    }
    let padded = of(string(&[&[0; 12], &EMITTER[..]].concat()));
    cases.push(ask("R15-padded", "an address in a word", &padded).rejects("RlpWrongLength(20,32)"));
    cases
}

fn places() -> Vec<Case> {
    let mut cases = Vec::new();
    for count in 0..3_u64 {
        let value = body_of(&vec![the_log(); usize::try_from(count).unwrap()]);
        for index in [count, count + 1, u64::from(u32::MAX), u64::MAX] {
            let case = ask(format!("R16-{index:x}-of-{count}"), "no such log", &value);
            cases.push(log(case, index).rejects(format!("ReceiptLogMissing({index},{count})")));
        }
    }
    cases
}

fn with_data(data: Vec<u8>) -> Vec<u8> {
    body_of(&[list(&[emitter(), words(&[TOPIC]), data])])
}

fn data() -> Vec<Case> {
    let mut cases = Vec::new();
    for length in [0, 1, 2, 31, 32, 33, 55, 56, 57, 255, 256, 257, 65_536] {
        let data = vec![0x5a; length];
        let case = ask(format!("R19-{length}"), "data by its length", &with_data(string(&data)));
        cases.push(case.accepts(holds(&[TOPIC], &data)));
    }
    for byte in [0, 0x7f, 0x80, 0xff] {
        let case = ask(format!("R19-byte-{byte:02x}"), "one byte", &with_data(string(&[byte])));
        cases.push(case.accepts(holds(&[TOPIC], &[byte])));
    }
    let of = |id: &str, note: &str, header: &[u8], length: usize| {
        ask(id, note, &with_data([header, &vec![5; length]].concat()))
    };
    cases.extend([
        of("R19-prefix", "a byte that needs no prefix", &[0x81], 1)
            .rejects("RlpNonCanonicalSingleByte()"),
        of("R19-55-long", "55 bytes in the long form", &[0xb8, 55], 55)
            .rejects("RlpNonCanonicalSize()"),
        of("R19-56-zero", "a zero in front of the length", &[0xb9, 0, 56], 56)
            .rejects("RlpLengthLeadingZero()"),
        of("R19-beyond", "one byte more than the log has", &[0xb8, 57], 56)
            .rejects("RlpInputTooShort()"),
        of("R19-largest", "2^64 - 1 bytes", &[0xbf, 255, 255, 255, 255, 255, 255, 255, 255], 56)
            .rejects("RlpInputTooShort()"),
        of(
            "R19-wraps",
            "a length that wraps 2^64 when it is added",
            &[0xbf, 255, 255, 255, 255, 255, 255, 255, 0xc0],
            64,
        )
        .rejects("RlpInputTooShort()"),
    ]);
    cases
}

/// R20 and R22: the verifier binds emitter and first topic, and hands out the rest as it stands.
fn layouts() -> Vec<Case> {
    let transfer = keccak256("Transfer(address,address,uint256)");
    let system = hex!("fffffffffffffffffffffffffffffffffffffffe");
    let (from, to) = (B256::with_last_byte(0xaa), B256::with_last_byte(0xbb));
    let amount = B256::with_last_byte(7);
    let case = |id: &str, note: &str, topics: &[B256], data: &[u8]| {
        let value = body_of(&[list(&[emitter(), words(topics), string(data)])]);
        ask(id, note, &value).with("topic0", transfer.to_string()).accepts(holds(topics, data))
    };
    let flat = [from.0, to.0, amount.0].concat();
    let mut cases = vec![
        case("R20-token", "two indexed", &[transfer, from, to], &amount.0),
        case("R20-collectible", "three indexed", &[transfer, from, to, amount], &[]),
        case("R20-flat", "none indexed", &[transfer], &flat),
        case("R20-one", "one indexed", &[transfer, from], &flat[32..]),
    ];
    for tx_type in 0..=4_u8 {
        let fields = [string(&system), words(&[transfer, from, to]), string(&amount.0)];
        let receipt = body_of(&[list(&fields)]);
        let value = if tx_type == 0 { receipt } else { typed(tx_type, &receipt) };
        let case = ask(format!("R22-{tx_type}"), "a transfer that the system logs", &value);
        let case = case.with("topic0", transfer.to_string());
        cases.push(
            case.with("emitter", super::hexed(&system))
                .accepts(holds(&[transfer, from, to], &amount.0)),
        );
    }
    cases
}

/// R24: a list where a string is due and the reverse, in every field.
fn kinds() -> Vec<Case> {
    let log_with = |place: usize, field: Vec<u8>| {
        let mut fields = [emitter(), words(&[TOPIC]), string(&[5])];
        fields[place] = field;
        body_of(&[list(&fields)])
    };
    let (list_due, string_due) = ("RlpUnexpectedString()", "RlpUnexpectedList()");
    let ones = |count: usize| list(&vec![string(&[1]); count]);
    vec![
        ask("R24-body", "the receipt is a string", &typed(1, &string(&super::body())))
            .rejects(list_due),
        ask("R24-status", "the status is a list", &body_with(0, ones(1))).rejects(string_due),
        ask("R24-status-empty", "the status is an empty list", &body_with(0, vec![0xc0]))
            .rejects(string_due),
        ask("R24-gas", "the gas is a list", &body_with(1, ones(2))).rejects(string_due),
        ask("R24-bloom", "the bloom is a list of 256 bytes", &body_with(2, ones(256)))
            .rejects(string_due),
        ask("R24-logs", "the logs are a string", &body_with(3, string(&list(&[the_log()]))))
            .rejects(list_due),
        ask("R24-logs-empty", "the logs are the empty string", &body_with(3, vec![0x80]))
            .rejects(list_due),
        ask("R24-log", "a log is a string", &body_of(&[string(&the_log())])).rejects(list_due),
        ask("R24-log-byte", "a log is a byte", &body_of(&[vec![5]])).rejects(list_due),
        ask("R24-address", "the address is a list", &log_with(0, ones(20))).rejects(string_due),
        ask("R24-topics", "the topics are a string", &log_with(1, string(&TOPIC.0)))
            .rejects(list_due),
        ask("R24-topic", "a topic is a list", &log_with(1, list(&[ones(32)]))).rejects(string_due),
        ask("R24-data", "the data is a list", &log_with(2, ones(5))).rejects(string_due),
        log(
            ask(
                "R24-earlier",
                "an earlier log is a byte, of which only the header is read",
                &body_of(&[vec![5], the_log()]),
            ),
            1,
        )
        .accepts(found()),
        log(
            ask(
                "R24-earlier-cut",
                "but that header is read",
                &body_with(3, list(&[vec![0xbf; 9], the_log()])),
            ),
            1,
        )
        .rejects("RlpInputTooShort()"),
    ]
}

/// R25: three hundred logs.
fn many() -> Vec<Case> {
    let numbered: Vec<_> = (0..300_u16)
        .map(|n| list(&[emitter(), words(&[TOPIC]), string(&n.to_be_bytes())]))
        .collect();
    let value = typed(2, &body_of(&numbered));
    let at = |index: u64| log(ask(format!("R25-{index}"), "of 300 logs", &value), index);
    let mut cases = vec![at(300).rejects("ReceiptLogMissing(300,300)")];
    for index in [0, 299_u16] {
        cases.push(at(index.into()).accepts(holds(&[TOPIC], &index.to_be_bytes())));
    }
    cases
}

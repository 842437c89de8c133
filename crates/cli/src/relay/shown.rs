//! What the interface answers, as text for people.

use crate::output::Fields;
use relayer::{
    api::{ChainState, ClientState, Lane, Message, MessageDetail, ServiceState, Step, Transaction},
    clock::Millis,
};
use std::{
    collections::BTreeMap,
    fmt::Display,
    time::{SystemTime, UNIX_EPOCH},
};

/// Milliseconds since 1970.
pub(crate) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

/// How long ago, or how far ahead.
pub(crate) fn ago(at: Millis, now: Millis) -> String {
    let seconds = (now - at) / 1_000;
    if seconds < 0 {
        format!("in {}", span(seconds.unsigned_abs()))
    } else {
        format!("{} ago", span(seconds.unsigned_abs()))
    }
}

/// Seconds as people say them.
pub(crate) fn span(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// A count or a dash.
pub(crate) fn maybe(value: Option<impl Display>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// `final 3, delivered 2`.
pub(crate) fn counts<K: Display>(of: &BTreeMap<K, u64>) -> String {
    let each: Vec<String> = of.iter().map(|(word, count)| format!("{word} {count}")).collect();
    if each.is_empty() { "none".to_owned() } else { each.join(", ") }
}

/// One line for a lane's ends.
pub(crate) fn lane(lane: &Lane) -> String {
    format!("{} -> {}", lane.source.name, lane.destination.name)
}

/// A line for each message.
pub(crate) fn messages(messages: &[Message]) -> String {
    let now = now();
    let line = |message: &Message| {
        let Message { id, source, destination, nonce, stage, reason, detail, since, .. } = message;
        let lane = format!("{}->{}#{nonce}", source.name, destination.name);
        let colon = if detail.is_empty() { "" } else { ": " };
        format!("{id}  {lane:14}  {stage:12} since {}  {reason}{colon}{detail}\n", ago(*since, now))
    };
    if messages.is_empty() {
        "no message fits\n".to_owned()
    } else {
        messages.iter().map(line).collect()
    }
}

/// A message: where it is, why it is not further, what can be done, and its life.
pub(crate) fn message(detail: &MessageDetail) -> String {
    let (message, now) = (&detail.message, now());
    let mut fields = Fields::default();
    fields.add("message", message.id);
    fields.add(
        "lane",
        format!("{} -> {}, nonce {}", message.source.name, message.destination.name, message.nonce),
    );
    fields.add("sender", &message.sender).add("recipient", &message.recipient);
    fields.add(
        "sent",
        format!("block {}, transaction {}", message.sent.block, message.sent.transaction),
    );
    fields.add("stage", format!("{}, since {}", message.stage, ago(message.since, now)));
    let colon = if message.detail.is_empty() { "" } else { ": " };
    fields.add("waits for", format!("{}{colon}{}", message.reason, message.detail));
    fields.add("what to do", &message.advice);
    let next = message.next_attempt.map_or_else(|| "nothing is planned".into(), |at| ago(at, now));
    fields.add("next", format!("{next} (tried {} times)", message.attempts));
    if let Some(Step { reason, detail, at, .. }) = &detail.last_error {
        fields.add("last error", format!("{reason}: {detail} ({})", ago(*at, now)));
    }
    let mut text = fields.render(0);
    text += "\nlife\n";
    for step in &detail.history {
        let colon = if step.detail.is_empty() { "" } else { ": " };
        let tx = step.transaction.map_or_else(String::new, |tx| format!("  [{tx}]"));
        text += &format!(
            "  {:>9}  {:12} {}{colon}{}{tx}\n",
            ago(step.at, now),
            step.stage,
            step.reason,
            step.detail
        );
    }
    text += "\nseen\n";
    for seen in &detail.sightings {
        let spot = &seen.at;
        text += &format!(
            "  {:16} on {} in block {}, transaction {}\n",
            seen.fact, spot.chain.name, spot.block, spot.transaction
        );
    }
    for transaction in &detail.transactions {
        text += &format!("\nunder way: {}\n", outgoing(transaction));
    }
    text
}

/// One line for a transaction of ours.
pub(crate) fn outgoing(transaction: &Transaction) -> String {
    let Transaction { id, chain, purpose, state, detail, calldata_bytes, gas, nonce, bids, .. } =
        transaction;
    let colon = if detail.is_empty() { "" } else { ": " };
    let hash = bids.last().map_or_else(String::new, |bid| format!(", {}", bid.hash));
    format!(
        "#{id} {purpose} on {}, {state}{colon}{detail}, {calldata_bytes} bytes, gas limit {gas}, nonce {}{hash}",
        chain.name,
        maybe(*nonce)
    )
}

/// One line for a chain.
pub(crate) fn chain(state: &ChainState, now: Millis) -> String {
    let well = state.endpoints.iter().filter(|endpoint| endpoint.ok).count();
    let read =
        state.updated_at.map_or_else(|| "never read".into(), |at| format!("read {}", ago(at, now)));
    let halted = state.halted.as_ref().map_or_else(String::new, |why| {
        format!(", HALTED: {why}; {}", relayer::indexer::advice(&state.chain.name))
    });
    format!(
        "head {}, final {}, {} blocks to be read, {read}, {well} of {} nodes well{halted}",
        maybe(state.head),
        maybe(state.final_block),
        maybe(state.lag),
        state.endpoints.len()
    )
}

/// One line for a light client.
pub(crate) fn client(client: &ClientState, now: Millis) -> String {
    let expires = match client.seconds_to_expiry {
        None => String::new(),
        Some(0) => ", EXPIRED".to_owned(),
        Some(seconds) => format!(", expires in {}", span(seconds)),
    };
    let waiting = client.waiting.as_ref().map_or_else(String::new, |waiting| {
        format!(
            ", {} messages wait for block {} since {}",
            waiting.count,
            waiting.block,
            ago(waiting.since, now)
        )
    });
    let colon = if client.detail.is_empty() { "" } else { ": " };
    format!(
        "head {}, {} old{expires}{waiting}{colon}{}",
        client.head,
        span(client.age_seconds),
        client.detail
    )
}

/// How the process is, in a few lines.
pub(crate) fn service(state: &ServiceState) -> String {
    let mut text = format!("relayer {} ({})", state.version, state.instance);
    if state.healthy {
        text += &format!(": all {} roles make progress\n", state.roles.len());
    } else {
        text += ": not well\n";
        for (role, why) in &state.unwell {
            text += &format!("  {role}: {why}\n");
        }
    }
    text
}

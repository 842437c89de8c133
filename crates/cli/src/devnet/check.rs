//! What was sent and what was delivered, by what the chains themselves say.

use super::{
    FOLDER,
    record::{End, Record},
    seen::{Blocks, Seen, delivered, sent},
};
use crate::{
    error::{Error, Result},
    output::{Answer, progress},
    rpc::Rpc,
};
use alloy_primitives::B256;
use clap::Args;
use serde::Serialize;
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::Duration,
};
use tokio::time::{Instant, sleep};

const AFTER_HELP: &str = "\
Examples:
  heliograph devnet check
  heliograph devnet check --wait 120

Latency is counted in blocks of the destination, from the one that was newest when the beacon node first served
the finality of the message's block, to the one that delivers it. Gas is that of all of the relayer's transactions
on the destination that succeeded, client updates too, for each message that was delivered there.";

/// Count what was sent and what was delivered, by what the chains say. Exits 1 unless everything has arrived once.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Check {
    /// The devnet's folder.
    #[arg(long, value_name = "FOLDER", default_value = FOLDER)]
    folder: PathBuf,
    /// Ask again until everything has arrived, for at most so many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    wait: u64,
}

/// What became of one lane.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Lane {
    /// Where messages come from.
    pub from: u64,
    /// Where they go to.
    pub to: u64,
    /// Messages that are in blocks of the source.
    pub sent: usize,
    /// Of those, the ones that were delivered.
    pub delivered: usize,
    /// Deliveries of what was delivered before, or never sent.
    too_many: usize,
    /// Messages that were not delivered.
    missing: Vec<B256>,
    /// Half of the messages took at most so many blocks after their finality.
    pub latency_median: Option<u64>,
    /// 95 of a hundred.
    latency_95: Option<u64>,
    /// The relayer's transactions on the destination.
    pub transactions: usize,
    /// Of those, the ones that failed and were paid for all the same.
    pub reverted: usize,
    /// Gas for each message.
    pub gas_per_message: Option<u64>,
    /// From the first message's block to the last delivery's, in seconds.
    seconds: u64,
    /// From the block before the first delivery's to the last delivery's.
    seconds_of_delivery: u64,
}

/// The events of one lane.
#[derive(Clone, Debug)]
struct Events {
    sent: Vec<Seen>,
    delivered: Vec<Seen>,
}

impl Events {
    async fn read(from: (&Rpc, &End), to: (&Rpc, &End)) -> Result<Self> {
        Ok(Self {
            sent: sent(from.0, from.1, to.1.chain_id).await?,
            delivered: delivered(to.0, to.1, from.1.chain_id).await?,
        })
    }

    fn missing(&self) -> Vec<B256> {
        let arrived: BTreeSet<B256> = self.delivered.iter().map(|seen| seen.id).collect();
        self.sent.iter().map(|seen| seen.id).filter(|id| !arrived.contains(id)).collect()
    }
}

/// Runs the command.
pub(super) async fn run(args: &Check) -> Result<Answer> {
    let record = Record::read(&args.folder)?;
    let lanes = count(&record, Duration::from_secs(args.wait), true).await?;
    answer(&lanes)
}

/// Waits until everything that was sent has arrived.
pub(super) async fn all_arrived(record: &Record, patience: Duration) -> Result<[Lane; 2]> {
    let lanes = count(record, patience, false).await?;
    answer(&lanes).map(|_| lanes)
}

/// What became of both lanes, once everything has arrived or patience is at its end.
async fn count(record: &Record, patience: Duration, told: bool) -> Result<[Lane; 2]> {
    let nodes = (Rpc::new(&record.a.rpc)?, Rpc::new(&record.b.rpc)?);
    let (a, b) = ((&nodes.0, &record.a), (&nodes.1, &record.b));
    let deadline = Instant::now() + patience;
    let mut known = usize::MAX;
    let [to_b, to_a] = loop {
        let events = [Events::read(a, b).await?, Events::read(b, a).await?];
        let missing: usize = events.iter().map(|events| events.missing().len()).sum();
        if missing == 0 || Instant::now() >= deadline {
            break events;
        }
        if told && missing != known {
            progress(format_args!("{missing} messages are on their way"));
            known = missing;
        }
        sleep(Duration::from_secs(record.slot_seconds)).await;
    };
    let blocks = (Blocks::read(a.0, a.1, record).await?, Blocks::read(b.0, b.1, record).await?);
    Ok([
        lane(record, &to_b, (a.1, &blocks.0), (b.1, &blocks.1)),
        lane(record, &to_a, (b.1, &blocks.1), (a.1, &blocks.0)),
    ])
}

/// The lanes as a table, and whether all is well.
fn answer(lanes: &[Lane; 2]) -> Result<Answer> {
    let complete = lanes.iter().all(|lane| lane.missing.is_empty() && lane.too_many == 0);
    let answer = Answer { text: table(lanes), json: json!({ "ok": complete, "lanes": lanes }) };
    if complete {
        return Ok(answer);
    }
    let summary = match lanes.iter().find_map(|lane| lane.missing.first()) {
        Some(id) => format!("not everything has arrived: {id} has not, for one"),
        None => "something was delivered twice, or was never sent".into(),
    };
    Err(Error::Partly { answer: Box::new(answer), summary, status: 1 })
}

fn lane(
    record: &Record,
    events: &Events,
    (from, source): (&End, &Blocks),
    (to, destination): (&End, &Blocks),
) -> Lane {
    let mut arrived = BTreeMap::<B256, u64>::new();
    for seen in &events.delivered {
        arrived.entry(seen.id).or_insert(seen.number);
    }
    let mut latency = Vec::new();
    for seen in &events.sent {
        let Some(number) = arrived.get(&seen.id) else { continue };
        let time = source.time(seen.number);
        let newest = time.and_then(|time| destination.newest_at(final_at(record, time)));
        latency.extend(newest.map(|newest| number.saturating_sub(newest)));
    }
    latency.sort_unstable();
    let missing = events.missing();
    let delivered = events.sent.len() - missing.len();
    let gas: u64 =
        destination.paid.values().filter(|paid| paid.succeeded).map(|paid| paid.gas).sum();
    let delivery_times = events.delivered.iter().filter_map(|seen| destination.time(seen.number));
    let (begun, last) = (delivery_times.clone().min(), delivery_times.max());
    let first = events.sent.iter().filter_map(|seen| source.time(seen.number)).min();
    Lane {
        from: from.chain_id,
        to: to.chain_id,
        sent: events.sent.len(),
        delivered,
        too_many: events.delivered.len() - delivered,
        missing,
        latency_median: share(&latency, 50),
        latency_95: share(&latency, 95),
        transactions: destination.paid.len(),
        reverted: destination.paid.values().filter(|paid| !paid.succeeded).count(),
        gas_per_message: gas.checked_div(delivered as u64),
        seconds: last.zip(first).map_or(0, |(last, first)| last.saturating_sub(first)),
        seconds_of_delivery: last
            .zip(begun)
            .map_or(0, |(last, begun)| last - begun + record.slot_seconds),
    }
}

/// Unix time at which a beacon node first serves that a block of this time is final: one slot after the block whose state has it so.
const fn final_at(record: &Record, time: u64) -> u64 {
    let slot = time.saturating_sub(record.genesis_time) / record.slot_seconds;
    let epoch = slot.div_ceil(record.slots_per_epoch) + 2;
    record.genesis_time + (epoch * record.slots_per_epoch + 1) * record.slot_seconds
}

/// What so many of a hundred are at most, of sorted values.
fn share(sorted: &[u64], of_hundred: usize) -> Option<u64> {
    sorted.get((sorted.len() * of_hundred).div_ceil(100).checked_sub(1)?).copied()
}

fn table(lanes: &[Lane]) -> String {
    let heads = [
        "lane",
        "sent",
        "delivered",
        "twice",
        "missing",
        "blocks 50 %",
        "blocks 95 %",
        "gas each",
        "transactions",
        "reverted",
        "seconds",
    ];
    let some = |value: Option<u64>| value.map_or_else(|| "-".into(), |value| value.to_string());
    let rows = lanes.iter().map(|lane| {
        [
            format!("{} → {}", lane.from, lane.to),
            lane.sent.to_string(),
            lane.delivered.to_string(),
            lane.too_many.to_string(),
            lane.missing.len().to_string(),
            some(lane.latency_median),
            some(lane.latency_95),
            some(lane.gas_per_message),
            lane.transactions.to_string(),
            lane.reverted.to_string(),
            lane.seconds.to_string(),
        ]
    });
    let rows: Vec<[String; 11]> = std::iter::once(heads.map(String::from)).chain(rows).collect();
    let width =
        |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let line = |row: &[String; 11]| {
        let cells =
            row.iter().enumerate().map(|(column, cell)| format!("{cell:>0$}", width(column)));
        cells.collect::<Vec<_>>().join("  ") + "\n"
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn the_share_of_sorted_values_is_the_least_that_so_many_do_not_exceed() {
        assert_eq!(share(&[], 50), None);
        assert_eq!(share(&[3], 50), Some(3));
        assert_eq!(share(&[1, 2, 3, 4], 50), Some(2));
        assert_eq!(share(&[1, 2, 3, 4, 5], 50), Some(3));
        assert_eq!(share(&(1..=100).collect::<Vec<_>>(), 95), Some(95));
    }
}

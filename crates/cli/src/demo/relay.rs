//! The last chapter: nobody proves anything by hand any more, since a relayer does.

use super::report::Report;
use crate::{
    devnet::relayed::{Event, Place, relayed},
    error::Result,
};

/// Messages in each direction.
const MESSAGES: u64 = 10;

/// Starts two more chains with a relayer between them, and lets it carry messages both ways.
pub(super) async fn tell(place: Place<'_>, report: &mut Report) -> Result<()> {
    report.chapter("Two more chains, which mine by the clock, and a relayer between them");
    relayed(place, MESSAGES, &mut |event| match event {
        Event::Deployed(net) => {
            let (a, b) = (&net.record.a.beacon, &net.record.b.beacon);
            let result = format!("light clients both ways; beacon nodes at {a} and {b}");
            report.done("deploy both chains of the relayer", result, None);
        }
        Event::Sent(count) => {
            report.done("send messages both ways", format!("{count} on each chain"), None);
        }
        Event::Killed => {
            let result = "as if its machine had lost power; it goes on from what it has stored";
            report.done("kill the relayer and start it again", result, None);
        }
        Event::Arrived(lanes) => {
            for lane in lanes {
                let step = format!("relayed from {} to {}", lane.from, lane.to);
                let latency = lane.latency_median.unwrap_or_default();
                let result = format!(
                    "{} of {} delivered, each once, in {} transactions, half of them within {latency} blocks of finality",
                    lane.delivered, lane.sent, lane.transactions
                );
                report.done(step, result, lane.gas_per_message);
            }
        }
    })
    .await
}

//! What the sightings of a message come to. A function of what is there: in which order it came does not matter.

use crate::domain::{End, Fact, Facts, Place, ProvenOutcome, Seen, SentMessage, Sighting};
use alloy_primitives::B256;
use std::collections::BTreeMap;

/// The life of a message as chains tell it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Life {
    /// Where it was sent, and what; `None` while no block that counts has sent it.
    pub sent: Option<(Place, SentMessage)>,
    /// How far it has come.
    pub facts: Facts,
    /// The block of the destination that it ended in, or in which its recipient failed.
    pub end_block: Option<u64>,
    /// The block of the source in which its sender has asked that it be cancelled.
    pub wish_block: Option<u64>,
    /// What its recipient failed with, if that is where it stands.
    pub failure: Option<String>,
}

/// What the sightings of one message come to, when chains are final up to and including these blocks.
///
/// An event counts only on the chain that it belongs to: that a message was sent and what is proven of it on its source, all else on
/// the destination that its body names. A chain that is not in the list has no final block.
pub fn live(message: B256, sightings: &[Sighting], finals: &BTreeMap<u64, u64>) -> Life {
    let seen = |place: &Place| match finals.get(&place.chain) {
        Some(&number) if place.block.number <= number => Seen::Final,
        _ => Seen::Recent,
    };
    let ours = || sightings.iter().filter(move |sighting| sighting.message == message);
    // The id binds the lane and the nonce, so it is sent once on a chain; were it said twice, the first counts.
    let sent = ours()
        .filter_map(|sighting| match &sighting.fact {
            Fact::Sent(sent) => Some((sighting.place, &**sent)),
            _ => None,
        })
        .min_by_key(|(place, _)| (place.chain, place.block.number, place.log_index));
    let Some((place, sent)) = sent else { return Life::default() };

    let mut facts = Facts { sent: seen(&place), ..Facts::default() };
    let mut delivered: Option<Event> = None;
    let mut cancelled: Option<Event> = None;
    let mut failed: Option<(Event, &String)> = None;
    let mut wish_block: Option<u64> = None;
    for sighting in ours() {
        let at = &sighting.place;
        let event = Event { seen: seen(at), number: at.block.number, log_index: at.log_index };
        let (home, away) = (at.chain == place.chain, at.chain == sent.destination);
        match &sighting.fact {
            Fact::Delivered(_) if away => delivered = Some(Event::surest(delivered, event)),
            Fact::Cancelled if away => cancelled = Some(Event::surest(cancelled, event)),
            Fact::CancellationRequested if home => {
                wish_block = Some(wish_block.map_or(event.number, |first| first.min(event.number)));
            }
            // The last failure is the one to look at.
            Fact::Failed(error)
                if away && failed.as_ref().is_none_or(|(last, _)| last.place() < event.place()) =>
            {
                failed = Some((event, error));
            }
            Fact::Outcome(ProvenOutcome::Delivered, _) if home => {
                facts.acknowledged = facts.acknowledged.max(event.seen);
            }
            Fact::Outcome(_, _) if home => facts.refundable = facts.refundable.max(event.seen),
            _ => {}
        }
    }

    let mut failure = None;
    // A delivery overrides a failure, and what is final what can still be replaced.
    let (end, at) = match (delivered, cancelled, failed) {
        (Some(at), Some(other), _) if at.seen < other.seen => {
            (End::Cancelled(other.seen), Some(other))
        }
        (Some(at), _, _) => (End::Delivered(at.seen), Some(at)),
        (None, Some(at), _) if at.seen == Seen::Final => (End::Cancelled(Seen::Final), Some(at)),
        (None, _, Some((at, error))) => {
            failure = Some(error.clone());
            (End::Failed(at.seen), Some(at))
        }
        (None, Some(at), None) => (End::Cancelled(at.seen), Some(at)),
        (None, None, None) => (End::Open, None),
    };
    facts.end = end;
    let end_block = at.map(|at| at.number);
    Life { sent: Some((place, sent.clone())), facts, end_block, wish_block, failure }
}

#[derive(Clone, Copy)]
struct Event {
    seen: Seen,
    number: u64,
    log_index: u64,
}

impl Event {
    const fn place(&self) -> (u64, u64) {
        (self.number, self.log_index)
    }

    /// The surer of two, and the earlier of two that are as sure.
    fn surest(before: Option<Self>, other: Self) -> Self {
        match before {
            Some(before) if (before.seen, other.place()) >= (other.seen, before.place()) => before,
            _ => other,
        }
    }
}

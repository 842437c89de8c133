//! The nouns of the relayer: what was seen, what a message is, where it stands, what is sent.

mod backoff;
mod message;
mod outgoing;
mod reason;
mod sighting;
mod stage;
mod words;

pub use backoff::backoff;
pub use message::{Claim, Decision, Tracked, Verdict};
pub use outgoing::{Bid, NewOutgoing, Outgoing, OutgoingState, Purpose};
pub use reason::Reason;
pub use sighting::{BlockRef, Fact, Place, ProvenOutcome, SentMessage, Sighting};
pub use stage::{Class, End, Facts, Seen, Stage};
pub use words::UnknownWord;

pub(crate) use words::words;

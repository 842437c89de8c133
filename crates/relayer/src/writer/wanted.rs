//! Whether what a transaction does is still to be done.

use crate::domain::{Purpose, Stage};

/// Whether a transaction is still wanted, by where the messages that it carries stand. One that carries none is.
pub fn wanted(purpose: Purpose, stages: impl IntoIterator<Item = Stage>) -> bool {
    let mut stages = stages.into_iter().peekable();
    stages.peek().is_none() || stages.any(|stage| helps(purpose, stage))
}

/// Whether a message that stands here is helped by it.
const fn helps(purpose: Purpose, stage: Stage) -> bool {
    match purpose {
        // Until it has ended on its destination, or cannot any more.
        Purpose::Deliver | Purpose::DeliverBatch => {
            matches!(stage, Stage::Final | Stage::Submitted | Stage::Quarantined | Stage::Filtered)
        }
        Purpose::Retry => matches!(stage, Stage::Failed | Stage::Submitted),
        Purpose::Skip | Purpose::AcceptCancellation => {
            matches!(stage, Stage::Final | Stage::Submitted | Stage::Failed | Stage::Expired)
        }
        // Until its end is proven on its source.
        Purpose::Acknowledge | Purpose::ProveExpired | Purpose::ProveCancelled => {
            !matches!(stage, Stage::Acknowledged | Stage::Refundable | Stage::Orphaned)
        }
        // These do not depend on where a message stands.
        Purpose::UpdateClient | Purpose::Evidence | Purpose::ReleaseFee | Purpose::Nothing => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wants_a_delivery_until_all_that_it_carries_has_ended() {
        assert!(wanted(Purpose::Deliver, [Stage::Submitted]));
        assert!(!wanted(Purpose::Deliver, [Stage::Delivered]));
        assert!(!wanted(Purpose::Deliver, [Stage::Failed]));
        assert!(wanted(Purpose::DeliverBatch, [Stage::Settled, Stage::Submitted]));
        assert!(!wanted(Purpose::DeliverBatch, [Stage::Settled, Stage::Cancelled]));
    }

    #[test]
    fn wants_a_proof_of_the_end_until_the_source_has_it() {
        assert!(wanted(Purpose::Acknowledge, [Stage::Settled]));
        assert!(!wanted(Purpose::Acknowledge, [Stage::Acknowledged]));
        assert!(wanted(Purpose::ProveExpired, [Stage::Expired]));
        assert!(!wanted(Purpose::ProveExpired, [Stage::Refundable]));
    }

    #[test]
    fn wants_what_carries_no_message() {
        assert!(wanted(Purpose::UpdateClient, []));
        assert!(wanted(Purpose::ReleaseFee, [Stage::Acknowledged]));
    }
}

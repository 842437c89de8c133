//! Where a message stands. What chains say decides; work fills what is between.

use super::words;

words! {
    /// Where a message stands.
    Stage {
        /// Its event is in a block that is not final.
        Observed = "observed",
        /// Its event is final on the source chain; it waits to be proven, for the reason given.
        Final = "final",
        /// A transaction that delivers it is under way.
        Submitted = "submitted",
        /// It was delivered in a block of the destination that is not final.
        Delivered = "delivered",
        /// The delivery is final on the destination.
        Settled = "settled",
        /// The delivery is proven on the source chain.
        Acknowledged = "acknowledged",
        /// Its recipient failed; anyone may retry it.
        Failed = "failed",
        /// Its deadline has passed on the destination without a delivery.
        Expired = "expired",
        /// It was cancelled on the destination.
        Cancelled = "cancelled",
        /// It is proven on the source chain that it is not delivered: what it carried can be taken back.
        Refundable = "refundable",
        /// The operator's filters leave it to others.
        Filtered = "filtered",
        /// It needs a person: the reason says why. Nothing is tried until it is requeued.
        Quarantined = "quarantined",
        /// The block that sent it is no longer part of its chain.
        Orphaned = "orphaned",
    }
}

impl Stage {
    /// Whether nothing will ever be done for it again, unless a chain changes its mind.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Acknowledged | Self::Refundable | Self::Orphaned)
    }

    /// Whether it has ended on its destination, so that the next transaction for it goes to its source: to prove how, or to take a fee.
    pub const fn is_carried_back(self) -> bool {
        matches!(self, Self::Settled | Self::Expired | Self::Cancelled | Self::Acknowledged)
    }

    /// Whether there is something that workers can do in it.
    pub const fn has_work(self) -> bool {
        matches!(self, Self::Final | Self::Failed) || self.is_carried_back()
    }
}

words! {
    /// Which workers take a message: those of the live path never wait behind a backlog.
    Class {
        /// Seen at the head of its chain.
        Live = "live",
        /// Found while catching up, or requeued.
        Backlog = "backlog",
    }
}

/// How sure an event is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// There is none.
    #[default]
    No,
    /// It is in a block that can still be replaced.
    Recent,
    /// Its block is final.
    Final,
}

/// How a message ended on its destination.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// It has not.
    #[default]
    Open,
    /// It was delivered.
    Delivered(Seen),
    /// Its recipient failed; a later delivery overrides that.
    Failed(Seen),
    /// It was cancelled.
    Cancelled(Seen),
}

/// What the sightings of a message come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// That it was sent.
    pub sent: Seen,
    /// How it ended on its destination.
    pub end: End,
    /// That its delivery is proven on the source chain.
    pub acknowledged: Seen,
    /// That it is proven there that it will never be delivered.
    pub refundable: Seen,
}

impl Facts {
    /// The stage that chains dictate; `None` where they leave it to the work: from the source's finality until something happens on the
    /// destination.
    pub const fn stage(&self) -> Option<Stage> {
        match self.sent {
            Seen::No => return Some(Stage::Orphaned),
            Seen::Recent => return Some(Stage::Observed),
            Seen::Final => {}
        }
        match (self.acknowledged, self.refundable) {
            (Seen::Final, _) => return Some(Stage::Acknowledged),
            (_, Seen::Final) => return Some(Stage::Refundable),
            _ => {}
        }
        match self.end {
            End::Delivered(Seen::Final) => Some(Stage::Settled),
            End::Delivered(_) => Some(Stage::Delivered),
            End::Cancelled(Seen::Final) => Some(Stage::Cancelled),
            End::Failed(_) => Some(Stage::Failed),
            End::Cancelled(_) | End::Open => None,
        }
    }

    /// The stage after the facts have changed, of a message that was in `stage` before.
    pub const fn follow(&self, stage: Stage) -> Stage {
        match self.stage() {
            Some(dictated) => dictated,
            // What chains have taken back is due again; what work has decided stands.
            None => match stage {
                Stage::Submitted | Stage::Filtered | Stage::Quarantined | Stage::Expired => stage,
                _ => Stage::Final,
            },
        }
    }
}

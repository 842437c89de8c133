//! What is proven back of a message. No chain is asked here.

use crate::{
    config::{Acknowledge, Lane},
    domain::Stage,
};

/// What is done on the source chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Prove that it was delivered.
    Acknowledge,
    /// Prove that it was cancelled.
    ProveCancelled,
    /// Prove that it was not delivered by its deadline.
    ProveExpired,
    /// Take the fee.
    Release,
}

/// What is done for a message in this stage, if anything: by what the operator wants of the lane, and whether a fee waits.
#[must_use]
pub const fn task(rules: &Lane, stage: Stage, has_checker: bool, fee_waits: bool) -> Option<Task> {
    if !has_checker {
        return None;
    }
    match stage {
        Stage::Settled => match rules.acknowledge {
            Acknowledge::Always => Some(Task::Acknowledge),
            Acknowledge::Paid if fee_waits => Some(Task::Acknowledge),
            Acknowledge::Paid | Acknowledge::Never => None,
        },
        Stage::Acknowledged if fee_waits => Some(Task::Release),
        Stage::Cancelled if rules.prove_expired => Some(Task::ProveCancelled),
        Stage::Expired if rules.prove_expired => Some(Task::ProveExpired),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Task, task};
    use crate::{
        config::{Acknowledge, Filter, Lane},
        domain::Stage,
    };

    fn rules(acknowledge: Acknowledge, prove_expired: bool) -> Lane {
        Lane {
            from: "a".into(),
            to: "b".into(),
            filter: Filter::default(),
            batch: 16,
            min_profit_percent: None,
            acknowledge,
            prove_expired,
            payee: None,
        }
    }

    #[test]
    fn acknowledges_as_the_operator_wants() {
        let settled = |acknowledge, fee| task(&rules(acknowledge, true), Stage::Settled, true, fee);
        assert_eq!(settled(Acknowledge::Never, true), None);
        assert_eq!(settled(Acknowledge::Paid, false), None);
        assert_eq!(settled(Acknowledge::Paid, true), Some(Task::Acknowledge));
        assert_eq!(settled(Acknowledge::Always, false), Some(Task::Acknowledge));
    }

    #[test]
    fn proves_what_was_not_delivered_unless_told_not_to() {
        let rules = |prove| rules(Acknowledge::Paid, prove);
        assert_eq!(task(&rules(true), Stage::Expired, true, false), Some(Task::ProveExpired));
        assert_eq!(task(&rules(true), Stage::Cancelled, true, false), Some(Task::ProveCancelled));
        assert_eq!(task(&rules(false), Stage::Expired, true, false), None);
        assert_eq!(task(&rules(false), Stage::Cancelled, true, false), None);
    }

    #[test]
    fn takes_a_fee_once_the_delivery_is_proven_and_does_nothing_without_a_checker() {
        let rules = rules(Acknowledge::Always, true);
        assert_eq!(task(&rules, Stage::Acknowledged, true, true), Some(Task::Release));
        assert_eq!(task(&rules, Stage::Acknowledged, true, false), None);
        for stage in Stage::ALL {
            assert_eq!(task(&rules, *stage, false, true), None, "{stage}");
        }
        for stage in [Stage::Final, Stage::Failed, Stage::Delivered, Stage::Refundable] {
            assert_eq!(task(&rules, stage, true, true), None, "{stage}");
        }
    }
}

//! What is to be done for a message, from what is known of it. No chain is asked here.

use crate::{
    attestor::Short,
    clock::Millis,
    config::{Filter, Lane},
    domain::{Reason, Tracked, Verdict},
    lane::View,
};
use alloy_primitives::{Address, U256};
use mos::{Attributes, EvmAddress, Terms, attributes::Side};

/// Most gas of one transaction on chains with Osaka's rules (EIP-7825), whatever the operator allows.
pub const TRANSACTION_GAS: u64 = 1 << 24;

/// Gas that a delivery takes beside what its recipient may: about what proof and bookkeeping take at most.
pub const OVERHEAD_GAS: u64 = 400_000;

/// After so many attempts a message whose proof fails is put aside.
const PROOF_ATTEMPTS: u32 = 6;

/// After so many attempts a message whose recipient fails is put aside: that takes most of a day.
const RECIPIENT_ATTEMPTS: u32 = 24;

/// What chains say of a message beside its row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Its settled bit at the destination's newest block.
    pub settled: bool,
    /// The next place of its order there, if it has one.
    pub next_place: u64,
    /// Whether its sender has asked that it be cancelled.
    pub cancelling: Cancelling,
    /// Who of the attestors has not signed, where too few have.
    pub unsigned: Option<Short>,
    /// What is paid for it in the source's own token; `None` where that does not matter.
    pub paid: Option<U256>,
    /// Number of the block of the newest head that the destination's light client has.
    pub head: Option<u64>,
}

/// Whether the sender has asked that a message be cancelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cancelling {
    /// No.
    #[default]
    No,
    /// In a block that is not final.
    Recent,
    /// In a final block.
    Final,
}

/// What comes next for a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is decided.
    Decided(Verdict),
    /// It is proven and delivered.
    Prove,
    /// It has expired, and those behind it in its order wait for it: it is passed over.
    Skip,
    /// Its cancellation is brought to the destination.
    Cancel,
}

/// What decides beside the message.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The lane, if it is served.
    pub lane: Option<&'a Lane>,
    /// What the destination holds of it; `None` while it was not asked.
    pub view: &'a View,
    /// Most gas of one transaction.
    pub gas: u64,
    /// Gas for recipients of messages that do not say.
    pub recipient_gas: u64,
    /// Milliseconds between blocks of the destination.
    pub block: Millis,
    /// The time.
    pub now: Millis,
}

/// What comes next for a message of which all is known. The order of the checks is that of their price: what costs nothing comes first.
#[must_use]
pub fn judge(rules: &Rules<'_>, message: &Tracked, known: &Known) -> Step {
    let terms = match read(message) {
        Ok(terms) => terms,
        Err(verdict) => return Step::Decided(verdict),
    };
    let decided = |verdict| Some(Step::Decided(verdict));
    let Rules { view, .. } = *rules;
    let clauses: [&dyn Fn() -> Option<Step>; 10] = [
        &|| served(rules, message).and_then(decided),
        &|| {
            known.settled.then(|| {
                rules.wait(
                    Reason::InFlight,
                    "it was delivered or cancelled: the event is not seen yet",
                )
            })
        },
        &|| view.obstacle().map(|(reason, detail)| rules.wait(reason, detail)),
        &|| expired(rules, &terms, known),
        // Whoever cancels does not wait until the message would have been due.
        &|| cancelling(rules, known),
        &|| early(rules, &terms).and_then(decided),
        &|| order(rules, &terms, known),
        &|| too_dear(rules, &terms).and_then(decided),
        &|| unsigned(rules, known),
        &|| unpaid(rules, known).or_else(|| headless(rules, message, known)),
    ];
    clauses.iter().find_map(|clause| clause()).unwrap_or(Step::Prove)
}

/// What the operator does not relay.
fn served(rules: &Rules<'_>, message: &Tracked) -> Option<Verdict> {
    let Some(lane) = rules.lane else {
        return Some(Verdict::Filter("this relayer does not serve the lane".into()));
    };
    filtered(&lane.filter, message).map(|why| Verdict::Filter(why.into()))
}

/// Why the operator's filters leave a message to others, if they do.
#[must_use]
pub fn filtered(filter: &Filter, message: &Tracked) -> Option<&'static str> {
    let body = &message.sent.body;
    let account = |bytes| EvmAddress::decode(bytes).map(|address| address.account());
    let (Ok(sender), Ok(recipient)) = (account(&body.sender), account(&body.recipient)) else {
        return Some("its addresses are not canonical");
    };
    let left_out = |list: &[Address], one| !list.is_empty() && !list.contains(one);
    if left_out(&filter.senders, &sender) {
        Some("its sender is not among those that are relayed")
    } else if left_out(&filter.recipients, &recipient) {
        Some("its recipient is not among those that are relayed to")
    } else if filter.deny_senders.contains(&sender) {
        Some("its sender is denied")
    } else if filter.deny_recipients.contains(&recipient) {
        Some("its recipient is denied")
    } else if filter.max_payload != 0 && body.payload.len() > filter.max_payload {
        Some("its payload is too long")
    } else {
        None
    }
}

/// What a message asks of its delivery.
///
/// # Errors
///
/// A verdict: no message of a gateway has attributes that cannot be read.
pub fn read(message: &Tracked) -> Result<Terms, Verdict> {
    let attributes = Attributes::new(&message.sent.body.attributes);
    Terms::read(attributes.iter(), Side::Delivering)
        .map_err(|error| Verdict::Quarantine(Reason::ProofInvalid, error.to_string()))
}

/// MSG-18, in the time of the destination. What is not final on it decides nothing for ever.
fn expired(rules: &Rules<'_>, terms: &Terms, known: &Known) -> Option<Step> {
    let View { time, final_time, .. } = *rules.view;
    if !terms.is_expired(time) {
        return None;
    }
    let deadline = terms.deadline;
    if terms.place == Some(known.next_place) {
        return Some(Step::Skip);
    }
    Some(if terms.is_expired(final_time) {
        Step::Decided(Verdict::Expire(format!("its deadline was {deadline}")))
    } else {
        rules.wait(Reason::Deadline, format!("its deadline was {deadline}: not final yet"))
    })
}

fn early(rules: &Rules<'_>, terms: &Terms) -> Option<Verdict> {
    let left = terms.not_before.checked_sub(rules.view.time).filter(|left| *left > 0)?;
    // Far ahead the clocks of chain and machine may part: it is looked at again in between.
    let left = Millis::try_from(left).unwrap_or(Millis::MAX).saturating_mul(1_000);
    let until = rules.now.saturating_add(left.min(HOUR));
    let detail = format!("it is not due before {}", terms.not_before);
    Some(Verdict::Wait { reason: Reason::NotDue, detail, until, tried: false })
}

/// MSG-19.
fn order(rules: &Rules<'_>, terms: &Terms, known: &Known) -> Option<Step> {
    let (place, next) = (terms.place?, known.next_place);
    if place == next {
        return None;
    }
    if place < next {
        // It was passed over, which only happens to what has expired.
        let detail = format!("its place {place} was passed over: {next} is next");
        return Some(rules.wait(Reason::Deadline, detail));
    }
    Some(rules.wait(Reason::Order, format!("its place is {place}, {next} is next")))
}

fn cancelling(rules: &Rules<'_>, known: &Known) -> Option<Step> {
    match known.cancelling {
        Cancelling::No => None,
        Cancelling::Recent => Some(
            rules.wait(Reason::Cancelling, "its sender asks that it be cancelled: not final yet"),
        ),
        Cancelling::Final => Some(Step::Cancel),
    }
}

fn too_dear(rules: &Rules<'_>, terms: &Terms) -> Option<Verdict> {
    let (asked, most) = (gas_limit(rules.recipient_gas, terms), rules.gas.min(TRANSACTION_GAS));
    (floor(asked) > most).then(|| {
        let detail = format!("its recipient gets {asked} gas: a transaction may use {most} in all");
        Verdict::Quarantine(Reason::Gas, detail)
    })
}

fn unsigned(rules: &Rules<'_>, known: &Known) -> Option<Step> {
    known.unsigned.as_ref().map(|short| rules.wait(Reason::Attestations, short.to_string()))
}

/// What nothing is paid for is not worth a proof, where a profit is asked for.
fn unpaid(rules: &Rules<'_>, known: &Known) -> Option<Step> {
    let least = rules.lane?.min_profit_percent?;
    let paid = known.paid.unwrap_or_default();
    (least > -100 && paid.is_zero())
        .then(|| rules.wait(Reason::Unprofitable, "nothing is paid for it"))
}

/// CLI-3.
fn headless(rules: &Rules<'_>, message: &Tracked, known: &Known) -> Option<Step> {
    let block = message.block().number;
    match known.head {
        Some(head) if head >= block => None,
        Some(head) => {
            Some(rules.wait(
                Reason::Header,
                format!("its block is {block}, the light client knows {head}"),
            ))
        }
        None => Some(rules.wait(
            Reason::Header,
            format!("its block is {block}, the light client knows none yet"),
        )),
    }
}

/// Gas with which a recipient is called.
#[must_use]
pub const fn gas_limit(default: u64, terms: &Terms) -> u64 {
    if terms.gas_limit == 0 { default } else { terms.gas_limit }
}

/// Least gas of a transaction that calls one recipient with so much: EIP-150 withholds one 64th.
#[must_use]
pub const fn floor(gas: u64) -> u64 {
    gas.saturating_add(gas / 63).saturating_add(OVERHEAD_GAS)
}

/// Whether what is paid for a message covers its part of the cost, in wei: the two chains' own tokens are taken to be worth the same,
/// since nothing that this relayer could verify says otherwise.
#[must_use]
pub fn profitable(least_percent: i64, paid: U256, cost: U256) -> bool {
    let factor = u64::try_from(least_percent.saturating_add(100)).unwrap_or_default();
    paid.saturating_mul(U256::from(100)) >= cost.saturating_mul(U256::from(factor))
}

const SECOND: Millis = 1_000;
const MINUTE: Millis = 60 * SECOND;
const HOUR: Millis = 60 * MINUTE;

/// How long a message waits before it is looked at again, if nothing wakes it before.
#[must_use]
pub const fn patience(reason: Reason, block: Millis) -> Millis {
    let few_blocks = if block < SECOND { 2 * SECOND } else { 2 * block };
    match reason {
        Reason::InFlight | Reason::Order | Reason::Deadline | Reason::Cancelling => few_blocks,
        Reason::Due | Reason::Requeued => 0,
        Reason::Attestations => 5 * SECOND,
        Reason::Nodes | Reason::Header => 15 * SECOND,
        Reason::LanePaused | Reason::LaneClosed | Reason::ClientDown => MINUTE,
        Reason::Unprofitable | Reason::UnknownChain => 10 * MINUTE,
        _ => 0,
    }
}

/// Whether waiting for this reason follows from an attempt, after which it waits longer each time.
const fn is_attempt(reason: Reason) -> bool {
    matches!(reason, Reason::RecipientFails | Reason::Gas | Reason::Reverted | Reason::ProofInvalid)
}

impl Rules<'_> {
    /// What a reason means for any message.
    pub fn wait(&self, reason: Reason, detail: impl Into<String>) -> Step {
        Step::Decided(waits(reason, detail.into(), self.now, self.block))
    }
}

/// Waiting for a reason.
#[must_use]
pub const fn waits(reason: Reason, detail: String, now: Millis, block: Millis) -> Verdict {
    let until = now.saturating_add(patience(reason, block));
    Verdict::Wait { reason, detail, until, tried: is_attempt(reason) }
}

/// What becomes of a message that something was tried for.
#[must_use]
pub fn after_attempt(
    message: &Tracked,
    (reason, detail): (Reason, String),
    now: Millis,
    block: Millis,
) -> Verdict {
    let most = match reason {
        Reason::ProofInvalid => PROOF_ATTEMPTS,
        Reason::RecipientFails | Reason::Gas | Reason::Reverted => RECIPIENT_ATTEMPTS,
        _ => u32::MAX,
    };
    if message.attempts >= most {
        return Verdict::Quarantine(reason, detail);
    }
    waits(reason, detail, now, block)
}

//! What is inside packed bytes: updates (UPD-1) and proofs of older blocks (ANC-2).

use alloy_primitives::{B256, keccak256};
use core::fmt::Display;
use light_client::{
    Header,
    ancestry::{BEACON, HISTORY},
    beacon::{IndexSet, Pair, Update, history::SUMMARIES},
};
use prover::update::signed::index;

pub(crate) use prover::update::Roots;

/// A name and what is to be said of it.
pub(crate) type Line = (String, String);

/// The parts of an update. The size of the committee is not among them.
pub(crate) fn update_lines(update: &Update<'_>, committee_size: Option<u64>) -> Vec<Line> {
    let mut lines = Lines::default();
    let Pair { outer_slot, inner_slot, execution_block_hash, .. } = update.pair;
    let absent = update.absent.len() as u64;
    let signed = match committee_size.map(|size| (size, size.checked_sub(absent))) {
        Some((size, Some(signers))) => format!("by {signers} of {size}"),
        _ => format!("by all but {absent}"),
    };
    lines.add("signed", format!("in slot {} {signed}", update.signature_slot));
    match Roots::of(update) {
        Some(Roots { attested, finalized }) => {
            lines.add("attested", format!("slot {outer_slot}, {attested}"));
            lines.add("finalized", format!("slot {inner_slot}, {finalized}"));
        }
        None => {
            lines.add("attested", format!("slot {outer_slot}"));
            lines.add("finalized", format!("slot {inner_slot}"));
        }
    }
    match update.execution_branch {
        [] => lines.add("execution block", "none: from before Capella"),
        _ => lines.add("execution block", execution_block_hash),
    }
    let next = update.next_committee.map_or_else(|| "none".into(), |next| next.root.to_string());
    lines.add("next committee", next);
    let members: Vec<String> =
        update.absent.iter().map(|member| member.index.to_string()).collect();
    let members =
        if members.is_empty() { "none".into() } else { format!("{absent}: {}", members.join(" ")) };
    lines.add("absent members", members);
    let nodes = |nodes: usize| match nodes {
        1 => "1 node".to_owned(),
        nodes => format!("{nodes} nodes"),
    };
    lines.add("finality branch", nodes(update.finality_branch.len()));
    lines.add("execution branch", nodes(update.execution_branch.len()));
    let next = update.next_committee.map_or(0, |next| next.branch.len());
    lines.add("committee branch", nodes(next));
    lines.add("witness", nodes(update.witness.len()));
    lines.0
}

/// An update, if the bytes have the form of one and branches as some fork has them.
pub(crate) fn as_update(bytes: &[u8]) -> Option<Update<'_>> {
    let update = Update::decode(bytes).ok()?;
    Roots::of(&update)?;
    let next = update
        .next_committee
        .map_or(Some(0), |next| index(IndexSet::next_committee, next.branch.len()));
    next.map(|_| update)
}

/// The parts of a proof of an older block, if the bytes have the form of one and hold a header.
pub(crate) fn ancestry_lines(proof: &[u8]) -> Option<Vec<Line>> {
    match *proof.first()? {
        kind @ (BEACON | SUMMARIES) => beacon_lines(kind, proof),
        HISTORY => history_lines(proof),
        _ => None,
    }
}

fn beacon_lines(kind: u8, proof: &[u8]) -> Option<Vec<Line>> {
    let ([_, h0, h1, inner, execution, pair @ ..], rest) =
        proof.split_first_chunk::<{ 5 + Pair::LENGTH }>()?;
    let (inner, execution) = (usize::from(*inner), usize::from(*execution));
    let header = rest.get(32 * (inner + execution)..)?;
    if header.len() != usize::from(u16::from_be_bytes([*h0, *h1])) {
        return None;
    }
    let pair = Pair::decode(pair);
    let mut lines = Lines::default();
    lines.add(
        "means",
        match kind {
            BEACON => "beacon block roots (ANC-3)",
            _ => "historical summaries, in Rust alone",
        },
    );
    lines.header(header)?;
    lines.add("newer beacon block", format!("slot {}", pair.outer_slot));
    lines.add("older beacon block", format!("slot {}", pair.inner_slot));
    lines.add("proves", format!("block hash {}", pair.execution_block_hash));
    lines.add("branch between them", format!("{inner} nodes"));
    lines.add("execution branch", format!("{execution} nodes"));
    Some(lines.0)
}

fn history_lines(proof: &[u8]) -> Option<Vec<Line>> {
    let ([_, h0, h1, a0, a1, number @ ..], rest) = proof.split_first_chunk::<13>()?;
    let (header, rest) = rest.split_at_checked(u16::from_be_bytes([*h0, *h1]).into())?;
    let (account, storage) = rest.split_at_checked(u16::from_be_bytes([*a0, *a1]).into())?;
    let mut lines = Lines::default();
    lines.add("means", "block hashes in the state, EIP-2935 (ANC-4)");
    lines.header(header)?;
    lines.add("proves", format!("the hash of block {}", u64::from_be_bytes(*number)));
    lines.add("account proof", format!("{} bytes", account.len()));
    lines.add("storage proof", format!("{} bytes", storage.len()));
    Some(lines.0)
}

#[derive(Default)]
struct Lines(Vec<Line>);

impl Lines {
    fn add(&mut self, name: &str, value: impl Display) {
        self.0.push((name.to_owned(), value.to_string()));
    }

    /// The block that a proof starts from.
    fn header(&mut self, rlp: &[u8]) -> Option<()> {
        let hash: B256 = keccak256(rlp);
        let header = Header::open(rlp, &hash).ok()?;
        self.add("from", format!("block {}, {hash}", header.number));
        Some(())
    }
}

//! What is inside a packed update (MAP-1).

use super::{Parts, places};
use crate::packed::Line;
use alloy_primitives::{U256, keccak256};
use light_client::map::{PackedHeader, Update};

/// The parts of an update, if the bytes have the form of one.
pub(crate) fn lines(bytes: &[u8]) -> Option<Vec<Line>> {
    let mut update = Update::decode(bytes).ok()?;
    let mut size = update.keys.len();
    let mut lines = vec![
        ("length".into(), format!("{} bytes", bytes.len())),
        ("validators".into(), format!("{size}, commitment {}", keccak256(update.committed))),
    ];
    let mut place = 0;
    while !update.is_empty() {
        let packed = update.next(size).ok()?;
        place += 1;
        size = header(&packed, place, size, &mut lines)?;
    }
    (place > 0).then_some(lines)
}

/// One header; returns how many validators sign the next.
fn header(
    packed: &PackedHeader<'_>,
    place: usize,
    size: usize,
    lines: &mut Vec<Line>,
) -> Option<usize> {
    let parts = Parts::read(packed.header)?;
    let mut add = |name: &str, value: String| lines.push((format!("header {place} {name}"), value));
    add("block", format!("{}, {}", parts.number, keccak256(packed.header)));
    let round = packed.round.iter().fold(U256::ZERO, |sum, byte| (sum << 8) | U256::from(*byte));
    add("round", round.to_string());
    let signers: u32 = packed.signers.iter().map(|byte| byte.count_ones()).sum();
    add("signers", format!("{signers} of {size}"));
    let (added, removed) = (parts.extra.added.len(), places(parts.extra.removed));
    if added > 0 || !removed.is_empty() {
        add("change", format!("{added} validators join, {} leave", removed.len()));
    }
    let hints = packed.hints.each_ref().map(|hint| hint.roots.len().to_string());
    add("hints", format!("candidates {}", hints.join(" and ")));
    (size + added).checked_sub(removed.len())
}

//! How long something waits after it was tried in vain.

use crate::clock::Millis;
use alloy_primitives::B256;

const FIRST: Millis = 1_000;
const LONGEST: Millis = 3_600_000;

/// The wait after so many attempts: a second, doubled with each attempt, at most an hour; of that, between three quarters and all, by
/// the id, so that what failed together is not tried together again.
pub fn backoff(attempts: u32, id: &B256) -> Millis {
    let full = FIRST
        .checked_shl(attempts.saturating_sub(1).min(32))
        .map_or(LONGEST, |wait| wait.min(LONGEST));
    let spread = id.last_chunk::<2>().map_or(0, |bytes| Millis::from(u16::from_be_bytes(*bytes)));
    full - full / 4 * spread / Millis::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::{FIRST, LONGEST, backoff};
    use alloy_primitives::B256;
    use proptest::prelude::{any, prop_assert, proptest};

    proptest! {
        #[test]
        fn l6_waits_grow_and_end(attempts in any::<u32>(), id in any::<[u8; 32]>()) {
            let wait = backoff(attempts, &B256::from(id));
            prop_assert!((FIRST * 3 / 4..=LONGEST).contains(&wait));
            let next = backoff(attempts.saturating_add(1), &B256::from(id));
            prop_assert!(next >= wait);
            prop_assert!(attempts > 12 || next > wait || wait >= LONGEST * 3 / 4);
        }
    }
}

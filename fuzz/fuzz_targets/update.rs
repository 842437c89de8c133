//! Packed updates: what is read is written again as the same bytes, and whatever is accepted, the state only moves forward.
#![no_main]

use alloy_primitives::B256;
use libfuzzer_sys::fuzz_target;
use light_client::{
    beacon::{
        Client, Config, Error, Fork, IndexSet, Trusted, Update, builder::OwnedUpdate, networks::MAINNET,
    },
    crypto::{self, Bls, PublicKey, Signature},
};

/// Takes every signature, so that what follows is reached. Nothing else is left out.
#[derive(Clone, Copy, Debug)]
struct Credulous;

impl Bls for Credulous {
    fn verify_complement(
        &self,
        _: &PublicKey,
        absent: impl IntoIterator<Item = PublicKey>,
        _: &B256,
        _: &Signature,
    ) -> Result<(), crypto::Error> {
        absent.into_iter().for_each(drop);
        Ok(())
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(update) = Update::decode(bytes) else { return };
    let owned = OwnedUpdate::decode(bytes).expect("the same bytes");
    assert_eq!(owned.encode(), bytes);
    for committee_size in [32, 512] {
        // One set for all slots, and a fork between the headers.
        for (place, set) in IndexSet::ALL.into_iter().enumerate() {
            let older = IndexSet::ALL[place.saturating_sub(1)];
            let epoch = update.pair.outer_slot / MAINNET.slots_per_epoch;
            let row = |epoch, index_set| Fork { epoch, version: [1; 4], index_set };
            follow(&[row(0, set)], committee_size, &update);
            if epoch > 0 {
                follow(&[row(0, older), row(epoch, set)], committee_size, &update);
            }
        }
    }
});

/// From a state in which the update is welcome, as far as that depends on the state.
fn follow(forks: &[Fork], committee_size: u64, update: &Update<'_>) {
    let config = Config { forks, committee_size, trusting_period: u64::MAX, ..MAINNET };
    let client = Client::new(config, Credulous).expect("a valid configuration");
    let mut trusted = Trusted {
        finalized_slot: update.pair.inner_slot.saturating_sub(1),
        current_committee_root: B256::repeat_byte(1),
        next_committee_root: B256::repeat_byte(1),
        ..Trusted::default()
    };
    if let Err(Error::CommitteeRoot { got, .. }) = client.update(&trusted, update, u64::MAX) {
        trusted.current_committee_root = got;
        trusted.next_committee_root = got;
    }
    for next_committee_root in [trusted.next_committee_root, B256::ZERO] {
        trusted.next_committee_root = next_committee_root;
        let verdict = client.update(&trusted, update, u64::MAX);
        let proven = client.verify_update(&trusted, update, u64::MAX);
        assert_eq!(verdict.map(|_| ()), proven.map(|_| ()));
        if let Ok((next, head)) = verdict {
            accepted(&config, &trusted, update, &next);
            assert_eq!(head.is_some(), next.latest_head == trusted.latest_head + 1);
            assert!(head.is_none_or(|head| head.block_hash() == update.pair.execution_block_hash));
            // It does not contradict itself.
            let alone = client.misbehaviour(&trusted, update, update, u64::MAX);
            assert_eq!(alone, Err(Error::NotMisbehaviour));
        }
    }
}

fn accepted(config: &Config<'_>, trusted: &Trusted, update: &Update<'_>, next: &Trusted) {
    let [before, after] = [trusted, next].map(|state| config.period(state.finalized_slot));
    assert!(trusted.finalized_slot <= next.finalized_slot && after <= before + 1);
    assert!(update.absent.len() as u64 <= config.committee_size - config.quorum());
    let expected = if after > before { trusted.next_committee_root } else { trusted.current_committee_root };
    assert!(next.current_committee_root == expected && !expected.is_zero());
}

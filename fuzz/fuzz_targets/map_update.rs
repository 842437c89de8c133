//! Updates of the MAP relay chain: whatever is accepted, the state only moves forward, and to what the last header says. And headers
//! as nodes serve them: what is split off was in them.
#![no_main]

use alloy_primitives::{B256, keccak256};
use libfuzzer_sys::fuzz_target;
use light_client::{
    crypto::bn254::{self, Bn254, G1, Signed},
    map::{Client, Config, Error, SealedHeader, Trusted, networks::DEVNET},
};

/// Takes every key and every signature, so that what follows is reached. Nothing else is left out.
#[derive(Clone, Copy, Debug)]
struct Credulous;

impl Bn254 for Credulous {
    fn is_point(&self, _: &G1) -> bool {
        true
    }

    fn combine(
        &self,
        start: &G1,
        plus: impl IntoIterator<Item = G1>,
        minus: impl IntoIterator<Item = G1>,
    ) -> Result<G1, bn254::Error> {
        let count = plus.into_iter().count() + minus.into_iter().count();
        Ok(G1([&start.0[1..], &[count.to_le_bytes()[0]]].concat().try_into().expect("64 bytes")))
    }

    fn verify_signed(
        &self,
        _: &Signed<'_>,
        absent: impl IntoIterator<Item = G1>,
    ) -> Result<(), bn254::Error> {
        absent.into_iter().for_each(drop);
        Ok(())
    }
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(sealed) = SealedHeader::split(bytes) {
        assert_eq!(keccak256(sealed.as_hashed()), sealed.block_hash());
        assert!(sealed.signers.len() <= 32 && sealed.round.len() <= 8);
    }
    for epoch_size in [2, 4, DEVNET.epoch_size] {
        follow(&Config { epoch_size, fork_height: 0, trusting_period: u64::MAX, ..DEVNET }, bytes);
    }
});

/// From a state in which the update is welcome, as far as that depends on the state.
fn follow(config: &Config, update: &[u8]) {
    let client = Client::new(*config, Credulous).expect("a valid configuration");
    let mut trusted = Trusted::default();
    if let Err(Error::UnknownEpoch { epoch, .. }) = client.verify_update(&trusted, update, u64::MAX) {
        trusted.epoch = epoch;
    }
    trusted.sets.0 = [B256::repeat_byte(1); 8];
    if let Err(Error::SetCommitment { got, .. }) = client.verify_update(&trusted, update, u64::MAX) {
        trusted.sets.0 = [got; 8];
    }
    let verdict = client.update(&trusted, update, u64::MAX);
    let proven = client.verify_update(&trusted, update, u64::MAX);
    assert_eq!(verdict.map(|_| ()), proven.map(|_| ()));
    let (Ok((next, head)), Ok(block)) = (verdict, proven) else { return };
    assert!(next.epoch >= trusted.epoch && next.time >= trusted.time);
    assert_eq!(next.latest_head, trusted.latest_head + 1);
    assert_eq!((head.number(), head.block_hash()), (block.number, block.hash));
    // The block's epoch is held, and so is the one that it leads to.
    let epoch = config.epoch(block.number) + u64::from(config.ends_epoch(block.number));
    assert!(next.commitment(epoch).is_some());
    // It does not contradict itself.
    assert_eq!(client.misbehaviour(&trusted, update, update, u64::MAX), Err(Error::NotMisbehaviour));
}

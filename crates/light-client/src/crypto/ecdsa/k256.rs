//! secp256k1 in portable Rust.

use super::Recover;
use alloy_primitives::{Address, B256};
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};

/// The k256 backend.
#[derive(Clone, Copy, Debug, Default)]
pub struct K256;

impl Recover for K256 {
    fn recover(&self, digest: &B256, r: &[u8; 32], s: &[u8; 32], odd: bool) -> Option<Address> {
        let signature = Signature::from_scalars(*r, *s).ok()?;
        let id = RecoveryId::new(odd, false);
        let key = VerifyingKey::recover_from_prehash(digest.as_slice(), &signature, id).ok()?;
        let point = key.to_encoded_point(false);
        // Behind the tag that says uncompressed: x ‖ y.
        let (_, key) = point.as_bytes().split_first()?;
        Some(Address::from_raw_public_key(key))
    }
}

//! Attestors with small secret keys, and what they sign.

use alloy_primitives::{Address, B256, Bytes, U256};
use k256::ecdsa::SigningKey;
use light_client::crypto::ecdsa::SIGNATURE_LENGTH;

/// An account whose secret key is known.
#[derive(Clone, Debug)]
pub struct Attestor {
    address: Address,
    key: SigningKey,
}

impl Attestor {
    /// The account with this secret key.
    ///
    /// # Panics
    /// If the secret is zero.
    #[expect(clippy::expect_used, reason = "below the order of the group")]
    pub fn new(secret: u64) -> Self {
        let secret = B256::from(U256::from(secret));
        let key = SigningKey::from_slice(secret.as_slice()).expect("a secret that is not zero");
        let point = key.verifying_key().to_encoded_point(false);
        Self { address: Address::from_raw_public_key(&point.as_bytes()[1..]), key }
    }

    /// As many of them, in the order of their addresses.
    pub fn some(count: u64) -> Vec<Self> {
        let mut attestors: Vec<Self> = (1..=count).map(Self::new).collect();
        attestors.sort_by_key(|attestor| attestor.address);
        attestors
    }

    /// The account.
    pub const fn address(&self) -> Address {
        self.address
    }

    /// r ‖ s ‖ v over a digest.
    ///
    /// # Panics
    /// Never: this key signs every digest.
    #[expect(clippy::expect_used, reason = "deterministic nonces are never zero")]
    pub fn sign(&self, digest: &B256) -> [u8; SIGNATURE_LENGTH] {
        let signed = self.key.sign_prehash_recoverable(digest.as_slice());
        let (signature, id) = signed.expect("a signature");
        let mut bytes = [27 + id.to_byte(); SIGNATURE_LENGTH];
        bytes[..64].copy_from_slice(&signature.to_bytes());
        bytes
    }
}

/// The signatures of these attestors over a digest, one after another.
pub fn sign<'a>(by: impl IntoIterator<Item = &'a Attestor>, digest: &B256) -> Bytes {
    by.into_iter().flat_map(|attestor| attestor.sign(digest)).collect()
}

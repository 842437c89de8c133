//! Attestors with small secret keys.

use alloy_primitives::{Address, B256, U256, address};
use k256::ecdsa::SigningKey;
use light_client::{
    attestation::{Attestors, Domain, Error, Set},
    crypto::ecdsa::{K256, SIGNATURE_LENGTH},
};

/// The chain attested to.
pub const CHAIN: u64 = 11_155_111;

pub const ID: B256 = B256::repeat_byte(0x11);

/// Where attestations are consumed.
pub fn domain() -> Domain {
    Domain::new(U256::from(560_048), address!("00000000000000000000000000000000000a7705"))
}

/// An account whose secret key is known.
#[derive(Clone, Debug)]
pub struct Attestor {
    pub address: Address,
    key: SigningKey,
}

/// The account with this secret key.
pub fn attestor(secret: u64) -> Attestor {
    let key = SigningKey::from_slice(B256::from(U256::from(secret)).as_slice()).unwrap();
    let point = key.verifying_key().to_encoded_point(false);
    Attestor { address: Address::from_raw_public_key(&point.as_bytes()[1..]), key }
}

/// Five of them, in the order of their addresses.
pub fn five() -> [Attestor; 5] {
    let mut five = [1, 2, 3, 4, 5].map(attestor);
    five.sort_by_key(|attestor| attestor.address);
    five
}

pub fn addresses(attestors: &[Attestor]) -> Vec<Address> {
    attestors.iter().map(|attestor| attestor.address).collect()
}

impl Attestor {
    pub fn sign(&self, digest: &B256) -> [u8; SIGNATURE_LENGTH] {
        let (signature, id) = self.key.sign_prehash_recoverable(digest.as_slice()).unwrap();
        let mut bytes = [27 + id.to_byte(); SIGNATURE_LENGTH];
        bytes[..64].copy_from_slice(&signature.to_bytes());
        bytes
    }
}

/// The signatures of these, in their order.
pub fn signed<'a>(by: impl IntoIterator<Item = &'a Attestor>, digest: &B256) -> Vec<u8> {
    by.into_iter().flat_map(|attestor| attestor.sign(digest)).collect()
}

/// What is said when three of the five have to sign [`ID`].
#[expect(clippy::unwrap_in_result, reason = "the five are a set")]
pub fn verify(signatures: &[u8]) -> Result<(), Error> {
    let five = addresses(&five());
    Set::new(&five, 3).unwrap().verify(&K256, &ID, signatures)
}

/// Runs with the five as attestors of [`CHAIN`], of whom two have to sign.
pub fn with_attestors<T>(run: impl FnOnce(Attestors<'_, K256>) -> T) -> T {
    let five = addresses(&five());
    let sets = [(U256::from(CHAIN), Set::new(&five, 2).unwrap())];
    run(Attestors::new(domain(), &sets, K256))
}

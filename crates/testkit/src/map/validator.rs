//! Validators and ordered sets of them, with all their secret keys.

use super::curve::{Hint, encode_g1, encode_g2, hash_to_g1};
use alloy_primitives::{Address, B256, keccak256};
use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ff::PrimeField;
use k256::ecdsa::SigningKey;

/// Who makes and signs blocks: an account, and a BLS key on both groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validator {
    account: SigningKey,
    address: Address,
    secret: Fr,
    g1: G1Affine,
    g2: G2Affine,
}

impl Validator {
    /// A validator, the same for the same seed and index.
    ///
    /// # Panics
    /// Never: a hash is not zero and not beyond the order of secp256k1, but with a chance that nobody meets.
    #[expect(clippy::expect_used, reason = "see above")]
    pub fn derive(seed: u64, index: u64) -> Self {
        let account =
            keccak256([b"account", &seed.to_be_bytes()[..], &index.to_be_bytes()].concat());
        let account = SigningKey::from_slice(account.as_slice()).expect("a secret below the order");
        let point = account.verifying_key().to_encoded_point(false);
        let hash = keccak256(point.as_bytes().get(1..).unwrap_or_default());
        let address = Address::from_slice(hash.get(12..).unwrap_or_default());
        Self::new(account, address, bls_secret(seed, index, 0))
    }

    fn new(account: SigningKey, address: Address, secret: Fr) -> Self {
        let g1 = (G1Projective::generator() * secret).into_affine();
        let g2 = (G2Projective::generator() * secret).into_affine();
        Self { account, address, secret, g1, g2 }
    }

    /// The same account with another BLS key: the chain removes it and adds it again.
    pub fn with_new_key(&self, seed: u64) -> Self {
        let index = u64::from_be_bytes(self.address.0.0[..8].try_into().unwrap_or_default());
        Self::new(self.account.clone(), self.address, bls_secret(seed, index, 1))
    }

    /// The account.
    pub const fn address(&self) -> Address {
        self.address
    }

    /// The key on G1, as a point.
    pub const fn point(&self) -> G1Affine {
        self.g1
    }

    /// The key on G1.
    pub fn g1(&self) -> [u8; 64] {
        encode_g1(&self.g1)
    }

    /// The key on G2.
    pub fn g2(&self) -> [u8; 128] {
        encode_g2(&self.g2)
    }

    /// The proposer's seal: r ‖ s ‖ v over keccak256 of a hash, v being 0 or 1.
    ///
    /// # Panics
    /// Never: signing fails for no hash but with a chance that nobody meets.
    #[expect(clippy::expect_used, reason = "see above")]
    pub fn seal(&self, proposer_hash: B256) -> Vec<u8> {
        let digest = keccak256(proposer_hash);
        let (signature, recovery) =
            self.account.sign_prehash_recoverable(digest.as_slice()).expect("signing is total");
        [&signature.to_vec()[..], &[recovery.to_byte()]].concat()
    }
}

fn bls_secret(seed: u64, index: u64, generation: u64) -> Fr {
    let numbers = [seed, index, generation].map(u64::to_be_bytes).concat();
    Fr::from_be_bytes_mod_order(keccak256([b"bls", &numbers[..]].concat()).as_slice())
}

/// An ordered set: who signs the blocks of an epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set(Vec<Validator>);

/// What a set's members make of a message together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The sum of their signatures.
    pub signature: [u8; 64],
    /// The sum of their keys on G2.
    pub aggregate: [u8; 128],
    /// What proves the message's point.
    pub hints: [Hint; 2],
}

impl Set {
    /// These validators, in this order.
    pub const fn new(validators: Vec<Validator>) -> Self {
        Self(validators)
    }

    /// The first `size` validators of a seed.
    pub fn derive(seed: u64, size: u64) -> Self {
        Self((0..size).map(|index| Validator::derive(seed, index)).collect())
    }

    /// The validators.
    pub fn validators(&self) -> &[Validator] {
        &self.0
    }

    /// How many there are.
    pub const fn size(&self) -> usize {
        self.0.len()
    }

    /// How many have to sign: two thirds, rounded up.
    pub const fn quorum(&self) -> usize {
        (2 * self.0.len()).div_ceil(3)
    }

    /// All but the last third: as few as may sign.
    pub fn fewest(&self) -> Vec<usize> {
        (0..self.quorum()).collect()
    }

    /// The keys on G1.
    pub fn keys(&self) -> Vec<[u8; 64]> {
        self.0.iter().map(Validator::g1).collect()
    }

    /// Sum of the keys on G1.
    pub fn total(&self) -> [u8; 64] {
        encode_g1(&self.0.iter().map(|member| member.g1).sum::<G1Projective>().into_affine())
    }

    /// What clients keep of the set.
    pub fn commitment(&self) -> B256 {
        keccak256([self.keys().concat().as_slice(), &self.total()].concat())
    }

    /// The next set: without the members at these places, and with others behind.
    pub fn changed(&self, removed: &[usize], added: &[Validator]) -> Self {
        let rest = self.0.iter().enumerate().filter(|(place, _)| !removed.contains(place));
        Self(rest.map(|(_, member)| member).chain(added).cloned().collect())
    }

    /// What the members at these places make of a message. It is made with the sum of their secret keys, and so in one
    /// multiplication each: these are the very bytes that adding single signatures and keys gives.
    pub fn sign(&self, signers: &[usize], message: &[u8]) -> Signed {
        let secret: Fr =
            signers.iter().filter_map(|place| self.0.get(*place)).map(|m| m.secret).sum();
        let (point, hints) = hash_to_g1(message);
        Signed {
            signature: encode_g1(&(point * secret).into_affine()),
            aggregate: encode_g2(&(G2Projective::generator() * secret).into_affine()),
            hints,
        }
    }

    /// The number whose bit i says that member i signed, in as many bytes as an update has for it.
    pub fn bitmap(&self, signers: &[usize]) -> Vec<u8> {
        let mut out = vec![0; self.size().div_ceil(8)];
        for place in signers {
            let from_the_end = out.len() - 1 - place / 8;
            out[from_the_end] |= 1 << (place % 8);
        }
        out
    }
}

//! Sync committees whose secret keys are known: consecutive small numbers.

use alloy_primitives::{B256, FixedBytes};
use ark_bls12_381::{Fr, G1Affine, G1Projective, G2Affine, G2Projective, g2};
use ark_ec::{
    AffineRepr, CurveGroup, PrimeGroup,
    hashing::{HashToCurve, curve_maps::wb::WBMap, map_to_curve_hasher::MapToCurveBasedHasher},
};
use ark_ff::{BigInteger, PrimeField, field_hashers::DefaultFieldHasher};
use light_client::{beacon::spec::SyncCommittee, crypto};
use sha2::Sha256;

type Hasher =
    MapToCurveBasedHasher<G2Projective, DefaultFieldHasher<Sha256, 128>, WBMap<g2::Config>>;

pub struct Signer {
    /// Secret key of the first member; each further one's is one more.
    first: u64,
    committee: SyncCommittee,
}

impl Signer {
    /// A committee of `size` members.
    pub fn new(first: u64, size: u64) -> Self {
        let mut key = G1Projective::generator() * Fr::from(first);
        let mut keys = Vec::new();
        for _ in 0..size {
            keys.push(key);
            key += G1Affine::generator();
        }
        let aggregate: G1Projective = keys.iter().sum();
        let keys = G1Projective::normalize_batch(&keys);
        let compressed = keys.iter().map(|key| FixedBytes(compress(key))).collect();
        let aggregate = FixedBytes(compress(&aggregate.into_affine()));
        Self { first, committee: SyncCommittee::new(compressed, aggregate).unwrap() }
    }

    pub const fn committee(&self) -> &SyncCommittee {
        &self.committee
    }

    /// The signature of all members but the absent ones, compressed.
    pub fn sign(&self, message: &B256, absent: &[usize]) -> [u8; 96] {
        let size = self.committee.pubkeys().len() as u64;
        let all = size * self.first + (0..size).sum::<u64>();
        let missing: u64 = absent.iter().map(|index| self.first + *index as u64).sum();
        let signature = hash(message) * Fr::from(all - missing);
        compress_signature(&signature.into_affine())
    }
}

pub fn hash(message: &B256) -> G2Affine {
    Hasher::new(crypto::CIPHERSUITE).unwrap().hash(message.as_slice()).unwrap()
}

/// x ‖ y.
pub fn uncompressed(point: &G1Affine) -> [u8; 96] {
    let mut bytes = [0; 96];
    bytes[..48].copy_from_slice(&be(point.x().unwrap()));
    bytes[48..].copy_from_slice(&be(point.y().unwrap()));
    bytes
}

/// x.c0 ‖ x.c1 ‖ y.c0 ‖ y.c1.
pub fn uncompressed_signature(point: &G2Affine) -> [u8; 192] {
    let (x, y) = point.xy().unwrap();
    let mut bytes = [0; 192];
    for (to, from) in bytes.chunks_exact_mut(48).zip([x.c0, x.c1, y.c0, y.c1]) {
        to.copy_from_slice(&be(from));
    }
    bytes
}

fn compress(point: &G1Affine) -> [u8; 48] {
    let (x, y) = point.xy().unwrap();
    let mut bytes: [u8; 48] = be(x).try_into().unwrap();
    bytes[0] |= 0x80 | if y > -y { 0x20 } else { 0 };
    bytes
}

/// The order of the beacon chain: x.c1 before x.c0; the sign is that of y.c1 unless it is zero.
fn compress_signature(point: &G2Affine) -> [u8; 96] {
    let (x, y) = point.xy().unwrap();
    let mut bytes = [0; 96];
    bytes[..48].copy_from_slice(&be(x.c1));
    bytes[48..].copy_from_slice(&be(x.c0));
    bytes[0] |= 0x80 | if (y.c1, y.c0) > (-y.c1, -y.c0) { 0x20 } else { 0 };
    bytes
}

fn be(element: impl PrimeField) -> Vec<u8> {
    element.into_bigint().to_bytes_be()
}

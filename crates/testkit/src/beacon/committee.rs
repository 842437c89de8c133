//! A sync committee whose secret keys are known.

use super::ssz;
use alloy_primitives::B256;
use ark_bls12_381::{Fr, G1Affine, G1Projective, G2Affine, G2Projective, g2};
use ark_ec::{
    AffineRepr, CurveGroup, PrimeGroup,
    hashing::{HashToCurve, curve_maps::wb::WBMap, map_to_curve_hasher::MapToCurveBasedHasher},
    scalar_mul::BatchMulPreprocessing,
};
use ark_ff::{BigInteger, PrimeField, field_hashers::DefaultFieldHasher};
use ark_serialize::CanonicalSerialize;
use sha2::Sha256;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

const SUITE: &[u8] = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";

type Hasher =
    MapToCurveBasedHasher<G2Projective, DefaultFieldHasher<Sha256, 128>, WBMap<g2::Config>>;
type Cache = BTreeMap<(u64, u64, u64), Arc<Committee>>;

/// Deriving a committee takes longer than most tests that use one, so each is derived once.
static DERIVED: Mutex<Cache> = Mutex::new(BTreeMap::new());

/// A sync committee with its members' secret keys.
#[derive(Clone, Debug)]
pub struct Committee {
    secrets: Vec<Fr>,
    keys: Vec<G1Affine>,
    compressed: Vec<[u8; 48]>,
    aggregate: G1Affine,
    root: B256,
}

impl Committee {
    /// The committee of a period, the same for the same seed.
    pub fn derive(seed: u64, period: u64, size: u64) -> Arc<Self> {
        let mut derived = DERIVED.lock().unwrap_or_else(PoisonError::into_inner);
        let committee = derived.entry((seed, period, size));
        Arc::clone(committee.or_insert_with(|| Arc::new(Self::from_seed(seed, period, size))))
    }

    fn from_seed(seed: u64, period: u64, size: u64) -> Self {
        let secret = |index: u64| {
            let bytes: Vec<u8> =
                [seed, period, index].iter().flat_map(|n| n.to_be_bytes()).collect();
            Fr::from_be_bytes_mod_order(ssz::sha256(&bytes).as_slice())
        };
        Self::from_secrets((0..size).map(secret).collect())
    }

    /// The committee of these secret keys, in this order: a power of two of them.
    ///
    /// # Panics
    /// If there is none.
    pub fn from_secrets(secrets: Vec<Fr>) -> Self {
        let base = BatchMulPreprocessing::new(G1Projective::generator(), secrets.len());
        let keys = base.batch_mul(&secrets);
        let aggregate = keys.iter().sum::<G1Projective>().into_affine();
        let compressed: Vec<[u8; 48]> = keys.iter().map(compress_key).collect();
        let leaves: Vec<B256> = compressed.iter().map(ssz::public_key).collect();
        let aggregate_leaf = ssz::public_key(&compress_key(&aggregate));
        let depth = leaves.len().ilog2() as usize;
        let root = ssz::parent(ssz::merkleize(&leaves, depth), aggregate_leaf);
        Self { secrets, keys, compressed, aggregate, root }
    }

    /// `hash_tree_root` of the committee.
    pub const fn root(&self) -> B256 {
        self.root
    }

    /// How many members there are.
    pub const fn size(&self) -> usize {
        self.keys.len()
    }

    /// The members' keys, compressed.
    pub fn public_keys(&self) -> &[[u8; 48]] {
        &self.compressed
    }

    /// Key of the member at a position.
    ///
    /// # Panics
    /// If there is no such member.
    pub fn public_key(&self, index: usize) -> G1Affine {
        self.keys[index]
    }

    /// Sum of all keys, compressed.
    pub fn aggregate_key(&self) -> [u8; 48] {
        compress_key(&self.aggregate)
    }

    /// Sum of all keys.
    pub const fn aggregate(&self) -> G1Affine {
        self.aggregate
    }

    /// The members' secret keys.
    pub fn secrets(&self) -> &[Fr] {
        &self.secrets
    }

    /// The aggregate signature of all members but the absent ones over a signing root.
    ///
    /// It is made with the sum of the secret keys, and so in one multiplication: BLS signatures
    /// being deterministic, these are the very bytes that aggregating single signatures gives.
    ///
    /// # Panics
    /// If hashing to the curve fails, which it does for no message.
    pub fn sign(&self, absent: &[usize], signing_root: B256) -> G2Affine {
        let present = self.secrets.iter().enumerate().filter(|(index, _)| !absent.contains(index));
        let secret: Fr = present.map(|(_, secret)| *secret).sum();
        (hash_to_g2(signing_root) * secret).into_affine()
    }
}

/// The message point of a signing root.
///
/// # Panics
/// If hashing to the curve fails, which it does for no message.
#[expect(clippy::expect_used, reason = "the suite is a constant, and hashing is total")]
pub fn hash_to_g2(signing_root: B256) -> G2Affine {
    let hasher = Hasher::new(SUITE).expect("the suite is within the length limit");
    hasher.hash(signing_root.as_slice()).expect("hashing to the curve is total")
}

/// A key in the 48 bytes of the beacon chain.
pub fn compress_key(key: &G1Affine) -> [u8; 48] {
    let mut out = [0; 48];
    let written = key.serialize_compressed(&mut out[..]);
    debug_assert!(written.is_ok(), "a compressed key has 48 bytes");
    out
}

/// A signature in the 96 bytes of the beacon chain.
pub fn compress_signature(signature: &G2Affine) -> [u8; 96] {
    let mut out = [0; 96];
    let written = signature.serialize_compressed(&mut out[..]);
    debug_assert!(written.is_ok(), "a compressed signature has 96 bytes");
    out
}

/// A key as x ‖ y, big-endian, as the bridge sends it; the identity is all zero.
pub fn encode_key(key: &G1Affine) -> [u8; 96] {
    let mut out = [0; 96];
    if let Some((x, y)) = key.xy() {
        out[..48].copy_from_slice(&x.into_bigint().to_bytes_be());
        out[48..].copy_from_slice(&y.into_bigint().to_bytes_be());
    }
    out
}

/// A signature as x.c0 ‖ x.c1 ‖ y.c0 ‖ y.c1, big-endian; the identity is all zero.
pub fn encode_signature(signature: &G2Affine) -> [u8; 192] {
    let mut out = [0; 192];
    if let Some((x, y)) = signature.xy() {
        for (place, coordinate) in out.chunks_mut(48).zip([x.c0, x.c1, y.c0, y.c1]) {
            place.copy_from_slice(&coordinate.into_bigint().to_bytes_be());
        }
    }
    out
}

//! What provers compute: the hash to G1 with the hints for it, and sums of keys on G2.

use super::{
    G1, G2, Hint,
    arkworks::{candidates, g1_bytes, g2_point, preimage, right_side, with_sign, write_elements},
};
use alloc::vec::Vec;
use ark_bn254::{Fq, G1Affine, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, Field};

/// A [`Hint`] that owns its roots.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of `Hint`")]
pub struct OwnedHint {
    pub inverse: [u8; 32],
    pub roots: Vec<[u8; 32]>,
}

impl OwnedHint {
    /// As the verifier takes it.
    #[must_use]
    pub fn as_hint(&self) -> Hint<'_> {
        Hint { inverse: &self.inverse, roots: &self.roots }
    }
}

/// The two field elements whose images add up to the hash, big-endian.
#[must_use]
pub fn preimages(message: &[u8]) -> [[u8; 32]; 2] {
    [0, 1].map(|half| word(preimage(message, half)))
}

/// H(m), by inversion and roots.
#[must_use]
pub fn hash_to_g1(message: &[u8]) -> G1 {
    let [a, b] = [0, 1].map(|half| point(&preimage(message, half)));
    g1_bytes(&(a + b).into_affine())
}

/// The hints for H(m).
#[must_use]
pub fn hints(message: &[u8]) -> [OwnedHint; 2] {
    [0, 1].map(|half| hint(&preimage(message, half)))
}

/// The sum of keys on G2, or `None` when one is no point of the prime-order subgroup.
pub fn sum_g2<'a>(keys: impl IntoIterator<Item = &'a G2>) -> Option<G2> {
    let mut sum = G2Projective::ZERO;
    for key in keys {
        sum += g2_point(key)?;
    }
    Some(g2_bytes(&sum.into_affine()))
}

/// f(t).
fn point(t: &Fq) -> G1Affine {
    let xs = candidates_of(t).1;
    // One of the three always has a root.
    let found = xs.into_iter().find_map(|x| Some((x, right_side(&x).sqrt()?)));
    // The root that arkworks computes is a square itself, as p mod 4 is 3; so it is taken with the sign as it comes.
    found.map_or(G1Affine::zero(), |(x, y)| G1Affine::new_unchecked(x, with_sign(y, t)))
}

/// The hint for f(t).
pub(super) fn hint(t: &Fq) -> OwnedHint {
    let (inverse, xs) = candidates_of(t);
    let mut roots = Vec::new();
    for x in xs {
        if let Some(root) = right_side(&x).sqrt().and_then(|y| y.sqrt()) {
            roots.push(word(root));
            break;
        }
        roots.extend((-right_side(&x)).sqrt().map(word));
    }
    OwnedHint { inverse: word(inverse), roots }
}

/// α, and x₁, x₂, x₃.
fn candidates_of(t: &Fq) -> (Fq, [Fq; 3]) {
    let t2 = t.square();
    let a = t2 + Fq::from(4);
    // Of zero there is none, and zero is taken for it.
    let inverse = (t2 * a).inverse().unwrap_or(Fq::ZERO);
    (inverse, candidates(&t2, &a, &inverse))
}

fn word(element: Fq) -> [u8; 32] {
    let mut bytes = [0; 32];
    write_elements(&mut bytes, [element]);
    bytes
}

fn g2_bytes(point: &G2Affine) -> G2 {
    let mut bytes = [0; 128];
    if let Some((x, y)) = point.xy() {
        write_elements(&mut bytes, [x.c1, x.c0, y.c1, y.c0]);
    }
    G2(bytes)
}

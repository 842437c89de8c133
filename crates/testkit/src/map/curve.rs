//! Points of BN254 as bytes, and the chain's hash to G1 computed from its definition (Fouque and Tibouchi).

use alloy_primitives::keccak256;
use ark_bn254::{Fq, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, BigInteger, Field, MontFp, PrimeField};

/// √−3.
const H2: Fq = MontFp!("4407920970296243842837207485651524041948558517760411303933");

/// p, big-endian: coordinates are below it.
pub const MODULUS: [u8; 32] =
    alloy_primitives::hex!("30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47");

/// What proves one step of the hash to whoever does not want to compute it: which candidate it is, the inverse, and the roots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// 1, 2 or 3: the first candidate that is on the curve.
    pub choice: u8,
    /// 1 / (t² · (t² + 4)).
    pub inverse: [u8; 32],
    /// For each candidate before it a root of −(x³ + 3); then a fourth root of the chosen one's x³ + 3.
    pub words: Vec<[u8; 32]>,
}

impl Hint {
    /// As the update has it.
    pub fn encode(&self) -> Vec<u8> {
        [&[self.choice][..], &self.inverse, &self.words.concat()].concat()
    }
}

/// The message's point, and the hints for both of its halves.
pub fn hash_to_g1(message: &[u8]) -> (G1Affine, [Hint; 2]) {
    let halves = [[0, 1], [2, 3]].map(|[a, b]| map_to_curve(field_element(message, a, b)));
    let [(first, first_hint), (second, second_hint)] = halves;
    ((first + second).into_affine(), [first_hint, second_hint])
}

/// (keccak256(a ‖ m) · 2²⁵⁶ + keccak256(b ‖ m)) mod p.
pub fn field_element(message: &[u8], a: u8, b: u8) -> Fq {
    let half = |salt: u8| keccak256([&[salt], message].concat());
    Fq::from_be_bytes_mod_order(&[half(a).0, half(b).0].concat())
}

/// f(t) of the hash.
///
/// # Panics
/// Never: one of the three candidates is on the curve for every t.
#[expect(clippy::expect_used, reason = "see above")]
fn map_to_curve(t: Fq) -> (G1Affine, Hint) {
    let square = t.square();
    let a = square + Fq::from(4u64);
    let alpha = (square * a).inverse().unwrap_or(Fq::ZERO);
    let h1 = (H2 - Fq::ONE) * half();
    let x1 = h1 - H2 * square.square() * alpha;
    let candidates =
        [x1, -Fq::ONE - x1, Fq::ONE - a.square() * a * alpha * third()].map(|x| (x, cubic(x)));
    let mut words = Vec::new();
    let chosen = candidates.into_iter().zip(1u8..).find_map(|((x, value), choice)| {
        let root = value.sqrt().filter(|root| root.square() == value);
        if root.is_none() {
            words.push(word((-value).sqrt().unwrap_or_default()));
        }
        root.map(|root| (x, root, choice))
    });
    let (x, root, choice) = chosen.expect("one of three is on the curve");
    // Of a root and its negative one is a square: −1 is none.
    let y = if root.legendre().is_qr() { root } else { -root };
    words.push(word(y.sqrt().unwrap_or_default()));
    let high = t.into_bigint() > Fq::MODULUS_MINUS_ONE_DIV_TWO;
    let point = G1Affine::new(x, if high { -y } else { y });
    (point, Hint { choice, inverse: word(alpha), words })
}

fn cubic(x: Fq) -> Fq {
    x.square() * x + Fq::from(3u64)
}

fn half() -> Fq {
    Fq::from(2u64).inverse().unwrap_or_default()
}

fn third() -> Fq {
    Fq::from(3u64).inverse().unwrap_or_default()
}

/// A coordinate, big-endian.
pub fn word(element: Fq) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(&element.into_bigint().to_bytes_be());
    out
}

/// p − y, for y below p that is not zero.
pub fn negate(y: &[u8; 32]) -> [u8; 32] {
    word(-Fq::from_be_bytes_mod_order(y))
}

/// x ‖ y; the identity is all zero.
pub fn encode_g1(point: &G1Affine) -> [u8; 64] {
    let mut out = [0; 64];
    if let Some((x, y)) = point.xy() {
        out[..32].copy_from_slice(&word(x));
        out[32..].copy_from_slice(&word(y));
    }
    out
}

/// x.c1 ‖ x.c0 ‖ y.c1 ‖ y.c0; the identity is all zero.
pub fn encode_g2(point: &G2Affine) -> [u8; 128] {
    let mut out = [0; 128];
    if let Some((x, y)) = point.xy() {
        for (place, coordinate) in out.chunks_mut(32).zip([x.c1, x.c0, y.c1, y.c0]) {
            place.copy_from_slice(&word(coordinate));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::hex;

    /// The known answer of the chain's own clients.
    #[test]
    fn bns_1_accepts_the_known_answer_of_the_field_elements() {
        let message = hex!("6162636566676869");
        let known = [
            "5910564439876404922092592771818717274376490012008896503918548302548484008557",
            "7054493174779650031422375588220690385584759055599915892200652159233194526041",
        ];
        let got = [[0, 1], [2, 3]].map(|[a, b]| field_element(&message, a, b).to_string());
        assert_eq!(got, known);
    }

    #[test]
    fn bns_1_accepts_hints_of_every_choice() {
        let mut choices = [0; 3];
        for message in 0..64u64 {
            for hint in hash_to_g1(&message.to_be_bytes()).1 {
                choices[usize::from(hint.choice) - 1] += 1;
                assert_eq!(hint.words.len(), usize::from(hint.choice));
            }
        }
        assert!(choices.iter().all(|count| *count > 5), "{choices:?}");
    }
}

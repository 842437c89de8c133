//! BN254 in portable Rust.

use super::{Bn254, Error, G1, G2, Hint, Signed, challenge, words};
use crate::crypto::arkworks::Arkworks;
use ark_bn254::{Bn254 as Curve, Fq, Fq2, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup, pairing::Pairing};
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, MontFp, PrimeField, Zero};

/// √−3, and (√−3 − 1) / 2: h₂ and h₁.
const ROOT: Fq = MontFp!("4407920970296243842837207485651524041948558517760411303933");
const CUBE_ROOT: Fq = MontFp!("2203960485148121921418603742825762020974279258880205651966");

/// 1 / 3.
const THIRD: Fq =
    MontFp!("14592161914559516814830937163504850059130874104865215775126025263096817472389");

const THREE: Fq = MontFp!("3");
const FOUR: Fq = MontFp!("4");

/// 2²⁵⁶ mod p.
const TWO_256: Fq =
    MontFp!("6350874878119819312338956282401532409788428879151445726012394534686998597021");

impl Bn254 for Arkworks {
    fn is_point(&self, point: &G1) -> bool {
        g1_point(point).is_some()
    }

    fn combine(
        &self,
        start: &G1,
        plus: impl IntoIterator<Item = G1>,
        minus: impl IntoIterator<Item = G1>,
    ) -> Result<G1, Error> {
        let mut sum = G1Projective::from(term(start)?);
        for point in plus {
            sum += term(&point)?;
        }
        for point in minus {
            sum -= term(&point)?;
        }
        Ok(g1_bytes(&sum.into_affine()))
    }

    fn verify_signed(
        &self,
        signed: &Signed<'_>,
        absent: impl IntoIterator<Item = G1>,
    ) -> Result<(), Error> {
        let Signed { message, hints: [first, second], total, signature, key } = *signed;
        let half = |position| preimage(message, position);
        let hash = mapped(&half(0), 0, &first)? + mapped(&half(1), 1, &second)?;
        if signature.is_zero() || key.is_zero() {
            return Err(Error::Infinity);
        }
        let mut sum = G1Projective::from(term(total)?);
        for absent in absent {
            sum -= term(&absent)?;
        }
        if sum.is_zero() {
            return Err(Error::Infinity);
        }
        let signature_point = g1_point(signature).ok_or(Error::InvalidPoint)?;
        let key_point = g2_point(key).ok_or(Error::InvalidPoint)?;
        let [hash, sum] = normalize([hash, sum]);
        let r = challenge(&g1_bytes(&hash), &g1_bytes(&sum), signature, key);
        let left = times(&sum, r) + signature_point;
        let right = times(&G1Affine::generator(), r) + hash;
        let product =
            Curve::multi_pairing(normalize([left, -right]), [G2Affine::generator(), key_point]);
        if product.is_zero() { Ok(()) } else { Err(Error::InvalidSignature) }
    }
}

/// f(t), by what the hint at `position` supplies (BNS-1).
fn mapped(t: &Fq, position: u64, hint: &Hint<'_>) -> Result<G1Projective, Error> {
    let wrong_choice = Error::HintChoice { position, choice: hint.roots.len() as u64 };
    let (last, before) = match hint.roots.split_last() {
        Some(split) if hint.roots.len() <= 3 => split,
        _ => return Err(wrong_choice),
    };
    let t2 = t.square();
    let a = t2 + FOUR;
    let inverse = element(hint.inverse).ok_or(Error::HintInverse { position })?;
    let is_inverse = if t.is_zero() { inverse.is_zero() } else { inverse * t2 * a == Fq::ONE };
    if !is_inverse {
        return Err(Error::HintInverse { position });
    }
    let xs = candidates(&t2, &a, &inverse);
    let mut root = 0;
    for (x, bytes) in xs.iter().zip(before) {
        root += 1;
        match element(bytes) {
            Some(z) if z.square() == -right_side(x) => {}
            _ => return Err(Error::HintRoot { position, root }),
        }
    }
    root += 1;
    let x = *xs.get(before.len()).ok_or(wrong_choice)?;
    let w = element(last).ok_or(Error::HintRoot { position, root })?;
    let y = w.square();
    if y.square() != right_side(&x) {
        return Err(Error::HintRoot { position, root });
    }
    Ok(G1Affine::new_unchecked(x, with_sign(y, t)).into())
}

/// t of one half of the hash.
pub(super) fn preimage(message: &[u8], half: u8) -> Fq {
    let [high, low] = words(message, half).map(|word| reduced(&word.0));
    high * TWO_256 + low
}

/// x₁, x₂, x₃ from t², a and α.
pub(super) fn candidates(t2: &Fq, a: &Fq, inverse: &Fq) -> [Fq; 3] {
    let first = CUBE_ROOT - ROOT * t2.square() * inverse;
    let second = -Fq::ONE - first;
    let third = Fq::ONE - a.square() * a * inverse * THIRD;
    [first, second, third]
}

/// x³ + 3.
pub(super) fn right_side(x: &Fq) -> Fq {
    x.square() * x + THREE
}

/// y with the sign that t decides.
pub(super) fn with_sign(y: Fq, t: &Fq) -> Fq {
    if t.into_bigint() > Fq::MODULUS_MINUS_ONE_DIV_TWO { -y } else { y }
}

/// Affine forms, with one inversion for both.
fn normalize([a, b]: [G1Projective; 2]) -> [G1Affine; 2] {
    if a.is_zero() || b.is_zero() {
        return [a.into_affine(), b.into_affine()];
    }
    // Neither z is zero: the product has an inverse.
    let inverse = (a.z * b.z).inverse().unwrap_or(Fq::ZERO);
    [(a, inverse * b.z), (b, inverse * a.z)].map(|(point, inverse)| {
        let square = inverse.square();
        G1Affine::new_unchecked(point.x * square, point.y * square * inverse)
    })
}

/// A multiple of a point, four bits at a time.
fn times(point: &G1Affine, scalar: u128) -> G1Projective {
    let mut multiples = [G1Projective::ZERO; 16];
    let mut multiple = G1Projective::ZERO;
    for place in &mut multiples {
        *place = multiple;
        multiple += point;
    }
    let mut product = G1Projective::ZERO;
    for byte in scalar.to_be_bytes() {
        for nibble in [byte >> 4, byte & 0xf] {
            for _ in 0..4 {
                product.double_in_place();
            }
            if let (1.., Some(multiple)) = (nibble, multiples.get(usize::from(nibble))) {
                product += multiple;
            }
        }
    }
    product
}

/// A point that may be the identity.
fn term(point: &G1) -> Result<G1Affine, Error> {
    if point.is_zero() {
        return Ok(G1Affine::zero());
    }
    g1_point(point).ok_or(Error::InvalidPoint)
}

/// A point of G1. The curve has prime order. arkworks takes all zero for the identity; here it is no point.
pub(super) fn g1_point(point: &G1) -> Option<G1Affine> {
    let [x, y] = coordinates(&point.0)?;
    let affine = G1Affine::new_unchecked(x, y);
    (!affine.is_zero() && affine.is_on_curve()).then_some(affine)
}

/// A point of G2 in the prime-order subgroup.
pub(super) fn g2_point(point: &G2) -> Option<G2Affine> {
    let [x1, x0, y1, y0] = coordinates(&point.0)?;
    let affine = G2Affine::new_unchecked(Fq2::new(x0, x1), Fq2::new(y0, y1));
    let valid = !affine.is_zero()
        && affine.is_on_curve()
        && affine.is_in_correct_subgroup_assuming_on_curve();
    valid.then_some(affine)
}

/// Bytes of a point; all zero for the identity.
pub(super) fn g1_bytes(point: &G1Affine) -> G1 {
    let mut bytes = [0; 64];
    if let Some((x, y)) = point.xy() {
        write_elements(&mut bytes, [x, y]);
    }
    G1(bytes)
}

pub(super) fn write_elements<const N: usize>(bytes: &mut [u8], elements: [Fq; N]) {
    for (bytes, element) in bytes.chunks_exact_mut(32).zip(elements) {
        let limbs = element.into_bigint().0;
        for (bytes, limb) in bytes.chunks_exact_mut(8).zip(limbs.iter().rev()) {
            bytes.copy_from_slice(&limb.to_be_bytes());
        }
    }
}

/// Field elements of 32 bytes each, every one below the modulus.
fn coordinates<const N: usize>(bytes: &[u8]) -> Option<[Fq; N]> {
    let mut elements = [Fq::ZERO; N];
    for (to, bytes) in elements.iter_mut().zip(bytes.as_chunks().0) {
        *to = element(bytes)?;
    }
    Some(elements)
}

/// A field element below the modulus.
fn element(bytes: &[u8; 32]) -> Option<Fq> {
    Fq::from_bigint(number(bytes))
}

/// A number mod p. Below 2²⁵⁶ it is less than six times p.
fn reduced(bytes: &[u8; 32]) -> Fq {
    let mut number = number(bytes);
    while number >= Fq::MODULUS {
        number.sub_with_borrow(&Fq::MODULUS);
    }
    Fq::from_bigint(number).unwrap_or(Fq::ZERO)
}

fn number(bytes: &[u8; 32]) -> BigInt<4> {
    let mut limbs = [0; 4];
    for (limb, bytes) in limbs.iter_mut().rev().zip(bytes.as_chunks().0) {
        *limb = u64::from_be_bytes(*bytes);
    }
    BigInt::new(limbs)
}

#[cfg(all(test, feature = "builder"))]
mod tests {
    use super::{Error, Fq, G1Affine, mapped};
    use crate::crypto::bn254::builder::{OwnedHint, hint};
    use ark_ec::CurveGroup;
    use ark_ff::{AdditiveGroup, Field};

    /// No message is known that hashes to it.
    #[test]
    fn bns_1_accepts_zero_for_the_inverse_of_zero_and_rejects_others() {
        let good = hint(&Fq::ZERO);
        assert_eq!((good.inverse, good.roots.len()), ([0; 32], 1));
        let point = mapped(&Fq::ZERO, 0, &good.as_hint()).map(CurveGroup::into_affine);
        // x is a cube root of one, and y² = 4. Of 2 and −2 the one that is a square.
        let y = [Fq::from(2), -Fq::from(2)].into_iter().find(|y| y.sqrt().is_some());
        assert_eq!(point, Ok(G1Affine::new_unchecked(super::CUBE_ROOT, y.unwrap_or_default())));
        let mut inverse = [0; 32];
        inverse[31] = 1;
        let wrong = OwnedHint { inverse, ..good };
        let refused = mapped(&Fq::ZERO, 1, &wrong.as_hint());
        assert_eq!(refused, Err(Error::HintInverse { position: 1 }));
    }
}

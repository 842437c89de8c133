//! BNS-1: the hash to G1, computed and by hints.

use crate::made::{g1, g2, keys, sign, word};
use alloy_primitives::{U256, hex};
use ark_bn254::Fq;
use ark_ff::PrimeField;
use light_client::crypto::bn254::{
    Bn254, DefaultBn254, Error, Hint, MODULUS, Signed,
    builder::{OwnedHint, hash_to_g1, hints, preimages},
};

/// Messages and their hashes.
const KNOWN: [(&[u8], [u8; 64]); 3] = [
    (
        &hex!("6162636566676869"),
        hex!(
            "119573a235c05974a99ecdf7d09416f55152ac88d14d1b2157362f38080981be273a21735a62bfea68fb9fc5c499751a4b0466c696af587bd85acb811a8ec3e1"
        ),
    ),
    (
        &hex!(""),
        hex!(
            "2c20c8d52b8d2dff4464c5b72d42666cf9fb15990f27fb8e6151781574a77dc02cc4d07329646dd87569fa2ada79248990f79542231f4aec3f11c8c459437a78"
        ),
    ),
    (
        &hex!("68656c696f6772617068"),
        hex!(
            "001e7c5e9dc74209466d475a104e9f6037cb41b72c0822e3d9c931f5739a24db26843a75edc235c6ecb0e864303eae9c4c25586ff936b2aa44cfbeb60981149b"
        ),
    ),
];

/// What the backend says to a signature by the key 7 with these hints.
fn verify(message: &[u8], hints: [Hint<'_>; 2]) -> Result<(), Error> {
    let (total, signature, key) = (g1(7), sign(message, 7), g2(7));
    let signed = Signed { message, hints, total: &total, signature: &signature, key: &key };
    DefaultBn254::default().verify_signed(&signed, [])
}

fn with(message: &[u8], change: impl FnOnce(&mut [OwnedHint; 2])) -> Result<(), Error> {
    let mut hints = hints(message);
    change(&mut hints);
    verify(message, [hints[0].as_hint(), hints[1].as_hint()])
}

/// Messages whose first half is hashed by the candidate `choice`.
fn message(choice: usize) -> Vec<u8> {
    let mut messages = (0..=u8::MAX).map(|byte| vec![byte]);
    messages.find(|message| hints(message)[0].roots.len() == choice).unwrap()
}

/// The same number with the modulus added: another encoding of the same element.
fn above(bytes: &[u8; 32]) -> [u8; 32] {
    (U256::from_be_bytes(*bytes) + U256::from_be_bytes(MODULUS)).to_be_bytes()
}

fn negative(bytes: &[u8; 32]) -> [u8; 32] {
    word(-Fq::from_be_bytes_mod_order(bytes))
}

#[test]
fn bns_1_accepts_the_known_answers() {
    let t0 = "5910564439876404922092592771818717274376490012008896503918548302548484008557";
    let t1 = "7054493174779650031422375588220690385584759055599915892200652159233194526041";
    let expected = [t0, t1].map(|number| number.parse::<U256>().unwrap().to_be_bytes::<32>());
    assert_eq!(preimages(&hex!("6162636566676869")), expected);
    // Computed by the formulas of `spec/map.md` section 2 in another language.
    for (message, hash) in KNOWN {
        assert_eq!(hash_to_g1(message).0, hash);
    }
}

#[test]
fn bns_1_accepts_hints_of_every_choice_with_either_sign() {
    for choice in 1..=3 {
        let message = message(choice);
        assert_eq!(with(&message, |_| {}), Ok(()));
        for root in 0..choice {
            let negated = |hints: &mut [OwnedHint; 2]| {
                hints[0].roots[root] = negative(&hints[0].roots[root]);
            };
            assert_eq!(with(&message, negated), Ok(()));
        }
    }
}

#[test]
fn bns_1_rejects_a_choice_that_there_is_none_of() {
    for (position, choice) in [(0, 0), (1, 0), (0, 4), (1, 5)] {
        let roots = |hints: &mut [OwnedHint; 2]| {
            hints[usize::from(position == 1)].roots = vec![[0; 32]; choice];
        };
        let choice = choice as u64;
        let error = Error::HintChoice { position, choice };
        assert_eq!(with(&message(1), roots), Err(error));
    }
}

#[test]
fn bns_1_rejects_an_inverse_that_is_none() {
    let message = message(2);
    for position in [0, 1] {
        let at = usize::from(position == 1);
        for change in [above, negative, |_: &_| [0; 32], |_: &_| [0xff; 32]] {
            let wrong = |hints: &mut [OwnedHint; 2]| {
                hints[at].inverse = change(&hints[at].inverse);
            };
            assert_eq!(with(&message, wrong), Err(Error::HintInverse { position }));
        }
    }
}

#[test]
fn bns_1_rejects_roots_that_are_none() {
    for choice in 1..=3 {
        let message = message(choice);
        for root in 0..choice {
            for change in [
                above,
                |_: &_| [0; 32],
                |_: &_| [0xff; 32],
                |root: &[u8; 32]| {
                    let mut root = *root;
                    root[31] ^= 1;
                    root
                },
            ] {
                let wrong = |hints: &mut [OwnedHint; 2]| {
                    hints[0].roots[root] = change(&hints[0].roots[root]);
                };
                let root = root as u64 + 1;
                assert_eq!(with(&message, wrong), Err(Error::HintRoot { position: 0, root }));
            }
        }
    }
}

#[test]
fn bns_1_rejects_a_candidate_that_is_not_the_first() {
    // x₁ is the one, and x₂ is claimed: nothing shows that x₁ is none.
    let skip = |hints: &mut [OwnedHint; 2]| {
        let root = hints[0].roots[0];
        hints[0].roots.insert(0, root);
    };
    let error = Error::HintRoot { position: 0, root: 1 };
    assert_eq!(with(&message(1), skip), Err(error));
    // x₁ is none, and is claimed.
    let claim = |hints: &mut [OwnedHint; 2]| {
        hints[0].roots.remove(0);
    };
    assert_eq!(with(&message(2), claim), Err(error));
}

#[test]
fn bns_1_rejects_the_first_half_before_the_second_and_both_before_the_points() {
    let message = message(1);
    let mut wrong = hints(&message);
    wrong[0].roots[0] = [0; 32];
    wrong[1].inverse = [0; 32];
    let [first, second] = [wrong[0].as_hint(), wrong[1].as_hint()];
    let right = hints(&message);
    let refused = |hints| {
        let zero = light_client::crypto::bn254::G1::ZERO;
        let signed = Signed {
            message: &message,
            hints,
            total: &keys(&[7])[0],
            signature: &zero,
            key: &g2(7),
        };
        DefaultBn254::default().verify_signed(&signed, [])
    };
    assert_eq!(refused([first, second]), Err(Error::HintRoot { position: 0, root: 1 }));
    assert_eq!(refused([right[0].as_hint(), second]), Err(Error::HintInverse { position: 1 }));
    assert_eq!(refused([right[0].as_hint(), right[1].as_hint()]), Err(Error::Infinity));
}

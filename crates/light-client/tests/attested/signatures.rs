//! ATT-2 to ATT-4: exactly as many signatures as are required, canonical, each of another attestor.

use super::made::{Attestor, ID, addresses, attestor, five, signed, verify};
use alloy_primitives::{Address, B256, U256, b256};
use light_client::{
    attestation::{Error, Set},
    crypto::ecdsa::{K256, Recover},
};

/// The order of the group.
const ORDER: U256 = U256::from_be_bytes(
    b256!("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141").0,
);

#[test]
fn att_2_3_4_accepts_any_three_in_their_order() {
    let five = five();
    for left_out in [[0, 1], [0, 4], [1, 3], [2, 3], [3, 4]] {
        let three = five.iter().enumerate().filter(|(place, _)| !left_out.contains(place));
        let three: Vec<&Attestor> = three.map(|(_, attestor)| attestor).collect();
        assert_eq!(verify(&signed(three, &ID)), Ok(()));
    }
    let all = addresses(&five);
    assert_eq!(Set::new(&all, 5).unwrap().verify(&K256, &ID, &signed(&five, &ID)), Ok(()));
}

#[test]
fn att_2_rejects_every_other_length() {
    let three = signed(&five()[..3], &ID);
    let four = signed(&five()[..4], &ID);
    let refused = |signatures: &[u8]| {
        let got = signatures.len() as u64;
        assert_eq!(verify(signatures), Err(Error::Length { expected: 195, got }));
    };
    (0..three.len()).for_each(|length| refused(&three[..length]));
    refused(&four);
    refused(&four[..196]);
}

#[test]
fn att_3_rejects_the_other_spelling_of_a_signature() {
    for position in 0..3 {
        let mut three = signed(&five()[..3], &ID);
        let signature = &mut three[65 * position..][..65];
        let s = U256::from_be_slice(&signature[32..64]);
        signature[32..64].copy_from_slice(&(ORDER - s).to_be_bytes::<32>());
        signature[64] ^= 27 ^ 28;
        assert_eq!(verify(&three), Err(Error::Signature { position: position as u64 }));
    }
}

/// The bound itself belongs to the low half.
#[test]
fn att_3_accepts_half_the_order_and_rejects_what_is_above() {
    let half = ORDER >> 1;
    let with_s = |s: U256| {
        let mut signature = attestor(1).sign(&ID);
        signature[32..64].copy_from_slice(&s.to_be_bytes::<32>());
        let (r, s) = (signature[..32].try_into().unwrap(), signature[32..64].try_into().unwrap());
        // Whoever has signed this is the only attestor: so only its form can be wrong.
        let signer = K256.recover(&ID, r, s, signature[64] == 28);
        let all = [signer.unwrap_or(Address::repeat_byte(1))];
        Set::new(&all, 1).unwrap().verify(&K256, &ID, &signature)
    };
    assert_eq!(with_s(half), Ok(()));
    assert_eq!(with_s(U256::ONE), Ok(()));
    let refused = Err(Error::Signature { position: 0 });
    for s in [half + U256::ONE, ORDER - U256::ONE, ORDER, U256::MAX, U256::ZERO] {
        assert_eq!(with_s(s), refused, "{s:x}");
    }
}

#[test]
fn att_3_rejects_every_other_v() {
    let three = signed(&five()[..3], &ID);
    for v in (0..=u8::MAX).filter(|v| ![27, 28].contains(v)) {
        let mut three = three.clone();
        three[2 * 65 + 64] = v;
        assert_eq!(verify(&three), Err(Error::Signature { position: 2 }), "v = {v}");
    }
}

#[test]
fn att_3_rejects_what_nobody_has_signed() {
    // Zero, not below the order, and no x coordinate of the curve: 5 is none.
    for r in [U256::ZERO, ORDER, U256::MAX, U256::from(5)] {
        let mut three = signed(&five()[..3], &ID);
        three[65..97].copy_from_slice(&r.to_be_bytes::<32>());
        assert_eq!(verify(&three), Err(Error::Signature { position: 1 }), "r = {r:x}");
    }
    // s · R = z · G: the key would be the identity. With s = r, R = (z / r) · G for z = r is G itself.
    let generator = b256!("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    let mut signature = [27; 65];
    signature[..32].copy_from_slice(generator.as_slice());
    signature[32..64].copy_from_slice(B256::from(U256::ONE).as_slice());
    let one = [attestor(1).address];
    let digest = B256::from(U256::ONE);
    let refused = Set::new(&one, 1).unwrap().verify(&K256, &digest, &signature);
    assert_eq!(refused, Err(Error::Signature { position: 0 }));
}

#[test]
fn att_4_rejects_a_stranger() {
    let (five, stranger) = (five(), attestor(6));
    for position in 0..3 {
        let mut signers = five[..3].to_vec();
        signers[position] = stranger.clone();
        let (position, signer) = (position as u64, stranger.address);
        assert_eq!(verify(&signed(&signers, &ID)), Err(Error::Signer { position, signer }));
    }
    // A signature over something else is that of a stranger.
    let refused = verify(&signed(&five[..3], &B256::repeat_byte(0x12)));
    assert!(matches!(refused, Err(Error::Signer { position: 0, .. })));
}

#[test]
fn att_4_rejects_another_order_and_anybody_twice() {
    let five = five();
    let refused = |places: [usize; 3], position| {
        let signatures = signed(places.map(|place| &five[place]), &ID);
        assert_eq!(verify(&signatures), Err(Error::Order { position }), "{places:?}");
    };
    refused([0, 0, 1], 1);
    refused([0, 1, 1], 2);
    refused([0, 1, 0], 2);
    refused([1, 0, 2], 1);
    refused([4, 3, 2], 1);
    refused([0, 4, 3], 2);
}

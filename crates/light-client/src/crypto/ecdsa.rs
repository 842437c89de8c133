//! ECDSA over secp256k1 as Ethereum's accounts sign: the signer's address is recovered. Clause ATT-3.

#[cfg(feature = "k256")]
mod k256;

use alloy_primitives::{Address, B256};

#[cfg(feature = "k256")]
pub use k256::K256;

/// The backend used unless another one is named.
#[cfg(feature = "k256")]
pub type DefaultRecover = K256;

/// Half the order of the group, rounded down, big-endian: s above it is another spelling of n − s.
const HALF_ORDER: [u8; 32] =
    alloy_primitives::hex!("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");

/// Bytes of a signature: r ‖ s ‖ v.
pub const SIGNATURE_LENGTH: usize = 65;

/// A backend for secp256k1. Implement it to use what a host has: what the precompile 1 computes.
pub trait Recover {
    /// The account whose key signed `digest` with `r` and `s`, big-endian; `odd` is the parity of the y that goes with `r`.
    ///
    /// `None` where there is no such key: `r` or `s` is zero or not below the order, no point has the x coordinate `r`, or the
    /// key would be the identity.
    fn recover(&self, digest: &B256, r: &[u8; 32], s: &[u8; 32], odd: bool) -> Option<Address>;
}

impl<R: Recover> Recover for &R {
    fn recover(&self, digest: &B256, r: &[u8; 32], s: &[u8; 32], odd: bool) -> Option<Address> {
        (**self).recover(digest, r, s, odd)
    }
}

/// The account that signed `digest`; `None` unless the signature is its one canonical spelling: s not above half the order, v 27
/// or 28.
pub(crate) fn signer(
    recover: &impl Recover,
    digest: &B256,
    signature: &[u8; SIGNATURE_LENGTH],
) -> Option<Address> {
    let (r, rest) = signature.split_first_chunk()?;
    let (s, v) = rest.split_first_chunk()?;
    let odd = match v {
        [27] => false,
        [28] => true,
        _ => return None,
    };
    if *s > HALF_ORDER { None } else { recover.recover(digest, r, s, odd) }
}

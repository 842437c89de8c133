//! Keys in memory, from a variable or a file.

use super::KeyError;
use crate::config::SecretRef;
use alloy_primitives::{B256, hex};
use alloy_signer_local::PrivateKeySigner;
use secrecy::{ExposeSecret, SecretString};

/// The key that a reference holds, as 64 hexadecimal digits with or without `0x`.
pub(super) fn from_secret(reference: &SecretRef) -> Result<PrivateKeySigner, KeyError> {
    from_text(&reference.resolve_private()?).ok_or_else(|| KeyError::NoKey(reference.shown()))
}

/// A key from its digits.
pub(super) fn from_text(text: &SecretString) -> Option<PrivateKeySigner> {
    let digits = text.expose_secret().trim();
    let mut bytes = B256::ZERO;
    hex::decode_to_slice(digits, bytes.as_mut_slice()).ok()?;
    PrivateKeySigner::from_bytes(&bytes).ok()
}

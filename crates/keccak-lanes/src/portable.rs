//! What every machine can run.

use sha3::{Digest, Keccak256};

pub(crate) fn keccak256(message: &[u8]) -> [u8; 32] {
    Keccak256::digest(message).into()
}

pub(crate) fn keccak256_many<M: AsRef<[u8]>>(messages: &[M], hashes: &mut [[u8; 32]]) {
    for (message, hash) in messages.iter().zip(hashes) {
        *hash = keccak256(message.as_ref());
    }
}

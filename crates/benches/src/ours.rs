//! Our verifications, with each hash and of each form.
//!
//! Each panics when the fixture does not verify: a measurement of a refusal would say nothing.

#![expect(clippy::missing_panics_doc, reason = "said once, above")]

use crate::fixture::{Fixture, Joint};
use alloy_primitives::B256;
use keccak_lanes::Kernel;
use mpt_proof::{Keccak, Sha3, batch::Batch, compact, packed, proof};

/// One message after the other in scalar code that uses BMI1 and BMI2.
#[derive(Clone, Copy, Debug)]
pub struct Bmi;

impl Bmi {
    /// The hash, if this machine has those instructions.
    #[must_use]
    pub fn available() -> Option<Self> {
        Kernel::Bmi.is_available().then_some(Self)
    }
}

impl Keccak for Bmi {
    fn keccak256(&self, bytes: &[u8]) -> B256 {
        Kernel::Bmi.keccak256(bytes).expect("made only where it is available").into()
    }
}

/// Of a list of nodes, with the hash that callers get who name none.
#[must_use]
pub fn listed(fixture: &Fixture) -> Option<&[u8]> {
    let Fixture { root, key, proof, value, .. } = fixture;
    if value.is_none() {
        proof::exclusion(root, key, proof).expect("an honest proof");
        return None;
    }
    Some(proof::inclusion(root, key, proof).expect("an honest proof"))
}

/// Of a list of nodes, with this hash.
#[must_use]
pub fn listed_with<'f>(keccak: &impl Keccak, fixture: &'f Fixture) -> Option<&'f [u8]> {
    let Fixture { root, key, proof, value, .. } = fixture;
    if value.is_none() {
        proof::exclusion_with(keccak, root, key, proof).expect("an honest proof");
        return None;
    }
    Some(proof::inclusion_with(keccak, root, key, proof).expect("an honest proof"))
}

/// The hashes alone of what the proof lists, one node after the other, in portable Rust.
#[must_use]
pub fn bare_sha3(fixture: &Fixture) -> B256 {
    fixture.proof.iter().fold(B256::ZERO, |mixed, node| mixed ^ Sha3.keccak256(node))
}

/// The same with keccak-asm, the hash of the fastest peer.
#[must_use]
pub fn bare_asm(fixture: &Fixture) -> B256 {
    let hash =
        |node: &[u8]| B256::new(<keccak_asm::Keccak256 as keccak_asm::Digest>::digest(node).into());
    fixture.proof.iter().fold(B256::ZERO, |mixed, node| mixed ^ hash(node))
}

/// Of packed nodes.
#[must_use]
pub fn packed<'f>(fixture: &Fixture, nodes: &'f [u8]) -> Option<&'f [u8]> {
    let Fixture { root, key, value, .. } = fixture;
    if value.is_none() {
        packed::exclusion(root, key, nodes).expect("an honest proof");
        return None;
    }
    Some(packed::inclusion(root, key, nodes).expect("an honest proof"))
}

/// Of a compact proof.
#[must_use]
pub fn compact<'f>(fixture: &Fixture, proof: &'f [u8]) -> Option<&'f [u8]> {
    let Fixture { root, key, value, .. } = fixture;
    if value.is_none() {
        compact::exclusion(root, key, proof).expect("an honest proof");
        return None;
    }
    Some(compact::inclusion(root, key, proof).expect("an honest proof"))
}

/// Of a batch: bytes of all values.
#[must_use]
pub fn batch(joint: &Joint) -> usize {
    let batch = Batch::new(&joint.root, &joint.batch.nodes);
    let Bytes(bytes) = batch.inclusion(&joint.batch.keys).expect("an honest batch");
    bytes
}

/// What a caller makes of the values of a batch who stores none of them.
struct Bytes(usize);

impl<'p> FromIterator<&'p [u8]> for Bytes {
    fn from_iter<I: IntoIterator<Item = &'p [u8]>>(values: I) -> Self {
        Self(values.into_iter().map(<[u8]>::len).sum())
    }
}

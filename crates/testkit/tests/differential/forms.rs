//! PCK-1, CPT-1 to CPT-4: the same proofs packed and compact.

use crate::session::{ProofHarness, Session, cases};
use alloy_primitives::Bytes;
use bindings::Revert;
use mpt_proof::{builder, compact, packed};
use proptest::strategy::Strategy;
use testkit::{
    dice::Dice,
    mutate::proof::Mutation,
    tries::{ProofCase, short_trie, small_trie, wide_trie, word_trie},
};

#[test]
fn m16_packed_small_tries() {
    compare_packed("packed, small tries", &small_trie());
}

#[test]
fn m16_packed_word_tries() {
    compare_packed("packed, tries of words", &word_trie());
}

#[test]
fn m16_packed_wide_tries() {
    compare_packed("packed, full branches", &wide_trie());
}

#[test]
fn m16_compact_wide_tries() {
    compare_compact("compact, full branches", &wide_trie());
}

#[test]
fn m16_compact_small_tries() {
    compare_compact("compact, small tries", &small_trie());
}

#[test]
fn m16_compact_word_tries() {
    compare_compact("compact, tries of words", &word_trie());
}

/// Embedded leaves beside hashes are where the compact form spells a branch out.
#[test]
fn m16_compact_short_keys() {
    compare_compact("compact, short keys", &short_trie());
}

fn compare_packed(family: &'static str, strategy: &impl Strategy<Value = ProofCase>) {
    let mut session = Session::new(family);
    let to = session.harnesses(&["ProofHarness", "ProofHarnessReference"]);
    let mutations = Mutation::all();
    for _ in 0..cases() {
        let mut case = session.draw(strategy);
        let mutation = *session.dice.one_of(&mutations);
        if mutation.apply(&mut case, &mut session.dice).is_none() {
            continue;
        }
        let ProofCase { root, key, nodes, .. } = case;
        let (key, mut proof) = (Bytes::from(key), builder::packed(&nodes).to_vec());
        let spoilt = session.dice.one_in(4).then(|| spoil(&mut proof, &mut session.dice));
        let name = format!("{mutation}{}", spoilt.map_or(String::new(), |how| format!(", {how}")));
        let proof = Bytes::from(proof);
        let answers = (
            packed::walk(&root, &key, &proof).map_err(Revert::from),
            packed::inclusion(&root, &key, &proof).map_err(Revert::from),
            packed::exclusion(&root, &key, &proof).map_err(Revert::from),
        );
        let calls = (
            ProofHarness::packedWalkCall { root, key: key.clone(), proof: proof.clone() },
            ProofHarness::packedInclusionCall { root, key: key.clone(), proof: proof.clone() },
            ProofHarness::packedExclusionCall { root, key: key.clone(), proof: proof.clone() },
        );
        session.compare_proof(&to, &name, calls, answers);
    }
    session.finish();
}

fn compare_compact(family: &'static str, strategy: &impl Strategy<Value = ProofCase>) {
    let mut session = Session::new(family);
    let to = session.harnesses(&["ProofHarness", "ProofHarnessReference"]);
    let mutations = Mutation::all();
    for _ in 0..cases() {
        let mut case = session.draw(strategy);
        // A branch above the last node that has a value has no compact form.
        let Ok(proof) = builder::compact(&case.key, &case.nodes) else { continue };
        let mutation = *session.dice.one_of(&mutations);
        if mutation.apply(&mut case, &mut session.dice).is_none() {
            continue;
        }
        let mut proof = with_terminal(&proof, case.nodes.last());
        let spoilt = session.dice.one_in(2).then(|| spoil(&mut proof, &mut session.dice));
        let name = format!("{mutation}{}", spoilt.map_or(String::new(), |how| format!(", {how}")));
        let (root, key, proof) = (case.root, Bytes::from(case.key), Bytes::from(proof));
        let answers = (
            compact::walk(&root, &key, &proof).map_err(Revert::from),
            compact::inclusion(&root, &key, &proof).map_err(Revert::from),
            compact::exclusion(&root, &key, &proof).map_err(Revert::from),
        );
        let calls = (
            ProofHarness::compactWalkCall { root, key: key.clone(), proof: proof.clone() },
            ProofHarness::compactInclusionCall { root, key: key.clone(), proof: proof.clone() },
            ProofHarness::compactExclusionCall { root, key: key.clone(), proof: proof.clone() },
        );
        session.compare_proof(&to, &name, calls, answers);
    }
    session.finish();
}

/// A compact proof with another deepest node. The steps above it name no hash of what was changed, so that a root made to
/// fit the changed nodes fits it too.
fn with_terminal(proof: &[u8], terminal: Option<&Bytes>) -> Vec<u8> {
    let (Some(terminal), [depth, a, b, c, rest @ ..]) = (terminal, proof) else {
        return proof.to_vec();
    };
    let old = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
    let steps = rest.get(old..).unwrap_or_default();
    let [_, length @ ..] = u32::try_from(terminal.len()).unwrap().to_be_bytes();
    [&[*depth], &length[..], terminal, steps].concat()
}

/// Changes some bytes of a proof that is one string, and says how.
fn spoil(proof: &mut Vec<u8>, dice: &mut Dice) -> &'static str {
    let place = dice.below(proof.len());
    match dice.below(10) {
        0 if !proof.is_empty() => {
            proof[place] ^= 1 << dice.below(8);
            "a bit flipped"
        }
        1 if !proof.is_empty() => {
            proof[place] = *dice.one_of(&[0, 1, 0x7f, 0x80, 0xa0, 0xc0, 0xf9, 0xff]);
            "a byte set"
        }
        2 if !proof.is_empty() => {
            proof.remove(place);
            "a byte missing"
        }
        3 => {
            proof.insert(place, dice.byte());
            "a byte inserted"
        }
        4 => {
            proof.truncate(place);
            "cut off"
        }
        5 => {
            let length = dice.below(80);
            proof.extend(dice.bytes(length));
            "bytes behind it"
        }
        6 => {
            // What the forms of a step begin with.
            const STEPS: [&[u8]; 7] = [
                &[0, 0, 1],
                &[0, 0, 64],
                &[0, 0, 0, 0, 15],
                &[0x80, 0],
                &[0xc0, 0],
                &[0xff, 0xff],
                &[0, 0],
            ];
            let step = dice.one_of(&STEPS);
            proof.extend_from_slice(step);
            "a step behind it"
        }
        7 => {
            deepen(proof);
            "its first byte one higher"
        }
        _ => {
            // A compact proof then has a node more above it, which spells its items out.
            deepen(proof);
            let count = *dice.one_of(&[14, 15, 15, 15, 15, 15, 15, 16]);
            let forms = 1 + dice.below(5);
            let items: Vec<u8> = (0..count).flat_map(|_| item(dice, forms)).collect();
            let length = u16::try_from(items.len()).unwrap().to_be_bytes();
            proof.extend([0; 3].into_iter().chain(length).chain(items));
            "a branch spelled out behind it"
        }
    }
}

/// One to the first byte: the depth of a compact proof, a node's header otherwise.
const fn deepen(proof: &mut [u8]) {
    if let Some(first) = proof.first_mut() {
        *first = first.wrapping_add(1);
    }
}

/// A child in one of the first `forms` of: none, a hash, embedded, an embedded node that is too long, a short string.
fn item(dice: &mut Dice, forms: usize) -> Vec<u8> {
    match dice.below(forms) {
        1 => [&[0xa0][..], &dice.bytes(32)].concat(),
        2 => vec![0xc2, 0x20, 0x01],
        3 if dice.one_in(8) => [&[0xdf][..], &[0; 31]].concat(),
        4 if dice.one_in(8) => vec![0x82, 0x20, 0x01],
        _ => vec![0x80],
    }
}

//! One lane, in general registers. `andn` and `rorx` make it as fast as hand-written assembly.

use crate::{permutation::permutation, sponge::Block};

type Word = u64;

permutation!("bmi1,bmi2", 1);

fn columns(&[block]: &[&Block; 1]) -> impl Iterator<Item = Word> {
    block.as_chunks().0.iter().copied().map(u64::from_le_bytes)
}

const fn load(&[word]: &[u64; 1]) -> Word {
    word
}

const fn store(word: Word, lanes: &mut [u64; 1]) {
    *lanes = [word];
}

const fn splat(word: u64) -> Word {
    word
}

const fn xor(a: Word, b: Word) -> Word {
    a ^ b
}

const fn and(a: Word, b: Word) -> Word {
    a & b
}

/// ¬a ∧ b
const fn and_not(a: Word, b: Word) -> Word {
    !a & b
}

const fn rotl<const BITS: u32>(word: Word) -> Word {
    word.rotate_left(BITS)
}

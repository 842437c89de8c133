//! Four lanes, in AVX2 registers.

use super::ymm::{self, Word, and, and_not, load, splat, store, xor};
use crate::{permutation::permutation, sponge::Block};
use core::arch::x86_64::{_mm_cvtsi64_si128, _mm256_or_si256, _mm256_sll_epi64, _mm256_srl_epi64};
use core::hint::black_box;

permutation!("avx2", 4);

/// Sixteen registers cannot hold 25 words, so the permutation keeps many on the stack. LLVM aligns
/// the stack for that only if something aligned lies there from the start, which the last word now
/// does; otherwise half of the accesses cross cache lines, and all takes 1.6 times as long.
#[inline]
#[target_feature(enable = "avx2")]
fn columns(blocks: &[&Block; 4]) -> [Word; 17] {
    let mut columns = ymm::columns(blocks);
    columns[16] = black_box(columns[16]);
    columns
}

#[inline]
#[target_feature(enable = "avx2")]
fn rotl<const BITS: u32>(word: Word) -> Word {
    let left = _mm_cvtsi64_si128(i64::from(BITS));
    let right = _mm_cvtsi64_si128(i64::from(u64::BITS - BITS));
    _mm256_or_si256(_mm256_sll_epi64(word, left), _mm256_srl_epi64(word, right))
}

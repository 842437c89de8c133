//! Four lanes, in AVX-512VL registers: there are 32, and a rotation is one instruction. LLVM joins
//! two steps of logic into one instruction by itself.

use super::ymm::{Word, and, and_not, columns, load, splat, store, xor};
use crate::permutation::permutation;
use core::arch::x86_64::{_mm256_rolv_epi64, _mm256_set1_epi64x};

permutation!("avx2,avx512f,avx512vl", 4);

#[inline]
#[target_feature(enable = "avx2,avx512f,avx512vl")]
fn rotl<const BITS: u32>(word: Word) -> Word {
    _mm256_rolv_epi64(word, _mm256_set1_epi64x(i64::from(BITS)))
}

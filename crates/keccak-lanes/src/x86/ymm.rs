//! What AVX2 and AVX-512VL have in common: four lanes in a 256-bit register.

use crate::sponge::{Block, last_word};
use core::arch::x86_64::{
    __m256i, _mm256_and_si256, _mm256_andnot_si256, _mm256_permute2x128_si256, _mm256_set_epi64x,
    _mm256_set1_epi64x, _mm256_unpackhi_epi64, _mm256_unpacklo_epi64, _mm256_xor_si256,
};

pub(super) type Word = __m256i;

/// The 17 words of a block, each of all four lanes.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn columns(blocks: &[&Block; 4]) -> [Word; 17] {
    let [w0, w1, w2, w3] = transpose(blocks.map(|block| row::<0>(block)));
    let [w4, w5, w6, w7] = transpose(blocks.map(|block| row::<1>(block)));
    let [w8, w9, w10, w11] = transpose(blocks.map(|block| row::<2>(block)));
    let [w12, w13, w14, w15] = transpose(blocks.map(|block| row::<3>(block)));
    let [a, b, c, d] = blocks.map(last_word);
    let w16 = _mm256_set_epi64x(d, c, b, a);
    [w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15, w16]
}

/// Words `4 * I` to `4 * I + 3` of a block.
#[inline]
#[target_feature(enable = "avx2")]
fn row<const I: usize>(block: &Block) -> Word {
    const { assert!(size_of::<Word>() * (I + 1) <= size_of::<Block>()) };
    // SAFETY: the bytes read lie inside of the block, by the assertion; they need no alignment, and
    // any bytes are a `Word`.
    unsafe { block.as_ptr().cast::<Word>().add(I).read_unaligned() }
}

#[inline]
#[target_feature(enable = "avx2")]
fn transpose([a, b, c, d]: [Word; 4]) -> [Word; 4] {
    let (ab_even, ab_odd) = (_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
    let (cd_even, cd_odd) = (_mm256_unpacklo_epi64(c, d), _mm256_unpackhi_epi64(c, d));
    [
        _mm256_permute2x128_si256::<0x20>(ab_even, cd_even),
        _mm256_permute2x128_si256::<0x20>(ab_odd, cd_odd),
        _mm256_permute2x128_si256::<0x31>(ab_even, cd_even),
        _mm256_permute2x128_si256::<0x31>(ab_odd, cd_odd),
    ]
}

#[inline]
#[target_feature(enable = "avx2")]
pub(super) const fn load(lanes: &[u64; 4]) -> Word {
    // SAFETY: both are 32 bytes, and any bytes are a `Word`.
    unsafe { core::mem::transmute(*lanes) }
}

#[inline]
#[target_feature(enable = "avx2")]
pub(super) const fn store(word: Word, lanes: &mut [u64; 4]) {
    // SAFETY: both are 32 bytes, and any bytes are four integers.
    *lanes = unsafe { core::mem::transmute::<Word, [u64; 4]>(word) };
}

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn splat(word: u64) -> Word {
    _mm256_set1_epi64x(word.cast_signed())
}

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn xor(a: Word, b: Word) -> Word {
    _mm256_xor_si256(a, b)
}

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn and(a: Word, b: Word) -> Word {
    _mm256_and_si256(a, b)
}

/// ¬a ∧ b
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn and_not(a: Word, b: Word) -> Word {
    _mm256_andnot_si256(a, b)
}

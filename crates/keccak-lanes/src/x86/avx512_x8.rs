//! Eight lanes, in AVX-512 registers.

use crate::{
    permutation::permutation,
    sponge::{Block, last_word},
};
use core::arch::x86_64::{
    __m512i, _mm512_and_si512, _mm512_andnot_si512, _mm512_rolv_epi64, _mm512_set_epi64,
    _mm512_set1_epi64, _mm512_shuffle_i64x2, _mm512_unpackhi_epi64, _mm512_unpacklo_epi64,
    _mm512_xor_si512,
};
use core::hint::black_box;

type Word = __m512i;

permutation!("avx512f", 8);

/// The 17 words of a block, each of all eight lanes.
///
/// The last one is put on the stack to have it aligned, see [`avx2`](super::avx2).
#[inline]
#[target_feature(enable = "avx512f")]
fn columns(blocks: &[&Block; 8]) -> [Word; 17] {
    let [w0, w1, w2, w3, w4, w5, w6, w7] = transpose(blocks.map(|block| row::<0>(block)));
    let [w8, w9, w10, w11, w12, w13, w14, w15] = transpose(blocks.map(|block| row::<1>(block)));
    let [a, b, c, d, e, f, g, h] = blocks.map(last_word);
    let w16 = black_box(_mm512_set_epi64(h, g, f, e, d, c, b, a));
    [w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15, w16]
}

/// Words `8 * I` to `8 * I + 7` of a block.
#[inline]
#[target_feature(enable = "avx512f")]
fn row<const I: usize>(block: &Block) -> Word {
    const { assert!(size_of::<Word>() * (I + 1) <= size_of::<Block>()) };
    // SAFETY: the bytes read lie inside of the block, by the assertion; they need no alignment, and
    // any bytes are a `Word`.
    unsafe { block.as_ptr().cast::<Word>().add(I).read_unaligned() }
}

/// Pairs of words first, then pairs of pairs, then halves.
#[inline]
#[target_feature(enable = "avx512f")]
fn transpose([a, b, c, d, e, f, g, h]: [Word; 8]) -> [Word; 8] {
    let (ab_even, ab_odd) = (_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
    let (cd_even, cd_odd) = (_mm512_unpacklo_epi64(c, d), _mm512_unpackhi_epi64(c, d));
    let (ef_even, ef_odd) = (_mm512_unpacklo_epi64(e, f), _mm512_unpackhi_epi64(e, f));
    let (gh_even, gh_odd) = (_mm512_unpacklo_epi64(g, h), _mm512_unpackhi_epi64(g, h));

    let (abcd_04, abcd_26) = split(ab_even, cd_even);
    let (abcd_15, abcd_37) = split(ab_odd, cd_odd);
    let (efgh_04, efgh_26) = split(ef_even, gh_even);
    let (efgh_15, efgh_37) = split(ef_odd, gh_odd);

    let (w0, w4) = split(abcd_04, efgh_04);
    let (w1, w5) = split(abcd_15, efgh_15);
    let (w2, w6) = split(abcd_26, efgh_26);
    let (w3, w7) = split(abcd_37, efgh_37);
    [w0, w1, w2, w3, w4, w5, w6, w7]
}

/// The even pairs of words of both, and the odd ones.
#[inline]
#[target_feature(enable = "avx512f")]
fn split(a: Word, b: Word) -> (Word, Word) {
    (_mm512_shuffle_i64x2::<0b10_00_10_00>(a, b), _mm512_shuffle_i64x2::<0b11_01_11_01>(a, b))
}

#[inline]
#[target_feature(enable = "avx512f")]
const fn load(lanes: &[u64; 8]) -> Word {
    // SAFETY: both are 64 bytes, and any bytes are a `Word`.
    unsafe { core::mem::transmute(*lanes) }
}

#[inline]
#[target_feature(enable = "avx512f")]
const fn store(word: Word, lanes: &mut [u64; 8]) {
    // SAFETY: both are 64 bytes, and any bytes are eight integers.
    *lanes = unsafe { core::mem::transmute::<Word, [u64; 8]>(word) };
}

#[inline]
#[target_feature(enable = "avx512f")]
fn splat(word: u64) -> Word {
    _mm512_set1_epi64(word.cast_signed())
}

#[inline]
#[target_feature(enable = "avx512f")]
fn xor(a: Word, b: Word) -> Word {
    _mm512_xor_si512(a, b)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn and(a: Word, b: Word) -> Word {
    _mm512_and_si512(a, b)
}

/// ¬a ∧ b
#[inline]
#[target_feature(enable = "avx512f")]
fn and_not(a: Word, b: Word) -> Word {
    _mm512_andnot_si512(a, b)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn rotl<const BITS: u32>(word: Word) -> Word {
    _mm512_rolv_epi64(word, _mm512_set1_epi64(i64::from(BITS)))
}

//! The permutation, written once.
//!
//! A kernel says what a `Word` is, one 64-bit word of each of its lanes, and what the operations on
//! words are: `load`, `store`, `splat`, `xor`, `and`, `and_not`, `rotl`, and `columns`, which turns
//! one block of each lane into words. It gets the permutation compiled for its instructions. These
//! are macros because a function cannot be generic over the instructions it is compiled for, and
//! one that names them cannot be forced inline.

/// The constants of step ι, one for each round (FIPS 202, section 3.2.5).
pub(crate) const ROUNDS: [u64; 24] = [
    0x0000_0000_0000_0001,
    0x0000_0000_0000_8082,
    0x8000_0000_0000_808a,
    0x8000_0000_8000_8000,
    0x0000_0000_0000_808b,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8009,
    0x0000_0000_0000_008a,
    0x0000_0000_0000_0088,
    0x0000_0000_8000_8009,
    0x0000_0000_8000_000a,
    0x0000_0000_8000_808b,
    0x8000_0000_0000_008b,
    0x8000_0000_0000_8089,
    0x8000_0000_0000_8003,
    0x8000_0000_0000_8002,
    0x8000_0000_0000_0080,
    0x0000_0000_0000_800a,
    0x8000_0000_8000_000a,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8080,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8008,
];

/// Defines `step`: absorb one block in each lane, then permute.
macro_rules! permutation {
    ($features:literal, $lanes:literal) => {
        #[target_feature(enable = $features)]
        pub(super) fn step(
            state: &mut crate::sponge::State<$lanes>,
            blocks: &[&crate::sponge::Block; $lanes],
        ) {
            let keep = load(&state.keep);
            let mut a = [keep; 25];
            for (word, lanes) in a.iter_mut().zip(&state.words) {
                *word = and(load(lanes), keep);
            }
            for (word, column) in a.iter_mut().zip(columns(blocks)) {
                *word = xor(*word, column);
            }
            // Two rounds at a time, so that the words need not be moved back to where they were.
            for &[even, odd] in crate::permutation::ROUNDS.as_chunks().0 {
                a = crate::permutation::round!(a, splat(even));
                a = crate::permutation::round!(a, splat(odd));
            }
            for (word, lanes) in a.into_iter().zip(&mut state.words) {
                store(word, lanes);
            }
        }
    };
}

/// One round: θ, ρ, π, χ, ι. Row after row, so that few words are in use at a time.
///
/// All words are values of their own, never an array in memory that is looped over. That is also
/// what keeps LLVM from vectorising the scalar kernel under `-C target-cpu=native` on machines with
/// AVX-512, which made other scalar implementations 1.8 to 3 times slower.
macro_rules! round {
    ($a:ident, $constant:expr) => {{
        let c0 = xor(xor(xor($a[0], $a[5]), xor($a[10], $a[15])), $a[20]);
        let c1 = xor(xor(xor($a[1], $a[6]), xor($a[11], $a[16])), $a[21]);
        let c2 = xor(xor(xor($a[2], $a[7]), xor($a[12], $a[17])), $a[22]);
        let c3 = xor(xor(xor($a[3], $a[8]), xor($a[13], $a[18])), $a[23]);
        let c4 = xor(xor(xor($a[4], $a[9]), xor($a[14], $a[19])), $a[24]);
        let d0 = xor(c4, rotl::<1>(c1));
        let d1 = xor(c0, rotl::<1>(c2));
        let d2 = xor(c1, rotl::<1>(c3));
        let d3 = xor(c2, rotl::<1>(c4));
        let d4 = xor(c3, rotl::<1>(c0));

        let b0 = xor($a[0], d0);
        let b1 = rotl::<44>(xor($a[6], d1));
        let b2 = rotl::<43>(xor($a[12], d2));
        let b3 = rotl::<21>(xor($a[18], d3));
        let b4 = rotl::<14>(xor($a[24], d4));
        let [e0, e1, e2, e3, e4] = crate::permutation::chi!(b0, b1, b2, b3, b4);
        let e0 = xor(e0, $constant);

        let b0 = rotl::<28>(xor($a[3], d3));
        let b1 = rotl::<20>(xor($a[9], d4));
        let b2 = rotl::<3>(xor($a[10], d0));
        let b3 = rotl::<45>(xor($a[16], d1));
        let b4 = rotl::<61>(xor($a[22], d2));
        let [e5, e6, e7, e8, e9] = crate::permutation::chi!(b0, b1, b2, b3, b4);

        let b0 = rotl::<1>(xor($a[1], d1));
        let b1 = rotl::<6>(xor($a[7], d2));
        let b2 = rotl::<25>(xor($a[13], d3));
        let b3 = rotl::<8>(xor($a[19], d4));
        let b4 = rotl::<18>(xor($a[20], d0));
        let [e10, e11, e12, e13, e14] = crate::permutation::chi!(b0, b1, b2, b3, b4);

        let b0 = rotl::<27>(xor($a[4], d4));
        let b1 = rotl::<36>(xor($a[5], d0));
        let b2 = rotl::<10>(xor($a[11], d1));
        let b3 = rotl::<15>(xor($a[17], d2));
        let b4 = rotl::<56>(xor($a[23], d3));
        let [e15, e16, e17, e18, e19] = crate::permutation::chi!(b0, b1, b2, b3, b4);

        let b0 = rotl::<62>(xor($a[2], d2));
        let b1 = rotl::<55>(xor($a[8], d3));
        let b2 = rotl::<39>(xor($a[14], d4));
        let b3 = rotl::<41>(xor($a[15], d0));
        let b4 = rotl::<2>(xor($a[21], d1));
        let [e20, e21, e22, e23, e24] = crate::permutation::chi!(b0, b1, b2, b3, b4);

        [
            e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, e10, e11, e12, e13, e14, e15, e16, e17, e18,
            e19, e20, e21, e22, e23, e24,
        ]
    }};
}

/// Step χ on one row.
macro_rules! chi {
    ($b0:ident, $b1:ident, $b2:ident, $b3:ident, $b4:ident) => {
        [
            xor($b0, and_not($b1, $b2)),
            xor($b1, and_not($b2, $b3)),
            xor($b2, and_not($b3, $b4)),
            xor($b3, and_not($b4, $b0)),
            xor($b4, and_not($b0, $b1)),
        ]
    };
}

pub(crate) use {chi, permutation, round};

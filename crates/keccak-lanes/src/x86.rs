//! The kernels of x86-64.
//!
//! Each is safe to call where its instructions are enabled, and only there: the compiler holds the
//! callers inside of this module to it, [`Runnable`](crate::kernel) those outside.

mod avx2;
mod avx512_x4;
mod avx512_x8;
mod bmi;
mod ymm;

use crate::sponge::Lanes;

cpufeatures::new!(cpu_bmi, "bmi1", "bmi2");
cpufeatures::new!(cpu_avx2, "bmi1", "bmi2", "avx2");
cpufeatures::new!(cpu_avx512, "avx2", "avx512f", "avx512vl");

pub(crate) use cpu_avx2::get as has_avx2;
pub(crate) use cpu_avx512::get as has_avx512;
pub(crate) use cpu_bmi::get as has_bmi;

/// One message after the other.
#[target_feature(enable = "bmi1,bmi2")]
pub(crate) fn hash_bmi<'a>(queue: impl Iterator<Item = (&'a [u8], &'a mut [u8; 32])>) {
    Lanes::<1>::new().run(queue, 0, |state, blocks| bmi::step(state, blocks));
}

/// Four lanes, but a message that is alone goes through the scalar permutation: on AVX2 four lanes
/// take 1.4 times (AMD Zen 4) to 2 times (Intel Emerald Rapids) as long as that.
#[target_feature(enable = "bmi1,bmi2,avx2")]
pub(crate) fn hash_avx2<'a>(queue: impl ExactSizeIterator<Item = (&'a [u8], &'a mut [u8; 32])>) {
    if queue.len() == 1 {
        return hash_bmi(queue);
    }
    let mut lanes = Lanes::<4>::new();
    if lanes.run(queue, 1, |state, blocks| avx2::step(state, blocks)) > 0 {
        let alone = [].into_iter();
        lanes.narrow::<1>().run(alone, 0, |state, blocks| bmi::step(state, blocks));
    }
}

/// Eight lanes while more than four are busy, then four. Eight take 1.4 (Intel) to 1.9 times (AMD)
/// as long as four do. Four, even with one message in them, take no longer than the scalar
/// permutation (Intel) or 0.82 times as long (AMD), since all 25 words stay in registers.
#[target_feature(enable = "avx2,avx512f,avx512vl")]
pub(crate) fn hash_avx512<'a>(
    mut queue: impl ExactSizeIterator<Item = (&'a [u8], &'a mut [u8; 32])>,
) {
    let mut four = if queue.len() > 4 {
        let mut eight = Lanes::<8>::new();
        if eight.run(&mut queue, 4, |state, blocks| avx512_x8::step(state, blocks)) == 0 {
            return;
        }
        eight.narrow()
    } else {
        Lanes::<4>::new()
    };
    four.run(queue, 0, |state, blocks| avx512_x4::step(state, blocks));
}

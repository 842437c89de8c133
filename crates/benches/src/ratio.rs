//! Two things timed against each other.
//!
//! Absolute times differ from machine to machine and from minute to minute on a shared one. Short samples of both sides taken in turn see
//! the same machine, so their quotient is stable: its median over many pairs is what is reported.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// Pairs of samples.
const PAIRS: usize = 401;
/// Time one sample takes about.
const SAMPLE: Duration = Duration::from_micros(200);

/// Median of time(a) ÷ time(b), and the median time of one `a` in nanoseconds.
pub fn ratio<A, B>(mut a: impl FnMut() -> A, b: impl FnMut() -> B) -> (f64, f64) {
    ratio_fed(|| (), |()| a(), b)
}

/// [`ratio`] with an `a` that consumes its input. The input is made by `feed`, outside of the measured time.
pub fn ratio_fed<I, A, B>(
    mut feed: impl FnMut() -> I,
    mut a: impl FnMut(I) -> A,
    mut b: impl FnMut() -> B,
) -> (f64, f64) {
    let mut b = |()| b();
    let (rounds_a, rounds_b) = (rounds(&mut feed, &mut a), rounds(&mut || (), &mut b));
    let mut ratios = Vec::with_capacity(PAIRS);
    let mut times = Vec::with_capacity(PAIRS);
    for _ in 0..PAIRS {
        let time_a = sample(&mut feed, &mut a, rounds_a).as_secs_f64() / f64::from(rounds_a);
        let time_b = sample(&mut || (), &mut b, rounds_b).as_secs_f64() / f64::from(rounds_b);
        ratios.push(time_a / time_b);
        times.push(time_a * 1e9);
    }
    (median(ratios), median(times))
}

/// How many runs fill a sample.
fn rounds<I, T>(feed: &mut impl FnMut() -> I, run: &mut impl FnMut(I) -> T) -> u32 {
    let mut rounds = 1;
    while sample(feed, run, rounds) < SAMPLE {
        rounds *= 2;
    }
    rounds
}

fn sample<I, T>(
    feed: &mut impl FnMut() -> I,
    run: &mut impl FnMut(I) -> T,
    rounds: u32,
) -> Duration {
    let inputs: Vec<I> = (0..rounds).map(|_| feed()).collect();
    let start = Instant::now();
    for input in inputs {
        black_box(run(black_box(input)));
    }
    start.elapsed()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

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
pub fn ratio<A, B>(mut a: impl FnMut() -> A, mut b: impl FnMut() -> B) -> (f64, f64) {
    let (rounds_a, rounds_b) = (rounds(&mut a), rounds(&mut b));
    let mut ratios = Vec::with_capacity(PAIRS);
    let mut times = Vec::with_capacity(PAIRS);
    for _ in 0..PAIRS {
        let time_a = sample(&mut a, rounds_a);
        let time_b = sample(&mut b, rounds_b);
        ratios.push(time_a / time_b);
        times.push(time_a);
    }
    (median(ratios), median(times))
}

/// How many runs fill a sample.
fn rounds<T>(run: &mut impl FnMut() -> T) -> u32 {
    let mut rounds = 1;
    loop {
        let start = Instant::now();
        for _ in 0..rounds {
            black_box(run());
        }
        if start.elapsed() >= SAMPLE {
            return rounds;
        }
        rounds *= 2;
    }
}

fn sample<T>(run: &mut impl FnMut() -> T, rounds: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..rounds {
        black_box(run());
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(rounds)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

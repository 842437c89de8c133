//! What the figures are held to.

use crate::{Figures, head, row};

/// A figure's limit.
enum Bar {
    AtMost(f64),
    AtLeast(f64),
}

use Bar::{AtLeast, AtMost};

/// The bars on time hold on machines with AVX-512, those on gas everywhere.
const BARS: [(&str, Bar); 30] = [
    ("rust.receipt3.ratio_keccak_asm", AtMost(0.45)),
    ("rust.receipt3.speedup_alloy", AtLeast(2.5)),
    ("rust.receipt3.allocs", AtMost(0.0)),
    ("rust.account8.ratio_keccak_asm", AtMost(0.25)),
    ("rust.account8.speedup_alloy", AtLeast(5.0)),
    ("rust.account8.allocs", AtMost(0.0)),
    ("rust.scalar.ratio_own_hash", AtMost(1.03)),
    ("rust.scalar_bmi.ratio_keccak_asm", AtMost(1.0)),
    ("rust.block200.speedup_alloy", AtLeast(9.0)),
    ("rust.block200.allocs", AtMost(0.0)),
    ("sol.receipt3.gas", AtMost(4500.0)),
    ("sol.account8.gas", AtMost(6500.0)),
    ("sol.receipt3.compact_floor", AtMost(67_500.0)),
    ("sol.beacon.update.k0", AtMost(215_000.0)),
    ("sol.beacon.update.k5", AtMost(260_000.0)),
    ("sol.beacon.update.k25", AtMost(375_000.0)),
    ("sol.beacon.verify.k0", AtMost(166_000.0)),
    ("sol.beacon.rotation_extra", AtMost(12_000.0)),
    ("sol.beacon.block_roots.gas", AtMost(25_000.0)),
    ("sol.map.update.n30", AtMost(300_000.0)),
    ("sol.map.update.n50", AtMost(335_000.0)),
    ("sol.map.proof_first.n30", AtMost(300_000.0)),
    ("sol.map.proof_cached_over_floor", AtMost(1.15)),
    ("sol.mos.deliver", AtMost(130_000.0)),
    ("sol.mos.deliver_over_floor", AtMost(1.25)),
    ("sol.mos.deliver_batch10_each", AtMost(50_000.0)),
    ("sol.mos.send", AtMost(60_000.0)),
    ("rust.map.ratio_pairing", AtMost(1.1)),
    ("rust.beacon.ratio_bls", AtMost(1.05)),
    ("rust.beacon.allocs", AtMost(0.0)),
];

/// Prints each beside its bar. A missed bar is no failure of the run: time is what the machine makes of it.
pub(crate) fn compare(figures: &Figures) {
    head(&["figure", "measured", "bar", ""]);
    for (name, bar) in BARS {
        let Some(&figure) = figures.get(name) else {
            row(&[name.into(), "not measured".into(), String::new(), String::new()]);
            continue;
        };
        let (text, held) = match bar {
            AtMost(most) => (format!("≤ {most}"), figure <= most),
            AtLeast(least) => (format!("≥ {least}"), figure >= least),
        };
        let figure = format!("{}", (figure * 1000.0).round() / 1000.0);
        row(&[name.into(), figure, text, if held { "held" } else { "missed" }.into()]);
    }
}

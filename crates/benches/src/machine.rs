//! What the figures were measured on.

use keccak_lanes::Kernel;
use std::{fmt, fs, thread};

/// A line for the head of the tables.
#[derive(Clone, Debug)]
pub struct Machine {
    processor: String,
    cores: usize,
    features: Vec<&'static str>,
    kernel: Kernel,
    load: String,
}

impl Machine {
    /// This one, now.
    #[must_use]
    pub fn here() -> Self {
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown");
        Self {
            processor: processor().unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            cores: thread::available_parallelism().map_or(1, usize::from),
            features: features(),
            kernel: Kernel::detect(),
            load: load.to_owned(),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { processor, cores, features, kernel, load } = self;
        let features = features.join(" ");
        write!(f, "{processor}, {cores} cores; {features}; kernel {kernel:?}; load {load}")
    }
}

fn processor() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let field = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?;
        line.split(": ").nth(1).map(str::to_owned)
    };
    let (name, family, model) = (field("model name")?, field("cpu family")?, field("model\t")?);
    Some(format!("{name} (family {family}, model {model})"))
}

/// Those that the hashes ask for.
#[cfg(target_arch = "x86_64")]
fn features() -> Vec<&'static str> {
    let all = [
        ("BMI1", is_x86_feature_detected!("bmi1")),
        ("BMI2", is_x86_feature_detected!("bmi2")),
        ("AVX2", is_x86_feature_detected!("avx2")),
        ("AVX-512F", is_x86_feature_detected!("avx512f")),
        ("AVX-512VL", is_x86_feature_detected!("avx512vl")),
    ];
    all.into_iter().filter(|(_, detected)| *detected).map(|(name, _)| name).collect()
}

#[cfg(not(target_arch = "x86_64"))]
const fn features() -> Vec<&'static str> {
    Vec::new()
}

use crate::portable;
use core::{error, fmt};

/// A way to compute Keccak-256, named by what it asks of the machine.
///
/// Every kernel gives the same hashes. Most callers want [`keccak256`](crate::keccak256) and
/// [`keccak256_many`](crate::keccak256_many), which choose; tests and benches choose themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kernel {
    /// The `sha3` crate, one message after the other. Every machine has it.
    Portable,
    /// x86-64 with BMI1 and BMI2: one message after the other.
    Bmi,
    /// x86-64 with AVX2 as well: four messages side by side.
    Avx2,
    /// x86-64 with AVX-512 F and VL as well: four or eight messages side by side.
    Avx512,
}

impl Kernel {
    /// From the best to the least.
    const ALL: [Self; 4] = [Self::Avx512, Self::Avx2, Self::Bmi, Self::Portable];

    /// The best kernel of this machine. It is looked up once and remembered.
    #[must_use]
    pub fn detect() -> Self {
        Self::available().next().unwrap_or(Self::Portable)
    }

    /// Whether this machine, and its operating system, can run this kernel.
    #[must_use]
    pub const fn is_available(self) -> bool {
        matches!(self, Self::Portable)
    }

    /// The kernels that this machine can run, the best one first.
    pub fn available() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|kernel| kernel.is_available())
    }

    /// Keccak-256 of `message`, by this kernel.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] if this machine cannot run it.
    pub fn keccak256(self, message: &[u8]) -> Result<[u8; 32], Unavailable> {
        self.check()?;
        Ok(self.run_one(message))
    }

    /// Keccak-256 of each of `messages`, by this kernel, as
    /// [`keccak256_many`](crate::keccak256_many) does it.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] if this machine cannot run it; `hashes` is then untouched.
    pub fn keccak256_many<M: AsRef<[u8]>>(
        self,
        messages: &[M],
        hashes: &mut [[u8; 32]],
    ) -> Result<(), Unavailable> {
        self.check()?;
        self.run_many(messages, hashes);
        Ok(())
    }

    const fn check(self) -> Result<(), Unavailable> {
        if self.is_available() { Ok(()) } else { Err(Unavailable(self)) }
    }

    pub(crate) fn run_one(self, message: &[u8]) -> [u8; 32] {
        portable::keccak256(message)
    }

    pub(crate) fn run_many<M: AsRef<[u8]>>(self, messages: &[M], hashes: &mut [[u8; 32]]) {
        portable::keccak256_many(messages, hashes);
    }
}

/// The kernel asks for more than this machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unavailable(pub Kernel);

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this machine cannot run the kernel {:?}", self.0)
    }
}

impl error::Error for Unavailable {}

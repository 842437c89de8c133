use crate::portable;
#[cfg(target_arch = "x86_64")]
use crate::x86;
use core::{error, fmt, slice};

/// A way to compute Keccak-256, named by what it asks of the machine.
///
/// Every kernel gives the same hashes. [`keccak256`](crate::keccak256) and
/// [`keccak256_many`](crate::keccak256_many) choose the best one; tests and benches choose for
/// themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kernel {
    /// The `sha3` crate, one message after the other. Every machine has it.
    Portable,
    /// x86-64 with BMI1 and BMI2: one message after the other.
    Bmi,
    /// x86-64 with AVX2, besides: four messages side by side.
    Avx2,
    /// x86-64 with AVX-512 F and VL, besides: four or eight messages side by side.
    Avx512,
}

impl Kernel {
    /// The best one first.
    const ALL: [Self; 4] = [Self::Avx512, Self::Avx2, Self::Bmi, Self::Portable];

    /// The best kernel that this machine can run. What the machine has is looked up once.
    #[must_use]
    pub fn detect() -> Self {
        Runnable::detect().0
    }

    /// Whether this machine has the instructions, and its operating system saves the registers.
    #[must_use]
    #[cfg_attr(
        not(target_arch = "x86_64"),
        expect(clippy::missing_const_for_fn, reason = "it cannot be const on x86-64")
    )]
    pub fn is_available(self) -> bool {
        match self {
            Self::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Self::Bmi => x86::has_bmi(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => x86::has_avx2(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => x86::has_avx512(),
            #[cfg(not(target_arch = "x86_64"))]
            _ => false,
        }
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
        Ok(Runnable::new(self)?.keccak256(message))
    }

    /// Keccak-256 of each of `messages`, by this kernel. `hashes[i]` becomes the hash of
    /// `messages[i]`, for the shorter of both lengths, as in
    /// [`keccak256_many`](crate::keccak256_many).
    ///
    /// # Errors
    ///
    /// [`Unavailable`] if this machine cannot run it; `hashes` is then as it was.
    pub fn keccak256_many<M: AsRef<[u8]>>(
        self,
        messages: &[M],
        hashes: &mut [[u8; 32]],
    ) -> Result<(), Unavailable> {
        Runnable::new(self)?.keccak256_many(messages, hashes);
        Ok(())
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

/// A kernel that this machine can run. The field is private: to have one is the proof.
#[derive(Clone, Copy)]
pub(crate) struct Runnable(Kernel);

impl Runnable {
    fn new(kernel: Kernel) -> Result<Self, Unavailable> {
        if kernel.is_available() { Ok(Self(kernel)) } else { Err(Unavailable(kernel)) }
    }

    pub(crate) fn detect() -> Self {
        Kernel::available().next().map_or(Self(Kernel::Portable), Self)
    }

    pub(crate) fn keccak256(self, message: &[u8]) -> [u8; 32] {
        let mut hash = [0; 32];
        self.keccak256_many(&[message], slice::from_mut(&mut hash));
        hash
    }

    pub(crate) fn keccak256_many<M: AsRef<[u8]>>(self, messages: &[M], hashes: &mut [[u8; 32]]) {
        let queue = messages.iter().map(AsRef::as_ref).zip(hashes);
        match self.0 {
            Kernel::Portable => portable::hash(queue),
            // SAFETY: a `Runnable` of this kernel says that the machine has its instructions.
            #[cfg(target_arch = "x86_64")]
            Kernel::Bmi => unsafe { x86::hash_bmi(queue) },
            // SAFETY: a `Runnable` of this kernel says that the machine has its instructions.
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2 => unsafe { x86::hash_avx2(queue) },
            // SAFETY: a `Runnable` of this kernel says that the machine has its instructions, and the system their registers.
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512 => unsafe { x86::hash_avx512(queue) },
            // `Runnable` is never one of these elsewhere.
            #[cfg(not(target_arch = "x86_64"))]
            _ => portable::hash(queue),
        }
    }
}

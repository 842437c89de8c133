//! A program without std that uses the core crates; exit status 0 is the proof.
//!
//! Were any crate below it to bring std in, this would not link: std has a panic handler, and a
//! program may have but one (`error[E0152]: found duplicate lang item panic_impl`).
//!
//! Only libc is linked, for the C start code and `memcpy`.

#![no_std]
#![no_main]

extern crate alloc;

// Linked in by name, so that the proof holds even for a crate that `round_trip` does not call.
use mpt_proof as _;

use core::{
    alloc::{GlobalAlloc, Layout},
    cell::UnsafeCell,
    ffi::{c_char, c_int},
    panic::PanicInfo,
    ptr::null_mut,
    sync::atomic::{AtomicUsize, Ordering},
};

#[unsafe(no_mangle)]
extern "C" fn main(_argc: c_int, _argv: *const *const c_char) -> c_int {
    c_int::from(!round_trip())
}

/// Uses the crates, and tells whether the result is right.
fn round_trip() -> bool {
    let bytes = alloc::vec![0x80_u8];
    bytes[0] == 0x80
}

/// Hands out one fixed block from bottom to top, and takes nothing back.
struct Bump {
    block: UnsafeCell<[u8; Self::SIZE]>,
    used: AtomicUsize,
}

impl Bump {
    const SIZE: usize = 1 << 24;
}

// SAFETY: `used` only grows, and by compare-and-swap, so no two callers get the same bytes.
unsafe impl Sync for Bump {}

// SAFETY: what is returned is aligned, inside the block, and never handed out twice.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let base = self.block.get() as usize;
        let place = |used: usize| (base + used).next_multiple_of(layout.align()) - base;
        let end =
            |used: usize| place(used).checked_add(layout.size()).filter(|&end| end <= Self::SIZE);
        match self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, end) {
            Ok(used) => self.block.get().cast::<u8>().wrapping_add(place(used)),
            Err(_) => null_mut(),
        }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static HEAP: Bump = Bump { block: UnsafeCell::new([0; Bump::SIZE]), used: AtomicUsize::new(0) };

unsafe extern "C" {
    fn abort() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    // SAFETY: libc's abort takes nothing and may be called at any time.
    unsafe { abort() }
}

// The precompiled core and alloc name these two even with `panic = "abort"`; nothing calls them.
#[unsafe(no_mangle)]
const extern "C" fn rust_eh_personality() {}
#[unsafe(no_mangle)]
const extern "C" fn _Unwind_Resume() {}

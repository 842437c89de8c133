//! A program without std that uses the core crates; exit status 0 is the proof.
//!
//! Were any crate below it to bring std in, this would not link: std has a panic handler, and a
//! program may have but one (`error[E0152]: found duplicate lang item panic_impl`).
//!
//! Only libc is linked, for the C start code and `memcpy`.

#![no_std]
#![no_main]

extern crate alloc;

use alloy_primitives::{Address, B256, U256, hex};
use light_client::crypto::{
    self, Bls, DefaultBls, PublicKey, Signature,
    bn254::{self, Bn254, DefaultBn254, G1, G2, Hint, Signed},
};
use mos::{Attribute, EvmAddress, Lanes, Outbox};
use mpt_proof::{Keccak, Sha3, proof};

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

/// Uses the crates, and tells whether the results are right.
fn round_trip() -> bool {
    reads_a_trie() && verifies_a_signature() && verifies_by_hints() && sends_a_message()
}

fn reads_a_trie() -> bool {
    let leaf = hex!("cf832012348a68656c696f6772617068");
    let root = Sha3.keccak256(&leaf);
    proof::inclusion(&root, &[0x12, 0x34], &[leaf]) == Ok(&b"heliograph"[..])
        && proof::inclusion(&root, &[0x12, 0x35], &[leaf]) == Err(proof::Error::KeyAbsent)
}

/// The generators are valid points, but the one is no signature of zero by the other.
fn verifies_a_signature() -> bool {
    let key = PublicKey(hex!(
        "17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
        "08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1"
    ));
    let signature = Signature(hex!(
        "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
        "13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
        "0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801"
        "0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be"
    ));
    let verified = DefaultBls::default().verify_complement(&key, [], &B256::ZERO, &signature);
    verified == Err(crypto::Error::InvalidSignature)
}

/// The same on BN254: the keys are twins and the hints are right, so it is the pairing that refuses.
fn verifies_by_hints() -> bool {
    let generator = G1(hex!(
        "0000000000000000000000000000000000000000000000000000000000000001"
        "0000000000000000000000000000000000000000000000000000000000000002"
    ));
    let twin = G2(hex!(
        "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
        "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
        "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
        "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa"
    ));
    let inverses = [
        hex!("2fea9b13502b2d1951ebde7a2396971a23ac422dba52b700b3e0126b1016b082"),
        hex!("22ef8233e20f6a8d3c21558a60d60e6d7be8906846ec3af77e9d7a3a8dfac7e9"),
    ];
    let roots = [
        [hex!("0ded9e55d192f5f554612640edfab44a58b21421e1379b96879b82697fcece5c")],
        [hex!("1ba150fdb514c61538221490ed1b6f572d9fd5d317c80b506c9b2d8375eb5b55")],
    ];
    let signed = Signed {
        message: b"heliograph",
        hints: [0, 1].map(|half| Hint { inverse: &inverses[half], roots: &roots[half] }),
        total: &generator,
        signature: &generator,
        key: &twin,
    };
    let verified = DefaultBn254::default().verify_signed(&signed, []);
    verified == Err(bn254::Error::InvalidSignature)
}

/// What is sent as cancellable can be cancelled, by whoever has sent it and by nobody else.
fn sends_a_message() -> bool {
    let (here, there) = (U256::from(1), U256::from(2));
    let mut lanes = Lanes::new(here, Address::repeat_byte(1));
    lanes.set_lane(there, Address::repeat_byte(2), 1, false);
    let mut outbox = Outbox::new(lanes);
    let Ok(recipient) = EvmAddress::new(there, Address::ZERO) else { return false };
    let (recipient, attributes) = (recipient.encode(), [Attribute::Cancellable(true).encode()]);
    let sent = outbox.send(Address::ZERO, U256::ZERO, &recipient, b"heliograph", &attributes);
    let Ok(sent) = sent else { return false };
    let cancelled = outbox.cancel(there, Address::ZERO, &sent.body);
    cancelled.is_ok_and(|requested| requested.id == sent.id)
        && outbox.cancel(there, Address::repeat_byte(1), &sent.body).is_err()
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

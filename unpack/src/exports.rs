//! What JavaScript calls. It writes the packed bytes at `input`, calls `unpack`, and reads the module at `output`.
#![expect(unsafe_code, reason = "there is no allocator: what the one caller shares with JavaScript is static")]

use crate::Lzma;

/// Most bytes of a packed module.
const PACKED: usize = 1 << 17;
/// Most bytes of a module: a longer one traps.
const MODULE: usize = 1 << 19;

static mut LZMA: Lzma = Lzma::ZERO;
static mut PACKED_BYTES: [u8; PACKED] = [0; PACKED];
static mut STREAMS: [u8; MODULE] = [0; MODULE];
static mut MODULE_BYTES: [u8; MODULE] = [0; MODULE];

/// Where the packed bytes belong.
#[unsafe(no_mangle)]
extern "C" fn input() -> *const u8 {
    (&raw const PACKED_BYTES).cast()
}

/// Where the module is, once it is unpacked.
#[unsafe(no_mangle)]
extern "C" fn output() -> *const u8 {
    (&raw const MODULE_BYTES).cast()
}

/// Unpacks and says how many bytes the module has.
#[unsafe(no_mangle)]
extern "C" fn unpack() -> usize {
    let (lzma, streams, module) = (&raw mut LZMA, &raw mut STREAMS, &raw mut MODULE_BYTES);
    let packed = &raw const PACKED_BYTES;
    // SAFETY: nothing else refers to these: there is one thread, and JavaScript does not call while this runs.
    unsafe { crate::unpack(&*packed, &mut *lzma, &mut *streams, &mut *module) }
}

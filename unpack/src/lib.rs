//! Unpacks ravine's WebAssembly modules: a module of two kilobytes that the package starts first. What packs them, at build time, is
//! `examples/pack.rs`.
//!
//! A module is packed in two steps. [`Syntax`] says what each of its bytes is, and constants and data, the labels of branches, the numbers of local
//! variables and the offsets of memory accesses each go to a stream of their own: together with the rest they hide what repeats.
//! The streams, one after another, are compressed by LZMA.
//!
//! The packed form: bytes of each stream (u32, little-endian), then a raw LZMA stream without an end mark.
#![cfg_attr(target_arch = "wasm32", no_std)]

#[cfg(target_arch = "wasm32")]
mod exports;
mod lzma;
mod syntax;

pub use lzma::{CONTEXT_BITS, Lzma};
pub use syntax::{STREAMS, Stream, Syntax};

/// Unpacks `packed` into `module`, by way of `streams`, and returns the bytes of the module. Both need that much room.
///
/// # Panics
///
/// If there is less room than `packed` says.
pub fn unpack(packed: &[u8], lzma: &mut Lzma, streams: &mut [u8], module: &mut [u8]) -> usize {
    let (sizes, compressed) = packed.split_at(4 * STREAMS);
    let mut next = [0; STREAMS];
    let mut size = 0;
    for (start, bytes) in next.iter_mut().zip(sizes.as_chunks().0) {
        *start = size;
        size += u32::from_le_bytes(*bytes) as usize;
    }
    lzma.decode(compressed, &mut streams[..size]);
    let mut syntax = Syntax::START;
    for byte in &mut module[..size] {
        let from = &mut next[syntax.stream()];
        *byte = streams[*from];
        *from += 1;
        syntax.advance(*byte);
    }
    size
}

/// Panics are traps already: the build of the standard library that is used calls no handler.
#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn trap(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

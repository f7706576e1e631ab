//! The arithmetic of ravine: dense neural networks trained on the CPU, compiled to WebAssembly.
//!
//! Five floors; imports point downwards only:
//!
//! | floor | what it knows |
//! |---|---|
//! | `ffi` | JavaScript: the only place that says `wasm_bindgen`; no arithmetic |
//! | [`nn`] | networks: a graph of layers, its parameters and buffers, forward, backward, step |
//! | [`optim`] | update rules over flat parameter ranges, schedules |
//! | [`kernels`] | pure functions over slices: products, activations, losses, updates |
//! | [`simd`] | four lanes of `f32`: WebAssembly's vectors and a portable twin with the same bits |
//!
//! Below them stand [`error`], [`rng`], [`spec`] (how a description arrives as numbers) and [`pool`] (threads), which import nothing above.
//! All matrices are row-major; a batch is `[rows, features]` and a dense kernel is `[in, out]`.

pub mod error;
#[cfg(feature = "bindings")]
pub mod ffi;
pub mod kernels;
pub mod nn;
pub mod optim;
pub mod pool;
pub mod rng;
pub mod simd;
pub mod spec;

/// Smaller than the standard library's allocator (5 KB less), and in constant time; but not made for threads.
#[cfg(all(target_arch = "wasm32", not(target_feature = "atomics")))]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

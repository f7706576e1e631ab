//! Threads: the owner's end of a pool, and what a worker calls on an instance of its own over the same memory.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::kernels::gemm::{LARGEST, scratch_len};
use crate::pool::{self, Pool};

/// Starts a pool for the calling thread in place of the one it had. Returns its address, by which workers join it.
#[wasm_bindgen]
pub fn pool_start() -> u32 {
    std::ptr::from_ref(pool::start()) as usize as u32
}

/// Ends the calling thread's pool: workers return from `pool_join`.
#[wasm_bindgen]
pub fn pool_end() {
    pool::end();
}

/// Takes the calling thread's pool away; its workers are ended by force.
#[wasm_bindgen]
pub fn pool_forget() {
    pool::forget();
}

/// How many threads share the calling thread's work.
#[wasm_bindgen]
pub fn pool_threads() -> usize {
    pool::threads()
}

/// Whether a worker has failed while it took part in a job: what was computed is of no use.
#[wasm_bindgen]
pub fn pool_lost() -> bool {
    pool::lost()
}

/// How often a worker (1 is the first that joined) took part in a job or woke up, or for 0 how many jobs there were; modulo 2³¹.
#[wasm_bindgen]
pub fn pool_signs_of_life(thread: usize) -> u32 {
    if thread < pool::MOST { pool::signs_of_life(thread) } else { 0 }
}

/// Takes part in the pool's jobs until it ends: called in a worker.
#[wasm_bindgen]
pub fn pool_join(address: u32) {
    at(address).join(scratch_len(LARGEST));
}

/// Says that a worker of the pool has failed: called in that worker, whose stack is of no use any more.
#[wasm_bindgen]
pub fn pool_lose(address: u32) {
    at(address).lose();
}

fn at(address: u32) -> &'static Pool {
    // SAFETY: the address comes from `pool_start`, by way of a worker's first message; pools are never freed.
    unsafe { &*(address as usize as *const Pool) }
}

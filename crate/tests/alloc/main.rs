//! What is allocated, and what happens when it cannot be: an allocator that counts, and that refuses large blocks when told to.
//!
//! Both count for the thread at hand alone, so that tests do not disturb one another.
#![expect(unsafe_code, reason = "an allocator is an unsafe trait")]

#[path = "../common/mod.rs"]
mod common;
mod refusal;
mod steady;
mod words;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static LARGEST: Cell<usize> = const { Cell::new(usize::MAX) };
}

struct Watched;

#[global_allocator]
static WATCHED: Watched = Watched;

/// Counts an allocation and says whether it may be had. A panic may have what its report needs, and so may a thread that ends.
fn admit(size: usize) -> bool {
    let _ = COUNT.try_with(|count| count.set(count.get() + 1));
    size <= LARGEST.try_with(Cell::get).unwrap_or(usize::MAX) || std::thread::panicking()
}

// SAFETY: each call is passed on to the system's allocator unchanged, or answered by null, which means that there is no memory.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is the system allocator's.
        if admit(layout.size()) { unsafe { System.alloc(layout) } } else { std::ptr::null_mut() }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's contract is the system allocator's.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's contract is the system allocator's.
        if admit(size) { unsafe { System.realloc(pointer, layout, size) } } else { std::ptr::null_mut() }
    }
}

/// How many allocations `work` makes on this thread.
fn allocations(work: impl FnOnce()) -> usize {
    let before = COUNT.get();
    work();
    COUNT.get() - before
}

/// What `work` gives when no block may be larger than `bytes`. An allocation that does not expect to fail ends the program.
fn limited<T>(bytes: usize, work: impl FnOnce() -> T) -> T {
    LARGEST.set(bytes);
    let result = work();
    LARGEST.set(usize::MAX);
    result
}

#[test]
fn the_allocator_counts_and_refuses() {
    assert_eq!(allocations(|| drop(std::hint::black_box(vec![1, 2, 3]))), 1);
    assert_eq!(allocations(|| ()), 0);
    let mut list: Vec<u8> = Vec::new();
    assert!(limited(100, || list.try_reserve_exact(101)).is_err());
    assert!(limited(100, || list.try_reserve_exact(100)).is_ok());
}

//! Counts the vector operations of the portable twin, for the feature `count` alone: `crate/examples/operations.rs` asks how much arithmetic a
//! kernel does, and the benchmark what that takes at least.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How often operations were done, by how dear they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Operations {
    /// All of them: one instruction each.
    pub all: u64,
    /// Of these, divisions.
    pub divisions: u64,
    /// Of these, square roots.
    pub roots: u64,
}

static ALL: AtomicU64 = AtomicU64::new(0);
static DIVISIONS: AtomicU64 = AtomicU64::new(0);
static ROOTS: AtomicU64 = AtomicU64::new(0);

pub(super) fn operation() {
    ALL.fetch_add(1, Relaxed);
}

pub(super) fn division() {
    DIVISIONS.fetch_add(1, Relaxed);
}

pub(super) fn root() {
    ROOTS.fetch_add(1, Relaxed);
}

/// What has been done since the last call.
pub fn take() -> Operations {
    let take = |counter: &AtomicU64| counter.swap(0, Relaxed);
    Operations { all: take(&ALL), divisions: take(&DIVISIONS), roots: take(&ROOTS) }
}

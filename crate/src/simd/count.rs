//! Counts the vector operations of the portable twin, for the feature `count` alone: `crate/examples/operations.rs` asks how much arithmetic a
//! kernel does, and the benchmark what that takes at least.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::portable::Kind;

/// Kinds.
const KINDS: usize = 5;

/// How often operations were done, one instruction each, by how dear they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Operations {
    /// What is done bit by bit, and sums of integers.
    pub bitwise: u64,
    /// Additions and what the same units do.
    pub additions: u64,
    /// Multiplications.
    pub multiplications: u64,
    /// Divisions.
    pub divisions: u64,
    /// Square roots.
    pub roots: u64,
}

static COUNTS: [AtomicU64; KINDS] = [const { AtomicU64::new(0) }; KINDS];

pub(super) fn operation(kind: Kind) {
    COUNTS[kind as usize].fetch_add(1, Relaxed);
}

/// What has been done since the last call.
pub fn take() -> Operations {
    let take = |kind: Kind| COUNTS[kind as usize].swap(0, Relaxed);
    Operations {
        bitwise: take(Kind::Bitwise),
        additions: take(Kind::Addition),
        multiplications: take(Kind::Multiplication),
        divisions: take(Kind::Division),
        roots: take(Kind::Root),
    }
}

//! The micro-kernel: an `MR × 4·NV` tile of C held in registers while `k` runs.
//!
//! Each element of C is one running sum over `k` in order, whatever the tile, the packing or the blocking: all of them give the same bits.

use crate::simd::{F32x4, LANES};

/// Where a tile's operands lie: row `i` of A, of which every `a_step`th element counts, at `a + i·a_row`; row `p` of B at `b + p·b_step`.
#[derive(Clone, Copy)]
pub(super) struct Operands {
    pub(super) a: *const f32,
    /// Row [`FOLLOWING`] of A, for tiles that have it. The compiler would make each row's address from the one before, a chain longer than
    /// the multiplications of a step; a pointer whose origin it does not see starts a second one.
    pub(super) a_lower: *const f32,
    pub(super) a_row: usize,
    pub(super) a_step: usize,
    pub(super) b: *const f32,
    pub(super) b_step: usize,
}

/// Rows of A that one pointer serves.
pub(super) const FOLLOWING: usize = 3;

/// A tile of accumulators.
pub(super) type Tile<const MR: usize, const NV: usize> = [[F32x4; NV]; MR];

/// Adds the product of `k` columns of A with `k` rows of B to the tile.
///
/// # Safety
/// For every `i < MR` and `p < k` the element `(i, p)` of A is readable, and so are `4·NV` floats from row `p` of B.
#[inline(always)]
pub(super) unsafe fn accumulate<const MR: usize, const NV: usize>(
    operands: Operands,
    k: usize,
    mut tile: Tile<MR, NV>,
) -> Tile<MR, NV> {
    let Operands { mut a, mut a_lower, a_row, a_step, mut b, b_step } = operands;
    for _ in 0..k {
        // SAFETY: the caller's contract for this `p`; the pointers move on by one column and one row at the end.
        unsafe {
            let row: [F32x4; NV] = std::array::from_fn(|j| F32x4::load(b.add(LANES * j)));
            for i in 0..MR {
                let from = if i < FOLLOWING { a.add(i * a_row) } else { a_lower.add((i - FOLLOWING) * a_row) };
                let splat = F32x4::load_splat(from);
                for j in 0..NV {
                    tile[i][j] = splat.mul_add(row[j], tile[i][j]);
                }
            }
        }
        a = a.wrapping_add(a_step);
        a_lower = a_lower.wrapping_add(a_step);
        b = b.wrapping_add(b_step);
    }
    tile
}

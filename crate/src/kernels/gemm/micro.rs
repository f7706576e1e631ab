//! The micro-kernel: an `MR × 4·NV` tile of C held in registers while `k` runs.
//!
//! Each element of C is one running sum over `k` in order, whatever the tile, the packing or the blocking: all of them give the same bits.

use crate::simd::{F32x4, LANES};

/// Where a tile's operands lie: element `(i, p)` of A at `a + i·a_row + p·a_step`, row `p` of B at `b + p·b_step`.
#[derive(Clone, Copy)]
pub(super) struct Operands {
    pub(super) a: *const f32,
    pub(super) a_row: usize,
    pub(super) a_step: usize,
    pub(super) b: *const f32,
    pub(super) b_step: usize,
}

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
    let Operands { mut a, a_row, a_step, mut b, b_step } = operands;
    for _ in 0..k {
        // SAFETY: the caller's contract for this `p`; the pointers move on by one column and one row at the end.
        unsafe {
            let row: [F32x4; NV] = std::array::from_fn(|j| F32x4::load(b.add(LANES * j)));
            for (i, sums) in tile.iter_mut().enumerate() {
                let splat = F32x4::load_splat(a.add(i * a_row));
                for (sum, &element) in sums.iter_mut().zip(&row) {
                    *sum = splat.mul_add(element, *sum);
                }
            }
        }
        a = a.wrapping_add(a_step);
        b = b.wrapping_add(b_step);
    }
    tile
}

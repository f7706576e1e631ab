//! Packing: a panel of `width` neighbouring rows of A or columns of B, laid out so that the micro-kernel reads it front to back.
//!
//! Element `(lane, p)` of the panel goes to `packed[p · width + lane]`; lanes that the matrix lacks are zero.

use crate::simd::{F32x4, LANES};

/// A panel's source: element `(lane, p)` is at `lane · lane_stride + p · step`.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) data: &'a [f32],
    pub(super) lane_stride: usize,
    pub(super) step: usize,
}

/// Packs `lanes ≤ WIDTH` lanes of `k` elements each.
///
/// # Panics
/// When the source or `packed` (`k · WIDTH` floats) is too short.
pub(super) fn pack<const WIDTH: usize>(source: Source<'_>, lanes: usize, k: usize, packed: &mut [f32]) {
    let packed = &mut packed[..k * WIDTH];
    if lanes == WIDTH && source.lane_stride == 1 {
        copy::<WIDTH>(source, packed);
    } else if lanes == WIDTH && source.step == 1 && WIDTH.is_multiple_of(LANES) && k >= LANES {
        transpose::<WIDTH>(source, k, packed);
    } else {
        gather::<WIDTH>(source, lanes, packed);
    }
}

/// Lanes lie side by side: each step is a straight copy.
fn copy<const WIDTH: usize>(source: Source<'_>, packed: &mut [f32]) {
    for (p, row) in packed.chunks_exact_mut(WIDTH).enumerate() {
        let from = &source.data[p * source.step..][..WIDTH];
        for first in (0..WIDTH).step_by(LANES) {
            // The last vector of six lanes covers two of the first's again.
            let first = first.min(WIDTH - LANES);
            F32x4::from_slice(&from[first..]).to_slice(&mut row[first..]);
        }
    }
}

/// Each lane runs along memory: blocks of 4 × 4 are turned over in registers.
fn transpose<const WIDTH: usize>(source: Source<'_>, k: usize, packed: &mut [f32]) {
    for first in (0..WIDTH).step_by(LANES) {
        let lane = |i: usize| &source.data[(first + i) * source.lane_stride..][..k];
        let lanes: [&[f32]; LANES] = std::array::from_fn(lane);
        for p in (0..k).step_by(LANES) {
            // The last block covers some of the one before again.
            let p = p.min(k - LANES);
            let rows = lanes.map(|lane| F32x4::from_slice(&lane[p..]));
            let block = &mut packed[p * WIDTH..];
            for (row, column) in block.chunks_exact_mut(WIDTH).zip(F32x4::transpose(rows)) {
                column.to_slice(&mut row[first..first + LANES]);
            }
        }
    }
}

/// Any strides, and panels with lanes missing.
fn gather<const WIDTH: usize>(source: Source<'_>, lanes: usize, packed: &mut [f32]) {
    for (p, row) in packed.chunks_exact_mut(WIDTH).enumerate() {
        for (lane, to) in row.iter_mut().enumerate() {
            *to = if lane < lanes { source.data[lane * source.lane_stride + p * source.step] } else { 0.0 };
        }
    }
}

//! Lines (see [`crate::kernels::lines`]) in an operation's scratch or saved memory.

use crate::kernels::lines;
use crate::nn::arena::Span;

/// Floats for so many lines of rows of `width`.
pub(super) fn len(count: usize, width: usize) -> usize {
    lines::len(width).saturating_mul(count)
}

/// The first lines in memory of [`len`].
pub(super) fn split<const N: usize>(span: Span, width: usize) -> [Span; N] {
    let len = lines::len(width);
    std::array::from_fn(|i| span.part(i * len, len))
}

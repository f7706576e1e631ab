//! A few vectors as long as a row in an operation's scratch or saved memory.

use crate::error::{Error, Result};
use crate::nn::arena::Span;
use crate::simd::LANES;

/// Floats for `count` vectors of `width`.
///
/// # Errors
/// When that cannot be addressed.
pub(super) fn len(count: usize, width: usize) -> Result<usize> {
    width.checked_next_multiple_of(LANES).and_then(|width| width.checked_mul(count)).ok_or(Error::memory())
}

/// The first vectors of `width` in memory of [`len`].
pub(super) fn split<const N: usize>(span: Span, width: usize) -> [Span; N] {
    std::array::from_fn(|i| span.part(i * width.next_multiple_of(LANES), width))
}

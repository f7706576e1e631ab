//! Lines (see [`crate::kernels::lines`]) in an operation's scratch or saved memory.

use crate::error::{Error, Result};
use crate::kernels::lines;
use crate::nn::arena::Span;

/// Floats for so many lines of rows of `width`.
///
/// # Errors
/// When they cannot be addressed.
pub(super) fn len(count: usize, width: usize) -> Result<usize> {
    lines::len(width).and_then(|len| len.checked_mul(count)).ok_or(Error::memory())
}

/// The first lines in memory of [`len`].
pub(super) fn split<const N: usize>(span: Span, width: usize) -> [Span; N] {
    let len = lines::len(width).unwrap_or_default();
    std::array::from_fn(|i| span.part(i * len, len))
}

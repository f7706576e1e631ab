//! What an element-wise activation is, and the loops over it.

use crate::simd::{F32x4, LANES};

/// A function with its derivative, holding its constants.
pub(super) trait Curve: Copy {
    /// Whether `forward` is so cheap that a copy beforehand would cost as much. Then it gets a second loop, from slice to slice.
    const CHEAP_FORWARD: bool = false;

    /// The same of `backward`.
    const CHEAP_BACKWARD: bool = false;

    /// f(x).
    fn forward(self, x: F32x4) -> F32x4;

    /// `upstream` · f′, from the input x if [`needs_input`](Self::needs_input), else from the output y = f(x).
    fn backward(self, saved: F32x4, upstream: F32x4) -> F32x4;

    /// Which of the two.
    fn needs_input(self) -> bool {
        false
    }
}

/// x = f(x).
pub(super) fn forward<C: Curve>(curve: C, x: &mut [[f32; LANES]]) {
    for x in x {
        curve.forward(F32x4::from_slice(x)).to_slice(x);
    }
}

/// y = f(x), if that is cheap; says whether it did anything.
pub(super) fn cheap_forward<C: Curve>(curve: C, x: &[[f32; LANES]], y: &mut [[f32; LANES]]) -> bool {
    if C::CHEAP_FORWARD {
        for (x, y) in x.iter().zip(y) {
            curve.forward(F32x4::from_slice(x)).to_slice(y);
        }
    }
    C::CHEAP_FORWARD
}

/// gradient = gradient · f′.
pub(super) fn backward<C: Curve>(curve: C, saved: &[[f32; LANES]], gradient: &mut [[f32; LANES]]) {
    for (saved, gradient) in saved.iter().zip(gradient) {
        curve.backward(F32x4::from_slice(saved), F32x4::from_slice(gradient)).to_slice(gradient);
    }
}

/// out = upstream · f′, if that is cheap; says whether it did anything.
pub(super) fn cheap_backward<C: Curve>(
    curve: C,
    saved: &[[f32; LANES]],
    upstream: &[[f32; LANES]],
    out: &mut [[f32; LANES]],
) -> bool {
    if C::CHEAP_BACKWARD {
        for ((saved, upstream), out) in saved.iter().zip(upstream).zip(out) {
            curve.backward(F32x4::from_slice(saved), F32x4::from_slice(upstream)).to_slice(out);
        }
    }
    C::CHEAP_BACKWARD
}

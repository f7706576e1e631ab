//! What an element-wise activation is, and the loops over it.

use crate::simd::{ABREAST, F32x4, SPAN};

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
pub(super) fn forward<C: Curve>(curve: C, x: &mut [[f32; SPAN]]) {
    for x in x {
        F32x4::to_span(F32x4::from_span(x).map(|x| curve.forward(x)), x);
    }
}

/// y = f(x), if that is cheap; says whether it did anything.
pub(super) fn cheap_forward<C: Curve>(curve: C, x: &[[f32; SPAN]], y: &mut [[f32; SPAN]]) -> bool {
    if C::CHEAP_FORWARD {
        for (x, y) in x.iter().zip(y) {
            F32x4::to_span(F32x4::from_span(x).map(|x| curve.forward(x)), y);
        }
    }
    C::CHEAP_FORWARD
}

/// gradient = gradient · f′.
pub(super) fn backward<C: Curve>(curve: C, saved: &[[f32; SPAN]], gradient: &mut [[f32; SPAN]]) {
    for (saved, gradient) in saved.iter().zip(gradient) {
        F32x4::to_span(product(curve, saved, gradient), gradient);
    }
}

/// out = upstream · f′, if that is cheap; says whether it did anything.
pub(super) fn cheap_backward<C: Curve>(
    curve: C,
    saved: &[[f32; SPAN]],
    upstream: &[[f32; SPAN]],
    out: &mut [[f32; SPAN]],
) -> bool {
    if C::CHEAP_BACKWARD {
        for ((saved, upstream), out) in saved.iter().zip(upstream).zip(out) {
            F32x4::to_span(product(curve, saved, upstream), out);
        }
    }
    C::CHEAP_BACKWARD
}

/// upstream · f′.
#[inline(always)]
fn product<C: Curve>(curve: C, saved: &[f32; SPAN], upstream: &[f32; SPAN]) -> [F32x4; ABREAST] {
    let (saved, upstream) = (F32x4::from_span(saved), F32x4::from_span(upstream));
    std::array::from_fn(|j| curve.backward(saved[j], upstream[j]))
}

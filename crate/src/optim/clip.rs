//! Gradient clipping, by value and by the norm over all parameters.

use crate::kernels::update::clip::{PARTS, add_squares, clamp, scale};

/// Bounds every element: `g ← min(max(g, −limit), limit)`. NaN stays NaN.
pub fn by_value(gradient: &mut [f32], limit: f64) {
    clamp(gradient, limit as f32);
}

/// The euclidean norm over several ranges, summed in double precision: squares of `f32` neither overflow nor vanish there.
///
/// Element `i` of all ranges in a row goes to partial sum `i mod 8`, and the partial sums are added pairwise at the end; so the norm has the same
/// bits however the parameters are cut into ranges.
#[derive(Clone, Copy, Debug, Default)]
pub struct GlobalNorm {
    sums: [f64; PARTS],
    elements: usize,
}

impl GlobalNorm {
    /// Takes in the next range.
    pub fn add(&mut self, gradient: &[f32]) {
        add_squares(gradient, self.elements, &mut self.sums);
        self.elements = self.elements.wrapping_add(gradient.len());
    }

    /// The norm of what was taken in. Not finite if, and only if, an element was not.
    pub fn value(&self) -> f64 {
        let [a, b, c, d, e, f, g, h] = self.sums;
        (((a + b) + (c + d)) + ((e + f) + (g + h))).sqrt()
    }

    /// The factor that brings the norm down to `maximum`: `maximum / norm`, or nothing where the norm is no larger.
    ///
    /// Exactly that quotient; torch adds 1e-6 to the norm. A norm that is not finite gives NaN: then the whole update is NaN, and training
    /// stops with a named error instead of going on with a silently emptied gradient.
    pub fn factor(&self, maximum: f64) -> Option<f64> {
        let norm = self.value();
        if norm <= maximum {
            None
        } else if norm.is_finite() {
            Some(maximum / norm)
        } else {
            Some(f64::NAN)
        }
    }
}

/// Scales a range by a factor from [`GlobalNorm::factor`].
pub fn by_factor(gradient: &mut [f32], factor: f64) {
    scale(gradient, factor as f32);
}

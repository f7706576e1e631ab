//! What the hidden units of a Boltzmann machine add to the free energy.

use super::math::Math;
use crate::simd::{F32x4, LANES};

/// Σ ln(1 + exp(a + δ w)): minus the free energy of binary hidden units with inputs `a + δ w`.
///
/// # Panics
/// When `w` is shorter than `a`.
pub fn softplus_sum(a: &[f32], delta: f32, w: &[f32]) -> f64 {
    let (math, delta, w) = (Math::new(), F32x4::splat(delta), &w[..a.len()]);
    let mut sum = 0.0;
    for (a, w) in a.chunks(LANES).zip(w.chunks(LANES)) {
        // ln(1 + exp(−∞)) is 0, which fills the last vector.
        let input = F32x4::from_start(w, 0.0).mul_add(delta, F32x4::from_start(a, f32::NEG_INFINITY));
        let [p, q, r, s] = math.softplus(input).to_array().map(f64::from);
        sum += (p + q) + (r + s);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_double_precision_for_every_length() {
        let numbers: Vec<f32> = (0..23).map(|i| (i as f32 - 11.0) * 1.7).collect();
        for len in 0..23 {
            let (a, w) = (&numbers[..len], &numbers[23 - len..]);
            let expected: f64 = a.iter().zip(w).map(|(a, w)| f64::from(a - 0.5 * w).exp().ln_1p()).sum();
            let got = softplus_sum(a, -0.5, w);
            // Single-precision terms, each within 3.75 units of 2⁻²⁴, and rounding of the inputs.
            assert!((got - expected).abs() <= 1e-6 * expected, "{len}: {got} {expected}");
        }
    }
}

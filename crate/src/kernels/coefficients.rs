//! Every number that an elementary function is made of, with where it comes from.
//!
//! The fits are our own: minimax in relative error (Remez exchange in 40-digit arithmetic), then rounded to float32 one
//! coefficient after another while the others are fitted anew, so that rounding costs next to nothing. "Error" is the
//! greatest relative error of the rounded fit in exact arithmetic, in units of 2⁻²⁴; tests here hold it. What the
//! float32 evaluation adds is stated, and tested, at each function of [`math`](super::math).

/// A ratio of two polynomials, coefficients from the constant term upwards.
#[derive(Clone, Copy, Debug)]
pub struct Rational<const P: usize, const Q: usize> {
    /// The numerator.
    pub above: [f32; P],
    /// The denominator.
    pub below: [f32; Q],
}

/// v(x) = 2 √(2/π) (x + 0.044715 x³), the argument of gelu's approximation by tanh (Hendrycks and Gimpel 2016).
#[derive(Clone, Copy, Debug)]
pub struct GeluTanh {
    /// c₁ = 2 √(2/π).
    pub linear: f32,
    /// c₁ to 11 bits.
    pub linear_high: f32,
    /// c₁ − [`linear_high`](Self::linear_high).
    pub linear_low: f32,
    /// c₃ = 0.044715 c₁.
    pub cubic: f32,
    /// c₃ to 8 bits.
    pub cubic_high: f32,
    /// c₃ − [`cubic_high`](Self::cubic_high).
    pub cubic_low: f32,
    /// 3 c₃, of v′.
    pub slope_cubic: f32,
    /// v(−11) < −112: the result is below the least denormal number.
    pub floor: f32,
}

/// The constants of all functions, in one table: see [`Math`](super::math::Math) for why.
#[derive(Debug)]
pub struct Coefficients {
    /// log₂ e.
    pub log2_e: f32,
    /// 1.5 · 2²³ + 127. Adding it rounds to a whole number n and leaves n + 127, the exponent field of 2ⁿ, in the low bits.
    pub shifter: f32,
    /// [`shifter`](Self::shifter) + 64: gives 2ⁿ⁺⁶⁴, for results below the least normal number.
    pub shifter_64: f32,
    /// ln 2 cut to 15 bits (Cody and Waite 1980): its product with any exponent is exact.
    pub ln2_high: f32,
    /// ln 2 − [`ln2_high`](Self::ln2_high).
    pub ln2_low: f32,
    /// eʳ = (even + odd) / (even − odd) with even = 2 + `exp_even` r², odd = r (1 + `exp_odd` r²), on |r| ≤ ln 2 / 2. Error 0.004.
    pub exp_even: f32,
    /// See [`exp_even`](Self::exp_even).
    pub exp_odd: f32,
    /// f − ln(1 + f) = f² P(f) / Q(f) on √½ − 1 ≤ f ≤ 1. Error 0.33 of the logarithm.
    pub log1p: Rational<3, 4>,
    /// Φ(a) · exp(a²/2) on −15 ≤ a ≤ 0, Φ the normal distribution function. Error 0.27.
    pub normal_tail: Rational<5, 6>,
    /// Φ(−15) is below the least denormal number.
    pub normal_floor: f32,
    /// The argument of gelu's approximation.
    pub gelu_tanh: GeluTanh,
    /// 1 / √(2π), the normal density at 0.
    pub normal_peak: f32,
    /// 2⁶⁴.
    pub two_64: f32,
    /// 2⁻⁶⁴.
    pub two_minus_64: f32,
    /// −64.
    pub minus_64: f32,
    /// 1.
    pub one: f32,
    /// 2.
    pub two: f32,
    /// −½.
    pub minus_half: f32,
    /// −½ log₂ e.
    pub minus_half_log2_e: f32,
    /// The bits of a float's sign, exponent and first 11 digits; 7; 15.
    pub first_11: f32,
    /// See [`first_11`](Self::first_11).
    pub first_7: f32,
    /// See [`first_11`](Self::first_11).
    pub first_15: f32,
    /// −0: the sign bit.
    pub sign: f32,
    /// Least argument of the scaled exponential: e⁻¹¹⁵ · 2⁶⁴ is still normal and e⁻¹¹⁵ far below the least denormal number.
    pub exp_floor: f32,
    /// e⁸⁹ overflows.
    pub exp_ceiling: f32,
    /// 1 + e⁻³⁰ rounds to 1.
    pub sigmoid_ceiling: f32,
    /// e⁸⁸ − 1 is still normal and the power of two of its reduction at most 2¹²⁷.
    pub expm1_ceiling: f32,
    /// tanh(−10) rounds to −1.
    pub tanh_floor: f32,
    /// e⁻²⁵ − 1 rounds to −1.
    pub expm1_floor: f32,
    /// √½.
    pub sqrt_half: f32,
    /// The least normal number, 2⁻¹²⁶.
    pub least_normal: f32,
    /// The bits of 64 in the exponent field.
    pub exponent_64: f32,
    /// ∞.
    pub infinity: f32,
    /// NaN.
    pub nan: f32,
}

/// The table.
pub static COEFFICIENTS: Coefficients = Coefficients {
    log2_e: std::f32::consts::LOG2_E,
    shifter: 12_582_912.0 + 127.0,
    shifter_64: 12_582_912.0 + 127.0 + 64.0,
    ln2_high: 0.693_145_75,
    ln2_low: 1.428_606_8e-6,
    exp_even: 0.1999602,
    exp_odd: 0.016646829,
    log1p: Rational { above: [0.49999988, 0.4874506, 0.088030204], below: [1.0, 1.6415663, 0.7704289, 0.09287968] },
    normal_tail: Rational {
        above: [0.5, -0.4392832, 0.183969, -0.040881086, 0.004153223],
        below: [1.0, -1.6764514, 1.2055476, -0.47140837, 0.10247979, -0.010410475],
    },
    normal_floor: -15.0,
    gelu_tanh: GeluTanh {
        linear: 1.595_769_1,
        linear_high: 1634.0 / 1024.0,
        linear_low: 6.599_660_6e-5,
        cubic: 0.071_354_814,
        cubic_high: 146.0 / 2048.0,
        cubic_low: 6.575_377e-5,
        slope_cubic: 0.214_064_45,
        floor: -11.0,
    },
    normal_peak: 0.398_942_28,
    two_64: 18_446_744_073_709_551_616.0,
    two_minus_64: 1.0 / 18_446_744_073_709_551_616.0,
    minus_64: -64.0,
    one: 1.0,
    two: 2.0,
    minus_half: -0.5,
    minus_half_log2_e: -0.5 * std::f32::consts::LOG2_E,
    first_11: f32::from_bits(0xffff_f000),
    first_7: f32::from_bits(0xffff_0000),
    first_15: f32::from_bits(0xffff_ff00),
    sign: -0.0,
    exp_floor: -115.0,
    exp_ceiling: 89.0,
    sigmoid_ceiling: 30.0,
    expm1_ceiling: 88.0,
    tanh_floor: -10.0,
    expm1_floor: -25.0,
    sqrt_half: std::f32::consts::FRAC_1_SQRT_2,
    least_normal: f32::MIN_POSITIVE,
    exponent_64: f32::from_bits(64 << 23),
    infinity: f32::INFINITY,
    nan: f32::NAN,
};

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: f64 = 1.0 / 16_777_216.0;

    fn polynomial(x: f64, c: &[f32]) -> f64 {
        c.iter().rev().fold(0.0, |sum, &c| sum * x + f64::from(c))
    }

    fn ratio<const P: usize, const Q: usize>(x: f64, c: &Rational<P, Q>) -> f64 {
        polynomial(x, &c.above) / polynomial(x, &c.below)
    }

    /// The greatest relative error of `fit` between the limits, in units of 2⁻²⁴.
    fn error(low: f64, high: f64, fit: impl Fn(f64) -> f64, exact: impl Fn(f64) -> f64) -> f64 {
        let points = (0..=20_000).map(|i| low + (high - low) * f64::from(i) / 20_000.0).filter(|x| x.abs() > 1e-6);
        points.map(|x| (fit(x) / exact(x) - 1.0).abs() / UNIT).fold(0.0, f64::max)
    }

    #[test]
    fn fits_are_as_good_as_stated() {
        let c = &COEFFICIENTS;
        let exp = |r: f64| {
            let (even, odd) = (2.0 + f64::from(c.exp_even) * r * r, r * (1.0 + f64::from(c.exp_odd) * r * r));
            (even + odd) / (even - odd)
        };
        assert!(error(-0.3466, 0.3466, exp, libm::exp) < 0.004);
        // A rest that is added after the reduction may lead out a little.
        assert!(error(-0.41, 0.41, exp, libm::exp) < 0.08);
        let log1p = |f: f64| f - f * f * ratio(f, &c.log1p);
        assert!(error(0.5_f64.sqrt() - 1.0, 1.0, log1p, libm::log1p) < 0.34);
        let tail = |a: f64| 0.5 * libm::erfc(-a / std::f64::consts::SQRT_2) * libm::exp(a * a / 2.0);
        assert!(error(-15.0, 0.0, |a| ratio(a, &c.normal_tail), tail) < 0.28);
    }

    #[test]
    fn split_constants_add_up() {
        let c = &COEFFICIENTS;
        let sum = |high: f32, low: f32, exact: f64| (f64::from(high) + f64::from(low) - exact).abs() / exact < 1e-10;
        assert!(sum(c.ln2_high, c.ln2_low, std::f64::consts::LN_2));
        let linear = std::f64::consts::FRAC_2_SQRT_PI * std::f64::consts::SQRT_2;
        assert!(sum(c.gelu_tanh.linear_high, c.gelu_tanh.linear_low, linear));
        assert!(sum(c.gelu_tanh.cubic_high, c.gelu_tanh.cubic_low, 0.044715 * linear));
        // The upper parts have as many bits as the exact products need.
        assert_eq!(c.ln2_high.to_bits() & 0x1ff, 0);
        assert_eq!(c.gelu_tanh.linear_high.to_bits() & 0x1fff, 0);
        assert_eq!(c.gelu_tanh.cubic_high.to_bits() & 0xffff, 0);
    }
}

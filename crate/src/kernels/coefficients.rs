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
    /// 1 / √(2π), the normal density at 0.
    pub normal_peak: f32,
    /// 2⁶⁴.
    pub two_64: f32,
    /// 2⁻⁶⁴.
    pub two_minus_64: f32,
    /// 1.
    pub one: f32,
    /// 2.
    pub two: f32,
    /// ½.
    pub half: f32,
    /// −0: the sign bit.
    pub sign: f32,
    /// Least argument of the scaled exponential: e⁻¹¹⁵ · 2⁶⁴ is still normal and e⁻¹¹⁵ far below the least denormal number.
    pub exp_floor: f32,
    /// e⁸⁹ overflows.
    pub exp_ceiling: f32,
    /// e⁸⁸ − 1 is still normal and the power of two of its reduction at most 2¹²⁷.
    pub expm1_ceiling: f32,
    /// tanh(−10) rounds to −1.
    pub tanh_floor: f32,
    /// e⁻²⁵ − 1 rounds to −1.
    pub expm1_floor: f32,
    /// √½.
    pub sqrt_half: f32,
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
    normal_peak: 0.398_942_28,
    two_64: 18_446_744_073_709_551_616.0,
    two_minus_64: 1.0 / 18_446_744_073_709_551_616.0,
    one: 1.0,
    two: 2.0,
    half: 0.5,
    sign: -0.0,
    exp_floor: -115.0,
    exp_ceiling: 89.0,
    expm1_ceiling: 88.0,
    tanh_floor: -10.0,
    expm1_floor: -25.0,
    sqrt_half: std::f32::consts::FRAC_1_SQRT_2,
};

//! Normal noise, a function of the stream and the position alone.
//!
//! Box and Muller (1958): of two uniform numbers u and v, `√(−2 ln u)` is the distance from the origin and v the direction, in turns, of a point
//! whose coordinates are two independent normal numbers. A block of four random words gives two points.

use super::math::{Math, constant};
use crate::pool;
use crate::rng::Stream;
use crate::simd::{F32x4, LANES};

/// Elements that a thread takes at least: some microseconds.
const GRAIN: usize = 1024;

/// Taylor's series of `sin(2πt)` in odd powers of t: `(2π)ᵏ / k!` with alternating signs. Up to a quarter turn the rest is below 6e-8.
const SINE: [f32; 6] = [std::f32::consts::TAU, -41.341_702, 81.605_249, -76.705_860, 42.058_694, -15.094_643];

/// 2⁻³²: turns a 32-bit word into a number below 1.
const UNIT: f32 = 1.0 / 4_294_967_296.0;

/// `out = x + deviation · n` with standard normal numbers n.
///
/// # Panics
/// When the lengths differ.
pub fn add_normal(stream: &Stream, deviation: f32, x: &[f32], out: &mut [f32]) {
    out.copy_from_slice(x);
    add_normal_in_place(stream, deviation, out);
}

/// `x += deviation · n` with standard normal numbers n.
pub fn add_normal_in_place(stream: &Stream, deviation: f32, x: &mut [f32]) {
    pool::cut(GRAIN, LANES, [x], |first, [x]| add_piece(stream, deviation, first, x));
}

/// The same for elements that lie at position `first` and after.
fn add_piece(stream: &Stream, deviation: f32, first: usize, x: &mut [f32]) {
    let (math, deviation) = (Math::new(), constant(deviation));
    let (unit, half, minus_two, quarter) = (constant(UNIT), constant(0.5), constant(-2.0), constant(0.25));
    let sine = SINE.map(constant);
    for (block, x) in x.chunks_mut(LANES).enumerate() {
        let [a, b, c, d] = stream.block((first / LANES + block) as u32);
        // Half a unit more, so that the logarithm's argument is never 0.
        let u = (F32x4::from_array([a, a, c, c].map(|word| word as f32)) + half) * unit;
        let radius = (math.log(u) * minus_two).sqrt();
        // A quarter of a turn back makes a sine of the cosine; wrapping is what angles do.
        let v = [b, b.wrapping_sub(1 << 30), d, d.wrapping_sub(1 << 30)].map(|word| word as i32 as f32);
        // cos(2πv) = sin(2π(¼ − |v|)), an angle of at most a quarter turn.
        let t = quarter - (F32x4::from_array(v) * unit).abs();
        let square = t * t;
        let cosine = sine[..5].iter().rev().fold(sine[5], |sum, &coefficient| sum * square + coefficient) * t;
        let noise = deviation * (radius * cosine);
        (F32x4::from_start(x, 0.0) + noise).to_start(x);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Purpose;

    fn noise(n: usize, step: u64) -> Vec<f32> {
        let mut out = vec![0.0; n];
        add_normal(&Stream::new(3, Purpose::Noise, 1, step), 1.0, &vec![0.0; n], &mut out);
        out
    }

    /// What the words stand for, in double precision.
    #[test]
    fn agrees_with_the_formula() {
        let stream = Stream::new(3, Purpose::Noise, 1, 7);
        for (block, four) in noise(40_000, 7).chunks(4).enumerate() {
            let words = stream.block(block as u32).map(|word| f64::from(word) / 4_294_967_296.0);
            for (pair, [u, v]) in [[words[0], words[1]], [words[2], words[3]]].into_iter().enumerate() {
                let radius = (-2.0 * (u + 0.5 / 4_294_967_296.0).ln()).sqrt();
                let angle = 2.0 * std::f64::consts::PI * v;
                for (lane, expected) in [radius * angle.cos(), radius * angle.sin()].into_iter().enumerate() {
                    let got = f64::from(four[2 * pair + lane]);
                    // A word near 2³² loses its last bits as a float, which moves a small radius by up to 2.5e-4.
                    let bar = if u > 0.999 { 5e-4 } else { 3e-6 };
                    assert!((got - expected).abs() < bar, "{got} {expected} {u}");
                }
            }
        }
    }

    #[test]
    fn has_the_normal_moments_and_no_correlation() {
        let samples: Vec<f64> = noise(400_000, 1).into_iter().map(f64::from).collect();
        let n = samples.len() as f64;
        let moment = |p: i32| samples.iter().map(|x| x.powi(p)).sum::<f64>() / n;
        // Five standard errors of each moment's estimate: sqrt(Var(x^p) / n) with Var = 1, 2, 15, 96.
        for (p, expected, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
            let error: f64 = moment(p) - expected;
            assert!(error.abs() < 5.0 * f64::sqrt(variance / n), "moment {p}: {error}");
        }
        let lag = |k: usize| samples.iter().zip(&samples[k..]).map(|(a, b)| a * b).sum::<f64>() / n;
        for k in 1..=4 {
            assert!(lag(k).abs() < 5.0 / n.sqrt(), "lag {k}: {}", lag(k));
        }
    }

    #[test]
    fn depends_on_step_and_position_alone() {
        let long = noise(23, 1);
        for n in 0..23 {
            assert_eq!(noise(n, 1), long[..n]);
        }
        assert!(noise(23, 2).iter().zip(&long).all(|(a, b)| a != b));
    }
}

//! Initial weights: Keras's initializers and those of `torch.nn.init`.

use crate::error::{Error, Result};
use crate::rng::{Sequence, Stream};
use crate::vocabulary;

/// The nonlinearities that have a recommended [`gain`]; a nonlinearity's number is its position here.
pub const NONLINEARITIES: &[&str] = &["linear", "sigmoid", "tanh", "relu", "leakyRelu", "selu"];

/// The standard deviation of a standard normal number that is cut at ±2.
const TRUNCATED_DEVIATION: f64 = 0.87962566103423978;

vocabulary! {
    /// How a kernel `[fanIn, fanOut]` starts.
    ///
    /// `truncatedNormal` draws are repeated until they lie within two standard deviations. The scaled kinds of Keras that are normal
    /// are truncated and widened by 1 / 0.8796, so that their deviation is the one that they are named for; those of torch are plain.
    pub enum Initializer {
        /// All 0.
        Zeros "zeros" {}
        /// All 1.
        Ones "ones" {}
        /// All `value`.
        Constant "constant" {
            /// The value.
            value "value" Finite => 0.0;
        }
        /// Normal.
        RandomNormal "randomNormal" {
            /// The mean.
            mean "mean" Finite => 0.0;
            /// The standard deviation.
            deviation "standardDeviation" NonNegative => 0.05;
        }
        /// Uniform from `minValue` to `maxValue`.
        RandomUniform "randomUniform" {
            /// The lower bound.
            low "minValue" Finite => -0.05;
            /// The upper bound.
            high "maxValue" Finite => 0.05;
        }
        /// Normal, cut two standard deviations from the mean.
        TruncatedNormal "truncatedNormal" {
            /// The mean.
            mean "mean" Finite => 0.0;
            /// The standard deviation before the cut.
            deviation "standardDeviation" NonNegative => 0.05;
        }
        /// Truncated normal, variance `2 / (fanIn + fanOut)` (Glorot and Bengio, 2010).
        GlorotNormal "glorotNormal" {}
        /// Uniform within `±√(6 / (fanIn + fanOut))` (Glorot and Bengio, 2010).
        GlorotUniform "glorotUniform" {}
        /// Truncated normal, variance `2 / fanIn` (He et al., 2015).
        HeNormal "heNormal" {}
        /// Uniform within `±√(6 / fanIn)` (He et al., 2015).
        HeUniform "heUniform" {}
        /// Truncated normal, variance `1 / fanIn` ("Efficient backprop", 1998).
        LecunNormal "lecunNormal" {}
        /// Uniform within `±√(3 / fanIn)` ("Efficient backprop", 1998).
        LecunUniform "lecunUniform" {}
        /// Orthonormal columns, or rows where there are fewer of them, times `gain` (Saxe et al., 2014).
        Orthogonal "orthogonal" {
            /// The factor.
            gain "gain" Finite => 1.0;
        }
        /// Variance `scale / fan`.
        VarianceScaling "varianceScaling" {
            /// The numerator.
            scale "scale" Positive => 1.0;
            /// Which fan divides.
            mode "mode" Choice(&["fanIn", "fanOut", "fanAverage"]) => 0.0;
            /// Which distribution has that variance.
            distribution "distribution" Choice(&["truncatedNormal", "untruncatedNormal", "uniform"]) => 0.0;
        }
        /// Normal, deviation `gain · √(2 / (fanIn + fanOut))` (torch).
        XavierNormal "xavierNormal" {
            /// The factor; see [`gain`].
            gain "gain" Finite => 1.0;
        }
        /// Uniform within `±gain · √(6 / (fanIn + fanOut))` (torch).
        XavierUniform "xavierUniform" {
            /// The factor; see [`gain`].
            gain "gain" Finite => 1.0;
        }
        /// Normal, deviation `gain(nonlinearity, negativeSlope) / √fan` (torch).
        KaimingNormal "kaimingNormal" {
            /// Which fan divides.
            mode "mode" Choice(&["fanIn", "fanOut"]) => 0.0;
            /// What follows the layer.
            nonlinearity "nonlinearity" Choice(NONLINEARITIES) => 4.0;
            /// The slope of `leakyRelu` for negative inputs.
            negative_slope "negativeSlope" Finite => 0.0;
        }
        /// Uniform within `±gain(nonlinearity, negativeSlope) · √(3 / fan)` (torch).
        KaimingUniform "kaimingUniform" {
            /// Which fan divides.
            mode "mode" Choice(&["fanIn", "fanOut"]) => 0.0;
            /// What follows the layer.
            nonlinearity "nonlinearity" Choice(NONLINEARITIES) => 4.0;
            /// The slope of `leakyRelu` for negative inputs.
            negative_slope "negativeSlope" Finite => 0.0;
        }
    }
}

/// The factor that keeps a signal's variance through a nonlinearity, by its position in [`NONLINEARITIES`] (torch's `calculate_gain`):
/// 1, 1, 5/3, √2, √(2 / (1 + negativeSlope²)), 3/4.
pub fn gain(nonlinearity: usize, negative_slope: f64) -> f64 {
    match nonlinearity {
        2 => 5.0 / 3.0,
        3 => std::f64::consts::SQRT_2,
        4 => f64::sqrt(2.0 / (1.0 + negative_slope * negative_slope)),
        5 => 0.75,
        _ => 1.0,
    }
}

/// What the numbers are drawn from.
#[derive(Clone, Copy, Debug)]
enum Distribution {
    Constant(f64),
    /// From, to.
    Uniform(f64, f64),
    /// Mean, deviation.
    Normal(f64, f64),
    /// Mean, deviation before the cut at two deviations.
    Truncated(f64, f64),
    /// Gain.
    Orthogonal(f64),
}

impl Distribution {
    fn of(initializer: &Initializer, fan_in: usize, fan_out: usize) -> Self {
        use Initializer as I;
        let fan = |mode: f64| match mode as usize {
            0 => fan_in.max(1) as f64,
            1 => fan_out.max(1) as f64,
            _ => (fan_in as f64 + fan_out as f64).max(1.0) / 2.0,
        };
        let symmetric = |variance: f64| {
            let limit = f64::sqrt(3.0 * variance);
            Self::Uniform(-limit, limit)
        };
        let normal = |variance: f64| Self::Normal(0.0, f64::sqrt(variance));
        let truncated = |variance: f64| Self::Truncated(0.0, f64::sqrt(variance) / TRUNCATED_DEVIATION);
        let squared = |x: f64| x * x;
        match *initializer {
            I::Zeros {} => Self::Constant(0.0),
            I::Ones {} => Self::Constant(1.0),
            I::Constant { value } => Self::Constant(value),
            I::RandomNormal { mean, deviation } => Self::Normal(mean, deviation),
            I::RandomUniform { low, high } => Self::Uniform(low, high),
            I::TruncatedNormal { mean, deviation } => Self::Truncated(mean, deviation),
            I::GlorotNormal {} => truncated(1.0 / fan(2.0)),
            I::GlorotUniform {} => symmetric(1.0 / fan(2.0)),
            I::HeNormal {} => truncated(2.0 / fan(0.0)),
            I::HeUniform {} => symmetric(2.0 / fan(0.0)),
            I::LecunNormal {} => truncated(1.0 / fan(0.0)),
            I::LecunUniform {} => symmetric(1.0 / fan(0.0)),
            I::Orthogonal { gain } => Self::Orthogonal(gain),
            I::VarianceScaling { scale, mode, distribution } => match distribution as usize {
                0 => truncated(scale / fan(mode)),
                1 => normal(scale / fan(mode)),
                _ => symmetric(scale / fan(mode)),
            },
            I::XavierNormal { gain } => normal(squared(gain) / fan(2.0)),
            I::XavierUniform { gain } => symmetric(squared(gain) / fan(2.0)),
            I::KaimingNormal { mode, nonlinearity, negative_slope } => {
                normal(squared(gain(nonlinearity as usize, negative_slope)) / fan(mode))
            }
            I::KaimingUniform { mode, nonlinearity, negative_slope } => {
                symmetric(squared(gain(nonlinearity as usize, negative_slope)) / fan(mode))
            }
        }
    }
}

/// Fills `out` from the stream. A kernel is `[fan_in, fan_out]`, row-major; for a vector of n numbers both fans are n, as in Keras.
///
/// The numbers depend on the initializer, the fans and the stream alone, and are the same on every machine.
///
/// # Errors
/// When a lower bound lies above its upper bound, when `orthogonal` is to fill anything but `[fan_in, fan_out]`, or when its work
/// space (eight bytes a weight) does not fit in memory. `out` is unchanged then.
pub fn fill(initializer: &Initializer, fan_in: usize, fan_out: usize, stream: Stream, out: &mut [f32]) -> Result<()> {
    let mut words = stream.words();
    match Distribution::of(initializer, fan_in, fan_out) {
        Distribution::Constant(value) => out.fill(value as f32),
        Distribution::Uniform(low, high) => {
            if low > high {
                return Err(crate::error::config!("minValue lies above maxValue"));
            }
            out.fill_with(|| (low + (high - low) * words.uniform()) as f32);
        }
        Distribution::Normal(mean, deviation) => normals(&mut words, mean, deviation, f64::INFINITY, out),
        Distribution::Truncated(mean, deviation) => normals(&mut words, mean, deviation, 2.0, out),
        Distribution::Orthogonal(gain) => orthogonal(&mut words, fan_in, fan_out, gain, out)?,
    }
    Ok(())
}

/// Normal numbers; a standard one further than `limit` from 0 is drawn anew.
fn normals(words: &mut Sequence, mean: f64, deviation: f64, limit: f64, out: &mut [f32]) {
    let mut spare = None;
    out.fill_with(|| {
        loop {
            let z = spare.take().unwrap_or_else(|| {
                let [first, second] = words.normals();
                spare = Some(second);
                first
            });
            if z.abs() <= limit {
                return (mean + deviation * z) as f32;
            }
        }
    });
}

/// A random matrix with orthonormal columns or rows, whichever are fewer, times `gain`.
///
/// Vectors of normal numbers are made orthonormal one after the other (Gram and Schmidt, as modified). That is the QR decomposition
/// with a positive diagonal of R, so the result is uniform over all such matrices (Mezzadri, "How to generate random matrices from
/// the classical compact groups", 2007) with no sign to mend.
fn orthogonal(words: &mut Sequence, fan_in: usize, fan_out: usize, gain: f64, out: &mut [f32]) -> Result<()> {
    if fan_in.checked_mul(fan_out) != Some(out.len()) {
        return Err(crate::error::shape!("an orthogonal start is for a matrix"));
    }
    let mut work = Vec::new();
    work.try_reserve_exact(out.len()).map_err(|_| Error::memory())?;
    work.resize(out.len(), 0.0_f64);
    for pair in work.chunks_mut(2) {
        pair.iter_mut().zip(words.normals()).for_each(|(x, z)| *x = z);
    }
    // The vectors lie one after the other, each contiguous.
    let (count, length) = (fan_in.min(fan_out), fan_in.max(fan_out));
    for k in 0..count {
        let (done, rest) = work.split_at_mut(k * length);
        let vector = &mut rest[..length];
        for earlier in done.chunks(length) {
            let overlap = dot(earlier, vector);
            vector.iter_mut().zip(earlier).for_each(|(x, e)| *x -= overlap * e);
        }
        let norm = f64::sqrt(dot(vector, vector));
        for x in vector {
            *x /= norm;
        }
    }
    for (i, x) in out.iter_mut().enumerate() {
        let (row, column) = (i / fan_out, i % fan_out);
        let position = if fan_in < fan_out { i } else { column * length + row };
        *x = (gain * work[position]) as f32;
    }
    Ok(())
}

/// The inner product, in eight running sums so that it can use vectors.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (a, b) = (a.chunks_exact(8), b.chunks_exact(8));
    let tail: f64 = a.remainder().iter().zip(b.remainder()).map(|(x, y)| x * y).sum();
    for (a, b) in a.zip(b) {
        for i in 0..8 {
            sums[i] += a[i] * b[i];
        }
    }
    tail + sums.iter().sum::<f64>()
}

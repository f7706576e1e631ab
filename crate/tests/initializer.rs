//! Initial weights against their definitions: distribution, bounds, fans, orthogonality.

use ravine::error::Kind;
use ravine::nn::initializer::{Initializer, NONLINEARITIES, fill, gain};
use ravine::rng::{Purpose, Stream};
use ravine::spec::read_all;

const TRUNCATED_DEVIATION: f64 = 0.87962566103423978;

fn stream(seed: u64) -> Stream {
    Stream::new(seed, Purpose::Initialize, 0, 0)
}

/// The member called `name` with every setting at its default.
fn named(name: &str) -> Initializer {
    let code = Initializer::TABLE.iter().position(|entry| entry.name == name).expect("a known name");
    let defaults = Initializer::TABLE[code].params.iter().map(|param| param.default);
    let words: Vec<f64> = [code as f64].into_iter().chain(defaults).collect();
    read_all(&words, Initializer::read).expect("defaults lie in their ranges")
}

fn drawn(initializer: &Initializer, fan_in: usize, fan_out: usize, n: usize) -> Vec<f64> {
    let mut out = vec![f32::NAN; n];
    fill(initializer, fan_in, fan_out, stream(17), &mut out).expect("fills");
    out.into_iter().map(f64::from).collect()
}

/// The distance of Kolmogorov and Smirnov between a sample and a distribution function.
fn distance(mut sample: Vec<f64>, cdf: impl Fn(f64) -> f64) -> f64 {
    sample.sort_by(f64::total_cmp);
    let n = sample.len() as f64;
    let gap = |(i, &x): (usize, &f64)| (cdf(x) - i as f64 / n).abs().max((cdf(x) - (i + 1) as f64 / n).abs());
    sample.iter().enumerate().map(gap).fold(0.0, f64::max)
}

/// The distance that a right sampler exceeds once in a million runs: √(−ln(α/2) / 2n).
fn critical(n: usize) -> f64 {
    (-(0.5e-6_f64).ln() / (2.0 * n as f64)).sqrt()
}

fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

#[derive(Clone, Copy, Debug)]
enum Law {
    Uniform(f64, f64),
    Normal(f64, f64),
    Truncated(f64, f64),
}

impl Law {
    fn cdf(self, x: f64) -> f64 {
        match self {
            Self::Uniform(low, high) => ((x - low) / (high - low)).clamp(0.0, 1.0),
            Self::Normal(mean, deviation) => normal_cdf((x - mean) / deviation),
            Self::Truncated(mean, deviation) => {
                let tail = normal_cdf(-2.0);
                ((normal_cdf((x - mean) / deviation) - tail) / (1.0 - 2.0 * tail)).clamp(0.0, 1.0)
            }
        }
    }

    fn symmetric(limit: f64) -> Self {
        Self::Uniform(-limit, limit)
    }

    fn glorot(variance: f64) -> Self {
        Self::Truncated(0.0, variance.sqrt() / TRUNCATED_DEVIATION)
    }
}

/// What each member that draws single numbers should draw for the fans 30 and 70.
fn laws() -> Vec<(Initializer, Law)> {
    use Initializer as I;
    let leaky_gain = (2.0_f64 / (1.0 + 0.2 * 0.2)).sqrt();
    let scaled = |mode: usize, distribution: usize| I::VarianceScaling {
        scale: 3.0,
        mode: mode as f64,
        distribution: distribution as f64,
    };
    vec![
        (named("randomNormal"), Law::Normal(0.0, 0.05)),
        (I::RandomNormal { mean: 2.0, deviation: 3.0 }, Law::Normal(2.0, 3.0)),
        (named("randomUniform"), Law::Uniform(-0.05, 0.05)),
        (I::RandomUniform { low: 1.0, high: 1.5 }, Law::Uniform(1.0, 1.5)),
        (named("truncatedNormal"), Law::Truncated(0.0, 0.05)),
        (I::TruncatedNormal { mean: -1.0, deviation: 2.0 }, Law::Truncated(-1.0, 2.0)),
        (named("glorotNormal"), Law::glorot(2.0 / 100.0)),
        (named("glorotUniform"), Law::symmetric((6.0_f64 / 100.0).sqrt())),
        (named("heNormal"), Law::glorot(2.0 / 30.0)),
        (named("heUniform"), Law::symmetric((6.0_f64 / 30.0).sqrt())),
        (named("lecunNormal"), Law::glorot(1.0 / 30.0)),
        (named("lecunUniform"), Law::symmetric((3.0_f64 / 30.0).sqrt())),
        (named("varianceScaling"), Law::glorot(1.0 / 30.0)),
        (scaled(0, 0), Law::glorot(3.0 / 30.0)),
        (scaled(1, 1), Law::Normal(0.0, (3.0_f64 / 70.0).sqrt())),
        (scaled(2, 2), Law::symmetric((9.0_f64 / 50.0).sqrt())),
        (named("xavierNormal"), Law::Normal(0.0, (2.0_f64 / 100.0).sqrt())),
        (I::XavierUniform { gain: 5.0 / 3.0 }, Law::symmetric(5.0 / 3.0 * (6.0_f64 / 100.0).sqrt())),
        (named("kaimingNormal"), Law::Normal(0.0, (2.0_f64 / 30.0).sqrt())),
        (
            I::KaimingNormal { mode: 1.0, nonlinearity: 4.0, negative_slope: 0.2 },
            Law::Normal(0.0, leaky_gain / 70.0_f64.sqrt()),
        ),
        (named("kaimingUniform"), Law::symmetric((6.0_f64 / 30.0).sqrt())),
        (
            I::KaimingUniform { mode: 1.0, nonlinearity: 2.0, negative_slope: 0.0 },
            Law::symmetric(5.0 / 3.0 * (3.0_f64 / 70.0).sqrt()),
        ),
    ]
}

#[test]
fn every_distribution_passes_kolmogorov_and_smirnov() {
    let n = 100_000;
    for (initializer, law) in laws() {
        let d = distance(drawn(&initializer, 30, 70, n), |x| law.cdf(x));
        assert!(d < critical(n), "{initializer:?} {law:?}: {d} above {}", critical(n));
    }
}

#[test]
fn the_test_of_distribution_tells_neighbours_apart() {
    let n = 100_000;
    let sample = || drawn(&named("heNormal"), 30, 70, n);
    for wrong in [Law::Normal(0.0, (2.0_f64 / 30.0).sqrt()), Law::Truncated(0.0, (2.0_f64 / 30.0).sqrt())] {
        assert!(distance(sample(), |x| wrong.cdf(x)) > critical(n), "{wrong:?}");
    }
}

#[test]
fn bounds_are_exact_and_reached() {
    for (initializer, law) in laws() {
        let (low, high) = match law {
            Law::Uniform(low, high) => (low, high),
            Law::Truncated(mean, deviation) => (mean - 2.0 * deviation, mean + 2.0 * deviation),
            Law::Normal(..) => continue,
        };
        let sample = drawn(&initializer, 30, 70, 100_000);
        let (least, most) = sample.iter().fold((f64::MAX, f64::MIN), |(a, b), &x| (a.min(x), b.max(x)));
        // A number is rounded to f32, so a bound is too; it may have been computed by another order of operations.
        let slack = 2.0 * f64::from(f32::EPSILON) * low.abs().max(high.abs());
        assert!(least >= low - slack && most <= high + slack, "{initializer:?}: {least} {most}");
        assert!(least - low < 0.01 * (high - low) && high - most < 0.01 * (high - low), "{initializer:?}");
    }
}

#[test]
fn constants() {
    for (initializer, value) in
        [(named("zeros"), 0.0), (named("ones"), 1.0), (Initializer::Constant { value: -2.5 }, -2.5)]
    {
        assert_eq!(drawn(&initializer, 2, 3, 6), [value; 6]);
    }
}

#[test]
fn gains_are_those_of_torch() {
    let position = |name: &str| NONLINEARITIES.iter().position(|x| *x == name).expect("a known name");
    let leaky = (2.0_f64 / 1.0001).sqrt();
    for (name, slope, expected) in [
        ("linear", 0.0, 1.0),
        ("sigmoid", 0.0, 1.0),
        ("tanh", 0.0, 5.0 / 3.0),
        ("relu", 0.7, 2.0_f64.sqrt()),
        ("leakyRelu", 0.01, leaky),
        ("leakyRelu", 1.0, 1.0),
        ("selu", 0.0, 0.75),
    ] {
        assert!((gain(position(name), slope) - expected).abs() < 1e-15, "{name}");
    }
    assert_eq!(NONLINEARITIES.len(), 6);
    let Initializer::KaimingNormal { nonlinearity, .. } = named("kaimingNormal") else { unreachable!() };
    assert_eq!(nonlinearity as usize, position("leakyRelu"));
}

#[test]
fn orthogonal_rows_or_columns() {
    let factor = 1.7;
    for (fan_in, fan_out) in [(1, 1), (1, 5), (5, 1), (2, 2), (7, 7), (16, 9), (9, 16), (33, 64), (130, 130)] {
        let w = drawn(&Initializer::Orthogonal { gain: factor }, fan_in, fan_out, fan_in * fan_out);
        let at = |row: usize, column: usize| w[row * fan_out + column];
        let product = |i: usize, j: usize| -> f64 {
            if fan_in >= fan_out {
                (0..fan_in).map(|k| at(k, i) * at(k, j)).sum()
            } else {
                (0..fan_out).map(|k| at(i, k) * at(j, k)).sum()
            }
        };
        for i in 0..fan_in.min(fan_out) {
            for j in 0..=i {
                let expected = if i == j { factor * factor } else { 0.0 };
                assert!((product(i, j) - expected).abs() < 1e-6, "{fan_in}×{fan_out} ({i}, {j}): {}", product(i, j));
            }
        }
    }
}

#[test]
fn orthogonal_is_uniform_over_the_group() {
    // Every entry of a uniformly random rotation or reflection of space is uniform over [−1, 1]; a sign left unmended would show.
    let n = 20_000;
    let mut entries = vec![Vec::new(); 9];
    let mut out = [0.0; 9];
    for seed in 0..n {
        fill(&named("orthogonal"), 3, 3, stream(seed), &mut out).expect("fills");
        entries.iter_mut().zip(out).for_each(|(list, x)| list.push(f64::from(x)));
    }
    for list in entries {
        let d = distance(list, |x| 0.5 + 0.5 * x);
        assert!(d < critical(n as usize), "{d}");
    }
}

#[test]
fn the_same_stream_gives_the_same_bits_and_another_gives_others() {
    for entry in Initializer::TABLE.iter().filter(|entry| !["zeros", "ones", "constant"].contains(&entry.name)) {
        let draw = |seed: u64| {
            let mut out = [0.0_f32; 35];
            fill(&named(entry.name), 5, 7, stream(seed), &mut out).expect("fills");
            out.map(f32::to_bits)
        };
        assert_eq!(draw(1), draw(1), "{}", entry.name);
        assert_ne!(draw(1), draw(2), "{}", entry.name);
    }
}

#[test]
fn what_cannot_be_filled_is_an_error_and_changes_nothing() {
    let mut out = [9.0; 6];
    let reversed = Initializer::RandomUniform { low: 1.0, high: 0.0 };
    assert_eq!(fill(&reversed, 2, 3, stream(1), &mut out).map_err(|e| e.kind), Err(Kind::Config));
    assert_eq!(fill(&named("orthogonal"), 6, 6, stream(1), &mut out).map_err(|e| e.kind), Err(Kind::Shape));
    assert_eq!(out, [9.0; 6]);
    assert_eq!(fill(&named("orthogonal"), 0, 3, stream(1), &mut []), Ok(()));
}

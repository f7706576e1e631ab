//! Learning-rate schedules: a rate for each step, in double precision with libm's functions, so that every target gives the same bits.
//!
//! # Words
//! A schedule arrives as its code (the position in [`Curve::TABLE`]), its settings in the table's order, then whatever no table can hold:
//!
//! | name | words after the settings |
//! |---|---|
//! | `multiStepDecay` | `n`, then `n` milestones: whole numbers from 0, in any order, a repeated one counts twice |
//! | `piecewiseConstant` | `n`, then `n` boundaries, each above the one before; `n + 1`, then as many values, each at least 0 |
//! | `linearWarmup` | the words of the inner schedule |
//! | `everyEpoch` | the words of the inner schedule |
//! | the others | none |
//!
//! A plain number is the schedule `constant`. Schedules nest at most [`MAX_DEPTH`] deep. Settings whose default is NaN have none: they must be given.

use super::step::power;
use crate::error::config;
use crate::spec::{Range, Words};
use crate::vocabulary;

/// How deep schedules may nest.
pub const MAX_DEPTH: usize = 8;

/// A setting that has no default.
const REQUIRED: f64 = f64::NAN;

vocabulary! {
    /// The shape of a schedule, with those settings that are plain numbers. `s` is the step, from 0; `η₀` the initial learning rate.
    pub enum Curve {
        /// The same rate at every step.
        Constant "constant" {
            /// The rate.
            learning_rate "learningRate" NonNegative => REQUIRED;
        }
        /// `η₀ · gamma^⌊s / stepSize⌋` (torch `StepLR`).
        StepDecay "stepDecay" {
            /// η₀.
            initial_learning_rate "initialLearningRate" NonNegative => REQUIRED;
            /// Steps between two falls.
            step_size "stepSize" Count => REQUIRED;
            /// The factor of each fall.
            gamma "gamma" NonNegative => 0.1;
        }
        /// `η₀ · gamma^(number of milestones that are at most s)` (torch `MultiStepLR`).
        MultiStepDecay "multiStepDecay" {
            /// η₀.
            initial_learning_rate "initialLearningRate" NonNegative => REQUIRED;
            /// The factor of each milestone.
            gamma "gamma" NonNegative => 0.1;
        }
        /// `η₀ · decayRate^(s / decaySteps)`, the exponent rounded down when staircase (Keras).
        ExponentialDecay "exponentialDecay" {
            /// η₀.
            initial_learning_rate "initialLearningRate" NonNegative => REQUIRED;
            /// Steps in which the rate falls once by the factor.
            decay_steps "decaySteps" Positive => REQUIRED;
            /// The factor.
            decay_rate "decayRate" NonNegative => REQUIRED;
            /// Whether it falls at once.
            staircase "staircase" Flag => 0.0;
        }
        /// `η₀ / (1 + decayRate · s / decaySteps)`, the quotient rounded down when staircase (Keras).
        InverseTimeDecay "inverseTimeDecay" {
            /// η₀.
            initial_learning_rate "initialLearningRate" NonNegative => REQUIRED;
            /// The unit of time, in steps.
            decay_steps "decaySteps" Positive => REQUIRED;
            /// How fast the rate falls.
            decay_rate "decayRate" NonNegative => REQUIRED;
            /// Whether it falls at once.
            staircase "staircase" Flag => 0.0;
        }
        /// `(η₀ − end) (1 − s / d)^power + end` with `d = decaySteps`, where it stays; when cycle, d is the next multiple of `decaySteps` (Keras).
        PolynomialDecay "polynomialDecay" {
            /// η₀.
            initial_learning_rate "initialLearningRate" NonNegative => REQUIRED;
            /// Steps until the end.
            decay_steps "decaySteps" Positive => REQUIRED;
            /// The rate at the end.
            end_learning_rate "endLearningRate" NonNegative => 1e-4;
            /// The power.
            power "power" NonNegative => 1.0;
            /// Whether the rate rises again after the end, ever less.
            cycle "cycle" Flag => 0.0;
        }
        /// `values[number of boundaries below s]`: a boundary belongs to the piece on its left (Keras).
        PiecewiseConstant "piecewiseConstant" {}
        /// `η₀ ((1 − alpha) ½ (1 + cos(π s / decaySteps)) + alpha)`; stays at the end (Keras).
        CosineDecay "cosineDecay" {
            /// η₀.
            initial_learning_rate "initialLearningRate" NonNegative => REQUIRED;
            /// Steps until the end.
            decay_steps "decaySteps" Positive => REQUIRED;
            /// Which part of η₀ remains.
            alpha "alpha" NonNegative => 0.0;
        }
        /// `η₀ ((1 − alpha) ½ mMulⁱ (1 + cos(π f)) + alpha)`, f the part done of the i-th period, which has `firstDecaySteps · tMulⁱ` steps (Keras).
        CosineDecayRestarts "cosineDecayRestarts" {
            /// η₀.
            initial_learning_rate "initialLearningRate" NonNegative => REQUIRED;
            /// Steps of the first period.
            first_decay_steps "firstDecaySteps" Positive => REQUIRED;
            /// How much longer each period is than the one before; at least 1.
            t_mul "tMul" Positive => 2.0;
            /// How much higher each period starts than the one before.
            m_mul "mMul" NonNegative => 1.0;
            /// Which part of η₀ remains.
            alpha "alpha" NonNegative => 0.0;
        }
        /// From `max / divFactor` up to `max` at step `percentStart · totalSteps − 1`, then down to `max / divFactor / finalDivFactor` at step
        /// `totalSteps − 1`, where it stays (torch `OneCycleLR`; Smith, Topin 2018). In three phases it comes down to the start symmetrically first.
        OneCycle "oneCycle" {
            /// The largest rate.
            max_learning_rate "maxLearningRate" NonNegative => REQUIRED;
            /// Steps of the cycle.
            total_steps "totalSteps" Count => REQUIRED;
            /// Which part of the cycle rises.
            percent_start "percentStart" Unit => 0.3;
            /// The shape of rise and fall.
            anneal_strategy "annealStrategy" Choice(&["cos", "linear"]) => 0.0;
            /// The largest rate over the first.
            div_factor "divFactor" Positive => 25.0;
            /// The first rate over the last.
            final_div_factor "finalDivFactor" Positive => 1e4;
            /// Whether the fall has two phases.
            three_phase "threePhase" Flag => 0.0;
        }
        /// Straight from η₀ at step 0 to the inner schedule's first rate at step `warmupSteps`; from there the inner one counts from 0.
        LinearWarmup "linearWarmup" {
            /// η₀.
            initial_learning_rate "initialLearningRate" NonNegative => 0.0;
            /// Steps of the rise.
            warmup_steps "warmupSteps" Index => REQUIRED;
        }
        /// The inner schedule, given the epoch (from 0) for the step.
        EveryEpoch "everyEpoch" {}
    }
}

/// A learning rate for each step.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    curve: Curve,
    /// Milestones or boundaries.
    points: Vec<f64>,
    /// The rates between boundaries.
    values: Vec<f64>,
    inner: Option<Box<Self>>,
}

impl From<Curve> for Schedule {
    /// A schedule without lists and inner schedules.
    fn from(curve: Curve) -> Self {
        Self { curve, points: Vec::new(), values: Vec::new(), inner: None }
    }
}

impl Schedule {
    /// The same rate at every step.
    pub fn constant(learning_rate: f64) -> Self {
        Self::from(Curve::Constant { learning_rate })
    }

    /// Reads a schedule's words, as described at the top of this file.
    pub fn read(words: &mut Words<'_>) -> Self {
        Self::read_nested(words, MAX_DEPTH)
    }

    fn read_nested(words: &mut Words<'_>, depth: usize) -> Self {
        let mut schedule = Self::from(Curve::read(words));
        match schedule.curve {
            Curve::MultiStepDecay { .. } => schedule.points = words.list(Range::Index).to_vec(),
            Curve::PiecewiseConstant {} => {
                schedule.points = words.list(Range::Finite).to_vec();
                schedule.values = words.list(Range::NonNegative).to_vec();
                let (points, values) = (&schedule.points, &schedule.values);
                let rising = points.windows(2).all(|pair| pair[0] < pair[1]);
                words.expect(
                    rising && values.len() == points.len() + 1,
                    config!("piecewiseConstant takes rising boundaries, and one value more"),
                );
            }
            Curve::CosineDecayRestarts { t_mul, .. } => {
                words.expect(t_mul >= 1.0, config!("tMul must be at least 1"));
            }
            Curve::LinearWarmup { .. } | Curve::EveryEpoch {} if depth == 1 => {
                words.fail(config!("schedules nest too deeply"));
            }
            Curve::LinearWarmup { .. } | Curve::EveryEpoch {} => {
                schedule.inner = Some(Box::new(Self::read_nested(words, depth - 1)));
            }
            _ => {}
        }
        schedule
    }

    /// The rate at a step, where a schedule that counts epochs takes the step for an epoch.
    pub fn rate_at(&self, step: u64) -> f64 {
        self.rate(step, step)
    }

    /// The rate at a step (updates made so far) in an epoch (epochs finished so far).
    pub fn rate(&self, step: u64, epoch: u64) -> f64 {
        let inner = |step, epoch| self.inner.as_ref().map_or(0.0, |inner| inner.rate(step, epoch));
        let s = step as f64;
        match self.curve {
            Curve::Constant { learning_rate } => learning_rate,
            Curve::StepDecay { initial_learning_rate, step_size, gamma } => {
                initial_learning_rate * raise(gamma, (s / step_size).floor())
            }
            Curve::MultiStepDecay { initial_learning_rate, gamma } => {
                let passed = self.points.iter().filter(|&&milestone| milestone <= s).count();
                initial_learning_rate * raise(gamma, passed as f64)
            }
            Curve::ExponentialDecay { initial_learning_rate, decay_steps, decay_rate, staircase } => {
                initial_learning_rate * raise(decay_rate, elapsed(s, decay_steps, staircase))
            }
            Curve::InverseTimeDecay { initial_learning_rate, decay_steps, decay_rate, staircase } => {
                initial_learning_rate / (1.0 + decay_rate * elapsed(s, decay_steps, staircase))
            }
            Curve::PolynomialDecay { initial_learning_rate, decay_steps, end_learning_rate, power, cycle } => {
                let periods = if cycle == 0.0 { 1.0 } else { (s / decay_steps).ceil().max(1.0) };
                let rest = 1.0 - (s / (decay_steps * periods)).min(1.0);
                (initial_learning_rate - end_learning_rate) * raise(rest, power) + end_learning_rate
            }
            Curve::PiecewiseConstant {} => {
                let piece = self.points.partition_point(|&boundary| boundary < s);
                self.values.get(piece).copied().unwrap_or(0.0)
            }
            Curve::CosineDecay { initial_learning_rate, decay_steps, alpha } => {
                initial_learning_rate * ((1.0 - alpha) * half_wave((s / decay_steps).min(1.0)) + alpha)
            }
            Curve::CosineDecayRestarts { initial_learning_rate, first_decay_steps, t_mul, m_mul, alpha } => {
                let (period, done) = restarts(s / first_decay_steps, t_mul);
                initial_learning_rate * ((1.0 - alpha) * (raise(m_mul, period) * half_wave(done)) + alpha)
            }
            Curve::OneCycle { .. } => one_cycle(self.curve, s),
            Curve::LinearWarmup { initial_learning_rate, warmup_steps } => {
                let warmup = warmup_steps as u64;
                if step >= warmup {
                    inner(step - warmup, epoch)
                } else {
                    (inner(0, 0) - initial_learning_rate) * (s / warmup_steps) + initial_learning_rate
                }
            }
            Curve::EveryEpoch {} => inner(epoch, epoch),
        }
    }
}

/// `baseˣ` for a base and an exponent of at least 0. Small whole exponents are multiplications, so that 0.5³ is 0.125; a general power with less than
/// a unit in the last place of error would take a kilobyte more, where this has `x · log base` units.
#[inline(never)]
fn raise(base: f64, x: f64) -> f64 {
    if x <= 64.0 && x.trunc() == x { power(base, x as u64) } else { libm::exp(x * libm::log(base)) }
}

/// Periods gone by; only whole ones when staircase.
fn elapsed(s: f64, period: f64, staircase: f64) -> f64 {
    if staircase == 0.0 { s / period } else { (s / period).floor() }
}

/// `½ (1 + cos(π x))`: from 1 at 0 to 0 at 1, as `1 − sin²(πx/2)` or `sin²(π(1 − x)/2)`, so that both ends are exact. The series has as many
/// terms as double precision sees; a general cosine would bring the reduction of huge arguments with it, 4 KB that nothing here needs.
#[inline(never)]
fn half_wave(x: f64) -> f64 {
    let angle = std::f64::consts::FRAC_PI_2 * x.min(1.0 - x);
    let square = angle * angle;
    let series = (1..=9).rev().fold(1.0, |sum, k| 1.0 - sum * square / f64::from(2 * k * (2 * k + 1)));
    let sine = angle * series;
    if x < 0.5 { 1.0 - sine * sine } else { sine * sine }
}

/// The period in which `x` lies and which part of it is done, when period i is `ratioⁱ` long and `ratio` is at least 1.
fn restarts(x: f64, ratio: f64) -> (f64, f64) {
    if ratio == 1.0 {
        let period = x.floor();
        return (period, x - period);
    }
    let start = |period: f64| (raise(ratio, period) - 1.0) / (ratio - 1.0);
    // A restart that rounding puts just behind a step is at that step, whatever the quotient of logarithms says.
    let reached = x * (1.0 + 1e-12);
    let mut period = (libm::log(1.0 + x * (ratio - 1.0)) / libm::log(ratio)).floor();
    if start(period) > reached {
        period -= 1.0;
    } else if start(period + 1.0) <= reached {
        period += 1.0;
    }
    (period, ((x - start(period)) / raise(ratio, period)).clamp(0.0, 1.0))
}

/// [`Curve::OneCycle`]; 0 for any other curve.
fn one_cycle(curve: Curve, s: f64) -> f64 {
    let Curve::OneCycle {
        max_learning_rate: top,
        total_steps,
        percent_start,
        anneal_strategy,
        div_factor,
        final_div_factor,
        three_phase,
    } = curve
    else {
        return 0.0;
    };
    let first = top / div_factor;
    let last = first / final_div_factor;
    let end = total_steps - 1.0;
    let rise = percent_start * total_steps - 1.0;
    // Each phase: its last step, the rates at its start and end.
    let phases: &[(f64, f64, f64)] = if three_phase == 0.0 {
        &[(rise, first, top), (end, top, last)]
    } else {
        &[(rise, first, top), (2.0 * percent_start * total_steps - 2.0, top, first), (end, first, last)]
    };
    let s = s.min(end);
    let mut start = 0.0;
    let mut rate = last;
    for &(stop, from, to) in phases {
        // A phase without length is at its end.
        let done = if stop > start { (s - start) / (stop - start) } else { 1.0 };
        rate =
            if anneal_strategy == 0.0 { to + (from - to) * half_wave(done) } else { from * (1.0 - done) + to * done };
        if s <= stop {
            break;
        }
        start = stop;
    }
    rate
}

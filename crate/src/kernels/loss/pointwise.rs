//! Losses that are a sum over elements.

use super::{Batch, EPSILON, Labels, Loss};
use crate::kernels::math::Math;
use crate::simd::{F32x4, LANES};

/// A label and a prediction of 0.5 have a finite value in every loss: what lanes past the end hold.
const FILL: f32 = 0.5;

/// What an element adds to its row's loss, up to a factor.
#[derive(Clone, Copy, Debug)]
enum Term {
    /// Half the squared error.
    Squared,
    /// Half the squared error where the error is at most the limit, a line beyond.
    Quadratic(f32),
    /// The error's size.
    Absolute,
    /// The error's size divided by the label's.
    Relative,
    LogCosh,
    SquaredLogarithmic,
    BinaryCrossentropy,
    BinaryCrossentropyOnLogits,
    Hinge,
    SquaredHinge,
    KlDivergence,
    Poisson,
}

/// The pointwise half of [`super::evaluate`].
pub(super) fn evaluate(loss: &Loss, batch: &Batch<'_>, scale: f32, gradient: Option<&mut [f32]>) -> f64 {
    let mean = 1.0 / batch.columns as f64;
    let (term, factor) = match *loss {
        Loss::MeanSquaredError {} => (Term::Squared, 2.0 * mean),
        Loss::Huber { delta } => (Term::Quadratic(delta as f32), mean),
        // A smaller beta is none in single precision.
        Loss::SmoothL1 { beta } if beta >= f64::from(f32::MIN_POSITIVE) => (Term::Quadratic(beta as f32), mean / beta),
        Loss::LogCosh {} => (Term::LogCosh, mean),
        Loss::MeanAbsolutePercentageError {} => (Term::Relative, 100.0 * mean),
        Loss::MeanSquaredLogarithmicError {} => (Term::SquaredLogarithmic, mean),
        Loss::BinaryCrossentropy { from_logits: 0.0, .. } => (Term::BinaryCrossentropy, mean),
        Loss::BinaryCrossentropy { .. } => (Term::BinaryCrossentropyOnLogits, mean),
        Loss::Hinge {} => (Term::Hinge, mean),
        Loss::SquaredHinge {} => (Term::SquaredHinge, mean),
        Loss::KlDivergence {} => (Term::KlDivergence, 1.0),
        Loss::Poisson {} => (Term::Poisson, mean),
        // The mean absolute error, and smooth L1 with beta 0; no other loss comes here.
        _ => (Term::Absolute, mean),
    };
    let labels = match *loss {
        Loss::BinaryCrossentropy { label_smoothing, .. } => Labels::smoothed(label_smoothing, 2.0),
        Loss::Hinge {} | Loss::SquaredHinge {} if batch.binary_labels => Labels::new(2.0, -1.0),
        _ => Labels::plain(),
    };
    factor * run(term, labels, batch, (f64::from(scale) * factor) as f32, gradient)
}

/// Adds up the weighted terms and writes the derivatives times weight and `scale`. Lanes past the end weigh 0.
fn run(term: Term, labels: Labels, batch: &Batch<'_>, scale: f32, gradient: Option<&mut [f32]>) -> f64 {
    let (math, scale) = (Math::new(), F32x4::splat(scale));
    let mut gradient = gradient.map(|gradient| gradient.chunks_mut(LANES));
    let mut weights = Weights { batch, row: 0, left: batch.columns };
    let mut total = 0.0;
    for (t, p) in batch.y_true.chunks(LANES).zip(batch.y_pred.chunks(LANES)) {
        let weight = weights.next(p.len());
        let (value, slope) = term.at(math, labels.map(F32x4::from_start(t, FILL)), F32x4::from_start(p, FILL));
        total += f64::from((value * weight).sum());
        if let Some(gradient) = gradient.as_mut().and_then(Iterator::next) {
            (slope * (scale * weight)).to_start(gradient);
        }
    }
    total
}

/// Walks through the elements' weights, those of their rows.
struct Weights<'a> {
    batch: &'a Batch<'a>,
    row: usize,
    /// How many elements of the row are still to come.
    left: usize,
}

impl Weights<'_> {
    #[inline(always)]
    fn advance(&mut self, count: usize) {
        self.left -= count;
        if self.left == 0 {
            self.row += 1;
            self.left = self.batch.columns;
        }
    }

    /// The next `count` weights; the lanes beyond are 0.
    #[inline(always)]
    fn next(&mut self, count: usize) -> F32x4 {
        let Some(weights) = self.batch.weights else { return F32x4::from_start(&[1.0; LANES][..count], 0.0) };
        if self.left >= LANES {
            // As many of the batch are left, so all four lanes are there.
            let weight = F32x4::splat(weights[self.row]);
            self.advance(LANES);
            return weight;
        }
        let mut lanes = [0.0; LANES];
        for lane in &mut lanes[..count] {
            *lane = weights[self.row];
            self.advance(1);
        }
        F32x4::from_array(lanes)
    }
}

impl Term {
    /// The values and derivatives of four elements.
    #[inline(always)]
    fn at(self, math: Math, t: F32x4, p: F32x4) -> (F32x4, F32x4) {
        let [zero, half, one, epsilon] = [0.0, 0.5, 1.0, EPSILON].map(F32x4::splat);
        let error = p - t;
        match self {
            Self::Squared => (error * (error * half), error),
            Self::Quadratic(limit) => {
                // With c the error clamped to the limit both parts are c · (e − c/2), whose derivative is c.
                let limit = F32x4::splat(limit);
                let clamped = error.max_fast(-limit).min_fast(limit);
                (clamped * (error - clamped * half), clamped)
            }
            Self::Absolute | Self::Relative => {
                let size = if matches!(self, Self::Relative) { t.abs().max_fast(epsilon) } else { one };
                let sign = one.copysign(error).and_not(error.eq(zero));
                (error.abs() / size, sign / size)
            }
            Self::LogCosh => {
                // |e| − log 2 + log(1 + exp(−2|e|)) does not overflow; for small errors −log(1 − tanh² e) / 2 does not cancel.
                let size = error.abs();
                let slope = math.tanh(error);
                let small = size.lt(half);
                let log = math.log1p_unit(small.select(-(slope * slope), math.exp(size * F32x4::splat(-2.0))));
                (small.select(-(log * half), size - F32x4::splat(std::f32::consts::LN_2) + log), slope)
            }
            Self::SquaredLogarithmic => {
                let difference = log1p(math, p.max_fast(epsilon)) - log1p(math, t.max_fast(epsilon));
                let slope = (difference + difference) / (p + one);
                (difference * difference, slope.and_not(p.lt(epsilon)))
            }
            Self::BinaryCrossentropy => {
                let least = F32x4::splat(-100.0);
                let (yes, no) = (log(math, p).max_fast(least), log1p(math, -p).max_fast(least));
                let spread = (p * (one - p)).max_fast(F32x4::splat(1e-12));
                ((t - one) * no - t * yes, error / spread)
            }
            Self::BinaryCrossentropyOnLogits => {
                let small = math.exp(-p.abs());
                let sigmoid = p.lt(zero).select(small, one) / (one + small);
                (p.max_fast(zero) - p * t + math.log1p_unit(small), sigmoid - t)
            }
            Self::Hinge | Self::SquaredHinge => {
                let margin = (one - t * p).max_fast(zero);
                let slope = (-t).and_not(margin.eq(zero));
                if matches!(self, Self::Hinge) { (margin, slope) } else { (margin * margin, (margin + margin) * slope) }
            }
            Self::KlDivergence => {
                let clip = |x: F32x4| x.max_fast(epsilon).min_fast(one);
                let (t, clipped) = (clip(t), clip(p));
                let ratio = t / clipped;
                (t * log(math, ratio), (-ratio) & clipped.eq(p))
            }
            Self::Poisson => {
                let above = p + epsilon;
                (p - t * log(math, above), one - t / above)
            }
        }
    }
}

// Called and not pasted: the binary's size counts for more here.

#[inline(never)]
fn log(math: Math, x: F32x4) -> F32x4 {
    math.log(x)
}

#[inline(never)]
fn log1p(math: Math, x: F32x4) -> F32x4 {
    math.log1p(x)
}

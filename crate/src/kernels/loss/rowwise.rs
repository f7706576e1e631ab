//! Losses that need a whole row.
//!
//! Rows are taken in [`Block`]s: four narrow rows side by side, one in each lane, or one wide row, four columns at a time. The
//! formulas are the same for both; what differs is how lanes are read and written, and that a wide row's sums run over its lanes.
//! Narrow rows are turned into columns once, and their gradients back once: a formula reads each number several times.

use super::{Batch, EPSILON, Labels, Loss};
use crate::kernels::math::Math;
use crate::simd::{F32x4, LANES};

/// From this width on a row fills the lanes by itself.
const WIDE: usize = 16;

/// The rowwise half of [`super::evaluate`].
pub(super) fn evaluate(loss: &Loss, batch: &Batch<'_>, scale: f32, gradient: Option<&mut [f32]>) -> f64 {
    let columns = batch.columns;
    let rows = batch.y_pred.len() / columns;
    let wide = columns >= WIDE;
    let (at_once, steps) = if wide { (1, columns.div_ceil(LANES)) } else { (LANES, columns) };
    let mut block = Block {
        batch,
        wide,
        steps,
        starts: [0; LANES],
        fill: 0.0,
        classes: matches!(loss, Loss::SparseCategoricalCrossentropy { .. }).then_some(F32x4::zero()),
        no_class: F32x4::zero(),
        labels: match *loss {
            Loss::CategoricalCrossentropy { label_smoothing, .. } => Labels::smoothed(label_smoothing, columns as f64),
            _ => Labels::plain(),
        },
        gradient,
        scale: F32x4::zero(),
        narrow: [[F32x4::zero(); 3]; WIDE],
    };
    let mut total = 0.0;
    for first in (0..rows).step_by(at_once) {
        // Lanes past the last row repeat it: what they write is what its own lane writes. All lanes of a wide row are of that row.
        let row: [usize; LANES] = std::array::from_fn(|lane| (first + if wide { 0 } else { lane }).min(rows - 1));
        let weight = F32x4::from_array(row.map(|row| batch.weights.map_or(1.0, |weights| weights[row])));
        block.starts = row.map(|row| row * columns);
        block.scale = weight * F32x4::splat(scale);
        if let Some(classes) = &mut block.classes {
            let class = F32x4::from_array(row.map(|row| batch.y_true[row]));
            let known = class.ge(F32x4::zero()) & class.lt(F32x4::splat(columns as f32)) & class.round().eq(class);
            block.no_class = F32x4::splat(f32::NAN).and_not(known);
            *classes = class;
        }
        block.load();
        let value = match *loss {
            Loss::CategoricalHinge {} => block.hinge(),
            Loss::CosineSimilarity {} => block.cosine(),
            Loss::CategoricalCrossentropy { from_logits, .. } | Loss::SparseCategoricalCrossentropy { from_logits } => {
                block.crossentropy(from_logits)
            }
            _ => F32x4::splat(f32::NAN),
        };
        block.store();
        let present = at_once.min(rows - first);
        total += (value * weight).to_array()[..present].iter().map(|&x| f64::from(x)).sum::<f64>();
    }
    total
}

/// What is kept of a column of narrow rows.
const PREDICTION: usize = 0;
const LABEL: usize = 1;
const SLOPE: usize = 2;

/// Four narrow rows, a column at a time, or one wide row, four columns at a time.
struct Block<'a> {
    batch: &'a Batch<'a>,
    wide: bool,
    /// In how many steps the columns are walked through.
    steps: usize,
    /// Where the lanes' rows start.
    starts: [usize; LANES],
    /// The predictions beyond a wide row's end; the labels there are 0.
    fill: f32,
    labels: Labels,
    /// The lanes' classes, when labels are classes.
    classes: Option<F32x4>,
    /// Their label in other columns: 0, or NaN where there is no such class.
    no_class: F32x4,
    gradient: Option<&'a mut [f32]>,
    /// What derivatives are multiplied by.
    scale: F32x4,
    /// Narrow rows' columns: prediction, label, gradient.
    narrow: [[F32x4; 3]; WIDE],
}

impl Block<'_> {
    /// Takes narrow rows.
    fn load(&mut self) {
        if self.wide {
            return;
        }
        for step in 0..self.steps {
            let label = self.compute_label(step);
            let prediction = F32x4::from_array(self.starts.map(|start| self.batch.y_pred[start + step]));
            [self.narrow[step][PREDICTION], self.narrow[step][LABEL]] = [prediction, label];
        }
    }

    /// Overwrites narrow rows' part of the gradient, if one is asked for.
    fn store(&mut self) {
        let Some(gradient) = self.gradient.as_deref_mut().filter(|_| !self.wide) else { return };
        for (step, column) in self.narrow[..self.steps].iter().enumerate() {
            for (start, x) in self.starts.into_iter().zip(column[SLOPE].to_array()) {
                gradient[start + step] = x;
            }
        }
    }

    /// Where a step's columns of a wide row lie in the predictions.
    #[inline(always)]
    fn span(&self, step: usize) -> std::ops::Range<usize> {
        let start = step * LANES;
        self.starts[0] + start..self.starts[0] + self.batch.columns.min(start + LANES)
    }

    #[inline(always)]
    fn prediction(&self, step: usize) -> F32x4 {
        if self.wide { self.read_wide(self.batch.y_pred, step, self.fill) } else { self.narrow[step][PREDICTION] }
    }

    /// A step's lanes of a wide row in a matrix as wide as the predictions.
    #[inline(never)]
    fn read_wide(&self, x: &[f32], step: usize, fill: f32) -> F32x4 {
        F32x4::from_start(&x[self.span(step)], fill)
    }

    /// The columns that a step's lanes stand in.
    #[inline(always)]
    fn columns(&self, step: usize) -> F32x4 {
        if self.wide {
            F32x4::splat((step * LANES) as f32) + F32x4::from_array([0.0, 1.0, 2.0, 3.0])
        } else {
            F32x4::splat(step as f32)
        }
    }

    #[inline(always)]
    fn label(&self, step: usize) -> F32x4 {
        if self.wide { self.compute_label(step) } else { self.narrow[step][LABEL] }
    }

    /// The labels; classes as rows of 0 and a single 1, or of NaN where there is no such class.
    #[inline(never)]
    fn compute_label(&self, step: usize) -> F32x4 {
        let Some(class) = self.classes else {
            let y_true = self.batch.y_true;
            let label = self.labels.map(if self.wide {
                self.read_wide(y_true, step, 0.0)
            } else {
                F32x4::from_array(self.starts.map(|start| y_true[start + step]))
            });
            // Smoothing must not reach beyond the row.
            return label & self.columns(step).lt(F32x4::splat(self.batch.columns as f32));
        };
        self.columns(step).eq(class).select(F32x4::splat(1.0), self.no_class)
    }

    /// Sets a step's part of the gradient, if one is asked for.
    #[inline(always)]
    fn write(&mut self, step: usize, slope: F32x4) {
        if self.wide {
            self.write_wide(step, slope);
        } else {
            self.narrow[step][SLOPE] = slope;
        }
    }

    #[inline(never)]
    fn write_wide(&mut self, step: usize, slope: F32x4) {
        let span = self.span(step);
        if let Some(gradient) = self.gradient.as_deref_mut() {
            slope.to_start(&mut gradient[span]);
        }
    }

    /// What was written last, where a gradient is asked for.
    #[inline(always)]
    fn written(&self, step: usize) -> Option<F32x4> {
        let gradient = self.gradient.as_deref()?;
        Some(if self.wide { self.read_wide(gradient, step, 0.0) } else { self.narrow[step][SLOPE] })
    }

    /// The sum over a row, in each of its lanes.
    #[inline(always)]
    fn sum(&self, x: F32x4) -> F32x4 {
        if self.wide { F32x4::splat(x.sum()) } else { x }
    }

    /// The largest of a row, in each of its lanes; NaN if one is there.
    #[inline(always)]
    fn max(&self, x: F32x4) -> F32x4 {
        let [a, b, c, d] = x.to_array().map(F32x4::splat);
        if self.wide { a.max(b).max(c.max(d)) } else { x }
    }

    fn crossentropy(&mut self, from_logits: f64) -> F32x4 {
        if from_logits == 0.0 { self.crossentropy_on_probabilities() } else { self.crossentropy_on_logits() }
    }

    /// `Σ t · (log Σ exp x − x)`, with the largest logit taken from all; a label of 0 adds nothing, even for a logit of −∞.
    /// The derivative is `softmax(x) · Σ t − t`.
    #[inline(never)]
    fn crossentropy_on_logits(&mut self) -> F32x4 {
        self.fill = f32::NEG_INFINITY;
        let math = Math::new();
        let (mut top, mut mass) = (F32x4::splat(f32::NEG_INFINITY), F32x4::zero());
        for step in 0..self.steps {
            top = top.max(self.prediction(step));
            mass += self.label(step);
        }
        let (top, mass) = (self.max(top), self.sum(mass));
        let mut sum = F32x4::zero();
        for step in 0..self.steps {
            let power = math.exp(self.prediction(step) - top);
            sum += power;
            self.write(step, power);
        }
        let sum = self.sum(sum);
        let (log, share) = (math.log(sum), mass / sum);
        let mut value = F32x4::zero();
        for step in 0..self.steps {
            let label = self.label(step);
            value += (label * (top - self.prediction(step) + log)).and_not(label.eq(F32x4::zero()));
            if let Some(power) = self.written(step) {
                self.write(step, self.scale * (power * share - label));
            }
        }
        self.sum(value)
    }

    /// `−Σ t · log(clip(p / Σp))`. A clipped quotient has no gradient; through the others and through the sum, the derivative is
    /// `(Σ t − t / q) / Σp` with the sum over those not clipped, and with the term in `t` for those alone.
    #[inline(never)]
    fn crossentropy_on_probabilities(&mut self) -> F32x4 {
        let (math, low, high) = (Math::new(), F32x4::splat(EPSILON), F32x4::splat(1.0 - EPSILON));
        let mut sum = F32x4::zero();
        for step in 0..self.steps {
            sum += self.prediction(step);
        }
        let sum = self.sum(sum);
        let [mut value, mut mass] = [F32x4::zero(); 2];
        // First the value and the sum over what is not clipped, then the gradient, which needs that sum.
        for backward in [false, true] {
            for step in 0..self.steps {
                let (quotient, label) = (self.prediction(step) / sum, self.label(step));
                let clipped = quotient.max_fast(low).min_fast(high);
                let free = clipped.eq(quotient) & label;
                if backward {
                    self.write(step, self.scale * (mass - free / clipped) / sum);
                } else {
                    value -= label * math.log(clipped);
                    mass += free;
                }
            }
            mass = self.sum(mass);
            if self.gradient.is_none() {
                break;
            }
        }
        self.sum(value)
    }

    #[inline(never)]
    fn hinge(&mut self) -> F32x4 {
        // Below every prediction, but not infinite: it is multiplied by a label of 0.
        self.fill = f32::MIN;
        let one = F32x4::splat(1.0);
        let (mut right, mut wrong, mut place) = (F32x4::zero(), F32x4::splat(f32::NEG_INFINITY), F32x4::zero());
        for step in 0..self.steps {
            let (label, prediction) = (self.label(step), self.prediction(step));
            right += label * prediction;
            let other = (one - label) * prediction;
            let better = other.gt(wrong);
            wrong = better.select(other, wrong);
            place = better.select(self.columns(step), place);
        }
        let (right, largest) = (self.sum(right), self.max(wrong));
        // The first place that holds the largest: the largest of the negated ones.
        let place = -self.max(wrong.eq(largest).select(-place, F32x4::splat(f32::NEG_INFINITY)));
        let value = (largest - right + one).max_fast(F32x4::zero());
        let flat = value.le(F32x4::zero());
        for step in 0..self.steps {
            let label = self.label(step);
            let slope = ((one - label) & place.eq(self.columns(step))) - label;
            self.write(step, self.scale * slope.and_not(flat));
        }
        value
    }

    /// With `t̂` and `p̂` the vectors divided by `max(norm, ε)`: `−t̂·p̂`, whose derivative is `(p̂ (t̂·p̂) − t̂) / ‖p‖`, or
    /// `−t̂ / ε` where the norm is below ε.
    #[inline(never)]
    fn cosine(&mut self) -> F32x4 {
        let (one, epsilon) = (F32x4::splat(1.0), F32x4::splat(EPSILON));
        let mut sums = [F32x4::zero(); 3];
        for step in 0..self.steps {
            let (label, prediction) = (self.label(step), self.prediction(step));
            sums[0] += label * label;
            sums[1] += prediction * prediction;
            sums[2] += label * prediction;
        }
        let [labels, predictions, both] = sums.map(|x| self.sum(x));
        let norm = predictions.sqrt();
        let label_scale = one / labels.sqrt().max_fast(epsilon);
        let scale = one / norm.max_fast(epsilon);
        let cosine = both * label_scale * scale;
        let along = (cosine * scale) & norm.ge(epsilon);
        for step in 0..self.steps {
            let slope = (self.prediction(step) * along - self.label(step) * label_scale) * scale;
            self.write(step, self.scale * slope);
        }
        -cosine
    }
}

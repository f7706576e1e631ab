//! Softmax and its logarithm over the rows of a matrix, and their backward passes.
//!
//! Each row is shifted by its greatest element, so that nothing overflows: logits of ±1000 and rows like (−∞, 0, 1) give finite
//! results. A row with +∞, with NaN or with nothing but −∞ gives NaN throughout, as in torch.
//!
//! Errors in units of the last place (ULP) of each element of a row of n, whatever its spread: softmax n/4 + 5, logSoftmax n/4 + 4.
//! The logarithm of a probability near 1 keeps its digits: it is −ln(1 + the others), not a difference that cancels.
//!
//! Narrow rows (most nets tell 2 to 12 classes apart) are taken four at a time, one in each lane; wide ones one by one, four
//! columns at a time. A `View` makes both look alike to the formulas.
//!
//! Backward, with g from above: softmax gives yⱼ (gⱼ − Σ gₖ yₖ), its logarithm gⱼ − e^yⱼ Σ gₖ.

#[cfg(test)]
mod tests;
mod view;

use super::block::{BLOCK, accumulated};
use super::math::Math;
use crate::simd::{F32x4, LANES};
use view::{Along, Beside, NARROW, View};

/// A function of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// yⱼ = e^xⱼ / Σ e^xₖ.
    Softmax,
    /// yⱼ = xⱼ − ln Σ e^xₖ.
    LogSoftmax,
}

impl Rows {
    /// Applies it to each row of `columns` elements, in place.
    ///
    /// # Panics
    /// When the length of `x` is no multiple of `columns`.
    pub fn forward(self, columns: usize, x: &mut [f32]) {
        check(columns, x.len());
        let math = Math::new();
        if columns > NARROW {
            for row in x.chunks_exact_mut(columns) {
                self.forward_view(math, &mut Along::new(row));
            }
            return;
        }
        let mut view = Beside::new(columns);
        let (mut padded, four) = ([0.0; LANES * NARROW], LANES * columns);
        for chunk in x.chunks_mut(four) {
            let rows = if chunk.len() < four { fill(&mut padded[..four], chunk) } else { &mut *chunk };
            view.load(rows);
            self.forward_view(math, &mut view);
            view.store(rows);
            if chunk.len() < four {
                chunk.copy_from_slice(&padded[..chunk.len()]);
            }
        }
    }

    #[inline(never)]
    fn forward_view<V: View>(self, math: Math, view: &mut V) {
        let mut sums = Sums::new(math, view);
        match self {
            Self::Softmax => {
                for step in 0..view.steps() {
                    let e = sums.add(view.get(step));
                    view.set(step, e);
                }
                let scale = sums.scale::<V>();
                for step in 0..view.steps() {
                    view.set(step, view.get(step) * scale);
                }
            }
            Self::LogSoftmax => {
                for step in 0..view.steps() {
                    let _ = sums.add(view.get(step));
                }
                let (top, log) = (sums.top, sums.log::<V>());
                for step in 0..view.steps() {
                    view.set(step, view.get(step) - top - log);
                }
            }
        }
    }

    /// `gradient` = `gradient` · the Jacobian, for each row of `columns` elements; `y` is the output.
    ///
    /// # Panics
    /// When the lengths differ or are no multiple of `columns`.
    #[inline(never)]
    pub fn backward_in_place(self, columns: usize, y: &[f32], gradient: &mut [f32]) {
        check(columns, gradient.len());
        assert!(y.len() == gradient.len(), "an activation and its gradients have the same length");
        let math = Math::new();
        if columns > NARROW {
            for (y, gradient) in y.chunks_exact(columns).zip(gradient.chunks_exact_mut(columns)) {
                let total = self.total(y, gradient);
                self.back(math, total, y, gradient);
            }
            return;
        }
        let (mut output, mut view) = (Beside::new(columns), Beside::new(columns));
        let (mut padded_y, mut padded, four) = ([0.0; LANES * NARROW], [0.0; LANES * NARROW], LANES * columns);
        for (y, chunk) in y.chunks(four).zip(gradient.chunks_mut(four)) {
            let partial = chunk.len() < four;
            output.load(if partial { fill(&mut padded_y[..four], y) } else { y });
            let rows = if partial { fill(&mut padded[..four], chunk) } else { &mut *chunk };
            view.load(rows);
            let terms = (0..columns).map(|step| self.term(output.get(step), view.get(step)));
            let total = terms.fold(F32x4::zero(), |sum, term| sum + term);
            for step in 0..columns {
                view.set(step, self.back_one(math, total, output.get(step), view.get(step)));
            }
            view.store(rows);
            if partial {
                chunk.copy_from_slice(&padded[..chunk.len()]);
            }
        }
    }

    /// `out` = `upstream` · the Jacobian, or `out` += that, for each row of `columns` elements; `y` is the output.
    ///
    /// # Panics
    /// When the lengths differ or are no multiple of `columns`.
    pub fn backward(self, columns: usize, y: &[f32], upstream: &[f32], out: &mut [f32], accumulate: bool) {
        let length = out.len();
        assert!(y.len() == length && upstream.len() == length, "an activation and its gradients have the same length");
        if !accumulate {
            out.copy_from_slice(upstream);
            return self.backward_in_place(columns, y, out);
        }
        check(columns, length);
        if columns <= NARROW {
            let block = BLOCK / columns * columns;
            return accumulated(block, y, upstream, out, |y, g| self.backward_in_place(columns, y, g));
        }
        let math = Math::new();
        let rows = y.chunks_exact(columns).zip(upstream.chunks_exact(columns)).zip(out.chunks_exact_mut(columns));
        for ((y, upstream), out) in rows {
            let total = self.total(y, upstream);
            accumulated(BLOCK, y, upstream, out, |y, g| self.back(math, total, y, g));
        }
    }

    /// What an element adds to its row's total: g y for softmax, g for its logarithm.
    #[inline(always)]
    fn term(self, y: F32x4, g: F32x4) -> F32x4 {
        match self {
            Self::Softmax => y * g,
            Self::LogSoftmax => g,
        }
    }

    /// What an element gives back: y (g − total) for softmax, g − eʸ total for its logarithm.
    #[inline(always)]
    fn back_one(self, math: Math, total: F32x4, y: F32x4, g: F32x4) -> F32x4 {
        match self {
            Self::Softmax => y * (g - total),
            Self::LogSoftmax => g - math.exp(y) * total,
        }
    }

    /// The sum of [`term`](Self::term) over a wide row, in every lane.
    fn total(self, y: &[f32], gradient: &[f32]) -> F32x4 {
        let ((y, y_rest), (g, g_rest)) = (y.as_chunks::<LANES>(), gradient.as_chunks::<LANES>());
        let mut total = self.term(F32x4::from_partial(y_rest, 0.0), F32x4::from_partial(g_rest, 0.0));
        for (y, g) in y.iter().zip(g) {
            total += self.term(F32x4::from_slice(y), F32x4::from_slice(g));
        }
        Along::sum(total)
    }

    /// [`back_one`](Self::back_one) along a wide row or a part of it.
    #[inline(never)]
    fn back(self, math: Math, total: F32x4, y: &[f32], gradient: &mut [f32]) {
        let ((y, y_rest), (g, g_rest)) = (y.as_chunks::<LANES>(), gradient.as_chunks_mut::<LANES>());
        for (y, g) in y.iter().zip(g) {
            self.back_one(math, total, F32x4::from_slice(y), F32x4::from_slice(g)).to_slice(g);
        }
        let (y, g) = (F32x4::from_partial(y_rest, 0.0), F32x4::from_partial(g_rest, 0.0));
        self.back_one(math, total, y, g).to_partial(g_rest);
    }
}

/// Rows are whole.
#[inline(always)]
fn check(columns: usize, length: usize) {
    assert!(columns > 0 && length.is_multiple_of(columns), "softmax works on whole rows of at least one column");
}

/// Copies `rows` to the front of `room`, the rest of which keeps whatever numbers it holds.
#[inline(always)]
fn fill<'a>(room: &'a mut [f32], rows: &[f32]) -> &'a mut [f32] {
    room[..rows.len()].copy_from_slice(rows);
    room
}

/// Running sums of e = e^(x − top) · 2⁶⁴ over rows.
struct Sums {
    math: Math,
    /// The greatest element.
    top: F32x4,
    /// Σ e without the greatest element: apart from it, so that a confident row keeps its digits.
    others: F32x4,
    /// How often the greatest element occurs.
    ties: F32x4,
}

impl Sums {
    #[inline(always)]
    fn new<V: View>(math: Math, view: &V) -> Self {
        let top = (0..view.steps()).fold(F32x4::splat(f32::NEG_INFINITY), |top, step| top.max_fast(view.get(step)));
        Self { math, top: V::max(top), others: F32x4::zero(), ties: F32x4::zero() }
    }

    /// Adds a vector; returns its e.
    #[inline(always)]
    fn add(&mut self, x: F32x4) -> F32x4 {
        let (math, top) = (self.math, self.top);
        // x − top exactly, in two floats (Møller 1965, Knuth), and raised to where e vanishes.
        let floor = F32x4::splat(math.table().exp_floor);
        let shifted = x - top;
        let taken = shifted - x;
        let rest = ((x - (shifted - taken)) - (top + taken)) & shifted.gt(floor);
        let e = math.exp_scaled(shifted.max_fast(floor), rest).value();
        let greatest = shifted.eq(F32x4::zero());
        self.others += e.and_not(greatest);
        self.ties += math.one() & greatest;
        e
    }

    /// What e is to be multiplied by: 1 / Σ e.
    #[inline(always)]
    fn scale<V: View>(self) -> F32x4 {
        let unit = F32x4::splat(self.math.table().two_64);
        self.math.one() / (V::sum(self.others) + V::sum(self.ties) * unit)
    }

    /// ln Σ e^(x − top).
    #[inline(always)]
    fn log<V: View>(self) -> F32x4 {
        let unit = F32x4::splat(self.math.table().two_minus_64);
        self.math.log1p(V::sum(self.others) * unit + (V::sum(self.ties) - self.math.one()))
    }
}

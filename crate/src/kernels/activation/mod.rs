//! Activations, forward and backward.
//!
//! [`Activation`] names them; one `Curve` each, in the files beside this one, holds the function and its derivative.
//! Softmax and logSoftmax work on rows and live in [`softmax`](super::softmax). To add a member, write a row of
//! [`vocabulary!`](crate::vocabulary), its curve, and a row of `with_curve!`.
//!
//! Each derivative is taken from the output y where that is enough, so that the output may overwrite the input, and from the
//! input x otherwise: [`needs_input`](Activation::needs_input). At a kink it is torch's. NaN gives NaN, in both directions;
//! at ±∞ functions and derivatives are their limits. Errors are in units of the last place (ULP) of the exact result; tests hold them.
//!
//! | activation | formula | error | derivative | at a kink |
//! |---|---|---|---|---|
//! | `linear` | x | 0 | 1 (also at NaN) | |
//! | `sigmoid` | 1 / (1 + e⁻ˣ) | 3 | y (1 − y) | |
//! | `tanh` | tanh x | 4.5 | (1 − y) (1 + y) | |
//! | `relu` | max(x, 0) | 0 | 1 where y > 0, else 0 | 0 |
//! | `leakyRelu` | x above 0, else slope · x | 0.5 | 1 where x > 0, else slope | slope |
//! | `elu` | x above 0, else α (eˣ − 1) | 3 | 1 where y > 0, else y + α | α |
//! | `selu` | σ elu(x; α), σ ≈ 1.0507, α ≈ 1.6733 | 3.5 | σ where y > 0, else y + σα | σα |
//! | `celu` | x above 0, else α (e^(x/α) − 1) | 3.5 | 1 where y > 0, else y/α + 1 | 1 |
//! | `gelu` | x Φ(x) | 8 | Φ(x) + x φ(x) | |
//! | `gelu`, `'tanh'` | x / (1 + e⁻ᵛ), v = 2 √(2/π) (x + 0.044715 x³) | 6 | g (1 + x v′ (1 − g)), g = 1 / (1 + e⁻ᵛ) | |
//! | `silu` | x g, g = 1 / (1 + e⁻ˣ) | 4 | g (1 + x (1 − g)) | |
//! | `mish` | x tanh(ln(1 + eˣ)) | 5.5 | its derivative | |
//! | `softplus` | ln(1 + eˣ) | 3.75 | 1 − e⁻ʸ | |
//! | `softsign` | x / (1 + ∣x∣) | 1.5 | 1 / (1 + ∣x∣)² | |
//! | `hardSigmoid` | x/6 + ½ between 0 and 1 | 1.5 | ⅙ within (−3, 3), else 0 | 0 |
//! | `hardSilu` | x hardSigmoid(x) | 2.5 | (2x + 3)/6 within (−3, 3), else 0 or 1 | 0 at −3, 1 at 3 |
//! | `hardTanh` | x between −1 and 1 | 0 | 1 within (−1, 1), else 0 | 0 |
//! | `relu6` | x between 0 and 6 | 0 | 1 within (0, 6), else 0 | 0 |
//! | `exponential` | eˣ | 2.1 | y | |
//! | `logSigmoid` | −ln(1 + e⁻ˣ) | 3.75 | 1 − eʸ | |
//! | `softmax` | eˣ / Σ eˣ over a row of n | n/4 + 5 | row by row | |
//! | `logSoftmax` | x − ln Σ eˣ over a row of n | n/4 + 4 | row by row | |
//!
//! Derivatives are within 4 · 2⁻²⁴ (tanh: 9 · 2⁻²⁴) of the greater of 1 and their size: one taken from a y near its limit keeps few
//! digits of what is next to nothing.

mod curve;
mod exponential;
mod gated;
mod piecewise;
#[cfg(test)]
mod tests;

use super::block::{BLOCK, accumulated};
use super::softmax::Rows;
use crate::pool;
use crate::simd::{COUPLE, Source};
use curve::Curve;

/// Elements that a thread takes at least: some microseconds.
const GRAIN: usize = 8 * 1024;

crate::vocabulary! {
    /// An activation function with its settings.
    pub enum Activation {
        /// x.
        Linear "linear" {}
        /// The logistic function.
        Sigmoid "sigmoid" {}
        /// The hyperbolic tangent.
        Tanh "tanh" {}
        /// max(x, 0).
        Relu "relu" {}
        /// max(x, 0) + slope · min(x, 0).
        LeakyRelu "leakyRelu" {
            /// The slope below 0.
            negative_slope "negativeSlope" Finite => 0.01;
        }
        /// Exponential linear unit (Clevert et al. 2015).
        Elu "elu" {
            /// Minus the limit at −∞.
            alpha "alpha" Finite => 1.0;
        }
        /// Scaled exponential linear unit (Klambauer et al. 2017).
        Selu "selu" {}
        /// Continuously differentiable exponential linear unit (Barron 2017).
        Celu "celu" {
            /// Minus the limit at −∞.
            alpha "alpha" Positive => 1.0;
        }
        /// Gaussian error linear unit (Hendrycks and Gimpel 2016).
        Gelu "gelu" {
            /// The normal distribution function itself, or its approximation by tanh.
            approximate "approximate" Choice(&["none", "tanh"]) => 0.0;
        }
        /// Sigmoid linear unit, also called swish.
        Silu "silu" {}
        /// Misra 2019.
        Mish "mish" {}
        /// ln(1 + eˣ).
        Softplus "softplus" {}
        /// x / (1 + |x|).
        Softsign "softsign" {}
        /// x/6 + ½, between 0 and 1 (torch, Keras 3).
        HardSigmoid "hardSigmoid" {}
        /// x · hardSigmoid(x), also called hard swish (Howard et al. 2019).
        HardSilu "hardSilu" {}
        /// x between −1 and 1.
        HardTanh "hardTanh" {}
        /// x between 0 and 6.
        Relu6 "relu6" {}
        /// eˣ.
        Exponential "exponential" {}
        /// ln σ(x).
        LogSigmoid "logSigmoid" {}
        /// eˣ / Σ eˣ over each row.
        Softmax "softmax" {}
        /// x − ln Σ eˣ over each row.
        LogSoftmax "logSoftmax" {}
    }
}

/// Evaluates `$body` with `$curve` bound to the curve of an element-wise activation; `$otherwise` for the others.
macro_rules! with_curve {
    ($activation:expr, $curve:ident => $body:expr, $otherwise:expr) => {
        with_curve!(@ $activation, $curve => $body, $otherwise;
            Linear {} => piecewise::Linear,
            Sigmoid {} => exponential::Sigmoid::new(),
            Tanh {} => exponential::Tanh::new(),
            Relu {} | LeakyRelu { negative_slope: 0.0 } => piecewise::Relu,
            LeakyRelu { negative_slope } => piecewise::LeakyRelu::new(negative_slope),
            Elu { .. } | Selu {} | Celu { .. } => exponential::Elu::new($activation),
            Gelu { approximate: 0.0 } => gated::Gelu::new(),
            Gelu { .. } => gated::GeluTanh::new(),
            Silu {} => gated::Silu::new(),
            Mish {} => gated::Mish::new(),
            Softplus {} => exponential::Softplus::new(),
            Softsign {} => piecewise::Softsign::new(),
            HardSigmoid {} => piecewise::HardSigmoid::new(),
            HardSilu {} => piecewise::HardSilu::new(),
            HardTanh {} | Relu6 {} => piecewise::Clamp::new($activation),
            Exponential {} => exponential::Exponential::new(),
            LogSigmoid {} => exponential::LogSigmoid::new(),
        )
    };
    (@ $activation:expr, $curve:ident => $body:expr, $otherwise:expr; $($row:pat => $new:expr,)*) => {{
        use Activation::*;
        match *$activation {
            $($row => { let $curve = $new; $body })*
            Softmax {} | LogSoftmax {} => $otherwise,
        }
    }};
}

impl Activation {
    /// Whether it works on whole rows (softmax, logSoftmax) instead of element by element.
    pub fn is_row_wise(&self) -> bool {
        self.rows().is_some()
    }

    /// Whether it changes nothing.
    pub fn is_linear(&self) -> bool {
        matches!(self, Self::Linear {})
    }

    /// Whether the derivative is taken from the input x; if not, it is taken from the output y.
    pub fn needs_input(&self) -> bool {
        with_curve!(self, curve => curve.needs_input(), false)
    }

    /// Elements that must stay together: a row, or a vector.
    fn unit(&self, columns: usize) -> usize {
        if self.is_row_wise() { columns } else { COUPLE }
    }

    /// The function of rows that it is, if it is one.
    fn rows(&self) -> Option<Rows> {
        match self {
            Self::Softmax {} => Some(Rows::Softmax),
            Self::LogSoftmax {} => Some(Rows::LogSoftmax),
            _ => None,
        }
    }
}

/// y = f(x), for rows of `columns` elements.
///
/// # Panics
/// When `x` and `y` differ in length; for softmax and logSoftmax, when it is no multiple of `columns`.
pub fn forward(activation: &Activation, columns: usize, x: &[f32], y: &mut [f32]) {
    assert!(x.len() == y.len(), "an activation's input and output have the same length");
    pool::cut(GRAIN, activation.unit(columns), [y], |first, [y]| {
        forward_piece(activation, columns, Source::Other(&x[first..][..y.len()]), y);
    });
}

/// x = f(x), for rows of `columns` elements.
///
/// # Panics
/// For softmax and logSoftmax, when the length of `x` is no multiple of `columns`.
pub fn forward_in_place(activation: &Activation, columns: usize, x: &mut [f32]) {
    forward_piece(activation, columns, Source::Out, x);
}

fn forward_piece(activation: &Activation, columns: usize, x: Source<'_>, y: &mut [f32]) {
    if let Some(rows) = activation.rows() {
        x.copy_to(y);
        return rows.forward(columns, y);
    }
    let whole = y.len() - y.len() % COUPLE;
    let (y, y_rest) = y.split_at_mut(whole);
    let [x, x_rest] = x.split_at(whole);
    forward_whole(activation, x, y);
    if !y_rest.is_empty() {
        // Through a couple of their own: the same bits as inside of one.
        x_rest.copy_to(y_rest);
        let mut couple = padded(y_rest);
        forward_whole(activation, Source::Out, &mut couple);
        y_rest.copy_from_slice(&couple[..y_rest.len()]);
    }
}

#[inline(never)]
fn forward_whole(activation: &Activation, x: Source<'_>, y: &mut [f32]) {
    with_curve!(activation, curve => curve::forward(curve, x, y), ());
}

/// `out` = `upstream` · f′, or `out` += that, for rows of `columns` elements.
///
/// `saved` is x where [`needs_input`](Activation::needs_input), else y. For softmax and logSoftmax f′ is each row's Jacobian.
///
/// # Panics
/// When the lengths differ; for softmax and logSoftmax, when they are no multiple of `columns`.
pub fn backward(
    activation: &Activation,
    columns: usize,
    saved: &[f32],
    upstream: &[f32],
    out: &mut [f32],
    accumulate: bool,
) {
    let length = out.len();
    assert!(saved.len() == length && upstream.len() == length, "an activation and its gradients have the same length");
    pool::cut(GRAIN, activation.unit(columns), [out], |first, [out]| {
        let [saved, upstream] = [saved, upstream].map(|array| &array[first..][..out.len()]);
        backward_piece(activation, columns, saved, upstream, out, accumulate);
    });
}

fn backward_piece(
    activation: &Activation,
    columns: usize,
    saved: &[f32],
    upstream: &[f32],
    out: &mut [f32],
    accumulate: bool,
) {
    if let Some(rows) = activation.rows() {
        return rows.backward(columns, saved, upstream, out, accumulate);
    }
    if accumulate {
        let work = |saved: &[f32], gradient: &mut [f32]| backward_elements(activation, saved, Source::Out, gradient);
        return accumulated(BLOCK, saved, upstream, out, work);
    }
    backward_elements(activation, saved, Source::Other(upstream), out);
}

/// `gradient` = `gradient` · f′, for rows of `columns` elements; `saved` as in [`backward`].
///
/// # Panics
/// When the lengths differ; for softmax and logSoftmax, when they are no multiple of `columns`.
pub fn backward_in_place(activation: &Activation, columns: usize, saved: &[f32], gradient: &mut [f32]) {
    assert!(saved.len() == gradient.len(), "an activation and its gradients have the same length");
    pool::cut(GRAIN, activation.unit(columns), [gradient], |first, [gradient]| {
        backward_piece_in_place(activation, columns, &saved[first..][..gradient.len()], gradient);
    });
}

fn backward_piece_in_place(activation: &Activation, columns: usize, saved: &[f32], gradient: &mut [f32]) {
    if let Some(rows) = activation.rows() {
        return rows.backward_in_place(columns, saved, gradient);
    }
    backward_elements(activation, saved, Source::Out, gradient);
}

fn backward_elements(activation: &Activation, saved: &[f32], upstream: Source<'_>, out: &mut [f32]) {
    let whole = out.len() - out.len() % COUPLE;
    let (out, out_rest) = out.split_at_mut(whole);
    let (saved, saved_rest) = saved.split_at(whole);
    let [upstream, upstream_rest] = upstream.split_at(whole);
    backward_whole(activation, saved, upstream, out);
    if !out_rest.is_empty() {
        upstream_rest.copy_to(out_rest);
        let mut couple = padded(out_rest);
        backward_whole(activation, &padded(saved_rest), Source::Out, &mut couple);
        out_rest.copy_from_slice(&couple[..out_rest.len()]);
    }
}

#[inline(never)]
fn backward_whole(activation: &Activation, saved: &[f32], upstream: Source<'_>, out: &mut [f32]) {
    if let Activation::Elu { alpha } = *activation
        && alpha < 0.0
    {
        return backward_falling(-alpha, saved, upstream, out);
    }
    with_curve!(activation, curve => curve::backward(curve, saved, upstream, out), ());
}

/// Of elu with α = −`alpha` below 0, from x by way of elu with `alpha`.
#[cold]
#[inline(never)]
fn backward_falling(alpha: f64, mut saved: &[f32], mut upstream: Source<'_>, mut out: &mut [f32]) {
    while !out.is_empty() {
        let count = out.len().min(BLOCK);
        let (head, tail) = out.split_at_mut(count);
        let [first, rest] = upstream.split_at(count);
        let mut y = [0.0; BLOCK];
        forward_whole(&Activation::Elu { alpha }, Source::Other(&saved[..count]), &mut y[..count]);
        curve::backward(exponential::Elu::falling(alpha), &y[..count], first, head);
        (saved, upstream, out) = (&saved[count..], rest, tail);
    }
}

fn padded(x: &[f32]) -> [f32; COUPLE] {
    let mut couple = [0.0; COUPLE];
    couple[..x.len()].copy_from_slice(x);
    couple
}

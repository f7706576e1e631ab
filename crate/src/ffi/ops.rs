//! Single operations, on the same kernels as training.

use wasm_bindgen::prelude::wasm_bindgen;

use super::Outcome;
use super::dataset::RawBuffer;
use crate::error::Result;
use crate::kernels::activation::{self, Activation};
use crate::kernels::gemm::{Epilogue, Matrix, Size, gemm, scratch_len};
use crate::kernels::loss::{self, Batch, Loss};
use crate::nn::arena::Arena;
use crate::nn::initializer::{self, Initializer};
use crate::nn::layer::join_seed;
use crate::optim::schedule::Schedule;
use crate::rng::{Purpose, Stream};
use crate::spec::read_all;

fn expect(fits: bool) -> Result<()> {
    if fits { Ok(()) } else { Err(crate::error::shape!("a buffer has another size")) }
}

/// `out[m, n] = op(a)·op(b)`, where op transposes when asked.
#[wasm_bindgen]
#[expect(clippy::too_many_arguments, reason = "three matrices, three sizes and two flags, as in BLAS")]
pub fn op_matmul(
    a: &RawBuffer,
    b: &RawBuffer,
    out: &mut RawBuffer,
    m: usize,
    n: usize,
    k: usize,
    transpose_a: bool,
    transpose_b: bool,
) -> Outcome<()> {
    let elements = |rows: usize, columns: usize| rows.saturating_mul(columns);
    let lengths = [a.read().len(), b.read().len(), out.read().len()];
    expect(lengths == [elements(m, k), elements(k, n), elements(m, n)])?;
    let view = |data, transpose, rows, columns| {
        if transpose { Matrix::new(data, rows).transposed() } else { Matrix::new(data, columns) }
    };
    let size = Size { m, n, k };
    let mut scratch = RawBuffer::new(scratch_len(size))?;
    let (a, b) = (view(a.read(), transpose_a, m, k), view(b.read(), transpose_b, k, n));
    gemm(size, a, b, out.write(), n, Epilogue::default(), scratch.write());
    Ok(())
}

/// `out = f(x)`.
#[wasm_bindgen]
pub fn op_activate(words: &[f64], columns: usize, x: &RawBuffer, out: &mut RawBuffer) -> Outcome<()> {
    let f = read_all(words, Activation::read)?;
    expect(columns > 0 && x.read().len() == out.read().len() && x.read().len().is_multiple_of(columns))?;
    activation::forward(&f, columns, x.read(), out.write());
    Ok(())
}

/// `out = upstream · f'(x)`.
#[wasm_bindgen]
pub fn op_activate_gradient(
    words: &[f64],
    columns: usize,
    x: &RawBuffer,
    upstream: &RawBuffer,
    out: &mut RawBuffer,
) -> Outcome<()> {
    let f = read_all(words, Activation::read)?;
    let len = x.read().len();
    expect(columns > 0 && len == upstream.read().len() && len == out.read().len() && len.is_multiple_of(columns))?;
    if f.needs_input() {
        activation::backward(&f, columns, x.read(), upstream.read(), out.write(), false);
    } else {
        let mut y = RawBuffer { arena: Arena::zeros(len)?, span: x.span };
        activation::forward(&f, columns, x.read(), y.write());
        activation::backward(&f, columns, y.read(), upstream.read(), out.write(), false);
    }
    Ok(())
}

/// The mean loss over rows.
#[wasm_bindgen]
pub fn op_loss(words: &[f64], columns: usize, y_true: &RawBuffer, y_pred: &RawBuffer) -> Outcome<f64> {
    let (loss, batch) = batch(words, columns, y_true, y_pred)?;
    let rows = batch.y_pred.len() / columns;
    Ok(loss::evaluate(&loss, &batch, 1.0, None) / rows as f64)
}

/// `out` = the derivative of the mean loss by each prediction.
#[wasm_bindgen]
pub fn op_loss_gradient(
    words: &[f64],
    columns: usize,
    y_true: &RawBuffer,
    y_pred: &RawBuffer,
    out: &mut RawBuffer,
) -> Outcome<()> {
    let (loss, batch) = batch(words, columns, y_true, y_pred)?;
    expect(out.read().len() == batch.y_pred.len())?;
    let rows = batch.y_pred.len() / columns;
    loss::evaluate(&loss, &batch, (1.0 / rows as f64) as f32, Some(out.write()));
    Ok(())
}

fn batch<'a>(words: &[f64], columns: usize, t: &'a RawBuffer, p: &'a RawBuffer) -> Result<(Loss, Batch<'a>)> {
    let loss = read_all(words, Loss::read)?;
    let (y_true, y_pred) = (t.read(), p.read());
    expect(columns > 0 && !y_pred.is_empty() && y_pred.len().is_multiple_of(columns))?;
    let labels = (y_pred.len() / columns).checked_mul(loss.label_columns(columns));
    expect(labels == Some(y_true.len()))?;
    Ok((loss, Batch { y_true, y_pred, weights: None, columns, binary_labels: loss::labels_are_binary(y_true) }))
}

/// `out[fan_in, fan_out]` as the initializer draws it.
#[wasm_bindgen]
pub fn op_initialize(
    words: &[f64],
    fan_in: usize,
    fan_out: usize,
    seed_low: f64,
    seed_high: f64,
    out: &mut RawBuffer,
) -> Outcome<()> {
    let rule = read_all(words, Initializer::read)?;
    expect(fan_in.checked_mul(fan_out) == Some(out.read().len()))?;
    let stream = Stream::new(join_seed(seed_low, seed_high), Purpose::Initialize, 0, 0);
    Ok(initializer::fill(&rule, fan_in, fan_out, stream, out.write())?)
}

/// A schedule's rate.
#[wasm_bindgen]
pub fn op_learning_rate(words: &[f64], step: f64, epoch: f64) -> Outcome<f64> {
    let schedule = read_all(words, Schedule::read)?;
    Ok(schedule.rate(step as u64, epoch as u64))
}

/// The gain that goes with a nonlinearity, by its position in the list of them.
#[wasm_bindgen]
pub fn op_gain(nonlinearity: usize, negative_slope: f64) -> f64 {
    initializer::gain(nonlinearity, negative_slope)
}

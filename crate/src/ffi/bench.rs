//! Hooks of `npm run bench -- kernels`, in the `bench` build only: kernels by themselves, beside loops that show what the machine can do through
//! the same engine. The numbers returned keep the work from being optimized away and prove that it was done.

use std::hint::black_box;

use wasm_bindgen::prelude::wasm_bindgen;

use super::Outcome;
use crate::kernels::activation::{self, Activation};
use crate::kernels::gemm::{Epilogue, Matrix, Size, gemm, scratch_len};
use crate::nn::arena::{Arena, Span};
use crate::optim::rule::Optimizer;
use crate::optim::step::{Progress, State};
use crate::simd::F32x4;
use crate::spec::{Entry, read_all};

/// Chains of dependent multiply-adds: enough to hide their latency (7 to 8 cycles at up to three operations a cycle).
const CHAINS: usize = 12;

/// Runs chains of an operation on registers only; returns how many vector operations that were.
#[inline(always)]
fn chains(iterations: usize, operations: usize, step: impl Fn(F32x4) -> F32x4) -> f64 {
    let mut chains: [F32x4; CHAINS] = std::array::from_fn(|i| F32x4::splat(black_box(1.0 + i as f32)));
    for _ in 0..iterations {
        for chain in &mut chains {
            *chain = step(*chain);
        }
    }
    black_box(chains.iter().fold(F32x4::zero(), |sum, &chain| sum + chain).sum());
    (iterations * CHAINS * operations) as f64
}

/// Multiplies and adds; returns the floating-point operations done.
#[wasm_bindgen(js_name = benchBareLoop)]
pub fn bare_loop(iterations: usize) -> f64 {
    let (factor, summand) = (F32x4::splat(black_box(0.999)), F32x4::splat(black_box(1e-3)));
    8.0 * chains(iterations, 1, |x| x.mul_add(factor, summand))
}

/// Multiplies and adds, never fused; returns the vector operations done.
#[wasm_bindgen(js_name = benchBareOperations)]
pub fn bare_operations(iterations: usize) -> f64 {
    let (factor, summand) = (F32x4::splat(black_box(0.999)), F32x4::splat(black_box(1e-3)));
    chains(iterations, 2, |x| x * factor + summand)
}

/// Multiplies; returns the vector operations done.
#[wasm_bindgen(js_name = benchBareMultiplications)]
pub fn bare_multiplications(iterations: usize) -> f64 {
    let factor = F32x4::splat(black_box(1.0));
    chains(iterations, 1, |x| x * factor)
}

/// Adds; returns the vector operations done.
#[wasm_bindgen(js_name = benchBareAdditions)]
pub fn bare_additions(iterations: usize) -> f64 {
    let summand = F32x4::splat(black_box(1e-3));
    chains(iterations, 1, |x| x + summand)
}

/// Flips bits; returns the vector operations done.
#[wasm_bindgen(js_name = benchBareBitwise)]
pub fn bare_bitwise(iterations: usize) -> f64 {
    let bits = F32x4::splat(black_box(1.0));
    chains(iterations, 1, |x| x ^ bits)
}

/// Divides; returns the vector operations done.
#[wasm_bindgen(js_name = benchBareDivisions)]
pub fn bare_divisions(iterations: usize) -> f64 {
    let dividend = F32x4::splat(black_box(1.5));
    chains(iterations, 1, |x| dividend / x)
}

/// Takes square roots; returns the vector operations done.
#[wasm_bindgen(js_name = benchBareRoots)]
pub fn bare_roots(iterations: usize) -> f64 {
    chains(iterations, 1, F32x4::sqrt)
}

fn filled(len: usize, value: impl Fn(usize) -> f32) -> Outcome<Arena> {
    let mut arena = Arena::zeros(len)?;
    for (i, x) in arena.write(Span { start: 0, len }).iter_mut().enumerate() {
        *x = value(i);
    }
    Ok(arena)
}

/// `C = op(A)·op(B)`, `repeats` times; returns a checksum that is exact (see `bench/lib/wasm-hooks.mjs`).
#[wasm_bindgen(js_name = benchGemm)]
pub fn product(transpose_a: bool, transpose_b: bool, m: usize, n: usize, k: usize, repeats: usize) -> Outcome<f64> {
    let span = |len| Span { start: 0, len };
    let a = filled(m * k, |i| ((7 * i % 11) as f32 - 5.0) / 8.0)?;
    let b = filled(k * n, |i| ((5 * i % 13) as f32 - 6.0) / 8.0)?;
    let (mut c, size) = (Arena::zeros(m * n)?, Size { m, n, k });
    let mut scratch = Arena::zeros(scratch_len(size))?;
    let a = Matrix::new(a.read(span(m * k)), if transpose_a { m } else { k });
    let b = Matrix::new(b.read(span(k * n)), if transpose_b { k } else { n });
    let (a, b) = (if transpose_a { a.transposed() } else { a }, if transpose_b { b.transposed() } else { b });
    for _ in 0..repeats {
        gemm(size, a, b, c.write(span(m * n)), n, Epilogue::default(), scratch.write(span(scratch_len(size))));
    }
    let sum = |(i, &x): (usize, &f32)| f64::from(x) * ((i % 7) as f64 - 3.0);
    Ok(c.read(span(m * n)).iter().enumerate().map(sum).sum())
}

/// The words of a member with its default settings.
fn words(table: &[Entry], name: &str) -> Outcome<Vec<f64>> {
    let code =
        table.iter().position(|entry| entry.name == name).ok_or(crate::error::config!("there is no such name"))?;
    Ok(std::iter::once(code as f64).chain(table[code].params.iter().map(|param| param.default)).collect())
}

/// One update of `n` parameters by the rule of this name (`momentum` is sgd with a momentum), `repeats` times.
#[wasm_bindgen(js_name = benchUpdate)]
pub fn update(rule: &str, n: usize, repeats: usize) -> Outcome<f64> {
    let rule = if rule == "momentum" {
        let Ok(Optimizer::Sgd { learning_rate, dampening, nesterov, weight_decay, .. }) = read_rule("sgd") else {
            return Err(crate::error::config!("there is no sgd").into());
        };
        Optimizer::Sgd { learning_rate, momentum: 0.9, dampening, nesterov, weight_decay }
    } else {
        read_rule(rule)?
    };
    let len = n.next_multiple_of(16);
    let part = |i: usize| Span { start: i * len, len: n };
    let mut arena = filled(5 * len, |i| ((i % 13) as f32 - 6.0) / 64.0)?;
    for slot in 0..rule.slots() {
        arena.write(part(2 + slot)).fill(rule.initial_state(slot));
    }
    let mut progress = Progress::default();
    for _ in 0..repeats {
        let step = rule.advance(&mut progress, rule.learning_rate());
        let ([g], [p, a, b, c]) = arena.split([part(1)], [part(0), part(2), part(3), part(4)]);
        let mut state = State::from([a, b, c]);
        for (slot, unused) in state.slots.iter_mut().enumerate() {
            if slot >= rule.slots() {
                *unused = &mut [];
            }
        }
        step.apply(1.0, p, g, &mut state);
    }
    Ok(f64::from(arena.read(part(0)).iter().sum::<f32>()))
}

fn read_rule(name: &str) -> Outcome<Optimizer> {
    Ok(read_all(&words(Optimizer::TABLE, name)?, Optimizer::read)?)
}

/// One pass of an activation, or of its gradient, over `n` numbers in (−4, 4), `repeats` times.
#[wasm_bindgen(js_name = benchActivation)]
pub fn activate(name: &str, backward: bool, n: usize, repeats: usize) -> Outcome<f64> {
    let f = read_all(&words(Activation::TABLE, name)?, Activation::read)?;
    let span = Span { start: 0, len: n };
    let x = filled(n, |i| ((i * 37 % 257) as f32 - 128.0) / 32.0)?;
    let mut out = Arena::zeros(n)?;
    for _ in 0..repeats {
        let (x, out) = (x.read(span), out.write(span));
        if backward {
            activation::backward(&f, n, x, x, out, false);
        } else {
            activation::forward(&f, n, x, out);
        }
    }
    Ok(f64::from(out.read(span).iter().sum::<f32>()))
}

/// Copies `n` floats `repeats` times.
#[wasm_bindgen(js_name = benchCopy)]
pub fn copy(n: usize, repeats: usize) -> Outcome<f64> {
    let span = Span { start: 0, len: n };
    let x = filled(n, |i| i as f32)?;
    let mut out = Arena::zeros(n)?;
    for _ in 0..repeats {
        black_box(out.write(span)).copy_from_slice(black_box(x.read(span)));
    }
    Ok(f64::from(out.read(span).iter().sum::<f32>()))
}

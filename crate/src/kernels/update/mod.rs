//! Update rules as single passes over memory: parameters, gradient and state are read once and written once.
//!
//! A rule is a function of four lanes; `pass` runs it over a range and its tail. Every rule is elementwise, so a range split anywhere gives
//! the same bits. Whatever depends on the step alone (bias corrections, rates) arrives as a number, computed in double precision by
//! [`optim::step`](crate::optim::step); both epsilons are plain numbers too, and 0 is a number like any other.

pub mod adaptive;
pub mod clip;
pub mod descent;
pub mod moments;

use crate::pool;
use crate::simd::{ABREAST, F32x4, SPAN};

/// Elements that a thread takes at least: some microseconds.
pub const GRAIN: usize = 8 * 1024;

/// The numbers that keep a denominator from zero: `√(x + inside) + outside`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epsilon {
    inside: f32,
    outside: f32,
}

impl Epsilon {
    /// The smallest number outside a root: 2⁻⁷⁵, the root of the largest square that `f32` rounds to 0.
    ///
    /// With an epsilon of 0 it makes 0/0 (a parameter that never had a gradient) no update, and bounds the update by a gradient whose
    /// square underflows. It is lost in the rounding of every root above 2⁻⁵¹.
    pub const SMALLEST: f64 = 1.0 / (1_u128 << 75) as f64;

    /// Rounds both, with the outer one at least [`Self::SMALLEST`].
    pub fn new(inside: f64, outside: f64) -> Self {
        Self { inside: inside as f32, outside: outside.max(Self::SMALLEST) as f32 }
    }

    /// `√(x + inside) + outside`.
    #[inline(always)]
    fn root(self, x: F32x4) -> F32x4 {
        (x + F32x4::splat(self.inside)).sqrt() + F32x4::splat(self.outside)
    }
}

/// A running average: `old · keep + new · take`. Both factors are rounded from double precision, each by itself, so that neither carries
/// the other's error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Average {
    keep: f32,
    take: f32,
}

impl Average {
    /// `old · decay + new · (1 − decay)`.
    pub fn new(decay: f64) -> Self {
        Self { keep: decay as f32, take: (1.0 - decay) as f32 }
    }

    #[inline(always)]
    fn next(self, old: F32x4, new: F32x4) -> F32x4 {
        old * F32x4::splat(self.keep) + new * F32x4::splat(self.take)
    }
}

/// Where weight decay enters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decay {
    /// Nowhere.
    None,
    /// `gradient + factor · parameters` takes the gradient's place.
    Coupled(f32),
    /// `factor · parameters` (the rate is in the factor) is subtracted besides the update.
    Decoupled(f32),
}

/// `parameters ← parameters − update`, where `rule` turns the gradient and the state into the update and the new state.
///
/// One loop for each kind of decay: worth it for rules whose arithmetic, not memory, sets the pace. The others go through [`coupled`].
#[inline(always)]
fn descend<const S: usize>(
    decay: Decay,
    parameters: &mut [f32],
    gradient: &[f32],
    state: [&mut [f32]; S],
    rule: impl Fn(F32x4, [F32x4; S]) -> (F32x4, [F32x4; S]),
) {
    match decay {
        Decay::None => pass(parameters, gradient, state, |p, g, old| {
            let (update, new) = rule(g, old);
            (p - update, new)
        }),
        Decay::Coupled(factor) => coupled(factor, parameters, gradient, state, rule),
        Decay::Decoupled(factor) => decoupled(factor, parameters, gradient, state, rule),
    }
}

/// [`descend`] with [`Decay::Coupled`]; a factor of 0 is no decay.
#[inline(always)]
fn coupled<const S: usize>(
    factor: f32,
    parameters: &mut [f32],
    gradient: &[f32],
    state: [&mut [f32]; S],
    rule: impl Fn(F32x4, [F32x4; S]) -> (F32x4, [F32x4; S]),
) {
    let factor = F32x4::splat(factor);
    pass(parameters, gradient, state, |p, g, old| {
        let (update, new) = rule(g + p * factor, old);
        (p - update, new)
    });
}

/// [`descend`] with [`Decay::Decoupled`]; a factor of 0 is no decay.
///
/// `p − (p · factor + update)` instead of `p · (1 − factor) − update`: `1 − 1e-5` would lose most digits of the decay to rounding.
#[inline(always)]
fn decoupled<const S: usize>(
    factor: f32,
    parameters: &mut [f32],
    gradient: &[f32],
    state: [&mut [f32]; S],
    rule: impl Fn(F32x4, [F32x4; S]) -> (F32x4, [F32x4; S]),
) {
    let factor = F32x4::splat(factor);
    pass(parameters, gradient, state, |p, g, old| {
        let (update, new) = rule(g, old);
        (p - (p * factor + update), new)
    });
}

/// [`pass_by`] a span at a time.
#[inline(always)]
fn pass<const S: usize>(
    parameters: &mut [f32],
    gradient: &[f32],
    state: [&mut [f32]; S],
    rule: impl Fn(F32x4, F32x4, [F32x4; S]) -> (F32x4, [F32x4; S]),
) {
    pass_by::<SPAN, ABREAST, S>(parameters, gradient, state, rule);
}

/// Replaces parameters and state, `V` vectors of together `W` elements at a time, by what `rule` makes of them and the gradient. Each of the last elements
/// fills a vector of its own: the same bits, and cheaper than to gather and scatter lanes.
///
/// # Panics
/// When the lengths differ.
#[inline(always)]
fn pass_by<const W: usize, const V: usize, const S: usize>(
    parameters: &mut [f32],
    gradient: &[f32],
    state: [&mut [f32]; S],
    rule: impl Fn(F32x4, F32x4, [F32x4; S]) -> (F32x4, [F32x4; S]),
) {
    let length = parameters.len();
    assert!(gradient.len() == length && state.iter().all(|slot| slot.len() == length), "lengths differ");
    let (parameters, last_parameters) = parameters.as_chunks_mut::<W>();
    let (gradient, last_gradient) = gradient.as_chunks::<W>();
    let mut state = state.map(|slot| {
        let (vectors, last) = slot.as_chunks_mut::<W>();
        // As many as there are parameters, said so that no bound is checked in the loop.
        (&mut vectors[..parameters.len()], last)
    });
    for (i, (p, g)) in parameters.iter_mut().zip(gradient).enumerate() {
        let (old_p, g) = (F32x4::from_span::<V>(p), F32x4::from_span::<V>(g));
        let old: [_; S] = std::array::from_fn(|slot| F32x4::from_span::<V>(&state[slot].0[i]));
        let made: [_; V] = std::array::from_fn(|j| rule(old_p[j], g[j], old.map(|slot| slot[j])));
        F32x4::to_span(made.map(|(next, _)| next), p);
        for (n, slot) in state.iter_mut().enumerate() {
            F32x4::to_span(made.map(|(_, new)| new[n]), &mut slot.0[i]);
        }
    }
    for (i, (p, &g)) in last_parameters.iter_mut().zip(last_gradient).enumerate() {
        let old = std::array::from_fn(|slot| F32x4::splat(state[slot].1[i]));
        let (next, new) = rule(F32x4::splat(*p), F32x4::splat(g), old);
        *p = first(next);
        for (slot, value) in state.iter_mut().zip(new) {
            slot.1[i] = first(value);
        }
    }
}

/// The first lane.
#[inline(always)]
fn first(x: F32x4) -> f32 {
    x.to_array()[0]
}

/// Sets state of magnitude below `smallest` to 0; NaN stays.
///
/// Where the gradient stays 0 (a dead unit, a pixel that is always black) an average decays into the denormal numbers and stays there, since
/// 0.9 of a few last places rounds to as many. Arithmetic on them was measured 70 times slower, so they are cleared from time to time.
pub fn settle(state: &mut [f32], smallest: f32) {
    let smallest = F32x4::splat(smallest);
    map(state, |x| x.and_not(x.abs().lt(smallest)));
}

/// Replaces every vector of `x` by `f` of it.
#[inline(always)]
fn map(x: &mut [f32], f: impl Fn(F32x4) -> F32x4 + Sync) {
    pool::cut(GRAIN, SPAN, [x], |_, [x]| map_piece(x, &f));
}

#[inline(always)]
fn map_piece(x: &mut [f32], f: impl Fn(F32x4) -> F32x4) {
    let (spans, last) = x.as_chunks_mut::<SPAN>();
    for span in spans {
        F32x4::to_span(F32x4::from_span::<ABREAST>(span).map(&f), span);
    }
    for element in last {
        *element = first(f(F32x4::splat(*element)));
    }
}

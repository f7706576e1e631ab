//! What an element-wise activation is, and the loops over it.

use crate::kernels::math::Pair;
use crate::simd::{ABREAST, COUPLE, F32x4, Room, SPAN, Source, Spans};

/// A function with its derivative, holding its constants.
///
/// Where an exponential is in it, a loop takes a block of vectors in stages: one reduces the arguments of all of them, one does the rest, or half of that. In one go
/// it would be one chain of twenty to fifty operations, each waiting for the one before, and the processor does not look far enough ahead to fill the gaps with
/// the next vectors' operations.
pub(super) trait Curve: Copy {
    /// What comes before `forward`: nothing, `begin_forward`, or also `continue_forward`.
    const BEFORE_FORWARD: usize = 0;

    /// The same of `backward`.
    const BEFORE_BACKWARD: usize = 0;

    /// The argument of the exponential in f(x), reduced.
    #[inline(always)]
    fn begin_forward(self, _: F32x4) -> Pair {
        nothing()
    }

    /// What follows from that.
    #[inline(always)]
    fn continue_forward(self, _: F32x4, begun: Pair) -> Pair {
        begun
    }

    /// f(x), from what came before.
    fn forward(self, x: F32x4, begun: Pair) -> F32x4;

    /// As `begin_forward`, for f′.
    #[inline(always)]
    fn begin_backward(self, _: F32x4) -> Pair {
        nothing()
    }

    /// As `continue_forward`.
    #[inline(always)]
    fn continue_backward(self, _: F32x4, begun: Pair) -> Pair {
        begun
    }

    /// `upstream` · f′, from the input x if [`needs_input`](Self::needs_input), else from the output y = f(x).
    fn backward(self, saved: F32x4, upstream: F32x4, begun: Pair) -> F32x4;

    /// Which of the two.
    fn needs_input(self) -> bool {
        false
    }
}

/// Where nothing comes before.
#[inline(always)]
fn nothing() -> Pair {
    (F32x4::zero(), F32x4::zero())
}

/// Spans in a block. The wide build has loops of one stage: half as many turns, and V8 fuses what stays in registers.
const STAGE: usize = if ABREAST == 1 { 16 } else { 1 };

/// Where the pairs of a block wait.
type Waiting = Room<[Pair; ABREAST], STAGE>;

/// What comes before the last stage, for a block.
#[inline(always)]
fn before(
    stages: usize,
    waiting: &mut Waiting,
    block: impl Iterator<Item = [F32x4; ABREAST]> + Clone,
    begin: impl Fn(F32x4) -> Pair,
    go_on: impl Fn(F32x4, Pair) -> Pair,
) -> &[[Pair; ABREAST]] {
    let begun = waiting.fill(block.clone().map(|x| x.map(&begin)));
    if stages > 1 {
        for (x, begun) in block.zip(begun.iter_mut()) {
            *begun = std::array::from_fn(|j| go_on(x[j], begun[j]));
        }
    }
    begun
}

/// y = f(x). What is less than a [`COUPLE`] at the end stays as it is.
#[inline(always)]
pub(super) fn forward<C: Curve>(curve: C, x: Source<'_>, y: &mut [f32]) {
    if C::BEFORE_FORWARD == 0 {
        let mut spans = Spans::<2>::new(x, y);
        for i in 0..spans.count() {
            let values = spans.read(i).map(|x| curve.forward(x, nothing()));
            spans.write(i, values);
        }
        return;
    }
    let (mut spans, mut waiting) = (Spans::<ABREAST>::new(x, y), Waiting::new());
    let (begin, go_on) = (|x| curve.begin_forward(x), |x, begun| curve.continue_forward(x, begun));
    for start in (0..spans.count()).step_by(STAGE) {
        let block = start..spans.count().min(start + STAGE);
        let begun = before(C::BEFORE_FORWARD, &mut waiting, block.clone().map(|i| spans.read(i)), begin, go_on);
        for (i, begun) in block.zip(begun) {
            let x = spans.read(i);
            spans.write(i, std::array::from_fn(|j| curve.forward(x[j], begun[j])));
        }
    }
}

/// out = upstream · f′. What is less than a [`COUPLE`] at the end stays as it is.
#[inline(always)]
pub(super) fn backward<C: Curve>(curve: C, saved: &[f32], upstream: Source<'_>, out: &mut [f32]) {
    if C::BEFORE_BACKWARD == 0 {
        let mut spans = Spans::<2>::new(upstream, out);
        for (i, saved) in (0..spans.count()).zip(saved.as_chunks::<COUPLE>().0) {
            let (saved, upstream) = (F32x4::from_span::<2>(saved), spans.read(i));
            spans.write(i, std::array::from_fn(|j| curve.backward(saved[j], upstream[j], nothing())));
        }
        return;
    }
    let (mut spans, mut waiting) = (Spans::<ABREAST>::new(upstream, out), Waiting::new());
    let (begin, go_on) = (|x| curve.begin_backward(x), |x, begun| curve.continue_backward(x, begun));
    let saved = &saved.as_chunks::<SPAN>().0[..spans.count()];
    for (block, saved) in (0..spans.count()).step_by(STAGE).zip(saved.chunks(STAGE)) {
        let vectors = saved.iter().map(|saved| F32x4::from_span(saved));
        let begun = before(C::BEFORE_BACKWARD, &mut waiting, vectors.clone(), begin, go_on);
        for (i, (saved, begun)) in (block..spans.count()).zip(vectors.zip(begun)) {
            let upstream = spans.read(i);
            spans.write(i, std::array::from_fn(|j| curve.backward(saved[j], upstream[j], begun[j])));
        }
    }
}

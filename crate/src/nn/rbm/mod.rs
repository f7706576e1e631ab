//! Restricted Boltzmann machines: binary hidden units h, and visible units v that are binary or normal with variance 1.
//!
//! With kernel W `[visible, hidden]`, visible bias b and hidden bias c the energy is `E(v, h) = −bᵀv − cᵀh − vᵀWh` for binary and
//! `½‖v − b‖² − cᵀh − vᵀWh` for normal visible units, and p(v, h) ∝ exp(−E). Within a layer units are independent given the other layer:
//!
//! ```text
//! p(hⱼ = 1 | v) = σ(vW + c)ⱼ      p(vᵢ = 1 | h) = σ(hWᵀ + b)ᵢ      or      vᵢ | h ~ N((hWᵀ + b)ᵢ, 1)
//! ```
//!
//! [`training`] follows the gradient of the likelihood by contrastive divergence; [`inference`] asks a machine about data. Sources: Hinton,
//! "A practical guide to training restricted Boltzmann machines" (2010); Tieleman (ICML 2008) for persistent chains.

pub mod inference;
pub mod training;

use super::arena::{Arena, Planner, Span};
use super::initializer::{self, Initializer};
use super::layer::read_seed;
use crate::error::Result;
use crate::kernels::activation::{self, Activation};
use crate::kernels::gemm::{self, Epilogue, Matrix, Size, gemm};
use crate::kernels::noise::add_normal_in_place;
use crate::kernels::random::bernoulli;
use crate::kernels::transpose::transpose;
use crate::kernels::{reduce, sparse};
use crate::rng::{Purpose, Stream};
use crate::spec::Words;

/// The standard deviation of initial weights (Hinton's guide, scikit-learn).
const DEVIATION: f64 = 0.01;

/// What a machine learns; a parameter's number is its position here.
pub const PARAMETERS: usize = 3;

/// Where everything lies in the arena.
#[derive(Clone, Copy, Debug, Default)]
struct Plan {
    /// Kernel, visible bias, hidden bias.
    parameters: [Span; PARAMETERS],
    /// The velocity of each.
    velocities: [Span; PARAMETERS],
    /// All of the above, one after the other.
    learned: Span,
    /// A copy of that from the beginning of the epoch.
    backup: Span,
    /// Hidden samples of the persistent chains, `[chains, hidden]`.
    chains: Span,
    /// Visible and hidden values of two batches: the data's and below them the model's.
    visible: Span,
    hidden: Span,
    /// Hidden samples of a batch.
    samples: Span,
    /// The kernel's transpose, `[hidden, visible]`, as of the last [`Rbm::turn`].
    turned: Span,
    scratch: Span,
    /// Rows of a batch there is room for.
    rows: usize,
}

/// A machine with its parameters, chains and buffers.
pub struct Rbm {
    /// Visible units.
    pub visible: usize,
    /// Hidden units.
    pub hidden: usize,
    /// Whether visible units are normal instead of binary.
    pub gaussian: bool,
    seed: u64,
    plan: Plan,
    arena: Arena,
    /// Updates made: what random numbers are counted by.
    pub steps: u64,
}

impl Rbm {
    /// A machine from its words: visible units, hidden units, whether the visible ones are normal, the seed's lower and upper half. Weights are
    /// normal with deviation 0.01, biases 0.
    ///
    /// # Errors
    /// When the words are malformed or memory does not suffice.
    pub fn read(words: &[f64]) -> Result<Self> {
        let mut words = Words::new(words);
        let (visible, hidden, gaussian, seed) = (words.count(), words.count(), words.flag(), read_seed(&mut words));
        words.finish()?;
        let mut machine =
            Self { visible, hidden, gaussian, seed, plan: Plan::default(), arena: Arena::default(), steps: 0 };
        let (plan, len) = machine.layout(0, 0);
        machine.arena = Arena::zeros(len)?;
        machine.plan = plan;
        let normal = Initializer::RandomNormal { mean: 0.0, deviation: DEVIATION };
        let stream = Stream::new(seed, Purpose::Initialize, 0, 0);
        initializer::fill(&normal, visible, hidden, stream, machine.arena.write(plan.parameters[0]))?;
        Ok(machine)
    }

    /// Plans buffers for batches of `rows` and so many chains. What comes before the chains never moves.
    fn layout(&self, rows: usize, chains: usize) -> (Plan, usize) {
        let (visible, hidden) = (self.visible, self.hidden);
        let planner = &mut Planner::default();
        let parameters = |planner: &mut Planner| -> [Span; PARAMETERS] {
            [planner.matrix(visible, hidden), planner.matrix(1, visible), planner.matrix(1, hidden)]
        };
        let mut plan =
            Plan { parameters: parameters(planner), velocities: parameters(planner), rows, ..Plan::default() };
        plan.learned = Span { start: 0, len: planner.used() };
        plan.backup = planner.matrix(1, plan.learned.len);
        plan.chains = planner.matrix(chains, hidden);
        plan.turned = planner.matrix(hidden, visible);
        let twice = rows.saturating_mul(2);
        plan.visible = planner.matrix(twice, visible);
        plan.hidden = planner.matrix(twice, hidden);
        plan.samples = planner.matrix(rows, hidden);
        let largest = visible.max(hidden).max(twice);
        let product = gemm::scratch_len(Size { m: twice.max(visible), n: visible.max(hidden), k: largest });
        plan.scratch = planner.matrix(1, product.max(sparse::scratch_len(largest)));
        (plan, planner.used())
    }

    /// Makes room for batches of `rows`, and for so many chains; the chains start anew when their number changes.
    ///
    /// # Errors
    /// When memory does not suffice; everything is then as before.
    #[inline(never)]
    fn reserve(&mut self, rows: usize, chains: usize) -> Result<()> {
        let same = chains * self.hidden == self.plan.chains.len;
        if rows > self.plan.rows || !same {
            let (plan, len) = self.layout(rows.max(self.plan.rows), chains);
            self.arena.grow(len)?;
            self.plan = plan;
            if !same {
                self.arena.write(plan.chains).fill(0.0);
            }
        }
        Ok(())
    }

    /// Persistent chains.
    fn chains(&self) -> usize {
        self.plan.chains.len / self.hidden
    }

    /// Bytes that the machine takes.
    pub fn bytes(&self) -> usize {
        self.arena.len() * size_of::<f32>()
    }

    /// Kernel, visible bias or hidden bias.
    pub fn parameter(&self, index: usize) -> Option<&[f32]> {
        self.plan.parameters.get(index).map(|&span| self.arena.read(span))
    }

    /// The same, to write.
    pub fn parameter_mut(&mut self, index: usize) -> Option<&mut [f32]> {
        self.plan.parameters.get(index).map(|&span| self.arena.write(span))
    }

    /// Whether all that is learned is finite.
    fn is_finite(&self) -> bool {
        self.arena.read(self.plan.learned).iter().all(|x| x.is_finite())
    }

    /// p(h = 1 | v) for `rows` rows.
    #[inline(never)]
    fn hidden_means(&mut self, rows: usize, visible: Span, hidden: Span) {
        self.hidden_inputs(rows, visible, hidden);
        activation::forward_in_place(&Activation::Sigmoid {}, 1, self.arena.write(hidden));
    }

    /// What enters the hidden units: vW + c.
    #[inline(never)]
    fn hidden_inputs(&mut self, rows: usize, visible: Span, hidden: Span) {
        let size = Size { m: rows, n: self.hidden, k: self.visible };
        let [kernel, _, bias] = self.plan.parameters;
        self.affine(size, visible, kernel, bias, hidden);
    }

    /// Turns the kernel over, for [`Rbm::visible_means`]: a product by rows skips hidden units that are off, and packs nothing.
    fn turn(&mut self) {
        let ([kernel], [turned]) = self.arena.split([self.plan.parameters[0]], [self.plan.turned]);
        transpose(kernel, self.hidden, turned);
    }

    /// The mean of v given h for `rows` rows, by the kernel as it was when last turned.
    #[inline(never)]
    fn visible_means(&mut self, rows: usize, hidden: Span, visible: Span) {
        let size = Size { m: rows, n: self.visible, k: self.hidden };
        self.affine(size, hidden, self.plan.turned, self.plan.parameters[1], visible);
        if !self.gaussian {
            activation::forward_in_place(&Activation::Sigmoid {}, 1, self.arena.write(visible));
        }
    }

    /// `out = x·kernel + bias`.
    #[inline(never)]
    fn affine(&mut self, size: Size, x: Span, kernel: Span, bias: Span, out: Span) {
        let ([x, kernel, bias], [out, scratch]) = self.arena.split([x, kernel, bias], [out, self.plan.scratch]);
        product(size, Matrix::new(x, size.k), kernel, out, false, scratch);
        for row in out.chunks_exact_mut(size.n) {
            reduce::add(bias, row, true);
        }
    }

    /// Draws visible units whose means are given, in place.
    #[inline(never)]
    fn sample_visible(&mut self, stream: &Stream, visible: Span) {
        let means = self.arena.write(visible);
        if self.gaussian {
            add_normal_in_place(stream, 1.0, means);
        } else {
            bernoulli(stream, means);
        }
    }

    /// Copies a span to another of the same length.
    #[inline(never)]
    fn copy(&mut self, from: Span, to: Span) {
        let ([from], [to]) = self.arena.split([from], [to]);
        to.copy_from_slice(from);
    }
}

/// `c = a·b`, added to what c holds when `accumulate`: without the zeros of a, whose elements lie without gaps, when that is less work.
fn product(size: Size, a: Matrix<'_>, b: &[f32], c: &mut [f32], accumulate: bool, scratch: &mut [f32]) {
    let used = a.data.iter().filter(|x| **x != 0.0).count();
    if 4 * used < 3 * a.data.len() {
        sparse::product(size, a, b, c, accumulate, scratch);
    } else {
        let epilogue = Epilogue { accumulate, ..Epilogue::default() };
        gemm(size, a, Matrix::new(b, size.n), c, size.n, epilogue, scratch);
    }
}

//! One step of an optimizer: what depends on the step alone, computed once in double precision, then a kernel over each range.

use crate::kernels::update::adaptive::{Rmsprop, adadelta, adagrad};
use crate::kernels::update::descent::{Momentum, descent, lion, momentum};
use crate::kernels::update::moments::{Adamax, Moments};
use crate::kernels::update::{Average, Decay, Epsilon, GRAIN, settle};
use crate::optim::rule::{Optimizer, Slot};
use crate::pool;
use crate::simd::SPAN;
use crate::spec::{Range, Words};

/// The most numbers any rule remembers per parameter.
pub const MAX_SLOTS: usize = 3;

/// Every how many steps faded state is cleared.
const SETTLE_EVERY: u64 = 32;

/// `log 0.96`, of NAdam's momentum schedule.
const LOG_DECAY: f64 = -0.040821994520255166;
/// An average of gradients below this has faded: 2⁻¹⁰⁰. Over an epsilon of 1e-8 it moves a parameter by 1e-22 of a learning rate; Lion, which takes
/// its sign alone, stands still from here on.
const FADED_MEAN: f32 = 7.888609e-31;
/// An average of squares below this has faded: 2⁻¹²⁵, just above the denormal numbers. Its root is above [`FADED_MEAN`], so that where a gradient
/// has ended the average over it goes first.
const FADED_SQUARE: f32 = 2.3509887e-38;

/// How far an optimizer has come: all that it remembers besides the state of each parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Steps taken.
    pub iterations: u64,
    /// `NAdam`'s product of momenta; 1 for the other rules.
    pub momentum_product: f64,
}

impl Default for Progress {
    fn default() -> Self {
        Self { iterations: 0, momentum_product: 1.0 }
    }
}

impl Progress {
    /// The progress as numbers, exact up to 2⁵³ iterations.
    pub fn to_words(self) -> [f64; 2] {
        [self.iterations as f64, self.momentum_product]
    }

    /// Reads what [`Self::to_words`] wrote: a count up to 2⁵³ and a product from 0 to 1.
    pub fn read(words: &mut Words<'_>) -> Self {
        let iterations = words.within(Range::NonNegative);
        let whole = iterations <= 9_007_199_254_740_992.0 && iterations.trunc() == iterations;
        words.expect(whole, crate::error::config!("the number of iterations is not whole"));
        Self { iterations: iterations as u64, momentum_product: words.within(Range::Unit) }
    }
}

/// The state of a range of parameters: one array per slot, as long as the range; those not needed are empty.
#[derive(Debug, Default)]
pub struct State<'a> {
    /// The arrays, in the order of the slots.
    pub slots: [&'a mut [f32]; MAX_SLOTS],
}

impl<'a, const N: usize> From<[&'a mut [f32]; N]> for State<'a> {
    /// The first three arrays as state.
    fn from(arrays: [&'a mut [f32]; N]) -> Self {
        let mut state = Self::default();
        for (slot, array) in state.slots.iter_mut().zip(arrays) {
            *slot = array;
        }
        state
    }
}

/// A kernel with the numbers that do not depend on the learning rate.
#[derive(Clone, Copy, Debug)]
enum Kernel {
    Descent { decay: f32 },
    Momentum(Momentum),
    Adagrad { epsilon: Epsilon, decay: f32 },
    Rmsprop { rule: Rmsprop, centered: bool, momentum: bool },
    Adadelta { average: Average, epsilon: f32, decay: f32 },
    Adam { moments: Moments, amsgrad: bool, decay: f32, decoupled: bool },
    Adamax(Adamax),
    Nadam { moments: Moments, decay: f32 },
    Unrectified { moments: Moments, decay: f32 },
    Lion { direction: Average, memory: Average },
}

/// One step, ready to be applied to every range of parameters.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    kernel: Kernel,
    /// The main factor of the update, proportional to the learning rate.
    rate: f64,
    /// A second factor proportional to the learning rate: of the gradient beside an average, or of decoupled weight decay.
    second: f64,
    memory: &'static [Slot],
    settle: bool,
}

/// `baseᵗ` for a base from 0 to 1, by repeated squaring: multiplications alone, so the same bits on every target, and a fraction of the time of
/// a general power (a step of a small network takes less than a microsecond). The relative error is some `t · 2⁻⁵³`, but the power itself is
/// below `exp(−t (1 − base))`. What is below 10⁻¹⁵⁰ counts as 0, before multiplications become denormal and slow.
pub(super) fn power(mut base: f64, mut t: u64) -> f64 {
    let mut result = 1.0;
    while t > 0 {
        if base < 1e-150 {
            return 0.0;
        }
        if t & 1 == 1 {
            result *= base;
        }
        base *= base;
        t >>= 1;
    }
    result
}

/// `1 − βᵗ`.
fn correction(beta: f64, t: u64) -> f64 {
    1.0 - power(beta, t)
}

/// A kernel, its rate and its second rate.
type Plan = (Kernel, f64, f64);

impl Optimizer {
    /// Counts a step and prepares it.
    pub fn advance(&self, progress: &mut Progress, learning_rate: f64) -> Step {
        progress.iterations = progress.iterations.saturating_add(1);
        let (kernel, rate, second) = self.plan(progress, learning_rate);
        Step { kernel, rate, second, memory: self.memory(), settle: progress.iterations.is_multiple_of(SETTLE_EVERY) }
    }

    fn plan(&self, progress: &mut Progress, eta: f64) -> Plan {
        let t = progress.iterations;
        match *self {
            Self::Sgd { momentum: 0.0, weight_decay, .. } => (Kernel::Descent { decay: weight_decay as f32 }, eta, 0.0),
            Self::Sgd { momentum, dampening, nesterov, weight_decay, .. } => {
                let intake = if t == 1 { 1.0 } else { 1.0 - dampening };
                let (momentum32, intake) = (momentum as f32, intake as f32);
                let kernel = Kernel::Momentum(Momentum { decay: weight_decay as f32, momentum: momentum32, intake });
                if nesterov == 0.0 { (kernel, eta, 0.0) } else { (kernel, eta * momentum, eta) }
            }
            Self::Adagrad { learning_rate_decay, epsilon, epsilon_inside_sqrt, weight_decay, .. } => {
                let epsilon = Epsilon::new(epsilon_inside_sqrt, epsilon);
                let rate = eta / (1.0 + (t - 1) as f64 * learning_rate_decay);
                (Kernel::Adagrad { epsilon, decay: weight_decay as f32 }, rate, 0.0)
            }
            Self::Rmsprop { rho, momentum, centered, epsilon, epsilon_inside_sqrt, weight_decay, .. } => {
                let rule = Rmsprop {
                    decay: weight_decay as f32,
                    average: Average::new(rho),
                    epsilon: Epsilon::new(epsilon_inside_sqrt, epsilon),
                    momentum: momentum as f32,
                };
                (Kernel::Rmsprop { rule, centered: centered != 0.0, momentum: momentum != 0.0 }, eta, 0.0)
            }
            Self::Adadelta { rho, epsilon, epsilon_inside_sqrt, weight_decay, .. } => {
                let epsilon = ((epsilon + epsilon_inside_sqrt) as f32).max(f32::MIN_POSITIVE);
                (Kernel::Adadelta { average: Average::new(rho), epsilon, decay: weight_decay as f32 }, eta, 0.0)
            }
            Self::Adam { beta1, beta2, epsilon, epsilon_inside_sqrt, amsgrad, weight_decay, .. } => {
                let betas = Betas { beta1, beta2, t };
                let (moments, root) = betas.corrected(epsilon, epsilon_inside_sqrt);
                let decay = weight_decay as f32;
                let kernel = Kernel::Adam { moments, amsgrad: amsgrad != 0.0, decay, decoupled: false };
                (kernel, eta * root / correction(beta1, t), 0.0)
            }
            Self::Adamw { beta1, beta2, epsilon, epsilon_inside_sqrt, amsgrad, weight_decay, .. } => {
                let betas = Betas { beta1, beta2, t };
                let (moments, root) = betas.corrected(epsilon, epsilon_inside_sqrt);
                let kernel = Kernel::Adam { moments, amsgrad: amsgrad != 0.0, decay: 0.0, decoupled: true };
                (kernel, eta * root / correction(beta1, t), eta * weight_decay)
            }
            Self::Adamax { beta1, beta2, epsilon, epsilon_inside_sqrt, weight_decay, .. } => {
                let kernel = Kernel::Adamax(Adamax {
                    decay: weight_decay as f32,
                    first: Average::new(beta1),
                    keep: beta2 as f32,
                    outside: epsilon.max(Epsilon::SMALLEST) as f32,
                    inside: epsilon_inside_sqrt as f32,
                });
                (kernel, eta / correction(beta1, t), 0.0)
            }
            Self::Nadam { beta1, beta2, momentum_decay, epsilon, epsilon_inside_sqrt, weight_decay, .. } => {
                let mu = |t: f64| beta1 * (1.0 - 0.5 * libm::exp(t * momentum_decay * LOG_DECAY));
                let (now, next) = (mu(t as f64), mu(t as f64 + 1.0));
                progress.momentum_product *= now;
                let product = progress.momentum_product;
                let (moments, root) = Betas { beta1, beta2, t }.corrected(epsilon, epsilon_inside_sqrt);
                let rate = eta * next / (1.0 - product * next) * root;
                let ahead = eta * (1.0 - now) / (1.0 - product) * root;
                (Kernel::Nadam { moments, decay: weight_decay as f32 }, rate, ahead)
            }
            Self::Radam { beta1, beta2, epsilon, epsilon_inside_sqrt, weight_decay, .. } => {
                let betas = Betas { beta1, beta2, t };
                let moments = betas.moments(Epsilon::new(epsilon_inside_sqrt, epsilon));
                let decay = weight_decay as f32;
                let rate = eta / correction(beta1, t);
                match betas.rectification() {
                    Some(r) => {
                        let kernel = Kernel::Adam { moments, amsgrad: false, decay, decoupled: false };
                        (kernel, rate * r * correction(beta2, t).sqrt(), 0.0)
                    }
                    None => (Kernel::Unrectified { moments, decay }, rate, 0.0),
                }
            }
            Self::Lion { beta1, beta2, weight_decay, .. } => {
                let kernel = Kernel::Lion { direction: Average::new(beta1), memory: Average::new(beta2) };
                (kernel, eta, eta * weight_decay)
            }
        }
    }
}

/// The Adam family's decay rates at step t.
struct Betas {
    beta1: f64,
    beta2: f64,
    t: u64,
}

impl Betas {
    fn moments(&self, epsilon: Epsilon) -> Moments {
        Moments { first: Average::new(self.beta1), second: Average::new(self.beta2), epsilon }
    }

    /// `√(1 − β₂ᵗ)`, and the epsilons times it and its square: see [`moments`](crate::kernels::update::moments).
    fn corrected(&self, outside: f64, inside: f64) -> (Moments, f64) {
        let second = correction(self.beta2, self.t);
        let root = second.sqrt();
        (self.moments(Epsilon::new(inside * second, outside * root)), root)
    }

    /// `RAdam`'s r, or nothing while the variance of the rate is still unbounded.
    fn rectification(&self) -> Option<f64> {
        let limit = 2.0 / (1.0 - self.beta2) - 1.0;
        let power = power(self.beta2, self.t);
        let length = limit - 2.0 * self.t as f64 * power / (1.0 - power);
        let square = (length - 4.0) * (length - 2.0) * limit / ((limit - 4.0) * (limit - 2.0) * length);
        (length > 5.0).then(|| square.sqrt())
    }
}

impl Step {
    /// Updates a range of parameters and its state. Elementwise: cutting a range in two gives the same bits.
    ///
    /// A learning rate of 0 (or a scale of 0) leaves every parameter as it is, save that −0 may become 0.
    ///
    /// # Panics
    /// When the gradient or a slot of state is not as long as the parameters.
    pub fn apply(&self, learning_rate_scale: f64, parameters: &mut [f32], gradient: &[f32], state: &mut State<'_>) {
        let rate = (self.rate * learning_rate_scale) as f32;
        let second = (self.second * learning_rate_scale) as f32;
        assert_eq!(gradient.len(), parameters.len(), "lengths differ");
        let [a, b, c] = &mut state.slots;
        pool::cut(GRAIN, SPAN, [parameters, a, b, c], |first, [p, a, b, c]| {
            let gradient = &gradient[first..][..p.len()];
            self.apply_piece(rate, second, p, gradient, &mut State { slots: [a, b, c] });
        });
    }

    fn apply_piece(&self, rate: f32, second: f32, p: &mut [f32], g: &[f32], state: &mut State<'_>) {
        let [a, b, c] = &mut state.slots;
        match self.kernel {
            Kernel::Descent { decay } => descent(rate, decay, p, g),
            Kernel::Momentum(rule) => momentum(rule, rate, second, p, g, [a]),
            Kernel::Adagrad { epsilon, decay } => adagrad(epsilon, rate, decay, p, g, [a]),
            Kernel::Rmsprop { rule, centered, momentum } => match (centered, momentum) {
                (false, false) => rule.run(rate, p, g, [a]),
                (false, true) => rule.run_momentum(rate, p, g, [a, b]),
                (true, false) => rule.run_centered(rate, p, g, [a, b]),
                (true, true) => rule.run_centered_momentum(rate, p, g, [a, b, c]),
            },
            Kernel::Adadelta { average, epsilon, decay } => adadelta(average, epsilon, rate, decay, p, g, [a, b]),
            Kernel::Adam { moments, amsgrad, decay, decoupled } => {
                let decay = match (decoupled, decay) {
                    (true, _) => Decay::Decoupled(second),
                    (false, 0.0) => Decay::None,
                    (false, factor) => Decay::Coupled(factor),
                };
                if amsgrad {
                    moments.amsgrad(rate, decay, p, g, [a, b, c]);
                } else {
                    moments.adam(rate, decay, p, g, [a, b]);
                }
            }
            Kernel::Adamax(rule) => rule.run(rate, p, g, [a, b]),
            Kernel::Nadam { moments, decay } => moments.nadam(rate, second, decay, p, g, [a, b]),
            Kernel::Unrectified { moments, decay } => moments.unrectified(rate, decay, p, g, [a, b]),
            Kernel::Lion { direction, memory } => lion(direction, memory, rate, second, p, g, [a]),
        }
        if self.settle {
            for (slot, kind) in state.slots.iter_mut().zip(self.memory) {
                match kind {
                    Slot::Mean => settle(slot, FADED_MEAN),
                    Slot::Square => settle(slot, FADED_SQUARE),
                    Slot::Lasting => {}
                }
            }
        }
    }
}

//! The optimizers by name, with their settings and what they remember of each parameter.
//!
//! Formulas and defaults are torch 2's. `g` is the gradient, `p` the parameter, `η` the learning rate, `t` counts steps from 1. Unless
//! said, `weightDecay · p` is added to `g` first. `ε` is `epsilon`, added outside a root, `ε_in` is `epsilonInsideSqrt`, added inside besides.
//! Both may be 0: then `ε` is 2⁻⁷⁵, so that a parameter whose gradient has always been 0 stays where it is instead of becoming 0/0.

use crate::vocabulary;

vocabulary! {
    /// An update rule with its settings.
    pub enum Optimizer {
        /// Gradient descent, with momentum: `b ← momentum · b + (1 − dampening) g` (`b ← g` in the first step), `p ← p − η b`; Nesterov:
        /// `p ← p − η (g + momentum · b)`, with any dampening (torch takes it only without). Polyak 1964; Sutskever et al. 2013 in torch's form.
        Sgd "sgd" {
            /// η.
            learning_rate "learningRate" NonNegative => 0.01;
            /// What is kept of the velocity; 0 for plain gradient descent.
            momentum "momentum" Unit => 0.0;
            /// Which part of the gradient does not enter the velocity.
            dampening "dampening" Unit => 0.0;
            /// Whether the step looks ahead along the velocity.
            nesterov "nesterov" Flag => 0.0;
            /// Added to the gradient, times the parameter.
            weight_decay "weightDecay" NonNegative => 0.0;
        }
        /// `s ← s + g²`, `p ← p − η / (1 + (t − 1) learningRateDecay) · g / (√(s + ε_in) + ε)`. Duchi, Hazan, Singer 2011.
        Adagrad "adagrad" {
            /// η.
            learning_rate "learningRate" NonNegative => 0.01;
            /// How fast η falls.
            learning_rate_decay "learningRateDecay" NonNegative => 0.0;
            /// What s starts from.
            initial_accumulator_value "initialAccumulatorValue" NonNegative => 0.0;
            /// ε.
            epsilon "epsilon" NonNegative => 1e-10;
            /// `ε_in`.
            epsilon_inside_sqrt "epsilonInsideSqrt" NonNegative => 0.0;
            /// Added to the gradient, times the parameter.
            weight_decay "weightDecay" NonNegative => 0.0;
        }
        /// `v ← ρ v + (1 − ρ) g²`, `p ← p − η g / (√(v + ε_in) + ε)`; centered: the variance in place of v; with momentum:
        /// `b ← momentum · b + g / (…)`, `p ← p − η b`. Hinton 2012, lecture 6e; centered: Graves 2013.
        Rmsprop "rmsprop" {
            /// η.
            learning_rate "learningRate" NonNegative => 0.01;
            /// ρ.
            rho "rho" BelowOne => 0.99;
            /// What is kept of the velocity; 0 for none.
            momentum "momentum" Unit => 0.0;
            /// Whether to divide by the standard deviation instead of the root mean square.
            centered "centered" Flag => 0.0;
            /// ε.
            epsilon "epsilon" NonNegative => 1e-8;
            /// `ε_in`.
            epsilon_inside_sqrt "epsilonInsideSqrt" NonNegative => 0.0;
            /// Added to the gradient, times the parameter.
            weight_decay "weightDecay" NonNegative => 0.0;
        }
        /// `v ← ρ v + (1 − ρ) g²`, `δ = g √(d + ε) / √(v + ε)`, `d ← ρ d + (1 − ρ) δ²`, `p ← p − η δ`; `ε + ε_in` stands for ε, inside both
        /// roots. With both 0, d never leaves 0 and nothing moves. Zeiler 2012.
        Adadelta "adadelta" {
            /// η.
            learning_rate "learningRate" NonNegative => 1.0;
            /// ρ.
            rho "rho" BelowOne => 0.9;
            /// ε, inside both roots.
            epsilon "epsilon" NonNegative => 1e-6;
            /// `ε_in`, added to ε.
            epsilon_inside_sqrt "epsilonInsideSqrt" NonNegative => 0.0;
            /// Added to the gradient, times the parameter.
            weight_decay "weightDecay" NonNegative => 0.0;
        }
        /// `m ← β₁ m + (1 − β₁) g`, `v ← β₂ v + (1 − β₂) g²`, `p ← p − η m̂ / (√(v̂ + ε_in) + ε)` with `m̂ = m / (1 − β₁ᵗ)` and
        /// `v̂ = v / (1 − β₂ᵗ)`; amsgrad: the largest v so far in its place. Kingma, Ba 2015; Reddi, Kale, Kumar 2018.
        Adam "adam" {
            /// η.
            learning_rate "learningRate" NonNegative => 1e-3;
            /// β₁.
            beta1 "beta1" BelowOne => 0.9;
            /// β₂.
            beta2 "beta2" BelowOne => 0.999;
            /// ε.
            epsilon "epsilon" NonNegative => 1e-8;
            /// `ε_in`.
            epsilon_inside_sqrt "epsilonInsideSqrt" NonNegative => 0.0;
            /// Whether v never falls.
            amsgrad "amsgrad" Flag => 0.0;
            /// Added to the gradient, times the parameter.
            weight_decay "weightDecay" NonNegative => 0.0;
        }
        /// Adam whose weight decay is decoupled: `p ← p − η weightDecay · p` beside the update. Loshchilov, Hutter 2019.
        Adamw "adamw" {
            /// η.
            learning_rate "learningRate" NonNegative => 1e-3;
            /// β₁.
            beta1 "beta1" BelowOne => 0.9;
            /// β₂.
            beta2 "beta2" BelowOne => 0.999;
            /// ε.
            epsilon "epsilon" NonNegative => 1e-8;
            /// `ε_in`.
            epsilon_inside_sqrt "epsilonInsideSqrt" NonNegative => 0.0;
            /// Whether v never falls.
            amsgrad "amsgrad" Flag => 0.0;
            /// Subtracted from the parameter, times η and itself.
            weight_decay "weightDecay" NonNegative => 0.01;
        }
        /// `m` as Adam, `u ← max(β₂ u, |g| + ε)`, `p ← p − η / (1 − β₁ᵗ) · m / u`; `|g|` is `√(g² + ε_in)`. Kingma, Ba 2015, section 7.1.
        Adamax "adamax" {
            /// η.
            learning_rate "learningRate" NonNegative => 2e-3;
            /// β₁.
            beta1 "beta1" BelowOne => 0.9;
            /// β₂.
            beta2 "beta2" BelowOne => 0.999;
            /// ε, inside the maximum.
            epsilon "epsilon" NonNegative => 1e-8;
            /// `ε_in`.
            epsilon_inside_sqrt "epsilonInsideSqrt" NonNegative => 0.0;
            /// Added to the gradient, times the parameter.
            weight_decay "weightDecay" NonNegative => 0.0;
        }
        /// `m`, `v̂` as Adam, `μₜ = β₁ (1 − ½ · 0.96^(t · momentumDecay))`, `Mₜ = μ₁ ⋯ μₜ`,
        /// `p ← p − η ((1 − μₜ) / (1 − Mₜ) g + μₜ₊₁ / (1 − Mₜ₊₁) m) / (√(v̂ + ε_in) + ε)`. Dozat 2016.
        Nadam "nadam" {
            /// η.
            learning_rate "learningRate" NonNegative => 2e-3;
            /// β₁.
            beta1 "beta1" BelowOne => 0.9;
            /// β₂.
            beta2 "beta2" BelowOne => 0.999;
            /// How fast the momentum rises.
            momentum_decay "momentumDecay" NonNegative => 4e-3;
            /// ε.
            epsilon "epsilon" NonNegative => 1e-8;
            /// `ε_in`.
            epsilon_inside_sqrt "epsilonInsideSqrt" NonNegative => 0.0;
            /// Added to the gradient, times the parameter.
            weight_decay "weightDecay" NonNegative => 0.0;
        }
        /// `m`, `v` as Adam, `ρ∞ = 2 / (1 − β₂) − 1`, `ρₜ = ρ∞ − 2 t β₂ᵗ / (1 − β₂ᵗ)`. While `ρₜ ≤ 5`: `p ← p − η m̂`. Then
        /// `p ← p − η r m̂ √(1 − β₂ᵗ) / (√(v + ε_in) + ε)` with `r² = (ρₜ − 4)(ρₜ − 2) ρ∞ / ((ρ∞ − 4)(ρ∞ − 2) ρₜ)`: here, as in torch, the
        /// epsilons meet v before its correction. Liu et al. 2020.
        Radam "radam" {
            /// η.
            learning_rate "learningRate" NonNegative => 1e-3;
            /// β₁.
            beta1 "beta1" BelowOne => 0.9;
            /// β₂.
            beta2 "beta2" BelowOne => 0.999;
            /// ε.
            epsilon "epsilon" NonNegative => 1e-8;
            /// `ε_in`.
            epsilon_inside_sqrt "epsilonInsideSqrt" NonNegative => 0.0;
            /// Added to the gradient, times the parameter.
            weight_decay "weightDecay" NonNegative => 0.0;
        }
        /// `p ← p − η (sign(β₁ m + (1 − β₁) g) + weightDecay · p)`, `m ← β₂ m + (1 − β₂) g`; sign(0) = 0. Chen et al. 2023.
        Lion "lion" {
            /// η.
            learning_rate "learningRate" NonNegative => 1e-4;
            /// β₁: what the direction keeps of m.
            beta1 "beta1" BelowOne => 0.9;
            /// β₂: what m keeps of itself.
            beta2 "beta2" BelowOne => 0.99;
            /// Subtracted from the parameter, times η and itself.
            weight_decay "weightDecay" NonNegative => 0.0;
        }
    }
}

/// What a number remembered per parameter is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Slot {
    /// An average of gradients, or a velocity.
    Mean,
    /// An average of squares.
    Square,
    /// A sum or a largest value: it does not fade.
    Lasting,
}

impl Optimizer {
    /// The learning rate when no schedule gives one.
    pub fn learning_rate(&self) -> f64 {
        match *self {
            Self::Sgd { learning_rate, .. }
            | Self::Adagrad { learning_rate, .. }
            | Self::Rmsprop { learning_rate, .. }
            | Self::Adadelta { learning_rate, .. }
            | Self::Adam { learning_rate, .. }
            | Self::Adamw { learning_rate, .. }
            | Self::Adamax { learning_rate, .. }
            | Self::Nadam { learning_rate, .. }
            | Self::Radam { learning_rate, .. }
            | Self::Lion { learning_rate, .. } => learning_rate,
        }
    }

    /// How many numbers are remembered per parameter: none to three, only those that the settings need.
    pub fn slots(&self) -> usize {
        self.memory().len()
    }

    /// What the numbers of `slot` start from.
    pub fn initial_state(&self, slot: usize) -> f32 {
        match (*self, slot) {
            (Self::Adagrad { initial_accumulator_value, .. }, 0) => initial_accumulator_value as f32,
            _ => 0.0,
        }
    }

    /// What is remembered per parameter, in the order in which the kernels take it.
    pub(super) fn memory(&self) -> &'static [Slot] {
        use Slot::{Lasting, Mean, Square};
        match *self {
            Self::Sgd { momentum, .. } => &[Mean][..usize::from(momentum != 0.0)],
            Self::Adagrad { .. } => &[Lasting],
            Self::Rmsprop { momentum, centered, .. } => {
                &[Square, Mean, Mean][..1 + usize::from(centered != 0.0) + usize::from(momentum != 0.0)]
            }
            Self::Adadelta { .. } => &[Square, Square],
            Self::Adam { amsgrad, .. } | Self::Adamw { amsgrad, .. } => {
                &[Mean, Square, Lasting][..2 + usize::from(amsgrad != 0.0)]
            }
            Self::Adamax { .. } => &[Mean, Lasting],
            Self::Nadam { .. } | Self::Radam { .. } => &[Mean, Square],
            Self::Lion { .. } => &[Mean],
        }
    }
}

//! One table of cases; every test runs over it, and a member of the vocabulary without a case fails.

mod accuracy;
mod contract;
mod oracle;

use super::*;
use crate::spec::read_all;

/// An element-wise activation, and what is promised of it.
struct Case {
    name: &'static str,
    settings: &'static [f64],
    /// The error of a value in ULP, as documented at the module.
    error: f64,
    /// Derivatives at −∞ and ∞. (The values there are the oracle's at ±10³⁰, or ±∞ beyond.)
    ends: [f32; 2],
    /// Places where the derivative is one-sided or steep, with what it is there.
    kinks: &'static [(f32, f32)],
}

const fn case(
    name: &'static str,
    settings: &'static [f64],
    error: f64,
    ends: [f32; 2],
    kinks: &'static [(f32, f32)],
) -> Case {
    Case { name, settings, error, ends, kinks }
}

const SIXTH: f32 = 1.0 / 6.0;

const CASES: &[Case] = &[
    case("linear", &[], 0.0, [1.0, 1.0], &[]),
    case("sigmoid", &[], 3.0, [0.0, 0.0], &[(0.0, 0.25)]),
    case("tanh", &[], 4.5, [0.0, 0.0], &[(0.0, 1.0)]),
    case("relu", &[], 0.0, [0.0, 1.0], &[(0.0, 0.0), (1e-45, 1.0), (-1e-45, 0.0)]),
    case("leakyRelu", &[0.01], 0.5, [0.01, 1.0], &[(0.0, 0.01), (1e-45, 1.0), (-1e-45, 0.01)]),
    case("leakyRelu", &[0.0], 0.0, [0.0, 1.0], &[(0.0, 0.0)]),
    case("leakyRelu", &[-0.3], 0.5, [-0.3, 1.0], &[(0.0, -0.3)]),
    case("elu", &[1.0], 3.0, [0.0, 1.0], &[(0.0, 1.0)]),
    case("elu", &[2.0], 3.0, [0.0, 1.0], &[(0.0, 2.0), (1e-45, 1.0)]),
    case("elu", &[0.0], 0.0, [0.0, 1.0], &[(0.0, 0.0), (1e-45, 1.0)]),
    case("elu", &[-0.7], 3.0, [0.0, 1.0], &[(0.0, -0.7), (1e-45, 1.0)]),
    case("selu", &[], 3.5, [0.0, 1.050_701], &[(0.0, 1.758_099_3), (1e-45, 1.050_701)]),
    case("celu", &[1.0], 3.5, [0.0, 1.0], &[(0.0, 1.0)]),
    case("celu", &[0.3], 3.5, [0.0, 1.0], &[(0.0, 1.0)]),
    case("celu", &[2.0], 3.5, [0.0, 1.0], &[(0.0, 1.0)]),
    case("gelu", &[0.0], 8.0, [0.0, 1.0], &[(0.0, 0.5)]),
    case("gelu", &[1.0], 6.0, [0.0, 1.0], &[(0.0, 0.5)]),
    case("silu", &[], 4.0, [0.0, 1.0], &[(0.0, 0.5)]),
    case("mish", &[], 5.5, [0.0, 1.0], &[(0.0, 0.6)]),
    case("softplus", &[], 3.75, [0.0, 1.0], &[(0.0, 0.5)]),
    case("softsign", &[], 1.5, [0.0, 0.0], &[(0.0, 1.0)]),
    case("hardSigmoid", &[], 1.5, [0.0, 0.0], &[(-3.0, 0.0), (-2.999_999_8, SIXTH), (2.999_999_8, SIXTH), (3.0, 0.0)]),
    case(
        "hardSilu",
        &[],
        2.5,
        [0.0, 1.0],
        &[(-3.0, 0.0), (-2.999_999_8, -0.5), (0.0, 0.5), (2.999_999_8, 1.5), (3.0, 1.0)],
    ),
    case("hardTanh", &[], 0.0, [0.0, 0.0], &[(-1.0, 0.0), (-0.999_999_94, 1.0), (0.999_999_94, 1.0), (1.0, 0.0)]),
    case("relu6", &[], 0.0, [0.0, 0.0], &[(0.0, 0.0), (1e-45, 1.0), (5.999_999_5, 1.0), (6.0, 0.0)]),
    case("exponential", &[], 2.1, [0.0, f32::INFINITY], &[(0.0, 1.0)]),
    case("logSigmoid", &[], 3.75, [1.0, 0.0], &[(0.0, 0.5)]),
];

impl Case {
    fn activation(&self) -> Activation {
        let code =
            Activation::TABLE.iter().position(|entry| entry.name == self.name).expect("the vocabulary has the name");
        let words: Vec<f64> = [&[code as f64], self.settings].concat();
        read_all(&words, Activation::read).expect("the settings are in range")
    }

    fn title(&self) -> String {
        format!("{}{:?}", self.name, self.settings)
    }
}

/// f along a slice.
fn values(f: &Activation, x: &[f32]) -> Vec<f32> {
    let mut y = x.to_vec();
    forward_in_place(f, x.len(), &mut y);
    y
}

/// What the derivative is taken from.
fn saved(f: &Activation, x: &[f32]) -> Vec<f32> {
    if f.needs_input() { x.to_vec() } else { values(f, x) }
}

/// `upstream` times the derivative at x.
fn gradients(f: &Activation, x: &[f32], upstream: &[f32]) -> Vec<f32> {
    let mut gradient = upstream.to_vec();
    backward_in_place(f, x.len(), &saved(f, x), &mut gradient);
    gradient
}

/// The derivative at x.
fn derivative(f: &Activation, x: f32) -> f32 {
    gradients(f, &[x], &[1.0])[0]
}

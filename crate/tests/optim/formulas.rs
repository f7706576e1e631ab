//! Every optimizer, with every setting, against the formulas of torch's documentation, an element at a time in double precision.

use crate::run::{Run, gradient, start, variants};
use ravine::optim::rule::Optimizer;

/// What the formulas remember of an element, zero where unused.
#[derive(Clone, Default)]
struct Memory {
    first: f64,
    second: f64,
    third: f64,
    momentum_product: Option<f64>,
}

/// One step (from 1) of one element.
fn reference(optimizer: &Optimizer, t: i32, lr: f64, p: f64, g: f64, s: &mut Memory) -> f64 {
    let tf = f64::from(t);
    match *optimizer {
        Optimizer::Sgd { momentum, dampening, nesterov, weight_decay, .. } => {
            let g = g + weight_decay * p;
            if momentum == 0.0 {
                return p - lr * g;
            }
            s.first = if t == 1 { g } else { momentum * s.first + (1.0 - dampening) * g };
            p - lr * if nesterov == 1.0 { g + momentum * s.first } else { s.first }
        }
        Optimizer::Adagrad {
            learning_rate_decay,
            initial_accumulator_value,
            epsilon,
            epsilon_inside_sqrt,
            weight_decay,
            ..
        } => {
            let g = g + weight_decay * p;
            if t == 1 {
                s.first = initial_accumulator_value;
            }
            s.first += g * g;
            p - lr / (1.0 + (tf - 1.0) * learning_rate_decay) * g / ((s.first + epsilon_inside_sqrt).sqrt() + epsilon)
        }
        Optimizer::Rmsprop { rho, momentum, centered, epsilon, epsilon_inside_sqrt, weight_decay, .. } => {
            let g = g + weight_decay * p;
            s.first = rho * s.first + (1.0 - rho) * g * g;
            s.second = rho * s.second + (1.0 - rho) * g;
            let square = if centered == 1.0 { s.first - s.second * s.second } else { s.first };
            let direction = g / ((square + epsilon_inside_sqrt).sqrt() + epsilon);
            s.third = momentum * s.third + direction;
            p - lr * s.third
        }
        Optimizer::Adadelta { rho, epsilon, epsilon_inside_sqrt, weight_decay, .. } => {
            let (g, epsilon) = (g + weight_decay * p, epsilon + epsilon_inside_sqrt);
            s.first = rho * s.first + (1.0 - rho) * g * g;
            let delta = (s.second + epsilon).sqrt() / (s.first + epsilon).sqrt() * g;
            s.second = rho * s.second + (1.0 - rho) * delta * delta;
            p - lr * delta
        }
        Optimizer::Adam { beta1, beta2, epsilon, epsilon_inside_sqrt, amsgrad, weight_decay, .. } => {
            let (m, v) = moments(beta1, beta2, g + weight_decay * p, s);
            s.third = if amsgrad == 1.0 { s.third.max(v) } else { v };
            let corrected = s.third / (1.0 - beta2.powi(t));
            p - lr * m / (1.0 - beta1.powi(t)) / ((corrected + epsilon_inside_sqrt).sqrt() + epsilon)
        }
        Optimizer::Adamw { beta1, beta2, epsilon, epsilon_inside_sqrt, amsgrad, weight_decay, .. } => {
            let p = p * (1.0 - lr * weight_decay);
            let (m, v) = moments(beta1, beta2, g, s);
            s.third = if amsgrad == 1.0 { s.third.max(v) } else { v };
            let corrected = s.third / (1.0 - beta2.powi(t));
            p - lr * m / (1.0 - beta1.powi(t)) / ((corrected + epsilon_inside_sqrt).sqrt() + epsilon)
        }
        Optimizer::Adamax { beta1, beta2, epsilon, epsilon_inside_sqrt, weight_decay, .. } => {
            let g = g + weight_decay * p;
            s.first = beta1 * s.first + (1.0 - beta1) * g;
            s.second = (beta2 * s.second).max((g * g + epsilon_inside_sqrt).sqrt() + epsilon);
            p - lr / (1.0 - beta1.powi(t)) * s.first / s.second
        }
        Optimizer::Nadam { beta1, beta2, momentum_decay, epsilon, epsilon_inside_sqrt, weight_decay, .. } => {
            let g = g + weight_decay * p;
            let (m, v) = moments(beta1, beta2, g, s);
            let mu = |t: f64| beta1 * (1.0 - 0.5 * 0.96_f64.powf(t * momentum_decay));
            let product = s.momentum_product.unwrap_or(1.0) * mu(tf);
            s.momentum_product = Some(product);
            let next = mu(tf + 1.0);
            let average = next * m / (1.0 - product * next) + (1.0 - mu(tf)) * g / (1.0 - product);
            p - lr * average / ((v / (1.0 - beta2.powi(t)) + epsilon_inside_sqrt).sqrt() + epsilon)
        }
        Optimizer::Radam { beta1, beta2, epsilon, epsilon_inside_sqrt, weight_decay, .. } => {
            let (m, v) = moments(beta1, beta2, g + weight_decay * p, s);
            let m = m / (1.0 - beta1.powi(t));
            let limit = 2.0 / (1.0 - beta2) - 1.0;
            let length = limit - 2.0 * tf * beta2.powi(t) / (1.0 - beta2.powi(t));
            if length <= 5.0 {
                return p - lr * m;
            }
            let adaptive = (1.0 - beta2.powi(t)).sqrt() / ((v + epsilon_inside_sqrt).sqrt() + epsilon);
            let rectified = ((length - 4.0) * (length - 2.0) * limit / ((limit - 4.0) * (limit - 2.0) * length)).sqrt();
            p - lr * m * rectified * adaptive
        }
        Optimizer::Lion { beta1, beta2, weight_decay, .. } => {
            let direction = beta1 * s.first + (1.0 - beta1) * g;
            s.first = beta2 * s.first + (1.0 - beta2) * g;
            let sign = if direction == 0.0 { 0.0 } else { direction.signum() };
            p * (1.0 - lr * weight_decay) - lr * sign
        }
    }
}

fn moments(beta1: f64, beta2: f64, g: f64, s: &mut Memory) -> (f64, f64) {
    s.first = beta1 * s.first + (1.0 - beta1) * g;
    s.second = beta2 * s.second + (1.0 - beta2) * g * g;
    (s.first, s.second)
}

/// A rate that changes at every step.
fn rate(step: usize) -> f64 {
    0.02 * (1.0 + 0.5 * (step as f64 * 0.7).sin()) / (1.0 + step as f64 / 40.0)
}

#[test]
fn sixty_steps_agree_with_the_formulas() {
    const LENGTH: usize = 41;
    for (name, optimizer) in variants() {
        let mut run = Run::new(optimizer, &start(LENGTH));
        let mut expected: Vec<f64> = run.parameters.iter().map(|&p| f64::from(p)).collect();
        let mut travelled = vec![0.0; LENGTH];
        let mut memory = vec![Memory::default(); LENGTH];
        for step in 0..60 {
            let g = gradient(LENGTH, step);
            run.step(rate(step), &g);
            for (i, p) in expected.iter_mut().enumerate() {
                let next = reference(&optimizer, step as i32 + 1, rate(step), *p, f64::from(g[i]), &mut memory[i]);
                travelled[i] += (next - *p).abs();
                *p = next;
            }
        }
        for (i, (&p, &expected)) in run.parameters.iter().zip(&expected).enumerate() {
            // Relative to where the parameter has been: one that ends near 0 has the rounding of its way there.
            let size = expected.abs().max(travelled[i]);
            let error = (f64::from(p) - expected).abs() / size;
            assert!(error < 1.5e-6, "{name}: parameter {i} is {p}, not {expected}: {error:e}");
        }
    }
}

//! Optimizers by settings, runs of many steps, gradients to run them on.

use ravine::optim::rule::Optimizer;
use ravine::optim::step::{Progress, State, Step};
use ravine::spec::{Range, read_all};

/// The optimizer with this name; settings not named keep their defaults.
pub(crate) fn optimizer(name: &str, settings: &[(&str, f64)]) -> Optimizer {
    let code = Optimizer::TABLE.iter().position(|entry| entry.name == name).expect("a known name");
    let entry = &Optimizer::TABLE[code];
    assert!(settings.iter().all(|(setting, _)| entry.params.iter().any(|p| p.name == *setting)), "{settings:?}");
    let mut words = vec![code as f64];
    words.extend(
        entry
            .params
            .iter()
            .map(|p| settings.iter().find(|(setting, _)| *setting == p.name).map_or(p.default, |(_, value)| *value)),
    );
    read_all(&words, Optimizer::read).expect("settings in their ranges")
}

/// Another value than the default for a setting: flags are on, numbers differ enough to show.
fn other(setting: &str) -> f64 {
    match setting {
        "momentum" => 0.75,
        "dampening" => 0.3,
        "weightDecay" => 0.2,
        "learningRateDecay" => 0.1,
        "initialAccumulatorValue" => 0.5,
        "epsilon" => 1e-2,
        "epsilonInsideSqrt" => 1e-3,
        "rho" => 0.7,
        "beta1" => 0.6,
        "beta2" => 0.9,
        "momentumDecay" => 0.4,
        _ => panic!("give {setting} a value here"),
    }
}

/// Every optimizer with its defaults, with each setting changed alone, with each pair changed and with all changed.
pub(crate) fn variants() -> Vec<(String, Optimizer)> {
    let mut all = Vec::new();
    for entry in Optimizer::TABLE {
        let changes: Vec<(&str, f64)> = entry
            .params
            .iter()
            .filter(|p| p.name != "learningRate")
            .map(|p| (p.name, if p.range == Range::Flag { 1.0 } else { other(p.name) }))
            .collect();
        let mut add = |settings: &[(&str, f64)]| {
            all.push((format!("{} {settings:?}", entry.name), optimizer(entry.name, settings)));
        };
        add(&[]);
        for (i, &first) in changes.iter().enumerate() {
            add(&[first]);
            for &second in &changes[i + 1..] {
                add(&[first, second]);
            }
        }
        add(&changes);
    }
    all
}

/// An optimizer at work on one array of parameters.
#[derive(Clone)]
pub(crate) struct Run {
    pub(crate) optimizer: Optimizer,
    pub(crate) progress: Progress,
    pub(crate) parameters: Vec<f32>,
    pub(crate) slots: Vec<Vec<f32>>,
}

impl Run {
    pub(crate) fn new(optimizer: Optimizer, parameters: &[f32]) -> Self {
        let slots = (0..optimizer.slots()).map(|k| vec![optimizer.initial_state(k); parameters.len()]).collect();
        Self { optimizer, progress: Progress::default(), parameters: parameters.to_vec(), slots }
    }

    /// One step on the whole array.
    pub(crate) fn step(&mut self, learning_rate: f64, gradient: &[f32]) {
        let step = self.optimizer.advance(&mut self.progress, learning_rate);
        self.apply(&step, 1.0, 0..gradient.len(), gradient);
    }

    /// An already prepared step on a part of the array.
    pub(crate) fn apply(&mut self, step: &Step, scale: f64, part: std::ops::Range<usize>, gradient: &[f32]) {
        let mut state = State::default();
        for (slot, array) in state.slots.iter_mut().zip(&mut self.slots) {
            *slot = &mut array[part.clone()];
        }
        step.apply(scale, &mut self.parameters[part], gradient, &mut state);
    }

    /// The bits of parameters and state.
    pub(crate) fn bits(&self) -> Vec<Vec<u32>> {
        std::iter::once(&self.parameters)
            .chain(&self.slots)
            .map(|array| array.iter().map(|x| x.to_bits()).collect())
            .collect()
    }
}

/// The bits of an array.
pub(crate) fn bits(x: &[f32]) -> Vec<u32> {
    x.iter().map(|x| x.to_bits()).collect()
}

/// A number from −1 to 1 that looks random.
pub(crate) fn noise(a: usize, b: usize) -> f32 {
    let mut x = (a as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (b as u64).wrapping_mul(0xD1B5_4A32_D192_ED03);
    x = (x ^ (x >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    x = (x ^ (x >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    ((x >> 40) as f32) / 8_388_608.0 - 1.0
}

/// Parameters to start from.
pub(crate) fn start(length: usize) -> Vec<f32> {
    (0..length).map(|i| 2.0 * noise(i, 1_000_003)).collect()
}

/// Gradients that change from step to step, of magnitudes from 0.01 to 10; every fifth is often 0.
pub(crate) fn gradient(length: usize, step: usize) -> Vec<f32> {
    (0..length)
        .map(|i| {
            let scale = [1.0, 0.1, 10.0, 0.01, 3.0][i % 5];
            let rare = i % 5 == 4 && !step.is_multiple_of(3);
            if rare { 0.0 } else { scale * (noise(i, step) + 0.3) }
        })
        .collect()
}

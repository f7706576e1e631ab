//! Contrastive divergence in expectation: against the gradient of the log-likelihood, and CD-1 against its own definition.

use super::{Exact, H, V, dataset, machine, rows};
use ravine::nn::rbm::Rbm;
use ravine::nn::rbm::training::{Epoch, Settings};

/// A batch: copies of a few patterns, so that an update averages over many chains.
const COPIES: usize = 50;

fn patterns() -> Vec<Vec<f64>> {
    vec![vec![1.0, 1.0, 0.0, 0.0], vec![0.0, 1.0, 1.0, 0.0], vec![1.0, 0.0, 0.5, 1.0]]
}

/// Kernel, visible bias, hidden bias, in one line.
type Statistics = Vec<f64>;

fn statistics(v: &[f64], h: &[f64]) -> Statistics {
    let products = v.iter().flat_map(|v| h.iter().map(move |h| v * h));
    products.chain(v.iter().copied()).chain(h.iter().copied()).collect()
}

fn add(sum: &mut Statistics, other: &[f64], weight: f64) {
    sum.iter_mut().zip(other).for_each(|(sum, other)| *sum += weight * other);
}

fn zero() -> Statistics {
    vec![0.0; V * H + V + H]
}

/// The mean of the data's statistics.
fn positive(exact: &Exact) -> Statistics {
    let mut sum = zero();
    for v in patterns() {
        add(&mut sum, &statistics(&v, &exact.hidden_means(&v)), 1.0 / patterns().len() as f64);
    }
    sum
}

/// The mean update of `trials` batches with the weights as they are, after some to warm the chains.
fn measured(machine: &mut Rbm, settings: Settings, trials: usize, warm_up: usize) -> Statistics {
    let batch: Vec<Vec<f64>> = (0..COPIES).flat_map(|_| patterns()).collect();
    let data = dataset(batch.len(), &[rows(&batch)], &[], &[]);
    let before: Vec<Vec<f32>> = (0..3).map(|i| machine.parameter(i).unwrap().to_vec()).collect();
    let mut sum = zero();
    for trial in 0..warm_up + trials {
        let mut epoch = Epoch::new(machine, &data, batch.len(), settings, None).unwrap();
        epoch.advance(machine, &data, 1).unwrap();
        let mut place = 0;
        for (index, before) in before.iter().enumerate() {
            let parameter = machine.parameter_mut(index).unwrap();
            for (new, old) in parameter.iter_mut().zip(before) {
                if trial >= warm_up {
                    sum[place] += f64::from(*new - old) / settings.rate / trials as f64;
                }
                *new = *old;
                place += 1;
            }
        }
    }
    sum
}

fn settings(k: usize, persistent: bool) -> Settings {
    Settings { rate: 1.0, momentum: 0.0, decay: 0.0, k, persistent }
}

/// Each statistic lies between 0 and 1, so its deviation is at most ½: five standard errors of a mean over independent chains.
fn close(got: &[f64], expected: &[f64], samples: usize) {
    let bar = 2.5 / (samples as f64).sqrt();
    for (got, expected) in got.iter().zip(expected) {
        assert!((got - expected).abs() < bar, "{got} {expected}, bar {bar}");
    }
}

#[test]
fn many_turns_follow_the_likelihood() {
    let (mut machine, exact) = machine(false, 11);
    let mut expected = positive(&exact);
    for (v, p) in exact.distribution() {
        add(&mut expected, &statistics(&v, &exact.hidden_means(&v)), -p);
    }
    let batch = COPIES * patterns().len();
    close(&measured(&mut machine, settings(40, false), 200, 0), &expected, 200 * batch);
    // Samples of a chain that goes on are not independent: ten turns apart they nearly are.
    close(&measured(&mut machine, settings(10, true), 200, 5), &expected, 200 * batch);
}

#[test]
fn one_turn_is_what_its_definition_says() {
    let (mut machine, exact) = machine(false, 12);
    let mut expected = positive(&exact);
    for data in patterns() {
        for (h, p) in exact.hidden(&data) {
            for (v, q) in exact.visible(&h) {
                add(&mut expected, &statistics(&v, &exact.hidden_means(&v)), -p * q / patterns().len() as f64);
            }
        }
    }
    let batch = COPIES * patterns().len();
    close(&measured(&mut machine, settings(1, false), 200, 0), &expected, 200 * batch);
}

/// The weights after two epochs in batches of 5, stopped after every `chunk` batches.
fn trained(settings: Settings, chunk: usize, epochs: &[u64]) -> Vec<f32> {
    let (mut machine, _) = machine(false, 13);
    let batch: Vec<Vec<f64>> = (0..6).flat_map(|_| patterns()).collect();
    let data = dataset(batch.len(), &[rows(&batch)], &[], &[]);
    for &shuffle in epochs {
        let mut epoch = Epoch::new(&mut machine, &data, 5, settings, Some(shuffle)).unwrap();
        while epoch.advance(&mut machine, &data, chunk).unwrap() == chunk {}
        assert!(epoch.error() > 0.0 && epoch.error() < 1.0 && !epoch.spoilt());
    }
    (0..3).flat_map(|i| machine.parameter(i).unwrap().to_vec()).collect()
}

#[test]
fn pauses_change_no_bit_and_settings_matter() {
    let all = [
        settings(1, false),
        settings(1, true),
        settings(3, true),
        Settings { momentum: 0.5, ..settings(1, false) },
        Settings { decay: 0.1, ..settings(1, false) },
        Settings { decay: 0.1, momentum: 0.5, ..settings(1, false) },
    ];
    let results: Vec<Vec<f32>> = all.iter().map(|&settings| trained(settings, 100, &[0, 1])).collect();
    for (settings, whole) in all.iter().zip(&results) {
        assert_eq!(trained(*settings, 1, &[0, 1]), *whole);
    }
    for (i, result) in results.iter().enumerate() {
        assert!(results[..i].iter().all(|other| other != result), "settings {i} give what others do");
    }
}

/// With one batch of one pattern and no hidden input left to chance, momentum and decay can be followed by hand.
#[test]
fn momentum_and_decay_follow_their_formulas() {
    let (mut machine, _) = machine(false, 14);
    let batch = vec![vec![1.0, 0.0, 1.0, 1.0]];
    let data = dataset(1, &[rows(&batch)], &[], &[]);
    let mut kernel: Vec<f64> = machine.parameter(0).unwrap().iter().map(|x| f64::from(*x)).collect();
    let mut velocity = vec![0.0; kernel.len()];
    let (rate, momentum, decay) = (0.2, 0.7, 0.3);
    for _ in 0..3 {
        // The same draws with η = 1 and nothing else are the gradient.
        let probe = |machine: &mut Rbm, settings: Settings| -> Vec<f64> {
            let old: Vec<Vec<f32>> = (0..3).map(|i| machine.parameter(i).unwrap().to_vec()).collect();
            let mut epoch = Epoch::new(machine, &data, 1, settings, None).unwrap();
            epoch.advance(machine, &data, 1).unwrap();
            let new = machine.parameter(0).unwrap().to_vec();
            for (i, old) in old.iter().enumerate() {
                machine.parameter_mut(i).unwrap().copy_from_slice(old);
            }
            machine.steps -= 1;
            new.iter().zip(&old[0]).map(|(new, old)| f64::from(new - old)).collect()
        };
        let gradient = probe(&mut machine, settings(1, false));
        let plain = probe(&mut machine, Settings { rate, decay, ..settings(1, false) });
        for ((plain, gradient), kernel) in plain.iter().zip(&gradient).zip(&kernel) {
            assert!((plain - rate * (gradient - decay * kernel)).abs() < 1e-6);
        }
        for ((velocity, gradient), kernel) in velocity.iter_mut().zip(&gradient).zip(&mut kernel) {
            *velocity = momentum * *velocity + gradient - decay * *kernel;
            *kernel += rate * *velocity;
        }
        let mut epoch =
            Epoch::new(&mut machine, &data, 1, Settings { rate, momentum, decay, ..settings(1, false) }, None).unwrap();
        epoch.advance(&mut machine, &data, 1).unwrap();
        for (got, kernel) in machine.parameter(0).unwrap().iter().zip(&kernel) {
            assert!((f64::from(*got) - kernel).abs() < 1e-5, "{got} {kernel}");
        }
    }
}

#[test]
fn an_epoch_that_diverges_leaves_the_weights_as_they_were() {
    let (mut machine, _) = machine(true, 15);
    let batch: Vec<Vec<f64>> = (0..40).map(|i| vec![f64::from(i); V]).collect();
    let data = dataset(batch.len(), &[rows(&batch)], &[], &[]);
    let before: Vec<Vec<f32>> = (0..3).map(|i| machine.parameter(i).unwrap().to_vec()).collect();
    let mut epoch = Epoch::new(&mut machine, &data, 1, Settings { rate: 1e6, ..settings(3, false) }, None).unwrap();
    assert_eq!(epoch.advance(&mut machine, &data, 40), Ok(40));
    assert!(epoch.spoilt());
    let after: Vec<Vec<f32>> = (0..3).map(|i| machine.parameter(i).unwrap().to_vec()).collect();
    assert_eq!(after, before);
}

//! Questions, against sums over all states.

use super::{Exact, H, V, ask, machine, states};
use ravine::error::Kind;
use ravine::nn::dataset::Dataset;
use ravine::nn::rbm::inference::Question;

fn close(got: &[f32], expected: &[f64], what: &str) {
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(expected) {
        // Sums of a dozen single-precision terms of a size up to ten.
        assert!((f64::from(*got) - expected).abs() < 1e-5 * expected.abs().max(1.0), "{what}: {got} {expected}");
    }
}

fn data(gaussian: bool) -> Vec<Vec<f64>> {
    if gaussian { states(V).map(|v| v.iter().map(|x| 1.7 * x - 0.6).collect()).collect() } else { states(V).collect() }
}

#[test]
fn free_energy_and_features_are_exact() {
    for gaussian in [false, true] {
        let (mut machine, exact) = machine(gaussian, 3);
        let rows = data(gaussian);
        let free: Vec<f64> = rows.iter().map(|v| exact.free_energy(v)).collect();
        close(&ask(&mut machine, Question::FreeEnergy, &rows, 1), &free, "free energy");
        let means: Vec<f64> = rows.iter().flat_map(|v| exact.hidden_means(v)).collect();
        close(&ask(&mut machine, Question::Transform, &rows, H), &means, "features");
    }
}

#[test]
fn a_reconstruction_is_the_mean_given_the_features() {
    for gaussian in [false, true] {
        let (mut machine, exact) = machine(gaussian, 4);
        let rows = data(gaussian);
        let means = rows.iter().flat_map(|v| {
            let h = exact.hidden_means(v);
            let input = |i: usize| exact.visible_bias[i] + super::dot(&exact.kernel[i * H..][..H], &h);
            (0..V).map(|i| if gaussian { input(i) } else { 1.0 / (1.0 + (-input(i)).exp()) }).collect::<Vec<_>>()
        });
        close(&ask(&mut machine, Question::Reconstruct, &rows, V), &means.collect::<Vec<_>>(), "reconstruction");
    }
}

/// Σᵢ ln p(vᵢ | rest), from the probabilities of all states.
fn pseudo(exact: &Exact, v: &[f64]) -> Vec<f64> {
    let turned = |i: usize| {
        let mut other = v.to_vec();
        other[i] = 1.0 - other[i];
        other
    };
    let weight = |v: &[f64]| (-exact.free_energy(v)).exp();
    (0..V).map(|i| (weight(v) / (weight(v) + weight(&turned(i)))).ln()).collect()
}

#[test]
fn the_pseudo_log_likelihood_is_exact_and_its_estimate_unbiased() {
    let (mut machine, exact) = machine(false, 5);
    let rows: Vec<Vec<f64>> = states(V).collect();
    let question = |units| Question::PseudoLogLikelihood { units, seed: 8, first: 0 };
    let expected: Vec<f64> = rows.iter().map(|v| pseudo(&exact, v).iter().sum()).collect();
    close(&ask(&mut machine, question(0), &rows, 1), &expected, "pseudo-log-likelihood");

    // Of one row, 20,000 times: each estimate is V times the term of one unit, all alike probable.
    let row = &rows[6];
    let terms: Vec<f64> = pseudo(&exact, row).iter().map(|term| term * V as f64).collect();
    let mean = terms.iter().sum::<f64>() / V as f64;
    let variance = terms.iter().map(|term| (term - mean) * (term - mean)).sum::<f64>() / V as f64;
    let estimates = ask(&mut machine, question(1), &vec![row.clone(); 20_000], 1);
    let average = estimates.iter().map(|x| f64::from(*x)).sum::<f64>() / 20_000.0;
    assert!((average - mean).abs() < 5.0 * (variance / 20_000.0).sqrt(), "{average} {mean}");
    let first = |question| ask(&mut super::machine(false, 5).0, question, &[row.clone(), row.clone()], 1);
    let later = Question::PseudoLogLikelihood { units: 1, seed: 8, first: 1 };
    assert_eq!(first(later)[0], first(question(1))[1], "a row's draws do not depend on where a slab begins");
}

#[test]
fn gibbs_sampling_draws_from_the_machine_s_distribution() {
    let (mut machine, exact) = machine(false, 6);
    let count = 40_000;
    let question = Question::Sample { steps: 60, seed: 2, fresh: true };
    let samples = ask(&mut machine, question, &vec![vec![0.0; V]; count], V);
    let mut seen = [0.0; 1 << V];
    for sample in samples.chunks(V) {
        seen[sample.iter().enumerate().map(|(i, x)| (*x as usize) << i).sum::<usize>()] += 1.0;
    }
    let chi: f64 = exact
        .distribution()
        .iter()
        .zip(seen)
        .map(|((_, p), seen)| (seen - p * count as f64).powi(2) / (p * count as f64))
        .sum();
    // 15 degrees of freedom: the 0.9999 quantile of chi-squared is 44.
    assert!(chi < 44.0, "chi-squared {chi}");
}

#[test]
fn normal_units_have_their_mean_and_variance() {
    let (mut machine, exact) = machine(true, 7);
    machine.parameter_mut(0).unwrap().fill(0.0);
    let count = 20_000;
    let samples =
        ask(&mut machine, Question::Sample { steps: 1, seed: 3, fresh: false }, &vec![vec![0.0; V]; count], V);
    for (unit, bias) in exact.visible_bias.iter().enumerate() {
        let values: Vec<f64> = samples.chunks(V).map(|row| f64::from(row[unit])).collect();
        let mean = values.iter().sum::<f64>() / count as f64;
        let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count as f64;
        // Five standard errors: of the mean 1/√n, of the variance √(2/n).
        assert!((mean - bias).abs() < 5.0 / (count as f64).sqrt(), "{mean} {bias}");
        assert!((variance - 1.0).abs() < 5.0 * (2.0 / count as f64).sqrt(), "{variance}");
    }
}

#[test]
fn what_does_not_suit_is_refused() {
    let (mut machine, _) = machine(true, 8);
    let mut data = Dataset::read(&[2.0, 1.0, V as f64, 1.0, 1.0, 0.0]).unwrap();
    let pseudo = Question::PseudoLogLikelihood { units: 0, seed: 0, first: 0 };
    assert_eq!(machine.answer(pseudo, &mut data, 2).unwrap_err().kind, Kind::Config);
    assert_eq!(machine.answer(Question::FreeEnergy, &mut data, 3).unwrap_err().kind, Kind::Config);
    assert_eq!(machine.answer(Question::Transform, &mut data, 2).unwrap_err().kind, Kind::Shape);
    let most = 2_147_483_647.0;
    for words in [vec![], vec![0.0, 1.0, 0.0, 1.0, 0.0], vec![1.0, 1.0, 2.0, 1.0, 0.0], vec![most, most, 0.0, 1.0, 0.0]]
    {
        assert!(ravine::nn::rbm::Rbm::read(&words).is_err());
    }
}

//! Laws that every optimizer keeps, with every setting.

use crate::run::{Run, bits, gradient, noise, optimizer, start, variants};
use ravine::error::Kind;
use ravine::kernels::update::settle;
use ravine::optim::rule::Optimizer;
use ravine::optim::step::Progress;
use ravine::spec::read_all;

/// Variants whose update has no weight decay.
fn without_decay() -> impl Iterator<Item = (String, Optimizer)> {
    variants().into_iter().filter(|(name, _)| !name.contains("weightDecay") && !name.starts_with("adamw"))
}

#[test]
fn vectors_and_tails_give_the_same_bits() {
    for (name, optimizer) in variants() {
        let whole = {
            let mut run = Run::new(optimizer, &start(40));
            (0..5).for_each(|step| run.step(0.01, &gradient(40, step)));
            run.bits()
        };
        for length in 0..=17 {
            let mut run = Run::new(optimizer, &start(40)[..length]);
            (0..5).for_each(|step| run.step(0.01, &gradient(40, step)[..length]));
            let prefix: Vec<_> = whole.iter().map(|array| array[..length].to_vec()).collect();
            assert_eq!(run.bits(), prefix, "{name}: {length} parameters");
        }
    }
}

#[test]
fn cutting_a_range_changes_no_bits() {
    for (name, optimizer) in variants() {
        let (mut whole, mut cut) = (Run::new(optimizer, &start(33)), Run::new(optimizer, &start(33)));
        for step in 0..40 {
            let g = gradient(33, step);
            whole.step(0.01, &g);
            let prepared = cut.optimizer.advance(&mut cut.progress, 0.01);
            let at = [1, 4, 7, 18, 32][step % 5];
            cut.apply(&prepared, 1.0, 0..at, &g[..at]);
            cut.apply(&prepared, 1.0, at..33, &g[at..]);
        }
        assert_eq!(whole.bits(), cut.bits(), "{name}");
    }
}

#[test]
fn a_learning_rate_of_zero_moves_nothing() {
    for (name, optimizer) in variants() {
        let mut run = Run::new(optimizer, &start(19));
        for step in 0..40 {
            run.step(0.0, &gradient(19, step));
        }
        assert_eq!(bits(&run.parameters), bits(&start(19)), "{name}");
        let prepared = run.optimizer.advance(&mut run.progress, 0.01);
        run.apply(&prepared, 0.0, 0..19, &gradient(19, 40));
        assert_eq!(bits(&run.parameters), bits(&start(19)), "{name}: frozen by its scale");
    }
}

#[test]
fn the_scale_multiplies_the_learning_rate() {
    for (name, optimizer) in variants() {
        let (mut scaled, mut plain) = (Run::new(optimizer, &start(19)), Run::new(optimizer, &start(19)));
        for step in 0..10 {
            let g = gradient(19, step);
            let prepared = scaled.optimizer.advance(&mut scaled.progress, 0.04);
            scaled.apply(&prepared, 0.25, 0..19, &g);
            plain.step(0.01, &g);
        }
        assert_eq!(scaled.bits(), plain.bits(), "{name}");
    }
}

#[test]
fn a_gradient_of_zero_moves_nothing() {
    let zero_epsilons = Optimizer::TABLE
        .iter()
        .filter(|entry| entry.params.iter().any(|p| p.name == "epsilon"))
        .map(|entry| (format!("{} without epsilon", entry.name), optimizer(entry.name, &[("epsilon", 0.0)])))
        .filter(|(name, _)| !name.starts_with("adamw"));
    for (name, optimizer) in without_decay().chain(zero_epsilons) {
        let mut parameters = start(19);
        parameters[3] = 0.0;
        parameters[4] = -0.0;
        let mut run = Run::new(optimizer, &parameters);
        for _ in 0..70 {
            run.step(0.1, &[0.0; 19]);
        }
        assert_eq!(bits(&run.parameters), bits(&parameters), "{name}");
    }
}

#[test]
fn a_sparse_gradient_leaves_the_rest_alone() {
    for (name, optimizer) in without_decay() {
        let mut run = Run::new(optimizer, &start(19));
        for step in 0..10 {
            let mut g = vec![0.0; 19];
            g[5] = 1.0 + step as f32;
            g[17] = -1.0;
            run.step(0.1, &g);
        }
        for (i, (after, before)) in run.parameters.iter().zip(start(19)).enumerate() {
            let moves = i == 5 || i == 17;
            assert_eq!(after.to_bits() != before.to_bits(), moves, "{name}: parameter {i}");
        }
    }
}

#[test]
fn not_a_number_shows_where_it_is_and_nowhere_else() {
    for (name, optimizer) in variants() {
        for bad in [0, 6, 18] {
            let mut run = Run::new(optimizer, &start(19));
            run.step(0.01, &gradient(19, 0));
            let mut g = gradient(19, 1);
            g[bad] = f32::NAN;
            run.step(0.01, &g);
            assert!(run.parameters[bad].is_nan(), "{name}: hidden at {bad}");
            assert_eq!(run.parameters.iter().filter(|p| !p.is_finite()).count(), 1, "{name}: {bad} spread");
            assert!(run.slots.iter().all(|slot| slot[bad].is_nan()), "{name}: not in the state");
            // Nor do later good gradients, nor the clearing of faded state, hide it again.
            for step in 2..40 {
                run.step(0.01, &gradient(19, step));
            }
            assert!(run.parameters[bad].is_nan(), "{name}: forgotten at {bad}");
        }
    }
}

#[test]
fn state_survives_being_saved() {
    for (name, optimizer) in variants() {
        let mut run = Run::new(optimizer, &start(19));
        (0..20).for_each(|step| run.step(0.01, &gradient(19, step)));
        let words = run.progress.to_words();
        let mut again = run.clone();
        again.progress = read_all(&words, Progress::read).expect("its own words");
        assert_eq!(again.progress, run.progress);
        for step in 20..50 {
            run.step(0.01, &gradient(19, step));
            again.step(0.01, &gradient(19, step));
        }
        assert_eq!(run.bits(), again.bits(), "{name}");
        assert_eq!(run.progress.iterations, 50, "{name}");
    }
}

#[test]
fn bad_progress_is_refused() {
    for words in [&[][..], &[3.0], &[-1.0, 1.0], &[0.5, 1.0], &[1e16, 1.0], &[f64::NAN, 1.0], &[1.0, 1.5], &[1.0, -0.1]]
    {
        assert_eq!(read_all(words, Progress::read).map_err(|e| e.kind), Err(Kind::Config), "{words:?}");
    }
    let far = Progress { iterations: 1 << 53, momentum_product: 0.0 };
    assert_eq!(read_all(&far.to_words(), Progress::read), Ok(far));
}

#[test]
fn steps_beyond_31_bits_are_counted() {
    for (name, optimizer) in variants() {
        for iterations in [(1 << 31) - 2, (1 << 32) - 2, (1 << 53) - 2, u64::MAX - 2] {
            let mut run = Run::new(optimizer, &start(19));
            run.progress.iterations = iterations;
            for step in 0..5 {
                run.step(0.01, &gradient(19, step));
            }
            assert_eq!(run.progress.iterations, iterations.saturating_add(5), "{name}");
            assert!(run.parameters.iter().all(|p| p.is_finite()), "{name}: {iterations}");
        }
    }
    // Without bias correction any more: β₁ᵗ and β₂ᵗ are 0.
    let mut run = Run::new(optimizer("adam", &[("epsilon", 0.0)]), &[1.0]);
    run.progress.iterations = 1 << 31;
    run.step(0.01, &[3.0]);
    let expected = 1.0 - 0.01 * 0.1 / f32::sqrt(0.001);
    assert!((run.parameters[0] - expected).abs() < 1e-7, "{} instead of {expected}", run.parameters[0]);
}

#[test]
fn only_the_state_that_is_needed() {
    let slots = |name, settings: &[_]| optimizer(name, settings).slots();
    let momentum = ("momentum", 0.9);
    assert_eq!([slots("sgd", &[]), slots("sgd", &[momentum])], [0, 1]);
    assert_eq!([slots("rmsprop", &[]), slots("rmsprop", &[momentum])], [1, 2]);
    assert_eq!([slots("rmsprop", &[("centered", 1.0)]), slots("rmsprop", &[("centered", 1.0), momentum])], [2, 3]);
    assert_eq!([slots("adam", &[]), slots("adam", &[("amsgrad", 1.0)])], [2, 3]);
    assert_eq!([slots("adamw", &[]), slots("adamw", &[("amsgrad", 1.0)])], [2, 3]);
    assert_eq!(
        ["adagrad", "adadelta", "adamax", "nadam", "radam", "lion"].map(|name| slots(name, &[])),
        [1, 2, 2, 2, 2, 1]
    );
    assert_eq!(optimizer("adagrad", &[("initialAccumulatorValue", 0.25)]).initial_state(0), 0.25);
}

/// The loss `½ Σ cᵢ (pᵢ − aᵢ)²` after training from the origin, over the loss at the start.
fn descend(optimizer: Optimizer, curvatures: &[f32], steps: usize, learning_rate: f64) -> f64 {
    let target: Vec<f32> = (0..curvatures.len()).map(|i| 1.0 + noise(i, 77) / 2.0).collect();
    let loss = |p: &[f32]| -> f64 {
        p.iter().zip(&target).zip(curvatures).map(|((p, a), c)| f64::from(c * (p - a) * (p - a)) / 2.0).sum()
    };
    let mut run = Run::new(optimizer, &vec![0.0; curvatures.len()]);
    let before = loss(&run.parameters);
    for step in 0..steps {
        let g: Vec<f32> = run.parameters.iter().zip(&target).zip(curvatures).map(|((p, a), c)| c * (p - a)).collect();
        run.step(learning_rate * (1.0 - step as f64 / steps as f64), &g);
    }
    loss(&run.parameters) / before
}

#[test]
fn every_optimizer_descends_a_parabola_and_a_valley() {
    let (parabola, valley) = ([1.0, 1.0, 1.0, 1.0, 1.0], [1.0, 0.1, 0.01]);
    for (name, optimizer) in without_decay() {
        // Rates for steps of much the same length: AdaDelta starts with steps of the root of its epsilon.
        let rate = match optimizer {
            Optimizer::Sgd { .. } => 1.0,
            Optimizer::Adadelta { .. } => 10.0,
            Optimizer::Adagrad { .. } => 2.0,
            _ => 0.03,
        };
        let (bowl, long) = (descend(optimizer, &parabola, 1000, rate), descend(optimizer, &valley, 2000, rate));
        assert!(bowl < 1e-3, "{name}: {bowl:e} of the loss is left on the parabola");
        assert!(long < 1e-3, "{name}: {long:e} of the loss is left in the valley");
    }
}

#[test]
fn faded_state_is_cleared_and_costs_no_steps() {
    for (name, optimizer) in without_decay() {
        let mut run = Run::new(optimizer, &start(5));
        run.step(0.01, &[1.0, -1.0, 1e-3, 1e3, 1.0]);
        for _ in 0..200_000 {
            run.step(0.01, &[0.0; 5]);
        }
        for (slot, array) in run.slots.iter().enumerate() {
            assert!(array.iter().all(|x| *x == 0.0 || x.is_normal()), "{name}: slot {slot} is {array:?}");
        }
        let before = bits(&run.parameters);
        run.step(0.01, &[0.0; 5]);
        assert_eq!(before, bits(&run.parameters), "{name} still drifts");
    }
}

#[test]
fn what_lasts_is_never_cleared() {
    // Sums and maxima are no averages: they keep the smallest squares for ever.
    for (name, slot, settings) in [("adagrad", 0, vec![]), ("adam", 2, vec![("amsgrad", 1.0)])] {
        let mut run = Run::new(optimizer(name, &settings), &start(1));
        run.step(0.01, &[1e-20]);
        let kept = bits(&run.slots[slot]);
        assert_ne!(kept, [0], "{name}");
        for _ in 0..100 {
            run.step(0.01, &[0.0]);
        }
        assert_eq!(bits(&run.slots[slot]), kept, "{name}");
    }
}

#[test]
fn clearing_takes_what_is_small_and_nothing_else() {
    let old = [1e-30, -1e-30, 2e-30, -3.0, f32::NAN, 0.0, f32::INFINITY, 1e-45, -1.5e-30];
    for length in 0..=old.len() {
        let mut state = old[..length].to_vec();
        settle(&mut state, 1.5e-30);
        let expected = [0.0, 0.0, 2e-30, -3.0, f32::NAN, 0.0, f32::INFINITY, 0.0, -1.5e-30];
        assert_eq!(bits(&state), bits(&expected[..length]), "{length}");
    }
}

#[test]
fn tiny_gradients_without_epsilon_make_bounded_steps() {
    for entry in Optimizer::TABLE.iter().filter(|entry| entry.params.iter().any(|p| p.name == "epsilon")) {
        for size in [1e-45, 1e-38, 1e-30, 1e-22, 1e-15] {
            let mut run = Run::new(optimizer(entry.name, &[("epsilon", 0.0), ("weightDecay", 0.0)]), &[1.0]);
            run.step(1e-3, &[size]);
            run.step(1e-3, &[-size]);
            // RMSProp's first step is 1 / √(1 − ρ) = 10 rates long.
            assert!((run.parameters[0] - 1.0).abs() < 0.02, "{} at {size:e}: {}", entry.name, run.parameters[0]);
        }
    }
}

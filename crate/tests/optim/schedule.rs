//! Schedules against loops and formulas written as Keras and torch document them, over whole runs and beyond.

use ravine::error::{Kind, Result};
use ravine::optim::schedule::{Curve, MAX_DEPTH, Schedule};
use ravine::spec::read_all;

/// The words of a schedule: its settings by name, defaults for the rest, then further words.
fn words(name: &str, settings: &[(&str, f64)], more: &[f64]) -> Vec<f64> {
    let code = Curve::TABLE.iter().position(|entry| entry.name == name).expect("a known name");
    let params = Curve::TABLE[code].params;
    assert!(settings.iter().all(|(setting, _)| params.iter().any(|p| p.name == *setting)), "{settings:?}");
    let mut words = vec![code as f64];
    words.extend(
        params
            .iter()
            .map(|p| settings.iter().find(|(setting, _)| *setting == p.name).map_or(p.default, |(_, value)| *value)),
    );
    words.extend(more);
    words
}

fn read(words: &[f64]) -> Result<Schedule> {
    read_all(words, Schedule::read)
}

fn schedule(name: &str, settings: &[(&str, f64)], more: &[f64]) -> Schedule {
    read(&words(name, settings, more)).expect("a schedule")
}

/// Holds a schedule to a formula at each step of a run.
fn follows(schedule: &Schedule, steps: u64, formula: impl Fn(u64) -> f64) {
    for step in 0..steps {
        let (rate, expected) = (schedule.rate_at(step), formula(step));
        assert!(
            (rate - expected).abs() <= 1e-13 * expected.abs() + 1e-17,
            "{schedule:?} at {step}: {rate}, {expected}"
        );
    }
}

#[test]
fn a_constant_stays() {
    follows(&Schedule::constant(0.3), 50, |_| 0.3);
    follows(&schedule("constant", &[("learningRate", 0.3)], &[]), 50, |_| 0.3);
}

#[test]
fn falls_in_steps() {
    let mut rate = 0.5;
    let step_decay = schedule("stepDecay", &[("initialLearningRate", 0.5), ("stepSize", 7.0), ("gamma", 0.3)], &[]);
    for step in 0..100 {
        // As torch's StepLR goes on from one step to the next.
        rate *= if step != 0 && step % 7 == 0 { 0.3 } else { 1.0 };
        assert!((step_decay.rate_at(step) - rate).abs() <= 1e-13 * rate, "{step}");
    }
    let milestones = [5.0, 30.0, 10.0, 0.0, 30.0, 10.0];
    let settings = [("initialLearningRate", 0.5), ("gamma", 0.5)];
    let multi = schedule("multiStepDecay", &settings, &milestones);
    follows(&multi, 50, |s| {
        0.5 * if s < 10 {
            0.5
        } else if s < 30 {
            0.125
        } else {
            0.03125
        }
    });
    follows(&schedule("multiStepDecay", &settings, &[0.0]), 50, |_| 0.5);
}

#[test]
fn decays_by_powers_and_by_time() {
    for staircase in [0.0, 1.0] {
        let settings =
            [("initialLearningRate", 0.2), ("decaySteps", 8.0), ("decayRate", 0.7), ("staircase", staircase)];
        let periods = |s: u64| if staircase == 1.0 { (s / 8) as f64 } else { s as f64 / 8.0 };
        follows(&schedule("exponentialDecay", &settings, &[]), 100, |s| 0.2 * 0.7_f64.powf(periods(s)));
        follows(&schedule("inverseTimeDecay", &settings, &[]), 100, |s| 0.2 / (1.0 + 0.7 * periods(s)));
    }
}

#[test]
fn decays_by_a_polynomial() {
    for power in [0.5, 1.0, 2.0] {
        let settings =
            [("initialLearningRate", 0.2), ("decaySteps", 20.0), ("endLearningRate", 0.05), ("power", power)];
        let rate = |rest: f64| 0.15 * rest.powf(power) + 0.05;
        follows(&schedule("polynomialDecay", &settings, &[]), 60, |s| rate(1.0 - s.min(20) as f64 / 20.0));
        let cycle = [&settings[..], &[("cycle", 1.0)]].concat();
        follows(&schedule("polynomialDecay", &cycle, &[]), 100, |s| {
            rate(1.0 - s as f64 / (20 * s.div_ceil(20).max(1)) as f64)
        });
    }
    // Whole multiples of a period that is no whole number leave no negative rest under the root.
    let settings = [("initialLearningRate", 1.0), ("decaySteps", 0.1), ("power", 0.5), ("cycle", 1.0)];
    let uneven = schedule("polynomialDecay", &settings, &[]);
    assert!((0..10_000).all(|step| uneven.rate_at(step).is_finite()));
}

#[test]
fn a_boundary_belongs_to_its_left_piece() {
    let pieces = schedule("piecewiseConstant", &[], &[2.0, 5.0, 12.5, 3.0, 1.0, 0.5, 0.1]);
    follows(&pieces, 40, |s| {
        if s <= 5 {
            1.0
        } else if s <= 12 {
            0.5
        } else {
            0.1
        }
    });
    follows(&schedule("piecewiseConstant", &[], &[0.0, 1.0, 0.7]), 9, |_| 0.7);
}

#[test]
fn cosine_goes_down_and_stays() {
    let cosine = schedule("cosineDecay", &[("initialLearningRate", 0.4), ("decaySteps", 30.0), ("alpha", 0.1)], &[]);
    follows(&cosine, 100, |s| {
        let wave = 0.5 * (1.0 + (std::f64::consts::PI * s.min(30) as f64 / 30.0).cos());
        0.4 * (0.9 * wave + 0.1)
    });
    assert_eq!(cosine.rate_at(30), cosine.rate_at(u64::MAX));
}

#[test]
fn cosine_starts_again() {
    for (ratio, height) in [(1.0, 0.5), (1.0, 1.0), (1.5, 0.8), (2.0, 1.0), (3.0, 2.0)] {
        let settings =
            [("initialLearningRate", 0.4), ("firstDecaySteps", 8.0), ("tMul", ratio), ("mMul", height), ("alpha", 0.2)];
        let (mut start, mut length, mut top) = (0.0, 8.0, 1.0);
        let restarts = schedule("cosineDecayRestarts", &settings, &[]);
        for step in 0..400 {
            let s = f64::from(step);
            if s >= start + length {
                (start, length, top) = (start + length, length * ratio, top * height);
            }
            let wave = 0.5 * top * (1.0 + (std::f64::consts::PI * (s - start) / length).cos());
            let (rate, expected) = (restarts.rate_at(step as u64), 0.4 * (0.8 * wave + 0.2));
            assert!((rate - expected).abs() <= 1e-12 * expected, "{ratio} {height} {step}: {rate} {expected}");
        }
    }
}

#[test]
fn restarts_come_at_their_step_and_not_before() {
    // A power of any ratio: where the quotient of logarithms is off by one, so would be the rate, from top to bottom.
    for ratio in [1.1, 1.25, 1.5, 2.0, 3.0, 7.0, 10.0] {
        let settings = [("initialLearningRate", 1.0), ("firstDecaySteps", 1000.0), ("tMul", ratio)];
        let restarts = schedule("cosineDecayRestarts", &settings, &[]);
        let (mut start, mut length) = (0.0, 1000.0);
        while start < 1e9 {
            start += length;
            length *= ratio;
            let first = f64::ceil(start * (1.0 - 1e-13)) as u64;
            assert!(restarts.rate_at(first) > 0.99, "{ratio}: {} at {first}", restarts.rate_at(first));
            assert!(restarts.rate_at(first - 2) < 0.01, "{ratio}: {} before {first}", restarts.rate_at(first - 2));
        }
    }
}

#[test]
fn restarts_come_also_when_periods_hardly_grow() {
    for ratio in [1.0 + 1e-7, 1.0 + 1e-9, 1.0 + 1e-12, 1.0 + f64::EPSILON] {
        let settings = [("initialLearningRate", 1.0), ("firstDecaySteps", 10.0), ("tMul", ratio)];
        let restarts = schedule("cosineDecayRestarts", &settings, &[]);
        for step in 0..2000 {
            let (rate, done) = (restarts.rate_at(step), (step % 10) as f64 / 10.0);
            // At a restart itself the last bits decide between the end of one period and the start of the next.
            let expected = 0.5 * (1.0 + (std::f64::consts::PI * done).cos());
            assert!((rate - expected).abs() < 0.05 || done == 0.0, "{ratio} at {step}: {rate}, {expected}");
        }
    }
}

/// torch's `OneCycleLR`, its phases as lists.
fn one_cycle(step: u64, total: f64, percent: f64, linear: bool, three: bool) -> f64 {
    let (max, initial, min) = (0.5, 0.5 / 20.0, 0.5 / 20.0 / 100.0);
    let rise = percent * total - 1.0;
    let (ends, rates) = if three {
        (vec![rise, 2.0 * percent * total - 2.0, total - 1.0], vec![initial, max, initial, min])
    } else {
        (vec![rise, total - 1.0], vec![initial, max, min])
    };
    let step = (step as f64).min(total - 1.0);
    let mut start = 0.0;
    for (i, &end) in ends.iter().enumerate() {
        if step <= end || i == ends.len() - 1 {
            let part = (step - start) / (end - start);
            let (a, b) = (rates[i], rates[i + 1]);
            let cosine = b + (a - b) / 2.0 * ((std::f64::consts::PI * part).cos() + 1.0);
            return if linear { (b - a) * part + a } else { cosine };
        }
        start = end;
    }
    unreachable!("the last phase returns")
}

#[test]
fn one_cycle_is_that_of_torch() {
    for (total, percent) in [(50.0, 0.3), (50.0, 0.5), (37.0, 0.25), (100.0, 0.9), (10.0, 0.0), (10.0, 1.0), (3.0, 0.3)]
    {
        for (linear, three) in [(false, false), (true, false), (false, true), (true, true)] {
            if three && percent > 0.5 {
                continue;
            }
            let settings = [
                ("maxLearningRate", 0.5),
                ("totalSteps", total),
                ("percentStart", percent),
                ("annealStrategy", f64::from(u8::from(linear))),
                ("divFactor", 20.0),
                ("finalDivFactor", 100.0),
                ("threePhase", f64::from(u8::from(three))),
            ];
            let cycle = schedule("oneCycle", &settings, &[]);
            follows(&cycle, 2 * total as u64, |s| one_cycle(s, total, percent, linear, three));
        }
    }
    let default = schedule("oneCycle", &[("maxLearningRate", 0.5), ("totalSteps", 100.0)], &[]);
    assert!((default.rate_at(0) - 0.02).abs() < 1e-15 && (default.rate_at(29) - 0.5).abs() < 1e-15);
    assert!((default.rate_at(99) - 2e-6).abs() < 1e-18 && default.rate_at(99) == default.rate_at(u64::MAX));
}

#[test]
fn phases_without_length_divide_by_nothing() {
    for (total, percent) in [(1.0, 0.0), (1.0, 1.0), (2.0, 0.5), (4.0, 0.25), (10.0, 0.1), (1.0, 0.3)] {
        for three in [0.0, 1.0] {
            let settings =
                [("maxLearningRate", 0.5), ("totalSteps", total), ("percentStart", percent), ("threePhase", three)];
            let cycle = schedule("oneCycle", &settings, &[]);
            assert!((0..20).all(|s| (0.0..=0.5).contains(&cycle.rate_at(s))), "{total} {percent} {three}");
        }
    }
}

#[test]
fn a_warmup_hands_over_to_the_inner_schedule() {
    let inner = words("stepDecay", &[("initialLearningRate", 0.5), ("stepSize", 10.0)], &[]);
    let settings = [("initialLearningRate", 0.1), ("warmupSteps", 8.0)];
    let warmup = schedule("linearWarmup", &settings, &inner);
    follows(
        &warmup,
        60,
        |s| {
            if s < 8 { 0.1 + 0.4 * s as f64 / 8.0 } else { 0.5 * 0.1_f64.powi(((s - 8) / 10) as i32) }
        },
    );
    let none = schedule("linearWarmup", &[("warmupSteps", 0.0)], &inner);
    follows(&none, 60, |s| 0.5 * 0.1_f64.powi((s / 10) as i32));
}

#[test]
fn epochs_count_where_asked() {
    let inner = words("stepDecay", &[("initialLearningRate", 0.5), ("stepSize", 1.0), ("gamma", 0.5)], &[]);
    let by_epoch = words("everyEpoch", &[], &inner);
    assert_eq!(read(&by_epoch).expect("a schedule").rate(1000, 2), 0.125);
    assert_eq!(read(&inner).expect("a schedule").rate(2, 1000), 0.125);
    let warm = words("linearWarmup", &[("warmupSteps", 10.0)], &by_epoch);
    let warm = read(&warm).expect("a schedule");
    assert_eq!([warm.rate(5, 3), warm.rate(10, 3), warm.rate(500, 3)], [0.25, 0.0625, 0.0625]);
}

/// Each schedule with ordinary settings.
fn examples() -> Vec<Vec<f64>> {
    let initial = ("initialLearningRate", 0.1);
    let decay = [initial, ("decaySteps", 10.0), ("decayRate", 0.5)];
    vec![
        words("constant", &[("learningRate", 0.1)], &[]),
        words("stepDecay", &[initial, ("stepSize", 3.0)], &[]),
        words("multiStepDecay", &[initial], &[2.0, 3.0, 6.0]),
        words("exponentialDecay", &decay, &[]),
        words("inverseTimeDecay", &decay, &[]),
        words("polynomialDecay", &decay[..2], &[]),
        words("piecewiseConstant", &[], &[1.0, 5.0, 2.0, 1.0, 0.5]),
        words("cosineDecay", &decay[..2], &[]),
        words("cosineDecayRestarts", &[initial, ("firstDecaySteps", 10.0)], &[]),
        words("oneCycle", &[("maxLearningRate", 0.1), ("totalSteps", 20.0)], &[]),
        words("linearWarmup", &[("warmupSteps", 5.0)], &words("constant", &[("learningRate", 0.1)], &[])),
        words("everyEpoch", &[], &words("constant", &[("learningRate", 0.1)], &[])),
    ]
}

#[test]
fn every_schedule_reads_its_words_and_no_others() {
    let examples = examples();
    assert_eq!(examples.len(), Curve::TABLE.len(), "an example for each");
    for (code, example) in examples.iter().enumerate() {
        assert_eq!(example[0], code as f64);
        assert!(read(example).is_ok(), "{example:?}");
        for length in 0..example.len() {
            assert_eq!(read(&example[..length]).map_err(|e| e.kind), Err(Kind::Config), "{length} of {example:?}");
        }
        assert!(read(&[&example[..], &[0.0]].concat()).is_err(), "a word too many after {example:?}");
        for place in 0..example.len() {
            for bad in [f64::NAN, f64::INFINITY, -1.0, 1e300] {
                let mut words = example.clone();
                words[place] = bad;
                if let Ok(schedule) = read(&words) {
                    assert!((0..100).all(|s| !schedule.rate_at(s).is_nan()), "{words:?}");
                }
            }
        }
    }
}

#[test]
fn steps_far_away_give_rates() {
    for example in examples() {
        let schedule = read(&example).expect("a schedule");
        for step in [1 << 31, 1 << 32, (1 << 53) + 1, u64::MAX] {
            let rate = schedule.rate(step, step);
            assert!(rate.is_finite() && rate >= 0.0, "{schedule:?} at {step}: {rate}");
        }
    }
}

#[test]
fn what_is_no_schedule_is_refused() {
    let restarts = |ratio| {
        let settings = [("initialLearningRate", 0.1), ("firstDecaySteps", 10.0), ("tMul", ratio)];
        read(&words("cosineDecayRestarts", &settings, &[])).is_ok()
    };
    assert!(restarts(1.0) && !restarts(0.5));
    let pieces = |more: &[f64]| read(&words("piecewiseConstant", &[], more)).is_ok();
    assert!(pieces(&[2.0, 3.0, 4.0, 3.0, 1.0, 1.0, 1.0]));
    assert!(!pieces(&[2.0, 4.0, 4.0, 3.0, 1.0, 1.0, 1.0]), "boundaries that do not rise");
    assert!(!pieces(&[2.0, 3.0, 4.0, 2.0, 1.0, 1.0]), "a value too few");
    assert!(!pieces(&[0.0, 0.0]), "no value");
    assert!(!pieces(&[0.0, 1.0, -1.0]), "a negative rate");
    assert!(!pieces(&[2e9, 1.0]), "a length beyond the words");
    assert!(read(&words("multiStepDecay", &[("initialLearningRate", 0.1)], &[1.0, 2.5])).is_err());
    assert!(read(&words("stepDecay", &[("initialLearningRate", 0.1)], &[])).is_err(), "what has no default");
}

#[test]
fn nesting_has_a_limit() {
    let nested = |depth: usize| {
        let mut all = words("constant", &[("learningRate", 0.1)], &[]);
        for _ in 1..depth {
            all = words("everyEpoch", &[], &all);
        }
        read(&all)
    };
    assert!(nested(MAX_DEPTH).is_ok());
    assert_eq!(nested(MAX_DEPTH + 1).map_err(|e| e.kind), Err(Kind::Config));
    let endless = vec![(Curve::TABLE.len() - 1) as f64; 1_000_000];
    assert_eq!(read(&endless).map_err(|e| e.kind), Err(Kind::Config));
}

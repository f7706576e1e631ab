//! Prints as JSON how many vector operations the kernels do for each vector of four elements, by the names that the benchmark of kernels uses:
//! `cargo run -q --no-default-features --features count --example operations`.
//!
//! Counted on the portable twin, whose operations are WebAssembly's one by one; constants made outside the loops and loads and stores are
//! not among them. Numbers are those of the benchmark: in (−4, 4).

use ravine::kernels::activation::{self, Activation};
use ravine::optim::rule::Optimizer;
use ravine::optim::step::{Progress, State};
use ravine::simd::count::{Operations, take};
use ravine::spec::{Entry, read_all};

/// Elements, many enough that what is done once does not count.
const LENGTH: usize = 4096;

fn main() {
    let mut rows = Vec::new();
    for entry in Activation::TABLE {
        let f = read_all(&words(entry), Activation::read).expect("defaults are in their ranges");
        if matches!(f, Activation::Linear {} | Activation::Softmax {} | Activation::LogSoftmax {}) {
            continue;
        }
        let x: Vec<f32> = (0..LENGTH).map(|i| ((i * 37 % 257) as f32 - 128.0) / 32.0).collect();
        let mut out = vec![0.0; LENGTH];
        take();
        activation::forward(&f, LENGTH, &x, &mut out);
        rows.push(row(entry.name, take()));
        activation::backward(&f, LENGTH, &x, &x, &mut out, false);
        rows.push(row(&format!("{} gradient", entry.name), take()));
    }
    for entry in Optimizer::TABLE {
        let rule = read_all(&words(entry), Optimizer::read).expect("defaults are in their ranges");
        rows.push(row(entry.name, update(&rule)));
        if let Optimizer::Sgd { learning_rate, dampening, nesterov, weight_decay, .. } = rule {
            let rule = Optimizer::Sgd { learning_rate, momentum: 0.9, dampening, nesterov, weight_decay };
            rows.push(row("momentum", update(&rule)));
        }
    }
    println!("{{\n{}\n}}", rows.join(",\n"));
}

/// The words of a member with its default settings.
fn words(entry: &Entry) -> Vec<f64> {
    let code = |table: &[Entry]| table.iter().position(|other| other.name == entry.name);
    let code = code(Activation::TABLE).or(code(Optimizer::TABLE)).expect("it is in one of the tables");
    std::iter::once(code as f64).chain(entry.params.iter().map(|param| param.default)).collect()
}

/// One update, not one of the first: `RAdam` starts with a cheaper rule.
fn update(rule: &Optimizer) -> Operations {
    let numbers = |salt: usize| -> Vec<f32> { (0..LENGTH).map(|i| ((i * salt % 13) as f32 - 6.0) / 64.0).collect() };
    let (mut parameters, gradient) = (numbers(5), numbers(7));
    let state = |slot| if slot < rule.slots() { vec![rule.initial_state(slot); LENGTH] } else { Vec::new() };
    let mut slots: [Vec<f32>; 3] = std::array::from_fn(state);
    let mut progress = Progress::default();
    for _ in 0..10 {
        let step = rule.advance(&mut progress, rule.learning_rate());
        let [a, b, c] = &mut slots;
        take();
        step.apply(1.0, &mut parameters, &gradient, &mut State::from([&mut a[..], b, c]));
    }
    take()
}

fn row(name: &str, done: Operations) -> String {
    let Operations { bitwise, additions, multiplications, divisions, roots } = done;
    let counts = [
        ("bitwise", bitwise),
        ("additions", additions),
        ("multiplications", multiplications),
        ("divisions", divisions),
        ("roots", roots),
    ];
    let each = counts.map(|(kind, count)| format!("\"{kind}\": {:.2}", count as f64 / (LENGTH / 4) as f64));
    format!("  \"{name}\": {{ {} }}", each.join(", "))
}

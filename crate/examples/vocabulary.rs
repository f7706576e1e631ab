//! Prints `ts/generated/vocabulary.ts`, the tables of everything that is named in Rust:
//! `cargo run -q --no-default-features --example vocabulary > ts/generated/vocabulary.ts`.
//!
//! TypeScript takes its names, defaults and ranges from there and nowhere else. A member's code is its position in its family.

use ravine::kernels::activation::Activation;
use ravine::kernels::loss::Loss;
use ravine::nn::constraint::Constraint;
use ravine::nn::initializer::Initializer;
use ravine::nn::layer::PARAMETER_NAMES;
use ravine::nn::layers::Kind as Layer;
use ravine::nn::metric::Metric;
use ravine::optim::rule::Optimizer;
use ravine::optim::schedule::Curve;
use ravine::spec::{Entry, Param, Range};
use std::fmt::Write as _;

const FAMILIES: &[(&str, &[Entry])] = &[
    ("activation", Activation::TABLE),
    ("loss", Loss::TABLE),
    ("optimizer", Optimizer::TABLE),
    ("schedule", Curve::TABLE),
    ("initializer", Initializer::TABLE),
    ("metric", Metric::TABLE),
    ("constraint", Constraint::TABLE),
    ("layer", Layer::TABLE),
];

const HEAD: &str = "\
// Do not edit: written by crate/examples/vocabulary.rs from the tables in crate/src (npm run codegen).

/** Everything that is named in Rust, with its settings in the order of their words: the range and the default of each. A member's code is its position. */
export const VOCABULARY = {
";

fn main() {
    let mut text = String::from(HEAD);
    for (family, table) in FAMILIES {
        writeln!(text, "\t{family}: {{").expect("a String grows");
        for entry in *table {
            text.push_str(&row(entry));
        }
        text.push_str("\t},\n");
    }
    let parameters: Vec<String> = PARAMETER_NAMES.iter().map(|name| quoted(name)).collect();
    writeln!(text, "\tparameter: [{}],", parameters.join(", ")).expect("a String grows");
    text.push_str("} as const;\n");
    print!("{text}");
}

fn row(entry: &Entry) -> String {
    let name = entry.name;
    if entry.params.is_empty() {
        return format!("\t\t{name}: {{}},\n");
    }
    let params: String =
        entry.params.iter().flat_map(|param| ["\t\t\t".into(), setting(param), ",\n".into()]).collect();
    format!("\t\t{name}: {{\n{params}\t\t}},\n")
}

fn setting(param: &Param) -> String {
    let range = match param.range {
        Range::Finite => quoted("finite"),
        Range::NonNegative => quoted("nonNegative"),
        Range::Positive => quoted("positive"),
        Range::BelowOne => quoted("belowOne"),
        Range::Unit => quoted("unit"),
        Range::Count => quoted("count"),
        Range::Index => quoted("index"),
        Range::Flag => quoted("flag"),
        Range::Choice(words) => {
            format!("[{}]", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", "))
        }
    };
    // As a user would write it: a boolean, a word or a number; null where a setting must be given.
    let default = match param.range {
        _ if param.default.is_nan() => String::from("null"),
        Range::Flag => (param.default != 0.0).to_string(),
        Range::Choice(words) => quoted(words[param.default as usize]),
        _ => number(param.default),
    };
    format!("{}: [{range}, {default}]", param.name)
}

/// The shortest text that reads back as the same number.
fn number(x: f64) -> String {
    if x != 0.0 && x.abs() < 1e-3 { format!("{x:e}") } else { x.to_string() }
}

fn quoted(text: &str) -> String {
    format!("'{text}'")
}

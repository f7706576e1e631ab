//! Constraints that a kernel obeys after every update (Keras's formulas, epsilon 1e-7).

use crate::simd::{F32x4, LANES};
use crate::vocabulary;

/// What is added to a norm before it divides.
const EPSILON: f32 = 1e-7;

vocabulary! {
    /// What holds for a kernel `[rows, columns]` after every update.
    ///
    /// `axis` is the one that a norm runs along: 0 for each column (a unit's incoming weights), 1 for each row.
    pub enum Constraint {
        /// Nothing.
        None "none" {}
        /// Norms above `maxValue` are scaled to it: `w · min(‖w‖, maxValue) / (‖w‖ + ε)`.
        MaxNorm "maxNorm" {
            /// The largest norm.
            max_value "maxValue" NonNegative => 2.0;
            /// The axis of the norm, 0 or 1.
            axis "axis" Index => 0.0;
        }
        /// Every norm is 1: `w / (‖w‖ + ε)`.
        UnitNorm "unitNorm" {
            /// The axis of the norm, 0 or 1.
            axis "axis" Index => 0.0;
        }
        /// Negative weights become 0.
        NonNegative "nonNegative" {}
        /// `w · (rate · clamp(‖w‖, minValue, maxValue) + (1 − rate) · ‖w‖) / (‖w‖ + ε)`.
        MinMaxNorm "minMaxNorm" {
            /// The smallest norm.
            min_value "minValue" NonNegative => 0.0;
            /// The largest norm.
            max_value "maxValue" NonNegative => 1.0;
            /// How far a norm moves to its bound: 1 is all the way.
            rate "rate" Unit => 1.0;
            /// The axis of the norm, 0 or 1.
            axis "axis" Index => 0.0;
        }
    }
}

impl Constraint {
    /// Makes the matrix `w`, row-major with so many `columns`, obey the constraint.
    pub fn apply(&self, w: &mut [f32], columns: usize) {
        let (low, high, rate, axis) = match *self {
            Self::None {} => return,
            Self::NonNegative {} => {
                return w.chunks_mut(LANES).for_each(|w| F32x4::from_start(w, 0.0).max_fast(F32x4::zero()).to_start(w));
            }
            Self::MaxNorm { max_value, axis } => (0.0, max_value, 1.0, axis),
            Self::UnitNorm { axis } => (1.0, 1.0, 1.0, axis),
            Self::MinMaxNorm { min_value, max_value, rate, axis } => (min_value, max_value, rate, axis),
        };
        let [low, high, rate, keep] = [low, high, rate, 1.0 - rate].map(|x| F32x4::splat(x as f32));
        // The factor of weights whose squares sum to `squares`; a NaN stays one.
        let factor = |squares: F32x4| {
            let norm = squares.sqrt();
            let desired = rate * norm.max_fast(low).min_fast(high) + keep * norm;
            desired / (norm + F32x4::splat(EPSILON))
        };
        if axis == 0.0 {
            // Four columns side by side, down all rows.
            for first in (0..columns).step_by(LANES) {
                let width = LANES.min(columns - first);
                let squares = w.chunks(columns).fold(F32x4::zero(), |sum, row| {
                    let x = F32x4::from_start(&row[first..first + width], 0.0);
                    sum + x * x
                });
                let factor = factor(squares);
                for row in w.chunks_mut(columns) {
                    let x = &mut row[first..first + width];
                    (F32x4::from_start(x, 0.0) * factor).to_start(x);
                }
            }
        } else {
            for row in w.chunks_mut(columns) {
                let squares = row
                    .chunks(LANES)
                    .fold(F32x4::zero(), |sum, x| sum + F32x4::from_start(x, 0.0) * F32x4::from_start(x, 0.0));
                let factor = factor(F32x4::splat(squares.sum()));
                row.chunks_mut(LANES).for_each(|x| (F32x4::from_start(x, 0.0) * factor).to_start(x));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Stream};

    fn matrix(rows: usize, columns: usize) -> Vec<f32> {
        let mut words = Stream::new(5, Purpose::Initialize, rows as u32, columns as u64).words();
        (0..rows * columns).map(|_| (words.uniform() * 6.0 - 3.0) as f32).collect()
    }

    /// Keras's formula, element by element in double precision.
    fn oracle(constraint: Constraint, w: &[f32], columns: usize) -> Vec<f64> {
        let wide = |i: usize| f64::from(w[i]);
        (0..w.len())
            .map(|i| {
                let norm = |axis: f64| {
                    let same = |k: &usize| {
                        if axis == 0.0 { k % columns == i % columns } else { k / columns == i / columns }
                    };
                    (0..w.len()).filter(same).map(|k| wide(k) * wide(k)).sum::<f64>().sqrt()
                };
                match constraint {
                    Constraint::None {} => wide(i),
                    Constraint::NonNegative {} => wide(i).max(0.0),
                    Constraint::UnitNorm { axis } => wide(i) / (1e-7 + norm(axis)),
                    Constraint::MaxNorm { max_value, axis } => {
                        let n = norm(axis);
                        wide(i) * (n.clamp(0.0, max_value) / (1e-7 + n))
                    }
                    Constraint::MinMaxNorm { min_value, max_value, rate, axis } => {
                        let n = norm(axis);
                        wide(i) * ((rate * n.clamp(min_value, max_value) + (1.0 - rate) * n) / (1e-7 + n))
                    }
                }
            })
            .collect()
    }

    #[test]
    fn every_constraint_on_every_width() {
        for axis in [0.0, 1.0] {
            for constraint in [
                Constraint::None {},
                Constraint::NonNegative {},
                Constraint::UnitNorm { axis },
                Constraint::MaxNorm { max_value: 2.0, axis },
                Constraint::MaxNorm { max_value: 100.0, axis },
                Constraint::MinMaxNorm { min_value: 4.0, max_value: 5.0, rate: 0.3, axis },
            ] {
                for columns in 1..=17 {
                    for rows in [1, 3, 8] {
                        let mut w = matrix(rows, columns);
                        let expected = oracle(constraint, &w, columns);
                        constraint.apply(&mut w, columns);
                        for (x, y) in w.iter().zip(expected) {
                            assert!((f64::from(*x) - y).abs() < 2e-6, "{constraint:?} {rows}×{columns}: {x} {y}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn zero_weights_stay_and_nan_shows() {
        let mut w = [0.0; 6];
        Constraint::UnitNorm { axis: 0.0 }.apply(&mut w, 3);
        assert_eq!(w, [0.0; 6]);
        let mut w = [1.0, f32::NAN, -1.0, 2.0];
        Constraint::NonNegative {}.apply(&mut w, 2);
        assert!(w[1].is_nan() && w[2] == 0.0);
        Constraint::MaxNorm { max_value: 1.0, axis: 0.0 }.apply(&mut w, 2);
        assert!(w[0] <= 1.0 && w[1].is_nan() && w[3].is_nan());
    }
}

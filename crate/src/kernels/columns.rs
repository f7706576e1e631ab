//! Columns moved between matrices.

use super::reduce;

/// Some columns of a matrix.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    /// Width of the matrix.
    pub width: usize,
    /// The first of the columns.
    pub first: usize,
}

/// Copies `count` columns of each row of `from` to those of `to`, or adds them there when `accumulate`. Other columns stay.
///
/// # Panics
/// When a matrix lacks such columns or has other rows.
pub fn copy(from: &[f32], at: Columns, to: &mut [f32], there: Columns, count: usize, accumulate: bool) {
    assert_eq!(from.len() / at.width, to.len() / there.width, "the matrices have different rows");
    for (from, to) in from.chunks_exact(at.width).zip(to.chunks_exact_mut(there.width)) {
        reduce::add(&from[at.first..][..count], &mut to[there.first..][..count], accumulate);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_every_width_and_place() {
        for (width, other) in [(1, 1), (2, 5), (4, 4), (7, 3), (9, 13), (16, 17)] {
            for count in 1..=width.min(other) {
                for (first, place) in [(0, 0), (width - count, other - count)] {
                    for accumulate in [false, true] {
                        let from: Vec<f32> = (0..3 * width).map(|i| i as f32 + 0.5).collect();
                        let mut to = vec![1.0; 3 * other];
                        let (at, there) = (Columns { width, first }, Columns { width: other, first: place });
                        copy(&from, at, &mut to, there, count, accumulate);
                        for (i, &x) in to.iter().enumerate() {
                            let (row, column) = (i / other, i % other);
                            let moved = (place..place + count).contains(&column);
                            let source = || from[row * width + first + column - place];
                            let old = if accumulate || !moved { 1.0 } else { 0.0 };
                            assert_eq!(x, old + if moved { source() } else { 0.0 });
                        }
                    }
                }
            }
        }
    }
}

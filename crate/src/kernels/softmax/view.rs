//! Two ways to hold rows in vectors.

use crate::simd::{F32x4, LANES};

/// One row or four, as a sequence of vectors.
pub(super) trait View {
    /// The number of vectors.
    fn steps(&self) -> usize;

    /// A vector; −∞ stands in lanes beyond a row's end.
    fn get(&self, step: usize) -> F32x4;

    /// Overwrites a vector.
    fn set(&mut self, step: usize, value: F32x4);

    /// From sums over the steps to each row's sum, in all lanes of the row.
    fn sum(x: F32x4) -> F32x4;

    /// From maxima over the steps to each row's maximum, in all lanes of the row. (Of NaN and a number, either.)
    fn max(x: F32x4) -> F32x4;
}

/// The widest rows that are taken four at a time.
pub(super) const NARROW: usize = 16;

/// Four narrow rows, one in each lane: a vector is a column.
pub(super) struct Beside {
    columns: usize,
    vectors: [F32x4; NARROW],
}

impl Beside {
    /// Room for rows of so many columns, at most [`NARROW`].
    pub(super) fn new(columns: usize) -> Self {
        Self { columns, vectors: [F32x4::zero(); NARROW] }
    }

    /// Takes four rows.
    #[inline(always)]
    pub(super) fn load(&mut self, rows: &[f32]) {
        let (a, rest) = rows.split_at(self.columns);
        let (b, rest) = rest.split_at(self.columns);
        let (c, rest) = rest.split_at(self.columns);
        let d = &rest[..self.columns];
        for (j, vector) in self.vectors[..self.columns].iter_mut().enumerate() {
            *vector = F32x4::from_array([a[j], b[j], c[j], d[j]]);
        }
    }

    /// Writes them back.
    #[inline(always)]
    pub(super) fn store(&self, rows: &mut [f32]) {
        let (a, rest) = rows.split_at_mut(self.columns);
        let (b, rest) = rest.split_at_mut(self.columns);
        let (c, rest) = rest.split_at_mut(self.columns);
        let d = &mut rest[..self.columns];
        for (j, vector) in self.vectors[..self.columns].iter().enumerate() {
            [a[j], b[j], c[j], d[j]] = vector.to_array();
        }
    }
}

impl View for Beside {
    #[inline(always)]
    fn steps(&self) -> usize {
        self.columns
    }

    #[inline(always)]
    fn get(&self, step: usize) -> F32x4 {
        self.vectors[step]
    }

    #[inline(always)]
    fn set(&mut self, step: usize, value: F32x4) {
        self.vectors[step] = value;
    }

    #[inline(always)]
    fn sum(x: F32x4) -> F32x4 {
        x
    }

    #[inline(always)]
    fn max(x: F32x4) -> F32x4 {
        x
    }
}

/// One row, four columns at a time.
pub(super) struct Along<'a> {
    whole: &'a mut [[f32; LANES]],
    rest: &'a mut [f32],
}

impl<'a> Along<'a> {
    /// A view of one row.
    #[inline(always)]
    pub(super) fn new(row: &'a mut [f32]) -> Self {
        let (whole, rest) = row.as_chunks_mut();
        Self { whole, rest }
    }
}

impl View for Along<'_> {
    #[inline(always)]
    fn steps(&self) -> usize {
        self.whole.len() + usize::from(!self.rest.is_empty())
    }

    #[inline(always)]
    fn get(&self, step: usize) -> F32x4 {
        match self.whole.get(step) {
            Some(x) => F32x4::from_slice(x),
            None => F32x4::from_partial(self.rest, f32::NEG_INFINITY),
        }
    }

    #[inline(always)]
    fn set(&mut self, step: usize, value: F32x4) {
        match self.whole.get_mut(step) {
            Some(x) => value.to_slice(x),
            None => value.to_partial(self.rest),
        }
    }

    #[inline(always)]
    fn sum(x: F32x4) -> F32x4 {
        let x = x + x.swap_halves();
        x + x.swap_neighbours()
    }

    #[inline(always)]
    fn max(x: F32x4) -> F32x4 {
        let x = x.max_fast(x.swap_halves());
        x.max_fast(x.swap_neighbours())
    }
}

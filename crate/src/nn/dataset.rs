//! A data set held in memory: inputs, labels and sample weights, each a matrix with a row per sample.

use super::arena::{Arena, Planner, Span};
use crate::error::Result;
use crate::kernels::gather::gather;
use crate::spec::Words;

/// One matrix of the set.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    /// Its width.
    pub width: usize,
    span: Span,
}

/// Inputs, labels and weights of the same number of rows.
pub struct Dataset {
    /// Samples.
    pub rows: usize,
    /// One matrix an input.
    pub inputs: Vec<Columns>,
    /// One matrix an output.
    pub labels: Vec<Columns>,
    /// One column an output where its samples are weighted.
    pub weights: Vec<Option<Columns>>,
    data: Arena,
}

impl Dataset {
    /// A set of zeros from its words: rows; inputs and their widths; outputs and their labels' widths; for each output whether it is weighted.
    ///
    /// # Errors
    /// When the words are malformed or memory does not suffice.
    pub fn read(words: &[f64]) -> Result<Self> {
        let words = &mut Words::new(words);
        let rows = words.index();
        let [inputs, labels] = [(); 2].map(|()| words.many(Words::count));
        let weighted: Vec<bool> = labels.iter().map(|_| words.flag()).collect();
        words.finish()?;
        let mut planner = Planner::default();
        let mut columns = |width| Columns { width, span: planner.matrix(rows, width) };
        let [inputs, labels] = [inputs, labels].map(|widths| widths.into_iter().map(&mut columns).collect());
        let weights = weighted.into_iter().map(|weighted| weighted.then(|| columns(1))).collect();
        Ok(Self { rows, inputs, labels, weights, data: Arena::zeros(planner.used())? })
    }

    /// A matrix's numbers.
    pub fn read_columns(&self, columns: Columns) -> &[f32] {
        self.data.read(columns.span)
    }

    /// A matrix's numbers, to write.
    pub fn write_columns(&mut self, columns: Columns) -> &mut [f32] {
        self.data.write(columns.span)
    }

    /// Copies the rows `order` of a matrix to `out`.
    pub fn gather(&self, columns: Columns, order: &[u32], out: &mut [f32]) {
        gather(self.read_columns(columns), columns.width, order, out);
    }

    /// Rows `first … first + rows` of a matrix.
    pub fn range(&self, columns: Columns, first: usize, rows: usize) -> &[f32] {
        self.data.read(columns.span.part(first * columns.width, rows * columns.width))
    }

    /// The same, to write.
    pub fn range_mut(&mut self, columns: Columns, first: usize, rows: usize) -> &mut [f32] {
        self.data.write(columns.span.part(first * columns.width, rows * columns.width))
    }

    /// Exchanges row `row`, one of the first `first`, with row `first + other`.
    ///
    /// # Panics
    /// When there are no such rows.
    pub fn swap_rows(&mut self, first: usize, other: usize, row: usize) {
        for columns in self.inputs.iter().chain(&self.labels).chain(self.weights.iter().flatten()) {
            let (front, back) = self.data.write(columns.span).split_at_mut(first * columns.width);
            let front = &mut front[row * columns.width..][..columns.width];
            front.swap_with_slice(&mut back[other * columns.width..][..columns.width]);
        }
    }

    /// Refuses a set whose widths are not these.
    ///
    /// # Errors
    /// [`Kind::Shape`](crate::error::Kind::Shape).
    pub fn expect(&self, inputs: &[usize], labels: Option<&[usize]>) -> Result<()> {
        let same = |a: &[Columns], b: &[usize]| a.iter().map(|c| c.width).eq(b.iter().copied());
        if same(&self.inputs, inputs) && labels.is_none_or(|labels| same(&self.labels, labels)) {
            Ok(())
        } else {
            Err(crate::error::shape!("the data set's widths are not the model's"))
        }
    }
}

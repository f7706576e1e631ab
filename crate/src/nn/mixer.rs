//! Puts the rows of a stream in another order, as far as a buffer of rows reaches.
//!
//! The buffer is filled first. Then each row that comes takes the place of a random one, which goes on in its stead (tf.data's `shuffle`); when
//! no more come, those in the buffer follow in a random order. If the buffer holds all, that is the order of a shuffled [`Run`](super::run::Run).
//! What comes out depends on the rows and their order alone, not on how many come at a time.

use super::dataset::Dataset;
use crate::error::{Error, Result};
use crate::rng::{Purpose, Sequence, Stream};

/// The chance behind a buffer of rows; the buffer itself is the end of a data set.
pub struct Mixer {
    /// Which rows leave the buffer while others come.
    words: Sequence,
    /// In which order those follow that are there at the end.
    end: Stream,
    order: Vec<u32>,
    given: usize,
}

impl Mixer {
    /// For a pass over a stream, by the numbers that shuffle an epoch.
    pub fn new(seed: u64, epoch: u64) -> Self {
        let stream = |layer| Stream::new(seed, Purpose::Shuffle, layer, epoch);
        Self { words: stream(1).words(), end: stream(0), order: Vec::new(), given: 0 }
    }

    /// Exchanges rows `at … at + count` of `data`, one after the other, with random ones of the buffer: all rows from `first` on.
    ///
    /// # Errors
    /// When rows do not exist or lie in the buffer.
    pub fn exchange(&mut self, data: &mut Dataset, first: usize, at: usize, count: usize) -> Result<()> {
        let size = data.rows.saturating_sub(first) as u32;
        if size == 0 || at.saturating_add(count) > first {
            return Err(no_such_rows());
        }
        for row in at..at + count {
            data.swap_rows(first, self.words.below(size) as usize, row);
        }
        Ok(())
    }

    /// Puts the next `count` of the `held` rows of the buffer, which begins at row `first`, in the place of those from `at` on. No more will come.
    ///
    /// # Errors
    /// When there are not so many, or rows do not exist, or memory does not suffice.
    pub fn give(&mut self, data: &mut Dataset, first: usize, held: usize, at: usize, count: usize) -> Result<()> {
        if self.order.is_empty() {
            self.order = self.end.order(held, true)?;
        }
        let next = self.order.get(self.given..self.given.saturating_add(count));
        let fits = held <= data.rows.saturating_sub(first) && at.saturating_add(count) <= first;
        for (i, &row) in next.filter(|_| fits).ok_or(no_such_rows())?.iter().enumerate() {
            data.swap_rows(first, row as usize, at + i);
        }
        self.given += count;
        Ok(())
    }
}

fn no_such_rows() -> Error {
    crate::error::shape!("no such rows")
}

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
    words: Sequence,
    /// Once no more rows come: in which order those of the buffer follow, and how many have.
    order: Vec<u32>,
    given: usize,
}

impl Mixer {
    /// For a pass over a stream, by the numbers that shuffle an epoch.
    pub fn new(seed: u64, epoch: u64) -> Self {
        Self { words: Stream::new(seed, Purpose::Shuffle, 0, epoch).words(), order: Vec::new(), given: 0 }
    }

    /// Exchanges rows `at … at + count` of `data`, one after the other, with random ones of the buffer: all rows from `first` on.
    ///
    /// # Errors
    /// When rows do not exist or lie in the buffer.
    pub fn exchange(&mut self, data: &mut Dataset, first: usize, at: usize, count: usize) -> Result<()> {
        let size = data.rows.checked_sub(first).and_then(|size| u32::try_from(size).ok()).filter(|&size| size > 0);
        let (Some(size), true) = (size, at.saturating_add(count) <= first) else { return Err(no_such_rows()) };
        for row in at..at + count {
            data.swap_rows(first, self.words.below(size) as usize, row);
        }
        Ok(())
    }

    /// Says that no more rows come, and that the buffer holds `held`.
    ///
    /// # Errors
    /// When memory does not suffice.
    pub fn close(&mut self, held: usize) -> Result<()> {
        self.order = Stream::new(0, Purpose::Shuffle, 0, 0).order(held, false)?;
        self.words.shuffle(&mut self.order);
        Ok(())
    }

    /// Copies the next `count` rows of the buffer, which begins at row `first`, to rows from `at` on.
    ///
    /// # Errors
    /// When there are not so many, or rows do not exist.
    pub fn give(&mut self, data: &mut Dataset, first: usize, at: usize, count: usize) -> Result<()> {
        let end = self.given.saturating_add(count);
        let next = self.order.get(self.given..end).filter(|_| at.saturating_add(count) <= first);
        for (i, &row) in next.ok_or(no_such_rows())?.iter().enumerate() {
            data.copy_row(first + row as usize, at + i);
        }
        self.given = end;
        Ok(())
    }
}

fn no_such_rows() -> Error {
    Error::shape("no such rows in the buffer")
}

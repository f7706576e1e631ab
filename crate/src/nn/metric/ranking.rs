//! The exact area under the ROC curve: every score of an epoch is kept, in space reserved before its rows come.

use crate::error::{Error, Result};

/// All scores, labels and weights of an epoch.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranking {
    /// How many rows there is room for.
    room: usize,
    scores: Vec<f32>,
    labels: Vec<f32>,
    weights: Vec<f32>,
    /// A score's order in the upper half, its place in the lower; then room to sort.
    keys: [Vec<u64>; 2],
}

/// Makes room for `length` elements in all.
fn reserve<T>(list: &mut Vec<T>, length: Option<usize>) -> Result<()> {
    let more = length.ok_or(Error::memory())? - list.len();
    list.try_reserve_exact(more).map_err(|_| Error::memory())
}

impl Ranking {
    /// Makes room for so many more rows; after an error there is as much as before. Ranked at once are the scores of all columns `together`, or
    /// those of one.
    pub(super) fn make_room(
        &mut self,
        rows: usize,
        columns: usize,
        label_columns: usize,
        together: bool,
    ) -> Result<()> {
        let needed = self.weights.len().checked_add(rows).ok_or(Error::memory())?;
        if needed <= self.room {
            return Ok(());
        }
        let room = needed.max(self.room + self.room / 2);
        reserve(&mut self.scores, room.checked_mul(columns))?;
        reserve(&mut self.labels, room.checked_mul(label_columns))?;
        reserve(&mut self.weights, Some(room))?;
        for keys in &mut self.keys {
            keys.clear();
            reserve(keys, room.checked_mul(if together { columns } else { 1 }))?;
        }
        self.room = room;
        Ok(())
    }

    /// Keeps a batch.
    pub(super) fn extend(
        &mut self,
        scores: &[f32],
        labels: &[f32],
        weights: impl ExactSizeIterator<Item = f32>,
    ) -> Result<()> {
        if weights.len() > self.room - self.weights.len() {
            return Err(crate::error::state!("more rows than the metric has room for"));
        }
        self.scores.extend_from_slice(scores);
        self.labels.extend_from_slice(labels);
        self.weights.extend(weights);
        Ok(())
    }

    /// The area over all columns `together`, or the mean of the columns' areas. `positive` tells of a row's labels and a column whether
    /// the row is positive there.
    pub(super) fn area(
        &mut self,
        columns: usize,
        label_columns: usize,
        together: bool,
        positive: impl Fn(&[f32], usize) -> bool,
    ) -> f64 {
        let (mut sum, mut defined) = (0.0, 0.0);
        let (parts, step) = if together { (1, 1) } else { (columns, columns) };
        for part in 0..parts {
            let [keys, spare] = &mut self.keys;
            keys.clear();
            for (place, &score) in (0_u64..).zip(&self.scores).skip(part).step_by(step) {
                if score.is_nan() {
                    return f64::NAN;
                }
                keys.push((u64::from(order(score)) << 32) | place);
            }
            spare.clone_from(keys);
            sort(keys, spare);

            // In ascending order: weights of negatives below, of positives so far, and of both in the present tie.
            let [mut below, mut above, mut area] = [0.0; 3];
            for tie in keys.chunk_by(|a, b| a >> 32 == b >> 32) {
                let mut weights = [0.0; 2];
                for key in tie {
                    let place = (key & 0xFFFF_FFFF) as usize;
                    let (row, column) = (place / columns, place % columns);
                    let labels = &self.labels[row * label_columns..][..label_columns];
                    weights[usize::from(positive(labels, column))] += f64::from(self.weights[row]);
                }
                let [negatives, positives] = weights;
                area += positives * (below + 0.5 * negatives);
                below += negatives;
                above += positives;
            }
            if below > 0.0 && above > 0.0 {
                sum += area / (below * above);
                defined += 1.0;
            }
        }
        sum / defined
    }
}

/// A number that orders as the float does; both zeros are one.
fn order(x: f32) -> u32 {
    let bits = (x + 0.0).to_bits();
    if bits >> 31 == 0 { bits | 0x8000_0000 } else { !bits }
}

/// Sorts by the upper halves, a byte at a time from the least (Knuth, "Sorting and Searching", 5.2.5), keeping the order of equals.
/// The four passes end where they began.
fn sort<'a>(mut from: &'a mut [u64], mut to: &'a mut [u64]) {
    for shift in [32, 40, 48, 56] {
        let digit = |key: u64| (key >> shift) as usize & 0xFF;
        let mut starts = [0_usize; 256];
        for &key in from.iter() {
            starts[digit(key)] += 1;
        }
        // How many there are of each digit becomes where they start.
        let mut start = 0;
        for count in &mut starts {
            start += std::mem::replace(count, start);
        }
        for &key in from.iter() {
            to[starts[digit(key)]] = key;
            starts[digit(key)] += 1;
        }
        std::mem::swap(&mut from, &mut to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Stream};

    #[test]
    fn order_is_that_of_floats() {
        let x = [f32::NEG_INFINITY, -2.0, -1e-45, 0.0, 1e-45, 1.0, f32::INFINITY];
        assert!(x.windows(2).all(|pair| order(pair[0]) < order(pair[1])));
        assert_eq!(order(-0.0), order(0.0));
    }

    #[test]
    fn sort_is_stable() {
        let mut words = Stream::new(1, Purpose::Shuffle, 0, 0).words();
        for n in [0, 1, 2, 3, 100, 1000] {
            let mut keys: Vec<u64> = (0..n).map(|i| (u64::from(words.word() & 0xFF00_FF0F) << 32) | i).collect();
            let mut expected = keys.clone();
            expected.sort_by_key(|key| key >> 32);
            let mut spare = keys.clone();
            sort(&mut keys, &mut spare);
            assert_eq!(keys, expected);
        }
    }
}

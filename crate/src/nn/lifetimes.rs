//! Buffers that share memory: two may lie at one place when they are never needed at the same time.

use super::arena::{LINE, Span, align};

/// A buffer and when it is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Buffer {
    /// Floats.
    pub len: usize,
    /// The first moment at which it is needed: when it is written.
    pub first: usize,
    /// The last one: when it is read for the last time.
    pub last: usize,
}

impl Buffer {
    /// Whether there is a moment at which both are needed.
    pub fn meets(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// A place for each buffer, aligned to a cache line, and the floats that all of them take together: never more than side by side.
///
/// Greedy by size: the largest goes first, each into the smallest gap that those leave which it meets, or behind them. (Pisarchyk and Lee,
/// "Efficient memory management for deep neural net inference", 2020, find this within a few percent of the least possible.)
pub fn place(buffers: &[Buffer]) -> (Vec<Span>, usize) {
    let mut spans = vec![Span::default(); buffers.len()];
    let mut waiting = vec![true; buffers.len()];
    // Those that have a place, by where they start.
    let mut placed: Vec<usize> = Vec::with_capacity(buffers.len());
    let mut total = 0;
    for _ in buffers {
        let mut next = usize::MAX;
        for (i, buffer) in buffers.iter().enumerate() {
            if waiting[i] && buffers.get(next).is_none_or(|largest| buffer.len > largest.len) {
                next = i;
            }
        }
        waiting[next] = false;
        let buffer = &buffers[next];
        let len = align(buffer.len, LINE);
        let (mut end, mut start, mut smallest) = (0, 0, usize::MAX);
        for &i in placed.iter().filter(|&&i| buffers[i].meets(buffer)) {
            let gap = spans[i].start.saturating_sub(end);
            if gap >= len && gap < smallest {
                (start, smallest) = (end, gap);
            }
            end = end.max(spans[i].start.saturating_add(align(spans[i].len, LINE)));
        }
        if smallest == usize::MAX {
            start = end;
        }
        total = total.max(start.saturating_add(len));
        spans[next] = Span { start, len: buffer.len };
        placed.push(next);
        let mut at = placed.len() - 1;
        while at > 0 && spans[placed[at - 1]].start > start {
            placed.swap(at - 1, at);
            at -= 1;
        }
    }
    (spans, total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::arena::Arena;
    use crate::rng::{Purpose, Stream};

    fn random(seed: u64) -> Vec<Buffer> {
        let mut words = Stream::new(seed, Purpose::Noise, 0, 0).words();
        (0..words.below(40))
            .map(|_| {
                let (first, len) = (words.below(30) as usize, words.below(200) as usize);
                Buffer { len, first, last: first + words.below(9) as usize }
            })
            .collect()
    }

    #[test]
    fn what_is_needed_at_one_time_lies_apart_and_takes_no_more_than_side_by_side() {
        let mut shared = 0;
        for seed in 0..500 {
            let buffers = random(seed);
            let (spans, total) = place(&buffers);
            assert_eq!(spans.len(), buffers.len());
            for (i, (a, span)) in buffers.iter().zip(&spans).enumerate() {
                assert_eq!((span.len, span.start % LINE), (a.len, 0));
                assert!(span.start + span.len <= total);
                for (b, other) in buffers.iter().zip(&spans).take(i) {
                    let apart = span.start + span.len <= other.start || other.start + other.len <= span.start;
                    assert!(apart || !a.meets(b) || a.len == 0 || b.len == 0, "{a:?} {span:?}, {b:?} {other:?}");
                }
            }
            let size = |b: &Buffer| b.len.next_multiple_of(LINE);
            let sum: usize = buffers.iter().map(size).sum();
            let at_once = |t| buffers.iter().filter(|b| b.first <= t && t <= b.last).map(size).sum::<usize>();
            let least = (0..40).map(at_once).max().unwrap_or(0);
            assert!(least <= total && total <= sum, "{least} ≤ {total} ≤ {sum}");
            shared += usize::from(total < sum);
        }
        assert!(shared > 300, "most lists leave something to share");
    }

    #[test]
    fn a_chain_takes_what_two_neighbours_take() {
        let chain = |n: usize| (0..n).map(|i| Buffer { len: 64, first: i, last: i + 1 }).collect::<Vec<_>>();
        assert_eq!(place(&chain(2)).1, 128);
        assert_eq!(place(&chain(100)).1, 128);
    }

    #[test]
    fn sizes_that_cannot_be_addressed_do_not_fit_in_memory() {
        let huge = Buffer { len: usize::MAX / 2 + 1, first: 0, last: 0 };
        for buffers in [&[huge, huge][..], &[Buffer { len: usize::MAX, ..huge }], &[huge, huge, huge]] {
            assert!(Arena::zeros(place(buffers).1).is_err());
        }
    }
}

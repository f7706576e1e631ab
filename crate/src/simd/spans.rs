//! Loops over memory some vectors at a time, in place or from one slice to another: one loop for both.

use std::marker::PhantomData;

use super::{F32x4, LANES};

/// Where a loop that writes to a slice reads from.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// From that slice.
    Out,
    /// From another one.
    Other(&'a [f32]),
}

impl Source<'_> {
    /// What belongs to the first `count` elements, and to the rest.
    ///
    /// # Panics
    /// When another slice is shorter.
    pub fn split_at(self, count: usize) -> [Self; 2] {
        match self {
            Self::Out => [Self::Out; 2],
            Self::Other(x) => [Self::Other(&x[..count]), Self::Other(&x[count..])],
        }
    }

    /// Brings the numbers to `out`, if they are not there.
    ///
    /// # Panics
    /// When another slice differs in length.
    pub fn copy_to(self, out: &mut [f32]) {
        if let Self::Other(x) = self {
            out.copy_from_slice(x);
        }
    }
}

/// A slice to write and a source as long, `V` vectors at a time.
pub struct Spans<'a, const V: usize> {
    from: *const f32,
    to: *mut f32,
    count: usize,
    slices: PhantomData<(&'a [f32], &'a mut [f32])>,
}

impl<'a, const V: usize> Spans<'a, V> {
    /// The whole spans of `out`.
    ///
    /// # Panics
    /// When the source is another slice that differs in length.
    #[inline(always)]
    pub fn new(source: Source<'a>, out: &'a mut [f32]) -> Self {
        let (to, count) = (out.as_mut_ptr(), out.len() / (V * LANES));
        let from = match source {
            Source::Out => to.cast_const(),
            Source::Other(x) => {
                assert!(x.len() == out.len(), "lengths differ");
                x.as_ptr()
            }
        };
        Self { from, to, count, slices: PhantomData }
    }

    /// How many there are.
    #[inline(always)]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Span `i` of the source.
    ///
    /// # Panics
    /// When there is none.
    #[inline(always)]
    pub fn read(&self, i: usize) -> [F32x4; V] {
        assert!(i < self.count);
        // SAFETY: `count` spans are in both slices, which live and are borrowed as long as this.
        std::array::from_fn(|j| unsafe { F32x4::load(self.from.add((i * V + j) * LANES)) })
    }

    /// Writes span `i`, the last vector first: of two stores that V8 fuses the upper one must come first, or it keeps the lower one too.
    ///
    /// # Panics
    /// When there is none.
    #[inline(always)]
    pub fn write(&mut self, i: usize, vectors: [F32x4; V]) {
        assert!(i < self.count);
        for j in (0..V).rev() {
            // SAFETY: as in `read`; nobody else has the slice to write.
            unsafe { vectors[j].store(self.to.add((i * V + j) * LANES)) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sources_give_the_same_and_what_is_left_over_stays() {
        let x: Vec<f32> = (0..19).map(|i| i as f32).collect();
        let double = |mut spans: Spans<'_, 2>| {
            for i in 0..spans.count() {
                let two = spans.read(i).map(|x| x + x);
                spans.write(i, two);
            }
        };
        let (mut other, mut own) = (vec![-1.0; 19], x.clone());
        double(Spans::new(Source::Other(&x), &mut other));
        double(Spans::new(Source::Out, &mut own));
        for i in 0..16 {
            assert_eq!((other[i], own[i]), (2.0 * x[i], 2.0 * x[i]));
        }
        assert_eq!((&other[16..], &own[16..]), (&[-1.0; 3][..], &x[16..]));
    }

    #[test]
    #[should_panic = "i < self.count"]
    fn past_the_end_is_nothing() {
        let _ = Spans::<1>::new(Source::Out, &mut [0.0; 7]).read(1);
    }
}

//! One block of memory for many buffers, handed out as disjoint slices.
#![expect(unsafe_code, reason = "several slices of one block at a time; overlaps are checked")]

use crate::error::{Error, Result};

/// Floats in a cache line, to which large buffers are aligned.
pub const LINE: usize = 16;

/// Bytes that stay free after a large block: small ones are taken without a way to fail. With what the allocator adds, a page of WebAssembly memory.
const HEADROOM: usize = 60 << 10;

/// A cache line, so that the block starts on one.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([f32; LINE]);

/// A buffer inside an [`Arena`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First float.
    pub start: usize,
    /// Number of floats.
    pub len: usize,
}

impl Span {
    /// The first `len` floats of it.
    ///
    /// # Panics
    /// When it is shorter.
    #[must_use]
    pub fn first(self, len: usize) -> Self {
        assert!(len <= self.len, "a span of {} has no {len} floats", self.len);
        Self { start: self.start, len }
    }

    /// `len` floats from float `start` of it.
    ///
    /// # Panics
    /// When they reach past its end.
    #[must_use]
    pub fn part(self, start: usize, len: usize) -> Self {
        assert!(start + len <= self.len, "a span of {} has no floats {start} to {}", self.len, start + len);
        Self { start: self.start + start, len }
    }

    fn overlaps(self, other: Self) -> bool {
        self.len > 0 && other.len > 0 && self.start < other.start + other.len && other.start < self.start + self.len
    }
}

/// `len`, or as many more as make whole multiples of `align`. Sizes saturate, here and wherever memory is planned: what cannot be addressed is
/// near the largest number, and [`Arena::grow`] refuses it.
pub fn align(len: usize, align: usize) -> usize {
    len.saturating_add(align - 1) / align * align
}

/// Whether a size of memory has come to an end of what can be counted.
pub fn is_saturated(len: usize) -> bool {
    len >= usize::MAX / LINE * LINE
}

/// Hands out spans one after the other.
#[derive(Clone, Debug, Default)]
pub struct Planner {
    used: usize,
}

impl Planner {
    /// The next `len` floats, aligned to `to` floats.
    pub fn take(&mut self, len: usize, to: usize) -> Span {
        let start = align(self.used, to);
        self.used = start.saturating_add(len);
        Span { start, len }
    }

    /// The next `rows · columns` floats, aligned to a cache line.
    pub fn matrix(&mut self, rows: usize, columns: usize) -> Span {
        self.take(rows.saturating_mul(columns), LINE)
    }

    /// Floats handed out, gaps included.
    pub fn used(&self) -> usize {
        self.used
    }
}

/// A block of zeros, then whatever was written.
#[derive(Default)]
pub struct Arena {
    lines: Vec<Line>,
}

impl Arena {
    /// Makes room for `len` floats, keeping what is there; new floats are zero.
    ///
    /// # Errors
    /// [`Kind::Config`](crate::error::Kind::Config) when memory does not suffice; the arena is then as before.
    pub fn grow(&mut self, len: usize) -> Result<()> {
        let lines = len.div_ceil(LINE);
        if lines > self.lines.len() {
            // At most 2³¹ bytes in one block, which `isize` can span.
            if lines.checked_mul(size_of::<Line>()).is_none_or(|bytes| bytes > isize::MAX as usize) {
                return Err(Error::memory());
            }
            self.lines.try_reserve_exact(lines - self.lines.len()).map_err(|_| Error::memory())?;
            self.lines.resize(lines, Line([0.0; LINE]));
        }
        Ok(())
    }

    /// A fresh arena of `len` zeros. A large one is refused, too, when it would leave no room for the small blocks that calls need in passing.
    ///
    /// # Errors
    /// As [`Arena::grow`].
    pub fn zeros(len: usize) -> Result<Self> {
        let mut arena = Self::default();
        arena.grow(len)?;
        if arena.len() >= HEADROOM / size_of::<f32>() {
            Vec::<u8>::new().try_reserve_exact(HEADROOM).map_err(|_| Error::memory())?;
        }
        Ok(arena)
    }

    /// Floats there is room for.
    pub fn len(&self) -> usize {
        self.lines.len() * LINE
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    fn base(&mut self) -> *mut f32 {
        self.lines.as_mut_ptr().cast()
    }

    fn check(&self, span: Span) {
        let end = span.start.checked_add(span.len);
        assert!(end.is_some_and(|end| end <= self.len()), "{span:?} reaches past the arena's {} floats", self.len());
    }

    /// The floats of `span`.
    ///
    /// # Panics
    /// When it reaches past the end.
    pub fn read(&self, span: Span) -> &[f32] {
        self.check(span);
        // SAFETY: lines are plain floats without padding, and the span lies within them.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast::<f32>().add(span.start), span.len) }
    }

    /// The floats of `span`, to write.
    ///
    /// # Panics
    /// When it reaches past the end.
    pub fn write(&mut self, span: Span) -> &mut [f32] {
        self.check(span);
        // SAFETY: as in `read`; `self` is borrowed mutably.
        unsafe { std::slice::from_raw_parts_mut(self.base().add(span.start), span.len) }
    }

    /// One body for all numbers of buffers.
    #[inline(never)]
    fn check_apart(&self, read: &[Span], write: &[Span]) {
        for (i, &span) in write.iter().enumerate() {
            self.check(span);
            let others = read.iter().chain(&write[i + 1..]);
            assert!(others.into_iter().all(|other| !span.overlaps(*other)), "{span:?} overlaps another buffer");
        }
        for &span in read {
            self.check(span);
        }
    }

    /// Several buffers at once: those to read (which may overlap one another) and those to write (which overlap nothing).
    ///
    /// # Panics
    /// When a span reaches past the end or one to write overlaps another.
    pub fn split<const R: usize, const W: usize>(
        &mut self,
        read: [Span; R],
        write: [Span; W],
    ) -> ([&[f32]; R], [&mut [f32]; W]) {
        self.check_apart(&read, &write);
        let base = self.base();
        // SAFETY: every span lies within the block, those to write overlap no other, and all borrows end with that of `self`.
        unsafe {
            (
                read.map(|span| std::slice::from_raw_parts(base.add(span.start), span.len)),
                write.map(|span| std::slice::from_raw_parts_mut(base.add(span.start), span.len)),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_are_aligned_disjoint_and_kept_when_it_grows() {
        let mut planner = Planner::default();
        let (a, b) = (planner.matrix(3, 5), planner.matrix(2, 2));
        assert_eq!((a.start % LINE, b.start % LINE, b.start), (0, 0, 16));
        let mut arena = Arena::zeros(planner.used()).unwrap();
        let ([x], [y]) = arena.split([a], [b]);
        assert_eq!((x.len(), y.len()), (15, 4));
        y.fill(2.0);
        arena.grow(1000).unwrap();
        assert_eq!(arena.read(b), [2.0; 4]);
        assert_eq!(arena.read(b).as_ptr().align_offset(64), 0);
    }

    #[test]
    #[should_panic(expected = "overlaps")]
    fn overlapping_writes_are_refused() {
        let mut arena = Arena::zeros(32).unwrap();
        let span = Span { start: 0, len: 8 };
        arena.split([span.part(4, 4)], [span]);
    }

    #[test]
    fn impossible_sizes_are_errors() {
        let mut planner = Planner::default();
        planner.matrix(usize::MAX, 2);
        planner.matrix(1, 1);
        for len in [planner.used(), usize::MAX, usize::MAX / 8] {
            assert!(Arena::zeros(len).is_err(), "{len}");
        }
    }
}

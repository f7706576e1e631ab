//! The one matrix product: `C = activation(A·B + bias)` or `C += A·B`, single precision.
//!
//! A is `m × k`, B `k × n`, C `m × n`; C's rows lie in memory one after the other, A and B have any strides, so NN, NT and TN products
//! are the same call. The layering is that of Goto and van de Geijn ("Anatomy of high-performance matrix multiplication", 2008):
//!
//! ```text
//! for each block of KC rows of B (and columns of A)
//!   for each block of NC columns of B          packed when that pays: into panels of 8 columns
//!     for each block of MC rows of A           packed when that pays: into panels of 4 or 6 rows
//!       for each panel of B                    stays in the first-level cache
//!         for each panel of A                  the micro-kernel: a 4 × 8 or 6 × 8 tile of C in registers
//! ```
//!
//! Ragged edges run the same micro-kernel with fewer rows, and with the last 4 or 8 columns, some of which the panel before has made already; where
//! there are not so many, or C is read, they are padded by zeros. Nothing falls to scalar code.
//! Bias and activation are applied while the tile is in registers, after the last block of `k`.
//!
//! Error: each element is a running sum in order of `k`, so `|error| ≤ 2·k·ε·Σ|a||b|`.
#![expect(unsafe_code, reason = "the micro-kernel reads through pointers; bounds are checked once a product")]
#![expect(
    clippy::needless_range_loop,
    reason = "a tile is two-dimensional; plain loops over constants are what the compiler keeps in registers"
)]

mod micro;
mod pack;

use self::micro::{FOLLOWING, Operands, Tile, accumulate};
use self::pack::{Source, pack};
use super::activation::{self, Activation};
use crate::pool;
use crate::simd::{F32x4, LANES};

/// The build whose vectors the engine fuses in pairs (docs/architecture.md, "The wide build").
const WIDE: bool = cfg!(feature = "wide");
/// Rows of a tile. Fused multiply-adds take longer than they are apart, so more of them must be under way.
const MR: usize = if WIDE || cfg!(target_feature = "relaxed-simd") { 6 } else { 4 };
/// Panels of 4 or 6 rows, the last one padded to 4, take no more than the next multiple of this.
const PANELS: usize = if MR == 4 { 4 } else { 12 };
/// Columns of a tile: two vectors, or two pairs of vectors.
const NR: usize = if WIDE { 16 } else { 8 };
/// Steps of `k` in a block: an 8-column panel of B takes 8 KiB, a quarter of a small first-level cache.
const KC: usize = 256;
/// Columns in a block of B: 256 KiB packed, for the second-level cache.
const NC: usize = 256;
/// Rows in a block of A: 64 to 72 KiB.
const MC: usize = if MR == 4 { 64 } else { 72 };
/// An operand at most this large (32 KiB) is read in place: it stays in the first-level cache however it is strided.
const SMALL: usize = 8192;

/// A matrix operand: element `(i, j)` is `data[i · row_stride + j · column_stride]`.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a> {
    /// The elements.
    pub data: &'a [f32],
    /// Distance between rows.
    pub row_stride: usize,
    /// Distance between columns.
    pub column_stride: usize,
}

impl<'a> Matrix<'a> {
    /// `data` as rows of `columns` elements.
    pub fn new(data: &'a [f32], columns: usize) -> Self {
        Self { data, row_stride: columns, column_stride: 1 }
    }

    /// The transpose, without moving anything.
    #[must_use]
    pub fn transposed(self) -> Self {
        Self { data: self.data, row_stride: self.column_stride, column_stride: self.row_stride }
    }

    fn holds(&self, rows: usize, columns: usize) -> bool {
        rows == 0 || columns == 0 || (rows - 1) * self.row_stride + (columns - 1) * self.column_stride < self.data.len()
    }

    fn from(&self, row: usize, column: usize) -> &'a [f32] {
        &self.data[row * self.row_stride + column * self.column_stride..]
    }

    /// The matrix from an element on.
    fn part(self, row: usize, column: usize) -> Self {
        // Of a matrix without elements, because the other side is empty, nothing is left.
        let first = min(row * self.row_stride + column * self.column_stride, self.data.len());
        Self { data: &self.data[first..], ..self }
    }
}

/// The sizes of a product.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Rows of A and C.
    pub m: usize,
    /// Columns of B and C.
    pub n: usize,
    /// Columns of A, rows of B.
    pub k: usize,
}

/// What happens to a tile before it is stored.
#[derive(Clone, Copy, Debug, Default)]
pub struct Epilogue<'a> {
    /// Adds to what C holds instead of replacing it.
    pub accumulate: bool,
    /// One number a column, added to each row.
    pub bias: Option<&'a [f32]>,
    /// An element-wise activation, applied last.
    pub activation: Option<&'a Activation>,
}

/// A product than which none needs more scratch.
pub const LARGEST: Size = Size { m: usize::MAX, n: usize::MAX, k: usize::MAX };

/// Floats of scratch that [`gemm`] may use for a product of at most these sizes, whatever the strides.
pub const fn scratch_len(size: Size) -> usize {
    let k = min(size.k, KC);
    k * (min(size.n, NC).next_multiple_of(NR) + min(size.m, MC).next_multiple_of(PANELS))
}

const fn min(a: usize, b: usize) -> usize {
    if a < b { a } else { b }
}

/// Computes the product; C's rows are `c_stride` apart. C is not read unless the epilogue accumulates.
///
/// # Panics
/// When an operand, C, the bias or `scratch` ([`scratch_len`]) is too short for the sizes.
pub fn gemm(
    size: Size,
    a: Matrix<'_>,
    b: Matrix<'_>,
    c: &mut [f32],
    c_stride: usize,
    epilogue: Epilogue<'_>,
    scratch: &mut [f32],
) {
    let Size { m, n, k } = size;
    if m == 0 || n == 0 {
        return;
    }
    assert!(a.holds(m, k), "A is shorter than {m} x {k}");
    assert!(b.holds(k, n), "B is shorter than {k} x {n}");
    assert!(n <= c_stride && (m - 1) * c_stride + n <= c.len(), "C is shorter than {m} x {n}");
    assert!(epilogue.bias.is_none_or(|bias| bias.len() >= n), "the bias is shorter than {n}");
    assert!(scratch.len() >= scratch_len(size), "the scratch is too short");

    let out = Out { start: c.as_mut_ptr(), stride: c_stride };
    let pieces = pool::pieces(m.saturating_mul(n).saturating_mul(k) / GRAIN);
    if pieces > 1 {
        return share(pieces, size, a, b, out, epilogue, scratch);
    }
    // SAFETY: the operands and C hold the sizes, as just checked, and C is borrowed for this call alone.
    unsafe { product(size, a, b, out, epilogue, scratch) }
}

/// Multiplications that a piece is worth: some microseconds.
const GRAIN: usize = 1 << 17;

/// C: row `i` from `start + i · stride`. Threads write to parts of it that do not overlap.
#[derive(Clone, Copy)]
struct Out {
    start: *mut f32,
    stride: usize,
}

// SAFETY: only a place; who writes there answers for the threads.
unsafe impl Sync for Out {}

impl Out {
    /// From an element on.
    fn from(self, row: usize, column: usize) -> Self {
        Self { start: self.start.wrapping_add(row * self.stride + column), ..self }
    }
}

/// The product in pieces, on all threads: bands of rows where A is packed, else of columns, so that nothing is packed twice if there are enough of
/// them. Each element is the same sum in either.
fn share(
    pieces: usize,
    size: Size,
    a: Matrix<'_>,
    b: Matrix<'_>,
    out: Out,
    epilogue: Epilogue<'_>,
    scratch: &mut [f32],
) {
    let Size { m, n, k } = size;
    let by_rows = packs_a(size, a) || n < 2 * NR || (m > n && !packs_b(size, b));
    let (length, unit) = if by_rows { (m, PANELS) } else { (n, NR) };
    let step = length.div_ceil(pieces).next_multiple_of(unit);
    pool::run(length.div_ceil(step), scratch, &|piece, scratch| {
        let first = piece * step;
        let length = min(step, length - first);
        let (size, a, b, out, epilogue) = if by_rows {
            (Size { m: length, ..size }, a.part(first, 0), b, out.from(first, 0), epilogue)
        } else {
            let bias = epilogue.bias.map(|bias| &bias[first..]);
            (Size { n: length, ..size }, a, b.part(0, first), out.from(0, first), Epilogue { bias, ..epilogue })
        };
        debug_assert!(a.holds(size.m, k) && b.holds(k, size.n), "a piece lies within the product");
        // SAFETY: a band of a product whose operands and C hold the sizes; bands do not overlap, and `run` ends before the borrow of C.
        unsafe { product(size, a, b, out, epilogue, scratch) }
    });
}

/// Whether B's blocks are packed: when it is large and read often, always when its rows are not contiguous.
fn packs_b(size: Size, b: Matrix<'_>) -> bool {
    b.column_stride != 1 || (size.m >= MC && size.k * size.n > SMALL)
}

/// Whether A's blocks are packed: when it is large, read often, and by columns.
fn packs_a(size: Size, a: Matrix<'_>) -> bool {
    a.row_stride == 1 && size.n >= MC && size.m * size.k > SMALL
}

/// The product on this thread.
///
/// # Safety
/// The operands and the bias hold `size`, as does C from `out` on, of which nobody else uses those elements; `scratch` is long enough.
unsafe fn product(size: Size, a: Matrix<'_>, b: Matrix<'_>, out: Out, epilogue: Epilogue<'_>, scratch: &mut [f32]) {
    let Size { m, n, k } = size;
    let (pack_b, pack_a) = (packs_b(size, b), packs_a(size, a));
    let (scratch_b, scratch_a) = scratch.split_at_mut(min(k, KC) * min(n, NC).next_multiple_of(NR));

    let mut copy: Copy = [0.0; MR * NR];
    let mut bias = [0.0; NR];
    let mut done = 0;
    loop {
        let depth = min(k - done, KC);
        let (first, last) = (done == 0 && !epilogue.accumulate, done + depth == k);
        let once = first && last;
        for left in (0..n).step_by(NC) {
            let columns = min(n - left, NC);
            for top in (0..m).step_by(MC) {
                let rows = min(m - top, MC);
                if pack_a {
                    pack_rows(a, top, done, depth, rows, scratch_a);
                }
                for j in (0..columns).step_by(NR) {
                    let (at, lanes) = panel_of(n, left + j, once);
                    let (b_panel, b_step) = if pack_b || lanes < padded(lanes) {
                        let packed = &mut scratch_b[j * depth..];
                        if top == 0 && depth > 0 {
                            pack_columns(b, done, at, lanes, depth, packed);
                        }
                        (&*packed, padded(lanes))
                    } else {
                        (b.from(done, at), b.row_stride)
                    };
                    if let Some(from) = epilogue.bias {
                        bias[..lanes].copy_from_slice(&from[at..][..lanes]);
                    }
                    let job =
                        Job { depth, first, last, bias: epilogue.bias.is_some().then_some(&bias), lanes, epilogue };
                    let mut i = 0;
                    while i < rows {
                        let height = panel(rows - i);
                        let count = if height == MR { whole_panels(rows - i) } else { 1 };
                        let (a_panel, a_row, a_step) = if pack_a {
                            (&scratch_a[i * depth..], 1, if height > 4 { 6 } else { 4 })
                        } else {
                            (a.from(top + i, done), a.row_stride, a.column_stride)
                        };
                        let a = a_panel.as_ptr();
                        let a_lower = a.wrapping_add(FOLLOWING * a_row);
                        let operands = Operands { a, a_lower, a_row, a_step, b: b_panel.as_ptr(), b_step };
                        // Packed panels lie one after the other, all but the last as wide as they are high.
                        let column = Column { count, a_next: if pack_a { height * depth } else { height * a_row } };
                        // SAFETY: rows `top + i …` of A, columns `at …` of B and the tiles of C lie within `size`, which the caller
                        // vouches for, for all `done + depth ≤ k`; a panel narrower than the tile is packed and padded in scratch.
                        unsafe { run(height, column, operands, &job, out.from(top + i, at), &mut copy) };
                        i += count * height;
                    }
                }
            }
        }
        done += depth;
        if done == k {
            return;
        }
    }
}

/// Rows of the next panel when so many are left: two tiles of 4 beat one of 6 and one of 2.
const fn panel(left: usize) -> usize {
    if MR == 6 && matches!(left, 5 | 7 | 8 | 11) { 4 } else { min(left, MR) }
}

/// How many panels as high as a tile come first.
const fn whole_panels(left: usize) -> usize {
    if MR == 6 && matches!(left % 6, 1 | 2 | 5) { left / MR - 1 } else { left / MR }
}

/// Columns of a tile that holds `lanes` columns: one, two or four vectors.
const fn padded(lanes: usize) -> usize {
    if lanes <= LANES {
        LANES
    } else if lanes <= 2 * LANES {
        2 * LANES
    } else {
        NR
    }
}

/// Of `n` columns the panel at column `at`: where it starts, and its lanes. A ragged last one reaches back over the panel before where each element
/// is made at `once`, so that to make it again does no harm.
fn panel_of(n: usize, at: usize, once: bool) -> (usize, usize) {
    let lanes = min(n - at, NR);
    let back = padded(lanes) - lanes;
    if once && back <= at { (at - back, lanes + back) } else { (at, lanes) }
}

/// Packs a panel of B, padded.
fn pack_columns(b: Matrix<'_>, row: usize, column: usize, lanes: usize, depth: usize, packed: &mut [f32]) {
    let source = Source { data: b.from(row, column), lane_stride: b.column_stride, step: b.row_stride };
    match padded(lanes) / LANES {
        1 => pack::<LANES>(source, lanes, depth, packed),
        2 => pack::<{ 2 * LANES }>(source, lanes, depth, packed),
        _ => pack::<NR>(source, lanes, depth, packed),
    }
}

fn pack_rows(a: Matrix<'_>, top: usize, column: usize, depth: usize, rows: usize, scratch: &mut [f32]) {
    let mut i = 0;
    while i < rows {
        let height = panel(rows - i);
        let source = Source { data: a.from(top + i, column), lane_stride: a.row_stride, step: a.column_stride };
        let packed = &mut scratch[i * depth..];
        if height > 4 {
            pack::<6>(source, height, depth, packed);
        } else {
            pack::<4>(source, height, depth, packed);
        }
        i += height;
    }
}

/// Tiles one below the other.
#[derive(Clone, Copy)]
struct Column {
    count: usize,
    /// From a tile's rows of A to the next's.
    a_next: usize,
}

/// What tiles need to know besides.
struct Job<'a> {
    depth: usize,
    first: bool,
    last: bool,
    /// The tile's part; what is beyond its lanes does not matter.
    bias: Option<&'a [f32; NR]>,
    lanes: usize,
    epilogue: Epilogue<'a>,
}

/// Runs tiles of the right size.
///
/// # Safety
/// As [`tiles`], for `rows` rows, `job.depth` steps and the padded width of `job.lanes`.
unsafe fn run(rows: usize, column: Column, operands: Operands, job: &Job<'_>, c: Out, copy: &mut Copy) {
    // SAFETY: passed on unchanged.
    unsafe {
        match (rows, padded(job.lanes) / LANES) {
            (6, 4) if MR >= 6 && WIDE => tiles::<6, 4>(column, operands, job, c, copy),
            (6, 2) if MR >= 6 => tiles::<6, 2>(column, operands, job, c, copy),
            (6, _) if MR >= 6 => tiles::<6, 1>(column, operands, job, c, copy),
            (4, 4) if WIDE => tiles::<4, 4>(column, operands, job, c, copy),
            (4, 2) => tiles::<4, 2>(column, operands, job, c, copy),
            (4, _) => tiles::<4, 1>(column, operands, job, c, copy),
            (3, 4) if WIDE => tiles::<3, 4>(column, operands, job, c, copy),
            (3, 2) => tiles::<3, 2>(column, operands, job, c, copy),
            (3, _) => tiles::<3, 1>(column, operands, job, c, copy),
            (2, 4) if WIDE => tiles::<2, 4>(column, operands, job, c, copy),
            (2, 2) => tiles::<2, 2>(column, operands, job, c, copy),
            (2, _) => tiles::<2, 1>(column, operands, job, c, copy),
            (_, 4) if WIDE => tiles::<1, 4>(column, operands, job, c, copy),
            (_, 2) => tiles::<1, 2>(column, operands, job, c, copy),
            (_, _) => tiles::<1, 1>(column, operands, job, c, copy),
        }
    }
}

/// Tiles one below the other: each starts from zero or C, runs over `k`, finishes and is stored. A tile narrower than its vectors works on a
/// padded copy of C; so does one with an activation to come, which takes the copy whole.
///
/// # Safety
/// As [`accumulate`], for all tiles of the column; their `job.lanes` columns of C are there and nobody else uses them.
#[inline(never)]
unsafe fn tiles<const MR: usize, const NV: usize>(
    column: Column,
    mut operands: Operands,
    job: &Job<'_>,
    mut c: Out,
    copy: &mut Copy,
) {
    let activation = job.epilogue.activation.filter(|it| job.last && !matches!(it, Activation::Relu {}));
    let direct = job.lanes == LANES * NV && activation.is_none();
    let padded = Out { start: copy.as_mut_ptr(), stride: LANES * NV };
    for _ in 0..column.count {
        // SAFETY: the caller's contract; the copy holds the largest tile.
        unsafe {
            if !direct && !job.first {
                move_rows(c, padded, MR, job.lanes);
            }
            whole_tile::<MR, NV>(operands, job, if direct { c } else { padded });
            if let Some(activation) = activation {
                activate(activation, std::slice::from_raw_parts_mut(padded.start, MR * NV * LANES));
            }
            if !direct {
                move_rows(padded, c, MR, job.lanes);
            }
        }
        operands.a = operands.a.wrapping_add(column.a_next);
        operands.a_lower = operands.a_lower.wrapping_add(column.a_next);
        c = c.from(MR, 0);
    }
}

/// A call, so that the tiles do not each hold every activation.
#[inline(never)]
fn activate(activation: &Activation, tile: &mut [f32]) {
    activation::forward_in_place(activation, 1, tile);
}

/// Room for the largest tile; what it holds between tiles does not matter.
type Copy = [f32; MR * NR];

/// # Safety
/// So many rows of so many lanes are there on both sides, and nobody else uses them.
#[inline(never)]
unsafe fn move_rows(from: Out, to: Out, rows: usize, lanes: usize) {
    for i in 0..rows {
        // SAFETY: the caller's contract.
        unsafe { std::ptr::copy_nonoverlapping(from.from(i, 0).start, to.from(i, 0).start, lanes) };
    }
}

/// A tile whose rows in C hold whole vectors, with its bias and, of activations, relu.
///
/// # Safety
/// As [`accumulate`]; the tile lies within C, and nobody else uses it.
#[inline(always)]
unsafe fn whole_tile<const MR: usize, const NV: usize>(operands: Operands, job: &Job<'_>, c: Out) {
    let zero = F32x4::zero();
    let mut sums: Tile<MR, NV> = [[zero; NV]; MR];
    if !job.first {
        for i in 0..MR {
            for j in 0..NV {
                // SAFETY: the caller's contract.
                sums[i][j] = unsafe { F32x4::load(c.from(i, LANES * j).start) };
            }
        }
    }
    // SAFETY: the caller's contract.
    sums = unsafe { accumulate::<MR, NV>(operands, job.depth, sums) };
    if job.last {
        if let Some(bias) = job.bias {
            for j in 0..NV {
                let bias = F32x4::from_slice(&bias[LANES * j..]);
                for i in 0..MR {
                    sums[i][j] += bias;
                }
            }
        }
        if let Some(Activation::Relu {}) = job.epilogue.activation {
            for i in 0..MR {
                for j in 0..NV {
                    sums[i][j] = sums[i][j].max_fast(zero);
                }
            }
        }
    }
    for i in 0..MR {
        // Backwards: of two stores that V8 fuses the upper one must come first, or it keeps the lower one too.
        for j in (0..NV).rev() {
            // SAFETY: the caller's contract.
            unsafe { sums[i][j].store(c.from(i, LANES * j).start) };
        }
    }
}

#[cfg(test)]
mod tests;

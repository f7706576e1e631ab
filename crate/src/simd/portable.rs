//! The twin of `wasm.rs` for every other target: an array of four floats, the same operations, the same bits.

use std::ops;

#[cfg(feature = "count")]
use super::count::operation as count;

/// How dear an operation is: what shares a processor's units. (Zen has two that multiply and two that do all of `Addition`; the four of them do `Bitwise`.)
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// And, or, not; sums of integers.
    Bitwise,
    /// Additions and subtractions, minima and maxima, comparisons, shifts, conversions and rounding.
    Addition,
    /// Multiplications.
    Multiplication,
    /// Divisions.
    Division,
    /// Square roots.
    Root,
}

/// Counts nothing.
#[cfg(not(feature = "count"))]
#[inline(always)]
fn count(_: Kind) {}

/// Four lanes of `f32` (or, as a mask or through the `_bits` operations, of `i32`).
#[must_use]
#[derive(Clone, Copy, Debug)]
#[repr(C, align(16))]
pub struct F32x4([f32; 4]);

impl F32x4 {
    #[inline(always)]
    fn map(self, kind: Kind, f: impl Fn(f32) -> f32) -> Self {
        count(kind);
        Self(self.0.map(f))
    }

    #[inline(always)]
    fn zip(self, other: Self, kind: Kind, f: impl Fn(f32, f32) -> f32) -> Self {
        count(kind);
        Self(std::array::from_fn(|i| f(self.0[i], other.0[i])))
    }

    #[inline(always)]
    fn zip_bits(self, other: Self, kind: Kind, f: impl Fn(u32, u32) -> u32) -> Self {
        self.zip(other, kind, |a, b| f32::from_bits(f(a.to_bits(), b.to_bits())))
    }

    #[inline(always)]
    fn compare(self, other: Self, f: impl Fn(f32, f32) -> bool) -> Self {
        self.zip(other, Kind::Addition, |a, b| f32::from_bits(if f(a, b) { u32::MAX } else { 0 }))
    }

    /// Every lane is `x`.
    #[inline(always)]
    pub fn splat(x: f32) -> Self {
        Self([x; 4])
    }

    /// Every lane has the bits `x`.
    #[inline(always)]
    pub fn splat_bits(x: i32) -> Self {
        Self([f32::from_bits(x as u32); 4])
    }

    /// The lanes in order.
    #[inline(always)]
    pub fn from_array(x: [f32; 4]) -> Self {
        Self(x)
    }

    /// The lanes in order.
    #[inline(always)]
    pub fn to_array(self) -> [f32; 4] {
        self.0
    }

    /// Four floats from `p`, of any alignment.
    ///
    /// # Safety
    /// `p` points to four readable floats.
    #[inline(always)]
    pub unsafe fn load(p: *const f32) -> Self {
        // SAFETY: the caller gives four readable floats; an array of floats needs no more than their alignment.
        Self(unsafe { p.cast::<[f32; 4]>().read_unaligned() })
    }

    /// One float from `p` in every lane.
    ///
    /// # Safety
    /// `p` points to one readable float.
    #[inline(always)]
    pub unsafe fn load_splat(p: *const f32) -> Self {
        // SAFETY: the caller gives one readable float.
        Self::splat(unsafe { p.read_unaligned() })
    }

    /// Writes the four lanes to `p`, of any alignment.
    ///
    /// # Safety
    /// `p` points to four writable floats.
    #[inline(always)]
    pub unsafe fn store(self, p: *mut f32) {
        // SAFETY: the caller gives four writable floats.
        unsafe { p.cast::<[f32; 4]>().write_unaligned(self.0) }
    }

    /// Four rows become four columns.
    #[inline(always)]
    pub fn transpose(rows: [Self; 4]) -> [Self; 4] {
        std::array::from_fn(|i| Self(std::array::from_fn(|j| rows[j].0[i])))
    }

    /// `self · b + c`, rounded twice.
    #[inline(always)]
    pub fn mul_add(self, b: Self, c: Self) -> Self {
        self * b + c
    }

    /// The smaller of each pair; NaN if either is.
    #[inline(always)]
    pub fn min(self, other: Self) -> Self {
        self.zip(other, Kind::Addition, |a, b| match a.partial_cmp(&b) {
            None => a + b,
            Some(std::cmp::Ordering::Less) => a,
            Some(std::cmp::Ordering::Greater) => b,
            Some(std::cmp::Ordering::Equal) => f32::from_bits(a.to_bits() | b.to_bits()),
        })
    }

    /// The larger of each pair; NaN if either is.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        self.zip(other, Kind::Addition, |a, b| match a.partial_cmp(&b) {
            None => a + b,
            Some(std::cmp::Ordering::Greater) => a,
            Some(std::cmp::Ordering::Less) => b,
            Some(std::cmp::Ordering::Equal) => f32::from_bits(a.to_bits() & b.to_bits()),
        })
    }

    /// `other < self ? other : self`: one instruction everywhere; keeps `self` when either is NaN.
    #[inline(always)]
    pub fn min_fast(self, other: Self) -> Self {
        self.zip(other, Kind::Addition, |a, b| if b < a { b } else { a })
    }

    /// `self < other ? other : self`: one instruction everywhere; keeps `self` when either is NaN.
    #[inline(always)]
    pub fn max_fast(self, other: Self) -> Self {
        self.zip(other, Kind::Addition, |a, b| if a < b { b } else { a })
    }

    /// `|x|`.
    #[inline(always)]
    pub fn abs(self) -> Self {
        self.map(Kind::Bitwise, f32::abs)
    }

    /// The correctly rounded square root.
    #[inline(always)]
    pub fn sqrt(self) -> Self {
        self.map(Kind::Root, f32::sqrt)
    }

    /// The nearest whole number, ties to even.
    #[inline(always)]
    pub fn round(self) -> Self {
        self.map(Kind::Addition, f32::round_ties_even)
    }

    /// Mask: `self < other`.
    #[inline(always)]
    pub fn lt(self, other: Self) -> Self {
        self.compare(other, |a, b| a < b)
    }

    /// Mask: `self <= other`.
    #[inline(always)]
    pub fn le(self, other: Self) -> Self {
        self.compare(other, |a, b| a <= b)
    }

    /// Mask: `self > other`.
    #[inline(always)]
    pub fn gt(self, other: Self) -> Self {
        self.compare(other, |a, b| a > b)
    }

    /// Mask: `self >= other`.
    #[inline(always)]
    pub fn ge(self, other: Self) -> Self {
        self.compare(other, |a, b| a >= b)
    }

    /// Mask: `self == other` (false for NaN).
    #[inline(always)]
    pub fn eq(self, other: Self) -> Self {
        self.compare(other, |a, b| a == b)
    }

    /// Takes the bits of `yes` where `self`, a mask, is set, else those of `no`.
    #[inline(always)]
    pub fn select(self, yes: Self, no: Self) -> Self {
        (self & yes) | no.and_not(self)
    }

    /// Bits of `self` that are not in `other`.
    #[inline(always)]
    pub fn and_not(self, other: Self) -> Self {
        self.zip_bits(other, Kind::Bitwise, |a, b| a & !b)
    }

    /// Whether any bit of a mask is set.
    #[inline(always)]
    pub fn any(self) -> bool {
        self.0.iter().any(|x| x.to_bits() != 0)
    }

    /// The lanes in the order 2, 3, 0, 1.
    #[inline(always)]
    pub fn swap_halves(self) -> Self {
        Self([self.0[2], self.0[3], self.0[0], self.0[1]])
    }

    /// The lanes in the order 1, 0, 3, 2.
    #[inline(always)]
    pub fn swap_neighbours(self) -> Self {
        Self([self.0[1], self.0[0], self.0[3], self.0[2]])
    }

    /// The lanes truncated to `i32` (saturating, NaN to 0), as bits.
    #[inline(always)]
    pub fn to_int_bits(self) -> Self {
        self.map(Kind::Addition, |x| f32::from_bits(x as i32 as u32))
    }

    /// The lanes' bits, read as `i32`, converted to `f32`.
    #[inline(always)]
    pub fn from_int_bits(self) -> Self {
        self.map(Kind::Addition, |x| x.to_bits() as i32 as f32)
    }

    /// Wrapping sum of the lanes' bits read as `i32`.
    #[inline(always)]
    pub fn add_bits(self, other: Self) -> Self {
        self.zip_bits(other, Kind::Bitwise, u32::wrapping_add)
    }

    /// Wrapping difference of the lanes' bits read as `i32`.
    #[inline(always)]
    pub fn sub_bits(self, other: Self) -> Self {
        self.zip_bits(other, Kind::Bitwise, u32::wrapping_sub)
    }

    /// The products of the lanes' bits read as `u32`: their upper and their lower halves.
    #[inline(always)]
    pub fn widening_mul_bits(self, other: Self) -> (Self, Self) {
        let product = |a: u32, b: u32| u64::from(a) * u64::from(b);
        let upper = self.zip_bits(other, Kind::Multiplication, |a, b| (product(a, b) >> 32) as u32);
        (upper, self.zip_bits(other, Kind::Multiplication, |a, b| product(a, b) as u32))
    }

    /// Mask: the lanes' bits, read as `u32`, are less than those of `other`.
    #[inline(always)]
    pub fn lt_bits(self, other: Self) -> Self {
        self.zip_bits(other, Kind::Addition, |a, b| if a < b { u32::MAX } else { 0 })
    }

    /// The lanes' bits shifted left.
    #[inline(always)]
    pub fn shl_bits<const N: u32>(self) -> Self {
        self.map(Kind::Addition, |x| f32::from_bits(x.to_bits() << N))
    }

    /// The lanes' bits, read as `i32`, shifted right with the sign.
    #[inline(always)]
    pub fn shr_bits<const N: u32>(self) -> Self {
        self.map(Kind::Addition, |x| f32::from_bits(((x.to_bits() as i32) >> N) as u32))
    }
}

macro_rules! operator {
    ($($trait:ident $method:ident $kind:ident $expression:expr;)*) => {$(
        impl ops::$trait for F32x4 {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                self.zip(other, Kind::$kind, $expression)
            }
        }
    )*};
}
operator! {
    Add add Addition |a, b| a + b;
    Sub sub Addition |a, b| a - b;
    Mul mul Multiplication |a, b| a * b;
    BitAnd bitand Bitwise |a, b| f32::from_bits(a.to_bits() & b.to_bits());
    BitOr bitor Bitwise |a, b| f32::from_bits(a.to_bits() | b.to_bits());
    BitXor bitxor Bitwise |a, b| f32::from_bits(a.to_bits() ^ b.to_bits());
}

impl ops::Div for F32x4 {
    type Output = Self;
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.zip(other, Kind::Division, |a, b| a / b)
    }
}

impl ops::Neg for F32x4 {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self.map(Kind::Bitwise, |x| -x)
    }
}

//! Four lanes of `f32`: the only place that says `core::arch`.
//!
//! [`F32x4`] is WebAssembly's `v128` where that exists and an array of four floats elsewhere, so that native tests run the
//! very algorithms that ship. Both round every operation once (multiply and add are never fused), so both give the same bits;
//! only the payload and sign of a NaN may differ. Masks are lanes of all ones or all zeros, kept in the same type.
#![expect(unsafe_code, reason = "pointer loads and stores of vectors; see the SAFETY lines")]

#[cfg(feature = "count")]
pub mod count;
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod portable;
mod spans;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm;

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub use portable::F32x4;
pub use spans::{Source, Spans};
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use wasm::F32x4;

use std::mem::MaybeUninit;
use std::ops;

/// Lanes in a vector.
pub const LANES: usize = 4;

/// Vectors that an element-wise loop takes at once: in the build `wide` two, side by side in memory, which the engine may fuse.
pub const ABREAST: usize = if cfg!(feature = "wide") { 2 } else { 1 };

/// Floats in [`ABREAST`] vectors.
pub const SPAN: usize = ABREAST * LANES;

/// Floats in two vectors: what a loop takes at once in which counting would cost as much as the arithmetic.
pub const COUPLE: usize = 2 * LANES;

/// Room for up to `N` values between two loops, not filled with zeros beforehand.
pub(crate) struct Room<T, const N: usize>([MaybeUninit<T>; N]);

impl<T: Copy, const N: usize> Room<T, N> {
    /// Room with nothing in it.
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Self([MaybeUninit::uninit(); N])
    }

    /// The first `N` of `values`, in place of what was there.
    #[inline(always)]
    pub(crate) fn fill(&mut self, values: impl Iterator<Item = T>) -> &mut [T] {
        let mut count = 0;
        for (slot, value) in self.0.iter_mut().zip(values) {
            slot.write(value);
            count += 1;
        }
        // SAFETY: the first `count` were just written, one after another; `MaybeUninit` has the layout of what it holds.
        unsafe { std::slice::from_raw_parts_mut(self.0.as_mut_ptr().cast(), count) }
    }
}

impl F32x4 {
    /// The first four elements of `x`.
    ///
    /// # Panics
    /// When `x` has fewer than four elements.
    #[inline(always)]
    pub fn from_slice(x: &[f32]) -> Self {
        assert!(x.len() >= LANES);
        // SAFETY: four elements are there, as just checked.
        unsafe { Self::load(x.as_ptr()) }
    }

    /// Writes the lanes to the first four elements of `x`.
    ///
    /// # Panics
    /// When `x` has fewer than four elements.
    #[inline(always)]
    pub fn to_slice(self, x: &mut [f32]) {
        assert!(x.len() >= LANES);
        // SAFETY: four elements are there, as just checked.
        unsafe { self.store(x.as_mut_ptr()) }
    }

    /// The first `min(4, x.len())` elements of `x`; the other lanes are `fill`. For the ends of slices: a call, to keep kernels small.
    #[inline(never)]
    pub fn from_partial(x: &[f32], fill: f32) -> Self {
        // Not through an array in memory: a vector load of scalars just stored waits for all of them.
        let lane = |i: usize| x.get(i).copied().unwrap_or(fill);
        Self::from_array([lane(0), lane(1), lane(2), lane(3)])
    }

    /// Writes the first `min(4, x.len())` lanes to `x`. For the ends of slices: a call, to keep kernels small.
    #[inline(never)]
    pub fn to_partial(self, x: &mut [f32]) {
        for (value, lane) in x.iter_mut().zip(self.to_array()) {
            *value = lane;
        }
    }

    /// Up to four elements from the start of `x`; the lanes beyond are `fill`. The fast path when there are four.
    #[inline(always)]
    pub fn from_start(x: &[f32], fill: f32) -> Self {
        if x.len() >= LANES { Self::from_slice(x) } else { Self::from_partial(x, fill) }
    }

    /// Writes as many lanes as `x` has room for.
    #[inline(always)]
    pub fn to_start(self, x: &mut [f32]) {
        if x.len() >= LANES { self.to_slice(x) } else { self.to_partial(x) }
    }

    /// The first `V` vectors of `x`.
    ///
    /// # Panics
    /// When `x` is shorter.
    #[inline(always)]
    pub fn from_span<const V: usize>(x: &[f32]) -> [Self; V] {
        std::array::from_fn(|j| Self::from_slice(&x[j * LANES..]))
    }

    /// Writes vectors side by side, the last one first: of two stores that V8 fuses the upper one must come first, or it keeps the lower one too.
    ///
    /// # Panics
    /// When `x` is too short.
    #[inline(always)]
    pub fn to_span<const V: usize>(vectors: [Self; V], x: &mut [f32]) {
        for j in (0..V).rev() {
            vectors[j].to_slice(&mut x[j * LANES..]);
        }
    }

    /// All lanes zero.
    #[inline(always)]
    pub fn zero() -> Self {
        Self::splat(0.0)
    }

    /// The sum of the lanes, `(l0 + l2) + (l1 + l3)`.
    #[inline(always)]
    pub fn sum(self) -> f32 {
        let [a, b, c, d] = self.to_array();
        (a + c) + (b + d)
    }

    /// `self · b + c` with a splat of each constant: a step of Horner's rule.
    #[inline(always)]
    pub fn horner(self, b: Self, c: f32) -> Self {
        self.mul_add(b, Self::splat(c))
    }

    /// The magnitude of `self` with the sign of `sign`.
    #[inline(always)]
    pub fn copysign(self, sign: Self) -> Self {
        let mask = Self::splat(-0.0);
        (sign & mask) | self.and_not(mask)
    }
}

macro_rules! operator {
    ($($trait:ident $method:ident $assign_trait:ident $assign:ident;)*) => {$(
        impl ops::$assign_trait for F32x4 {
            #[inline(always)]
            fn $assign(&mut self, other: Self) {
                *self = ops::$trait::$method(*self, other);
            }
        }
    )*};
}
operator! {
    Add add AddAssign add_assign;
    Sub sub SubAssign sub_assign;
    Mul mul MulAssign mul_assign;
    Div div DivAssign div_assign;
}

#[cfg(test)]
mod tests;

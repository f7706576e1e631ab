//! WebAssembly's 128-bit vectors (`simd128`).

use core::arch::wasm32::{
    f32x4, f32x4_abs, f32x4_add, f32x4_convert_i32x4, f32x4_div, f32x4_eq, f32x4_extract_lane, f32x4_ge, f32x4_gt,
    f32x4_le, f32x4_lt, f32x4_max, f32x4_min, f32x4_mul, f32x4_nearest, f32x4_neg, f32x4_splat, f32x4_sqrt, f32x4_sub,
    i32x4_add, i32x4_shl, i32x4_shr, i32x4_shuffle, i32x4_splat, i32x4_sub, i32x4_trunc_sat_f32x4, u8x16_bitmask,
    u32x4_lt, u64x2_extmul_high_u32x4, u64x2_extmul_low_u32x4, v128, v128_and, v128_andnot, v128_load,
    v128_load32_splat, v128_or, v128_store, v128_xor,
};
use std::ops;

/// Four lanes of `f32` (or, as a mask or through the `_bits` operations, of `i32`).
#[must_use]
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct F32x4(v128);

impl F32x4 {
    /// Every lane is `x`.
    #[inline(always)]
    pub fn splat(x: f32) -> Self {
        Self(f32x4_splat(x))
    }

    /// Every lane has the bits `x`.
    #[inline(always)]
    pub fn splat_bits(x: i32) -> Self {
        Self(i32x4_splat(x))
    }

    /// The lanes in order.
    #[inline(always)]
    pub fn from_array(x: [f32; 4]) -> Self {
        Self(f32x4(x[0], x[1], x[2], x[3]))
    }

    /// The lanes in order.
    #[inline(always)]
    pub fn to_array(self) -> [f32; 4] {
        [
            f32x4_extract_lane::<0>(self.0),
            f32x4_extract_lane::<1>(self.0),
            f32x4_extract_lane::<2>(self.0),
            f32x4_extract_lane::<3>(self.0),
        ]
    }

    /// Four floats from `p`, of any alignment.
    ///
    /// # Safety
    /// `p` points to four readable floats.
    #[inline(always)]
    pub unsafe fn load(p: *const f32) -> Self {
        // SAFETY: the caller gives four readable floats; the load needs no alignment.
        Self(unsafe { v128_load(p.cast()) })
    }

    /// One float from `p` in every lane.
    ///
    /// # Safety
    /// `p` points to one readable float.
    #[inline(always)]
    pub unsafe fn load_splat(p: *const f32) -> Self {
        // SAFETY: the caller gives one readable float.
        Self(unsafe { v128_load32_splat(p.cast()) })
    }

    /// Writes the four lanes to `p`, of any alignment.
    ///
    /// # Safety
    /// `p` points to four writable floats.
    #[inline(always)]
    pub unsafe fn store(self, p: *mut f32) {
        // SAFETY: the caller gives four writable floats; the store needs no alignment.
        unsafe { v128_store(p.cast(), self.0) }
    }

    /// Four rows become four columns.
    #[inline(always)]
    pub fn transpose([a, b, c, d]: [Self; 4]) -> [Self; 4] {
        let (ab_low, ab_high) = (i32x4_shuffle::<0, 4, 1, 5>(a.0, b.0), i32x4_shuffle::<2, 6, 3, 7>(a.0, b.0));
        let (cd_low, cd_high) = (i32x4_shuffle::<0, 4, 1, 5>(c.0, d.0), i32x4_shuffle::<2, 6, 3, 7>(c.0, d.0));
        [
            Self(i32x4_shuffle::<0, 1, 4, 5>(ab_low, cd_low)),
            Self(i32x4_shuffle::<2, 3, 6, 7>(ab_low, cd_low)),
            Self(i32x4_shuffle::<0, 1, 4, 5>(ab_high, cd_high)),
            Self(i32x4_shuffle::<2, 3, 6, 7>(ab_high, cd_high)),
        ]
    }

    /// `self · b + c`: rounded twice in the baseline, and once in the relaxed build where the processor fuses.
    #[inline(always)]
    pub fn mul_add(self, b: Self, c: Self) -> Self {
        #[cfg(not(target_feature = "relaxed-simd"))]
        let sum = self * b + c;
        #[cfg(target_feature = "relaxed-simd")]
        let sum = Self(core::arch::wasm32::f32x4_relaxed_madd(self.0, b.0, c.0));
        sum
    }

    /// The smaller of each pair; NaN if either is.
    #[inline(always)]
    pub fn min(self, other: Self) -> Self {
        Self(f32x4_min(self.0, other.0))
    }

    /// The larger of each pair; NaN if either is.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        Self(f32x4_max(self.0, other.0))
    }

    /// `other < self ? other : self`: one instruction everywhere; keeps `self` when either is NaN.
    #[inline(always)]
    pub fn min_fast(self, other: Self) -> Self {
        // Where relaxed SIMD is allowed LLVM takes its minimum for this one, which may return either operand for a NaN.
        #[cfg(target_feature = "relaxed-simd")]
        let smaller = other.lt(self).select(other, self);
        #[cfg(not(target_feature = "relaxed-simd"))]
        let smaller = Self(core::arch::wasm32::f32x4_pmin(self.0, other.0));
        smaller
    }

    /// `self < other ? other : self`: one instruction everywhere; keeps `self` when either is NaN.
    #[inline(always)]
    pub fn max_fast(self, other: Self) -> Self {
        #[cfg(target_feature = "relaxed-simd")]
        let larger = self.lt(other).select(other, self);
        #[cfg(not(target_feature = "relaxed-simd"))]
        let larger = Self(core::arch::wasm32::f32x4_pmax(self.0, other.0));
        larger
    }

    /// `|x|`.
    #[inline(always)]
    pub fn abs(self) -> Self {
        Self(f32x4_abs(self.0))
    }

    /// The correctly rounded square root.
    #[inline(always)]
    pub fn sqrt(self) -> Self {
        Self(f32x4_sqrt(self.0))
    }

    /// The nearest whole number, ties to even.
    #[inline(always)]
    pub fn round(self) -> Self {
        Self(f32x4_nearest(self.0))
    }

    /// Mask: `self < other`.
    #[inline(always)]
    pub fn lt(self, other: Self) -> Self {
        Self(f32x4_lt(self.0, other.0))
    }

    /// Mask: `self <= other`.
    #[inline(always)]
    pub fn le(self, other: Self) -> Self {
        Self(f32x4_le(self.0, other.0))
    }

    /// Mask: `self > other`.
    #[inline(always)]
    pub fn gt(self, other: Self) -> Self {
        Self(f32x4_gt(self.0, other.0))
    }

    /// Mask: `self >= other`.
    #[inline(always)]
    pub fn ge(self, other: Self) -> Self {
        Self(f32x4_ge(self.0, other.0))
    }

    /// Mask: `self == other` (false for NaN).
    #[inline(always)]
    pub fn eq(self, other: Self) -> Self {
        Self(f32x4_eq(self.0, other.0))
    }

    /// Takes the bits of `yes` where `self`, a mask, is set, else those of `no`.
    #[inline(always)]
    pub fn select(self, yes: Self, no: Self) -> Self {
        // The lanes of a mask are all ones or all zeros, for which the relaxed instruction, one on x86 where the other is three, does the same.
        #[cfg(target_feature = "relaxed-simd")]
        let chosen = core::arch::wasm32::i32x4_relaxed_laneselect(yes.0, no.0, self.0);
        #[cfg(not(target_feature = "relaxed-simd"))]
        let chosen = core::arch::wasm32::v128_bitselect(yes.0, no.0, self.0);
        Self(chosen)
    }

    /// Bits of `self` that are not in `other`.
    #[inline(always)]
    pub fn and_not(self, other: Self) -> Self {
        Self(v128_andnot(self.0, other.0))
    }

    /// Whether any bit of a mask is set.
    #[inline(always)]
    pub fn any(self) -> bool {
        u8x16_bitmask(self.0) != 0
    }

    /// The lanes in the order 2, 3, 0, 1.
    #[inline(always)]
    pub fn swap_halves(self) -> Self {
        Self(i32x4_shuffle::<2, 3, 0, 1>(self.0, self.0))
    }

    /// The lanes in the order 1, 0, 3, 2.
    #[inline(always)]
    pub fn swap_neighbours(self) -> Self {
        Self(i32x4_shuffle::<1, 0, 3, 2>(self.0, self.0))
    }

    /// The lanes truncated to `i32` (saturating, NaN to 0), as bits.
    #[inline(always)]
    pub fn to_int_bits(self) -> Self {
        Self(i32x4_trunc_sat_f32x4(self.0))
    }

    /// The lanes' bits, read as `i32`, converted to `f32`.
    #[inline(always)]
    pub fn from_int_bits(self) -> Self {
        Self(f32x4_convert_i32x4(self.0))
    }

    /// Wrapping sum of the lanes' bits read as `i32`.
    #[inline(always)]
    pub fn add_bits(self, other: Self) -> Self {
        Self(i32x4_add(self.0, other.0))
    }

    /// Wrapping difference of the lanes' bits read as `i32`.
    #[inline(always)]
    pub fn sub_bits(self, other: Self) -> Self {
        Self(i32x4_sub(self.0, other.0))
    }

    /// The products of the lanes' bits read as `u32`: their upper and their lower halves.
    #[inline(always)]
    pub fn widening_mul_bits(self, other: Self) -> (Self, Self) {
        let (first, last) = (u64x2_extmul_low_u32x4(self.0, other.0), u64x2_extmul_high_u32x4(self.0, other.0));
        (Self(i32x4_shuffle::<1, 3, 5, 7>(first, last)), Self(i32x4_shuffle::<0, 2, 4, 6>(first, last)))
    }

    /// Mask: the lanes' bits, read as `u32`, are less than those of `other`.
    #[inline(always)]
    pub fn lt_bits(self, other: Self) -> Self {
        Self(u32x4_lt(self.0, other.0))
    }

    /// The lanes' bits shifted left.
    #[inline(always)]
    pub fn shl_bits<const N: u32>(self) -> Self {
        Self(i32x4_shl(self.0, N))
    }

    /// The lanes' bits, read as `i32`, shifted right with the sign.
    #[inline(always)]
    pub fn shr_bits<const N: u32>(self) -> Self {
        Self(i32x4_shr(self.0, N))
    }
}

macro_rules! operator {
    ($($trait:ident $method:ident $intrinsic:ident;)*) => {$(
        impl ops::$trait for F32x4 {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self($intrinsic(self.0, other.0))
            }
        }
    )*};
}
operator! {
    Add add f32x4_add;
    Sub sub f32x4_sub;
    Mul mul f32x4_mul;
    Div div f32x4_div;
    BitAnd bitand v128_and;
    BitOr bitor v128_or;
    BitXor bitxor v128_xor;
}

impl ops::Neg for F32x4 {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self(f32x4_neg(self.0))
    }
}

//! What the kernels rely on, stated for whichever twin is compiled.

use super::F32x4;

fn bits(x: F32x4) -> [u32; 4] {
    x.to_array().map(f32::to_bits)
}

#[test]
fn masks_select_whole_lanes() {
    let a = F32x4::from_array([1.0, f32::NAN, -3.0, 4.0]);
    let b = F32x4::from_array([2.0, 2.0, 2.0, 4.0]);
    assert_eq!(bits(a.lt(b)), [u32::MAX, 0, u32::MAX, 0]);
    assert_eq!(bits(a.le(b)), [u32::MAX, 0, u32::MAX, u32::MAX]);
    assert_eq!(bits(a.ge(b)), [0, 0, 0, u32::MAX]);
    assert_eq!(bits(a.eq(b)), [0, 0, 0, u32::MAX]);
    assert_eq!(a.gt(b).select(a, b).to_array(), [2.0, 2.0, 2.0, 4.0]);
    assert!(a.lt(b).any() && !a.gt(b).any());
}

#[test]
fn min_and_max_treat_nan_and_signed_zero_as_webassembly_does() {
    let nan = F32x4::from_array([f32::NAN, 1.0, 0.0, -0.0]);
    let other = F32x4::from_array([1.0, f32::NAN, -0.0, 0.0]);
    let max = nan.max(other).to_array();
    assert!(max[0].is_nan() && max[1].is_nan());
    assert_eq!([max[2].to_bits(), max[3].to_bits()], [0, 0]);
    let min = nan.min(other).to_array();
    assert_eq!([min[2].to_bits(), min[3].to_bits()], [(-0.0_f32).to_bits(); 2]);
    let kept = F32x4::splat(f32::NAN).max_fast(F32x4::zero()).to_array();
    assert!(kept.iter().all(|x| x.is_nan()), "max_fast keeps a NaN in self");
}

#[test]
fn rounding_and_conversion() {
    let x = F32x4::from_array([0.5, 1.5, -2.5, 2.499_999_8]);
    assert_eq!(x.round().to_array(), [0.0, 2.0, -2.0, 2.0]);
    assert_eq!(
        F32x4::from_array([3.9, -3.9, f32::NAN, 1e20]).to_int_bits().from_int_bits().to_array(),
        [3.0, -3.0, 0.0, 2_147_483_648.0]
    );
    assert_eq!(bits(F32x4::splat_bits(-8).shr_bits::<1>()), [(-4_i32) as u32; 4]);
    assert_eq!(bits(F32x4::splat_bits(3).shl_bits::<23>()), [3 << 23; 4]);
}

#[test]
fn bits_multiply_and_compare_as_unsigned_numbers() {
    let (a, b) = ([3_u32, 0xFFFF_FFFF, 0x8000_0000, 7], [5_u32, 0xFFFF_FFFF, 2, 0]);
    let vector = |x: [u32; 4]| F32x4::from_array(x.map(f32::from_bits));
    let (upper, lower) = vector(a).widening_mul_bits(vector(b));
    assert_eq!((bits(upper), bits(lower)), ([0, 0xFFFF_FFFE, 1, 0], [15, 1, 0, 0]));
    assert_eq!(bits(vector(a).lt_bits(vector(b))), [u32::MAX, 0, 0, 0]);
}

#[test]
fn partial_access_touches_nothing_beyond() {
    let mut target = [7.0; 6];
    F32x4::from_partial(&[1.0, 2.0], -1.0).to_slice(&mut target);
    assert_eq!(target, [1.0, 2.0, -1.0, -1.0, 7.0, 7.0]);
    F32x4::splat(9.0).to_partial(&mut target[..3]);
    assert_eq!(target, [9.0, 9.0, 9.0, -1.0, 7.0, 7.0]);
}

#[test]
fn sign_handling() {
    let x = F32x4::from_array([1.0, -2.0, 0.0, f32::INFINITY]);
    let sign = F32x4::from_array([-0.0, 3.0, -1.0, -1.0]);
    assert_eq!(bits(x.copysign(sign)), [-1.0, 2.0, -0.0, f32::NEG_INFINITY].map(f32::to_bits));
    assert_eq!(x.sum(), f32::INFINITY);
    assert_eq!(F32x4::from_array([1.0, 2.0, 3.0, 4.0]).sum(), 10.0);
}

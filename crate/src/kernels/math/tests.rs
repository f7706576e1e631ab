use super::ulp::*;
use super::*;

fn show(name: &str, f: impl Fn(F32x4) -> F32x4, exact: impl Fn(f64) -> f64) {
    let n = 20_000_000;
    let a = worst(every_exponent(n), &f, &exact);
    let b = worst(evenly(-20.0, 20.0, n), &f, &exact);
    let c = worst(evenly(-110.0, 110.0, n), &f, &exact);
    println!("{name:12} exp {a:?} mid {b:?} wide {c:?}");
}
fn sig(x: f64) -> f64 { if x >= 0.0 { 1.0 / (1.0 + libm::exp(-x)) } else { let e = libm::exp(x); e / (1.0 + e) } }
#[test]
fn measure() {
    let m = Math::new();
    show("exp", |x| m.exp(x), libm::exp);
    show("expm1", |x| m.expm1(x), libm::expm1);
    println!("expm1 neg {:?}", worst(evenly(-20.0, 0.0, 20_000_000), |x| m.expm1_low(x), libm::expm1));
    println!("expm1 neg {:?}", worst(evenly(-1.1, 0.0, 20_000_000), |x| m.expm1_low(x), libm::expm1));
    println!("tanh {:?}", worst(evenly(-1.1, 0.0, 20_000_000), |x| m.tanh(x), libm::tanh));
    show("log", |x| m.log(x), libm::log);
    show("log1p", |x| m.log1p(x), libm::log1p);
    show("tanh", |x| m.tanh(x), libm::tanh);
    show("sigmoid", |x| m.sigmoid(x), sig);
    show("softplus", |x| m.softplus(x), |x| x.max(0.0) + libm::log1p(libm::exp(-x.abs())));
    show("cdf", |x| m.normal_cdf(x), |x| 0.5 * libm::erfc(-x / std::f64::consts::SQRT_2));
    println!("unit {:?}", worst(evenly(0.0, 1.0, 20_000_000), |x| m.log1p_unit(x), libm::log1p));
    println!("unit {:?}", worst(evenly(0.0, 1e-3, 20_000_000), |x| m.log1p_unit(x), libm::log1p));
    for x in [0.0, f32::INFINITY, -f32::INFINITY, f32::NAN, 1.0, -1.0, -2.0] {
        let v = F32x4::splat(x);
        let s = |y: F32x4| y.to_array()[0];
        println!("{x}: {} {} {} {} {} {} {} {}", s(m.exp(v)), s(m.expm1(v)), s(m.log(v)), s(m.log1p(v)), s(m.tanh(v)), s(m.sigmoid(v)), s(m.softplus(v)), s(m.normal_cdf(v)));
    }
    let mut top = 0.0_f32; let mut at = 0.0;
    for i in 4.0_f32.to_bits()..10.0_f32.to_bits() { let x = f32::from_bits(i); let y = m.tanh(F32x4::splat(x)).to_array()[0]; if y > top { top = y; at = x } }
    println!("tanh top {top:?} at {at}");
}

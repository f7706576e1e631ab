//! What is packed is what is unpacked: modules, and bytes that are none.

#[path = "../examples/pack/pack.rs"]
mod pack;

use pack::{pack, split};
use ravine_unpack::{Lzma, unpack};

fn check(bytes: &[u8]) {
    let packed = pack(bytes).expect("packs");
    let (mut lzma, mut streams, mut unpacked) = (Lzma::ZERO, vec![0; bytes.len()], vec![0; bytes.len()]);
    assert_eq!(unpack(&packed, &mut lzma, &mut streams, &mut unpacked), bytes.len());
    assert!(unpacked == bytes, "{} bytes come back changed: {bytes:?}", bytes.len());
}

/// xorshift64: the same bytes in each run.
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// The header, a section of types that is none, and code with these function bodies.
fn module(bodies: &[&[u8]]) -> Vec<u8> {
    let mut code = vec![bodies.len() as u8];
    for body in bodies {
        code.push(body.len() as u8);
        code.extend_from_slice(body);
    }
    let mut module = b"\0asm\x01\0\0\0\x01\x03\x20\x28\x0c\x0a".to_vec();
    module.push(code.len() as u8);
    module.extend(code);
    module
}

#[test]
fn bytes_that_are_no_module_come_back() {
    let state = &mut 1;
    for length in (0..40).chain([300, 5000, 70_000]) {
        for letters in [256, 3] {
            let bytes: Vec<u8> = (0..length).map(|_| (random(state) % letters) as u8).collect();
            check(&bytes);
        }
    }
}

#[test]
fn modules_cut_short_or_damaged_come_back() {
    let state = &mut 2;
    let body: Vec<u8> = (0..100).map(|_| [0xFD, 0x20, 0x0E, 0xFC, 0x28, 3][random(state) as usize % 6]).collect();
    let whole = module(&[&body, &body]);
    for length in 0..whole.len() {
        check(&whole[..length]);
    }
    for _ in 0..300 {
        let mut damaged = whole.clone();
        let at = random(state) as usize % damaged.len();
        damaged[at] = random(state) as u8;
        check(&damaged);
    }
}

#[test]
fn long_repeats_near_and_far_come_back() {
    let state = &mut 3;
    let mut bytes: Vec<u8> = (0..2000).map(|_| random(state) as u8).collect();
    for _ in 0..60 {
        let from = random(state) as usize % bytes.len();
        let length = [1, 2, 3, 9, 17, 18, 272, 273, 274, 1000][random(state) as usize % 10];
        let copy: Vec<u8> = bytes[from..].iter().cycle().take(length).copied().collect();
        bytes.extend(copy);
        bytes.push(random(state) as u8);
    }
    check(&bytes);
}

/// One stream for what is fixed, one for labels, one for locals, one for offsets; everything else is in order.
#[test]
fn streams_are_what_the_format_says() {
    let body = [
        &[1u8, 3, 0x7F][..],    // one group: three i32
        &[0x20, 0xC1, 0x01],    // local.get 193: two bytes
        &[0x28, 2, 0x90, 0x01], // i32.load, alignment 2, offset 144
        &[0x21, 5],             // local.set
        &[0x0D, 7],             // br_if
        &[0x0E, 2, 1, 2, 3],    // br_table with two labels and a default
        &[0xFD, 0x54, 4, 6, 9], // v128.load8_lane: alignment, offset, lane
        &[0xFD, 0x0C],          // v128.const, whose bytes look like local.get
        &[0x20; 16],
        &[0xFC, 10, 0, 0],               // memory.copy
        &[0x43, 0x20, 0x20, 0x20, 0x20], // f32.const
        &[0x42, 0x80, 0x20],             // i64.const
        &[0xFE, 0x10, 2, 8],             // i32.atomic.load
        &[0xFE, 0x03, 0],                // atomic.fence
        &[0x22, 1, 0x0B],                // local.tee, end
    ]
    .concat();
    let [fixed, labels, locals, offsets, rest] = split(&module(&[&body, &[0, 0x20, 2, 0x0B]]));
    assert_eq!(fixed, [b"\0asm\x01\0\0\0\x20\x28\x0c\x09", &[0x20; 20][..], &[0]].concat());
    assert_eq!(locals, [0xC1, 0x01, 5, 1, 2]);
    assert_eq!(offsets, [0x90, 0x01, 6, 8]);
    assert_eq!(labels, [7, 1, 2, 3]);
    assert_eq!(rest.len(), module(&[&body, &[0, 0x20, 2, 0x0B]]).len() - fixed.len() - 5 - 4 - 4);
    check(&module(&[&body, &body]));
}

//! Work in blocks that stay in the first-level cache.

/// Floats in a block: 2 KB.
pub(super) const BLOCK: usize = 512;

/// `out` += what `work` makes of `upstream` in place, given `saved`; in blocks of at most [`BLOCK`].
pub(super) fn accumulated(
    block: usize,
    saved: &[f32],
    upstream: &[f32],
    out: &mut [f32],
    mut work: impl FnMut(&[f32], &mut [f32]),
) {
    let mut scratch = [0.0; BLOCK];
    for ((saved, upstream), out) in saved.chunks(block).zip(upstream.chunks(block)).zip(out.chunks_mut(block)) {
        let gradient = &mut scratch[..out.len()];
        gradient.copy_from_slice(upstream);
        work(saved, gradient);
        for (out, gradient) in out.iter_mut().zip(gradient) {
            *out += *gradient;
        }
    }
}

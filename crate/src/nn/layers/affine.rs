//! The learned scale and shift behind a normalization, each of which may be missing.

use crate::kernels::{lines, reduce};
use crate::nn::arena::{Arena, Span};
use crate::nn::layer::{Parameter, ParameterName, Start};

/// Which of the two there are. They are the layer's first parameters, gamma before beta.
#[derive(Clone, Copy, Debug)]
pub struct Affine {
    /// Whether there is a factor, gamma `[1, width]`, which starts at 1.
    pub scale: bool,
    /// Whether there is a shift, beta `[1, width]`, which starts at 0.
    pub center: bool,
}

impl Affine {
    /// Name and neutral value of each, and whether it is there.
    fn both(self) -> [(ParameterName, f32, bool); 2] {
        [(ParameterName::Gamma, 1.0, self.scale), (ParameterName::Beta, 0.0, self.center)]
    }

    pub(super) fn parameters(self, width: usize) -> Vec<Parameter> {
        let there = self.both().into_iter().filter(|(_, _, there)| *there);
        there.map(|(name, start, _)| Parameter::vector(name, width, Start::constant(f64::from(start)))).collect()
    }

    /// Writes lines of gamma and beta, or of 1 and 0.
    #[inline(never)]
    pub(super) fn load(self, store: &Arena, mut parameters: &[Span], into: [&mut [f32]; 2]) {
        for ((_, neutral, there), line) in self.both().into_iter().zip(into) {
            match parameters {
                [own, others @ ..] if there => {
                    lines::set(line, store.read(*own));
                    parameters = others;
                }
                _ => line.fill(neutral),
            }
        }
    }

    /// Writes or adds the gradients of those that are there.
    #[inline(never)]
    pub(super) fn learn(self, learning: &mut Arena, mut gradients: &[Span], lines: [&[f32]; 2], accumulate: bool) {
        for ((.., there), line) in self.both().into_iter().zip(lines) {
            if let [own, others @ ..] = gradients
                && there
            {
                reduce::add(&line[..own.len], learning.write(*own), accumulate);
                gradients = others;
            }
        }
    }
}

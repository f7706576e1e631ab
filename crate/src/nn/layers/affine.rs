//! The learned scale and shift behind a normalization, each of which may be missing.

use crate::kernels::reduce;
use crate::nn::arena::{Arena, Span};
use crate::nn::layer::{Parameter, ParameterName, Start};

/// Which of the two there are. They are the layer's first parameters, gamma before beta.
#[derive(Clone, Copy, Debug)]
pub struct Affine {
    /// Whether there is a shift, beta `[1, width]`, which starts at 0.
    pub center: bool,
    /// Whether there is a factor, gamma `[1, width]`, which starts at 1.
    pub scale: bool,
}

impl Affine {
    pub(super) fn parameters(self, width: usize) -> Vec<Parameter> {
        let gamma = self.scale.then(|| Parameter::vector(ParameterName::Gamma, width, Start::constant(1.0)));
        let beta = self.center.then(|| Parameter::vector(ParameterName::Beta, width, Start::constant(0.0)));
        [gamma, beta].into_iter().flatten().collect()
    }

    /// The parameter's place among the layer's, where it exists.
    fn places(self) -> [Option<usize>; 2] {
        [self.scale.then_some(0), self.center.then_some(usize::from(self.scale))]
    }

    /// Gamma, or ones in `spare`.
    pub(super) fn gamma<'a>(self, store: &'a Arena, parameters: &[Span], spare: &'a mut [f32]) -> &'a [f32] {
        values(self.places()[0], 1.0, store, parameters, spare)
    }

    /// Beta, or zeros in `spare`.
    pub(super) fn beta<'a>(self, store: &'a Arena, parameters: &[Span], spare: &'a mut [f32]) -> &'a [f32] {
        values(self.places()[1], 0.0, store, parameters, spare)
    }

    /// Writes or adds the gradients of those that exist.
    pub(super) fn learn(self, store: &mut Arena, gradients: &[Span], [gamma, beta]: [&[f32]; 2], accumulate: bool) {
        for (place, gradient) in self.places().into_iter().zip([gamma, beta]) {
            if let Some(place) = place {
                reduce::add(gradient, store.write(gradients[place]), accumulate);
            }
        }
    }
}

fn values<'a>(place: Option<usize>, fill: f32, store: &'a Arena, at: &[Span], spare: &'a mut [f32]) -> &'a [f32] {
    if let Some(place) = place {
        store.read(at[place])
    } else {
        spare.fill(fill);
        spare
    }
}

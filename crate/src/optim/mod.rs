//! Update rules over flat parameter ranges, learning-rate schedules, gradient clipping.
//!
//! [`rule`] names the optimizers and their settings; [`step`] turns one of them, at its n-th step, into the numbers of a
//! [kernel](crate::kernels::update) and runs it; [`clip`] bounds gradients; [`schedule`] gives learning rates.

pub mod clip;
pub mod rule;
pub mod schedule;
pub mod step;

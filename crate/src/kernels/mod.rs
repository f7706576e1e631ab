//! Pure functions over slices and tiles. They never allocate and never know what a layer is.

pub mod activation;
mod block;
pub mod coefficients;
pub mod columns;
pub mod dropout;
pub mod free_energy;
pub mod gather;
pub mod gemm;
pub mod lines;
pub mod loss;
pub mod math;
pub mod maxout;
pub mod noise;
pub mod normalize;
pub mod prelu;
pub mod random;
pub mod reduce;
pub mod softmax;
pub mod sparse;
pub mod transpose;
pub mod update;

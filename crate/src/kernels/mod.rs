//! Pure functions over slices and tiles. They never allocate and never know what a layer is.

pub mod activation;
mod block;
pub mod coefficients;
pub mod columns;
pub mod dropout;
pub mod gather;
pub mod gemm;
pub mod lines;
pub mod loss;
pub mod math;
pub mod maxout;
pub mod noise;
pub mod normalize;
pub mod prelu;
pub mod reduce;
pub mod softmax;
pub mod update;

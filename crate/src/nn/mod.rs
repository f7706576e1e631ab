//! Networks: a graph of layers, its parameters and buffers; forward, backward, step.
//!
//! [`graph`] reads the description, [`layout`] and [`work`] say where everything lies, [`network`] runs the passes, [`training`] is what
//! `compile` sets, [`losses`] looks at the outputs, [`update`] ends a step, [`run`] goes over a data set. What it cannot compute it asks of a
//! [`host`]. [`rbm`] is a model of its own.

pub mod arena;
pub mod constraint;
pub mod dataset;
pub mod failure;
pub mod graph;
pub mod host;
pub mod initializer;
pub mod layer;
pub mod layers;
pub mod layout;
pub mod lifetimes;
pub mod losses;
pub mod metric;
pub mod mixer;
pub mod network;
pub mod penalty;
pub mod rbm;
pub mod run;
pub mod training;
pub mod update;
pub mod work;

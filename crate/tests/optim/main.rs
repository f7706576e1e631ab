//! The optimizers against textbook formulas in double precision and against the laws that all of them share; clipping; schedules.

mod clip;
mod contract;
mod formulas;
mod run;
mod schedule;

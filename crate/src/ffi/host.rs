//! The functions that JavaScript brings along.

use wasm_bindgen::prelude::wasm_bindgen;

use super::pointer;
use crate::nn::host::{Answer, Call, Host, Refused};

#[wasm_bindgen]
extern "C" {
    /// An object that answers calls; see [`crate::nn::host`].
    pub type RawHost;

    /// Answers a call: addresses of three matrices to read and of one to write, 0 for those that are not there. What fails it keeps to
    /// itself and answers `undefined`: an exception would leave this memory halfway through a call.
    #[wasm_bindgen(method)]
    fn run(
        this: &RawHost,
        task: u32,
        index: u32,
        part: u32,
        rows: u32,
        training: bool,
        first: u32,
        second: u32,
        third: u32,
        write: u32,
    ) -> Option<f64>;
}

impl Host for RawHost {
    fn run(&mut self, call: Call<'_>) -> Answer<f64> {
        let at = |slice: &[f32]| if slice.is_empty() { 0 } else { pointer(slice) };
        let [a, b, c] = call.read.map(at);
        // The address of what is written comes from a mutable borrow, which ends with this call.
        let write = if call.write.is_empty() { 0 } else { call.write.as_mut_ptr() as usize as u32 };
        let (index, part, rows) = (call.index as u32, call.part as u32, call.rows as u32);
        RawHost::run(self, call.task as u32, index, part, rows, call.training, a, b, c, write).ok_or(Refused)
    }
}

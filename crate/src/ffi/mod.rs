//! The JavaScript boundary: the only place that says `wasm_bindgen`. It turns arguments and errors and does no arithmetic.
//!
//! Descriptions come as rows of numbers ([`crate::spec`]); data stays in this memory and is passed by pointer; a training call takes
//! numbers only. Whatever fails throws what [`JsError`] makes of the core's error.
#![expect(clippy::missing_errors_doc, reason = "every error here is the core function's, documented there")]
#![cfg_attr(target_feature = "atomics", expect(unsafe_code, reason = "a worker finds its pool by address"))]

#[cfg(feature = "bench")]
pub mod bench;
pub mod dataset;
pub mod host;
pub mod model;
pub mod ops;
pub mod optimizer;
#[cfg(target_feature = "atomics")]
pub mod pool;
pub mod rbm;

use wasm_bindgen::JsValue;

use crate::error::Error;

/// What exported functions return.
pub(crate) type Outcome<T> = Result<T, JsError>;

/// An error on its way out: JavaScript reads its kind and text from the message `ravine:<kind>:<text>`.
pub struct JsError(Error);

impl From<Error> for JsError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<JsError> for JsValue {
    fn from(JsError(error): JsError) -> Self {
        let kind = error.kind as u8 + b'0';
        let mut message = String::from("ravine:");
        message.push(kind as char);
        message.push(':');
        message.push_str(error.message);
        wasm_bindgen::JsError::new(&message).into()
    }
}

/// Where a slice lies in memory, as JavaScript addresses it.
fn pointer(slice: &[f32]) -> u32 {
    slice.as_ptr() as usize as u32
}

/// An index that JavaScript passed out of range.
fn missing() -> JsError {
    crate::error::config!("there is no such index").into()
}

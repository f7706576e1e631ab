//! The one error type. Its kinds are the classes that JavaScript sees; TypeScript validates first and writes the long
//! message, so what arises here is a second line of defence with a short one.

use std::fmt;
use std::ops::Deref;

/// The error of a class with an explanation that is known when this is compiled.
macro_rules! error {
    ($kind:ident, $message:expr) => {
        $crate::error::Error(const { &$crate::error::Detail { kind: $crate::error::Kind::$kind, message: $message } })
    };
}

/// Sizes do not fit one another.
macro_rules! shape {
    ($message:expr) => {
        $crate::error::error!(Shape, $message)
    };
}

/// A setting is unknown or out of range.
macro_rules! config {
    ($message:expr) => {
        $crate::error::error!(Config, $message)
    };
}

/// A call came at the wrong time.
macro_rules! state {
    ($message:expr) => {
        $crate::error::error!(State, $message)
    };
}

pub(crate) use {config, error, shape, state};

/// Which class of error JavaScript throws. The discriminant crosses the boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Kind {
    /// Sizes do not fit one another.
    Shape = 0,
    /// A setting is unknown or out of its range, or its sizes do not fit in memory.
    Config = 1,
    /// A call came at the wrong time.
    State = 2,
    /// A number that must be finite is not.
    Numerical = 3,
    /// Bytes are not of the format they claim.
    Format = 4,
}

/// A class and a short, fixed explanation.
#[derive(Debug, PartialEq, Eq)]
pub struct Detail {
    /// The class.
    pub kind: Kind,
    /// What went wrong.
    pub message: &'static str,
}

/// An error: where its [`Detail`] is. It is one word, and so is a `Result<()>`, which makes every `?` small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error(pub &'static Detail);

/// A result whose error is [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Deref for Error {
    type Target = Detail;

    fn deref(&self) -> &Detail {
        self.0
    }
}

impl Error {
    /// The sizes asked for do not fit in memory.
    pub const fn memory() -> Self {
        config!("the sizes do not fit in WebAssembly memory (at most 4 GiB)")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message)
    }
}

impl std::error::Error for Error {}

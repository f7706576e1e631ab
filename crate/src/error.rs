//! The one error type. Its kinds are the classes that JavaScript sees; TypeScript validates first and writes the long
//! message, so what arises here is a second line of defence with a short one.

use std::fmt;

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

/// An error with its class and a short, fixed explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// The class.
    pub kind: Kind,
    /// What went wrong.
    pub message: &'static str,
}

/// A result whose error is [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Sizes do not fit one another.
    pub const fn shape(message: &'static str) -> Self {
        Self { kind: Kind::Shape, message }
    }
    /// A setting is unknown or out of range.
    pub const fn config(message: &'static str) -> Self {
        Self { kind: Kind::Config, message }
    }
    /// A call came at the wrong time.
    pub const fn state(message: &'static str) -> Self {
        Self { kind: Kind::State, message }
    }
    /// The sizes asked for do not fit in memory.
    pub const fn memory() -> Self {
        Self { kind: Kind::Config, message: "the sizes do not fit in WebAssembly memory (at most 4 GiB)" }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message)
    }
}

impl std::error::Error for Error {}

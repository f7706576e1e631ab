//! How a description arrives: a row of numbers written by TypeScript, read here word by word.
//!
//! Every named thing (an activation, a loss, an optimizer …) is declared once, by [`vocabulary!`](crate::vocabulary): its name, its settings,
//! their defaults and ranges. The declaration is the enum, the reader of its words and the table from which `ts/generated/vocabulary.ts` is written.

use crate::error::Result;

/// Which numbers a setting may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Range {
    /// Any finite number.
    Finite,
    /// Finite and at least 0.
    NonNegative,
    /// Finite and above 0.
    Positive,
    /// At least 0 and below 1.
    BelowOne,
    /// From 0 to 1, both included.
    Unit,
    /// A whole number from 1 to 2³¹ − 1.
    Count,
    /// A whole number from 0 to 2³¹ − 1.
    Index,
    /// 0 or 1; a boolean in JavaScript.
    Flag,
    /// One of these words; crosses as its position.
    Choice(&'static [&'static str]),
}

impl Range {
    /// Whether `x` lies in the range. NaN lies in none.
    pub fn contains(self, x: f64) -> bool {
        let whole = |low: f64, high: f64| x >= low && x <= high && libm::trunc(x) == x;
        match self {
            Self::Finite => x.is_finite(),
            Self::NonNegative => x.is_finite() && x >= 0.0,
            Self::Positive => x.is_finite() && x > 0.0,
            Self::BelowOne => (0.0..1.0).contains(&x),
            Self::Unit => (0.0..=1.0).contains(&x),
            Self::Count => whole(1.0, 2_147_483_647.0),
            Self::Index => whole(0.0, 2_147_483_647.0),
            Self::Flag => whole(0.0, 1.0),
            Self::Choice(names) => whole(0.0, names.len() as f64 - 1.0),
        }
    }
}

/// A setting of a named thing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Param {
    /// Its name in JavaScript.
    pub name: &'static str,
    /// Which numbers it may take.
    pub range: Range,
    /// Its value when nothing is said.
    pub default: f64,
}

/// A named thing. Its code is its position in its family's table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// Its name in JavaScript.
    pub name: &'static str,
    /// Its settings, in the order of their words.
    pub params: &'static [Param],
}

/// Declares a family of named things: the enum, its table of names and settings, and the reader of its words.
///
/// A row is `Variant "name" { field "setting" Range = default; … }`. Every field is an `f64`: flags are 0 or 1, a choice is a position.
#[macro_export]
macro_rules! vocabulary {
    ($(#[$meta:meta])* pub enum $family:ident { $(
        $(#[$row:meta])* $variant:ident $name:literal {
            $( $(#[$setting:meta])* $field:ident $param:literal $range:expr => $default:expr; )*
        }
    )* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum $family { $( $(#[$row])* $variant { $( $(#[$setting])* $field: f64 ),* } ),* }

        impl $family {
            /// Every member's name and settings; its code is its position.
            pub const TABLE: &'static [$crate::spec::Entry] = &[ $(
                $crate::spec::Entry { name: $name, params: &[ $(
                    $crate::spec::Param { name: $param, range: { use $crate::spec::Range::*; $range }, default: $default }
                ),* ] }
            ),* ];

            /// Reads a code and that member's settings.
            ///
            /// # Errors
            /// [`Kind::Config`](crate::error::Kind::Config) when the code is unknown or a setting is out of its range.
            #[allow(unused_assignments, unused_mut, unused_variables, reason = "the last increment is read by no row, and rows may have no settings")]
            pub fn read(words: &mut $crate::spec::Words<'_>) -> $crate::error::Result<Self> {
                let code = words.index()?;
                let settings = words.settings(Self::TABLE, code)?;
                let mut row = 0;
                $(
                    if code == row {
                        const { assert!(<[&str]>::len(&[$($param),*]) <= $crate::spec::MOST_SETTINGS) };
                        let mut next = 0;
                        return Ok(Self::$variant { $( $field: { next += 1; settings[next - 1] } ),* });
                    }
                    row += 1;
                )*
                Err($crate::error::config!(concat!("unknown code for ", stringify!($family))))
            }
        }
    };
}

/// No named thing has more.
pub const MOST_SETTINGS: usize = 8;

/// A cursor over the words of a description.
#[derive(Clone, Debug)]
pub struct Words<'a> {
    rest: &'a [f64],
}

impl<'a> Words<'a> {
    /// A cursor at the first word.
    pub fn new(words: &'a [f64]) -> Self {
        Self { rest: words }
    }

    /// The next word, whatever it is.
    ///
    /// # Errors
    /// When no word is left.
    pub fn number(&mut self) -> Result<f64> {
        let (&first, rest) = self.rest.split_first().ok_or(crate::error::config!("the description ends too early"))?;
        self.rest = rest;
        Ok(first)
    }

    /// The next word, which must lie in `range`.
    ///
    /// # Errors
    /// When no word is left or it lies outside.
    pub fn within(&mut self, range: Range) -> Result<f64> {
        let x = self.number()?;
        if range.contains(x) { Ok(x) } else { Err(crate::error::config!("a setting is out of its range")) }
    }

    /// The settings of member `code` of a family, each within its range; those it does not have are 0.
    ///
    /// # Errors
    /// When there is no such member, words are missing, or a setting is out of its range.
    pub fn settings(&mut self, table: &[Entry], code: usize) -> Result<[f64; MOST_SETTINGS]> {
        let entry = table.get(code).ok_or(crate::error::config!("a code is unknown"))?;
        let mut settings = [0.0; MOST_SETTINGS];
        for (param, setting) in entry.params.iter().zip(&mut settings) {
            *setting = self.within(param.range)?;
        }
        Ok(settings)
    }

    fn take(&mut self, count: usize) -> Result<&'a [f64]> {
        if count > self.rest.len() {
            return Err(crate::error::config!("the description ends too early"));
        }
        let (taken, rest) = self.rest.split_at(count);
        self.rest = rest;
        Ok(taken)
    }

    /// The next word, a whole number from 0.
    ///
    /// # Errors
    /// When no word is left or it is no such number.
    pub fn index(&mut self) -> Result<usize> {
        Ok(self.within(Range::Index)? as usize)
    }

    /// The next word, a whole number from 1.
    ///
    /// # Errors
    /// When no word is left or it is no such number.
    pub fn count(&mut self) -> Result<usize> {
        Ok(self.within(Range::Count)? as usize)
    }

    /// The next word, 0 or 1.
    ///
    /// # Errors
    /// When no word is left or it is neither.
    pub fn flag(&mut self) -> Result<bool> {
        Ok(self.within(Range::Flag)? != 0.0)
    }

    /// A length, then that many words.
    ///
    /// # Errors
    /// When fewer words are left than the length says.
    pub fn list(&mut self) -> Result<&'a [f64]> {
        let length = self.index()?;
        self.take(length)
    }

    /// Refuses words that nothing has read.
    ///
    /// # Errors
    /// When words are left.
    pub fn finish(self) -> Result<()> {
        if self.rest.is_empty() { Ok(()) } else { Err(crate::error::config!("the description has words too many")) }
    }
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macro declares public families")]
mod tests {
    use super::*;
    use crate::error::Kind;

    vocabulary! {
        /// A family for the tests.
        pub enum Shape {
            /// Nothing to set.
            Point "point" {}
            /// Two settings.
            Ring "ring" {
                /// Its radius.
                radius "radius" Positive => 1.0;
                /// Whether it is filled.
                filled "filled" Flag => 0.0;
            }
        }
    }

    #[test]
    fn rows_become_table_and_reader() {
        assert_eq!(Shape::TABLE[1].name, "ring");
        assert_eq!(Shape::TABLE[1].params[0], Param { name: "radius", range: Range::Positive, default: 1.0 });
        let mut words = Words::new(&[1.0, 2.5, 1.0, 0.0]);
        assert_eq!(Shape::read(&mut words), Ok(Shape::Ring { radius: 2.5, filled: 1.0 }));
        assert_eq!(Shape::read(&mut words), Ok(Shape::Point {}));
        assert_eq!(words.finish(), Ok(()));
    }

    #[test]
    fn bad_words_are_errors() {
        let read = |words: &[f64]| Shape::read(&mut Words::new(words)).map_err(|e| e.kind);
        for words in [&[2.0][..], &[], &[1.0, 2.0], &[1.0, 0.0, 0.0], &[1.0, f64::NAN, 0.0], &[1.0, 1.0, 0.5], &[-1.0]]
        {
            assert_eq!(read(words), Err(Kind::Config), "{words:?}");
        }
        assert!(Words::new(&[3.0, 1.0]).list().is_err());
        assert!(Words::new(&[3.0]).finish().is_err());
    }

    #[test]
    fn ranges_hold_their_bounds() {
        let inside =
            [(Range::BelowOne, 0.0), (Range::Unit, 1.0), (Range::Count, 1.0), (Range::Choice(&["a", "b"]), 1.0)];
        let outside =
            [(Range::BelowOne, 1.0), (Range::Positive, 0.0), (Range::Count, 1.5), (Range::Choice(&["a", "b"]), 2.0)];
        assert!(inside.iter().all(|(range, x)| range.contains(*x)));
        assert!(outside.iter().all(|(range, x)| !range.contains(*x)));
    }
}

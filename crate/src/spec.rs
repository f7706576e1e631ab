//! How a description arrives: a row of numbers written by TypeScript, read here word by word.
//!
//! Every named thing (an activation, a loss, an optimizer …) is declared once, by [`vocabulary!`](crate::vocabulary): its name, its settings,
//! their defaults and ranges. The declaration is the enum, the reader of its words and the table from which `ts/generated/vocabulary.ts` is written.

use crate::error::{Error, Result, config};

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
    /// The range in a byte, without the words of a choice: what reading needs.
    pub const fn code(self) -> u8 {
        match self {
            Self::Finite => 0,
            Self::NonNegative => 1,
            Self::Positive => 2,
            Self::BelowOne => 3,
            Self::Unit => 4,
            Self::Index => 5,
            Self::Count => 6,
            Self::Flag => FIRST_CHOICE + 1,
            Self::Choice(names) => FIRST_CHOICE + names.len() as u8 - 1,
        }
    }

    /// Whether `x` lies in the range. NaN lies in none.
    pub fn contains(self, x: f64) -> bool {
        contains(self.code(), x)
    }
}

/// The code of the range 0 … 0; those behind it are of the whole numbers up to how far behind they are.
const FIRST_CHOICE: u8 = 7;

/// The end of a member's settings in [`vocabulary!`](crate::vocabulary)'s list of their ranges.
pub const END: u8 = u8::MAX;

/// Whether `x` lies in the range of a code.
fn contains(code: u8, x: f64) -> bool {
    let (low, high) = match code {
        0 => (-f64::MAX, f64::MAX),
        1 => (0.0, f64::MAX),
        2 => (f64::from_bits(1), f64::MAX),
        3 => (0.0, 1.0 - f64::EPSILON / 2.0),
        4 => (0.0, 1.0),
        5 => (0.0, 2_147_483_647.0),
        6 => (1.0, 2_147_483_647.0),
        _ => (0.0, f64::from(code - FIRST_CHOICE)),
    };
    x >= low && x <= high && (code < 5 || x.trunc() == x)
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

            /// The ranges of every member's settings, each with an end: names and defaults stay out of the binary.
            const RANGES: &'static [u8] = &[ $(
                $( { use $crate::spec::Range::*; $range.code() }, )* $crate::spec::END
            ),* ];

            /// Reads a code and that member's settings: of words that are no member's, the first member, and the cursor keeps the error.
            #[allow(unused_assignments, unused_mut, unused_variables, reason = "the last increment is read by no row, and rows may have no settings")]
            pub fn read(words: &mut $crate::spec::Words<'_>) -> Self {
                let (code, settings) = words.member(Self::RANGES);
                let mut row = 0;
                $(
                    if code == row {
                        const { assert!(<[&str]>::len(&[$($param),*]) <= $crate::spec::MOST_SETTINGS) };
                        let mut next = 0;
                        return Self::$variant { $( $field: { next += 1; settings[next - 1] } ),* };
                    }
                    row += 1;
                )*
                unreachable!("a member has a row")
            }
        }
    };
}

/// No named thing has more.
pub const MOST_SETTINGS: usize = 8;

/// Reads all of `words` by `read`.
///
/// # Errors
/// When they are not what it reads: too few, too many, or out of their ranges.
pub fn read_all<T>(words: &[f64], read: impl FnOnce(&mut Words<'_>) -> T) -> Result<T> {
    let mut words = Words::new(words);
    let value = read(&mut words);
    words.finish()?;
    Ok(value)
}

/// A cursor over the words of a description.
///
/// It keeps the first error; from there on all that it gives is 0 or empty. So a description is read straight on, and [`Words::finish`] says whether
/// what was read may be used.
#[derive(Clone, Debug)]
pub struct Words<'a> {
    rest: &'a [f64],
    error: Option<Error>,
}

impl<'a> Words<'a> {
    /// A cursor at the first word.
    pub fn new(words: &'a [f64]) -> Self {
        Self { rest: words, error: None }
    }

    /// Keeps an error, if it is the first.
    #[inline(never)]
    pub fn fail(&mut self, error: Error) {
        self.error = self.error.or(Some(error));
        self.rest = &[];
    }

    /// Fails unless `holds`.
    pub fn expect(&mut self, holds: bool, error: Error) {
        if !holds {
            self.fail(error);
        }
    }

    /// The next word, whatever it is.
    #[inline(never)]
    pub fn number(&mut self) -> f64 {
        let Some((&first, rest)) = self.rest.split_first() else {
            self.fail(config!("the description ends too early"));
            return 0.0;
        };
        self.rest = rest;
        first
    }

    /// The next word, which must lie in `range`.
    pub fn within(&mut self, range: Range) -> f64 {
        self.within_code(range.code())
    }

    #[inline(never)]
    fn within_code(&mut self, range: u8) -> f64 {
        let x = self.number();
        if contains(range, x) {
            return x;
        }
        self.fail(config!("a setting is out of its range"));
        0.0
    }

    /// The code of a member of a family and its settings, each within its range; those it does not have are 0.
    #[inline(never)]
    pub fn member(&mut self, ranges: &[u8]) -> (usize, [f64; MOST_SETTINGS]) {
        let code = self.index();
        let mut settings = [0.0; MOST_SETTINGS];
        // Behind the last end there is no member.
        let mut members = ranges[..ranges.len() - 1].split(|&range| range == END);
        let Some(member) = members.nth(code) else {
            self.fail(config!("a code is unknown"));
            return (0, settings);
        };
        for (&range, setting) in member.iter().zip(&mut settings) {
            *setting = self.within_code(range);
        }
        (code, settings)
    }

    /// The next word, a whole number from 0.
    pub fn index(&mut self) -> usize {
        self.within(Range::Index) as usize
    }

    /// The next word, a whole number from 1.
    pub fn count(&mut self) -> usize {
        self.within(Range::Count) as usize
    }

    /// The next word, 0 or 1.
    pub fn flag(&mut self) -> bool {
        self.within(Range::Flag) != 0.0
    }

    /// A length, then that many words, all of them within `range`.
    #[inline(never)]
    pub fn list(&mut self, range: Range) -> &'a [f64] {
        let length = self.index();
        let Some((list, rest)) = self.rest.split_at_checked(length) else {
            self.fail(config!("the description ends too early"));
            return &[];
        };
        self.rest = rest;
        self.expect(list.iter().all(|&x| range.contains(x)), config!("a setting is out of its range"));
        list
    }

    /// A length, then that many whole numbers from 0.
    #[inline(never)]
    pub fn indices(&mut self) -> Vec<usize> {
        self.list(Range::Index).iter().map(|&x| x as usize).collect()
    }

    /// How many follow, then as many of what `read` reads.
    pub fn many<T>(&mut self, read: impl Fn(&mut Self) -> T) -> Vec<T> {
        let mut list = Vec::new();
        for _ in 0..self.index() {
            // However many were announced, as many are read as there are words for.
            if self.error.is_some() {
                break;
            }
            list.push(read(self));
        }
        list
    }

    /// Refuses words that nothing has read.
    ///
    /// # Errors
    /// The first that arose in reading; else when words are left.
    pub fn finish(&self) -> Result<()> {
        let left = (!self.rest.is_empty()).then_some(config!("the description has words too many"));
        self.error.or(left).map_or(Ok(()), Err)
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
        assert_eq!(Shape::read(&mut words), Shape::Ring { radius: 2.5, filled: 1.0 });
        assert_eq!(Shape::read(&mut words), Shape::Point {});
        assert_eq!(words.finish(), Ok(()));
    }

    #[test]
    fn bad_words_are_errors() {
        let read = |words: &[f64]| read_all(words, Shape::read).map_err(|e| e.kind);
        for words in [&[2.0][..], &[], &[1.0, 2.0], &[1.0, 0.0, 0.0], &[1.0, f64::NAN, 0.0], &[1.0, 1.0, 0.5], &[-1.0]]
        {
            assert_eq!(read(words), Err(Kind::Config), "{words:?}");
        }
        assert!(read_all(&[3.0, 1.0], |words| words.indices().len()).is_err());
        assert!(read_all(&[1.0, -1.0], |words| words.indices().len()).is_err());
        assert!(read_all(&[3.0], |_| ()).is_err());
    }

    #[test]
    fn the_first_error_counts_and_nothing_is_read_behind_it() {
        let mut words = Words::new(&[0.5, 1.0, 1.0]);
        assert_eq!((words.index(), words.number(), words.many(Words::number)), (0, 0.0, Vec::new()));
        words.fail(crate::error::shape!("another"));
        assert_eq!(words.finish(), Err(config!("a setting is out of its range")));
    }

    #[test]
    fn as_many_are_read_as_there_are_words_for() {
        let mut words = Words::new(&[2e9, 1.0, 1.0]);
        assert_eq!(words.many(Words::count).len(), 3);
        assert!(words.finish().is_err());
    }

    #[test]
    fn ranges_hold_their_bounds() {
        let inside = [
            (Range::Finite, f64::MIN),
            (Range::NonNegative, -0.0),
            (Range::Positive, 5e-324),
            (Range::BelowOne, 0.0),
            (Range::BelowOne, 0.999_999_999_999_999_9),
            (Range::Unit, 1.0),
            (Range::Count, 1.0),
            (Range::Index, 2_147_483_647.0),
            (Range::Flag, 1.0),
            (Range::Choice(&["a", "b", "c"]), 2.0),
        ];
        let outside = [
            (Range::Finite, f64::INFINITY),
            (Range::NonNegative, -5e-324),
            (Range::Positive, 0.0),
            (Range::BelowOne, 1.0),
            (Range::Unit, 1.000_000_000_000_000_2),
            (Range::Count, 1.5),
            (Range::Count, 0.0),
            (Range::Index, 2_147_483_648.0),
            (Range::Flag, 2.0),
            (Range::Choice(&["a", "b", "c"]), 3.0),
            (Range::Choice(&["a", "b", "c"]), -1.0),
        ];
        for (range, x) in inside {
            assert!(range.contains(x) && !range.contains(f64::NAN), "{range:?} {x}");
        }
        assert!(outside.iter().all(|(range, x)| !range.contains(*x)));
    }
}

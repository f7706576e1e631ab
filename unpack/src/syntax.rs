//! As much of WebAssembly's binary format as says which stream the next byte belongs to. It need not be right: a module that it
//! misunderstands is packed less well, no more.

/// Which stream a byte belongs to.
pub type Stream = usize;
/// How many streams there are.
pub const STREAMS: usize = 5;

/// What is expected. The first ones are streams; the others belong to the last stream.
type Kind = u8;
/// A byte of a number that is not in LEB128, or of a section other than the code.
const FIXED: Kind = 0;
const LABEL: Kind = 1;
const LOCAL: Kind = 2;
const OFFSET: Kind = 3;
/// A number that is none of these.
const OTHER: Kind = 4;
const OPCODE: Kind = 5;
// The number after the prefixes 0xFC, 0xFD, 0xFE.
const BULK: Kind = 6;
const VECTOR: Kind = 7;
const ATOMIC: Kind = 8;
/// How many labels a `br_table` has besides the last.
const LABELS: Kind = 9;
/// How many groups of local variables a function has.
const GROUPS: Kind = 10;
const FUNCTION_SIZE: Kind = 11;
const SECTION: Kind = 12;
const SECTION_SIZE: Kind = 13;
/// As `SECTION_SIZE`, for the section of code.
const CODE_SIZE: Kind = 14;

/// Most that is expected at a time: a lane, an offset and an alignment.
const MOST: usize = 4;

/// Where in a module we are.
pub struct Syntax {
    position: u32,
    code_end: u32,
    function_end: u32,
    /// What comes next: so many of each kind, the last first.
    expected: [(Kind, u32); MOST],
    waiting: usize,
    /// The bits so far of a number in LEB128, and how many they are.
    partial: u32,
    bits: u32,
}

impl Syntax {
    /// At the start of a module: after eight bytes the sections begin.
    pub const START: Self = Self {
        position: 0,
        code_end: 0,
        function_end: 0,
        expected: [(FIXED, 8); MOST],
        waiting: 1,
        partial: 0,
        bits: 0,
    };

    /// The stream of the next byte.
    #[inline(always)]
    pub fn stream(&self) -> Stream {
        usize::from(self.kind().min(OTHER))
    }

    #[inline(always)]
    fn kind(&self) -> Kind {
        if self.waiting > 0 {
            self.expected[(self.waiting - 1) % MOST].0
        } else if self.position < self.function_end {
            OPCODE
        } else if self.position < self.code_end {
            FUNCTION_SIZE
        } else {
            SECTION
        }
    }

    /// Goes one byte on.
    #[inline(never)]
    pub fn advance(&mut self, byte: u8) {
        let kind = self.kind();
        self.position += 1;
        if kind == OPCODE {
            return self.opcode(byte);
        }
        if kind != FIXED {
            self.partial |= u32::from(byte & 127) << (self.bits % 32);
            self.bits += 7;
            if byte >= 128 {
                return self.more(kind);
            }
        }
        let value = self.partial;
        (self.partial, self.bits) = (0, 0);
        if self.waiting > 0 {
            let count = &mut self.expected[(self.waiting - 1) % MOST].1;
            *count -= 1;
            self.waiting -= usize::from(*count == 0);
        }
        self.number(kind, value);
    }

    /// A number goes on with its next byte.
    fn more(&mut self, kind: Kind) {
        if self.waiting == 0 {
            self.expect(kind, 1);
        }
    }

    #[inline(never)]
    fn expect(&mut self, kind: Kind, count: u32) {
        if count > 0 {
            self.expected[self.waiting % MOST] = (kind, count);
            self.waiting += 1;
        }
    }

    /// An alignment and an offset.
    fn expect_memory(&mut self) {
        self.expect(OFFSET, 1);
        self.expect(OTHER, 1);
    }

    fn opcode(&mut self, code: u8) {
        match code {
            0x02..=0x04 | 0x10 | 0x23..=0x26 | 0x3F..=0x42 | 0xD0 | 0xD2 => self.expect(OTHER, 1),
            0x0C | 0x0D => self.expect(LABEL, 1),
            0x0E => self.expect(LABELS, 1),
            0x11 => self.expect(OTHER, 2),
            0x20..=0x22 => self.expect(LOCAL, 1),
            0x28..=0x3E => self.expect_memory(),
            0x43 => self.expect(FIXED, 4),
            0x44 => self.expect(FIXED, 8),
            0xFC => self.expect(BULK, 1),
            0xFD => self.expect(VECTOR, 1),
            0xFE => self.expect(ATOMIC, 1),
            _ => {}
        }
    }

    fn number(&mut self, kind: Kind, value: u32) {
        match kind {
            VECTOR => match value {
                0..=11 | 92 | 93 => self.expect_memory(),
                12 | 13 => self.expect(FIXED, 16),
                21..=34 => self.expect(FIXED, 1),
                84..=91 => {
                    self.expect(FIXED, 1);
                    self.expect_memory();
                }
                _ => {}
            },
            // Of memory: initialize and copy have two operands, drop and fill one.
            BULK => match value {
                8 | 10 => self.expect(OTHER, 2),
                9 | 11 => self.expect(OTHER, 1),
                _ => {}
            },
            ATOMIC => match value {
                3 => self.expect(FIXED, 1),
                _ => self.expect_memory(),
            },
            LABELS => self.expect(LABEL, value.saturating_add(1)),
            // Each group is a number of variables and their type.
            GROUPS => self.expect(OTHER, value.saturating_mul(2)),
            FUNCTION_SIZE => {
                self.function_end = self.position.saturating_add(value);
                self.expect(GROUPS, 1);
            }
            SECTION => self.expect(if value == 10 { CODE_SIZE } else { SECTION_SIZE }, 1),
            SECTION_SIZE => self.expect(FIXED, value),
            CODE_SIZE => {
                self.code_end = self.position.saturating_add(value);
                self.function_end = self.position;
                // How many functions.
                self.expect(OTHER, 1);
            }
            _ => {}
        }
    }
}

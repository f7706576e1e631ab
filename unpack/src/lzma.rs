//! A decoder for LZMA (Igor Pavlov's; the specification is in the LZMA SDK) with the settings that suit the streams: `lc` =
//! [`CONTEXT_BITS`], `lp` = `pb` = 0.

/// Upper bits of the byte before that choose the probabilities of a literal.
pub const CONTEXT_BITS: usize = 1;

// Where each set of probabilities begins. Sets for states have room for 16, of which 12 are used.
const MATCH: usize = 0;
const REPEAT: usize = 16;
/// For each state: whether a repeat is of the last distance, of the last but one, of the last but two.
const OLDER: [usize; 3] = [32, 48, 64];
const LONG: usize = 80;
const ALIGN: usize = 96;
const SPECIAL: usize = 112;
const SLOTS: usize = 240;
const MATCH_LENGTH: usize = SLOTS + 4 * 64;
const REPEAT_LENGTH: usize = MATCH_LENGTH + LENGTHS;
const LITERAL: usize = REPEAT_LENGTH + LENGTHS;
const END: usize = LITERAL + (0x300 << CONTEXT_BITS);

// Within the probabilities of a length.
const LOW: usize = 8;
const MIDDLE: usize = 16;
const HIGH: usize = 24;
const LENGTHS: usize = HIGH + 256;

/// The state of the decoder, kept outside of it because it is large.
pub struct Lzma {
    range: u32,
    code: u32,
    /// Probabilities that the next bit is 0, in 1/2048.
    probabilities: [u16; END],
}

/// What comes next of the compressed bytes. After their end, zeros.
type Input<'a> = core::slice::Iter<'a, u8>;

impl Lzma {
    /// Takes no room in a module.
    pub const ZERO: Self = Self { range: 0, code: 0, probabilities: [0; END] };

    /// Decodes as many bytes as `output` has.
    ///
    /// # Panics
    ///
    /// If a match refers to what lies before the first byte.
    pub fn decode(&mut self, input: &[u8], output: &mut [u8]) {
        self.probabilities = [1 << 10; END];
        let input = &mut input.iter();
        for _ in 0..5 {
            self.next(input);
        }
        self.range = !0;
        let mut state = 0;
        // Distances of the last four matches, less 1.
        let mut distances = [0; 4];
        let mut at = 0;
        while at < output.len() {
            if self.bit(input, MATCH + state) == 0 {
                output[at] = self.literal(input, output, at, state, distances[0]);
                at += 1;
                state = if state < 4 { 0 } else { state - if state < 10 { 3 } else { 6 } };
                continue;
            }
            let length = self.match_length(input, &mut state, &mut distances);
            let end = (at + length).min(output.len());
            // Byte by byte: where the distance is less than the length, the copy repeats what it has just written.
            while at < end {
                output[at] = output[at - 1 - distances[0]];
                at += 1;
            }
        }
    }

    /// Takes in a byte.
    #[inline(never)]
    fn next(&mut self, input: &mut Input) {
        self.range <<= 8;
        self.code = self.code << 8 | u32::from(*input.next().unwrap_or(&0));
    }

    #[inline(never)]
    fn bit(&mut self, input: &mut Input, index: usize) -> usize {
        let probability = &mut self.probabilities[index];
        let bound = (self.range >> 11) * u32::from(*probability);
        let bit = self.code >= bound;
        if bit {
            self.range -= bound;
            self.code -= bound;
            *probability -= *probability >> 5;
        } else {
            self.range = bound;
            *probability += (2048 - *probability) >> 5;
        }
        if self.range < 1 << 24 {
            self.next(input);
        }
        bit.into()
    }

    /// A number of `bits` bits, the highest first, below which a 1 stands.
    #[inline(never)]
    fn tree(&mut self, input: &mut Input, base: usize, bits: u32) -> usize {
        let mut node = 1;
        for _ in 0..bits {
            node = node * 2 + self.bit(input, base + node);
        }
        node - (1 << bits)
    }

    /// The same with the lowest bit first.
    #[inline(never)]
    fn reverse_tree(&mut self, input: &mut Input, base: usize, bits: u32) -> usize {
        let (mut node, mut value) = (1, 0);
        for i in 0..bits {
            let bit = self.bit(input, base + node);
            node = node * 2 + bit;
            value |= bit << i;
        }
        value
    }

    #[inline(never)]
    fn literal(&mut self, input: &mut Input, output: &[u8], at: usize, state: usize, distance: usize) -> u8 {
        let before = if at > 0 { usize::from(output[at - 1]) } else { 0 };
        let base = LITERAL + 0x300 * (before >> (8 - CONTEXT_BITS));
        if state < 7 {
            return self.tree(input, base, 8) as u8;
        }
        // After a match the byte that would continue it is known not to come; as long as the bits agree, its bits choose.
        let mut likely = usize::from(output[at - 1 - distance]);
        let (mut node, mut agrees) = (1, 0x100);
        while node < 0x100 {
            likely *= 2;
            let expected = likely & agrees;
            let bit = self.bit(input, base + agrees + expected + node);
            node = node * 2 + bit;
            agrees &= if bit == 1 { expected } else { !expected };
        }
        node as u8
    }

    /// The length of a match, whose distance becomes the first.
    #[inline(never)]
    fn match_length(&mut self, input: &mut Input, state: &mut usize, distances: &mut [usize; 4]) -> usize {
        let late = *state >= 7;
        if self.bit(input, REPEAT + *state) == 0 {
            *state = if late { 10 } else { 7 };
            push_back(distances, 3);
            let length = self.length(input, MATCH_LENGTH);
            distances[0] = self.distance(input, length.min(5) - 2);
            return length;
        }
        let mut age = 0;
        while age < 3 && self.bit(input, OLDER[age] + *state) == 1 {
            age += 1;
        }
        if age == 0 && self.bit(input, LONG + *state) == 0 {
            *state = if late { 11 } else { 9 };
            return 1;
        }
        *state = if late { 11 } else { 8 };
        let distance = distances[age];
        push_back(distances, age);
        distances[0] = distance;
        self.length(input, REPEAT_LENGTH)
    }

    fn length(&mut self, input: &mut Input, base: usize) -> usize {
        if self.bit(input, base) == 0 {
            2 + self.tree(input, base + LOW, 3)
        } else if self.bit(input, base + 1) == 0 {
            10 + self.tree(input, base + MIDDLE, 3)
        } else {
            18 + self.tree(input, base + HIGH, 8)
        }
    }

    fn distance(&mut self, input: &mut Input, length: usize) -> usize {
        let slot = self.tree(input, SLOTS + 64 * length, 6);
        if slot < 4 {
            return slot;
        }
        let bits = slot as u32 / 2 - 1;
        let high = (2 | slot & 1) << bits;
        if slot < 14 {
            return high + self.reverse_tree(input, SPECIAL + high - slot, bits);
        }
        let mut middle = 0;
        for _ in 4..bits {
            self.range >>= 1;
            let bit = self.code >= self.range;
            if bit {
                self.code -= self.range;
            }
            middle = middle * 2 + usize::from(bit);
            if self.range < 1 << 24 {
                self.next(input);
            }
        }
        high + middle * 16 + self.reverse_tree(input, ALIGN, 4)
    }
}

/// Makes room for a new first one; the one at `last` goes.
fn push_back(distances: &mut [usize; 4], last: usize) {
    for i in (0..last).rev() {
        distances[i + 1] = distances[i];
    }
}

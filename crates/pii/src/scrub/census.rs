//! One pass before all others: what is nowhere in a text need not be looked for.

/// What kinds of bytes a text has.
#[derive(Clone, Copy)]
pub(super) struct Census {
    marks: u16,
    digits: usize,
    /// The most digits between two bytes that no number has in it.
    grouped: usize,
    len: usize,
}

/// `%`
pub(super) const PERCENT: u16 = 1;
/// `@`
pub(super) const AT: u16 = 1 << 1;
/// `/` and `?`
pub(super) const SLASH: u16 = 1 << 2;
/// `=` and `:`
pub(super) const PAIR: u16 = 1 << 3;
/// Beyond ASCII.
pub(super) const HIGH: u16 = 1 << 4;
/// `\` and `&`, which begin an escaped at sign.
const ESCAPE: u16 = 1 << 5;
const DOT: u16 = 1 << 6;
/// What may stand between a word and the value that it announces.
const ANNOUNCES: u16 = 1 << 7;
/// Digits, and what a number begins with.
const NUMBER: u16 = 1 << 8;
const LETTER: u16 = 1 << 9;
/// What a number is written with: digits, a sign, and whatever may stand between two groups.
const GROUPED: u16 = 1 << 10;
/// The highest, so that shifting makes it a number to add.
const DIGIT: u16 = 1 << DIGIT_BIT;
const DIGIT_BIT: u32 = 15;

impl Census {
    pub(super) fn of(text: &[u8]) -> Self {
        let (mut marks, mut digits) = (0, 0_usize);
        let (mut run, mut grouped) = (0_usize, 0_usize);
        for &byte in text {
            let mark = marks_of(byte);
            marks |= mark;
            let digit = usize::from(mark >> DIGIT_BIT);
            digits = digits.wrapping_add(digit);
            run = if mark & GROUPED == 0 { 0 } else { run.wrapping_add(digit) };
            grouped = grouped.max(run);
        }
        Self { marks, digits, grouped, len: text.len() }
    }

    pub(super) const fn has(self, marks: u16) -> bool {
        self.marks & marks != 0
    }

    /// The marks of the bytes at which a shape may begin (or, of an address, have its at sign). The
    /// shortest numbers have eight digits, with nothing but separators between them.
    pub(super) const fn places(self) -> u16 {
        let mut places = 0;
        if self.has(AT | PERCENT | ESCAPE) {
            places |= AT | PERCENT | ESCAPE;
        }
        if self.grouped >= 8 {
            places |= NUMBER;
        }
        // A token has a dot; a bank account 15 characters, two of them digits at least; a marked key
        // 20; the lettered national ids six digits.
        let words = self.has(DOT | ANNOUNCES) || self.digits >= 6;
        if words || (self.digits > 0 && self.len >= 15) {
            places |= LETTER;
        }
        places
    }
}

/// What kind of place for a shape a byte is.
pub(super) fn is_at(byte: u8, places: u16) -> bool {
    marks_of(byte) & places != 0
}

/// Whether a word followed by this byte may announce a value.
pub(super) fn announces(byte: u8) -> bool {
    marks_of(byte) & ANNOUNCES != 0
}

/// How many letters and digits stand at the beginning, and whether there is a digit among them.
pub(super) fn word(text: &[u8]) -> (usize, bool) {
    let mut seen = 0;
    for (len, &byte) in text.iter().enumerate() {
        let mark = marks_of(byte);
        if mark & (LETTER | DIGIT) == 0 {
            return (len, seen & DIGIT != 0);
        }
        seen |= mark;
    }
    (text.len(), seen & DIGIT != 0)
}

#[expect(clippy::indexing_slicing, reason = "the table has a place for every byte")]
fn marks_of(byte: u8) -> u16 {
    MARKS[usize::from(byte)]
}

#[expect(clippy::indexing_slicing, reason = "checked when it is compiled")]
static MARKS: [u16; 256] = {
    let mut table = [0; 256];
    let mut byte = u8::MAX;
    while byte > 0 {
        table[byte as usize] = match byte {
            b'%' => PERCENT,
            b'@' => AT,
            b'/' | b'?' => SLASH,
            b'=' | b':' => PAIR | ANNOUNCES,
            b'\\' | b'&' => ESCAPE,
            b'.' => DOT | ANNOUNCES,
            b' ' | b'\t' | b'#' | b'"' | b'\'' => ANNOUNCES,
            b'+' => NUMBER | ANNOUNCES,
            b'(' | b'0'..=b'9' => NUMBER,
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            0x80.. => HIGH,
            _ => 0,
        };
        if matches!(byte, b'0'..=b'9' | b' ' | b'+' | b'\t' | b'-' | b'.' | b'/' | b'(' | b')') {
            table[byte as usize] |= GROUPED;
        }
        if byte.is_ascii_digit() {
            table[byte as usize] |= DIGIT;
        }
        byte -= 1;
    }
    table
};

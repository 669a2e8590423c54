//! One pass before all others: what is nowhere in a text need not be looked for.

/// What kinds of bytes a text has.
#[derive(Clone, Copy)]
pub(super) struct Census<'a> {
    text: &'a [u8],
    marks: u16,
    digits: usize,
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
/// `+`
pub(super) const PLUS: u16 = 1 << 11;
/// What the name of a host is written with.
const HOST: u16 = 1 << 12;
/// The highest, so that shifting makes it a number to add.
const DIGIT: u16 = 1 << DIGIT_BIT;
const DIGIT_BIT: u32 = 15;

/// The shortest numbers have that many digits, with nothing but separators between them.
pub(super) const MIN_GROUPED: usize = 8;

impl<'a> Census<'a> {
    pub(super) fn of(text: &'a [u8]) -> Self {
        let (mut marks, mut digits) = (0, 0_usize);
        for &byte in text {
            let mark = marks_of(byte);
            marks |= mark;
            digits = digits.wrapping_add(usize::from(mark >> DIGIT_BIT));
        }
        Self { text, marks, digits }
    }

    pub(super) const fn has(self, marks: u16) -> bool {
        self.marks & marks != 0
    }

    /// The marks of the bytes at which a shape may begin (or, of an address, have its at sign).
    pub(super) fn places(self) -> u16 {
        let mut places = 0;
        if self.has(AT | PERCENT | ESCAPE) {
            places |= AT | PERCENT | ESCAPE;
        }
        if self.digits >= MIN_GROUPED && self.has_number() {
            places |= NUMBER;
        }
        // A token has a dot; a bank account 15 characters, two of them digits at least; a marked key
        // 20; the lettered national ids six digits.
        let words = self.has(DOT | ANNOUNCES) || self.digits >= 6;
        if words || (self.digits > 0 && self.text.len() >= 15) {
            places |= LETTER;
        }
        places
    }

    /// Whether as many digits as a number has stand between two bytes that no number has in it.
    fn has_number(self) -> bool {
        let mut run = 0_usize;
        self.text.iter().any(|&byte| {
            let mark = marks_of(byte);
            let digit = usize::from(mark >> DIGIT_BIT);
            run = if mark & GROUPED == 0 { 0 } else { run.wrapping_add(digit) };
            run >= MIN_GROUPED
        })
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

/// Whether this is a letter or a digit.
pub(super) fn is_word(byte: u8) -> bool {
    marks_of(byte) & (LETTER | DIGIT) != 0
}

/// Whether an at sign, plain or escaped, may begin with this byte, or a character that stands for another.
pub(super) fn is_at_sign_or_high(byte: u8) -> bool {
    marks_of(byte) & (AT | PERCENT | ESCAPE | HIGH) != 0
}

/// Whether a number may have this byte in it.
pub(super) fn is_grouped(byte: u8) -> bool {
    marks_of(byte) & GROUPED != 0
}

/// Whether the name of a host may have this byte in it.
pub(super) fn is_host(byte: u8) -> bool {
    marks_of(byte) & HOST != 0
}

/// How many letters and digits stand at the beginning, and how many of them are digits.
pub(super) fn word(text: &[u8]) -> (usize, usize) {
    let mut digits = 0_usize;
    let ends = |byte: &u8| {
        let mark = marks_of(*byte);
        digits = digits.wrapping_add(usize::from(mark >> DIGIT_BIT));
        mark & (LETTER | DIGIT) == 0
    };
    let len = text.iter().position(ends).unwrap_or(text.len());
    (len, digits)
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
            b'+' => NUMBER | ANNOUNCES | PLUS,
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
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | 0x80..) {
            table[byte as usize] |= HOST;
        }
        byte -= 1;
    }
    table
};

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

/// How many letters and digits stand at the beginning, and how many of them are digits: eight bytes at a time,
/// because no two words are of one length, which the processor would have to guess.
#[inline]
pub(super) fn word(text: &[u8]) -> (usize, usize) {
    let (mut len, mut digits) = (0_usize, 0_usize);
    let mut rest = text;
    while let Some((chunk, after)) = rest.split_first_chunk::<8>() {
        let (ends, own) = ends_and_digits(u64::from_le_bytes(*chunk));
        digits = digits.wrapping_add(own);
        if ends != 0 {
            return (len.wrapping_add(ends.trailing_zeros() as usize / 8), digits);
        }
        len = len.wrapping_add(8);
        rest = after;
    }
    for &byte in rest {
        let mark = marks_of(byte);
        if mark & (LETTER | DIGIT) == 0 {
            break;
        }
        digits = digits.wrapping_add(usize::from(mark >> DIGIT_BIT));
        len = len.wrapping_add(1);
    }
    (len, digits)
}

/// The highest bit of each of eight bytes that is neither a letter nor a digit, and how many digits stand before
/// the first of them.
#[inline]
fn ends_and_digits(word: u64) -> (u64, usize) {
    const EACH: u64 = u64::MAX / 255;
    const TOP: u64 = EACH << 7;
    // The highest bit of each byte that is `least` at least, of bytes below 128.
    let from = |bytes: u64, least: u8| {
        bytes.wrapping_add(EACH.wrapping_mul(u64::from(128_u8.wrapping_sub(least))))
    };
    let ascii = word & !TOP;
    let small = ascii | EACH << 5;
    let digit = from(ascii, b'0') & !from(ascii, b':');
    let letter = from(small, b'a') & !from(small, b'{');
    let ends = (!(digit | letter) | word) & TOP;
    let before = ends.wrapping_sub(1) & !ends;
    let digits = (digit & before & TOP) >> 7;
    (ends, (digits.wrapping_mul(EACH) >> 56) as usize)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_ends_at_every_byte_that_is_neither_letter_nor_digit() {
        const LEN: usize = 19;
        for around in [b'a', b'Z', b'0', b'9'] {
            for byte in 0..=u8::MAX {
                for place in 0..LEN {
                    let mut text = [around; LEN];
                    text[place] = byte;
                    // What stands after a word changes nothing.
                    for after in [b' ', b'5', 0xff] {
                        text[LEN - 1] = after;
                        for len in 0..=LEN {
                            let text = &text[..len];
                            let ends = text.iter().position(|byte| !byte.is_ascii_alphanumeric());
                            let own = &text[..ends.unwrap_or(len)];
                            let digits = own.iter().filter(|byte| byte.is_ascii_digit()).count();
                            assert_eq!(word(text), (own.len(), digits), "{text:?}");
                        }
                    }
                }
            }
        }
    }
}

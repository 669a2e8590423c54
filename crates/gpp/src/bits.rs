//! Bits of base64url text, most significant first, without a decoded copy.
//!
//! Every offset in this crate counts bits from 0 at the start of a sub-section, as the tables of
//! the specification are read. One character is six bits.

/// A position in text whose every character was found to be base64url.
#[derive(Clone, Copy)]
pub(crate) struct BitReader<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    /// Checks the alphabet; the error is the offset of the first character outside it.
    ///
    /// The specification prints the table of RFC 4648 with `+` and `/`, but every writer uses `-`
    /// and `_`; padding by `=` does not occur.
    pub(crate) fn new(text: &'a str) -> Result<Self, usize> {
        let text = text.as_bytes();
        match text.iter().position(|&byte| value(byte) == INVALID) {
            Some(offset) => Err(offset),
            None => Ok(Self { text, at: 0 }),
        }
    }

    /// The bit that is read next.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// All bits of the text.
    pub(crate) fn len(&self) -> usize {
        self.text.len().saturating_mul(BITS_PER_CHAR)
    }

    /// Bits that are not read yet.
    pub(crate) fn remaining(&self) -> usize {
        self.len().saturating_sub(self.at)
    }

    /// The next `width` bits, at most [`MAX_WIDTH`], as a number. `None`, and nothing is read, when
    /// fewer are left.
    pub(crate) fn read(&mut self, width: u32) -> Option<u64> {
        debug_assert!((1..=MAX_WIDTH).contains(&width), "a window is {MAX_WIDTH} bits wide");
        let window = self.window();
        self.skip(usize::try_from(width).ok()?)?;
        window.checked_shr(u64::BITS.saturating_sub(width))
    }

    /// As [`read`](Self::read), for fields of at most 16 bits.
    pub(crate) fn read_u16(&mut self, width: u32) -> Option<u16> {
        debug_assert!(width <= u16::BITS, "a field of 16 bits at most");
        u16::try_from(self.read(width)?).ok()
    }

    /// The next bit.
    pub(crate) fn bit(&mut self) -> Option<bool> {
        let bit = self.bit_at(self.at)?;
        self.skip(1)?;
        Some(bit)
    }

    /// Any one bit of the text.
    pub(crate) fn bit_at(&self, at: usize) -> Option<bool> {
        let byte = *self.text.get(at / BITS_PER_CHAR)?;
        Some((value(byte) << (at % BITS_PER_CHAR)) & HIGHEST_OF_SIX != 0)
    }

    /// Goes `bits` further, or nowhere when fewer are left.
    pub(crate) fn skip(&mut self, bits: usize) -> Option<()> {
        let end = self.at.checked_add(bits)?;
        (end <= self.len()).then(|| self.at = end)
    }

    /// The same text, read from bit `at`.
    pub(crate) fn starting_at(self, at: usize) -> Self {
        Self { at, ..self }
    }

    /// The next bits with the first one highest; at least [`MAX_WIDTH`] are the text's, and zeros
    /// stand for what is past its end.
    pub(crate) fn window(&self) -> u64 {
        let first = self.at / BITS_PER_CHAR;
        let rest = self.text.get(first..).unwrap_or_default();
        let mut window = 0_u64;
        // How far the next character's bits go to the left; ten characters are 60 bits.
        let mut place = u64::BITS;
        for &byte in rest.iter().take(CHARS_IN_WINDOW) {
            place = place.saturating_sub(6);
            window |= u64::from(value(byte)).wrapping_shl(place);
        }
        // Those bits of the first character that have been read already fall out.
        window << (self.at % BITS_PER_CHAR)
    }

    /// The first bit from here on that is set; padding has none.
    pub(crate) fn first_set(&self) -> Option<usize> {
        let mut rest = *self;
        while rest.remaining() > 0 {
            let zeros = usize::try_from(rest.window().leading_zeros()).ok()?;
            let width = usize::try_from(MAX_WIDTH).ok()?;
            if zeros < width {
                return rest.at.checked_add(zeros);
            }
            rest.at = rest.at.checked_add(width)?;
        }
        None
    }
}

/// Six bits, or [`INVALID`].
pub(crate) fn value(byte: u8) -> u8 {
    VALUES.get(usize::from(byte)).copied().unwrap_or(INVALID)
}

/// The character of six bits.
pub(crate) fn character(six: u8) -> char {
    ALPHABET.get(usize::from(six)).map_or('A', |&byte| char::from(byte))
}

/// Base64url of RFC 4648, section 5.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What [`value`] says of a byte that stands for no six bits.
pub(crate) const INVALID: u8 = 0xFF;

/// The widest field that one window can hold at any position: 60 bits less the five that may have
/// been read.
pub(crate) const MAX_WIDTH: u32 = 55;

/// Base64 has six bits a character.
pub(crate) const BITS_PER_CHAR: usize = 6;

const CHARS_IN_WINDOW: usize = 10;
const HIGHEST_OF_SIX: u8 = 0b10_0000;

#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "runs in the compiler: an index out of range would not build; there are 64"
)]
const VALUES: [u8; 256] = {
    let mut values = [INVALID; 256];
    let mut six = 0;
    while six < ALPHABET.len() {
        values[ALPHABET[six] as usize] = six as u8;
        six += 1;
    }
    values
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_across_characters() {
        let mut bits = BitReader::new("DBABM").unwrap();
        assert_eq!((bits.read(6), bits.read(6), bits.read(12)), (Some(3), Some(1), Some(1)));
        assert_eq!(
            (bits.bit(), bits.read(4), bits.bit()),
            (Some(false), Some(0b0110), Some(false))
        );
        assert_eq!((bits.bit(), bits.read(1), bits.remaining()), (None, None, 0));
    }

    #[test]
    fn a_read_past_the_end_moves_nothing() {
        let mut bits = BitReader::new("BB").unwrap();
        assert_eq!(bits.read(13), None);
        assert_eq!(bits.read(12), Some(0b0000_0100_0001));
    }

    #[test]
    fn only_the_url_safe_alphabet_is_read() {
        for (text, offset) in [("A+", 1), ("/", 0), ("AA=", 2), ("A A", 1), ("Aé", 1), ("A.B", 1)]
        {
            assert_eq!(BitReader::new(text).err(), Some(offset), "{text}");
        }
        assert_eq!(BitReader::new("-_").unwrap().read(12), Some(0b1111_1011_1111));
    }

    #[test]
    fn the_first_set_bit_is_found_far_away() {
        let mut text = "A".repeat(100);
        assert_eq!(BitReader::new(&text).unwrap().first_set(), None);
        text.push('B');
        assert_eq!(BitReader::new(&text).unwrap().starting_at(3).first_set(), Some(605));
    }
}

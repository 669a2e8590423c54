//! The text of a segment, read as the bit string that it is.
//!
//! One base64url character is six bits, so the text itself is the bit buffer: nothing is decoded
//! into a second one. Bits count from 0, as in the specification's tables
//! (`docs/sources/tcf.md#framing`).

/// A segment's characters. Whoever makes one has checked them with [`first_bad`]; a byte outside
/// the alphabet would read as six zero bits.
#[derive(Clone, Copy)]
pub(crate) struct Bits<'a> {
    chars: &'a [u8],
}

impl<'a> Bits<'a> {
    pub(crate) const fn new(chars: &'a [u8]) -> Self {
        Self { chars }
    }

    /// Number of bits. The text's length is limited (`TcString::MAX_LEN`), so they fit.
    pub(crate) fn len(self) -> u32 {
        u32::try_from(self.chars.len()).unwrap_or(u32::MAX).saturating_mul(6)
    }

    /// The bit at `at`; zero past the end.
    pub(crate) fn bit(self, at: u32) -> bool {
        let six = self.chars.get((at / 6) as usize).map_or(0, |&byte| six_bits(byte));
        six.wrapping_shr(5_u32.wrapping_sub(at % 6)) & 1 == 1
    }

    /// The `width` bits from `at` on as a number, zeros past the end. At most 43 bits.
    #[inline]
    pub(crate) fn peek(self, at: u32, width: u32) -> u64 {
        debug_assert!(width <= 43, "a window has 48 bits, of which up to five come too early");
        let skip = at % 6;
        let below = 48_u32.wrapping_sub(skip).wrapping_sub(width);
        self.window(at / 6).wrapping_shr(below) & low_bits(width)
    }

    /// The first set bit from `at` on and before `end`.
    pub(crate) fn next_set(self, at: u32, end: u32) -> Option<u32> {
        self.next_where(at, end, |window| window)
    }

    /// The first bit that is not set from `at` on and before `end`.
    pub(crate) fn next_clear(self, at: u32, end: u32) -> Option<u32> {
        self.next_where(at, end, |window| !window)
    }

    fn next_where(self, mut at: u32, end: u32, wanted: fn(u64) -> u64) -> Option<u32> {
        while at < end {
            let skip = at % 6;
            let found = wanted(self.window(at / 6)) & low_bits(48_u32.wrapping_sub(skip));
            let start = at.wrapping_sub(skip);
            if found != 0 {
                // Sixteen of the 64 bits lie above the window.
                let at = start.saturating_add(found.leading_zeros().wrapping_sub(16));
                return (at < end).then_some(at);
            }
            at = start.saturating_add(48);
        }
        None
    }

    /// Eight characters from the one at index `first`, as 48 bits; zeros past the end.
    #[inline]
    fn window(self, first: u32) -> u64 {
        let rest = self.chars.get(first as usize..).unwrap_or_default();
        match rest.first_chunk::<8>() {
            Some(chunk) => chunk.iter().fold(0, |bits, &byte| (bits << 6) | six_bits(byte)),
            None => {
                let zeros = core::iter::repeat(&b'A');
                rest.iter().chain(zeros).take(8).fold(0, |bits, &byte| (bits << 6) | six_bits(byte))
            }
        }
    }
}

/// Index of the first byte that is not of the base64url alphabet.
pub(crate) fn first_bad(chars: &[u8]) -> Option<usize> {
    // Without an early exit the compiler checks 16 bytes at once.
    let all_good = chars.iter().fold(true, |good, &byte| good & is_base64url(byte));
    if all_good { None } else { chars.iter().position(|&byte| !is_base64url(byte)) }
}

/// RFC 4648 §5, without padding.
fn is_base64url(byte: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let digit = byte.wrapping_sub(b'0') < 10;
    letter | digit | (byte == b'-') | (byte == b'_')
}

/// The character for six bits; only the low six of `value` count.
#[expect(clippy::indexing_slicing, reason = "an index below 64 into 64 elements")]
pub(crate) fn character(value: u64) -> u8 {
    ALPHABET[(value & 63) as usize]
}

#[expect(clippy::indexing_slicing, reason = "a byte as index into 256 elements")]
#[inline]
fn six_bits(byte: u8) -> u64 {
    SIX_BITS[byte as usize] as u64
}

/// A number whose lowest `width` bits are set.
const fn low_bits(width: u32) -> u64 {
    1_u64.wrapping_shl(width).wrapping_sub(1)
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The value of each base64url character, zero for other bytes.
static SIX_BITS: [u8; 256] = {
    let mut table = [0; 256];
    let mut value = 0;
    while value < 64_u8 {
        #[expect(clippy::indexing_slicing, reason = "checked by the compiler: this is a constant")]
        {
            table[ALPHABET[value as usize] as usize] = value;
        }
        value = value.wrapping_add(1);
    }
    table
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slow_bit(chars: &[u8], at: u32) -> u64 {
        let Some(byte) = chars.get(at as usize / 6) else { return 0 };
        let value = ALPHABET.iter().position(|c| c == byte).unwrap() as u64;
        value >> (5 - at % 6) & 1
    }

    #[test]
    fn exactly_the_64_characters_are_good() {
        let good: Vec<u8> = (0..=255).filter(|&byte| first_bad(&[byte]).is_none()).collect();
        let mut alphabet = ALPHABET.to_vec();
        alphabet.sort_unstable();
        assert_eq!(good, alphabet);
        assert_eq!(first_bad(b"CQ=A"), Some(2));
    }

    proptest! {
        #[test]
        fn every_read_is_its_single_bits(text in "[A-Za-z0-9_-]{0,30}", at in 0_u32..200, width in 0_u32..=43) {
            let (chars, bits) = (text.as_bytes(), Bits::new(text.as_bytes()));
            let slow = (at..at + width).fold(0, |sum, at| sum << 1 | slow_bit(chars, at));
            prop_assert_eq!(bits.peek(at, width), slow);
            prop_assert_eq!(bits.bit(at), slow_bit(chars, at) == 1);
            let end = at + width * 4;
            prop_assert_eq!(bits.next_set(at, end), (at..end).find(|&at| slow_bit(chars, at) == 1));
            prop_assert_eq!(bits.next_clear(at, end), (at..end).find(|&at| slow_bit(chars, at) == 0));
        }
    }
}

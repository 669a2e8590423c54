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
        let six = self.chars.get((at / 6) as usize).map_or(0, |&byte| shifted::<0>(byte));
        six.wrapping_shr(5_u32.wrapping_sub(at % 6)) & 1 == 1
    }

    /// The `width` bits from `at` on as a number, zeros past the end. At most 37 bits.
    #[inline(always)]
    pub(crate) fn peek(self, at: u32, width: u32) -> u64 {
        debug_assert!(width <= 37, "of a window's bits up to five come too early");
        let skip = at % 6;
        let below = WINDOW.wrapping_sub(skip).wrapping_sub(width);
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
            let found = wanted(self.window(at / 6)) & low_bits(WINDOW.wrapping_sub(skip));
            let start = at.wrapping_sub(skip);
            if found != 0 {
                let above = 64_u32.wrapping_sub(WINDOW);
                let at = start.saturating_add(found.leading_zeros().wrapping_sub(above));
                return (at < end).then_some(at);
            }
            at = start.saturating_add(WINDOW);
        }
        None
    }

    /// Seven characters from the one at index `first`, as 42 bits; zeros past the end.
    // Left to itself the compiler makes it a call, and the walk over ranges takes 1.5 times as long.
    #[inline(always)]
    fn window(self, first: u32) -> u64 {
        let rest = self.chars.get(first as usize..).unwrap_or_default();
        match rest.first_chunk::<7>() {
            Some(chunk) => pack(*chunk),
            None => pack(padded(rest)),
        }
    }
}

/// Bits of a window.
const WINDOW: u32 = 42;

/// Fewer than seven characters, and zeros.
#[cold]
fn padded(rest: &[u8]) -> [u8; 7] {
    let mut chunk = [b'A'; 7];
    chunk.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    chunk
}

/// Seven characters as 42 bits, in two halves that need not wait for each other.
#[inline(always)]
fn pack(chars: [u8; 7]) -> u64 {
    let [a, b, c, d, e, f, g] = chars;
    let high = shifted::<3>(a) | shifted::<2>(b) | shifted::<1>(c) | shifted::<0>(d);
    let low = shifted::<2>(e) | shifted::<1>(f) | shifted::<0>(g);
    u64::from(high) << 18 | u64::from(low)
}

/// The six bits of a character, followed by six zeros for each of `N` characters after it.
#[expect(clippy::indexing_slicing, reason = "four tables, and a byte as index into 256 elements")]
#[inline(always)]
fn shifted<const N: usize>(byte: u8) -> u32 {
    SHIFTED[N][byte as usize]
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

/// A number whose lowest `width` bits are set.
const fn low_bits(width: u32) -> u64 {
    1_u64.wrapping_shl(width).wrapping_sub(1)
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The value of each base64url character, zero for other bytes; then the same six bits higher, and
/// so on. Four tables of 1 KiB save the shifts.
static SHIFTED: [[u32; 256]; 4] = {
    let mut tables = [[0; 256]; 4];
    let mut value = 0_u8;
    while value < 64 {
        #[expect(clippy::indexing_slicing, reason = "checked by the compiler: this is a constant")]
        {
            let byte = ALPHABET[value as usize] as usize;
            tables[0][byte] = value as u32;
            tables[1][byte] = (value as u32) << 6;
            tables[2][byte] = (value as u32) << 12;
            tables[3][byte] = (value as u32) << 18;
        }
        value = value.wrapping_add(1);
    }
    tables
};

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "plain arithmetic is what the bits are compared with"
)]
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
        fn every_read_is_its_single_bits(text in "[A-Za-z0-9_-]{0,30}", at in 0_u32..200, width in 0_u32..=37) {
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

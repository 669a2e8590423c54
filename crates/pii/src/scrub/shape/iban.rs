//! International bank account numbers (ISO 13616).

use super::{Found, Shape};
use crate::scrub::scan::{Scan, is_space};

/// A country's letters and length, and the remainder 1 by 97 (ISO 7064); in one piece, or in groups
/// with one space or hyphen between.
pub(super) fn at(scan: Scan<'_>) -> Option<Found> {
    let [first, second, b'0'..=b'9', b'0'..=b'9', ..] = scan.rest() else { return None };
    let country = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
    let place = LENGTHS.binary_search_by_key(&country, |(country, _)| **country).ok()?;
    let (_, length) = LENGTHS.get(place)?;
    let start = scan.at();
    let mut head = 0_u32;
    let mut sum = 0_u32;
    let mut scan = scan;
    for place in 0..*length {
        if place > 0 && (is_space(scan.peek()) || scan.peek() == b'-') {
            scan.skip(1);
        }
        let byte = scan.peek();
        if !byte.is_ascii_alphanumeric() {
            return None;
        }
        // The first four characters count last.
        let sum = if place < 4 { &mut head } else { &mut sum };
        *sum = push(*sum, byte);
        scan.skip(1);
    }
    // Two letters and two digits are six digits.
    let shifted = sum.saturating_mul(1_000_000 % 97).saturating_add(head).checked_rem(97)?;
    let ends = !scan.peek().is_ascii_alphanumeric();
    (shifted == 1 && ends).then(|| Found { shape: Shape::Iban, start, end: scan.at() })
}

/// The remainder by 97 after one more character, of which a letter is two digits (A = 10).
fn push(sum: u32, byte: u8) -> u32 {
    let (factor, value) = match byte.to_ascii_uppercase() {
        digit @ b'0'..=b'9' => (10, digit.wrapping_sub(b'0')),
        letter => (100, letter.wrapping_sub(b'A').saturating_add(10)),
    };
    sum.saturating_mul(factor).saturating_add(u32::from(value)).checked_rem(97).unwrap_or(0)
}

/// Country and number of characters, by country.
#[rustfmt::skip]
const LENGTHS: &[(&[u8; 2], usize)] = &[
    (b"AD", 24), (b"AE", 23), (b"AL", 28), (b"AT", 20), (b"AZ", 28), (b"BA", 20), (b"BE", 16),
    (b"BG", 22), (b"BH", 22), (b"BI", 27), (b"BR", 29), (b"BY", 28), (b"CH", 21), (b"CR", 22),
    (b"CY", 28), (b"CZ", 24), (b"DE", 22), (b"DJ", 27), (b"DK", 18), (b"DO", 28), (b"EE", 20),
    (b"EG", 29), (b"ES", 24), (b"FI", 18), (b"FK", 18), (b"FO", 18), (b"FR", 27), (b"GB", 22),
    (b"GE", 22), (b"GI", 23), (b"GL", 18), (b"GR", 27), (b"GT", 28), (b"HR", 21), (b"HU", 28),
    (b"IE", 22), (b"IL", 23), (b"IQ", 23), (b"IS", 26), (b"IT", 27), (b"JO", 30), (b"KW", 30),
    (b"KZ", 20), (b"LB", 28), (b"LC", 32), (b"LI", 21), (b"LT", 20), (b"LU", 20), (b"LV", 21),
    (b"LY", 25), (b"MC", 27), (b"MD", 24), (b"ME", 22), (b"MK", 19), (b"MN", 20), (b"MR", 27),
    (b"MT", 31), (b"MU", 30), (b"NI", 28), (b"NL", 18), (b"NO", 15), (b"OM", 23), (b"PK", 24),
    (b"PL", 28), (b"PS", 29), (b"PT", 25), (b"QA", 29), (b"RO", 24), (b"RS", 22), (b"RU", 33),
    (b"SA", 24), (b"SC", 31), (b"SD", 18), (b"SE", 24), (b"SI", 19), (b"SK", 24), (b"SM", 27),
    (b"SO", 23), (b"ST", 25), (b"SV", 28), (b"TL", 23), (b"TN", 24), (b"TR", 26), (b"UA", 29),
    (b"VA", 22), (b"VG", 24), (b"XK", 20), (b"YE", 30),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_searched() {
        assert!(LENGTHS.is_sorted_by_key(|(country, _)| **country));
    }
}

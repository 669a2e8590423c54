//! Decimal digits of every script.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// The ASCII digit for a decimal digit of any script: full-width, Arabic-Indic, Devanagari, …
///
/// Unicode gives digits (general category Nd) only in runs of ten in order, 0 first (The Unicode
/// Standard §4.6; a test counts the runs), so that the place in the run is the value. A run can follow another (the
/// mathematical digits are five), hence the remainder.
pub(super) fn decimal(c: char) -> Option<u8> {
    if c.is_ascii_digit() {
        return u8::try_from(c).ok();
    }
    if c.is_ascii() || !is_decimal(c) {
        return None;
    }
    let before = (0..u32::from(c)).rev().take(LONGEST_RUN);
    let place = before.take_while(|&code| char::from_u32(code).is_some_and(is_decimal)).count();
    let value = u8::try_from(place.checked_rem(10)?).ok()?;
    b'0'.checked_add(value)
}

fn is_decimal(c: char) -> bool {
    c.general_category() == GeneralCategory::DecimalNumber
}

/// The five runs of mathematical digits, U+1D7CE to U+1D7FF.
const LONGEST_RUN: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_script_reads_as_its_value() {
        for digits in [
            "0123456789",
            "٠١٢٣٤٥٦٧٨٩",
            "۰۱۲۳۴۵۶۷۸۹",
            "０１２３４５６７８９",
            "०१२३४५६७८९",
            "๐๑๒๓๔๕๖๗๘๙",
        ] {
            let read: Vec<u8> = digits.chars().map(|c| decimal(c).unwrap()).collect();
            assert_eq!(read, b"0123456789", "{digits}");
        }
        assert_eq!(decimal('𝟎'), Some(b'0'));
        assert_eq!(decimal('𝟿'), Some(b'9'));
        for other in ['½', '²', '一', '①', 'Ⅳ', 'a', '+'] {
            assert_eq!(decimal(other), None, "{other}");
        }
    }

    #[test]
    fn every_run_of_digits_is_whole() {
        let mut run = 0;
        for c in '\0'..=char::MAX {
            if is_decimal(c) {
                run += 1;
            } else {
                assert_eq!(run % 10, 0, "the run before {c:?}");
                assert!(run <= LONGEST_RUN, "the run before {c:?}");
                run = 0;
            }
        }
    }
}

//! Whether a text has no shape, as nearly all have none: in one pass, word by word.

use super::word;
use crate::scrub::{
    census::{self, MIN_GROUPED},
    scan::{Scan, slice},
};

/// Whether there is surely no shape in a text. Of a text without one it may say that there might be.
pub(in crate::scrub) fn is_clean(text: &[u8]) -> bool {
    // Since the last byte that no number has in it; too many rather than too few.
    let mut digits = 0_usize;
    let mut at = 0_usize;
    while let Some(&byte) = text.get(at) {
        if !census::is_word(byte) {
            if census::is_at_sign_or_high(byte) {
                return false;
            }
            if !census::is_grouped(byte) {
                digits = 0;
            }
            at = at.saturating_add(1);
            continue;
        }
        let scan = Scan::new(text, at);
        let (len, has_digit) = census::word(scan.rest());
        if byte.is_ascii_alphabetic() {
            if word::may_begin(scan.rest(), len, has_digit) && word::at(scan).is_some() {
                return false;
            }
            digits = 0;
        }
        if has_digit {
            let word = slice(scan.rest(), 0, len).iter();
            digits = digits.saturating_add(word.filter(|byte| byte.is_ascii_digit()).count());
            if digits >= MIN_GROUPED {
                return false;
            }
        }
        at = at.saturating_add(len);
    }
    true
}

//! Whether a text has no shape, as nearly all have none: in one pass, word by word.

use super::word;
use crate::scrub::{
    census::{self, MIN_GROUPED},
    scan::Scan,
};

/// Whether there is surely no shape in a text. Of a text without one it may say that there might be.
pub(in crate::scrub) fn is_clean(text: &[u8]) -> bool {
    // Since the last byte that no number has in it; too many rather than too few.
    let mut digits = 0_usize;
    let mut rest = text;
    while let [byte, after @ ..] = rest {
        if !census::is_word(*byte) {
            if census::is_at_sign_or_high(*byte) {
                return false;
            }
            if !census::is_grouped(*byte) {
                digits = 0;
            }
            rest = after;
            continue;
        }
        let (len, own) = census::word(rest);
        let Some(after) = rest.get(len..) else { return false };
        if byte.is_ascii_alphabetic() {
            if word::may_begin(rest, len, own) {
                let place = text.len().saturating_sub(rest.len());
                if word::at(Scan::new(text, place)).is_some() {
                    return false;
                }
            }
            digits = 0;
        }
        digits = digits.saturating_add(own);
        if digits >= MIN_GROUPED {
            return false;
        }
        rest = after;
    }
    true
}

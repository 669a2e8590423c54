//! Pairs of name and value inside a value: `a=1&email=x`, `{"email":"x"}`.

use memchr::memchr2_iter;

use super::{Reason, keys, scan::slice};

/// The first pair whose name means personal data wherever it stands.
pub(super) fn personal(text: &[u8]) -> Option<Reason> {
    memchr2_iter(b'=', b':', text).find_map(|at| match text.get(at) {
        Some(b'=') => keys::denied_anywhere(name_before(text, at)),
        _ => quoted_before(text, at).and_then(keys::denied_anywhere),
    })
}

/// The longest name that is looked at, so that the cost stays linear.
const MAX_NAME: usize = 64;

fn name_before(text: &[u8], end: usize) -> &[u8] {
    let before = slice(text, end.saturating_sub(MAX_NAME), end);
    let is_part = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']')
            || byte >= 0x80
    };
    let len = before.iter().rev().take_while(|&&byte| is_part(byte)).count();
    slice(before, before.len().saturating_sub(len), before.len())
}

/// The name in quotation marks (plain, or escaped as in JSON inside JSON) before a colon.
fn quoted_before(text: &[u8], colon: usize) -> Option<&[u8]> {
    let before = slice(text, colon.saturating_sub(MAX_NAME), colon).trim_ascii_end();
    let name = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'"))?;
    let start = name.iter().rposition(|byte| matches!(byte, b'"' | b'\''))?;
    Some(slice(name, start.saturating_add(1), name.len()))
}

//! Texts of JSON, with their escapes.

use std::borrow::Cow;

use predispatch_types::plain_json_len;

/// Reads from after the opening quote; the text and the place after the closing one. Without an escape
/// nothing is copied.
///
/// # Errors
/// The place of the first wrong byte.
pub(super) fn read(text: &str, from: usize) -> Result<(Cow<'_, str>, usize), usize> {
    let plain = plain_end(text, from);
    let slice = |from: usize, to: usize| text.get(from..to).ok_or(from);
    match text.as_bytes().get(plain) {
        Some(b'"') => Ok((Cow::Borrowed(slice(from, plain)?), plain.saturating_add(1))),
        Some(b'\\') => unescape(text, from, plain),
        _ => Err(plain),
    }
}

/// The place of the first quote, backslash or control character.
fn plain_end(text: &str, from: usize) -> usize {
    from.saturating_add(plain_json_len(text.as_bytes().get(from..).unwrap_or_default()))
}

fn unescape(text: &str, from: usize, first: usize) -> Result<(Cow<'_, str>, usize), usize> {
    let mut plain_from = from;
    let mut at = first;
    let mut out = String::new();
    loop {
        out.push_str(text.get(plain_from..at).ok_or(at)?);
        match text.as_bytes().get(at) {
            Some(b'"') => return Ok((Cow::Owned(out), at.saturating_add(1))),
            Some(b'\\') => {}
            _ => return Err(at),
        }
        let (letter, end) = escape(text, at.saturating_add(1))?;
        out.push(letter);
        plain_from = end;
        at = plain_end(text, end);
    }
}

/// One escape, from after its backslash: the character and the place after it.
fn escape(text: &str, at: usize) -> Result<(char, usize), usize> {
    let after = at.saturating_add(1);
    let letter = match text.as_bytes().get(at) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return code_point(text, after),
        _ => return Err(at),
    };
    Ok((letter, after))
}

/// Four hex digits, or a pair of surrogates.
fn code_point(text: &str, at: usize) -> Result<(char, usize), usize> {
    let high = four_digits(text, at)?;
    let end = at.saturating_add(4);
    if let Some(letter) = char::from_u32(u32::from(high)) {
        return Ok((letter, end));
    }
    if text.get(end..end.saturating_add(2)) != Some("\\u") {
        return Err(at);
    }
    let low = four_digits(text, end.saturating_add(2))?;
    match char::decode_utf16([high, low]).next() {
        Some(Ok(letter)) => Ok((letter, end.saturating_add(6))),
        _ => Err(at),
    }
}

fn four_digits(text: &str, at: usize) -> Result<u16, usize> {
    let digits = text.get(at..at.saturating_add(4)).ok_or(at)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(at);
    }
    u16::from_str_radix(digits, 16).map_err(|_| at)
}

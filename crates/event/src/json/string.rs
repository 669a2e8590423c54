//! Texts of JSON, with their escapes.

use memchr::memchr;
use predispatch_types::json_text_len;

/// Where texts with escapes are written without them. One piece of memory for all of an input, so that
/// every text of it is a borrowed one.
pub(crate) struct Room<'a>(&'a mut [u8]);

impl<'a> Room<'a> {
    pub(crate) const fn new(bytes: &'a mut [u8]) -> Self {
        Self(bytes)
    }

    /// The bytes that suffice for all texts of `input`: each is read once, and none is longer without its
    /// escapes. None are needed if there is no escape.
    pub(crate) fn size(input: &[u8]) -> usize {
        memchr(b'\\', input).map_or(0, |_| input.len())
    }

    /// Writes `text` at `len`; the length after it, or `None` if there is no place.
    fn put(&mut self, len: usize, text: &str) -> Option<usize> {
        let end = len.checked_add(text.len())?;
        self.0.get_mut(len..end)?.copy_from_slice(text.as_bytes());
        Some(end)
    }

    /// The first `len` bytes, which nobody writes to any more.
    fn take(&mut self, len: usize) -> Option<&'a str> {
        let (text, rest) = core::mem::take(&mut self.0).split_at_mut_checked(len)?;
        self.0 = rest;
        core::str::from_utf8(text).ok()
    }
}

/// Reads a text with an escape from after its opening quote; the text and the place after the closing one.
/// `first` is the place of the first byte that can't stand in a text as it is.
///
/// # Errors
/// The place of the first wrong byte.
#[cold]
pub(super) fn unescape<'a>(
    text: &'a str,
    from: usize,
    first: usize,
    room: &mut Room<'a>,
) -> Result<(&'a str, usize), usize> {
    let mut plain_from = from;
    let mut at = first;
    let mut len = 0;
    loop {
        len = room.put(len, text.get(plain_from..at).ok_or(at)?).ok_or(at)?;
        match text.as_bytes().get(at) {
            Some(b'"') => return Ok((room.take(len).ok_or(at)?, at.saturating_add(1))),
            Some(b'\\') => {}
            _ => return Err(at),
        }
        let (letter, end) = escape(text, at.saturating_add(1))?;
        len = room.put(len, letter.encode_utf8(&mut [0; 4])).ok_or(at)?;
        plain_from = end;
        at = end.saturating_add(json_text_len(text.as_bytes().get(end..).unwrap_or_default()));
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

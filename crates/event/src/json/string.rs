//! Texts of JSON, with their escapes.

use memchr::memchr;

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

/// Reads from after the opening quote; the text and the place after the closing one. Without an escape
/// nothing is copied.
///
/// # Errors
/// The place of the first wrong byte.
#[inline]
pub(super) fn read<'a>(
    text: &'a str,
    from: usize,
    room: &mut Room<'a>,
) -> Result<(&'a str, usize), usize> {
    let plain = plain_end(text, from);
    match text.as_bytes().get(plain) {
        Some(b'"') => Ok((text.get(from..plain).ok_or(from)?, plain.saturating_add(1))),
        Some(b'\\') => unescape(text, from, plain, room),
        _ => Err(plain),
    }
}

/// The place of the first quote, backslash or control character.
fn plain_end(text: &str, from: usize) -> usize {
    from.saturating_add(plain_len(text.as_bytes().get(from..).unwrap_or_default()))
}

/// How many bytes stand before it. Not `predispatch_types::plain_json_len`, which is made for writers: there
/// nearly no text has any, here each ends with one, and most do within a word or two.
fn plain_len(text: &[u8]) -> usize {
    let (words, rest) = text.as_chunks::<8>();
    let mut len = 0_usize;
    for word in words {
        let found = specials(u64::from_le_bytes(*word));
        if found != 0 {
            return len.saturating_add(found.trailing_zeros() as usize / 8);
        }
        len = len.saturating_add(8);
    }
    let special = |byte: &u8| *byte == b'"' || *byte == b'\\' || *byte < 0x20;
    len.saturating_add(rest.iter().position(special).unwrap_or(rest.len()))
}

/// A bit in the place of each special byte. Bytes above the lowest one may have a bit by mistake: the
/// borrow of a subtraction runs upwards from a byte that is one.
const fn specials(word: u64) -> u64 {
    const EACH: u64 = u64::MAX / 255;
    const QUOTES: u64 = EACH.wrapping_mul(b'"' as u64);
    const BACKSLASHES: u64 = EACH.wrapping_mul(b'\\' as u64);
    const SPACES: u64 = EACH.wrapping_mul(b' ' as u64);
    const HIGH: u64 = EACH.wrapping_mul(0x80);
    let (quote, backslash) = (word ^ QUOTES, word ^ BACKSLASHES);
    let control = word.wrapping_sub(SPACES) & !word;
    let quote = quote.wrapping_sub(EACH) & !quote;
    let backslash = backslash.wrapping_sub(EACH) & !backslash;
    (control | quote | backslash) & HIGH
}

#[cold]
fn unescape<'a>(
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_in_every_place_of_a_word_is_told() {
        for byte in 0..=u8::MAX {
            for place in 0..19 {
                for around in [b' ', b'a', 0x7f, 0x80, 0xff] {
                    let mut text = [around; 19];
                    text[place] = byte;
                    let special = byte < 0x20 || byte == b'"' || byte == b'\\';
                    let expected = if special { place } else { text.len() };
                    assert_eq!(plain_len(&text), expected, "{text:?}");
                    // Specials after the first one change nothing.
                    text[18] = 0;
                    assert_eq!(plain_len(&text), expected.min(18), "{text:?}");
                }
            }
        }
    }
}

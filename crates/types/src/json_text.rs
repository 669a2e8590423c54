//! Which bytes stand in a JSON text as they are.

/// How many bytes from the beginning of `text` a JSON string holds as they are: up to the first quotation
/// mark, backslash or control character, or all of them (RFC 8259, section 7).
///
/// Eight bytes at a time, for readers and writers of many short texts.
///
/// ```
/// use predispatch_types::plain_json_len;
///
/// assert_eq!(plain_json_len(b"Oxford shirt, 44\", blue"), 16);
/// assert_eq!(plain_json_len("東京".as_bytes()), 6);
/// ```
pub fn plain_json_len(text: &[u8]) -> usize {
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
                    assert_eq!(plain_json_len(&text), expected, "{text:?}");
                    // Specials after the first one change nothing.
                    text[18] = 0;
                    assert_eq!(plain_json_len(&text), expected.min(18), "{text:?}");
                }
            }
        }
    }
}

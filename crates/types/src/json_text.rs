//! Which bytes stand in a JSON text as they are.

/// How many bytes from the beginning of `text` a JSON string holds as they are: up to the first quotation
/// mark, backslash or control character, or all of them (RFC 8259, section 7).
///
/// For readers and writers of many short texts: sixteen bytes at a time, and no loop over single bytes in a
/// text that has nothing special in it.
///
/// ```
/// use predispatch_types::plain_json_len;
///
/// assert_eq!(plain_json_len(b"Oxford shirt, 44\", blue"), 16);
/// assert_eq!(plain_json_len("東京".as_bytes()), 6);
/// ```
pub fn plain_json_len(text: &[u8]) -> usize {
    let (blocks, rest) = text.as_chunks::<16>();
    match blocks.iter().position(|block| !is_plain(block)) {
        Some(block) => {
            let before = block.saturating_mul(16);
            before.saturating_add(first_special(text.get(before..).unwrap_or_default()))
        }
        None if rest.is_empty() || ends_plain(text) => text.len(),
        None => {
            let before = text.len().saturating_sub(rest.len());
            before.saturating_add(first_special(rest))
        }
    }
}

/// Numbers, not truth values: of these the compiler makes vector instructions.
#[inline]
fn is_plain(block: &[u8; 16]) -> bool {
    block.iter().fold(0, |found, byte| found | mark(*byte)) == 0
}

/// Whether there is nothing special in the last bytes of `text`, up to 16, by looking at some of them twice.
fn ends_plain(text: &[u8]) -> bool {
    if let Some(last) = text.last_chunk::<16>() {
        return is_plain(last);
    }
    if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        return specials(u64::from_le_bytes(*first)) | specials(u64::from_le_bytes(*last)) == 0;
    }
    if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        let [a, b, c, d] = *first;
        let [e, f, g, h] = *last;
        return specials(u64::from_le_bytes([a, b, c, d, e, f, g, h])) == 0;
    }
    !text.iter().any(|byte| is_special(*byte))
}

/// The same length as [`plain_json_len`] tells, for readers: there nearly no text has anything special, here each
/// ends with a quotation mark, and most do within a word or two of eight bytes.
///
/// ```
/// use predispatch_types::json_text_len;
///
/// assert_eq!(json_text_len(br#"purchase","value":1}"#), 8);
/// ```
#[inline]
pub fn json_text_len(text: &[u8]) -> usize {
    let (words, rest) = text.as_chunks::<8>();
    let mut len = 0_usize;
    for word in words {
        let found = specials(u64::from_le_bytes(*word));
        if found != 0 {
            return len.wrapping_add(found.trailing_zeros() as usize / 8);
        }
        len = len.wrapping_add(8);
    }
    len.wrapping_add(first_special(rest))
}

fn first_special(text: &[u8]) -> usize {
    text.iter().position(|byte| is_special(*byte)).unwrap_or(text.len())
}

const fn is_special(byte: u8) -> bool {
    mark(byte) != 0
}

/// 1 for what is special.
const fn mark(byte: u8) -> u8 {
    (byte < 0x20) as u8 | (byte == b'"') as u8 | (byte == b'\\') as u8
}

/// Not 0 if one of eight bytes is special. Which of them is told for the lowest only: the borrow of a
/// subtraction runs upwards from a byte that is one.
#[inline]
const fn specials(word: u64) -> u64 {
    const EACH: u64 = u64::MAX / 255;
    // With one bit turned over, quotation marks stand just above the control characters.
    let low = (word ^ EACH.wrapping_mul(b'"' as u64 ^ 0x20)).wrapping_sub(EACH.wrapping_mul(0x21));
    let backslash = (word ^ EACH.wrapping_mul(b'\\' as u64)).wrapping_sub(EACH);
    (low | backslash) & !word & EACH.wrapping_mul(0x80)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two blocks and a rest with a word of its own.
    const LEN: usize = 45;

    #[test]
    fn every_byte_in_every_place_of_a_word_is_told() {
        for byte in 0..=u8::MAX {
            for place in 0..LEN {
                for around in [b' ', b'a', 0x7f, 0x80, 0xff] {
                    let mut text = [around; LEN];
                    text[place] = byte;
                    let special = byte < 0x20 || byte == b'"' || byte == b'\\';
                    let expected = if special { place } else { text.len() };
                    // Every length has its own way through the words at the end.
                    for len in 0..=LEN {
                        assert_eq!(plain_json_len(&text[..len]), expected.min(len), "{text:?}");
                        assert_eq!(json_text_len(&text[..len]), expected.min(len), "{text:?}");
                    }
                    // Specials after the first one change nothing.
                    text[LEN - 1] = 0;
                    assert_eq!(plain_json_len(&text), expected.min(LEN - 1), "{text:?}");
                    assert_eq!(json_text_len(&text), expected.min(LEN - 1), "{text:?}");
                }
            }
        }
    }
}

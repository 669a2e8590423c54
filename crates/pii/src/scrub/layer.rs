//! Text under text: percent-decoding, compatible characters, base64. Each decoded byte knows where
//! it came from, so that a cut in the decoded text is a cut in the text as it was given.

use core::ops::Range;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::scan::slice;

/// A decoded text. Wiped on drop.
pub(super) struct Layer {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    /// Where each byte begins in the text above, and that text's length at the end.
    from: Vec<usize>,
}

impl Layer {
    fn with_capacity(len: usize) -> Self {
        let bytes = Zeroizing::new(Vec::with_capacity(len));
        Self { bytes, from: Vec::with_capacity(len.saturating_add(1)) }
    }

    fn push(&mut self, bytes: &[u8], from: usize) {
        for &byte in bytes {
            self.bytes.push(byte);
            self.from.push(from);
        }
    }

    /// The place above of a range of this text.
    pub(super) fn above(&self, range: Range<usize>) -> Range<usize> {
        let last = self.from.last().copied().unwrap_or_default();
        let place = |at: usize| self.from.get(at).copied().unwrap_or(last);
        place(range.start)..place(range.end)
    }

    /// The text with one level of percent-encoding taken off; `None` if there is none on it.
    pub(super) fn percent_decoded(text: &[u8]) -> Option<Self> {
        let sign = text.iter().position(|&byte| byte == b'%')?;
        let first = (sign..text.len()).find(|&at| escape(text, at).is_some())?;
        let mut layer = Self::with_capacity(text.len());
        for (at, &byte) in slice(text, 0, first).iter().enumerate() {
            layer.push(&[byte], at);
        }
        let mut at = first;
        while let Some(&byte) = text.get(at) {
            let escaped = escape(text, at);
            layer.push(&[escaped.unwrap_or(byte)], at);
            at = at.saturating_add(if escaped.is_some() { 3 } else { 1 });
        }
        layer.from.push(text.len());
        Some(layer)
    }

    /// The text with ASCII for the characters that are only another form of it (full width, digits of
    /// other scripts, hyphens and spaces of every width) and without invisible ones; `None` if the
    /// text is ASCII. Bytes that are no UTF-8 stay.
    pub(super) fn folded(text: &[u8]) -> Option<Self> {
        if text.is_ascii() {
            return None;
        }
        let mut layer = Self::with_capacity(text.len());
        let mut at = 0_usize;
        for chunk in text.utf8_chunks() {
            for c in chunk.valid().chars() {
                match fold(c) {
                    Fold::Keep => layer.push(c.encode_utf8(&mut [0; 4]).as_bytes(), at),
                    Fold::Ascii(byte) => layer.push(&[byte], at),
                    Fold::Drop => {}
                }
                at = at.saturating_add(c.len_utf8());
            }
            layer.push(chunk.invalid(), at);
            at = at.saturating_add(chunk.invalid().len());
        }
        layer.from.push(text.len());
        Some(layer)
    }
}

/// The byte that `%XX` at `at` stands for.
fn escape(text: &[u8], at: usize) -> Option<u8> {
    let [b'%', high, low] = slice(text, at, at.saturating_add(3)) else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(*high)?.wrapping_shl(4) | digit(*low)?)
}

enum Fold {
    Keep,
    Ascii(u8),
    Drop,
}

fn fold(c: char) -> Fold {
    match u32::from(c) {
        0..=0x7f => Fold::Keep,
        // Soft hyphen, zero-width characters, direction marks, byte-order mark.
        0xad | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x2069 | 0xfeff => Fold::Drop,
        0x2010..=0x2015 | 0x2212 => Fold::Ascii(b'-'),
        0x3002 | 0xff61 => Fold::Ascii(b'.'),
        // Spaces, full-width and small forms, letters and digits in circles and for mathematics.
        0xa0
        | 0x2000..=0x200a
        | 0x202f
        | 0x205f
        | 0x3000
        | 0x2460..=0x24ff
        | 0xfe50..=0xfe6f
        | 0xff01..=0xff5e
        | 0x1d400..=0x1d7ff => {
            let mut forms = core::iter::once(c).nfkc();
            match (forms.next(), forms.next()) {
                (Some(form), None) => {
                    u8::try_from(form).ok().filter(u8::is_ascii).map_or(Fold::Keep, Fold::Ascii)
                }
                _ => Fold::Keep,
            }
        }
        code => {
            let zero = ZEROS.iter().find(|&&zero| (zero..zero.saturating_add(10)).contains(&code));
            let digit = zero.and_then(|&zero| u8::try_from(code.saturating_sub(zero)).ok());
            digit.map_or(Fold::Keep, |digit| Fold::Ascii(digit.saturating_add(b'0')))
        }
    }
}

/// The zeros of scripts whose digits people type telephone numbers with.
const ZEROS: &[u32] = &[
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50,
    0xed0, 0xf20, 0x1040, 0x17e0,
];

/// Gives each text that a run of base64 or base64url hides to `look`, up to its first answer.
///
/// A run is decoded as a whole and, where that is no text, in its parts between `-`, `_`, `+` and
/// `/`, as in `user-YWRh…`.
pub(super) fn base64_texts<T>(text: &[u8], mut look: impl FnMut(&[u8]) -> Option<T>) -> Option<T> {
    let runs = text.split(|&byte| sextet(byte).is_none()).filter(|run| run.len() >= MIN_BASE64);
    for run in runs {
        if let Some(hidden) = base64(run) {
            if let Some(answer) = look(&hidden) {
                return Some(answer);
            }
            continue;
        }
        let parts = run.split(|byte| !byte.is_ascii_alphanumeric());
        for part in parts.filter(|part| part.len() >= MIN_BASE64 && part.len() < run.len()) {
            if let Some(answer) = base64(part).and_then(|hidden| look(&hidden)) {
                return Some(answer);
            }
        }
    }
    None
}

/// `a@b.co` is eight characters long.
const MIN_BASE64: usize = 8;

/// What a run stands for, if that is text.
pub(super) fn base64(run: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let head = slice(run, 0, 8).iter().copied();
    let (mut controls, mut high) = (0_u8, 0_u8);
    decode_base64(head, |byte| {
        controls = controls.saturating_add(u8::from(is_control(byte)));
        high = high.saturating_add(u8::from(byte >= 0x80));
    });
    // Most words are nothing in base64, which six bytes tell: no buffer for those.
    if controls > 0 || high > 2 {
        return None;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(run.len()));
    decode_base64(run.iter().copied(), |byte| bytes.push(byte));
    let sound = core::str::from_utf8(&bytes).is_ok() && !bytes.iter().any(|&byte| is_control(byte));
    sound.then_some(bytes)
}

/// Decodes without padding; a last character that is no whole byte is dropped.
fn decode_base64(run: impl Iterator<Item = u8>, mut put: impl FnMut(u8)) {
    let mut held = 0_u32;
    let mut bits = 0_u32;
    for value in run.filter_map(sextet) {
        held = held.wrapping_shl(6) | u32::from(value);
        bits = bits.saturating_add(6);
        if bits >= 8 {
            bits = bits.saturating_sub(8);
            let [.., byte] = held.wrapping_shr(bits).to_be_bytes();
            put(byte);
        }
    }
}

const fn is_control(byte: u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r')
}

#[expect(clippy::indexing_slicing, reason = "the table has a place for every byte")]
fn sextet(byte: u8) -> Option<u8> {
    let value = SEXTETS[usize::from(byte)];
    (value < 64).then_some(value)
}

/// Both alphabets of RFC 4648; 255 for what is in neither.
#[expect(clippy::indexing_slicing, reason = "checked when it is compiled")]
static SEXTETS: [u8; 256] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut table = [u8::MAX; 256];
    let mut value = 0_u8;
    while value < 64 {
        table[alphabet[value as usize] as usize] = value;
        value += 1;
    }
    table[b'-' as usize] = 62;
    table[b'_' as usize] = 63;
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_the_decoded_text_is_found_in_the_text_above() {
        let layer = Layer::percent_decoded(b"a%40b%2").unwrap();
        assert_eq!(&**layer.bytes, b"a@b%2");
        assert_eq!(layer.above(1..3), 1..5);
        assert_eq!(layer.above(3..5), 5..7);
        assert!(Layer::percent_decoded(b"50%").is_none());
    }

    #[test]
    fn other_forms_of_ascii_become_ascii() {
        let folded = |text: &str| Layer::folded(text.as_bytes()).map(|layer| layer.bytes.to_vec());
        assert_eq!(folded("ａ＠ｂ．ｃ").unwrap(), b"a@b.c");
        assert_eq!(folded("+٤٤\u{a0}20\u{2011}79\u{200b}46").unwrap(), b"+44 20-7946");
        assert_eq!(folded("é").unwrap(), "é".as_bytes());
        assert!(folded("plain").is_none());
    }

    #[test]
    fn only_text_comes_out_of_base64() {
        let find = |text: &[u8]| base64_texts(text, |hidden| Some(hidden.to_vec()));
        assert_eq!(find(b"x=YWRhQGV4YW1wbGUuY29t").unwrap(), b"ada@example.com");
        assert_eq!(find(b"id-YWRhQGV4YW1wbGUuY29t").unwrap(), b"ada@example.com");
        assert_eq!(find(b"category/sneakers"), None);
        assert_eq!(find(b"EAIaIQobChMIx7Cc8ZqdhQMVk5poCR0"), None);
    }
}

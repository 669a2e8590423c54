//! Text under text: percent-decoding, compatible characters, base64. The place of each
//! decoded byte can be told, so that a cut in the decoded text is a cut in the text as it was given.

use core::ops::Range;

use memchr::memchr_iter;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::scan::slice;

/// A text with other characters than the one above it. Wiped on drop.
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

    /// The text with ASCII for the characters that are only another form of it (full width, digits of
    /// other scripts, hyphens and spaces of every width) and without invisible ones; `None` if there
    /// are none of either. Bytes that are no UTF-8 stay.
    pub(super) fn folded(text: &[u8]) -> Option<Self> {
        let folds = |c: char| !matches!(fold(c), Fold::Keep);
        if text.is_ascii() || !text.utf8_chunks().any(|chunk| chunk.valid().chars().any(folds)) {
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

/// The text with one level of percent-encoding taken off; `None` if there is none on it.
pub(super) fn percent_decoded(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut at = memchr_iter(b'%', text).find(|&at| escape(text, at).is_some())?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    bytes.extend_from_slice(slice(text, 0, at));
    while let Some(&byte) = text.get(at) {
        let escaped = escape(text, at);
        bytes.push(escaped.unwrap_or(byte));
        at = at.saturating_add(if escaped.is_some() { 3 } else { 1 });
    }
    Some(bytes)
}

/// Where in a percent-encoded text the bytes of the decoded one begin. One walk answers questions
/// that come in order; few texts are asked about at all, so no list is kept.
pub(super) struct Places<'a> {
    text: &'a [u8],
    decoded: usize,
    at: usize,
}

impl<'a> Places<'a> {
    pub(super) const fn new(text: &'a [u8]) -> Self {
        Self { text, decoded: 0, at: 0 }
    }

    /// The place above of a range of the decoded text.
    pub(super) fn above(&mut self, range: Range<usize>) -> Range<usize> {
        self.of(range.start)..self.of(range.end)
    }

    fn of(&mut self, place: usize) -> usize {
        if place < self.decoded {
            *self = Self::new(self.text);
        }
        while self.decoded < place && self.at < self.text.len() {
            let len = if escape(self.text, self.at).is_some() { 3 } else { 1 };
            self.at = self.at.saturating_add(len);
            self.decoded = self.decoded.saturating_add(1);
        }
        self.at
    }
}

/// The byte that `%XX` at `at` stands for.
fn escape(text: &[u8], at: usize) -> Option<u8> {
    let [b'%', high, low, ..] = text.get(at..)? else { return None };
    Some(hex(*high)?.wrapping_shl(4) | hex(*low)?)
}

const fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte.wrapping_sub(b'0')),
        b'a'..=b'f' | b'A'..=b'F' => Some((byte | 0x20).wrapping_sub(b'a').wrapping_add(10)),
        _ => None,
    }
}

enum Fold {
    Keep,
    Ascii(u8),
    Drop,
}

fn fold(c: char) -> Fold {
    match u32::from(c) {
        // ASCII, and most letters of European languages.
        0..=0x9f | 0xa1..=0xac | 0xae..=0x65f => Fold::Keep,
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
    for run in base64_runs(text) {
        if let Some(hidden) = base64(run) {
            if let Some(answer) = look(&hidden) {
                return Some(answer);
            }
            continue;
        }
        let parts = run.split(|&byte| is_divider(byte));
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

/// Whole runs of at least [`MIN_BASE64`] characters of base64.
fn base64_runs(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    core::iter::from_fn(move || {
        loop {
            let (head, tail) = rest.split_first_chunk::<MIN_BASE64>()?;
            // From behind: no run that is long enough begins before the last gap.
            let gap = head.iter().rposition(|&byte| sextet(byte).is_none());
            if let Some(gap) = gap {
                rest = slice(rest, gap.saturating_add(1), rest.len());
                continue;
            }
            let more = tail.iter().take_while(|&&byte| sextet(byte).is_some()).count();
            let (run, after) = rest.split_at_checked(MIN_BASE64.saturating_add(more))?;
            rest = after;
            return Some(run);
        }
    })
}

/// What a run stands for, if that is text.
pub(super) fn base64(run: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    // Most words are nothing in base64, which six bytes tell: no buffer for those.
    if !may_be_text(slice(run, 0, run.len().min(8))) {
        return None;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(run.len()));
    decode_base64(run.iter().copied(), |byte| bytes.push(byte));
    let sound = core::str::from_utf8(&bytes).is_ok() && !bytes.iter().any(|&byte| is_control(byte));
    sound.then_some(bytes)
}

/// Whether what up to eight characters of base64 stand for may be a text's beginning: no control
/// character, and at most two bytes beyond ASCII.
fn may_be_text(head: &[u8]) -> bool {
    let (held, bits) =
        head.iter().filter_map(|&byte| sextet(byte)).fold((0_u64, 0_u32), |(held, bits), value| {
            (held.wrapping_shl(6) | u64::from(value), bits.saturating_add(6))
        });
    // Whole bytes to the left end.
    let held = held.wrapping_shr(bits & 7).wrapping_shl(64_u32.wrapping_sub(bits & !7));
    let whole = usize::try_from(bits >> 3).unwrap_or_default();
    bits < 8
        || ((held & 0x8080_8080_8080_8080).count_ones() <= 2
            && !held.to_be_bytes().into_iter().take(whole).any(is_control))
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

/// The two characters of base64, in either alphabet, that are no letter or digit.
const fn is_divider(byte: u8) -> bool {
    matches!(byte, b'-' | b'_' | b'+' | b'/')
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
        assert_eq!(percent_decoded(b"a%40b%2").unwrap().as_slice(), b"a@b%2");
        let mut places = Places::new(b"a%40b%2");
        assert_eq!(places.above(1..3), 1..5);
        assert_eq!(places.above(3..5), 5..7);
        assert_eq!(places.above(0..1), 0..1);
        assert!(percent_decoded(b"50%").is_none());
        let folded = Layer::folded("a\u{200b}＠b".as_bytes()).unwrap();
        assert_eq!(folded.above(1..2), 4..7);
    }

    #[test]
    fn other_forms_of_ascii_become_ascii() {
        let folded = |text: &str| Layer::folded(text.as_bytes()).map(|layer| layer.bytes.to_vec());
        assert_eq!(folded("ａ＠ｂ．ｃ").unwrap(), b"a@b.c");
        assert_eq!(folded("+٤٤\u{a0}20\u{2011}79\u{200b}46").unwrap(), b"+44 20-7946");
        assert_eq!(folded("é＋").unwrap(), "é+".as_bytes());
        assert!(folded("é").is_none());
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

//! Plain personal text: kept in place where it is short, wiped when it goes, never printed.

use core::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
};

use zeroize::{Zeroize, optimization_barrier};

/// UTF-8 text that is personal data.
///
/// Up to [`INLINE`] bytes live in the value itself, so that the usual identifier costs no
/// allocation. The bytes are wiped on drop. That is best effort: it covers this buffer, not the
/// caller's copy, and not what the compiler may have left in a register or an old stack frame when
/// the value was moved.
#[derive(Clone)]
pub(crate) struct PlainText(Held);

/// Not a small-vector library's: a buffer whose size the compiler knows is wiped with a few vector
/// instructions instead of a call (`benches/README.md`).
#[derive(Clone)]
enum Held {
    /// Zeros after `len`.
    Inline {
        len: u8,
        bytes: [u8; INLINE],
    },
    Heap(Vec<u8>),
}

/// Covers more than 99 of 100 e-mail addresses; the whole identifier stays within two cache lines.
const INLINE: usize = 48;

impl PlainText {
    pub(crate) const fn new() -> Self {
        Self(Held::Inline { len: 0, bytes: [0; INLINE] })
    }

    /// Room for `len` bytes, so that filling it never leaves an unwiped smaller buffer behind.
    pub(crate) fn with_capacity(len: usize) -> Self {
        if len <= INLINE { Self::new() } else { Self(Held::Heap(Vec::with_capacity(len))) }
    }

    /// The text with its ASCII letters in lower case.
    #[inline]
    pub(crate) fn ascii_lowercase(text: &str) -> Self {
        let text = text.as_bytes();
        let mut bytes = [0; INLINE];
        let (Some(place), Ok(len)) = (bytes.get_mut(..text.len()), u8::try_from(text.len())) else {
            return Self(Held::Heap(text.to_ascii_lowercase()));
        };
        // In pieces of a size the compiler knows: copying first and folding afterwards stalls, because
        // the second reads in other pieces than the first wrote.
        let (pieces, rest) = text.as_chunks::<8>();
        let (places, rest_places) = place.as_chunks_mut::<8>();
        for (place, piece) in places.iter_mut().zip(pieces) {
            *place = *piece;
            place.make_ascii_lowercase();
        }
        for (place, byte) in rest_places.iter_mut().zip(rest) {
            *place = byte.to_ascii_lowercase();
        }
        Self(Held::Inline { len, bytes })
    }

    /// The bytes of an ASCII text that `keep` keeps, in lower case.
    #[inline]
    pub(crate) fn ascii_lowercase_of(text: &str, keep: impl Fn(u8) -> bool) -> Self {
        debug_assert!(text.is_ascii(), "only ASCII is handed over");
        if text.len() > INLINE {
            let mut kept = Self::with_capacity(text.len());
            let bytes = text.bytes().filter(|byte| keep(*byte));
            bytes.for_each(|byte| kept.push(byte.to_ascii_lowercase().into()));
            return kept;
        }
        // The length stays in a register until all is there.
        let (mut bytes, mut len) = ([0; INLINE], 0_u8);
        for byte in text.bytes().filter(|byte| keep(*byte)) {
            if let Some(place) = bytes.get_mut(usize::from(len)) {
                *place = byte.to_ascii_lowercase();
                len = len.saturating_add(1);
            }
        }
        Self(Held::Inline { len, bytes })
    }

    /// Whether it begins and ends with a visible ASCII character, so that there is nothing to trim.
    pub(crate) fn is_tight_ascii(&self) -> bool {
        let bytes = self.as_bytes();
        bytes
            .first()
            .zip(bytes.last())
            .is_some_and(|(a, z)| a.is_ascii_graphic() && z.is_ascii_graphic())
    }

    #[inline]
    pub(crate) fn push(&mut self, c: char) {
        // Nearly every character: a byte, and room for it.
        if let Held::Inline { len, bytes } = &mut self.0
            && let Ok(byte @ 0..=0x7f) = u8::try_from(c)
            && let Some(place) = bytes.get_mut(usize::from(*len))
        {
            *place = byte;
            *len = len.saturating_add(1);
        } else {
            self.push_str(c.encode_utf8(&mut [0; 4]));
        }
    }

    pub(crate) fn push_str(&mut self, text: &str) {
        match &mut self.0 {
            Held::Inline { len, bytes } => {
                let start = usize::from(*len);
                let end = start.saturating_add(text.len());
                if let (Some(place), Ok(end)) = (bytes.get_mut(start..end), u8::try_from(end)) {
                    place.copy_from_slice(text.as_bytes());
                    *len = end;
                    return;
                }
            }
            Held::Heap(bytes) if text.len() <= bytes.capacity().saturating_sub(bytes.len()) => {
                bytes.extend_from_slice(text.as_bytes());
                return;
            }
            Held::Heap(_) => {}
        }
        self.grow(text);
    }

    /// Moves to a larger buffer and wipes the old one.
    #[cold]
    fn grow(&mut self, text: &str) {
        let len = self.len().saturating_add(text.len());
        let mut larger = Vec::with_capacity(len.saturating_mul(2));
        larger.extend_from_slice(self.as_bytes());
        larger.extend_from_slice(text.as_bytes());
        // What is replaced here is wiped by its own drop.
        *self = Self(Held::Heap(larger));
    }

    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Held::Inline { len, bytes } => bytes.get(..usize::from(*len)).unwrap_or(bytes),
            Held::Heap(bytes) => bytes,
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).expect("only whole characters are ever pushed")
    }

    pub(crate) fn len(&self) -> usize {
        self.as_bytes().len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }
}

impl Drop for PlainText {
    fn drop(&mut self) {
        match &mut self.0 {
            Held::Inline { bytes, .. } => {
                *bytes = [0; INLINE];
                optimization_barrier(bytes);
            }
            Held::Heap(bytes) => bytes.zeroize(),
        }
    }
}

impl Eq for PlainText {}

impl PartialEq for PlainText {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Ord for PlainText {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl PartialOrd for PlainText {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for PlainText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl From<&str> for PlainText {
    #[inline]
    fn from(text: &str) -> Self {
        let mut bytes = [0; INLINE];
        if let (Some(place), Ok(len)) = (bytes.get_mut(..text.len()), u8::try_from(text.len())) {
            place.copy_from_slice(text.as_bytes());
            return Self(Held::Inline { len, bytes });
        }
        Self(Held::Heap(text.as_bytes().to_vec()))
    }
}

/// Exact capacity is not known beforehand, so growth wipes what it leaves (see `push_str`).
impl FromIterator<char> for PlainText {
    fn from_iter<I: IntoIterator<Item = char>>(chars: I) -> Self {
        let mut text = Self::new();
        for c in chars {
            text.push(c);
        }
        text
    }
}

impl fmt::Debug for PlainText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lengths around a piece of eight bytes, the inline room and twice that.
    #[test]
    fn a_text_is_the_same_however_it_was_made() {
        let letters: String = ('A'..='Z').cycle().take(2 * INLINE + 9).collect();
        for len in 0..letters.len() {
            let lower = letters[..len].to_ascii_lowercase();
            let folded = PlainText::ascii_lowercase(&letters[..len]);
            let pushed: PlainText = lower.chars().collect();
            let kept = PlainText::ascii_lowercase_of(&letters[..len], |_| true);
            let picked = PlainText::ascii_lowercase_of(&letters[..len], |byte| byte != b'C');
            assert_eq!(picked.as_str(), lower.replace('c', ""));
            let mut roomy = PlainText::with_capacity(4 * INLINE);
            roomy.push_str(&lower);
            let mut halves = PlainText::from(&lower[..len / 2]);
            halves.push_str(&lower[len / 2..]);

            assert_eq!(folded.as_str(), lower);
            assert_eq!(folded.len(), len);
            assert_eq!(folded.is_empty(), len == 0);
            for other in [pushed, kept, roomy, halves, PlainText::from(lower.as_str())] {
                assert_eq!(folded, other);
                assert_eq!(folded.cmp(&other), Ordering::Equal);
            }
        }
    }

    #[test]
    fn a_character_across_the_end_of_the_inline_room_stays_whole() {
        for before in INLINE - 4..=INLINE {
            let mut text: PlainText = "a".repeat(before).chars().collect();
            text.push('ß');
            text.push('\u{1f600}');
            assert_eq!(text.as_str(), format!("{}ß\u{1f600}", "a".repeat(before)));
        }
    }
}

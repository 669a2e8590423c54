//! Plain personal text: kept in place where it is short, wiped when it goes, never printed.

use core::fmt;

use smallvec::SmallVec;
use zeroize::Zeroize;

/// UTF-8 text that is personal data.
///
/// Up to [`INLINE`] bytes live in the value itself, so that the usual identifier costs no
/// allocation. The bytes are wiped on drop. That is best effort: it covers this buffer, not the
/// caller's copy, and not what the compiler may have left in a register or an old stack frame when
/// the value was moved.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct PlainText(SmallVec<[u8; INLINE]>);

/// Covers more than 99 of 100 e-mail addresses; the whole identifier stays within two cache lines.
const INLINE: usize = 48;

impl PlainText {
    pub(crate) const fn new() -> Self {
        Self(SmallVec::new_const())
    }

    /// Room for `len` bytes, so that filling it never leaves an unwiped smaller buffer behind.
    pub(crate) fn with_capacity(len: usize) -> Self {
        Self(SmallVec::with_capacity(len))
    }

    /// The text with its ASCII letters in lower case.
    #[inline]
    pub(crate) fn ascii_lowercase(text: &str) -> Self {
        let mut bytes = SmallVec::from_slice(text.as_bytes());
        bytes.make_ascii_lowercase();
        Self(bytes)
    }

    #[inline]
    pub(crate) fn push(&mut self, c: char) {
        // Nearly every character: a byte, and room for it.
        if let Ok(byte @ 0..=0x7f) = u8::try_from(c)
            && self.0.len() < self.0.capacity()
        {
            self.0.push(byte);
        } else {
            self.push_str(c.encode_utf8(&mut [0; 4]));
        }
    }

    pub(crate) fn push_str(&mut self, text: &str) {
        let len = self.0.len().saturating_add(text.len());
        if len > self.0.capacity() {
            self.grow(len);
        }
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Moves to a larger buffer and wipes the old one.
    #[cold]
    fn grow(&mut self, len: usize) {
        let mut larger = SmallVec::with_capacity(len.saturating_mul(2));
        larger.extend_from_slice(&self.0);
        self.0.as_mut_slice().zeroize();
        self.0 = larger;
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).expect("only whole characters are ever pushed")
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Drop for PlainText {
    fn drop(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

impl From<&str> for PlainText {
    fn from(text: &str) -> Self {
        Self(SmallVec::from_slice(text.as_bytes()))
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

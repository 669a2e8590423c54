//! Two letters in twelve bits: a language or a country.

use core::fmt;

/// Two letters from `A` to `Z`: `ConsentLanguage` (ISO 639-1) or `PublisherCC` (ISO 3166-1
/// alpha-2, `AA` for unknown).
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct LetterPair([u8; 2]);

impl LetterPair {
    /// `AA`, which `PublisherCC` uses for "not known".
    pub const UNKNOWN: Self = Self(*b"AA");

    /// `EN`.
    pub(crate) const ENGLISH: Self = Self(*b"EN");

    /// From two ASCII letters of either case.
    pub const fn new(letters: &str) -> Option<Self> {
        match letters.as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Some(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => None,
        }
    }

    /// The letters, upper case.
    pub fn as_str(&self) -> &str {
        // Only ASCII letters get in.
        core::str::from_utf8(&self.0).unwrap_or("AA")
    }

    /// From twelve bits, six a letter; `None` if one is over 25.
    pub(crate) fn from_field(field: u64) -> Option<Self> {
        let letter = |six: u64| u8::try_from(six).ok().filter(|&n| n < 26)?.checked_add(b'A');
        Some(Self([letter(field >> 6 & 63)?, letter(field & 63)?]))
    }

    pub(crate) fn to_field(self) -> u64 {
        let [a, b] = self.0.map(|letter| u64::from(letter.saturating_sub(b'A')));
        a << 6 | b
    }
}

impl fmt::Debug for LetterPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LetterPair({})", self.as_str())
    }
}

impl fmt::Display for LetterPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_letters_get_in() {
        assert_eq!(LetterPair::new("de"), LetterPair::new("DE"));
        for text in ["", "D", "DEU", "D1", "é"] {
            assert_eq!(LetterPair::new(text), None, "{text}");
        }
        assert_eq!(LetterPair::from_field(26 << 6), None);
        assert_eq!(LetterPair::from_field(40), None);
    }

    #[test]
    fn twelve_bits_there_and_back() {
        for text in ["AA", "DE", "ZZ"] {
            let pair = LetterPair::new(text).unwrap();
            assert_eq!(LetterPair::from_field(pair.to_field()), Some(pair));
            assert_eq!(pair.as_str(), text);
        }
    }
}

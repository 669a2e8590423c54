//! What names, streets and cities must be: text that a person wrote.

use predispatch_types::trimmed;

use crate::{
    DigestShape,
    fold::{is_word_char, tidy},
    hashed::looks_like_digest,
    placeholder,
    text::PlainText,
};

/// Why a plain text is not a name, street or city.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TextError {
    /// A control character, such as a line break.
    #[error("text has a control character")]
    Control,
    /// A digest in a plain field.
    #[error("text is {0}")]
    Digest(DigestShape),
    /// An e-mail address in another field.
    #[error("text is an e-mail address")]
    Email,
    /// Nothing but white space.
    #[error("text is empty")]
    Empty,
    /// Not one letter: digits, symbols, punctuation.
    #[error("text has no letter")]
    NoLetter,
    /// More digits than a name, street or city has: a telephone or card number.
    #[error("text has over {MAX_DIGITS} digits, as a telephone or card number does")]
    Number,
    /// A value that stands for none, such as `N/A`.
    #[error("text is a placeholder")]
    Placeholder,
    /// Longer than the type allows.
    #[error("text is {len} bytes long, limit {max}")]
    TooLong {
        /// Bytes found.
        len: usize,
        /// Bytes allowed.
        max: usize,
    },
}

impl TextError {
    /// The stable code, for issues: listed in the crate's documentation.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Control => "text_control",
            Self::Digest(_) => "text_is_digest",
            Self::Email => "text_is_email",
            Self::Empty => "text_empty",
            Self::NoLetter => "text_no_letter",
            Self::Number => "text_number",
            Self::Placeholder => "text_placeholder",
            Self::TooLong { .. } => "text_too_long",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<TextError>();

/// Tidies a text and checks that a person may have written it.
pub(crate) fn read(raw: &str, max: usize) -> Result<PlainText, TextError> {
    let trimmed = trimmed(raw);
    if trimmed.len() > max {
        return Err(TextError::TooLong { len: trimmed.len(), max });
    }
    if let Some(shape) = looks_like_digest(trimmed) {
        return Err(TextError::Digest(shape));
    }
    let tidied = tidy(trimmed);
    if tidied.len() > max {
        return Err(TextError::TooLong { len: tidied.len(), max });
    }
    let text = tidied.as_str();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    let seen = if text.is_ascii() { Seen::in_ascii(text) } else { Seen::beyond_ascii(text) };
    if seen.control {
        return Err(TextError::Control);
    }
    if seen.at_sign {
        return Err(TextError::Email);
    }
    if seen.digits > MAX_DIGITS {
        return Err(TextError::Number);
    }
    if placeholder::is_placeholder(text) {
        return Err(TextError::Placeholder);
    }
    if !seen.letter {
        return Err(TextError::NoLetter);
    }
    Ok(tidied)
}

/// What characters a text has.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    control: bool,
    at_sign: bool,
    digits: usize,
    letter: bool,
}

impl Seen {
    /// In one pass over the bytes.
    fn in_ascii(text: &str) -> Self {
        text.bytes().fold(Self::default(), |seen, byte| Self {
            control: seen.control | byte.is_ascii_control(),
            at_sign: seen.at_sign | (byte == b'@'),
            digits: seen.digits.wrapping_add(usize::from(byte.is_ascii_digit())),
            letter: seen.letter | byte.is_ascii_alphabetic(),
        })
    }

    fn beyond_ascii(text: &str) -> Self {
        Self {
            control: text.chars().any(char::is_control),
            at_sign: text.contains(['@', '＠', '﹫']),
            digits: text.chars().filter(|c| c.is_numeric()).count(),
            letter: text.chars().any(is_letter),
        }
    }
}

/// A letter that every normal form keeps: the modifier letters for an apostrophe are not.
pub(crate) fn is_letter(c: char) -> bool {
    c.is_alphabetic() && is_word_char(c)
}

/// Telephone numbers have eight digits and more, card numbers thirteen: neither belongs here, and
/// some platforms take these fields in clear.
const MAX_DIGITS: usize = 7;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_broken_rule_has_its_error() {
        let error = |raw: &str| read(raw, 80).unwrap_err();
        assert_eq!(error(" \u{feff} "), TextError::Empty);
        assert_eq!(error("a\nb"), TextError::Control);
        assert_eq!(error("ada@example.com"), TextError::Email);
        assert_eq!(error("ada＠example.com"), TextError::Email);
        assert_eq!(error("12345 - 6"), TextError::NoLetter);
        assert_eq!(error("0\u{2bc}"), TextError::NoLetter);
        assert_eq!(error("Ada +1 650 555 1212"), TextError::Number);
        assert_eq!(error("N/A"), TextError::Placeholder);
        assert_eq!(error(&"a".repeat(64)), TextError::Digest(DigestShape::Sha256));
        assert_eq!(error(&"x".repeat(81)), TextError::TooLong { len: 81, max: 80 });
    }

    #[test]
    fn ascii_is_looked_at_like_every_text() {
        let all: Vec<char> = ('\0'..='\u{7f}').collect();
        for text in all.windows(2).chain(all.chunks(16)).chain(all.chunks(1)) {
            let text: String = text.iter().collect();
            assert_eq!(Seen::in_ascii(&text), Seen::beyond_ascii(&text), "{text:?}");
        }
    }

    #[test]
    fn names_of_every_script_pass() {
        for name in ["Ada", "정", "Владимир", "  Þórr ", "O'Neil", "Jean-Luc", "ÅSE", "محمد"]
        {
            assert!(read(name, 80).is_ok(), "{name}");
        }
    }
}

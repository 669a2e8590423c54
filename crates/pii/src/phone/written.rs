//! What people write into a telephone field, read into digits.

use crate::{fold, hashed::looks_like_digest, placeholder};

use super::{Phone, PhoneError, digit::decimal, digits::Digits};

/// The digits of one number as it was written, without its extension.
#[derive(Clone, Eq, PartialEq)]
pub(super) struct Written {
    pub(super) digits: Digits,
    /// A plus stood before the digits.
    pub(super) plus: bool,
    /// Place of a zero in brackets after other digits, as in `+44 (0)20`.
    pub(super) bracketed_zero: Option<usize>,
    /// A mark stands between digits that joins two numbers as often as the parts of one: `/`.
    pub(super) slash: bool,
}

impl Written {
    /// Reads ASCII digits with the usual separators, perhaps after a plus; none if there is
    /// anything else in the text.
    ///
    /// This is the way of nearly all numbers: one look at each byte.
    pub(super) fn plain(text: &str) -> Option<Self> {
        if text.len() > Phone::MAX_INPUT_LEN {
            return None;
        }
        let mut written = Self::new();
        let mut rest = text.as_bytes();
        while let Some((&byte, after)) = rest.split_first() {
            match byte {
                b'0'..=b'9' => {
                    if !written.digits.push(byte) {
                        return None;
                    }
                }
                b' ' | b'-' | b'.' | b')' => {}
                // Not a trunk zero in brackets.
                b'(' if matches!(after, [b'1'..=b'9', ..] | [b'0', b'0'..=b'9', ..]) => {}
                b'+' if written.digits.len() == 0 => written.plus = true,
                _ => return None,
            }
            rest = after;
        }
        (written.digits.len() > 0).then_some(written)
    }

    /// Reads whatever else people write: every script's digits, typographic dashes and spaces,
    /// `tel:`, extensions, a trunk zero in brackets.
    ///
    /// # Errors
    /// The first broken rule.
    pub(super) fn read(text: &str) -> Result<Self, PhoneError> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
        if text.is_empty() {
            return Err(PhoneError::Empty);
        }
        if text.len() > Phone::MAX_INPUT_LEN {
            return Err(PhoneError::InputTooLong { len: text.len() });
        }
        if let Some(shape) = looks_like_digest(text) {
            return Err(PhoneError::Digest(shape));
        }
        if placeholder::is_placeholder(text) {
            return Err(PhoneError::Placeholder);
        }
        if text.contains(['@', '\u{ff20}']) {
            return Err(PhoneError::Email);
        }
        let mut written = Self::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            rest = written.take(c, rest)?;
        }
        if written.digits.len() == 0 { Err(PhoneError::Empty) } else { Ok(written) }
    }

    const fn new() -> Self {
        Self { digits: Digits::new(), plus: false, bracketed_zero: None, slash: false }
    }

    /// Takes what `rest` begins with (`c` is its first character), and returns what is left.
    fn take<'a>(&mut self, c: char, rest: &'a str) -> Result<&'a str, PhoneError> {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let begun = self.digits.len() > 0;
        if let Some(digit) = decimal(c) {
            return if self.digits.push(digit) { Ok(after) } else { Err(too_long(self, rest)) };
        }
        if is_invisible(c) {
            return Ok(after);
        }
        match c {
            '+' | '\u{fe62}' | '\u{ff0b}' if begun => Err(PhoneError::TwoNumbers),
            '+' | '\u{fe62}' | '\u{ff0b}' => {
                self.plus = true;
                Ok(after)
            }
            '(' | '[' | '\u{ff08}' | '\u{ff3b}' => {
                // The zero itself is read next, into this place.
                if begun && self.bracketed_zero.is_none() && closes_after_zero(after) {
                    self.bracketed_zero = Some(self.digits.len());
                }
                Ok(after)
            }
            '#' if begun => extension(after),
            ';' if begun && is_parameter(after) => extension(after),
            // Another parameter of a `tel:` URI.
            ';' if after.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                Err(PhoneError::BadCharacter)
            }
            ',' | ';' | '|' | '&' | '\n' | '\r' => {
                if begun && has_digit(after) {
                    Err(PhoneError::TwoNumbers)
                } else {
                    Ok(after)
                }
            }
            '/' | '\\' | '\u{ff0f}' => {
                self.slash |= begun;
                Ok(after)
            }
            _ if is_separator(c) => Ok(after),
            _ if c.is_alphabetic() => self.word(rest),
            _ => Err(PhoneError::BadCharacter),
        }
    }

    /// A word: `tel`, `tel.`, `tel:` or `tel.:` before the number, or the mark of an extension
    /// after it.
    fn word<'a>(&self, rest: &'a str) -> Result<&'a str, PhoneError> {
        let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let is = |mark: &&str| word.eq_ignore_ascii_case(mark);
        if self.digits.len() > 0 {
            let long_enough = self.digits.len() >= FEWEST_BEFORE_EXTENSION;
            return if long_enough && EXTENSION_MARKS.iter().any(is) {
                extension(after)
            } else {
                Err(PhoneError::Letters)
            };
        }
        if self.plus || !is(&"tel") {
            return Err(PhoneError::Letters);
        }
        let after = after.strip_prefix('.').unwrap_or(after);
        Ok(after.strip_prefix(':').unwrap_or(after))
    }
}

/// Before an extension's digits. RFC 3966 §3 (`;ext=`, see [`is_parameter`]), and what Segment's
/// client cuts for Reddit (`ext`, `x`, `anexo`, `#`, `poste`, `int`), with the long forms of the
/// first.
const EXTENSION_MARKS: [&str; 7] = ["ext", "extn", "extension", "x", "anexo", "poste", "int"];

/// Fewest digits that can be a number, its calling code (at most three) left out: `0x10` is none
/// with an extension.
const FEWEST_BEFORE_EXTENSION: usize = Phone::MIN_DIGITS - 3;

/// Most digits that are taken for an extension; more are a number of their own.
const LONGEST_EXTENSION: usize = 9;

/// Leaves out everything after an extension's mark, unless that holds another number.
fn extension(after: &str) -> Result<&str, PhoneError> {
    let digits = after.chars().filter(|&c| decimal(c).is_some()).count();
    let another = after.contains(['+', '\u{ff0b}']) || digits > LONGEST_EXTENSION;
    if another { Err(PhoneError::TwoNumbers) } else { Ok("") }
}

/// RFC 3966 §3: what follows a number's semicolon. A `phone-context` is not among them: the number
/// before it is not the whole one.
fn is_parameter(after: &str) -> bool {
    ["ext=", "isub="]
        .iter()
        .any(|name| after.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)))
}

/// `0)`, perhaps with spaces.
fn closes_after_zero(after: &str) -> bool {
    let mut inner = after.chars().filter(|c| !c.is_whitespace());
    inner.next().and_then(decimal) == Some(b'0')
        && matches!(inner.next(), Some(')' | ']' | '\u{ff09}' | '\u{ff3d}'))
}

fn too_long(written: &Written, rest: &str) -> PhoneError {
    let more = rest.chars().filter(|&c| decimal(c).is_some()).count();
    if written.slash {
        PhoneError::TwoNumbers
    } else {
        PhoneError::TooLong { digits: written.digits.len().saturating_add(more) }
    }
}

fn has_digit(text: &str) -> bool {
    text.chars().any(|c| decimal(c).is_some())
}

/// Spaces, dashes, brackets, dots, waves, and the apostrophe that spreadsheets put before digits.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '.' | ')' | ']' | '~' | '\'' | '\u{b7}' | '\u{2019}' | '\u{2212}')
        || matches!(c, '\u{2010}'..='\u{2015}' | '\u{2053}' | '\u{223c}' | '\u{301c}' | '\u{30fc}')
        || matches!(
            c,
            '\u{fe58}'
                | '\u{fe63}'
                | '\u{ff09}'
                | '\u{ff0d}'
                | '\u{ff0e}'
                | '\u{ff3d}'
                | '\u{ff5e}'
        )
}

/// Marks that copying leaves behind, joiners and the Arabic letter mark included.
const fn is_invisible(c: char) -> bool {
    fold::is_invisible(c) || matches!(c, '\u{61c}' | '\u{200c}' | '\u{200d}')
}

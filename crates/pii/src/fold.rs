//! Folding of text that every name and address rule shares.

use predispatch_types::trimmed;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};
use zeroize::Zeroizing;

use crate::text::PlainText;

/// The text trimmed, in NFC, without the invisible marks that copying from a page leaves behind, and
/// with every white space (no-break spaces, line separators) made a plain one.
///
/// Zero-width joiners stay: in Persian and Indic names they are part of the spelling.
pub(crate) fn tidy(text: &str) -> PlainText {
    let text = trimmed(text);
    if text.is_ascii() {
        return PlainText::from(text);
    }
    let visible = text.chars().filter(|&c| !is_invisible(c));
    let spaced = visible.map(|c| if c.is_whitespace() { ' ' } else { c });
    let tidied: PlainText = spaced.nfc().collect();
    let trimmed = tidied.as_str().trim();
    if trimmed.len() == tidied.len() { tidied } else { PlainText::from(trimmed) }
}

/// Soft hyphen, zero-width space, direction marks, byte-order mark.
pub(crate) const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// A letter, mark or digit: what is left of a name when "punctuation and special characters" go.
///
/// The modifier letters that stand in for an apostrophe (`O\u{2bc}Neil`) count as punctuation.
pub(crate) fn is_word_char(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    if matches!(c, '\u{2b9}'..='\u{2bd}' | '\u{2c8}') {
        return false;
    }
    use GeneralCategoryGroup::{Letter, Mark, Number};
    matches!(c.general_category_group(), Letter | Mark | Number)
}

/// A text in lower case, on its way to a normal form.
///
/// The whole text is lower-cased at once, because a capital sigma at the end of a word has its own
/// small letter.
pub(crate) struct LowerCase<'a>(Lower<'a>);

enum Lower<'a> {
    Ascii(&'a str),
    Unicode(Zeroizing<String>),
}

impl<'a> LowerCase<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Self(if text.is_ascii() {
            Lower::Ascii(text)
        } else {
            Lower::Unicode(Zeroizing::new(text.to_lowercase()))
        })
    }

    /// The characters that `keep` keeps, in NFC, without outer white space.
    ///
    /// NFC comes last. After lower case: "T\u{308}" has no composed capital, but its small letter
    /// has. After `keep`: what is dropped between a letter and a mark lets them compose.
    pub(crate) fn collect_trimmed(&self, keep: impl Fn(char) -> bool) -> PlainText {
        let kept: PlainText = match &self.0 {
            Lower::Ascii(text) => PlainText::ascii_lowercase_of(text, |byte| keep(byte.into())),
            Lower::Unicode(text) => text.chars().filter(|&c| keep(c)).nfc().collect(),
        };
        if kept.is_tight_ascii() {
            return kept;
        }
        let trimmed = kept.as_str().trim();
        if trimmed.len() == kept.len() { kept } else { PlainText::from(trimmed) }
    }
}

//! Folding of text that every name and address rule shares.

use unicode_normalization::{UnicodeNormalization, is_nfc_quick};
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};
use zeroize::Zeroizing;

use crate::text::PlainText;

/// The text trimmed, in NFC, without the invisible marks that copying from a page leaves behind.
///
/// Zero-width joiners stay: in Persian and Indic names they are part of the spelling.
pub(crate) fn tidy(text: &str) -> PlainText {
    let text = text.trim();
    if text.is_ascii() {
        return PlainText::from(text);
    }
    let visible = text.chars().filter(|&c| !is_invisible(c));
    let tidied: PlainText = visible.nfc().collect();
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

/// A text in lower case, then NFC.
///
/// In that order: "T\u{308}" has no composed capital, but its small letter has, so the other order
/// is not stable. The whole text is lower-cased at once, because a capital sigma at the end of a
/// word has its own small letter.
pub(crate) struct LowerCase<'a>(Lower<'a>);

enum Lower<'a> {
    Ascii(&'a str),
    Folded(Zeroizing<String>),
}

impl<'a> LowerCase<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        if text.is_ascii() {
            return Self(Lower::Ascii(text));
        }
        let lower = Zeroizing::new(text.to_lowercase());
        let composed = is_nfc_quick(lower.chars()) == unicode_normalization::IsNormalized::Yes;
        let folded = if composed { lower } else { Zeroizing::new(lower.nfc().collect()) };
        Self(Lower::Folded(folded))
    }

    /// The characters that `keep` keeps, without outer white space.
    pub(crate) fn collect_trimmed(&self, keep: impl Fn(char) -> bool) -> PlainText {
        let text = match &self.0 {
            Lower::Ascii(text) => {
                let mut bytes = PlainText::with_capacity(text.len());
                text.chars().filter(|&c| keep(c)).for_each(|c| bytes.push(c.to_ascii_lowercase()));
                bytes
            }
            Lower::Folded(text) => {
                let mut bytes = PlainText::with_capacity(text.len());
                text.chars().filter(|&c| keep(c)).for_each(|c| bytes.push(c));
                bytes
            }
        };
        let trimmed = text.as_str().trim();
        if trimmed.len() == text.len() { text } else { PlainText::from(trimmed) }
    }
}

//! First and last names.

use core::fmt;

use crate::{
    Format, Hashed, HashedError, Identifier, Kind, NormalForm, TextError, Withheld,
    fold::{LowerCase, is_word_char},
    identifier::{Held, sealed::Sealed},
    placeholder::is_placeholder,
    text::PlainText,
    written,
};

/// A first (given) name, or the sender's digest of one.
///
/// Kept as it was written, trimmed and in NFC; every rule lower-cases before NFC. Normal forms:
///
/// | form | formats |
/// |---|---|
/// | letters, marks and digits only, no white space | Meta, Snapchat, TikTok, LinkedIn (hashed names) |
/// | lower case | Pinterest |
/// | lower case, runs of white space made one space | Google Ads |
/// | no title (`Mrs.`), no punctuation | Google Data Manager |
/// | no digits, no symbols | Google Analytics 4 |
/// | only `a-z 0-9`; names beyond ASCII are withheld | Amazon |
/// | as written | LinkedIn, in clear |
///
/// Sources with the dates they were read: `docs/sources.md#names`.
///
/// ```
/// use predispatch_pii::{FirstName, Format, Identifier};
///
/// let name = FirstName::parse(" Mary-Jane ")?;
/// assert_eq!(name.normal_form(Format::Meta)?.as_str(), "maryjane");
/// assert_eq!(name.normal_form(Format::Pinterest)?.as_str(), "mary-jane");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Deviation
/// Meta and Snapchat do not say what becomes of white space inside a name. It goes: Meta's
/// parameter builder and its newest SDKs remove it, its older SDKs do not. Google's own Data
/// Manager helper keeps punctuation and titles; its documentation drops titles and its API
/// definition asks for no punctuation, and that is what happens here.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct FirstName(Held<PlainText>);

/// A last (family) name, or the sender's digest of one.
///
/// As [`FirstName`], except: Google Data Manager drops a suffix (`Jr.`) instead of a title, and
/// Google Ads removes punctuation here.
///
/// ```
/// use predispatch_pii::{Format, Identifier, LastName};
///
/// let name = LastName::parse("O’Neil Jr.")?;
/// assert_eq!(name.normal_form(Format::Meta)?.as_str(), "oneiljr");
/// assert_eq!(name.normal_form(Format::GoogleDataManager)?.as_str(), "oneil");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct LastName(Held<PlainText>);

impl FirstName {
    /// Longest accepted name, in bytes after normalising.
    pub const MAX_LEN: usize = 256;

    /// Reads a plain name.
    ///
    /// # Errors
    /// The first broken rule, as a [`TextError`]; a name needs a letter.
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        written::read(raw, Self::MAX_LEN).map(|name| Self(Held::Plain(name)))
    }

    /// Takes the sender's digest of a name.
    ///
    /// # Errors
    /// As [`Hashed::parse`].
    pub fn from_hashed(digest: &str) -> Result<Self, HashedError> {
        Hashed::parse(digest).map(|hashed| Self(Held::Hashed(hashed)))
    }
}

impl LastName {
    /// Longest accepted name, in bytes after normalising.
    pub const MAX_LEN: usize = FirstName::MAX_LEN;

    /// Reads a plain name.
    ///
    /// # Errors
    /// The first broken rule, as a [`TextError`]; a name needs a letter.
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        written::read(raw, Self::MAX_LEN).map(|name| Self(Held::Plain(name)))
    }

    /// Takes the sender's digest of a name.
    ///
    /// # Errors
    /// As [`Hashed::parse`].
    pub fn from_hashed(digest: &str) -> Result<Self, HashedError> {
        Hashed::parse(digest).map(|hashed| Self(Held::Hashed(hashed)))
    }
}

impl Sealed for FirstName {}

impl Identifier for FirstName {
    const KIND: Kind = Kind::FirstName;

    fn hashed(&self) -> Option<&Hashed> {
        self.0.hashed()
    }

    fn plain_text(&self) -> Option<NormalForm<'_>> {
        self.0.plain().map(NormalForm::of)
    }

    fn normal_form(&self, format: Format) -> Result<NormalForm<'_>, Withheld> {
        let name = self.0.plain_for(Self::KIND, format)?;
        match format {
            Format::GoogleAds => NormalForm::owned(single_spaced(name)),
            Format::GoogleDataManager => {
                let name = without_title(name.as_str());
                NormalForm::owned(kept(name, |c| is_word_char(c) || c.is_whitespace()))
            }
            _ => shared_form(name, format),
        }
    }
}

impl Sealed for LastName {}

impl Identifier for LastName {
    const KIND: Kind = Kind::LastName;

    fn hashed(&self) -> Option<&Hashed> {
        self.0.hashed()
    }

    fn plain_text(&self) -> Option<NormalForm<'_>> {
        self.0.plain().map(NormalForm::of)
    }

    fn normal_form(&self, format: Format) -> Result<NormalForm<'_>, Withheld> {
        let name = self.0.plain_for(Self::KIND, format)?;
        let word_or_space = |c: char| is_word_char(c) || c.is_whitespace();
        match format {
            Format::GoogleAds => NormalForm::owned(kept(name.as_str(), word_or_space)),
            Format::GoogleDataManager => {
                NormalForm::owned(kept(without_suffix(name.as_str()), word_or_space))
            }
            _ => shared_form(name, format),
        }
    }
}

impl fmt::Debug for FirstName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FirstName(<redacted>)")
    }
}

impl fmt::Debug for LastName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LastName(<redacted>)")
    }
}

/// The forms that do not differ between first and last names.
fn shared_form(name: &PlainText, format: Format) -> Result<NormalForm<'_>, Withheld> {
    match format {
        Format::LinkedIn => Ok(NormalForm::of(name)),
        Format::Pinterest => NormalForm::owned(kept(name.as_str(), |_| true)),
        Format::GoogleAnalytics4 => NormalForm::owned(kept(name.as_str(), |c| {
            (is_word_char(c) && !c.is_numeric()) || c.is_whitespace()
        })),
        Format::Amazon if !name.as_str().is_ascii() => Err(Withheld::NotTakenValue),
        _ => NormalForm::owned(kept(name.as_str(), is_word_char)),
    }
}

/// Lower case, with only the characters that `keep` keeps, trimmed.
fn kept(name: &str, keep: impl Fn(char) -> bool) -> PlainText {
    LowerCase::of(name).collect_trimmed(keep)
}

fn single_spaced(name: &PlainText) -> PlainText {
    let mut spaced = PlainText::with_capacity(name.len());
    for word in name.as_str().split_whitespace() {
        if !spaced.is_empty() {
            spaced.push(' ');
        }
        spaced.push_str(word);
    }
    kept(spaced.as_str(), |_| true)
}

/// `Mrs. Anna` without its title; one that is no name without it stays.
///
/// What stands before a title and is no letter (`- Mrs. Anna`) goes too: left there it would hide
/// the title here and not in the form that is made, and a form has to read as itself.
fn without_title(name: &str) -> &str {
    let mut rest = name.trim_start_matches(is_not_word_char);
    while let Some((word, after)) = rest.split_once(char::is_whitespace) {
        let after = after.trim_start_matches(is_not_word_char);
        if !is_one_of(TITLES, word) || !is_name(after) {
            break;
        }
        rest = after;
    }
    rest
}

/// `Smith Jr.` without its suffix, and what stands after that and is no letter; one that is no name
/// without it stays (Ii is a family name).
fn without_suffix(name: &str) -> &str {
    let mut rest = name.trim_end_matches(is_not_word_char);
    while let Some((before, word)) = rest.rsplit_once(char::is_whitespace) {
        let before = before.trim_end_matches(is_not_word_char);
        if !is_one_of(SUFFIXES, word) || !is_name(before) {
            break;
        }
        rest = before;
    }
    rest
}

/// Whether this would be read as a name: `0 IV` is not `0`, and `Null Jr.` not what programs write for
/// nothing.
fn is_name(text: &str) -> bool {
    let form = kept(text, |c| is_word_char(c) || c.is_whitespace());
    text.chars().any(written::is_letter) && !is_placeholder(form.as_str())
}

fn is_not_word_char(c: char) -> bool {
    !is_word_char(c)
}

/// By whole word, without its punctuation: `Petrov` has no suffix `v`.
fn is_one_of(words: &[&str], word: &str) -> bool {
    let letters = || word.chars().filter(|&c| is_word_char(c)).flat_map(char::to_lowercase);
    words.iter().any(|known| known.chars().eq(letters()))
}

/// Titles before a first name, in letters alone: `Dipl.-Ing.` is `dipling`. What is also somebody's
/// name (Ing, Fr) is not in the list.
const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "doctor",
    "sir",
    "madam",
    "herr",
    "frau",
    "mme",
    "mlle",
    "monsieur",
    "madame",
    "sr",
    "sra",
    "srta",
    "dra",
    "señor",
    "señora",
    "dott",
    "dipling",
    "dhr",
    "mevr",
];

/// Suffixes after a last name. What is also somebody's name (Md, Rn) is not in the list.
const SUFFIXES: &[&str] = &["jr", "sr", "ii", "iii", "iv", "phd", "esq", "jnr", "snr"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_suffixes_are_found_beside_signs_that_are_no_letters() {
        let titles = [
            ("Mrs. Anna", "anna"),
            ("- Mrs. Anna", "anna"),
            ("-- Mr--^  Mr", "mr"),
            ("Dipl.-Ing. Eva", "eva"),
            ("Dr. Prof. Eva", "eva"),
            ("Mr. --", "mr"),
            ("'t Mr", "t mr"),
        ];
        for (raw, form) in titles {
            let name = FirstName::parse(raw).expect(raw);
            assert_eq!(name.normal_form(Format::GoogleDataManager).expect(raw).as_str(), form);
        }
        let suffixes = [
            ("Smith, Jr.", "smith"),
            ("Smith Jr. ^", "smith"),
            ("Smith - Jr", "smith"),
            ("Smith PhD, Esq.", "smith"),
            ("-- Ii", "ii"),
        ];
        for (raw, form) in suffixes {
            let name = LastName::parse(raw).expect(raw);
            assert_eq!(name.normal_form(Format::GoogleDataManager).expect(raw).as_str(), form);
        }
    }
}

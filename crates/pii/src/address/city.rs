//! Cities.

use core::fmt;

use crate::{
    Format, Hashed, HashedError, Identifier, Kind, NormalForm, TextError, Withheld,
    fold::{LowerCase, is_word_char},
    identifier::{Held, sealed::Sealed},
    text::PlainText,
    written,
};

/// The city of an address, or the sender's digest of one.
///
/// | form | formats |
/// |---|---|
/// | lower case, only letters, marks and digits | Meta, Pinterest, Snapchat (hashed), TikTok (in clear) |
/// | lower case, no symbols, spaces kept | Google Data Manager (in clear) |
/// | lower case, no digits, no symbols, spaces kept | Google Analytics 4 (in clear) |
/// | as written | Google Ads (in clear) |
/// | only `a-z 0-9`; names beyond ASCII are withheld | Amazon (hashed) |
///
/// Sources: `docs/sources.md#address`.
///
/// ```
/// use predispatch_pii::{City, Format, Identifier};
///
/// let city = City::parse("São Paulo")?;
/// assert_eq!(city.normal_form(Format::Meta)?.as_str(), "sãopaulo");
/// assert_eq!(city.normal_form(Format::GoogleDataManager)?.as_str(), "são paulo");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Deviation
/// Meta's text asks for no special characters and for UTF-8 if there are any. Accents stay: its
/// SDKs keep them, its parameter builder deletes the letter (`sopaulo`). Digits stay as well, which
/// the text does not exclude and its SDKs delete.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct City(Held<PlainText>);

impl City {
    /// Longest accepted name, in bytes.
    pub const MAX_LEN: usize = 200;

    /// Reads a plain name.
    ///
    /// # Errors
    /// The first broken rule, as a [`TextError`]; a city needs a letter.
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        written::read(raw, Self::MAX_LEN).map(|city| Self(Held::Plain(city)))
    }

    /// Takes the sender's digest of a city.
    ///
    /// # Errors
    /// As [`Hashed::parse`].
    pub fn from_hashed(digest: &str) -> Result<Self, HashedError> {
        Hashed::parse(digest).map(|hashed| Self(Held::Hashed(hashed)))
    }
}

impl Sealed for City {}

impl Identifier for City {
    const KIND: Kind = Kind::City;

    fn hashed(&self) -> Option<&Hashed> {
        self.0.hashed()
    }

    fn plain_text(&self) -> Option<NormalForm<'_>> {
        self.0.plain().map(NormalForm::of)
    }

    fn normal_form(&self, format: Format) -> Result<NormalForm<'_>, Withheld> {
        let city = self.0.plain_for(Self::KIND, format)?;
        let lower = |keep: fn(char) -> bool| {
            NormalForm::owned(LowerCase::of(city.as_str()).collect_trimmed(keep))
        };
        match format {
            Format::GoogleAds => Ok(NormalForm::of(city)),
            Format::GoogleAnalytics4 => {
                lower(|c| (is_word_char(c) && !c.is_numeric()) || c.is_whitespace())
            }
            Format::GoogleDataManager => lower(|c| is_word_char(c) || c.is_whitespace()),
            Format::Amazon if !city.as_str().is_ascii() => Err(Withheld::NotTakenValue),
            _ => lower(is_word_char),
        }
    }
}

impl fmt::Debug for City {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("City(<redacted>)")
    }
}

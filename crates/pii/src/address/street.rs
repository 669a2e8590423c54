//! Streets with their house numbers.

use core::fmt;

use crate::{
    Format, Hashed, HashedError, Identifier, Kind, NormalForm, TextError, Withheld,
    fold::{LowerCase, is_word_char},
    identifier::{Held, sealed::Sealed},
    text::PlainText,
    written,
};

/// The street line of an address, or the sender's digest of one. Always hashed.
///
/// | form | formats |
/// |---|---|
/// | lower case, no symbols | Google Data Manager, Google Analytics 4 |
/// | lower case | Google Ads |
/// | only `a-z 0-9`; streets beyond ASCII are withheld | Amazon |
///
/// Sources: `docs/sources.md#address`.
///
/// ```
/// use predispatch_pii::{Format, Identifier, Street};
///
/// let street = Street::parse("123 Main St., Apt. #4")?;
/// assert_eq!(street.normal_form(Format::GoogleAnalytics4)?.as_str(), "123 main st apt 4");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Street(Held<PlainText>);

impl Street {
    /// Longest accepted line, in bytes.
    pub const MAX_LEN: usize = 300;

    /// Reads a plain line.
    ///
    /// # Errors
    /// The first broken rule, as a [`TextError`]; a street needs a letter.
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        written::read(raw, Self::MAX_LEN).map(|street| Self(Held::Plain(street)))
    }

    /// Takes the sender's digest of a street line.
    ///
    /// # Errors
    /// As [`Hashed::parse`].
    pub fn from_hashed(digest: &str) -> Result<Self, HashedError> {
        Hashed::parse(digest).map(|hashed| Self(Held::Hashed(hashed)))
    }
}

impl Sealed for Street {}

impl Identifier for Street {
    const KIND: Kind = Kind::Street;

    fn hashed(&self) -> Option<&Hashed> {
        self.0.hashed()
    }

    fn plain_text(&self) -> Option<NormalForm<'_>> {
        self.0.plain().map(NormalForm::of)
    }

    fn normal_form(&self, format: Format) -> Result<NormalForm<'_>, Withheld> {
        let street = self.0.plain_for(Self::KIND, format)?;
        let lower = |keep: fn(char) -> bool| {
            NormalForm::owned(LowerCase::of(street.as_str()).collect_trimmed(keep))
        };
        match format {
            Format::GoogleAds => lower(|_| true),
            Format::Amazon if !street.as_str().is_ascii() => Err(Withheld::NotTakenValue),
            Format::Amazon => lower(is_word_char),
            _ => lower(|c| is_word_char(c) || c.is_whitespace()),
        }
    }
}

impl fmt::Debug for Street {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Street(<redacted>)")
    }
}

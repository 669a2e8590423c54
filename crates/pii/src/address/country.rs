//! The country of an address.

use core::fmt;

use predispatch_types::{Country, CountryError};

use crate::{
    DigestShape, Format, Hashed, HashedError, Identifier, Kind, NormalForm, Withheld,
    hashed::looks_like_digest,
    identifier::{Held, sealed::Sealed},
    placeholder,
};

/// The country of a person's address, or the sender's digest of one.
///
/// The alpha-2 code: lower case for Meta, Pinterest, Snapchat (hashed) and TikTok (in clear), upper
/// case for Amazon, Google and LinkedIn (in clear). Sources: `docs/sources.md#address`.
///
/// ```
/// use predispatch_pii::{AddressCountry, Format, Identifier};
///
/// let country = AddressCountry::parse("United States")?;
/// assert_eq!(country.normal_form(Format::Meta)?.as_str(), "us");
/// assert_eq!(AddressCountry::parse("UK")?.normal_form(Format::Meta)?.as_str(), "gb");
/// assert!(AddressCountry::parse("Elbonia").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct AddressCountry(Held<Country>);

impl AddressCountry {
    /// Reads a code or a name, as [`Country::parse`].
    ///
    /// # Errors
    /// The first broken rule, as an [`AddressCountryError`]. An unknown word is never cut to two
    /// letters or hashed as it is.
    pub fn parse(raw: &str) -> Result<Self, AddressCountryError> {
        let trimmed = predispatch_types::trimmed(raw);
        if let Some(shape) = looks_like_digest(trimmed) {
            return Err(AddressCountryError::Digest(shape));
        }
        if placeholder::is_placeholder(trimmed) {
            return Err(AddressCountryError::Placeholder);
        }
        Ok(Self(Held::Plain(Country::parse(trimmed)?)))
    }

    /// Takes the sender's digest of a country.
    ///
    /// # Errors
    /// As [`Hashed::parse`].
    pub fn from_hashed(digest: &str) -> Result<Self, HashedError> {
        Hashed::parse(digest).map(|hashed| Self(Held::Hashed(hashed)))
    }

    /// The country, if it was given plain.
    pub const fn country(&self) -> Option<Country> {
        match &self.0 {
            Held::Plain(country) => Some(*country),
            Held::Hashed(_) => None,
        }
    }
}

impl From<Country> for AddressCountry {
    fn from(country: Country) -> Self {
        Self(Held::Plain(country))
    }
}

impl Sealed for AddressCountry {}

impl Identifier for AddressCountry {
    const KIND: Kind = Kind::Country;

    fn hashed(&self) -> Option<&Hashed> {
        self.0.hashed()
    }

    fn plain_text(&self) -> Option<NormalForm<'_>> {
        self.0.plain().map(|country| NormalForm::borrowed(country.as_str()))
    }

    fn normal_form(&self, format: Format) -> Result<NormalForm<'_>, Withheld> {
        let country = self.0.plain_for(Self::KIND, format)?;
        Ok(NormalForm::borrowed(match format {
            Format::Meta | Format::Pinterest | Format::Snapchat | Format::TikTok => {
                country.as_lower_str()
            }
            _ => country.as_str(),
        }))
    }
}

impl fmt::Debug for AddressCountry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressCountry(<redacted>)")
    }
}

/// Why a plain text is not an [`AddressCountry`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AddressCountryError {
    /// A digest in a plain field.
    #[error("country is {0}")]
    Digest(DigestShape),
    /// Not the code or name of one country.
    #[error(transparent)]
    NotACountry(#[from] CountryError),
    /// A value that stands for none, such as `unknown`.
    #[error("country is a placeholder")]
    Placeholder,
}

impl AddressCountryError {
    /// The stable code, for issues: listed in the crate's documentation.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Digest(_) => "country_is_digest",
            Self::NotACountry(CountryError::Ambiguous) => "country_ambiguous",
            Self::NotACountry(CountryError::Empty) => "country_empty",
            Self::NotACountry(_) => "country_unknown",
            Self::Placeholder => "country_placeholder",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<AddressCountryError>();

//! States, provinces and other regions.

use core::fmt;

use predispatch_types::{Country, Region, RegionError};

use crate::{
    DigestShape, Format, Hashed, HashedError, Identifier, Kind, NormalForm, Withheld,
    fold::{LowerCase, is_word_char, tidy},
    hashed::looks_like_digest,
    identifier::{Held, sealed::Sealed},
    placeholder,
    text::PlainText,
};

/// The region of an address (state, province, county), or the sender's digest of one.
///
/// | form | formats |
/// |---|---|
/// | US and Canada: the code; elsewhere the name; lower case, only letters, marks and digits | Meta (hashed), TikTok (in clear) |
/// | US, Canada and Australia: the code; elsewhere as above | Pinterest, Snapchat (hashed) |
/// | the same; beyond ASCII withheld | Amazon (hashed) |
/// | lower case, no symbols | Google Data Manager (in clear) |
/// | lower case, no digits, no symbols | Google Analytics 4 (in clear) |
/// | the code where it is known, else as written | Google Ads (in clear) |
///
/// Sources: `docs/sources.md#address`.
///
/// ```
/// use predispatch_pii::{AddressRegion, Format, Identifier};
/// use predispatch_types::Country;
///
/// let form = |raw, country| -> Result<String, Box<dyn std::error::Error>> {
///     let region = AddressRegion::parse(raw, country)?;
///     Ok(region.normal_form(Format::Meta)?.as_str().to_owned())
/// };
/// assert_eq!(form("District of Columbia", Some(Country::US))?, "dc");
/// assert_eq!(form("Western Australia", Some(Country::AU))?, "westernaustralia");
/// assert_eq!(form("Île-de-France", Some(Country::FR))?, "îledefrance");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct AddressRegion(Held<Written>);

#[derive(Clone, Eq, Hash, PartialEq)]
struct Written {
    text: PlainText,
    known: Option<Region>,
    /// The text is the region's code, not its name.
    is_code: bool,
}

/// The countries whose regions platforms know by code.
const CODED: [Country; 3] = [Country::US, Country::CA, Country::AU];

impl AddressRegion {
    /// Longest accepted text, in bytes.
    pub const MAX_LEN: usize = 200;

    /// Reads a code or a name in a country.
    ///
    /// Without a country, a name that only one of the United States, Canada and Australia has is
    /// taken for it; the rest, bare codes among it, stays the text that it is.
    ///
    /// # Errors
    /// The first broken rule, as an [`AddressRegionError`].
    pub fn parse(raw: &str, country: Option<Country>) -> Result<Self, AddressRegionError> {
        let trimmed = raw.trim();
        if trimmed.len() > Self::MAX_LEN {
            return Err(AddressRegionError::TooLong { len: trimmed.len() });
        }
        if let Some(shape) = looks_like_digest(trimmed) {
            return Err(AddressRegionError::Digest(shape));
        }
        let text = tidy(trimmed);
        let region = text.as_str();
        if region.is_empty() {
            return Err(AddressRegionError::Empty);
        }
        let foreign = |c: char| c.is_control() || matches!(c, '@' | '＠' | '﹫');
        let digits = region.chars().filter(|c| c.is_numeric()).count();
        if region.chars().any(foreign) || digits > MAX_DIGITS {
            return Err(AddressRegionError::BadCharacter);
        }
        if placeholder::is_placeholder(region) {
            return Err(AddressRegionError::Placeholder);
        }
        // Once more without its punctuation, so that the normal form reads as the same region.
        let bare = LowerCase::of(region).collect_trimmed(is_word_char);
        let found = Region::parse(region, country).or_else(|error| match error {
            RegionError::OtherCountry => Err(error),
            _ => Region::parse(bare.as_str(), country),
        });
        let known = match found {
            Ok(known) => Some(known),
            Err(RegionError::OtherCountry) => return Err(AddressRegionError::OtherCountry),
            Err(_) if country.is_some_and(|of| CODED.contains(&of)) => {
                return Err(AddressRegionError::Unknown);
            }
            Err(_) => None,
        };
        let is_code = known
            .is_some_and(|known| is_code_of(known, region) || is_code_of(known, bare.as_str()));
        Ok(Self(Held::Plain(Written { text, known, is_code })))
    }

    /// Takes the sender's digest of a region.
    ///
    /// # Errors
    /// As [`Hashed::parse`].
    pub fn from_hashed(digest: &str) -> Result<Self, HashedError> {
        Hashed::parse(digest).map(|hashed| Self(Held::Hashed(hashed)))
    }

    /// The ISO 3166-2 region, if the text names one.
    pub const fn region(&self) -> Option<Region> {
        match &self.0 {
            Held::Plain(written) => written.known,
            Held::Hashed(_) => None,
        }
    }
}

impl Written {
    /// The code where the platform and the country use one, else the name.
    fn code_or_name(&self, coded: &[Country]) -> Result<NormalForm<'_>, Withheld> {
        let text = match self.known {
            Some(known) if coded.contains(&known.country()) => known.code(),
            // The name is the common form where no code is asked for.
            Some(known) if self.is_code => known.name(),
            _ => self.text.as_str(),
        };
        NormalForm::owned(LowerCase::of(text).collect_trimmed(is_word_char))
    }
}

impl Sealed for AddressRegion {}

impl Identifier for AddressRegion {
    const KIND: Kind = Kind::Region;

    fn hashed(&self) -> Option<&Hashed> {
        self.0.hashed()
    }

    fn plain_text(&self) -> Option<NormalForm<'_>> {
        self.0.plain().map(|written| NormalForm::of(&written.text))
    }

    fn normal_form(&self, format: Format) -> Result<NormalForm<'_>, Withheld> {
        let region = self.0.plain_for(Self::KIND, format)?;
        let lower = |keep: fn(char) -> bool| {
            NormalForm::owned(LowerCase::of(region.text.as_str()).collect_trimmed(keep))
        };
        match format {
            Format::Meta | Format::TikTok => region.code_or_name(&[Country::US, Country::CA]),
            Format::Amazon if region.known.is_none() && !region.text.as_str().is_ascii() => {
                Err(Withheld::NotTakenValue)
            }
            Format::GoogleAds => Ok(match region.known {
                Some(known) => NormalForm::owned(PlainText::from(known.code()))?,
                None => NormalForm::of(&region.text),
            }),
            Format::GoogleAnalytics4 => {
                lower(|c| (is_word_char(c) && !c.is_numeric()) || c.is_whitespace())
            }
            Format::GoogleDataManager => lower(|c| is_word_char(c) || c.is_whitespace()),
            _ => region.code_or_name(&CODED),
        }
    }
}

impl fmt::Debug for AddressRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressRegion(<redacted>)")
    }
}

/// Why a plain text is not an [`AddressRegion`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AddressRegionError {
    /// A control character, an at sign, or more digits than any code has.
    #[error("region has a character that no region has")]
    BadCharacter,
    /// A digest in a plain field.
    #[error("region is {0}")]
    Digest(DigestShape),
    /// Nothing but white space.
    #[error("region is empty")]
    Empty,
    /// A full code of another country than the one given.
    #[error("region is of another country than the one given")]
    OtherCountry,
    /// A value that stands for none, such as `N/A`.
    #[error("region is a placeholder")]
    Placeholder,
    /// Over [`AddressRegion::MAX_LEN`].
    #[error("region is {len} bytes long, limit {}", AddressRegion::MAX_LEN)]
    TooLong {
        /// Bytes found.
        len: usize,
    },
    /// Not a state, province or territory of the United States, Canada or Australia, whose regions
    /// are all known. A wrong word is not hashed.
    #[error("not a state, province or territory of that country")]
    Unknown,
}

impl AddressRegionError {
    /// The stable code, for issues: listed in the crate's documentation.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadCharacter => "region_bad_character",
            Self::Digest(_) => "region_is_digest",
            Self::Empty => "region_empty",
            Self::OtherCountry => "region_other_country",
            Self::Placeholder => "region_placeholder",
            Self::TooLong { .. } => "region_too_long",
            Self::Unknown => "region_unknown",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<AddressRegionError>();

/// ISO 3166-2 codes have three characters at most; some countries number their districts with four.
const MAX_DIGITS: usize = 4;

/// `ca`, `CA` or `US-CA` for California.
fn is_code_of(region: Region, text: &str) -> bool {
    let code = text.rsplit('-').next().unwrap_or(text);
    code.eq_ignore_ascii_case(region.code())
}

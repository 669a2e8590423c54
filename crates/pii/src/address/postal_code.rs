//! Postal codes.

use core::fmt;

use predispatch_types::Country;

use super::postal_shape::PostalShape;
use crate::{
    DigestShape, Format, Hashed, HashedError, Identifier, Kind, NormalForm, Withheld,
    fold::{LowerCase, tidy},
    hashed::looks_like_digest,
    identifier::{Held, sealed::Sealed},
    placeholder,
    text::PlainText,
};

/// A postal code, or the sender's digest of one.
///
/// | form | formats |
/// |---|---|
/// | lower case, no separators; US: the first five digits | Meta |
/// | lower case, no separators | Pinterest, TikTok |
/// | lower case, no white space, hyphen kept | Amazon, Snapchat |
/// | as written, in clear | Google Ads, Google Data Manager |
/// | without `.` and `~`, in clear | Google Analytics 4 |
///
/// Sources: `docs/sources.md#address`.
///
/// ```
/// use predispatch_pii::{Format, Identifier, PostalCode};
/// use predispatch_types::Country;
///
/// let zip = PostalCode::parse("94035-1234", Some(Country::US))?;
/// assert_eq!(zip.normal_form(Format::Meta)?.as_str(), "94035");
/// assert_eq!(zip.normal_form(Format::TikTok)?.as_str(), "940351234");
/// let tokyo = PostalCode::parse("100-0001", Some(Country::JP))?;
/// assert_eq!(tokyo.normal_form(Format::Meta)?.as_str(), "1000001");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Deviation
/// Meta's SDKs cut every code at its hyphen, which makes `100` of Tokyo's `100-0001`; Pinterest's
/// "digits only" would make `11` of London's `SW1A 1AA`. Both are read as meant for the United
/// States.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct PostalCode(Held<Code>);

#[derive(Clone, Eq, Hash, PartialEq)]
struct Code {
    text: PlainText,
    /// A code of the United States, by the country or by its shape (ZIP+4).
    is_us: bool,
}

impl PostalCode {
    /// Longest accepted code, in bytes.
    pub const MAX_LEN: usize = 32;

    /// Reads a plain code, checked against the country's shape where that is known.
    ///
    /// # Errors
    /// The first broken rule, as a [`PostalCodeError`].
    pub fn parse(raw: &str, country: Option<Country>) -> Result<Self, PostalCodeError> {
        let trimmed = predispatch_types::trimmed(raw);
        if let Some(shape) = looks_like_digest(trimmed) {
            return Err(PostalCodeError::Digest(shape));
        }
        if trimmed.len() > Self::MAX_LEN {
            return Err(PostalCodeError::TooLong { len: trimmed.len() });
        }
        if placeholder::is_placeholder(trimmed) {
            return Err(PostalCodeError::Placeholder);
        }
        let tidied = ascii_digits(tidy(trimmed));
        let mut text = tidied.as_str();
        if text.is_empty() {
            return Err(PostalCodeError::Empty);
        }
        let shape = country.and_then(PostalShape::of);
        if let Some(shape) = shape {
            text = shape.without_prefix(text);
        }
        text = text.trim_matches(is_separator);
        if text.is_empty() {
            return Err(PostalCodeError::Empty);
        }
        if !text.chars().all(|c| c.is_alphanumeric() || is_separator(c)) {
            return Err(PostalCodeError::BadCharacter);
        }
        let code = || text.bytes().filter(|byte| !is_separator(char::from(*byte)));
        if code().all(|byte| byte == b'0') {
            return Err(PostalCodeError::Placeholder);
        }
        if shape.is_some_and(|shape| !shape.fits(code())) {
            return Err(PostalCodeError::Shape);
        }
        // Without a country nothing says that it is a postal code at all, and some platforms take
        // it in clear.
        if shape.is_none() && (code().count() > LONGEST_CODE || !text.contains(char::is_numeric)) {
            return Err(PostalCodeError::Shape);
        }
        let is_us =
            country.map_or_else(|| is_zip_plus_4(text), |_| shape.is_some_and(PostalShape::is_zip));
        let cut = (text.len() < tidied.len()).then(|| PlainText::from(text));
        let text = cut.unwrap_or(tidied);
        Ok(Self(Held::Plain(Code { text, is_us })))
    }

    /// Takes the sender's digest of a code.
    ///
    /// # Errors
    /// As [`Hashed::parse`].
    pub fn from_hashed(digest: &str) -> Result<Self, HashedError> {
        Hashed::parse(digest).map(|hashed| Self(Held::Hashed(hashed)))
    }
}

impl Sealed for PostalCode {}

impl Identifier for PostalCode {
    const KIND: Kind = Kind::PostalCode;

    fn hashed(&self) -> Option<&Hashed> {
        self.0.hashed()
    }

    fn plain_text(&self) -> Option<NormalForm<'_>> {
        self.0.plain().map(|code| NormalForm::of(&code.text))
    }

    fn normal_form(&self, format: Format) -> Result<NormalForm<'_>, Withheld> {
        let code = self.0.plain_for(Self::KIND, format)?;
        let lower =
            |keep: fn(char) -> bool| LowerCase::of(code.text.as_str()).collect_trimmed(keep);
        match format {
            Format::GoogleAds | Format::GoogleDataManager => Ok(NormalForm::of(&code.text)),
            Format::GoogleAnalytics4 => {
                let kept = code.text.as_str().chars().filter(|&c| c != '.' && c != '~').collect();
                NormalForm::owned(kept)
            }
            Format::Amazon | Format::Snapchat => {
                NormalForm::owned(lower(|c| c.is_alphanumeric() || c == '-'))
            }
            Format::Meta if code.is_us => {
                let digits = lower(char::is_alphanumeric);
                let five = digits.as_str().get(..5).unwrap_or_default();
                NormalForm::owned(PlainText::from(five))
            }
            _ => NormalForm::owned(lower(char::is_alphanumeric)),
        }
    }
}

impl fmt::Debug for PostalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostalCode(<redacted>)")
    }
}

/// Why a plain text is not a [`PostalCode`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PostalCodeError {
    /// Something other than letters, digits and separators.
    #[error("postal code has a character that no code has")]
    BadCharacter,
    /// A digest in a plain field.
    #[error("postal code is {0}")]
    Digest(DigestShape),
    /// Nothing but white space.
    #[error("postal code is empty")]
    Empty,
    /// A value that stands for none: `N/A`, all zeros.
    #[error("postal code is a placeholder")]
    Placeholder,
    /// Not the shape of that country's codes; for other countries, over ten characters or no digit.
    #[error("postal code does not have the shape of that country's codes")]
    Shape,
    /// Over [`PostalCode::MAX_LEN`].
    #[error("postal code is {len} bytes long, limit {}", PostalCode::MAX_LEN)]
    TooLong {
        /// Bytes found.
        len: usize,
    },
}

impl PostalCodeError {
    /// The stable code, for issues: listed in the crate's documentation.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadCharacter => "postal_code_bad_character",
            Self::Digest(_) => "postal_code_is_digest",
            Self::Empty => "postal_code_empty",
            Self::Placeholder => "postal_code_placeholder",
            Self::Shape => "postal_code_shape",
            Self::TooLong { .. } => "postal_code_too_long",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<PostalCodeError>();

/// Full-width letters and digits, as Japanese forms send them, in ASCII; the rest as it is.
fn ascii_digits(text: PlainText) -> PlainText {
    let is_ready = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
    if text.as_bytes().iter().all(is_ready) {
        return text;
    }
    text.as_str()
        .chars()
        .map(|c| match c {
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
                // The full-width block repeats ASCII 0xfee0 further on.
                char::from_u32(u32::from(c).saturating_sub(0xfee0)).unwrap_or(c)
            }
            '－' | '‐' | '‑' | '–' | '−' | 'ー' => '-',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .collect()
}

const fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '-' | '.' | '~')
}

/// Iran's codes have ten digits; none is longer but ZIP+4's nine with its hyphen.
const LONGEST_CODE: usize = 10;

/// `94035-1234`: no other country writes five digits, a hyphen and four.
fn is_zip_plus_4(text: &str) -> bool {
    text.split_once('-').is_some_and(|(zip, plus_4)| {
        let digits =
            |part: &str, len| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
        digits(zip, 5) && digits(plus_4, 4)
    })
}

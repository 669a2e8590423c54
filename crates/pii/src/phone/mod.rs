//! Telephone numbers.

mod calling_code;
mod digit;
mod digits;
mod error;
mod number;
mod plan;
mod resolve;
mod written;

use core::fmt;

use predispatch_types::Country;

use crate::{
    Format, Hashed, HashedError, Identifier, Kind, NormalForm, Withheld,
    identifier::{Held, sealed::Sealed},
};

pub use error::PhoneError;
use number::Number;
use written::Written;

/// A telephone number, or the sender's digest of one.
///
/// Kept in E.164: the country calling code and the national significant number, 8 to 15 digits
/// together. It has two normal forms:
///
/// | form | formats |
/// |---|---|
/// | `+` and digits | Google (all three), Microsoft, Reddit, TikTok, X |
/// | digits only | Amazon, Meta, Pinterest, Snapchat |
/// | none | LinkedIn |
///
/// A national number needs its country; without one it is refused, never taken for a North American
/// one. So is one of a length that the country's numbers cannot have. International numbers with a
/// calling code in use and 8 to 15 digits are kept even where no such number is in use:
/// [`is_assigned`](Self::is_assigned) tells.
///
/// Sources with the dates they were read: `docs/sources/phone.md`.
///
/// ```
/// use predispatch_pii::{Format, Identifier, Phone, PhoneError};
/// use predispatch_types::Country;
///
/// let phone = Phone::parse("+44 (0)20 7946 0958", None)?;
/// assert_eq!(phone.normal_form(Format::Meta)?.as_str(), "442079460958");
/// assert_eq!(phone.normal_form(Format::TikTok)?.as_str(), "+442079460958");
/// assert_eq!(Phone::parse("020 7946 0958", Some(Country::GB))?, phone);
/// assert_eq!(Phone::parse("020 7946 0958", None), Err(PhoneError::NoCountry));
/// assert_eq!(format!("{phone:?}"), "Phone(<redacted>)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Deviation
/// Google's helper (`google-ads-datamanager-util` 0.4.0) puts a plus before whatever digits there
/// are; Google's page asks for E.164, and so do we. Meta's page says to remove leading zeros and
/// letters: zeros are removed where they are no part of the number, letters are refused, since what
/// is left of `1-800-FLOWERS` is nobody's number.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Phone(Held<Number>);

impl Phone {
    /// Most digits of a number, calling code included (ITU-T E.164).
    pub const MAX_DIGITS: usize = 15;
    /// Longest text that is read, in bytes: room for every way of writing a number with its
    /// extension, and no more, because each byte is looked at.
    pub const MAX_INPUT_LEN: usize = 128;
    /// Fewest digits of a number, calling code included. A handful of the smallest networks (Niue,
    /// Tokelau) have seven; so few digits are far more often half a number.
    pub const MIN_DIGITS: usize = 8;

    /// Reads a plain number.
    ///
    /// `country` is the country that the sender gave beside it, never one that was guessed. It is
    /// asked for only if the number is not international, that is, begins neither with a plus nor
    /// with 00 or the country's own international prefix (011 in North America). Digits that begin
    /// with the country's own calling code are read as international where that gives a number.
    ///
    /// ```
    /// use predispatch_pii::{Phone, PhoneError};
    /// use predispatch_types::Country;
    ///
    /// let phone = Phone::parse("tel:+1-650-555-1212;ext=99", None)?;
    /// assert_eq!(Phone::parse("(650) 555-1212 x99", Some(Country::US))?, phone);
    /// assert_eq!(Phone::parse("１６５０５５５１２１２", Some(Country::US))?, phone);
    /// # Ok::<(), PhoneError>(())
    /// ```
    ///
    /// # Errors
    /// The first broken rule, as a [`PhoneError`].
    pub fn parse(raw: &str, country: Option<Country>) -> Result<Self, PhoneError> {
        let region = country.and_then(|country| country.as_str().as_bytes().try_into().ok());
        let written = Written::plain(raw).map_or_else(|| Written::read(raw), Ok)?;
        resolve::resolve(written, region).map(|number| Self(Held::Plain(number)))
    }

    /// Takes the sender's digest of a number.
    ///
    /// # Errors
    /// As [`Hashed::parse`].
    pub fn from_hashed(digest: &str) -> Result<Self, HashedError> {
        Hashed::parse(digest).map(|hashed| Self(Held::Hashed(hashed)))
    }

    /// Whether the number is of a length and in a range that is in use, by the numbering plans as
    /// Google's libphonenumber has them. None if there is only a digest.
    ///
    /// Such a number need not be anybody's. One that is not in use may be newer than the data: it
    /// is kept, and worth an issue ([`NOT_ASSIGNED`](Self::NOT_ASSIGNED)).
    ///
    /// The first question about a region compiles its patterns: about a millisecond, later ones
    /// about a microsecond.
    pub fn is_assigned(&self) -> Option<bool> {
        match &self.0 {
            Held::Plain(number) => Some(resolve::is_assigned(number)),
            Held::Hashed(_) => None,
        }
    }

    /// The issue code to report when [`is_assigned`](Self::is_assigned) says no.
    pub const NOT_ASSIGNED: &'static str = "phone_not_assigned";

    /// The country calling code, such as 44. None if there is only a digest.
    pub fn calling_code(&self) -> Option<u16> {
        match &self.0 {
            Held::Plain(number) => number.parts().0.parse().ok(),
            Held::Hashed(_) => None,
        }
    }
}

impl Sealed for Phone {}

impl Identifier for Phone {
    const KIND: Kind = Kind::Phone;

    fn hashed(&self) -> Option<&Hashed> {
        self.0.hashed()
    }

    fn plain_text(&self) -> Option<NormalForm<'_>> {
        self.0.plain().map(|number| NormalForm::of_ascii(number.with_plus()))
    }

    fn normal_form(&self, format: Format) -> Result<NormalForm<'_>, Withheld> {
        let number = self.0.plain_for(Self::KIND, format)?;
        Ok(NormalForm::of_ascii(match format {
            Format::Amazon | Format::Meta | Format::Pinterest | Format::Snapchat => number.digits(),
            Format::GoogleAds
            | Format::GoogleAnalytics4
            | Format::GoogleDataManager
            | Format::Microsoft
            | Format::Reddit
            | Format::TikTok
            | Format::X => number.with_plus(),
            Format::LinkedIn | Format::LinkedInHashedNames => return Err(Withheld::NotTaken),
        }))
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(<redacted>)")
    }
}

#[cfg(test)]
mod table_tests;
#[cfg(test)]
mod tests;

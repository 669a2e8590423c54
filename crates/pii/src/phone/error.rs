//! Why a text is not a telephone number.

use crate::DigestShape;

use super::Phone;

/// Why a plain text is not a [`Phone`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PhoneError {
    /// A character that no telephone number has in that place, such as `*` or `%`.
    #[error("phone has a character that no number has in that place")]
    BadCharacter,
    /// A digest in a plain field.
    #[error("phone is {0}")]
    Digest(DigestShape),
    /// An at sign: an e-mail address or a user name.
    #[error("phone is an e-mail address")]
    Email,
    /// No digit at all.
    #[error("phone is empty")]
    Empty,
    /// Over [`Phone::MAX_INPUT_LEN`].
    #[error("phone's text is {len} bytes long, limit {}", Phone::MAX_INPUT_LEN)]
    InputTooLong {
        /// Bytes found.
        len: usize,
    },
    /// Letters that are no extension mark, such as `1-800-FLOWERS`. They are not mapped to digits.
    #[error("phone has letters; give the digits")]
    Letters,
    /// A national number, and no country (or one without telephone numbers) to read it in.
    #[error("phone is a national number and no country was given")]
    NoCountry,
    /// A national number that cannot be one of the country: too long, too short, or dialled within
    /// one area only.
    #[error("phone is no national number of the country: its length or beginning is not possible")]
    NotNational,
    /// A value that stands for none, such as `0000000000`.
    #[error("phone is a placeholder")]
    Placeholder,
    /// Over [`Phone::MAX_DIGITS`].
    #[error("phone has {digits} digits, limit {}", Phone::MAX_DIGITS)]
    TooLong {
        /// Digits found, country calling code included where it was recognised.
        digits: usize,
    },
    /// Under [`Phone::MIN_DIGITS`].
    #[error("phone has {digits} digits, at least {}", Phone::MIN_DIGITS)]
    TooShort {
        /// Digits found, country calling code included where it was recognised.
        digits: usize,
    },
    /// More than one number in the field. Each is an identifier of its own.
    #[error("phone is more than one number")]
    TwoNumbers,
    /// An international number that begins with no country calling code in use.
    #[error("phone begins with no known country calling code")]
    UnknownCallingCode,
}

impl PhoneError {
    /// The stable code, for issues: listed in the crate's documentation.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadCharacter => "phone_bad_character",
            Self::Digest(_) => "phone_is_digest",
            Self::Email => "phone_is_email",
            Self::Empty => "phone_empty",
            Self::InputTooLong { .. } => "phone_input_too_long",
            Self::Letters => "phone_letters",
            Self::NoCountry => "phone_no_country",
            Self::NotNational => "phone_not_national",
            Self::Placeholder => "phone_placeholder",
            Self::TooLong { .. } => "phone_too_long",
            Self::TooShort { .. } => "phone_too_short",
            Self::TwoNumbers => "phone_two_numbers",
            Self::UnknownCallingCode => "phone_unknown_calling_code",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<PhoneError>();

//! The US Privacy string (`us_privacy`, `IABUSPrivacy_String`), alone or as GPP section 6.
//!
//! Four characters: version `1`, then whether notice was given, whether the person opted out of
//! sale, whether the LSPA covers the transaction, each `Y`, `N` or `-`. Deprecated, still sent.
//! Source: `docs/sources/gpp.md#us-privacy`.

use core::fmt;

use crate::{Choice, Mode, Notice, UsAnswer};

/// A read US Privacy string. Its three answers identify nobody, so that `Debug` shows them.
///
/// ```
/// use predispatch_gpp::{Choice, UsPrivacy, UspAnswer};
///
/// let usp = UsPrivacy::parse("1YYN")?;
/// assert_eq!(usp.opt_out_sale(), UspAnswer::Yes);
/// assert_eq!(usp.answer().sale, Choice::Refused);
/// assert!(UsPrivacy::parse("1---")?.is_not_applicable());
/// assert!(UsPrivacy::parse("1ynn").is_err());
/// # Ok::<(), predispatch_gpp::UsPrivacyError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct UsPrivacy {
    notice: UspAnswer,
    opt_out_sale: UspAnswer,
    lspa_covered: UspAnswer,
}

impl UsPrivacy {
    /// From the three answers.
    pub const fn new(notice: UspAnswer, opt_out_sale: UspAnswer, lspa_covered: UspAnswer) -> Self {
        Self { notice, opt_out_sale, lspa_covered }
    }

    /// Reads a string, strictly: lower-case letters, other letters, other versions and white space
    /// are refused, where the official library reads them as no opt-out.
    ///
    /// # Errors
    /// The first broken rule, as a [`UsPrivacyError`].
    pub fn parse(text: &str) -> Result<Self, UsPrivacyError> {
        let Ok([version, notice, opt_out_sale, lspa_covered]) =
            <[u8; Self::LEN]>::try_from(text.as_bytes())
        else {
            return Err(UsPrivacyError::Length { len: text.len() });
        };
        if version != VERSION {
            return Err(UsPrivacyError::UnsupportedVersion);
        }
        let letter = |byte: u8, offset| {
            UspAnswer::from_letter(byte).ok_or(UsPrivacyError::BadLetter { offset })
        };
        Ok(Self {
            notice: letter(notice, 1)?,
            opt_out_sale: letter(opt_out_sale, 2)?,
            lspa_covered: letter(lspa_covered, 3)?,
        })
    }

    /// Whether explicit notice and the opportunity to opt out were given (second character).
    pub const fn notice(self) -> UspAnswer {
        self.notice
    }

    /// Whether the person opted out of sale (third character).
    pub const fn opt_out_sale(self) -> UspAnswer {
        self.opt_out_sale
    }

    /// Whether the transaction is covered by the Limited Service Provider Agreement (fourth).
    pub const fn lspa_covered(self) -> UspAnswer {
        self.lspa_covered
    }

    /// Whether the string is `1---`: the law does not apply, so that nothing is said.
    pub fn is_not_applicable(self) -> bool {
        self == Self::new(
            UspAnswer::NotApplicable,
            UspAnswer::NotApplicable,
            UspAnswer::NotApplicable,
        )
    }

    /// In the words of all US sections.
    pub fn answer(self) -> UsAnswer {
        let mut answer = UsAnswer::SILENT;
        answer.sale = match self.opt_out_sale {
            UspAnswer::Yes => Choice::Refused,
            UspAnswer::No => Choice::Permitted,
            UspAnswer::NotApplicable => Choice::NotApplicable,
        };
        answer.notices.sale_opt_out = match self.notice {
            UspAnswer::Yes => Notice::Given,
            UspAnswer::No => Notice::NotGiven,
            UspAnswer::NotApplicable => Notice::NotApplicable,
        };
        answer.covered_transaction = match self.lspa_covered {
            UspAnswer::Yes => Mode::On,
            UspAnswer::No => Mode::Off,
            UspAnswer::NotApplicable => Mode::NotApplicable,
        };
        answer
    }

    /// The four characters.
    pub fn to_text(self) -> String {
        [self.notice, self.opt_out_sale, self.lspa_covered]
            .into_iter()
            .fold(char::from(VERSION).to_string(), |text, answer| text + answer.as_str())
    }

    /// Bytes of every such string.
    pub const LEN: usize = 4;
}

/// One answer in a [`UsPrivacy`] string.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "closed: the format is deprecated and has three letters"
)]
pub enum UspAnswer {
    /// `N`.
    No,
    /// `-`: the law does not apply.
    NotApplicable,
    /// `Y`.
    Yes,
}

impl UspAnswer {
    /// The letter.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "N",
            Self::NotApplicable => "-",
            Self::Yes => "Y",
        }
    }

    fn from_letter(byte: u8) -> Option<Self> {
        match byte {
            b'N' => Some(Self::No),
            b'-' => Some(Self::NotApplicable),
            b'Y' => Some(Self::Yes),
            _ => None,
        }
    }
}

impl fmt::Display for UspAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why a text is not a [`UsPrivacy`] string.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UsPrivacyError {
    /// Another character than upper-case `Y`, `N` or `-`.
    #[error("US Privacy string has another character than Y, N or - at byte {offset}")]
    BadLetter {
        /// Bytes from the start, 1 to 3.
        offset: usize,
    },
    /// Not four bytes.
    #[error("US Privacy string is {len} bytes long, not {}", UsPrivacy::LEN)]
    Length {
        /// Bytes.
        len: usize,
    },
    /// The first character is not `1`.
    #[error("US Privacy string is not of version 1")]
    UnsupportedVersion,
}

impl UsPrivacyError {
    /// Stable, lower-case, with underscores.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadLetter { .. } => "bad_letter",
            Self::Length { .. } => "length",
            Self::UnsupportedVersion => "unsupported_version",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<UsPrivacyError>();

const VERSION: u8 = b'1';

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_27_strings_read_and_write_back() {
        let mut read = 0;
        for letters in (0..27).map(|n| [n / 9, n / 3 % 3, n % 3]) {
            let text: String =
                "1".chars().chain(letters.map(|letter| ['Y', 'N', '-'][letter])).collect();
            let usp = UsPrivacy::parse(&text).unwrap();
            assert_eq!(usp.to_text(), text);
            assert_eq!(usp.is_not_applicable(), text == "1---");
            assert_eq!(usp.answer().sale == Choice::Refused, text.as_bytes()[2] == b'Y');
            read += 1;
        }
        assert_eq!(read, 27);
    }

    #[test]
    fn what_the_official_library_lets_pass_is_refused() {
        let error = |text: &str| UsPrivacy::parse(text).unwrap_err();
        assert_eq!(error("1yNN"), UsPrivacyError::BadLetter { offset: 1 });
        assert_eq!(error("1YnN"), UsPrivacyError::BadLetter { offset: 2 });
        assert_eq!(error("1YNX"), UsPrivacyError::BadLetter { offset: 3 });
        assert_eq!(error("2YNN"), UsPrivacyError::UnsupportedVersion);
        for text in ["", "1", "1YN", "1YNN ", " 1YNN", "1é-"] {
            let expected = match text.len() {
                4 => UsPrivacyError::BadLetter { offset: 1 },
                len => UsPrivacyError::Length { len },
            };
            assert_eq!(error(text), expected, "{text}");
        }
    }
}

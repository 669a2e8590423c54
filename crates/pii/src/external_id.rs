//! The advertiser's own id of a person.

use core::fmt;

use predispatch_types::EventId;

use crate::{
    DigestShape, Format, Hashed, HashedError, Identifier, Kind, NormalForm, Withheld,
    fold::{LowerCase, tidy},
    hashed::looks_like_digest,
    identifier::{Held, sealed::Sealed},
    placeholder, scrub_text,
    text::PlainText,
};

/// The advertiser's id of a person (customer number, loyalty id), or the sender's digest of one.
///
/// It must have the same form in the browser and on the server, or the two never join.
///
/// | form | formats |
/// |---|---|
/// | lower case, white space removed, hashed | Meta, Pinterest |
/// | lower case, hashed | Snapchat |
/// | as given, hashed | Reddit, TikTok |
/// | as given, in clear | Google Analytics 4 (`user_id`), Google Data Manager (`userId`), LinkedIn, Microsoft |
///
/// An id in which an e-mail address, a telephone or a card number can be recognised goes only where it
/// is hashed; bare digits can be anything and pass. Sources:
/// `docs/sources.md#external-id`.
///
/// ```
/// use predispatch_pii::{ExternalId, Format, Identifier, Withheld};
///
/// let id = ExternalId::parse(" Cust-00Ab ")?;
/// assert_eq!(id.normal_form(Format::TikTok)?.as_str(), "Cust-00Ab");
/// assert_eq!(id.normal_form(Format::Meta)?.as_str(), "cust-00ab");
/// let email = ExternalId::parse("ada@example.com")?;
/// assert_eq!(email.wire(Format::Microsoft), Err(Withheld::PersonalInClear));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Deviation
/// Meta recommends to hash it and names no form. Its parameter builder and newest SDKs lower-case
/// it and remove white space first; its older SDKs send it as given and in clear. This follows the
/// builder, which the Pixel's side uses too.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct ExternalId(Held<Id>);

#[derive(Clone, Eq, Hash, PartialEq)]
struct Id {
    text: PlainText,
    /// An e-mail address or a telephone number: never in clear.
    personal: bool,
}

impl ExternalId {
    /// Longest accepted id, in bytes. Google Analytics' limit for `user_id` is 256 characters.
    pub const MAX_LEN: usize = 256;

    /// Reads a plain id. 32 hex digits are taken for an id (a UUID without hyphens), 40 and 64 are
    /// digests.
    ///
    /// # Errors
    /// The first broken rule, as an [`ExternalIdError`].
    pub fn parse(raw: &str) -> Result<Self, ExternalIdError> {
        let trimmed = predispatch_types::trimmed(raw);
        if trimmed.len() > Self::MAX_LEN {
            return Err(ExternalIdError::TooLong { len: trimmed.len() });
        }
        if let Some(shape @ (DigestShape::Sha256 | DigestShape::Sha1)) = looks_like_digest(trimmed)
        {
            return Err(ExternalIdError::Digest(shape));
        }
        let text = tidy(trimmed);
        let id = text.as_str();
        if id.is_empty() {
            return Err(ExternalIdError::Empty);
        }
        if id.chars().any(char::is_control) {
            return Err(ExternalIdError::Control);
        }
        if placeholder::is_placeholder(id)
            || is_nil(id)
            || WORDS.iter().any(|word| id.eq_ignore_ascii_case(word))
        {
            return Err(ExternalIdError::Placeholder);
        }
        // An event id is refused for being one; in a longer text the scrubber finds it.
        let is_short = id.len() <= EventId::MAX_LEN;
        let personal =
            (is_short && EventId::check_impersonal(id).is_err()) || scrub_text(id).total() > 0;
        Ok(Self(Held::Plain(Id { text, personal })))
    }

    /// Takes the sender's digest of an id.
    ///
    /// # Errors
    /// As [`Hashed::parse`].
    pub fn from_hashed(digest: &str) -> Result<Self, HashedError> {
        Hashed::parse(digest).map(|hashed| Self(Held::Hashed(hashed)))
    }
}

impl Sealed for ExternalId {}

impl Identifier for ExternalId {
    const KIND: Kind = Kind::ExternalId;

    fn hashed(&self) -> Option<&Hashed> {
        self.0.hashed()
    }

    fn plain_text(&self) -> Option<NormalForm<'_>> {
        self.0.plain().map(|id| NormalForm::of(&id.text))
    }

    fn normal_form(&self, format: Format) -> Result<NormalForm<'_>, Withheld> {
        let id = self.0.plain_for(Self::KIND, format)?;
        match format {
            Format::Meta | Format::Pinterest => {
                let form = LowerCase::of(id.text.as_str()).collect_trimmed(|c| !c.is_whitespace());
                if is_nil(form.as_str()) { Err(Withheld::Empty) } else { NormalForm::owned(form) }
            }
            Format::Snapchat => {
                NormalForm::owned(LowerCase::of(id.text.as_str()).collect_trimmed(|_| true))
            }
            Format::Reddit | Format::TikTok => Ok(NormalForm::of(&id.text)),
            _ if id.personal => Err(Withheld::PersonalInClear),
            _ => Ok(NormalForm::of(&id.text)),
        }
    }
}

impl fmt::Debug for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExternalId(<redacted>)")
    }
}

/// Why a plain text is not an [`ExternalId`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ExternalIdError {
    /// A control character, such as a line break.
    #[error("external id has a control character")]
    Control,
    /// 64 hex digits, or 40, which no platform takes. 32 are an id.
    #[error("external id is {0}")]
    Digest(DigestShape),
    /// Nothing but white space.
    #[error("external id is empty")]
    Empty,
    /// A value that stands for none: `anonymous`, zeros, the nil UUID.
    #[error("external id is a placeholder")]
    Placeholder,
    /// Over [`ExternalId::MAX_LEN`].
    #[error("external id is {len} bytes long, limit {}", ExternalId::MAX_LEN)]
    TooLong {
        /// Bytes found.
        len: usize,
    },
}

impl ExternalIdError {
    /// The stable code, for issues: listed in the crate's documentation.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Control => "external_id_control",
            Self::Digest(_) => "external_id_is_digest",
            Self::Empty => "external_id_empty",
            Self::Placeholder => "external_id_placeholder",
            Self::TooLong { .. } => "external_id_too_long",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<ExternalIdError>();

/// What shops write for customers without an account.
const WORDS: &[&str] = &["false", "true", "guest", "visitor"];

/// Only zeros and separators, or the `-1` of a missing database key.
fn is_nil(id: &str) -> bool {
    let digits = |c: &char| !matches!(c, '-' | '_' | '.' | '+') && !c.is_whitespace();
    id == "-1" || id.chars().filter(digits).all(|c| c == '0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_platform_gets_its_form() {
        let id = ExternalId::parse("\u{feff} Cust 00Ab ").unwrap();
        let form = |format| id.normal_form(format).map(|form| form.as_str().to_owned());
        assert_eq!(form(Format::Meta).as_deref(), Ok("cust00ab"));
        assert_eq!(form(Format::Pinterest).as_deref(), Ok("cust00ab"));
        assert_eq!(form(Format::Snapchat).as_deref(), Ok("cust 00ab"));
        for format in [Format::TikTok, Format::Reddit, Format::Microsoft, Format::LinkedIn] {
            assert_eq!(form(format).as_deref(), Ok("Cust 00Ab"), "{format:?}");
        }
        assert_eq!(form(Format::X), Err(Withheld::NotTaken));
    }

    #[test]
    fn a_personal_id_never_goes_in_clear() {
        for personal in [
            "ada@example.com",
            "ada@example.com/2",
            "x@y/ada@example.com",
            "ada＠example.com",
            "ada%2540example.com",
            "+44 20 7946 0958",
            "cust:+16505551212",
            "(650) 555-1212",
            "4111 1111 1111 1111",
        ] {
            let id = ExternalId::parse(personal).unwrap();
            for format in Format::ALL {
                let plain = format.treatment(Kind::ExternalId) == crate::Treatment::Plain;
                assert_eq!(id.wire(format) == Err(Withheld::PersonalInClear), plain, "{format:?}");
            }
        }
    }

    #[test]
    fn each_broken_rule_has_its_error() {
        let error = |raw: &str| ExternalId::parse(raw).unwrap_err();
        assert_eq!(error(" \u{feff} "), ExternalIdError::Empty);
        assert_eq!(error("a\0b"), ExternalIdError::Control);
        assert_eq!(error(&"Ab".repeat(32)), ExternalIdError::Digest(DigestShape::Sha256));
        assert_eq!(error(&"Ab".repeat(20)), ExternalIdError::Digest(DigestShape::Sha1));
        assert_eq!(error(&"x".repeat(257)), ExternalIdError::TooLong { len: 257 });
        for nothing in ["0", "-1", "000-00", "00000000-0000-0000-0000-000000000000", "anonymous"] {
            assert_eq!(error(nothing), ExternalIdError::Placeholder, "{nothing}");
        }
        assert!(ExternalId::parse("9f8e7d6c5b4a43219876001122334455").is_ok());
    }
}

//! Free text, with and without personal data in it.

use core::fmt;

use predispatch_pii::{ScrubbedText, scrub_text};
use predispatch_types::trimmed;
use zeroize::Zeroizing;

/// Text that goes to platforms in clear: an item's name, a search, a status.
///
/// Personal data is taken out when it is made. `Debug` is redacted: what is left may still tell of the
/// person.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Text(Box<str>);

impl Text {
    /// Longest accepted text, in bytes.
    pub const MAX_LEN: usize = 4_096;

    /// Takes `raw` without the personal data in it; outer white space goes. How many pieces of
    /// personal data were taken out is told beside it.
    ///
    /// # Errors
    /// The first broken rule, as a [`TextError`].
    pub fn scrubbed(raw: &str) -> Result<(Self, usize), TextError> {
        let clean = Self::cleaned(raw)?;
        Ok((Self::of(&clean), clean.total()))
    }

    /// The same, not yet copied.
    pub(crate) fn cleaned(raw: &str) -> Result<ScrubbedText<'_>, TextError> {
        let raw = trimmed(raw);
        if raw.is_empty() {
            return Err(TextError::Empty);
        }
        if raw.len() > Self::MAX_LEN {
            return Err(TextError::TooLong { len: raw.len() });
        }
        if has_control(raw) {
            return Err(TextError::Control);
        }
        Ok(scrub_text(raw))
    }

    pub(crate) fn of(clean: &ScrubbedText<'_>) -> Self {
        Self(clean.as_str().into())
    }

    /// The text as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(<redacted>)")
    }
}

/// Why a text is not a [`Text`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TextError {
    /// A control character, such as a line break.
    #[error("text has a control character")]
    Control,
    /// Nothing but white space.
    #[error("text is empty")]
    Empty,
    /// Over [`Text::MAX_LEN`].
    #[error("text is {len} bytes long, limit {}", Text::MAX_LEN)]
    TooLong {
        /// Bytes found.
        len: usize,
    },
}

impl TextError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Control => "free_text_control",
            Self::Empty => "free_text_empty",
            Self::TooLong { .. } => "free_text_too_long",
        }
    }
}

/// As [`char::is_control`], bytes at a time where nothing but printable ASCII stands.
fn has_control(text: &str) -> bool {
    let is_plain = text.bytes().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~'));
    !is_plain && text.chars().any(char::is_control)
}

/// Text about a person that has no normal form: a company, a job title.
///
/// No `Display`, no `Serialize`, redacted `Debug`, wiped on drop. Only LinkedIn takes it, and only where
/// the account says so.
#[derive(Clone, Eq, PartialEq)]
pub struct PersonalText(Zeroizing<String>);

impl PersonalText {
    /// Longest accepted text, in bytes.
    pub const MAX_LEN: usize = 256;

    /// Takes `raw` without outer white space.
    ///
    /// # Errors
    /// The first broken rule, as a [`PersonalTextError`].
    pub fn parse(raw: &str) -> Result<Self, PersonalTextError> {
        let raw = trimmed(raw);
        if raw.is_empty() {
            return Err(PersonalTextError::Empty);
        }
        if raw.len() > Self::MAX_LEN {
            return Err(PersonalTextError::TooLong { len: raw.len() });
        }
        if has_control(raw) {
            return Err(PersonalTextError::Control);
        }
        if scrub_text(raw).total() > 0 {
            return Err(PersonalTextError::OtherIdentifier);
        }
        Ok(Self(Zeroizing::new(raw.to_owned())))
    }

    /// The text. It is personal data: send it where documented, and keep it nowhere.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PersonalTextError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Control => "personal_text_control",
            Self::Empty => "personal_text_empty",
            Self::OtherIdentifier => "personal_text_other_identifier",
            Self::TooLong { .. } => "personal_text_too_long",
        }
    }
}

impl fmt::Debug for PersonalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonalText(<redacted>)")
    }
}

/// Why a text is not a [`PersonalText`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PersonalTextError {
    /// A control character, such as a line break.
    #[error("text has a control character")]
    Control,
    /// Nothing but white space.
    #[error("text is empty")]
    Empty,
    /// An e-mail address, a telephone number or the like, which doesn't belong in this field.
    #[error("text has an e-mail address, a telephone number or the like in it")]
    OtherIdentifier,
    /// Over [`PersonalText::MAX_LEN`].
    #[error("text is {len} bytes long, limit {}", PersonalText::MAX_LEN)]
    TooLong {
        /// Bytes found.
        len: usize,
    },
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<(TextError, PersonalTextError)>();

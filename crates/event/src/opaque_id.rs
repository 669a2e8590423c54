//! Ids that somebody else made and that mean nothing here.

use core::fmt;

use predispatch_types::EventId;

/// An id of a platform, a browser or a shop: a click id, a cookie's value, an order number.
///
/// It is passed on byte for byte: case counts, and nothing is trimmed. It goes in clear, so one with an
/// e-mail address or a telephone number in it is refused. It still singles a person out: `Debug` is redacted
/// and there is no `Display`.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct OpaqueId(Box<str>);

impl OpaqueId {
    /// Longest accepted id, in bytes. TikTok documents click ids of up to 1,000 characters.
    pub const MAX_LEN: usize = 1_024;

    /// Checks `id` and takes it as it is.
    ///
    /// # Errors
    /// The first broken rule, as an [`OpaqueIdError`].
    pub fn new(id: &str) -> Result<Self, OpaqueIdError> {
        if id.is_empty() {
            return Err(OpaqueIdError::Empty);
        }
        if id.len() > Self::MAX_LEN {
            return Err(OpaqueIdError::TooLong { len: id.len() });
        }
        let is_plain = id.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_plain && id.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(OpaqueIdError::Space);
        }
        if EventId::check_impersonal(id).is_err() {
            return Err(OpaqueIdError::Personal);
        }
        Ok(Self(id.into()))
    }

    /// The id as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OpaqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpaqueId(<redacted>)")
    }
}

/// Why a text is not an [`OpaqueId`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum OpaqueIdError {
    /// No text at all.
    #[error("id is empty")]
    Empty,
    /// An e-mail address or a telephone number in it. Ids are sent in clear.
    #[error("id has an e-mail address or a telephone number in it")]
    Personal,
    /// White space or a control character in it.
    #[error("id has white space or a control character in it")]
    Space,
    /// Over [`OpaqueId::MAX_LEN`].
    #[error("id is {len} bytes long, limit {}", OpaqueId::MAX_LEN)]
    TooLong {
        /// Bytes found.
        len: usize,
    },
}

impl OpaqueIdError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "id_empty",
            Self::Personal => "id_personal",
            Self::Space => "id_space",
            Self::TooLong { .. } => "id_too_long",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<OpaqueIdError>();

//! Meta's `fbc` and `fbp`: `fb.<sub-domain index>.<milliseconds>.<id>`, with an optional mark after it.

use core::fmt;

use predispatch_types::Timestamp;

/// Meta's click id in the form of its `_fbc` cookie: `fb.1.1763661700123.IwAR2kx9`.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Fbc(Cookie);

/// Meta's browser id in the form of its `_fbp` cookie: `fb.1.1763661700123.1098115397`.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Fbp(Cookie);

#[derive(Clone, Eq, Hash, PartialEq)]
struct Cookie {
    text: Box<str>,
    created: Timestamp,
}

impl Fbc {
    /// Reads the cookie's form, and keeps it byte for byte.
    ///
    /// # Errors
    /// The first broken rule, as an [`FbError`].
    pub fn parse(text: &str) -> Result<Self, FbError> {
        Cookie::parse(text).map(Self)
    }

    /// As it is sent.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// When the cookie was stored, or the click first seen.
    pub const fn created(&self) -> Timestamp {
        self.0.created
    }
}

impl Fbp {
    /// Reads the cookie's form, and keeps it byte for byte.
    ///
    /// # Errors
    /// The first broken rule, as an [`FbError`].
    pub fn parse(text: &str) -> Result<Self, FbError> {
        Cookie::parse(text).map(Self)
    }

    /// As it is sent.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// When the cookie was stored.
    pub const fn created(&self) -> Timestamp {
        self.0.created
    }
}

impl Cookie {
    fn parse(text: &str) -> Result<Self, FbError> {
        let mut parts = text.splitn(4, '.');
        let (fb, index, millis, id) = (parts.next(), parts.next(), parts.next(), parts.next());
        let created = millis
            .filter(|millis| millis.len() == 13)
            .and_then(|millis| millis.parse().ok())
            .map(Timestamp::from_unix_millis);
        let index = index.filter(|index| index.bytes().all(|b| b.is_ascii_digit()));
        match (fb, index, created, id) {
            (Some("fb"), Some(_), Some(created), Some(id)) if !id.is_empty() => {
                Ok(Self { text: text.into(), created })
            }
            _ => Err(FbError::Shape),
        }
    }
}

impl fmt::Debug for Fbc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fbc(<redacted>)")
    }
}

impl fmt::Debug for Fbp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fbp(<redacted>)")
    }
}

/// Why a text is neither an [`Fbc`] nor an [`Fbp`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FbError {
    /// Not `fb.<index>.<milliseconds>.<id>`.
    #[error("not of the form fb.<index>.<milliseconds>.<id>")]
    Shape,
}

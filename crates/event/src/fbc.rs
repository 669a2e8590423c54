//! Meta's `fbc` and `fbp`: `fb.<sub-domain index>.<milliseconds>.<id>`, with an optional mark after it.

use core::fmt::{self, Write as _};

use predispatch_pii::MetaSuffix;
use predispatch_types::Timestamp;

use crate::{
    OpaqueId, capture,
    split::{split, split_once},
};

/// Meta's click id in the form of its `_fbc` cookie: `fb.1.1763661700123.IwAR2kx9`.
///
/// Kept byte for byte, with the mark that Meta's parameter builder may have put after it.
///
/// ```
/// use predispatch_event::{FbError, Fbc};
///
/// let fbc = Fbc::parse("fb.1.1763661700123.IwAR2kx9")?;
/// assert_eq!(fbc.fbclid(), "IwAR2kx9");
/// assert_eq!(fbc.created().unix_millis(), 1_763_661_700_123);
/// // Seconds, where milliseconds are due: the click would be of 1970.
/// assert_eq!(Fbc::parse("fb.1.1763661700.IwAR2kx9"), Err(FbError::Time));
/// # Ok::<(), FbError>(())
/// ```
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
    /// Reads the cookie's form.
    ///
    /// # Errors
    /// The first broken rule, as an [`FbError`].
    pub fn parse(text: &str) -> Result<Self, FbError> {
        Cookie::parse(text).map(Self)
    }

    /// Makes it of a click id from an address, the time when it was first seen, and the level of the
    /// site's cookies; `None` if the id has a point or the time has not 13 digits.
    pub(crate) fn build(fbclid: &OpaqueId, seen_at: Timestamp, index: u8) -> Option<Self> {
        let (id, millis) = (fbclid.as_str(), seen_at.unix_millis());
        let is_sound = index < 100 && split_once(id, b'.').is_none() && capture::id(id).is_ok();
        if !is_sound || !THIRTEEN_DIGITS.contains(&millis) {
            return None;
        }
        // All at once: neither a piece by itself nor a copy.
        let level = if index < 10 { 1 } else { 2 };
        let len = id.len().saturating_add("fb...".len()).saturating_add(13).saturating_add(level);
        if len > OpaqueId::MAX_LEN {
            return None;
        }
        let mut text = String::with_capacity(len);
        write!(text, "fb.{index}.{millis}.{id}").ok()?;
        Some(Self(Cookie { text: text.into(), created: Timestamp::from_unix_millis(millis) }))
    }

    /// As it is sent.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The click id as it stood in the address.
    pub fn fbclid(&self) -> &str {
        self.0.id()
    }

    /// When the cookie was stored, or the click first seen.
    pub const fn created(&self) -> Timestamp {
        self.0.created
    }
}

impl Fbp {
    /// Reads the cookie's form.
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
        if text.len() > OpaqueId::MAX_LEN {
            return Err(FbError::TooLong { len: text.len() });
        }
        let (fb, rest) = split_once(text, b'.').ok_or(FbError::Shape)?;
        let (index, rest) = split_once(rest, b'.').ok_or(FbError::Shape)?;
        let (millis, rest) = split_once(rest, b'.').ok_or(FbError::Shape)?;
        let (id, mark) = split_once(rest, b'.').map_or((rest, None), |(id, mark)| (id, Some(mark)));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if fb != "fb" || !digits(index) || index.len() > 2 || !digits(millis) || id.is_empty() {
            return Err(FbError::Shape);
        }
        capture::id(id).map_err(|_| FbError::Shape)?;
        // With a nought first they are milliseconds of the last century, and no click's.
        if millis.len() != 13 || millis.starts_with('0') {
            return Err(FbError::Time);
        }
        let created = millis.parse().map(Timestamp::from_unix_millis).map_err(|_| FbError::Time)?;
        if let Some(mark) = mark {
            MetaSuffix::parse(mark).map_err(|_| FbError::Mark)?;
        }
        Ok(Self { text: text.into(), created })
    }

    fn id(&self) -> &str {
        split(&self.text, b'.').nth(3).unwrap_or_default()
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
    /// Something after the id that Meta's parameter builder does not write.
    #[error("unknown mark after the id")]
    Mark,
    /// Not `fb.<index>.<milliseconds>.<id>`.
    #[error("not of the form fb.<index>.<milliseconds>.<id>")]
    Shape,
    /// The time is not in milliseconds.
    #[error("the time is not 13 digits of milliseconds")]
    Time,
    /// Over [`OpaqueId::MAX_LEN`].
    #[error("{len} bytes long, limit {}", OpaqueId::MAX_LEN)]
    TooLong {
        /// Bytes found.
        len: usize,
    },
}

impl FbError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mark => "fb_mark",
            Self::Shape => "fb_shape",
            Self::Time => "fb_time",
            Self::TooLong { .. } => "fb_too_long",
        }
    }
}

/// Milliseconds of 13 digits are the years 2001 to 2286.
const THIRTEEN_DIGITS: core::ops::Range<i64> = 1_000_000_000_000..10_000_000_000_000;

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<FbError>();

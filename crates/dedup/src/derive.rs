//! One id for one action, in the browser and on the server.

use core::fmt;

use hmac::{Hmac, KeyInit, Mac};
use predispatch_types::{EventId, EventIdError};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The key of derived ids: 1 to 64 bytes that the site's browser script knows too.
///
/// So it is no secret from the site's visitors: it keeps ids of two sites apart and makes order
/// numbers unreadable to everybody who has only the id. Who has the key as well can try numbers out.
/// It is another key than that of [`KeyMaker`](crate::KeyMaker). Wiped when dropped.
#[derive(Clone)]
pub struct IdKey(Zeroizing<Vec<u8>>);

impl IdKey {
    /// Takes the key.
    ///
    /// # Errors
    /// [`DeriveError::KeyLength`] unless it has 1 to 64 bytes.
    pub fn new(key: &[u8]) -> Result<Self, DeriveError> {
        if !(1..=64).contains(&key.len()) {
            return Err(DeriveError::KeyLength { len: key.len() });
        }
        Ok(Self(Zeroizing::new(key.to_vec())))
    }
}

impl fmt::Debug for IdKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdKey(<redacted>)")
    }
}

/// What both sides know of an action, as text. It is taken byte for byte: nothing is trimmed, folded
/// or normalised, because the other side would have to do exactly the same.
#[non_exhaustive]
#[derive(Clone, Copy)]
pub enum EventFacts<'a> {
    /// The order's number.
    Order(&'a str),
    /// The lead's id.
    Lead(&'a str),
    /// For actions without a number: the event's time in whole Unix seconds, as both sides send it,
    /// and the first identifier that both know, such as a session's.
    Moment {
        /// Unix seconds.
        unix_secs: i64,
        /// The same text on both sides.
        identifier: &'a str,
    },
}

impl fmt::Debug for EventFacts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventFacts(<redacted>)")
    }
}

/// Derives the id of an action from its name and facts: 32 lower-case hexadecimal digits.
///
/// The same key, name and facts give the same id here and in the browser twin,
/// `crates/dedup/web/event_id.js`; vectors for both stand in `tests/data/event_ids.json`. It is
/// HMAC-SHA-256, cut to 128 bits, over `predispatch event id 1`, the name, the kind of the facts and
/// each fact, each preceded by its length in four bytes, big end first.
///
/// ```
/// use predispatch_dedup::{DeriveError, EventFacts, IdKey, derive_event_id};
///
/// let key = IdKey::new(b"shop.example 2026")?;
/// let id = derive_event_id(&key, "purchase", EventFacts::Order("A-1009"))?;
/// assert_eq!(id.as_str().len(), 32);
/// assert_eq!(id, derive_event_id(&key, "purchase", EventFacts::Order("A-1009"))?);
/// # Ok::<(), DeriveError>(())
/// ```
///
/// # Errors
/// [`DeriveError::EmptyFact`] if the name or a fact is empty: it would be one id for many actions.
pub fn derive_event_id(
    key: &IdKey,
    event_name: &str,
    facts: EventFacts<'_>,
) -> Result<EventId, DeriveError> {
    let secs;
    let parts: &[&str] = match facts {
        EventFacts::Order(id) => &[event_name, "order", id],
        EventFacts::Lead(id) => &[event_name, "lead", id],
        EventFacts::Moment { unix_secs, identifier } => {
            secs = unix_secs.to_string();
            &[event_name, "moment", &secs, identifier]
        }
    };
    if parts.iter().any(|part| part.is_empty()) {
        return Err(DeriveError::EmptyFact);
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.0)
        .map_err(|_| DeriveError::KeyLength { len: key.0.len() })?;
    for part in core::iter::once(&DOMAIN).chain(parts) {
        let len = u32::try_from(part.len()).map_err(|_| DeriveError::TooLong)?;
        mac.update(&len.to_be_bytes());
        mac.update(part.as_bytes());
    }
    let digest = mac.finalize().into_bytes();
    let half = digest.first_chunk::<16>().copied().unwrap_or_default();
    EventId::new(&const_hex::encode(half)).map_err(DeriveError::Id)
}

/// Why no id was derived.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DeriveError {
    /// The name or a fact is empty.
    #[error("the event's name or a fact is empty")]
    EmptyFact,
    /// The id is none. Does not happen: digits are always an id.
    #[error(transparent)]
    Id(EventIdError),
    /// The key is empty or over 64 bytes.
    #[error("the key has {len} bytes, not 1 to 64")]
    KeyLength {
        /// Bytes found.
        len: usize,
    },
    /// A name or fact of 4 GiB and more.
    #[error("a fact is over 4 GiB long")]
    TooLong,
}

impl DeriveError {
    /// A stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::EmptyFact => "dedup_empty_fact",
            Self::Id(_) => "dedup_bad_id",
            Self::KeyLength { .. } => "dedup_key_length",
            Self::TooLong => "dedup_fact_too_long",
        }
    }
}

/// Ends in the version of the derivation.
const DOMAIN: &str = "predispatch event id 1";

//! An event's id from its business facts, for events that came without one.

use core::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{EventId, Sha256Hex, Timestamp};

/// The secret with which event ids are derived.
///
/// The same key and the same facts give the same id wherever it is derived, so that two reports of
/// one action pair; without the key an id says nothing about the order or the person.
///
/// ```
/// use predispatch_types::{EventIdFacts, EventIdKey};
///
/// let key = EventIdKey::new([7; 32]);
/// let id = key.derive(EventIdFacts::Order { name: "purchase", order_id: "A-1009" });
/// assert_eq!(id.as_str(), "6fdbde3bd286c49359209387b9687b72");
/// assert_ne!(id, key.derive(EventIdFacts::Order { name: "refund", order_id: "A-1009" }));
/// ```
#[derive(Clone)]
pub struct EventIdKey(Zeroizing<[u8; 32]>);

impl EventIdKey {
    /// A key of 32 random bytes, the same in every process that derives ids.
    pub fn new(secret: [u8; 32]) -> Self {
        Self(Zeroizing::new(secret))
    }

    /// The id: the first 16 bytes of HMAC-SHA256, as 32 hex digits.
    ///
    /// The text under the key is UTF-8, its lines parted by a line feed: `v1`, the event's name, and
    /// then `order` and the order's id; or `lead` and the lead's id; or `moment`, the time in whole
    /// microseconds since 1970 and the identifier's 64 digits.
    #[expect(clippy::missing_panics_doc, reason = "32 hex digits are an event id")]
    pub fn derive(&self, facts: EventIdFacts<'_>) -> EventId {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.0).expect("HMAC takes every length");
        mac.update(b"v1");
        let mut lines = |texts: &[&str]| {
            for text in texts {
                mac.update(b"\n");
                mac.update(text.as_bytes());
            }
        };
        match facts {
            EventIdFacts::Order { name, order_id } => lines(&[name, "order", order_id]),
            EventIdFacts::Lead { name, lead_id } => lines(&[name, "lead", lead_id]),
            EventIdFacts::Moment { name, time, identifier } => {
                let micros = time.unix_micros().to_string();
                lines(&[name, "moment", &micros, identifier.as_str()]);
            }
        }
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        let half = digest.first_chunk::<16>().copied().unwrap_or_default();
        EventId::new(&const_hex::encode(half)).expect("hex digits are an id")
    }
}

impl fmt::Debug for EventIdKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventIdKey(<redacted>)")
    }
}

/// What tells one action from every other.
#[non_exhaustive]
#[derive(Clone, Copy)]
pub enum EventIdFacts<'a> {
    /// The first choice: the event's name and the order's id.
    Order {
        /// The canonical name, such as `purchase`.
        name: &'a str,
        /// The order's id.
        order_id: &'a str,
    },
    /// The second: the name and the lead's id.
    Lead {
        /// The canonical name, such as `lead`.
        name: &'a str,
        /// The lead's id.
        lead_id: &'a str,
    },
    /// The last: the name, the exact time and the person.
    Moment {
        /// The canonical name.
        name: &'a str,
        /// When it happened.
        time: Timestamp,
        /// The digest of the person's first identifier.
        identifier: &'a Sha256Hex,
    },
}

impl fmt::Debug for EventIdFacts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventIdFacts(<redacted>)")
    }
}

//! What a decision needs to know about an event.

use core::fmt;

use predispatch_gpp::SensitiveCategory;
use predispatch_types::{EventId, Sha256Digest, Sha256Hex, Timestamp};
use smallvec::SmallVec;
use zeroize::Zeroizing;

use crate::Whereabouts;

/// The facts of one event on which a decision rests.
#[non_exhaustive]
#[derive(Clone)]
pub struct EventFacts<'a> {
    /// Which event: a permit is good for this one only.
    pub key: EventKey,
    /// Its canonical name, such as `purchase`. Exemptions go by it.
    pub name: &'a str,
    /// When it happened.
    pub time: Timestamp,
    /// Where it happened.
    pub source: ActionSource,
    /// Whether the request's headers were at hand, so that Global Privacy Control would have been
    /// seen.
    pub headers_seen: bool,
    /// Its regulated subject, as the site names it. Longer than
    /// [`MAX_VERTICAL_LEN`](Self::MAX_VERTICAL_LEN) it counts as regulated, whatever it says.
    pub vertical: Option<&'a str>,
    /// Sensitive categories that it reveals, besides those of its vertical.
    pub sensitive: Vec<SensitiveCategory>,
    /// Where the person was.
    pub place: Whereabouts,
}

impl<'a> EventFacts<'a> {
    /// The longest vertical that is read, in bytes.
    pub const MAX_VERTICAL_LEN: usize = 256;

    /// An event of a website of which nothing else is known.
    pub fn new(key: EventKey, name: &'a str, time: Timestamp) -> Self {
        Self {
            key,
            name,
            time,
            source: ActionSource::Website,
            headers_seen: false,
            vertical: None,
            sensitive: Vec::new(),
            place: Whereabouts::default(),
        }
    }
}

/// Without the event's name and subjects, which may tell of the person.
impl fmt::Debug for EventFacts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventFacts")
            .field("time", &self.time)
            .field("source", &self.source)
            .field("headers_seen", &self.headers_seen)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// Names one event to a permit: a digest, so that it can be kept and compared without the id.
///
/// It is not keyed: keep it inside the process.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct EventKey(Sha256Digest);

impl EventKey {
    /// The key of the event of this name with this id. Platforms take two events of one id for the
    /// same only if they have one name, so neither alone names an event.
    ///
    /// ```
    /// use predispatch_consent::EventKey;
    /// use predispatch_types::EventId;
    ///
    /// let id = EventId::new("ord-1009")?;
    /// assert_ne!(EventKey::of_id("purchase", &id), EventKey::of_id("lead", &id));
    /// # Ok::<(), predispatch_types::EventIdError>(())
    /// ```
    pub fn of_id(name: &str, id: &EventId) -> Self {
        // Nearly every name and id fit without an allocation.
        let mut text: SmallVec<[u8; 256]> = SmallVec::new();
        // An id has no zero byte, so the last one parts them.
        for part in [b"id\0", name.as_bytes(), &[0], id.as_str().as_bytes()] {
            text.extend_from_slice(part);
        }
        Self(Sha256Digest::of(&text))
    }

    /// The key of an event without an id: from bytes that only this event has, such as the whole of
    /// it. An id's key never equals one of these.
    pub fn of_content(content: &[u8]) -> Self {
        const KIND: &[u8] = b"content\0";
        let mut text = Zeroizing::new(Vec::with_capacity(KIND.len().saturating_add(content.len())));
        text.extend_from_slice(KIND);
        text.extend_from_slice(content);
        Self(Sha256Digest::of(&text))
    }

    pub(crate) fn hex(&self) -> Sha256Hex {
        self.0.hex()
    }
}

impl fmt::Debug for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventKey(<redacted>)")
    }
}

/// Where an event happened.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum ActionSource {
    /// On a website.
    #[default]
    Website,
    /// In an app.
    App,
    /// In a shop.
    PhysicalStore,
    /// On the telephone.
    PhoneCall,
    /// By e-mail.
    Email,
    /// In a chat.
    Chat,
    /// Made by a system, such as a renewal.
    SystemGenerated,
    /// In a business's messaging.
    BusinessMessaging,
    /// Somewhere else.
    Other,
}

impl ActionSource {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Website,
        Self::App,
        Self::PhysicalStore,
        Self::PhoneCall,
        Self::Email,
        Self::Chat,
        Self::SystemGenerated,
        Self::BusinessMessaging,
        Self::Other,
    ];

    /// The lower-case name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Website => "website",
            Self::App => "app",
            Self::PhysicalStore => "physical_store",
            Self::PhoneCall => "phone_call",
            Self::Email => "email",
            Self::Chat => "chat",
            Self::SystemGenerated => "system_generated",
            Self::BusinessMessaging => "business_messaging",
            Self::Other => "other",
        }
    }

    /// The source with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_and_equal_content_are_two_events() {
        let id = EventId::new("7").unwrap();
        let key = || EventKey::of_id("lead", &id);
        assert_eq!(key(), key());
        assert_ne!(key(), EventKey::of_id("purchase", &id));
        assert_ne!(key(), EventKey::of_content(b"7"));
        assert_eq!(format!("{:?}", key()), "EventKey(<redacted>)");
    }

    #[test]
    fn debug_shows_neither_name_nor_subject() {
        let time = "2026-11-22T12:00:00Z".parse().unwrap();
        let mut event = EventFacts::new(EventKey::of_content(b"7"), "clinic_visit", time);
        event.vertical = Some("oncology");
        event.sensitive.push(SensitiveCategory::Health);
        let shown = format!("{event:?}");
        assert!(shown.contains("Website"), "{shown}");
        for word in ["clinic", "oncology", "Health"] {
            assert!(!shown.contains(word), "{shown}");
        }
    }

    #[test]
    fn sources_read_back() {
        for source in ActionSource::ALL {
            assert_eq!(ActionSource::from_name(source.as_str()), Some(source));
        }
    }
}

//! What is claimed.

use predispatch_types::Timestamp;

use crate::{Destinations, FactKey, Key, Tags};

/// Which side reports an event.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Source {
    /// The browser's tag, by way of a collector. Kept for pairing; never handed out.
    Browser,
    /// Our server. What goes out is claimed by this side.
    Server,
}

impl Source {
    /// The lower-case name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Server => "server",
        }
    }

    /// The side with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Browser, Self::Server].into_iter().find(|source| source.as_str() == name)
    }

    /// The other half's side.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Browser => Self::Server,
            Self::Server => Self::Browser,
        }
    }
}

/// One event, claimed for all its destinations at once.
///
/// It holds no text: an id can't be had back from it.
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// Of data set, id and name.
    pub key: Key,
    /// For whom: of a server's event where it is to go, of a browser's which pixels reported it.
    pub destinations: Destinations,
    /// Which side reports it.
    pub source: Source,
    /// When it happened, as the event says.
    pub event_time: Timestamp,
    /// Of amount and subject.
    pub tags: Tags,
    /// The order or lead, to find the same action under another id. `None` finds no rotation and
    /// costs nothing; each fact costs a store a second entry.
    pub fact: Option<FactKey>,
}

impl Claim {
    /// A claim without tags and fact.
    pub fn new(
        key: Key,
        destinations: Destinations,
        source: Source,
        event_time: Timestamp,
    ) -> Self {
        Self { key, destinations, source, event_time, tags: Tags::default(), fact: None }
    }

    /// The same with tags of amount and subject.
    #[must_use]
    pub fn with_tags(self, tags: Tags) -> Self {
        Self { tags, ..self }
    }

    /// The same with the business fact behind it.
    #[must_use]
    pub fn with_fact(self, fact: FactKey) -> Self {
        Self { fact: Some(fact), ..self }
    }
}

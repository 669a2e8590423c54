//! What becomes of one event at one destination.

use core::fmt;

/// The end of one event's way to one destination. There is exactly one.
///
/// For every destination `events in = ready + limited + held + denied + bot + duplicate + invalid +
/// observed + not_targeted`; a property test keeps it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[expect(clippy::exhaustive_enums, reason = "closed: the identity above is a sum over all of them")]
pub enum Fate {
    /// A payload was made.
    Ready,
    /// A payload was made that carries the platform's restriction flag.
    Limited,
    /// Not now: an answer of the person, of the store or of another sender is awaited.
    Held,
    /// Consent, law or policy says no.
    Denied,
    /// The policy for its sender, mostly a program, says not to send.
    Bot,
    /// It left before, under this id or another.
    Duplicate,
    /// It can't be what the platform takes: malformed, too late, without a match.
    Invalid,
    /// The browser's half, kept for pairing.
    Observed,
    /// The event names its destinations, and this is none of them; or it is a browser's, and the page
    /// does not have the platform's tag.
    NotTargeted,
}

impl Fate {
    /// Every fate, in the order of the funnel.
    pub const ALL: [Self; 9] = [
        Self::Ready,
        Self::Limited,
        Self::Held,
        Self::Denied,
        Self::Bot,
        Self::Duplicate,
        Self::Invalid,
        Self::Observed,
        Self::NotTargeted,
    ];

    /// The lower-case name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Limited => "limited",
            Self::Held => "held",
            Self::Denied => "denied",
            Self::Bot => "bot",
            Self::Duplicate => "duplicate",
            Self::Invalid => "invalid",
            Self::Observed => "observed",
            Self::NotTargeted => "not_targeted",
        }
    }

    /// Whether a payload was made.
    pub const fn has_payload(self) -> bool {
        matches!(self, Self::Ready | Self::Limited)
    }

    /// Its place in [`Fate::ALL`].
    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stands_at_its_index() {
        for (index, fate) in Fate::ALL.into_iter().enumerate() {
            assert_eq!(fate.index(), index);
        }
    }
}

//! The proof that a claim was granted, and how it is settled.

use core::fmt;

use predispatch_types::Timestamp;

use crate::{Destinations, FactKey, Key, Tags};

/// What a granted claim holds until it is committed or released.
///
/// Not `Clone`: one claim is settled once. The fence tells this grant from any later one of the same
/// event, so that an owner who comes back too late settles nothing that is not his.
#[derive(Eq, PartialEq)]
pub struct Receipt {
    key: Key,
    tags: Tags,
    fact: Option<FactKey>,
    destinations: Destinations,
    fence: u64,
    until: Timestamp,
}

impl Receipt {
    /// For stores: a grant of `destinations` that is held until `until`. `fence` differs between any
    /// two grants of one event.
    #[inline]
    pub fn new(
        claim: &crate::Claim,
        destinations: Destinations,
        fence: u64,
        until: Timestamp,
    ) -> Self {
        Self { key: claim.key, tags: claim.tags, fact: claim.fact, destinations, fence, until }
    }

    /// For stores: the event.
    pub const fn key(&self) -> Key {
        self.key
    }

    /// For stores: the event's tags.
    pub const fn tags(&self) -> Tags {
        self.tags
    }

    /// For stores: the business fact that was claimed with it.
    pub const fn fact(&self) -> Option<FactKey> {
        self.fact
    }

    /// What was granted.
    pub const fn destinations(&self) -> Destinations {
        self.destinations
    }

    /// The grant's number.
    pub const fn fence(&self) -> u64 {
        self.fence
    }

    /// After this moment others may claim it.
    pub const fn until(&self) -> Timestamp {
        self.until
    }

    /// The same grant in two: for these destinations, and for the rest. Platforms answer one by one.
    #[must_use]
    pub fn split(self, destinations: Destinations) -> (Self, Self) {
        let these = self.destinations & destinations;
        let rest = self.destinations.without(destinations);
        (Self { destinations: these, ..self }, Self { destinations: rest, ..self })
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receipt")
            .field("destinations", &self.destinations)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

/// Why a receipt was not settled as asked.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SettleError {
    /// It came after the receipt's time. Nobody else had claimed the event, so a commit was recorded
    /// all the same: the event left.
    #[error("the claim had timed out; nobody else had taken it")]
    TimedOut,
    /// Another claim holds the event or has sent it, or this receipt was settled before. A commit was
    /// recorded all the same; a release changed nothing.
    #[error("the claim was taken over or settled before")]
    Superseded,
    /// The store no longer knows the event, or this receipt was released before. A commit was recorded all
    /// the same, if there was room.
    #[error("the store has forgotten the claim")]
    Forgotten,
    /// The store can't be reached; whether it was settled is not known. It may be asked again.
    #[error("the store can't be reached")]
    Unreachable,
}

impl SettleError {
    /// A stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TimedOut => "dedup_timed_out",
            Self::Superseded => "dedup_superseded",
            Self::Forgotten => "dedup_forgotten",
            Self::Unreachable => "dedup_unreachable",
        }
    }
}

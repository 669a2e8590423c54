//! The answer for one event and one destination.

use core::fmt;
use std::sync::Arc;

use predispatch_types::Timestamp;

use crate::{Destination, EventKey, Flags, Jurisdiction, Permit, Reason, Reasons};

/// May the event go? From the least to the most restrictive; of several the strictest wins.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[expect(clippy::exhaustive_enums, reason = "closed: every caller must handle each of the four")]
pub enum Outcome {
    /// It may be sent.
    Allow,
    /// It may be sent with the platform's restriction flag.
    Limited,
    /// It waits for an answer: the person was being asked.
    Hold,
    /// It may not be sent.
    Deny,
}

impl Outcome {
    /// `allow`, `limited`, `hold` or `deny`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Limited => "limited",
            Self::Hold => "hold",
            Self::Deny => "deny",
        }
    }

    /// The outcome with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Allow, Self::Limited, Self::Hold, Self::Deny]
            .into_iter()
            .find(|outcome| outcome.as_str() == name)
    }

    /// Whether something may be sent.
    pub const fn may_send(self) -> bool {
        matches!(self, Self::Allow | Self::Limited)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A decision with everything that explains it.
///
/// `Display` gives it as sentences for people. It can't be copied, because it is worth one permit.
///
/// ```compile_fail
/// fn twice(decision: predispatch_consent::Decision) {
///     let (one, two) = (decision.into_permit(), decision.into_permit());
/// }
/// ```
#[derive(Debug, Eq, PartialEq)]
pub struct Decision {
    pub(crate) outcome: Outcome,
    pub(crate) reasons: Reasons,
    pub(crate) flags: Flags,
    pub(crate) destination: Destination,
    pub(crate) event: EventKey,
    pub(crate) jurisdiction: Jurisdiction,
    /// All profiles of the policy; the jurisdiction says which of them.
    pub(crate) profile_names: Arc<[Box<str>]>,
    pub(crate) policy_version: Arc<str>,
    pub(crate) proof: Option<Box<str>>,
    pub(crate) decided_at: Timestamp,
    pub(crate) held_until: Option<Timestamp>,
    pub(crate) permit_until: Timestamp,
}

impl Decision {
    /// May it go?
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Every reason, the weightiest first; never none.
    pub const fn reasons(&self) -> Reasons {
        self.reasons
    }

    /// The conditions of sending; empty if nothing may be sent.
    pub const fn flags(&self) -> &Flags {
        &self.flags
    }

    /// Where to.
    pub const fn destination(&self) -> Destination {
        self.destination
    }

    /// Under which rules, and why these.
    pub const fn jurisdiction(&self) -> &Jurisdiction {
        &self.jurisdiction
    }

    /// The names of these rules in the policy, such as `eea`.
    pub fn jurisdiction_names(&self) -> impl Iterator<Item = &str> {
        self.jurisdiction
            .profiles
            .iter()
            .filter_map(|at| self.profile_names.get(at))
            .map(|name| &**name)
    }

    /// The policy's version.
    pub fn policy_version(&self) -> &str {
        &self.policy_version
    }

    /// The proof that lets a regulated event go, as the policy names it.
    pub fn proof(&self) -> Option<&str> {
        self.proof.as_deref()
    }

    /// When it was decided.
    pub const fn decided_at(&self) -> Timestamp {
        self.decided_at
    }

    /// Until when a held event waits for an answer.
    pub const fn held_until(&self) -> Option<Timestamp> {
        self.held_until
    }

    /// The one permit to build a payload; `None` unless something may be sent. Log the decision
    /// before.
    pub fn into_permit(self) -> Option<Permit> {
        self.outcome.may_send().then(|| Permit::decided(self))
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} for {} (", self.outcome, self.destination)?;
        for (index, name) in self.jurisdiction_names().enumerate() {
            let dash = if index == 0 { "" } else { "+" };
            write!(f, "{dash}{name}")?;
        }
        if let Some(place) = self.jurisdiction.place() {
            write!(f, ", {place}")?;
        }
        write!(f, ", by {}):", self.jurisdiction.source().as_str())?;
        self.reasons.iter().try_for_each(|reason: Reason| write!(f, " {}", reason.explain()))
    }
}

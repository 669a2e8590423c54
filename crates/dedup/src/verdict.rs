//! What a claim gets: a verdict for each destination, and a receipt for what may go.

use core::{fmt, time::Duration};

use smallvec::SmallVec;

use crate::{Destination, Destinations, Receipt, Source};

/// What is known of an event at one destination.
///
/// A server's event goes out on [`First`](Self::First), [`Paired`](Self::Paired) and
/// [`Collision`](Self::Collision), and there only.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// Nobody reported it before.
    First,
    /// The other side did, so recently that the platform counts both as one.
    Paired {
        /// Since the other half.
        lag: Duration,
    },
    /// This side did.
    Duplicate {
        /// Since then.
        of_age: Duration,
        /// The side of the earlier report: the same one.
        source: Source,
    },
    /// The other side did, but so long ago that the platform would count it again.
    Late {
        /// Since the other half.
        lag: Duration,
    },
    /// The id was used before, for another event. It is good for the event, and a fault of whoever
    /// makes the ids.
    Collision(Differs),
    /// The same action was reported before under another id: the platform would count it again.
    Rotated {
        /// Since then.
        of_age: Duration,
        /// The side that reported it.
        source: Source,
    },
    /// Another claim holds it and has not been settled: ask again later.
    InFlight,
    /// The store can't tell whether it was reported before. Never taken for `First`; whether to hold
    /// the event or to send it is the caller's decision.
    Unknown(Unknown),
}

impl Verdict {
    /// Whether a server's event may go out.
    pub const fn is_granted(self) -> bool {
        matches!(self, Self::First | Self::Paired { .. } | Self::Collision(_))
    }

    /// The lower-case name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Paired { .. } => "paired",
            Self::Duplicate { .. } => "duplicate",
            Self::Late { .. } => "late",
            Self::Collision(_) => "collision",
            Self::Rotated { .. } => "rotated",
            Self::InFlight => "in_flight",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// What tells two events under one id apart.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Differs {
    /// The order or lead.
    Fact,
    /// The name, at a destination that compares ids alone.
    Name,
    /// The person, named in the same way.
    User,
    /// Amount or currency.
    Value,
}

impl Differs {
    /// The lower-case name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fact => "fact",
            Self::Name => "name",
            Self::User => "user",
            Self::Value => "value",
        }
    }
}

/// Why a store can't tell.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unknown {
    /// More events under one id than are kept.
    Crowded,
    /// The store has no room, and was told to refuse rather than to forget.
    Full,
    /// The event says that it happens later than the clock's tolerance allows.
    Future,
    /// The event is older than what the store remembers.
    TooOld,
    /// The store can't be reached, or its answer can't be read.
    Unreachable,
}

impl Unknown {
    /// The lower-case name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Crowded => "crowded",
            Self::Full => "full",
            Self::Future => "future",
            Self::TooOld => "too_old",
            Self::Unreachable => "unreachable",
        }
    }
}

/// A claim's verdicts, and the receipt for the destinations that were granted.
#[must_use = "a receipt that is dropped holds its claim until it times out"]
#[derive(Debug)]
pub struct Outcome {
    /// Which destinations share which verdict: mostly there is one.
    parts: SmallVec<[(Destinations, Verdict); 1]>,
    receipt: Option<Receipt>,
}

impl Outcome {
    /// For stores: the verdicts and the receipt.
    pub fn new(
        verdicts: impl IntoIterator<Item = (Destinations, Verdict)>,
        receipt: Option<Receipt>,
    ) -> Self {
        let mut outcome = Self { parts: SmallVec::new(), receipt };
        for (destinations, verdict) in verdicts {
            match outcome.parts.iter_mut().find(|(_, other)| *other == verdict) {
                Some((set, _)) => *set |= destinations,
                None => outcome.parts.push((destinations, verdict)),
            }
        }
        outcome
    }

    /// No verdict yet.
    pub(crate) const fn none() -> Self {
        Self { parts: SmallVec::new_const(), receipt: None }
    }

    /// One verdict for all, and no other.
    #[inline]
    pub(crate) fn set_verdict(&mut self, destinations: Destinations, verdict: Verdict) {
        self.parts.clear();
        self.parts.push((destinations, verdict));
    }

    #[inline]
    pub(crate) fn set_receipt(&mut self, receipt: Receipt) {
        self.receipt = Some(receipt);
    }

    /// For stores: one verdict for all, nothing granted.
    pub fn unknown(destinations: Destinations, why: Unknown) -> Self {
        Self::new([(destinations, Verdict::Unknown(why))], None)
    }

    /// The verdict at a destination; `None` if the event was not claimed for it.
    pub fn verdict(&self, destination: Destination) -> Option<Verdict> {
        let mut parts = self.parts.iter();
        parts.find(|(set, _)| set.contains(destination)).map(|(_, verdict)| *verdict)
    }

    /// Each distinct verdict with its destinations.
    pub fn verdicts(&self) -> impl Iterator<Item = (Destinations, Verdict)> {
        self.parts.iter().copied()
    }

    /// The destinations that the event may go to.
    pub fn granted(&self) -> Destinations {
        self.receipt.as_ref().map(Receipt::destinations).unwrap_or_default()
    }

    /// The receipt, if anything was granted. A browser's report has none.
    pub const fn receipt(&self) -> Option<&Receipt> {
        self.receipt.as_ref()
    }

    /// The receipt itself, to be settled.
    #[inline]
    pub fn into_receipt(self) -> Option<Receipt> {
        self.receipt
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())?;
        match self {
            Self::Paired { lag } | Self::Late { lag } => write!(f, " after {lag:?}"),
            Self::Duplicate { of_age, source } | Self::Rotated { of_age, source } => {
                write!(f, " of {} {of_age:?} ago", source.as_str())
            }
            Self::Collision(differs) => write!(f, " ({} differs)", differs.as_str()),
            Self::Unknown(why) => write!(f, " ({})", why.as_str()),
            Self::First | Self::InFlight => Ok(()),
        }
    }
}

//! How much traffic was no person's, for reports.

use std::collections::BTreeMap;

use predispatch_types::{Currency, Money};

use super::class::Class;
use super::policy::{Action, Ruling};
use super::record::Verdict;
use super::score::{AUTOMATION, score};
use crate::Reason;

/// What kind of invalid traffic a sender is, in the words of the Media Rating Council's standards.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum InvalidTraffic {
    /// General (GIVT): lists and simple checks find it. Crawlers that say so, programs by their user
    /// agent or network, pages fetched before anybody asked.
    General,
    /// Sophisticated (SIVT): it passes for a person, and only contradictions and measurements find it.
    Sophisticated,
}

impl InvalidTraffic {
    /// What kind a verdict makes it. `None` for people, and for what nothing was decided of: a
    /// suspect is not counted as invalid.
    pub fn of(verdict: &Verdict) -> Option<Self> {
        match verdict.class() {
            Class::Crawler(_) => Some(Self::General),
            Class::Automation if is_found_by_lists(verdict.reasons()) => Some(Self::General),
            Class::Automation => Some(Self::Sophisticated),
            _ if verdict.is_speculative() => Some(Self::General),
            _ => None,
        }
    }

    /// Its stable name: `givt` or `sivt`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::General => "givt",
            Self::Sophisticated => "sivt",
        }
    }
}

/// Whether the findings of lists and simple checks are enough to call it a program.
fn is_found_by_lists(reasons: &[Reason]) -> bool {
    let listed = reasons.iter().filter(|reason| BY_LISTS.contains(&reason.code)).copied();
    score(&listed.collect::<Vec<_>>()) >= AUTOMATION
}

const BY_LISTS: &[&str] = &[
    "headers_no_user_agent",
    "ip_abuse",
    "ip_datacenter",
    "ip_public_proxy",
    "ip_tor",
    "ua_bot",
    "ua_bot_word",
    "ua_control_character",
    "ua_empty",
    "ua_headless",
    "ua_library",
    "ua_not_a_browser",
    "ua_too_long",
];

/// Counts of judged events, and what the withheld ones would have cost.
///
/// ```
/// use predispatch_bot::client::Client;
/// use predispatch_bot::verdict::{Data, InvalidTraffic, Policy, Subject, Tally, judge};
/// use predispatch_types::{Money, Platform};
///
/// # #[cfg(feature = "bundled")] {
/// let mut client = Client::new();
/// client.set_user_agent("python-requests/2.32.3")?;
/// let verdict = judge(&client, &Data::bundled(), "2026-11-23T12:00:00Z".parse()?);
/// let ruling = Policy::default().decide(Some(&verdict), &Subject::new("lead", Platform::Meta));
///
/// // What a lead costs this advertiser: an estimate, and the caller's.
/// let cost = Money::parse("12.50", "EUR".parse()?)?;
/// let mut tally = Tally::new();
/// tally.add(&verdict, &ruling, Some(cost));
/// assert_eq!((tally.events(), tally.invalid(InvalidTraffic::General)), (1, 1));
/// assert_eq!(tally.protected().collect::<Vec<_>>(), [("EUR".parse()?, 1_250)]);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Tally {
    events: u64,
    general: u64,
    sophisticated: u64,
    suspects: u64,
    withheld: u64,
    /// In minor units.
    protected: BTreeMap<Currency, i128>,
}

impl Tally {
    /// Nothing counted.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts one event for one destination. `cost` is what such an event is estimated to cost; it
    /// counts as protected if the sender is invalid traffic and the event is dropped. What is held
    /// may still go, and in shadow mode nothing is withheld.
    pub fn add(&mut self, verdict: &Verdict, ruling: &Ruling, cost: Option<Money>) {
        add_one(&mut self.events);
        let invalid = InvalidTraffic::of(verdict);
        match invalid {
            Some(InvalidTraffic::General) => add_one(&mut self.general),
            Some(InvalidTraffic::Sophisticated) => add_one(&mut self.sophisticated),
            None if verdict.class() == Class::Suspect => add_one(&mut self.suspects),
            None => {}
        }
        if invalid.is_none() || ruling.action != Action::Drop {
            return;
        }
        add_one(&mut self.withheld);
        if let Some(cost) = cost {
            let sum = self.protected.entry(cost.currency()).or_default();
            *sum = sum.saturating_add(i128::from(cost.minor_units()));
        }
    }

    /// The counts of two tallies, of two threads or days.
    pub fn merge(&mut self, other: &Self) {
        let Self { events, general, sophisticated, suspects, withheld, protected } = other;
        for (own, more) in [
            (&mut self.events, events),
            (&mut self.general, general),
            (&mut self.sophisticated, sophisticated),
            (&mut self.suspects, suspects),
            (&mut self.withheld, withheld),
        ] {
            *own = own.saturating_add(*more);
        }
        for (currency, more) in protected {
            let sum = self.protected.entry(*currency).or_default();
            *sum = sum.saturating_add(*more);
        }
    }

    /// Judged events, one for each destination.
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// Events of invalid traffic of this kind.
    pub const fn invalid(&self, kind: InvalidTraffic) -> u64 {
        match kind {
            InvalidTraffic::General => self.general,
            InvalidTraffic::Sophisticated => self.sophisticated,
        }
    }

    /// Events of suspects, which are not counted as invalid.
    pub const fn suspects(&self) -> u64 {
        self.suspects
    }

    /// Events of invalid traffic that were dropped.
    pub const fn withheld(&self) -> u64 {
        self.withheld
    }

    /// For each currency the sum of the withheld events' costs, in its smallest unit. Currencies are
    /// not converted.
    pub fn protected(&self) -> impl Iterator<Item = (Currency, i128)> {
        self.protected.iter().map(|(currency, sum)| (*currency, *sum))
    }
}

/// 2^64 events do not come.
fn add_one(count: &mut u64) {
    *count = count.saturating_add(1);
}

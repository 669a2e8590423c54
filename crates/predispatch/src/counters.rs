//! Anonymous counts of every event, whatever its consent.

use std::collections::BTreeMap;

use predispatch_consent::Destination;
use predispatch_dedup::{Health, Source, Verdict};
use predispatch_event::EventName;

use crate::{Fate, Outcome};

/// How many events came to which end, for each destination, event name and reason.
///
/// No identifier, no amount and no custom event name is in it: all custom names count as `custom`.
/// Its size is bounded by the destinations, canonical names and reason codes that there are. Counts
/// of several workers or machines are [merged](Self::merge). How well browsers' and servers' halves
/// find each other is in [`dedup`](Self::dedup).
///
/// ```
/// # use predispatch::{Pipeline, dedup::store::memory::{MemoryOptions, MemoryStore}};
/// # use predispatch::{event::{Event, EventName, StandardEvent}, payload::{Account, meta}};
/// # let account = Account::new(meta::Dataset::new("1234567890")?);
/// # let builder = Pipeline::builder().destination(account).dedup_key([7; 16]);
/// # let pipeline = builder.without_bot_data().build()?;
/// # let store = MemoryStore::new(&MemoryOptions::default());
/// # let now = "2026-11-20T18:03:11Z".parse()?;
/// use predispatch::{Counters, Fate, types::Platform};
///
/// // Nobody asked this person for consent.
/// let event = Event::new(EventName::from(StandardEvent::Purchase), now);
/// let mut counters = Counters::default();
/// counters.add(&pipeline.process(&event, &store, now));
/// assert_eq!(counters.events(), 1);
/// assert_eq!(counters.fate(Platform::Meta.into(), Fate::Denied), 1);
/// assert_eq!(counters.fate(Platform::Meta.into(), Fate::Ready), 0);
///
/// // What another worker counted.
/// let mut other = Counters::default();
/// other.add(&pipeline.process_json(b"no event", &store, now));
/// counters.merge(&other);
///
/// let mut lines = Vec::new();
/// for (destination, name, fate, count) in counters.by_name() {
///     lines.push(format!("{destination} {name} {fate}: {count}"));
/// }
/// for (destination, fate, reason, count) in counters.reasons() {
///     lines.push(format!("{destination} {fate} for {reason}: {count}"));
/// }
/// assert_eq!(
///     lines,
///     [
///         "meta purchase denied: 1",
///         "meta unreadable invalid: 1",
///         "meta denied for jurisdiction_unknown: 1",
///         "meta denied for no_signal: 1",
///         "meta invalid for not_an_object: 1",
///     ],
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Counters {
    events: u64,
    fates: BTreeMap<(Destination, &'static str), [u64; Fate::ALL.len()]>,
    reasons: BTreeMap<(Destination, Fate, &'static str), u64>,
    dedup: Health,
}

impl Counters {
    /// Counts one event, best once its claim is [settled](Outcome::settle): one that was granted and
    /// given back as a whole is no half in [`dedup`](Self::dedup), because the event is claimed again.
    /// Who counts earlier, or settles without [`Outcome::settle`], calls [`take_back`](Self::take_back).
    pub fn add(&mut self, outcome: &Outcome) {
        self.events = self.events.saturating_add(1);
        let verdict = claimed(outcome).filter(|(_, verdict)| {
            // It is claimed again, and a half then.
            !(Health::is_half(*verdict) && outcome.is_given_back())
        });
        if let Some((side, verdict)) = verdict {
            self.dedup.record_verdict(outcome.name(), side, verdict);
        }
        for at in outcome.destinations() {
            let row = self.fates.entry((at.destination, outcome.name())).or_default();
            if let Some(count) = row.get_mut(at.fate.index()) {
                *count = count.saturating_add(1);
            }
            for reason in &at.reasons {
                let count = self.reasons.entry((at.destination, at.fate, *reason)).or_default();
                *count = count.saturating_add(1);
            }
        }
    }

    /// Takes back what [`add`](Self::add) counted in [`dedup`](Self::dedup) for an event whose claim
    /// was released as a whole after that. Its fates and reasons stay: they are of what was built.
    pub fn take_back(&mut self, outcome: &Outcome) {
        let is_granted = |verdict: Verdict| verdict.is_granted();
        let any_granted = outcome.destinations().iter().any(|at| at.dedup.is_some_and(is_granted));
        if let Some((side, verdict)) = claimed(outcome).filter(|_| any_granted) {
            self.dedup.take_back_verdict(outcome.name(), side, verdict);
        }
    }

    /// Adds the counts of another worker.
    pub fn merge(&mut self, other: &Self) {
        self.events = self.events.saturating_add(other.events);
        for (key, row) in &other.fates {
            let sums = self.fates.entry(*key).or_default();
            for (sum, count) in sums.iter_mut().zip(row) {
                *sum = sum.saturating_add(*count);
            }
        }
        for (key, count) in &other.reasons {
            let sum = self.reasons.entry(*key).or_default();
            *sum = sum.saturating_add(*count);
        }
        self.dedup.merge(&other.dedup);
    }

    /// How well browsers' and servers' reports of one action find each other, by event name.
    pub const fn dedup(&self) -> &Health {
        &self.dedup
    }

    /// Events counted.
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// Events that came to `fate` at `destination`.
    pub fn fate(&self, destination: Destination, fate: Fate) -> u64 {
        let rows = self.fates.iter().filter(|((at, _), _)| *at == destination);
        rows.fold(0, |sum, (_, row)| {
            sum.saturating_add(row.get(fate.index()).copied().unwrap_or(0))
        })
    }

    /// The destinations that any event was counted for.
    pub fn destinations(&self) -> impl Iterator<Item = Destination> {
        let mut last = None;
        self.fates.keys().filter_map(move |(destination, _)| {
            let is_new = last.replace(*destination) != Some(*destination);
            is_new.then_some(*destination)
        })
    }

    /// Destination, canonical event name or `custom`, fate and count; none of the counts is zero.
    pub fn by_name(&self) -> impl Iterator<Item = (Destination, &'static str, Fate, u64)> {
        self.fates.iter().flat_map(|((destination, name), row)| {
            let counts = Fate::ALL.into_iter().zip(row);
            counts
                .filter(|(_, count)| **count > 0)
                .map(|(fate, count)| (*destination, *name, fate, *count))
        })
    }

    /// Destination, fate, reason code and how many events had it.
    pub fn reasons(&self) -> impl Iterator<Item = (Destination, Fate, &'static str, u64)> {
        self.reasons.iter().map(|((at, fate, reason), count)| (*at, *fate, *reason, *count))
    }
}

/// Who reported the event, and what of all that the store said of its claim counts.
fn claimed(outcome: &Outcome) -> Option<(Source, Verdict)> {
    let verdicts = outcome.destinations().iter().filter_map(|at| at.dedup);
    outcome.side.zip(Health::most_telling(verdicts))
}

/// The name that an event is counted under: whoever chose a custom one may have put anything in it.
pub(crate) fn counted_name(name: &EventName) -> &'static str {
    name.standard().map_or("custom", |standard| standard.as_str())
}
